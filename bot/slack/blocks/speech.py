"""Turns of phrase that cards, lines and forms share: steps, levels, answers, people, places. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.alert import Alert, AlertState, Source, Suspicion
from bot.domain.decision import Answers, Decision
from bot.domain.facts import Frame
from bot.domain.impact import MatrixRow
from bot.domain.journey import OUTSIDE, UNSURE, WHOLE
from bot.domain.match import ReasonKind
from bot.slack.blocks.elements import option
from bot.slack.blocks.look import Json, Look
from bot.slack.text import code, inert, is_user_id, link, mention

TITLE_MOST = 120
"""Characters of a title on a card: three lines of a phone."""
PLACE_MOST = 100
WORDS_MOST = 200
"""Characters of a reason that are quoted; the thread and the log have all of it."""
NAME_MOST = 60

EMOJI = {
    AlertState.LARGE: ":red_circle:",
    AlertState.MEDIUM: ":large_yellow_circle:",
    AlertState.SMALL: ":white_circle:",
    AlertState.NOT_OURS: ":large_blue_circle:",
    AlertState.RESPONDED: ":white_check_mark:",
    AlertState.CLOSED: ":white_check_mark:",
}
_BETWEEN = re.compile(r"(\d{1,2})-(\d{1,2})")


def step_name(step: str | None, look: Look) -> str:
    """`3 Visual check`, `Whole chain`, `Outside the journey`; plain text, not yet escaped."""
    if step is None:
        return look.text("step.unknown")
    if step in (WHOLE, OUTSIDE, UNSURE):
        return look.text(f"step.{step}")
    if not look.journey.is_known(step):
        return step
    name = look.journey.step(step).name
    said = name.get(look.words.language) or next(iter(name.values()), step)
    return look.text("step.numbered", number=look.journey.number(step), name=said)


def step_options(look: Look) -> list[Json]:
    """Each step of the journey, then the whole chain, outside, not sure."""
    steps = [option(step, step_name(step, look)) for step in look.journey.ids]
    whole = look.text("step.whole_numbered", last=len(look.journey.steps))
    others = [option(step, step_name(step, look)) for step in (OUTSIDE, UNSURE)]
    return [*steps, option(WHOLE, whole), *others]


def level_name(level: str, look: Look) -> str:
    """The word for a level or for "not ours"; another text as it is."""
    return look.text(f"level.{level}") if look.words.has(f"level.{level}") else level


def row_words(row: MatrixRow, look: Look) -> str:
    """`a few, no workaround`."""
    return answer_words(Answers(None, row.affected, row.workaround), look)


def answer_words(answers: Answers, look: Look) -> str:
    """The answers that were given, in words; what was not said is left out. Plain text, not yet escaped."""
    said: list[str] = []
    if answers.step is not None:
        said.append(step_name(answers.step, look))
    if answers.affected is not None:
        said.append(look.text(f"answer.{answers.affected.value}"))
    if answers.workaround is not None:
        said.append(look.text("answer.workaround" if answers.workaround else "answer.no_workaround"))
    return look.text("joint.list").join(said)


def person(who: str | None, look: Look) -> str:
    """A mention of that person; the name where the id is not one of Slack's."""
    if not who:
        return look.text("person.nobody")
    return mention(who) if is_user_id(who) else inert(look.name_of(who), NAME_MOST)


def named(who: str | None, look: Look) -> str:
    """A person's name as plain words, which rings nowhere."""
    return inert(look.name_of(who), NAME_MOST) if who else look.text("person.nobody")


def people(ids: Iterable[str], look: Look) -> str:
    """Mentions in a row."""
    return look.text("joint.people").join(person(who, look) for who in ids)


def names(ids: Iterable[str], look: Look) -> str:
    """Names in a row, as plain words."""
    return look.text("joint.names").join(named(who, look) for who in ids if who)


def way(url: str, key: str, look: Look) -> str:
    """A link of our own with the words of that key; nothing without an address."""
    return link(url, look.text(key)) if url else ""


def facts(*parts: str, look: Look) -> str:
    """Short facts on one line; empty ones are left out."""
    return look.text("joint.facts").join(part for part in parts if part)


def issue_name(alert: Alert, look: Look) -> str:
    """What the issue is called, not yet escaped; an alert that a person made has no issue and so no id to show."""
    return look.text("card.by_hand") if alert.source is Source.PERSON else alert.display_id


def id_link(alert: Alert, look: Look) -> str:
    """The issue's id, linked to Sentry where there is an address."""
    url = "" if alert.source is Source.PERSON or alert.drill else look.issue_url(alert)
    name = issue_name(alert, look)
    return link(url, name, 40) if url else inert(name, 40)


