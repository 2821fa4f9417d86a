"""Asks each of Sentry's doors whether it opens, for `triage check`; called through the client."""

from __future__ import annotations

from collections.abc import Iterator

from bot.ports import Finding, TryLater
from bot.sentry.caller import Answer, Caller, NotAllowed
from bot.sentry.untrusted import mapping, number_id, sequence

PART = "sentry"
INTEGRATION = "Sentry: Settings, Developer Settings, your internal integration"
NO_ISSUE = "0"
"""No issue has this number: a change of it tests the scope and changes nothing."""


def probe(caller: Caller, org: str) -> Iterator[Finding]:
    """Findings in the order in which an operator mends them. Never raises; stops where nothing more can be learned."""
    try:
        listed = caller.call("GET", f"{org}/issues/", params={"limit": "1", "project": "-1"})
    except TryLater as silent:
        mend = (
            f"make a new token ({INTEGRATION})"
            if isinstance(silent, NotAllowed)
            else "check SENTRY_URL and the network"
        )
        yield Finding.failed(PART, str(silent), mend)
        return
    if listed.is_gone:
        yield Finding.failed(
            PART, "no such organisation for this token", "correct SENTRY_ORG (its slug) and SENTRY_URL"
        )
        return
    yield _scope(listed, "event:read", "read issues")
    yield from _asked(
        caller, "PUT", f"{org}/issues/{NO_ISSUE}/", "event:write", "archive, resolve and assign"
    )
    yield from _asked(caller, "GET", f"{org}/members/", "member:read", "find members by address")
    issue_id = next((number_id(mapping(row).get("id")) for row in sequence(listed.body)), None)
    if issue_id:
        yield from _notes(caller, f"{org}/issues/{issue_id}/notes/")


def _asked(caller: Caller, method: str, path: str, scope: str, why: str) -> Iterator[Finding]:
    try:
        answer = caller.call(method, path, json={} if method == "PUT" else None)
    except TryLater as silent:
        yield Finding.failed(PART, f"{scope} (to {why}): {silent}", "ask again in a minute")
        return
    yield _scope(answer, scope, why)


def _scope(answer: Answer, scope: str, why: str) -> Finding:
    if answer.status == 403:
        return Finding.failed(PART, f"scope {scope} is missing (to {why})", f"grant it ({INTEGRATION})")
    return Finding.passed(PART, f"scope {scope} (to {why})")


def _notes(caller: Caller, path: str) -> Iterator[Finding]:
    """Notes are a door that Sentry does not promise: without it the link on the issue carries the decision."""
    try:
        answer = caller.call("GET", path)
    except TryLater as silent:
        yield Finding.warned(PART, f"notes: {silent}", "ask again in a minute")
        return
    if answer.status < 400:
        yield Finding.passed(PART, "notes can be read")
    else:
        yield Finding.warned(
            PART,
            f"notes are refused ({answer.status})",
            "nothing to do: the link on the issue carries the decision instead",
        )
