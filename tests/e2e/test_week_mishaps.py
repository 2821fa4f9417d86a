"""What goes wrong around a team: someone leaves, is unknown, a channel is renamed or closed to us, a day has nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.effects import Service
from bot.services.rotation import PINGED
from tests.builders import AIKO, BEN, CHIKA, MONDAY_1140
from tests.e2e.week import HOURS, MovableClock, ping, triage
from tests.e2e.world import A_FILE, A_ISSUE, ALERTS, B_FILE, B_ISSUE, World, shown, wait_until

A_DAY = timedelta(days=1, minutes=20)
A_MINUTE = timedelta(seconds=61)


class ShiftedClock:
    """The machine's time, which a test moves forward instead of waiting."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def machine(self) -> datetime:
        return self.now()


def pass_time(world: World, length: timedelta) -> None:
    assert isinstance(world.clock, ShiftedClock)
    assert world.bot
    world.clock.ahead += length
    world.bot.timetable.tick(everything=True)
    world.bot.desk.wake()


def begin(world: World) -> None:
    bot = world.start_bot()
    wait_until(lambda: bot.store.value(PINGED))
    world.settle()


def test_what_someone_deactivated_had_goes_to_who_is_there_and_they_are_told_why(tmp_path: Path) -> None:
    world = World.make(tmp_path, clock=ShiftedClock(), is_fast=True)
    try:
        begin(world)
        world.deliver(A_FILE)
        assert f"<@{AIKO}>" in shown(world.card(A_ISSUE))

        world.slack.add_user(AIKO, "Aiko Tanaka", email="aiko@acme-kyc.example", deleted=True)
        pass_time(world, A_DAY)

        world.slack.wait_for(lambda: f"duty <@{BEN}>" in shown(world.card(A_ISSUE)))
        world.slack.wait_for(lambda: "comes to you" in world.thread(A_ISSUE))
        [said] = [line for line in world.thread(A_ISSUE).splitlines() if "comes to you" in line]
        assert said.startswith(f"<@{BEN}>")
        world.settle()
        assert f"<@{AIKO}>" not in shown(ping(world))
    finally:
        world.stop()


def test_a_person_whom_slack_does_not_know_is_passed_over_and_named_to_the_operator(tmp_path: Path) -> None:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday")
    unknown = tuple((f"{day}: [{AIKO}, {BEN}]", f"{day}: [U0TYPO, {BEN}]") for day in days)
    world = World.make(tmp_path, clock=MovableClock(MONDAY_1140), rules=(HOURS, *unknown), is_fast=True)
    try:
        begin(world)
        world.deliver(A_FILE)

        assert f"<@{BEN}>" in shown(world.card(A_ISSUE))
        assert "U0TYPO" not in shown(ping(world))
        _, degraded = world.health()
        assert "1 named in rules.yaml are not found" in degraded["people"]
    finally:
        world.stop()


def test_a_renamed_channel_goes_on_working_also_after_a_restart(tmp_path: Path) -> None:
    world = World.make(tmp_path, is_fast=True)
    try:
        begin(world)
        world.slack.add_channel(ALERTS, "team-alerts")
        world.deliver(A_FILE)
        assert world.card(A_ISSUE)

        world.stop_bot()
        begin(world)
        world.deliver(B_FILE)
        assert world.card(B_ISSUE)
    finally:
        world.stop()


def test_thrown_out_of_the_channel_the_bot_answers_privately_and_posts_once_it_is_back(
    tmp_path: Path,
) -> None:
    world = World.make(tmp_path, clock=ShiftedClock(), is_fast=True)
    world.slack.add_channel(ALERTS, "dev-alerts", is_private=True)
    try:
        begin(world)
        world.slack.add_channel(ALERTS, "dev-alerts", is_private=True, bot_is_member=False)
        world.deliver(A_FILE)
        assert world.bot
        backlog = world.bot.store.backlog
        wait_until(lambda: backlog(Service.SLACK).failing)

        assert "/invite" in backlog(Service.SLACK).last_error
        assert "KYC-API-1A" in triage(world, BEN, "list", "C0OTHER0")
        pass_time(world, A_MINUTE)
        assert "/invite" in world.health()[1]["slack"]

        world.slack.add_channel(ALERTS, "dev-alerts", is_private=True, bot_is_member=True)
        pass_time(world, A_MINUTE)
        assert world.card(A_ISSUE)
        world.settle()
        assert len(world.cards()) == 1
    finally:
        world.stop()


@pytest.mark.parametrize("on_monday", ["monday: []", f"monday: [{CHIKA}]"], ids=["nobody", "one alone"])
def test_a_day_that_names_nobody_or_one_alone_has_a_responder_and_a_backup(
    tmp_path: Path, on_monday: str
) -> None:
    monday = (f"monday: [{AIKO}, {BEN}]", on_monday)
    world = World.make(tmp_path, clock=MovableClock(MONDAY_1140), rules=(HOURS, monday), is_fast=True)
    try:
        begin(world)
        said = ping(world)["text"]
        assert "On duty today, Mon 2 Nov: <@" in said
        assert "backup:" in said
        world.deliver(A_FILE)
        assert "duty <@" in shown(world.card(A_ISSUE))
    finally:
        world.stop()
