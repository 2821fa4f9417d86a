"""The app's Home: who is on duty, what waits for the one who looks, how much waits in all. Published by an event."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.alert import Alert
from bot.domain.rotation import Duty
from bot.slack.blocks import duties as wording
from bot.slack.blocks import incident_home
from bot.slack.blocks.buttons import alert_button
from bot.slack.blocks.elements import actions, button, context, section
from bot.slack.blocks.listing import ALL, MINE, open_list, row
from bot.slack.blocks.look import Json, Look

MOST_MINE = 10
"""One's own alerts that stand on the Home; the rest is behind a button."""


def home(
    duty: Duty,
    next_duty: Duty,
    mine: Sequence[Alert],
    open_count: int,
    look: Look,
    fixes: Sequence[Alert] = (),
) -> Json:
    """One person's Home. `mine`: their own open alerts, the first due first; `open_count`: of all.

    `fixes`: incidents that await their permanent fix; they stand on top, for everybody.
    """
    today = look.text("duty.now", date=look.words.date(duty.date, look.now), duty=wording.on_duty(duty, look))
    following = wording.next_duty(duty.date, next_duty, look)
    ask = button("home_ask", look.text("button.home_ask"), "home", look.text("label.home_ask"))
    blocks = [
        *incident_home.fixes(fixes, look),
        section("\n".join(filter(None, (today, following))), "duty"),
        actions([ask], "ask"),
        {"type": "divider", "block_id": "between"},
        *_mine(mine, look),
        *_all(open_count, look),
        context(look.text("home.more"), "more"),
    ]
    return {"type": "home", "blocks": blocks}


def _mine(mine: Sequence[Alert], look: Look) -> list[Json]:
    if not mine:
        return [section(look.text("list.mine_none"), "mine")]
    real = sum(1 for alert in mine if not alert.drill)
    head = look.text("list.mine_head", n=real) if real else look.text("list.mine_none")
    blocks = [section(f"*{head}*", "mine")]
    for alert in mine[:MOST_MINE]:
        ask = alert_button("consult", alert, look)
        blocks.append(section(row(alert, look, mine=True), f"mine:{alert.id}"[:255], ask))
    if len(mine) > MOST_MINE:
        blocks.append(actions([open_list(MINE, len(mine), look)], "mine:all"))
    return blocks


def _all(open_count: int, look: Look) -> list[Json]:
    if not open_count:
        return [section(look.text("list.all_none"), "all")]
    return [section(look.text("list.all_head", n=open_count), "all", open_list(ALL, open_count, look))]
