"""Where our things are in Slack: channels by use, messages by effect, their web addresses. Used by `bot.app`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.domain.alert import Alert, MessageRef
from bot.domain.effects import ref_key
from bot.domain.lines import ChannelUse
from bot.domain.rules import Rules
from bot.ports import Store
from bot.services.people import TEAM
from bot.slack.people import find_channels, identify

TEAM_URL = "team_url"
BOT_USER = "bot_user"
CHANNEL = "channel:"
CHANNEL_NAME = "channel_name:"
"""Under these names the store keeps what Slack said of us and of our channels, so that a restart needs no answer."""


def channel_of(store: Store, rules: Callable[[], Rules]) -> Callable[[str], str | None]:
    """A channel by its use: its id once known, else the name that the rules give; None where they name none.

    An id is believed for the name that it was found by: other rules may name another channel for the same use.
    """
    known: dict[tuple[str, str], str] = {}

    def channel(use: str) -> str | None:
        """Asked for each waiting effect, so an id that is known is not read again."""
        name = _named(rules()).get(use)
        if name is None:
            return None
        if (use, name) not in known:
            kept = store.value(f"{CHANNEL}{use}")
            if kept is None or (store.value(f"{CHANNEL_NAME}{use}") or name) != name:
                return name
            known[use, name] = kept
        return known[use, name]

    return channel


def _named(rules: Rules) -> dict[str, str | None]:
    """What the rules call the channel of each use."""
    return {
        ChannelUse.ALERTS: rules.channels.alerts,
        ChannelUse.CONSULTATION: rules.channels.consultation,
        ChannelUse.REVIEW: rules.channels.review or rules.channels.alerts,
        ChannelUse.SUPPORT: rules.channels.support,
    }


def ref_of(store: Store) -> Callable[[str], MessageRef | None]:
    """Where the message of an effect stands, by the effect's id."""

    def ref_of(of: str) -> MessageRef | None:
        kept = store.value(ref_key(of))
        if kept is None:
            return None
        channel, _, ts = kept.partition(":")
        return MessageRef(channel, ts)

    return ref_of


def permalink(store: Store) -> Callable[[Alert], str | None]:
    """The address of a card, made of parts that never change, so that a note has the same text at each attempt.

    The form `TEAM/archives/CHANNEL/pTS` is that of chat.getPermalink.
    """

    return lambda alert: address(store, alert.card) or None


def address(store: Store, ref: MessageRef | None) -> str:
    """The web address of a message of ours; empty while it or our workspace is not known."""
    base = store.value(TEAM_URL)
    if not base or ref is None:
        return ""
    return f"{base.rstrip('/')}/archives/{ref.channel}/p{ref.ts.replace('.', '')}"


def learn_places(store: Store, client: Any, rules: Rules) -> None:
    """Learn our team and our channels' ids from Slack, and keep them. Raises TryLater or Refused.

    An id is what is kept: a channel that was renamed since is not found by the old name any more, and goes on working.
    """
    identity = identify(client)
    known: dict[str, str | None] = {
        TEAM: identity.team_id,
        TEAM_URL: identity.team_url,
        BOT_USER: identity.bot_user_id,
    }
    wanted = _named(rules)
    for use, channel_id in find_channels(client, wanted).items():
        known[f"{CHANNEL}{use}"] = channel_id
        known[f"{CHANNEL_NAME}{use}"] = wanted[use]
    news = {name: value for name, value in known.items() if value and store.value(name) != value}
    if news:
        with store.change() as change:
            for name, value in news.items():
                change.set_value(name, value)
