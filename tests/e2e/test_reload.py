"""The rules are edited while the bot runs: a good change is in force, a bad one is told and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import AIKO, BEN, CHIKA
from tests.e2e.world import A_FILE, A_ISSUE, ALERTS, B_FILE, B_ISSUE, World, shown, wait_until

NEW_ALERTS = "C0NEWALERTS"
WORKER = "    step: check\n    suggest: medium\n    affected: few\n    workaround: false\n    runbook: async-worker.md"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    books = tmp_path / "books"
    books.mkdir()
    (books / "worker.md").write_text(
        "---\ntitle: Old book\nsteps: [check]\n---\nOld words.\n", encoding="utf-8"
    )
    files = {"RULES_FILE": str(tmp_path / "rules.yaml"), "RUNBOOKS_DIR": str(books)}
    made = World.make(tmp_path, more=files, is_fast=True)
    made.slack.add_channel(NEW_ALERTS, "new-alerts")
    try:
        made.start_bot()
        yield made
    finally:
        made.stop()


def edit(world: World, before: str, after: str) -> None:
    text = world.rules_path.read_text(encoding="utf-8")
    assert before in text
    world.rules_path.write_text(text.replace(before, after), encoding="utf-8")


def look(world: World) -> None:
    """Twice: a content counts once it has stood."""
    assert world.bot
    for _ in range(2):
        world.bot.tick()
    assert world.bot.wait_idle()


def lines(world: World) -> list[str]:
    """The lines about the rules in the channel."""
    return [m["text"] for m in world.slack.messages(ALERTS) if "rules" in m["text"]]


def test_a_changed_suggestion_is_in_force_for_the_next_alert_and_nothing_is_said(world: World) -> None:
    world.deliver(A_FILE)
    deadline = world.bot and world.bot.store.alert(f"{A_ISSUE}-1").judge_by_at  # type: ignore[union-attr]
    edit(world, WORKER, WORKER.replace("medium", "large").replace("few", "all"))
    edit(world, "triage: 1 business day", "triage: 2 business days")

    look(world)
    world.deliver(B_FILE)

    world.slack.wait_for(lambda: "Suggested: *Large*" in shown(world.card(B_ISSUE)))
    assert world.bot
    assert world.bot.store.alert(f"{A_ISSUE}-1").judge_by_at == deadline  # type: ignore[union-attr]
    assert world.bot.store.alert(f"{B_ISSUE}-1").judge_by_at > deadline  # type: ignore[union-attr,operator]
    assert lines(world) == []
    assert world.health() == (200, {})


def test_good_then_bad_then_good_is_told_once_and_taken_back_in_the_same_line(world: World) -> None:
    edit(world, "    suggest: medium\n", "    suggest: big\n")
    look(world)

    status, ailing = world.health()
    line = world.rules_path.read_text(encoding="utf-8").splitlines().index("    suggest: big") + 1
    assert status == 200
    assert f"rules.yaml:{line}: match[" in ailing["rules"]
    assert "write one of: large, medium, small" in ailing["rules"]
    assert "stays in force" in ailing["rules"]
    assert sum("cannot be read" in text for _, text in world.log.lines) == 1
    [said] = world.slack.wait_for(lambda: lines(world))
    assert f"rules.yaml:{line}: match[" in said
    assert "those of before stay in force" in said

    world.deliver(B_FILE)
    world.slack.wait_for(lambda: "Suggested: *Medium*" in shown(world.card(B_ISSUE)))
    look(world)
    assert lines(world) == [said]

    edit(world, "    suggest: big\n", "    suggest: huge\n")
    look(world)
    world.slack.wait_for(lambda: '"huge"' in lines(world)[0])
    assert len(lines(world)) == 1

    edit(world, "    suggest: huge\n", "    suggest: medium\n")
    look(world)
    world.slack.wait_for(lambda: "in force since" in lines(world)[0])
    assert len(lines(world)) == 1
    assert world.health() == (200, {})


def test_another_channel_other_people_and_another_zone_are_in_force(world: World) -> None:
    assert world.bot
    edit(world, 'alerts: "#dev-alerts"', 'alerts: "#new-alerts"')
    edit(world, f"[{AIKO}, {BEN}]", f"[{CHIKA}, {AIKO}]")
    edit(world, "timezone: Asia/Tokyo", "timezone: Europe/Berlin")

    look(world)
    wait_until(lambda: world.bot and world.bot.store.value("channel:alerts") == NEW_ALERTS)
    world.deliver(B_FILE)

    [card] = world.slack.wait_for(
        lambda: [m for m in world.slack.messages(NEW_ALERTS) if "Deadlocked" in m["text"]]
    )
    assert f"<@{CHIKA}>" in shown(card)
    assert world.bot.people.policy().calendar.timezone.key == "Europe/Berlin"
    assert world.bot.store.alert(f"{B_ISSUE}-1").owner == CHIKA  # type: ignore[union-attr]


def test_a_runbook_is_read_anew_and_a_broken_one_keeps_the_old_words(world: World) -> None:
    book = world.folder / "books" / "worker.md"
    edit(world, "runbook: async-worker.md", "runbook: worker.md")
    book.write_text("---\ntitle: New book\nsteps: [check]\n---\nNew words.\n", encoding="utf-8")
    look(world)
    world.deliver(B_FILE)
    world.settle()
    assert runbook_of(world) == "New book"

    book.write_text("no front matter\n", encoding="utf-8")
    look(world)

    assert runbook_of(world) == "New book"
    assert "worker.md:1: has no front matter" in world.health()[1]["rules"]


def runbook_of(world: World) -> str:
    """The title of the runbook that the card of B opens."""
    assert world.bot
    slack = next(box for box in world.bot.outboxes if box.service.value == "slack")
    alert = world.bot.store.alert(f"{B_ISSUE}-1")
    book = slack._deliverer._look(alert, None).runbook(alert)
    return str(book[0])
