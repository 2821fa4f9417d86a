"""What is said in a team's week: the ping, reminders and chases, loud calls, questions, swaps, in the agreed words."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import pytest

from bot.domain.alert import Alert, AlertState
from bot.domain.consulting import head_of
from bot.domain.decision import Verdict
from bot.domain.effects import Announce, Revise, Say
from bot.domain.lines import Line
from bot.domain.match import Suggestion
from bot.slack.blocks.lines import say
from bot.slack.blocks.look import Message
from tests.slack.looks import (
    QUESTION,
    a_decided,
    a_look,
    a_small,
    an_alert,
    at,
    kept,
    mentions_in,
    texts_in,
)

LANGUAGES = ("en", "ja")
DUE = at(4, 19).isoformat()
CARD = "https://acme.slack.com/archives/C1/p1"
PING = {
    "day": "2026-11-02",
    "responder": "U0DUTY",
    "backups": "U0BACKUP",
    "next_day": "2026-11-04",
    "next": "U0NEW",
    "to_judge": "3",
    "in_progress": "2",
    "due_today": "1",
    "path": "well",
    "checked": at(2, 10).isoformat(),
    "since": at(30, 10, month=10).isoformat(),
    "arrived": "4",
    "shown": "3",
}
WEEK = "2026-11-02=U0DUTY;2026-11-04=U0NEW;2026-11-05=U0BACKUP;2026-11-06=U0DUTY"
SWAP = {
    "swap": "swap-1",
    "day": "2026-11-04",
    "in_return": "2026-11-09",
    "asker": "U0DUTY",
    "taker": "U0BACKUP",
    "state": "asked",
}
LOOSE = {"id": "loose-1", "name": "Chika Sato", "words": "", "link": CARD}


def called(line: Line, alert: Alert, language: str = "en", **values: str) -> Message:
    """A call to the duty person in the alert's thread, on Wednesday at noon."""
    effect = Say(alert.id, line, "x", {"due": DUE, **values}, ("U0DUTY",))
    return say(effect, alert, a_look(language, now=at(4, 12)))


def pinged(language: str = "en", mention: tuple[str, ...] = ("U0DUTY",), **values: str) -> Message:
    return say(Announce(Line.PING, "2026-11-02", {**PING, **values}, mention), None, a_look(language))


def asked(alert: Alert, language: str = "en", words: str = "why twice?", **look: Any) -> Message:
    values = {"name": "Chika Sato", "words": words}
    effect = Announce(Line.CONSULTATION, QUESTION.id, values, ("U0BACKUP",), alert_id=alert.id)
    return say(effect, alert, a_look(language, **look))


def told(line: Line, language: str = "en", revised: bool = False, **values: str) -> Message:
    """A line that stands by itself."""
    effect = Revise("x", line, "x", values) if revised else Announce(line, "x", values)
    return say(effect, None if line.value.startswith(("loose", "swap")) else an_alert(), a_look(language))


def text(message: Message) -> str:
    """All that is read; what a button asks before it counts is not."""
    return "\n".join(texts_in([block for block in message.blocks if block["type"] != "actions"]))


def buttons(message: Message) -> list[str]:
    return [element["action_id"] for element in elements(message)]


def elements(message: Message) -> list[dict[str, Any]]:
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return [element for row in rows for element in row]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ping_is_the_kept_one(language: str) -> None:
    made = asdict(
        pinged(language, week=WEEK, away="U0NEW", overdue="KYC-API-1B,KYC-API-2A", overdue_count="5")
    )

    assert made == kept(f"ping.{language}", made)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_question_is_the_kept_one(language: str) -> None:
    made = asdict(asked(an_alert(), language, card_url=lambda _: CARD))

    assert made == kept(f"consultation.{language}", made)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chase_is_the_kept_one(language: str) -> None:
    made = asdict(called(Line.CHASE, an_alert(), language, what="judgement", stage="1"))

    assert made == kept(f"chase.{language}", made)


