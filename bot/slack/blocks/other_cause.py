"""That an archived issue has events of another cause: on the new card, and in the old card's thread. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.alert import Alert, Return
from bot.domain.cause import Cause
from bot.slack.blocks import speech
from bot.slack.blocks.look import Look, Message
from bot.slack.blocks.spoken import Spoken, mentioned, message
from bot.slack.text import inert

PART_MOST = 80
"""Characters of a transaction or a place."""


def came_back(alert: Alert, look: Look) -> str:
    """Why this round was opened, as a sentence; empty when it is the first one."""
    return archived_for_another(alert, look) or speech.came_back(alert, look)


def warning(alert: Alert, look: Look) -> str:
    """The warning of the new card, with what was decided then below; empty where it is not about another cause."""
    said, last = archived_for_another(alert, look), speech.last_time(alert, look)
    if not said or last is None:
        return said and f":warning: {said}"
    values = {"level": last.level, "date": last.date}
    if last.reason:
        then = look.text("card.came_back_reason", **values, reason=last.reason)
    else:
        then = look.text("card.came_back_last", **values)
    return f":warning: {said}\n{then}"


def names_its_twin(alert: Alert) -> bool:
    """Whether the look-alike is an earlier round of this very issue, of which the warning speaks already."""
    is_other = alert.comeback is not None and alert.comeback.why is Return.OTHER_CAUSE
    return is_other and alert.twin is not None and alert.twin.alert_id.startswith(f"{alert.issue_id}-")


def archived_for_another(alert: Alert, look: Look) -> str:
    """`Archived as Small for ...` with the events counted until now; empty where it is not about that."""
    comeback = alert.comeback
    if comeback is None or comeback.why is not Return.OTHER_CAUSE:
        return ""
    return _sentence(comeback.old or Cause(), comeback.new or Cause(), str(comeback.cases), look)


def said(effect: Spoken, _alert: Alert, look: Look) -> Message:
    """The line in the thread of the card that the archive was decided on."""
    old, new = (_cause(effect.values, side) for side in ("old", "new"))
    text = _sentence(old, new, inert(effect.values.get("n", ""), 12), look)
    return message(mentioned(text, effect, look), effect)


def _sentence(old: Cause, new: Cause, n: str, look: Look) -> str:
    named_old = _named(old, look) or look.text("line.other_cause_old")
    named_new = _named(new, look) or look.text("line.other_cause_new")
    return look.text("line.other_cause", old=named_old, new=named_new, n=n)


def _cause(values: Mapping[str, str], side: str) -> Cause:
    parts = ("transaction", "place", "step", "otherwise")
    return Cause(*(values.get(f"{side}_{part}", "") for part in parts))


def _named(cause: Cause, look: Look) -> str:
    step = speech.step_name(cause.step, look) if cause.step else ""
    parts = (cause.transaction, cause.place, step, cause.otherwise)
    return speech.facts(*(inert(part, PART_MOST) for part in parts), look=look)
