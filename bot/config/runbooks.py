"""Reads the runbooks, Markdown files with a front matter, once at start; called by `bot.app` and `bot.checks`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.config.problem import Problem
from bot.config.shape import shape, validate
from bot.config.spelling import read_runbook
from bot.config.yaml_source import SourceError, parse_source
from bot.domain.journey import ANY
from bot.domain.rules import Language
from bot.domain.spelling import FROM_FILE

SIZE_LIMIT = 64 * 1024
"""Bytes of one file; ours: a text that is read in a modal during an incident is far shorter."""
MOST_FILES = 200
"""Files of one folder; ours: more than a team reads."""
TITLE_LIMIT = 80
SUFFIX = ".md"
FENCE = "---"
"""Stands alone in the lines before and after the front matter."""

_HEADING = re.compile(r"##\s+(.*)")
_CODE_FENCE = re.compile(r"\s{0,3}(```|~~~)")
_FITS = re.compile(r"<!--\s*for:([^<>]*?)-->")


@dataclass(frozen=True)
class FrontMatter:
    """What stands between the two lines `---` on top of a runbook."""

    __pydantic_config__ = FROM_FILE

    title: str
    steps: tuple[str, ...] = ()
    """The steps of the journey that it helps with, `whole`, or `any`: read where no rule names a runbook."""


@dataclass(frozen=True)
class Section:
    """A heading of the second level with the Markdown below it."""

    heading: str
    text: str
    fits: tuple[str, ...] = ()
    """The words of `<!-- for: open, check -->` in it: states of an alert and steps; none fits always."""


@dataclass(frozen=True)
class Runbook:
    """One file: its name as rules give it (`async-worker.md`, whatever the language), and what it says."""

    name: str
    language: str | None
    """The language in the file's own name (`async-worker.ja.md`); None for a file without one."""
    title: str
    steps: tuple[str, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Runbooks:
    """All that could be read, in the order of names, and what is wrong with the others: `file:line: what; remedy`."""

    books: tuple[Runbook, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Each name once."""
        return tuple(dict.fromkeys(book.name for book in self.books))

    def find(self, name: str, language: str) -> Runbook | None:
        """That runbook in this language, else in the language of the plain file, else in any; None: there is none."""
        base, marked = _unmarked(name)
        order = dict.fromkeys((*filter(None, (marked,)), language, None, *Language))
        found = {book.language: book for book in self.books if book.name == base}
        return next((found[one] for one in order if one in found), None)

    def choose(self, named: str | None, step: str | None, language: str) -> Runbook | None:
        """What to read first: the named one, else the first made for this step, else the first made for any step."""
        found = self.find(named, language) if named else None
        if found is not None:
            return found
        for wanted in filter(None, (step, ANY)):
            for book in self.books:
                if wanted in book.steps:
                    return self.find(book.name, language)
        return None


def load_runbooks(folder: str | Path) -> Runbooks:
    """Every runbook in the folder and below. Never raises: a broken one must not keep the bot from starting.

    A folder that is not there holds none.
    """
    root = Path(folder)
    books: list[Runbook] = []
    problems: list[str] = []
    paths = sorted(files_of(root))
    if len(paths) > MOST_FILES:
        problems.append(
            f"{root}: holds more than {MOST_FILES} runbooks; the last ones are left out: join some"
        )
    for path in paths[:MOST_FILES]:
        try:
            books.append(_read(path, root))
        except SourceError as error:
            problems.append(error.problem.told(str(path)))
    return Runbooks(tuple(books), tuple(problems))


def files_of(root: Path) -> Iterator[Path]:
    """The files that runbooks are read from; none when the folder is not there."""
    for path in root.rglob(f"*{SUFFIX}"):
        hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        if not hidden and not path.name.upper().startswith("README") and path.is_file():
            yield path


def _read(path: Path, root: Path) -> Runbook:
    name = path.relative_to(root).as_posix()
    try:
        read_runbook(name)
    except ValueError:
        raise _problem("has a name that no rule can give; use letters, digits, - and _") from None
    if not path.resolve().is_relative_to(root.resolve()):
        raise _problem("leads out of the folder of the runbooks; copy the file here")
    lines = _text(path).splitlines()
    end = next((n for n, line in enumerate(lines) if n and line.rstrip() == FENCE), None)
    if not lines or lines[0].rstrip() != FENCE or end is None:
        raise _problem("has no front matter; begin with the lines ---, title: ..., ---", 1)
    front = _front_matter(lines[1:end])
    sections = tuple(_sections(lines[end + 1 :], front.title))
    if not sections:
        raise _problem("says nothing below its front matter; write it, or remove the file", end + 1)
    base, language = _unmarked(name)
    return Runbook(base, language, front.title, front.steps, sections)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise _problem(f"cannot be read ({error.strerror}); let this user read it") from None
    if len(data) > SIZE_LIMIT:
        raise _problem(f"is larger than {SIZE_LIMIT // 1024} KiB; split it")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _problem("is not UTF-8 text; save the file as UTF-8", line) from None


def _front_matter(lines: list[str]) -> FrontMatter:
    # One empty line stands for the fence, so that the lines told are those of the file.
    source = parse_source("\n".join(("", *lines, "")))
    draft = shape(source.root, FrontMatter)
    front = validate(draft, FrontMatter)
    problems = [*source.problems, *(problem for _, problem in draft.faults)]
    if front is None or problems:
        raise SourceError(problems[0])
    if not 1 <= len(front.title.strip()) <= TITLE_LIMIT:
        raise SourceError(Problem("title", f"must have 1 to {TITLE_LIMIT} characters", 2))
    return front


def _sections(lines: Iterable[str], title: str) -> Iterator[Section]:
    """The text cut at its headings of the second level; what stands before the first is headed by the title."""
    heading, text, fence = title, list[str](), ""
    for line in lines:
        mark = _CODE_FENCE.match(line)
        if mark:
            fence = "" if fence == mark[1] else fence or mark[1]
        found = None if fence else _HEADING.fullmatch(line)
        if found is None:
            text.append(line)
            continue
        yield from _section(heading, text)
        heading, text = found[1].rstrip("# \t"), []
    yield from _section(heading, text)


def _section(heading: str, lines: list[str]) -> Iterator[Section]:
    text = "\n".join(lines).strip("\n")
    if text.strip():
        words = (word.strip() for found in _FITS.findall(text) for word in found.split(","))
        yield Section(heading, text, tuple(filter(None, words)))


def _unmarked(name: str) -> tuple[str, str | None]:
    """A file's name without the language in it, and the language."""
    for language in Language:
        ending = f".{language.value}{SUFFIX}"
        if name.endswith(ending):
            return name.removesuffix(ending) + SUFFIX, language.value
    return name, None


def _problem(message: str, line: int | None = None) -> SourceError:
    return SourceError(Problem("", message, line))
