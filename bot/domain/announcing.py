"""What is said because of a decision: in the thread, to support, and what differs from last time. For `deciding`."""

from __future__ import annotations

from bot.domain.alert import Alert
from bot.domain.decision import Decision, Verdict
from bot.domain.effects import Announce, Effect, Say
from bot.domain.guard import contradicts_last
from bot.domain.lines import ChannelUse, Line
from bot.domain.policy import Policy


def thread_lines(
    alert: Alert, decision: Decision, before: Decision | None, policy: Policy
) -> tuple[Effect, ...]:
    """What the thread says, and for a large one the support channel; a medium decision stands on the card alone."""
    lines: list[Effect] = []
    if before is not None and before.verdict is not decision.verdict:
        values = {
            "before": before.verdict.value,
            "level": decision.verdict.value,
            "reason": decision.reason,
            "name": decision.by_name,
        }
        lines.append(Say(alert.id, Line.CHANGED, about=decision.id, values=values))
        if before.verdict is Verdict.LARGE and not before.part_of:
            lines += to_support(Line.SUPPORT_CHANGED, decision.id, values, alert.id, policy)
    elif before is not None:
        return ()
    values = {"reason": decision.reason, "name": decision.by_name}
    if decision.verdict is Verdict.SMALL:
        lines.append(Say(alert.id, Line.SMALL, about=decision.id, values=values))
    elif decision.part_of:
        lines.append(Say(alert.id, Line.PART_OF, about=decision.id, values={"lead": decision.part_of}))
    elif decision.verdict is Verdict.LARGE:
        lines.append(
            Say(
                alert.id,
                Line.LARGE,
                about=decision.id,
                values=values,
                mention=policy.callable_at(alert, decision.at),
                broadcast=True,
            )
        )
        lines += to_support(Line.SUPPORT_TOLD, decision.id, values, alert.id, policy)
    elif decision.verdict is Verdict.NOT_OURS:
        lines.append(
            Say(alert.id, Line.NOT_OURS, about=decision.id, values={**values, "tell": decision.tell})
        )
    return tuple(lines)


def to_support(
    line: Line, about: str, values: dict[str, str], alert_id: str, policy: Policy
) -> tuple[Effect, ...]:
    """The line in the support channel; nothing where the rules name none."""
    if not policy.rules.channels.support:
        return ()
    return (Announce(line, about=about, values=values, channel=ChannelUse.SUPPORT, alert_id=alert_id),)


def asks_why(
    alert: Alert, decision: Decision, before: Decision | None, earlier: Alert | None
) -> tuple[Effect, ...]:
    """Once, in the thread: last time this cause was judged otherwise; what is different now helps whoever is next."""
    is_asked = decision.reason or decision.doubt or before is not None
    if is_asked or earlier is None or earlier.decision is None:
        return ()
    if not contradicts_last(alert, decision.verdict, earlier):
        return ()
    last = earlier.decision
    values = {
        "id": earlier.display_id,
        "before": last.verdict.value,
        "at": last.at.isoformat(),
        "reason": last.reason,
        "level": decision.verdict.value,
    }
    return (Say(alert.id, Line.AGAINST_LAST, about=decision.id, values=values),)
