from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.alert import Alert
from bot.domain.effects import Assign, EditCard, PostCard, SavedEffect
from bot.domain.facts import Facts
from bot.ports import Person
from bot.stores.codec import decoded, encoded, from_text, to_text
from tests.stores.kept_things import AT, a_full_alert, an_alert


def test_a_document_is_plain_json() -> None:
    document = encoded(a_full_alert())

    assert json.loads(json.dumps(document)) == document
    assert from_text(to_text(document)) == document


def test_an_alert_comes_back_with_everything_in_it() -> None:
    alert = a_full_alert()

    assert decoded(Alert, from_text(to_text(encoded(alert)))) == alert


def test_an_older_document_takes_defaults_for_what_it_lacks() -> None:
    whole = encoded(an_alert())
    required = {"id", "issue_id", "round", "state", "source", "facts", "arrived_at", "judge_by_at"}

    found = decoded(
        Alert, {key: value for key, value in whole.items() if key in required} | {"facts": {"title": "t"}}
    )

    assert found == an_alert(facts=Facts("t"))


def test_a_newer_document_loses_what_is_not_known_here_at_any_depth() -> None:
    document = encoded(a_full_alert())
    document["mood"] = "calm"
    document["suggestion"]["row"]["mood"] = "calm"
    document["decision"]["answers"]["mood"] = "calm"

    assert decoded(Alert, document) == a_full_alert()


def test_an_instant_comes_back_in_utc_to_the_microsecond() -> None:
    at = AT + timedelta(microseconds=123456)

    found = decoded(Person, encoded(Person("U1", "n", checked_at=at)))

    assert found.checked_at == at
    assert found.checked_at is not None
    assert found.checked_at.utcoffset() == timedelta(0)


def test_effects_with_the_same_fields_are_told_apart_by_their_kind() -> None:
    card = SavedEffect("x", PostCard("7-1"), AT, AT)

    assert type(decoded(SavedEffect, encoded(card)).effect) is PostCard
    edit = replace(card, effect=EditCard("7-1"))
    assert type(decoded(SavedEffect, encoded(edit)).effect) is EditCard


def test_an_effect_of_an_unknown_kind_is_refused() -> None:
    document = encoded(SavedEffect("x", Assign("7-1", "U1", "a", AT), AT, AT))
    document["effect"]["kind"] = "send_pigeon"

    with pytest.raises(ValueError, match="kind"):
        decoded(SavedEffect, document)


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\x00", "\u2028", "佐藤 🐘", '"\\'])
def test_a_text_of_a_stranger_comes_back_as_it_was(text: str) -> None:
    person = Person("U1", text)

    written = to_text(encoded(person))

    assert written.encode("utf-8")
    assert decoded(Person, from_text(written)) == person
