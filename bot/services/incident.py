"""Use case: a large impact: declared by hand, its roles, checklist and words, what is part of it, its end, its fix."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.domain.alert import Alert, Occurrence, Source
from bot.domain.arrival import open_round
from bot.domain.chasing import acted
from bot.domain.deciding import Choice, decide
from bot.domain.decision import Answers, Verdict
from bot.domain.effects import Outcome, Say
from bot.domain.errors import UserError
from bot.domain.facts import Facts
from bot.domain.handling import Doer, draft_notice, give_word, take_role, tick
from bot.domain.incident import Role, Tick
from bot.domain.joining import join
from bot.domain.lines import Line
from bot.domain.policy import Policy
from bot.domain.privacy import mask
from bot.domain.responding import hand_over
from bot.domain.restoring import Review, finish_fix, respond_as_part, restore
from bot.ports import Change, Reading
from bot.services.decide import overtake
from bot.services.desk import Actor, Desk, known_alert, newest_round

TITLE_MOST = 200
"""Characters of a person's words that become the title of an alert declared by hand."""
FIXES = "permanent_fixes"
"""Under this name the store keeps the ids of the alerts whose permanent fix is still to come: JSON."""

Rule = Callable[[Alert, Doer, Policy], Outcome]


def declare(desk: Desk, actor: Actor, *, words: str, step: str, link: str, key: str) -> Alert:
    """What other monitors saw: an alert made by a person, Large at once. `key` makes it one however often it comes.

    Words are masked. Raises UserError when they say nothing.
    """
    said = mask(words.strip())
    if not said:
        raise UserError("error.declare_empty")
    now, policy = desk.clock.now(), desk.policy()
    issue_id = f"manual-{key}"
    with desk.change() as change:
        known = change.latest_round(issue_id)
        if known is not None:
            return known
        title = " ".join(said.split())
        facts = Facts(title=title[:TITLE_MOST], message=said if len(title) > TITLE_MOST else None)
        occurrence = Occurrence(issue_id=issue_id, source=Source.PERSON, facts=facts, occurred_at=now)
        opened = open_round(occurrence, 1, now, policy)
        alert = opened.alert
        told = Say(alert.id, Line.DECLARED, about=alert.id, values={"name": actor.name, "link": link})
        kept = tuple(e for e in opened.effects if not (isinstance(e, Say) and e.line is Line.DETAILS))
        desk.keep(change, replace(opened, effects=(*kept, told)))
        choice = Choice(Verdict.LARGE, by=actor.user_id, by_name=actor.name, answers=Answers(step))
        return desk.keep(change, decide(alert, choice, now, policy))


def give_role(desk: Desk, alert_id: str, role: Role, to: Actor, actor: Actor) -> Alert:
    """Someone leads, gives the words, or speaks with the customers. Raises UserError once it is over."""
    return _act(desk, alert_id, actor, lambda a, who, _: take_role(a, role, to.user_id, to.name, who))


def take(desk: Desk, alert_id: str, actor: Actor) -> Alert:
    """I'll take it: leads from now on, and the alert is theirs. Raises UserError once it is over."""

    def rule(alert: Alert, who: Doer, policy: Policy) -> Outcome:
        led = take_role(alert, Role.LEAD, who.user_id, who.name, who)
        owned = hand_over(led.alert, who.user_id, who.name, who.user_id, who.name, who.at, policy)
        return Outcome(owned.alert, (*led.effects, *owned.effects), (*led.entries, *owned.entries))

    return _act(desk, alert_id, actor, rule)


def tick_off(desk: Desk, alert_id: str, point: Tick, actor: Actor) -> Alert:
    """One point of the checklist is done. Raises UserError once it is over."""
    return _act(desk, alert_id, actor, lambda alert, who, _: tick(alert, point, who))


def say_word(desk: Desk, alert_id: str, words: str, actor: Actor, once: str) -> Alert:
    """How it stands, for the thread and support; masked. `once`: the form's own id."""
    said = mask(words.strip())
    return _act(desk, alert_id, actor, lambda a, who, policy: give_word(a, said, who, policy), "word", once)


