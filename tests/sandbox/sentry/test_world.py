"""What people do in Sentry itself, and which of it Sentry tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.sandbox.sentry import SentrySandbox

ACTS: list[tuple[str, Callable[[SentrySandbox, str], object], list[str]]] = [
    ("resolve", lambda s, i: s.resolve(i), ["issue.resolved"]),
    ("archive", lambda s, i: s.archive(i), ["issue.ignored"]),
    ("assign", lambda s, i: s.assign(i, "aiko@acme-kyc.example"), ["issue.assigned"]),
    ("comment", lambda s, i: s.comment(i, "hello"), ["comment.created"]),
    ("edit", lambda s, i: s.edit_comment(i, s.comment(i, "a"), "b"), ["comment.created", "comment.updated"]),
    ("delete", lambda s, i: s.delete_comment(i, s.comment(i, "a")), ["comment.created", "comment.deleted"]),
    ("unarchive an open one", lambda s, i: s.unarchive(i), []),
    ("escalate an open one", lambda s, i: s.escalate(i), ["event_alert.triggered"]),
    ("occur", lambda s, i: s.occur(i, times=3), []),
    ("occur, told", lambda s, i: s.occur(i, times=2, deliver=("event_alert",)), ["event_alert.triggered"] * 2),
    ("regress, lost", lambda s, i: s.occur(s.resolve(i), deliver=()), ["issue.resolved"]),
    ("escalate from the archive", lambda s, i: s.escalate(s.archive(i), deliver=("issue.unresolved",)),
     ["issue.ignored", "issue.unresolved"]),
]  # fmt: skip


@pytest.mark.parametrize(("act", "told"), [row[1:] for row in ACTS], ids=[row[0] for row in ACTS])
def test_what_people_do_is_told_as_sentry_tells_it(
    sentry: SentrySandbox,
    receiver: Any,
    deadlock: Any,
    act: Callable[[SentrySandbox, str], object],
    told: list[str],
) -> None:
    issue_id = sentry.event(deadlock, deliver=())

    act(sentry, issue_id)

    assert receiver.kinds() == told


def test_a_person_acts_under_their_own_name(sentry: SentrySandbox, receiver: Any, deadlock: Any) -> None:
    issue_id = sentry.event(deadlock, deliver=())
    sentry.add_member("ren@acme-kyc.example", "Ren Sato", user_id=30500)

    sentry.resolve(issue_id, by="Ren Sato")

    assert receiver.bodies()[0]["actor"] == {"type": "user", "id": 30500, "name": "Ren Sato"}


def test_webhooks_come_in_the_order_asked(sentry: SentrySandbox, receiver: Any, deadlock: Any) -> None:
    sentry.event(deadlock, deliver=("issue.created", "event_alert"))

    assert receiver.kinds() == ["issue.created", "event_alert.triggered"]


def test_a_rule_may_fire_for_every_event_unless_archived(
    sentry: SentrySandbox, receiver: Any, deadlock: Any
) -> None:
    sentry.book.alert_every_event = True

    issue_id = sentry.occur(sentry.event(deadlock, deliver=()), times=2)
    while_open = receiver.kinds()
    sentry.occur(sentry.archive(issue_id), times=2)

    assert while_open == ["event_alert.triggered"] * 2
    assert receiver.kinds() == [*while_open, "issue.ignored"]


def test_ids_of_our_choice_are_kept_and_cannot_be_taken_twice(sentry: SentrySandbox, deadlock: Any) -> None:
    first = sentry.event({"message": "a", "issue_id": "6100000102", "short_id": "KYC-API-1B"})

    assert (first, sentry.issue("KYC-API-1B")["id"]) == ("6100000102", "6100000102")
    with pytest.raises(ValueError, match="KYC-API-1B"):
        sentry.event({"message": "b", "short_id": "KYC-API-1B"})


def test_under_enhanced_privacy_no_email_is_told(sentry: SentrySandbox, receiver: Any, deadlock: Any) -> None:
    sentry.site.enhanced_privacy = True

    sentry.assign(sentry.event(deadlock, deliver=()), "aiko@acme-kyc.example")

    assert receiver.bodies()[0]["data"]["assignee"] == {"type": "user", "name": "Aiko Tanaka", "id": 30412}
