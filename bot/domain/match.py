"""Match rules: globs over what is known of an alert, and what they suggest. Asked when an alert arrives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated

from bot.domain.impact import Affected, Impact, MatrixRow
from bot.domain.spelling import FROM_FILE, Spelling

GLOB_LENGTH_LIMIT = 200
"""Characters in one pattern; ours, so that the cost of a match is bounded."""
GLOB_STARS_LIMIT = 10
"""`*` in one pattern; ours, as above."""
LOOKED_AT_LIMIT = 4096
"""Characters of a value that a pattern looks at; ours: a title of megabytes must not cost seconds."""

Glob = Annotated[str, Spelling.GLOB]
Runbook = Annotated[str, Spelling.RUNBOOK]


@dataclass(frozen=True)
class Features:
    """What a rule may look at; None and empty mean "not known", and no pattern matches those."""

    project: str | None = None
    transaction: str | None = None
    culprit: str | None = None
    title: str | None = None
    exceptions: tuple[str, ...] = ()
    """Exception types of the whole chain."""
    level: str | None = None
    environment: str | None = None
    tags: tuple[tuple[str, str], ...] = ()
    """A key may occur twice, as in Sentry."""


@dataclass(frozen=True)
class When:
    """What must hold for a rule to match: every key given. A list holds when one of its patterns does.

    `*` stands for anything, `?` for one character, all else for itself; capitals do not matter."""

    __pydantic_config__ = FROM_FILE

    project: tuple[Glob, ...] = ()
    """The project's slug in Sentry."""
    transaction: tuple[Glob, ...] = ()
    """The transaction, such as `Sidekiq/*Job` or `Api::*#create`."""
    culprit: tuple[Glob, ...] = ()
    """Sentry's culprit; often the transaction, known also where that is not."""
    exception: tuple[Glob, ...] = ()
    """The type of any exception in the chain, such as `ActiveRecord::Deadlocked`."""
    title: tuple[Glob, ...] = ()
    """The issue's title."""
    level: tuple[Glob, ...] = ()
    """Sentry's level: fatal, error, warning, info, debug, sample."""
    environment: tuple[Glob, ...] = ()
    """The environment, such as `production`."""
    tags: dict[str, tuple[Glob, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Patterns by tag key; where an alert has a key twice, one of its values must match."""

    def matches(self, features: Features) -> tuple[Matched, ...] | None:
        """What matched, a line for each key given; None when one of them did not."""
        found: list[Matched] = []
        for key, patterns, values in self._questions(features):
            hit = first_match(patterns, values)
            if hit is None:
                return None
            found.append(Matched(key, *hit))
        return tuple(found)

    @property
    def is_empty(self) -> bool:
        """No key is given, so that every alert would match."""
        return not any(patterns for _, patterns, _ in self._questions(Features()))

    @property
    def patterns(self) -> dict[str, tuple[str, ...]]:
        """The patterns by key, `tags.KEY` for those of a tag; only the keys that are given."""
        return {key: patterns for key, patterns, _ in self._questions(Features()) if patterns}

    def _questions(self, features: Features) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
        """Each key given with its patterns and the values that they are asked of."""
        single = {
            "project": (self.project, features.project),
            "transaction": (self.transaction, features.transaction),
            "culprit": (self.culprit, features.culprit),
            "title": (self.title, features.title),
            "level": (self.level, features.level),
            "environment": (self.environment, features.environment),
        }
        for key, (patterns, value) in single.items():
            if patterns:
                yield key, patterns, () if value is None else (value,)
        if self.exception:
            yield "exception", self.exception, features.exceptions
        for tag, patterns in self.tags.items():
            yield f"tags.{tag}", patterns, tuple(value for key, value in features.tags if key == tag)


@dataclass(frozen=True)
class Matched:
    """One key of a rule that held: which pattern, on which value."""

    key: str
    pattern: str
    value: str


@dataclass(frozen=True)
class MatchRule:
    """One rule of `match`: when it holds, it tells a step, suggests a level, names a runbook; any of them."""

    __pydantic_config__ = FROM_FILE

    name: str
    """Quoted on the card as the reason; unique."""
    when: When
    """What must hold."""
    step: str | None = None
    """The step that cannot go on: an id of the journey, `whole` or `outside`."""
    suggest: Impact | None = None
    """The level to suggest; a person decides."""
    affected: Affected | None = None
    """Why that level: `all` or `few`; with `workaround` it names the row of the matrix."""
    workaround: bool | None = None
    """Why that level: can the business or the end user get on without us?"""
    runbook: Runbook | None = None
    """What to read first: a file in RUNBOOKS_DIR (`async-worker.md`) or an https link."""
    line: int | None = field(default=None, compare=False, metadata={"from_file": False})
    """Where the rule stands in `rules.yaml`; filled in by the reader."""


class ReasonKind(StrEnum):
    """What a line of "because" tells; `bot.i18n` has the words."""

    MATCHED = "matched"
    """A pattern of the rule holds: `rule`, `key`, `pattern`, `value`."""
    STEP = "step"
    """The rule says which step cannot go on: `rule`, `value`."""
    LEVEL = "level"
    """The rule suggests a level: `rule`, `value`."""
    ROW = "row"
    """The row of the matrix that agrees: `rule`, `value` (the row's key)."""
    AFFECTED = "affected"
    """The rule says whether all or a few: `rule`, `value`."""
    WORKAROUND = "workaround"
    """The rule says whether one can get on without us: `rule`, `value` (`yes` or `no`)."""
    EVENTS = "events"
    """How many events there are: `value`. Known by itself, from no rule, as the two below."""
    USERS = "users"
    """How many users met it, where any is known: `value`."""
    RATE = "rate"
    """How many times the usual it happens, where that is unusual: `value`."""


@dataclass(frozen=True)
class Reason:
    """One line of "because"."""

    kind: ReasonKind
    rule: str
    key: str = ""
    pattern: str = ""
    value: str = ""


@dataclass(frozen=True)
class Suggestion:
    """What the rules make of an alert; without a rule that matches everything in it is None."""

    step: str | None = None
    level: Impact | None = None
    rule_name: str | None = None
    """The rule that set the level, else the one that set the step, else the one that named the runbook."""
    runbook: str | None = None
    row: MatrixRow | None = None
    """The one row of the matrix behind the level; None when several rows could be."""
    affected: Affected | None = None
    """All or a few, as the rule that set the level says; None is "not said"."""
    workaround: bool | None = None
    """Whether one can get on without us, as that rule says; None is "not said"."""
    because: tuple[Reason, ...] = ()


def glob_matches(pattern: str, text: str) -> bool:
    """Whether the whole text has the pattern's form; capitals do not matter, brackets are plain."""
    literal_brackets = pattern.lower().replace("[", "[[]")
    return fnmatchcase(text[:LOOKED_AT_LIMIT].lower(), literal_brackets)


def first_match(patterns: Iterable[str], values: Iterable[str]) -> tuple[str, str] | None:
    """The first pattern that one of the values has the form of, with that value."""
    known = tuple(values)
    for pattern in patterns:
        for value in known:
            if glob_matches(pattern, value):
                return pattern, value
    return None
