"""What is said of an earlier alert that a card could be taken for: warning, offer, question, both side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.alert import Alert, AlertState
from bot.domain.decision import Answers, Verdict
from bot.domain.facts import Facts, Frame
from bot.domain.guard import Doubt
from bot.domain.impact import Affected
from bot.domain.likeness import Comparison, Difference, Feature, Likeness, Twin
from bot.domain.match import Suggestion
from bot.slack.blocks import forms, likeness
from bot.slack.blocks.card import card
from bot.slack.blocks.look import Look
from tests.slack.looks import (
    WORST,
    a_decision,
    a_look,
    a_small,
    an_alert,
    kept,
    mentions_in,
    taken_by_slack,
    texts_in,
    tokens_in,
    view_taken_by_slack,
)

LANGUAGES = ("en", "ja")
DIFFERS = (
    Difference(Feature.STEP, "submission", "check"),
    Difference(Feature.TRANSACTION, "Applicant::DocumentsController#create", "Sidekiq/DocumentFinalizeJob"),
    Difference(Feature.PLACE, "submission.rb:118 attach_documents!", "submission.rb:164 promote_to_review!"),
    Difference(Feature.KIND, "web", "background"),
)


def warned(differs: tuple[Difference, ...] = DIFFERS, **changes: Any) -> Alert:
    return an_alert(twin=Twin("6100000101-1", Likeness.LOOK_ALIKE, differs), **changes)


def same(**changes: Any) -> Alert:
    return an_alert(twin=Twin("6100000101-1", Likeness.SAME_CAUSE), **changes)


def look(language: str = "en", earlier: Alert | None = None) -> Look:
    return a_look(language, earlier=lambda alert: (earlier or a_small()) if alert.twin else None)


def texts(alert: Alert, language: str = "en", earlier: Alert | None = None) -> str:
    return "\n".join(texts_in(card(alert, look(language, earlier)).blocks))


def pressed(alert: Alert, earlier: Alert | None = None) -> dict[str, dict[str, Any]]:
    blocks = card(alert, look("en", earlier)).blocks
    return {block["accessory"]["action_id"]: block["accessory"] for block in blocks if "accessory" in block}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_warned_card_is_the_kept_one(language: str) -> None:
    message = card(warned(), look(language))

    taken_by_slack(message)
    shown = {"text": message.text, "blocks": message.blocks}
    assert kept(f"card.look_alike.{language}", shown) == shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_side_by_side_is_the_kept_page(language: str) -> None:
    comparison = Comparison(Likeness.LOOK_ALIKE, (Feature.TITLE, Feature.TYPE, Feature.PROJECT), DIFFERS)

    page = likeness.comparison_page(warned(), a_small(), comparison, look(language))

    view_taken_by_slack(page)
    assert kept(f"page.compare.{language}", page) == page


def test_the_warning_names_the_earlier_one_and_the_three_differences_that_tell_most() -> None:
    shown = texts(warned())

    assert "but the cause may be another" in shown
    assert 'KYC-API-1A: Small on 30 Oct, "double submit, user sent again"' in shown
    assert (
        "*Different:* stops step 3, not 2 · background job, not web request · submission.rb:164, not :118"
        in shown
    )
    assert "DocumentsController" not in shown


def test_the_japanese_warning_has_a_line_for_each_difference() -> None:
    shown = texts(warned(), "ja")

    assert "似ていますが、原因が違うかもしれません" in shown
    assert "10/30 に「小」（double submit, user sent again）" in shown
    assert "止まる段階 2 → *3*\n" in shown
    assert "処理 Web → *非同期ジョブ*\n" in shown
    assert "箇所 submission.rb:118 → *164*" in shown


def test_who_decided_before_stands_on_no_card() -> None:
    assert "Ben Mori" not in texts(warned())
    assert "Ben Mori" not in texts(same())


def test_a_look_alike_that_waits_is_said_to_wait() -> None:
    waiting = replace(a_small(), decision=None)

    assert "KYC-API-1A: not judged yet" in texts(warned(), earlier=waiting)


def test_the_same_cause_offers_the_earlier_decision_without_alarm() -> None:
    alert = same()

    assert 'KYC-API-1A>: Small on 30 Oct, "double submit, user sent again"' in texts(alert)
    assert ":warning:" not in texts(alert)
    assert pressed(alert)["same_again"]["text"]["text"] == "Same again: Small"
    assert "confirm" not in pressed(alert)["same_again"]


def test_the_same_again_that_is_large_is_confirmed_like_large() -> None:
    large = replace(a_small(), decision=a_decision(Verdict.LARGE))

    assert pressed(same(), large)["same_again"]["confirm"]["confirm"]["text"] == "Declare"


def test_the_same_cause_suggests_its_level_only_where_no_rule_does() -> None:
    assert "same cause as KYC-API-1A" in texts(same(suggestion=Suggestion()))
    assert "same cause as" not in texts(same())
    assert "same cause as" not in texts(warned(suggestion=Suggestion()))


def test_a_decided_card_warns_no_more() -> None:
    decided = warned(state=AlertState.MEDIUM, decision=a_decision(), respond_by_at=an_alert().judge_by_at)

    assert "Looks like" not in texts(decided)
    assert "compare" not in pressed(decided)


def test_a_locked_phone_shows_that_it_may_be_another_cause() -> None:
    assert "looks like KYC-API-1A, may be another cause" in card(warned(), look()).text
    assert "looks like" not in card(same(), look()).text


QUESTIONS = {
    Doubt.LOOK_ALIKE: "KYC-API-1A was Small, but this one stops *3 Visual check*. Can the business",
    Doubt.LAST_TIME: "Last time this cause was Small (KYC-API-1A, Fri 30 Oct)",
    Doubt.MATRIX: "This one stops *3 Visual check*. Can the business",
}


@pytest.mark.parametrize("doubt", Doubt)
def test_the_one_question_says_why_it_is_asked(doubt: Doubt) -> None:
    view = forms.small_check(warned(), look(), doubt)

    assert QUESTIONS[doubt].replace("Fri 30 Oct", "30 Oct") in "\n".join(texts_in(view["blocks"])).replace(
        "Fri 30 Oct", "30 Oct"
    )


def test_where_the_step_is_the_same_the_question_names_the_difference() -> None:
    alert = warned((Difference(Feature.STATUS, "422", "503"),))

    shown = "\n".join(texts_in(forms.small_check(alert, look(), Doubt.LOOK_ALIKE)["blocks"]))

    assert "KYC-API-1A was Small, but this one differs: status 503, not 422." in shown


@pytest.mark.parametrize("feature", Feature)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_feature_has_words_with_both_values_with_one_and_with_none(
    feature: Feature, language: str
) -> None:
    for before, now in (("one", "two"), ("", "two"), ("one", "")):
        told = likeness.difference(Difference(feature, before, now, tag="vendor"), look(language))
        assert all(value in told for value in (before, now))
    assert likeness.difference(Difference(feature, "", ""), look(language)) == ""


def test_nothing_hostile_gets_through_the_warning_the_question_or_the_comparison() -> None:
    differs = tuple(Difference(feature, WORST, WORST + "!", tag=WORST) for feature in Feature)
    alert = warned(differs)
    enemy = replace(
        a_small(),
        short_id=WORST,
        facts=Facts(title=WORST, frame=Frame(WORST)),
        decision=a_decision(
            Verdict.SMALL, reason=WORST, by_name=WORST, answers=Answers("submission", Affected.FEW, True)
        ),
    )
    seen = look("en", enemy)
    message = card(alert, seen)
    comparison = Comparison(Likeness.LOOK_ALIKE, tuple(Feature), differs)

    taken_by_slack(message)
    for blocks in (
        message.blocks,
        likeness.comparison_page(alert, enemy, comparison, seen)["blocks"],
        forms.small_check(alert, seen, Doubt.LOOK_ALIKE)["blocks"],
    ):
        told = list(texts_in(blocks))
        assert mentions_in(told) <= {"U0DUTY"}
        assert all(
            token.startswith(("<@U0DUTY", "<https://acme-kyc.sentry.io/")) for token in tokens_in(told)
        )
