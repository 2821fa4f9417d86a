"""A runbook's checklist in the thread: posted from its page, ticked by two at once, shown to all, logged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.services.history import history
from tests.builders import AIKO, BEN, CHIKA, DAN, ROOT
from tests.e2e.world import ALERTS, B_FILE, B_ISSUE, World, shown

TICK = "runbook_tick"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.chdir(ROOT)
    made = World.make(tmp_path, is_fast=True)
    try:
        made.start_bot()
        made.deliver(B_FILE)
        yield made
    finally:
        made.stop()


def posted(world: World, user: str) -> dict[str, Any]:
    """The checklist, posted by this person from the runbook's page."""
    world.slack.choose(user, ALERTS, world.card(B_ISSUE)["ts"], "more", "runbook")
    world.slack.wait_for(lambda: world.slack.view_stack(user))
    world.slack.view_click(user, "post_checklist")
    return world.slack.wait_for(lambda: lists(world)[-1])


def lists(world: World) -> list[dict[str, Any]]:
    return [m for m in world.slack.replies(ALERTS, world.card(B_ISSUE)["ts"]) if TICK in shown(m)]


def boxes(world: World) -> dict[str, Any]:
    return next(
        element
        for block in lists(world)[-1]["blocks"]
        for element in block.get("elements", [])
        if element.get("action_id") == TICK
    )


def ticked(world: World) -> list[str]:
    return [option["value"] for option in boxes(world).get("initial_options", [])]


def test_two_people_tick_at_once_and_both_count(world: World) -> None:
    message = posted(world, AIKO)
    world.slack.fail_next("chat.update", status=429, retry_after=1, times=1)

    world.slack.choose(AIKO, ALERTS, message["ts"], TICK, ["0"])
    world.slack.choose(BEN, ALERTS, message["ts"], TICK, ["2"])

    world.slack.wait_for(lambda: ticked(world) == ["0", "2"])
    said = shown(lists(world)[-1])
    assert "Aiko Tanaka" in said
    assert "Ben Mori" in said
    assert "2 of 4 done" in said
    assert not world.slack.troubles
    assert not world.log.errors


def test_an_item_is_unticked_again_and_each_tick_is_in_the_log(world: World) -> None:
    message = posted(world, AIKO)
    world.slack.choose(AIKO, ALERTS, message["ts"], TICK, ["0", "1"])
    world.slack.wait_for(lambda: ticked(world) == ["0", "1"])

    world.slack.choose(CHIKA, ALERTS, message["ts"], TICK, ["1"])
    world.slack.wait_for(lambda: ticked(world) == ["1"])

    assert world.bot
    rows = [row for row in history(world.bot.store, B_ISSUE) if "ticked" in row["kind"]]
    assert [(row["kind"], row["by_name"]) for row in rows] == [
        ("ticked", "Aiko Tanaka"),
        ("ticked", "Aiko Tanaka"),
        ("unticked", "Chika Sato"),
    ]
    assert rows[0]["item"] == rows[2]["item"] != rows[1]["item"]
    world.slack.choose(BEN, ALERTS, world.card(B_ISSUE)["ts"], "more", "history")
    page = world.slack.wait_for(lambda: world.slack.view_stack(BEN)[-1])
    assert f"Chika Sato: ☐ {rows[2]['item']}" in shown(page)


def test_the_list_is_posted_once_and_after_the_decision_that_of_the_response(world: World) -> None:
    posted(world, AIKO)
    posted(world, BEN)
    world.settle()
    assert len(lists(world)) == 1
    assert "Checklist: judging" in shown(lists(world)[0])

    world.press(AIKO, B_ISSUE, "impact_medium")
    world.settle()
    posted(world, CHIKA)
    world.settle()

    assert len(lists(world)) == 2
    assert "Checklist: response" in shown(lists(world)[1])


def test_someone_from_outside_the_team_ticks_nothing(world: World) -> None:
    message = posted(world, AIKO)

    world.slack.choose(DAN, ALERTS, message["ts"], TICK, ["0"])

    world.settle()
    assert ticked(world) == []
    assert world.slack.ephemerals(DAN)
