"""Block Kit's rules for elements (buttons, selects, inputs); used by the rules for blocks."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.sandbox.slack import sizes
from bot.sandbox.slack.json_values import Json, as_list, as_object
from bot.sandbox.slack.shapes import (
    Check,
    Field,
    Fields,
    Problems,
    an_object,
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
from bot.sandbox.slack.text_rules import MRKDWN, PLAIN, confirm, link, offered, option, options, plain

_ACTION: Fields = {"action_id": may(string(sizes.ID)), "focus_on_load": may(boolean)}
_SELECT: Fields = {**_ACTION, "placeholder": may(plain(sizes.PLACEHOLDER)), "confirm": may(confirm)}
_GROUP = an_object(
    {"label": need(plain(sizes.OPTION_TEXT)), "options": need(options(sizes.SELECT_OPTIONS, PLAIN))}
)
_STATIC: Fields = {
    **_SELECT,
    "options": may(options(sizes.SELECT_OPTIONS, PLAIN)),
    "option_groups": may(list_of(_GROUP, sizes.OPTION_GROUPS)),
}
_CHOICE: Fields = {
    **_ACTION,
    "options": need(options(sizes.CHOICE_OPTIONS, PLAIN, MRKDWN)),
    "confirm": may(confirm),
}
_DISPATCH = an_object(
    {"trigger_actions_on": may(list_of(one_of("on_enter_pressed", "on_character_entered"), 2))}
)
_TYPED: Fields = {
    **_ACTION,
    "initial_value": may(string(sizes.TYPED_TEXT)),
    "placeholder": may(plain(sizes.PLACEHOLDER)),
    "dispatch_action_config": may(_DISPATCH),
}
_SOME_IDS = list_of(string(sizes.ID), sizes.SELECT_OPTIONS)


def _pattern(pattern: str) -> Check:
    def check(problems: Problems, at: str, value: object) -> None:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            problems.add(at, "is not in the expected format")

    return check


def _multi(fields: Fields, initial: str, check: Check) -> Fields:
    return {**fields, initial: may(check), "max_selected_items": may(whole_number)}


def _one(fields: Fields, initial: str, check: Check) -> Mapping[str, Field]:
    return {**fields, initial: may(check)}


ELEMENTS: Mapping[str, Fields] = {
    "button": {
        "action_id": may(string(sizes.ID)),
        "text": need(plain(sizes.BUTTON_TEXT)),
        "value": may(string(sizes.BUTTON_VALUE)),
        "url": may(link),
        "style": may(one_of("primary", "danger")),
        "confirm": may(confirm),
        "accessibility_label": may(string(sizes.ACCESSIBILITY_LABEL)),
    },
    "overflow": {
        "action_id": may(string(sizes.ID)),
        "options": need(options(sizes.OVERFLOW_OPTIONS, PLAIN, with_url=True)),
        "confirm": may(confirm),
    },
    "static_select": _one(_STATIC, "initial_option", option(PLAIN)),
    "multi_static_select": _multi(_STATIC, "initial_options", options(sizes.SELECT_OPTIONS, PLAIN)),
    "users_select": _one(_SELECT, "initial_user", string(sizes.ID)),
    "multi_users_select": _multi(_SELECT, "initial_users", _SOME_IDS),
    "channels_select": _one(_SELECT, "initial_channel", string(sizes.ID)),
    "conversations_select": {
        **_one(_SELECT, "initial_conversation", string(sizes.ID)),
        "default_to_current_conversation": may(boolean),
        "filter": may(anything),
    },
    "radio_buttons": _one(_CHOICE, "initial_option", option(PLAIN, MRKDWN)),
    "checkboxes": _one(_CHOICE, "initial_options", options(sizes.CHOICE_OPTIONS, PLAIN, MRKDWN)),
    "plain_text_input": {
        **_TYPED,
        "multiline": may(boolean),
        "min_length": may(whole_number),
        "max_length": may(whole_number),
    },
    "email_text_input": _TYPED,
    "url_text_input": _TYPED,
    "number_input": {
        **_TYPED,
        "is_decimal_allowed": need(boolean),
        "min_value": may(string(sizes.ID)),
        "max_value": may(string(sizes.ID)),
    },
    "datepicker": _one(_SELECT, "initial_date", _pattern(r"\d{4}-\d\d-\d\d")),
    "timepicker": {
        **_one(_SELECT, "initial_time", _pattern(r"\d\d:\d\d")),
        "timezone": may(string(sizes.ID)),
    },
    "datetimepicker": {**_ACTION, "confirm": may(confirm), "initial_date_time": may(whole_number)},
    "image": {
        "image_url": may(link),
        "slack_file": may(anything),
        "alt_text": need(string(sizes.IMAGE_TEXT)),
    },
}
TYPED_ELEMENTS = ("plain_text_input", "email_text_input", "url_text_input", "number_input")
INPUT_ELEMENTS = tuple(name for name in ELEMENTS if name not in ("button", "overflow", "image"))
ACTION_ELEMENTS = tuple(name for name in ELEMENTS if name not in (*TYPED_ELEMENTS, "image"))
ACCESSORIES = (*ACTION_ELEMENTS, "image")


def element(*allowed: str) -> Check:
    """An element of one of these types, with what holds between its fields."""
    fields = typed(ELEMENTS, *allowed)

    def check(problems: Problems, at: str, value: object) -> None:
        fields(problems, at, value)
        if (found := as_object(value)) is not None:
            _between_fields(problems, at, found)

    return check


def _between_fields(problems: Problems, at: str, found: Json) -> None:
    kind = found.get("type")
    if kind in ("static_select", "multi_static_select") and ("options" in found) == (
        "option_groups" in found
    ):
        problems.add(at, "must define either `options` or `option_groups`")
    if kind == "image" and ("image_url" in found) == ("slack_file" in found):
        problems.add(at, "must define either `image_url` or `slack_file`")
    choices = [_key(one) for one in offered(found)]
    first = [one for one in [as_object(found.get("initial_option"))] if one is not None]
    more = [one for one in map(as_object, as_list(found.get("initial_options")) or []) if one is not None]
    if any(_key(one) not in choices for one in first + more):
        problems.add(at, "initial option must be one of the options")
    most = found.get("max_length")
    if isinstance(most, int) and not 1 <= most <= sizes.TYPED_TEXT:
        problems.add(f"{at}/max_length", f"must be between 1 and {sizes.TYPED_TEXT}")


def _key(one: Json) -> tuple[object, object]:
    words = as_object(one.get("text")) or {}
    return one.get("value"), words.get("text")
