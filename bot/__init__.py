"""A Slack bot that makes on-call triage of Sentry alerts right, quick and humane."""

__version__ = "0.1.0"
