"""Use case: the form of the three questions helps along: consequences from the matrix, examples from the store."""

from __future__ import annotations

from bot.domain.alert import Alert
from bot.domain.decision import Answers
from bot.domain.guiding import Example, Guide, leads
from bot.domain.impact import Affected
from bot.ports import Reading
from bot.services.desk import Desk


def guide(desk: Desk, alert: Alert, answers: Answers) -> Guide:
    """What the form shows beside its questions for the answers so far; never this issue's own past."""
    affected, workaround = leads(answers, desk.policy())
    reading = desk.store
    of_affected = {each: _newest(reading, alert, Answers(affected=each)) for each in Affected}
    of_workaround = {each: _newest(reading, alert, Answers(workaround=each)) for each in (True, False)}
    return Guide(
        affected=affected,
        workaround=workaround,
        of_step=_newest(reading, alert, Answers(step=answers.step)) if answers.step else None,
        of_affected={each: found for each, found in of_affected.items() if found},
        of_workaround={each: found for each, found in of_workaround.items() if found},
    )


def _newest(reading: Reading, alert: Alert, given: Answers) -> Example | None:
    return next(iter(reading.examples(given, besides=alert.issue_id, limit=1)), None)
