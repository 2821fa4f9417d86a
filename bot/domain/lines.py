"""What the bot says in Slack, one name a sentence, and the channels it speaks in; the words stand in `locales/`."""

from __future__ import annotations

from enum import StrEnum


class Line(StrEnum):
    """What a thread or channel message says; the words stand in `locales/` under `line.<value>`."""

    DETAILS = "details"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
    MAY_BE_LARGE = "may_be_large"
    NOT_OURS = "not_ours"
    CHANGED = "changed"
    NEW_CASES = "new_cases"
    RESPONDED = "responded"
    RESPONSE_INCOMPLETE = "response_incomplete"
    EXTENDED = "extended"
    NOTE = "note"
    AGAINST_LAST = "against_last"
    HANDED_OVER = "handed_over"
    STEP = "step"
    CAME_BACK = "came_back"
    NEXT_ROUND = "next_round"
    RESOLVED_IN_SENTRY = "resolved_in_sentry"
    ARCHIVED_IN_SENTRY = "archived_in_sentry"
    ASSIGNED_IN_SENTRY = "assigned_in_sentry"
    METRIC_RESOLVED = "metric_resolved"
    FIRST_START = "first_start"
    SENTRY_SILENT = "sentry_silent"
    RULES_BAD = "rules_bad"
    RULES_WELL = "rules_well"
    REMINDER = "reminder"
    CHASE = "chase"
    NUDGE = "nudge"
    CLEARED = "cleared"
    PING = "ping"
    OWNER_AWAY = "owner_away"
    CONSULTATION = "consultation"
    CONSULTATION_WORDS = "consultation_words"
    CONSULTATION_SILENT = "consultation_silent"
    CONSULTATION_SETTLED = "consultation_settled"
    CONSULTATION_CLOSED = "consultation_closed"
    LOOSE_QUESTION = "loose_question"
    LOOSE_ENDED = "loose_ended"
    SWAP_ASKED = "swap_asked"
    SWAP_ANSWERED = "swap_answered"
    SWAP_OPEN = "swap_open"
    SUPPORT_TOLD = "support_told"


class ChannelUse(StrEnum):
    """The channels of `rules.yaml` by what they are for; any other place is a person's id: a direct message."""

    ALERTS = "alerts"
    CONSULTATION = "consultation"
    REVIEW = "review"
    SUPPORT = "support"
