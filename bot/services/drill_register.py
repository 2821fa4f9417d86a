"""The register of drills: which one is planned or on, and which issue ids were invented. Read by `receive` and `drill`.

Written before the first invented alert is sent: what is not in it is real, whatever its id looks like.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.drill import Drill, DrillState, Played
from bot.ports import Change, Reading

CURRENT = "drill"
"""Under this name the store keeps the drill that is planned, on, or was the last one: JSON."""
INVENTED = "drill_issue:"
"""Under this name and an issue id the store keeps, for ever, which drill invented it, and what it is called: JSON."""


@dataclass(frozen=True)
class Invention:
    """An issue id that is known to be invented."""

    drill_id: str
    name: str


def invention(reading: Reading, issue_id: str) -> Invention | None:
    """Which drill invented this issue; None for a real one."""
    kept = reading.value(f"{INVENTED}{issue_id}")
    return Invention(*json.loads(kept)) if kept else None


def current(reading: Reading) -> Drill | None:
    """The drill that is planned or on, else the last one that was played."""
    kept = reading.value(CURRENT)
    return _read(json.loads(kept)) if kept else None


def is_on(reading: Reading, drill_id: str) -> bool:
    """Whether that drill is being played now."""
    drill = current(reading)
    return drill is not None and drill.id == drill_id and drill.state is DrillState.RUNNING


def keep(change: Change, drill: Drill) -> None:
    """Remember the drill, and each id that it invented."""
    change.set_value(CURRENT, json.dumps(_row(drill)))
    for played in drill.played:
        name = f"{INVENTED}{played.issue_id}"
        if change.value(name) is None:
            change.set_value(name, json.dumps([drill.id, played.name]))


def _row(drill: Drill) -> dict[str, Any]:
    return {
        "id": drill.id,
        "number": drill.number,
        "scenario": drill.scenario,
        "starts_at": drill.starts_at.isoformat(),
        "state": drill.state.value,
        "ends_by_at": _told(drill.ends_by_at),
        "ended_at": _told(drill.ended_at),
        "played": [
            [p.part, p.number, p.issue_id, p.name, p.comes_at.isoformat(), p.sent] for p in drill.played
        ],
    }


def _read(row: dict[str, Any]) -> Drill:
    return Drill(
        id=row["id"],
        number=row["number"],
        scenario=row["scenario"],
        starts_at=datetime.fromisoformat(row["starts_at"]),
        state=DrillState(row["state"]),
        ends_by_at=_instant(row["ends_by_at"]),
        ended_at=_instant(row["ended_at"]),
        played=tuple(
            Played(part, number, issue_id, name, datetime.fromisoformat(comes_at), sent)
            for part, number, issue_id, name, comes_at, sent in row["played"]
        ),
    )


def _told(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _instant(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
