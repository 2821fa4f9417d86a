"""Messages are drawn as strictly as Slack draws them, and what strangers write stays text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from slack_sdk import WebClient

from bot.sandbox.demo import Demo
from tests.browser.conftest import NEVER, PHONE, OpenPage

HOSTILE = (
    Path(__file__).parents[1] / "payloads/sentry/webhooks/event_alert.triggered.unicode_mrkdwn_injection.json"
)
CONSULTATION = "C0CONSULT"


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """One demo for all questions of this file; each works with a message of its own."""
    running = Demo(language="en", b_after_opening=NEVER, b_after_decision=NEVER)
    running.start()
    running.state("", -1, 60)
    yield running
    running.stop()


def post(demo: Demo, channel: str, **message: Any) -> str:
    client = WebClient(token="xoxb-sandbox", base_url=demo.stage.slack.api_url, retry_handlers=[])
    demo.stage.slack.rate_limits = False
    return client.chat_postMessage(channel=channel, unfurl_links=False, **message)["ts"]


def section(text: str, kind: str = "mrkdwn") -> dict[str, Any]:
    return {"type": "section", "text": {"type": kind, "text": text}}


DRAWN = [
    ("*bold* and _italic_ and ~gone~", "<strong>bold</strong> and <em>italic</em> and <s>gone</s>"),
    ("Press *Small*.", "Press <strong>Small</strong>."),
    ("*太字*文字", "*太字*文字"),
    ("これは *太字* です", "これは <strong>太字</strong> です"),
    ("これは*太字*です", "これは*太字*です"),
    ("これは*太字* です", "これは*太字* です"),
    ("「*太字*」", "「*太字*」"),
    ("a*b*c 2*3*4 * not * this", "a*b*c 2*3*4 * not * this"),
    ("snake_case_name", "snake_case_name"),
    ("*one\ntwo*", "*one<br>two*"),
    ("`a *b* &lt;c&gt;`", "<code>a *b* &lt;c&gt;</code>"),
    ("&amp;lt;b&amp;gt; &lt;i&gt; &copy;", "&amp;lt;b&amp;gt; &lt;i&gt; &amp;copy;"),
    ("> quoted\n> more\nafter", "<blockquote>quoted<br>more</blockquote>after"),
    ("&gt; quoted too", "<blockquote>quoted too</blockquote>"),
    ("```\nx < *y*\n```", "<pre><code>x &lt; *y*</code></pre>"),
    (":no_such_emoji: :+1x: 10:30:20", ":no_such_emoji: :+1x: 10:30:20"),
    ("<javascript:alert(1)|press>", "<span>press</span>"),
    ("unclosed *bold and `code and <https://x", "unclosed *bold and `code and &lt;https://x"),
]


@pytest.mark.parametrize(("text", "html"), DRAWN, ids=[text.replace("\n", "/")[:30] for text, _ in DRAWN])
def test_mrkdwn(demo: Demo, browser_page: Page, text: str, html: str) -> None:
    drawn = browser_page.evaluate(
        """async (text) => {
            const { mrkdwn } = await import("/page/mrkdwn.js");
            const box = document.createElement("div");
            box.append(...mrkdwn(text, { verbatim: true, person: (id) => id, channel: (id) => id }));
            return box.innerHTML;
        }""",
        text,
    )

    assert drawn == html


@pytest.fixture(scope="module")
def browser_page(demo: Demo, browser: Any) -> Iterator[Page]:
    page = browser.new_page()
    page.goto(demo.url)
    yield page
    page.close()


def test_links_mentions_and_dates_are_drawn_for_people(demo: Demo, open_page: OpenPage) -> None:
    date = "<!date^1793587080^{date_num} {time}|later>"
    text = f"<@U0BEN> see <https://example.com/a?b=1&amp;c=2|the page> by {date} :warning:"
    ts = post(demo, CONSULTATION, text="x", blocks=[section(text)])

    page = open_page(demo.url)
    page.locator("[data-focus=channel-C0CONSULT]").click()
    message = page.locator(f"[data-ts='{ts}'] .blocks")

    expect(message).to_have_text("@Ben Mori see the page by 02/11/2026 11:38 ⚠️")
    expect(message.locator("a")).to_have_attribute("href", "https://example.com/a?b=1&c=2")
    expect(message.locator("a")).to_have_attribute("rel", "noopener noreferrer")
    expect(message.locator(".emoji")).to_have_attribute("aria-label", "warning")


def test_plain_text_is_literal_and_rich_text_is_styled(demo: Demo, open_page: OpenPage) -> None:
    pieces = [{"type": "text", "text": "now", "style": {"bold": True}}, {"type": "user", "user_id": "U0DAN"}]
    item = {"type": "rich_text_section", "elements": pieces}
    listed = {"type": "rich_text_list", "style": "bullet", "elements": [item]}
    ts = post(
        demo,
        CONSULTATION,
        text="x",
        blocks=[section("*no* <@U0BEN> &amp;", "plain_text"), {"type": "rich_text", "elements": [listed]}],
    )

    page = open_page(demo.url)
    page.locator("[data-focus=channel-C0CONSULT]").click()
    blocks = page.locator(f"[data-ts='{ts}'] .block")

    expect(blocks.nth(0)).to_have_text("*no* <@U0BEN> &amp;")
    expect(blocks.nth(1).locator("li strong")).to_have_text("now")
    expect(blocks.nth(1).locator("li .mention")).to_have_text("@Dan Kimura")


@pytest.mark.parametrize("size", [(1280, 800), PHONE], ids=["desk", "phone"])
def test_nothing_that_a_stranger_writes_becomes_markup(
    demo: Demo, open_page: OpenPage, size: tuple[int, int]
) -> None:
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'><svg onload=alert(3)>"
    escaped = evil.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    ts = post(demo, CONSULTATION, text=escaped, blocks=[section(escaped), section(evil, "plain_text")])
    long = post(demo, CONSULTATION, text="x" * 400)

    page = open_page(demo.url, size)
    expect(page.locator("#messages .message").first).to_be_visible()
    if size == PHONE:
        page.locator("[data-focus=drawer-open]").click()
    page.locator("[data-focus=channel-C0CONSULT]").click()
    blocks = page.locator(f"[data-ts='{ts}'] .blocks")

    expect(blocks).to_have_text(evil + evil)
    assert blocks.locator("img, script, svg").count() == 0
    expect(page.locator(f"[data-ts='{long}']")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_hostile_sample_reaches_the_page_and_stays_text(demo: Demo, open_page: OpenPage) -> None:
    body = json.loads(HOSTILE.read_text(encoding="utf-8"))
    issue_id = demo.stage.sentry.load_webhook_issue(body)
    assert demo.stage.sentry.send("event_alert", body).status == 200
    demo.stage.slack.wait_for(lambda: "InvalidName" in json.dumps(demo.stage.slack.messages()[-1]))

    page = open_page(demo.url)
    hostile = page.locator("#messages .message", has_text="InvalidName")

    expect(hostile).to_contain_text("<!channel> <!here>")
    assert hostile.locator("a", has_text="Click to acknowledge").count() == 0
    assert hostile.locator(".mention.loud").count() == 0
    expect(page.locator(f"[data-issue='{issue_id}'] .issue-title")).to_contain_text("<!channel>")
