"""Sentry's issue search, as far as the bot needs it: filters, order and pages of lists; called by the Web API."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode

from bot.sandbox.sentry.gate import Denied
from bot.sandbox.sentry.records import Issue, Status

PAGE_LIMIT = 100
"""The most items a page has [D api/pagination]; a larger limit is cut to it."""
DEFAULT_QUERY = "is:unresolved"
ORDERS: dict[str, Callable[[Issue], Any]] = {
    "date": lambda issue: issue.last_seen_at,
    "new": lambda issue: issue.first_seen_at,
    "freq": lambda issue: issue.count,
    "user": lambda issue: issue.user_count,
}
TIMES: dict[str, Callable[[Issue], datetime]] = {
    "firstSeen": lambda issue: issue.first_seen_at,
    "lastSeen": lambda issue: issue.last_seen_at,
}
PERIOD = re.compile(r"(\d+)([smhdw])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}

Test = Callable[[Issue], bool]
Item = TypeVar("Item")


def matching(issues: list[Issue], query: str | None, sort: str, now: datetime) -> list[Issue]:
    """The issues that a query finds, highest first; without a query the unresolved ones. Raises Denied (400)."""
    if sort not in ORDERS:
        raise Denied(400, f"Invalid sort: {sort}")
    tests = [_test(token, now) for token in _tokens(DEFAULT_QUERY if query is None else query)]
    found = [issue for issue in issues if all(test(issue) for test in tests)]
    return sorted(found, key=lambda issue: (ORDERS[sort](issue), int(issue.id)), reverse=True)


def _tokens(query: str) -> list[str]:
    try:
        return shlex.split(query)
    except ValueError as error:
        raise Denied(400, f"Error parsing search query: {error}") from error


def _test(token: str, now: datetime) -> Test:
    if token.startswith("!"):
        inner = _test(token[1:], now)
        return lambda issue: not inner(issue)
    key, colon, value = token.partition(":")
    if not colon:
        return lambda issue: token.lower() in f"{issue.title} {issue.culprit} {issue.short_id}".lower()
    if key in TIMES:
        return _time_test(TIMES[key], value, now)
    if key == "is":
        return _state_test(value)
    plain = _plain_test(key, value)
    if plain is not None:
        return plain
    return lambda issue: any(event.tags.get(key) == value for event in issue.events)


def _plain_test(key: str, value: str) -> Test | None:
    tests: dict[str, Test] = {
        "project": lambda issue: issue.project.slug == value,
        "level": lambda issue: issue.level == value,
        "issue.category": lambda issue: issue.issue_category == value,
        "issue.type": lambda issue: issue.issue_type == value,
        "issue.priority": lambda issue: issue.priority == value,
        "issue": lambda issue: issue.short_id == value,
    }
    return tests.get(key)


def _state_test(value: str) -> Test:
    tests: dict[str, Test] = {
        "unresolved": lambda issue: issue.status is Status.UNRESOLVED,
        "resolved": lambda issue: issue.status is Status.RESOLVED,
        "ignored": lambda issue: issue.status is Status.IGNORED,
        "archived": lambda issue: issue.status is Status.IGNORED,
        "assigned": lambda issue: issue.assignee is not None,
        "unassigned": lambda issue: issue.assignee is None,
        "linked": lambda issue: bool(issue.links),
        "unlinked": lambda issue: not issue.links,
    }
    if value in tests:
        return tests[value]
    if value in (
        "new",
        "ongoing",
        "escalating",
        "regressed",
        "archived_until_escalating",
        "archived_forever",
    ):
        return lambda issue: issue.substatus == value
    raise Denied(400, f"Error parsing search query: invalid value for is: {value}")


def _time_test(moment: Callable[[Issue], datetime], value: str, now: datetime) -> Test:
    sign = value[0] if value[:1] in ("+", "-") else ""
    if sign:
        edge = now - period(value[1:])
        return (lambda issue: moment(issue) >= edge) if sign == "-" else (lambda issue: moment(issue) <= edge)
    match = re.fullmatch(r"(>=|<=|>|<)(.+)", value)
    if match is None:
        raise Denied(400, f"Error parsing search query: {value} is not a valid datetime query")
    edge = instant(match[2])
    if match[1].startswith(">"):
        return lambda issue: moment(issue) > edge or (match[1] == ">=" and moment(issue) == edge)
    return lambda issue: moment(issue) < edge or (match[1] == "<=" and moment(issue) == edge)


def period(text: str) -> timedelta:
    """A length such as `24h` or `14d`. Raises Denied (400)."""
    match = PERIOD.fullmatch(text)
    if match is None:
        raise Denied(400, f"Invalid statsPeriod: {text!r}")
    return timedelta(**{UNITS[match[2]]: int(match[1])})


def instant(text: str) -> datetime:
    """A moment in ISO form; without an offset it is UTC. Raises Denied (400)."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Denied(400, f"Invalid date: {text}") from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def page_of(
    items: list[Item], args: dict[str, list[str]], address: str, size_key: str = "limit"
) -> tuple[list[Item], dict[str, str]]:
    """One page and its headers; a next link is always there, at the end with results="false". Raises Denied (400)."""
    limit = min(_whole(args.get(size_key, [str(PAGE_LIMIT)])[0]), PAGE_LIMIT)
    number = _cursor(args.get("cursor", ["0:0:0"])[0])
    start = number * limit
    rest = {key: values for key, values in args.items() if key != "cursor"}
    links = [
        _link(address, rest, f"0:{max(number - 1, 0)}:1", "previous", results=number > 0 and bool(items)),
        _link(address, rest, f"0:{number + 1}:0", "next", results=start + limit < len(items)),
    ]
    headers = {"Link": ", ".join(links), "X-Hits": str(len(items)), "X-Max-Hits": "1000"}
    return items[start : start + limit], headers


def _link(address: str, args: dict[str, list[str]], cursor: str, rel: str, *, results: bool) -> str:
    query = urlencode(args, doseq=True)
    target = f"{address}?{query}&cursor={cursor}" if query else f"{address}?&cursor={cursor}"
    return f'<{target}>; rel="{rel}"; results="{str(results).lower()}"; cursor="{cursor}"'


def _whole(text: str) -> int:
    if not text.isdigit() or text == "0":
        raise Denied(400, f"Invalid limit: {text}")
    return int(text)


def _cursor(text: str) -> int:
    match = re.fullmatch(r"\d+:(\d+):[01]", text)
    if match is None:
        raise Denied(400, "Invalid cursor parameter.")
    return int(match[1])
