"""Checks that what `rules.yaml` says makes sense as a whole; called by `bot.config.rules` once its shape is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.config.drill_plans import drill_problems
from bot.config.problem import Problem, did_you_mean, nearest, shown
from bot.config.shape import Draft, Path
from bot.domain.customer_notice import NOTICE_MOST, PLACEHOLDERS, unknown_placeholders
from bot.domain.hidden import hidden_rules
from bot.domain.impact import MatrixProblem, MatrixProblemKind
from bot.domain.journey import ANY, OUTSIDE, RESERVED, WHOLE
from bot.domain.match import MatchRule
from bot.domain.rules import Language, Rules

STEPS_LIMIT = 20
"""Steps of a journey; ours: each stands in a select and in the matrix."""
NAME_LIMIT = 60
"""Characters of a step's or a rule's name. Source: Slack shows 75 characters of an option; the number needs some."""
SENTRY_LEVELS = ("fatal", "error", "warning", "info", "debug", "sample")
"""Source: sentry, constants.py LOG_LEVELS."""
SENTRY_CATEGORIES = (
    "error",
    "outage",
    "feedback",
    "metric",
    "performance",
    "db_query",
    "http_client",
    "frontend",
    "mobile",
)
"""Source: sentry, issues/grouptype.py GroupCategory; a newer Sentry may know more, so others only warn."""
TEAM_SIZE = 3
"""People who share the duty, at least; ours: fewer have no week off."""

Checked = Iterator[Problem]


@dataclass(frozen=True)
class Check:
    """One question about the rules, with the sections that it needs whole."""

    ask: Callable[[Rules, Draft], Checked]
    needs: tuple[str, ...]


def problems_of(rules: Rules, draft: Draft, dropped: frozenset[str]) -> list[Problem]:
    """What makes no sense; checks that need a section named in `dropped` are left out."""
    return _asked(PROBLEMS, rules, draft, dropped)


def warnings_of(rules: Rules, draft: Draft, dropped: frozenset[str]) -> list[Problem]:
    """What is allowed but most likely not meant."""
    return _asked(WARNINGS, rules, draft, dropped)


def _asked(checks: tuple[Check, ...], rules: Rules, draft: Draft, dropped: frozenset[str]) -> list[Problem]:
    return [
        problem for check in checks if not dropped & set(check.needs) for problem in check.ask(rules, draft)
    ]


def _at(draft: Draft, path: Path, message: str) -> Problem:
    node = draft.place(path)
    return Problem(node.path, message, node.line)


def _journey(rules: Rules, draft: Draft) -> Checked:
    steps = rules.journey.steps
    if not steps:
        yield _at(draft, ("journey",), "has no step; write at least one")
    if len(steps) > STEPS_LIMIT:
        yield _at(draft, ("journey",), f"has more than {STEPS_LIMIT} steps; join some")
    for index, step in enumerate(steps):
        path: Path = ("journey", "steps", index)
        if step.id in RESERVED:
            yield _at(draft, (*path, "id"), f"{shown(step.id)} has a meaning of its own; choose another id")
        if step.id in rules.journey.ids[:index]:
            yield _at(
                draft, (*path, "id"), f"{shown(step.id)} is the id of an earlier step too; choose another"
            )
        for language in Language:
            if not step.name.get(language, "").strip():
                message = (
                    f'has no name in "{language}"; add "{language}: ..." (steps are shown in both languages)'
                )
                yield _at(draft, (*path, "name"), message)
        for language, name in step.name.items():
            if language not in list(Language):
                yield _at(
                    draft, (*path, "name", language), f"is not a language; {did_you_mean(language, Language)}"
                )
            if len(name) > NAME_LIMIT:
                yield _at(
                    draft, (*path, "name", language), f"is longer than {NAME_LIMIT} characters; shorten it"
                )


def _matrix(rules: Rules, draft: Draft) -> Checked:
    rows = rules.matrix.rows
    for fault in rules.matrix.problems(rules.journey):
        if not fault.rows:
            yield _at(draft, ("impact", "matrix"), _matrix_words(fault, rules))
            continue
        index = next(i for i, row in enumerate(rows) if row is fault.rows[0])
        if fault.kind is MatrixProblemKind.OVERLAP:
            index = max(i for i, row in enumerate(rows) if any(row is one for one in fault.rows))
        path: Path = ("impact", "matrix", "rows", index)
        if fault.kind is MatrixProblemKind.UNKNOWN_STEP:
            path = (*path, "steps", rows[index].steps.index(fault.step))
        yield _at(draft, path, _matrix_words(fault, rules))


def _matrix_words(fault: MatrixProblem, rules: Rules) -> str:
    cases = ", ".join(case.key for case in fault.combinations)
    lines = ", ".join(str(line) for line in sorted(fault.lines))
    match fault.kind:
        case MatrixProblemKind.GAP:
            return f"no row answers {cases} (step/affected/workaround); add a row for it"
        case MatrixProblemKind.OVERLAP:
            return f"several rows answer {cases} (lines {lines}); leave each case to one row"
        case MatrixProblemKind.UNREACHABLE:
            earlier = ", ".join(str(row.line) for row in fault.rows[1:])
            hint = f"earlier rows answer all its cases (line {earlier})" if earlier else "it names no step"
            return f"this row can never apply: {hint}; remove it or change its steps"
        case MatrixProblemKind.UNKNOWN_STEP:
            known = (*rules.journey.ids, WHOLE, ANY)
            return f"{shown(fault.step)} is no step of the journey; {did_you_mean(fault.step, known)}"


def _match(rules: Rules, draft: Draft) -> Checked:
    names: set[str] = set()
    for index, rule in enumerate(rules.match):
        path: Path = ("match", index)
        if not rule.name.strip() or len(rule.name) > NAME_LIMIT:
            yield _at(draft, (*path, "name"), f"must have 1 to {NAME_LIMIT} characters")
        if rule.name in names:
            yield _at(
                draft,
                (*path, "name"),
                f"{shown(rule.name)} is the name of an earlier rule too; choose another",
            )
        names.add(rule.name)
        for place, level in enumerate(rule.when.level):
            yield from _level(draft, (*path, "when", "level", place), level)


def _match_content(rules: Rules, draft: Draft) -> Checked:
    for index, rule in enumerate(rules.match):
        path: Path = ("match", index)
        if rule.when.is_empty:
            yield _at(draft, (*path, "when"), 'is empty; to match every alert write title: "*"')
        if rule.step is None and rule.suggest is None and rule.runbook is None:
            yield _at(draft, path, "says nothing about what it matches; add step, suggest or runbook")
        if rule.suggest is None and (rule.affected is not None or rule.workaround is not None):
            yield _at(
                draft, path, "has affected or workaround without suggest; add suggest, whose reason they are"
            )


def _match_links(rules: Rules, draft: Draft) -> Checked:
    """A card opens what a rule says: only the team's own document tool."""
    for index, rule in enumerate(rules.match):
        if rule.runbook and rule.runbook.startswith("https://") and not rules.privacy.may_link(rule.runbook):
            host = rule.runbook.removeprefix("https://").partition("/")[0]
            message = f"leads to {shown(host)}, which is not listed; add it to privacy.runbook_hosts, or name a file"
            yield _at(draft, ("match", index, "runbook"), message)


