"""The two lines that a card folds to when nothing more is awaited from a person in this round. Used by the card."""

from __future__ import annotations

from bot.domain.alert import Alert, AlertState
from bot.slack.blocks import speech, where
from bot.slack.blocks.look import Look
from bot.slack.text import inert

TITLE_MOST = 80


def folded_text(alert: Alert, look: Look) -> str:
    """What it was, what was decided and why; and then when, by whom, and what Sentry does now."""
    second = speech.facts(_second(alert, look), where.discussed(alert, look), look=look)
    beside = (speech.retrying(alert, look), where.repeated(alert, look))
    return "\n".join(filter(None, (_first(alert, look), second, *beside)))


def _first(alert: Alert, look: Look) -> str:
    title = speech.title(alert, look, TITLE_MOST)
    emoji, decision = speech.EMOJI[alert.state], alert.decision
    level = speech.level_name(decision.verdict.value, look) if decision else ""
    if alert.state is AlertState.RESPONDED:
        head = look.text("card.responded", emoji=emoji, title=title)
    elif alert.state is AlertState.CLOSED and decision:
        head = look.text("card.closed_level", emoji=emoji, level=level, title=title)
    elif alert.state is AlertState.CLOSED:
        head = look.text("card.closed", emoji=emoji, title=title)
    else:
        head = look.text("card.folded", emoji=emoji, level=level, title=title)
    return speech.facts(head, speech.quoted(decision.reason, look) if decision else "", look=look)


def _second(alert: Alert, look: Look) -> str:
    match alert.state:
        case AlertState.CLOSED:
            return _closed(alert, look)
        case AlertState.RESPONDED:
            return _responded(alert, look)
        case AlertState.NOT_OURS:
            return _not_ours(alert, look)
        case _:
            return _small(alert, look)


def _small(alert: Alert, look: Look) -> str:
    values = _decided(alert, look)
    if not alert.has_issue:
        return look.text("card.only_here", **values)
    if alert.issue_status == "ignored":
        return look.text("card.archived", **values)
    if look.write == "full":
        return look.text("card.archiving", **values)
    key = "card.noted_only" if look.write == "notes" else "card.not_archived"
    return look.text(key, **values, write=look.write)


def _not_ours(alert: Alert, look: Look) -> str:
    tell = inert(alert.decision.tell, speech.WORDS_MOST) if alert.decision else ""
    values = _decided(alert, look)
    return (
        look.text("card.not_ours", **values, tell=tell)
        if tell
        else look.text("card.not_ours_nobody", **values)
    )


def _responded(alert: Alert, look: Look) -> str:
    level = speech.level_name(alert.decision.verdict.value, look) if alert.decision else ""
    when = look.words.moment(alert.responded_at, look.now) if alert.responded_at else ""
    who = speech.person(alert.responded_by, look) if alert.responded_by else ""
    return speech.facts(
        look.text("card.responded_when", level=level, when=when, who=who),
        look.text("card.responded_cases", n=alert.cases_done) if alert.cases_done is not None else "",
        speech.not_written(look),
        look=look,
    )


def _closed(alert: Alert, look: Look) -> str:
    closing = alert.closing
    if closing is None:
        return ""
    when = look.words.moment(closing.at, look.now)
    key = f"card.closed_{closing.why}"
    if closing.by_name and look.words.has(f"{key}_by"):
        return look.text(f"{key}_by", name=inert(closing.by_name, speech.NAME_MOST), when=when)
    return look.text(key if look.words.has(key) else "card.closed_otherwise", when=when)


def _decided(alert: Alert, look: Look) -> dict[str, str]:
    decision = alert.decision
    if decision is None:
        return {"when": "", "who": ""}
    return {"when": look.words.moment(decision.at, look.now), "who": speech.decided_by(decision, look)}
