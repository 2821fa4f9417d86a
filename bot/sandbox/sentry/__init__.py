"""The local Sentry, used by the demo, by drills and as the tests' only double of Sentry."""

from bot.sandbox.sentry.samples import EventDescription as EventDescription
from bot.sandbox.sentry.samples import Frame as Frame
from bot.sandbox.sentry.samples import Raised as Raised
from bot.sandbox.sentry.server import SentrySandbox as SentrySandbox
