"""How each environment variable must be written; called by `bot.config.settings`.

A reader takes the text and answers the value; a ValueError carries the remedy, and never a secret's value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

from bot.config.problem import Problem, did_you_mean, nearest, shown

LOOPBACK = ("127.0.0.1", "localhost", "::1")

_REGION = re.compile(r"(?:us|de|eu)[0-9]*\.sentry\.io")
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?")

Reader = Callable[[str], str]


class Environment:
    """The variables as found, and what was wrong with those that were asked for; an empty one counts as not set."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = {name: value.strip() for name, value in variables.items() if value.strip()}
        self.problems: list[Problem] = []

    def has(self, name: str) -> bool:
        """Whether it is set to something."""
        return name in self._variables

    def read(self, name: str, default: str, reader: Reader, *, default_too: bool = False) -> str:
        """The value, or the default where it is not set or wrong; `default_too`: the default is judged as well."""
        if not self.has(name) and not default_too:
            return default
        try:
            return reader(self._variables.get(name, default))
        except ValueError as error:
            self.problems.append(Problem(name, str(error)))
            return default

    def need(self, name: str, where: str, reader: Reader) -> str:
        """The value of a variable without which nothing can start; `where` says where it is to be found."""
        if self.has(name):
            return self.read(name, "", reader)
        strangers = (other for other in self._variables if other not in KNOWN)
        kin = nearest(name, (other for other in strangers if other.startswith(("SLACK", "SENTRY"))))
        hint = f" ({kin} is set: did you mean {name}?)" if kin else ""
        self.problems.append(Problem(name, f"is not set; find it here: {where}{hint}"))
        return ""


KNOWN = frozenset(
    (
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
        "SLACK_APP_TOKEN",
        "SLACK_API_URL",
        "SENTRY_URL",
        "SENTRY_ORG",
        "SENTRY_AUTH_TOKEN",
        "SENTRY_CLIENT_SECRET",
        "SENTRY_INSTALLATION_ID",
        "SENTRY_DSN",
    )
)
"""Our own names that begin like services' names, so that none of them is taken for a misspelt other."""


def word(text: str) -> str:
    """A value in one piece."""
    if re.search(r"\s", text):
        raise ValueError("holds a space or a line break; copy it again, in one piece")
    return text


def slack_token(prefix: str) -> Reader:
    """A Slack token of the kind that begins so."""
    kinds = {
        "xoxb-": "a bot token, which belongs in SLACK_BOT_TOKEN",
        "xapp-": "an app-level token, which belongs in SLACK_APP_TOKEN",
        "xoxp-": "a user token, which this bot does not use",
        "xoxe": "a token that expires; switch token rotation off in the Slack app",
    }

    def read(text: str) -> str:
        word(text)
        if text.startswith(prefix) and len(text) > len(prefix):
            return text
        kind = next(
            (meaning for start, meaning in kinds.items() if text.startswith(start) and start != prefix), None
        )
        found = f"holds {kind}" if kind else f"does not begin with {prefix}"
        raise ValueError(f"{found}; the right one begins with {prefix}")

    return read


def slack_url(text: str) -> str:
    """The base of Slack's Web API, with `/` at its end; https, except on this machine."""
    url = _web_url(text, "https://slack.com/api/")
    if url.scheme != "https" and url.hostname not in LOOPBACK:
        raise ValueError("would send the token unencrypted; write https://...")
    return text.rstrip("/") + "/"


def sentry_url(text: str) -> str:
    """The base of Sentry, without `/` at its end."""
    url = _web_url(text, "https://sentry.io")
    host = url.hostname or ""
    if "/api/" in url.path + "/" or "/organizations/" in url.path + "/":
        raise ValueError(
            "must be the bare address, such as https://sentry.io; leave out /api/... and /organizations/..."
        )
    if host.endswith(".sentry.io") and not _REGION.fullmatch(host):
        org = host.removesuffix(".sentry.io")
        raise ValueError(
            f"must not name the organisation; write https://sentry.io (or your region, such as https://de.sentry.io) "
            f"and SENTRY_ORG={org}"
        )
    return text.rstrip("/")


def _web_url(text: str, example: str) -> SplitResult:
    try:
        url = urlsplit(word(text))
        _ = url.port
    except ValueError:
        raise ValueError(f"is no address; write {example}") from None
    if url.scheme not in ("http", "https") or not url.hostname:
        raise ValueError(f"is no web address; write it with https://, such as {example}")
    if "@" in url.netloc or url.query or url.fragment:
        raise ValueError(f"must hold no user, ? or #; write {example}")
    return url


def sentry_org(text: str) -> str:
    """An organisation's slug."""
    if not _SLUG.fullmatch(text):
        near = text.lower().replace(" ", "-")
        hint = (
            f'did you mean "{near}"?'
            if _SLUG.fullmatch(near)
            else "write the slug as in https://SLUG.sentry.io"
        )
        raise ValueError(f"is no slug: {shown(text)}; {hint}")
    return text


def sentry_token(text: str) -> str:
    """An internal integration's token."""
    word(text)
    if text.startswith("sntrys_"):
        raise ValueError(
            "holds an organisation token, which cannot read issues; take the token of an internal integration "
            "(Settings, Developer Settings)"
        )
    return text


def sentry_dsn(text: str) -> str:
    """A project's DSN."""
    try:
        url = urlsplit(word(text))
    except ValueError:
        url = urlsplit("")
    if url.scheme not in ("http", "https") or not url.username or not url.path.rpartition("/")[2].isdigit():
        raise ValueError("is no DSN; write https://KEY@HOST/NUMBER (Sentry: project, Settings, Client Keys)")
    return text


def uuid(text: str) -> str:
    """A UUID, with hyphens."""
    try:
        return str(UUID(text))
    except ValueError:
        raise ValueError(
            "is no UUID; copy installation.uuid of a webhook, or leave it out: it is learned"
        ) from None


def store_url(*, disk_is_kept: bool) -> Reader:
    """Where the store is: `tinydb:///path`."""

    def read(text: str) -> str:
        scheme, _, rest = text.partition("://")
        if scheme in ("postgresql", "postgres"):
            raise ValueError(
                "names PostgreSQL, which this version cannot use yet; write tinydb:///data/triage.db"
            )
        if scheme != "tinydb":
            raise ValueError("names no store that is known; write tinydb:///data/triage.db")
        if not rest.startswith("/") or rest.endswith("/") or not rest.strip("/"):
            raise ValueError("must have three slashes and a file; write tinydb:///data/triage.db")
        if not disk_is_kept:
            raise ValueError(
                "is a file, but this host (DYNO is set) does not keep its disk: every decision would be lost at the "
                "next restart; run where the disk is kept"
            )
        return text

    return read


def port(text: str) -> str:
    """A TCP port."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 65535):
        raise ValueError(f"is no port: {shown(text)}; write a number from 1 to 65535, such as 3000")
    return text


def one_of(*choices: str) -> Reader:
    """One of these words; capitals do not matter."""

    def read(text: str) -> str:
        found = next((choice for choice in choices if choice.lower() == text.lower()), None)
        if found is None:
            raise ValueError(f"cannot be {shown(text)}; {did_you_mean(text, choices)}")
        return found

    return read
