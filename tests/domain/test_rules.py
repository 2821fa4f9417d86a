"""The shipped rules on the recorded payloads, what `suggest` promises, and what `watch` admits."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot.domain.rules
from bot.config.rules import load_rules
from bot.domain.impact import Affected, Impact
from bot.domain.match import Features, MatchRule, Reason, ReasonKind, Suggestion, When
from bot.domain.rules import Rules
from bot.domain.suggesting import suggest
from bot.domain.watch import Watch

SHIPPED = load_rules(Path(__file__).parents[2] / "rules.yaml")
WEBHOOKS = Path(__file__).parents[1] / "payloads" / "sentry" / "webhooks"


def features_of(name: str) -> Features:
    """What a webhook's parser would tell of that recorded body, in the shortest way."""
    data = json.loads((WEBHOOKS / f"{name}.json").read_text())["data"]
    event: dict[str, Any] = data.get("event") or data["issue"]
    tags = tuple((key, value) for key, value in event.get("tags", ()))
    by_tag = dict(tags)
    values = (event.get("exception") or {}).get("values", ())
    return Features(
        project="kyc-api",
        transaction=event.get("transaction") or by_tag.get("transaction"),
        culprit=event.get("culprit"),
        title=event.get("title"),
        exceptions=tuple(value["type"] for value in values if value.get("type")),
        level=event.get("level"),
        environment=by_tag.get("environment"),
        tags=tags,
    )


def rules_with(*match: MatchRule) -> Rules:
    return Rules(
        SHIPPED.version, SHIPPED.timezone, SHIPPED.channels, SHIPPED.journey, SHIPPED.impact, match=match
    )


ANYTHING = When(title=("*",))
SOMETHING = Features(title="boom")


@pytest.mark.parametrize(
    ("payload", "step", "level", "rule", "row"),
    [
        (
            "event_alert.triggered.deadlock_a_step2_controller",
            "submission",
            "small",
            "double-submit",
            "request+submission/few/yes",
        ),
        ("event_alert.triggered.deadlock_b_async_worker", "check", "medium", "async-worker", "any/few/no"),
        ("event_alert.triggered.step1_business_api", "request", None, "tag-request", None),
        ("event_alert.triggered.step3_console_minified", "check", None, "tag-check", None),
        (
            "event_alert.triggered.step4_callback_timeout_ui_component",
            "result",
            "medium",
            "result-callback",
            "any/few/no",
        ),
        ("event_alert.triggered.huge_title", "submission", None, "tag-submission", None),
        ("event_alert.triggered.unicode_mrkdwn_injection", "submission", None, "tag-submission", None),
        ("event_alert.triggered.no_exception_null_culprit", "check", None, "finalize-backlog", None),
        ("event_alert.triggered.occurrence_cron_missed", "check", None, "finalize-backlog", None),
        ("event_alert.triggered.chained_null_fields", None, None, None, None),
        ("event_alert.triggered.300_tags", None, None, None, None),
        ("issue.created.outage_cron", "check", None, "finalize-backlog", None),
        ("issue.created.outage_uptime", "whole", "large", "site-down", "whole/all/no"),
        ("issue.created.nulls", None, None, None, None),
    ],
)
def test_the_shipped_rules_place_each_recorded_payload(
    payload: str, step: str | None, level: str | None, rule: str | None, row: str | None
):
    suggestion = suggest(SHIPPED, features_of(payload))

    told = (suggestion.step, suggestion.level, suggestion.rule_name, suggestion.row and suggestion.row.key)
    assert told == (step, level, rule, row)


def test_the_suggestion_for_the_worker_says_why():
    suggestion = suggest(SHIPPED, features_of("event_alert.triggered.deadlock_b_async_worker"))

    assert suggestion.because == (
        Reason(ReasonKind.MATCHED, "async-worker", "transaction", "Sidekiq/*", "Sidekiq/DocumentFinalizeJob"),
        Reason(ReasonKind.MATCHED, "tag-check", "tags.journey_step", "2-3", "2-3"),
        Reason(ReasonKind.STEP, "tag-check", value="check"),
        Reason(ReasonKind.LEVEL, "async-worker", value="medium"),
        Reason(ReasonKind.AFFECTED, "async-worker", value="few"),
        Reason(ReasonKind.WORKAROUND, "async-worker", value="no"),
        Reason(ReasonKind.ROW, "async-worker", value="any/few/no"),
    )


def test_without_the_tag_the_worker_is_still_placed_at_the_step_that_cannot_begin():
    suggestion = suggest(SHIPPED, Features(transaction="Sidekiq/DocumentFinalizeJob"))

    assert (suggestion.step, suggestion.level, suggestion.rule_name) == ("check", "medium", "async-worker")