def test_the_ping_mentions_the_duty_person_once_and_nobody_else() -> None:
    shown = pinged(week=WEEK, away="U0NEW")

    assert text(shown).count("<@") == 1
    assert mentions_in([text(shown)]) == {"U0DUTY"}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            "Good morning. On duty today, Mon 2 Nov: <@U0DUTY>; backup: Ben Mori.\n"
            "To judge 3 · in progress 2 (1 due today).\n"
            "Next: Wed 4 Nov, Chika Sato (3 Nov is Culture Day)\n"
            "Path checked 10:00: Sentry, store, Slack, all well · since Fri 30 Oct 10:00: 4 alerts, 3 shown",
        ),
        (
            "ja",
            "おはようございます。11/2(月) の当番は <@U0DUTY> さん、控えは Ben Mori さんです。\n"
            "判断待ち 3件 · 対応中 2件（本日期限 1件）。\n"
            "次の当番：11/4(水) Chika Sato さん（11/3 は文化の日）\n"
            "経路確認 10:00：Sentry・保存・Slack とも正常 · 10/30(金) 10:00 以降 4件、3件表示",
        ),
    ],
)
def test_the_ping_speaks_the_agreed_words(language: str, words: str) -> None:
    assert text(pinged(language)) == words


def test_a_quiet_morning_says_that_nothing_is_open() -> None:
    assert "Nothing is open." in text(pinged(to_judge="0", in_progress="0"))
    assert "未対応のアラートはありません。" in text(pinged("ja", to_judge="0", in_progress="0"))


def test_on_the_weeks_first_day_its_names_stand_there_with_the_holiday_among_them() -> None:
    shown = text(pinged(week=WEEK))

    assert (
        "This week: Mon 2 Nov Aiko Tanaka · Tue 3 Nov Culture Day · Wed 4 Nov Chika Sato · "
        "Thu 5 Nov Ben Mori · Fri 6 Nov Aiko Tanaka"
    ) in shown
    assert "Next:" not in shown


def test_a_day_off_at_the_weeks_end_is_named_too() -> None:
    shown = text(pinged(week="2026-11-02=U0DUTY;2026-11-04=U0NEW"))

    assert shown.count("day off") == 2
    assert "Wed 4 Nov Chika Sato · Thu 5 Nov day off · Fri 6 Nov day off" in shown


def test_a_long_row_of_days_off_is_told_by_its_ends() -> None:
    shown = text(pinged(day="2026-12-28", next_day="2027-01-05"))

    assert "Next: Tue 5 Jan, Chika Sato (29 Dec to 4 Jan are days off)" in shown


def test_the_overdue_stand_in_one_list_that_names_no_person() -> None:
    shown = text(pinged(overdue="KYC-API-1B,KYC-API-2A", overdue_count="5"))

    assert "Past their deadlines: KYC-API-1B, KYC-API-2A and 3 more" in shown
    assert "Past its deadline: KYC-API-1B" in text(pinged(overdue="KYC-API-1B", overdue_count="1"))


def test_who_stands_in_is_the_one_on_duty_and_it_says_for_whom() -> None:
    shown = pinged("ja", ("U0BACKUP",), responder="U0BACKUP", backups="", instead_of="U0DUTY", away="U0DUTY")

    assert "当番は <@U0BACKUP> さん（Aiko Tanaka さんの代わり）です。" in text(shown)
    assert "本日不在：Aiko Tanaka さん" in text(shown)


def test_the_pings_buttons_say_which_day_and_whom_they_mean() -> None:
    shown = {element["action_id"]: element for element in elements(pinged())}

    assert list(shown) == ["ping_list", "ping_swap", "ping_away"]
    assert shown["ping_list"]["value"] == "all"
    assert shown["ping_away"]["value"] == "2026-11-02:U0DUTY"
    assert "Aiko Tanaka is on duty today." in shown["ping_away"]["confirm"]["text"]["text"]


def test_without_anybody_on_duty_nobody_can_be_sent_away() -> None:
    shown = pinged(mention=(), responder="", next="", backups="")

    assert "Nobody is on duty today" in text(shown)
    assert "ping_away" not in buttons(shown)


def test_a_path_that_is_not_well_says_what_to_look_at() -> None:
    assert "Path checked 10:00, not all well: Slack, people in rules.yaml (`triage check` says more)" in text(
        pinged(path="slack,people")
    )
    assert "経路確認 10:00：要確認 Sentry・保存（詳しくは `triage check`）" in text(
        pinged("ja", path="sentry,store")
    )
    assert "Path checked" not in text(pinged(path=""))


def test_the_first_ping_speaks_of_no_time_before_it() -> None:
    assert "since" not in text(pinged(since=at(2, 10).isoformat()))


