"""One issue with events of three causes, and a Small on its card: what the tests of the archive share."""

from __future__ import annotations

from typing import Any

from tests.builders import AIKO
from tests.e2e.world import ALERTS, World, wait_until

TITLE = {"type": "ActiveRecord::Deadlocked", "value": "PG::TRDeadlockDetected: ERROR:  deadlock detected"}
FROM_THE_CONTROLLER = {
    "transaction": "Applicant::DocumentsController#create",
    "culprit": "Applicant::DocumentsController#create",
    "tags": {"journey_step": "2"},
}
FROM_THE_WORKER = {
    "transaction": "Sidekiq/DocumentFinalizeJob",
    "culprit": "Sidekiq/DocumentFinalizeJob",
    "tags": {"journey_step": "2-3"},
}
FROM_THE_CONSOLE = {"transaction": "Console::ReviewsController#update", "tags": {"journey_step": "3"}}
SUBMIT = {"filename": "app/models/submission.rb", "lineno": 118, "function": "attach_documents!"}
PROMOTE = {"filename": "app/models/submission.rb", "lineno": 164, "function": "promote_to_review!"}
REVIEW = {"filename": "app/models/review.rb", "lineno": 12, "function": "approve!"}
OLD = "Applicant::DocumentsController#create · submission.rb:118 attach_documents! · 2 Submission"
NEW = "Sidekiq/DocumentFinalizeJob · submission.rb:164 promote_to_review! · 3 Visual check"


def an_event(where: dict[str, Any], frame: dict[str, Any], issue: str = "7001") -> dict[str, Any]:
    """One more event of that issue, wherever it comes from: Sentry has grouped them by their title."""
    return {**where, "exceptions": [{**TITLE, "frames": [frame]}], "issue_id": issue, "fingerprint": [issue]}


def controller(issue: str = "7001") -> dict[str, Any]:
    return an_event(FROM_THE_CONTROLLER, SUBMIT, issue)


def worker(issue: str = "7001") -> dict[str, Any]:
    return an_event(FROM_THE_WORKER, PROMOTE, issue)


def console(issue: str = "7001") -> dict[str, Any]:
    return an_event(FROM_THE_CONSOLE, REVIEW, issue)


def decide_small(world: World, issue: str = "7001", number: int = 1, by: str = AIKO) -> None:
    """Small is pressed on the card of that round, kept where the matrix asks, and the issue is archived."""
    card = world.card(issue, number)
    world.settle()
    world.slack.click(by, ALERTS, card["ts"], "impact_small")
    if number > 1:
        world.slack.wait_for(lambda: world.slack.view_stack(by))
        world.slack.submit(by, {"choice": "small"})
    wait_until(lambda: _is_small(world, f"{issue}-{number}"))
    world.sentry.wait_for(lambda: world.sentry.issue(issue)["status"] == "ignored")
    world.settle()


def _is_small(world: World, alert_id: str) -> bool:
    assert world.bot
    alert = world.bot.store.alert(alert_id)
    return alert is not None and alert.state.value == "small" and alert.issue_status == "ignored"


def event_reads(world: World) -> list[str]:
    """Which issues' events were read, oldest first."""
    calls = [c.path for c in world.sentry.calls if c.path.endswith("/events/")]
    return [path.split("/")[-3] for path in calls]
