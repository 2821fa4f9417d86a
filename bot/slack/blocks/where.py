"""Where it broke and how much is known of it, as the card, a question and the support channel say it. Pure."""

from __future__ import annotations

from bot.domain.alert import Alert, AlertState
from bot.slack.blocks import speech
from bot.slack.blocks.beyond import MOST, beyond
from bot.slack.blocks.look import Look
from bot.slack.text import inert


def where(alert: Alert, look: Look, *, told: bool = False) -> str:
    """What it stops, where it broke, and the deciding frame below; `told`: between them what the title left out."""
    known = alert.facts
    text = speech.facts(
        speech.stops(alert, look),
        speech.broke_in(alert, look),
        inert(known.environment or "", 40),
        inert(known.release or "", 60),
        look=look,
    )
    if told and (said := inert(beyond(known, speech.TITLE_MOST), MOST)):
        text += f"\n> {said}"
    if known.frame is not None and (shown := speech.frame_line(known.frame)):
        text += f"\n> {shown}"
    return text


def count(alert: Alert, look: Look) -> str:
    """The number now; where cases were added after a decision, also what was known then. Not fetched yet: left out."""
    if alert.count is None:
        return ""
    then = alert.decision.shown_count if alert.decision else None
    if then is None or alert.count <= then:
        return look.text("card.events", n=alert.count)
    return look.text("card.growth", then=then, now=alert.count, n=alert.count - then)


def users(alert: Alert, look: Look) -> str:
    """How many are affected, where that says anything: a worker has nobody in front of it, and 0 is never written."""
    if alert.user_count:
        return look.text("card.users", n=alert.user_count)
    if alert.facts.is_background_job:
        return look.text("card.users_unknown_job")
    return look.text("card.users_unknown") if alert.user_count == 0 else ""


def until(alert: Alert, look: Look) -> str:
    """The deadline that runs now; empty when nothing is awaited. What may be large is judged now, not by a day."""
    if alert.state is AlertState.OPEN and alert.is_suspected_large:
        return look.text("card.judge_now")
    if alert.is_waiting_for_response:
        by, key = alert.respond_by_at, "card.respond_by"
    else:
        by, key = (None if alert.is_over else alert.judge_by_at), "card.judge_by"
    return look.text(key, when=look.words.moment(by, look.now)) if by else ""


def repeated(alert: Alert, look: Look) -> str:
    """That this card may stand in the channel twice; empty where that is not in doubt."""
    return look.text("line.maybe_repeated") if alert.maybe_repeated else ""


def discussed(alert: Alert, look: Look) -> str:
    """That a question about it is open, with the way to it."""
    if not alert.is_discussed or alert.consultation is None:
        return ""
    since = look.text("card.discussed", when=look.words.moment(alert.consultation.asked_at, look.now))
    return speech.facts(since, speech.way(look.question_url(alert), "card.discussed_link", look), look=look)
