"""Use case: what `triage check` says of a team's own set-up: alert rules never heard of, the night, runbooks.

`services.receive` notes what each project was heard of; `bot.checks` asks for the findings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta

from bot.config.problem import nearest
from bot.config.reading import bare_steps, missing_books
from bot.config.runbooks import Runbooks
from bot.domain.alert import Alert, AlertState, Occurrence, Source
from bot.domain.facts import Facts
from bot.domain.journey import ANY, OUTSIDE, WHOLE
from bot.domain.policy import Policy
from bot.domain.rules import Rules
from bot.ports import Change, Finding, Reading

RULE_HEARD = "seen:event_alert:"
ISSUE_HEARD = "seen:issue:"
"""Under these names and the project's slug the store keeps when an alert rule, and when an issue, was last heard of."""
NOTED_EVERY = timedelta(hours=1)
"""Ours: a storm must not write this with each delivery."""
RULE_QUIET_FOR = timedelta(days=30)
"""Ours: a rule not heard of for so long, while issues came, was most likely taken away."""
RULE_MAY_LAG = timedelta(minutes=10)
"""Ours: of one event the issue's webhook and the rule's come in any order."""
SLUG_LIMIT = 100
"""Characters of a project's slug. Source: sentry, Project.slug; it gives 50."""
NIGHT = time(2)
FROM_ISSUES = (Source.EVENT_ALERT, Source.ISSUE_CREATED, Source.POLL)

NameOf = Callable[[str], str]


def note_heard(change: Change, occurrence: Occurrence, at: datetime) -> None:
    """Remember, at most once an hour, that the project was heard of; `at` is machine time."""
    project = occurrence.facts.project
    if not project or occurrence.source not in FROM_ISSUES:
        return
    kind = RULE_HEARD if occurrence.source is Source.EVENT_ALERT else ISSUE_HEARD
    name = f"{kind}{project[:SLUG_LIMIT]}"
    last = _heard(change, name)
    if last is None or at - last >= NOTED_EVERY:
        change.set_value(name, at.isoformat())


def alert_rule_findings(reading: Reading, rules: Rules, at: datetime) -> Iterable[Finding]:
    """Projects of which issues came, but for a month or ever no alert rule spoke: forgotten, or without action."""
    came = _issues_by_project(reading)
    watched = {project: last for project, last in came.items() if rules.sentry.watch.admits_project(project)}
    silent = 0
    for project, last in sorted(watched.items()):
        heard = _heard(reading, RULE_HEARD + project[:SLUG_LIMIT])
        is_silent = at - last > RULE_MAY_LAG if heard is None else last - heard > RULE_QUIET_FOR
        if not is_silent:
            continue
        silent += 1
        since = "none has spoken yet" if heard is None else f"none has spoken since {heard:%Y-%m-%d}"
        yield Finding.warned(
            "webhooks",
            f"{project}: issues come (last {last:%Y-%m-%d %H:%M} UTC), but of its alert rules {since}",
            f'in Sentry give {project} an alert rule whose action is "send a notification via" your integration '
            "(docs/setup.md, webhooks); until then conditions of your own rules are not heard",
        )
    if watched and not silent:
        yield Finding.passed(
            "webhooks", f"alert rules speak for all {len(watched)} projects that issues came of"
        )


def _issues_by_project(reading: Reading) -> dict[str, datetime]:
    """When the last issue of each project came, by what is in memory and by what was noted."""
    last: dict[str, datetime] = {}
    for alert in reading.alerts():
        project = alert.facts.project
        if project and not alert.drill and alert.source in FROM_ISSUES:
            noted = _heard(reading, ISSUE_HEARD + project[:SLUG_LIMIT])
            known = (alert.arrived_at, last.get(project), noted)
            last[project] = max(instant for instant in known if instant is not None)
    return last


def _heard(reading: Reading, name: str) -> datetime | None:
    kept = reading.value(name)
    return datetime.fromisoformat(kept) if kept else None