@pytest.mark.parametrize(
    ("line", "values", "english", "japanese"),
    [
        (
            Line.REMINDER,
            {"what": "judgement"},
            "<@U0DUTY> To be judged by 19:00 today. If unclear, Ask.",
            "<@U0DUTY> さん、本日 19:00 が判断の期限です。迷うときは「相談する」をどうぞ。",
        ),
        (
            Line.REMINDER,
            {"what": "judgement", "due": at(5, 10).isoformat()},
            "<@U0DUTY> To be judged by Thu 5 Nov 10:00. If unclear, Ask.",
            "<@U0DUTY> さん、11/5(木) 10:00 が判断の期限です。迷うときは「相談する」をどうぞ。",
        ),
        (
            Line.CHASE,
            {"what": "judgement", "stage": "1"},
            "<@U0DUTY> The deadline for the judgement (Wed 4 Nov 19:00) has passed. Could you look, or hand it over?",
            "<@U0DUTY> さん、判断の期限（11/4(水) 19:00）を過ぎました。ご確認をお願いします。"
            "難しければ引き継ぎや相談もできます。",
        ),
        (
            Line.CHASE,
            {"what": "response", "stage": "1"},
            "<@U0DUTY> The deadline for the provisional response (Wed 4 Nov 19:00) has passed. "
            "Could you look, or hand it over?",
            "<@U0DUTY> さん、暫定対応の期限（11/4(水) 19:00）を過ぎました。ご確認をお願いします。"
            "難しければ引き継ぎや相談もできます。",
        ),
        (
            Line.CHASE,
            {"what": "judgement", "stage": "2"},
            "<@U0DUTY> One business day past its deadline. Could you see how it stands and help?",
            "<@U0DUTY> さん、期限を1営業日過ぎています。状況の確認と手助けをお願いできますか。",
        ),
    ],
)
def test_calls_speak_the_agreed_words(
    line: Line, values: dict[str, str], english: str, japanese: str
) -> None:
    assert text(called(line, an_alert(), "en", **values)) == english
    assert text(called(line, an_alert(), "ja", **values)) == japanese


def test_the_team_is_asked_without_a_name() -> None:
    effect = Say("6100000102-1", Line.CHASE, "x", {"due": DUE, "what": "judgement", "stage": "3"})

    third = text(say(effect, an_alert(chases=3), a_look("ja")))
    fifth = text(say(effect, an_alert(chases=5), a_look()))

    assert third == "期限を2営業日過ぎたアラートです。手の空いている方、見てもらえると助かります。"
    assert fifth == "Past its deadline since Wed 4 Nov 19:00. Whoever has a moment: your help is welcome."


def test_a_locked_phone_reads_which_alert_a_call_is_about() -> None:
    for line in (Line.REMINDER, Line.CHASE):
        assert called(line, an_alert(), stage="2").text.endswith("· KYC-API-1B ActiveRecord::Deadlocked")


def test_a_call_carries_the_buttons_to_act() -> None:
    to_judge = called(Line.CHASE, an_alert(), what="judgement", stage="1")
    to_respond = called(Line.CHASE, a_decided(), what="response", stage="1")

    assert buttons(to_judge) == ["impact_large", "impact_medium", "impact_small", "hand_over", "consult"]
    assert buttons(to_respond) == ["responded", "extend", "hand_over", "consult"]
    assert {e["value"] for e in (*elements(to_judge), *elements(to_respond))} == {"6100000102-1"}
    assert buttons(called(Line.REMINDER, an_alert())) == buttons(to_judge)


def test_what_was_put_off_twice_is_not_offered_a_third_day() -> None:
    assert buttons(called(Line.CHASE, a_decided(extensions=2), stage="1")) == [
        "responded",
        "hand_over",
        "consult",
    ]


def test_a_call_that_comes_late_offers_what_helps_now() -> None:
    assert buttons(called(Line.CHASE, a_decided(), what="judgement", stage="1"))[0] == "responded"
    assert buttons(called(Line.CHASE, a_small(), what="judgement", stage="1")) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_call_that_is_over_is_one_short_line_without_buttons(language: str) -> None:
    for alert in (an_alert(), None):
        shown = say(Revise("x", Line.CLEARED, "x", alert_id="6100000102-1"), alert, a_look(language))

        assert len(shown.blocks) == 1
        assert len(text(shown)) < 60


