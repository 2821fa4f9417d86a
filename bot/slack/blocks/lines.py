"""One thing said in a thread, a channel or to one person: the words of every `Line`. Used by the Slack deliverer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.domain.alert import Alert
from bot.domain.lines import Line
from bot.slack.blocks import (
    chase_lines,
    consultation_lines,
    debrief,
    drill,
    incident,
    incident_lines,
    other_cause,
    ping,
    rules_lines,
    swap,
    urgent,
)
from bot.slack.blocks.buttons import alert_button
from bot.slack.blocks.checklist import checklist
from bot.slack.blocks.details import details
from bot.slack.blocks.drill_mark import marked
from bot.slack.blocks.elements import actions, block_id
from bot.slack.blocks.look import Look, Message
from bot.slack.blocks.spoken import (
    WORDS_MOST,
    Reader,
    Spoken,
    mentioned,
    message,
    read_level,
    read_name,
    read_step,
    read_when,
    read_why_back,
    read_words,
    sentence,
)
from bot.slack.text import code, inert

IMPORT_COMMAND = "triage import --sentry-backlog {n}"
"""What brings in issues that were unresolved before the first start."""


def say(effect: Spoken, alert: Alert | None, look: Look) -> Message:
    """The message for one line. Only the people in `effect.mention` are mentioned; `alert` is None without one.

    Of Line.DETAILS, `effect.values["tags"]` are the tags that may be shown, one `key: value` a line. A line about an
    alert that was forgotten meanwhile says that it is not known any more. What is of a drill is marked as that.
    """
    return marked(_worded(effect, alert, look), alert, look)


def _worded(effect: Spoken, alert: Alert | None, look: Look) -> Message:
    loose = _WITHOUT_ALERT.get(effect.line)
    if loose is not None:
        return loose(effect, look)
    if alert is None:
        return message(look.text("error.unknown_alert"), effect)
    return _ABOUT_ALERT.get(effect.line, _said)(effect, alert, look)


READ: dict[Line, dict[str, Reader]] = {
    Line.NOT_OURS: {"reason": read_words},
    Line.CHANGED: {"before": read_level, "level": read_level, "reason": read_words},
    Line.NEW_CASES: {"n": read_name, "total": read_name},
    Line.RESPONDED: {"done": read_words},
    Line.RESPONSE_INCOMPLETE: {"done": read_words},
    Line.EXTENDED: {"until": read_when, "reason": read_words},
    Line.AGAINST_LAST: {
        "id": read_name,
        "before": read_level,
        "at": read_when,
        "reason": read_words,
        "level": read_level,
    },
    Line.NOTE: {"name": read_name, "text": read_words},
    Line.STEP: {"name": read_name, "step": read_step},
    Line.NEXT_ROUND: {"why": read_why_back},
    Line.RESOLVED_IN_SENTRY: {"name": read_name, "at": read_when},
    Line.ARCHIVED_IN_SENTRY: {"name": read_name, "at": read_when},
    Line.ASSIGNED_IN_SENTRY: {"name": read_name, "to": read_name},
    Line.METRIC_RESOLVED: {"at": read_when},
    Line.SENTRY_SILENT: {"at": read_when},
    Line.RULES_WELL: {"at": read_when},
}
"""Which values each line reads, and how. When one is empty, the sentence `line.<line>_plain` does without it."""


def _sentence(effect: Spoken, look: Look) -> str:
    return sentence(effect, look, READ.get(effect.line, {}))


def _alone(effect: Spoken, look: Look) -> Message:
    return message(_sentence(effect, look), effect)


def _said(effect: Spoken, alert: Alert, look: Look) -> Message:
    text = _MORE_WORDS[effect.line](effect, alert, look) if effect.line in _MORE_WORDS else None
    return message(mentioned(text or _sentence(effect, look), effect, look), effect)


def _small(effect: Spoken, alert: Alert, look: Look) -> Message:
    key = "line.small_not_archived" if look.write != "full" else "line.small"
    text = look.text("line.small_only_here" if not alert.has_issue else key, write=look.write)
    return message(text, effect, actions([alert_button("note", alert, look)], block_id(alert.id, "said")))


def _against_last(effect: Spoken, alert: Alert, look: Look) -> Message:
    note = actions([alert_button("note", alert, look)], block_id(alert.id, "said"))
    return message(mentioned(_sentence(effect, look), effect, look), effect, note)


def _medium(effect: Spoken, alert: Alert, look: Look) -> str:
    if alert.respond_by_at is None:
        return look.text("line.medium_plain")
    return look.text("line.medium", when=look.words.moment(alert.respond_by_at, look.now))


def _not_ours(effect: Spoken, alert: Alert, look: Look) -> str:
    tell = inert(effect.values.get("tell", ""), WORDS_MOST)
    return " ".join(
        filter(None, (_sentence(effect, look), look.text("line.not_ours_tell", tell=tell) if tell else ""))
    )


def _responded(effect: Spoken, alert: Alert, look: Look) -> Message:
    text = mentioned(_response(effect, look), effect, look)
    if alert.incident is None or not alert.incident.is_open:
        return message(text, effect)
    restored = actions([alert_button("incident_restored", alert, look)], block_id(alert.id, "said"))
    return message(f"{text}\n{look.text('line.responded_incident')}", effect, restored)


def _response(effect: Spoken, look: Look) -> str:
    said = [_sentence(effect, look)]
    if n := read_name(effect.values.get("n", ""), look):
        said.append(look.text("line.responded_cases", n=n))
    if look.words.has(told := f"line.responded_told_{effect.values.get('told')}"):
        said.append(look.text(told))
    return " ".join(said)


def _incomplete(effect: Spoken, alert: Alert, look: Look) -> str:
    if effect.values.get("left") != "more":
        return _sentence(effect, look)
    n, total = (read_name(effect.values.get(key, ""), look) for key in ("n", "total"))
    return look.text("line.response_incomplete_more", n=n, total=total)


def _came_back(effect: Spoken, alert: Alert, look: Look) -> str:
    return other_cause.came_back(alert, look) or look.text("line.next_round_plain")


def _first_start(effect: Spoken, look: Look) -> Message:
    n, hello = read_name(effect.values.get("n", ""), look), look.text("line.first_start")
    if n in ("", "0"):
        return message(f"{hello} {look.text('line.first_start_none')}", effect)
    older = look.text("line.first_start_older", n=n, command=code(IMPORT_COMMAND.format(n=n)))
    return message(f"{hello}\n{older}", effect)


_MORE_WORDS: Mapping[Line, Callable[[Spoken, Alert, Look], str]] = {
    Line.MEDIUM: _medium,
    Line.NOT_OURS: _not_ours,
    Line.RESPONSE_INCOMPLETE: _incomplete,
    Line.CAME_BACK: _came_back,
}
"""Lines of one paragraph that say more than one sentence, or read the alert."""

_ABOUT_ALERT: Mapping[Line, Callable[[Spoken, Alert, Look], Message]] = {
    Line.DETAILS: lambda effect, alert, look: details(alert, look, effect.values.get("tags", "")),
    Line.SMALL: _small,
    Line.CHECKLIST: checklist,
    Line.AGAINST_LAST: _against_last,
    Line.RESPONDED: _responded,
    Line.LARGE: incident.large,
    Line.MAY_BE_LARGE: urgent.may_be_large,
    Line.NUDGE: urgent.nudge,
    Line.SUPPORT_TOLD: urgent.support_told,
    Line.SUPPORT_CHANGED: urgent.support_changed,
    **incident_lines.ABOUT_ALERT,
    Line.HANDED_OVER: chase_lines.handed_over,
    Line.OWNER_AWAY: chase_lines.owner_away,
    Line.OTHER_CAUSE: other_cause.said,
    Line.REMINDER: chase_lines.reminder,
    Line.CHASE: chase_lines.chase,
    Line.CONSULTATION: consultation_lines.head,
    Line.CONSULTATION_CLOSED: consultation_lines.closed,
}
"""Lines with buttons, or of several paragraphs; every other line about an alert is one paragraph."""

_WITHOUT_ALERT: Mapping[Line, Callable[[Spoken, Look], Message]] = {
    Line.FIRST_START: _first_start,
    Line.SENTRY_SILENT: _alone,
    Line.RULES_BAD: rules_lines.bad,
    Line.RULES_WELL: _alone,
    Line.CLEARED: chase_lines.cleared,
    Line.PING: ping.ping,
    Line.CONSULTATION_WORDS: consultation_lines.words,
    Line.CONSULTATION_SILENT: consultation_lines.silent,
    Line.CONSULTATION_SETTLED: consultation_lines.settled,
    Line.LOOSE_QUESTION: consultation_lines.loose,
    Line.LOOSE_ENDED: consultation_lines.loose_ended,
    Line.SWAP_ASKED: swap.asked,
    Line.SWAP_ANSWERED: swap.answered,
    Line.SWAP_OPEN: swap.unanswered,
    Line.DRILL_OPENED: drill.opened,
    Line.DRILL_SUPPORT: drill.support,
    Line.DRILL_ENDED: drill.ended,
    Line.DRILL_DEBRIEF: debrief.debrief,
}
"""Lines that need no alert to be worded."""
