"""Slack and Sentry fail in every way that they do: all arrives once in the end, /healthz names the fault in time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.effects import EditCard, Effect, Say, Service
from bot.sandbox.slack.delivery import Attempt, Kind, Reply
from bot.sandbox.slack.json_values import Json
from bot.services.history import history
from bot.services.reconcile import BASELINE
from bot.services.rotation import PINGED
from tests.builders import AIKO, BEN
from tests.e2e.world import A_FILE, A_ISSUE, ALERTS, B_FILE, B_ISSUE, World, shown, wait_until
from tests.torture.story import Seen, told_by_log
from tests.torture.tally import MARK, double, noted, said

A, B = f"{A_ISSUE}-1", f"{B_ISSUE}-1"
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
NAMED_WITHIN = 60 * SECOND
"""Promise I8 (design, section 10)."""


class ShiftedClock:
    """The machine's time, which a test moves forward instead of waiting."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def machine(self) -> datetime:
        return self.now()


class Failing:
    """A world whose time can be made to pass."""

    def __init__(self, folder: Path) -> None:
        self.clock = ShiftedClock()
        self.world = World.make(folder, clock=self.clock, is_fast=True)
        self.bot = self.world.start_bot()
        wait_until(lambda: self.bot.store.value(BASELINE) and self.bot.store.value(PINGED))
        self.world.settle()  # the line of the first start and the ping of the day have been said

    def pass_time(self, length: timedelta) -> None:
        """Time passes at once; what has become due is tried, and the next look at the faults is taken."""
        self.clock.ahead += length
        self.bot.tick()
        wait_until(self._is_at_rest)

    def pass_until_all_is_done(self) -> None:
        """Whatever waits for another attempt gets it."""
        for _ in range(12):
            self.pass_time(6 * MINUTE)
            if not self.backlog():
                return
        raise AssertionError(self.world.health())

    def _is_at_rest(self) -> bool:
        """Nothing is due, but for lines and edits whose card does not stand yet. Each look ends the outbox's naps."""
        self.bot.desk.wake()
        store, at = self.bot.store, self.clock.machine()
        due = [saved for service in Service for saved in store.due(service, at, 100)]
        return all(self._lacks_card(saved.effect) for saved in due) and self.world.sentry.is_idle

    def _lacks_card(self, effect: Effect) -> bool:
        alert = self.bot.store.alert(effect.alert_id) if isinstance(effect, EditCard | Say) else None
        return alert is not None and alert.card is None

    def backlog(self) -> int:
        """Effects that wait."""
        return sum(self.bot.store.backlog(service).waiting for service in Service)

    def failing(self) -> str:
        """Why /healthz says that a service is not well, within the time that is promised."""
        wait_until(lambda: any(self.bot.store.backlog(service).failing for service in Service))
        self.pass_time(NAMED_WITHIN - SECOND)
        status, degraded = self.world.health()
        assert status == 200
        return "; ".join(degraded.values())

    def log(self) -> Counter[Seen]:
        return told_by_log(history(self.bot.store))


@pytest.fixture
def failing(tmp_path: Path) -> Iterator[Failing]:
    made = Failing(tmp_path)
    try:
        yield made
    finally:
        made.world.stop()


def all_stands_once(failing: Failing, *alerts: str) -> None:
    """One card each, nothing twice, notes as the log has it, nothing left, nothing ailing."""
    world = failing.world
    assert double(said(world, with_marked=True)) == []
    assert all(said(world)[f"post_card:{alert}"] == 1 for alert in alerts)
    for alert in alerts:
        issue_id = alert.removesuffix("-1")
        acts = [row["id"] for row in history(failing.bot.store, issue_id)]
        assert noted(world, issue_id) <= Counter(acts)
        assert len(world.sentry.external_issues(issue_id)) <= 1
    assert failing.backlog() == 0
    assert world.health() == (200, {})


# Slack.


def test_what_happens_while_slack_is_down_is_shown_once_when_it_is_back(failing: Failing) -> None:
    world = failing.world
    world.deliver(B_FILE)
    world.card(B_ISSUE)
    world.settle()

    world.slack.is_down = True
    assert world.deliver(A_FILE).status == 200
    assert world.press(AIKO, B_ISSUE, "impact_medium").status == 200  # Slack's own way to us still works
    assert "Slack does not answer" in failing.failing()
    world.slack.is_down = False
    failing.pass_until_all_is_done()

    assert "*Medium*" in shown(world.card(B_ISSUE))
    assert len(world.cards()) == 2
    all_stands_once(failing, A, B)


