"""Alerts and looks for the tests of blocks: the two deadlocks of the story, and what strangers may write."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.alert import Alert, AlertState, Closing, Comeback, Consultation, Return, Source, Suspicion
from bot.domain.cause import Cause
from bot.domain.decision import Answers, Decision, Verdict
from bot.domain.facts import Facts, Frame
from bot.domain.impact import Affected, Impact, MatrixRow
from bot.domain.journey import Journey, Step
from bot.domain.match import Reason, ReasonKind, Suggestion
from bot.i18n import Words
from bot.sandbox.slack.block_kit import checked_view, message_blocks
from bot.slack.blocks.look import Look, Message

TOKYO = ZoneInfo("Asia/Tokyo")
KEPT = Path(__file__).parent / "kept"
PAYLOADS = Path(__file__).parents[1] / "payloads" / "sentry" / "webhooks"
NAMES = {"U0DUTY": "Aiko Tanaka", "U0BACKUP": "Ben Mori", "U0NEW": "Chika Sato"}
JOURNEY = Journey(
    (
        Step("request", {"en": "Request", "ja": "依頼"}, "business"),
        Step("submission", {"en": "Submission", "ja": "書類提出"}, "end user"),
        Step("check", {"en": "Visual check", "ja": "目視確認"}, "operator"),
        Step("result", {"en": "Result", "ja": "結果返却"}, "business"),
    )
)
CULTURE_DAY = {"en": "Culture Day", "ja": "文化の日"}
MEDIUM_ROW = MatrixRow(("any",), Affected.FEW, False, Impact.MEDIUM)
MATRIX = (
    MatrixRow(("any",), Affected.ALL, False, Impact.LARGE),
    MEDIUM_ROW,
    MatrixRow(("request", "submission"), Affected.FEW, True, Impact.SMALL),
    MatrixRow(("check", "result"), Affected.FEW, True, Impact.MEDIUM),
    MatrixRow(("whole", "any"), Affected.ALL, True, Impact.LARGE),
)
HOSTILE = json.loads((PAYLOADS / "event_alert.triggered.unicode_mrkdwn_injection.json").read_text("utf-8"))
HOSTILE_TITLE: str = HOSTILE["data"]["event"]["title"]
WORST = HOSTILE_TITLE + "&<>*_~`:a:@here#x https://evil.example " * 80


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """An instant of 2026 by the clocks of Tokyo."""
    return datetime(2026, month, day, hour, minute, tzinfo=TOKYO).astimezone(UTC)


def a_look(language: str = "en", **more: Any) -> Look:
    given: dict[str, Any] = {
        "words": Words(language, TOKYO),
        "journey": JOURNEY,
        "issue_url": lambda alert: f"https://acme-kyc.sentry.io/issues/{alert.issue_id}/",
        "name_of": lambda user_id: NAMES.get(user_id, user_id),
        "now": at(2, 11, 40),
        "respond_by": lambda level: at(6, 19) if level is Impact.MEDIUM else None,
        "matrix": MATRIX,
        "tells_support": True,
        "day_off_name": lambda day, language: CULTURE_DAY[language] if day == date(2026, 11, 3) else None,
    }
    return Look(**{**given, **more})


def an_alert(**changed: Any) -> Alert:
    """B of the story: the worker between steps 2 and 3, Monday 11:40."""
    b = Alert(
        id="6100000102-1",
        issue_id="6100000102",
        round=1,
        state=AlertState.OPEN,
        source=Source.EVENT_ALERT,
        facts=Facts(
            title="ActiveRecord::Deadlocked",
            project="kyc-api",
            transaction="Sidekiq/DocumentFinalizeJob",
            environment="production",
            release="kyc-api@2026.10.30",
            exceptions=("PG::TRDeadlockDetected", "ActiveRecord::Deadlocked"),
            frame=Frame("app/models/submission.rb", 164, "promote_to_review!"),
            frames=(
                Frame("sidekiq/processor.rb", 202, "execute_job", in_app=False),
                Frame("app/jobs/document_finalize_job.rb", 31, "perform"),
                Frame("app/models/submission.rb", 164, "promote_to_review!"),
            ),
        ),
        arrived_at=at(2, 11, 40),
        judge_by_at=at(4, 19),
        owner="U0DUTY",
        backups=("U0BACKUP",),
        short_id="KYC-API-1B",
        count=3,
        user_count=0,
        first_seen_at=at(2, 11, 40),
        suggestion=Suggestion(
            step="check",
            level=Impact.MEDIUM,
            rule_name="async-worker",
            row=MEDIUM_ROW,
            because=(Reason(ReasonKind.MATCHED, "tag-check", "tags.journey_step", "2-3", "2-3"),),
        ),
    )
    return replace(b, **changed)


QUESTION = Consultation("6100000102-1.q1", "U0NEW", "Chika Sato", at(2, 11, 50), "why twice?")
"""A question about B that is open."""


def a_decision(verdict: Verdict = Verdict.MEDIUM, **changed: Any) -> Decision:
    made = Decision(
        id="6100000102-1.1",
        verdict=verdict,
        answers=Answers("check", Affected.FEW, False),
        row="any/few/no",
        reason="",
        by="U0NEW",
        by_name="Chika Sato",
        at=at(2, 11, 52),
        shown_count=3,
    )
    return replace(made, **changed)


def a_decided(verdict: Verdict = Verdict.MEDIUM, **changed: Any) -> Alert:
    """B after a decision; Medium unless another is asked for."""
    given = {
        "state": AlertState(verdict.value),
        "decision": a_decision(verdict),
        "respond_by_at": at(6, 19) if verdict in (Verdict.MEDIUM, Verdict.LARGE) else None,
    }
    return an_alert(**{**given, **changed})


def a_small(**changed: Any) -> Alert:
    """A of the story, folded since Friday."""
    decision = a_decision(
        Verdict.SMALL,
        answers=Answers("submission", Affected.FEW, True),
        reason="double submit, user sent again",
        at=at(30, 14, 20, month=10),
        by="U0BACKUP",
        by_name="Ben Mori",
    )
    given = {
        "id": "6100000101-1",
        "issue_id": "6100000101",
        "short_id": "KYC-API-1A",
        "state": AlertState.SMALL,
        "issue_status": "ignored",
        "decision": decision,
    }
    return an_alert(**{**given, **changed})


def mentions_in(texts: Iterable[str]) -> set[str]:
    """Who is mentioned in these texts."""
    return {found for text in texts for found in re.findall(r"<@([^>|]+)", text)}


def tokens_in(texts: Iterable[str]) -> set[str]:
    """All that Slack would take for a mention, a channel, a command or a link."""
    return {found for text in texts for found in re.findall(r"<[^>]*>?", text)}


def every_kind_of_alert() -> Iterable[tuple[str, Alert]]:
    """Each state and each turn that a card can take, by a name that a person can read."""
    closed = {"state": AlertState.CLOSED}
    yield "open", an_alert()
    yield (
        "open_bare",
        an_alert(
            short_id=None,
            count=None,
            user_count=None,
            first_seen_at=None,
            owner=None,
            suggestion=Suggestion(),
            facts=Facts(title=""),
        ),
    )
    yield "open_after_hours", an_alert(after_hours=True)
    yield "open_suspected", an_alert(suspicions=tuple(Suspicion))
    yield "open_step_only", an_alert(suggestion=Suggestion(step="check", rule_name="tag-check"))
    for step in ("whole", "outside", "unsure"):
        yield f"open_{step}", an_alert(step=step)
    for why in Return:
        last = Comeback(why, "small", at(30, 14, 20, month=10), "double submit")
        yield f"open_back_{why.value}", an_alert(comeback=last, suspicions=(Suspicion.ESCALATING,))
    yield "open_back_plain", an_alert(comeback=Comeback(Return.REGRESSED))
    yield "medium", a_decided()
    yield "medium_more", a_decided(count=5)
    yield "medium_open_answers", a_decided(decision=a_decision(answers=Answers("check"), row=None))
    yield "medium_silent", a_decided(sentry_silent_since=at(2, 11, 53))
    yield "large", a_decided(Verdict.LARGE)
    yield "small", a_small()
    yield "open_discussed", an_alert(consultation=QUESTION)
    yield "medium_discussed", a_decided(consultation=QUESTION)
    yield "small_discussed", a_small(consultation=QUESTION)
    yield "small_by_hand", a_small(source=Source.PERSON)
    yield "not_ours", a_decided(Verdict.NOT_OURS, decision=a_decision(Verdict.NOT_OURS, tell="payments"))
    yield "not_ours_plain", a_decided(Verdict.NOT_OURS, count=None)
    yield (
        "responded",
        a_decided(state=AlertState.RESPONDED, responded_at=at(6, 11), responded_by="U0DUTY", cases_done=5),
    )
    for why in (
        "resolved",
        "archived",
        "responded",
        "came_back",
        "other_cause",
        "metric_resolved",
        "what ever",
    ):
        yield f"closed_{why}", a_decided(**closed, closing=Closing(why, at(6, 11), "Dan Kimura"))
        yield f"closed_undecided_{why}", an_alert(**closed, closing=Closing(why, at(6, 11)))


def made_hostile(alert: Alert) -> Alert:
    """The same alert with each text in it written by an enemy, thousands of characters long."""
    decision = alert.decision
    enemy = Frame(WORST, 2**40, WORST)
    return replace(
        alert,
        short_id=WORST if alert.short_id else None,
        assignee=WORST,
        owner=WORST if alert.owner else None,
        count=10**9,
        user_count=10**9,
        facts=replace(
            alert.facts,
            title=WORST,
            transaction=WORST,
            culprit=WORST,
            environment=WORST,
            release=WORST,
            message=WORST,
            exceptions=(WORST,) * 20,
            frame=enemy,
            frames=(enemy,) * 100,
        ),
        suggestion=replace(alert.suggestion, rule_name=WORST if alert.suggestion.rule_name else None),
        decision=replace(decision, reason=WORST, by_name=WORST, by=WORST, tell=WORST) if decision else None,
        comeback=replace(
            alert.comeback, reason=WORST, old=Cause(*[WORST] * 4), new=Cause(*[WORST] * 4), cases=10**9
        )
        if alert.comeback
        else None,
        closing=replace(alert.closing, by_name=WORST) if alert.closing else None,
        consultation=replace(alert.consultation, words=WORST, by_name=WORST) if alert.consultation else None,
    )


def taken_by_slack(message: Message) -> None:
    """Slack would take it: checked by the local Slack's own rules."""
    message_blocks(message.blocks)
    assert 0 < len(message.text) < 4000


def view_taken_by_slack(view: dict[str, Any], kind: str = "modal") -> None:
    """Slack would open it, or show it as a Home."""
    checked_view(view, kind)


def texts_in(part: Any) -> list[str]:
    """Every mrkdwn text, wherever it stands."""
    if isinstance(part, list):
        return [text for one in part for text in texts_in(one)]
    if not isinstance(part, dict):
        return []
    own = [part["text"]] if part.get("type") == "mrkdwn" else []
    return own + [text for one in part.values() for text in texts_in(one)]


def kept(name: str, what: dict[str, Any]) -> dict[str, Any]:
    """What the kept file of that name says. With KEPT_REWRITE=1 in the environment it is written anew, to be read."""
    path = KEPT / f"{name}.json"
    if os.environ.get("KEPT_REWRITE"):
        path.write_text(json.dumps(what, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return json.loads(path.read_text(encoding="utf-8"))
