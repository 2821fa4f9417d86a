"""The forms of asking: a question in one's own words, and the alert that a loose question belongs to."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.domain.alert import Alert
from bot.slack.blocks import read, speech
from bot.slack.blocks.elements import field, option, section, select, typed
from bot.slack.blocks.look import Json, Look
from bot.slack.blocks.modal import form, page, remembered
from bot.slack.text import clean

WORDS = "consult_words"
JOIN = "loose_join"
MOST_JOINED = 100
"""Options of a select: https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element"""


def words_form(look: Look, alert: Alert | None) -> Json:
    """A question to the others: about that alert, where the words may stay out, or about anything."""
    about = f"*{speech.title(alert, look)}*\n" if alert else ""
    blocks = [
        section(f"{about}{look.text('form.consult_head')}", "head"),
        field(
            "words",
            look.text("form.consult_words"),
            typed(read.WORDS, lines=True),
            hint=look.text("form.masked"),
            optional=alert is not None,
        ),
    ]
    kept = remembered(alert) if alert else "{}"
    return form(WORDS, look.text("form.consult_title"), look.text("button.consult"), blocks, kept, look)


def join_form(look: Look, question_id: str, alerts: Sequence[Alert]) -> Json:
    """Which of the open alerts the question is about; the first hundred are offered."""
    title = look.text("form.join_title")
    if not alerts:
        return page(JOIN, title, [section(look.text("list.all_none"), "none")], look)
    offered = [option(alert.id, _named(alert, look)) for alert in alerts[:MOST_JOINED]]
    left = len(alerts) - MOST_JOINED
    choice = field(
        "alert",
        look.text("form.join"),
        select(read.ALERT, look.text("form.join"), offered),
        hint=look.text("form.join_left_out", n=left) if left > 0 else "",
    )
    kept = json.dumps({"question": question_id})
    return form(JOIN, title, look.text("form.save"), [choice], kept, look)


def _named(alert: Alert, look: Look) -> str:
    return clean(f"{speech.issue_name(alert, look)} {alert.facts.title}") or alert.id
