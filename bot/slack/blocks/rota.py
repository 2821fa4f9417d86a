"""The forms of a swap and of an absence, and the pages of who is on duty when. Opened by commands and the ping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.domain.rotation import Duty
from bot.slack.blocks import duties as wording
from bot.slack.blocks import read, speech
from bot.slack.blocks.elements import field, option, plain, section, select
from bot.slack.blocks.look import Json, Look, Message
from bot.slack.blocks.modal import form, page
from bot.slack.text import is_user_id

SWAP = "swap"
AWAY = "away"
ON_CALL = "oncall"
TAKER_BLOCK = "taker"
"""The block of the question who is asked: what is wrong with the answer is said there."""
MOST_DAYS = 31
"""Days on one page; Slack takes 100 blocks a view."""
MOST_TURNS = 100
"""Options of a select: https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element"""


def swap_form(look: Look, days: Sequence[date], people_hint: str) -> Json:
    """Ask another to take one of one's own turns, which are `days`; `people_hint` names who shares the duty."""
    hint = look.text("form.swap_taker_hint", names=people_hint) if people_hint else ""
    blocks = [
        section(look.text("form.swap_head"), "head"),
        field("day", look.text("form.swap_day"), _turn(look, days)),
        field(TAKER_BLOCK, look.text("form.swap_taker"), _person(read.TAKER, look), hint=hint),
        field(
            "in_return",
            look.text("form.swap_in_return"),
            _calendar(read.IN_RETURN, look),
            hint=look.text("form.swap_in_return_hint"),
            optional=True,
        ),
    ]
    return form(SWAP, look.text("form.swap_title"), look.text("form.swap_submit"), blocks, "{}", look)


def away_form(look: Look, user_id: str, today: date, *, for_other: bool) -> Json:
    """From which day to which someone is away; who it is, `user_id` at first, is asked only where it is another."""
    blocks = [
        section(look.text("form.away_head"), "head"),
        field("first", look.text("form.away_first"), _calendar(read.FIRST, look, today)),
        field(
            "last",
            look.text("form.away_last"),
            _calendar(read.LAST, look),
            hint=look.text("form.away_last_hint"),
            optional=True,
        ),
    ]
    if for_other:
        blocks.insert(1, field("person", look.text("form.away_person"), _person(read.PERSON, look, user_id)))
    return form(AWAY, look.text("form.away_title"), look.text("form.save"), blocks, "{}", look)


def oncall_page(duties: Sequence[Duty], look: Look, away: Mapping[date, tuple[str, ...]]) -> Json:
    """The coming business days: who is on duty, who backs up, who is away, and the days off between."""
    blocks: list[Json] = []
    shown = duties[:MOST_DAYS]
    for number, duty in enumerate(shown):
        if number:
            blocks += _days_off(shown[number - 1].date, duty.date, look)
        blocks.append(section(_day(duty, away.get(duty.date, ()), look), f"day:{duty.date.isoformat()}"))
    if not blocks:
        blocks = [section(look.text("person.nobody"), "none")]
    return page(ON_CALL, look.text("form.oncall_title"), blocks, look)


def oncall_text(duties: Sequence[Duty], look: Look) -> Message:
    """Who is on duty now, and next."""
    if not duties:
        return _said(look.text("person.nobody"))
    now, *coming = duties
    values = {"date": look.words.date(now.date, look.now), "duty": wording.on_duty(now, look)}
    lines = [look.text("duty.now", **values)]
    if coming:
        lines.append(wording.next_duty(now.date, coming[0], look))
    return _said("\n".join(filter(None, lines)))


def _said(text: str) -> Message:
    return Message(text, [section(text, "oncall")])


def _day(duty: Duty, away: Sequence[str], look: Look) -> str:
    date_text = f"*{look.words.date(duty.date, look.now)}*"
    line = look.text("duty.of_day", date=date_text, duty=wording.on_duty(duty, look))
    names = speech.names(away[:20], look)
    return f"{line}\n{look.text('duty.away', names=names)}" if names else line


def _days_off(before: date, after: date, look: Look) -> list[Json]:
    text = wording.told_off(wording.days_off_between(before, after), look)
    return [section(text, f"off:{after.isoformat()}")] if text else []


def _turn(look: Look, days: Sequence[date]) -> Json:
    """One's own turns to choose from; a calendar where they are not known."""
    if not days:
        return _calendar(read.DAY, look)
    turns = [option(each.isoformat(), look.words.date(each, look.now)) for each in days[:MOST_TURNS]]
    return select(read.DAY, look.text("form.swap_day"), turns, days[0].isoformat())


def _calendar(action_id: str, look: Look, initial: date | None = None) -> Json:
    made: Json = {
        "type": "datepicker",
        "action_id": action_id,
        "placeholder": plain(look.text("form.choose_day"), 150),
    }
    if initial is not None:
        made["initial_date"] = initial.isoformat()
    return made


def _person(action_id: str, look: Look, initial: str = "") -> Json:
    made: Json = {
        "type": "users_select",
        "action_id": action_id,
        "placeholder": plain(look.text("form.choose_person"), 150),
    }
    if is_user_id(initial):
        made["initial_user"] = initial
    return made
