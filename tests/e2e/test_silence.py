"""When a neighbour is silent: Slack, Sentry, or the disk. Nothing is lost, and everybody can see what ails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from bot.domain.effects import EffectState, Service, service_of
from tests.builders import AIKO, BEN
from tests.e2e.world import A_FILE, A_ISSUE, ALERTS, B_FILE, B_ISSUE, World, shown, wait_until

FORM = {"judge_affected": "few", "judge_workaround": "no", "judge_level": "medium", "reason": "x"}
SAVED = "Saved. Sentry does not answer"


class JumpingClock:
    """The machine's clock, which a test moves forward; both hands together. A jump stays under Slack's 300 s."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def machine(self) -> datetime:
        return self.now()


def jump(world: World, seconds: float) -> None:
    """So much time passes at once, and the outboxes look again."""
    assert isinstance(world.clock, JumpingClock)
    assert world.bot
    world.clock.ahead += timedelta(seconds=seconds)
    assert world.clock.ahead < timedelta(seconds=290)
    world.bot.desk.wake()


@pytest.fixture
def jumping(tmp_path: Path) -> Iterator[World]:
    """A world whose time can be moved."""
    world = World.make(tmp_path, is_fast=True, clock=JumpingClock())
    try:
        bot = world.start_bot()
        wait_until(lambda: bot.store.value("listed_until"))
        yield world
    finally:
        world.stop()


def waiting(world: World) -> list[str]:
    """The effects still on their way."""
    assert world.bot
    store = world.bot.store
    effects = [e for alert in store.alerts() for e in store.effects_of(alert.id)]
    return [e.id for e in effects if e.state is EffectState.WAITING]


def all_have_failed(world: World) -> bool:
    """Whether everything for Sentry has been tried in vain."""
    assert world.bot
    store = world.bot.store
    effects = [e for alert in store.alerts() for e in store.effects_of(alert.id)]
    left = [e for e in effects if e.state is EffectState.WAITING and service_of(e.effect) is Service.SENTRY]
    return bool(left) and all(e.failed_since for e in left)


def all_done(world: World) -> bool:
    return not waiting(world)


# --- Slack ---


def test_cards_of_webhooks_that_came_while_slack_was_down_stand_once_it_is_back(jumping: World) -> None:
    jumping.slack.is_down = True
    assert jumping.deliver(A_FILE).status == 200
    assert jumping.deliver(B_FILE).status == 200
    wait_until(lambda: "Slack" in jumping.log.text)
    assert jumping.health() == (200, {})  # a moment of silence is no news

    jump(jumping, 31)
    wait_until(lambda: "slack" in jumping.health()[1])
    assert "deliveries failing since" in jumping.health()[1]["slack"]

    jumping.slack.is_down = False
    jump(jumping, 60)
    assert jumping.card(A_ISSUE)
    assert jumping.card(B_ISSUE)
    wait_until(lambda: "slack" not in jumping.health()[1])
    jumping.settle()
    assert len(jumping.cards()) == 2


def test_a_revoked_token_is_named_with_its_remedy_and_nothing_is_given_up(jumping: World) -> None:
    jumping.slack.revoke_token()
    jumping.deliver(B_FILE)
    wait_until(lambda: "token_revoked" in jumping.log.text)
    jump(jumping, 31)

    why = wait_until(lambda: jumping.health()[1].get("slack"))

    assert "token_revoked" in why
    assert "SLACK_BOT_TOKEN" in why
    metrics = requests.get(f"{jumping.bot.url}/metrics", timeout=5).text if jumping.bot else ""
    assert 'triage_degraded{kind="slack"} 1' in metrics
    jumping.slack.revoke_token(revoked=False)
    jump(jumping, 61)
    assert jumping.card(B_ISSUE)


def test_a_press_whose_answer_slack_never_shows_is_saved_all_the_same(jumping: World) -> None:
    jumping.deliver(B_FILE)
    card = jumping.card(B_ISSUE)
    jumping.settle()
    jumping.slack.is_down = True
    assert jumping.slack.click(AIKO, ALERTS, card["ts"], "impact_medium").status == 200
    jumping.sentry.wait_for(lambda: jumping.sentry.notes(B_ISSUE))

    jumping.slack.is_down = False
    jump(jumping, 60)
    jumping.slack.wait_for(lambda: "*Medium*" in shown(jumping.card(B_ISSUE)))


# --- Sentry ---


