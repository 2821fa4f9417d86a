"""Reading behind the archive: each event judged once, whatever the pages, the restarts and the index's lag."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.alert import Alert, AlertState
from bot.domain.deciding import decide
from bot.domain.decision import Answers, Verdict
from bot.domain.effects import EffectState, ReadEvents, ReadIssue, Service, effect_id
from bot.domain.facts import Facts
from bot.domain.following import status_confirmed
from bot.domain.receipts import EventsRead, IssueEvent, IssueRead
from bot.services import follow
from bot.services.archive import MOST_ISSUES, read_behind_the_archive
from bot.services.bookmark import LATE, Bookmark, bookmark_of, keep_bookmark
from bot.services.desk import Desk
from bot.services.silencing import INDEXED_WITHIN, waiting
from tests.builders import a_choice, a_policy, a_snapshot, an_alert, facts_of_a, some_facts
from tests.fakes import FakeClock
from tests.services.desks import FakeReader, a_desk

ISSUE = "6100000102"
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def archived(desk: Desk, issue: str = ISSUE, facts: Facts | None = None) -> Alert:
    """A round that was decided Small and is archived, in the store."""
    now = desk.clock.now()
    alert = an_alert(issue_id=issue, facts=facts or facts_of_a(), arrived_at=now)
    choice = a_choice(Verdict.SMALL, answers=Answers("submission"))
    small = decide(alert, choice, now, a_policy()).alert
    kept = status_confirmed(small, "ignored", "archived_until_escalating", now).alert
    with desk.change() as change:
        change.save(kept)
    return kept


def seen(desk: Desk, *issues: str, ago: timedelta = timedelta(0)) -> FakeReader:
    """A Sentry whose archive saw these issues last so long ago."""
    at = desk.clock.now() - ago
    return FakeReader([a_snapshot(issue_id=i, status="ignored", last_seen_at=at) for i in issues])


def asked(desk: Desk) -> list[ReadEvents]:
    """The readings that wait, in turn."""
    due = desk.store.due(Service.SENTRY, desk.clock.machine(), 1000)
    return [saved.effect for saved in due if isinstance(saved.effect, ReadEvents)]


def an_event(name: str, at: datetime, facts: Facts | None = None) -> IssueEvent:
    return IssueEvent(name, at, facts or facts_of_a())


def answer(desk: Desk, read: EventsRead, issue: str = ISSUE) -> None:
    """Sentry answers to the reading that waits."""
    saved = desk.store.effect(f"read_events:{issue}")
    assert saved is not None
    with desk.change() as change:
        done = replace(saved, state=EffectState.DONE)
        change.update_effect(done)
        follow.apply(desk, change, done, read)


def hear_of_the_issue(desk: Desk, read: IssueRead) -> None:
    """Deliver what was asked of the issue itself."""
    saved = desk.store.effect(effect_id(ReadIssue(ISSUE)))
    assert saved is not None and saved.state is EffectState.WAITING
    with desk.change() as change:
        follow.apply(desk, change, saved, read)


def mark(desk: Desk, issue: str = ISSUE) -> Bookmark:
    found = bookmark_of(desk.store, issue)
    assert found is not None
    return found


def test_a_small_is_read_once_from_its_arrival_and_again_when_sentry_sees_it() -> None:
    desk = a_desk(clock=(clock := FakeClock()))
    small = archived(desk)

    assert read_behind_the_archive(desk, FakeReader()) == 1
    [effect] = asked(desk)
    assert (effect.since, effect.before) == (small.arrived_at - LATE, None)
    answer(desk, EventsRead((an_event("a", small.arrived_at),)))
    assert read_behind_the_archive(desk, FakeReader()) == 0

    clock.advance(MINUTE)
    assert read_behind_the_archive(desk, seen(desk, ISSUE)) == 1
    [effect] = asked(desk)
    assert effect.since == small.arrived_at - LATE


def test_an_event_met_twice_is_judged_once() -> None:
    desk = a_desk(clock=(clock := FakeClock()))
    archived(desk)
    read_behind_the_archive(desk, FakeReader())
    first = an_event("b", clock.at, some_facts())
    answer(desk, EventsRead((first,)))
    clock.advance(MINUTE)
    read_behind_the_archive(desk, seen(desk, ISSUE))

    answer(desk, EventsRead((an_event("c", clock.at, some_facts()), first)))

    newest = desk.store.latest_round(ISSUE)
    assert newest and newest.comeback and (newest.round, newest.comeback.cases) == (2, 2)


def test_the_oldest_read_go_first_and_everyone_has_a_turn() -> None:
    desk = a_desk(clock=(clock := FakeClock()))
    issues = [str(9000 + number) for number in range(MOST_ISSUES + 5)]
    for number, issue in enumerate(issues):
        archived(desk, issue)
        with desk.change() as change:
            judged = Bookmark(f"{issue}-1.1", clock.at - timedelta(hours=number + 1))
            keep_bookmark(change, issue, judged)

    assert read_behind_the_archive(desk, seen(desk, *issues)) == MOST_ISSUES
    first = [effect.issue_id for effect in asked(desk)]
    assert sorted(first) == sorted(issues[5:])
    assert read_behind_the_archive(desk, FakeReader()) == MOST_ISSUES  # these are on their way still
    assert len(asked(desk)) == MOST_ISSUES

    for issue in first:
        answer(desk, EventsRead((an_event(issue, clock.at),)), issue)
    assert read_behind_the_archive(desk, FakeReader()) == 5
    assert sorted(effect.issue_id for effect in asked(desk)) == sorted(issues[:5])


def test_a_reading_that_was_given_up_takes_nobody_elses_turn() -> None:
    desk = a_desk()
    archived(desk)
    archived(desk, "9001")
    read_behind_the_archive(desk, FakeReader())
    saved = desk.store.effect(f"read_events:{ISSUE}")
    assert saved is not None
    with desk.change() as change:
        change.update_effect(replace(saved, state=EffectState.GIVEN_UP))

    assert read_behind_the_archive(desk, FakeReader()) == 1
    assert [effect.issue_id for effect in asked(desk)] == ["9001"]


def test_a_reading_that_was_left_off_goes_on_below_and_the_next_one_above() -> None:
    desk = a_desk(clock=(clock := FakeClock()))
    small = archived(desk)
    clock.advance(timedelta(hours=1))
    read_behind_the_archive(desk, FakeReader())
    high = [an_event(f"h{n}", clock.at - n * MINUTE) for n in range(3)]
    answer(desk, EventsRead(tuple(high), is_complete=False))

    clock.advance(MINUTE)
    assert read_behind_the_archive(desk, FakeReader()) == 1
    [effect] = asked(desk)
    assert effect.before == high[-1].at + SECOND

    low = an_event("b", small.arrived_at + MINUTE, some_facts())
    answer(desk, EventsRead((high[-1], low)))
    newest = desk.store.latest_round(ISSUE)
    assert newest and newest.round == 2
    assert (mark(desk).until, mark(desk).is_finished) == (high[0].at, True)
    assert {name for name, _ in mark(desk).seen} == {"h0", "h1", "h2"}


def test_more_events_in_one_second_than_one_reading_holds_do_not_hold_it_for_ever() -> None:
    start = FakeClock().at
    begun = Bookmark("d", start - timedelta(hours=1))
    crowd = EventsRead(tuple(an_event(f"e{n}", start) for n in range(5)), is_complete=False)

    once = begun.moved(crowd)
    twice = once.moved(crowd)

    assert (once.before, twice.before) == (start + SECOND, start)


def test_an_event_that_is_not_in_sentrys_list_yet_is_waited_for_and_not_for_ever() -> None:
    desk = a_desk(clock=(clock := FakeClock()))
    archived(desk)
    read_behind_the_archive(desk, FakeReader())
    answer(desk, EventsRead(()))
    clock.advance(MINUTE)

    reader = seen(desk, ISSUE)
    read_behind_the_archive(desk, reader)
    answer(desk, EventsRead(()))
    assert ISSUE in waiting(desk.store)
    assert read_behind_the_archive(desk, FakeReader()) == 1

    clock.advance(INDEXED_WITHIN)
    answer(desk, EventsRead(()))
    assert waiting(desk.store) == {}
    assert read_behind_the_archive(desk, reader) == 0


def test_a_decision_made_while_a_reading_was_under_way_is_read_from_its_own_beginning() -> None:
    """A third cause spoke while the second waited; a reading begun before the decision does not reach it."""
    desk = a_desk(clock=(clock := FakeClock()))
    archived(desk)
    read_behind_the_archive(desk, FakeReader())
    spoke_at = clock.at
    answer(desk, EventsRead((an_event("b", spoke_at, some_facts()),)))
    clock.advance(timedelta(hours=1))
    read_behind_the_archive(desk, seen(desk, ISSUE))
    answer(desk, EventsRead((an_event("c", clock.at),)))
    clock.advance(MINUTE)
    read_behind_the_archive(desk, seen(desk, ISSUE))
    assert asked(desk)[-1].since == clock.at - MINUTE - LATE

    waits = desk.store.latest_round(ISSUE)
    assert waits and waits.round == 2
    small = decide(waits, a_choice(Verdict.SMALL), clock.at, a_policy()).alert
    with desk.change() as change:
        change.save(status_confirmed(small, "ignored", "archived_until_escalating", clock.at).alert)
    answer(desk, EventsRead((an_event("d", clock.at),)))
    read_behind_the_archive(desk, FakeReader())

    assert asked(desk)[-1].since == spoke_at - LATE


def test_an_issue_that_is_gone_closes_its_card_and_is_not_asked_about_again() -> None:
    desk = a_desk()
    archived(desk)
    read_behind_the_archive(desk, FakeReader())

    answer(desk, EventsRead(None))
    newest = desk.store.latest_round(ISSUE)
    assert newest and newest.state is AlertState.SMALL
    hear_of_the_issue(desk, IssueRead(None))

    newest = desk.store.latest_round(ISSUE)
    assert newest and newest.closing and (newest.state, newest.closing.why) == (AlertState.CLOSED, "gone")
    assert read_behind_the_archive(desk, seen(desk, ISSUE)) == 0
    assert waiting(desk.store) == {}


def test_an_issue_taken_out_of_the_archive_waits_no_longer() -> None:
    desk = a_desk()
    small = archived(desk)
    read_behind_the_archive(desk, FakeReader())
    with desk.change() as change:
        change.save(replace(small, issue_status="unresolved"))

    answer(desk, EventsRead((an_event("b", desk.clock.now(), some_facts()),)))

    assert [alert.round for alert in desk.store.rounds(ISSUE)] == [1]
    assert read_behind_the_archive(desk, FakeReader()) == 0
    assert waiting(desk.store) == {}


def test_events_of_an_environment_that_is_not_watched_are_passed_over() -> None:
    desk = a_desk()
    archived(desk)
    read_behind_the_archive(desk, FakeReader())

    answer(desk, EventsRead((an_event("b", desk.clock.now(), some_facts(environment="staging")),)))

    assert [alert.round for alert in desk.store.rounds(ISSUE)] == [1]


def test_a_bookmark_survives_the_store() -> None:
    desk = a_desk()
    now = desk.clock.now()
    whole = Bookmark("d", now, now, (("a", now),), now, now)
    with desk.change() as change:
        keep_bookmark(change, ISSUE, whole)

    assert mark(desk) == whole
