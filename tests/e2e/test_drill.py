"""A whole drill over real HTTP: started by a person, played by two and support staff, ended with a debrief."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner

from bot.cli import main
from bot.domain.drill import NOT_OF_SENTRY
from bot.services.drill_register import current
from bot.web.drill_door import ROUTE
from tests.builders import AIKO, BEN, CHIKA, MONDAY_1140
from tests.e2e.week import CONSULT, HOURS, MovableClock, buttons, move, ping, posted, triage, view
from tests.e2e.world import A_FILE, A_ISSUE, ALERTS, PAYLOADS, World, shown, wait_until

SUPPORT = "C0OTHER2"
MARK = "[DRILL] no customer is affected"


@pytest.fixture(params=[False, True], ids=["webhooks", "polling"])
def drilling(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    yield from a_day(tmp_path, poll=request.param)


@pytest.fixture
def monday(tmp_path: Path) -> Iterator[World]:
    yield from a_day(tmp_path)


def a_day(folder: Path, **options: Any) -> Iterator[World]:
    rules = (HOURS, *options.pop("rules", ()))
    made = World.make(folder, clock=MovableClock(MONDAY_1140), rules=rules, is_fast=True, **options)
    try:
        made.start_bot()
        ping(made)
        made.settle()
        yield made
    finally:
        made.stop()


def start(world: World, scenario: str, by: str = AIKO) -> dict[str, Any]:
    """Start a drill by the form; returns its opening message."""
    triage(world, by, "drill")
    view(world, by)
    world.slack.view_choose(by, "drill_scenario", scenario)
    world.slack.submit(by, {})
    return posted(world, ALERTS, "announce:drill_opened:")


def drill_card(world: World, letter: str) -> dict[str, Any]:
    """The card of that alert of the drill; waits for it."""
    return world.slack.wait_for(
        lambda: next((card for card in world.cards() if f"DRILL-1{letter} " in card["text"]), None)
    )


def press(world: World, user: str, letter: str, action: str) -> None:
    assert world.slack.click(user, ALERTS, drill_card(world, letter)["ts"], action).is_ok


def thread(world: World, opening: dict[str, Any]) -> str:
    return "\n".join(shown(m) for m in world.slack.replies(ALERTS, opening["ts"]))


def figures(world: World) -> str:
    """What /metrics says of alerts and webhooks, without the times of jobs."""
    assert world.bot
    text = requests.get(f"{world.bot.url}/metrics", timeout=5).text
    return "\n".join(line for line in text.splitlines() if "job_" not in line and "slack_request" not in line)


def written(world: World) -> list[str]:
    """What Sentry was asked about single issues."""
    return [
        f"{c.method} {c.path}" for c in world.sentry.calls if "/issues/" in c.path and c.path[-2].isdigit()
    ]


def test_a_drill_is_played_by_two_and_ends_by_itself_with_a_debrief(drilling: World) -> None:
    before = figures(drilling)
    opening = start(drilling, "a_or_b")
    assert MARK in opening["text"]
    assert "drill_end" in buttons(opening)
    assert AIKO not in shown(opening)

    a = drill_card(drilling, "A")
    assert a["text"].startswith(MARK)
    assert MARK in shown(a)
    press(drilling, BEN, "A", "impact_small")
    assert drilling.bot
    drilling.bot.tick()
    b = drill_card(drilling, "B")
    press(drilling, BEN, "B", "consult")
    question = posted(drilling, CONSULT, "announce:consultation:")
    assert MARK in shown(question)
    assert MARK in triage(drilling, AIKO, "list")
    press(drilling, AIKO, "B", "impact_medium")
    drilling.slack.wait_for(lambda: "responded" in buttons(drill_card(drilling, "B")))
    drilling.slack.click(AIKO, ALERTS, b["ts"], "responded")
    view(drilling, AIKO)
    drilling.slack.submit(AIKO, {"done": "counted and repaired", "all_done": "yes", "told": "no"})
    drilling.settle()
    drilling.bot.tick()

    debrief = drilling.slack.wait_for(
        lambda: "Debrief" in thread(drilling, opening) and thread(drilling, opening)
    )
    assert "2 of 2 alerts judged as in the key" in debrief
    assert "asked after" in debrief
    assert "Copy the dead jobs" in debrief
    assert not any(name in debrief for name in ("Aiko", "Ben", AIKO, BEN))
    drilling.slack.wait_for(lambda: "drill is over" in shown(drill_card(drilling, "A")))
    drilling.slack.wait_for(lambda: "drill is over" in shown(drill_card(drilling, "B")))
    assert "change" not in buttons(drill_card(drilling, "B"))
    drilling.settle()
    assert written(drilling) == []
    assert figures(drilling) == before
    assert not drilling.slack.troubles
    assert not drilling.log.errors


def test_no_figure_counts_an_alert_of_a_drill_while_it_is_open(monday: World) -> None:
    before = figures(monday)

    start(monday, "a_or_b")
    drill_card(monday, "A")
    monday.settle()

    assert figures(monday) == before
    assert "0 open" in triage(monday, AIKO, "list") or "Nothing is open" in triage(monday, AIKO, "list")


def test_support_staff_are_asked_to_join_and_a_large_one_is_told_to_them_as_a_drill(monday: World) -> None:
    opening = start(monday, "large_at_night")
    assert MARK in shown(posted(monday, SUPPORT, "announce:drill_support:"))

    press(monday, AIKO, "A", "impact_large")

    told = posted(monday, SUPPORT, "announce:support_told:")
    assert MARK in told["text"]
    assert MARK in shown(told)
    monday.slack.wait_for(lambda: "Large" in shown(drill_card(monday, "A")))
    lines = monday.slack.replies(ALERTS, drill_card(monday, "A")["ts"])
    assert lines
    assert all(MARK in line["text"] for line in lines)
    assert "nobody is called at night" in shown(opening)


def test_whoever_takes_part_may_end_it_and_nothing_is_decided_about_it_afterwards(monday: World) -> None:
    opening = start(monday, "a_or_b")
    a = drill_card(monday, "A")

    assert monday.slack.click(CHIKA, ALERTS, opening["ts"], "drill_end").is_ok

    debrief = monday.slack.wait_for(lambda: "Debrief" in thread(monday, opening) and thread(monday, opening))
    assert "Not judged: DRILL-1A" in debrief
    assert "did not come any more" in debrief
    monday.slack.wait_for(
        lambda: "drill_end" not in buttons(posted(monday, ALERTS, "announce:drill_opened:"))
    )
    monday.slack.wait_for(lambda: "drill is over" in shown(drill_card(monday, "A")))
    assert monday.bot
    alert_id = monday.bot.store.alerts()[0].id
    monday.slack.click_stale(BEN, ALERTS, a["ts"], "impact_small", block_id="row", value=alert_id)
    monday.slack.wait_for(lambda: "drill is over" in str(monday.slack.ephemerals(BEN)))
    move(monday, MONDAY_1140 + timedelta(minutes=40))
    assert len(monday.cards()) == 1


def test_a_webhook_with_an_id_like_a_drill_s_is_a_real_alert(monday: World) -> None:
    body = json.loads((PAYLOADS / A_FILE).read_text(encoding="utf-8"))
    body["data"]["event"] |= {"issue_id": str(NOT_OF_SENTRY + 7), "event_id": "f" * 32, "drill": "yes"}

    monday.sentry.send("event_alert", body)

    card = monday.slack.wait_for(lambda: monday.cards()[0])
    assert "DRILL" not in card["text"]
    assert monday.bot
    assert [alert.drill for alert in monday.bot.store.alerts()] == [""]


def test_a_drill_leaves_real_alerts_alone(monday: World) -> None:
    monday.deliver(A_FILE)
    opening = start(monday, "a_or_b")
    drill_card(monday, "A")

    monday.slack.click(AIKO, ALERTS, opening["ts"], "drill_end")

    monday.slack.wait_for(lambda: "Debrief" in thread(monday, opening))
    assert "impact_small" in buttons(monday.card(A_ISSUE))
    assert "DRILL" not in monday.card(A_ISSUE)["text"]
    assert MARK not in monday.thread(A_ISSUE)


def test_in_the_evening_a_drill_can_only_be_planned(monday: World) -> None:
    move(monday, MONDAY_1140 + timedelta(hours=9))

    triage(monday, AIKO, "drill")
    form = shown({"blocks": view(monday, AIKO)["blocks"]})
    assert '"now"' not in form
    monday.slack.submit(AIKO, {})
    monday.slack.wait_for(
        lambda: "planned for Wed 4 Nov 11:00" in shown({"blocks": view(monday, AIKO)["blocks"]})
    )
    assert monday.cards() == []

    move(monday, MONDAY_1140 + timedelta(days=1, hours=23, minutes=25))
    assert MARK in posted(monday, ALERTS, "announce:drill_opened:")["text"]
    drill_card(monday, "A")


@pytest.fixture
def planned(tmp_path: Path) -> Iterator[World]:
    """The rules have a drill on Mondays, half past five."""
    drill = '{scenario: large_at_night, day: monday, time: "17:30", weeks: 1}'
    yield from a_day(tmp_path, rules=(("privacy:\n", f"drills: [{drill}]\nprivacy:\n"),))


def test_a_drill_of_the_rules_begins_at_its_time_and_is_over_by_the_close_of_business(planned: World) -> None:
    world = planned
    move(world, MONDAY_1140 + timedelta(hours=5, minutes=51))
    opening = posted(world, ALERTS, "announce:drill_opened:")
    drill_card(world, "A")
    press(world, AIKO, "A", "impact_large")

    move(world, MONDAY_1140 + timedelta(hours=7, minutes=21))

    world.slack.wait_for(lambda: "Debrief" in thread(world, opening))
    night = len(world.slack.replies(ALERTS, drill_card(world, "A")["ts"]))
    move(world, MONDAY_1140 + timedelta(hours=14))
    assert len(world.slack.replies(ALERTS, drill_card(world, "A")["ts"])) == night
    openings = [m for m in world.slack.messages(ALERTS) if "drill_opened" in str(m.get("metadata"))]
    assert len(openings) == 1


def test_the_command_line_hands_the_start_to_the_running_bot(
    monday: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert monday.bot
    monkeypatch.chdir(monday.folder)
    for name, value in (monday.env | {"PORT": monday.bot.url.rpartition(":")[2]}).items():
        monkeypatch.setenv(name, value)

    done = CliRunner().invoke(main, ["drill", "a_or_b", "--json"])

    assert done.exit_code == 0, done.output
    drill = current(monday.bot.store)
    assert drill is not None
    assert json.loads(done.output)["drill"] == drill.id
    drill_card(monday, "A")
    again = CliRunner().invoke(main, ["drill", "storm"])
    assert again.exit_code == 2
    assert "A drill is on already" in again.output


def test_a_start_that_is_not_signed_is_refused(monday: World) -> None:
    assert monday.bot
    url = f"{monday.bot.url}{ROUTE}"

    bare = requests.post(url, data=b'{"scenario": "a_or_b"}', timeout=5)
    forged = requests.post(
        url,
        data=b'{"scenario": "a_or_b"}',
        headers={
            "Triage-Timestamp": str(int(monday.clock.machine().timestamp())),
            "Triage-Signature": "0" * 64,
        },
        timeout=5,
    )

    assert (bare.status_code, forged.status_code) == (401, 401)
    assert current(monday.bot.store) is None


def test_a_drill_goes_on_after_a_restart(monday: World) -> None:
    start(monday, "a_or_b")
    drill_card(monday, "A")
    monday.settle()

    monday.stop_bot()
    monday.start_bot()
    move(monday, MONDAY_1140 + timedelta(minutes=11))

    drill_card(monday, "B")
    wait_until(lambda: len(monday.cards()) == 2)


def test_exports_and_the_log_say_what_was_a_drill(monday: World, monkeypatch: pytest.MonkeyPatch) -> None:
    start(monday, "a_or_b")
    press(monday, AIKO, "A", "impact_small")
    monday.settle()
    monkeypatch.chdir(monday.folder)
    for name, value in monday.env.items():
        monkeypatch.setenv(name, value)

    exported = [json.loads(line) for line in CliRunner().invoke(main, ["export"]).output.splitlines()]

    assert len(exported) >= 3
    assert all(record["drill"] for record in exported)
    assert MARK in triage(monday, BEN, "log DRILL-1A")
