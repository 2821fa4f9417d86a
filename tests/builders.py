"""Things made for tests: each has defaults for all that the test does not speak of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.config.calendar import make_calendar
from bot.config.rules import load_rules
from bot.domain.alert import Alert, AlertState, Occurrence, Source, alert_id
from bot.domain.deciding import Choice
from bot.domain.decision import Answers, Verdict
from bot.domain.facts import Facts, Frame
from bot.domain.policy import Policy
from bot.domain.receipts import Activity, IssueSnapshot
from bot.domain.rotation import Rotation
from bot.domain.rules import Rules

ROOT = Path(__file__).parent.parent
TOKYO = ZoneInfo("Asia/Tokyo")
MONDAY_1140 = datetime(2026, 11, 2, 11, 40, tzinfo=TOKYO).astimezone(UTC)
"""Monday 2 November 2026, 11:40 in Tokyo; the Tuesday after it is a holiday."""
AIKO, BEN, CHIKA, DAN = "U0AIKO", "U0BEN", "U0CHIKA", "U0DAN"


@cache
def the_rules() -> Rules:
    """The shipped rules.yaml."""
    return load_rules(ROOT / "rules.yaml")


def a_policy(rules: Rules | None = None, *, absent: object = None) -> Policy:
    """The shipped rules with a rotation of three: Aiko on each day, Ben and Chika behind."""
    rules = rules or the_rules()
    rotation = Rotation(
        weekdays=dict.fromkeys(range(5), (AIKO, BEN)), backup=(CHIKA,), team=(AIKO, BEN, CHIKA)
    )
    return Policy(rules, make_calendar(rules), rotation)


def some_facts(**changes: object) -> Facts:
    """B of the look-alike pair: a deadlock in the worker between steps 2 and 3."""
    known: dict[str, object] = {
        "title": "ActiveRecord::Deadlocked: PG::TRDeadlockDetected: ERROR:  deadlock detected",
        "project": "kyc-api",
        "culprit": "Sidekiq/DocumentFinalizeJob",
        "transaction": "Sidekiq/DocumentFinalizeJob",
        "environment": "production",
        "release": "kyc-api@2026.10.30",
        "level": "error",
        "exceptions": ("PG::TRDeadlockDetected", "ActiveRecord::Deadlocked"),
        "frame": Frame("app/models/submission.rb", 164, "promote_to_review!"),
        "tags": (("journey_step", "2-3"), ("environment", "production")),
        "event_id": "b0000000000000000000000000000002",
    }
    return Facts(**{**known, **changes})  # type: ignore[arg-type]


def facts_of_a(**changes: object) -> Facts:
    """A of the look-alike pair: a double submit in the controller of step 2."""
    return some_facts(
        culprit="Applicant::DocumentsController#create",
        transaction="Applicant::DocumentsController#create",
        frame=Frame("app/models/submission.rb", 118, "attach_documents!"),
        tags=(("journey_step", "2"), ("environment", "production")),
        event_id="a0000000000000000000000000000001",
        **changes,
    )


def an_occurrence(**changes: object) -> Occurrence:
    known: dict[str, object] = {
        "issue_id": "6100000102",
        "source": Source.EVENT_ALERT,
        "facts": some_facts(),
        "occurred_at": MONDAY_1140,
    }
    return Occurrence(**{**known, **changes})  # type: ignore[arg-type]


def an_alert(**changes: object) -> Alert:
    """An open alert of Monday 11:40, owned by Aiko, three events known."""
    issue = str(changes.pop("issue_id", "6100000102"))
    number = int(str(changes.pop("round", 1)))
    facts = changes.pop("facts", some_facts())
    known: dict[str, object] = {
        "id": alert_id(issue, number),
        "issue_id": issue,
        "round": number,
        "state": AlertState.OPEN,
        "source": Source.EVENT_ALERT,
        "facts": facts,
        "arrived_at": MONDAY_1140,
        "judge_by_at": MONDAY_1140 + timedelta(days=2),
        "owner": AIKO,
        "backups": (BEN,),
        "short_id": "KYC-API-1B",
        "count": 3,
        "user_count": 0,
        "issue_status": "unresolved",
        "issue_substatus": "new",
        "suggestion": a_policy().suggest(facts),  # type: ignore[arg-type]
    }
    return Alert(**{**known, **changes})  # type: ignore[arg-type]


def a_choice(verdict: Verdict = Verdict.MEDIUM, **changes: object) -> Choice:
    known: dict[str, object] = {"by": AIKO, "by_name": "Aiko Tanaka", "answers": Answers()}
    return Choice(verdict, **{**known, **changes})  # type: ignore[arg-type]


def a_snapshot(**changes: object) -> IssueSnapshot:
    known: dict[str, object] = {
        "issue_id": "6100000102",
        "short_id": "KYC-API-1B",
        "project": "kyc-api",
        "title": some_facts().title,
        "status": "unresolved",
        "substatus": "new",
        "count": 3,
        "user_count": 0,
        "first_seen_at": MONDAY_1140,
        "last_seen_at": MONDAY_1140,
        "level": "error",
        "category": "error",
        "activity": (),
    }
    return IssueSnapshot(**{**known, **changes})  # type: ignore[arg-type]


def an_act(kind: str, at: datetime = MONDAY_1140, by: str = "") -> Activity:
    return Activity(kind, at, by_name=by)