@pytest.mark.parametrize(
    ("values", "en", "ja"),
    [
        (
            {"how": "judged", "level": "medium"},
            "Judged: Medium, Mon 2 Nov 12:00",
            "「中」と判断済み（11/2(月) 12:00）",
        ),
        ({"how": "responded"}, "Responded, Mon 2 Nov 12:00", "対応済み（11/2(月) 12:00）"),
        ({"how": "extended"}, "Put off until Mon 2 Nov 12:00", "11/2(月) 12:00 まで延長しました"),
        ({"how": "handed_over"}, "Handed over, Mon 2 Nov 12:00", "引き継ぎ済み（11/2(月) 12:00）"),
        ({"how": "discussed"}, "Being discussed since Mon 2 Nov 12:00", "相談中（11/2(月) 12:00 から）"),
        ({"how": "seen"}, "Taken up, Mon 2 Nov 12:00", "確認済み（11/2(月) 12:00）"),
        ({"how": "closed"}, "Closed, Mon 2 Nov 12:00", "完了（11/2(月) 12:00）"),
        (
            {"how": "again"},
            "Called again Mon 2 Nov 12:00: the newer",
            "11/2(月) 12:00 に再度お知らせしました。",
        ),
        ({"how": "in a way of a later version"}, "This call is over.", "このお知らせは終了しました。"),
    ],
)
def test_a_call_that_is_over_says_what_came_of_it(values: dict[str, str], en: str, ja: str) -> None:
    for language, words in (("en", en), ("ja", ja)):
        effect = Revise("x", Line.CLEARED, "x", {**values, "at": at(2, 12).isoformat()})

        assert words in text(say(effect, None, a_look(language)))


def test_a_loud_line_can_be_taken() -> None:
    large = a_decided(Verdict.LARGE)

    assert buttons(called(Line.LARGE, large)) == ["take"]
    assert buttons(called(Line.MAY_BE_LARGE, an_alert())) == ["take"]
    assert buttons(called(Line.NUDGE, large, level="large")) == ["take", "consult"]
    assert buttons(called(Line.NUDGE, an_alert(), level="open")) == [
        "take",
        "impact_large",
        "impact_medium",
        "impact_small",
        "consult",
    ]
    assert buttons(called(Line.LARGE, replace(large, state=AlertState.CLOSED))) == []


def test_a_nudge_says_why_and_how_it_stops() -> None:
    suspected = text(called(Line.NUDGE, an_alert(), level="open", reasons="escalating,outage"))
    large = text(called(Line.NUDGE, a_decided(Verdict.LARGE), "ja", level="large"))

    assert suspected.startswith(":rotating_light: *May be Large, still to be judged*: <https://")
    assert "<@U0DUTY>, please judge now. Why: escalating in Sentry, outage check failed" in suspected
    assert suspected.endswith("Any button stops these calls.")
    assert large.startswith(":red_circle: *影響度 大・対応待ち* <https://")
    assert "<@U0DUTY> さん、対応をお願いします。" in large


def test_support_hears_what_stands_still_and_when_the_next_word_comes() -> None:
    effect = Announce(Line.SUPPORT_TOLD, "x", {"reason": "nobody can submit"}, alert_id="6100000102-1")

    shown = text(say(effect, a_decided(Verdict.LARGE), a_look(card_url=lambda _: CARD)))

    assert shown.startswith(":red_circle: *Large impact*: <https://")
    assert "3 Visual check, a few, no workaround." in shown
    assert '"nobody can submit"' in shown
    assert shown.endswith(f"Next word at 12:22. · <{CARD}|To the card>")


def test_who_takes_over_is_told_from_whom_and_why() -> None:
    values = {"from": "U0DUTY", "to": "U0BACKUP"}
    quiet = say(Say("x", Line.OWNER_AWAY, "x", values), an_alert(), a_look())
    loud = say(Say("x", Line.OWNER_AWAY, "x", values, ("U0BACKUP",)), an_alert(), a_look())

    assert text(quiet) == "Aiko Tanaka is away. Ben Mori has this now; the deadline stays."
    assert text(loud) == "<@U0BACKUP>, Aiko Tanaka is away, so this comes to you. The deadline stays."


