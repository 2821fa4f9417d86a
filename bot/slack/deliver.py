"""Carries the Slack effects out: cards, edits, thread lines. Called by the outbox."""

from __future__ import annotations

import json
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from slack_sdk import WebClient

from bot.domain.alert import Alert, MessageRef
from bot.domain.effects import (
    Announce,
    EditCard,
    HearSilence,
    PostCard,
    Remove,
    Revise,
    SavedEffect,
    Say,
    Service,
)
from bot.domain.lines import ChannelUse, Line
from bot.domain.receipts import Done, Dropped, Posted, Receipt
from bot.ports import TryLater
from bot.slack.blocks.card import card
from bot.slack.blocks.lines import say
from bot.slack.blocks.look import Look, Message
from bot.slack.client import SlackLater, SlackRefusal, call
from bot.slack.pace import Pace
from bot.slack.people import is_channel_id

log = logging.getLogger(__name__)

METADATA_EVENT = "triage_message"
LOOK_AT = 200
"""Messages read to find one whose reply was lost; conversations.history gives up to 999."""
UNASKABLE = frozenset(
    {"missing_scope", "not_in_channel", "channel_not_found", "method_not_supported_for_channel_type"}
)
"""Slack does not let us read the channel: a lost reply cannot be looked up, and the second post is marked as such."""
GONE = ("message_not_found", "cant_update_message")
KEPT = ("cant_delete_message", "compliance_exports_prevent_deletion")
"""A workspace may keep every message: https://docs.slack.dev/reference/methods/chat.delete"""
CHANNEL_LEARNED_AFTER = timedelta(seconds=3)
"""Ours: a channel's name becomes an id soon after a first start; what came before that must not wait for a minute."""
CARDS_REMEMBERED = 500
UNSHOWABLE = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "invalid_attachments"}
)
"""Slack does not take the blocks: the alert is shown as plain text rather than not at all, and the defect reported."""


