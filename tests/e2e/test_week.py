"""The week of a team, as experienced in Slack: each moment's right behaviour is there, each "not" is absent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.builders import AIKO, BEN, CHIKA, TOKYO
from tests.e2e.world import A_FILE, A_ISSUE, ALERTS, B_FILE, B_ISSUE, World, shown

WORKING_HOURS = ("hours: always", 'hours: "10:00-19:00"')
CONSULTATION = "C0OTHER0"


class MovedClock:
    """The business hand stands where the test puts it; the machine's runs on."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def machine(self) -> datetime:
        return datetime.now(UTC)


def november(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=TOKYO).astimezone(UTC)


class Week:
    def __init__(self, world: World, clock: MovedClock) -> None:
        self.world, self.clock = world, clock
        self.seen = 0

    def at(self, day: int, hour: int, minute: int = 0) -> list[dict[str, Any]]:
        """Move the clock, let the bot do what is due, and return what it said new anywhere."""
        self.clock.at = november(day, hour, minute)
        assert self.world.bot
        self.world.bot.tick()
        return self.news()

    def news(self) -> list[dict[str, Any]]:
        assert self.world.bot and self.world.bot.wait_idle(20)
        posts = [call for call in self.world.slack.calls if call.method == "chat.postMessage"]
        new, self.seen = posts[self.seen :], len(posts)
        return [call.args for call in new]


def texts(posts: list[dict[str, Any]]) -> str:
    return "\n".join(str(post.get("text")) for post in posts)


def mentions(posts: list[dict[str, Any]]) -> str:
    said = json.dumps(posts, ensure_ascii=False)
    return " ".join(person for person in (AIKO, BEN, CHIKA) if f"<@{person}>" in said)


@pytest.fixture
def week(tmp_path: Path) -> Iterator[Week]:
    clock = MovedClock(november(2, 9, 0))
    world = World.make(tmp_path, clock=clock, rules=(WORKING_HOURS,))
    try:
        world.start_bot()
        made = Week(world, clock)
        made.news()
        yield made
    finally:
        world.stop()


