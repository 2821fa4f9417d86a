"""A real Chromium for the demo's page, and a demo to look at; skipped with a reason where there is no Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from bot.sandbox.demo import Demo
from tests.browser.chromium import CHROMIUM_ARGUMENTS, find_chromium

DESKTOP = (1280, 800)
PHONE = (375, 740)
NEVER = 3600.0

OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = pytest.mark.skip(
        reason="no Chromium on PATH (chromium, chromium-browser, google-chrome) nor in CHROMIUM"
    )
    for item in items:
        if "/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            if find_chromium() is None:
                item.add_marker(missing)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=15_000)
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    running = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
    yield running
    running.close()


@pytest.fixture
def make_demo() -> Iterator[Callable[..., Demo]]:
    """Makes demos that are stopped at the end of the test; B comes only when asked for."""
    made: list[Demo] = []

    def make(**options: Any) -> Demo:
        demo = Demo(**({"b_after_opening": NEVER, "b_after_decision": NEVER} | options))
        made.append(demo)
        demo.start()
        return demo

    yield make
    for demo in made:
        demo.stop()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens a page at a size and in a language; fails the test when the page met an error."""
    troubles: list[str] = []
    contexts = []

    def open_one(url: str, size: tuple[int, int] = DESKTOP, locale: str = "en-US") -> Page:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale=locale)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
        page.on("dialog", lambda dialog: troubles.append(f"a dialog: {dialog.message}"))
        page.goto(url)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert troubles == []
