"""Every message shortcut. Add one: a file here with its ID and `handle`, a line below, its name in the manifests."""

from bot.listeners.shortcuts import consult_message, declare_large

SHORTCUTS = (consult_message, declare_large)
