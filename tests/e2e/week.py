"""What the tests of a team's week share: a clock to move, the lines of the week, commands, forms."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.services.reconcile import LISTED_UNTIL
from tests.builders import AIKO, BEN, CHIKA, MONDAY_1140, an_alert
from tests.e2e.world import ALERTS, B_ISSUE, World, wait_until

CONSULT = "C0OTHER0"
ELSEWHERE = "C0ELSE"
HOURS = ("hours: always", 'hours: "10:00-19:00"')
WEDNESDAY_CHIKAS = (f"wednesday: [{AIKO}, {BEN}]", f"wednesday: [{CHIKA}, {BEN}]")
WEDNESDAY, THURSDAY = date(2026, 11, 4), date(2026, 11, 5)
REFUSED = "This button works for the team's members"


class MovableClock:
    """The business hand runs ahead of the machine's by a length that a test changes; the machine's is the machine's."""

    def __init__(self, at: datetime) -> None:
        self._ahead = at - datetime.now(UTC)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def machine(self) -> datetime:
        return datetime.now(UTC)

    def move_to(self, at: datetime) -> None:
        assert at > self.now()
        self._ahead = at - datetime.now(UTC)


def a_monday(folder: Path) -> Iterator[World]:
    """Monday 2 November, 11:40, with business hours; Chika has the Wednesdays. The ping of the day stands."""
    made = World.make(folder, clock=MovableClock(MONDAY_1140), rules=(HOURS, WEDNESDAY_CHIKAS))
    elsewhere(made)
    try:
        made.start_bot()
        ping(made)
        yield made
    finally:
        made.stop()


def move(world: World, at: datetime) -> None:
    """The business clock goes on to then, and what is due is done."""
    assert isinstance(world.clock, MovableClock)
    world.clock.move_to(at)
    assert world.bot
    world.bot.tick()
    assert world.bot.wait_idle(8)


def metadata_id(message: dict[str, Any]) -> str:
    return str((message.get("metadata") or {}).get("event_payload", {}).get("id", ""))


def posted(world: World, channel: str, effect: str) -> dict[str, Any]:
    """The newest message of a channel that was posted for that kind of line; waits for it."""
    return world.slack.wait_for(
        lambda: [m for m in world.slack.messages(channel) if metadata_id(m).startswith(effect)][-1]
    )


def ping(world: World) -> dict[str, Any]:
    return posted(world, ALERTS, "announce:ping:")


def head(world: World) -> dict[str, Any]:
    """The first message of the newest consultation about an alert."""
    return posted(world, CONSULT, "announce:consultation:")


def loose(world: World) -> dict[str, Any]:
    return posted(world, CONSULT, "announce:loose_question:")


def triage(world: World, user: str, text: str, channel: str = ALERTS) -> str:
    """Type a command; returns all that its answer shows."""
    reply = world.slack.slash(user, channel, "/triage", text)
    assert reply.is_ok
    return shown_all(reply.body)


def shown_all(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False)


def view(world: World, user: str) -> dict[str, Any]:
    """The person's open modal; waits for it."""
    return world.slack.wait_for(lambda: world.slack.view_stack(user)[-1])


def title(form: dict[str, Any]) -> str:
    return str(form["title"]["text"])


def fill_store(world: World, number: int, owner: str = AIKO) -> None:
    """Open alerts whose issues Sentry does not know: after the first poll, which would close them as gone."""
    assert world.bot
    wait_until(lambda: world.bot and world.bot.store.value(LISTED_UNTIL))
    with world.bot.store.change() as change:
        for index in range(number):
            due = MONDAY_1140 + timedelta(days=2, minutes=index)
            change.save(
                an_alert(
                    issue_id=str(7_000_000 + index), short_id=f"KYC-{index}", owner=owner, judge_by_at=due
                )
            )


def buttons(message: dict[str, Any]) -> set[str]:
    return {
        element["action_id"]
        for block in message.get("blocks", [])
        for element in (*block.get("elements", []), block.get("accessory") or {})
        if "action_id" in element
    }


def with_button(world: World, action: str) -> list[dict[str, Any]]:
    """The lines in B's thread that carry that button."""
    return [m for m in world.slack.replies(ALERTS, world.card(B_ISSUE)["ts"]) if action in buttons(m)]


def elsewhere(world: World) -> str:
    """A channel that no rule names."""
    world.slack.add_channel(ELSEWHERE, "random")
    return ELSEWHERE
