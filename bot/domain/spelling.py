"""How `rules.yaml` is to be read: marks on the fields of the domain's types, which `bot.config` obeys."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

FROM_FILE: dict[str, Any] = {"extra": "forbid", "strict": True}
"""What pydantic must know of each type read from the file: refuse unknown keys, convert nothing."""


class Spelling(StrEnum):
    """The kinds of text with a form of their own."""

    PERSON = "person"
    """A Slack user id (`U024BE7LH`) or an e-mail address."""
    CHANNEL = "channel"
    """A channel's name (`#dev-alerts`, the `#` may be left out) or its id (`C012AB3CD`)."""
    GLOB = "glob"
    """A pattern with `*` (anything) and `?` (one character); never a regular expression."""
    STEP_ID = "step id"
    """Small letters, digits and `_`, beginning with a letter."""
    TIMEZONE = "time zone"
    """A name of the IANA time zone database, such as `Asia/Tokyo`."""
    COUNTRY = "country"
    """Two capital letters of ISO 3166-1, such as `JP`."""
    HOST = "host"
    """A host's name, such as `docs.example.com`; `*.example.com` stands for all below it."""
    RUNBOOK = "runbook"
    """A file below RUNBOOKS_DIR, or an https link to the team's document tool."""
