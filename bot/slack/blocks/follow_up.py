"""The forms of what happens to an alert besides judging it: responded, one more day, note, not ours, another owner."""

from __future__ import annotations

from bot.domain.alert import Alert
from bot.slack.blocks import read, speech
from bot.slack.blocks.elements import field, option, plain, radio, section, typed
from bot.slack.blocks.look import Json, Look
from bot.slack.blocks.modal import form, remembered
from bot.slack.text import is_user_id

RESPONDED = "responded"
EXTEND = "extend"
NOTE = "note"
NOT_OURS = "not_ours"
HAND_OVER = "hand_over"
TO_BLOCK = "to"
"""The block of the question who takes it: what is wrong with the answer is said there."""


def responded(alert: Alert, look: Look) -> Json:
    """Are today's customers helped? The form remembers how many cases it showed."""
    cases = look.text("form.cases_unknown") if alert.count is None else look.text("form.cases", n=alert.count)
    all_done = [option(value, look.text(f"form.all_done_{value}")) for value in ("yes", "no")]
    told = [option(value, look.text(f"form.told_{value}")) for value in ("yes", "no", "support")]
    blocks = [
        section(f"*{speech.title(alert, look)}*\n{cases}", "head"),
        _written(read.DONE, "form.what_was_done", look),
        field("all_done", look.text("form.all_done"), radio(read.ALL_DONE, all_done)),
        field("told", look.text("form.told"), radio(read.TOLD, told)),
    ]
    return _form(RESPONDED, "form.responded_title", blocks, alert, look)


def extend(alert: Alert, look: Look) -> Json:
    """One business day more, with a word."""
    head = f"*{speech.title(alert, look)}*"
    if alert.respond_by_at is not None:
        until = look.words.moment(alert.respond_by_at, look.now)
        head = f"{head}\n{look.text('form.extend_from', when=until)}"
    blocks = [section(head, "head"), _written(read.REASON, "form.extend_reason", look)]
    return _form(EXTEND, "form.extend_title", blocks, alert, look)


def note(alert: Alert, look: Look) -> Json:
    """A note for whoever is next."""
    blocks = [section(f"*{speech.title(alert, look)}*", "head"), _written(read.TEXT, "form.note", look)]
    return _form(NOTE, "form.note_title", blocks, alert, look)


def not_ours(alert: Alert, look: Look) -> Json:
    """Another team's alert: why, and whom to tell."""
    tell = field("tell", look.text("form.not_ours_tell"), typed(read.TELL, most=200), optional=True)
    blocks = [
        section(f"*{speech.title(alert, look)}*", "head"),
        _written(read.REASON, "form.not_ours_reason", look),
        tell,
    ]
    return _form(NOT_OURS, "form.not_ours_title", blocks, alert, look)


def hand_over(alert: Alert, look: Look, user_id: str) -> Json:
    """Another owner; whoever pressed is filled in, so that sending it at once is taking it oneself."""
    choice: Json = {
        "type": "users_select",
        "action_id": read.TO,
        "placeholder": plain(look.text("form.hand_over"), 150),
    }
    if is_user_id(user_id):
        choice["initial_user"] = user_id
    blocks = [
        section(f"*{speech.title(alert, look)}*", "head"),
        field(TO_BLOCK, look.text("form.hand_over"), choice, hint=look.text("form.hand_over_hint")),
    ]
    return _form(HAND_OVER, "form.hand_over_title", blocks, alert, look)


def _written(action_id: str, label: str, look: Look) -> Json:
    """A question that is answered in one's own words, which are masked before they are saved."""
    return field(action_id, look.text(label), typed(action_id, lines=True), hint=look.text("form.masked"))


def _form(callback_id: str, title: str, blocks: list[Json], alert: Alert, look: Look) -> Json:
    return form(callback_id, look.text(title), look.text("form.save"), blocks, remembered(alert), look)
