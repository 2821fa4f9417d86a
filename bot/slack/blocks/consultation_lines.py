"""A question to the others: its head with all that is needed to look together, its silence, its end. Used by lines."""

from __future__ import annotations

from bot.domain.alert import Alert, AlertState
from bot.domain.consulting import head_of
from bot.domain.impact import MatrixRow
from bot.domain.journey import WHOLE
from bot.slack.blocks import speech, where
from bot.slack.blocks.buttons import alert_button, level_buttons, more_menu
from bot.slack.blocks.elements import actions, block_id, button, context, section
from bot.slack.blocks.look import Json, Look, Message
from bot.slack.blocks.spoken import (
    WORDS_MOST,
    Reader,
    Spoken,
    mentioned,
    message,
    read_level,
    read_name,
    read_words,
    sentence,
    worded,
)
from bot.slack.text import inert, link

LINES_MOST = 5
"""Lines of a question that are shown; a longer one has its thread."""


def read_lines(given: str, _look: Look) -> str:
    """A person's own words on the lines on which they were written, made inert."""
    lines = [inert(line, WORDS_MOST) for line in given[:WORDS_MOST].splitlines()]
    return "\n".join([line for line in lines if line][:LINES_MOST])


SAID: dict[str, Reader] = {"name": read_name, "words": read_lines}
SETTLED: dict[str, Reader] = {"level": read_level, "reason": read_words}
LOOSE: dict[str, Reader] = {"name": read_name, "alert": read_name}
MENU = ("runbook", "history")
BUTTONS = ("loose_nothing", "loose_join", "loose_alert")


def head(effect: Spoken, alert: Alert, look: Look) -> Message:
    """The question: what it is about, who asks and in which words, how impact is judged, and the way to decide."""
    title = look.text("line.consultation", **speech.title_parts(alert, look))
    words = worded("line.consultation_words", effect, look, SAID)
    about = speech.facts(
        where.count(alert, look),
        where.users(alert, look),
        where.until(alert, look),
        _decided(alert, look),
        look=look,
    )
    warm = mentioned(look.text("line.consultation_warm"), effect, look)
    ways = speech.facts(
        speech.way(look.card_url(alert), "line.to_card", look),
        speech.way(look.runbook_url(alert), "button.runbook", look),
        look=look,
    )
    blocks = [
        section("\n".join((f"*{title}*", words)), f"line:{effect.line.value}"),
        section(
            "\n".join(filter(None, (where.where(alert, look), about, ways))), block_id(alert.id, "where")
        ),
        *_matrix(alert, look),
        section(warm, "warm"),
        *_buttons(alert, look),
    ]
    return Message(f"{title} {words}", blocks)


def _decided(alert: Alert, look: Look) -> str:
    """What stands, where the question comes after a decision."""
    if alert.decision is None:
        return ""
    level = speech.level_name(alert.decision.verdict.value, look)
    return look.text("form.now", level=level, when=look.words.moment(alert.decision.at, look.now))


def _matrix(alert: Alert, look: Look) -> list[Json]:
    """The rows of the step that stops; all of them as long as nobody knows it."""
    step = alert.effective_step
    rows = [row for row in look.matrix if step and row.covers_step(step, look.journey)]
    lines = [_row(row, look) for row in rows] or [
        look.text("line.matrix_row_of", steps=_steps(row, look), row=_row(row, look)) for row in look.matrix
    ]
    if not lines:
        return []
    of = inert(speech.step_name(step, look), 60) if rows else ""
    name = look.text("line.consultation_matrix", step=of) if of else look.text("line.consultation_matrix_all")
    return [context("\n".join((name, *lines)), "matrix")]


def _row(row: MatrixRow, look: Look) -> str:
    level = speech.level_name(row.impact.value, look)
    return look.text("line.matrix_row", answers=inert(speech.row_words(row, look)), level=level)


def _steps(row: MatrixRow, look: Look) -> str:
    names = [
        look.text(f"step.{step}") if step in ("any", WHOLE) else speech.step_name(step, look)
        for step in row.steps
    ]
    return inert(look.text("joint.list").join(names), 120)


def _buttons(alert: Alert, look: Look) -> list[Json]:
    if alert.state is AlertState.OPEN:
        row = [*level_buttons(alert, look), alert_button("guide", alert, look)]
    elif alert.decision is not None and alert.state is not AlertState.CLOSED:
        row = [alert_button("change", alert, look)]
    else:
        return []
    return [actions([*row, more_menu(alert, MENU, look)], block_id(alert.id, "row"))]


def words(effect: Spoken, look: Look) -> Message:
    """More words to a question that is open."""
    return message(sentence(effect, look, SAID), effect)


def silent(effect: Spoken, look: Look) -> Message:
    """Half a business day without an answer: somebody else is asked."""
    if not effect.mention:
        return message(look.text("line.consultation_silent_plain"), effect)
    who = speech.people(effect.mention, look)
    return message(look.text("line.consultation_silent", who=who), effect)


def settled(effect: Spoken, look: Look) -> Message:
    """Decided: what, and thanks for asking."""
    return message(sentence(effect, look, SETTLED), effect)


def closed(effect: Spoken, alert: Alert, look: Look) -> Message:
    """The head once the question has ended: the same question, its answer, and no buttons."""
    title = look.text("line.consultation", **speech.title_parts(alert, look))
    key = "line.consultation_closed" if effect.values.get("level") else "line.consultation_ended"
    asked = alert.consultation
    is_this = asked is not None and getattr(effect, "of", "") == head_of(asked.id)
    lines = [f"*{title}*"]
    if is_this and asked and asked.words:
        said = {"name": read_name(asked.by_name, look), "words": read_lines(asked.words, look)}
        lines.append(look.text("line.consultation_words", **said))
    lines.append(worded(key, effect, look, SETTLED if effect.values.get("level") else {}))
    return message("\n".join(lines), effect)


def loose(effect: Spoken, look: Look) -> Message:
    """A question about a message that is no alert, or about words alone."""
    question = effect.values.get("id", "")
    row = [button(action, look.text(f"button.{action}"), question[:200] or "-") for action in BUTTONS]
    warm = section(look.text("line.consultation_warm"), "warm")
    return message("\n".join(_loose_head(effect, look)), effect, warm, actions(row, "row"))


def loose_ended(effect: Spoken, look: Look) -> Message:
    """What came of it, where the question stood."""
    ended = effect.values.get("ended", "")
    key = f"line.loose_ended_{ended}" if look.words.has(f"line.loose_ended_{ended}") else "line.loose_ended"
    return message("\n".join((*_loose_head(effect, look), worded(key, effect, look, LOOSE))), effect)


def _loose_head(effect: Spoken, look: Look) -> list[str]:
    """Who asks, about what, in which words. While it is open its asker is its `name`, afterwards its `asker`."""
    name = read_name(effect.values.get("asker") or effect.values.get("name", ""), look)
    shown = read_lines(effect.values.get("words", ""), look)
    address = effect.values.get("link", "")
    key = "line.loose_question" if name else "line.loose_question_plain"
    lines = [f"*{look.text(key, name=name)}*"]
    if address.startswith(("https://", "http://")):
        lines.append(link(address, look.text("line.loose_link")))
    if shown:
        lines.append(look.text("card.reason", reason=shown))
    elif name:
        lines.append(look.text("line.loose_asked", name=name))
    return lines
