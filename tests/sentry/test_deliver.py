"""Effects carried out in a local Sentry: once, unless overtaken, and known again after a lost reply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.alert import Alert, Source
from bot.domain.effects import (
    Assign,
    Effect,
    LinkIssue,
    PostCard,
    ReadEvents,
    ReadIssue,
    SavedEffect,
    Screen,
    SetStatus,
    WriteNote,
    effect_id,
)
from bot.domain.notes import PERMALINK
from bot.domain.receipts import (
    Done,
    Dropped,
    EventsRead,
    IssueRead,
    MoreCases,
    NotAssigned,
    Receipt,
    Screened,
    StatusSet,
)
from bot.ports import Refused, TryLater
from bot.sandbox.sentry import SentrySandbox
from bot.sentry.client import SentryClient
from bot.sentry.deliver import EVENT_ATTEMPTS, SentryDeliverer
from tests.builders import an_alert, an_occurrence
from tests.sentry.conftest import B, Time

CARD = "https://acme-kyc.slack.example/archives/C024BE91L/p1787195650"
LATER = datetime(2100, 1, 1, tzinfo=UTC)
"""After everything that anyone does in these tests."""
ALERT = f"{B}-1"
ALL = ("archive", "resolve", "reopen")


@dataclass
class Desk:
    """The deliverer with what the bot knows beside Sentry."""

    sentry: SentrySandbox
    time: Time
    client: SentryClient
    addresses: dict[str, str] = field(default_factory=dict[str, str])
    card: str | None = CARD
    installation: str | None = None

    def __post_init__(self) -> None:
        self.installation = self.sentry.site.installation_id
        self.deliverer = SentryDeliverer(
            self.client,
            email_of=self.addresses.get,
            permalink=lambda _: self.card,
            installation_id=lambda: self.installation,
        )

    def do(
        self,
        effect: Effect,
        *,
        alert: Alert | None = None,
        attempts: int = 1,
        begun_at: datetime | None = None,
    ) -> Receipt:
        at = self.time.now()
        saved = SavedEffect(effect_id(effect), effect, at, at, attempts=attempts, begun_at=begun_at)
        return self.deliverer.deliver(saved, alert or an_alert(issue_id=B, short_id="KYC-API-1B"))

    def writes(self) -> list[str]:
        return [call.method for call in self.sentry.calls if call.method != "GET"]


@pytest.fixture
def desk(sentry: SentrySandbox, client: SentryClient, time: Time) -> Desk:
    return Desk(sentry, time, client)


def status(wish: Any, at: datetime, cases: int | None = None) -> SetStatus:
    return SetStatus(ALERT, wish, act="d1", act_at=at, cases=cases)


# Reading.


def test_an_issue_is_read_with_its_newest_event_which_learns_the_project_from_it(desk: Desk) -> None:
    bare, rich = desk.do(ReadIssue(B)), desk.do(ReadIssue(B, with_event=True))

    assert isinstance(bare, IssueRead) and isinstance(rich, IssueRead)
    assert bare.facts is None and bare.snapshot == rich.snapshot
    assert rich.facts is not None and rich.facts.frame is not None
    assert (rich.facts.project, rich.facts.category, rich.facts.frame.lineno) == ("kyc-api", "error", 164)


def test_an_issue_that_is_gone_is_read_as_gone(desk: Desk) -> None:
    assert desk.do(ReadIssue("1", with_event=True)) == IssueRead(None)


def test_an_issues_events_are_read_back_to_where_it_is_asked(desk: Desk) -> None:
    for minute in (5, 10, 15):
        desk.sentry.event({"type": "E", "issue_id": B, "at": desk.time.now() + timedelta(minutes=minute)})
    since, before = (desk.time.now() + timedelta(minutes=minute) for minute in (10, 15))

    above, below = desk.do(ReadEvents(B, since=since)), desk.do(ReadEvents(B, since=since, before=before))

    assert isinstance(above, EventsRead) and isinstance(below, EventsRead)
    assert (len(above.events or ()), len(below.events or ())) == (2, 1)
    assert desk.do(ReadEvents("1", since=since)) == EventsRead(None)


def test_an_event_that_is_not_indexed_yet_is_waited_for_a_little(desk: Desk) -> None:
    desk.sentry.fail_next(
        path_contains="events/latest", times=9, status=404, body={"detail": "No matching event"}
    )

    with pytest.raises(TryLater) as later:
        desk.do(ReadIssue(B, with_event=True))
    last = desk.do(ReadIssue(B, with_event=True), attempts=EVENT_ATTEMPTS)

    assert later.value.after is not None and later.value.after <= timedelta(seconds=5)
    assert isinstance(last, IssueRead) and last.snapshot is not None and last.facts is None


def test_a_bare_occurrence_learns_its_environment(desk: Desk) -> None:
    receipt = desk.do(Screen(an_occurrence(issue_id=B, source=Source.ISSUE_CREATED)))

    assert isinstance(receipt, Screened)
    assert receipt.facts is not None and receipt.facts.environment == "production"


@pytest.mark.parametrize("code", [400, 401, 403, 404, 429, 500])
def test_a_sentry_that_does_not_answer_hides_no_alert(desk: Desk, code: int) -> None:
    desk.sentry.fail_next(times=9, status=code, body={"detail": "no"})
    effect = Screen(an_occurrence(issue_id=B, source=Source.ISSUE_CREATED))

    with pytest.raises(TryLater) as later:
        desk.do(effect)

    assert later.value.after is not None and later.value.after <= timedelta(seconds=5)
    assert desk.do(effect, attempts=EVENT_ATTEMPTS) == Screened(None)


# The issue's state.


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("archive", ("ignored", "archived_until_escalating")),
        ("resolve", ("resolved", None)),
    ],
)
def test_an_act_in_slack_sets_sentrys_state(desk: Desk, wish: str, expected: tuple[str, str | None]) -> None:
    receipt = desk.do(status(wish, desk.time.now()))

    assert receipt == StatusSet(*expected)
    assert (desk.sentry.issue(B)["status"], desk.sentry.issue(B)["substatus"]) == expected


def test_what_was_archived_is_opened_again(desk: Desk) -> None:
    desk.sentry.archive(B)

    receipt = desk.do(status("reopen", desk.time.pass_by(minutes=1)))

    assert isinstance(receipt, StatusSet) and receipt.status == "unresolved"
    assert desk.sentry.issue(B)["status"] == "unresolved"


@pytest.mark.parametrize("wish", ALL)
def test_what_is_so_already_is_confirmed_and_not_written_again(desk: Desk, wish: str) -> None:
    desk.do(status(wish, desk.time.now()))
    desk.sentry.calls.clear()

    receipt = desk.do(status(wish, desk.time.now()), attempts=2, begun_at=desk.time.now())

    assert isinstance(receipt, StatusSet) and desk.writes() == []


def test_what_was_archived_for_ever_is_archived_until_it_escalates(desk: Desk) -> None:
    desk.sentry.archive(B, substatus="archived_forever")

    receipt = desk.do(status("archive", desk.time.pass_by(minutes=1)))

    assert receipt == StatusSet("ignored", "archived_until_escalating")


PersonActs = Callable[[SentrySandbox], object]
OVERTAKING: list[tuple[str, PersonActs]] = [
    ("archive", lambda sentry: sentry.resolve(B)),
    ("archive", lambda sentry: sentry.archive(B, substatus="archived_forever")),
    ("resolve", lambda sentry: sentry.archive(B)),
]


@pytest.mark.parametrize(("wish", "act"), OVERTAKING)
def test_a_newer_act_of_a_person_in_sentry_has_the_last_word(desk: Desk, wish: str, act: PersonActs) -> None:
    pressed_at = desk.time.now()
    desk.time.pass_by(seconds=5)
    act(desk.sentry)

    receipt = desk.do(status(wish, pressed_at))

    assert isinstance(receipt, Dropped) and "overtaken" in receipt.why
    assert desk.writes() == []


def test_a_person_who_opened_it_again_after_the_act_has_the_last_word(desk: Desk) -> None:
    pressed_at = desk.time.now()
    desk.time.pass_by(seconds=5)
    desk.sentry.resolve(B)
    desk.sentry.unarchive(B)

    assert isinstance(desk.do(status("archive", pressed_at)), Dropped)


@pytest.mark.parametrize(("wish", "act"), OVERTAKING)
def test_an_older_act_of_a_person_does_not_stand_in_the_way(desk: Desk, wish: str, act: PersonActs) -> None:
    act(desk.sentry)

    receipt = desk.do(status(wish, desk.time.pass_by(seconds=5)))

    assert isinstance(receipt, StatusSet)


def test_an_assignment_a_comment_or_our_own_act_overtakes_nothing(desk: Desk) -> None:
    pressed_at = desk.time.now()
    desk.time.pass_by(seconds=5)
    desk.sentry.add_member("aiko@acme-kyc.example", "Aiko Tanaka", user_id=30412)
    desk.sentry.assign(B, "aiko@acme-kyc.example")
    desk.sentry.comment(B, "looking")
    desk.client.set_status(B, {"status": "resolved"})

    assert isinstance(desk.do(status("archive", pressed_at)), StatusSet)


def test_more_cases_than_were_answered_keep_the_issue_open(desk: Desk) -> None:
    count = int(desk.sentry.issue(B)["count"])
    desk.sentry.occur(B, times=2)

    receipt = desk.do(status("resolve", desk.time.now(), cases=count))

    assert isinstance(receipt, MoreCases) and receipt.count == count + 2
    assert desk.writes() == []
    assert isinstance(desk.do(status("resolve", desk.time.now(), cases=count + 2)), StatusSet)


def test_what_was_meant_for_an_issue_that_is_gone_is_dropped_not_given_up(desk: Desk) -> None:
    receipt = desk.do(status("archive", desk.time.now()), alert=an_alert(issue_id="1"))

    assert isinstance(receipt, Dropped)


def test_a_lost_reply_leads_to_one_write(desk: Desk) -> None:
    desk.sentry.fail_next(method="PUT", lose_reply=True)
    effect = status("archive", desk.time.now())

    with pytest.raises(TryLater):
        desk.do(effect)
    receipt = desk.do(effect, attempts=2, begun_at=desk.time.now())

    assert receipt == StatusSet("ignored", "archived_until_escalating")
    assert desk.writes() == ["PUT"]


# Who has it.


def test_an_issue_is_assigned_to_the_member_with_the_same_address(desk: Desk) -> None:
    desk.sentry.add_member("aiko@acme-kyc.example", "Aiko Tanaka", user_id=30412)
    desk.addresses["U0AIKO"] = "Aiko@acme-kyc.example"

    assert desk.do(Assign(ALERT, "U0AIKO", act="d1", act_at=LATER)) == Done()
    assert desk.sentry.issue(B)["assignedTo"]["id"] == "30412"


def test_without_the_scope_to_read_members_the_address_itself_is_given(desk: Desk) -> None:
    desk.sentry.add_member("aiko@acme-kyc.example", "Aiko Tanaka", user_id=30412)
    desk.addresses["U0AIKO"] = "aiko@acme-kyc.example"
    desk.sentry.scopes.discard("member:read")

    assert desk.do(Assign(ALERT, "U0AIKO", act="d1", act_at=LATER)) == Done()
    assert desk.sentry.issue(B)["assignedTo"]["id"] == "30412"


def test_an_assignment_that_a_person_has_since_made_in_sentry_stands(desk: Desk) -> None:
    before = desk.time.now() - timedelta(hours=1)
    desk.sentry.add_member("aiko@acme-kyc.example", "Aiko Tanaka", user_id=30412)
    desk.addresses["U0AIKO"] = "aiko@acme-kyc.example"
    desk.sentry.assign(B, "aiko@acme-kyc.example", by="Hiro Abe")

    receipt = desk.do(Assign(ALERT, "U0AIKO", act="d1", act_at=before))

    assert isinstance(receipt, Dropped)


@pytest.mark.parametrize("address", [None, "nobody@acme-kyc.example", "out@acme-kyc.example"])
def test_who_cannot_be_assigned_is_said_so(desk: Desk, address: str | None) -> None:
    desk.sentry.add_member("out@acme-kyc.example", "Outsider", user_id=99, teams=("other",))
    if address:
        desk.addresses["U0AIKO"] = address

    receipt = desk.do(Assign(ALERT, "U0AIKO", act="d1", act_at=LATER))

    assert isinstance(receipt, NotAssigned) and receipt.why
    assert desk.sentry.issue(B)["assignedTo"] is None


# Notes and links.


def note(mark: str = f"{ALERT}.1") -> WriteNote:
    return WriteNote(ALERT, mark, f"Small impact, decided by Aiko in Slack\n{PERMALINK} [{mark}]")


def test_a_note_leads_to_the_card(desk: Desk) -> None:
    assert desk.do(note()) == Done()
    assert desk.sentry.notes(B)[0]["data"]["text"] == (
        f"Small impact, decided by Aiko in Slack\n{CARD} [{ALERT}.1]"
    )


def test_a_note_without_a_card_still_ends_with_its_mark(desk: Desk) -> None:
    desk.card = None

    desk.do(note())

    assert desk.sentry.notes(B)[0]["data"]["text"].endswith(f"in Slack\n[{ALERT}.1]")


def test_a_note_whose_reply_was_lost_is_found_again_even_after_the_hour(desk: Desk) -> None:
    desk.sentry.fail_next(method="POST", lose_reply=True)
    with pytest.raises(TryLater) as later:
        desk.do(note())
    begun_at = desk.time.now()
    desk.time.pass_by(hours=3)

    assert later.value.sent is True
    assert desk.do(note(), attempts=2, begun_at=begun_at) == Done()
    assert len(desk.sentry.notes(B)) == 1


def test_the_note_of_another_decision_is_not_taken_for_this_one(desk: Desk) -> None:
    desk.do(note(f"{ALERT}.11"))

    desk.do(note(f"{ALERT}.1"), attempts=2, begun_at=desk.time.now())
    desk.do(note("1.11"), attempts=2, begun_at=desk.time.now())

    assert len(desk.sentry.notes(B)) == 3


def test_the_same_note_within_the_hour_is_done(desk: Desk) -> None:
    desk.do(note())

    assert desk.do(note()) == Done()
    assert len(desk.sentry.notes(B)) == 1


@pytest.mark.parametrize("code", [403, 404, 405, 410])
def test_where_notes_are_refused_the_effect_is_dropped(desk: Desk, code: int) -> None:
    desk.sentry.fail_next(path_contains="/notes/", times=9, status=code, body={"detail": "no"})

    assert desk.do(note(), attempts=2, begun_at=desk.time.now()) == Dropped("notes refused")


def test_the_issue_shows_one_link_to_the_card(desk: Desk) -> None:
    for _ in range(2):
        assert desk.do(LinkIssue(ALERT)) == Done()

    (link,) = desk.sentry.external_issues(B)
    assert (link["webUrl"], link["displayName"]) == (CARD, "Slack#KYC-API-1B-1")


def test_no_link_without_an_installation_or_a_card(desk: Desk) -> None:
    desk.card = None
    no_card = desk.do(LinkIssue(ALERT))
    desk.card, desk.installation = CARD, None
    no_installation = desk.do(LinkIssue(ALERT))

    assert no_card == Dropped("the alert has no card")
    assert no_installation == Dropped("installation unknown")
    assert desk.writes() == []


# What is not for Sentry.


def test_a_metric_alert_has_no_effects_in_sentry(desk: Desk) -> None:
    metric = an_alert(issue_id="metric-412")
    now = desk.time.now()
    effects: list[Effect] = [
        status("archive", now),
        Assign(ALERT, "U0AIKO", act="d1", act_at=LATER),
        note(),
        LinkIssue(ALERT),
    ]

    receipts = [desk.do(effect, alert=metric) for effect in [*effects, ReadIssue("metric-412")]]

    assert all(isinstance(receipt, Dropped) for receipt in receipts)
    assert desk.sentry.calls == []


def test_an_alert_made_by_a_person_has_no_effects_in_sentry(desk: Desk) -> None:
    by_hand = an_alert(issue_id="manual-V1", source=Source.PERSON)
    effects: list[Effect] = [status("resolve", desk.time.now()), note(), LinkIssue(ALERT)]

    receipts = [desk.do(effect, alert=by_hand) for effect in effects]

    assert all(isinstance(receipt, Dropped) for receipt in receipts)
    assert desk.sentry.calls == []


def test_an_effect_of_slack_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused):
        desk.do(PostCard(ALERT))


def test_an_effect_of_an_unknown_alert_is_dropped(desk: Desk) -> None:
    at = desk.time.now()
    saved = SavedEffect("x", note(), at, at)

    assert isinstance(desk.deliverer.deliver(saved, None), Dropped)


def test_the_pace_asks_the_next_effect_to_wait(desk: Desk) -> None:
    at = desk.time.now()
    saved = SavedEffect("x", ReadIssue(B), at, at)

    assert desk.deliverer.ready_in(saved) == timedelta(0)
    desk.do(ReadIssue(B, with_event=True))

    assert desk.deliverer.ready_in(saved) == timedelta(seconds=0.5)
