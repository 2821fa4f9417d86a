"""The forms: that Slack opens them in both languages, what is filled in, and that what is sent can be read back."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.decision import Answers, Verdict
from bot.domain.entries import Entry, EntryKind
from bot.domain.impact import Affected, Impact
from bot.slack.blocks import follow_up, forms, pages, read
from bot.slack.blocks.read import Judged
from tests.slack.looks import (
    WORST,
    a_decided,
    a_decision,
    a_look,
    an_alert,
    at,
    kept,
    made_hostile,
    texts_in,
    tokens_in,
    view_taken_by_slack,
)

LANGUAGES = ("en", "ja")
FULL = Judged("check", "few", "no", Impact.MEDIUM, "medium", "they cannot")
ENTRIES = [
    Entry(
        id=f"e:{kind}",
        kind=kind,
        at=at(2, 12),
        alert_id="6100000102-1",
        issue_id="6100000102",
        by="U0NEW",
        by_name=name,
        decision=a_decision(reason="why not") if kind is EntryKind.DECIDED else None,
        details={
            "text": "a note",
            "done": "sent again",
            "reason": "waits",
            "until": at(9, 19).isoformat(),
            "to": "U0DUTY",
            "to_name": "Aiko Tanaka",
            "step": "check",
            "why": "regressed" if kind is EntryKind.CAME_BACK else "resolved",
        },
    )
    for kind in EntryKind
    for name in ("Chika Sato", "")
]


def every_view(alert: Any, look: Any, entries: list[Entry]) -> dict[str, dict[str, Any]]:
    return {
        "guide": forms.judge(alert, look, Judged.of(alert), None),
        "judge": forms.judge(alert, look, FULL, Impact.MEDIUM),
        "unsure": forms.judge(alert, look, replace(FULL, step="unsure", affected="unsure"), None),
        "against": forms.judge(
            alert, look, replace(FULL, level=Impact.SMALL), Impact.MEDIUM, against=Impact.MEDIUM
        ),
        "small_check": forms.small_check(alert, look),
        "small_check_outside": forms.small_check(replace(alert, step="outside"), look),
        "small_check_unsure": forms.small_check(replace(alert, step="unsure"), look),
        "responded": follow_up.responded(alert, look),
        "extend": follow_up.extend(alert, look),
        "note": follow_up.note(alert, look),
        "not_ours": follow_up.not_ours(alert, look),
        "hand_over": follow_up.hand_over(alert, look, "U0NEW"),
        "history": pages.history(alert, entries, look),
        "problem": pages.problem("Not now & <never>", look),
    }


VIEWS = list(every_view(an_alert(), a_look(), []))


def block(view: dict[str, Any], block_id: str) -> dict[str, Any]:
    return next(one for one in view["blocks"] if one["block_id"].startswith(block_id))


def words(view: dict[str, Any]) -> str:
    return "\n".join(texts_in(view["blocks"]))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", VIEWS)
def test_slack_opens_every_form_whatever_is_in_it(name: str, language: str) -> None:
    entries = [
        *ENTRIES,
        *[replace(e, by_name=WORST, details=dict.fromkeys(e.details, WORST)) for e in ENTRIES],
    ]
    for alert in (an_alert(), a_decided(), made_hostile(a_decided())):
        for log in ([], ENTRIES, entries * 2):
            view = every_view(alert, a_look(language), log)[name]

            view_taken_by_slack(view)
            assert [
                t for t in tokens_in(texts_in(view)) if not t.startswith("<https://acme-kyc.sentry.io/")
            ] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", VIEWS)
def test_no_title_is_cut(name: str, language: str) -> None:
    view = every_view(a_decided(), a_look(language), ENTRIES)[name]

    for part in ("title", "submit", "close"):
        assert "…" not in view.get(part, {}).get("text", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_judging_form_is_the_kept_one(language: str) -> None:
    view = forms.judge(an_alert(), a_look(language), FULL, Impact.MEDIUM)

    assert view == kept(f"form.judge.{language}", view)


@pytest.mark.parametrize("name", [name for name in VIEWS if name not in ("history", "problem", "hand_over")])
def test_whoever_types_is_told_that_it_is_masked(name: str) -> None:
    view = every_view(an_alert(), a_look(), [])[name]

    assert "masked before anything is saved" in json.dumps(view)


@pytest.mark.parametrize("name", [name for name in VIEWS if name != "problem"])
def test_a_form_remembers_what_its_person_saw(name: str) -> None:
    view = every_view(a_decided(), a_look(), [])[name]

    metadata = json.loads(view["private_metadata"])
    assert metadata["alert"] == "6100000102-1"
    assert metadata["decision"] == "6100000102-1.1"
    assert metadata["count"] == 3


def test_the_guide_begins_with_the_suggested_step_and_no_level() -> None:
    alert = an_alert()

    view = forms.judge(alert, a_look(), Judged.of(alert), None)

    assert view["title"]["text"] == "Judge the impact"
    assert block(view, "step")["element"]["initial_option"]["value"] == "check"
    assert "initial_option" not in block(view, "affected")["element"]
    assert "initial_option" not in block(view, "level:open")["element"]
    assert "Answer the three questions" in words(view)


def test_looking_again_begins_with_the_last_answers_and_shows_them() -> None:
    alert = a_decided(decision=a_decision(reason="they cannot"))

    view = forms.judge(alert, a_look(), Judged.of(alert), Impact.MEDIUM)

    assert view["title"]["text"] == "Look at it again"
    assert block(view, "affected")["element"]["initial_option"]["value"] == "few"
    assert block(view, "workaround")["element"]["initial_option"]["value"] == "no"
    assert 'Now: *Medium* · Mon 2 Nov 11:52 "they cannot"' in words(view)
    assert "Chika" not in words(view)


def test_three_answers_show_the_level_that_follows() -> None:
    view = forms.judge(an_alert(), a_look(), Judged("check", "few", "no"), Impact.MEDIUM)

    assert "→ *Medium* · 3 Visual check, a few, no workaround" in words(view)
    assert block(view, "level:medium")["element"]["initial_option"]["value"] == "medium"
    assert view["submit"]["text"] == "Set to Medium"
    assert forms.judge(an_alert(), a_look("ja"), FULL, Impact.MEDIUM)["submit"]["text"] == "「中」にする"


def test_each_answer_reaches_the_bot_at_once_and_typing_does_not() -> None:
    view = forms.judge(an_alert(), a_look(), FULL, Impact.MEDIUM)

    live = {one["element"]["action_id"] for one in view["blocks"] if one.get("dispatch_action")}
    assert live == set(read.JUDGE_ACTIONS)


def test_a_level_that_a_person_chose_stays_until_the_matrix_says_something_else() -> None:
    chosen = replace(FULL, level=Impact.LARGE, level_for="medium")

    stays = forms.judge(an_alert(), a_look(), chosen, Impact.MEDIUM)
    falls = forms.judge(an_alert(), a_look(), chosen, Impact.SMALL)

    assert block(stays, "level:medium")["element"]["initial_option"]["value"] == "large"
    assert stays["submit"]["text"] == "Set to Large"
    assert block(falls, "level:small")["element"]["initial_option"]["value"] == "small"


def test_bringing_the_form_up_to_date_keeps_what_was_typed_and_what_was_seen() -> None:
    opened = forms.judge(an_alert(), a_look(), Judged.of(an_alert()), None)
    later = a_decided(count=9)

    view = forms.judge(later, a_look(), FULL, Impact.MEDIUM, metadata=opened["private_metadata"])

    assert json.loads(view["private_metadata"]) == {"alert": "6100000102-1", "decision": None, "count": 3}
    assert block(view, "reason")["element"]["initial_value"] == "they cannot"
    assert {one["block_id"] for one in opened["blocks"] if one["type"] == "input"} - {"level:open"} == {
        one["block_id"] for one in view["blocks"] if one["type"] == "input"
    } - {"level:medium"}


def test_against_the_matrix_it_asks_once_and_remembers_that_it_did() -> None:
    chosen = replace(FULL, level=Impact.SMALL)

    view = forms.judge(an_alert(), a_look(), chosen, Impact.MEDIUM, against=Impact.MEDIUM)

    assert "The matrix says *Medium* for this." in words(view)
    assert json.loads(view["private_metadata"])["asked"] == "medium"
    assert block(view, "level:medium")["element"]["initial_option"]["value"] == "small"
    assert block(view, "reason")["element"]["initial_value"] == "they cannot"


@pytest.mark.parametrize("step", ["outside", "unsure"])
def test_where_no_row_applies_a_level_and_a_reason_are_asked_for(step: str) -> None:
    view = forms.judge(an_alert(), a_look(), Judged(step, "few", "yes"), None)

    assert "initial_option" not in block(view, "level:open")["element"]
    assert block(view, "level:open")["optional"] is False
    assert block(view, "reason")["optional"] is False
    assert "A level and one line why are enough" in words(view)


@pytest.mark.parametrize(("step", "may_stay_empty"), [("outside", True), ("unsure", True), ("check", False)])
def test_all_or_few_and_a_way_on_may_stay_empty_where_no_row_applies(step: str, may_stay_empty: bool) -> None:
    view = forms.judge(an_alert(), a_look(), Judged(step), None)

    assert block(view, "affected")["optional"] is may_stay_empty
    assert block(view, "workaround")["optional"] is may_stay_empty


def test_not_sure_is_an_answer() -> None:
    view = forms.judge(an_alert(), a_look(), Judged("check", "unsure", None), None)

    assert "Not sure is fine." in words(view)
    ask = block(view, "unsure")["accessory"]
    assert (ask["action_id"], ask["value"]) == ("consult_from_form", "6100000102-1")
    assert "Not sure is fine." not in words(forms.judge(an_alert(), a_look(), FULL, Impact.MEDIUM))


def test_three_answers_of_which_one_is_not_sure_ask_for_no_reason_that_the_form_does_not_need() -> None:
    view = forms.judge(an_alert(), a_look(), Judged("check", "few", "unsure"), None)

    assert "Choose one below, or ask." in words(view)
    assert next(block for block in view["blocks"] if block["block_id"] == "reason")["optional"]


def test_before_a_doubtful_small_the_careful_answer_is_chosen() -> None:
    view = forms.small_check(an_alert(), a_look())

    radio = block(view, "choice")["element"]
    assert radio["initial_option"]["value"] == "medium"
    assert [one["text"]["text"] for one in radio["options"]] == [
        "Yes, keep Small",
        "No, make it Medium",
        "Ask first",
    ]
    assert "This one stops *3 Visual check*." in words(view)


@pytest.mark.parametrize(("language", "yes"), [("en", "Yes, Small"), ("ja", "はい（小にする）")])
def test_outside_the_journey_the_question_is_answered_as_it_was_pressed(language: str, yes: str) -> None:
    view = forms.small_check(an_alert(step="outside"), a_look(language))

    first = block(view, "choice")["element"]["initial_option"]
    assert (first["value"], first["text"]["text"]) == ("small", yes)


def test_the_response_names_the_number_of_cases_it_is_about() -> None:
    assert "*5 cases are known.*" in words(follow_up.responded(a_decided(count=5), a_look()))
    assert "not known yet" in words(follow_up.responded(a_decided(count=None), a_look()))


def test_who_pressed_is_filled_in_to_take_it() -> None:
    assert (
        block(follow_up.hand_over(an_alert(), a_look(), "U0NEW"), "to")["element"]["initial_user"] == "U0NEW"
    )
    assert "initial_user" not in block(follow_up.hand_over(an_alert(), a_look(), "someone"), "to")["element"]


def test_the_history_is_told_newest_first_and_says_what_it_leaves_out() -> None:
    many = [replace(ENTRIES[0], id=str(n), at=at(2, 10, n % 60)) for n in range(50)]

    view = pages.history(an_alert(), many, a_look())

    assert block(view, "entry:0")["text"]["text"].startswith("Mon 2 Nov 10:49")
    assert "10 older entries are left out; `triage log KYC-API-1B` shows all." in words(view)
    assert "submit" not in view


def test_the_history_says_who_decided_what_and_why() -> None:
    decided = next(entry for entry in ENTRIES if entry.kind is EntryKind.DECIDED)

    shown = words(pages.history(an_alert(), [decided], a_look()))

    assert "Mon 2 Nov 12:00 Chika Sato: *Medium* (3 Visual check, a few, no workaround)" in " ".join(
        shown.split()
    )
    assert "> why not" in shown


def test_judging_is_read_back_as_it_was_filled_in() -> None:
    values = {
        "step": {"judge_step": {"type": "static_select", "selected_option": {"value": "check"}}},
        "affected": {"judge_affected": {"selected_option": {"value": "few"}}},
        "workaround": {"judge_workaround": {"selected_option": {"value": "no"}}},
        "level:medium": {"judge_level": {"selected_option": {"value": "large"}}},
        "reason": {"reason": {"type": "plain_text_input", "value": "  they cannot "}},
    }

    found = read.judged(values)

    assert found == Judged("check", "few", "no", Impact.LARGE, "medium", "they cannot")
    assert found.answers == Answers("check", Affected.FEW, False)


def test_not_sure_is_read_as_not_said_but_for_the_step() -> None:
    assert Judged("unsure", "unsure", "unsure").answers == Answers("unsure", None, None)
    assert Judged(None, "few", "yes").answers == Answers(None, Affected.FEW, True)


def test_the_other_forms_are_read_back() -> None:
    assert (
        read.small_checked({"choice": {"choice": {"selected_option": {"value": "small"}}}}).verdict
        is Verdict.SMALL
    )
    assert read.small_checked({}).verdict is Verdict.MEDIUM
    assert read.small_checked({}).ask is False
    assert read.small_checked({"choice": {"choice": {"selected_option": {"value": "ask"}}}}).ask is True
    responded = {
        "done": {"done": {"value": "sent again"}},
        "all_done": {"all_done": {"selected_option": {"value": "yes"}}},
        "told": {"told": {"selected_option": {"value": "support"}}},
    }
    assert read.responded(responded) == read.RespondedForm("sent again", True, "support")
    assert read.responded({}).all_done is False
    assert read.not_ours({"reason": {"reason": {"value": "theirs"}}}) == read.NotOursForm("theirs", "")
    assert read.extended({"reason": {"reason": {"value": " waits "}}}) == "waits"
    assert read.noted({"text": {"text": {"value": None}}}) == ""
    assert read.handed_over({"to": {"to": {"type": "users_select", "selected_user": "U0NEW"}}}) == "U0NEW"
    assert read.handed_over({}) is None


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"step": None},
        {"step": []},
        {"step": {"judge_step": None}},
        {"step": {"judge_step": {"selected_option": None}}},
        {"affected": {"judge_affected": {"selected_option": {"value": "everybody"}}}},
        {"level:medium": None},
        {"level:": {"judge_level": {"selected_option": {"value": "huge"}}}},
        {"reason": {"reason": {"value": 7}}},
        {"to": {"to": {"selected_user": 7}}},
    ],
)
def test_a_strange_state_is_read_as_not_answered(values: dict[str, Any]) -> None:
    found = read.judged(values)

    assert found.level is None
    assert found.answers.affected is None
    assert found.reason == ""
    assert read.handed_over(values) is None
    assert read.responded(values).done == ""
