"""Block Kit as strictly as Slack reads it: checks blocks and views, fills in defaults; called by the Web API."""

from __future__ import annotations

import copy
import json
import secrets
from collections.abc import Mapping

from bot.sandbox.slack import sizes
from bot.sandbox.slack.element_rules import ACCESSORIES, ACTION_ELEMENTS, ELEMENTS, INPUT_ELEMENTS, element
from bot.sandbox.slack.json_values import Json, RefusedError, as_list, as_object, objects_in
from bot.sandbox.slack.rich_text_rules import RICH_TEXT, TABLE
from bot.sandbox.slack.shapes import (
    Fields,
    Problems,
    anything,
    boolean,
    check_fields,
    list_of,
    may,
    need,
    one_of,
    string,
    typed,
)
from bot.sandbox.slack.text_rules import MRKDWN, PLAIN, any_text, plain


def _in_context(problems: Problems, at: str, value: object) -> None:
    if (as_object(value) or {}).get("type") == "image":
        element("image")(problems, at, value)
    else:
        any_text(sizes.SECTION_TEXT)(problems, at, value)


_ANY: Fields = {"block_id": may(string(sizes.ID))}
BLOCKS: Mapping[str, Fields] = {
    "section": {
        **_ANY,
        "text": may(any_text(sizes.SECTION_TEXT)),
        "fields": may(list_of(any_text(sizes.FIELD_TEXT), sizes.SECTION_FIELDS)),
        "accessory": may(element(*ACCESSORIES)),
        "expand": may(boolean),
    },
    "actions": {**_ANY, "elements": need(list_of(element(*ACTION_ELEMENTS), sizes.ACTIONS_ELEMENTS))},
    "context": {**_ANY, "elements": need(list_of(_in_context, sizes.CONTEXT_ELEMENTS))},
    "divider": _ANY,
    "header": {**_ANY, "text": need(plain(sizes.HEADER_TEXT))},
    "image": {**_ANY, **ELEMENTS["image"], "title": may(plain(sizes.IMAGE_TEXT))},
    "input": {
        **_ANY,
        "label": need(plain(sizes.INPUT_LABEL)),
        "element": need(element(*INPUT_ELEMENTS)),
        "hint": may(plain(sizes.INPUT_LABEL)),
        "optional": may(boolean),
        "dispatch_action": may(boolean),
    },
    "rich_text": {**_ANY, **RICH_TEXT},
    "markdown": {**_ANY, "text": need(string(sizes.MARKDOWN_TEXT))},
    "table": {**_ANY, **TABLE},
}
_IN_VIEWS = tuple(kind for kind in BLOCKS if kind not in ("markdown", "table"))
_IDS: Fields = {
    "type": need(one_of("modal", "home")),
    "private_metadata": may(string(sizes.PRIVATE_METADATA, least=0)),
    "callback_id": may(string(sizes.ID, least=0)),
    "external_id": may(string(sizes.ID, least=0)),
    "blocks": need(anything),
}
_MODAL: Fields = {
    **_IDS,
    "title": need(plain(sizes.VIEW_TITLE)),
    "submit": may(plain(sizes.VIEW_TITLE)),
    "close": may(plain(sizes.VIEW_TITLE)),
    "clear_on_close": may(boolean),
    "notify_on_close": may(boolean),
    "submit_disabled": may(boolean),
}


def message_blocks(given: object) -> list[Json]:
    """The blocks of a message, checked and completed; refuses with `invalid_blocks` or `msg_blocks_too_long`."""
    problems = Problems()
    list_of(typed(BLOCKS), sizes.MESSAGE_BLOCKS, least=0)(problems, "/blocks", given)
    _between_blocks(problems, given)
    if problems.messages:
        raise RefusedError("invalid_blocks", *problems.messages)
    if all_text(given) > sizes.ALL_BLOCK_TEXT:
        raise RefusedError("msg_blocks_too_long")
    return [completed(block) for block in as_list(given) or []]


