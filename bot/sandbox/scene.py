"""Reads a scene (people, channels, what breaks, the hints) from `scenes/`; asked by the stage and the story."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import yaml

SCENES = Path(__file__).parent / "scenes"
OPENING = SCENES / "opening.yaml"
RULES = SCENES / "rules.yaml"
"""The demo's rules: the shipped ones with the demo's people; `tests/sandbox/test_scene.py` compares the two."""

Words = Mapping[str, str]
"""One text in each language of the page: `en` and `ja`."""


@dataclass(frozen=True)
class ScenePerson:
    """Someone to act as, known to the local Slack and, by e-mail, to the local Sentry."""

    id: str
    name: str
    real_name: str
    email: str
    member: int
    role: Words


@dataclass(frozen=True)
class SceneAlert:
    """One issue that breaks: the description of its event, how often it happens and to which users in turn."""

    event: Mapping[str, Any]
    events: int
    users: tuple[str, ...]

    @property
    def issue_id(self) -> str:
        """The issue's number in the local Sentry."""
        return str(self.event["issue_id"])


@dataclass(frozen=True)
class StepWords:
    """What the page says about one step of the story; a step without a title is not listed."""

    hint: Words
    title: Words | None = None


@dataclass(frozen=True)
class Scene:
    """Everything that a story needs to be told twice in the same way."""

    team: str
    """The name of the company whose workspace this is."""
    people: tuple[ScenePerson, ...]
    channels: tuple[tuple[str, str], ...]
    """Ids and names, the alerts channel first."""
    shortcuts: tuple[Mapping[str, Any], ...]
    """The app's message shortcuts: `callback_id`, and `name` as Words; the manifests name them too."""
    times: Mapping[str, datetime]
    alerts: Mapping[str, SceneAlert]
    steps: Mapping[str, StepWords]
    prologue_reason: Words
    answer: Words
    """What the backup writes in the consultation."""
    response: Words
    """What was done for B's customers, as the form *Responded* asks."""


def load_scene(path: Path = OPENING) -> Scene:
    """The scene of that file. Raises KeyError or TypeError for a key missing or unknown: scenes are our own files."""
    given = cast("dict[str, Any]", yaml.safe_load(path.read_text(encoding="utf-8")))
    return Scene(
        team=given["team"],
        people=tuple(ScenePerson(**person) for person in given["people"]),
        channels=tuple((channel["id"], channel["name"]) for channel in given["channels"]),
        shortcuts=tuple(given["shortcuts"]),
        times={name: at.astimezone(UTC) for name, at in given["times"].items()},
        alerts={
            key: SceneAlert(alert["event"], alert["events"], tuple(alert["users"]))
            for key, alert in given["alerts"].items()
        },
        steps={key: StepWords(**step) for key, step in given["steps"].items()},
        prologue_reason=given["prologue_reason"],
        answer=given["answer"],
        response=given["response"],
    )
