"""A runbook's checklist as a thread message whose boxes anyone can tick; its press read back. Used by the lines."""

from __future__ import annotations

from collections.abc import Collection

from bot.domain.alert import Alert
from bot.domain.checklist import Checklist, Item
from bot.domain.ticking import Ticked
from bot.slack.blocks.elements import (
    CHECKBOX_OPTIONS,
    OPTION_TEXT,
    actions,
    block_id,
    checkboxes,
    context,
    option,
    section,
)
from bot.slack.blocks.look import Json, Look, Message
from bot.slack.blocks.spoken import Spoken, message
from bot.slack.text import cut, inert

TICK = "runbook_tick"
"""action_id of each group of boxes; the block tells which."""
PART = "checklist"


def checklist(effect: Spoken, alert: Alert, look: Look) -> Message:
    """The checklist as the alert has it now: at its posting, and at each edit."""
    number = effect.values.get("number", "")
    listed = next((one for one in alert.checklists if str(one.number) == number), None)
    if listed is None:
        return message(look.text("line.checklist_plain"), effect)
    title = look.text("line.checklist", title=inert(listed.title, 100), heading=inert(listed.heading, 100))
    head = "\n".join(filter(None, (f"*{title}*", listed.words)))
    parts = range(0, len(listed.items), CHECKBOX_OPTIONS)
    blocks = [
        section(head, block_id(alert.id, "head")),
        *(_boxes(alert, listed, part, look) for part in range(len(parts))),
        context(_how_far(listed, look), block_id(alert.id, "done")),
    ]
    return Message(f"{title} · {_how_far(listed, look)}", blocks)


def _boxes(alert: Alert, listed: Checklist, part: int, look: Look) -> Json:
    """Ten boxes at the most. What they show first stands in the block's id, so that Slack takes it for a new block
    and a press tells what that screen showed.
    """
    first = part * CHECKBOX_OPTIONS
    numbered = list(enumerate(listed.items))[first : first + CHECKBOX_OPTIONS]
    options = [_option(n, item, look) for n, item in numbered]
    done = [n for n, item in numbered if item.is_done]
    shown = "-".join(str(n) for n in done)
    block = block_id(alert.id, PART, str(listed.number), str(part), str(listed.version), shown)
    return actions([checkboxes(TICK, options, [str(n) for n in done])], block)


def _option(number: int, item: Item, look: Look) -> Json:
    """The item, below it what of it had no room, and who ticked it when."""
    text, rest = _halved(item.text)
    who = ""
    if item.at is not None:
        who = look.text("line.checklist_by", name=item.by_name, when=look.words.moment(item.at, look.now))
    room = OPTION_TEXT - len(who) - 3
    below = look.text("joint.facts").join(filter(None, (cut(rest, max(room, 1)), who)))
    return option(str(number), text, below=below)


def _halved(text: str) -> tuple[str, str]:
    """What fits on the box's own line, cut between two words where there are words, and the rest."""
    if len(text) <= OPTION_TEXT:
        return text, ""
    at = text.rfind(" ", OPTION_TEXT // 2, OPTION_TEXT)
    at = at if at > 0 else OPTION_TEXT
    return text[:at], text[at:].strip()


def _how_far(listed: Checklist, look: Look) -> str:
    n = len(listed.items)
    key = "line.checklist_all" if listed.done == n else "line.checklist_done"
    return look.text(key, done=listed.done, total=n)


def read_tick(block: str, selected: Collection[str]) -> Ticked | None:
    """A press as `_boxes` made its block; None for a block that is none of ours."""
    parts = block.split(":")
    if len(parts) != 7 or parts[2] != PART:
        return None
    try:
        number, part, version = (int(one) for one in parts[3:6])
        shown = frozenset(int(one) for one in parts[6].split("-") if one)
        return Ticked(number, part, version, shown, frozenset(int(one) for one in selected))
    except ValueError:
        return None