def _match_steps(rules: Rules, draft: Draft) -> Checked:
    known = (*rules.journey.ids, WHOLE, OUTSIDE)
    for index, rule in enumerate(rules.match):
        if rule.step is not None and rule.step not in known:
            message = f"{shown(rule.step)} is no step of the journey; {did_you_mean(rule.step, known)}"
            yield _at(draft, ("match", index, "step"), message)


def _match_levels(rules: Rules, draft: Draft) -> Checked:
    """A rule that gives its reasons must agree with the matrix, or the card would quote a row that says otherwise."""
    for index, rule in enumerate(rules.match):
        level = _level_by_matrix(rule, rules)
        if rule.suggest is not None and level is not None and level != rule.suggest:
            message = (
                f"is {rule.suggest}, but the matrix gives {level} for these answers; change one of the two"
            )
            yield _at(draft, ("match", index, "suggest"), message)


def _level_by_matrix(rule: MatchRule, rules: Rules) -> str | None:
    if rule.step is None or rule.affected is None or rule.workaround is None:
        return None
    row = rules.matrix.row_for(rule.step, rule.affected, rule.workaround, rules.journey)
    return row.impact if row else None


def _level(draft: Draft, path: Path, level: str) -> Checked:
    if not set(level) & set("*?") and level.lower() not in SENTRY_LEVELS:
        yield _at(draft, path, f"{shown(level)} is no level of Sentry; {did_you_mean(level, SENTRY_LEVELS)}")


