"""The one line of a card that a locked phone shows: level, title, where, how many, whose. Used by the card."""

from __future__ import annotations

from bot.domain.alert import Alert, AlertState
from bot.domain.journey import OUTSIDE, UNSURE, WHOLE
from bot.slack.blocks import likeness, speech
from bot.slack.blocks.look import Look
from bot.slack.text import inert

TITLE_MOST = 100


def lock_screen(alert: Alert, look: Look) -> str:
    """`To judge: KYC-API-1B ActiveRecord::Deadlocked · stops 3 Visual check · 3 events · by Wed 4 Nov 19:00 · Aiko`."""
    head = f"{inert(speech.issue_name(alert, look), 40)} {inert(alert.facts.title, TITLE_MOST)}".rstrip()
    what = speech.facts(
        head,
        _step(alert, look),
        look.text("card.events", n=alert.count) if alert.count is not None else "",
        _until(alert, look),
        speech.named(alert.owner, look) if alert.owner and not alert.is_over else "",
        likeness.lock_screen(alert, look) if alert.state is AlertState.OPEN else "",
        look=look,
    )
    match alert.state:
        case AlertState.OPEN:
            return look.text(
                f"lock_screen.{'may_be_large' if alert.is_suspected_large else 'to_judge'}", what=what
            )
        case AlertState.RESPONDED | AlertState.CLOSED:
            return look.text(f"lock_screen.{alert.state.value}", what=what)
        case AlertState.NOT_OURS:
            return look.text("lock_screen.not_ours", what=what)
        case _:
            return look.text(
                "lock_screen.decided", level=speech.level_name(alert.state.value, look), what=what
            )


def _step(alert: Alert, look: Look) -> str:
    step = (alert.decision.answers.step if alert.decision else None) or alert.effective_step
    if step in (None, OUTSIDE, UNSURE):
        return ""
    if step == WHOLE:
        return look.text("lock_screen.stops_whole")
    return look.text("lock_screen.stops", step=inert(speech.step_name(step, look), 60))


def _until(alert: Alert, look: Look) -> str:
    if alert.state is AlertState.OPEN and alert.is_suspected_large:
        return look.text("lock_screen.now")
    if alert.state is AlertState.OPEN:
        return look.text("lock_screen.by", when=look.words.moment(alert.judge_by_at, look.now))
    if alert.is_waiting_for_response and alert.respond_by_at is not None:
        return look.text("lock_screen.respond_by", when=look.words.moment(alert.respond_by_at, look.now))
    return ""