def test_a_card_says_that_sentry_does_not_answer_as_long_as_that_is_so(jumping: World) -> None:
    jumping.deliver(A_FILE)
    jumping.deliver(B_FILE)
    jumping.card(B_ISSUE)
    jumping.card(A_ISSUE)
    jumping.settle()
    jumping.sentry.stop()
    jumping.press(AIKO, B_ISSUE, "impact_medium")
    jumping.press(AIKO, A_ISSUE, "impact_small")
    jumping.slack.wait_for(lambda: "*Medium*" in shown(jumping.card(B_ISSUE)))
    wait_until(lambda: all_have_failed(jumping))
    assert SAVED not in shown(jumping.card(B_ISSUE))

    jump(jumping, 25)
    jumping.slack.wait_for(lambda: SAVED in shown(jumping.card(B_ISSUE)))
    jumping.slack.wait_for(lambda: SAVED in shown(jumping.card(A_ISSUE)))
    jump(jumping, 10)
    assert "does not answer" in wait_until(lambda: jumping.health()[1].get("sentry"))
    assert jumping.health()[0] == 200

    jumping.sentry.start()
    jump(jumping, 120)
    jumping.sentry.wait_for(lambda: jumping.sentry.issue(A_ISSUE)["status"] == "ignored", timeout=10)
    wait_until(lambda: all_done(jumping))
    jumping.slack.wait_for(lambda: SAVED not in shown(jumping.card(B_ISSUE)))
    jumping.slack.wait_for(lambda: SAVED not in shown(jumping.card(A_ISSUE)))
    assert "sentry" not in jumping.health()[1]
    assert len(jumping.sentry.notes(A_ISSUE)) == 1


def test_a_person_who_resolves_in_sentry_while_our_archive_waits_has_the_last_word(jumping: World) -> None:
    jumping.deliver(A_FILE)
    jumping.card(A_ISSUE)
    jumping.settle()
    jumping.sentry.stop()
    jumping.press(AIKO, A_ISSUE, "impact_small")
    wait_until(lambda: "set_status" in " ".join(waiting(jumping)))

    jumping.sentry.resolve(A_ISSUE, by="Hiro Abe")
    jumping.sentry.start()
    jump(jumping, 120)

    wait_until(lambda: all_done(jumping), timeout=10)
    assert jumping.sentry.issue(A_ISSUE)["status"] == "resolved"
    assert not [c for c in jumping.sentry.calls if c.method == "PUT"]
    jumping.slack.wait_for(lambda: "Resolved in Sentry by Hiro Abe" in shown(jumping.card(A_ISSUE)))


def test_small_then_looked_at_again_while_sentry_is_down_ends_unresolved(jumping: World) -> None:
    jumping.deliver(A_FILE)
    jumping.card(A_ISSUE)
    jumping.settle()
    jumping.sentry.stop()
    jumping.press(AIKO, A_ISSUE, "impact_small")
    jumping.slack.wait_for(lambda: '"change"' in shown(jumping.card(A_ISSUE)))
    jumping.press(BEN, A_ISSUE, "change")
    jumping.slack.wait_for(lambda: jumping.slack.view_stack(BEN))
    jumping.slack.submit(BEN, {"judge_level": "medium", "reason": "two businesses wrote in"})
    if jumping.slack.view_stack(BEN):
        jumping.slack.submit(BEN)

    jumping.sentry.start()
    jump(jumping, 120)

    wait_until(lambda: all_done(jumping), timeout=10)
    issue = jumping.sentry.issue(A_ISSUE)
    assert issue["status"] == "unresolved"
    assert not [c for c in jumping.sentry.calls if c.method == "PUT" and c.body.get("status") == "ignored"]
    assert (issue["assignedTo"] or {}).get("name") == "Aiko Tanaka"
    notes = [note["data"]["text"] for note in jumping.sentry.notes(A_ISSUE)]
    assert len(notes) == 2  # both decisions are history


def test_large_is_loud_while_sentry_is_down(jumping: World) -> None:
    jumping.deliver(B_FILE)
    jumping.card(B_ISSUE)
    jumping.sentry.stop()
    jumping.press(AIKO, B_ISSUE, "impact_large")
    jumping.slack.wait_for(lambda: "First:" in jumping.thread(B_ISSUE))
    jumping.sentry.start()


# --- the disk ---


def _fill(world: World, full: bool) -> None:
    """The disk takes a few more pages and then none, or room is made."""
    connection = _connection(world)
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 20 if full else 1_000_000}")


def _lock(world: World, locked: bool) -> None:
    """The file is read-only, or no longer."""
    _connection(world).execute(f"PRAGMA query_only = {int(locked)}")


def _connection(world: World) -> Any:
    assert world.bot
    store: Any = world.bot.store
    return store._file._connection


