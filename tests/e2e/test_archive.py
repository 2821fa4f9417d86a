"""An archive silences a cause, not a title: what Sentry says nothing of is found by the next poll."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.sentry import client as client_module
from bot.services.archive import MOST_ISSUES
from tests.builders import AIKO, BEN
from tests.e2e.archive import NEW, OLD, console, controller, decide_small, event_reads, worker
from tests.e2e.test_poll import poll
from tests.e2e.world import ALERTS, World, shown, wait_until


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A bot with webhooks, after its first poll."""
    made = World.make(tmp_path, is_fast=True)
    try:
        bot = made.start_bot()
        wait_until(lambda: bot.store.value("listed_until"))
        yield made
    finally:
        made.stop()


def test_an_event_of_another_cause_behind_an_archive_opens_a_new_round_at_the_next_poll(world: World) -> None:
    issue = world.sentry.event(controller())
    decide_small(world)
    for _ in range(39):
        world.sentry.event(controller())
    poll(world)
    assert len(world.cards()) == 1

    world.sentry.event(worker())  # the 41st
    assert world.sentry.issue(issue)["status"] == "ignored"
    poll(world)

    card = world.card(issue, 2)
    sentence = f"Archived as Small for {OLD}. Now 1 event from {NEW}. Please look again."
    assert sentence in shown(card)
    assert "Last time: Small" in shown(card)
    assert "Stops *3 Visual check*" in shown(card)
    world.slack.wait_for(lambda: sentence in world.thread(issue))
    world.slack.wait_for(lambda: "Seen from another cause" in shown(world.card(issue, 1)))
    assert '"change"' not in shown(world.card(issue, 1))
    assert world.sentry.issue(issue)["status"] == "ignored"


def test_further_events_of_the_new_cause_count_on_its_card(world: World) -> None:
    issue = world.sentry.event(controller())
    decide_small(world)
    world.sentry.event(worker())
    poll(world)
    world.card(issue, 2)

    for event in (worker(), controller(), worker()):
        world.sentry.event(event)
    poll(world)

    world.slack.wait_for(lambda: "Now 3 events from" in shown(world.card(issue, 2)))
    poll(world)
    assert len(world.cards()) == 2
    assert "Now 3 events from" in shown(world.card(issue, 2))


def test_the_same_cause_stays_silent_and_is_read_only_when_it_speaks(world: World) -> None:
    issue = world.sentry.event(controller())
    decide_small(world)
    for number in range(40):
        world.sentry.event(controller())
        if number % 10 == 0:
            poll(world)
    poll(world)
    assert len(world.cards()) == 1
    before = len(event_reads(world))

    poll(world)
    poll(world)

    assert len(event_reads(world)) == before
    assert world.thread(issue).count("Archived as Small for") == 0


def test_after_the_second_small_both_causes_are_silent_and_a_third_is_not(world: World) -> None:
    issue = world.sentry.event(controller())
    decide_small(world)
    world.sentry.event(worker())
    poll(world)
    decide_small(world, number=2, by=BEN)
    assert len([c for c in world.sentry.calls if c.method == "PUT"]) == 1  # archived once, and left so

    for event in (worker(), controller(), worker()):
        world.sentry.event(event)
    poll(world)
    poll(world)
    assert len(world.cards()) == 2

    world.sentry.event(console())
    poll(world)
    assert "Archived as Small for Sidekiq/DocumentFinalizeJob" in shown(world.card(issue, 3))


def test_a_third_cause_that_spoke_while_the_second_waited_comes_after_its_decision(world: World) -> None:
    issue = world.sentry.event(controller())
    decide_small(world)
    world.sentry.event(worker())
    world.sentry.event(console())
    poll(world)
    world.card(issue, 2)
    world.sentry.event(console())
    poll(world)
    assert len(world.cards()) == 2

    decide_small(world, number=2)
    poll(world)

    assert "Now 2 events from Console::ReviewsController#update" in shown(world.card(issue, 3))


def test_medium_on_the_new_round_takes_the_issue_out_of_the_archive(world: World) -> None:
    issue = world.sentry.event(controller())
    decide_small(world)
    world.sentry.event(worker())
    poll(world)
    world.settle()

    world.slack.click(AIKO, ALERTS, world.card(issue, 2)["ts"], "impact_medium")

    world.sentry.wait_for(lambda: world.sentry.issue(issue)["status"] == "unresolved")
    world.settle()
    world.sentry.event(worker())
    poll(world)
    assert len(world.cards()) == 2


def test_what_happened_between_the_card_and_the_press_is_read_too(world: World) -> None:
    issue = world.sentry.event(controller())
    world.card(issue)
    world.sentry.event(worker(), deliver=())
    decide_small(world)

    poll(world)

    assert "from Sidekiq/DocumentFinalizeJob" in shown(world.card(issue, 2))


