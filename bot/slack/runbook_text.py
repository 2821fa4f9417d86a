"""A runbook's Markdown as Slack's mrkdwn, in pieces that fit a section; `bot.app` gives it to the blocks.

What Slack cannot show becomes text: rows of tables, pictures, links to anywhere but the listed hosts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.config.runbooks import Runbook, Runbooks
from bot.domain.alert import Alert
from bot.slack.text import code, cut, inert, link, preformatted

MOST = 2700
"""Characters of one piece after escaping: a section takes 3,000, and its heading needs some of them."""
HEADING = 150
MOST_PIECES = 40
"""Pieces of one runbook: a view takes 100 blocks, https://docs.slack.dev/surfaces/modals, and a piece is two."""
LOOKED_AT = 4000
"""Characters of one line and of one paragraph that are looked at; ours, to bound the cost of a strange file."""
DEEPEST = 3

MayLink = Callable[[str], bool]
"""Whether an address may be opened from Slack: https, and a host that the rules list."""

_FENCE = re.compile(r"\s{0,3}(```|~~~)")
_HEADING = re.compile(r"#{1,6}\s+(.*)")
_RULE = re.compile(r"\s{0,3}([-*_])(?:\s*\1){2,}\s*")
_ITEM = re.compile(r"(?P<indent>\s*)(?P<mark>[-*+]|\d{1,3}[.)])\s+(?P<box>\[[ xX]\]\s+)?(?P<text>.*)")
_QUOTE = re.compile(r"\s{0,3}>\s?(.*)")
_ROW = re.compile(r"\s*\|(.+)\|\s*")
_BOXES = {"[ ]": "☐", "[x]": "☑", "[X]": "☑"}
_INLINE = re.compile(
    r"(?P<tick>`{1,3})(?P<code>[^`]+)(?P=tick)"
    r"|!?\[(?P<label>[^\[\]]*)\]\((?P<url>[^()\s]*)(?:\s+\"[^\"]*\")?\)"
    r"|<(?P<auto>https?://[^\s<>]+)>"
    r"|(?P<bare>https?://[^\s<>()\"'`*、。」）]+)"
    r"|\*\*\*(?P<both>[^*]+)\*\*\*"
    r"|\*\*(?P<bold>(?:[^*]|\*(?!\*))+?)\*\*"
    r"|(?<!\w)__(?P<strong>[^_]+)__(?!\w)"
    r"|~~(?P<struck>[^~]+)~~"
    r"|(?<![A-Za-z0-9_*])\*(?P<slanted>[^\s*](?:[^*]*[^\s*])?)\*(?![A-Za-z0-9_*])"
    r"|(?<!\w)_(?P<italic>[^\s_](?:[^_]*[^\s_])?)_(?!\w)"
    r"|\\(?P<plain>[!-/:-@\[-`{-~])"
)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_MARKS = {"both": "*_", "bold": "*", "strong": "*", "struck": "~", "slanted": "_", "italic": "_"}
_CLOSERS = ".,:;!?)"
"""Slack ends a formatted word before these as well as before a space or the end of the line."""


