"""Every form that can be sent. Add one: a file here with its ID and `handle`, and a line below."""

from bot.listeners.views import extend, hand_over, judge, not_ours, note, responded, small_check

VIEWS = (judge, small_check, responded, extend, note, not_ours, hand_over)