def title_parts(alert: Alert, look: Look) -> dict[str, str]:
    """The linked id and the title, for sentences that name both."""
    return {"id": id_link(alert, look), "title": inert(alert.facts.title, TITLE_MOST)}


def title(alert: Alert, look: Look, most: int = TITLE_MOST) -> str:
    """`KYC-API-1B  ActiveRecord::Deadlocked`, the id linked."""
    return f"{id_link(alert, look)}  {inert(alert.facts.title, most)}".rstrip()


def frame_line(frame: Frame) -> str:
    """`app/models/submission.rb:164  promote_to_review!`, made inert."""
    return "  ".join(filter(None, (inert(part, PLACE_MOST) for part in frame_parts(frame))))


def frame_parts(frame: Frame) -> tuple[str, str]:
    """The place and the function, as Sentry named them."""
    place = frame.filename if frame.lineno is None else f"{frame.filename}:{frame.lineno}"
    return place, frame.function or ""


def stops(alert: Alert, look: Look) -> str:
    """Which step cannot go on, as a sentence of the card."""
    step = alert.decision.answers.step if alert.decision else None
    step = step or alert.effective_step
    if step is None:
        return look.text("card.stops_unknown")
    if step in (WHOLE, OUTSIDE, UNSURE):
        return look.text(f"card.stops_{step}")
    return look.text("card.stops", step=inert(step_name(step, look), NAME_MOST))


def broke_in(alert: Alert, look: Look) -> str:
    """Where it broke; between which steps, when a rule read that from a tag such as `2-3`."""
    place = alert.facts.transaction or alert.facts.culprit
    if not place or not inert(place):
        return ""
    shown = inert(place, PLACE_MOST)
    for reason in alert.suggestion.because:
        found = _BETWEEN.fullmatch(reason.value) if reason.kind is ReasonKind.MATCHED else None
        if found and reason.key.startswith("tags."):
            return look.text("card.broke_between", place=shown, one=found[1], two=found[2])
    return look.text("card.broke_in", place=shown)


def because(alert: Alert, look: Look) -> str:
    """Why a level is suggested: the matrix row and the rule."""
    suggestion = alert.suggestion
    parts = [row_words(suggestion.row, look)] if suggestion.row else []
    if suggestion.rule_name:
        parts.append(look.text("card.rule", rule=code(suggestion.rule_name, 40)))
    return look.text("joint.because").join(parts)


def suspicions(whys: Iterable[str], alert: Alert, look: Look) -> str:
    """Why an alert may be Large, in words; the number of an unusual rate is the one that was said last."""
    return look.text("joint.list").join(
        look.text(f"suspicion.{why}", n=str(alert.times_usual))
        if why != Suspicion.UNUSUAL_RATE or alert.times_usual is not None
        else look.text(f"suspicion.{why}_plain")
        for why in whys
    )


@dataclass(frozen=True)
class Last:
    """What was decided before: the level, when, and why."""

    level: str
    date: str
    reason: str


def last_time(alert: Alert, look: Look) -> Last | None:
    """What was decided in the round before; None when nothing was."""
    comeback = alert.comeback
    if comeback is None or comeback.level is None or comeback.decided_at is None:
        return None
    date = look.words.day(comeback.decided_at, look.now)
    return Last(level_name(comeback.level, look), date, inert(comeback.reason, WORDS_MOST))


def came_back(alert: Alert, look: Look) -> str:
    """`Back again (...). Last time: ...` as a sentence; empty when this is the first round."""
    if alert.comeback is None:
        return ""
    why, last = look.text(f"return.{alert.comeback.why.value}"), last_time(alert, look)
    if last is None:
        return look.text("line.came_back_plain", why=why)
    if not last.reason:
        return look.text("line.came_back_last", why=why, level=last.level, date=last.date)
    return look.text("line.came_back", why=why, level=last.level, date=last.date, reason=last.reason)


def decided_by(decision: Decision, look: Look) -> str:
    """Who decided, as a mention where that can be; edits of a card ring nowhere."""
    return mention(decision.by) if is_user_id(decision.by) else inert(decision.by_name, NAME_MOST)


def quoted(words: str, look: Look) -> str:
    """A person's words in quotation marks; nothing when they said nothing."""
    shown = inert(words, WORDS_MOST)
    return look.text("card.reason", reason=shown) if shown else ""


def not_written(look: Look) -> str:
    """That Sentry is not told everything, where the team has switched that off."""
    if look.write == "full":
        return ""
    key = "card.only_noted" if look.write == "notes" else "card.not_written"
    return look.text(key, write=look.write)


def retrying(alert: Alert, look: Look) -> str:
    """That Sentry does not answer, as long as a decision is on its way there."""
    since = alert.sentry_silent_since
    if since is None or alert.decision is None:
        return ""
    return look.text("card.retrying", since=look.words.moment(since, look.now))