def _watch(rules: Rules, draft: Draft) -> Checked:
    watch = rules.sentry.watch
    lists = {
        "projects": watch.projects,
        "environments": watch.environments,
        "levels": watch.levels,
        "categories": watch.categories,
    }
    for name, patterns in lists.items():
        if not patterns:
            message = (
                'is an empty list, so nothing would be an alert; write "*" for all, or leave the key out'
            )
            yield _at(draft, ("sentry", "watch", name), message)
    for index, level in enumerate(watch.levels):
        yield from _level(draft, ("sentry", "watch", "levels", index), level)


def _calendar(rules: Rules, draft: Draft) -> Checked:
    for index, day in enumerate(rules.calendar.workdays):
        if day in rules.calendar.holidays:
            message = f"{day} stands in holidays too; keep one of the two"
            yield _at(draft, ("calendar", "workdays", index), message)


def _customer_notice(rules: Rules, draft: Draft) -> Checked:
    for language, template in rules.customer_notice.by_language.items():
        path: Path = ("customer_notice", language)
        if not template.strip() or len(template) > NOTICE_MOST:
            yield _at(
                draft, path, f"must have 1 to {NOTICE_MOST} characters; leave it out for the shipped text"
            )
        for name in unknown_placeholders(template):
            yield _at(draft, path, f"has no {shown(name)} to fill in; {did_you_mean(name, PLACEHOLDERS)}")


def _rotation_gaps(rules: Rules, draft: Draft) -> Checked:
    rotation = rules.rotation
    for name in ("monday", "tuesday", "wednesday", "thursday", "friday"):
        if not getattr(rotation, name):
            yield _at(
                draft,
                ("rotation", name),
                f"nobody is on duty on {name.capitalize()}; the backup will be asked",
            )
    if 0 < len(rotation.everybody) < TEAM_SIZE:
        yield _at(
            draft, ("rotation",), f"fewer than {TEAM_SIZE} people share the duty; add some to have weeks off"
        )


def _hidden_rules(rules: Rules, draft: Draft) -> Checked:
    """A rule that never wins is most likely meant as an exception to the one that hides it."""
    for hidden in hidden_rules(rules.match):
        first = "; ".join(
            f"{what} from {shown(one.name)}{f' (line {one.line})' if one.line else ''}"
            for what, one in hidden.by.items()
        )
        message = (
            f"{shown(hidden.rule.name)} can never win: earlier rules match whenever it does ({first}); "
            "put it before them, or remove it"
        )
        yield _at(draft, ("match", hidden.index), message)


def _categories(rules: Rules, draft: Draft) -> Checked:
    for index, name in enumerate(rules.sentry.watch.categories):
        if not set(name) & set("*?") and name.lower() not in SENTRY_CATEGORIES:
            near = nearest(name, SENTRY_CATEGORIES)
            hint = f'did you mean "{near}"?' if near else f"known are {', '.join(SENTRY_CATEGORIES)}"
            yield _at(
                draft,
                ("sentry", "watch", "categories", index),
                f"{shown(name)} is a category unknown here; {hint}",
            )


PROBLEMS = (
    Check(_journey, ("journey",)),
    Check(_matrix, ("journey", "impact")),
    Check(_match, ()),
    Check(_match_content, ("match",)),
    Check(_match_links, ("match", "privacy")),
    Check(_match_steps, ("journey",)),
    Check(_match_levels, ("journey", "impact")),
    Check(_watch, ()),
    Check(_calendar, ()),
    Check(drill_problems, ("calendar", "timezone")),
    Check(_customer_notice, ("customer_notice",)),
)
WARNINGS = (
    Check(_rotation_gaps, ("rotation",)),
    Check(_categories, ()),
    Check(_hidden_rules, ("match",)),
)
