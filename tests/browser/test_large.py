"""A large impact in a real browser: called out in the channel, handled in its thread, declared from any message."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from bot.sandbox.demo import Demo
from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.test_asking import last, opened, press_row, say
from tests.browser.test_opening_scene import has_no_sideways_scroll

MakeDemo = Callable[..., Demo]
VIEWS = pytest.mark.parametrize(
    ("size", "locale", "called", "restored"),
    [
        (DESKTOP, "en-US", "please respond", "Restored."),
        (PHONE, "ja-JP", "対応をお願いします", "復旧しました。"),
    ],
    ids=["en-desk", "ja-phone"],
)
CLIPPED = """() => [...document.querySelectorAll("dialog .field")].filter((field) => {
  const box = field.closest(".modal-body").getBoundingClientRect(), own = field.getBoundingClientRect();
  return own.right > box.right + 1 || field.scrollWidth > field.clientWidth + 1;
}).map((field) => field.textContent)"""


@VIEWS
def test_a_large_one_is_called_out_in_the_channel_and_handled_in_its_thread_until_it_is_restored(
    make_demo: MakeDemo,
    open_page: OpenPage,
    size: tuple[int, int],
    locale: str,
    called: str,
    restored: str,
) -> None:
    page = opened(open_page(make_demo().url, size, locale))
    last(page, "KYC-API-1A").locator("[data-action=impact_large]").click()
    page.locator("dialog.confirm button").last.click()
    call = last(page, called)
    expect(call.locator(".mention.me")).to_be_visible()

    call.locator(".to-thread").click()
    thread = page.locator("#thread")
    thread.locator("[data-action=take]").click()
    expect(thread.locator("[data-action=incident_lead]")).to_contain_text("Aiko Tanaka")
    thread.locator("[data-action=incident_restored]").click()
    expect(page.locator("dialog textarea")).to_have_count(2)
    for words in page.locator("dialog textarea").all():
        words.fill("the release was rolled back")
    page.locator("dialog .choices input").first.check()
    page.locator("dialog [type=submit]").click()

    expect(thread.locator(".message").last).to_contain_text(restored)
    expect(thread.locator("[data-action=incident_restored]")).to_have_count(0)
    assert has_no_sideways_scroll(page)


def test_support_declares_large_from_what_another_monitor_wrote(
    make_demo: MakeDemo, open_page: OpenPage
) -> None:
    page = opened(open_page(make_demo().url))
    press_row(page, "as-U0DAN")
    press_row(page, "channel-C0SUPPORT")
    say(page, "Uptime: callbacks fail for all")
    message = last(page, "Uptime: callbacks fail")
    message.hover()
    message.locator(".message-menu").click()
    page.get_by_role("menuitem", name="Declare Large").click()
    expect(page.locator("dialog textarea")).to_have_value("Uptime: callbacks fail for all")

    page.locator("dialog [type=submit]").click()

    page.locator("[data-focus=modal-close]").click()
    press_row(page, "channel-C0ALERTS")
    card = page.locator("#messages .message", has=page.locator("[data-action=responded]"))
    expect(card).to_contain_text("Uptime: callbacks fail for all")
    expect(last(page, "KYC-API-1A").locator("[data-action=part_of_incident]")).to_be_visible()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_both_sides_of_a_comparison_can_be_read_whole(
    make_demo: MakeDemo, open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = opened(open_page(make_demo().url, size))
    page.locator("#messages .pointed").click()
    expect(page.locator("#hint")).to_contain_text("Done, in one click")
    page.locator("#next").click()
    last(page, "KYC-API-1B").locator("[data-action=compare]").click()

    expect(page.locator("dialog .field", has_text="Sidekiq/DocumentFinalizeJob")).to_be_visible()

    assert page.evaluate(CLIPPED) == []