def test_a_revoked_token_is_named_with_what_to_do_and_nothing_is_lost_by_it(failing: Failing) -> None:
    world = failing.world
    world.slack.revoke_token()
    world.deliver(A_FILE)

    told = failing.failing()
    assert "token_revoked" in told
    assert "SLACK_BOT_TOKEN" in told
    world.slack.revoke_token(revoked=False)
    failing.pass_until_all_is_done()

    all_stands_once(failing, A)


@pytest.mark.parametrize("error", ["not_in_channel", "channel_not_found", "missing_scope", "is_archived"])
def test_a_refusal_that_a_person_can_mend_waits_for_that(failing: Failing, error: str) -> None:
    world = failing.world
    world.slack.fail_next("chat.postMessage", error=error, times=3)
    world.deliver(A_FILE)

    assert error in failing.failing()
    failing.pass_until_all_is_done()

    all_stands_once(failing, A)


@pytest.mark.parametrize("times", [1, 2, 5])
def test_a_post_whose_reply_was_lost_is_found_and_not_sent_again(failing: Failing, times: int) -> None:
    world = failing.world
    world.slack.fail_next("chat.postMessage", lose_reply=True, times=times)
    world.deliver(A_FILE)
    world.deliver(B_FILE)

    failing.pass_until_all_is_done()

    assert not any(MARK in message["text"] for message in world.slack.messages(ALERTS))
    all_stands_once(failing, A, B)


@pytest.mark.parametrize(
    "look_up_fails",
    [{"retry_after": 20}, {"error": "token_revoked"}, {"error": "internal_error"}, {"lose_reply": True}],
)
def test_a_lost_post_is_found_also_when_the_look_up_fails_at_first(
    failing: Failing, look_up_fails: dict[str, Any]
) -> None:
    world = failing.world
    world.slack.fail_next("chat.postMessage", lose_reply=True)
    world.slack.fail_next("conversations.history", times=2, **look_up_fails)
    world.deliver(A_FILE)

    failing.pass_until_all_is_done()

    all_stands_once(failing, A)


def test_where_slack_may_not_be_asked_the_second_post_carries_a_mark(failing: Failing) -> None:
    world = failing.world
    world.slack.scopes.discard("channels:history")
    world.slack.fail_next("chat.postMessage", lose_reply=True)
    world.deliver(A_FILE)

    failing.pass_until_all_is_done()

    posts = [call.args for call in world.slack.calls if call.method == "chat.postMessage"]
    cards = [args for args in posts if args["metadata"]["event_payload"]["id"] == f"post_card:{A}"]
    assert [MARK in args["text"] and MARK in str(args["blocks"]) for args in cards] == [False, True]
    assert failing.backlog() == 0

    world.slack.click(AIKO, ALERTS, world.cards()[-1]["ts"], "impact_medium")
    failing.pass_until_all_is_done()
    assert MARK in shown(world.cards()[-1])


def test_a_pause_that_slack_asks_for_is_kept(failing: Failing) -> None:
    world = failing.world
    before = len(calls(world, "chat.postMessage"))
    world.slack.fail_next("chat.postMessage", retry_after=30)
    world.deliver(A_FILE)
    wait_until(lambda: failing.bot.store.backlog(Service.SLACK).failing)

    failing.pass_time(25 * SECOND)
    assert calls(world, "chat.postMessage")[before:] == [429]

    failing.pass_time(6 * SECOND)
    assert calls(world, "chat.postMessage")[before:][:2] == [429, 200]
    failing.pass_until_all_is_done()
    all_stands_once(failing, A)


@pytest.mark.parametrize(
    "fault", [{"status": 503}, {"status": 500}, {"error": "internal_error"}, {"lose_reply": True}]
)
def test_a_slack_in_trouble_gets_everything_in_the_end(failing: Failing, fault: dict[str, Any]) -> None:
    world = failing.world
    for method in ("chat.postMessage", "chat.update"):
        world.slack.fail_next(method, times=4, **fault)
    world.deliver(A_FILE)
    failing.pass_until_all_is_done()
    world.press(AIKO, A_ISSUE, "impact_small")

    failing.pass_until_all_is_done()

    assert "*Small*" in shown(world.card(A_ISSUE))
    all_stands_once(failing, A)


