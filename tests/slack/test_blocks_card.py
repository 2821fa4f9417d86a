"""The card: what stands on it at each moment of an alert's life, and that nothing hostile gets through it."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import pytest

from bot.domain.alert import (
    Alert,
    AlertState,
    Closing,
    Comeback,
    Return,
    Source,
    Suspicion,
)
from bot.domain.decision import Answers, Verdict
from bot.domain.impact import Affected, Impact, MatrixRow
from bot.domain.match import Suggestion
from bot.slack.blocks.card import card
from tests.slack.looks import (
    HOSTILE,
    MEDIUM_ROW,
    QUESTION,
    a_decided,
    a_decision,
    a_look,
    a_small,
    an_alert,
    at,
    every_kind_of_alert,
    kept,
    made_hostile,
    mentions_in,
    taken_by_slack,
    texts_in,
    tokens_in,
)

LANGUAGES = ("en", "ja")
KINDS = dict(every_kind_of_alert())
OTHER_ROW = MatrixRow(("check", "result"), Affected.FEW, True, Impact.MEDIUM)


def elements(alert: Alert, **look: Any) -> dict[str, dict[str, Any]]:
    """Everything on the card that can be pressed, by action_id."""
    found: dict[str, dict[str, Any]] = {}
    for block in card(alert, a_look(**look)).blocks:
        for element in [*block.get("elements", []), block.get("accessory", {})]:
            if "action_id" in element:
                found[element["action_id"]] = element
    return found


def offered(alert: Alert, **look: Any) -> list[str]:
    return [option["value"] for option in elements(alert, **look)["more"]["options"]]


def said(alert: Alert, **look: Any) -> str:
    return "\n".join(texts_in(card(alert, a_look(**look)).blocks))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["open", "open_suspected", "medium_more", "small", "closed_resolved"])
def test_the_card_is_the_kept_one(name: str, language: str) -> None:
    made = card(KINDS[name], a_look(language))

    assert asdict(made) == kept(f"card.{name}.{language}", asdict(made))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", KINDS)
def test_slack_takes_the_card_in_every_state(name: str, language: str) -> None:
    look = a_look(
        language, open_rows=lambda _: (MEDIUM_ROW, OTHER_ROW), runbook_url=lambda _: "https://r.example/x"
    )

    made = card(KINDS[name], look)

    taken_by_slack(made)
    assert len(made.blocks) <= 6


@pytest.mark.parametrize("write", ["none", "notes", "full"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", KINDS)
def test_an_enemy_in_every_text_neither_breaks_nor_rings_nor_links(
    name: str, language: str, write: str
) -> None:
    look = a_look(language, write=write, open_rows=lambda _: (MEDIUM_ROW, OTHER_ROW))

    made = card(made_hostile(KINDS[name]), look)

    taken_by_slack(made)
    tokens = tokens_in([made.text, *texts_in(made.blocks)])
    ours = "<https://acme-kyc.sentry.io/issues/"
    assert [
        token for token in tokens if not token.startswith(ours) and token not in ("<@U0DUTY>", "<@U0NEW>")
    ] == []
    assert all(text["verbatim"] for text in all_mrkdwn(made.blocks))


def all_mrkdwn(part: Any) -> list[dict[str, Any]]:
    if isinstance(part, list):
        return [text for one in part for text in all_mrkdwn(one)]
    if not isinstance(part, dict):
        return []
    return (
        [part]
        if part.get("type") == "mrkdwn"
        else [text for one in part.values() for text in all_mrkdwn(one)]
    )


def test_the_recorded_hostile_body_shows_its_words_and_nothing_else() -> None:
    event = HOSTILE["data"]["event"]
    facts = replace(an_alert().facts, title=event["title"], transaction=None, culprit=event["culprit"])

    shown = said(an_alert(facts=facts))

    assert mentions_in([shown]) == {"U0DUTY"}
    assert "&lt;!channel&gt;" in shown
    assert "evil.example" in shown and "<https://evil" not in shown
    assert "\u202e" not in shown


def test_before_the_decision_one_row_offers_the_three_levels_first() -> None:
    row = card(an_alert(), a_look()).blocks[-1]

    assert [element["action_id"] for element in row["elements"]] == [
        "impact_large",
        "impact_medium",
        "impact_small",
        "guide",
        "consult",
        "more",
    ]
    assert not any("style" in element for element in row["elements"])
    assert all(
        element["value"] == "6100000102-1" for element in row["elements"] if element["type"] == "button"
    )


def test_what_is_chosen_from_a_menu_carries_the_alert_in_its_block() -> None:
    look = a_look(open_rows=lambda _: (MEDIUM_ROW, OTHER_ROW))
    undecided = an_alert()
    open_answers = a_decided(decision=a_decision(answers=Answers("check")))

    for alert in (undecided, open_answers):
        for block in card(alert, look).blocks:
            assert block["block_id"].startswith("alert:6100000102-1:")


def test_each_level_says_its_consequence_to_who_listens() -> None:
    pressed = elements(an_alert())

    assert pressed["impact_large"]["accessibility_label"] == "Large: act now"
    assert pressed["impact_medium"]["accessibility_label"] == "Medium: respond by the deadline"
    assert pressed["impact_small"]["accessibility_label"] == "Small: archive, no notice next time"


def test_who_declares_a_large_one_is_told_of_support_only_where_it_has_a_channel() -> None:
    for has_channel in (True, False):
        pressed = elements(an_alert(), tells_support=has_channel)

        assert ("support" in pressed["impact_large"]["confirm"]["text"]["text"]) == has_channel


def test_only_large_is_confirmed_because_it_is_loud() -> None:
    pressed = elements(an_alert())

    assert pressed["impact_large"]["confirm"]["title"]["text"] == "Declare Large?"
    assert "confirm" not in pressed["impact_medium"]
    assert "confirm" not in pressed["impact_small"]


def test_the_select_offers_each_step_then_whole_outside_unsure_in_the_order_of_the_words() -> None:
    menu = elements(an_alert())["journey_step"]

    assert [option["text"]["text"] for option in menu["options"]] == [
        "1 Request",
        "2 Submission",
        "3 Visual check",
        "4 Result",
        "Whole chain (1-4)",
        "Outside the journey",
        "Not sure",
    ]
    assert menu["initial_option"]["value"] == "check"


def test_the_select_is_a_new_one_when_another_step_was_chosen() -> None:
    def step_block(step: str | None) -> str:
        return next(
            block["block_id"]
            for block in card(an_alert(step=step), a_look()).blocks
            if ":step" in block["block_id"]
        )

    assert step_block("check") != step_block("submission")


def test_a_worker_has_users_unknown_and_never_zero() -> None:
    shown = said(an_alert())

    assert "users unknown (background job)" in shown
    assert "0 users" not in shown


def test_a_web_request_names_its_users_when_there_are_any() -> None:
    facts = replace(an_alert().facts, transaction="Applicant::NamesController#update")

    assert "4 users" in said(an_alert(facts=facts, user_count=4))
    assert "users unknown" in said(an_alert(facts=facts, user_count=0))
    assert "user" not in said(an_alert(facts=facts, user_count=None))


def test_numbers_that_are_not_fetched_yet_are_left_out() -> None:
    shown = said(an_alert(count=None, first_seen_at=None))

    assert "event" not in shown
    assert "first" not in shown


def test_what_came_in_hours_mentions_the_duty_once_and_nobody_else() -> None:
    made = card(an_alert(), a_look())

    texts = texts_in(made.blocks)
    assert "".join(texts).count("<@") == 1
    assert mentions_in(texts) == {"U0DUTY"}
    assert "<@" not in made.text


def test_what_came_after_hours_rings_at_nobody() -> None:
    shown = said(an_alert(after_hours=True))

    assert mentions_in([shown]) == set()
    assert "arrived after hours · next duty Aiko Tanaka · judge by *Wed 4 Nov 19:00*" in shown


def test_a_suspicion_stands_above_where_it_broke() -> None:
    blocks = card(an_alert(suspicions=(Suspicion.ESCALATING, Suspicion.OUTAGE)), a_look()).blocks

    assert blocks[1]["text"]["text"] == (
        ":rotating_light: *May be Large* · Why: escalating in Sentry, outage check failed"
    )


def test_what_came_back_shows_the_last_decision_without_a_name() -> None:
    back = Comeback(Return.REGRESSED, "small", at(30, 14, 20, month=10), "double submit")

    shown = said(an_alert(comeback=back))

    assert 'Last time: Small, 30 Oct, "double submit".' in shown
    assert "Ben" not in shown


def test_without_a_rule_that_matches_it_says_so() -> None:
    shown = said(an_alert(suggestion=Suggestion()))

    assert "Which step stops is not known yet" in shown
    assert "No rule knows this one." in shown


def test_a_metric_alert_links_to_where_the_look_says() -> None:
    metric = an_alert(source=Source.METRIC_ALERT, link_path="/alerts/rules/details/7/")

    shown = said(metric, issue_url=lambda alert: f"https://acme.sentry.io{alert.link_path}")

    assert "<https://acme.sentry.io/alerts/rules/details/7/|KYC-API-1B>" in shown


def test_without_an_address_the_id_stands_alone() -> None:
    shown = said(an_alert(), issue_url=lambda _: "")

    assert shown.startswith("*KYC-API-1B  ActiveRecord::Deadlocked*")


def test_the_runbook_is_offered_only_when_there_is_one() -> None:
    assert offered(an_alert()) == ["hand_over", "history", "not_ours"]
    with_book = elements(an_alert(), runbook_url=lambda _: "https://docs.example/worker")["more"]["options"]
    assert [(o["value"], o.get("url")) for o in with_book][1] == ("runbook", "https://docs.example/worker")


def test_a_runbook_that_is_a_file_is_offered_without_an_address() -> None:
    options = elements(an_alert(), has_runbook=lambda _: True)["more"]["options"]

    assert [(o["value"], o.get("url")) for o in options][1] == ("runbook", None)


def test_asking_is_offered_as_long_as_there_is_something_to_ask_about() -> None:
    over = [name for name in KINDS if name.startswith(("responded", "closed"))]

    assert [name for name in KINDS if "consult" not in elements(KINDS[name])] == over


def test_what_is_being_discussed_says_so_below_the_deadline_which_stays() -> None:
    alert = an_alert(consultation=QUESTION)

    facts = card(alert, a_look()).blocks[2]["text"]["text"]

    first, second = facts.split("\n")
    assert first.endswith("judge by *Wed 4 Nov 19:00*")
    assert second == ":speech_balloon: being discussed since Mon 2 Nov 11:50"
    assert "Chika" not in said(alert)
    assert said(a_small(consultation=QUESTION)).endswith(second)
    assert "being discussed" not in said(an_alert(consultation=replace(QUESTION, settled_at=at(2, 12))))


def test_the_way_to_the_discussion_is_a_link_once_it_is_known() -> None:
    shown = said(
        an_alert(consultation=QUESTION), question_url=lambda _: "https://acme.slack.com/archives/C1/p1"
    )

    assert "<https://acme.slack.com/archives/C1/p1|to the thread>" in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_alert_made_by_hand_shows_no_id_and_leads_to_no_issue(language: str) -> None:
    made = replace(a_small(), source=Source.PERSON, issue_id="manual-C1-17", short_id=None)

    for alert in (made, replace(made, state=AlertState.OPEN, decision=None)):
        shown = card(alert, a_look(language))

        assert "manual-C1-17" not in shown.text + said(alert, language=language)
        assert "sentry.io" not in said(alert, language=language)
        assert "Archived" not in said(alert, language=language)


def test_after_a_medium_the_buttons_change_and_do_not_vanish() -> None:
    assert list(elements(a_decided())) == ["responded", "change", "consult", "more"]
    assert offered(a_decided()) == ["note", "extend", "hand_over", "history"]


def test_the_decision_line_says_who_when_why_and_until() -> None:
    shown = said(a_decided())

    assert (
        ":large_yellow_circle: *Medium* · Mon 2 Nov 11:52 <@U0NEW> · 3 Visual check, a few, no workaround · "
        "respond by *Fri 6 Nov 19:00*"
    ) in shown


@pytest.mark.parametrize("alert", [an_alert(), a_decided(), a_small()], ids=["open", "medium", "folded"])
def test_a_card_that_may_stand_twice_goes_on_saying_so(alert: Alert) -> None:
    assert "Perhaps said twice" in said(replace(alert, maybe_repeated=True))
    assert "Perhaps said twice" not in said(alert)


def test_new_cases_are_counted_from_the_decision() -> None:
    assert "then 3 → now 5 *(2 more)*" in said(a_decided(count=5))
    unchanged = said(a_decided(count=3))
    assert "3 events ·" in unchanged
    assert "then" not in unchanged
    assert "5 events" in said(a_decided(count=5, decision=a_decision(shown_count=None)))


def test_an_open_answer_is_offered_with_the_rows_that_fit() -> None:
    quick = a_decided(decision=a_decision(answers=Answers("check"), row=None))

    menu = elements(quick, open_rows=lambda _: (MEDIUM_ROW, OTHER_ROW, MEDIUM_ROW))["answers"]

    assert [(o["value"], o["text"]["text"]) for o in menu["options"]] == [
        ("few/no", "a few, no workaround"),
        ("few/yes", "a few, a workaround"),
    ]
    assert "answers" not in elements(a_decided(), open_rows=lambda _: (MEDIUM_ROW,))
    assert "answers" not in elements(quick)


def test_a_small_says_archived_only_once_sentry_has_said_so() -> None:
    assert "Being archived" in said(a_small(issue_status="unresolved"))
    assert "Archived in Sentry" in said(a_small(issue_status="ignored"))


def test_a_small_folds_to_two_lines() -> None:
    made = card(a_small(), a_look())

    assert len(made.blocks) == 2
    first, second = made.blocks[0]["text"]["text"].split("\n")
    assert first.startswith(":white_circle: *Small* · <https://")
    assert first.endswith('ActiveRecord::Deadlocked · "double submit, user sent again"')
    assert second == "Archived in Sentry (you will hear of it if it escalates) · Fri 30 Oct 14:20 <@U0BACKUP>"
    assert list(elements(a_small())) == ["change", "consult", "more"]


@pytest.mark.parametrize("write", ["none", "notes"])
def test_a_small_that_is_not_archived_does_not_say_so(write: str) -> None:
    shown = said(a_small(issue_status="unresolved"), write=write)

    assert "Archived" not in shown
    assert f"(sentry.write: {write})" in shown


def test_a_medium_says_what_sentry_is_not_told() -> None:
    assert "not written to Sentry (sentry.write: none)" in said(a_decided(), write="none")
    assert "sentry.write" not in said(a_decided(), write="full")


def test_while_sentry_is_silent_the_card_says_that_the_decision_is_saved() -> None:
    assert "Saved. Sentry does not answer; the bot keeps trying (since Mon 2 Nov 11:53)." in said(
        a_decided(sentry_silent_since=at(2, 11, 53))
    )
    assert "Saved." not in said(an_alert(sentry_silent_since=at(2, 11, 53)))


def test_a_closed_round_that_came_back_cannot_be_changed_any_more() -> None:
    assert "change" in elements(KINDS["closed_resolved"])
    assert "change" not in elements(KINDS["closed_came_back"])
    assert "change" not in elements(KINDS["closed_undecided_resolved"])


def test_closed_elsewhere_names_whom_sentry_names() -> None:
    closed = replace(KINDS["closed_resolved"], closing=Closing("resolved", at(6, 11), "Dan Kimura"))

    assert "Resolved in Sentry by Dan Kimura, Fri 6 Nov 11:00" in said(closed)
    assert "Sentry で解決済み（Dan Kimura さん、11/6(金) 11:00）" in said(closed, language="ja")


@pytest.mark.parametrize(
    ("name", "language", "text"),
    [
        (
            "open",
            "en",
            "To judge: KYC-API-1B ActiveRecord::Deadlocked · stops 3 Visual check · 3 events · "
            "by Wed 4 Nov 19:00 · Aiko Tanaka",
        ),
        (
            "open",
            "ja",
            "【判断待ち】KYC-API-1B ActiveRecord::Deadlocked · 3 目視確認 · 3件 · 11/4(水) 19:00 まで · Aiko Tanaka",
        ),
        ("open_bare", "en", "To judge: 6100000102 · by Wed 4 Nov 19:00"),
        ("small", "en", "Small: KYC-API-1A ActiveRecord::Deadlocked · stops 2 Submission · 3 events"),
    ],
)
def test_the_lock_screen_says_it_in_one_line(name: str, language: str, text: str) -> None:
    assert card(KINDS[name], a_look(language)).text == text


@pytest.mark.parametrize("name", KINDS)
def test_no_card_shows_a_hole_where_a_value_should_be(name: str) -> None:
    for language in LANGUAGES:
        shown = said(KINDS[name], language=language)

        assert "None" not in shown
        assert "{" not in shown
        assert not any(hole in shown for hole in ("· ·", "（）", "「」", '""', "()", "  ·"))


def test_not_ours_says_whom_to_tell() -> None:
    alert = a_decided(
        Verdict.NOT_OURS, decision=a_decision(Verdict.NOT_OURS, tell="payments", reason="their API")
    )

    shown = said(alert)

    assert "*Not ours*" in shown and '"their API"' in shown
    assert "To be told: payments · Mon 2 Nov 11:52" in shown


@pytest.mark.parametrize(("language", "now"), [("en", "judge *now*"), ("ja", "*至急判断*")])
def test_what_may_be_large_is_judged_now_and_names_no_later_day(language: str, now: str) -> None:
    suspected = an_alert(suspicions=(Suspicion.OUTAGE,))
    at_night = replace(suspected, after_hours=True)
    look = a_look(language)
    day = look.words.moment(suspected.judge_by_at, look.now)

    for alert in (suspected, at_night):
        shown = card(alert, look)
        assert now in "\n".join(texts_in(shown.blocks))
        assert day not in "\n".join((shown.text, *texts_in(shown.blocks)))
    assert day in "\n".join(texts_in(card(replace(suspected, suspicions=()), look).blocks))
