"""The guided form on a desk and on a phone, and a checklist in the thread, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bot.sandbox.demo import Demo
from tests.browser.conftest import DESKTOP, PHONE, OpenPage

MakeDemo = Callable[..., Demo]
FORM = {
    "en": ("All → Large · A few → Medium or Small · Not sure → Ask", "KYC-API-14, 30 Oct:", "Ask"),
    "ja": ("全件 → 大 · 局所的 → 中 または 小 · わからない → 相談", "KYC-API-14（10/30）", "相談する"),
}
LOCALES = {"en": "en-US", "ja": "ja-JP"}


def opened(make_demo: MakeDemo, open_page: OpenPage, language: str, size: Any) -> Page:
    demo = make_demo(language=language)
    demo.state("", -1, 60)
    page = open_page(demo.url, size, LOCALES[language])
    page.locator("#messages [data-action=guide]").click()
    expect(page.locator("dialog [data-action=judge_step]")).to_be_visible()
    return page


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("language", FORM)
def test_the_form_helps_and_fits(
    make_demo: MakeDemo, open_page: OpenPage, language: str, size: tuple[int, int]
) -> None:
    leads, example, ask = FORM[language]
    page = opened(make_demo, open_page, language, size)
    form = page.locator("dialog")

    expect(form).to_contain_text(leads)
    expect(form).to_contain_text(example)
    expect(form.get_by_role("button", name=ask).first).to_be_in_viewport()
    assert page.evaluate("[...document.querySelectorAll('dialog *')].every(e => e.scrollWidth <= innerWidth)")


def test_an_answer_changes_the_help_and_keeps_what_was_typed(
    make_demo: MakeDemo, open_page: OpenPage
) -> None:
    page = opened(make_demo, open_page, "en", PHONE)
    form = page.locator("dialog")
    form.locator("textarea").fill("half a sentence")

    form.locator("[data-action=judge_affected] input[value=few]").check()

    expect(form).to_contain_text("Yes → Small · No → Medium")
    expect(form.locator("textarea")).to_have_value("half a sentence")


def test_a_box_of_the_checklist_is_ticked_in_the_thread_and_shown_with_its_name(
    make_demo: MakeDemo, open_page: OpenPage
) -> None:
    demo = make_demo(language="en")
    demo.state("", -1, 60)
    page = open_page(demo.url, PHONE)
    card = page.locator("#messages .message", has_text="KYC-API-1A")
    card.locator("[data-action=more]").click()
    page.get_by_role("menuitem", name="Open runbook").click()
    post = page.locator("dialog [data-action=post_checklist]")
    expect(post).to_be_in_viewport(ratio=1)
    post.click()
    expect(page.locator(".modal-title")).to_have_text("In the thread")
    page.keyboard.press("Escape")
    card.locator(".replies").click()
    boxes = page.locator("#thread [data-action=runbook_tick]")

    boxes.locator("input").nth(1).check()

    expect(boxes).to_contain_text("Aiko Tanaka, Mon 2 Nov")
    expect(page.locator("#thread")).to_contain_text("1 of 4 done")
    expect(boxes.locator("input").nth(1)).to_be_checked()
