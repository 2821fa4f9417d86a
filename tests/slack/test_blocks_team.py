"""The pages and forms of a team: rotation, lists, Home, help, questions, runbooks; with 0, 1 and 500 alerts."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.alert import Alert, Suspicion
from bot.domain.checklist import Draft
from bot.domain.entries import Entry, EntryKind
from bot.domain.rotation import Duty, DutyWhy
from bot.slack.blocks import consultation, help, home, listing, pages, read, rota
from bot.slack.blocks.look import Look, Message
from tests.slack.looks import (
    QUESTION,
    WORST,
    a_decided,
    a_look,
    a_small,
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
View = dict[str, Any]
CARD = "https://acme.slack.com/archives/C1/p1"


def a_duty(day: date, responder: str | None = "U0DUTY", *backups: str, instead_of: str | None = None) -> Duty:
    return Duty(day, responder, backups, DutyWhy.ROTATION, instead_of)


MONDAY = a_duty(date(2026, 11, 2), "U0DUTY", "U0BACKUP")
WEDNESDAY = a_duty(date(2026, 11, 4), "U0NEW", "U0BACKUP", instead_of="U0BACKUP")
THURSDAY = a_duty(date(2026, 11, 5), "U0BACKUP")


def some(number: int, like: Alert | None = None) -> list[Alert]:
    return [replace(like or an_alert(), id=f"{n}-1", short_id=f"KYC-{n}") for n in range(number)]


def an_entry(number: int = 0, **changed: Any) -> Entry:
    entry = Entry(
        id=f"e:{number}",
        kind=EntryKind.NOTED,
        at=at(2, 12, number % 60),
        alert_id="6100000102-1",
        issue_id="6100000102",
        by="U0NEW",
        by_name="Chika Sato",
        details={"text": "see the runbook"},
    )
    return replace(entry, **changed)


MODALS: dict[str, Callable[[Look, list[Alert], str], View]] = {
    "swap": lambda look, alerts, words: rota.swap_form(look, [date(2026, 11, 2), date(2026, 11, 9)], words),
    "swap_unknown": lambda look, alerts, words: rota.swap_form(look, [], ""),
    "away": lambda look, alerts, words: rota.away_form(look, "U0NEW", date(2026, 11, 2), for_other=False),
    "away_other": lambda look, alerts, words: rota.away_form(look, words, date(2026, 11, 2), for_other=True),
    "oncall": lambda look, alerts, words: rota.oncall_page(
        [MONDAY, WEDNESDAY, a_duty(date(2026, 11, 6), None), a_duty(date(2026, 12, 30), words, words)],
        look,
        {date(2026, 11, 4): ("U0DUTY", words)},
    ),
    "oncall_none": lambda look, alerts, words: rota.oncall_page([], look, {}),
    "list": lambda look, alerts, words: listing.alert_list(alerts, look, title_key="list.all_title", page=1),
    "mine": lambda look, alerts, words: listing.alert_list(alerts, look, title_key="list.mine_title", page=0),
    "words": lambda look, alerts, words: consultation.words_form(look, None),
    "words_about": lambda look, alerts, words: consultation.words_form(look, alerts[0] if alerts else None),
    "join": lambda look, alerts, words: consultation.join_form(look, "loose-1", alerts),
    "runbook": lambda look, alerts, words: pages.runbook_page(
        words, [("What you see", "text"), (words, "text " * 700)] * 40, look
    ),
    "runbook_empty": lambda look, alerts, words: pages.runbook_page("", [], look),
}
MESSAGES: dict[str, Callable[[Look, list[Alert], str], Message]] = {
    "oncall": lambda look, alerts, words: rota.oncall_text([MONDAY, WEDNESDAY], look),
    "oncall_none": lambda look, alerts, words: rota.oncall_text([], look),
    "oncall_nobody": lambda look, alerts, words: rota.oncall_text(
        [a_duty(date(2026, 11, 2), None)] * 2, look
    ),
    "list": lambda look, alerts, words: listing.list_text(alerts, look, mine=False),
    "mine": lambda look, alerts, words: listing.list_text(alerts, look, mine=True),
    "log": lambda look, alerts, words: listing.log_text(
        [an_entry(n, by_name=words, details={"text": words}) for n in range(len(alerts))],
        alerts[0] if alerts else an_alert(),
        look,
    ),
    "help": lambda look, alerts, words: help.help_text(look),
}


def some_lists() -> list[list[Alert]]:
    worst = made_hostile(an_alert(suspicions=(Suspicion.OUTAGE,), consultation=QUESTION))
    return [[], some(1), some(500), [replace(worst, id=f"{n}-1") for n in range(500)]]


def inputs(view: View) -> dict[str, dict[str, Any]]:
    return {one["element"]["action_id"]: one for one in view["blocks"] if one["type"] == "input"}


def words(made: View | Message) -> str:
    return "\n".join(texts_in(made["blocks"] if isinstance(made, dict) else made.blocks))


def pressed(made: View | Message) -> list[tuple[str, str]]:
    """Every button, with its value."""
    blocks = made["blocks"] if isinstance(made, dict) else made.blocks
    found = [e for b in blocks for e in [*b.get("elements", []), b.get("accessory", {})]]
    return [(e["action_id"], e["value"]) for e in found if e.get("type") == "button"]


def foreign(texts: list[str]) -> list[str]:
    """What Slack would take for a mention or a link, and is not a link of ours."""
    ours = ("<https://acme-kyc.sentry.io/", f"<{CARD}|")
    return [token for token in tokens_in(texts) if not token.startswith(ours)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", MODALS)
def test_slack_opens_every_page_and_form_with_none_one_or_five_hundred(name: str, language: str) -> None:
    for alerts in some_lists():
        for typed in ("A runbook", WORST):
            view = MODALS[name](a_look(language, card_url=lambda _: CARD), alerts, typed)

            view_taken_by_slack(view)
            assert foreign(texts_in(view)) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", MESSAGES)
def test_slack_takes_every_answer_with_none_one_or_five_hundred(name: str, language: str) -> None:
    for alerts in some_lists():
        for typed in ("Chika Sato", WORST):
            made = MESSAGES[name](a_look(language, card_url=lambda _: CARD), alerts, typed)

            taken_by_slack(made)
            assert foreign([made.text, *texts_in(made.blocks)]) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_slack_shows_every_home_with_none_one_or_five_hundred(language: str) -> None:
    for mine in some_lists():
        for duty in (MONDAY, a_duty(date(2026, 11, 2), None), a_duty(date(2026, 11, 2), WORST, WORST)):
            view = home.home(duty, WEDNESDAY, mine, len(mine), a_look(language, card_url=lambda _: CARD))

            view_taken_by_slack(view, "home")
            assert foreign(texts_in(view)) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name in MODALS if name != "runbook"])
def test_no_title_is_cut(name: str, language: str) -> None:
    view = MODALS[name](a_look(language), some(1), "Chika Sato")

    for part in ("title", "submit", "close"):
        assert "…" not in view.get(part, {}).get("text", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_home_is_the_kept_one(language: str) -> None:
    view = home.home(MONDAY, WEDNESDAY, [an_alert(), a_decided()], 7, a_look(language))

    assert view == kept(f"home.{language}", view)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_swap_form_is_the_kept_one(language: str) -> None:
    view = MODALS["swap"](a_look(language), [], "Ben Mori, Chika Sato")

    assert view == kept(f"form.swap.{language}", view)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_is_the_kept_one(language: str) -> None:
    made = asdict(listing.list_text([an_alert(), a_decided()], a_look(language), mine=False))

    assert made == kept(f"list.{language}", made)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_is_the_kept_one(language: str) -> None:
    made = asdict(help.help_text(a_look(language)))

    assert made == kept(f"help.{language}", made)


def test_the_help_names_each_word_that_works_and_none_that_does_not() -> None:
    shown = words(help.help_text(a_look()))

    assert [word for word in help.WORDS if f"`/triage {word}" not in shown] == []
    assert not any(f"/triage {later}" in shown for later in ("review",))


def test_no_list_mentions_anybody() -> None:
    everything = [an_alert(), a_decided(), an_alert(owner=None)]

    for made in (
        listing.list_text(everything, a_look(), mine=False),
        listing.alert_list(everything, a_look(), title_key="list.all_title", page=0),
        home.home(MONDAY, WEDNESDAY, everything, 3, a_look()),
        rota.oncall_text([MONDAY, WEDNESDAY], a_look()),
        rota.oncall_page([MONDAY, WEDNESDAY], a_look(), {}),
    ):
        assert "<@" not in words(made)


def test_a_line_of_the_list_says_what_is_awaited_by_when_and_of_whom() -> None:
    look = a_look(card_url=lambda _: CARD)

    assert listing.row(an_alert(), look, mine=False).split("\n") == [
        ":bell: *<https://acme-kyc.sentry.io/issues/6100000102/|KYC-API-1B>  ActiveRecord::Deadlocked*",
        f"judge by *Wed 4 Nov 19:00* · 3 events · owner Aiko Tanaka · <{CARD}|To the card>",
    ]
    assert "respond by *Fri 6 Nov 19:00*" in listing.row(a_decided(), look, mine=True)
    assert "owner" not in listing.row(a_decided(), look, mine=True)
    assert listing.row(an_alert(suspicions=(Suspicion.OUTAGE,)), look, mine=True).startswith(
        ":rotating_light:"
    )
    assert "being discussed" in listing.row(an_alert(consultation=QUESTION), look, mine=True)


@pytest.mark.parametrize(("number", "buttons"), [(1, []), (10, []), (11, [("open_alert_list", "all")])])
def test_an_answer_lists_ten_and_leads_to_the_rest(number: int, buttons: list[tuple[str, str]]) -> None:
    made = listing.list_text(some(number), a_look(), mine=False)

    assert words(made).count("judge by") == min(number, 10)
    assert pressed(made) == buttons
    assert made.text == f"{number} open alert{'s' if number > 1 else ''}"


def test_the_button_to_ones_own_list_asks_for_that() -> None:
    assert pressed(listing.list_text(some(11), a_look(), mine=True)) == [("open_alert_list", "mine")]


def test_an_empty_list_has_a_sentence_of_its_own() -> None:
    assert words(listing.list_text([], a_look(), mine=False)) == "Nothing is open."
    assert words(listing.list_text([], a_look("ja"), mine=True)) == "あなたの担当で未対応のものはありません。"


@pytest.mark.parametrize(
    ("page", "span", "ways"),
    [
        (0, "1 to 20 of 45", [("list_page", "all:1")]),
        (1, "21 to 40 of 45", [("list_page", "all:2"), ("list_page", "all:0")]),
        (2, "41 to 45 of 45", [("list_page", "all:1")]),
        (99, "41 to 45 of 45", [("list_page", "all:1")]),
        (-5, "1 to 20 of 45", [("list_page", "all:1")]),
    ],
)
def test_a_page_has_twenty_and_its_ways_on_and_back(
    page: int, span: str, ways: list[tuple[str, str]]
) -> None:
    view = listing.alert_list(some(45), a_look(), title_key="list.all_title", page=page)

    assert span in words(view)
    assert pressed(view) == ways


def test_one_page_needs_no_ways() -> None:
    view = listing.alert_list(some(20), a_look(), title_key="list.mine_title", page=0)

    assert view["title"]["text"] == "Waiting for you"
    assert pressed(view) == []
    assert pressed(listing.alert_list(some(21), a_look(), title_key="list.mine_title", page=0)) == [
        ("list_page", "mine:1")
    ]


def test_the_log_is_told_newest_first_and_says_what_it_leaves_out() -> None:
    made = listing.log_text([an_entry(n) for n in range(30)], an_alert(), a_look())

    shown = words(made)
    assert shown.index("12:29") < shown.index("12:28")
    assert "12:09" not in shown
    assert "10 older entries are left out; `triage log KYC-API-1B` shows all." in shown
    assert "left out" not in words(listing.log_text([an_entry()], an_alert(), a_look()))
    assert "Nothing has happened yet." in words(listing.log_text([], an_alert(), a_look()))


def test_what_was_handed_over_by_nobody_names_only_who_has_it_now() -> None:
    moved = an_entry(kind=EntryKind.HANDED_OVER, by="", by_name="", details={"to": "U0BACKUP", "why": "away"})

    assert "Mon 2 Nov 12:00 handed to Ben Mori" in " ".join(
        words(listing.log_text([moved], an_alert(), a_look())).split()
    )


def test_the_home_shows_ten_of_ones_own_each_with_ask_and_leads_to_all() -> None:
    made = home.home(MONDAY, WEDNESDAY, some(12), 87, a_look())

    asks = [value for action, value in pressed(made) if action == "consult"]
    assert asks == [f"{n}-1" for n in range(10)]
    assert ("open_alert_list", "mine") in pressed(made)
    assert ("open_alert_list", "all") in pressed(made)
    assert ("home_ask", "home") in pressed(made)
    assert "*12 alerts wait for you*" in words(made)
    assert "87 open alerts" in words(made)


def test_the_home_says_who_is_on_duty_and_who_is_next() -> None:
    shown = words(home.home(MONDAY, WEDNESDAY, [], 0, a_look()))

    assert shown.startswith(
        "On duty, Mon 2 Nov: Aiko Tanaka; backup: Ben Mori\nNext: Wed 4 Nov, Chika Sato (3 Nov is Culture Day)\n"
    )
    assert "Nothing waits for you.\nNothing is open." in shown


def test_who_is_on_duty_is_told_with_the_backup_and_the_next() -> None:
    assert rota.oncall_text([MONDAY, WEDNESDAY], a_look("ja")).text == (
        "11/2(月) の当番：Aiko Tanaka さん · 控え Ben Mori さん\n"
        "次の当番：11/4(水) Chika Sato さん（11/3 は文化の日）"
    )


def test_the_week_shows_stand_ins_holidays_and_who_is_away() -> None:
    view = rota.oncall_page([MONDAY, WEDNESDAY, THURSDAY], a_look(), {date(2026, 11, 4): ("U0DUTY",)})

    assert words(view).split("\n") == [
        "*Mon 2 Nov* Aiko Tanaka; backup: Ben Mori",
        "3 Nov is Culture Day",
        "*Wed 4 Nov* Chika Sato (in place of Ben Mori); backup: Ben Mori",
        "Away: Aiko Tanaka",
        "*Thu 5 Nov* Ben Mori",
    ]


def test_a_weekend_between_two_duties_is_no_day_off_to_speak_of() -> None:
    view = rota.oncall_page([a_duty(date(2026, 11, 6)), a_duty(date(2026, 11, 9))], a_look(), {})

    assert len(view["blocks"]) == 2


def test_a_swap_is_of_one_of_ones_own_turns() -> None:
    asked = inputs(MODALS["swap"](a_look(), [], "Ben Mori, Chika Sato"))

    turns = asked[read.DAY]["element"]
    assert [(o["value"], o["text"]["text"]) for o in turns["options"]] == [
        ("2026-11-02", "Mon 2 Nov"),
        ("2026-11-09", "Mon 9 Nov"),
    ]
    assert asked[read.TAKER]["hint"]["text"] == "On the rotation: Ben Mori, Chika Sato"
    assert asked[read.IN_RETURN]["optional"] is True


def test_an_absence_begins_today_and_is_ones_own_unless_said_for_another() -> None:
    own = inputs(MODALS["away"](a_look(), [], ""))
    other = inputs(rota.away_form(a_look(), "U0NEW", date(2026, 11, 2), for_other=True))

    assert own[read.FIRST]["element"]["initial_date"] == "2026-11-02"
    assert own[read.LAST]["optional"] is True
    assert read.PERSON not in own
    assert other[read.PERSON]["element"]["initial_user"] == "U0NEW"


def test_a_question_in_ones_own_words_may_be_without_words_when_it_is_about_an_alert() -> None:
    loose, about = consultation.words_form(a_look(), None), consultation.words_form(a_look(), an_alert())

    assert json.loads(loose["private_metadata"]) == {}
    assert json.loads(about["private_metadata"])["alert"] == "6100000102-1"
    assert inputs(about)[read.WORDS]["optional"] is True
    assert "masked before anything is saved" in json.dumps(loose)


def test_a_question_can_be_joined_to_what_is_open() -> None:
    view = consultation.join_form(a_look(), "loose-1", some(150))

    choice = inputs(view)[read.ALERT]
    assert json.loads(view["private_metadata"]) == {"question": "loose-1"}
    assert choice["element"]["options"][0]["text"]["text"] == "KYC-0 ActiveRecord::Deadlocked"
    assert choice["element"]["options"][0]["value"] == "0-1"
    assert choice["hint"]["text"] == "The first hundred are offered; 50 more are open."


def test_a_runbook_keeps_its_headings_and_its_texts() -> None:
    view = pages.runbook_page("Stuck worker", [("What you see", "*a* queue"), ("", "no heading")], a_look())

    assert view["title"]["text"] == "Stuck worker"
    assert [(b["type"], b["text"]["text"]) for b in view["blocks"]] == [
        ("header", "What you see"),
        ("section", "*a* queue"),
        ("section", "no heading"),
    ]


def test_the_page_of_a_runbook_offers_its_checklist_for_the_thread_where_it_has_one() -> None:
    draft = Draft("Stuck worker", "Checklist", "", ("count",))
    alert = an_alert()

    without = pages.runbook_page("Stuck worker", [("h", "text")], a_look(), alert)
    view = pages.runbook_page("Stuck worker", [("h", "text")], a_look(checklist=lambda _: draft), alert)

    view_taken_by_slack(view)
    assert without["blocks"][0]["type"] == "header"
    assert view["blocks"][0]["elements"][0]["action_id"] == "post_checklist"
    assert json.loads(view["private_metadata"])["alert"] == alert.id


def test_a_long_title_of_a_runbook_stands_whole_on_its_page() -> None:
    view = pages.runbook_page("An asynchronous worker that is stuck", [("", "text")], a_look())

    assert view["title"]["text"].endswith("…")
    assert view["blocks"][0]["text"]["text"] == "An asynchronous worker that is stuck"


def test_a_runbook_that_is_too_long_says_so() -> None:
    view = pages.runbook_page("Long", [("h", "あ" * 2900)] * 44, a_look())

    view_taken_by_slack(view)
    assert "It goes on in the file itself." in words(view)


def test_a_swap_is_read_back_from_a_menu_or_a_calendar() -> None:
    menu = {
        "day": {read.DAY: {"selected_option": {"value": "2026-11-09"}}},
        "taker": {read.TAKER: {"selected_user": "U0NEW"}},
        "in_return": {read.IN_RETURN: {"type": "datepicker", "selected_date": "2026-11-12"}},
    }
    calendar = {**menu, "day": {read.DAY: {"selected_date": "2026-11-09"}}, "in_return": {}}

    assert read.swap_asked(menu) == read.SwapForm(date(2026, 11, 9), "U0NEW", date(2026, 11, 12))
    assert read.swap_asked(calendar) == read.SwapForm(date(2026, 11, 9), "U0NEW", None)


def test_an_absence_is_read_back() -> None:
    values = {
        "first": {read.FIRST: {"selected_date": "2026-11-02"}},
        "last": {read.LAST: {"selected_date": None}},
    }

    assert read.away_said(values) == read.AwayForm(None, date(2026, 11, 2), None)
    named = {**values, "person": {read.PERSON: {"selected_user": "U0NEW"}}}
    assert read.away_said(named).user_id == "U0NEW"


def test_a_question_is_read_back() -> None:
    assert read.consult_words({"words": {read.WORDS: {"value": " why? "}}}) == "why?"
    assert read.joined({"alert": {read.ALERT: {"selected_option": {"value": "7-1"}}}}) == "7-1"


@pytest.mark.parametrize(
    "strange", [None, [], 7, {"selected_date": "never"}, {"selected_date": 7}, {"selected_user": ""}]
)
def test_a_strange_state_is_read_as_not_answered(strange: Any) -> None:
    values = {"any": dict.fromkeys((read.DAY, read.TAKER, read.FIRST, read.WORDS, read.ALERT), strange)}

    assert read.swap_asked(values) == read.SwapForm(None, None, None)
    assert read.away_said(values) == read.AwayForm(None, None, None)
    assert read.consult_words(values) == ""
    assert read.joined(values) is None


def test_duties_of_a_month_fit_on_one_page() -> None:
    duties = [a_duty(date(2026, 11, 2) + timedelta(days=2 * n), WORST, WORST, WORST) for n in range(200)]

    view_taken_by_slack(rota.oncall_page(duties, a_look(), {duty.date: (WORST,) * 50 for duty in duties}))


def test_a_small_one_is_listed_without_a_deadline() -> None:
    assert "by *" not in listing.row(a_small(), a_look(), mine=True)
