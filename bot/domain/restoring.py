"""The rules of the end of an incident: restored, its review, the permanent fix. Called by `services.incident`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.alert import Alert
from bot.domain.announcing import to_support
from bot.domain.effects import EditCard, Effect, Outcome, Say, WriteNote
from bot.domain.entries import Entry, EntryKind
from bot.domain.errors import UserError
from bot.domain.handling import Doer, entry_of, moment_of, redraw, the_open
from bot.domain.incident import Happened
from bot.domain.lines import Line
from bot.domain.notes import review_note
from bot.domain.policy import Policy
from bot.domain.responding import Response, respond


@dataclass(frozen=True)
class Review:
    """What the form *Restored* says. It becomes a precedent: read again when the like happens."""

    happened: str
    helped: str
    cases: str
    told: str
    """`yes`, `no`, `support`."""
    owner: str
    owner_name: str


def restore(alert: Alert, review: Review, who: Doer, policy: Policy) -> Outcome:
    """Customers can go on. The alert is responded to, the review is kept, the permanent fix has an owner.

    The review's line and note stand for those of the response: nothing is said twice.

    Raises UserError once it is over.
    """
    incident = the_open(alert)
    moment = moment_of(Happened.RESTORED, who)
    restored = replace(incident, restored_at=who.at, fix_owner=review.owner).noted(moment)
    entry = _review_entry(alert, review, who)
    owner_is_asked = review.owner != who.user_id and policy.calendar.is_open(who.at)
    values = {"owner": review.owner, "owner_name": review.owner_name, "helped": review.helped}
    effects: list[Effect] = [
        Say(
            alert.id,
            Line.RESTORED,
            about=entry.id,
            values=values,
            mention=(review.owner,) if owner_is_asked else (),
            broadcast=True,
        ),
        redraw(alert, incident),
    ]
    effects += to_support(Line.SUPPORT_RESTORED, entry.id, values, alert.id, policy)
    if policy.may_note:
        effects.append(WriteNote(alert.id, mark=entry.id, text=review_note(entry)))
    ended = respond_as_part(replace(alert, incident=restored), review, who, policy)
    rest = (effect for effect in ended.effects if not isinstance(effect, Say | WriteNote))
    return Outcome(ended.alert, (*effects, *rest), (entry, *ended.entries))


def respond_as_part(alert: Alert, review: Review, who: Doer, policy: Policy) -> Outcome:
    """The response that follows for one alert of the incident; one that waits for none is left as it is.

    No number of cases is held against it: in an incident events go on coming, and Sentry counts them when it resolves.
    """
    if not alert.is_waiting_for_response:
        return Outcome(alert, (EditCard(alert.id),))
    response = Response(who.user_id, who.name, review.helped, all_done=True, told=review.told, cases=None)
    return respond(alert, response, who.at, policy)


def finish_fix(alert: Alert, who: Doer) -> Outcome:
    """The permanent fix is done, by its owner or by anyone. Raises UserError where none is awaited."""
    incident = alert.incident
    if incident is None or incident.restored_at is None:
        raise UserError("error.no_fix")
    if not incident.awaits_fix:
        return Outcome(alert)
    moment = moment_of(Happened.FIXED, who)
    fixed = replace(incident, fix_done_at=who.at).noted(moment)
    line = Say(alert.id, Line.FIXED, about=alert.id, values={"name": who.name})
    return Outcome(
        replace(alert, incident=fixed), (line, redraw(alert, incident)), (entry_of(alert, moment),)
    )


def _review_entry(alert: Alert, review: Review, who: Doer) -> Entry:
    return Entry(
        id=f"{alert.id}:restored:{who.at.strftime('%Y%m%dT%H%M%S.%f')}",
        kind=EntryKind.RESTORED,
        at=who.at,
        alert_id=alert.id,
        issue_id=alert.issue_id,
        by=who.user_id,
        by_name=who.name,
        details={
            "happened": review.happened,
            "helped": review.helped,
            "cases": review.cases,
            "told": review.told,
            "owner": review.owner,
            "owner_name": review.owner_name,
        },
    )
