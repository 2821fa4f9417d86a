"""The permanent fixes that are still to come, on top of every Home. Used by the Home."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.alert import Alert
from bot.slack.blocks import speech
from bot.slack.blocks.buttons import alert_button
from bot.slack.blocks.elements import context, section
from bot.slack.blocks.incident import fix_of
from bot.slack.blocks.look import Json, Look

MOST_FIXES = 5
"""That stand on the Home, the oldest first; more than these are counted below. Ours."""
TITLE_MOST = 80


def fixes(alerts: Sequence[Alert], look: Look) -> list[Json]:
    """One section each, with *Done*; nothing where none is awaited."""
    if not alerts:
        return []
    blocks = [section(f"*{look.text('home.fixes')}*", "fixes")]
    for alert in alerts[:MOST_FIXES]:
        done = alert_button("fix_done", alert, look)
        blocks.append(section(_row(alert, look), f"fix:{alert.id}"[:255], done))
    if (more := len(alerts) - MOST_FIXES) > 0:
        blocks.append(context(look.text("home.fixes_more", n=more), "fixes:more"))
    return [*blocks, {"type": "divider", "block_id": "fixes:end"}]


def _row(alert: Alert, look: Look) -> str:
    """What it was, whose its fix is, and since when it is restored."""
    incident = alert.incident
    at = incident.restored_at if incident else None
    return "\n".join(
        (
            f":pushpin: *{speech.title(alert, look, TITLE_MOST)}*",
            speech.facts(
                fix_of(alert, look),
                look.text("home.restored", when=look.words.moment(at, look.now)) if at else "",
                speech.way(look.card_url(alert), "line.to_card", look),
                look=look,
            ),
        )
    )
