"""Asking in a real browser, as two people: from the card, by the command, from the menu of any message."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.sandbox.demo import Demo
from tests.browser.conftest import DESKTOP, PHONE, OpenPage

MakeDemo = Callable[..., Demo]
LANGUAGES = pytest.mark.parametrize(
    ("locale", "asks", "discussed", "settled"),
    [
        ("en-US", "would like a second pair of eyes", "being discussed", "Settled: Medium"),
        ("ja-JP", "さんが影響度に迷っています", "相談中", "「中」に決まりました"),
    ],
    ids=["en", "ja"],
)
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])


def press_row(page: Page, focus: str) -> None:
    """A row of the side bar, which a phone keeps in a drawer."""
    row = page.locator(f"[data-focus={focus}]")
    if not row.is_visible():
        page.locator("[data-focus=drawer-open]").click()
    row.click()


def opened(page: Page) -> Page:
    """The page, once A waits on it."""
    expect(page.locator("#messages .pointed")).to_be_visible()
    page.set_default_timeout(10_000)
    return page


def last(page: Page, text: str) -> Locator:
    return page.locator("#messages .message", has_text=text).last


def say(page: Page, text: str) -> None:
    box = page.locator("#composer textarea")
    box.fill(text)
    box.press("Enter")


def ask_about(page: Page, message: Locator) -> None:
    """By the app's shortcut in the message's menu."""
    message.hover()
    message.locator(".message-menu").click()
    page.get_by_role("menuitem", name="Ask about this").click()
    page.locator("[data-focus=modal-close]").click()  # it says where it was asked


@SIZES
@LANGUAGES
def test_one_asks_on_the_card_and_another_decides_in_the_consultation_which_closes_both(
    make_demo: MakeDemo,
    open_page: OpenPage,
    size: tuple[int, int],
    locale: str,
    asks: str,
    discussed: str,
    settled: str,
) -> None:
    page = opened(open_page(make_demo().url, size, locale))
    press_row(page, "as-U0CHIKA")
    last(page, "KYC-API-1A").locator("[data-action=consult]").click()
    expect(last(page, "KYC-API-1A")).to_contain_text(discussed)

    press_row(page, "as-U0BEN")
    press_row(page, "channel-C0CONSULT")
    expect(last(page, "KYC-API-1A")).to_contain_text(f"Chika Sato {asks}")
    last(page, "KYC-API-1A").locator("[data-action=impact_medium]").click()

    expect(last(page, "KYC-API-1A")).to_contain_text(settled)
    press_row(page, "channel-C0ALERTS")
    expect(last(page, "KYC-API-1A").locator("[data-action=responded]")).to_be_visible()
    expect(last(page, "KYC-API-1A")).not_to_contain_text(discussed)


@LANGUAGES
def test_the_shortcut_asks_about_the_alert_of_a_card_and_a_decision_on_the_card_closes_both(
    make_demo: MakeDemo, open_page: OpenPage, locale: str, asks: str, discussed: str, settled: str
) -> None:
    page = opened(open_page(make_demo().url, DESKTOP, locale))
    press_row(page, "as-U0CHIKA")
    ask_about(page, last(page, "KYC-API-1A"))
    expect(last(page, "KYC-API-1A")).to_contain_text(discussed)

    press_row(page, "as-U0BEN")
    last(page, "KYC-API-1A").locator("[data-action=impact_medium]").click()

    press_row(page, "channel-C0CONSULT")
    expect(last(page, "KYC-API-1A")).to_contain_text(settled)


@LANGUAGES
def test_support_asks_about_a_message_that_is_no_alert_and_a_developer_makes_it_one(
    make_demo: MakeDemo, open_page: OpenPage, locale: str, asks: str, discussed: str, settled: str
) -> None:
    page = opened(open_page(make_demo().url, DESKTOP, locale))
    press_row(page, "as-U0DAN")
    press_row(page, "channel-C0SUPPORT")
    say(page, "The upload page is white since 11:00")
    ask_about(page, last(page, "The upload page is white"))

    press_row(page, "as-U0BEN")
    press_row(page, "channel-C0CONSULT")
    question = last(page, "Dan Kimura")
    expect(question).to_be_visible()
    question.locator("[data-action=loose_alert]").click()

    expect(question.locator("[data-action=loose_alert]")).to_have_count(0)
    press_row(page, "channel-C0ALERTS")
    expect(page.locator("#messages [data-action=impact_large]")).to_have_count(2)


@LANGUAGES
def test_the_command_asks_in_ones_own_words(
    make_demo: MakeDemo, open_page: OpenPage, locale: str, asks: str, discussed: str, settled: str
) -> None:
    page = opened(open_page(make_demo().url, DESKTOP, locale))
    press_row(page, "as-U0CHIKA")
    say(page, "/triage consult KYC-API-1A can they send it again?")
    expect(last(page, "KYC-API-1A")).to_contain_text("KYC-API-1A")

    press_row(page, "as-U0BEN")
    press_row(page, "channel-C0CONSULT")

    expect(last(page, "KYC-API-1A")).to_contain_text("can they send it again?")