def checked_view(given: object, kind: str) -> Json:
    """A view of this kind (`modal` or `home`), checked and completed; else `invalid_arguments`, `view_too_large`."""
    problems = Problems()
    view = check_fields(problems, "/view", given, _MODAL if kind == "modal" else _IDS)
    if view is None:
        raise RefusedError("invalid_arguments", *problems.messages)
    if len(json.dumps(view, ensure_ascii=False).encode()) > sizes.VIEW_BYTES:
        raise RefusedError("view_too_large")
    if view.get("type") != kind:
        problems.add("/view/type", f"must be {kind}")
    blocks = view.get("blocks")
    list_of(typed(BLOCKS, *_IN_VIEWS), sizes.VIEW_BLOCKS)(problems, "/view/blocks", blocks)
    _between_blocks(problems, blocks, "/view/blocks")
    has_input = any(block.get("type") == "input" for block in _objects(blocks))
    if kind == "modal" and has_input and not view.get("submit"):
        problems.add("/view", "`submit` is required when an `input` is in `blocks`")
    if problems.messages:
        raise RefusedError("invalid_arguments", *problems.messages)
    return {**view, "blocks": [completed(block) for block in as_list(blocks) or []]}


def _objects(given: object) -> list[Json]:
    return [one for one in map(as_object, as_list(given) or []) if one is not None]


def _between_blocks(problems: Problems, given: object, at: str = "/blocks") -> None:
    seen: set[str] = set()
    tables = markdown = 0
    for number, block in enumerate(_objects(given)):
        here = f"{at}/{number}"
        if isinstance(name := block.get("block_id"), str):
            if name in seen:
                problems.add(f"{here}/block_id", f"block_id {name} already exists")
            seen.add(name)
        _within_block(problems, here, block)
        tables += block.get("type") == "table"
        markdown += (
            len(block["text"])
            if block.get("type") == "markdown" and isinstance(block.get("text"), str)
            else 0
        )
    if tables > 1:
        problems.add(at, "only one table is allowed")
    if markdown > sizes.MARKDOWN_TEXT:
        problems.add(at, f"markdown must be less than {sizes.MARKDOWN_TEXT + 1} characters together")


def _within_block(problems: Problems, at: str, block: Json) -> None:
    if block.get("type") == "section" and not block.get("text") and not block.get("fields"):
        problems.add(at, "must define either `text` or `fields`")
    if block.get("type") == "image" and ("image_url" in block) == ("slack_file" in block):
        problems.add(at, "must define either `image_url` or `slack_file`")
    ids = [found["action_id"] for found in elements_of(block) if isinstance(found.get("action_id"), str)]
    for name in {name for name in ids if ids.count(name) > 1}:
        problems.add(at, f"`action_id` {name} already exists in this block")


def elements_of(block: Json) -> list[Json]:
    """The elements of one block that a person can use: in a row, beside a text, or in an input."""
    some = [*(as_list(block.get("elements")) or []), block.get("accessory"), block.get("element")]
    if block.get("type") not in ("actions", "section", "input"):
        return []
    return [one for one in map(as_object, some) if one is not None and one.get("type") != "image"]


def all_text(given: object) -> int:
    """How many characters of text the blocks hold together."""
    return sum(len(part["text"]) for part in objects_in(given) if isinstance(part.get("text"), str))


def completed(block: Json) -> Json:
    """A copy of the block with what Slack adds: ids that were left out, and the defaults of texts and inputs."""
    whole = copy.deepcopy(block)
    whole.setdefault("block_id", secrets.token_hex(3))
    if whole["type"] == "input":
        whole.setdefault("optional", False)
        whole.setdefault("dispatch_action", False)
    for found in elements_of(whole):
        found.setdefault("action_id", secrets.token_hex(3))
    for part in objects_in(whole):
        if part.get("type") == PLAIN:
            part.setdefault("emoji", True)
        elif part.get("type") == MRKDWN:
            part.setdefault("verbatim", False)
    return whole
