"""The bricks of Block Kit as plain dicts; used by every file beside it.

Sizes: https://docs.slack.dev/reference/block-kit/ (section 3,000; option 75; placeholder 150; modal title 24).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.slack.blocks.look import Json
from bot.slack.text import cut

SECTION_TEXT = 3000
OPTION_TEXT = 75
BUTTON_TEXT = 75
PLACEHOLDER = 150
OVERFLOW_OPTIONS = 5
CHECKBOX_OPTIONS = 10
VIEW_TITLE = 24
TYPED_TEXT = 3000

ALERT_PREFIX = "alert"
"""Begins the block_id of every block on a card: selects and overflows have no value of their own for the alert's id."""


def block_id(alert_id: str, part: str, *more: str) -> str:
    """`alert:ID:part...`: unique in its message, and different when what it shows first is different."""
    return ":".join((ALERT_PREFIX, alert_id, part, *more))[:255]


def plain(text: str, most: int) -> Json:
    """Text that nothing is parsed in; `emoji` off, so that `:memo:` in a name stays as it is."""
    return {"type": "plain_text", "text": cut(text, most), "emoji": False}


def mrkdwn(text: str) -> Json:
    """Formatted text whose strange parts were made inert before. `verbatim`: Slack must link nothing by itself."""
    return {"type": "mrkdwn", "text": fitted(text, SECTION_TEXT), "verbatim": True}


def fitted(text: str, most: int) -> str:
    """The last guard of a size: ends whole, never inside an entity, a link or a fence."""
    if len(text) <= most:
        return text
    kept = text[: most - 6]
    kept = re.sub(r"&[a-z]{0,3}$", "", kept)
    if kept.rfind("<") > kept.rfind(">"):
        kept = kept[: kept.rfind("<")]
    return kept + ("…\n```" if kept.count("```") % 2 else "…")


def section(text: str, block: str, accessory: Json | None = None) -> Json:
    """A paragraph, with at most one element beside it."""
    made: Json = {"type": "section", "block_id": block, "text": mrkdwn(text)}
    if accessory:
        made["accessory"] = accessory
    return made


def context(text: str, block: str) -> Json:
    """Small print."""
    return {"type": "context", "block_id": block, "elements": [mrkdwn(text)]}


def actions(elements: Sequence[Json], block: str) -> Json:
    """A row of buttons."""
    return {"type": "actions", "block_id": block, "elements": list(elements)}


def button(action_id: str, text: str, value: str, label: str = "", confirm: Json | None = None) -> Json:
    """A button without colour; `label` is what is read aloud."""
    made: Json = {
        "type": "button",
        "action_id": action_id,
        "text": plain(text, BUTTON_TEXT),
        "value": value,
    }
    if label:
        made["accessibility_label"] = cut(label, BUTTON_TEXT)
    if confirm:
        made["confirm"] = confirm
    return made


def option(value: str, text: str, url: str = "", below: str = "") -> Json:
    """One choice; with `url` (overflow only) it opens an address as well; `below` in small print."""
    made: Json = {"text": plain(text, OPTION_TEXT), "value": value}
    if below:
        made["description"] = plain(below, OPTION_TEXT)
    if url:
        made["url"] = url
    return made


def chosen(options: Iterable[Json], value: str | None) -> Json | None:
    """The option of that value, as Slack wants the initial one: the same as in the list."""
    return next((found for found in options if found["value"] == value), None)


def select(action_id: str, placeholder: str, options: Sequence[Json], initial: str | None = None) -> Json:
    """A menu of which one is chosen."""
    made: Json = {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, PLACEHOLDER),
        "options": list(options),
    }
    if first := chosen(options, initial):
        made["initial_option"] = first
    return made


def overflow(action_id: str, options: Sequence[Json]) -> Json:
    """The menu behind the three dots."""
    return {"type": "overflow", "action_id": action_id, "options": list(options)[:OVERFLOW_OPTIONS]}


def radio(action_id: str, options: Sequence[Json], initial: str | None = None) -> Json:
    """Choices that are all in sight."""
    made: Json = {"type": "radio_buttons", "action_id": action_id, "options": list(options)}
    if first := chosen(options, initial):
        made["initial_option"] = first
    return made


def checkboxes(action_id: str, options: Sequence[Json], initial: Sequence[str] = ()) -> Json:
    """Boxes of which any are ticked; at most CHECKBOX_OPTIONS."""
    made: Json = {"type": "checkboxes", "action_id": action_id, "options": list(options)}
    if ticked := [one for one in options if one["value"] in initial]:
        made["initial_options"] = ticked
    return made


def typed(action_id: str, *, initial: str = "", lines: bool = False, most: int = 1000) -> Json:
    """A field to write in."""
    made: Json = {
        "type": "plain_text_input",
        "action_id": action_id,
        "multiline": lines,
        "max_length": min(most, TYPED_TEXT),
    }
    if initial:
        made["initial_value"] = initial[:most]
    return made


def field(
    block: str, label: str, element: Json, *, hint: str = "", optional: bool = False, live: bool = False
) -> Json:
    """One question of a form; `live` tells the bot of each answer at once."""
    made: Json = {
        "type": "input",
        "block_id": block,
        "label": plain(label, 2000),
        "element": element,
        "optional": optional,
    }
    if hint:
        made["hint"] = plain(hint, 2000)
    if live:
        made["dispatch_action"] = True
    return made
