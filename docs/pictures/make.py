"""Makes the README's screenshots from the running demo; run by `make pictures`, needs a Chromium."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from bot.sandbox import story  # noqa: E402 - the repository is found by the line above
from bot.sandbox.demo import Demo  # noqa: E402
from tests.browser.chromium import CHROMIUM_ARGUMENTS, find_chromium  # noqa: E402

LATER = 3600.0
DESKTOP, PHONE, CLOSE_UP = (1360, 850), (375, 812), (1900, 1000)
FONT = '"Noto Sans CJK JP", sans-serif'
"""The same letters on every machine that makes pictures, where fonts-noto-cjk is installed."""


def open_page(browser: Browser, url: str, size: tuple[int, int], scale: float) -> Page:
    """The page at that size, once B's card is in sight."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, device_scale_factor=scale)
    page.goto(url)
    expect(page.locator("#messages .pointed")).to_be_visible()
    page.evaluate("(font) => document.documentElement.style.setProperty('--font', font)", FONT)
    page.evaluate("document.fonts.ready")
    page.emulate_media(reduced_motion="reduce")
    return page


def take(browser: Browser, url: str, language: str) -> None:
    """The three pictures of one language."""
    desktop = open_page(browser, url, DESKTOP, 1.5)
    desktop.locator("[data-focus^=issue-]").nth(1).click()
    desktop.screenshot(path=HERE / f"desktop.{language}.png")
    open_page(browser, url, PHONE, 2).screenshot(path=HERE / f"phone.{language}.png")
    close_up = open_page(browser, url, CLOSE_UP, 2)
    close_up.locator("#messages .replies").last.click()
    thread = close_up.locator("#thread-messages")
    expect(thread.locator(".message")).to_have_count(2)
    thread.locator(".pointed").evaluate("(button) => button.classList.remove('pointed')")
    box, last = thread.bounding_box(), thread.locator(".message").last.bounding_box()
    assert box and last
    height = last["y"] + last["height"] - box["y"] + 8
    clip = {"x": box["x"] + 1, "y": box["y"], "width": box["width"] - 1, "height": height}
    close_up.screenshot(path=HERE / f"card.{language}.png", clip=clip)


def main() -> None:
    """Play each language's scene until B waits beside an archived A, and take its pictures."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
        for language in ("en", "ja"):
            demo = Demo(language=language, b_after_opening=LATER, b_after_decision=LATER)
            demo.start()
            try:
                demo.state("", -1, 60)
                for _ in ("A is judged", "B comes"):
                    demo.act("", "next", {})
                assert story.current_step(demo.stage).key == "judge_b"
                take(browser, demo.url, language)
            finally:
                demo.stop()
        browser.close()


if __name__ == "__main__":
    main()
