"""The journey: steps, their order, and the words that are no step."""

from __future__ import annotations

import pytest

from bot.domain.journey import OUTSIDE, RESERVED, UNSURE, WHOLE, Journey, Step

JOURNEY = Journey(
    (
        Step("request", {"en": "Request", "ja": "依頼"}, "business"),
        Step("check", {"en": "Visual check", "ja": "目視確認"}, "operator"),
    )
)


def test_steps_are_numbered_from_one_in_the_order_of_the_journey():
    assert [(JOURNEY.number(step), JOURNEY.step(step).name["ja"]) for step in JOURNEY.ids] == [
        (1, "依頼"),
        (2, "目視確認"),
    ]


@pytest.mark.parametrize("word", [*RESERVED, "submission", ""])
def test_a_word_that_is_no_step_is_not_known_and_has_no_number(word: str):
    assert not JOURNEY.is_known(word)
    with pytest.raises(KeyError):
        JOURNEY.step(word)
    with pytest.raises(KeyError):
        JOURNEY.number(word)


def test_the_words_beside_the_steps_are_those_that_the_select_stores():
    assert (WHOLE, OUTSIDE, UNSURE) == ("whole", "outside", "unsure")
