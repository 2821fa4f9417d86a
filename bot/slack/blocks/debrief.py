"""A drill's debrief: for the team, never for a person. Beside the key, without a name. Used by lines."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

from bot.slack.blocks import speech
from bot.slack.blocks.drill import said
from bot.slack.blocks.elements import section
from bot.slack.blocks.look import Json, Look, Message
from bot.slack.blocks.spoken import Spoken
from bot.slack.text import inert

MOMENTS = ("looked", "asked", "decided", "responded")
ROWS_EACH = 6
"""Alerts in one block: each has three lines, and a block holds 3,000 characters (slack: section)."""
ROWS_MOST = 24
LIKE_MOST = 3
"""More alerts than this of one kind, all judged as in the key, are one line."""
WORDS_MOST = 200
STEP_MOST, STEPS_MOST = 120, 12
"""Characters of a ticked step, and how many are named."""
EMPTY: dict[str, Any] = {
    "name": {},
    "question": {},
    "rows": [],
    "missed": [],
    "unanswered": [],
    "not_come": 0,
    "books": [],
}
"""A debrief that tells nothing, where a line came without one."""


def debrief(effect: Spoken, look: Look) -> Message:
    """What was judged beside the key, when, what was missed, what the runbook says, and one question."""
    kept = effect.values.get("debrief")
    told: dict[str, Any] = json.loads(kept) if kept else EMPTY
    rows: list[dict[str, Any]] = told["rows"]
    fitting = sum(1 for row in rows if row["level"] == row["key_level"])
    head = look.text("line.drill_debrief", name=said(told["name"], look))
    total = look.text("debrief.total", fits=fitting, n=len(rows)) if rows else look.text("debrief.nothing")
    mark = look.text("drill.mark")
    blocks = [section(f"*{mark}*\n*{head}*\n{total}", "debrief:head"), *_rows(rows, look)]
    blocks += [
        section(text, f"debrief:{part}")
        for part, text in (
            ("left", _left(told, look)),
            ("books", _books(told["books"], look)),
            ("done", _done(told, look)),
            ("talk", _talk(told, look)),
        )
        if text
    ]
    return Message(f"{mark} {head} {total}", blocks)


def _rows(rows: list[dict[str, Any]], look: Look) -> list[Json]:
    texts: list[str] = []
    for _, group in groupby(rows, key=lambda row: json.dumps(row["why"], sort_keys=True)):
        alike = list(group)
        if len(alike) > LIKE_MOST and all(_is_plain(row) for row in alike):
            texts.append(_many(alike, look))
        else:
            texts += [_row(row, look) for row in alike]
    texts = texts[:ROWS_MOST]
    return [
        section("\n\n".join(texts[first : first + ROWS_EACH]), f"debrief:rows:{first}")
        for first in range(0, len(texts), ROWS_EACH)
    ]


def _is_plain(row: dict[str, Any]) -> bool:
    """Judged as in the key, with nothing more to say of it."""
    return row["level"] == row["key_level"] and not row["words"]


def _many(rows: list[dict[str, Any]], look: Look) -> str:
    level = _level(rows[0]["key_level"], look)
    last = max(row["moments"]["decided"] or 0 for row in rows)
    first, final = inert(rows[0]["name"], 40), inert(rows[-1]["name"], 40)
    line = look.text("debrief.many", first=first, last=final, n=len(rows), level=level, minutes=last)
    return f":white_check_mark: {line}\n{said(rows[0]['why'], look)}"


def _row(row: dict[str, Any], look: Look) -> str:
    """The alert, its judgement beside the key with the why, and when what happened."""
    values = {
        "id": inert(row["name"], 40),
        "title": inert(row["title"], 60),
        "right": _level(row["key_level"], look),
        "step": inert(speech.step_name(row["key_step"], look), 40),
    }
    if row["level"] is None:
        judged = look.text("debrief.missed", **values)
    elif row["level"] == row["key_level"]:
        judged = look.text("debrief.fits", **values)
    else:
        judged = look.text("debrief.differs", **values, level=_level(row["level"], look))
    step = row["step"]
    is_other_step = step not in (None, row["key_step"])
    moments = [
        look.text(f"debrief.{moment}", n=row["moments"][moment])
        for moment in MOMENTS
        if row["moments"][moment] is not None
    ]
    lines = (
        judged,
        look.text("debrief.step", step=inert(speech.step_name(step, look), 40)) if is_other_step else "",
        said(row["why"], look),
        look.text("debrief.asked_words", words=inert(row["words"], WORDS_MOST)) if row["words"] else "",
        speech.facts(*moments, look=look),
    )
    return "\n".join(filter(None, lines))


def _left(told: dict[str, Any], look: Look) -> str:
    """What nobody judged or answered, and what did not come any more."""
    lines: list[str] = []
    for key in ("missed", "unanswered"):
        names = look.text("joint.list").join(inert(name, 40) for name in told[key][:ROWS_MOST])
        if names:
            lines.append(look.text(f"debrief.{key}_list", ids=names))
    if told["not_come"]:
        lines.append(look.text("debrief.not_come", n=told["not_come"]))
    return "\n".join(lines)


def _books(books: list[list[dict[str, str]]], look: Look) -> str:
    steps = [f"• {said(step, look)}" for book in books for step in book]
    return "\n".join((look.text("debrief.books"), *steps)) if steps else ""


def _done(told: dict[str, Any], look: Look) -> str:
    """The steps that were ticked; nothing where no checklist was posted."""
    if not told.get("listed"):
        return ""
    steps = [f":white_check_mark: {inert(text, STEP_MOST)}" for text in told["done"][:STEPS_MOST]]
    return "\n".join((look.text("debrief.done", n=len(told["done"]), total=told["listed"]), *steps))


def _talk(told: dict[str, Any], look: Look) -> str:
    return "\n".join(
        (look.text("debrief.question", question=said(told["question"], look)), look.text("debrief.warm"))
    )


def _level(level: str, look: Look) -> str:
    return inert(speech.level_name(level, look), 40)
