"""Asks Slack who someone is and what a channel's id is. Used by `bot.services.people` through `ports.PeopleSource`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from slack_sdk import WebClient

from bot.ports import Person
from bot.slack.client import SlackRefusal, call

PAGE = 200
"""Channels asked for at once; Slack recommends at most 200 (conversations.list)."""
MOST_PAGES = 50


@dataclass(frozen=True)
class Identity:
    """Who the bot is, as auth.test says; `scopes` come from its answer's header."""

    team_id: str
    team_url: str
    bot_user_id: str
    bot_id: str
    scopes: frozenset[str] = frozenset()


def identify(client: WebClient) -> Identity:
    """Ask who we are. Raises TryLater or SlackRefusal."""
    answer = call(client, "auth.test")
    return Identity(
        team_id=str(answer.get("team_id", "")),
        team_url=str(answer.get("url", "")),
        bot_user_id=str(answer.get("user_id", "")),
        bot_id=str(answer.get("bot_id", "")),
    )


class SlackPeople:
    """`ports.PeopleSource` over users.info and users.lookupByEmail."""

    def __init__(self, client: WebClient, machine: Callable[[], datetime]) -> None:
        self._client = client
        self._machine = machine

    def by_id(self, user_id: str) -> Person | None:
        """The person of that id, or None where this workspace has none. Raises TryLater or SlackRefusal."""
        return self._ask("users.info", user=user_id, include_locale=True)

    def by_email(self, email: str) -> Person | None:
        """The person with that address, or None. Raises TryLater or SlackRefusal."""
        found = self._ask("users.lookupByEmail", email=email)
        return self.by_id(found.user_id) if found else None

    def _ask(self, method: str, **arguments: Any) -> Person | None:
        try:
            answer = call(self._client, method, **arguments)
        except SlackRefusal as refusal:
            if refusal.error in ("user_not_found", "users_not_found", "user_not_visible"):
                return None
            raise
        user: Any = answer.get("user")
        return person_of(cast("Mapping[str, Any]", user), self._machine()) if isinstance(user, dict) else None


def person_of(user: Mapping[str, Any], at: datetime) -> Person:
    """A user object of Slack as ours."""
    profile: Any = user.get("profile") or {}
    name: Any = (
        profile.get("display_name") or user.get("real_name") or profile.get("real_name") or user.get("name")
    )
    return Person(
        user_id=str(user["id"]),
        name=str(name or user["id"]),
        email=profile.get("email"),
        locale=str(user.get("locale") or "en-US"),
        is_active=not user.get("deleted", False),
        is_guest=bool(
            user.get("is_restricted") or user.get("is_ultra_restricted") or user.get("is_stranger")
        ),
        is_bot=bool(user.get("is_bot")),
        team_id=user.get("team_id"),
        checked_at=at,
    )


def find_channels(client: WebClient, wanted: Mapping[str, str | None]) -> dict[str, str]:
    """The ids of channels named in `rules.yaml`, by their use; an id stays as it is, one not found is left out.

    Raises TryLater or SlackRefusal.
    """
    names = {use: name.lstrip("#") for use, name in wanted.items() if name}
    found = {use: name for use, name in names.items() if is_channel_id(name)}
    missing = {name: use for use, name in names.items() if use not in found}
    if missing:
        for channel in channels(client):
            uses = [use for use, name in names.items() if name == channel.get("name")]
            found.update(dict.fromkeys(uses, str(channel["id"])))
            if len(found) == len(names):
                break
    return found


def is_channel_id(text: str) -> bool:
    """Whether the text has the form of a channel's id; names are written in small letters."""
    return text[:1] in ("C", "G") and text.isupper() and text.isalnum()


def channels(client: WebClient) -> Iterator[Mapping[str, Any]]:
    """The channels that the bot can see, page by page."""
    cursor = ""
    for _ in range(MOST_PAGES):
        answer = call(
            client,
            "conversations.list",
            types="public_channel,private_channel",
            exclude_archived=True,
            limit=PAGE,
            cursor=cursor,
        )
        yield from answer.get("channels", [])
        metadata: Any = answer.get("response_metadata") or {}
        cursor = str(metadata.get("next_cursor") or "")
        if not cursor:
            return
