"""Modals that are only read: an alert's history, and why something did not work. Opened by listeners."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.alert import Alert
from bot.domain.effects import Entry, EntryKind
from bot.slack.blocks import speech
from bot.slack.blocks.elements import context, section
from bot.slack.blocks.lines import read_level, read_name, read_step, read_when, read_words
from bot.slack.blocks.look import Json, Look
from bot.slack.blocks.modal import page, remembered
from bot.slack.text import inert

HISTORY = "history"
PROBLEM = "problem"
MOST_ENTRIES = 40
"""The newest ones are shown; `triage log` has all."""
SPOKEN = {
    EntryKind.RESPONDED: "done",
    EntryKind.EXTENDED: "reason",
    EntryKind.NOTED: "text",
}
"""Where an entry keeps a person's own words."""


def history(alert: Alert, entries: Sequence[Entry], look: Look) -> Json:
    """What happened to this issue, newest first. `entries`: the log of all its rounds, oldest first."""
    blocks = [section(f"*{speech.title(alert, look)}*", "head")]
    for number, entry in enumerate(reversed(entries[-MOST_ENTRIES:])):
        blocks.append(section(_entry(entry, look), f"entry:{number}"))
    if not entries:
        blocks.append(section(look.text("form.history_none"), "none"))
    elif (left_out := len(entries) - MOST_ENTRIES) > 0:
        issue = inert(alert.display_id, 40)
        blocks.append(context(look.text("entry.left_out", n=left_out, id=issue), "left_out"))
    return page(HISTORY, look.text("form.history_title"), blocks, look, remembered(alert))


def problem(text: str, look: Look, title: str = "") -> Json:
    """A sentence for the person who acted, such as a UserError's; `text` is plain, not yet escaped."""
    shown = section(inert(text, 1000) or look.text("error.went_wrong"), "text")
    return page(PROBLEM, title or look.text("form.problem_title"), [shown], look)


def _entry(entry: Entry, look: Look) -> str:
    line = _line(entry, look)
    words = entry.decision.reason if entry.decision else entry.details.get(SPOKEN.get(entry.kind, ""), "")
    shown = read_words(words, look)
    return look.text("entry.words", line=line, words=shown) if shown else line


def _line(entry: Entry, look: Look) -> str:
    key = f"entry.{entry.kind.value}"
    values = {
        "when": look.words.moment(entry.at, look.now),
        "name": inert(entry.by_name or (look.name_of(entry.by) if entry.by else ""), speech.NAME_MOST),
    }
    match entry.kind:
        case EntryKind.DECIDED if entry.decision is not None:
            answers = inert(speech.answer_words(entry.decision.answers, look))
            level = read_level(entry.decision.verdict.value, look)
            values |= {"level": level, "answers": answers}
            key = key if answers else f"{key}_plain"
        case EntryKind.EXTENDED:
            values["until"] = read_when(entry.details.get("until", ""), look)
        case EntryKind.HANDED_OVER:
            values["to"] = read_name(entry.details.get("to_name") or entry.details.get("to", ""), look)
        case EntryKind.STEP_CHOSEN:
            values["step"] = read_step(entry.details.get("step", ""), look)
        case EntryKind.CLOSED:
            key = _closing_key(entry, look)
        case EntryKind.CAME_BACK:
            why = f"return.{entry.details.get('why')}"
            values["why"] = look.text(why) if look.words.has(why) else ""
        case _:
            pass
    return look.text(key, **values)


def _closing_key(entry: Entry, look: Look) -> str:
    """Resolved or archived, by somebody or by nobody that is known."""
    key = f"entry.closed_{entry.details.get('why')}"
    if not look.words.has(key):
        return "entry.closed"
    return key if entry.by_name else f"{key}_plain"
