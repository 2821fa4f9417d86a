"""What no webhook told is found by asking: poll mode, the first start, lost webhooks, a Sentry that says "too many"."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import import_backlog
from bot.config.rules import load_rules
from bot.config.settings import load_settings
from bot.services.reconcile import MOST_QUIET_READS
from tests.builders import AIKO, MONDAY_1140
from tests.e2e.week import MovableClock
from tests.e2e.world import ALERTS, World, shown, wait_until

LONG_AGO = datetime.now(UTC) - timedelta(days=40)
OLD_ONES = 3000


def an_error(number: int | str, **more: Any) -> dict[str, Any]:
    """An event of an issue of its own."""
    return {
        "title": f"Boom: number {number}",
        "project": "kyc-api",
        "fingerprint": (f"boom-{number}",),
        "transaction": "Api::V1::VerificationsController#create",
        **more,
    }


def old_error(number: int | str, **more: Any) -> dict[str, Any]:
    return an_error(number, at=LONG_AGO, **more)


def make(folder: Path, **more: Any) -> World:
    return World.make(folder, poll=True, is_fast=True, **more)


def start(world: World) -> None:
    """Start, and wait for the first poll."""
    bot = world.start_bot()
    wait_until(lambda: bot.store.value("listed_until"), timeout=40)
    world.settle()


def poll(world: World) -> None:
    assert world.bot
    world.bot.timetable.tick(everything=True)
    world.settle()


@pytest.fixture
def polled(tmp_path: Path) -> Iterator[World]:
    """A bot without webhooks, after its first poll."""
    world = make(tmp_path)
    try:
        start(world)
        yield world
    finally:
        world.stop()


def lines_of_the_channel(world: World) -> list[str]:
    cards = {card["ts"] for card in world.cards()}
    texts = [m["text"] for m in world.slack.messages(ALERTS) if m["ts"] not in cards]
    return [text for text in texts if not text.startswith("Good morning")]


def test_a_new_issue_is_found_within_one_poll_with_frame_and_numbers(polled: World) -> None:
    issue = polled.sentry.event(
        an_error(
            1,
            exceptions=[
                {
                    "type": "Boom",
                    "value": "no",
                    "frames": [{"filename": "app/boom.rb", "lineno": 7, "function": "go"}],
                }
            ],
        )
    )
    polled.sentry.occur(issue, times=2)

    poll(polled)

    card = polled.card(issue)
    polled.slack.wait_for(lambda: "app/boom.rb:7" in shown(polled.card(issue)))
    assert "3 events" in shown(polled.card(issue))
    poll(polled)
    assert [c["ts"] for c in polled.cards()] == [card["ts"]]


def test_a_decision_in_poll_mode_reaches_sentry_like_any_other(polled: World) -> None:
    issue = polled.sentry.event(an_error(1))
    poll(polled)
    polled.press(AIKO, issue, "impact_medium")
    polled.sentry.wait_for(lambda: polled.sentry.notes(issue))
    polled.settle()
    assert (polled.sentry.issue(issue)["assignedTo"] or {}).get("name") == "Aiko Tanaka"


def test_a_first_start_beside_thousands_of_old_issues_says_one_line_and_shows_no_card(tmp_path: Path) -> None:
    world = make(tmp_path)
    try:
        for number in range(OLD_ONES):
            world.sentry.event(old_error(number), deliver=())
        start(world)

        [line] = lines_of_the_channel(world)
        assert "3,000" in line or "3000" in line
        assert "import --sentry-backlog" in line
        poll(world)
        poll(world)
        assert world.cards() == []
        assert len(lines_of_the_channel(world)) == 1

        # An old one that happens again is not new, a restart is not a first start, and a new one is found.
        world.sentry.occur(world.sentry.book.all()[0].id)
        world.stop_bot()
        start(world)
        issue = world.sentry.event(an_error("new"))
        poll(world)
        assert [c["metadata"]["event_payload"]["id"] for c in world.cards()] == [f"post_card:{issue}-1"]
        assert len(lines_of_the_channel(world)) == 1
    finally:
        world.stop()


def test_an_old_issue_that_comes_back_in_any_way_gets_a_card(tmp_path: Path) -> None:
    world = make(tmp_path)
    try:
        escalating, regressing, unarchived, quiet = (
            world.sentry.event(old_error(n), deliver=()) for n in range(4)
        )
        world.sentry.resolve(regressing)
        world.sentry.archive(unarchived)
        start(world)
        assert world.cards() == []

        world.sentry.escalate(escalating)
        world.sentry.occur(regressing)
        world.sentry.unarchive(unarchived)
        world.sentry.occur(unarchived)
        world.sentry.occur(quiet)
        poll(world)

        shown_ids = {c["metadata"]["event_payload"]["id"].split(":")[1] for c in world.cards()}
        assert shown_ids == {f"{escalating}-1", f"{regressing}-1", f"{unarchived}-1"}
        assert "May be Large" in shown(world.card(escalating))
    finally:
        world.stop()


def test_what_people_do_in_sentry_is_followed_without_webhooks(polled: World) -> None:
    resolved, archived, assigned = (polled.sentry.event(an_error(n)) for n in range(3))
    poll(polled)
    assert len(polled.cards()) == 3
    for issue in (resolved, archived, assigned):
        polled.press(AIKO, issue, "impact_medium")
    polled.settle()

    polled.sentry.resolve(resolved, by="Hiro Abe")
    polled.sentry.archive(archived, by="Hiro Abe")
    polled.sentry.assign(assigned, "ben@acme-kyc.example", by="Hiro Abe")
    poll(polled)

    assert "Resolved in Sentry by Hiro Abe" in shown(polled.card(resolved))
    assert "Hiro Abe" in shown(polled.card(archived))
    assert '"responded"' not in shown(polled.card(archived))
    assert "Ben Mori" in shown(polled.card(assigned))
    polled.sentry.occur(resolved)
    poll(polled)
    assert "Back again" in shown(polled.card(resolved, 2))


def test_ours_comes_back_after_small_when_it_escalates_without_a_webhook(polled: World) -> None:
    issue = polled.sentry.event(an_error(1))
    poll(polled)
    polled.press(AIKO, issue, "impact_small")
    polled.sentry.wait_for(lambda: polled.sentry.issue(issue)["status"] == "ignored")
    polled.settle()
    poll(polled)
    assert len(polled.cards()) == 1

    polled.sentry.escalate(issue)
    poll(polled)

    assert "May be Large" in shown(polled.card(issue, 2))
    assert "Last time: Small" in shown(polled.card(issue, 2))


def test_a_webhook_that_never_came_is_made_up_for_by_the_poll(http_world: World) -> None:
    world = http_world
    assert world.bot
    wait_until(lambda: world.bot and world.bot.store.value("listed_until"))
    issue = world.sentry.event(an_error("lost"), deliver=())
    poll(world)
    world.press(AIKO, issue, "impact_medium")
    world.settle()

    # The webhook of the same occurrence comes late after all: nothing new.
    world.sentry.occur(issue, deliver=("event_alert",))
    world.settle()
    assert len(world.cards()) == 1


def test_the_backlog_command_brings_old_ones_in_as_many_as_asked_for(tmp_path: Path) -> None:
    world = make(tmp_path)
    try:
        old = [world.sentry.event(old_error(n), deliver=()) for n in range(5)]
        world.sentry.escalate(old[2])
        settings = replace(load_settings(world.env), port=0)
        assert import_backlog(settings, load_rules(world.rules_path), 3) == 3
        assert import_backlog(settings, load_rules(world.rules_path), 1) == 1

        start(world)

        world.slack.wait_for(lambda: len(world.cards()) == 4)
        assert not any("May be Large" in shown(card) for card in world.cards())
        poll(world)
        assert len(world.cards()) == 4
    finally:
        world.stop()


def test_too_many_requests_during_a_poll_loses_nothing(polled: World) -> None:
    issues = [polled.sentry.event(an_error(n)) for n in range(3)]
    polled.sentry.fail_next(path_contains="/issues/?", status=429, times=1)
    polled.sentry.fail_next(path_contains=f"/issues/{issues[1]}/", status=429, times=2)

    poll(polled)

    polled.slack.wait_for(lambda: len(polled.cards()) == 3, timeout=10)


def test_a_poll_that_fails_stands_in_healthz_until_one_succeeds(polled: World) -> None:
    issue = polled.sentry.event(an_error(1))
    polled.sentry.fail_next(path_contains="/issues/?", status=500, times=9)

    poll(polled)

    status, degraded = polled.health()
    assert status == 200
    assert "500" in degraded["job_poll"]
    polled.sentry.gate.faults.clear()
    poll(polled)
    assert polled.card(issue)
    assert "job_poll" not in polled.health()[1]


def test_an_archive_by_hand_and_its_end_bring_an_old_issue_in(tmp_path: Path) -> None:
    """A person archives an issue that the bot had left alone; Sentry tells nobody when it is taken out again."""
    world = World.make(tmp_path, is_fast=True)
    try:
        issue = world.sentry.event(old_error("left alone"), deliver=())
        start(world)
        world.sentry.archive(issue)
        world.settle()
        world.sentry.unarchive(issue)
        world.sentry.occur(issue, deliver=())
        poll(world)
        assert world.card(issue)
    finally:
        world.stop()


def test_an_issue_taken_out_of_the_archive_by_hand_comes_back_without_a_new_event(tmp_path: Path) -> None:
    """Its last event is older than the list reaches, and Sentry tells nobody."""
    clock = MovableClock(MONDAY_1140)
    world = make(tmp_path, clock=clock)
    try:
        start(world)
        issue = world.sentry.event(an_error("taken out"))
        poll(world)
        world.slack.choose(AIKO, ALERTS, world.card(issue)["ts"], "journey_step", "submission")
        world.press(AIKO, issue, "impact_small")
        world.sentry.wait_for(lambda: world.sentry.issue(issue)["status"] == "ignored")
        clock.move_to(MONDAY_1140 + timedelta(hours=1))
        poll(world)

        world.sentry.unarchive(issue)
        poll(world)

        assert "Back again" in shown(world.card(issue, 2))
    finally:
        world.stop()


def test_what_the_poll_costs_does_not_grow_with_what_is_closed(polled: World) -> None:
    issues = [polled.sentry.event(an_error(n)) for n in range(20)]
    poll(polled)
    for issue in issues:
        polled.sentry.resolve(issue)
    poll(polled)
    before = len(polled.sentry.calls)
    poll(polled)
    started = time.monotonic()
    poll(polled)
    assert time.monotonic() - started < 5
    assert len(polled.sentry.calls) - before <= 6


def test_of_many_archived_issues_one_taken_out_by_hand_comes_back_at_the_next_poll(tmp_path: Path) -> None:
    """Read a few at a time, it would be the turn of the last one only after some polls."""
    clock = MovableClock(MONDAY_1140)
    world = make(tmp_path, clock=clock)
    try:
        start(world)
        issues = [world.sentry.event(an_error(number)) for number in range(4 * MOST_QUIET_READS)]
        poll(world)
        for issue in issues:
            world.slack.choose(AIKO, ALERTS, world.card(issue)["ts"], "journey_step", "submission")
            world.press(AIKO, issue, "impact_small")
            world.sentry.wait_for(lambda i=issue: world.sentry.issue(i)["status"] == "ignored")
        clock.move_to(MONDAY_1140 + timedelta(hours=1))
        poll(world)
        taken_out = (issues[0], issues[7], issues[-1])
        for issue in taken_out:
            world.sentry.unarchive(issue)

        poll(world)

        for issue in taken_out:
            assert "Back again" in shown(world.card(issue, 2))
        assert len(world.cards()) == len(issues) + len(taken_out)
    finally:
        world.stop()
