"""The bot is killed in the middle of everything and started again: in the end nothing is lost, nothing is double."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.world import World, shown
from tests.torture.moments import Answered, AtCall, AtStart, InRequest, Moment, Trap, Unheard, choose, during
from tests.torture.running import Running, wait_until
from tests.torture.story import Act, Story, told_by_log, woven
from tests.torture.tally import double, noted, said

KILLS_A_STORY = 20
STORIES = 10 if os.environ.get("TRIAGE_TORTURE") else 1
SEED = int(os.environ.get("TRIAGE_SEED") or random.SystemRandom().randrange(1_000_000))
"""Another story each time; the one that failed is told again with TRIAGE_SEED."""
SPRINGS_WITHIN = 1.5
"""Seconds in which what follows from an act is under way."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World.make(tmp_path)
    try:
        yield made
    finally:
        made.stop()


class Executioner:
    """Lets each act of a story happen, and kills the bot once at a moment of it."""

    def __init__(self, bot: Running, dice: random.Random) -> None:
        self.bot, self.dice, self.trap = bot, dice, Trap(bot)
        self.story = Story(bot, request=self._request)
        self._moment: Moment | None = None

    def play(self, act: Act, *, kills: bool) -> None:
        self._moment = choose(self.dice, act.calls) if kills else None
        if isinstance(self._moment, AtCall | Unheard):
            self.trap.arm(self._moment)
        if isinstance(self._moment, AtStart):
            self._start_and_kill(self._moment)
        act.do()
        if self.trap.is_armed:
            self._wait_for_trap()
        self.trap.disarm()
        self._moment = None

    def _wait_for_trap(self) -> None:
        self.bot.ensure_up()
        try:
            wait_until(lambda: not self.trap.is_armed, SPRINGS_WITHIN)
        except AssertionError:
            return  # this act led to no such call

    def _start_and_kill(self, moment: AtStart) -> None:
        self.bot.kill()
        self.bot.begin()
        during(lambda: self.trap.kill(moment), moment.after).join()

    def _request(self, send: Callable[[], Any]) -> Any:
        moment, self._moment = self._moment, None
        if isinstance(moment, InRequest):
            timer = during(lambda: self.trap.kill(moment), moment.after)
            try:
                return send()
            finally:
                timer.join()
        answer = send()
        if isinstance(moment, Answered):
            self.trap.kill(moment)
        elif moment is not None:
            self._moment = moment
        return answer


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(SEED, SEED + STORIES))
def test_killed_at_any_moment_nothing_is_lost_and_nothing_is_double(world: World, seed: int) -> None:
    print(f"TRIAGE_SEED={seed}")
    dice, bot = random.Random(seed), Running(world)
    bot.start()
    bot.wait_identified()
    killing = Executioner(bot, dice)
    try:
        acts = woven(killing.story.lives(), dice)
        for act in acts:
            killing.play(act, kills=bot.kills < KILLS_A_STORY)
        while bot.kills < KILLS_A_STORY:
            killing.play(Act("idle", bot.ensure_up, ()), kills=True)
            bot.ensure_up()
            bot.kill()
        bot.ensure_up()
        bot.wait_idle()
        killing.story.ends()
        wait_until(
            lambda: "Resolved in Sentry" in shown(killing.story.card(killing.story.fresh)), 15, bot.log
        )
        bot.wait_idle()

        all_is_shown_and_said_once(killing.story)
        the_log_holds_what_was_acknowledged(killing.story)
        sentry_holds_what_was_decided(killing.story)
        assert bot.kills >= KILLS_A_STORY, killing.trap.sprung
        assert (bot.health() or {}).get("degraded") == []
        assert not bot.log_lines("error"), bot.log_lines("error")[:3]
    except BaseException:
        print("killed:", *killing.trap.sprung, sep="\n  ")
        raise
    finally:
        bot.kill()


def all_is_shown_and_said_once(story: Story) -> None:
    """One card an alert; no message twice, by the id that each carries."""
    ids = said(story.world)
    assert double(ids) == []
    assert {f"post_card:{alert_id}" for alert_id in story.arrived} <= set(ids)


def the_log_holds_what_was_acknowledged(story: Story) -> None:
    """Once each, and nothing that nobody did; the command line reads it beside the running bot."""
    assert told_by_log(story.bot.triage_json("log")) == Counter(story.seen)


def sentry_holds_what_was_decided(story: Story) -> None:
    """The last act of a person on each issue, one note an act, one link."""
    sentry, rows = story.world.sentry, story.bot.triage_json("log")
    for alert_id in story.arrived:
        issue_id = alert_id.removesuffix("-1")
        issue = sentry.issue(issue_id)
        acts = [row for row in rows if row["issue"] == issue_id]
        marks = [row["id"] for row in acts if row["kind"] in ("decided", "noted", "responded")]
        assert noted(story.world, issue_id) == Counter(marks)
        assert len(sentry.external_issues(issue_id)) == 1
        assert (issue["status"], shown(story.card(alert_id)).count("impact_")) == (status_after(acts), 0)


def status_after(acts: list[dict[str, Any]]) -> str:
    """What Sentry should say of an issue after these entries of the log."""
    last = [row for row in acts if row["kind"] in ("decided", "responded", "closed")][-1]
    if last["kind"] == "closed":
        return str(last["why"])
    if last["kind"] == "responded":
        return "resolved" if last["all_done"] == "yes" else "unresolved"
    return "ignored" if last["verdict"] == "small" else "unresolved"
