"""What every store promises: one suite over all of them; `stores` below names them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from bot.domain.alert import Alert, AlertState, Closing, MessageRef, Occurrence, Source, Suspicion
from bot.domain.decision import Answers, Decision, Verdict
from bot.domain.effects import (
    Announce,
    Assign,
    EditCard,
    Effect,
    EffectState,
    LinkIssue,
    PostCard,
    ReadIssue,
    SavedEffect,
    Say,
    Screen,
    Service,
    SetStatus,
    WriteNote,
    effect_id,
)
from bot.domain.entries import EntryKind
from bot.domain.facts import Facts
from bot.domain.fingerprint import face_keys, fingerprint
from bot.domain.impact import Affected
from bot.domain.lines import Line
from bot.ports import DONE_FOR, HOT_FOR, SEEN_FOR, Backlog, Person, Store
from bot.stores import open_store
from bot.stores.keeping import DECISIONS_A_PAGE
from tests.stores.kept_things import AT, StoppedClock, a_full_alert, an_alert, an_entry

SECOND = timedelta(seconds=1)
SLACK, SENTRY = Service.SLACK, Service.SENTRY


URLS: dict[str, Callable[[Path], str]] = {
    "memory": lambda folder: "memory://",
    "tinydb": lambda folder: f"tinydb:///{folder}/data/triage.db",
}


@pytest.fixture(params=URLS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    store = open_store(URLS[request.param](tmp_path), clock=StoppedClock())
    yield store
    store.close()


def kept(store: Store, *alerts: Alert) -> None:
    with store.change() as change:
        for alert in alerts:
            change.save(alert)


EFFECTS: list[Effect] = [
    PostCard("7-1"),
    EditCard("7-1"),
    Say("7-1", Line.NOTE, "7-1.1", {"text": "見ました"}, ("U1",), broadcast=True),
    Announce(Line.FIRST_START, "start", {"n": "12"}),
    ReadIssue("7", with_event=True),
    Screen(Occurrence("7", Source.POLL, Facts("t"), AT, suspicions=(Suspicion.OUTAGE,), first_seen_at=AT)),
    SetStatus("7-1", "archive", "7-1.1", AT, cases=3),
    Assign("7-1", "U1", "7-1.1", AT),
    WriteNote("7-1", "7-1.1", "Small: 二重送信"),
    LinkIssue("7-1"),
]


# Alerts.


def test_an_alert_is_read_back_with_everything_in_it(store: Store) -> None:
    alert = a_full_alert()

    kept(store, alert)

    assert store.alert(alert.id) == alert
    found = store.alert(alert.id)
    assert found is not None
    assert found.suggestion.row is not None
    assert found.suggestion.row.line == 12
    assert type(found.state) is AlertState
    assert found.arrived_at.tzinfo is not None


def test_an_alert_that_is_not_there_is_none(store: Store) -> None:
    assert store.alert("7-1") is None
    assert store.latest_round("7") is None
    assert store.rounds("7") == []
    assert store.alerts() == []


def test_saving_an_alert_again_replaces_it(store: Store) -> None:
    kept(store, an_alert(owner="U1", short_id="KYC-1"))

    kept(store, an_alert(owner="U2"))

    found = store.alert("7-1")
    assert found is not None
    assert (found.owner, found.short_id) == ("U2", None)
    assert store.rounds("7") == [found]


def decided(issue: str, minutes: int, given: Answers, **changed: object) -> Alert:
    """A round that was judged, minutes after AT, and says why."""
    decision = Decision(
        id=f"{issue}-1.1",
        verdict=Verdict.SMALL,
        answers=given,
        row="any/few/yes",
        reason=f"why {issue}",
        by="U1",
        by_name="Sato",
        at=AT + timedelta(minutes=minutes),
    )
    return an_alert(issue, short_id=f"KYC-{issue}", decision=replace(decision, **changed))  # type: ignore[arg-type]


FEW_YES = Answers("submission", Affected.FEW, True)


def test_the_newest_decision_with_an_answer_is_its_example(store: Store) -> None:
    kept(
        store,
        decided("7", 1, FEW_YES),
        decided("8", 3, FEW_YES),
        decided("9", 2, Answers("check", Affected.ALL, False)),
    )

    def names(given: Answers, besides: str = "", limit: int = 9) -> list[str]:
        return [example.name for example in store.examples(given, besides=besides, limit=limit)]

    assert names(Answers(affected=Affected.FEW)) == ["KYC-8", "KYC-7"]
    assert names(Answers(affected=Affected.FEW), limit=1) == ["KYC-8"]
    assert names(Answers(affected=Affected.FEW), besides="8") == ["KYC-7"]
    assert names(Answers(workaround=False)) == names(Answers(step="check")) == ["KYC-9"]
    assert names(Answers("check", workaround=True)) == []
    (found,) = store.examples(Answers(workaround=False))
    assert (found.at, found.reason, found.answers) == (
        AT + timedelta(minutes=2),
        "why 9",
        Answers("check", Affected.ALL, False),
    )


@pytest.mark.parametrize(
    "changed", [{"reason": "  "}, {"row": None}, {"answers": Answers(None, Affected.FEW, True)}]
)
def test_a_decision_that_says_too_little_is_no_example(store: Store, changed: dict[str, object]) -> None:
    kept(store, decided("7", 1, FEW_YES, **changed), an_alert("8"))

    assert store.examples(Answers(), limit=9) == []


def test_a_changed_mind_is_no_example_any_more_and_a_cold_round_still_is(store: Store) -> None:
    kept(store, decided("7", 1, FEW_YES), replace(decided("8", 2, FEW_YES), state=AlertState.SMALL))
    with store.change() as change:
        change.save(decided("7", 3, FEW_YES, reason=""))
        change.sweep(AT + HOT_FOR + timedelta(days=9))

    assert [example.name for example in store.examples(Answers(affected=Affected.FEW), limit=9)] == ["KYC-8"]


def test_an_example_that_was_undone_is_none(store: Store) -> None:
    with pytest.raises(KeyError), store.change() as change:
        change.save(decided("7", 1, FEW_YES))
        assert change.examples(Answers())
        raise KeyError

    assert store.examples(Answers()) == []


def test_rounds_are_told_oldest_first_whatever_the_order_of_saving(store: Store) -> None:
    kept(store, an_alert(round_number=2), an_alert(round_number=10), an_alert(round_number=1), an_alert("8"))

    assert [alert.round for alert in store.rounds("7")] == [1, 2, 10]
    latest = store.latest_round("7")
    assert latest is not None
    assert latest.round == 10


def test_alerts_are_asked_for_by_state_oldest_arrival_first(store: Store) -> None:
    kept(
        store,
        an_alert("1", arrived_at=AT + 2 * SECOND),
        an_alert("2", arrived_at=AT + SECOND, state=AlertState.MEDIUM),
        an_alert("3", arrived_at=AT),
    )

    assert [a.issue_id for a in store.alerts([AlertState.OPEN])] == ["3", "1"]
    assert [a.issue_id for a in store.alerts([AlertState.OPEN, AlertState.MEDIUM])] == ["3", "2", "1"]
    assert [a.issue_id for a in store.alerts(iter(AlertState))] == ["3", "2", "1"]
    assert [a.issue_id for a in store.alerts()] == ["3", "2", "1"]
    assert store.alerts([AlertState.CLOSED]) == []
    assert store.alerts([]) == []


def test_an_alert_that_changes_its_state_is_found_under_the_new_one_only(store: Store) -> None:
    kept(store, an_alert())

    kept(store, an_alert(state=AlertState.LARGE))

    assert store.alerts([AlertState.OPEN]) == []
    assert [a.id for a in store.alerts([AlertState.LARGE])] == ["7-1"]


def test_a_message_leads_to_its_alert(store: Store) -> None:
    ref = MessageRef("C1", "1700000000.000100")

    with store.change() as change:
        change.place(ref, "7-1")
        assert change.alert_at(ref) == "7-1"

    assert store.alert_at(ref) == "7-1"
    assert store.alert_at(MessageRef("C2", ref.ts)) is None
    assert store.alert_at(MessageRef("C1", "1700000000.0001")) is None


# The log.


def test_the_log_is_told_oldest_first_and_cut_at_the_newest(store: Store) -> None:
    with store.change() as change:
        for number, issue in enumerate("7787"):
            change.log(an_entry(number, issue, AT + number * SECOND))

    assert [entry.id for entry in store.entries()] == ["e0", "e1", "e2", "e3"]
    assert [entry.id for entry in store.entries(limit=2)] == ["e2", "e3"]
    assert [entry.id for entry in store.entries(issue_id="7")] == ["e0", "e1", "e3"]
    assert [entry.id for entry in store.entries(issue_id="7", limit=2)] == ["e1", "e3"]
    assert store.entries(limit=0) == []
    assert store.entries(issue_id="9") == []
    assert store.entries()[0] == an_entry(0, "7", AT)


def test_every_decision_is_told_once_with_its_round_wherever_that_is_kept(store: Store) -> None:
    over = an_alert("7", 1, state=AlertState.CLOSED, closing=Closing("resolved", AT))
    kept(store, over, an_alert("8"))
    with store.change() as change:
        change.log(an_entry(1, "7"))
        for number, issue in enumerate(("7", "8", "gone", "7"), start=2):
            decided = replace(an_entry(number, issue), kind=EntryKind.DECIDED, decision=_decision())
            change.log(decided)
        change.sweep(AT + HOT_FOR + SECOND)
    assert [alert.id for alert in store.alerts()] == ["8-1"]

    told = list(store.decided())

    assert [(one.entry.id, one.alert.id) for one in told] == [("e2", "7-1"), ("e3", "8-1"), ("e5", "7-1")]
    assert told[0].alert == over
    assert [one.part for one in told] == [0.4, 0.6, 1.0]


def test_more_decisions_than_a_page_are_told_in_their_order(store: Store) -> None:
    kept(store, an_alert("7"))
    many = 2 * DECISIONS_A_PAGE + 1
    with store.change() as change:
        for number in range(many):
            change.log(replace(an_entry(number), kind=EntryKind.DECIDED, decision=_decision()))

    assert [one.entry.id for one in store.decided()] == [f"e{number}" for number in range(many)]


def test_entries_of_the_same_moment_keep_the_order_of_their_writing(store: Store) -> None:
    with store.change() as change:
        for number in (3, 1, 2):
            change.log(an_entry(number))

    assert [entry.id for entry in store.entries()] == ["e3", "e1", "e2"]
    assert [entry.id for entry in store.entries(limit=2)] == ["e1", "e2"]


def test_an_entry_that_is_there_already_changes_nothing(store: Store) -> None:
    with store.change() as change:
        change.log(an_entry(1))
    with store.change() as change:
        change.log(replace(an_entry(1), by="U9"))

    assert [entry.by for entry in store.entries()] == ["U1"]


def test_an_entry_keeps_its_decision(store: Store) -> None:
    entry = replace(an_entry(1), kind=EntryKind.DECIDED, decision=a_full_alert().decision)

    with store.change() as change:
        change.log(entry)

    assert store.entries() == [entry]


# Effects.


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.kind)
def test_an_effect_is_read_back_as_it_was(store: Store, effect: Effect) -> None:
    with store.change() as change:
        change.add(effect, AT, urgent=True, due_at=AT + SECOND)

    found = store.effect(effect_id(effect))
    assert found == SavedEffect(effect_id(effect), effect, AT, AT + SECOND, urgent=True)
    assert type(found.effect) is type(effect)


def test_an_effect_that_happens_once_is_left_alone_when_asked_for_twice(store: Store) -> None:
    with store.change() as change:
        change.add(PostCard("7-1"), AT)
    done = replace(_effect(store, PostCard("7-1")), state=EffectState.DONE, attempts=1)
    with store.change() as change:
        change.update_effect(done)

    with store.change() as change:
        change.add(PostCard("7-1"), AT + SECOND, urgent=True)

    assert _effect(store, PostCard("7-1")) == done


def test_effects_of_an_alert_are_told_in_the_order_of_their_making(store: Store) -> None:
    with store.change() as change:
        change.add(WriteNote("7-1", "7-1.2", "b"), AT)
        change.add(WriteNote("7-1", "7-1.1", "a"), AT)
        change.add(PostCard("7-1"), AT - SECOND)
        change.add(PostCard("8-1"), AT)
        change.add(ReadIssue("7"), AT)
    with store.change() as change:
        change.update_effect(replace(_effect(store, WriteNote("7-1", "7-1.2", "b")), state=EffectState.DONE))

    assert [saved.id for saved in store.effects_of("7-1")] == [
        "post_card:7-1",
        "write_note:7-1.2",
        "write_note:7-1.1",
    ]
    assert store.effects_of("9-1") == []


def test_what_is_due_is_told_urgent_first_then_in_the_order_of_making(store: Store) -> None:
    with store.change() as change:
        change.add(PostCard("3-1"), AT + 2 * SECOND)
        change.add(PostCard("1-1"), AT)
        change.add(PostCard("5-1"), AT + 3 * SECOND, urgent=True)
        change.add(PostCard("2-1"), AT)
        change.add(ReadIssue("9"), AT)

    assert _due(store, AT) == ["1-1", "2-1"]
    assert _due(store, AT + 3 * SECOND) == ["5-1", "1-1", "2-1", "3-1"]
    assert _due(store, AT + 3 * SECOND, limit=2) == ["5-1", "1-1"]
    assert _due(store, AT + 3 * SECOND, limit=0) == []
    assert [saved.id for saved in store.due(SENTRY, AT, 9)] == ["read_issue:9:state"]


def test_what_is_not_yet_due_is_not_told_even_to_a_clock_that_went_back(store: Store) -> None:
    with store.change() as change:
        change.add(PostCard("1-1"), AT, due_at=AT + SECOND)
        change.add(PostCard("2-1"), AT, due_at=AT + 2 * SECOND)

    assert _due(store, AT) == []
    assert _due(store, AT + 2 * SECOND) == ["1-1", "2-1"]
    assert _due(store, AT + SECOND) == ["1-1"]
    assert _due(store, AT) == []
    assert store.next_due_at(SLACK) == AT + SECOND
    assert store.next_due_at(SLACK, AT + SECOND) == AT + 2 * SECOND
    assert store.next_due_at(SLACK, AT + 2 * SECOND) is None


def test_an_effect_put_off_is_due_at_its_new_time_only(store: Store) -> None:
    with store.change() as change:
        change.add(PostCard("1-1"), AT)
    assert _due(store, AT + 5 * SECOND) == ["1-1"]

    with store.change() as change:
        change.update_effect(replace(_effect(store, PostCard("1-1")), due_at=AT + 9 * SECOND, attempts=1))

    assert _due(store, AT + 5 * SECOND) == []
    assert _due(store, AT + 9 * SECOND) == ["1-1"]
    assert store.next_due_at(SLACK) == AT + 9 * SECOND


def test_done_dropped_and_given_up_effects_are_not_due(store: Store) -> None:
    states = (EffectState.DONE, EffectState.DROPPED, EffectState.GIVEN_UP)
    with store.change() as change:
        for number, state in enumerate(states):
            change.update_effect(replace(_new(PostCard(f"{number}-1")), state=state))

    assert _due(store, AT + SECOND) == []
    assert store.next_due_at(SLACK) is None
    assert store.next_due_at(SENTRY) is None


def test_the_backlog_counts_what_waits_fails_and_was_given_up(store: Store) -> None:
    failing = replace(
        _new(PostCard("2-1")), failed_since=AT + SECOND, begun_at=AT + 9 * SECOND, error="ratelimited"
    )
    older = replace(_new(PostCard("3-1")), failed_since=AT, begun_at=AT + 2 * SECOND, error="timeout")
    given_up = replace(
        failing, id="post_card:4-1", effect=PostCard("4-1"), state=EffectState.GIVEN_UP, begun_at=AT
    )
    with store.change() as change:
        change.add(PostCard("1-1"), AT)
        for saved in (failing, older, given_up):
            change.update_effect(saved)

    assert store.backlog(SLACK) == Backlog(
        waiting=3, failing=2, given_up=1, oldest_failing_since=AT, last_error="ratelimited"
    )
    assert store.backlog(SENTRY) == Backlog(0, 0, 0, None, "")


@pytest.mark.parametrize("state", [EffectState.WAITING, EffectState.GIVEN_UP])
def test_an_effect_that_gets_well_leaves_the_backlog(store: Store, state: EffectState) -> None:
    failing = replace(_new(PostCard("2-1")), failed_since=AT, error="timeout", state=state)
    with store.change() as change:
        change.update_effect(failing)

    with store.change() as change:
        change.update_effect(replace(failing, state=EffectState.DONE, failed_since=None, error=""))

    assert store.backlog(SLACK) == Backlog(0, 0, 0, None, "")


# Effects that are armed again.


def test_a_renewed_effect_that_waits_keeps_its_place_and_its_attempts(store: Store) -> None:
    waiting = replace(
        _new(EditCard("7-1")),
        due_at=AT + 9 * SECOND,
        attempts=3,
        begun_at=AT,
        failed_since=AT,
        error="timeout",
    )
    with store.change() as change:
        change.update_effect(waiting)

    with store.change() as change:
        change.add(EditCard("7-1"), AT + 2 * SECOND)
        change.add(EditCard("7-1"), AT + 3 * SECOND, urgent=True, due_at=AT + 60 * SECOND)

    assert _effect(store, EditCard("7-1")) == replace(waiting, due_at=AT + 2 * SECOND, armed=2, urgent=True)


@pytest.mark.parametrize("state", [EffectState.DONE, EffectState.DROPPED, EffectState.GIVEN_UP])
def test_a_renewed_effect_that_ended_waits_anew(store: Store, state: EffectState) -> None:
    ended = replace(
        _new(ReadIssue("7")), state=state, attempts=3, begun_at=AT, failed_since=AT, error="gone", urgent=True
    )
    with store.change() as change:
        change.update_effect(ended)

    with store.change() as change:
        change.add(ReadIssue("7"), AT + 5 * SECOND)

    assert _effect(store, ReadIssue("7")) == replace(_new(ReadIssue("7")), due_at=AT + 5 * SECOND, armed=1)
    assert [saved.id for saved in store.due(SENTRY, AT + 5 * SECOND, 9)] == ["read_issue:7:state"]


@pytest.mark.parametrize("state", [EffectState.DONE, EffectState.DROPPED, EffectState.GIVEN_UP])
def test_an_effect_armed_while_under_way_outlives_the_report_on_the_older_asking(
    store: Store, state: EffectState
) -> None:
    with store.change() as change:
        change.add(EditCard("7-1"), AT)
    under_way = replace(_effect(store, EditCard("7-1")), begun_at=AT, attempts=1)
    with store.change() as change:
        change.update_effect(under_way)
    with store.change() as change:
        change.add(EditCard("7-1"), AT + SECOND)

    with store.change() as change:
        change.update_effect(replace(under_way, state=state, due_at=AT + 2 * SECOND))

    assert _effect(store, EditCard("7-1")) == replace(_new(EditCard("7-1")), due_at=AT + 2 * SECOND, armed=1)
    with store.change() as change:
        change.update_effect(replace(_effect(store, EditCard("7-1")), state=EffectState.DONE))
    assert _due(store, AT + 9 * SECOND) == []


def test_a_retry_of_an_older_asking_keeps_count_of_the_newer_one(store: Store) -> None:
    with store.change() as change:
        change.add(EditCard("7-1"), AT)
    under_way = _effect(store, EditCard("7-1"))
    with store.change() as change:
        change.add(EditCard("7-1"), AT + SECOND)

    retry = replace(under_way, attempts=1, due_at=AT + 30 * SECOND, error="timeout", failed_since=AT)
    with store.change() as change:
        change.update_effect(retry)

    assert _effect(store, EditCard("7-1")) == replace(retry, armed=1)


# People, values, keys.


def test_people_are_kept_by_their_id(store: Store) -> None:
    sato = Person("U2", "佐藤", "sato@example.com", "ja-JP", True, True, False, "T1", AT)
    with store.change() as change:
        change.save_person(sato)
        change.save_person(Person("U1", "Old name"))
        change.save_person(Person("U1", "Tanaka", is_active=False))

    assert store.person("U2") == sato
    assert store.person("U9") is None
    assert store.people() == [Person("U1", "Tanaka", is_active=False), sato]


def test_a_value_outlives_its_change(store: Store) -> None:
    with store.change() as change:
        change.set_value("watermark", "1")
        change.set_value("watermark", "2")
        change.set_value("empty", "")

    assert store.value("watermark") == "2"
    assert store.value("empty") == ""
    assert store.value("other") is None


def test_a_key_is_new_once(store: Store) -> None:
    with store.change() as change:
        assert change.first_time("delivery:1", AT)
        assert not change.first_time("delivery:1", AT)
        assert change.first_time("delivery:2", AT)

    with store.change() as change:
        assert not change.first_time("delivery:1", AT)


# Sweeping.


def test_a_sweep_forgets_seen_keys_after_their_time(store: Store) -> None:
    with store.change() as change:
        change.first_time("old", AT)
        change.first_time("young", AT + SECOND)

    with store.change() as change:
        change.sweep(AT + SEEN_FOR + SECOND)
        assert change.first_time("old", AT)
        assert not change.first_time("young", AT)


def test_a_sweep_forgets_ended_effects_but_not_those_a_person_must_mend(store: Store) -> None:
    with store.change() as change:
        change.add(PostCard("1-1"), AT)
        for number, state in enumerate(EffectState):
            change.update_effect(replace(_new(WriteNote("7-1", f"n{number}", "t")), state=state))
        change.update_effect(replace(_new(PostCard("2-1")), state=EffectState.DONE, due_at=AT + 2 * SECOND))

    with store.change() as change:
        change.sweep(AT + DONE_FOR + SECOND)

    assert [saved.state for saved in store.effects_of("7-1")] == [EffectState.WAITING, EffectState.GIVEN_UP]
    assert store.effect("post_card:1-1") is not None
    assert store.effect("post_card:2-1") is not None
    assert store.effect("write_note:n1") is None


def test_a_round_long_over_leaves_the_window_but_is_still_found(store: Store) -> None:
    over = an_alert("7", 1, state=AlertState.CLOSED, closing=Closing("resolved", AT))
    young = an_alert("7", 2, state=AlertState.CLOSED, closing=Closing("resolved", AT + 2 * SECOND))
    kept(store, over, young, an_alert("8"))

    with store.change() as change:
        change.place(MessageRef("C1", "1.1"), over.id)
        change.sweep(AT + HOT_FOR + SECOND)
        assert [alert.id for alert in change.alerts()] == ["7-2", "8-1"]

    assert [alert.id for alert in store.alerts()] == ["7-2", "8-1"]
    assert store.alert("7-1") == over
    assert store.rounds("7") == [over, young]
    assert store.latest_round("7") == young
    assert store.alert_at(MessageRef("C1", "1.1")) == "7-1"


def test_the_only_round_of_an_issue_is_its_latest_also_when_long_over(store: Store) -> None:
    small = an_alert(state=AlertState.SMALL, decision=replace(_decision(), at=AT))
    kept(store, small)

    with store.change() as change:
        change.sweep(AT + HOT_FOR + SECOND)

    assert store.latest_round("7") == small
    assert store.alerts() == []


def test_a_drill_has_no_past_it_is_forgotten_when_its_time_is_over(store: Store) -> None:
    kept(store, an_alert("7", drill="d1", state=AlertState.CLOSED, closing=Closing("drill_over", AT)))
    assert [alert.drill for alert in store.alerts()] == ["d1"]

    with store.change() as change:
        change.sweep(AT + HOT_FOR + SECOND)

    assert store.rounds("7") == []
    assert store.alert("7-1") is None


def test_what_was_decided_in_a_drill_is_no_decision_of_the_past(store: Store) -> None:
    kept(store, an_alert("7", drill="d1"), an_alert("8"))
    with store.change() as change:
        for number, issue in enumerate(("7", "8")):
            change.log(replace(an_entry(number, issue), kind=EntryKind.DECIDED, decision=_decision()))

    assert [one.alert.id for one in store.decided()] == ["8-1"]


def test_a_drill_is_not_found_by_its_face(store: Store) -> None:
    kept(store, _looking_like("1"), _looking_like("2", AT + SECOND, drill="d1"))

    assert _alike(store, _looking_like("9")) == ["1-1"]


def test_a_round_from_the_past_that_is_saved_again_comes_back(store: Store) -> None:
    over = an_alert(state=AlertState.CLOSED)
    kept(store, over)
    with store.change() as change:
        change.sweep(AT + HOT_FOR + SECOND)

    kept(store, replace(over, state=AlertState.OPEN))

    assert [alert.id for alert in store.alerts([AlertState.OPEN])] == ["7-1"]
    assert [alert.state for alert in store.rounds("7")] == [AlertState.OPEN]


def test_a_round_that_goes_and_comes_back_unchanged_is_there_once(store: Store) -> None:
    over = an_alert(state=AlertState.CLOSED)
    for _ in range(2):
        kept(store, over)
        with store.change() as change:
            change.sweep(AT + HOT_FOR + SECOND)
        assert store.rounds("7") == [over]

    kept(store, over)

    assert store.rounds("7") == [over]
    assert store.alerts() == [over]


def test_what_waits_for_a_person_is_never_swept(store: Store) -> None:
    states = (AlertState.OPEN, AlertState.MEDIUM, AlertState.LARGE)
    kept(store, *(an_alert(str(n), state=state) for n, state in enumerate(states)))

    with store.change() as change:
        change.sweep(AT + 100 * HOT_FOR)

    assert len(store.alerts()) == 3


# Transactions.


def test_a_change_sees_its_own_writes(store: Store) -> None:
    with store.change() as change:
        change.save(an_alert())
        change.add(PostCard("7-1"), AT)
        change.log(an_entry(1))
        change.set_value("a", "b")

        assert change.latest_round("7") == an_alert()
        assert [saved.id for saved in change.due(SLACK, AT, 9)] == ["post_card:7-1"]
        assert [entry.id for entry in change.entries(issue_id="7")] == ["e1"]
        assert change.value("a") == "b"


def test_an_exception_undoes_everything(store: Store) -> None:
    over = an_alert("6", state=AlertState.CLOSED)
    with store.change() as change:
        change.save(an_alert())
        change.save(over)
        change.save(an_alert("5", state=AlertState.CLOSED))
        change.add(EditCard("7-1"), AT)
        change.update_effect(replace(_new(PostCard("7-1")), state=EffectState.DONE))
        change.log(an_entry(1))
        change.set_value("a", "1")
        change.save_person(Person("U1", "Tanaka"))
        change.first_time("k1", AT)
    before = _everything(store)

    with pytest.raises(ZeroDivisionError), store.change() as change:
        change.sweep(AT + DONE_FOR + HOT_FOR)
        change.save(an_alert(state=AlertState.LARGE))
        change.save(an_alert(round_number=2))
        change.save(replace(over, state=AlertState.OPEN))
        change.add(EditCard("7-1"), AT - SECOND, urgent=True)
        change.add(PostCard("9-1"), AT)
        change.log(an_entry(2))
        change.place(MessageRef("C1", "1.1"), "7-1")
        change.set_value("a", "2")
        change.set_value("b", "2")
        change.save_person(Person("U1", "Suzuki"))
        change.save_person(Person("U2", "Suzuki"))
        change.first_time("k2", AT)
        raise ZeroDivisionError

    assert _everything(store) == before
    with store.change() as change:
        assert not change.first_time("k1", AT)
        assert change.first_time("k2", AT)


def test_a_store_takes_writes_after_an_undone_change(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.change() as change:
        change.save(an_alert())
        change.add(PostCard("7-1"), AT)
        raise ZeroDivisionError

    with store.change() as change:
        change.save(an_alert(owner="U5"))
        change.add(PostCard("7-1"), AT + SECOND)

    assert store.rounds("7") == [an_alert(owner="U5")]
    assert _due(store, AT) == []
    assert _due(store, AT + SECOND) == ["7-1"]


def test_a_change_inside_a_change_is_refused_and_the_outer_one_undone(store: Store) -> None:
    with pytest.raises(RuntimeError, match="open in this thread"), store.change() as change:
        change.set_value("a", "1")
        with store.change():
            pass

    assert store.value("a") is None
    with store.change() as change:
        change.set_value("a", "2")
    assert store.value("a") == "2"


def test_nothing_is_written_through_a_change_that_has_ended(store: Store) -> None:
    with store.change() as change:
        pass

    with pytest.raises(RuntimeError, match="ended"):
        change.set_value("a", "1")

    assert store.value("a") is None


def test_two_writers_at_once_lose_nothing(store: Store) -> None:
    rounds, writers = 40, 4

    def count_up(name: str) -> None:
        for number in range(rounds):
            with store.change() as change:
                change.set_value("total", str(int(change.value("total") or 0) + 1))
                change.save(an_alert(f"{name}{number}"))
                change.add(PostCard(f"{name}{number}-1"), AT)
                change.log(replace(an_entry(number, name), id=f"{name}.{number}"))

    threads = [Thread(target=count_up, args=(f"w{writer}",), daemon=True) for writer in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert store.value("total") == str(rounds * writers)
    assert len(store.alerts()) == rounds * writers
    assert len(store.entries()) == rounds * writers
    assert store.backlog(SLACK).waiting == rounds * writers
    assert len(store.due(SLACK, AT, 1000)) == rounds * writers


def test_a_reader_sees_a_change_whole_or_not_at_all(store: Store) -> None:
    torn: list[tuple[str | None, str | None]] = []
    writing = True

    def read() -> None:
        while writing:
            first = store.value("first")
            second = store.value("second")
            if first is not None and int(second or 0) < int(first):
                torn.append((first, second))

    reader = Thread(target=read, daemon=True)
    reader.start()
    for number in range(100):
        with store.change() as change:
            change.set_value("first", str(number))
            change.set_value("second", str(number))
    writing = False
    reader.join()

    assert torn == []


def test_a_store_in_order_is_writable(store: Store) -> None:
    assert store.is_writable()


# Look-alikes.


def _looking_like(issue: str, at: datetime = AT, transaction: str = "Submit", **changes: object) -> Alert:
    facts = Facts(
        "Deadlocked: deadlock detected",
        exceptions=("Deadlocked",),
        project="kyc-api",
        transaction=transaction,
    )
    return an_alert(issue, facts=facts, arrived_at=at, **changes)


def _alike(store: Store, alert: Alert, limit: int = 9) -> list[str]:
    return [found.id for found in store.alike(face_keys(fingerprint(alert.facts)), limit)]


def test_rounds_with_the_same_face_are_found_whatever_their_cause(store: Store) -> None:
    kept(store, _looking_like("1"), _looking_like("2", AT + SECOND, "Finalize"), an_alert("3"))

    assert _alike(store, _looking_like("9")) == ["2-1", "1-1"]


def test_of_one_cause_only_the_newest_round_is_found(store: Store) -> None:
    kept(store, _looking_like("1"), _looking_like("2", AT + SECOND))

    assert _alike(store, _looking_like("9")) == ["2-1"]


def test_a_decided_round_is_found_before_a_newer_one_of_its_cause_that_waits(store: Store) -> None:
    kept(store, _looking_like("1", decision=_decision()), _looking_like("2", AT + SECOND))

    assert _alike(store, _looking_like("9")) == ["1-1"]


def test_no_more_look_alikes_are_found_than_asked_for(store: Store) -> None:
    kept(store, *(_looking_like(str(n), AT + n * SECOND, f"Job{'abcdefgh'[n]}") for n in range(8)))

    assert _alike(store, _looking_like("9"), limit=3) == ["7-1", "6-1", "5-1"]


def test_a_round_that_left_memory_is_still_found_by_its_face(store: Store) -> None:
    old = AT - HOT_FOR - SECOND
    kept(store, _looking_like("1", old, state=AlertState.CLOSED, closing=Closing("resolved", old)))
    with store.change() as change:
        change.sweep(AT)

    assert _alike(store, _looking_like("9")) == ["1-1"]


def test_an_undone_change_leaves_no_face_behind(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.change() as change:
        change.save(_looking_like("1"))
        raise ZeroDivisionError

    assert _alike(store, _looking_like("9")) == []
    kept(store, _looking_like("1"))
    assert _alike(store, _looking_like("9")) == ["1-1"]


def _new(effect: Effect) -> SavedEffect:
    return SavedEffect(effect_id(effect), effect, AT, AT)


def _decision() -> Decision:
    decision = a_full_alert().decision
    assert decision is not None
    return decision


def _effect(store: Store, effect: Effect) -> SavedEffect:
    saved = store.effect(effect_id(effect))
    assert saved is not None
    return saved


def _due(store: Store, at: datetime, limit: int = 100) -> list[str]:
    return [saved.id.removeprefix("post_card:") for saved in store.due(SLACK, at, limit)]


def _everything(store: Store) -> dict[str, object]:
    """All answers that the writes of the roll-back test could change."""
    return {
        "alerts": store.alerts(),
        "states": [store.alerts([state]) for state in AlertState],
        "rounds": [store.rounds(issue) for issue in "5679"],
        "effects": [store.effects_of(alert) for alert in ("6-1", "7-1", "9-1")],
        "due": [store.due(service, AT + SECOND, 99) for service in Service],
        "next": [store.next_due_at(service) for service in Service],
        "backlog": [store.backlog(service) for service in Service],
        "entries": store.entries(),
        "places": store.alert_at(MessageRef("C1", "1.1")),
        "values": [store.value("a"), store.value("b")],
        "people": store.people(),
    }
