"""Who is on duty on which day, and which days are off between, in words. Used by the ping, the rotation, the Home."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot.domain.calendar import WEEKEND
from bot.domain.rotation import Duty
from bot.slack.blocks import speech
from bot.slack.blocks.look import Look
from bot.slack.text import inert

DAY = timedelta(days=1)
NAMED_DAYS_OFF = 2
"""More days off in a row than this are told as one span."""
NAMED_BACKUPS = 2
LONGEST_SPAN = 31
"""Days looked at between two business days; ours: a longer closing is told by its ends alone."""


def on_duty(duty: Duty, look: Look) -> str:
    """`Aiko Tanaka (in place of Chika Sato), backup: Ben Mori`, as plain words."""
    if duty.responder is None:
        return look.text("person.nobody")
    name = look.text("duty.person", name=speech.named(duty.responder, look), instead=instead_of(duty, look))
    backups = speech.names(duty.backups[:NAMED_BACKUPS], look)
    return look.text("duty.with_backup", duty=name, backup=backups) if backups else name


def instead_of(duty: Duty, look: Look) -> str:
    """In whose place; empty when it is one's own turn."""
    if not duty.instead_of:
        return ""
    return look.text("duty.instead_of", name=speech.named(duty.instead_of, look))


def next_duty(after: date, duty: Duty, look: Look) -> str:
    """`Next: Wed 4 Nov, Chika Sato (3 Nov is Culture Day)`; empty where nobody could be."""
    if duty.responder is None:
        return ""
    values = {"date": look.words.date(duty.date, look.now), "name": speech.named(duty.responder, look)}
    off = told_off(days_off_between(after, duty.date), look)
    return look.text("duty.next_off", **values, off=off) if off else look.text("duty.next", **values)


def week(named: Sequence[Duty], look: Look) -> list[str]:
    """A line a day for consecutive duties, with the days off between them in their places."""
    lines: list[str] = []
    for number, duty in enumerate(named):
        if number:
            lines += [day_line(each, look) for each in days_off_between(named[number - 1].date, duty.date)]
        date_text = look.words.date(duty.date, look.now)
        lines.append(look.text("duty.of_day", date=date_text, duty=on_duty(duty, look)))
    return lines


def day_line(day: date, look: Look) -> str:
    """A day off as its own line."""
    return look.text(
        "duty.of_day", date=look.words.date(day, look.now), duty=_name(day, look) or look.text("duty.alone")
    )


def days_off_between(first: date, last: date) -> list[date]:
    """The weekdays strictly between two business days that follow each other: none of them is worked."""
    span = min((last - first).days, LONGEST_SPAN)
    days = [first + DAY * ahead for ahead in range(1, span)]
    return [day for day in days if day.weekday() not in WEEKEND]


def told_off(days: Sequence[date], look: Look) -> str:
    """What these days are; a long row of them by its ends."""
    if len(days) > NAMED_DAYS_OFF:
        ends = {"first": look.words.day(days[0], look.now), "last": look.words.day(days[-1], look.now)}
        return look.text("duty.days_off", **ends)
    said = [
        look.text("duty.day_off", date=look.words.day(day, look.now), name=day_off(day, look)) for day in days
    ]
    return look.text("joint.list").join(said)


def day_off(day: date, look: Look) -> str:
    """The holiday's name, or that it is a day off."""
    return _name(day, look) or look.text("duty.unnamed")


def _name(day: date, look: Look) -> str:
    return inert(look.day_off_name(day, look.words.language) or "", 60)
