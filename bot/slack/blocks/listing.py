"""Alerts in lists, for who asks for them: a page of twenty in a modal, ten in an answer; and one issue's log."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.alert import Alert
from bot.domain.entries import Entry
from bot.slack.blocks import speech, where
from bot.slack.blocks.drill_mark import mark as drill_mark
from bot.slack.blocks.elements import actions, button, context, section
from bot.slack.blocks.entries import entry_text
from bot.slack.blocks.look import Json, Look, Message
from bot.slack.blocks.modal import page as page_view
from bot.slack.text import inert

ALERT_LIST = "alert_list"
PAGE_SIZE = 20
ANSWERED = 10
"""Alerts in an answer; the rest behind a button."""
LOGGED = 20
"""Entries in an answer, the newest; `triage log` has all."""
LOG_TEXT = 8000
"""Characters of an answered log; all text of a message is refused from about 13,200."""
TITLE_MOST = 80
ALL = "all"
MINE = "mine"


def alert_list(alerts: Sequence[Alert], look: Look, *, title_key: str, page: int) -> Json:
    """One page of the list, counted from 0; a page that is gone is the last one. `title_key` names whose list it is."""
    kind = MINE if title_key == "list.mine_title" else ALL
    last = max(0, (len(alerts) - 1) // PAGE_SIZE)
    page = max(0, min(page, last))
    first = page * PAGE_SIZE
    shown = alerts[first : first + PAGE_SIZE]
    blocks = [section(row(alert, look, mine=kind == MINE), f"row:{alert.id}"[:255]) for alert in shown]
    if not shown:
        blocks = [section(look.text(f"list.{kind}_none"), "none")]
    if last:
        span = look.text("list.span", first=first + 1, last=first + len(shown), total=len(alerts))
        blocks.append(context(span, "span"))
        blocks += _turning(kind, page, last, look)
    return page_view(ALERT_LIST, look.text(title_key), blocks, look)


def _turning(kind: str, page: int, last: int, look: Look) -> list[Json]:
    """The ways on and back, each in a block of its own: they share one action id."""
    ways: list[Json] = []
    if page < last:
        to_next = button("list_page", look.text("button.list_next"), f"{kind}:{page + 1}")
        ways.append(actions([to_next], "turn:next"))
    if page > 0:
        to_last = button("list_page", look.text("button.list_back"), f"{kind}:{page - 1}")
        ways.append(actions([to_last], "turn:back"))
    return ways


def list_text(alerts: Sequence[Alert], look: Look, *, mine: bool) -> Message:
    """The first ten, and a button to all where there are more."""
    kind = MINE if mine else ALL
    if not alerts:
        none = look.text(f"list.{kind}_none")
        return Message(none, [section(none, "none")])
    real = sum(1 for alert in alerts if not alert.drill)
    head = look.text(f"list.{kind}_head", n=real) if real else look.text(f"list.{kind}_none")
    blocks = [section(f"*{head}*", "head")]
    blocks += [section(row(a, look, mine=mine), f"row:{a.id}"[:255]) for a in alerts[:ANSWERED]]
    if len(alerts) > ANSWERED:
        blocks.append(actions([open_list(kind, len(alerts), look)], "all"))
    return Message(head, blocks)


def open_list(kind: str, n: int, look: Look) -> Json:
    """The button to the whole list: `all` or `mine`."""
    return button("open_alert_list", look.text("button.open_alert_list", n=n), kind)


def row(alert: Alert, look: Look, *, mine: bool) -> str:
    """One alert in two lines: what it is; what is awaited by when, of whom. Nobody is mentioned."""
    mark = ":rotating_light:" if alert.is_suspected_large else speech.EMOJI.get(alert.state, ":bell:")
    return "\n".join(
        (
            f"{mark} *{speech.title(alert, look, TITLE_MOST)}*",
            speech.facts(
                drill_mark(alert, look),
                where.until(alert, look),
                look.text("card.events", n=alert.count) if alert.count is not None else "",
                "" if mine else look.text("card.owner", who=speech.named(alert.owner, look)),
                look.text("list.discussed") if alert.is_discussed else "",
                speech.way(look.card_url(alert), "line.to_card", look),
                look=look,
            ),
        )
    ).rstrip()


def log_text(entries: Sequence[Entry], alert: Alert, look: Look) -> Message:
    """What happened to an issue, newest first. `entries`: the log of all its rounds, oldest first."""
    title = speech.title(alert, look, TITLE_MOST)
    blocks, length = [section(f"*{title}*", "head")], 0
    for number, entry in enumerate(reversed(entries[-LOGGED:])):
        text = entry_text(entry, look)
        length += len(text)
        if length > LOG_TEXT:
            break
        blocks.append(section(text, f"entry:{number}"))
    left_out = len(entries) - (len(blocks) - 1)
    if not entries:
        blocks.append(section(look.text("form.history_none"), "none"))
    elif left_out:
        issue = inert(speech.issue_name(alert, look), 40)
        blocks.append(context(look.text("entry.left_out", n=left_out, id=issue), "left_out"))
    return Message(title, blocks)
