"""`/triage drill [scenario]`: the form that starts a drill now or plans it."""

from __future__ import annotations

from bot.domain.drill import DrillState
from bot.domain.errors import UserError
from bot.listeners.answer import Answer
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.listeners.typed import first_word
from bot.services.drill_register import current
from bot.slack.blocks.drill import drill_form, said

WORD = "drill"


def handle(press: Press, room: Room) -> Answer:
    look = room.look(press)
    drill = current(room.desk.store)
    if drill is not None and drill.state is DrillState.RUNNING:
        raise UserError("error.drill_on")
    planned = ""
    if drill is not None and drill.state is DrillState.PLANNED and drill.scenario in room.drills.scenarios:
        name = said(room.drills.scenarios[drill.scenario].name, look)
        planned = look.text(
            "form.drill_planned", name=name, when=look.words.moment(drill.starts_at, look.now)
        )
    times = room.drills.choices()
    view = drill_form(
        room.drills.scenarios,
        times,
        look,
        is_now=times[0] <= room.desk.clock.now(),
        chosen=first_word(press.value)[0],
        planned=planned,
    )
    return Answer(after=lambda: room.open(press, view))
