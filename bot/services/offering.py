"""What one alert's change means for the cards of others: "part of the incident" comes and goes. For `Desk.keep`."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.alert import Alert, AlertState
from bot.domain.effects import EditCard, Outcome
from bot.domain.joining import leave, may_join
from bot.ports import Change


def offers(change: Change, before: Alert | None, now: Alert) -> Iterator[EditCard]:
    """Cards that stand are drawn anew when an incident begins or ends, so that none offers what is over."""
    if (before is not None and before.leads_incident) == now.leads_incident:
        return
    for other in change.alerts((AlertState.OPEN,)):
        if other.card is not None and may_join(other, now):
            yield EditCard(other.id)


def left(change: Change, before: Alert | None, now: Alert) -> Outcome | None:
    """The incident that an alert was part of until this change, without it; None where that is not so."""
    if before is None or not before.part_of or before.part_of == now.part_of:
        return None
    lead = change.alert(before.part_of)
    return leave(now, lead) if lead is not None else None
