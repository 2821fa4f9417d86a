"""Everything of a drill says that it is one; its debrief is readable, whole, and names nobody."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest

from bot.config.drills import load_scenarios
from bot.domain.debrief import Debrief, Moments, Row
from bot.domain.effects import Announce
from bot.domain.lines import Line
from bot.slack.blocks import drill
from bot.slack.blocks.card import card
from bot.slack.blocks.lines import say
from bot.slack.blocks.listing import list_text
from bot.slack.blocks.look import Message
from bot.slack.blocks.read import chosen_in
from tests.builders import MONDAY_1140
from tests.slack.looks import a_look, an_alert, taken_by_slack, texts_in

MARKS = {"en": "[DRILL] no customer is affected", "ja": "【訓練】実際の影響はありません"}
LANGUAGES = pytest.mark.parametrize("language", ["en", "ja"])
WHY = {"en": "The second try worked.", "ja": "2回目で完了しました。"}


def a_row(number: int = 1, **changes: Any) -> Row:
    known: dict[str, Any] = {
        "name": f"DRILL-1{chr(64 + number)}",
        "title": "ActiveRecord::Deadlocked",
        "level": "small",
        "key_level": "small",
        "step": "submission",
        "key_step": "submission",
        "why": WHY,
        "moments": Moments(2, 4, 9, None),
    }
    return Row(**{**known, **changes})


def shown(language: str, *rows: Row, **changes: Any) -> Message:
    words = {"en": "Storm", "ja": "大量"}
    known: dict[str, Any] = {"missed": (), "unanswered": (), "not_come": 0, "books": ()}
    made = Debrief(words, {"en": "What helped?", "ja": "何が役立ちましたか？"}, rows, **{**known, **changes})
    values = {"debrief": json.dumps(asdict(made))}
    message = say(Announce(Line.DRILL_DEBRIEF, "x", values), None, a_look(language))
    taken_by_slack(message)
    return message


def text_of(message: Message) -> str:
    return "\n".join(texts_in(message.blocks))


@LANGUAGES
def test_a_drill_s_card_says_so_first_and_has_no_block_more(language: str) -> None:
    real, marked = (card(an_alert(drill=drill_id), a_look(language)) for drill_id in ("", "d1"))

    taken_by_slack(marked)
    assert len(marked.blocks) == len(real.blocks)
    assert marked.text.startswith(MARKS[language])
    assert texts_in(marked.blocks)[0].startswith(f"*{MARKS[language]}*\n")
    assert MARKS[language] not in real.text + text_of(real)


def test_a_drill_s_card_leads_nowhere_in_sentry() -> None:
    assert "https://" in text_of(card(an_alert(), a_look()))
    assert "https://" not in text_of(card(an_alert(drill="d1", short_id="DRILL-1A"), a_look()))


@LANGUAGES
def test_a_list_marks_what_is_of_a_drill_and_does_not_count_it(language: str) -> None:
    look = a_look(language)

    shown = list_text([an_alert(), an_alert(drill="d1")], look, mine=False)

    assert shown.text == list_text([an_alert()], look, mine=False).text
    assert text_of(shown).count(MARKS[language]) == 1


@LANGUAGES
def test_the_debrief_sets_each_judgement_beside_its_key_with_the_why(language: str) -> None:
    text = text_of(shown(language, a_row(), a_row(2, level="large"), a_row(3, level=None, step=None)))

    assert MARKS[language] in text
    assert text.count(WHY[language]) == 3
    told = {
        "en": ("*DRILL-1A*", "*Small*, as in the key", "judged *Large*, in the key *Small*", "not judged"),
        "ja": ("*DRILL-1A*", "解答例と同じ *小*", "判断は *大* 、解答例は *小*", "判断なし"),
    }
    assert [words for words in told[language] if words not in text] == []


def test_the_debrief_says_when_it_was_looked_at_asked_and_judged() -> None:
    text = text_of(shown("en", a_row(words="Is it the second try?")))

    assert "first act after 2 min · asked after 4 min · judged after 9 min" in text
    assert "responded" not in text
    assert "Is it the second try?" in text


def test_a_dozen_alike_that_fit_the_key_are_one_line() -> None:
    text = text_of(shown("en", *(a_row(n) for n in range(1, 13))))

    assert "*DRILL-1A* to *DRILL-1L* (12): all *Small*" in text
    assert text.count(WHY["en"]) == 1


def test_what_was_missed_what_did_not_come_and_the_runbook_s_steps_stand_below() -> None:
    books = (({"en": "Count first.", "ja": "まず数える。"},),)

    text = text_of(
        shown("en", a_row(), missed=("DRILL-1C",), unanswered=("DRILL-1D",), not_come=2, books=books)
    )

    assert "Not judged: DRILL-1C" in text
    assert "Judged, and not responded to: DRILL-1D" in text
    assert "2 alerts did not come any more" in text
    assert "• Count first." in text
    assert "What helped?" in text


def test_what_was_ticked_stands_in_it_only_where_there_was_a_checklist() -> None:
    text = text_of(shown("en", a_row(), done=("Count the cases",), listed=2))

    assert "Ticked on the checklists: 1 of 2" in text
    assert "Count the cases" in text
    assert "checklists" not in text_of(shown("en", a_row()))


def test_without_a_single_alert_there_is_still_a_debrief() -> None:
    assert "before an alert came" in text_of(shown("en"))


def test_many_long_rows_fit_into_a_message() -> None:
    long = {"en": "why " * 100, "ja": "why " * 100}
    shown(
        "en", *(a_row(n % 26 + 1, level=None, why=long, words="w" * 900, title="t" * 900) for n in range(40))
    )


@LANGUAGES
def test_the_form_offers_every_scenario_and_when(language: str) -> None:
    look = a_look(language)

    view = drill.drill_form(load_scenarios(), [MONDAY_1140], look, is_now=True, chosen="storm")

    chosen = view["blocks"][2]["element"]
    assert [option["value"] for option in chosen["options"]] == list(load_scenarios())
    assert chosen["initial_option"]["value"] == "storm"
    assert view["blocks"][3]["element"]["initial_option"]["value"] == drill.NOW


def test_what_was_chosen_is_read_and_nothing_is_none() -> None:
    values = {"scenario": {drill.SCENARIO: {"selected_option": {"value": "storm"}}}}

    assert chosen_in(values, drill.SCENARIO) == "storm"
    assert chosen_in(values, drill.WHEN) == ""
