"""What people chose or typed in a message or a view, in the shape of `state.values`; used by interactions."""

from __future__ import annotations

import copy
from typing import Any

from bot.sandbox.slack.block_kit import elements_of
from bot.sandbox.slack.element_rules import TYPED_ELEMENTS
from bot.sandbox.slack.json_values import Json, as_list
from bot.sandbox.slack.text_rules import offered

Place = tuple[str, str]
"""(block_id, action_id) of an element."""
Entered = dict[Place, Json]
"""What one person entered, each as it stands in `state.values`."""

# Element type -> the field of its state and the field of its first value.
# https://docs.slack.dev/reference/block-kit/block-elements
_FIELDS = {
    "static_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    **dict.fromkeys(TYPED_ELEMENTS, ("value", "initial_value")),
}


def field_of(element: Json) -> str | None:
    """The name of the element's value in `state.values`; None for buttons and overflow menus, which keep none."""
    names = _FIELDS.get(element["type"])
    return names[0] if names else None


def places(blocks: list[Json]) -> dict[Place, Json]:
    """The elements that keep a value, by block_id and action_id."""
    return {
        (block["block_id"], element["action_id"]): element
        for block in blocks
        for element in elements_of(block)
        if field_of(element)
    }


def values(blocks: list[Json], entered: Entered) -> Json:
    """`state.values` of these blocks: what was entered, else the initial value, else null."""
    found: Json = {}
    for (block_id, action_id), element in places(blocks).items():
        now = entered.get((block_id, action_id)) or first(element)
        found.setdefault(block_id, {})[action_id] = copy.deepcopy(now)
    return found


def first(element: Json) -> Json:
    """The state of an element that nobody has touched."""
    field, initial = _FIELDS[element["type"]]
    empty: list[str] | None = [] if field in ("selected_options", "selected_users") else None
    return {"type": element["type"], field: element.get(initial, empty)}


def enter(element: Json, raw: Any) -> Json:
    """The state after a person entered `raw`: an option's value, a list of them, a text, an id or a date.

    Raises LookupError for an option that is not offered and ValueError for a text that Slack's client does not let
    through.
    """
    field = _FIELDS[element["type"]][0]
    if field == "selected_option":
        return {"type": element["type"], field: None if raw is None else option(element, raw)}
    if field == "selected_options":
        return {"type": element["type"], field: [option(element, one) for one in as_list(raw) or []]}
    if field == "value" and isinstance(raw, str):
        most, least = element.get("max_length", 3_000), element.get("min_length", 0)
        if not least <= len(raw) <= most:
            raise ValueError(
                f"{element['action_id']}: Slack lets {least} to {most} characters through, not {len(raw)}"
            )
        raw = raw or None
    return {"type": element["type"], field: raw}


def option(element: Json, value: str) -> Json:
    """The option with this value as the element offers it. Raises LookupError when there is none."""
    for one in offered(element):
        if one["value"] == value:
            return copy.deepcopy(one)
    raise LookupError(
        f"{element['action_id']} offers no {value!r}, only {[one['value'] for one in offered(element)]}"
    )


def kept(blocks: list[Json], entered: Entered) -> Entered:
    """What stays entered after an update: where block_id, action_id and type are the same and the option is left."""
    still: Entered = {}
    for place, element in places(blocks).items():
        old = entered.get(place)
        if old is None or old["type"] != element["type"]:
            continue
        chosen = old.get("selected_option")
        if chosen is None or chosen["value"] in [one["value"] for one in offered(element)]:
            still[place] = old
    return still


def is_empty(state: Json) -> bool:
    """True when nothing is entered."""
    return all(part in (None, "", []) for name, part in state.items() if name != "type")
