"""The local Slack refuses what Slack refuses: each size of Block Kit, seen at its edge and past it."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from bot.sandbox.slack.block_kit import checked_view, message_blocks
from bot.sandbox.slack.json_values import RefusedError


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def section(text: Any = None, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn("x") if text is None else text, **more}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": "a", "text": plain("x"), **more}


def actions(*elements: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def options(count: int, text: str = "x", value: str = "") -> list[dict[str, Any]]:
    return [{"text": plain(text), "value": value or str(number)} for number in range(count)]


def select(**more: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "s", "options": options(2), **more}


def choice(kind: str, count: int) -> dict[str, Any]:
    return {"type": kind, "action_id": "c", "options": options(count)}


def confirm(**more: Any) -> dict[str, Any]:
    return {"title": plain("x"), "text": plain("x"), "confirm": plain("x"), "deny": plain("x"), **more}


def field(element: Any = None, **more: Any) -> dict[str, Any]:
    return {"type": "input", "label": plain("x"), "element": element or typed(), **more}


def typed(**more: Any) -> dict[str, Any]:
    return {"type": "plain_text_input", "action_id": "t", **more}


def image(**more: Any) -> dict[str, Any]:
    return {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "x", **more}


def rich(*inline: Any) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(inline)}]}


def table(rows: int, columns: int) -> dict[str, Any]:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * columns] * rows}


def many(count: int) -> list[dict[str, Any]]:
    return [{"type": "divider"} for _ in range(count)]


LARGEST = {
    "a section of 3,000": [section(mrkdwn("x" * 3000))],
    "ten fields": [{"type": "section", "fields": [mrkdwn("x")] * 10}],
    "a field of 2,000": [{"type": "section", "fields": [mrkdwn("x" * 2000)]}],
    "a header of 150": [{"type": "header", "text": plain("x" * 150)}],
    "a button's text of 75": [actions(button(text=plain("x" * 75)))],
    "a button's value of 2,000": [actions(button(value="x" * 2000))],
    "an action_id of 255": [actions(button(action_id="x" * 255))],
    "a block_id of 255": [section(block_id="x" * 255)],
    "25 elements": [actions(*(button(action_id=str(number)) for number in range(25)))],
    "ten in a context": [{"type": "context", "elements": [mrkdwn("x")] * 10}],
    "a select of 100": [actions(select(options=options(100)))],
    "an overflow of five": [actions(choice("overflow", 5))],
    "ten radio buttons": [actions(choice("radio_buttons", 10))],
    "an option's value of 150": [actions(select(options=options(1, value="x" * 150)))],
    "a confirm at its sizes": [
        actions(
            button(
                confirm=confirm(
                    title=plain("x" * 100),
                    text=mrkdwn("x" * 300),
                    confirm=plain("x" * 30),
                    deny=plain("x" * 30),
                )
            )
        )
    ],
    "50 blocks": many(50),
    "an image": [image()],
    "rich text": [rich({"type": "text", "text": "a"}, {"type": "user", "user_id": "U1"})],
    "a table of 100 by 20": [table(100, 20)],
    "a link button": [actions(button(url="https://example.com/" + "x" * 2900))],
    "a chosen option": [actions(select(initial_option=options(1)[0]))],
    "an input": [field()],
    "markdown": [{"type": "markdown", "text": "x" * 12_000}],
    "no blocks": [],
}

REFUSED: dict[str, tuple[Any, str]] = {
    "no list": ({"type": "divider"}, "must be an array"),
    "a block that is no object": (["x"], "unsupported type"),
    "an unknown block": ([{"type": "banner"}], "unsupported type: banner"),
    "an unknown element": ([actions({"type": "slider", "action_id": "a"})], "unsupported type: slider"),
    "an unknown field": ([section(colour="red")], "invalid additional property: colour"),
    "51 blocks": (many(51), "no more than 50 items"),
    "an empty text": ([section(mrkdwn(""))], "must be more than 0 characters"),
    "a section of 3,001": ([section(mrkdwn("x" * 3001))], "must be less than 3001 characters"),
    "a section without text": ([{"type": "section"}], "either `text` or `fields`"),
    "a text that is a string": ([section("x")], "must be an object"),
    "a text of no kind": ([section({"text": "x"})], "unsupported type: None"),
    "emoji in mrkdwn": ([section({**mrkdwn("x"), "emoji": True})], "invalid additional property: emoji"),
    "verbatim in plain_text": (
        [section({**plain("x"), "verbatim": True})],
        "invalid additional property: verbatim",
    ),
    "11 fields": ([{"type": "section", "fields": [mrkdwn("x")] * 11}], "no more than 10 items"),
    "no fields": ([{"type": "section", "fields": []}], "no less than 1 items"),
    "a field of 2,001": ([{"type": "section", "fields": [mrkdwn("x" * 2001)]}], "less than 2001"),
    "a header of 151": ([{"type": "header", "text": plain("x" * 151)}], "less than 151"),
    "a header in mrkdwn": ([{"type": "header", "text": mrkdwn("x")}], "must be plain_text"),
    "no elements": ([actions()], "no less than 1 items"),
    "26 elements": ([actions(*(button(action_id=str(n)) for n in range(26)))], "no more than 25 items"),
    "an image in a row": ([actions(image())], "unsupported type: image"),
    "a text input in a row": ([actions(typed())], "unsupported type: plain_text_input"),
    "an action_id twice": ([actions(button(), button())], "`action_id` a already exists"),
    "a block_id twice": ([section(block_id="b"), section(block_id="b")], "block_id b already exists"),
    "an action_id of 256": ([actions(button(action_id="x" * 256))], "less than 256"),
    "a block_id of 256": ([section(block_id="x" * 256)], "less than 256"),
    "an empty block_id": ([section(block_id="")], "more than 0"),
    "a button's text of 76": ([actions(button(text=plain("x" * 76)))], "less than 76"),
    "a button in mrkdwn": ([actions(button(text=mrkdwn("x")))], "must be plain_text"),
    "a button without text": (
        [actions({"type": "button", "action_id": "a"})],
        "missing required field: text",
    ),
    "a button's value of 2,001": ([actions(button(value="x" * 2001))], "less than 2001"),
    "an empty value": ([actions(button(value=""))], "more than 0"),
    "a value that is a number": ([actions(button(value=7))], "must be a string"),
    "a style of its own": ([actions(button(style="warning"))], "not one of the allowed values"),
    "a link of 3,001": ([actions(button(url="https://e.jp/" + "x" * 3000))], "less than 3001"),
    "a link of another kind": ([actions(button(url="javascript:alert(1)"))], "valid url"),
    "a label of 76": ([actions(button(accessibility_label="x" * 76))], "less than 76"),
    "a confirm's title of 101": ([actions(button(confirm=confirm(title=plain("x" * 101))))], "less than 101"),
    "a confirm's text of 301": ([actions(button(confirm=confirm(text=plain("x" * 301))))], "less than 301"),
    "a confirm's button of 31": ([actions(button(confirm=confirm(deny=plain("x" * 31))))], "less than 31"),
    "a confirm without deny": (
        [actions(button(confirm={"title": plain("x")}))],
        "missing required field: deny",
    ),
    "11 in a context": ([{"type": "context", "elements": [mrkdwn("x")] * 11}], "no more than 10"),
    "a button in a context": ([{"type": "context", "elements": [button()]}], "unsupported type: button"),
    "an overflow of six": ([actions(choice("overflow", 6))], "no more than 5"),
    "an overflow of none": ([actions(choice("overflow", 0))], "no less than 1"),
    "11 radio buttons": ([actions(choice("radio_buttons", 11))], "no more than 10"),
    "11 checkboxes": ([actions(choice("checkboxes", 11))], "no more than 10"),
    "a select of 101": ([actions(select(options=options(101)))], "no more than 100"),
    "a select of nothing": ([actions({"type": "static_select", "action_id": "s"})], "either `options`"),
    "an option twice": ([actions(select(options=options(2, value="same")))], "unique values"),
    "an option's text of 76": ([actions(select(options=options(1, text="x" * 76)))], "less than 76"),
    "an option's value of 151": ([actions(select(options=options(1, value="x" * 151)))], "less than 151"),
    "an option without value": (
        [actions(select(options=[{"text": plain("x")}]))],
        "missing required field: value",
    ),
    "a placeholder of 151": ([actions(select(placeholder=plain("x" * 151)))], "less than 151"),
    "a choice not offered": (
        [actions(select(initial_option={"text": plain("x"), "value": "9"}))],
        "one of the options",
    ),
    "an image without words": ([{"type": "image", "image_url": "https://e.jp/a.png"}], "alt_text"),
    "an image without address": ([{"type": "image", "alt_text": "x"}], "either `image_url`"),
    "an image's words of 2,001": ([image(alt_text="x" * 2001)], "less than 2001"),
    "an input's label of 2,001": ([field(label=plain("x" * 2001))], "less than 2001"),
    "an input's button": ([field(button())], "unsupported type: button"),
    "a typed text of 3,001": ([field(typed(initial_value="x" * 3001))], "less than 3001"),
    "a typed text's limit of 3,001": ([field(typed(max_length=3001))], "between 1 and 3000"),
    "an empty rich text": ([rich({"type": "text", "text": ""})], "more than 0"),
    "an unknown inline": ([rich({"type": "blink"})], "unsupported type: blink"),
    "a table of 101 rows": ([table(101, 1)], "no more than 100"),
    "a table of 21 columns": ([table(1, 21)], "no more than 20"),
    "two tables": ([table(1, 1), table(1, 1)], "only one table"),
    "markdown of 12,001 in two": ([{"type": "markdown", "text": "x" * n} for n in (12_000, 1)], "together"),
    "a date that is none": (
        [actions({"type": "datepicker", "action_id": "d", "initial_date": "2/11"})],
        "format",
    ),
}


@pytest.mark.parametrize("name", LARGEST)
def test_the_largest_is_let_through(name: str) -> None:
    given = LARGEST[name]

    assert len(message_blocks(given)) == len(given)


@pytest.mark.parametrize("name", REFUSED)
def test_one_more_is_refused_with_words_and_a_place(name: str) -> None:
    given, words = REFUSED[name]

    with pytest.raises(RefusedError) as refused:
        message_blocks(given)

    assert refused.value.error == "invalid_blocks"
    assert any(words in message and "[json-pointer:/blocks" in message for message in refused.value.messages)


def test_more_than_13200_characters_of_text_together_are_refused() -> None:
    enough = [section(mrkdwn("x" * 2640), block_id=str(number)) for number in range(5)]

    assert message_blocks(enough)
    with pytest.raises(RefusedError, match="msg_blocks_too_long"):
        message_blocks([*enough, section(mrkdwn("x"))])


def test_ids_and_defaults_are_filled_in_and_the_given_blocks_stay_as_they_are() -> None:
    given = [section(plain("x")), actions({"type": "button", "text": plain("x")})]
    before = copy.deepcopy(given)

    found = message_blocks(given)

    assert given == before
    assert found[0]["text"]["emoji"] is True
    assert all(block["block_id"] for block in found)
    assert found[1]["elements"][0]["action_id"]


def modal(**more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain("x"), "blocks": [section()], **more}


def test_a_view_at_its_sizes_is_let_through() -> None:
    view = modal(title=plain("x" * 24), private_metadata="x" * 3000, callback_id="x" * 255, blocks=many(100))

    assert len(checked_view(view, "modal")["blocks"]) == 100
    assert checked_view({"type": "home", "blocks": many(100)}, "home")


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (modal(title=plain("x" * 25)), "less than 25"),
        (modal(submit=plain("x" * 25)), "less than 25"),
        (modal(close=plain("x" * 25)), "less than 25"),
        (modal(title=plain("")), "more than 0"),
        ({"type": "modal", "blocks": [section()]}, "missing required field: title"),
        (modal(private_metadata="x" * 3001), "less than 3001"),
        (modal(callback_id="x" * 256), "less than 256"),
        (modal(blocks=many(101)), "no more than 100"),
        (modal(blocks=[]), "no less than 1"),
        (modal(blocks=[field()]), "`submit` is required"),
        (modal(blocks=[section(block_id="b"), section(block_id="b")]), "already exists"),
        (modal(blocks=[section(mrkdwn(""))]), "more than 0"),
        (modal(blocks=[table(1, 1)]), "unsupported type: table"),
        (modal(id="V1"), "invalid additional property: id"),
        (modal(state={}), "invalid additional property: state"),
        (modal(type="home"), "must be modal"),
        ("x", "must be an object"),
    ],
)
def test_a_view_past_its_sizes_is_refused(view: Any, words: str) -> None:
    with pytest.raises(RefusedError) as refused:
        checked_view(view, "modal")

    assert refused.value.error == "invalid_arguments"
    assert any(words in message for message in refused.value.messages)


def test_a_home_has_no_title() -> None:
    with pytest.raises(RefusedError, match="invalid_arguments"):
        checked_view({"type": "home", "title": plain("x"), "blocks": [section()]}, "home")


def test_a_view_of_more_than_250_kb_is_refused() -> None:
    blocks = [section(mrkdwn("x" * 3000)) for _ in range(90)]

    with pytest.raises(RefusedError, match="view_too_large"):
        checked_view(modal(blocks=blocks), "modal")
