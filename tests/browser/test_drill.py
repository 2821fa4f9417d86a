"""A drill in a real Chromium: started by a command, played by two people and support staff, ended with its debrief."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.sandbox.demo import Demo
from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.test_opening_scene import has_no_sideways_scroll, show

MakeDemo = Callable[..., Demo]
PICTURES = os.environ.get("DRILL_PICTURES")
"""A folder to keep pictures of the stages in, for whoever wants to look at them."""

WORDS = {
    "en": {
        "mark": "[DRILL] no customer is affected",
        "scenario": "Telling the customer",
        "opened": "Drill: Telling the customer",
        "asked": "A question: DRILL-1A",
        "over": "The drill is over",
        "thanks": "Thank you all for taking part",
        "debrief": "Debrief of the drill",
        "fits": "1 of 1 alert judged as in the key",
        "support": "Support staff are welcome",
    },
    "ja": {
        "mark": "【訓練】実際の影響はありません",
        "scenario": "お客様への連絡",
        "opened": "訓練：お客様への連絡",
        "asked": "相談：DRILL-1A",
        "over": "訓練は終了しました",
        "thanks": "ご参加ありがとうございました",
        "debrief": "訓練のふりかえり",
        "fits": "1件中 1件が解答例と同じ判断でした",
        "support": "サポートの方もぜひ",
    },
}


def message(page: Page, text: str) -> Locator:
    return page.locator("#messages .message", has_text=text).last


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def in_drawer(page: Page, name: str) -> None:
    """Press something of the left column, which a phone keeps in a drawer."""
    drawer = page.locator("[data-focus=drawer-open]")
    if drawer.is_visible():
        drawer.click()
    page.locator(f"[data-focus={name}]").click()


def write(page: Page, box: str, text: str) -> None:
    page.locator(f"#{box} textarea").fill(text)
    page.keyboard.press("Enter")


def drill_card(page: Page) -> Locator:
    return page.locator("#messages .message", has_text="DRILL-1A").first


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_drill_is_started_by_a_command_played_by_two_and_support_and_talked_over(
    make_demo: MakeDemo, open_page: OpenPage, size: tuple[int, int], language: str
) -> None:
    words, shot = WORDS[language], f"{language}-{size[0]}"
    demo = make_demo(language=language)
    page = open_page(demo.url, size, {"en": "en-US", "ja": "ja-JP"}[language])
    expect(page.locator("#messages .pointed")).to_be_visible()

    write(page, "composer", "/triage drill customer_notice")
    expect(page.locator("dialog")).to_contain_text(words["scenario"])
    picture(page, f"1-form-{shot}")
    page.locator("[data-focus=modal-submit]").click()
    expect(page.locator("[data-focus=modal-submit]")).to_have_count(0)
    page.locator("[data-focus=modal-close]").click()
    expect(message(page, words["opened"])).to_contain_text(words["mark"])
    expect(drill_card(page)).to_contain_text(words["mark"])
    assert has_no_sideways_scroll(page)
    picture(page, f"2-begun-{shot}")

    in_drawer(page, "as-U0CHIKA")
    drill_card(page).locator("[data-action=consult]").click()
    in_drawer(page, "channel-C0CONSULT")
    expect(message(page, words["asked"])).to_contain_text(words["mark"])
    in_drawer(page, "as-U0DAN")
    in_drawer(page, "channel-C0SUPPORT")
    expect(message(page, words["support"])).to_contain_text(words["mark"])
    write(page, "composer", "We tell the business at noon.")
    in_drawer(page, "as-U0AIKO")
    in_drawer(page, "channel-C0ALERTS")
    drill_card(page).locator("[data-action=impact_medium]").click()
    drill_card(page).locator("[data-action=responded]").click()
    page.locator("dialog textarea").fill("sent again, one confirmed")
    for question in page.locator("dialog [role=radiogroup], dialog fieldset").all():
        question.locator("input[type=radio]").first.check()
    picture(page, f"3-responded-{shot}")
    page.locator("[data-focus=modal-submit]").click()
    expect(page.locator("dialog")).to_have_count(0)

    assert demo.stage.bot
    demo.stage.bot.tick()
    expect(message(page, words["thanks"])).to_be_visible()
    expect(drill_card(page)).to_contain_text(words["over"])
    picture(page, f"4-over-{shot}")
    message(page, words["thanks"]).locator(".replies").click()
    thread = page.locator("#thread")
    expect(thread).to_contain_text(words["debrief"])
    expect(thread).to_contain_text(words["fits"])
    expect(thread).not_to_contain_text("Chika")
    assert has_no_sideways_scroll(page)
    picture(page, f"5-debrief-{shot}")
    show(page, "sentry")
    expect(page.locator(".issue")).to_have_count(2)
