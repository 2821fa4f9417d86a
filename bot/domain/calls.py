"""What stands where a reminder, chase or nudge stood, once it is over: what came of it. Called by `domain.chasing`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.alert import Alert, AlertState
from bot.domain.effects import Effect, Remove, Revise
from bot.domain.entries import Entry, EntryKind
from bot.domain.lines import Line


def taken_away(alert: Alert) -> tuple[Effect, ...]:
    """A newer reminder or chase stands a business day later: the older one helps nobody any more and goes."""
    return (Remove(alert.last_call, alert.id),) if alert.last_call else ()


def called_again(alert: Alert, now: datetime) -> tuple[Effect, ...]:
    """A newer nudge stands some minutes later: whoever opens the older one, woken by it, is sent on to that."""
    return _over(alert, {"how": "again", "at": now.isoformat()})


def came_of(alert: Alert, entries: Sequence[Entry] = (), now: datetime | None = None) -> tuple[Effect, ...]:
    """Someone acted, in Slack (`entries` say how) or in Sentry: the call says what came of it, and asks no more."""
    return _over(alert, _what_came(alert, entries, now))


def _over(alert: Alert, values: dict[str, str]) -> tuple[Effect, ...]:
    if not alert.last_call:
        return ()
    return (Revise(alert.last_call, Line.CLEARED, about=alert.id, values=values, alert_id=alert.id),)


def _what_came(alert: Alert, entries: Sequence[Entry], now: datetime | None) -> dict[str, str]:
    """What is said of it: never by whom, for it stands beside a deadline."""
    if now is None:
        return _as_it_stands(alert)
    at, kinds = {"at": now.isoformat()}, {entry.kind for entry in entries}
    if EntryKind.RESPONDED in kinds and alert.state is AlertState.RESPONDED:
        return {"how": "responded", **at}
    if EntryKind.EXTENDED in kinds and alert.respond_by_at is not None:
        return {"how": "extended", "at": alert.respond_by_at.isoformat()}
    if EntryKind.HANDED_OVER in kinds:
        return {"how": "handed_over", **at}
    if EntryKind.DECIDED in kinds and alert.decision is not None:
        return _as_it_stands(alert)
    if not entries and alert.is_discussed:
        return {"how": "discussed", **at}
    return {"how": "seen", **at}


def _as_it_stands(alert: Alert) -> dict[str, str]:
    """How it was closed, or else judged."""
    if alert.state is AlertState.CLOSED and alert.closing is not None:
        return {"how": "closed", "at": alert.closing.at.isoformat()}
    if alert.decision is None:
        return {}
    return {
        "how": "judged",
        "level": alert.decision.verdict.value,
        "at": alert.decision.at.isoformat(),
    }
