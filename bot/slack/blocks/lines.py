"""One thing said in an alert's thread, or in the channel: the words of every `Line`. Used by the Slack deliverer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.domain.alert import Alert
from bot.domain.effects import Announce, Line, Revise, Say
from bot.slack.blocks import speech
from bot.slack.blocks.details import details
from bot.slack.blocks.elements import actions, block_id, button, section
from bot.slack.blocks.look import Json, Look, Message
from bot.slack.text import code, inert

NEXT_WORD_AFTER = timedelta(minutes=30)
"""Ours: when the next word on a large impact is promised, counted from the decision."""
WORDS_MOST = 500
"""Characters of a person's own words in the thread; the log has all of them."""
NAME_MOST = 60
IMPORT_COMMAND = "triage import --sentry-backlog {n}"
"""What brings in issues that were unresolved before the first start."""

Values = Mapping[str, str]
Reader = Callable[[str, Look], str]


def say(effect: Say | Announce | Revise, alert: Alert | None, look: Look) -> Message:
    """The message for one line. Only the people in `effect.mention` are mentioned; `alert` is None for an Announce.

    Of Line.DETAILS, `effect.values["tags"]` are the tags that may be shown, one `key: value` a line.
    """
    if isinstance(effect, Announce) or alert is None:
        text = _first_start(effect, look) if effect.line is Line.FIRST_START else _sentence(effect, look)
        return _message(text, effect)
    match effect.line:
        case Line.DETAILS:
            return details(alert, look, effect.values.get("tags", ""))
        case Line.LARGE:
            return _message(_large(effect, alert, look), effect)
        case Line.MAY_BE_LARGE:
            return _message(_may_be_large(effect, alert, look), effect)
        case Line.HANDED_OVER:
            return _message(_handed_over(effect, look), effect)
        case Line.SMALL:
            note = button("note", look.text("button.note"), alert.id, look.text("label.note"))
            return _message(_small(look), effect, actions([note], block_id(alert.id, "said")))
        case _:
            text = _ALSO.get(effect.line, _said)(effect, alert, look)
            return _message(_with_mention(text, effect, look), effect)


def _message(text: str, effect: Say | Announce, row: Json | None = None) -> Message:
    block = section(text, f"line:{effect.line.value}")
    return Message(block["text"]["text"], [block, row] if row else [block])


def _with_mention(text: str, effect: Say, look: Look) -> str:
    if not effect.mention:
        return text
    return look.text("line.mentioned", who=speech.people(effect.mention, look), text=text)


# How a value that an effect carries is read. Each answers "" for what is missing or makes no sense.


def read_words(given: str, look: Look) -> str:
    """A person's own words, made inert."""
    return inert(given, WORDS_MOST)


def read_name(given: str, look: Look) -> str:
    """A name, a number, or another short word."""
    return inert(given, NAME_MOST)


def read_when(given: str, look: Look) -> str:
    """A time that travelled as ISO text."""
    try:
        return look.words.moment(datetime.fromisoformat(given), look.now)
    except (ValueError, OverflowError):
        return ""


def read_level(given: str, look: Look) -> str:
    """The word for a level."""
    return inert(speech.level_name(given, look), NAME_MOST)


def read_step(given: str, look: Look) -> str:
    """The name of a step."""
    return inert(speech.step_name(given, look), NAME_MOST) if given else ""


def read_why_back(given: str, look: Look) -> str:
    """Why an issue came back."""
    return look.text(f"return.{given}") if look.words.has(f"return.{given}") else ""


READ: dict[Line, dict[str, Reader]] = {
    Line.NOT_OURS: {"reason": read_words},
    Line.CHANGED: {"before": read_level, "level": read_level, "reason": read_words},
    Line.NEW_CASES: {"n": read_name, "total": read_name},
    Line.RESPONDED: {"done": read_words},
    Line.RESPONSE_INCOMPLETE: {"done": read_words},
    Line.EXTENDED: {"until": read_when, "reason": read_words},
    Line.NOTE: {"name": read_name, "text": read_words},
    Line.STEP: {"name": read_name, "step": read_step},
    Line.NEXT_ROUND: {"why": read_why_back},
    Line.RESOLVED_IN_SENTRY: {"name": read_name, "at": read_when},
    Line.ARCHIVED_IN_SENTRY: {"name": read_name, "at": read_when},
    Line.ASSIGNED_IN_SENTRY: {"name": read_name, "to": read_name},
    Line.METRIC_RESOLVED: {"at": read_when},
    Line.SENTRY_SILENT: {"at": read_when},
}
"""Which values each line reads, and how. When one is empty, the sentence `line.<line>_plain` does without it."""


