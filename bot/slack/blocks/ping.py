"""The morning ping: one message with one mention, that says who is on duty and what is open. Used by lines."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.rotation import Duty, DutyWhy
from bot.slack.blocks import duties, speech
from bot.slack.blocks.buttons import confirm
from bot.slack.blocks.elements import actions, button, context, section
from bot.slack.blocks.look import Json, Look, Message
from bot.slack.blocks.spoken import Spoken, day, instant, read_name
from bot.slack.text import inert

WELL = "well"
"""What the small print's path is when nothing is amiss; else the parts that are, with commas between."""
PATH_PARTS = ("sentry", "store", "slack", "people", "rules")
"""The parts that have words of their own."""
FRIDAY = 4


def ping(effect: Spoken, look: Look) -> Message:
    """The ping of one day; also after someone went away, when it says who is on duty now."""
    given = effect.values
    today = day(given.get("day", "")) or look.now.astimezone(look.words.timezone).date()
    greeting = _greeting(effect, today, look)
    counts = _counts(effect, look)
    lines = [greeting, counts, _overdue(effect, look)]
    more = [_week(effect, today, look) or _next(effect, today, look), _away(effect, look)]
    small = speech.facts(_path(effect, look), _since(effect, look), look=look)
    blocks = [
        section("\n".join(filter(None, lines)), "line:ping"),
        *([section("\n".join(filter(None, more)), "ping:days")] if any(more) else []),
        *([context(small, "ping:path")] if small else []),
        actions(_buttons(effect, today, look), "ping:row"),
    ]
    return Message(f"{greeting} {counts}", blocks)


def _greeting(effect: Spoken, today: date, look: Look) -> str:
    given = effect.values
    responder = given.get("responder") or None
    backups = tuple(each for each in given.get("backups", "").split(",") if each)
    duty = Duty(today, responder, backups, DutyWhy.ROTATION, given.get("instead_of") or None)
    date_text = look.words.date(today, look.now)
    if not effect.mention and responder is None:
        return look.text("line.ping_nobody", date=date_text)
    who = speech.people(effect.mention, look) or speech.named(responder, look)
    values = {"date": date_text, "who": who, "instead": duties.instead_of(duty, look)}
    names = speech.names(backups[: duties.NAMED_BACKUPS], look)
    return look.text("line.ping", **values, name=names) if names else look.text("line.ping_plain", **values)


def _counts(effect: Spoken, look: Look) -> str:
    a, b, c = (
        read_name(effect.values.get(key) or "0", look) for key in ("to_judge", "in_progress", "due_today")
    )
    if (a, b) == ("0", "0"):
        return look.text("line.ping_nothing")
    return look.text("line.ping_counts", a=a, b=b, c=c)


def _overdue(effect: Spoken, look: Look) -> str:
    """The one list of what is past its deadline; the alerts, not who was to look at them."""
    ids = [inert(each, 40) for each in effect.values.get("overdue", "").split(",") if inert(each)][:10]
    if not ids:
        return ""
    count = effect.values.get("overdue_count", "")
    left = int(count) - len(ids) if count.isdecimal() and len(count) < 9 else 0
    shown = look.text("joint.list").join(ids)
    if left > 0:
        shown = look.text("line.ping_overdue_more", ids=shown, left=left)
    return look.text("line.ping_overdue", n=len(ids) + max(left, 0), ids=shown)


def _week(effect: Spoken, today: date, look: Look) -> str:
    """The names of the week with its days off in their places; empty but on its first business day."""
    pairs = [each.partition("=") for each in effect.values.get("week", "").split(";")[:7]]
    named = [
        Duty(found, who or None, (), DutyWhy.ROTATION) for which, _, who in pairs if (found := day(which))
    ]
    if len(named) < 2:
        return ""
    last = named[-1].date
    friday = last + timedelta(days=max(FRIDAY - last.weekday(), 0))
    off = [duties.day_line(each, look) for each in duties.days_off_between(last, friday + duties.DAY)]
    return look.text("line.ping_week", days=look.text("joint.facts").join([*duties.week(named, look), *off]))


def _next(effect: Spoken, today: date, look: Look) -> str:
    following, who = day(effect.values.get("next_day", "")), effect.values.get("next")
    if following is None or not who:
        return ""
    return duties.next_duty(today, Duty(following, who, (), DutyWhy.ROTATION), look)


def _away(effect: Spoken, look: Look) -> str:
    names = speech.names(effect.values.get("away", "").split(",")[:20], look)
    return look.text("line.ping_away", names=names) if names else ""


def _path(effect: Spoken, look: Look) -> str:
    """What the bot found of its own path this morning; nothing when it did not look."""
    path, checked = effect.values.get("path", ""), instant(effect.values.get("checked", ""))
    if not path:
        return ""
    key = "line.ping_well" if path == WELL else "line.ping_not_well"
    parts = look.text("joint.list").join(_part(part, look) for part in path.split(",")[:10])
    if checked is None:
        return look.text(f"{key}_plain", parts=parts)
    return look.text(key, time=look.words.time(checked), parts=parts)


def _part(name: str, look: Look) -> str:
    return look.text(f"path_part.{name}") if name in PATH_PARTS else inert(name, 40)


def _since(effect: Spoken, look: Look) -> str:
    """How many alerts came since the ping before this one, and how many have a card; the first ping has none before."""
    since, shown = instant(effect.values.get("since", "")), effect.values.get("shown", "")
    arrived = effect.values.get("arrived", shown)
    if since is None or not (shown + arrived).isdecimal() or look.words.same_day(since, look.now):
        return ""
    values = {"n": read_name(arrived, look), "shown": read_name(shown, look)}
    return look.text("line.ping_since", when=look.words.moment(since, look.now), **values)


def _buttons(effect: Spoken, today: date, look: Look) -> list[Json]:
    row = [
        button("ping_list", look.text("button.ping_list"), "all"),
        button("ping_swap", look.text("button.ping_swap"), today.isoformat()),
    ]
    who = effect.values.get("responder", "")
    if who:
        name = speech.named(who, look)
        sure = confirm(
            look.text("confirm_away.title"),
            look.text("confirm_away.text", name=name),
            look.text("confirm_away.confirm"),
            look.text("confirm_large.deny"),
        )
        value = f"{today.isoformat()}:{who[:100]}"
        row.append(button("ping_away", look.text("button.ping_away"), value, confirm=sure))
    return row