class SlackDeliverer:
    """Posts, edits and threads; each message carries its effect's id as metadata, so that it can be found again."""

    service = Service.SLACK

    def __init__(
        self,
        client: WebClient,
        pace: Pace,
        channel: Callable[[str], str | None],
        look: Callable[[Alert | None, str | None], Look],
        ref_of: Callable[[str], MessageRef | None],
        bot_user_id: Callable[[], str],
        language_of: Callable[[str], str | None],
    ) -> None:
        """`channel` gives the id (or name) of a use in `rules.yaml`; `ref_of` where the message of an effect stands."""
        self._client = client
        self._pace = pace
        self._channel = channel
        self._look = look
        self._ref_of = ref_of
        self._bot_user_id = bot_user_id
        self._language_of = language_of
        self._shown: OrderedDict[str, str] = OrderedDict()

    def ready_in(self, saved: SavedEffect) -> timedelta:
        """Edits share one pace, posts have one a channel."""
        effect = saved.effect
        use = effect.channel if isinstance(effect, Announce) else ChannelUse.ALERTS
        return self._pace.ready_in(
            self._channel(use) or use, edit=isinstance(effect, EditCard | Revise | Remove)
        )

    def deliver(self, saved: SavedEffect, alert: Alert | None) -> Receipt:
        effect = saved.effect
        match effect:
            case PostCard():
                assert alert is not None
                if alert.card is not None:
                    return Posted(alert.card)
                return self._post(saved, card(alert, self._look(alert, None)))
            case EditCard():
                assert alert is not None
                return self._edit(saved, alert)
            case Say():
                assert alert is not None and alert.card is not None
                message = say(effect, alert, self._look(alert, None))
                return self._post(saved, message, thread=alert.card, broadcast=effect.broadcast)
            case Announce():
                return self._announce(saved, effect, alert)
            case Revise():
                return self._revise(effect, alert)
            case Remove():
                return self._remove(effect, alert)
            case HearSilence():
                return self._hear(saved, effect, alert)
            case _:
                return Dropped("not an effect of Slack")

    def _announce(self, saved: SavedEffect, effect: Announce, alert: Alert | None) -> Receipt:
        """In a channel, below another line, or to one person in their own language."""
        person = effect.channel if effect.channel not in tuple(ChannelUse) else None
        message = say(effect, alert, self._look(alert, self._language_of(person) if person else None))
        if effect.thread_of is not None:
            thread = self._ref_of(effect.thread_of)
            if thread is None:
                return Dropped("the message that it belongs to is gone")
            return self._post(saved, message, thread=thread)
        channel = person or self._channel(effect.channel)
        if channel is None and alert is not None and alert.card is not None:
            return self._post(saved, message, thread=alert.card)
        return self._post(saved, message, channel=channel or self._alerts())

    def _revise(self, effect: Revise, alert: Alert | None) -> Receipt:
        """Another text where a line stands; a line that is gone needs none."""
        ref = self._ref_of(effect.of)
        if ref is None:
            return Dropped("the line was never posted")
        message = say(effect, alert, self._look(alert, None))
        arguments = {"channel": ref.channel, "ts": ref.ts, "text": message.text, "blocks": message.blocks}
        try:
            self._send("chat.update", ref.channel, arguments, edit=True)
        except SlackRefusal as refusal:
            if refusal.error not in GONE:
                raise
            return Dropped(f"the line is gone: {refusal.error}")
        return Done()

    def _remove(self, effect: Remove, alert: Alert | None) -> Receipt:
        """Take a line away; where Slack keeps it, it says that it is over."""
        ref = self._ref_of(effect.of)
        if ref is None:
            return Dropped("the line was never posted")
        try:
            self._send("chat.delete", ref.channel, {"channel": ref.channel, "ts": ref.ts}, edit=True)
        except SlackRefusal as refusal:
            if refusal.error in KEPT:
                return self._revise(Revise(effect.of, Line.CLEARED, about=effect.of), alert)
            if refusal.error not in GONE:
                raise
            return Dropped(f"the line is gone: {refusal.error}")
        return Done()

    def _hear(self, saved: SavedEffect, effect: HearSilence, alert: Alert | None) -> Receipt:
        """Say the line only where no person has written below the question."""
        ref = self._ref_of(effect.of)
        if ref is None:
            return Dropped("the question was never posted")
        answer: Any = call(
            self._client, "conversations.replies", channel=ref.channel, ts=ref.ts, limit=LOOK_AT
        )
        ours = self._bot_user_id()
        if any(
            m.get("ts") != ref.ts and m.get("user") != ours and not m.get("bot_id")
            for m in answer["messages"]
        ):
            return Dropped("somebody has written")
        return self._announce(saved, effect.line, alert)

    def _alerts(self) -> str:
        return self._channel(ChannelUse.ALERTS) or ""

    def _post(
        self,
        saved: SavedEffect,
        message: Message,
        *,
        thread: MessageRef | None = None,
        channel: str | None = None,
        broadcast: bool = False,
    ) -> Posted:
        """Post once. After a lost reply the message is looked up first; when that cannot be done it is marked."""
        channel = thread.channel if thread else channel or self._alerts()
        text, mark = message.text, ""
        if saved.begun_at is not None:
            try:
                found = self._find(saved, channel, thread)
            except (SlackRefusal, SlackLater) as refusal:
                if refusal.error not in UNASKABLE:
                    raise
                log.warning("cannot look up a lost reply", extra={"effect": saved.id, "why": str(refusal)})
                mark = self._look(None, None).words.text("line.maybe_repeated")
            else:
                if found:
                    return Posted(found)
        arguments: dict[str, Any] = {
            "channel": channel,
            "text": f"{text} {mark}".strip(),
            "blocks": message.blocks,
            "metadata": {"event_type": METADATA_EVENT, "event_payload": {"id": saved.id}},
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if mark and message.blocks:
            arguments["blocks"] = [*message.blocks, _context(mark)]
        if thread:
            arguments["thread_ts"] = thread.ts
        if broadcast:
            arguments["reply_broadcast"] = True
        answer = self._send("chat.postMessage", channel, arguments, edit=False)
        ref = MessageRef(str(answer.get("channel") or channel), str(answer["ts"]))
        return Posted(ref, maybe_repeated=bool(mark))

    def _edit(self, saved: SavedEffect, alert: Alert) -> Receipt:
        assert alert.card is not None
        message = card(alert, self._look(alert, None))
        fingerprint = json.dumps([alert.card.ts, message.text, message.blocks], sort_keys=True)
        if self._shown.get(alert.id) == fingerprint:
            return Done()
        arguments = {
            "channel": alert.card.channel,
            "ts": alert.card.ts,
            "text": message.text,
            "blocks": message.blocks,
        }
        try:
            self._send("chat.update", alert.card.channel, arguments, edit=True)
        except SlackRefusal as refusal:
            if refusal.error not in GONE:
                raise
            log.warning("a card is gone and is posted again", extra={"alert": alert.id})
            return self._post(saved, message)
        self._remember(alert.id, fingerprint)
        return Done()

    def _remember(self, alert_id: str, fingerprint: str) -> None:
        """What a card shows now: an edit that would change nothing is not sent. Forgotten at a restart, harmlessly."""
        self._shown[alert_id] = fingerprint
        self._shown.move_to_end(alert_id)
        if len(self._shown) > CARDS_REMEMBERED:
            self._shown.popitem(last=False)

    def _send(self, method: str, channel: str, arguments: dict[str, Any], *, edit: bool) -> Mapping[str, Any]:
        """One paced call. Blocks that Slack refuses are left out, so that the text at least is shown."""
        self._pace.take(channel, edit=edit)
        try:
            return call(self._client, method, **arguments)
        except TryLater as later:
            if isinstance(later, SlackLater) and later.error == "ratelimited" and later.after:
                self._pace.close_for(channel, later.after, edit=edit)
            if (
                isinstance(later, SlackLater)
                and later.error == "channel_not_found"
                and not is_channel_id(channel)
            ):
                raise SlackLater(later.error, CHANNEL_LEARNED_AFTER, sent=False) from later
            raise
        except SlackRefusal as refusal:
            if refusal.error not in UNSHOWABLE or not arguments.get("blocks"):
                raise
            log.error("Slack refused the blocks of a message", extra={"why": str(refusal)})
            return call(self._client, method, **{**arguments, "blocks": []})

    def _find(self, saved: SavedEffect, channel: str, thread: MessageRef | None) -> MessageRef | None:
        """The message that an earlier attempt posted although its reply was lost."""
        arguments: dict[str, Any] = {
            "channel": channel,
            "limit": LOOK_AT,
            "include_all_metadata": True,
        }
        if thread:
            arguments["ts"] = thread.ts
        method = "conversations.replies" if thread else "conversations.history"
        answer: Any = call(self._client, method, **arguments)
        for message in answer.get("messages", []):
            metadata: Any = message.get("metadata") or {}
            payload: Any = metadata.get("event_payload") or {}
            if payload.get("id") == saved.id:
                return MessageRef(channel, str(message["ts"]))
        return None


def _context(text: str) -> dict[str, Any]:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}
