"""The buttons that act on one alert, the same wherever they stand: on the card, on chases, on questions."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.alert import Alert
from bot.domain.impact import Impact
from bot.slack.blocks.elements import button, mrkdwn, option, overflow, plain
from bot.slack.blocks.look import Json, Look

LEVELS = (Impact.LARGE, Impact.MEDIUM, Impact.SMALL)


def alert_button(action: str, alert: Alert, look: Look, words: str = "") -> Json:
    """The button of that action, carrying the alert; `words` names other words than the action's own."""
    word = words or action
    return button(action, look.text(f"button.{word}"), alert.id, look.text(f"label.{action}"))


def level_buttons(alert: Alert, look: Look) -> list[Json]:
    """Large, Medium, Small. No colour: it would suggest."""
    return [_level_button(level, alert, look) for level in LEVELS]


def more_menu(alert: Alert, kinds: Sequence[str], look: Look) -> Json:
    """The menu behind the three dots, with those of these kinds that make sense now."""
    url = look.runbook_url(alert)
    shown = [kind for kind in kinds if _makes_sense(kind, alert, look)]
    return overflow(
        "more",
        [option(kind, look.text(f"button.{kind}"), url if kind == "runbook" else "") for kind in shown],
    )


def _makes_sense(kind: str, alert: Alert, look: Look) -> bool:
    if kind == "runbook":
        return bool(look.runbook_url(alert)) or look.has_runbook(alert)
    return kind != "extend" or alert.respond_by_at is not None


def _level_button(level: Impact, alert: Alert, look: Look) -> Json:
    action = f"impact_{level.value}"
    confirm = confirm_large(look) if level is Impact.LARGE else None
    return button(action, look.text(f"button.{action}"), alert.id, look.text(f"label.{action}"), confirm)


def confirm_large(look: Look) -> Json:
    """Large is loud, so Slack itself asks once. It promises support's being told only where a channel is named."""
    return confirm(
        look.text("confirm_large.title"),
        look.text(f"confirm_large.text{'' if look.tells_support else '_without_support'}"),
        look.text("confirm_large.confirm"),
        look.text("confirm_large.deny"),
    )


def confirm(title: str, text: str, yes: str, no: str) -> Json:
    """Slack's own question before a press counts; `text` is mrkdwn, of 300 characters at the most."""
    return {
        "title": plain(title, 100),
        "text": mrkdwn(text),
        "confirm": plain(yes, 30),
        "deny": plain(no, 30),
    }
