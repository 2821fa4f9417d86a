"""The demo's page draws every emoji that the bot uses, as Slack does."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DRAWN = ROOT / "bot/sandbox/page/emoji.js"
SAID_IN = ("bot/slack", "bot/locales", "bot/sandbox/scenes", "bot/drills", "runbooks")
NAME = re.compile(r"(?<![\w:]):([a-z][a-z0-9_]+):(?!\w)")


def test_every_emoji_of_our_messages_has_its_picture_on_the_page() -> None:
    files = [
        file
        for place in SAID_IN
        for file in (ROOT / place).rglob("*")
        if file.suffix in (".py", ".yaml", ".md")
    ]
    said = {name for file in files for name in NAME.findall(file.read_text("utf-8"))}
    drawn = set(re.findall(r'"?([a-z0-9_+]+)"?: "', DRAWN.read_text("utf-8")))

    assert "white_check_mark" in said
    assert said <= drawn
