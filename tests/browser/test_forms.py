"""Modals, menus and confirm questions work by mouse and by keys, keep what was typed, and tell what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from slack_sdk import WebClient

from bot.sandbox.demo import Demo
from tests.browser.conftest import NEVER, OpenPage

PERSON = "U0AIKO"


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def options(*names: str) -> list[dict[str, Any]]:
    return [{"text": plain(name), "value": name} for name in names]


def asked(name: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": name,
        "label": plain(name),
        "element": {"action_id": name, **element},
        **more,
    }


ALL_INPUTS = [
    asked("words", {"type": "plain_text_input", "max_length": 20}),
    asked("long", {"type": "plain_text_input", "multiline": True}, optional=True),
    asked("step", {"type": "static_select", "options": options("one", "two")}),
    asked("reach", {"type": "radio_buttons", "options": options("all", "few")}),
    asked("also", {"type": "checkboxes", "options": options("a", "b")}, optional=True),
    asked("day", {"type": "datepicker"}, optional=True),
    asked("who", {"type": "users_select"}, optional=True),
]


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    running = Demo(language="en", b_after_opening=NEVER, b_after_decision=NEVER)
    running.start()
    running.state("", -1, 60)
    yield running
    running.stop()


@pytest.fixture
def page(demo: Demo, open_page: OpenPage) -> Page:
    opened = open_page(demo.url)
    expect(opened.locator("#messages .pointed")).to_be_visible()
    return opened


def client(demo: Demo) -> WebClient:
    return WebClient(token="xoxb-sandbox", base_url=demo.stage.slack.api_url, retry_handlers=[])


def open_view(demo: Demo, title: str, blocks: list[dict[str, Any]], method: str = "open") -> dict[str, Any]:
    view = {
        "type": "modal",
        "callback_id": "a_test",
        "title": plain(title),
        "submit": plain("Send"),
        "blocks": blocks,
    }
    trigger = demo.stage.slack.triggers.give(PERSON)
    return client(demo).api_call(f"views.{method}", json={"trigger_id": trigger, "view": view})["view"]


def test_every_input_reaches_the_bot_as_it_was_filled_in(demo: Demo, page: Page) -> None:
    open_view(demo, "All inputs", ALL_INPUTS)
    form = page.locator("dialog")
    form.get_by_label("words").fill("a few words")
    form.get_by_label("long").fill("two\nlines")
    form.get_by_label("step").select_option("two")
    form.get_by_label("few").check()
    form.get_by_label("b", exact=True).check()
    form.get_by_label("day").fill("2026-11-04")
    form.get_by_label("who").select_option("U0BEN")

    with page.expect_request("**/act") as sent:
        page.locator("dialog [type=submit]").click()

    assert {one["block_id"]: one["value"] for one in sent.value.post_data_json["values"]} == {
        "words": "a few words",
        "long": "two\nlines",
        "step": "two",
        "reach": "few",
        "also": ["b"],
        "day": "2026-11-04",
        "who": "U0BEN",
    }
    page.keyboard.press("Escape")
    expect(form).to_have_count(0)


def test_what_must_be_filled_in_is_told_at_the_field_and_nothing_is_sent(demo: Demo, page: Page) -> None:
    open_view(demo, "All inputs", ALL_INPUTS)

    page.locator("dialog [type=submit]").click()

    expect(page.locator("dialog .error")).to_have_count(3)
    expect(page.locator("dialog .refused [aria-invalid=true]").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)


def test_an_update_from_the_bot_keeps_what_was_typed(demo: Demo, page: Page) -> None:
    view = open_view(demo, "Before", ALL_INPUTS[:1])
    page.get_by_label("words").fill("half a sentence")

    changed = {"type": "modal", "callback_id": "a_test", "title": plain("After"), "submit": plain("Send")}
    blocks = [{**ALL_INPUTS[0], "label": plain("other words")}]
    client(demo).views_update(view_id=view["id"], view={**changed, "blocks": blocks})

    expect(page.locator(".modal-title")).to_have_text("After")
    expect(page.get_by_label("other words")).to_have_value("half a sentence")
    expect(page.get_by_label("other words")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)


def test_escape_closes_one_modal_of_the_stack_at_a_time(demo: Demo, page: Page) -> None:
    open_view(demo, "First", ALL_INPUTS[:1])
    expect(page.locator(".modal-title")).to_have_text("First")
    open_view(demo, "Second", ALL_INPUTS[:1], method="push")
    expect(page.locator(".modal-title")).to_have_text("Second")

    page.keyboard.press("Escape")
    expect(page.locator(".modal-title")).to_have_text("First")

    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)


def test_a_dialog_keeps_the_focus_inside_and_gives_it_back(page: Page) -> None:
    opener = page.locator("#messages [data-action=guide]")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog")).to_be_visible()

    for _ in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
    page.keyboard.press("Escape")

    expect(page.locator("dialog")).to_have_count(0)
    expect(opener).to_be_focused()


def test_large_asks_first_and_back_changes_nothing(page: Page) -> None:
    button = page.locator("#messages [data-action=impact_large]")
    button.click()
    question = page.get_by_role("alertdialog", name="Declare Large?")
    expect(question).to_be_visible()
    expect(question.get_by_role("button", name="Back")).to_be_focused()

    page.keyboard.press("Escape")

    expect(question).to_have_count(0)
    expect(button).to_be_focused()
    expect(page.locator("#messages .pointed")).to_be_visible()


def test_an_overflow_menu_is_used_by_arrows_and_closed_by_escape(page: Page) -> None:
    button = page.locator("#messages .message", has_text="KYC-API-1A").locator("[data-action=more]")
    button.focus()
    page.keyboard.press("Enter")
    items = page.get_by_role("menuitem")
    expect(items.first).to_be_focused()

    page.keyboard.press("ArrowUp")
    expect(items.last).to_be_focused()
    page.keyboard.press("Escape")

    expect(items).to_have_count(0)
    expect(button).to_be_focused()


def test_the_step_select_is_shown_to_the_bot_and_the_card_changes(page: Page) -> None:
    card = page.locator("#messages .message", has_text="KYC-API-1A")

    card.locator("[data-action=journey_step]").select_option("check")
    expect(card).to_contain_text("Stops 3 Visual check")

    card.locator("[data-action=journey_step]").select_option("submission")
    expect(card).to_contain_text("Stops 2 Submission")


def test_the_thread_opens_beside_the_channel_and_takes_an_answer(page: Page) -> None:
    page.locator("#messages .message", has_text="KYC-API-1A").locator(".replies").click()
    thread = page.locator("#thread")
    expect(thread).to_be_visible()

    thread.locator("textarea").fill("おつかれさまです")
    thread.locator("textarea").press("Enter")

    expect(thread.locator(".message").last).to_contain_text("おつかれさまです")
    expect(thread.locator("textarea")).to_have_value("")
    thread.locator("[data-focus=thread-close]").click()
    expect(thread).to_be_hidden()
