"""What a person typed behind a slash command, read from Slack's way of writing it. Used by `commands`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_SPECIAL = re.compile(r"<(?:([@#!])([\w^]+)|((?:https?|mailto|tel):[^<>|\s]+))(?:\|([^<>]*))?>")
_MENTION = re.compile(r"<@([UW][A-Z0-9]{2,30})(?:\|[^<>]*)?>")


def plain_words(text: str, name_of: Callable[[str], str]) -> str:
    """The words as they were typed: mentions by name, links by address, entities as their characters.

    Commands arrive with `should_escape`: https://docs.slack.dev/interactivity/implementing-slash-commands
    """

    def said(found: re.Match[str]) -> str:
        mark, target, address, label = found.groups()
        if address:
            return address
        if mark == "#":
            return f"#{label or target}"
        return f"@{label or (target if mark == '!' else name_of(target))}"

    plain = _SPECIAL.sub(said, text)
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        plain = plain.replace(entity, char)
    return plain.strip()


def first_mentioned(text: str) -> str | None:
    """The Slack user id of the first person mentioned."""
    found = _MENTION.search(text)
    return found[1] if found else None


def first_word(text: str) -> tuple[str, str]:
    """The command's word in small letters (full-width letters too), and what stands behind it as it came."""
    word, *rest = text.split(None, 1) or [""]
    return unicodedata.normalize("NFKC", word).casefold(), rest[0].strip() if rest else ""
