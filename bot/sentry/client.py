"""Sentry's Web API as the bot needs it. Used by the deliverer, and as `ports.IssueReader` by the poll and the commands.

Every method raises TryLater or Refused; a missing scope or a revoked token is TryLater, for both can be mended.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import quote

import requests

from bot.domain.facts import Facts
from bot.domain.receipts import EventsRead, IssueSnapshot
from bot.ports import Finding, Refused, TryLater
from bot.sentry.caller import CLOSED_FOR, Answer, Caller, RateLimited, expect
from bot.sentry.event import facts_from_api_event
from bot.sentry.events import EVENTS_PAGE, MOST_EVENT_PAGES, read_back, window
from bot.sentry.issue import snapshot
from bot.sentry.pace import Pace
from bot.sentry.probe import probe
from bot.sentry.untrusted import BadBody, Json, line, mapping, number_id, sequence, text

PAGE = "100"
"""Rows of one page: the most that Sentry gives."""
MOST_PAGES = 300
"""Pages read of one list; ours, so that a list without an end is left: 30,000 issues or members."""
MOST_NOTE_PAGES = 3
MOST_WAITS = 3
"""How often one page of a list is asked for again after a 429; ours."""
MEMBERS_FOR = timedelta(minutes=10)
"""How long the members are remembered; ours: people join a team less often than issues are assigned."""
NOTES_CLOSED = (403, 404, 405, 410)
"""How Sentry would say that the notes endpoint, which is not a public one, is not for us."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


class NoteAnswer(StrEnum):
    """What became of a note."""

    WRITTEN = "written"
    ALREADY_THERE = "already_there"
    CLOSED = "closed"


@dataclass(frozen=True)
class Link:
    """A link that an integration shows on an issue."""

    web_url: str
    name: str


class IssueGone(Refused):
    """Sentry has removed the issue: nothing can be said of it any more, and nothing needs to be."""

    def __init__(self) -> None:
        super().__init__("Sentry has no such issue any more")