def test_a_read_only_store_takes_nothing_says_so_and_goes_on_afterwards(http_world: World) -> None:
    world = http_world
    world.deliver(B_FILE)
    world.card(B_ISSUE)
    world.settle()
    assert world.bot
    before = (world.bot.store.alerts(), world.bot.store.entries())
    _lock(world, True)

    # A webhook is not taken, so that nobody believes it was; a press is told, and changes nothing.
    assert world.deliver(A_FILE).status == 503
    reply = world.press(AIKO, B_ISSUE, "impact_medium")
    assert reply.status == 500
    assert "nothing was changed" in world.slack.wait_for(lambda: world.slack.ephemerals(AIKO))[-1]["text"]
    assert (world.bot.store.alerts(), world.bot.store.entries()) == before
    wait_until(lambda: world.health()[0] == 503, timeout=12)

    _lock(world, False)
    wait_until(lambda: world.health()[0] == 200)
    assert world.press(AIKO, B_ISSUE, "impact_medium").status == 200
    world.slack.wait_for(lambda: "*Medium*" in shown(world.card(B_ISSUE)))
    assert world.deliver(A_FILE).status == 200
    assert world.card(A_ISSUE)
    assert len([e for e in world.bot.store.entries() if e.kind.value == "decided"]) == 1


def test_a_form_sent_to_a_read_only_store_says_so_and_can_be_sent_again(http_world: World) -> None:
    world = http_world
    world.deliver(B_FILE)
    world.press(AIKO, B_ISSUE, "guide")
    world.slack.wait_for(lambda: world.slack.view_stack(AIKO))
    world.settle()
    _lock(world, True)
    assert world.slack.submit(AIKO, FORM).status == 200
    assert "nothing was changed" in shown(world.slack.view_stack(AIKO)[-1])
    _lock(world, False)
    world.slack.reload(AIKO)
    world.press(AIKO, B_ISSUE, "guide")
    world.slack.submit(AIKO, FORM)
    world.slack.wait_for(lambda: "*Medium*" in shown(world.card(B_ISSUE)))


def test_a_full_disk_refuses_webhooks_until_there_is_room_and_loses_none_that_was_taken(
    http_world: World,
) -> None:
    world = http_world
    wait_until(lambda: world.bot and world.bot.store.value("listed_until"))
    world.settle()
    _fill(world, True)
    answers = []
    for number in range(60):
        body = world.deliver_as(B_FILE, f"63{number:08}")
        answers.append(body.status)
    assert set(answers) == {200, 503}
    taken = {f"63{number:08}" for number, status in enumerate(answers) if status == 200}

    _fill(world, False)
    wait_until(lambda: world.health()[0] == 200, timeout=12)
    world.slack.wait_for(lambda: len(world.cards()) >= len(taken), timeout=20)
    world.settle(30)
    ids = [c["metadata"]["event_payload"]["id"].removeprefix("post_card:")[:-2] for c in world.cards()]
    assert len(ids) == len(set(ids))
    assert taken <= set(ids)


# --- how much the bot may write ---


@pytest.mark.parametrize("write", ["none", "notes", "full"])
def test_sentry_write_says_how_much_of_the_story_sentry_hears(tmp_path: Path, write: str) -> None:
    world = World.make(tmp_path, is_fast=True, rules=(("write: full ", f"write: {write} "),))
    try:
        world.start_bot()
        world.deliver(A_FILE)
        world.deliver(B_FILE)
        world.press(AIKO, A_ISSUE, "impact_small")
        world.press(AIKO, B_ISSUE, "impact_medium")
        world.slack.wait_for(lambda: '"responded"' in shown(world.card(B_ISSUE)))
        world.settle()
        world.press(AIKO, B_ISSUE, "responded")
        world.slack.wait_for(lambda: world.slack.view_stack(AIKO))
        world.slack.submit(AIKO, {"done": "repaired", "all_done": "yes", "told": "yes"})
        world.slack.wait_for(lambda: '"responded"' not in shown(world.card(B_ISSUE)))
        world.settle()

        states = (world.sentry.issue(A_ISSUE)["status"], world.sentry.issue(B_ISSUE)["status"])
        notes = len(world.sentry.notes(A_ISSUE)), len(world.sentry.notes(B_ISSUE))
        owner = (world.sentry.issue(B_ISSUE)["assignedTo"] or {}).get("name")
        links = len(world.sentry.external_issues(A_ISSUE))
        writes = {c.method for c in world.sentry.calls} - {"GET"}
        if write == "full":
            assert (states, notes, owner, links) == (("ignored", "resolved"), (1, 2), "Aiko Tanaka", 1)
        elif write == "notes":
            assert (states, notes, owner, links) == (("unresolved", "unresolved"), (1, 2), None, 1)
            assert writes == {"POST"}
        else:
            assert (states, notes, owner, links) == (("unresolved", "unresolved"), (0, 0), None, 0)
            assert writes == set()
        told = shown(world.card(A_ISSUE))
        assert ("sentry.write" in told) == (write != "full")

        # The next case comes back as a card of its own, whatever the bot may write.
        world.sentry.occur(B_ISSUE, times=1, deliver=("event_alert", "issue.unresolved"))
        assert world.card(B_ISSUE, 2)
    finally:
        world.stop()
