"""A checklist is posted once; every press counts, whatever the screen of the one who pressed still showed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.alert import Alert
from bot.domain.checklist import Draft
from bot.domain.effects import Revise, Say, effect_id
from bot.domain.entries import EntryKind
from bot.domain.errors import UserError
from bot.domain.lines import Line
from bot.domain.ticking import Ticked, post, tick
from tests.builders import AIKO, BEN, MONDAY_1140, an_alert

DRAFT = Draft("Stuck worker", "Checklist", "", ("count", "copy", "repair"))
LATER = MONDAY_1140 + timedelta(minutes=5)


def listed() -> Alert:
    return post(an_alert(), DRAFT).alert


def press(selected: set[int], *, shown: set[int] | None = None, version: int = 0, part: int = 0) -> Ticked:
    return Ticked(1, part, version, frozenset(shown or ()), frozenset(selected))


def done(alert: Alert) -> list[tuple[str, str]]:
    return [(item.text, item.by_name) for item in alert.checklists[0].items if item.is_done]


def test_a_section_is_posted_once_however_often_it_is_asked_for() -> None:
    first = post(an_alert(), DRAFT)

    again = post(first.alert, DRAFT)
    other = post(first.alert, Draft("Stuck worker", "Afterwards", "", ("monitor",)))

    assert isinstance(first.effects[0], Say)
    assert first.effects[0].line is Line.CHECKLIST
    assert again.effects == ()
    assert again.alert == first.alert
    assert [one.number for one in other.alert.checklists] == [1, 2]
    assert effect_id(other.effects[0]) != effect_id(first.effects[0])


def test_two_who_tick_at_once_both_count() -> None:
    after_one = tick(listed(), press({0}), AIKO, "Aiko", LATER).alert

    both = tick(after_one, press({2}), BEN, "Ben", LATER)

    assert done(both.alert) == [("count", "Aiko"), ("repair", "Ben")]
    assert isinstance(both.effects[0], Revise)
    assert both.effects[0].of == effect_id(post(an_alert(), DRAFT).effects[0])


def test_what_another_has_ticked_meanwhile_stays_theirs() -> None:
    after_one = tick(listed(), press({0}), AIKO, "Aiko", LATER).alert

    again = tick(after_one, press({0}), BEN, "Ben", LATER)

    assert done(again.alert) == [("count", "Aiko")]
    assert again.entries == again.effects == ()


def test_a_second_tick_before_the_message_was_edited_does_not_undo_the_first() -> None:
    one = tick(listed(), press({0}), AIKO, "Aiko", LATER).alert

    two = tick(one, press({0, 1}), AIKO, "Aiko", LATER).alert
    back = tick(two, press({1}), AIKO, "Aiko", LATER)

    assert done(two) == [("count", "Aiko"), ("copy", "Aiko")]
    assert done(back.alert) == [("copy", "Aiko")]
    assert [entry.kind for entry in back.entries] == [EntryKind.UNTICKED]


def test_the_same_press_delivered_twice_counts_once() -> None:
    one = tick(listed(), press({0}), AIKO, "Aiko", LATER)

    twice = tick(one.alert, press({0}), AIKO, "Aiko", LATER)

    assert (twice.alert, twice.effects, twice.entries) == (one.alert, (), ())


def test_a_box_is_unticked_by_anyone_and_both_are_logged_under_their_own_ids() -> None:
    one = tick(listed(), press({1}), AIKO, "Aiko", LATER)

    off = tick(one.alert, press(set(), shown={1}, version=1), BEN, "Ben", LATER)
    on = tick(off.alert, press({1}, version=2), BEN, "Ben", LATER)

    entries = (*one.entries, *off.entries, *on.entries)
    assert done(off.alert) == []
    assert [(entry.kind, entry.by, entry.details["item"]) for entry in entries] == [
        (EntryKind.TICKED, AIKO, "copy"),
        (EntryKind.UNTICKED, BEN, "copy"),
        (EntryKind.TICKED, BEN, "copy"),
    ]
    assert len({entry.id for entry in entries}) == 3


def test_a_press_in_one_part_leaves_the_other_parts_alone() -> None:
    long = post(an_alert(), Draft("t", "h", "", tuple(str(n) for n in range(14)))).alert
    first = tick(long, press({0, 9}), AIKO, "Aiko", LATER).alert

    second = tick(first, press({12}, part=1), AIKO, "Aiko", LATER).alert

    assert [text for text, _ in done(second)] == ["0", "9", "12"]
    assert [text for text, _ in done(tick(second, press({9}), AIKO, "Aiko", LATER).alert)] == ["9", "12"]


def test_boxes_that_the_list_does_not_have_change_nothing() -> None:
    assert done(tick(listed(), press({7, -1}), AIKO, "Aiko", LATER).alert) == []


def test_a_list_that_is_not_there_is_told() -> None:
    with pytest.raises(UserError, match="unknown_checklist"):
        tick(an_alert(), press({0}), AIKO, "Aiko", LATER)
