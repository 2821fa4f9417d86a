"""Every event listened to. Add one: a file here with its ID and `handle`, a line below, one in the manifests."""

from bot.listeners.events import app_home_opened, app_mention, message_im

EVENTS = (app_home_opened, app_mention, message_im)