def post_notice(desk: Desk, alert_id: str, texts: Mapping[str, str], actor: Actor, once: str) -> Alert:
    """A draft for the customers, to support only; masked. `once`: the form's own id."""
    drafts = {language: mask(text.strip()) for language, text in texts.items()}
    return _act(desk, alert_id, actor, lambda alert, who, _: draft_notice(alert, drafts, who), "notice", once)


def join_incident(desk: Desk, alert_id: str, lead_id: str, actor: Actor) -> Alert:
    """One click: Large as part of that incident. Raises UserError when someone was quicker, or it is over."""
    with desk.change() as change:
        alert, lead = newest_round(change, alert_id), known_alert(change, lead_id)
        joined, counted = join(alert, lead, _doer(desk, actor), desk.policy())
        if joined.entries:
            overtake(change, alert_id)
            desk.keep(change, acted(counted, actor.user_id, desk.clock.now()))
        return desk.keep(change, joined)


def end_restored(desk: Desk, alert_id: str, review: Review, actor: Actor, once: str) -> Alert:
    """Restored: the alert and what is part of it are responded to, the permanent fix is on every Home; words masked.

    Raises UserError once it is over. `once`: the form's own id.
    """
    kept = replace(
        review, happened=mask(review.happened), helped=mask(review.helped), cases=mask(review.cases)
    )
    with desk.change() as change:
        lead = known_alert(change, alert_id)
        if desk.is_repeat(change, f"{alert_id}:restored", once):
            return lead
        who, policy = _doer(desk, actor), desk.policy()
        outcome = restore(lead, kept, who, policy)
        overtake(change, alert_id)
        for part in _parts(change, lead):
            overtake(change, part.id)
            desk.keep(change, acted(respond_as_part(part, kept, who, policy), actor.user_id, who.at))
        if not lead.drill:  # what was invented needs no fix
            waiting = [*fix_ids(change), alert_id]
            change.set_value(FIXES, json.dumps(list(dict.fromkeys(waiting))))
        return desk.keep(change, acted(outcome, actor.user_id, who.at))


def end_fix(desk: Desk, alert_id: str, actor: Actor) -> Alert:
    """The permanent fix is done, and leaves every Home. Raises UserError where none is awaited."""
    with desk.change() as change:
        outcome = finish_fix(known_alert(change, alert_id), _doer(desk, actor))
        change.set_value(FIXES, json.dumps([one for one in fix_ids(change) if one != alert_id]))
        return desk.keep(change, outcome)


def fix_ids(reading: Reading) -> list[str]:
    """The alerts whose permanent fix is still to come, the oldest first; they may have left memory long ago."""
    found: list[str] = json.loads(reading.value(FIXES) or "[]")
    return found


def fixes(reading: Reading) -> tuple[Alert, ...]:
    """Those alerts; one that was forgotten meanwhile is left out."""
    found = (reading.alert(alert_id) for alert_id in fix_ids(reading))
    return tuple(
        alert for alert in found if alert is not None and alert.incident and alert.incident.awaits_fix
    )


def _act(desk: Desk, alert_id: str, actor: Actor, rule: Rule, what: str = "", once: str = "") -> Alert:
    """One act on an open incident; whoever acts knows of it, so nobody is called again. Twice changes nothing."""
    with desk.change() as change:
        alert = known_alert(change, alert_id)
        if desk.is_repeat(change, f"{alert_id}:{what}", once):
            return alert
        who = _doer(desk, actor)
        return desk.keep(change, acted(rule(alert, who, desk.policy()), actor.user_id, who.at))


def _doer(desk: Desk, actor: Actor) -> Doer:
    return Doer(actor.user_id, actor.name, desk.clock.now())


def _parts(change: Change, lead: Alert) -> list[Alert]:
    """What is part of the incident, where no newer round goes on with it."""
    found = [change.alert(alert_id) for alert_id in (lead.incident.joined if lead.incident else ())]
    return [
        alert
        for alert in found
        if alert is not None
        and (newest := change.latest_round(alert.issue_id)) is not None
        and newest.id == alert.id
    ]
