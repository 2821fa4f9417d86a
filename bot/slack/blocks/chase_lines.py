"""Reminders and chases of a deadline, with the buttons to act; and who takes over from whom. Used by lines."""

from __future__ import annotations

from datetime import datetime

from bot.domain.alert import Alert, AlertState
from bot.domain.chasing import TEAM_STAGE, due_of
from bot.domain.policy import MOST_EXTENSIONS
from bot.slack.blocks import speech
from bot.slack.blocks.buttons import alert_button, level_buttons
from bot.slack.blocks.elements import actions, block_id
from bot.slack.blocks.look import Json, Look, Message
from bot.slack.blocks.spoken import (
    Spoken,
    instant,
    mentioned,
    message,
    read_level,
    read_name,
    read_person,
    read_when,
)
from bot.slack.text import inert

RESPONSE = "response"


def reminder(effect: Spoken, alert: Alert, look: Look) -> Message:
    """Said once, some hours before the deadline."""
    key = "line.reminder_response" if effect.values.get("what") == RESPONSE else "line.reminder"
    due = _due(effect, alert)
    if look.words.same_day(due, look.now):
        text = look.text(key, time=look.words.time(due))
    else:
        text = look.text(f"{key}_later", when=look.words.moment(due, look.now))
    return _calling(text, effect, alert, look)


def chase(effect: Spoken, alert: Alert, look: Look) -> Message:
    """Said once a business day after the deadline: to the responder, to duty and backup, to the team."""
    stage = effect.values.get("stage", "")
    when = look.words.moment(_due(effect, alert), look.now)
    if stage == str(TEAM_STAGE):
        text = look.text("line.chase_4" if alert.chases > TEAM_STAGE else "line.chase_3", when=when)
    elif stage == "2":
        text = look.text("line.chase_2")
    else:
        what = RESPONSE if effect.values.get("what") == RESPONSE else "judgement"
        text = look.text("line.chase", what=look.text(f"what.{what}"), when=when)
    return _calling(text, effect, alert, look)


def _calling(text: str, effect: Spoken, alert: Alert, look: Look) -> Message:
    """The thread says which alert it is; a locked phone shows the text alone, so that names it too."""
    made = message(mentioned(text, effect, look), effect, *_row(alert, look))
    about = f"{speech.issue_name(alert, look)} {alert.facts.title}"
    return Message(speech.facts(made.text, inert(about, speech.TITLE_MOST), look=look), made.blocks)


CAME = ("judged", "responded", "extended", "handed_over", "discussed", "seen", "closed", "again")
"""What may have come of a call (`domain.calls`)."""


def cleared(effect: Spoken, look: Look) -> Message:
    """Where a reminder, chase or nudge stood: what came of it, or that a newer one stands."""
    how = effect.values.get("how", "")
    if how not in CAME:
        return message(look.text("line.cleared"), effect)
    values = {
        "level": read_level(effect.values.get("level", ""), look),
        "when": read_when(effect.values.get("at", ""), look),
    }
    return message(look.text(f"line.cleared_{how}", **values), effect)


OWNER_CHANGED = {"swap": "line.owner_swapped", "nobody": "line.owner_found", "left": "line.owner_left"}
"""The words for why an alert has another owner; any other why is an absence."""


def owner_away(effect: Spoken, alert: Alert, look: Look) -> Message:
    """Who has it now, and why: its owner is away, it was nobody's, or the turn was taken in a swap."""
    key = OWNER_CHANGED.get(effect.values.get("why", ""), "line.owner_away")
    name = read_person(effect.values.get("from", ""), look)
    if effect.mention:
        who = speech.people(effect.mention, look)
        return message(look.text(f"{key}_to", name=name, who=who), effect)
    to = read_person(effect.values.get("to", ""), look)
    return message(look.text(key, name=name, to=to), effect)


def handed_over(effect: Spoken, alert: Alert, look: Look) -> Message:
    """Who has it from now on, by whose word."""
    name = read_name(effect.values.get("name", ""), look)
    if effect.values.get("taken") == "yes":
        return message(look.text("line.taken", name=name), effect)
    who = speech.people(effect.mention, look) or read_name(effect.values.get("to", ""), look)
    return message(look.text("line.handed_over", who=who, name=name), effect)


def _due(effect: Spoken, alert: Alert) -> datetime:
    """The deadline that is spoken of; the one that runs now where the line does not say."""
    return instant(effect.values.get("due", "")) or due_of(alert) or alert.judge_by_at


def _row(alert: Alert, look: Look) -> list[Json]:
    """What helps now: the levels, or what moves a response on."""
    if alert.state is AlertState.OPEN:
        row = level_buttons(alert, look)
    elif alert.is_waiting_for_response:
        row = [alert_button("responded", alert, look)]
        if alert.respond_by_at is not None and alert.extensions < MOST_EXTENSIONS:
            row.append(alert_button("extend", alert, look))
    else:
        return []
    row.append(alert_button("hand_over", alert, look, words="chase_hand_over"))
    row.append(alert_button("consult", alert, look))
    return [actions(row, block_id(alert.id, "said"))]
