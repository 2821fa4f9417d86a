"""Everything that can be pressed on our messages and in our forms. Add one: a file here, a line below, its texts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.listeners.actions import (
    answers,
    change,
    compare,
    consult,
    consult_from_form,
    drill_end,
    fix_done,
    guide,
    hand_over,
    home_ask,
    impact,
    incident_forms,
    incident_role,
    incident_tick,
    journey_step,
    judge_question,
    lists,
    loose,
    more,
    note,
    part_of_incident,
    ping,
    post_checklist,
    responded,
    same_again,
    swap_answer,
    take,
    tick,
)


@dataclass(frozen=True)
class Action:
    """One action id and what is done when it comes."""

    ID: str
    handle: Callable[..., Any]


ACTIONS: tuple[Action, ...] = (
    *(Action(action_id, impact.handle) for action_id in impact.IDS),
    Action(journey_step.ID, journey_step.handle),
    Action(guide.ID, guide.handle),
    Action(consult.ID, consult.handle),
    Action(consult_from_form.ID, consult_from_form.handle),
    Action(take.ID, take.handle),
    Action(answers.ID, answers.handle),
    Action(responded.ID, responded.handle),
    Action(change.ID, change.handle),
    Action(note.ID, note.handle),
    *(Action(action_id, hand_over.handle) for action_id in hand_over.IDS),
    Action(more.ID, more.handle),
    Action(same_again.ID, same_again.handle),
    Action(compare.ID, compare.handle),
    *(Action(action_id, judge_question.handle) for action_id in judge_question.IDS),
    Action(post_checklist.ID, post_checklist.handle),
    Action(tick.ID, tick.handle),
    Action(lists.PING, lists.open_list),
    Action(lists.OPEN, lists.open_list),
    Action(lists.PAGE, lists.turn_page),
    Action(ping.SWAP, ping.ask_swap),
    Action(ping.AWAY, ping.say_away),
    Action(swap_answer.ACCEPT, swap_answer.handle),
    Action(swap_answer.DECLINE, swap_answer.handle),
    Action(loose.NOTHING, loose.nothing),
    Action(loose.JOIN, loose.join),
    Action(loose.ALERT, loose.make_alert),
    Action(home_ask.ID, home_ask.handle),
    Action(drill_end.ID, drill_end.handle),
    *(Action(action_id, incident_role.handle) for action_id in incident_role.IDS),
    *(Action(action_id, incident_tick.handle) for action_id in incident_tick.IDS),
    *(Action(action_id, incident_forms.handle) for action_id in incident_forms.IDS),
    Action(part_of_incident.ID, part_of_incident.handle),
    Action(fix_done.ID, fix_done.handle),
)