class RunbookTexts:
    """What an alert's card opens: an address, or a runbook of ours in its reader's language."""

    def __init__(self, books: Runbooks, may_link: MayLink) -> None:
        self._books = books
        self.may_link = may_link
        self._made: dict[tuple[str, str | None], tuple[tuple[str, str], ...]] = {}

    def url(self, alert: Alert) -> str:
        """The address that a rule names, as long as its host is listed; else empty."""
        named = alert.suggestion.runbook or ""
        return named if self.may_link(named) else ""

    def has(self, alert: Alert) -> bool:
        """Whether there is a runbook of ours for it and no address."""
        return not self.url(alert) and self._chosen(alert, "") is not None

    def book(self, alert: Alert, language: str) -> Runbook | None:
        """The runbook itself, where no address stands in its place."""
        return None if self.url(alert) else self._chosen(alert, language)

    def of(self, alert: Alert, language: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
        """Title and sections: the one that a rule names, else the first for its step, else the first for any."""
        book = self._chosen(alert, language)
        if book is None:
            return None
        key = (book.name, book.language)
        if key not in self._made:
            sections = [(section.heading, section.text) for section in book.sections]
            self._made[key] = mrkdwn_sections(sections, self.may_link)
        return book.title, self._made[key]

    def _chosen(self, alert: Alert, language: str) -> Runbook | None:
        return self._books.choose(alert.suggestion.runbook, alert.effective_step, language)


def mrkdwn_sections(sections: Sequence[tuple[str, str]], may_link: MayLink) -> tuple[tuple[str, str], ...]:
    """Headings (plain, not escaped) with mrkdwn; a long section becomes several, their headings numbered."""
    made: list[tuple[str, str]] = []
    for heading, markdown in sections:
        title = cut(heading, HEADING)
        for number, piece in enumerate(_pieces(_paragraphs(markdown, may_link)), start=1):
            made.append((title if number == 1 else f"{title} ({number})", piece))
    return tuple(made[:MOST_PIECES])


def mrkdwn(markdown: str, may_link: MayLink) -> str:
    """The same text for Slack, everything in it inert but what Markdown means; of any length."""
    return "\n".join(_paragraphs(markdown, may_link)).strip("\n")


def _paragraphs(markdown: str, may_link: MayLink) -> list[str]:
    """Paragraphs, items, headings and blocks of code, each at most MOST characters; an empty one is an empty line."""
    page = _Page(may_link)
    lines = iter(_without_comments(markdown).splitlines())
    for line in lines:
        page.take(cut(line.rstrip(), LOOKED_AT), lines)
    page.end()
    return page.done


@dataclass
class _Page:
    """What has been made of the lines so far, and the paragraph under way: its marks and its words."""

    may_link: MayLink
    done: list[str] = field(default_factory=list[str])
    start: str = ""
    words: str = ""

    def take(self, line: str, rest: Iterator[str]) -> None:
        """One line; a fence takes lines of the rest as well."""
        if fence := _FENCE.match(line):
            self.end()
            self.done += _fenced(fence[1], rest)
        elif not line.strip() or _RULE.fullmatch(line):
            self.end()
            if self.done and self.done[-1]:
                self.done.append("")
        elif heading := _HEADING.fullmatch(line):
            self.end()
            self.done.append(_bold(heading[1].rstrip("# ")))
        elif item := _ITEM.fullmatch(line):
            self.end()
            self.start, self.words = _bullet(item), item["text"]
        elif row := _ROW.fullmatch(line):
            self.end()
            self._row([cell.strip() for cell in row[1].split("|")])
        elif quote := _QUOTE.fullmatch(line):
            self._quote(quote[1])
        else:
            self.words = _joined(self.words, line.strip())

    def _row(self, cells: list[str]) -> None:
        if any(cell.strip("-: ") for cell in cells):
            self.done.append(inline(" · ".join(filter(None, cells)), self.may_link))

    def _quote(self, words: str) -> None:
        if self.start != "> " or not words.strip():
            self.end()
        self.start, self.words = "> ", _joined(self.words, words.strip())

    def end(self) -> None:
        """The paragraph under way is whole."""
        if self.words:
            self.done.append(self.start + inline(self.words, self.may_link))
        self.start = self.words = ""


def inline(words: str, may_link: MayLink) -> str:
    """One paragraph: code, links and emphasis as Slack writes them, the rest inert; at most MOST characters."""
    most = LOOKED_AT
    while len(made := _inline(cut(words, most), may_link)) > MOST:
        most //= 2
    return made


def _inline(words: str, may_link: MayLink) -> str:
    made, at = "", 0
    for found in _INLINE.finditer(words):
        made += _plain(words[at : found.start()])
        at = found.end()
        kind = found.lastgroup or ""
        if kind in _MARKS:
            before = "" if not made or made[-1].isspace() or made[-1] in "(" else " "
            after = "" if at == len(words) or words[at].isspace() or words[at] in _CLOSERS else " "
            made += before + _marked(found[kind], _MARKS[kind], may_link) + after
        else:
            made += _piece(found, kind, may_link)
    return (made + _plain(words[at:])).strip()


def _piece(found: re.Match[str], kind: str, may_link: MayLink) -> str:
    match kind:
        case "code":
            return code(found["code"])
        case "url":
            label = found["label"] or found["url"]
            is_picture = found.group().startswith("!")
            return inert(label) if is_picture else _link(found["url"], label, may_link)
        case "plain":
            return inert(found["plain"])
        case _:
            url = found["auto"] or found["bare"].rstrip(".,:;!?")
            return _link(url, url, may_link) + _plain((found["bare"] or "")[len(url) :])


def _link(url: str, label: str, may_link: MayLink) -> str:
    return link(url, label) if may_link(url) else inert(label)


def _marked(words: str, mark: str, may_link: MayLink) -> str:
    """Emphasis; left out where the same mark inside would end it early, as in `_a_word_`."""
    inner = _inline(words, may_link)
    is_safe = inner and not any(one in inner for one in mark)
    return f"{mark}{inner}{mark[::-1]}" if is_safe else inner


def _bold(words: str) -> str:
    """A line that is bold as a whole; what Markdown means inside it is left out."""
    plain = inert(plain_words(words), HEADING)
    return f"*{plain}*" if plain else ""


def plain_words(words: str) -> str:
    """The words alone, without what Markdown means in them; not yet made inert."""
    return _INLINE.sub(_words_of, _BREAK.sub(" ", words))


def _words_of(found: re.Match[str]) -> str:
    kind = found.lastgroup or ""
    inside = found["label"] or found[kind]
    return plain_words(inside) if kind in _MARKS else inside


def _plain(words: str) -> str:
    """Inert words with the space before and after them, which `inert` takes away."""
    words = _BREAK.sub(" ", words)
    made = inert(words)
    if not made:
        return " " if words else ""
    return " " * words[0].isspace() + made + " " * words[-1].isspace()


def _bullet(item: re.Match[str]) -> str:
    """What stands before an item: its indent, its number or a dot, its box."""
    depth = min(len(item["indent"].expandtabs(4)) // 2, DEEPEST)
    box = _BOXES.get((item["box"] or "").strip(), "")
    mark = item["mark"] if item["mark"][0].isdigit() else "" if box else "•" if depth == 0 else "◦"
    return "    " * depth + " ".join(filter(None, (mark, box))) + " "


def _fenced(fence: str, rest: Iterator[str]) -> list[str]:
    """The lines up to the closing fence, or to the end, as they stand."""
    lines: list[str] = []
    for line in rest:
        if line.strip() == fence:
            break
        lines.append(line)
    shown = preformatted("\n".join(lines), MOST)
    return [shown] if shown else []


def _without_comments(markdown: str) -> str:
    """The text without `<!-- ... -->`; one that is never closed stays."""
    first, *others = markdown.split("<!--")
    kept = (other.partition("-->")[2] if "-->" in other else f"<!--{other}" for other in others)
    return first + "".join(kept)


def _joined(before: str, line: str) -> str:
    """Two lines of a paragraph; between two Japanese characters no space stands."""
    if not before:
        return line
    is_wide = ord(before[-1]) > 0x2E7F and ord(line[0]) > 0x2E7F
    return before + ("" if is_wide else " ") + line


def _pieces(paragraphs: Sequence[str]) -> Iterator[str]:
    """Paragraphs put together to pieces of at most MOST characters."""
    piece = ""
    for paragraph in paragraphs:
        if piece and len(piece) + 1 + len(paragraph) > MOST:
            yield piece.strip("\n")
            piece = ""
        piece = f"{piece}\n{paragraph}" if piece else paragraph
    if piece.strip():
        yield piece.strip("\n")
