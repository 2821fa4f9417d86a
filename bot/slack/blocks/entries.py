"""One line of the decision log in words: for the history of an alert and for the answer to `/triage log`."""

from __future__ import annotations

from bot.domain.entries import Entry, EntryKind
from bot.domain.incident import Happened, Moment
from bot.slack.blocks import speech
from bot.slack.blocks.incident import timeline_line
from bot.slack.blocks.look import Look
from bot.slack.blocks.spoken import read_level, read_name, read_step, read_when, read_words
from bot.slack.text import inert

SPOKEN = {
    EntryKind.RESPONDED: "done",
    EntryKind.EXTENDED: "reason",
    EntryKind.NOTED: "text",
    EntryKind.INCIDENT: "words",
    EntryKind.RESTORED: "happened",
}
"""Where an entry keeps a person's own words."""


def entry_text(entry: Entry, look: Look) -> str:
    """When, who, what; and below it their own words."""
    line = _line(entry, look)
    if entry.drill:
        line = f"{line} {look.text('drill.mark')}"
    if entry.kind is EntryKind.RESTORED and (helped := read_words(entry.details.get("helped", ""), look)):
        line = speech.facts(line, look.text("line.restored_helped", helped=helped), look=look)
    words = entry.decision.reason if entry.decision else entry.details.get(SPOKEN.get(entry.kind, ""), "")
    shown = read_words(words, look)
    return look.text("entry.words", line=line, words=shown) if shown else line


def _line(entry: Entry, look: Look) -> str:
    if entry.kind is EntryKind.INCIDENT and entry.details.get("what") in tuple(Happened):
        return timeline_line(_moment(entry), look)
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
            to = entry.details.get("to", "")
            values["to"] = read_name(entry.details.get("to_name") or look.name_of(to), look)
            key = key if values["name"] else f"{key}_plain"
        case EntryKind.STEP_CHOSEN:
            values["step"] = read_step(entry.details.get("step", ""), look)
        case EntryKind.TICKED | EntryKind.UNTICKED:
            values["item"] = inert(entry.details.get("item", ""), speech.WORDS_MOST)
        case EntryKind.CLOSED:
            key = _closing_key(entry, look)
        case EntryKind.CAME_BACK:
            why = f"return.{entry.details.get('why')}"
            values["why"] = look.text(why) if look.words.has(why) else ""
        case _:
            pass
    return look.text(key, **values)


def _moment(entry: Entry) -> Moment:
    """A line of an incident's timeline, as the log kept it."""
    told = entry.details
    about, to = told.get("about", ""), told.get("to", "")
    return Moment(Happened(told["what"]), entry.at, entry.by, entry.by_name, about, to)


def _closing_key(entry: Entry, look: Look) -> str:
    """Resolved or archived, by somebody or by nobody that is known."""
    key = f"entry.closed_{entry.details.get('why')}"
    if not look.words.has(key):
        return "entry.closed"
    return key if entry.by_name else f"{key}_plain"
