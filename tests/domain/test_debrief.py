"""The debrief: for the team, with times and the key, and never a person in it."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta

from bot.domain.alert import Alert, AlertState, Consultation
from bot.domain.checklist import Checklist, Item
from bot.domain.debrief import debrief
from bot.domain.deciding import decide
from bot.domain.decision import Verdict
from bot.domain.drill import Drill
from bot.domain.entries import Entry, EntryKind
from bot.domain.impact import Impact
from tests.builders import AIKO, BEN, MONDAY_1140, a_choice, a_policy, an_alert
from tests.domain.test_drill import a_drill, a_part, a_scenario

MINUTE = timedelta(minutes=1)
SCENARIO = a_scenario(a_part("a"), a_part("b", runbook=({"en": "Count.", "ja": "数える。"},)))


def an_entry(alert: Alert, kind: EntryKind, minutes: int) -> Entry:
    return Entry(
        f"{alert.id}:{kind}", kind, MONDAY_1140 + minutes * MINUTE, alert.id, alert.issue_id, by=AIKO
    )


def played(drill: Drill, number: int, **changes: object) -> Alert:
    return an_alert(issue_id=drill.played[number].issue_id, drill=drill.id, **changes)


def told(drill: Drill, *alerts: Alert, entries: tuple[Entry, ...] = ()):  # type: ignore[no-untyped-def]
    by_issue = {alert.issue_id: alert for alert in alerts}
    return debrief(drill, SCENARIO, by_issue.get, entries, a_policy().calendar)


def test_it_says_when_the_team_first_acted_asked_judged_and_responded() -> None:
    drill = a_drill(SCENARIO)
    asked = Consultation("q", BEN, "Ben Mori", MONDAY_1140 + 4 * MINUTE, "Is it a double submit?")
    waiting = played(drill, 0, consultation=asked)
    judged = decide(waiting, a_choice(Verdict.SMALL), MONDAY_1140 + 9 * MINUTE, a_policy()).alert
    judged = replace(judged, responded_at=MONDAY_1140 + 30 * MINUTE)
    entries = (
        an_entry(judged, EntryKind.ARRIVED, 0),
        an_entry(judged, EntryKind.STEP_CHOSEN, 2),
        an_entry(judged, EntryKind.DECIDED, 9),
    )

    row = told(drill, judged, entries=entries).rows[0]

    assert asdict(row.moments) == {"looked": 2, "asked": 4, "decided": 9, "responded": 30}
    assert row.words == "Is it a double submit?"
    assert row.fits


def test_what_nobody_judged_or_answered_and_what_did_not_come_is_named_by_its_alert() -> None:
    drill = a_drill(SCENARIO)
    medium = decide(played(drill, 1), a_choice(Verdict.MEDIUM), MONDAY_1140, a_policy()).alert

    with_one, with_two = told(drill, played(drill, 0)), told(drill, played(drill, 0), medium)

    assert (with_one.missed, with_one.not_come) == (("DRILL-7A",), 1)
    assert (with_two.missed, with_two.unanswered, with_two.not_come) == (("DRILL-7A",), ("DRILL-7B",), 0)
    assert with_two.fitting == 0


def test_a_judgement_is_set_beside_its_key_also_where_it_is_another() -> None:
    drill = a_drill(SCENARIO)
    large = decide(played(drill, 0), a_choice(Verdict.LARGE), MONDAY_1140, a_policy()).alert

    row = told(drill, large).rows[0]

    assert (row.level, row.key_level, row.fits) == ("large", Impact.SMALL.value, False)
    assert row.key_step == "check"


def test_the_steps_ticked_in_the_threads_are_in_it_and_who_ticked_them_is_not() -> None:
    drill = a_drill(SCENARIO)
    items = (Item("Count the cases", AIKO, "Aiko Tanaka", MONDAY_1140), Item("Tell support"))

    made = told(drill, played(drill, 0, checklists=(Checklist(1, "Book", "Checklist", "", items),)))

    assert (made.done, made.listed) == (("Count the cases",), 2)
    assert "Aiko" not in str(asdict(made))


def test_nobody_is_named_in_it() -> None:
    drill = a_drill(SCENARIO)
    asked = Consultation("q", BEN, "Ben Mori", MONDAY_1140, "words")
    judged = decide(
        played(drill, 0, consultation=asked), a_choice(Verdict.SMALL), MONDAY_1140, a_policy()
    ).alert

    made = str(asdict(told(drill, replace(judged, acknowledged_by=AIKO, state=AlertState.SMALL))))

    assert not any(name in made for name in (AIKO, BEN, "Aiko", "Ben"))


def test_the_runbook_s_steps_stand_in_it_where_the_scenario_has_some() -> None:
    assert told(a_drill(SCENARIO)).books == (({"en": "Count.", "ja": "数える。"},),)