class SentryClient:
    """One organisation, seen with one integration token. Thread-safe as far as `requests.Session` is."""

    def __init__(
        self,
        base_url: str,
        org: str,
        token: str,
        *,
        machine: Callable[[], datetime],
        session: requests.Session | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.pace = Pace(monotonic)
        self._machine = machine
        self._wait = wait
        self._org = f"organizations/{quote(org, safe='')}"
        self._caller = Caller(
            base_url, token, session=session or requests.Session(), machine=machine, pace=self.pace
        )
        self._members: tuple[datetime, Mapping[str, str]] | None = None

    # --- reading ---

    def issue(self, issue_id: str) -> IssueSnapshot | None:
        """The issue with its activity, by number or short id; None when Sentry has none, or has removed it."""
        answer = self._of_issue("GET", issue_id)
        return None if answer is None or answer.is_gone else _read(expect(answer, "read issues"))

    def latest_event(self, issue_id: str) -> Facts | None:
        """The facts of the issue's newest event, without the project's slug; None when Sentry has no event (yet)."""
        answer = self._of_issue("GET", issue_id, "events/latest/")
        if answer is None or answer.is_gone:
            return None
        return facts_from_api_event(mapping(expect(answer, "read events").body))

    def events(self, issue_id: str, *, since: datetime, before: datetime | None = None) -> EventsRead:
        """The issue's events, newest first, back to `since`, some pages at the most; `before`: older ones only."""
        path = self._path(issue_id, "events/")
        query = {"full": "true", "per_page": EVENTS_PAGE, **window(since, before)}
        return read_back(self._pages(path, query, MOST_EVENT_PAGES), since) if path else EventsRead(None)

    def unresolved(
        self, *, since: datetime | None, environments: Sequence[str] = ()
    ) -> Iterator[IssueSnapshot]:
        """Unresolved issues of all projects, last seen first, down to those last seen before `since`.

        Reads page by page as it is iterated, at the pace that Sentry allows.
        """
        return self._issues("is:unresolved", since, environments)

    def archived(
        self, *, since: datetime | None, environments: Sequence[str] = ()
    ) -> Iterator[IssueSnapshot]:
        """Archived issues, as `unresolved`; `ignored` is Sentry's word for them in a search."""
        return self._issues("is:ignored", since, environments)

    def _issues(
        self, search: str, since: datetime | None, environments: Sequence[str]
    ) -> Iterator[IssueSnapshot]:
        query: dict[str, str | Sequence[str]] = {
            "query": search,
            "project": "-1",
            "sort": "date",
            "limit": PAGE,
        }
        if environments:
            query["environment"] = list(environments)
        for row in self._rows(f"{self._org}/issues/", query, "read issues"):
            try:
                found = snapshot(row)
            except BadBody:
                continue
            if since and found.last_seen_at and found.last_seen_at < since:
                return
            yield found

    def members(self) -> Mapping[str, str]:
        """User ids by e-mail address in small letters; who has not accepted the invitation yet is left out."""
        now = self._machine()
        if self._members and timedelta(0) <= now - self._members[0] < MEMBERS_FOR:
            return self._members[1]
        found = user_ids(self._rows(f"{self._org}/members/", {"per_page": PAGE}, "read members"))
        self._members = (now, found)
        return found

    def notes(self, issue_id: str) -> Sequence[str] | None:
        """The texts of the issue's newest notes; None where Sentry does not let us read them."""
        path = self._path(issue_id, "notes/")
        texts: list[str] = []
        for answer in self._pages(path, {"per_page": PAGE}, MOST_NOTE_PAGES) if path else ():
            if answer.status in NOTES_CLOSED:
                return None
            rows = sequence(expect(answer, "read notes").body)
            texts += filter(None, (text(mapping(mapping(row).get("data")).get("text")) for row in rows))
        return texts

    def external_issues(self, issue_id: str) -> Sequence[Link]:
        """The links that integrations show on the issue."""
        answer = self._of_issue("GET", issue_id, "external-issues/")
        rows = sequence(expect(answer, "read links").body) if answer and not answer.is_gone else ()
        known = [mapping(row) for row in rows]
        return [Link(line(row.get("webUrl"), 500) or "", line(row.get("displayName")) or "") for row in known]

    # --- writing ---

    def set_status(self, issue_id: str, wish: Mapping[str, str]) -> tuple[str, str | None]:
        """Set status and substatus; returns what Sentry made of it. Raises Refused when the issue is gone."""
        answer = self._of_issue("PUT", issue_id, json=wish)
        if answer is None or answer.is_gone:
            raise IssueGone
        issue = mapping(expect(answer, "change issues").body)
        return line(issue.get("status")) or wish["status"], line(issue.get("substatus"))

    def assign(self, issue_id: str, assignee: str) -> str | None:
        """Assign it (`user:ID` or an address); None when done, else why Sentry does not take this assignee."""
        answer = self._of_issue("PUT", issue_id, json={"assignedTo": assignee})
        if answer is None or answer.is_gone:
            raise IssueGone
        if answer.status == 400:
            return answer.reason or "Sentry refuses this assignee"
        expect(answer, "assign issues")
        return None

    def add_note(self, issue_id: str, note: str) -> NoteAnswer:
        """Write a note. The same text within the hour is refused by Sentry and counts as there."""
        answer = self._of_issue("POST", issue_id, "notes/", json={"text": note})
        if answer is None or answer.status in NOTES_CLOSED:
            return NoteAnswer.CLOSED
        if answer.status == 400 and "text" not in mapping(answer.body):
            return NoteAnswer.ALREADY_THERE
        expect(answer, "write notes")
        return NoteAnswer.WRITTEN

    def add_external_issue(
        self, installation_id: str, issue_id: str, *, web_url: str, project: str, identifier: str
    ) -> None:
        """Show a link on the issue; a second one of the same integration replaces the first."""
        number = number_id(issue_id)
        if number is None:
            raise Refused("only an issue can show a link")
        body = {"issueId": int(number), "webUrl": web_url, "project": project, "identifier": identifier}
        path = f"sentry-app-installations/{quote(installation_id, safe='')}/external-issues/"
        expect(self._caller.call("POST", path, json=body), "show a link on the issue")

    def probe(self) -> Iterator[Finding]:
        """Whether the token opens every door that the bot uses; for `triage check`. Changes nothing, never raises."""
        return probe(self._caller, self._org)

    # --- how ---

    def _path(self, issue_id: str, below: str = "") -> str | None:
        """None for what cannot be an issue's name: it must not become another path."""
        return f"{self._org}/issues/{issue_id}/{below}" if _NAME.fullmatch(issue_id) else None

    def _of_issue(
        self, method: str, issue_id: str, below: str = "", json: Mapping[str, object] | None = None
    ) -> Answer | None:
        path = self._path(issue_id, below)
        return self._caller.call(method, path, json=json) if path else None

    def _rows(self, path: str, query: Mapping[str, str | Sequence[str]], what: str) -> Iterator[Json]:
        for answer in self._pages(path, query, MOST_PAGES):
            yield from map(mapping, sequence(expect(answer, what).body))

    def _pages(self, path: str, query: Mapping[str, str | Sequence[str]], most: int) -> Iterator[Answer]:
        """Page after page. Of the `Link` only the cursor is used, its address never; there always is a next one."""
        cursor: dict[str, str] = {}
        for _ in range(most):
            answer = self._patient(path, {**query, **cursor})
            yield answer
            following = answer.next_cursor
            if answer.status >= 400 or following is None or cursor == {"cursor": following}:
                return
            cursor = {"cursor": following}

    def _patient(self, path: str, query: Mapping[str, str | Sequence[str]]) -> Answer:
        """One page of a list, in turn: a list in the middle of which Sentry says "too many" would never be read."""
        for _ in range(MOST_WAITS):
            self._wait(self.pace.ready_in())
            try:
                return self._caller.call("GET", path, params=query)
            except RateLimited:
                continue
        return self._caller.call("GET", path, params=query)


def user_ids(members: Iterable[Json]) -> dict[str, str]:
    """Whom an issue can be assigned to: the user's id, which is not the member's, by each of the user's addresses."""
    found: dict[str, str] = {}
    for member in members:
        user = mapping(member.get("user"))
        user_id = number_id(user.get("id"))
        if user_id and not member.get("pending"):
            others = (mapping(entry).get("email") for entry in sequence(user.get("emails")))
            for address in filter(None, map(text, (member.get("email"), user.get("email"), *others))):
                found.setdefault(address.strip().lower(), user_id)
    return found


def _read(answer: Answer) -> IssueSnapshot:
    try:
        return snapshot(mapping(answer.body))
    except BadBody as bad:
        raise TryLater(f"Sentry's answer is no issue: {bad.why}", CLOSED_FOR, sent=False) from None
