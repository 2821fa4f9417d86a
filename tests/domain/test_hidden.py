"""Rules that never win: told when it is certain, and only then."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.hidden import covers, glob_covers, hidden_rules
from bot.domain.impact import Impact
from bot.domain.match import Features, MatchRule, When, glob_matches
from tests.builders import the_rules

WORKERS = When(transaction=("Sidekiq/*", "*Worker"))


def a_rule(name: str, when: When, **says: object) -> MatchRule:
    return MatchRule(name, when, **says)  # type: ignore[arg-type]


def hidden(*rules: MatchRule) -> list[tuple[str, dict[str, str]]]:
    return [(one.rule.name, {what: by.name for what, by in one.by.items()}) for one in hidden_rules(rules)]


@pytest.mark.parametrize(
    ("wide", "narrow", "certain"),
    [
        ("*", "anything", True),
        ("*", "any*thing?", True),
        ("Sidekiq/*", "sidekiq/Document*", True),
        ("Sidekiq/*", "Sidekiq/*", True),
        ("Sidekiq/*Job", "Sidekiq/*", False),
        ("Sidekiq/Document*", "Sidekiq/*", False),
        ("a?c", "abc", True),
        ("a?c", "a?c", True),
        ("a?c", "a*c", False),
        ("a*c", "a?c", True),
        ("[ab]", "a", False),
        ("*Worker", "Big[1]Worker", True),
    ],
)
def test_a_pattern_covers_another_where_that_is_certain(wide: str, narrow: str, certain: bool) -> None:
    assert glob_covers(wide, narrow) is certain


@given(st.text("ab*?", max_size=6), st.text("ab*?", max_size=6), st.text("ab", max_size=6))
def test_what_is_called_covered_has_no_counterexample(wide: str, narrow: str, text: str) -> None:
    if glob_covers(wide, narrow) and fnmatchcase(text, narrow):
        assert glob_matches(wide, text)


@pytest.mark.parametrize(
    ("narrow", "certain"),
    [
        (When(transaction=("Sidekiq/Mail*",)), True),
        (When(transaction=("Sidekiq/Mail*", "MailWorker"), level=("error",)), True),
        (When(transaction=("Sidekiq/Mail*", "Mail")), False),
        (When(culprit=("Sidekiq/Mail*",)), False),
        (When(), False),
    ],
)
def test_conditions_are_compared_key_by_key(narrow: When, certain: bool) -> None:
    assert covers(WORKERS, narrow) is certain


def test_tags_are_compared_by_their_key() -> None:
    step = When(tags={"journey_step": ("2*",)})

    assert covers(step, When(tags={"journey_step": ("2-3",), "queue": ("low",)}))
    assert not covers(step, When(tags={"queue": ("2-3",)}))


def test_an_exception_below_a_broader_rule_never_wins_and_its_blockers_are_named() -> None:
    broad = a_rule("workers", WORKERS, step="check", suggest=Impact.MEDIUM)
    narrow = a_rule("mail", When(transaction=("Sidekiq/Mail*",)), step="result", suggest=Impact.SMALL)

    assert hidden(broad, narrow) == [("mail", {"step": "workers", "suggest": "workers"})]
    assert hidden(narrow, broad) == []


def test_a_rule_that_still_wins_something_is_not_told() -> None:
    broad = a_rule("workers", WORKERS, step="check")
    narrow = a_rule("mail", When(transaction=("Sidekiq/Mail*",)), step="check", runbook="mail.md")

    assert hidden(broad, narrow) == []
    assert hidden(broad, a_rule("books", When(title=("*",)), runbook="x.md"), narrow) == []


def test_what_it_says_may_be_taken_by_several_earlier_rules() -> None:
    steps = a_rule("steps", WORKERS, step="check")
    books = a_rule("books", When(transaction=("Sidekiq/*",)), runbook="async-worker.md")
    narrow = a_rule("mail", When(transaction=("Sidekiq/Mail*",)), step="check", runbook="mail.md")

    assert hidden(steps, books, narrow) == [("mail", {"step": "steps", "runbook": "books"})]


def test_no_shipped_rule_is_hidden() -> None:
    assert list(hidden_rules(the_rules().match)) == []


def test_a_covered_condition_matches_nothing_that_the_broad_one_does_not() -> None:
    mail = Features(transaction="Sidekiq/MailJob")

    assert WORKERS.matches(mail) and When(transaction=("Sidekiq/Mail*",)).matches(mail)
