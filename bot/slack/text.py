"""Text for Slack: what strangers wrote is made inert, what we mean (links, mentions) is built; used by all blocks.

Slack has no way to write a formatting mark as itself. A zero-width character beside the mark does not help: Slack
takes it for the edge of a word, where formatting begins. So a mark that would format is replaced by its twin, a
character that looks the same and means nothing (`*` U+2217, `_` U+02CD, `~` U+223C, `` ` `` U+02CB). A word joiner
(U+2060, invisible) is put in only where Slack would make a link, a mention or an emoji of several characters.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

ELLIPSIS = "…"
WORD_JOINER = "\u2060"
JOINER = "\u200d"
MOST_MARKS = 4
"""Combining marks kept on one letter: living scripts need fewer, and a pile of them covers the lines around it."""

LONGEST_SIGN = 32
"""Characters that one sign may be made of; ours, so that a cut costs little. A family of four takes eleven."""

LOOKED_AT = 20
"""How many times the wanted length is looked at, so that a title of megabytes costs nothing."""

_BLANKS = "\u115f\u1160\u3164\uffa0\u2800"
"""Letters that show nothing (Hangul fillers, an empty Braille cell): a name made of them would be invisible."""
_TWINS = str.maketrans({"*": "\u2217", "_": "\u02cd", "~": "\u223c", "`": "\u02cb"})
_MARKS = re.compile(r"(?P<before>[A-Za-z0-9]?)(?P<run>\*+|_+|~+)(?=(?P<after>.?))", re.DOTALL)
_EMOJI = re.compile(r":(?=(?!\d+:)[^\s:A-Z]{1,100}:|100:|1234:)")
_SCHEME = re.compile(r"(?<=[A-Za-z]):(?=//)|(?i:(?<=mailto):)|(?i:(?<=tel):)|(?i:(?<=\bwww)\.)")
_NAMED = re.compile(r"(?<![\w/:.])([@#])(?=\w)")
_MAIL = re.compile(r"(?<=\w)@(?=[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.[A-Za-z]{2,63}\b)")
_USER_ID = re.compile(r"[UW][A-Z0-9]{2,30}")


def escape(text: str) -> str:
    """`&`, `<`, `>` as Slack wants them written, once: this disarms every mention, channel and link syntax."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clean(text: str, *, lines: bool = False) -> str:
    """Text without what tricks the eye: control, bidi and zero-width characters, piles of marks, odd white space.

    One line, unless `lines` keeps the line breaks. What joins an emoji family stays.
    """
    if lines:
        return "\n".join(clean(line) for line in text.splitlines())
    kept: list[str] = []
    marks = 0
    for index, char in enumerate(text):
        kind = unicodedata.category(char)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if char in _BLANKS or char.isspace():
            kept.append(" ")
        elif char == JOINER:
            if kept and _is_pictured(kept[-1]) and _is_pictured(text[index + 1 : index + 2]):
                kept.append(char)
        elif kind not in ("Cc", "Cf", "Cs") and marks <= MOST_MARKS:
            kept.append(char)
    return " ".join("".join(kept).split())


def inert(text: str, most: int | None = None) -> str:
    """Text of a stranger for mrkdwn: cleaned, cut to `most` characters, escaped, and nothing in it formats or links.

    The escaped text may be five times as long as `most`. It reads as it was written.
    """
    plain = clean(text) if most is None else cut(clean(text[: most * LOOKED_AT]), most)
    plain = _MARKS.sub(_twin, plain).replace("`", "\u02cb")
    for pattern in (_EMOJI, _SCHEME, _NAMED, _MAIL):
        plain = pattern.sub(lambda found: found.group() + WORD_JOINER, plain)
    quoted = WORD_JOINER if plain.startswith(">") else ""
    return quoted + escape(plain)


def _twin(found: re.Match[str]) -> str:
    """A run of marks inside a word (`promote_to_review`) formats nothing and stays."""
    inside = found["before"] and found["after"].isascii() and found["after"].isalnum()
    return found.group() if inside else found["before"] + found["run"].translate(_TWINS)


def cut(text: str, most: int) -> str:
    """At most that many characters, the last of them `…` when something was cut; what is one sign stays whole."""
    if len(text) <= most:
        return text
    end = whole = max(most - 1, 0)
    while end - whole < LONGEST_SIGN and whole > 0 and _continues(text, whole):
        whole -= 1
    return text[: whole if end - whole < LONGEST_SIGN else end].rstrip() + ELLIPSIS


def _continues(text: str, index: int) -> bool:
    """Whether the character there belongs to the one before: a mark, a skin tone, a joined emoji, a flag's half."""
    char, before = text[index], text[index - 1]
    if unicodedata.category(char) in ("Mn", "Me", "Mc") or JOINER in (char, before) or _is_skin_tone(char):
        return True
    halves = 0
    while halves <= min(index, LONGEST_SIGN) and _is_flag_half(text[index - halves]):
        halves += 1
    return halves > 0 and halves % 2 == 0


def _is_pictured(char: str) -> bool:
    return bool(char) and (unicodedata.category(char) == "So" or char == "\ufe0f" or _is_skin_tone(char))


def _is_skin_tone(char: str) -> bool:
    return "\U0001f3fb" <= char <= "\U0001f3ff"


def _is_flag_half(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def code(text: str, most: int | None = None) -> str:
    """Inline code; a backtick inside becomes its twin. Empty when there is nothing to show."""
    plain = clean(text).replace("`", "\u02cb")
    plain = plain if most is None else cut(plain, most)
    return f"`{escape(plain)}`" if plain else ""


def preformatted(text: str, most: int = 2900) -> str:
    """A fenced block that keeps its lines; whole lines are left out at the end until its escaped length fits `most`."""
    kept: list[str] = []
    left = most - len("```\n\n```")
    for line in clean(text, lines=True).replace("`", "\u02cb").split("\n"):
        shown = escape(cut(line, 200))
        if len(shown) + 1 > left:
            break
        kept.append(shown)
        left -= len(shown) + 1
    return "```\n" + "\n".join(kept) + "\n```" if any(kept) else ""


def link(url: str, label: str, most: int | None = None) -> str:
    """A link with a stranger's label; the label alone when the address is not an http(s) one."""
    if urlsplit(url).scheme not in ("http", "https"):
        return inert(label, most)
    address = url
    for char, quoted in (("|", "%7C"), ("<", "%3C"), (">", "%3E"), (" ", "%20")):
        address = address.replace(char, quoted)
    return f"<{clean(address).replace('&', '&amp;')}|{inert(label, most) or escape(clean(url))}>"


def mention(user_id: str) -> str:
    """A mention of a Slack user id, built by us alone; ValueError for anything that is not an id."""
    if not is_user_id(user_id):
        raise ValueError("not the id of a Slack user")
    return f"<@{user_id}>"


def is_user_id(text: str) -> bool:
    """Whether the text has the form of a Slack user id."""
    return _USER_ID.fullmatch(text) is not None
