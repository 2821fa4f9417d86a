"""One call of Sentry's Web API: sent once, bounded in time and size, its failures told apart. Used by the client."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from bot.ports import Refused, TryLater
from bot.sentry.pace import Pace
from bot.sentry.untrusted import BadBody, mapping, number_id, private_line, read_json, sequence

TIMEOUTS = (3.05, 10.0)
"""Seconds to connect and between two pieces of an answer; ours (requests advises a little over a multiple of 3)."""
LONGEST_ANSWER = 30.0
"""Seconds that a whole answer may take; ours: one that drips must not hold up the outbox."""
LARGEST_ANSWER = 8 * 1024 * 1024
"""Bytes of an answer, unpacked; ours: Sentry keeps an event below 1 MiB, a page of 100 issues takes about 300 kB."""
USER_AGENT = "sentry-triage"

SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(seconds=60)
"""Bounds of the pause after a 429: its window is one second, and a clock that is wrong must not stop us for long."""
LONGEST_RETRY_AFTER = timedelta(hours=1)
"""How long a `Retry-After` of a server in trouble is believed."""
CLOSED_FOR = timedelta(minutes=5)
"""The pause after a refusal that an operator can mend (token, scope, address): the effect waits, it is not lost."""
PIECE = 64 * 1024

_NEXT = re.compile(r'rel="next";\s*results="true";\s*cursor="([0-9A-Za-z:_.-]{1,200})"')


class RateLimited(TryLater):
    """Sentry counted too many requests; `after` says when its window ends."""


class NotAllowed(TryLater):
    """The token does not open this door. A new token may, so it is tried again; the text says what to mend."""

    def __init__(self, why: str, remedy: str) -> None:
        super().__init__(f"{why}: {remedy}", CLOSED_FOR, sent=False)


@dataclass(frozen=True)
class Answer:
    """What Sentry said: a status below 500 that is no redirect, no 401 and no 429; `body` None when it is empty."""

    status: int
    headers: Mapping[str, str]
    body: object

    @property
    def is_gone(self) -> bool:
        """There is no such thing; 410 is what retired paths say."""
        return self.status in (404, 410)

    @property
    def next_cursor(self) -> str | None:
        """Where the list goes on; there always is a next link, which at the end says that it has no results."""
        following = _NEXT.search(self.headers.get("Link") or "")
        return following[1] if following else None

    @property
    def reason(self) -> str:
        """Sentry's own words of refusal, masked, or none."""
        told = next(iter(mapping(self.body).values()), self.body)
        return private_line(next(iter(sequence(told)), told)) or ""


