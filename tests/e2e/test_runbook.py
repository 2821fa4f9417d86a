"""From the card to the runbook: the one its rule names, the one for its step, the team's own tool, none at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.builders import AIKO, CHIKA, ROOT
from tests.e2e.world import ALERTS, B_FILE, B_ISSUE, World, shown, wait_until

WORKER = "workaround: false\n    runbook: async-worker.md"
"""The end of the rule `async-worker`, which fits B."""
NO_BOOK = (WORKER, "workaround: false")


def opened(world: World, user: str) -> dict[str, Any]:
    world.slack.choose(user, ALERTS, world.card(B_ISSUE)["ts"], "more", "runbook")
    return world.slack.wait_for(lambda: next(iter(world.slack.view_stack(user)[-1:]), None))


def offered(world: World) -> list[dict[str, Any]]:
    world.deliver(B_FILE)
    wait_until(lambda: "more" in shown(world.card(B_ISSUE)))
    rows = [element for block in world.card(B_ISSUE)["blocks"] for element in block.get("elements", [])]
    more = next(element for element in rows if element.get("action_id") == "more")
    return [option for option in more["options"] if option["value"] == "runbook"]


def make(folder: Path, monkeypatch: pytest.MonkeyPatch, *rules: tuple[str, str]) -> World:
    monkeypatch.chdir(ROOT)
    world = World.make(folder, rules=rules)
    world.start_bot()
    return world


def test_the_card_opens_the_runbook_of_its_rule_in_its_reader_s_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make(tmp_path, monkeypatch)
    try:
        assert [option.get("url") for option in offered(world)] == [None]
        english, japanese = opened(world, AIKO), opened(world, CHIKA)
    finally:
        world.stop()

    assert "Do not delete dead jobs" in shown(english)
    assert "*dead のジョブは消さないでください。*" in shown(japanese)
    assert "☐" in shown(japanese)


def test_where_no_rule_names_one_the_runbook_of_the_step_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make(tmp_path, monkeypatch, NO_BOOK)
    try:
        assert offered(world)
        view = opened(world, AIKO)
    finally:
        world.stop()

    assert view["title"]["text"].startswith("Stuck asynchronous")


def test_a_link_of_the_team_s_own_tool_is_opened_by_slack_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = "https://docs.example.com/worker"
    rules = (
        (WORKER, WORKER.replace("async-worker.md", link)),
        ("runbook_hosts: []", "runbook_hosts: [docs.example.com]"),
    )
    world = make(tmp_path, monkeypatch, *rules)
    try:
        assert [option.get("url") for option in offered(world)] == [link]
        world.slack.choose(AIKO, ALERTS, world.card(B_ISSUE)["ts"], "more", "runbook")
        assert not world.slack.view_stack(AIKO)
        assert not world.slack.troubles
    finally:
        world.stop()


def test_without_a_runbook_none_is_offered(tmp_path: Path) -> None:
    world = World.make(tmp_path, rules=(), more={"RUNBOOKS_DIR": str(tmp_path / "none")})
    try:
        world.start_bot()
        assert not offered(world)
    finally:
        world.stop()