def test_a_slack_that_answers_too_late_gets_everything_once(failing: Failing) -> None:
    world = failing.world
    to_slack: Any = next(box for box in failing.bot.outboxes if box.service is Service.SLACK)
    to_slack._deliverer._client.timeout = 1
    world.slack.fail_next("chat.postMessage", delay=1.2)
    world.deliver(A_FILE)
    wait_until(lambda: failing.bot.store.backlog(Service.SLACK).failing)
    wait_until(lambda: calls(world, "chat.postMessage"))

    failing.pass_until_all_is_done()

    all_stands_once(failing, A)


def calls(world: World, method: str) -> list[int]:
    """The answers that a method gave, oldest first."""
    return [call.status for call in world.slack.calls if call.method == method]


# Sentry.

NOTES, LINKS, ISSUE = "/notes/", "/external-issues/", f"/issues/{A_ISSUE}/"


@pytest.mark.parametrize(
    ("method", "path"), [("POST", NOTES), ("POST", LINKS), ("PUT", ISSUE), ("GET", ISSUE), ("GET", NOTES)]
)
@pytest.mark.parametrize(
    "fault", [{"lose_reply": True}, {"status": 500}, {"status": 502, "body": "<html>bad gateway</html>"}]
)
def test_each_thing_that_sentry_is_told_arrives_once(
    failing: Failing, method: str, path: str, fault: dict[str, Any]
) -> None:
    world = failing.world
    world.deliver(A_FILE)
    world.card(A_ISSUE)
    world.settle()
    world.sentry.fail_next(path_contains=path, method=method, times=3, **fault)
    if (method, path) == ("GET", NOTES):
        world.sentry.fail_next(path_contains=path, method="POST", lose_reply=True)

    assert world.press(AIKO, A_ISSUE, "impact_small").status == 200
    failing.pass_until_all_is_done()

    assert world.sentry.issue(A_ISSUE)["substatus"] == "archived_until_escalating"
    assert list(noted(world, A_ISSUE).values()) == [1]
    assert len(world.sentry.external_issues(A_ISSUE)) == 1
    all_stands_once(failing, A)


def test_what_is_decided_while_sentry_is_down_is_there_when_it_is_back(failing: Failing) -> None:
    world = failing.world
    world.deliver(B_FILE)
    world.card(B_ISSUE)
    world.settle()

    world.sentry.stop()
    assert world.press(AIKO, B_ISSUE, "impact_medium").status == 200
    world.slack.wait_for(lambda: "*Medium*" in shown(world.card(B_ISSUE)))
    assert "Sentry does not answer" in failing.failing()
    world.slack.wait_for(lambda: "Sentry does not answer" in shown(world.card(B_ISSUE)))
    world.sentry.start()
    failing.pass_until_all_is_done()

    assert list(noted(world, B_ISSUE).values()) == [1]
    assert (world.sentry.issue(B_ISSUE)["assignedTo"] or {}).get("name") == "Aiko Tanaka"
    assert "Sentry does not answer" not in shown(world.card(B_ISSUE))
    all_stands_once(failing, B)


def test_a_token_that_sentry_does_not_take_is_named_and_nothing_is_lost_by_it(failing: Failing) -> None:
    world = failing.world
    world.deliver(A_FILE)
    world.card(A_ISSUE)
    world.settle()
    site, token = world.sentry.site, world.sentry.site.auth_token

    object.__setattr__(site, "auth_token", "another")
    world.press(AIKO, A_ISSUE, "impact_small")
    assert "SENTRY_AUTH_TOKEN" in failing.failing()
    object.__setattr__(site, "auth_token", token)
    failing.pass_until_all_is_done()

    assert world.sentry.issue(A_ISSUE)["status"] == "ignored"
    all_stands_once(failing, A)


def test_a_sentry_that_counts_too_many_requests_is_given_its_pause(failing: Failing) -> None:
    world = failing.world
    world.sentry.rate_limits = True
    world.sentry.gate.clock = lambda: 0.0  # the window never ends by itself
    for name in (A_FILE, B_FILE):
        world.deliver(name)
    world.press(AIKO, A_ISSUE, "impact_small")
    # Not `pass_time`: while two refused effects wait, one of them is always due, held up by the pause of the other.
    wait_until(lambda: one_more(failing) and failing.bot.store.backlog(Service.SENTRY).failing)
    assert refused(world)

    world.sentry.rate_limits = False
    failing.pass_until_all_is_done()

    assert world.sentry.issue(A_ISSUE)["status"] == "ignored"
    all_stands_once(failing, A, B)


def one_more(failing: Failing) -> bool:
    """One more occurrence, and a look at the clock: each asks Sentry something."""
    failing.world.sentry.occur(B_ISSUE, deliver=("event_alert",))
    failing.clock.ahead += SECOND
    failing.bot.tick()
    return True


