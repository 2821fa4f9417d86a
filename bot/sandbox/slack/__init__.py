"""A Slack workspace on this machine, as strict as the real one: for the demo page, the drills and the tests."""

from bot.sandbox.slack.delivery import Reply
from bot.sandbox.slack.server import SlackSandbox
from bot.sandbox.slack.web_api import Call

__all__ = ["Call", "Reply", "SlackSandbox"]
