"""The line of the card that says what Sentry's title left out: the words that decide stand in sight, once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.judging.alerts import load_set
from bot.domain.alert import AlertState, Source
from bot.domain.facts import Facts
from bot.sentry.event import facts_from_event
from bot.slack.blocks.beyond import MOST, beyond
from bot.slack.blocks.card import card
from bot.slack.blocks.details import details
from bot.slack.blocks.speech import TITLE_MOST
from tests.slack.looks import (
    WORST,
    a_decided,
    a_look,
    an_alert,
    taken_by_slack,
    texts_in,
    tokens_in,
)

FACTS = {
    alert.name: facts_from_event(alert.body["data"]["event"])
    for alert in load_set()
    if "event" in alert.body["data"]
}


def said(title: str, message: str | None, shown: int = TITLE_MOST) -> str:
    return beyond(Facts(title, message=message), shown)


@pytest.mark.parametrize(
    ("name", "decides"),
    [
        ("02-result-callback-503", "nothing is queued any more"),
        ("04-chunk-camera", 'banner "Reload to go on" shown'),
        ("08-ocr-timeout-extraction", "attempt 5 of 5"),
        ("12-duplicate-reference", "answered 409 with the address of the verification that exists"),
        ("13-duplicate-result", "index_results_on_verification_id_and_kind"),
        ("15-chunk-liveness", "a new link is made in the support tool"),
        ("16-pending-skipped", "the applicants have been told that they are done"),
    ],
)
def test_the_words_that_decide_an_alert_of_the_set_stand_on_its_card(name: str, decides: str) -> None:
    assert decides in beyond(FACTS[name], TITLE_MOST)
    assert len(beyond(FACTS[name], TITLE_MOST)) <= MOST


@pytest.mark.parametrize("name", ["01-deadlock-create", "10-storage-denied", "20-missing-callback-url"])
def test_nothing_is_said_twice_where_the_title_says_it_all(name: str) -> None:
    assert beyond(FACTS[name], TITLE_MOST) == ""


def test_a_message_that_goes_on_after_the_cut_begins_with_a_whole_clause_or_word() -> None:
    assert (
        said("GaveUp: 8 of 8 attempts used, nothing is qu...", "8 of 8 attempts used, nothing is queued")
        == "nothing is queued"
    )
    words = "there is no place left in the table for shipments_on_order_id"
    assert said(f"E: {words[:-6]}", words) == "shipments_on_order_id"


def test_a_database_s_explanation_comes_last_and_only_where_it_fits() -> None:
    detail = "DETAIL:  Key (id)=(7) already exists."

    assert said("taken", f"{detail}\nanswered 409") == "answered 409 · DETAIL: Key (id)=(7) already exists."
    assert said("taken", f"{detail}\n{'x' * (MOST - 9)}") == "x" * (MOST - 9)


def test_without_a_message_or_one_line_alone_nothing_is_made_up() -> None:
    assert said("Boom", None) == said("Boom", "") == said("Boom", "Boom") == ""
    assert said("", "x" * 900, shown=0).endswith("…")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_only_a_card_that_waits_for_a_judgement_quotes_the_message(language: str) -> None:
    facts = replace(an_alert().facts, message="anything\nattempt 5 of 5")
    waiting, decided = an_alert(facts=facts), a_decided(facts=facts)

    shown = "\n".join(texts_in(card(waiting, a_look(language)).blocks))

    assert "> anything · attempt 5 of 5\n> app/models/submission.rb:164" in shown
    assert len(card(waiting, a_look(language)).blocks) <= 6
    assert "attempt 5 of 5" not in "\n".join(texts_in(card(decided, a_look(language)).blocks))


def test_a_metric_alert_shows_what_its_rule_counted() -> None:
    facts = Facts("Results not delivered", message="412 of 412 results\nFilter: job:Callback")
    alert = an_alert(facts=facts, source=Source.METRIC_ALERT, state=AlertState.OPEN)

    assert "> 412 of 412 results · Filter: job:Callback" in "\n".join(texts_in(card(alert, a_look()).blocks))


def test_what_strangers_wrote_in_a_message_formats_and_rings_nothing() -> None:
    message = card(an_alert(facts=replace(an_alert().facts, message=f"x\n{WORST}")), a_look())

    taken_by_slack(message)
    assert [t for t in tokens_in(texts_in(message.blocks)) if "acme-kyc.sentry.io" not in t] == ["<@U0DUTY>"]


def test_the_thread_keeps_the_lines_of_a_message() -> None:
    several = details(an_alert(facts=replace(an_alert().facts, message="one\n\n> two")), a_look())
    single = details(an_alert(facts=replace(an_alert().facts, message="one")), a_look())

    assert "Message: \n> one\n> " in "\n".join(texts_in(several.blocks))
    assert "Message: one" in "\n".join(texts_in(single.blocks))