def refused(world: World) -> list[Any]:
    return [call for call in world.sentry.calls if call.status == 429]


def test_a_sentry_that_answers_too_late_is_told_once(
    failing: Failing, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = failing.world
    monkeypatch.setattr("bot.sentry.caller.TIMEOUTS", (1.0, 0.3))
    world.deliver(A_FILE)
    world.card(A_ISSUE)
    world.settle()
    for method in ("PUT", "POST"):
        world.sentry.fail_next(method=method, delay=0.6, times=2)

    world.press(AIKO, A_ISSUE, "impact_small")
    failing.pass_until_all_is_done()

    wait_until(lambda: world.sentry.issue(A_ISSUE)["status"] == "ignored")
    assert list(noted(world, A_ISSUE).values()) == [1]
    all_stands_once(failing, A)


# People.


class Unheard:
    """The bot's next answers do not reach the person, who sees an error and tries again."""

    def __init__(self, world: World, *, skip: int) -> None:
        courier = world.slack.courier
        self._send, self._left = courier.send, skip
        courier.send = self._sending  # type: ignore[method-assign]

    def _sending(self, kind: Kind, payload: Json, attempt: Attempt | None = None) -> Reply:
        reply = self._send(kind, payload, attempt)
        self._left -= 1
        return Reply(None, "connection_failed", reply.elapsed) if self._left == -1 else reply


FORMS: dict[str, tuple[tuple[str, ...], dict[str, Any], Seen]] = {
    "note": (("more", "note"), {"text": "told them"}, (B, "noted", "told them")),
    "put off": (("more", "extend"), {"reason": "the bank"}, (B, "extended", "the bank")),
    "another owner": (("more", "hand_over"), {"to": BEN}, (B, "handed_over", BEN)),
    "some": (("responded",), {"done": "one", "all_done": "no", "told": "no"}, (B, "responded", "no")),
    "all": (("responded",), {"done": "all", "all_done": "yes", "told": "no"}, (B, "responded", "yes")),
    "looked at again": (
        ("change",),
        {"judge_affected": "all", "judge_workaround": "no", "judge_level": "large"},
        (B, "decided", "large"),
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_that_is_sent_again_because_no_answer_came_counts_once(failing: Failing, form: str) -> None:
    opened_by, values, entry = FORMS[form]
    world = failing.world
    world.deliver(B_FILE)
    ts = world.card(B_ISSUE)["ts"]
    world.press(AIKO, B_ISSUE, "impact_medium")
    world.slack.wait_for(lambda: "change" in shown(world.card(B_ISSUE)))
    world.settle()

    opens(world, ts, opened_by)
    Unheard(world, skip=0)
    assert not world.slack.submit(AIKO, dict(values)).is_ok
    assert world.slack.submit(AIKO, dict(values)).is_ok
    failing.pass_until_all_is_done()

    assert failing.log() == Counter({(B, "decided", "medium"): 1, entry: 1})
    assert not world.slack.view_stack(AIKO)
    all_stands_once(failing, B)


def opens(world: World, ts: str, opened_by: tuple[str, ...]) -> None:
    """A form of the card, by a button or by a menu and its option."""
    action, *option = opened_by
    if option:
        world.slack.choose(AIKO, ALERTS, ts, action, option[0])
    else:
        world.slack.click(AIKO, ALERTS, ts, action)
    world.slack.wait_for(lambda: world.slack.view_stack(AIKO))


PRESSES: dict[str, tuple[Callable[[World, str], Reply], Seen]] = {
    "level": (
        lambda world, ts: world.slack.click(AIKO, ALERTS, ts, "impact_medium"),
        (B, "decided", "medium"),
    ),
    "step": (
        lambda world, ts: world.slack.choose(AIKO, ALERTS, ts, "journey_step", "result"),
        (B, "step_chosen", "result"),
    ),
}


@pytest.mark.parametrize("press", PRESSES)
def test_a_press_that_is_repeated_because_no_answer_came_counts_once(failing: Failing, press: str) -> None:
    act, entry = PRESSES[press]
    world = failing.world
    world.deliver(B_FILE)
    ts = world.card(B_ISSUE)["ts"]
    world.settle()
    world.slack.is_down = True  # the card does not change before the second press

    Unheard(world, skip=0)
    assert not act(world, ts).is_ok
    assert act(world, ts).is_ok
    world.slack.is_down = False
    failing.pass_until_all_is_done()

    assert failing.log() == Counter({entry: 1})
    all_stands_once(failing, B)