@dataclass(frozen=True)
class Reply:
    """What came back, unopened; `headers` do not mind the case of their names."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True)
class _Bearer(AuthBase):
    """Sets the token; as an AuthBase, so that a .netrc file on the host cannot replace it."""

    token: str

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if not (self.token.isascii() and self.token.isprintable()):
            # http.client would say so too, with the token in its words.
            raise requests.exceptions.InvalidHeader("SENTRY_AUTH_TOKEN holds what no token holds")
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request

    def __repr__(self) -> str:
        return "_Bearer(...)"


class Caller:
    """Calls the Web API below one base address with one token. Never retries; the outbox does."""

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        session: requests.Session,
        machine: Callable[[], datetime],
        pace: Pace,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._base = base_url.rstrip("/")
        self._auth = _Bearer(token)
        self._session = session
        self._machine = machine
        self._monotonic = monotonic
        self.pace = pace

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | Sequence[str]] | None = None,
        json: Mapping[str, object] | None = None,
    ) -> Answer:
        """Send it once. Raises TryLater for every failure that may pass, and says whether it may have been done."""
        reply = self._send(method, f"{self._base}/api/0/{path}", params, json)
        if reply.status == 429:
            after = pause(reply.headers, self._machine())
            self.pace.hold(after.total_seconds())
            raise RateLimited("Sentry counts too many requests", after, sent=False)
        if reply.status >= 500 or reply.status == 408:
            raise TryLater(f"Sentry answers {reply.status}", retry_after(reply.headers, self._machine()))
        if 300 <= reply.status < 400:
            raise TryLater("Sentry redirects elsewhere: is SENTRY_URL right?", CLOSED_FOR, sent=False)
        if reply.status == 401:
            raise NotAllowed("Sentry does not take SENTRY_AUTH_TOKEN", "set the integration's token anew")
        return _opened(reply)

    def _send(
        self,
        method: str,
        url: str,
        params: Mapping[str, str | Sequence[str]] | None,
        json: Mapping[str, object] | None,
    ) -> Reply:
        """One request, and a second one where a read is redirected within the same origin."""
        reply = self._send_once(method, url, params, json)
        moved = _moved(reply, url) if method == "GET" else None
        return self._send_once("GET", moved, None, None) if moved else reply

    def _send_once(
        self,
        method: str,
        url: str,
        params: Mapping[str, str | Sequence[str]] | None,
        json: Mapping[str, object] | None,
    ) -> Reply:
        self.pace.take()
        try:
            response = self._session.request(
                method,
                url,
                params=params,
                json=json,
                auth=self._auth,
                headers={"Accept": "application/json", "User-Agent": USER_AGENT},
                timeout=TIMEOUTS,
                allow_redirects=False,
                stream=True,
            )
            return Reply(response.status_code, response.headers, self._content(response))
        except requests.RequestException as error:
            why = f"Sentry does not answer ({type(error).__name__})"
            raise TryLater(why, sent=may_have_arrived(error)) from None

    def _content(self, response: requests.Response) -> bytes:
        """The whole answer, within its bounds. Raises TryLater beyond them."""
        started, content = self._monotonic(), bytearray()
        with response:
            for piece in response.iter_content(PIECE):
                content += piece
                if len(content) > LARGEST_ANSWER or self._monotonic() - started > LONGEST_ANSWER:
                    raise TryLater("Sentry's answer has no end", CLOSED_FOR)
        return bytes(content)


def _opened(reply: Reply) -> Answer:
    """Something else than Sentry may stand at the address: its pages must not pass for Sentry's word."""
    try:
        body = read_json(reply.content) if reply.content.strip() else None
    except BadBody:
        why = f"{reply.status} and no JSON: is SENTRY_URL right?"
        raise TryLater(why, CLOSED_FOR, sent=reply.status < 400) from None
    return Answer(reply.status, reply.headers, body)


def expect(answer: Answer, what: str) -> Answer:
    """The answer when it is a success. Raises NotAllowed (403) or Refused with Sentry's own words."""
    if answer.status == 403:
        raise NotAllowed(f"the token may not {what}", "give the integration that permission")
    if answer.status >= 400:
        raise Refused(f"Sentry refuses to {what}: {answer.status} {answer.reason}".rstrip())
    return answer


def may_have_arrived(error: requests.RequestException) -> bool:
    """Whether Sentry may have done what was asked: not when no connection came about."""
    if isinstance(
        error, requests.ConnectTimeout | requests.exceptions.SSLError | requests.exceptions.ProxyError
    ):
        return False
    cause = getattr(error.args[0] if error.args else None, "reason", None)
    never_sent = isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidHeader)
    return not never_sent and not isinstance(cause, NewConnectionError | ConnectTimeoutError)


def pause(headers: Mapping[str, str], machine_at: datetime) -> timedelta:
    """How long a 429 asks us to wait: until its window ends, by Sentry's own clock where it tells that."""
    asked = retry_after(headers, machine_at)
    if asked is None:
        reset = number_id(headers.get("X-Sentry-Rate-Limit-Reset"))
        sent_at = _http_date(headers.get("Date")) or machine_at
        asked = timedelta(seconds=min(int(reset) - sent_at.timestamp(), 3600)) if reset else SHORTEST_PAUSE
    return min(max(asked, SHORTEST_PAUSE), LONGEST_PAUSE)


def retry_after(headers: Mapping[str, str], machine_at: datetime) -> timedelta | None:
    """What `Retry-After` asks for, as seconds or as a date; None when it is absent or unreadable."""
    header = (headers.get("Retry-After") or "").strip()
    seconds, until = number_id(header), _http_date(header)
    if seconds:
        return min(timedelta(seconds=min(int(seconds), 10**6)), LONGEST_RETRY_AFTER)
    return min(max(until - machine_at, timedelta(0)), LONGEST_RETRY_AFTER) if until else None


def _http_date(value: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(value or "")
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _moved(reply: Reply, url: str) -> str | None:
    """Where a redirect within the same origin leads; None for every other, so that the token never leaves."""
    if not 300 <= reply.status < 400 or "Location" not in reply.headers:
        return None
    target = urljoin(url, reply.headers["Location"])
    here, there = urlsplit(url), urlsplit(target)
    same = (here.scheme, here.netloc) == (there.scheme, there.netloc)
    return target if same and there.path.startswith("/api/0/") else None