@pytest.mark.parametrize(
    ("why", "told"),
    [
        (
            "swap",
            "<@U0BACKUP>, with the turn you took from Aiko Tanaka this comes to you. The deadline stays.",
        ),
        ("nobody", "<@U0BACKUP>, this had no owner yet and comes to you. The deadline stays."),
    ],
)
def test_nobody_is_said_to_be_away_who_is_not(why: str, told: str) -> None:
    values = {"from": "U0DUTY" if why == "swap" else "", "to": "U0BACKUP", "why": why}
    quiet = say(Say("x", Line.OWNER_AWAY, "x", values), an_alert(), a_look())
    loud = say(Say("x", Line.OWNER_AWAY, "x", values, ("U0BACKUP",)), an_alert(), a_look())

    assert text(loud) == told
    assert "away" not in text(quiet)


def test_a_question_brings_all_that_is_needed_to_look_together() -> None:
    shown = text(
        asked(an_alert(), card_url=lambda _: CARD, runbook_url=lambda _: "https://docs.example/worker")
    )

    assert shown.startswith("*A question: <https://acme-kyc.sentry.io/issues/6100000102/|KYC-API-1B>")
    assert 'Chika Sato: "why twice?"' in shown
    assert "app/models/submission.rb:164" in shown
    assert "judge by *Wed 4 Nov 19:00*" in shown
    assert "a few, no workaround → Medium" in shown
    assert "<https://docs.example/worker|Open runbook>" in shown
    assert f"<{CARD}|To the card>" in shown
    assert "<@U0BACKUP> Half a thought is welcome, wrong guesses too." in shown
    assert mentions_in([shown]) == {"U0BACKUP"}


def test_without_words_the_standard_sentence_stands_there() -> None:
    assert "Chika Sato would like a second pair of eyes on the impact." in text(asked(an_alert(), words=""))
    assert "Chika Sato さんが影響度に迷っています。" in text(asked(an_alert(), "ja", words=""))


def test_words_keep_their_lines() -> None:
    assert 'Chika Sato: "why twice?\nI wonder"' in text(asked(an_alert(), words="why twice?\n\nI wonder"))


def test_only_the_rows_of_the_step_are_shown_and_all_while_no_step_is_known() -> None:
    known = text(asked(an_alert()))
    unknown = text(asked(an_alert(suggestion=Suggestion())))

    assert "How the impact of *3 Visual check* is judged:" in known
    assert "→ Small" not in known
    assert "1 Request, 2 Submission: a few, a workaround → Small" in unknown


def test_a_question_can_be_decided_where_it_is_asked() -> None:
    assert buttons(asked(an_alert())) == ["impact_large", "impact_medium", "impact_small", "guide", "more"]
    assert buttons(asked(a_decided())) == ["change", "more"]
    assert "Now: *Medium* · Mon 2 Nov 11:52" in text(asked(a_decided()))


def test_a_silent_question_asks_the_backup_and_never_the_asker() -> None:
    effect = Announce(Line.CONSULTATION_SILENT, "x", {}, ("U0BACKUP",))

    assert text(say(effect, an_alert(), a_look())) == "Still open. <@U0BACKUP>, could you add a word?"
    assert (
        text(say(effect, an_alert(), a_look("ja")))
        == "まだ結論が出ていません。<@U0BACKUP> さん、一言もらえますか。"
    )


@pytest.mark.parametrize(
    ("language", "reason", "words"),
    [
        ("en", "they cannot", 'Settled: Medium, "they cannot". Thanks for asking.'),
        ("en", "", "Settled: Medium. Thanks for asking."),
        ("ja", "進めない", "「中」に決まりました：進めない。相談ありがとうございました。"),
        ("ja", "", "「中」に決まりました。相談ありがとうございました。"),
    ],
)
def test_a_settled_question_thanks_for_asking(language: str, reason: str, words: str) -> None:
    assert text(told(Line.CONSULTATION_SETTLED, language, level="medium", reason=reason)) == words


def test_the_head_of_a_settled_question_keeps_the_question_and_loses_its_buttons() -> None:
    alert = a_decided(consultation=replace(QUESTION, settled_at=at(2, 12)))
    settled = Revise(head_of(QUESTION.id), Line.CONSULTATION_CLOSED, "x", {"level": "medium", "reason": ""})
    ended = replace(settled, values={"level": "", "reason": ""})

    shown, gone = say(settled, alert, a_look()), say(ended, alert, a_look())

    assert 'Chika Sato: "why twice?"\n:white_check_mark: Settled: *Medium*' in text(shown)
    assert buttons(shown) == []
    assert "Closed in Sentry meanwhile" in text(gone)


