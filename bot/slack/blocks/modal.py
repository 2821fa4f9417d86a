"""The frame of every modal: title, buttons, and what it must remember. Used by the forms."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.domain.alert import Alert
from bot.slack.blocks.elements import VIEW_TITLE, plain
from bot.slack.blocks.look import Json, Look


def remembered(alert: Alert, **more: str) -> str:
    """What a form was opened on: `alert`, `decision` and `count` as its person saw them, as JSON."""
    decision = alert.decision.id if alert.decision else None
    return json.dumps({"alert": alert.id, "decision": decision, "count": alert.count, **more})


def still_remembered(metadata: str, **more: str) -> str:
    """The same for a form that is brought up to date: what was seen when it was opened stays."""
    return json.dumps({**json.loads(metadata), **more})


def form(
    callback_id: str,
    title: str,
    submit: str,
    blocks: Sequence[Json],
    metadata: str,
    look: Look,
    *,
    close: str = "",
) -> Json:
    """A modal that is sent; `title` and `submit` are words, not keys."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": metadata,
        "title": plain(title, VIEW_TITLE),
        "submit": plain(submit, VIEW_TITLE),
        "close": plain(close or look.text("form.close"), VIEW_TITLE),
        "blocks": list(blocks),
    }


def page(callback_id: str, title: str, blocks: Sequence[Json], look: Look, metadata: str = "") -> Json:
    """A modal that is only read."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": metadata,
        "title": plain(title, VIEW_TITLE),
        "close": plain(look.text("form.done"), VIEW_TITLE),
        "blocks": list(blocks),
    }
