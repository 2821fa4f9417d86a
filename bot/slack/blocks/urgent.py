"""What is loud: large impact, suspected or declared, the calls until somebody answers, support. Used by lines."""

from __future__ import annotations

from bot.domain.alert import Alert, AlertState
from bot.domain.incident import NEXT_WORD_AFTER
from bot.slack.blocks import speech
from bot.slack.blocks.buttons import alert_button, level_buttons
from bot.slack.blocks.elements import actions, block_id
from bot.slack.blocks.look import Json, Look, Message
from bot.slack.blocks.spoken import Spoken, message, read_level, read_words
from bot.slack.text import inert


def large(effect: Spoken, alert: Alert, look: Look) -> Message:
    """The incident message: what, whom it calls, and what comes first."""
    points = [look.text(f"line.large_list_{n}", time=_next_word(alert, look)) for n in (1, 2, 3, 4)]
    first = " ".join((look.text("line.large_first"), *points))
    return message(f"{large_head(effect, alert, look)}\n{first}", effect, *_row([_take(alert, look)], alert))


def large_head(effect: Spoken, alert: Alert, look: Look) -> str:
    """What is large, and whom it calls."""
    return _spaced([large_title(alert, look), _ask("line.large_ask", effect, look)])


def large_title(alert: Alert, look: Look) -> str:
    """What is large."""
    return _named("line.large", alert, look)


def may_be_large(effect: Spoken, alert: Alert, look: Look) -> Message:
    """A suspicion, with its reasons, to be judged at once."""
    text = _suspected("line.may_be_large", effect, alert, look)
    return message(text, effect, *_row([_take(alert, look)], alert))


def nudge(effect: Spoken, alert: Alert, look: Look) -> Message:
    """Called again, because no button was pressed yet."""
    if effect.values.get("level") == AlertState.LARGE.value:
        said = [
            look.text("line.nudge_large", **speech.title_parts(alert, look)),
            _ask("line.large_ask", effect, look),
        ]
        text = _spaced(said)
    else:
        text = _suspected("line.nudge", effect, alert, look)
    row = [_take(alert, look)]
    if alert.state is AlertState.OPEN:
        row += level_buttons(alert, look)
    row.append(alert_button("consult", alert, look))
    return message(f"{text}\n{look.text('line.nudge_stop')}", effect, *_row(row, alert))


def support_told(effect: Spoken, alert: Alert, look: Look) -> Message:
    """What support staff need when customers ask: what cannot go on, for whom, and when the next word comes."""
    reason = read_words(effect.values.get("reason", ""), look)
    lines = (
        _named("line.support_told", alert, look),
        look.text("card.reason", reason=reason) if reason else "",
        speech.facts(
            look.text("line.support_next", time=_next_word(alert, look)),
            speech.way(look.card_url(alert), "line.to_card", look),
            look=look,
        ),
    )
    return message("\n".join(filter(None, lines)), effect)


def support_changed(effect: Spoken, alert: Alert, look: Look) -> Message:
    """That what support heard of as Large was looked at again, and what it is now."""
    level = read_level(effect.values.get("level", ""), look)
    reason = read_words(effect.values.get("reason", ""), look)
    lines = (
        look.text("line.support_changed", level=level, **speech.title_parts(alert, look)),
        look.text("card.reason", reason=reason) if reason else "",
        speech.way(look.card_url(alert), "line.to_card", look),
    )
    return message("\n".join(filter(None, lines)), effect)


def _named(key: str, alert: Alert, look: Look) -> str:
    """The alert's title, and the answers of its decision where there are some."""
    answers = inert(speech.answer_words(alert.decision.answers, look)) if alert.decision else ""
    parts = speech.title_parts(alert, look)
    return look.text(key, **parts, facts=answers) if answers else look.text(f"{key}_plain", **parts)


def _suspected(key: str, effect: Spoken, alert: Alert, look: Look) -> str:
    said = [
        look.text(key, **speech.title_parts(alert, look)),
        _ask("line.may_be_large_ask", effect, look),
    ]
    whys = [why for why in effect.values.get("reasons", "").split(",") if look.words.has(f"suspicion.{why}")]
    if whys:
        reasons = speech.suspicions(whys, alert, look)
        said.append(look.text("line.may_be_large_why", reasons=reasons))
    return _spaced(said)


def _ask(key: str, effect: Spoken, look: Look) -> str:
    return look.text(key, who=speech.people(effect.mention, look)) if effect.mention else ""


def _next_word(alert: Alert, look: Look) -> str:
    if alert.incident is not None:
        return look.words.time(alert.incident.next_word_at)
    return look.words.time((alert.decision.at if alert.decision else look.now) + NEXT_WORD_AFTER)


def _take(alert: Alert, look: Look) -> Json:
    return alert_button("take", alert, look)


def _row(buttons: list[Json], alert: Alert) -> list[Json]:
    """The buttons to act; a round that is over needs none."""
    return [] if alert.is_over else [actions(buttons, block_id(alert.id, "said"))]


def _spaced(said: list[str]) -> str:
    return " ".join(filter(None, said))