def test_a_week_of_a_team(week: Week) -> None:
    world = week.world

    # Mon 10:00: one message, one mention; the week's names and the holiday are in it.
    [ping] = week.at(2, 10)
    assert "Good morning" in ping["text"]
    assert mentions([ping]) == AIKO
    assert week.at(2, 10, 30) == []

    # Mon 11:40: B arrives: one card, one mention, judge by Wednesday, for Tuesday is a holiday.
    week.clock.at = november(2, 11, 40)
    world.deliver(B_FILE)
    card = world.card(B_ISSUE)
    week.news()
    assert "Wed 4 Nov 19:00" in shown(card)
    assert "users unknown" in shown(card)
    assert f"<@{AIKO}>" in shown(card)

    # Mon 13:05: Small by habit asks one question; No makes it Medium without a second screen.
    week.clock.at = november(2, 13, 5)
    world.press(AIKO, B_ISSUE, "impact_small")
    world.slack.wait_for(lambda: world.slack.view_stack(AIKO))
    world.slack.submit(AIKO, {})
    world.slack.wait_for(lambda: "Fri 6 Nov 19:00" in shown(world.card(B_ISSUE)))
    week.news()
    assert world.sentry.issue(B_ISSUE)["status"] == "unresolved"

    # Mon 15:20: two more cases: the count on the card, one line to the responder.
    week.clock.at = november(2, 15, 20)
    world.sentry.occur(B_ISSUE, times=2, deliver=("event_alert",))
    world.slack.wait_for(lambda: "2 more" in world.thread(B_ISSUE))
    assert mentions(week.news()) == AIKO

    # Tue, a holiday: an alert's card is silent, no ping, no chase.
    assert week.at(3, 12) == []
    world.deliver(A_FILE)
    holiday_card = world.card(A_ISSUE)
    assert mentions(week.news()) == ""
    assert "arrived after hours" in shown(holiday_card)

    # Wed 10:00: the duty person is ill; anyone says so; the backup is duty in the same message, items follow at once.
    [ping] = week.at(4, 10)
    ping_ts = next(m["ts"] for m in reversed(world.slack.messages(ALERTS)) if "Good morning" in m["text"])
    world.slack.click(BEN, ALERTS, ping_ts, "ping_away")
    world.slack.wait_for(lambda: f"<@{BEN}>" in json.dumps(_message(world, ping_ts)))
    week.news()
    assert world.bot and world.bot.store.alert(f"{A_ISSUE}-1").owner == BEN  # type: ignore[union-attr]

    # Wed 11:00: a newcomer asks with one click; the backup is mentioned once; the deadline stays in sight.
    week.clock.at = november(4, 11)
    world.press(CHIKA, A_ISSUE, "consult")
    world.slack.wait_for(lambda: world.slack.messages(CONSULTATION))
    week.news()
    assert len(world.slack.messages(CONSULTATION)) == 1
    world.slack.wait_for(lambda: "iscuss" in shown(world.card(A_ISSUE)))
    assert "judge by" in shown(world.card(A_ISSUE))

    # ... silent for half a business day: the thread asks, never the asker.
    silent = week.at(4, 16)
    assert CHIKA not in mentions(silent)
    assert "Still open" in texts(silent)

    # Thu: decided in the consultation, where Small asks its one question too; both close.
    week.at(5, 10)
    head = world.slack.messages(CONSULTATION)[0]
    world.slack.click(BEN, CONSULTATION, head["ts"], "impact_small")
    asked = world.slack.wait_for(lambda: world.slack.view_stack(BEN))[-1]
    assert "KYC-API-1B was Medium, but this one stops *2 Submission*" in json.dumps(asked)
    world.slack.submit(BEN, {"choice": "small", "reason": "the user sent it again"})
    world.slack.wait_for(lambda: "impact_small" not in shown(world.card(A_ISSUE)))
    world.slack.wait_for(
        lambda: "Settled" in json.dumps(world.slack.replies(CONSULTATION, head["ts"]), ensure_ascii=False)
    )
    world.slack.wait_for(lambda: "impact_small" not in shown(world.slack.messages(CONSULTATION)[0]))
    week.news()

    # Thu 14:00: one more business day with a word; the chase moves.
    week.clock.at = november(5, 14)
    world.slack.choose(BEN, ALERTS, world.card(B_ISSUE)["ts"], "more", "extend")
    world.slack.wait_for(lambda: world.slack.view_stack(BEN))
    world.slack.submit(BEN, {"reason": "waiting for the bank"})
    world.slack.wait_for(lambda: "Mon 9 Nov 19:00" in shown(world.card(B_ISSUE)))
    week.news()
    assert "Reminder" not in texts(week.at(6, 16, 30))

    # Fri 11:00 (here 17:00): responded with the number of cases; Sentry resolved.
    week.clock.at = november(6, 17)
    world.press(BEN, B_ISSUE, "responded")
    world.slack.wait_for(lambda: world.slack.view_stack(BEN))
    world.slack.submit(BEN, {"done": "repaired by hand", "all_done": "yes", "told": "yes"})
    world.sentry.wait_for(lambda: world.sentry.issue(B_ISSUE)["status"] == "resolved")
    week.news()

    # Fri 21:00: a silent card, Monday's duty by name, judge by Tuesday.
    week.clock.at = november(6, 21)
    world.deliver("event_alert.triggered.step4_callback_timeout_ui_component.json")
    late = world.card("6100000105")
    assert mentions(week.news()) == ""
    assert "Tue 10 Nov 19:00" in shown(late)

    # Sat 02:00: callbacks fail for all: loud, with reasons, and again until someone presses.
    week.clock.at = november(7, 2)
    world.sentry.escalate("6100000105", deliver=("issue.unresolved",))
    world.sentry.send("issue", _escalating(world, "6100000105"))
    world.slack.wait_for(lambda: "May be Large" in world.thread("6100000105"))
    [loud] = [post for post in week.news() if "May be Large" in str(post.get("text"))]
    assert "escalating" in loud["text"]
    assert mentions([loud])
    again = week.at(7, 2, 16)
    assert "<@" in json.dumps(again)
    world.press(AIKO, "6100000105", "impact_large")
    week.news()
    assert week.at(7, 2, 40) == []
    assert not world.slack.troubles


def _message(world: World, ts: str) -> dict[str, Any]:
    return next(m for m in world.slack.messages(ALERTS) if m["ts"] == ts)


def _escalating(world: World, issue_id: str) -> dict[str, Any]:
    issue = {**world.sentry.issue(issue_id), "substatus": "escalating"}
    return {
        "action": "unresolved",
        "installation": {"uuid": world.sentry.site.installation_id},
        "data": {"issue": issue},
        "actor": {"type": "application", "id": "sentry", "name": "Sentry"},
    }
