"""Use case: whoever the bot would call next is looked at once an hour; what is with someone who has left moves on.

Ticked by `jobs.presence`, before the ping and the chases of the same tick.
"""

from __future__ import annotations

from bot.domain.chasing import WAITING_STATES
from bot.services.desk import Desk
from bot.services.people import People
from bot.services.roster import reassign
from bot.services.rotation import revise_ping


def see_who_is_there(desk: Desk, people: People) -> bool:
    """Ask Slack about those who are called next. Where one takes no turns any more (or does again), their open items
    and today's ping follow at once. Returns whether something has changed.
    """
    has_changed = people.look_again(those_called(desk))
    if has_changed:
        desk.refresh_policy()
        reassign(desk)
        revise_ping(desk)
    return has_changed


def those_called(desk: Desk) -> tuple[str, ...]:
    """Whom a ping, a chase or a nudge may name next, each once: today's and the next duty, backups, owners.

    Those who are called at night are among them at any hour, the whole team while something large waits.
    """
    policy = desk.policy()
    today = policy.calendar.business_day_of(desk.clock.now())
    duties = [policy.duty_of(day) for day in (today, policy.calendar.next_business_day(today))]
    waiting = desk.store.alerts(WAITING_STATES)
    groups = (
        *((duty.responder or "", *duty.backups) for duty in duties),
        policy.rotation.backup,
        policy.rotation.after_hours,
        *((alert.owner or "", *alert.backups) for alert in waiting),
        policy.rotation.team if any(alert.is_urgent for alert in waiting) else (),
    )
    return tuple(dict.fromkeys(person for group in groups for person in group if person))
