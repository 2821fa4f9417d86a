"""The incident message, its forms, and what other cards and the Home say of it, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.alert import Alert, Source
from bot.domain.customer_notice import NOTICE_MOST, CustomerNotice
from bot.domain.decision import Answers, Verdict
from bot.domain.effects import Revise, Say, effect_id
from bot.domain.entries import Entry, EntryKind
from bot.domain.impact import Affected
from bot.domain.incident import Happened, Incident, Moment, Tick
from bot.domain.lines import Line
from bot.domain.rotation import Duty, DutyWhy
from bot.slack.blocks import home, incident_forms
from bot.slack.blocks.card import card
from bot.slack.blocks.entries import entry_text
from bot.slack.blocks.incident import large
from bot.slack.blocks.incident_home import MOST_FIXES
from bot.slack.blocks.incident_lines import notice
from bot.slack.blocks.incident_part import lead_on_show
from bot.slack.blocks.lines import say
from bot.slack.blocks.look import Look, Message
from tests.slack.looks import (
    WORST,
    a_decided,
    a_decision,
    a_look,
    an_alert,
    at,
    kept,
    made_hostile,
    taken_by_slack,
    texts_in,
    tokens_in,
    view_taken_by_slack,
)

LANGUAGES = ("en", "ja")
CARD = "https://acme.slack.com/archives/C1/p1"
DECIDED = at(2, 11, 52)
MESSAGE = effect_id(Say("6100000102-1", Line.LARGE, about="6100000102-1.1"))
TIMELINE = (
    Moment(Happened.DECLARED, DECIDED, "U0NEW", "Chika Sato"),
    Moment(Happened.ROLE, at(2, 11, 53), "U0DUTY", "Aiko Tanaka", "lead", "U0DUTY"),
    Moment(Happened.ROLE, at(2, 11, 54), "U0DUTY", "Aiko Tanaka", "communicator", "U0BACKUP"),
    Moment(Happened.TICKED, at(2, 11, 54), "U0DUTY", "Aiko Tanaka", "roles"),
    Moment(Happened.JOINED, at(2, 11, 58), "U0BACKUP", "Ben Mori", "6100000101-1"),
)


def an_incident(**changed: Any) -> Incident:
    made = Incident(
        declared_at=DECIDED,
        message=MESSAGE,
        next_word_at=DECIDED + timedelta(minutes=30),
        called=("U0DUTY", "U0BACKUP"),
        lead="U0DUTY",
        communicator="U0BACKUP",
        ticks=(Tick.ROLES,),
        timeline=TIMELINE,
        joined=("6100000101-1",),
    )
    return replace(made, **changed)


def a_large(**changed: Any) -> Alert:
    return a_decided(
        Verdict.LARGE,
        decision=a_decision(Verdict.LARGE, answers=Answers("result", Affected.ALL, False)),
        incident=an_incident(**changed),
    )


def look_of(language: str = "en", **more: Any) -> Look:
    part = an_alert(id="6100000101-1", issue_id="6100000101", short_id="KYC-API-1A")
    known = {part.id: part, a_large().id: a_large()}
    return a_look(language, card_url=lambda _: CARD, known=known.get, now=at(2, 12), **more)


def board(alert: Alert, language: str = "en") -> Message:
    assert alert.incident
    effect = Revise(MESSAGE, Line.LARGE, alert.id, mention=alert.incident.called, alert_id=alert.id)
    return large(effect, alert, look_of(language))


def elements(message: Message | dict[str, Any]) -> dict[str, dict[str, Any]]:
    blocks = message["blocks"] if isinstance(message, dict) else message.blocks
    found = [e for b in blocks for e in (*b.get("elements", []), b.get("accessory") or {})]
    return {e["action_id"]: e for e in found if "action_id" in e}


def words(message: Message | dict[str, Any]) -> str:
    return "\n".join(texts_in(message["blocks"] if isinstance(message, dict) else message.blocks))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_incident_message_is_the_kept_one(language: str) -> None:
    made = asdict(board(a_large(), language))

    assert made == kept(f"incident.{language}", made)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"restored_at": at(2, 13), "fix_owner": "U0NEW"},
        {"restored_at": at(2, 13), "fix_owner": "U0NEW", "fix_done_at": at(3, 13)},
        {"ended_at": at(2, 13)},
        {"lead": WORST, "communicator": WORST, "support": WORST, "joined": (WORST,) * 50},
        {"timeline": tuple(Moment(what, DECIDED, WORST, WORST, "lead", WORST) for what in (Happened.ROLE,))},
        {
            "timeline": tuple(
                Moment(what, DECIDED, WORST, WORST, WORST)
                for what in Happened
                if what not in (Happened.ROLE, Happened.TICKED)
            )
            * 9
        },
    ],
    ids=str,
)
def test_slack_takes_the_message_whatever_is_in_it(changed: dict[str, Any], language: str) -> None:
    for alert in (a_large(**changed), made_hostile(a_large(**changed))):
        made = board(alert, language)

        taken_by_slack(made)
        view_taken_by_slack(incident_forms.timeline_page(alert, look_of(language)))
        ours = ("<@U0DUTY>", "<@U0BACKUP>", "<@U0NEW>", "<https://acme-kyc.sentry.io/", f"<{CARD}|")
        assert [token for token in tokens_in(texts_in(made.blocks)) if not token.startswith(ours)] == []


def test_the_message_shows_who_what_is_ticked_and_the_newest_of_the_timeline() -> None:
    made = board(a_large())
    shown, buttons = words(made), elements(made)

    assert buttons["incident_lead"]["initial_user"] == "U0DUTY"
    assert "initial_user" not in buttons["incident_support"]
    assert "incident_tick_reach" in buttons and "incident_tick_roles" not in buttons
    assert ":white_check_mark: 2 who leads, who speaks · Mon 2 Nov 11:54 Aiko Tanaka" in shown
    assert ":white_large_square: 4 next word at 12:22" in shown
    assert f"Ben Mori: <{CARD}|KYC-API-1A> is part of it" in shown
    assert "declared Large" not in shown
    assert buttons["incident_timeline"]["text"]["text"] == "Timeline (5)"


def test_the_selects_change_their_block_with_what_they_show_first() -> None:
    before, after = (board(a_large(lead=who)).blocks for who in ("U0DUTY", "U0NEW"))

    ids = [next(b["block_id"] for b in blocks if ":roles:" in b["block_id"]) for blocks in (before, after)]
    assert ids[0] != ids[1]


@pytest.mark.parametrize(
    "changed", [{"restored_at": at(2, 13), "fix_owner": "U0NEW"}, {"ended_at": at(2, 13)}]
)
def test_what_is_over_calls_nobody_and_has_nothing_to_press_but_the_timeline(changed: dict[str, Any]) -> None:
    made = board(a_large(**changed))

    assert set(elements(made)) == {"incident_timeline"}
    assert "please respond" not in made.text + words(made)


def test_a_message_of_an_older_decision_stays_what_it_was() -> None:
    older = Say("6100000102-1", Line.LARGE, about="6100000102-1.0", mention=("U0DUTY",))

    assert set(elements(large(older, a_large(), look_of()))) == {"take"}


def forms_of(alert: Alert, look: Look) -> dict[str, dict[str, Any]]:
    return {
        "declare": incident_forms.declare_form(look, alert.facts.title, CARD),
        "word": incident_forms.word_form(alert, look),
        "notice": incident_forms.notice_form(alert, CustomerNotice(), look),
        "restored": incident_forms.restored_form(alert, look, "U0DUTY"),
        "timeline": incident_forms.timeline_page(alert, look),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_slack_opens_every_form_whatever_is_in_it(language: str) -> None:
    for alert in (a_large(), made_hostile(a_large()), a_decided(Verdict.LARGE)):
        for view in forms_of(alert, look_of(language)).values():
            view_taken_by_slack(view)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notices_form_is_the_kept_one(language: str) -> None:
    made = forms_of(a_large(), look_of(language))["notice"]

    assert made == kept(f"form.notice.{language}", made)


def test_the_draft_is_filled_in_for_each_language_whoever_looks() -> None:
    view = forms_of(a_large(), look_of("ja"))["notice"]
    drafts = [b["element"]["initial_value"] for b in view["blocks"] if b["type"] == "input"]

    assert "Since Mon 2 Nov 11:40, Result has not been working for all verifications." in drafts[0]
    assert "11/2(月) 11:40 より、「結果返却」" in drafts[1]
    assert "対象はすべての本人確認です" in drafts[1]


def test_a_draft_of_any_length_is_shown_as_it_was_written_to_be_copied() -> None:
    drafts = {"en": ("x" * 190 + "\n") * (NOTICE_MOST // 191), "ja": "あ" * NOTICE_MOST, "name": WORST}
    effect = Say("6100000102-1", Line.NOTICE, "x", drafts)

    made = notice(effect, a_large(), look_of())

    taken_by_slack(made)
    copied = [b["elements"][0]["elements"][0]["text"] for b in made.blocks if b["type"] == "rich_text"]
    assert copied == [drafts["en"].strip(), drafts["ja"]]


def test_who_responds_to_a_large_one_on_its_card_is_shown_the_way_to_close_the_incident() -> None:
    line = Say("6100000102-1", Line.RESPONDED, "x", {"done": "rolled back"})
    over = replace(a_large(), incident=an_incident(restored_at=DECIDED))

    still_open, closed = (say(line, alert, look_of()) for alert in (a_large(), over))

    assert elements(still_open)["incident_restored"]["value"] == "6100000102-1"
    assert "The incident is still open" in words(still_open)
    assert "incident_restored" not in elements(closed)
    taken_by_slack(still_open)


def test_an_alert_of_the_storm_offers_one_click_and_then_says_of_what_it_is_a_part() -> None:
    open_one = card(an_alert(id="7-1"), look_of(incident=lambda _: a_large()))
    joined = a_decided(Verdict.LARGE, id="7-1", decision=a_decision(Verdict.LARGE, part_of="6100000102-1"))

    button = elements(open_one)["part_of_incident"]
    assert button["value"] == "7-1"
    assert lead_on_show(open_one.blocks[0]["block_id"]) == "6100000102-1"
    assert lead_on_show(card(an_alert(id="7-1"), look_of()).blocks[0]["block_id"]) == ""
    assert "KYC-API-1B" in button["accessibility_label"] and len(button["accessibility_label"]) <= 75
    assert f"part of the incident <{CARD}|KYC-API-1B>" in words(card(joined, look_of()))
    assert "part_of_incident" not in elements(card(an_alert(), look_of()))
    taken_by_slack(open_one)
    hostile = made_hostile(replace(a_large(), source=Source.PERSON))
    taken_by_slack(card(an_alert(id="7-1"), look_of(incident=lambda _: hostile)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", [0, 1, MOST_FIXES + 2])
def test_permanent_fixes_stand_on_top_of_the_home(number: int, language: str) -> None:
    duty = Duty(date(2026, 11, 2), "U0DUTY", (), DutyWhy.ROTATION)
    one = a_large(restored_at=at(2, 13), fix_owner="U0NEW")
    fixes = [replace(one, id=f"{n}-1") for n in range(number)]

    made = home.home(duty, duty, [], 0, look_of(language), fixes)

    view_taken_by_slack(made, "home")
    assert ("Chika Sato" in words(made)) == (number > 0)
    done = [
        b["accessory"]["value"]
        for b in made["blocks"]
        if b.get("accessory", {}).get("action_id") == "fix_done"
    ]
    assert done == [fix.id for fix in fixes[:MOST_FIXES]]
    assert (made["blocks"][0]["block_id"] == "fixes") == (number > 0)


def an_entry(kind: EntryKind, **details: str) -> Entry:
    return Entry("e", kind, at(2, 12), "6100000102-1", "6100000102", "U0DUTY", "Aiko Tanaka", details=details)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", [*Happened, "another"])
def test_the_log_says_each_act_of_an_incident(what: str, language: str) -> None:
    about = {"role": "lead", "ticked": "reach", "joined": "6100000101-1"}.get(what, "")

    said = entry_text(an_entry(EntryKind.INCIDENT, what=what, about=about, to="U0NEW"), look_of(language))

    assert "Aiko Tanaka" in said


def test_the_log_keeps_what_happened_and_what_helped() -> None:
    said = entry_text(an_entry(EntryKind.RESTORED, happened="it ran out", helped="a new one"), look_of())

    assert said == 'Mon 2 Nov 12:00  Aiko Tanaka: restored · What helped: "a new one"\n> it ran out'


READ: dict[str, Callable[[dict[str, Any]], object]] = {
    "declare": incident_forms.declared,
    "notice": incident_forms.noticed,
    "restored": incident_forms.reviewed,
}


@pytest.mark.parametrize("name", READ)
def test_a_form_of_any_shape_is_read_without_raising(name: str) -> None:
    for state in (
        {},
        {"x": {}},
        {"x": {"declare_seen": {"value": None}, "review_owner": 7, "notice_en": []}},
    ):
        assert READ[name](state) is not None
