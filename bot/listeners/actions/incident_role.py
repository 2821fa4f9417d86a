"""A role of an incident, chosen in its select: who has it must be someone who may act."""

from __future__ import annotations

from bot.domain.incident import Role
from bot.listeners.press import Press
from bot.listeners.room import Room
from bot.services.desk import Actor
from bot.services.incident import give_role

PREFIX = "incident_"
IDS = tuple(f"{PREFIX}{role.value}" for role in Role)


def handle(press: Press, room: Room) -> None:
    alert = room.alert(press)
    person = room.people.member(press.value, press.team_id)
    role = Role(press.action_id.removeprefix(PREFIX))
    give_role(room.desk, alert.id, role, Actor(person.user_id, person.name), press.actor)
