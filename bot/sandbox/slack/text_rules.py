"""Block Kit's rules for text objects, options, confirm dialogs and links; used by the rules for elements and blocks."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.sandbox.slack import sizes
from bot.sandbox.slack.json_values import Json, as_list, as_object
from bot.sandbox.slack.shapes import (
    Check,
    Fields,
    Problems,
    an_object,
    boolean,
    check_fields,
    list_of,
    may,
    need,
    one_of,
    string,
)

PLAIN = "plain_text"
MRKDWN = "mrkdwn"


def text(most: int, *kinds: str) -> Check:
    """A text object of these kinds with 1 to `most` characters."""

    def check(problems: Problems, at: str, value: object) -> None:
        found = as_object(value)
        if found is None:
            problems.add(at, "must be an object")
            return
        if found.get("type") not in kinds:
            problems.add(at, f"unsupported type: {found.get('type')}; must be {' or '.join(kinds)}")
            return
        special = "emoji" if found["type"] == PLAIN else "verbatim"
        fields = {"type": need(one_of(*kinds)), "text": need(string(most)), special: may(boolean)}
        check_fields(problems, at, found, fields)

    return check


def plain(most: int) -> Check:
    """A plain_text object of 1 to `most` characters."""
    return text(most, PLAIN)


def any_text(most: int) -> Check:
    """A plain_text or mrkdwn object of 1 to `most` characters."""
    return text(most, PLAIN, MRKDWN)


def link(problems: Problems, at: str, value: object) -> None:
    """An absolute http or https address."""
    string(sizes.URL)(problems, at, value)
    if isinstance(value, str) and (
        urlsplit(value).scheme not in ("http", "https") or any(c in value for c in " <>|")
    ):
        problems.add(at, "must be a valid url")


CONFIRM: Fields = {
    "title": need(plain(sizes.CONFIRM_TITLE)),
    "text": need(any_text(sizes.CONFIRM_TEXT)),
    "confirm": need(plain(sizes.CONFIRM_BUTTON)),
    "deny": need(plain(sizes.CONFIRM_BUTTON)),
    "style": may(one_of("primary", "danger")),
}
confirm = an_object(CONFIRM)


def option(*kinds: str, with_url: bool = False) -> Check:
    """One option of a select, an overflow, radio buttons or checkboxes."""
    fields: Fields = {
        "text": need(text(sizes.OPTION_TEXT, *kinds)),
        "value": need(string(sizes.OPTION_VALUE)),
        "description": may(text(sizes.OPTION_TEXT, *kinds)),
    }
    return an_object({**fields, "url": may(link)} if with_url else fields)


def options(most: int, *kinds: str, with_url: bool = False) -> Check:
    """1 to `most` options, no value twice."""
    each = list_of(option(*kinds, with_url=with_url), most)

    def check(problems: Problems, at: str, value: object) -> None:
        each(problems, at, value)
        seen: set[str] = set()
        for number, item in enumerate(as_list(value) or []):
            if (one := as_object(item)) is not None and isinstance(one.get("value"), str):
                if one["value"] in seen:
                    problems.add(f"{at}/{number}/value", "options must have unique values")
                seen.add(one["value"])

    return check


def offered(element: Json) -> list[Json]:
    """All options that an element offers, through its groups too."""
    groups = [g for g in map(as_object, as_list(element.get("option_groups")) or []) if g is not None]
    lists = [element.get("options"), *(group.get("options") for group in groups)]
    return [one for some in lists for item in as_list(some) or [] if (one := as_object(item)) is not None]
