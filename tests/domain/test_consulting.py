"""Asking: one click, the deadline goes on, a silent question asks the backup, a decision closes both."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.alert import AlertState
from bot.domain.consulting import LooseQuestion, ask, end, listen
from bot.domain.deciding import press
from bot.domain.effects import Announce, EditCard, HearSilence, Revise
from bot.domain.errors import UserError
from bot.domain.lines import ChannelUse, Line
from tests.builders import AIKO, BEN, CHIKA, MONDAY_1140, a_choice, a_policy, an_alert


def asked(by: str = CHIKA):
    return ask(an_alert(), by, "Chika", "", MONDAY_1140, a_policy())


def test_one_click_posts_in_the_consultation_channel_and_mentions_the_backup_once() -> None:
    outcome = asked()

    [head] = [e for e in outcome.effects if isinstance(e, Announce)]
    assert (head.line, head.channel, head.mention) == (Line.CONSULTATION, ChannelUse.CONSULTATION, (BEN,))
    assert EditCard(outcome.alert.id) in outcome.effects
    assert outcome.alert.is_discussed
    assert outcome.alert.judge_by_at == an_alert().judge_by_at


def test_a_second_click_opens_no_second_question_and_words_join_the_thread() -> None:
    first = asked().alert

    again = ask(first, AIKO, "Aiko", "", MONDAY_1140, a_policy())
    words = ask(first, AIKO, "Aiko", "I think it is the lock", MONDAY_1140, a_policy())

    assert again.effects == ()
    assert [e.line for e in words.effects if isinstance(e, Announce)] == [Line.CONSULTATION_WORDS]


def test_after_half_a_business_day_of_silence_the_backup_is_asked_never_the_asker() -> None:
    early = listen(asked().alert, MONDAY_1140 + timedelta(hours=2), a_policy())
    late = listen(asked(by=BEN).alert, MONDAY_1140 + timedelta(hours=5), a_policy())

    assert early.effects == ()
    [hear] = [e for e in late.effects if isinstance(e, HearSilence)]
    assert hear.line.mention == (CHIKA,)
    assert listen(late.alert, MONDAY_1140 + timedelta(hours=6), a_policy()).effects == ()


def test_a_decision_closes_the_question_and_thanks_for_asking() -> None:
    decided = press(asked().alert, a_choice(reason="three cases stuck"), MONDAY_1140, a_policy())

    lines = [e.line for e in decided.effects if isinstance(e, Announce)]
    assert lines == [Line.CONSULTATION_SETTLED]
    assert [e.line for e in decided.effects if isinstance(e, Revise)] == [Line.CONSULTATION_CLOSED]
    assert not decided.alert.is_discussed


def test_an_alert_that_is_over_cannot_be_asked_about() -> None:
    with pytest.raises(UserError):
        ask(an_alert(state=AlertState.CLOSED), CHIKA, "Chika", "", MONDAY_1140, a_policy())


def test_a_loose_question_ends_once() -> None:
    question = LooseQuestion("loose-1", CHIKA, "Chika", MONDAY_1140)

    ended = end(question, "nothing")

    assert ended.ended == "nothing"
    with pytest.raises(UserError):
        end(ended, "alert")
