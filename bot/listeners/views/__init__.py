"""Every form that can be sent. Add one: a file here with its ID and `handle`, and a line below."""

from bot.listeners.views import (
    away,
    consult_words,
    drill,
    extend,
    hand_over,
    incident_declare,
    incident_notice,
    incident_restored,
    incident_word,
    judge,
    loose_join,
    not_ours,
    note,
    responded,
    small_check,
    swap,
)

VIEWS = (
    judge,
    small_check,
    responded,
    extend,
    note,
    not_ours,
    hand_over,
    consult_words,
    loose_join,
    swap,
    away,
    drill,
    incident_declare,
    incident_word,
    incident_notice,
    incident_restored,
)
