"""The help below the three questions: consequences, the team's own examples, this journey's; short, and no names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.decision import Answers
from bot.domain.guiding import Example, Guide
from bot.domain.impact import Affected, Impact
from bot.slack.blocks import forms
from bot.slack.blocks.guide import REASON_MOST, known_words
from bot.slack.blocks.read import Judged
from tests.slack.looks import (
    WORST,
    a_decided,
    a_look,
    an_alert,
    at,
    kept,
    texts_in,
    tokens_in,
    view_taken_by_slack,
)

EARLIER = Example(
    "KYC-API-1A",
    at(30, 14, 20, month=10),
    "double submit, user sent again",
    Answers("submission", Affected.FEW, True),
)
BY_HAND = Example(
    "KYC-API-0C", at(28, 10, month=10), "repaired by hand", Answers("check", Affected.FEW, False)
)
GUIDE = Guide(
    affected={Affected.ALL: (Impact.LARGE,), Affected.FEW: (Impact.MEDIUM, Impact.SMALL)},
    workaround={True: (Impact.SMALL,), False: (Impact.MEDIUM,)},
    of_step=BY_HAND,
    of_affected={Affected.FEW: EARLIER},
    of_workaround={True: EARLIER, False: BY_HAND},
)


def form(guide: Guide = GUIDE, filled: Judged | None = None, language: str = "en", **changed: Any) -> Any:
    return forms.judge(an_alert(**changed), a_look(language), filled or Judged("check"), None, guide=guide)


def below(view: Any, question: str) -> list[str]:
    (block,) = (one for one in view["blocks"] if one["block_id"] == f"{question}_guide")
    return block["elements"][0]["text"].split("\n")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_guided_form_is_the_kept_one(language: str) -> None:
    view = form(language=language)

    view_taken_by_slack(view)
    assert view == kept(f"form.guided.{language}", view)


def test_each_question_says_where_its_answers_lead_and_how_the_team_has_answered() -> None:
    view = form()

    assert below(view, "step") == [
        "Broken between 2 Submission and 3 Visual check? Then 3 Visual check cannot go on.",
        "3 Visual check: KYC-API-0C, 28 Oct: repaired by hand",
    ]
    assert below(view, "affected") == [
        "All → *Large* · A few → *Medium* or *Small* · Not sure → Ask",
        "All: nobody gets past 3 Visual check",
        "A few: KYC-API-1A, 30 Oct: double submit, user sent again",
    ]
    assert below(view, "workaround") == [
        "Yes → *Small* · No → *Medium* · Not sure → Ask",
        "Yes: KYC-API-1A, 30 Oct: double submit, user sent again",
        "No: KYC-API-0C, 28 Oct: repaired by hand",
    ]


def test_a_team_without_a_past_sees_examples_of_its_journey() -> None:
    view = form(Guide())

    assert below(view, "affected") == [
        "Not sure → Ask",
        "All: nobody gets past 3 Visual check",
        "A few: others still get past 3 Visual check",
    ]
    assert below(view, "workaround") == [
        "Not sure → Ask",
        "Yes: they send again or reload by themselves, and 3 Visual check goes on",
    ]


@pytest.mark.parametrize("step", [None, "whole"])
def test_no_step_is_made_up_for_an_example_before_one_is_chosen(step: str | None) -> None:
    view = form(Guide(), Judged(step))

    assert below(view, "affected") == below(view, "workaround") == ["Not sure → Ask"]


def test_where_no_row_applies_other_steps_examples_do_not_distract() -> None:
    outside, unsure = form(filled=Judged("outside")), form(filled=Judged("unsure"))

    assert "Another team's code is *Not ours* (in the card's menu)." in below(outside, "step")[0]
    assert not any(one["block_id"] in ("affected_guide", "workaround_guide") for one in outside["blocks"])
    assert below(unsure, "affected") == ["All → *Large* · A few → *Medium* or *Small* · Not sure → Ask"]
    assert below(unsure, "workaround") == ["Yes → *Small* · No → *Medium* · Not sure → Ask"]


@pytest.mark.parametrize("step", [None, "request", "result", "whole", "unsure"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_slack_takes_the_help_for_every_step_and_any_words(step: str | None, language: str) -> None:
    worst = replace(EARLIER, name=WORST, reason=WORST)
    guide = replace(GUIDE, of_step=worst, of_affected={Affected.ALL: worst}, of_workaround={True: worst})

    view = form(guide, Judged(step), language)

    view_taken_by_slack(view)
    assert [t for t in tokens_in(texts_in(view)) if not t.startswith("<https://acme-kyc.sentry.io/")] == []
    for question in ("step", "affected", "workaround"):
        assert all(len(line) < REASON_MOST * 8 for line in below(view, question))


def test_an_answer_changes_no_block_that_holds_what_was_typed() -> None:
    ids = [
        [b["block_id"] for b in form(guide, filled)["blocks"] if b["type"] == "input"]
        for guide in (Guide(), GUIDE)
        for filled in (Judged("check"), Judged("submission", "few", "yes"))
    ]

    assert ids[0] == ids[1] == ids[2] == ids[3]


def test_ask_is_in_sight_from_the_start_as_long_as_something_can_be_asked() -> None:
    def asked(view: Any) -> bool:
        return view["blocks"][0].get("accessory", {}).get("action_id") == "consult_from_form"

    assert asked(form())
    assert asked(forms.judge(a_decided(), a_look(), Judged("check"), None))
    over = forms.judge(replace(a_decided(), state=forms.ASKED_NO_MORE[0]), a_look(), Judged("check"), None)
    assert not asked(over)


@pytest.mark.parametrize(
    ("filled", "words"),
    [
        (Judged("check", "few", "unsure"), "So far: 3 Visual check, a few.\nNot sure: a way on without us"),
        (
            Judged("unsure", "unsure", "unsure"),
            "Not sure: which step stops, all or a few, a way on without us",
        ),
        (Judged("unsure", "all"), "So far: all.\nNot sure: which step stops"),
        (Judged("check", "few", "no"), "So far: 3 Visual check, a few, no workaround."),
        (Judged(), ""),
    ],
)
def test_what_is_known_and_what_is_not_goes_into_the_question(filled: Judged, words: str) -> None:
    assert known_words(filled, a_look()).removesuffix(".") == words.removesuffix(".")
