"""Patterns and match rules: what matches, what it costs, and that hostile text never breaks them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.match import GLOB_STARS_LIMIT, LOOKED_AT_LIMIT, Features, Matched, When, glob_matches


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("Sidekiq/*", "Sidekiq/DocumentFinalizeJob", True),
        ("Sidekiq/*", "sidekiq/x", True),
        ("Sidekiq/*", "Sidekiq/", True),
        ("Sidekiq/*", "My Sidekiq/x", False),
        ("*Job", "Sidekiq/DocumentFinalizeJob", True),
        ("*Job", "Sidekiq/JobX", False),
        ("Api::*::VerificationsController#create", "Api::V1::VerificationsController#create", True),
        ("/review/[id]", "/review/[id]", True),
        ("/review/[id]", "/review/i", False),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("a.c", "abc", False),
        ("*", "", True),
        ("*", "two\nlines", True),
        ("氏名*", "氏名が不正です", True),
        ("[!a]", "b", False),
        ("", "", True),
        ("", "x", False),
    ],
)
def test_a_pattern_knows_stars_and_question_marks_and_nothing_else(pattern: str, text: str, matches: bool):
    assert glob_matches(pattern, text) is matches


def test_only_the_first_characters_of_a_huge_value_are_looked_at():
    assert glob_matches("*x", "a" * (LOOKED_AT_LIMIT - 1) + "x" + "b" * 1_000_000)
    assert not glob_matches("*b", "a" * LOOKED_AT_LIMIT + "b")


@pytest.mark.timeout(10)
def test_the_worst_pattern_on_the_worst_text_ends_at_once():
    assert not glob_matches("*a" * GLOB_STARS_LIMIT + "b", "a" * 1_000_000)


@given(pattern=st.text(max_size=200), text=st.text(max_size=300))
def test_no_text_breaks_a_pattern(pattern: str, text: str):
    glob_matches(pattern, text)


@given(text=st.text(max_size=100).filter(lambda text: not set(text) & set("*?")))
@settings(max_examples=200)
def test_a_text_without_wildcards_matches_itself(text: str):
    assert glob_matches(text, text)


DEADLOCK = Features(
    project="kyc-api",
    transaction="Sidekiq/DocumentFinalizeJob",
    title="ActiveRecord::Deadlocked: deadlock detected",
    exceptions=("PG::TRDeadlockDetected", "ActiveRecord::Deadlocked"),
    level="error",
    environment="production",
    tags=(("journey_step", "2-3"), ("handled", "no"), ("handled", "yes")),
)


@pytest.mark.parametrize(
    ("when", "matches"),
    [
        (When(project=("kyc-*",)), True),
        (When(project=("other", "kyc-*")), True),
        (When(project=("other",)), False),
        (When(project=("kyc-*",), level=("fatal",)), False),
        (When(project=("kyc-*",), level=("error",)), True),
        (When(exception=("PG::*",)), True),
        (When(exception=("ActiveRecord::Deadlocked",)), True),
        (When(exception=("Redis::*",)), False),
        (When(title=("*deadlock*",)), True),
        (When(environment=("staging",)), False),
        (When(culprit=("*",)), False),
        (When(tags={"journey_step": ("2-3",)}), True),
        (When(tags={"journey_step": ("1", "2-*")}), True),
        (When(tags={"handled": ("yes",)}), True),
        (When(tags={"handled": ("no",)}), True),
        (When(tags={"handled": ("maybe",)}), False),
        (When(tags={"absent": ("*",)}), False),
        (When(tags={"journey_step": ("2-3",), "handled": ("yes",)}), True),
        (When(tags={"journey_step": ("2-3",), "absent": ("*",)}), False),
    ],
)
def test_a_rule_holds_when_each_key_given_does(when: When, matches: bool):
    assert (when.matches(DEADLOCK) is not None) is matches


def test_what_matched_is_told_key_by_key():
    when = When(transaction=("Sidekiq/*",), tags={"handled": ("y*",)})

    assert when.matches(DEADLOCK) == (
        Matched("transaction", "Sidekiq/*", "Sidekiq/DocumentFinalizeJob"),
        Matched("tags.handled", "y*", "yes"),
    )


def test_what_is_not_known_matches_no_pattern():
    anything = ("*",)

    for key in ("project", "transaction", "culprit", "title", "level", "environment", "exception"):
        assert When(**{key: anything}).matches(Features()) is None


@pytest.mark.parametrize(
    ("when", "empty"), [(When(), True), (When(tags={"a": ("b",)}), False), (When(title=("*",)), False)]
)
def test_a_rule_without_conditions_is_known_as_empty(when: When, empty: bool):
    assert when.is_empty is empty
