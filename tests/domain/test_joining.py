"""Part of the incident: one click, nobody called again, both linked, and no second time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.alert import Alert, AlertState
from bot.domain.chasing import nudge
from bot.domain.deciding import AlreadyDecided, change, press
from bot.domain.decision import Verdict
from bot.domain.effects import Announce, Say
from bot.domain.errors import UserError
from bot.domain.handling import Doer
from bot.domain.joining import RELATED_BEFORE, incident_for, join, lead_withdrawn, leave, may_join
from bot.domain.lines import Line
from tests.builders import BEN, CHIKA, MONDAY_1140, a_choice, a_policy, an_alert

NOW = MONDAY_1140 + timedelta(minutes=5)
BY_CHIKA = Doer(CHIKA, "Chika Sato", NOW)


def lead(issue: str = "1", minutes: int = 0) -> Alert:
    at = MONDAY_1140 + timedelta(minutes=minutes)
    return press(an_alert(issue_id=issue), a_choice(Verdict.LARGE), at, a_policy()).alert


def part(**changes: object) -> Alert:
    return an_alert(issue_id="2", **changes)


@pytest.mark.parametrize(
    ("before", "state", "may"),
    [
        (timedelta(0), AlertState.OPEN, True),
        (timedelta(hours=-2), AlertState.OPEN, True),
        (RELATED_BEFORE, AlertState.OPEN, True),
        (RELATED_BEFORE + timedelta(seconds=1), AlertState.OPEN, False),
        (timedelta(0), AlertState.MEDIUM, False),
        (timedelta(0), AlertState.CLOSED, False),
    ],
)
def test_open_alerts_from_an_hour_before_it_on_may_be_part_of_it(
    before: timedelta, state: AlertState, may: bool
) -> None:
    assert may_join(part(arrived_at=MONDAY_1140 - before, state=state), lead()) is may


def test_the_newest_open_incident_is_offered_and_never_oneself_or_one_that_is_over() -> None:
    old, new = lead("1"), lead("3", 3)
    over = replace(new, state=AlertState.CLOSED)

    assert incident_for(part(), [new, old]) == new
    assert incident_for(part(), [over, old]) == old
    assert incident_for(part(), [over]) is None
    assert not may_join(replace(old, state=AlertState.OPEN), old)


def test_one_click_is_large_as_a_part_counts_and_calls_nobody() -> None:
    joined, counted = join(part(), lead(), BY_CHIKA, a_policy())

    alert = joined.alert
    assert (alert.state, alert.part_of, alert.incident) == (AlertState.LARGE, "1-1", None)
    assert [e.line for e in joined.effects if isinstance(e, Say | Announce)] == [Line.PART_OF]
    assert all(not e.mention for e in joined.effects if isinstance(e, Say))
    assert nudge(alert, NOW + timedelta(hours=3), a_policy()).effects == ()
    assert counted.alert.incident and counted.alert.incident.joined == (alert.id,)
    assert [e.details["joined"] for e in counted.entries] == [alert.display_id]


def test_a_second_click_changes_nothing_on_either() -> None:
    joined, counted = join(part(), lead(), BY_CHIKA, a_policy())

    again = join(joined.alert, counted.alert, BY_CHIKA, a_policy())

    assert [(o.alert, o.effects, o.entries) for o in again] == [
        (joined.alert, (), ()),
        (counted.alert, (), ()),
    ]


def test_who_is_late_is_told_by_whom_it_was_judged() -> None:
    judged = press(part(), a_choice(Verdict.MEDIUM), NOW, a_policy()).alert

    with pytest.raises(AlreadyDecided):
        join(judged, lead(), BY_CHIKA, a_policy())


def test_an_incident_that_is_over_takes_no_parts() -> None:
    leading = lead()
    seen = leading.decision.id if leading.decision else None
    over = change(leading, a_choice(Verdict.MEDIUM), seen, NOW, a_policy()).alert

    with pytest.raises(UserError, match="incident_over"):
        join(part(), over, BY_CHIKA, a_policy())


def test_large_said_again_stays_a_part_and_another_level_leaves() -> None:
    joined, counted = join(part(), lead(), BY_CHIKA, a_policy())
    seen = joined.alert.decision.id if joined.alert.decision else None
    stays, leaves = (
        change(joined.alert, a_choice(verdict, by=BEN), seen, NOW, a_policy()).alert
        for verdict in (Verdict.LARGE, Verdict.MEDIUM)
    )

    assert (stays.part_of, stays.incident, leaves.part_of) == ("1-1", None, "")
    left = leave(leaves, counted.alert).alert.incident
    assert left and left.joined == ()
    assert [moment.what.value for moment in left.timeline] == ["declared", "joined", "left"]


@pytest.mark.parametrize(("hours", "mentioned"), [(0, True), (12, False)])
def test_when_the_lead_is_large_no_more_its_parts_are_asked_about_by_name_in_business_hours_only(
    hours: int, mentioned: bool
) -> None:
    joined, counted = join(part(), lead(), BY_CHIKA, a_policy())
    seen = counted.alert.decision.id if counted.alert.decision else None
    withdrawn = change(counted.alert, a_choice(Verdict.MEDIUM), seen, NOW, a_policy()).alert

    outcome = lead_withdrawn(joined.alert, withdrawn, NOW + timedelta(hours=hours), a_policy())

    [line] = [effect for effect in outcome.effects if isinstance(effect, Say)]
    assert (line.line, line.values["level"], bool(line.mention)) == (Line.LEAD_WITHDRAWN, "medium", mentioned)


def test_an_alert_of_its_own_hears_nothing_of_a_withdrawn_lead() -> None:
    assert lead_withdrawn(lead("9"), lead(), NOW, a_policy()).effects == ()
