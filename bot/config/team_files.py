"""The team's files in force, rules.yaml and the runbooks: one holder that everything asks, and that sees them change.

Made by `bot.app`; the job `reload` calls `look`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.config.calendar import make_calendar
from bot.config.rules import RulesError, load_rules
from bot.config.runbooks import Runbooks, files_of, load_runbooks
from bot.config.yaml_source import SIZE_LIMIT
from bot.domain.calendar import BusinessCalendar
from bot.domain.rules import Rules

TOLD_MOST = 3
"""Problems that are told one by one; ours: whoever mends them runs `triage rules check`, which tells all."""


@dataclass(frozen=True)
class InForce:
    """Rules and runbooks that belong together; never changed, only replaced as a whole."""

    rules: Rules
    runbooks: Runbooks
    calendar: BusinessCalendar


@dataclass(frozen=True)
class BadFiles:
    """A content that is not in force, and why: each problem with file, line and remedy."""

    digest: str
    problems: tuple[str, ...]

    @property
    def told(self) -> str:
        """The first problems in one line, for `/healthz` and the log."""
        more = len(self.problems) - TOLD_MOST
        rest = (f"{more} more: triage rules check",) if more > 0 else ()
        return "; ".join((*self.problems[:TOLD_MOST], *rest, "what was read before stays in force"))


class TeamFiles:
    """What is in force now. A content counts once it has stood for two looks, so that no half-written file does."""

    def __init__(self, rules: Rules, rules_file: Path, runbooks_dir: Path) -> None:
        """The rules were read already, or there would be no bot; runbooks that cannot be read are left out."""
        self._rules_file, self._runbooks_dir = rules_file, runbooks_dir
        self._judged = self._seen = self._digest()
        self.now = InForce(rules, load_runbooks(runbooks_dir), make_calendar(rules))
        self.bad: BadFiles | None = None
        """The newest content, as long as it cannot be read."""

    def rules(self) -> Rules:
        return self.now.rules

    def calendar(self) -> BusinessCalendar:
        return self.now.calendar

    def look(self) -> bool:
        """Whether other rules or runbooks are in force from here on. What cannot be read stands in `bad`.

        The file of the rules counts as a whole, and so do the runbooks: of each the last ones read well stay.
        """
        digest = self._digest()
        has_stood, self._seen = digest == self._seen, digest
        if digest == self._judged or not has_stood:
            return False
        self._judged = digest
        rules, problems = self._read_rules()
        books = load_runbooks(self._runbooks_dir)
        problems += books.problems
        self.bad = BadFiles(digest, problems) if problems else None
        before = self.now
        after = InForce(
            rules or before.rules,
            before.runbooks if books.problems else books,
            make_calendar(rules) if rules else before.calendar,
        )
        self.now = after
        return (after.rules, after.runbooks) != (before.rules, before.runbooks)

    def _read_rules(self) -> tuple[Rules | None, tuple[str, ...]]:
        try:
            return load_rules(self._rules_file), ()
        except RulesError as error:
            return None, tuple(str(error).splitlines())

    def _digest(self) -> str:
        """One text for all the content; what cannot be read is a content of its own."""
        made = hashlib.sha256()
        for path in (self._rules_file, *sorted(files_of(self._runbooks_dir))):
            for part in _parts(path):
                made.update(len(part).to_bytes(8, "big") + part)
        return made.hexdigest()


def _parts(path: Path) -> Iterator[bytes]:
    yield str(path).encode(errors="surrogateescape")
    try:
        with path.open("rb") as file:
            yield file.read(SIZE_LIMIT + 1)
    except OSError as error:
        yield type(error).__name__.encode()
