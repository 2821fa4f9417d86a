"""Use case: a change of the rules that cannot be read is said in Slack once, and taken back when it is mended."""

from __future__ import annotations

from bot.config.team_files import BadFiles
from bot.domain.effects import Announce, Revise, effect_id
from bot.domain.lines import Line
from bot.domain.privacy import mask
from bot.services.desk import Desk

SAID = "rules_bad"
"""Under this name the store keeps the line that stands in Slack, and of which content it speaks; empty when none."""


def tell(desk: Desk, bad: BadFiles | None) -> None:
    """One line in the alerts channel as long as a content cannot be read; another such edits it, a good one ends it."""
    of, _, digest = (desk.store.value(SAID) or "").partition(" ")
    if digest == (bad.digest if bad else ""):
        return
    now = desk.clock.now()
    values = {"at": now.isoformat()} if bad is None else _values(bad)
    line = Line.RULES_WELL if bad is None else Line.RULES_BAD
    with desk.change() as change:
        machine = desk.clock.machine()
        if not of and bad is not None:
            said = Announce(line, about=f"{bad.digest[:16]}:{machine.isoformat()}", values=values)
            of = effect_id(said)
            change.add(said, machine)
        else:
            about = bad.digest[:16] if bad else now.isoformat()
            change.add(Revise(of, line, about=about, values=values), machine)
        change.set_value(SAID, f"{of} {bad.digest}" if bad else "")


def _values(bad: BadFiles) -> dict[str, str]:
    """The first problem as a person reads it, and how many more there are. It quotes the file, so it is masked."""
    return {"problem": mask(bad.problems[0]), "more": str(len(bad.problems) - 1)}
