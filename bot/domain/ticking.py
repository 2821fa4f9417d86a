"""The rules of ticking a checklist: posted once, ticked and unticked by anyone, two at once both count.

Slack tells which boxes are ticked on the screen of the one who pressed, and that screen may be behind. So a press is
read as the difference to what that screen showed before, and only the difference is done.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.alert import Alert
from bot.domain.checklist import Checklist, Draft, Item, Touch
from bot.domain.effects import Effect, Outcome, Revise, Say, effect_id
from bot.domain.entries import Entry, EntryKind
from bot.domain.errors import UserError
from bot.domain.lines import Line

MOST_TOUCHES = 30
"""Last ticks that are remembered; ours: more people than tick one list within the second that an edit takes."""


@dataclass(frozen=True)
class Ticked:
    """A press on one part of a checklist: which version that screen showed, ticked where, and what is ticked now."""

    number: int
    part: int
    version: int
    shown: frozenset[int]
    selected: frozenset[int]


def post(alert: Alert, draft: Draft) -> Outcome:
    """The checklist in the alert's thread; the same section once, however often it is asked for."""
    if any(known.is_of(draft) for known in alert.checklists):
        return Outcome(alert)
    items = tuple(Item(text) for text in draft.items)
    made = Checklist(len(alert.checklists) + 1, draft.title, draft.heading, draft.words, items)
    return Outcome(replace(alert, checklists=(*alert.checklists, made)), (said(alert, made.number),))


def said(alert: Alert, number: int) -> Say:
    """The thread message of that checklist."""
    return Say(alert.id, Line.CHECKLIST, about=str(number), values={"number": str(number)})


def tick(alert: Alert, press: Ticked, by: str, by_name: str, now: datetime) -> Outcome:
    """Tick and untick what this press changed. Raises UserError when the alert has no such checklist."""
    listed = next((one for one in alert.checklists if one.number == press.number), None)
    if listed is None:
        raise UserError("error.unknown_checklist")
    before = _on_screen(listed, press, by)
    changed = [n for n in sorted(before ^ press.selected) if 0 <= n < len(listed.items)]
    news = [n for n in changed if listed.items[n].is_done is not (n in press.selected)]
    touch = Touch(by, press.part, press.version, tuple(sorted(press.selected)))
    others = [one for one in listed.touches if (one.user_id, one.part) != (by, press.part)]
    items = list(listed.items)
    for n in news:
        text = items[n].text
        items[n] = Item(text, by, by_name, now) if n in press.selected else Item(text)
    ticked = replace(
        listed,
        items=tuple(items),
        version=listed.version + bool(news),
        touches=(*others, touch)[-MOST_TOUCHES:],
    )
    checklists = tuple(ticked if one is listed else one for one in alert.checklists)
    entries = tuple(_entry(alert, ticked, n, by, by_name, now) for n in news)
    return Outcome(replace(alert, checklists=checklists), _shown(alert, ticked) if news else (), entries)


def _on_screen(listed: Checklist, press: Ticked, by: str) -> frozenset[int]:
    """What was ticked on that screen before: what the message showed, or what this person last made of it."""
    for touch in listed.touches:
        if (touch.user_id, touch.part, touch.version) == (by, press.part, press.version):
            return frozenset(touch.ticked)
    return press.shown


def _shown(alert: Alert, listed: Checklist) -> tuple[Effect, ...]:
    """The message is edited in place; what it shows is read from the store when that is done."""
    of = said(alert, listed.number)
    return (Revise(effect_id(of), of.line, about=of.about, values=of.values, alert_id=alert.id),)


def _entry(alert: Alert, listed: Checklist, n: int, by: str, by_name: str, now: datetime) -> Entry:
    item = listed.items[n]
    kind = EntryKind.TICKED if item.is_done else EntryKind.UNTICKED
    return Entry(
        id=f"{alert.id}:checklist:{listed.number}.{n + 1}:{listed.version}",
        kind=kind,
        at=now,
        alert_id=alert.id,
        issue_id=alert.issue_id,
        by=by,
        by_name=by_name,
        details={"item": item.text, "checklist": f"{listed.title}: {listed.heading}"},
    )
