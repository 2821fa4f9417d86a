"""The checklist in the thread: taken by Slack at any length, read back as it was shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.alert import Alert
from bot.domain.checklist import Draft, Item
from bot.domain.ticking import Ticked, post, said
from bot.slack.blocks.checklist import TICK, read_tick
from bot.slack.blocks.lines import say
from tests.slack.looks import WORST, a_look, an_alert, at, kept, taken_by_slack, texts_in, tokens_in

ITEMS = ("Number of stuck cases known, counted in the database", "Dead jobs copied, none deleted")


def listed(items: tuple[str, ...] = ITEMS, done: tuple[int, ...] = (1,), **changed: Any) -> Alert:
    alert = post(an_alert(), Draft("Stuck worker", "Checklist: response", "", items)).alert
    one = alert.checklists[0]
    ticked = tuple(
        Item(item.text, "U0NEW", "Chika Sato", at(2, 12, 5)) if n in done else item
        for n, item in enumerate(one.items)
    )
    return replace(alert, checklists=(replace(one, items=ticked, version=3, **changed),))


def shown(alert: Alert, language: str = "en") -> Any:
    return say(said(alert, 1), alert, a_look(language))


def groups(alert: Alert) -> list[Any]:
    return [block for block in shown(alert).blocks if block["type"] == "actions"]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_checklist_is_the_kept_one(language: str) -> None:
    message = shown(listed(), language)

    made = {"text": message.text, "blocks": message.blocks}
    taken_by_slack(message)
    assert made == kept(f"checklist.{language}", made)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_slack_takes_thirty_items_of_any_length(language: str) -> None:
    items = tuple(f"{n} {WORST[:300]}" for n in range(30))
    alert = listed(items, tuple(range(0, 30, 2)), words="x" * 2700)
    one = alert.checklists[0]
    named = tuple(replace(item, by_name=WORST if item.is_done else "") for item in one.items)
    alert = replace(alert, checklists=(replace(one, items=named, title=WORST, heading=WORST),))

    message = shown(alert, language)

    taken_by_slack(message)
    assert tokens_in([message.text, *texts_in(message.blocks)]) == set()
    assert [len(block["elements"][0]["options"]) for block in groups(alert)] == [10, 10, 10]
    assert {block["elements"][0]["action_id"] for block in groups(alert)} == {TICK}


def test_a_press_says_what_its_screen_showed_and_what_is_ticked_now() -> None:
    alert = listed(tuple(str(n) for n in range(13)), (1, 3, 11))

    first, second = (block["block_id"] for block in groups(alert))

    assert read_tick(first, ["1", "3", "4"]) == Ticked(1, 0, 3, frozenset({1, 3}), frozenset({1, 3, 4}))
    assert read_tick(second, []) == Ticked(1, 1, 3, frozenset({11}), frozenset())


@pytest.mark.parametrize(
    ("block", "selected"),
    [
        ("", []),
        ("alert:1-1:row", []),
        ("alert:1-1:other:1:0:0:", []),
        ("alert:1-1:checklist:1:0:0:x", []),
        ("alert:1-1:checklist:1:0:0:", ["a"]),
    ],
)
def test_a_block_that_is_no_checklist_is_none(block: str, selected: list[str]) -> None:
    assert read_tick(block, selected) is None


def test_another_version_has_another_block_so_that_slack_shows_its_ticks() -> None:
    alert = listed()
    one = alert.checklists[0]

    newer = replace(alert, checklists=(replace(one, version=4),))

    assert groups(alert)[0]["block_id"] != groups(newer)[0]["block_id"]


def test_a_long_item_goes_on_below_its_box() -> None:
    words = "Each case that stopped between submission and the visual check was looked at by two people"

    (option,) = groups(listed((words,), ()))[0]["elements"][0]["options"]

    assert f"{option['text']['text']} {option['description']['text']}" == words


def test_when_all_is_done_it_says_so() -> None:
    assert "All 2 done" in shown(listed(done=(0, 1))).text
    assert "1 of 2 done" in shown(listed()).text