def _sentence(effect: Say | Announce, look: Look) -> str:
    key = f"line.{effect.line.value}"
    values = {
        name: read(effect.values.get(name, ""), look) for name, read in READ.get(effect.line, {}).items()
    }
    if not all(values.values()) and look.words.has(f"{key}_plain"):
        key += "_plain"
    return look.text(key, **values)


def _said(effect: Say, alert: Alert, look: Look) -> str:
    return _sentence(effect, look)


def _small(look: Look) -> str:
    return (
        look.text("line.small")
        if look.write == "full"
        else look.text("line.small_not_archived", write=look.write)
    )


def _medium(effect: Say, alert: Alert, look: Look) -> str:
    if alert.respond_by_at is None:
        return look.text("line.medium_plain")
    return look.text("line.medium", when=look.words.moment(alert.respond_by_at, look.now))


def _large(effect: Say, alert: Alert, look: Look) -> str:
    """The incident message: what, whom it calls, and what comes first."""
    answers = inert(speech.answer_words(alert.decision.answers, look)) if alert.decision else ""
    parts = speech.title_parts(alert, look)
    said = [
        look.text("line.large", **parts, facts=answers) if answers else look.text("line.large_plain", **parts)
    ]
    if effect.mention:
        said.append(look.text("line.large_ask", who=speech.people(effect.mention, look)))
    since = alert.decision.at if alert.decision else look.now
    time = look.words.time(since + NEXT_WORD_AFTER)
    points = [look.text(f"line.large_list_{number}", time=time) for number in (1, 2, 3, 4)]
    return f"{' '.join(said)}\n{' '.join((look.text('line.large_first'), *points))}"


def _may_be_large(effect: Say, alert: Alert, look: Look) -> str:
    said = [look.text("line.may_be_large", **speech.title_parts(alert, look))]
    if effect.mention:
        said.append(look.text("line.may_be_large_ask", who=speech.people(effect.mention, look)))
    whys = [why for why in effect.values.get("reasons", "").split(",") if look.words.has(f"suspicion.{why}")]
    if whys:
        reasons = look.text("joint.list").join(look.text(f"suspicion.{why}") for why in whys)
        said.append(look.text("line.may_be_large_why", reasons=reasons))
    return " ".join(said)


def _not_ours(effect: Say, alert: Alert, look: Look) -> str:
    tell = inert(effect.values.get("tell", ""), WORDS_MOST)
    return " ".join(
        filter(None, (_sentence(effect, look), look.text("line.not_ours_tell", tell=tell) if tell else ""))
    )


def _responded(effect: Say, alert: Alert, look: Look) -> str:
    said = [_sentence(effect, look)]
    if n := read_name(effect.values.get("n", ""), look):
        said.append(look.text("line.responded_cases", n=n))
    if look.words.has(told := f"line.responded_told_{effect.values.get('told')}"):
        said.append(look.text(told))
    return " ".join(said)


def _incomplete(effect: Say, alert: Alert, look: Look) -> str:
    if effect.values.get("left") != "more":
        return _sentence(effect, look)
    n, total = (read_name(effect.values.get(key, ""), look) for key in ("n", "total"))
    return look.text("line.response_incomplete_more", n=n, total=total)


def _handed_over(effect: Say, look: Look) -> str:
    name = read_name(effect.values.get("name", ""), look)
    if effect.values.get("taken") == "yes":
        return look.text("line.taken", name=name)
    who = speech.people(effect.mention, look) or read_name(effect.values.get("to", ""), look)
    return look.text("line.handed_over", who=who, name=name)


def _came_back(effect: Say, alert: Alert, look: Look) -> str:
    return speech.came_back(alert, look) or look.text("line.next_round_plain")


def _first_start(effect: Say | Announce, look: Look) -> str:
    n = read_name(effect.values.get("n", ""), look)
    if n in ("", "0"):
        return f"{look.text('line.first_start')} {look.text('line.first_start_none')}"
    older = look.text("line.first_start_older", n=n, command=code(IMPORT_COMMAND.format(n=n)))
    return f"{look.text('line.first_start')}\n{older}"


_ALSO: dict[Line, Callable[[Say, Alert, Look], str]] = {
    Line.MEDIUM: _medium,
    Line.NOT_OURS: _not_ours,
    Line.RESPONDED: _responded,
    Line.RESPONSE_INCOMPLETE: _incomplete,
    Line.CAME_BACK: _came_back,
}
"""Lines that say more than one sentence, or read the alert."""
