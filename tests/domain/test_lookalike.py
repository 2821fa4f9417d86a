"""The judgement of two alerts: one cause, two causes with one face, or nothing in common; and what it rests on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.facts import Facts, Frame
from bot.domain.fingerprint import face_keys, fingerprint
from bot.domain.likeness import Feature, Likeness
from bot.domain.lookalike import compare
from tests.builders import facts_of_a, some_facts

B = some_facts()


def verdict(one: Facts, other: Facts, **steps: str) -> Likeness:
    return compare(one, other, **steps).verdict


def features(one: Facts, other: Facts) -> set[Feature]:
    return {each.feature for each in compare(one, other).differs}


def test_a_and_b_look_alike_and_the_differences_are_named_with_both_values() -> None:
    found = compare(facts_of_a(), B, earlier_step="submission", newer_step="check")

    assert found.verdict is Likeness.LOOK_ALIKE
    told = {each.feature: (each.before, each.now) for each in found.differs}
    assert told[Feature.STEP] == ("submission", "check")
    assert told[Feature.TRANSACTION] == (
        "Applicant::DocumentsController#create",
        "Sidekiq/DocumentFinalizeJob",
    )
    assert told[Feature.PLACE] == (
        "submission.rb:118 attach_documents!",
        "submission.rb:164 promote_to_review!",
    )
    assert Feature.TITLE in found.alike and Feature.TYPE in found.alike


INCIDENTAL: dict[str, dict[str, Any]] = {
    "release": {"release": "kyc-api@2027.1.1"},
    "line": {"frame": Frame("app/models/submission.rb", 999, "promote_to_review!")},
    "path of the release": {
        "frame": Frame("/srv/releases/20260814/app/models/submission.rb", 1, "promote_to_review!")
    },
    "block": {"frame": Frame("app/models/submission.rb", 164, "block in promote_to_review!")},
    "event": {"event_id": "f" * 32},
    "host": {"tags": (("journey_step", "2-3"), ("server_name", "kyc-worker-1"), ("user", "id:7"))},
    "tenant": {"tags": (("journey_step", "2-3"), ("tenant", "bank-b"))},
}


@pytest.mark.parametrize("what", INCIDENTAL)
def test_what_changes_from_case_to_case_is_the_same_cause(what: str) -> None:
    assert verdict(B, replace(B, **INCIDENTAL[what])) is Likeness.SAME_CAUSE


TELLING: dict[str, dict[str, Any]] = {
    "transaction": {"transaction": "Sidekiq/ResultCallbackJob"},
    "place": {"frame": Frame("app/models/submission.rb", 164, "archive!")},
    "file": {"frame": Frame("app/models/verification.rb", 164, "promote_to_review!")},
    "project": {"project": "kyc-console"},
    "job": {"job": "ResultCallbackJob"},
    "chained_cause": {
        "exceptions": ("PG::LockNotAvailable", "ActiveRecord::Deadlocked"),
        "values": ("a", "b"),
    },
    "message": {"message": "lock on relation billing"},
    "endpoint": {"tags": (("journey_step", "2-3"), ("vendor_endpoint", "https://b.example/x"))},
    "step tag": {"tags": (("journey_step", "3"), ("environment", "production"))},
}


@pytest.mark.parametrize("what", TELLING)
def test_one_thing_that_tells_is_enough_for_another_cause(what: str) -> None:
    known = replace(
        B, job="DocumentFinalizeJob", values=("x", "y"), message="lock on relation submissions",
        tags=(*B.tags, ("vendor_endpoint", "https://a.example/x")),
    )  # fmt: skip
    same = {key: getattr(known, key) for key in ("job", "values", "message")}

    assert verdict(known, replace(known, **TELLING[what])) is Likeness.LOOK_ALIKE
    assert verdict(known, replace(known, **same)) is Likeness.SAME_CAUSE


@pytest.mark.parametrize("unknown", ["transaction", "culprit", "frame", "project", "environment"])
def test_what_is_not_known_on_one_side_differs_from_nothing(unknown: str) -> None:
    assert verdict(B, replace(B, **{unknown: None})) is Likeness.SAME_CAUSE


def test_another_type_and_another_text_are_unrelated_even_at_one_place() -> None:
    other = replace(
        B, title="JSON::ParserError: unexpected token", exceptions=("JSON::ParserError",), message="unexpected token"
    )  # fmt: skip

    assert verdict(B, other) is Likeness.UNRELATED


def test_a_type_that_says_nothing_needs_a_message_that_is_alike() -> None:
    one = Facts(
        "TypeError: Failed to fetch", exceptions=("TypeError",), message="Failed to fetch", project="p"
    )
    other = replace(one, title="TypeError: x is not a function", message="x is not a function")

    assert verdict(one, other) is Likeness.UNRELATED


def test_a_step_by_a_bare_tag_is_not_compared_with_a_step_by_a_rule() -> None:
    assert verdict(B, B, newer_step="check") is Likeness.SAME_CAUSE


def test_a_renumbered_queue_beside_a_known_job_is_no_other_cause() -> None:
    one = replace(B, job="Finalize", tags=(("queue", "default"),))

    assert verdict(one, replace(one, tags=(("queue", "low"),))) is Likeness.SAME_CAUSE


TEXT = st.text(max_size=60) | st.none()
FACTS = st.builds(
    Facts,
    title=st.text(max_size=80),
    transaction=TEXT,
    culprit=TEXT,
    message=TEXT,
    exceptions=st.lists(st.text(max_size=20), max_size=3).map(tuple),
    values=st.lists(st.text(max_size=20), max_size=3).map(tuple),
    frame=st.none() | st.builds(Frame, filename=st.text(max_size=30), function=TEXT),
    tags=st.lists(st.tuples(st.text(max_size=10), st.text(max_size=10)), max_size=4).map(tuple),
    job=TEXT,
    request=TEXT,
)


@given(FACTS)
def test_an_alert_is_the_same_cause_as_itself_unless_it_says_nothing(facts: Facts) -> None:
    assert verdict(facts, facts) in (Likeness.SAME_CAUSE, Likeness.UNRELATED)
    assert features(facts, facts) == set()


@given(FACTS, FACTS)
def test_the_verdict_does_not_depend_on_which_came_first(one: Facts, other: Facts) -> None:
    assert verdict(one, other) is verdict(other, one)


@given(FACTS, FACTS)
def test_two_with_one_face_share_a_key_of_the_index(one: Facts, other: Facts) -> None:
    pair = (fingerprint(one), fingerprint(replace(other, title=one.title, exceptions=one.exceptions)))
    if all(len([word for word in known.title.words if word != "*"]) >= 2 for known in pair):
        assert set(face_keys(pair[0])) & set(face_keys(pair[1]))