def night_findings(policy: Policy, now: datetime, name_of: NameOf) -> Iterable[Finding]:
    """Who would be called for a large one at the next 02:00 in the team's zone."""
    at = next_night(policy, now)
    called = policy.callable_at(_an_alert_at(at, policy), at)
    when = f"{policy.calendar.to_local(at):%Y-%m-%d %H:%M}"
    if not called:
        yield Finding.failed(
            "night", f"a large one at {when} would call nobody", "name people in rotation.after_hours"
        )
        return
    names = ", ".join(name_of(user) for user in called)
    if len(called) == 1:
        yield Finding.warned(
            "night",
            f"a large one at {when} would call {names} alone",
            "name a second person in rotation.after_hours or rotation.backup",
        )
    else:
        yield Finding.passed("night", f"a large one at {when} would call {names}")


def next_night(policy: Policy, now: datetime) -> datetime:
    """The next 02:00 in the team's zone."""
    local = policy.calendar.to_local(now)
    day = local.date() if local.time() < NIGHT else local.date() + timedelta(days=1)
    return datetime.combine(day, NIGHT, tzinfo=local.tzinfo)


def _an_alert_at(at: datetime, policy: Policy) -> Alert:
    """What would arrive then, as far as calling people asks of it."""
    duty = policy.duty(at)
    return Alert(
        id="night",
        issue_id="0",
        round=1,
        state=AlertState.OPEN,
        source=Source.PERSON,
        facts=Facts(title=""),
        arrived_at=at,
        judge_by_at=at,
        owner=duty.responder,
        backups=duty.backups,
    )


def runbook_findings(rules: Rules, books: Runbooks, folder: str) -> Iterable[Finding]:
    """Broken runbooks, rules that name one that is not there, steps for which there is none."""
    found = [
        *_broken(books),
        *_missing(rules, books, folder),
        *_misplaced(rules, books),
        *_unfitting(rules, books),
        *_bare_steps(rules, books),
    ]
    yield from found
    if not any(finding.is_failure for finding in found):
        yield Finding.passed("runbooks", f"{folder}: {len(books.names)} can be read")


def _broken(books: Runbooks) -> Iterable[Finding]:
    for problem in books.problems:
        yield Finding.failed("runbooks", problem, "see the file; until then it is not shown")


def _missing(rules: Rules, books: Runbooks, folder: str) -> Iterable[Finding]:
    for rule, name in missing_books(rules, books):
        near = nearest(name, books.names)
        place = f" (line {rule.line})" if rule.line else ""
        yield Finding.failed(
            "runbooks",
            f"rule {rule.name}{place} names {name}, which is not in {folder}",
            f'did you mean "{near}"?' if near else "write it, or take it out of rules.yaml",
        )


def _unfitting(rules: Rules, books: Runbooks) -> Iterable[Finding]:
    """Sections that are for a word which no alert ever has, so that their checklist is never the one that fits."""
    known = (*(state.value for state in AlertState), *rules.journey.ids, WHOLE, OUTSIDE)
    for book in books.books:
        for section in book.sections:
            for word in section.fits:
                if word not in known:
                    near = nearest(word, known)
                    yield Finding.warned(
                        "runbooks",
                        f'{book.name}: the section "{section.heading}" is for {word}, no state and no step',
                        f'did you mean "{near}"?'
                        if near
                        else "name states and steps, or take the comment away",
                    )


def _misplaced(rules: Rules, books: Runbooks) -> Iterable[Finding]:
    known = (*rules.journey.ids, WHOLE, OUTSIDE, ANY)
    for book in books.books:
        for step in book.steps:
            if step not in known:
                near = nearest(step, known)
                yield Finding.warned(
                    "runbooks",
                    f"{book.name} is for the step {step}, which the journey does not have",
                    f'did you mean "{near}"?' if near else f"write one of: {', '.join(known)}",
                )


def _bare_steps(rules: Rules, books: Runbooks) -> Iterable[Finding]:
    for step in bare_steps(rules, books):
        yield Finding.warned(
            "runbooks",
            f"no runbook for the step {step}",
            f"write one with `steps: [{step}]` on its top, or name one in a rule of that step",
        )
