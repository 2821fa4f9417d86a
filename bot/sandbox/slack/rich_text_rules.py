"""Block Kit's rules for rich text and tables; used by the rules for blocks."""

from __future__ import annotations

from collections.abc import Mapping

from bot.sandbox.slack import sizes
from bot.sandbox.slack.shapes import (
    Fields,
    Problems,
    anything,
    boolean,
    list_of,
    may,
    need,
    one_of,
    string,
    typed,
    whole_number,
)
from bot.sandbox.slack.text_rules import link

_MANY = 1_000  # Slack names no limit; the text as a whole is limited.
_STYLE: Fields = {"style": may(anything)}
_INLINE: Mapping[str, Fields] = {
    "text": {"text": need(string(sizes.ALL_BLOCK_TEXT)), **_STYLE},
    "link": {"url": need(link), "text": may(string(sizes.ALL_BLOCK_TEXT)), "unsafe": may(boolean), **_STYLE},
    "emoji": {"name": need(string(sizes.ID)), "unicode": may(string(sizes.ID)), **_STYLE},
    "user": {"user_id": need(string(sizes.ID)), **_STYLE},
    "channel": {"channel_id": need(string(sizes.ID)), **_STYLE},
    "usergroup": {"usergroup_id": need(string(sizes.ID)), **_STYLE},
    "broadcast": {"range": need(one_of("here", "channel", "everyone"))},
    "date": {
        "timestamp": need(whole_number),
        "format": need(string(sizes.ID)),
        "fallback": may(string(sizes.ID)),
    },
    "color": {"value": need(string(sizes.ID))},
}
_WORDS = need(list_of(typed(_INLINE), _MANY))
_PARTS: dict[str, Fields] = {
    "rich_text_section": {"elements": _WORDS},
    "rich_text_preformatted": {"elements": _WORDS, "border": may(whole_number)},
    "rich_text_quote": {"elements": _WORDS, "border": may(whole_number)},
}
_PARTS["rich_text_list"] = {
    "style": need(one_of("bullet", "ordered")),
    "elements": need(list_of(typed(_PARTS, "rich_text_section"), _MANY)),
    "indent": may(whole_number),
    "offset": may(whole_number),
    "border": may(whole_number),
}
RICH_TEXT: Fields = {"elements": need(list_of(typed(_PARTS), _MANY))}

_CELLS: Mapping[str, Fields] = {
    "raw_text": {"text": need(string(sizes.SECTION_TEXT))},
    "rich_text": RICH_TEXT,
}


def _column_setting(problems: Problems, at: str, value: object) -> None:
    if value is not None and not isinstance(value, dict):
        problems.add(at, "must be an object")


TABLE: Fields = {
    "rows": need(list_of(list_of(typed(_CELLS), sizes.TABLE_COLUMNS), sizes.TABLE_ROWS)),
    "column_settings": may(list_of(_column_setting, sizes.TABLE_COLUMNS)),
}
