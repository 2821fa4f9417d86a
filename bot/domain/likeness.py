"""What two alerts are to each other, as data: verdicts, features, differences. Read wherever they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Likeness(StrEnum):
    """What two alerts are to each other."""

    SAME_CAUSE = "same_cause"
    LOOK_ALIKE = "look_alike"
    UNRELATED = "unrelated"


class Feature(StrEnum):
    """The features by name; `locales/` has the words under `feature.<value>`."""

    TITLE = "title"
    TYPE = "type"
    MESSAGE = "message"
    STEP = "step"
    TRANSACTION = "transaction"
    CULPRIT = "culprit"
    PLACE = "place"
    PATH = "path"
    KIND = "kind"
    JOB = "job"
    CHAINED_CAUSE = "chained_cause"
    PROJECT = "project"
    ENDPOINT = "endpoint"
    STATUS = "status"
    FIELD = "field"
    ENVIRONMENT = "environment"
    TAG = "tag"


@dataclass(frozen=True)
class Difference:
    """One feature that differs: its value in the earlier alert and in the newer one; `tag` for a tag's key."""

    feature: Feature
    before: str
    now: str
    tag: str = ""


@dataclass(frozen=True)
class Comparison:
    """The verdict and what it rests on. `differs` begins with what weighs most."""

    verdict: Likeness
    alike: tuple[Feature, ...] = ()
    differs: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class Twin:
    """An earlier alert that a hurried person would take for this one; the decision on it is read where it is shown."""

    alert_id: str
    likeness: Likeness
    differs: tuple[Difference, ...] = ()