def test_the_words_of_another_question_are_not_put_on_this_one() -> None:
    second = replace(QUESTION, id="6100000102-1.q2", words="another matter")
    settled = Revise(head_of(QUESTION.id), Line.CONSULTATION_CLOSED, "x", {"level": "medium", "reason": ""})

    assert "another matter" not in text(say(settled, a_decided(consultation=second), a_look()))


def test_a_loose_question_leads_to_its_message_and_to_three_ends() -> None:
    shown = told(Line.LOOSE_QUESTION, **LOOSE)

    assert text(shown).startswith(f"*A question from Chika Sato*\n<{CARD}|The message it is about>\n")
    assert "Half a thought is welcome" in text(shown)
    assert buttons(shown) == ["loose_nothing", "loose_join", "loose_alert"]
    assert {element["value"] for element in elements(shown)} == {"loose-1"}


@pytest.mark.parametrize(
    ("ended", "words"),
    [
        ("nothing", "Looked at together (Ben Mori): nothing needs to be done."),
        ("joined", "Part of KYC-API-1B (Ben Mori): it goes on there."),
        ("alert", "Made an alert (Ben Mori). It goes on at its card."),
    ],
)
def test_what_came_of_a_loose_question_stands_where_it_stood(ended: str, words: str) -> None:
    values = {**LOOSE, "name": "Ben Mori", "asker": "Chika Sato", "ended": ended, "alert": "KYC-API-1B"}

    shown = told(Line.LOOSE_ENDED, revised=True, **values)

    assert text(shown).startswith("*A question from Chika Sato*")
    assert text(shown).endswith(words)
    assert buttons(shown) == []


def test_an_address_that_is_none_is_no_link() -> None:
    assert "<" not in text(told(Line.LOOSE_QUESTION, **{**LOOSE, "link": "javascript:alert(1)"}))


@pytest.mark.parametrize(
    ("in_return", "english", "japanese"),
    [
        (
            "2026-11-09",
            "<@U0BACKUP>, could you take Wed 4 Nov? In return: Mon 9 Nov.",
            "<@U0BACKUP> さん、11/4(水) の当番を代わってもらえますか（代わりに 11/9(月)）",
        ),
        (
            "",
            "<@U0BACKUP>, could you take Wed 4 Nov?",
            "<@U0BACKUP> さん、11/4(水) の当番を代わってもらえますか",
        ),
    ],
)
def test_a_swap_is_asked_in_the_agreed_words(in_return: str, english: str, japanese: str) -> None:
    effect = Announce(Line.SWAP_ASKED, "x", {**SWAP, "in_return": in_return}, ("U0BACKUP",), "U0BACKUP")

    assert text(say(effect, None, a_look())).startswith(f"{english}\nAsked by Aiko Tanaka.")
    assert text(say(effect, None, a_look("ja"))).startswith(japanese)


def test_a_swap_is_answered_by_a_button_that_carries_it() -> None:
    shown = elements(told(Line.SWAP_ASKED, **SWAP))

    assert [(e["action_id"], e["value"]) for e in shown] == [
        ("swap_accept", "swap-1"),
        ("swap_decline", "swap-1"),
    ]


def test_the_answer_to_a_swap_says_whose_turns_it_is_now() -> None:
    accepted = {**SWAP, "state": "accepted"}

    assert text(told(Line.SWAP_ANSWERED, **accepted)) == (
        "Ben Mori takes Wed 4 Nov. In return Aiko Tanaka takes Mon 9 Nov."
    )
    assert text(told(Line.SWAP_ANSWERED, **{**accepted, "in_return": ""})) == "Ben Mori takes Wed 4 Nov."


def test_a_swap_that_could_not_be_leaves_the_turn_and_tells_the_asker_how_to_go_on() -> None:
    declined = {**SWAP, "state": "declined"}

    where_asked = text(told(Line.SWAP_ANSWERED, revised=True, **declined))
    to_asker = text(told(Line.SWAP_ANSWERED, **declined))

    assert where_asked == "Not this time: Wed 4 Nov stays with Aiko Tanaka."
    assert to_asker == f"{where_asked} To ask someone else: /triage swap"
    assert text(told(Line.SWAP_OPEN, **SWAP)) == "No answer yet, so Wed 4 Nov stays with Aiko Tanaka."


def test_an_alert_that_was_forgotten_meanwhile_breaks_no_line() -> None:
    for line in Line:
        assert say(Announce(line, "x", {}, alert_id="gone"), None, a_look()).text
