"""The edge of every listener: who may act is asked first, what goes wrong is told to them. Used by `slack_app`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack

from bot.domain.errors import StoreUnavailable, UserError
from bot.listeners.answer import Answer
from bot.listeners.naming import NotThisAnswer
from bot.listeners.press import Press, read_command, read_event, read_press
from bot.listeners.room import After, Room

log = logging.getLogger(__name__)

Body = Mapping[str, Any]
Listen = Callable[[Ack, Body], None]

NOT_SAVED = UserError("error.not_saved")
WENT_WRONG = UserError("error.went_wrong")


def action(room: Room, handle: Callable[[Press, Room], After | None]) -> Listen:
    """A press: read, admit, do, answer; then what follows. Errors for people are told privately."""

    def listen(ack: Ack, body: Body) -> None:
        press = read_press(body)
        try:
            press = room.admit(press)
            after = handle(press, room)
        except UserError as error:
            after = _telling(room, press, error)
        except StoreUnavailable:
            room.tell(press, NOT_SAVED)
            raise
        except Exception:  # the edge: logged once with its alert, told to the person, answered as an error
            log.exception("a press could not be handled", extra={"alert": press.alert_id})
            room.tell(press, WENT_WRONG)
            raise
        ack()
        _follow(after, press)

    return listen


def view(room: Room, handle: Callable[[Press, Room, Ack], After | None]) -> Listen:
    """A submitted form: an error for the person replaces the form, which keeps nothing half done."""

    def listen(ack: Ack, body: Body) -> None:
        press = read_press(body)
        try:
            press = room.admit(press)
            after = handle(press, room, ack)
        except NotThisAnswer as error:
            ack(response_action="errors", errors={error.block: room.error_text(press, error)})
            return
        except UserError as error:
            ack(response_action="update", view=room.problem(press, error))
            return
        except StoreUnavailable:
            ack(response_action="update", view=room.problem(press, NOT_SAVED))
            return
        except Exception:  # the edge, as above
            log.exception("a form could not be handled", extra={"alert": press.alert_id})
            ack(response_action="update", view=room.problem(press, WENT_WRONG))
            return
        _follow(after, press)

    return listen


def shortcut(room: Room, handle: Callable[[Press, Room], After | None]) -> Listen:
    """A shortcut on any message, also where the bot is no member: it answers in a modal."""

    def listen(ack: Ack, body: Body) -> None:
        press = read_press(body)
        try:
            press = room.admit(press)
            after = handle(press, room)
        except UserError as error:
            after = _opening(room, press, error)
        except StoreUnavailable:
            after = _opening(room, press, NOT_SAVED)
        except Exception:  # the edge, as above
            log.exception("a shortcut could not be handled")
            after = _opening(room, press, WENT_WRONG)
        ack()
        _follow(after, press)

    return listen


def command(room: Room, handle: Callable[[Press, Room], Answer]) -> Listen:
    """A slash command: its answer goes out with the acknowledgement, to its person alone."""

    def listen(ack: Ack, body: Body) -> None:
        press = read_command(body)
        try:
            press = room.admit(press)
            answer = handle(press, room)
        except UserError as error:
            answer = Answer.plain(room.error_text(press, error))
        except StoreUnavailable:
            answer = Answer.plain(room.error_text(press, NOT_SAVED))
        except Exception:  # the edge, as above
            log.exception("a command could not be handled")
            answer = Answer.plain(room.error_text(press, WENT_WRONG))
        if answer.message is None:
            ack()
        else:
            ack(text=answer.message.text, blocks=answer.message.blocks, response_type="ephemeral")
        _follow(answer.after, press)

    return listen


def event(room: Room, handle: Callable[[Press, Room, Body], None]) -> Listen:
    """Something that happened: nobody waits for an answer, and Slack's repeating it would mend nothing."""

    def listen(ack: Ack, body: Body) -> None:
        ack()
        press = read_event(body)
        try:
            handle(press, room, body)
        except Exception:  # the edge: Slack has its answer, so it is logged here or nowhere
            log.exception("an event could not be handled", extra={"event_id": body.get("event_id")})

    return listen


def _telling(room: Room, press: Press, error: UserError) -> After:
    return lambda: room.tell(press, error)


def _opening(room: Room, press: Press, error: UserError) -> After:
    return lambda: room.open(press, room.problem(press, error))


def _follow(after: After | None, press: Press) -> None:
    if after is None:
        return
    try:
        after()
    except Exception:  # the edge: what was saved is saved, and the answer has been given
        log.exception("what follows a press failed", extra={"alert": press.alert_id})
