"""The opening scene in a real browser: at a desk and on a phone, in English and in Japanese, by mouse and by keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.sandbox import story
from bot.sandbox.demo import Demo
from bot.sandbox.scene import load_scene
from tests.browser.conftest import DESKTOP, PHONE, OpenPage

MakeDemo = Callable[..., Demo]
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])


def card(page: Page, text: str) -> Locator:
    return page.locator("#messages .message", has_text=text).last


def pill(page: Page, short_id: str) -> Locator:
    return page.locator(".issue", has_text=short_id).locator(".pill")


def show(page: Page, tab: str) -> None:
    """On a phone: the tab; at a desk all is in sight."""
    button = page.locator(f"[data-focus=tab-{tab}]")
    if button.is_visible():
        button.click()


STANDS_OUT = """() => {
  const node = document.querySelector(".pointed");
  const control = node?.dataset.focus ?? node?.id ?? "";
  return [document.getElementById("hint").textContent, control, Boolean(document.querySelector("dialog"))].join("|");
}"""
"""What a person goes by: the hint, the control that is outlined, whether a form is open."""
MOST_PRESSES = 15


def press_what_stands_out(page: Page) -> None:
    """Press what is outlined, one after another, until a form opens."""
    for _ in range(MOST_PRESSES):
        before = page.evaluate(STANDS_OUT)
        expect(page.locator(".pointed")).to_be_in_viewport()
        page.locator(".pointed").click()
        page.wait_for_function(f"before => ({STANDS_OUT})() !== before", arg=before, timeout=40_000)
        if page.locator("dialog").count():
            return
    raise AssertionError(f"no form opens; the hint says {page.locator('#hint').inner_text()!r}")


def fill_responded(page: Page) -> None:
    """Something was done, for all of the cases, and the business was told."""
    form = page.locator("dialog")
    form.locator("textarea").fill("promoted by hand")
    for group in form.locator(".choices").all():
        group.locator("input").first.check()
    form.locator("[type=submit]").click()


def has_no_sideways_scroll(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@SIZES
@pytest.mark.parametrize(
    ("locale", "archived", "resolved", "asks", "free"),
    [
        ("en-US", "archived until escalating", "resolved", "Same title. Same cause?", "Free play."),
        ("ja-JP", "アーカイブ済み（急増まで）", "解決済み", "同じ原因でしょうか？", "ここからは自由に。"),
    ],
    ids=["en", "ja"],
)
def test_who_only_presses_what_stands_out_ends_with_a_archived_and_b_not(
    make_demo: MakeDemo,
    open_page: OpenPage,
    size: tuple[int, int],
    locale: str,
    archived: str,
    resolved: str,
    asks: str,
    free: str,
) -> None:
    page = open_page(make_demo().url, size, locale)
    expect(page.locator("html")).to_have_attribute("lang", locale[:2])

    page.locator("#messages .pointed").click()
    show(page, "sentry")
    expect(pill(page, "KYC-API-1A")).to_have_text(archived)
    page.locator("#next").click()
    expect(page.locator("#hint")).to_contain_text(asks)
    show(page, "slack")
    page.locator("#messages .pointed").click()
    expect(page.locator("dialog .modal-body")).to_contain_text("KYC-API-1A")
    page.locator("dialog .pointed").click()
    expect(page.locator("dialog")).to_have_count(0)
    press_what_stands_out(page)
    fill_responded(page)

    expect(page.locator("#hint")).to_contain_text(free)
    expect(page.locator("#next")).to_be_disabled()
    show(page, "sentry")
    expect(pill(page, "KYC-API-1A")).to_have_text(archived)
    expect(pill(page, "KYC-API-1B")).to_have_text(resolved)
    assert has_no_sideways_scroll(page)


def test_b_comes_by_itself_after_a_is_decided(make_demo: MakeDemo, open_page: OpenPage) -> None:
    page = open_page(make_demo(b_after_decision=0.0).url)
    expect(page.locator("#messages .pointed")).to_be_visible()
    expect(page.locator(".issue")).to_have_count(2)

    page.locator("#messages .pointed").click()

    expect(card(page, "Sidekiq/DocumentFinalizeJob")).to_contain_text("3 Visual check")
    expect(page.locator(".issue")).to_have_count(3)


def test_b_comes_by_itself_some_time_after_the_page_was_opened(
    make_demo: MakeDemo, open_page: OpenPage
) -> None:
    page = open_page(make_demo(b_after_opening=0.0).url)

    expect(card(page, "Sidekiq/DocumentFinalizeJob")).to_contain_text("3 Visual check")
    expect(page.locator("#hint")).to_contain_text("Is anyone stuck?")


def test_the_whole_scene_can_be_played_by_keyboard(make_demo: MakeDemo, open_page: OpenPage) -> None:
    page = open_page(make_demo().url)
    expect(page.locator("#messages .pointed")).to_be_visible()

    walk_to(page, "#messages .pointed")
    page.keyboard.press("Enter")
    expect(pill(page, "KYC-API-1A")).to_have_text("archived until escalating")
    assert page.evaluate("document.activeElement.matches('.message, .message *')"), (
        "the focus stays with the card"
    )
    walk_to(page, "#next")
    page.keyboard.press("Enter")
    expect(page.locator("#hint")).to_contain_text("Same cause?")
    walk_to(page, "#messages .pointed")
    page.keyboard.press("Space")
    expect(page.locator("#hint")).to_contain_text("One question")
    walk_to(page, "dialog .pointed")
    page.keyboard.press("Enter")
    expect(page.locator("#hint")).to_contain_text("A third one")
    for key, then in (
        ("Enter", "Not sure?"),
        ("Space", "act as Ben"),
        ("Enter", "act as Ben"),
        ("Enter", "act as Ben"),
        ("Enter", "Both closed"),
        ("Enter", "B was reminded"),
        ("Enter", "B was reminded"),
    ):
        press_by_keyboard(page, key, then)
    walk_to(page, ".pointed")
    page.keyboard.press("Enter")
    fill_responded_by_keyboard(page)
    expect(page.locator("#hint")).to_contain_text("Free play")

    walk_to(page, "[data-focus=as-U0CHIKA]")
    page.keyboard.press("Enter")
    expect(page.locator("[data-focus=as-U0CHIKA]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-focus=as-U0CHIKA]")).to_be_focused()


def test_whoever_archives_b_is_shown_the_way_back(make_demo: MakeDemo, open_page: OpenPage) -> None:
    demo = make_demo(language="en")
    page = open_page(demo.url)
    page.locator("#next").click()
    expect(page.locator("#hint")).to_contain_text("Done, in one click")
    page.locator("#next").click()
    expect(page.locator("#hint")).to_contain_text("Same cause?")

    demo.stage.sentry.archive("6100000102", by="Ben Mori")

    expect(page.locator("#hint")).to_contain_text("B is archived")


def test_the_language_of_the_page_the_cards_and_the_people_changes_at_once(
    make_demo: MakeDemo, open_page: OpenPage
) -> None:
    demo = make_demo(language="en")
    page = open_page(demo.url)
    expect(card(page, "KYC-API-1A")).to_contain_text("judge by")

    page.locator("[data-focus=language-ja]").click()

    expect(card(page, "KYC-API-1A")).to_contain_text("までに判断")
    expect(page.locator("#next")).to_have_text("次へ進む")
    card(page, "KYC-API-1A").locator("[data-action=guide]").click()
    expect(page.locator("dialog .modal-title")).to_have_text("影響度の判断")
    assert {
        user["locale"] for user in demo.stage.slack.state_for("U0AIKO")["users"] if not user["is_bot"]
    } == {"ja-JP"}


def test_three_business_days_skip_tuesday_s_holiday(make_demo: MakeDemo, open_page: OpenPage) -> None:
    page = open_page(make_demo().url)
    expect(page.locator("#top time.now")).to_have_text("Mon 2 Nov 2026 11:40")
    expect(page.locator("#hint")).to_have_text(demo_hint("judge_a"))

    page.locator("[data-focus=top-clock-days3]").click()

    expect(page.locator("#top time.now")).to_have_text("Fri 6 Nov 2026 11:40", timeout=40_000)
    expect(page.locator("[data-focus=as-U0BEN]")).to_contain_text("on duty")


def test_starting_over_brings_back_the_first_moment(make_demo: MakeDemo, open_page: OpenPage) -> None:
    page = open_page(make_demo().url)
    page.locator("#messages .pointed").click()
    expect(page.locator("#hint")).to_contain_text("Done, in one click")

    page.locator("[data-focus=restart-top]").click()

    expect(page.locator("#hint")).to_contain_text("Is anyone stuck?", timeout=40_000)
    expect(pill(page, "KYC-API-1A")).to_have_text("unresolved · new")


def test_next_step_pressed_twice_while_the_clock_moves_plays_one_step(
    make_demo: MakeDemo, open_page: OpenPage
) -> None:
    demo = make_demo(language="en")
    page = open_page(demo.url)
    expect(page.locator("#messages .pointed")).to_be_visible()

    seen = {"step": "judge_a"}
    demo.act("", "next", seen)
    demo.act("", "next", seen)

    assert story.current_step(demo.stage).key == "b_comes"


def test_next_step_alone_plays_the_whole_story(make_demo: MakeDemo) -> None:
    demo = make_demo(language="ja")
    demo.state("", -1, 60)

    for step in story.STEPS[:-1]:
        if story.current_step(demo.stage) is step:
            assert demo.act("", "next", {"step": step.key}) == {}

    assert story.current_step(demo.stage).key == "free"
    assert demo.stage.sentry.issue("6100000102")["status"] == "resolved"


def press_by_keyboard(page: Page, key: str, then: str) -> None:
    """Walk to what stands out and press it; something else stands out afterwards, and the hint says `then`."""
    before = page.evaluate(STANDS_OUT)
    walk_to(page, ".pointed")
    page.keyboard.press(key)
    page.wait_for_function(f"before => ({STANDS_OUT})() !== before", arg=before, timeout=40_000)
    expect(page.locator("#hint")).to_contain_text(then)


def fill_responded_by_keyboard(page: Page) -> None:
    """Space chooses the first of each group."""
    expect(page.locator("dialog textarea")).to_be_visible()
    walk_to(page, "dialog textarea")
    page.keyboard.type("promoted by hand")
    for _ in range(2):
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
    walk_to(page, "dialog [type=submit]")
    page.keyboard.press("Enter")


def demo_hint(key: str) -> str:
    """The hint as people read it, without its marks."""
    return load_scene().steps[key].hint["en"].replace("*", "")


def walk_to(page: Page, selector: str) -> None:
    """Press Tab until the control has the focus, as someone without a mouse does."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"{selector} is not reached by Tab")
