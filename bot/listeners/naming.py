"""A form names another person: whether they may act here is said beside the question. Used by views."""

from __future__ import annotations

from bot.domain.errors import UserError
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.desk import Actor


class NotThisAnswer(UserError):  # noqa: N818 - it says what is the case
    """A UserError about one answer of a form: said beside that question, and the form stays as it was filled in."""

    def __init__(self, block: str, error: UserError) -> None:
        super().__init__(error.key, **error.values)
        self.block = block


def named(press: Press, room: Room, user_id: str, *, block: str, otherwise: str) -> Actor:
    """The person whom a form names. Raises NotThisAnswer for someone who may not act here: `otherwise` is the sentence
    that says so of them, where `error.refused` would speak to whoever sent the form.
    """
    try:
        person = room.people.member(user_id, press.team_id)
    except UserError as error:
        if error.key != "error.refused":
            raise
        raise NotThisAnswer(block, UserError(otherwise, name=room.people.name_of(user_id))) from None
    return Actor(person.user_id, person.name)