def test_step_level_and_runbook_may_come_from_three_rules_and_the_first_of_each_wins():
    rules = rules_with(
        MatchRule("no", When(title=("other",)), step="result", suggest=Impact.LARGE, runbook="no.md"),
        MatchRule("book", ANYTHING, runbook="first.md"),
        MatchRule("step", ANYTHING, step="check"),
        MatchRule("level", ANYTHING, step="request", suggest=Impact.MEDIUM, runbook="second.md"),
        MatchRule("late", ANYTHING, suggest=Impact.SMALL),
    )

    suggestion = suggest(rules, SOMETHING)

    assert (suggestion.step, suggestion.level, suggestion.runbook) == ("check", Impact.MEDIUM, "first.md")
    assert suggestion.rule_name == "level"


def test_a_level_whose_rule_gives_no_reasons_rests_on_a_row_only_where_just_one_can_be_meant():
    one = suggest(rules_with(MatchRule("a", ANYTHING, step="submission", suggest=Impact.SMALL)), SOMETHING)
    two = suggest(rules_with(MatchRule("a", ANYTHING, step="check", suggest=Impact.MEDIUM)), SOMETHING)
    none = suggest(rules_with(MatchRule("a", ANYTHING, step="check", suggest=Impact.SMALL)), SOMETHING)

    assert one.row is not None and one.row.key == "request+submission/few/yes"
    assert two.row is None
    assert none.row is None


@pytest.mark.parametrize("step", [None, "outside"])
def test_a_level_without_a_step_of_the_journey_has_no_row(step: str | None):
    rule = MatchRule("a", ANYTHING, step=step, suggest=Impact.SMALL, affected=Affected.FEW, workaround=True)

    suggestion = suggest(rules_with(rule), SOMETHING)

    assert (suggestion.level, suggestion.row) == (Impact.SMALL, None)


def test_nothing_known_and_no_rule_that_matches_make_no_suggestion():
    assert suggest(SHIPPED, Features()) == Suggestion()
    assert suggest(rules_with(), SOMETHING) == Suggestion()


texts = st.one_of(st.none(), st.text(max_size=80))
hostile = st.builds(
    Features,
    project=texts,
    transaction=st.one_of(texts, st.text(max_size=40).map(lambda text: f"Sidekiq/{text}")),
    culprit=texts,
    title=texts,
    exceptions=st.lists(st.text(max_size=40), max_size=5).map(tuple),
    level=texts,
    environment=texts,
    tags=st.lists(
        st.tuples(st.sampled_from(["journey_step", "x", "*", "["]), st.text(max_size=20)), max_size=6
    ).map(tuple),
)


@given(features=hostile)
def test_no_text_from_sentry_breaks_a_suggestion(features: Features):
    suggestion = suggest(SHIPPED, features)

    assert suggestion.row is None or suggestion.row.impact is suggestion.level


@pytest.mark.parametrize(
    ("project", "environment", "level", "category", "admitted"),
    [
        ("kyc-api", "production", "error", "error", True),
        ("KYC-API", "Production", "fatal", "outage", True),
        ("blog", "production", "error", "error", False),
        ("kyc-api", "staging", "error", "error", False),
        ("kyc-api", "production", "warning", "error", False),
        ("kyc-api", "production", "error", "feedback", False),
        (None, None, None, None, True),
        ("kyc-api", None, "error", "error", True),
        ("kyc-api", None, "info", "error", False),
    ],
)
def test_watch_admits_what_matches_and_what_is_not_known(
    project: str | None, environment: str | None, level: str | None, category: str | None, admitted: bool
):
    watch = Watch(projects=("kyc-*",), environments=("production",))

    assert watch.admits(project, environment, level, category) is admitted


def test_a_project_is_admitted_alone_for_what_sentry_has_judged_already():
    watch = Watch(projects=("kyc-*",), levels=("fatal",))

    assert watch.admits_project("kyc-web") and watch.admits_project(None)
    assert not watch.admits_project("blog")


def test_the_rotation_is_told_by_weekday_and_names_everybody_once():
    rotation = SHIPPED.rotation

    assert list(rotation.weekdays) == list(range(7))
    assert rotation.weekdays[0] == ("aiko@acme-kyc.example", "ben@acme-kyc.example")
    assert rotation.weekdays[5] == ()
    assert len(rotation.everybody) == len(set(rotation.everybody)) == 5


def undocumented_fields(module: str) -> list[str]:
    """Fields of dataclasses read from the file that no text stands behind."""
    path = Path(bot.domain.rules.__file__).with_name(f"{module}.py")
    missing: list[str] = []
    for kind in (node for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef)):
        if "FROM_FILE" not in ast.unparse(kind):
            continue
        for field, after in zip(kind.body, [*kind.body[1:], None], strict=True):
            documented = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            if isinstance(field, ast.AnnAssign) and not documented:
                missing.append(f"{kind.name}.{ast.unparse(field.target)}")
    return missing


@pytest.mark.parametrize("module", ["rules", "watch", "match", "impact", "journey"])
def test_each_key_of_the_file_is_documented(module: str):
    assert set(undocumented_fields(module)) <= {"Journey.steps", "Matrix.rows"}
