"""A swap of turns in direct messages: asked, answered, left without an answer. Used by lines."""

from __future__ import annotations

from bot.domain.effects import Announce
from bot.domain.roster import SwapState
from bot.slack.blocks import speech
from bot.slack.blocks.elements import actions, button, context
from bot.slack.blocks.look import Look, Message
from bot.slack.blocks.spoken import Reader, Spoken, message, read_date, read_person, worded

VALUES: dict[str, Reader] = {
    "day": read_date,
    "in_return": read_date,
    "asker": read_person,
    "taker": read_person,
}
BUTTONS = ("swap_accept", "swap_decline")


def asked(effect: Spoken, look: Look) -> Message:
    """The question to the one who could take the turn."""
    who = speech.people(effect.mention, look) or read_person(effect.values.get("taker", ""), look)
    day, in_return = (read_date(effect.values.get(key, ""), look) for key in ("day", "in_return"))
    key = "line.swap_asked" if in_return else "line.swap_asked_plain"
    text = look.text(key, who=who, day=day, **({"in_return": in_return} if in_return else {}))
    by = look.text("line.swap_asked_by", name=read_person(effect.values.get("asker", ""), look))
    swap_id = effect.values.get("swap", "")[:200] or "-"
    row = [button(action, look.text(f"button.{action}"), swap_id) for action in BUTTONS]
    return message(text, effect, context(by, "asker"), actions(row, "row"))


def answered(effect: Spoken, look: Look) -> Message:
    """What the other one said; it stands where the question stood, and goes to the one who asked."""
    if effect.values.get("state") == SwapState.ACCEPTED.value:
        return message(worded("line.swap_answered", effect, look, VALUES), effect)
    text = worded("line.swap_declined", effect, look, VALUES)
    if isinstance(effect, Announce):
        text = f"{text} {look.text('line.swap_ask_another')}"
    return message(text, effect)


def unanswered(effect: Spoken, look: Look) -> Message:
    """The evening before: the turn stays where it was."""
    return message(worded("line.swap_open", effect, look, VALUES), effect)
