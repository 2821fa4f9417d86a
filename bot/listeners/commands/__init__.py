"""Every word behind `/triage`. Add one: a file here with its WORD and `handle`, a line below, its help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches

from bot.listeners.answer import Answer
from bot.listeners.commands import (
    away,
    consult,
    drill,
    help_page,
    large,
    list_alerts,
    log,
    mine,
    oncall,
    swap,
)
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.listeners.typed import first_word

COMMAND = "/triage"


@dataclass(frozen=True)
class Command:
    """One word and what is done for it; `press.value` is what was typed behind the word."""

    WORD: str
    handle: Callable[[Press, Room], Answer]


COMMANDS: tuple[Command, ...] = (
    Command(help_page.WORD, help_page.handle),
    Command(list_alerts.WORD, list_alerts.handle),
    Command(mine.WORD, mine.handle),
    Command(oncall.WORD, oncall.handle),
    Command(swap.WORD, swap.handle),
    Command(away.WORD, away.handle),
    Command(log.WORD, log.handle),
    Command(consult.WORD, consult.handle),
    Command(drill.WORD, drill.handle),
    Command(large.WORD, large.handle),
)
BY_WORD = {command.WORD: command for command in COMMANDS}


def dispatch(press: Press, room: Room) -> Answer:
    """Do what the first word says; without one, or for one that is not known, the help (with the nearest word)."""
    word, rest = first_word(press.value)
    command = BY_WORD.get(word or help_page.WORD)
    if command is not None:
        return command.handle(replace(press, value=rest), room)
    near = get_close_matches(word, BY_WORD, n=1)
    return help_page.unknown(press, room, word, near[0] if near else "")
