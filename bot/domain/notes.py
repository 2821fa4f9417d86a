"""What is written on a Sentry issue: texts that are a pure function of what happened and end with its id.

A note may be sent twice when a reply was lost; because its text never differs, Sentry refuses the second
within the hour, and the id at the end finds it later. Notes are written for engineers of any team: in English.
"""

from __future__ import annotations

from bot.domain.alert import Alert
from bot.domain.decision import Answers, Decision, Verdict
from bot.domain.entries import Entry
from bot.domain.journey import OUTSIDE, UNSURE, WHOLE
from bot.domain.policy import Policy

PERMALINK = "{permalink}"
"""Filled in by the deliverer with the link to the card, which is fixed once the card stands."""

VERDICTS = {
    Verdict.LARGE: "Large impact",
    Verdict.MEDIUM: "Medium impact",
    Verdict.SMALL: "Small impact",
    Verdict.NOT_OURS: "Not ours",
}
BUSINESS = {"yes": "told", "no": "not needed", "support": "support asked"}


def decision_note(alert: Alert, decision: Decision, policy: Policy) -> str:
    """The decision with its answers, its reason, who made it, and where it was made."""
    lines = [f"{VERDICTS[decision.verdict]}, decided by {decision.by_name} in Slack"]
    if decision.verdict is not Verdict.NOT_OURS:
        lines.append(answers_in_words(decision.answers, policy))
    if decision.part_of:
        lines.append(f"Part of the incident {decision.part_of}")
    if decision.tell:
        lines.append(f"To be told: {decision.tell}")
    if decision.reason:
        lines.append(f"Reason: {decision.reason}")
    if decision.against_matrix:
        lines.append("Decided against the impact matrix, on purpose.")
    return _signed(lines, decision.id)


def answers_in_words(answers: Answers, policy: Policy) -> str:
    """The three answers as a sentence; what was not said is called so."""
    affected = {None: "how many is not said", "all": "all affected", "few": "a few affected"}[
        answers.affected
    ]
    workaround = {None: "workaround not said", True: "workaround exists", False: "no workaround"}
    return f"Stops: {_step_name(answers.step, policy)}; {affected}; {workaround[answers.workaround]}"


def _step_name(step: str | None, policy: Policy) -> str:
    named = {
        None: "not said",
        WHOLE: "the whole chain",
        OUTSIDE: "no step of the journey",
        UNSURE: "not sure",
    }
    if step in named:
        return named[step]
    journey = policy.rules.journey
    if step is None or not journey.is_known(step):
        return step or "not said"
    name = journey.step(step).name
    return f"{journey.number(step)} {name.get('en') or step}"


def response_note(entry: Entry) -> str:
    """What was done for the customers."""
    lines = [f"Responded, by {entry.by_name} in Slack", f"Done: {entry.details.get('done', '')}"]
    if entry.details.get("cases"):
        lines.append(f"Cases: {entry.details['cases']}")
    lines.append(f"Business: {BUSINESS.get(entry.details.get('told', ''), 'not said')}")
    return _signed(lines, entry.id)


def review_note(entry: Entry) -> str:
    """What happened in an incident, and what helped."""
    told = entry.details
    lines = [
        f"Restored, by {entry.by_name} in Slack",
        f"What happened: {told.get('happened', '')}",
        f"What helped: {told.get('helped', '')}",
        f"Cases known: {told['cases']}" if told.get("cases") else "",
        f"Business: {BUSINESS.get(told.get('told', ''), 'not said')}",
        f"Permanent fix (first priority): {told.get('owner_name', '')}",
    ]
    return _signed(lines, entry.id)


def plain_note(entry: Entry) -> str:
    """A note that a person added."""
    return _signed([f"Note by {entry.by_name} in Slack", entry.details.get("text", "")], entry.id)


def _signed(lines: list[str], mark: str) -> str:
    return "\n".join([*(line for line in lines if line), f"{PERMALINK} [{mark}]"])
