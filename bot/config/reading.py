"""What rules and runbooks make of each other: steps and rules without one. Asked by both kinds of `triage check`."""

from __future__ import annotations

from collections.abc import Iterator

from bot.config.problem import Problem, nearest, shown
from bot.config.rules import RulesFile
from bot.config.runbooks import Runbooks
from bot.domain.match import MatchRule
from bot.domain.rules import Rules


def bare_steps(rules: Rules, books: Runbooks) -> tuple[str, ...]:
    """The steps of the journey without a runbook. `any` does not count: what is for every step says nothing of one."""
    served = {step for book in books.books for step in book.steps}
    served |= {rule.step for rule in rules.match if rule.step and rule.runbook}
    return tuple(step for step in rules.journey.ids if step not in served)


def missing_books(rules: Rules, books: Runbooks) -> Iterator[tuple[MatchRule, str]]:
    """Each rule that names a file which is not there or cannot be read, with that name."""
    for rule in rules.match:
        name = rule.runbook
        if name and not name.startswith("https://") and not books.find(name, rules.language.value):
            yield rule, name


def runbook_warnings(read: RulesFile, books: Runbooks, folder: str) -> tuple[Problem, ...]:
    """What a rules file says without a runbook behind it, by line of the rules file."""
    rules, found = read.rules, list[Problem]()
    for step in bare_steps(rules, books):
        key = f"journey[{rules.journey.number(step) - 1}]"
        remedy = f"write one in {folder} with steps: [{step}] on its top, or name one in a rule for this step"
        found.append(Problem(key, f"the step {shown(step)} has no runbook; {remedy}", read.lines.get(key)))
    for rule, name in missing_books(rules, books):
        key = f"match[{rules.match.index(rule)}].runbook"
        near = nearest(name, books.names)
        remedy = f'did you mean "{near}"?' if near else "write it, or take the line out"
        message = f"names {shown(name)}, which cannot be read in {folder}; {remedy}"
        found.append(Problem(key, message, read.lines.get(key)))
    return tuple(sorted(found, key=lambda problem: problem.line or 0))
