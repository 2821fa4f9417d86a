"""Use case: an issue that was in Sentry's archive and is no longer listed there is asked about. Called by `archive`.

A person who takes an issue out of the archive by hand is told by no webhook, and the issue is in no list of news.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.domain.effects import ReadIssue
from bot.domain.receipts import IssueSnapshot
from bot.ports import Change, IssueReader
from bot.services.desk import Desk
from bot.services.reconcile import MOST_QUIET_READS, MOST_READS, archived_alerts

LISTED = "archive_listed"
"""Under this name the store keeps which of our archived issues Sentry listed last: JSON."""
MOST_LISTED = 1000
"""Issues that the whole archive may have to be listed at each poll; ours: ten requests. A larger one is asked about
issue by issue, in turn (`services.reconcile`).
"""


class ArchiveListing:
    """One reading of the archive: what is new in it, and what is no longer there."""

    def __init__(self, desk: Desk, since: datetime) -> None:
        """`since`: issues last seen before are no news. A few are read by each poll anyway and need no whole list."""
        self._desk = desk
        self._since = since
        self._archived = tuple(dict.fromkeys(alert.issue_id for alert in archived_alerts(desk)))
        self._is_wanted = len(self._archived) > MOST_QUIET_READS
        self._listed: set[str] = set()
        self._is_whole = False

    def read(self, reader: IssueReader, environments: Sequence[str]) -> Iterator[IssueSnapshot]:
        """The archived issues seen since, from the whole list where that is wanted. Raises TryLater or Refused."""
        listing = reader.archived(since=None if self._is_wanted else self._since, environments=environments)
        for number, issue in enumerate(listing):
            if number >= MOST_LISTED and self._is_wanted:
                return
            self._listed.add(issue.issue_id)
            if issue.last_seen_at is None or issue.last_seen_at >= self._since:
                yield issue
        self._is_whole = self._is_wanted

    def ask_after_the_missing(self, change: Change) -> int:
        """Ask at once for issues that were listed last time and are not now. One that never was tells nothing: it may
        be older than Sentry lists, or of another environment. Returns how many.
        """
        if not self._is_whole:
            return 0
        before: set[str] = set(json.loads(change.value(LISTED) or "[]"))
        missing = [name for name in self._archived if name in before and name not in self._listed]
        for issue_id in missing[:MOST_READS]:
            change.add(ReadIssue(issue_id), self._desk.clock.machine())
        later = missing[MOST_READS:]
        _keep(change, [*(name for name in self._archived if name in self._listed), *later])
        return len(missing) - len(later)


def _keep(change: Change, listed: Sequence[str]) -> None:
    told = json.dumps(sorted(listed))
    if change.value(LISTED) != told:
        change.set_value(LISTED, told)
