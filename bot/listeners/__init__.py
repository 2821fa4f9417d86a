"""What people do in Slack: one listener for each action and view, in the shape Bolt knows. Registered by `bot.app`."""

from bot.listeners.room import Room
from bot.listeners.slack_app import SlackApp, make_slack_app

__all__ = ["Room", "SlackApp", "make_slack_app"]