def test_a_restart_neither_forgets_nor_repeats(world: World) -> None:
    issue = world.sentry.event(controller())
    decide_small(world)
    poll(world)
    world.stop_bot()
    world.sentry.event(worker())
    world.start_bot()
    poll(world)
    card = world.card(issue, 2)
    world.settle()

    world.stop_bot()
    world.start_bot()
    poll(world)

    assert [c["ts"] for c in world.cards()][1:] == [card["ts"]]
    assert "Now 1 event from" in shown(world.card(issue, 2))


def test_sixty_archived_issues_are_read_in_turn_within_the_budget_of_each_poll(world: World) -> None:
    issues = [str(8000 + number) for number in range(60)]
    for issue in issues:
        world.sentry.event(controller(issue))
    world.slack.wait_for(lambda: len(world.cards()) == 60, timeout=30)
    for issue in issues:
        decide_small(world, issue)
    for _ in range(4):
        poll(world)
    for issue in issues:
        world.sentry.event(worker(issue))
    seen: list[str] = []
    for turn in range(1, 4):
        before = len(event_reads(world))
        poll(world)
        read = event_reads(world)[before:]
        assert len(read) <= MOST_ISSUES, turn
        seen += read

    assert sorted(seen) == issues
    world.slack.wait_for(lambda: len(world.cards()) == 120, timeout=30)


def test_one_event_at_the_bottom_of_a_flood_is_found_within_some_polls(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "EVENTS_PAGE", "5")
    monkeypatch.setattr(client_module, "MOST_EVENT_PAGES", 2)
    issue = world.sentry.event(controller())
    decide_small(world)
    poll(world)
    started = datetime.now(UTC)
    for number in range(40):
        event = worker() if number == 0 else controller()
        world.sentry.event({**event, "at": started + timedelta(seconds=number)})

    for _ in range(5):
        poll(world)

    assert "Now 1 event from Sidekiq/DocumentFinalizeJob" in shown(world.card(issue, 2))
    assert len(world.cards()) == 2


def test_a_sentry_that_is_down_or_says_too_many_delays_the_reading_and_loses_nothing(world: World) -> None:
    issue = world.sentry.event(controller())
    decide_small(world)
    poll(world)
    world.sentry.event(worker())
    world.sentry.fail_next(path_contains=f"/{issue}/events/", status=500, times=1)
    world.sentry.fail_next(path_contains=f"/{issue}/events/", status=429, times=1)

    poll(world)
    world.slack.wait_for(lambda: len(world.cards()) == 2, timeout=15)

    assert "Now 1 event from" in shown(world.card(issue, 2))


def test_an_issue_that_is_gone_is_asked_about_once(world: World) -> None:
    issue = world.sentry.event(controller())
    decide_small(world)
    world.sentry.event(worker())
    world.sentry.fail_next(path_contains=f"/issues/{issue}/", status=404, times=99)

    poll(world)
    world.slack.wait_for(lambda: "No longer in Sentry" in shown(world.card(issue)))
    poll(world)

    world.slack.wait_for(lambda: "No longer in Sentry" in shown(world.card(issue)))
    assert event_reads(world).count(issue) <= 1


def test_a_list_of_events_that_is_not_found_once_ends_no_watch(world: World) -> None:
    issue = world.sentry.event(controller())
    decide_small(world)
    world.sentry.event(worker())
    world.sentry.fail_next(path_contains=f"/{issue}/events/", status=404, times=1)

    poll(world)
    poll(world)

    world.slack.wait_for(lambda: len(world.cards()) == 2)


def test_events_of_an_environment_that_is_not_watched_call_nobody(world: World) -> None:
    world.sentry.event(controller())
    decide_small(world)
    world.sentry.event({**worker(), "environment": "staging"})

    poll(world)

    assert len(world.cards()) == 1


def test_in_japanese(tmp_path: Path) -> None:
    made = World.make(tmp_path, is_fast=True, rules=(("language: en", "language: ja"),))
    try:
        made.start_bot()
        issue = made.sentry.event(controller())
        decide_small(made)
        made.sentry.event(worker())
        made.sentry.event(worker())
        poll(made)
        told = (
            "Applicant::DocumentsController#create · submission.rb:118 attach_documents! · 2 書類提出 "
            "の事象として「小」にしましたが、"
            "Sidekiq/DocumentFinalizeJob · submission.rb:164 promote_to_review! · 3 目視確認 "
            "から 2件発生しています。見直しをお願いします。"
        )
        assert told in shown(made.card(issue, 2))
        made.slack.wait_for(lambda: told in made.thread(issue))
    finally:
        made.stop()
