"""Use case: asking the others: about an alert, about any message, or in plain words; and what comes of it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from bot.domain.alert import Alert, Occurrence, Source
from bot.domain.arrival import open_round
from bot.domain.chasing import acted
from bot.domain.consulting import LooseQuestion, ask, end
from bot.domain.effects import Announce, Revise, effect_id
from bot.domain.errors import UserError
from bot.domain.facts import Facts
from bot.domain.lines import ChannelUse, Line
from bot.domain.privacy import mask
from bot.ports import Change, Reading
from bot.services.desk import Actor, Desk, known_alert

TITLE_MOST = 200
"""Characters of a person's words that become the title of an alert made by hand."""


def ask_about(desk: Desk, alert_id: str, actor: Actor, words: str = "", once: str = "") -> Alert:
    """One click posts the question; words are masked. Raises UserError when the round is over.

    `once` is the id of the form that it is asked from: pressed twice there it is asked once.
    """
    with desk.change() as work:
        alert = known_alert(work, alert_id)
        if once and not work.first_time(f"ask:{once}", desk.clock.machine()):
            return alert
        now = desk.clock.now()
        outcome = ask(alert, actor.user_id, actor.name, mask(words.strip()), now, desk.policy())
        return desk.keep(work, acted(outcome, actor.user_id, now))


def ask_loose(desk: Desk, actor: Actor, *, key: str, link: str = "", words: str = "") -> LooseQuestion:
    """A question that belongs to no alert: about the message behind `link`, or about words alone.

    `key` makes it one question however often the same click arrives. Raises UserError without a channel to ask in.
    """
    if desk.policy().rules.channels.consultation is None:
        raise UserError("error.no_consultation_channel")
    question = LooseQuestion(
        id=f"loose-{key}",
        by=actor.user_id,
        by_name=actor.name,
        asked_at=desk.clock.now(),
        link=link,
        words=mask(words.strip()),
    )
    with desk.change() as change:
        known = loose_question(change, question.id)
        if known is not None:
            return known
        _keep(change, question)
        change.add(head(question), desk.clock.machine())
    return question


def head(question: LooseQuestion) -> Announce:
    """The message that opens a loose question; its thread is the place to talk."""
    return Announce(
        Line.LOOSE_QUESTION,
        about=question.id,
        channel=ChannelUse.CONSULTATION,
        values={"id": question.id, "name": question.by_name, "words": question.words, "link": question.link},
    )


def loose_question(reading: Reading, question_id: str) -> LooseQuestion | None:
    """The loose question of that id."""
    kept = reading.value(question_id)
    if not kept:
        return None
    row: dict[str, str] = json.loads(kept)
    asked_at = datetime.fromisoformat(row.pop("asked_at"))
    return LooseQuestion(**row, asked_at=asked_at)


def _keep(change: Change, question: LooseQuestion) -> None:
    row = {**asdict(question), "asked_at": question.asked_at.isoformat()}
    change.set_value(question.id, json.dumps(row))


def end_as_nothing(desk: Desk, question_id: str, actor: Actor) -> None:
    """Looked at together, and nothing needs to be done. Raises UserError when it has ended."""
    with desk.change() as change:
        _end(desk, change, question_id, "nothing", actor)


def end_by_joining(desk: Desk, question_id: str, alert_id: str, actor: Actor) -> None:
    """It is about an alert that is there already: both threads are linked. Raises UserError when it has ended."""
    with desk.change() as change:
        known_alert(change, alert_id)
        _end(desk, change, question_id, "joined", actor, alert_id)


def end_as_alert(desk: Desk, question_id: str, actor: Actor) -> Alert:
    """It needs to be judged: an alert without a Sentry issue, with the words as its title. Raises UserError."""
    with desk.change() as change:
        question = _open(change, question_id)
        facts = Facts(title=(question.words or "A message that was asked about")[:TITLE_MOST])
        occurrence = Occurrence(
            issue_id=f"manual-{question.id.removeprefix('loose-')}",
            source=Source.PERSON,
            facts=facts,
            occurred_at=question.asked_at,
        )
        alert = desk.keep(change, open_round(occurrence, 1, desk.clock.now(), desk.policy()))
        _end(desk, change, question_id, "alert", actor, alert.id)
    return alert


def _open(change: Change, question_id: str) -> LooseQuestion:
    question = loose_question(change, question_id)
    if question is None:
        raise UserError("error.question_ended")
    return question


def _end(desk: Desk, change: Change, question_id: str, ended: str, actor: Actor, alert_id: str = "") -> None:
    question = end(_open(change, question_id), ended, alert_id)
    _keep(change, question)
    alert = change.alert(alert_id) if alert_id else None
    values = {
        "ended": ended,
        "name": actor.name,
        "asker": question.by_name,
        "words": question.words,
        "link": question.link,
        "alert": alert.display_id if alert else "",
    }
    change.add(
        Revise(effect_id(head(question)), Line.LOOSE_ENDED, about=question.id, values=values),
        desk.clock.machine(),
    )
