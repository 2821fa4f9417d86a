"""What is said in threads and in the channel: the right words, the right people, and nothing that rings by itself."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.alert import Comeback, Return, Suspicion
from bot.domain.consulting import head_of
from bot.domain.decision import Verdict
from bot.domain.effects import Announce, Revise, Say
from bot.domain.lines import Line
from bot.slack.blocks.lines import say
from tests.slack.looks import (
    QUESTION,
    WORST,
    a_decided,
    a_look,
    an_alert,
    at,
    made_hostile,
    mentions_in,
    taken_by_slack,
    texts_in,
    tokens_in,
)

BACK = Comeback(Return.REGRESSED, "small", at(30, 14, 20, month=10), "double submit")
OURS = (
    "<@U0DUTY>",
    "<@U0BACKUP>",
    "<@U0TEAM",
    "<https://acme-kyc.sentry.io/",
    "<https://acme.slack.com/archives/C1/p1|",
)
PING_VALUES = {
    "responder": "U0DUTY",
    "backups": "U0BACKUP,U0NEW",
    "instead_of": "",
    "next_day": "2026-11-04",
    "next": "U0NEW",
    "to_judge": "3",
    "in_progress": "1",
    "due_today": "1",
    "overdue": "KYC-API-1B,KYC-API-2A",
    "overdue_count": "2",
    "week": "2026-11-02=U0DUTY;2026-11-04=U0NEW;2026-11-05=U0BACKUP;2026-11-06=U0DUTY",
    "away": "U0NEW",
    "path": "well",
    "since": at(30, 10, month=10).isoformat(),
    "shown": "4",
}
UNTIL = at(9, 19).isoformat()
VALUES = {
    "reason": "waits for data",
    "name": "Ben Mori",
    "tell": "payments",
    "before": "small",
    "level": "medium",
    "n": "2",
    "total": "5",
    "done": "sent again by hand",
    "told": "support",
    "until": UNTIL,
    "at": UNTIL,
    "text": "see the runbook",
    "to": "Aiko Tanaka",
    "taken": "no",
    "step": "check",
    "old_transaction": "Applicant::DocumentsController#create",
    "old_step": "submission",
    "new_transaction": "Sidekiq/DocumentFinalizeJob",
    "new_place": "submission.rb:164 promote_to_review!",
    "new_step": "check",
    "new_otherwise": "502",
    "why": "regressed",
    "due": at(4, 19).isoformat(),
    "what": "judgement",
    "stage": "1",
    "from": "U0BACKUP",
    "words": "why twice?\nI wonder",
    "id": "loose-1",
    "link": "https://acme.slack.com/archives/C1/p1",
    "ended": "joined",
    "asker": "U0NEW",
    "taker": "U0BACKUP",
    "swap": "swap-1",
    "day": "2026-11-02",
    "in_return": "2026-11-09",
    "state": "accepted",
    "alert": "KYC-API-1B",
    "role": "lead",
    "next_at": UNTIL,
    "en": "We apologise for the inconvenience.",
    "ja": "ご不便をおかけしております。",
    "lead": "6100000101-1",
    "owner": "U0DUTY",
    "helped": "the second worker",
    **PING_VALUES,
    "problem": "rules.yaml:3: match: wrong; mend it",
    "more": "2",
    "reasons": "escalating,outage",
    "tags": "journey_step: 2-3\nqueue: default",
}
ANNOUNCED = (
    Line.FIRST_START,
    Line.SENTRY_SILENT,
    Line.RULES_BAD,
    Line.RULES_WELL,
    Line.PING,
    Line.LOOSE_QUESTION,
    Line.LOOSE_ENDED,
    Line.SWAP_ASKED,
    Line.SWAP_ANSWERED,
    Line.SWAP_OPEN,
    Line.DRILL_OPENED,
    Line.DRILL_SUPPORT,
    Line.DRILL_ENDED,
    Line.DRILL_DEBRIEF,
)
"""Said without an alert."""
RINGS_NOBODY = (
    *(line for line in ANNOUNCED if line not in (Line.PING, Line.SWAP_ASKED)),
    Line.DETAILS,
    Line.CHECKLIST,
    Line.SMALL,
    Line.CLEARED,
    Line.CONSULTATION_WORDS,
    Line.CONSULTATION_SETTLED,
    Line.CONSULTATION_CLOSED,
    Line.SUPPORT_TOLD,
    Line.SUPPORT_CHANGED,
    Line.WORD,
    Line.SUPPORT_WORD,
    Line.NOTICE,
    Line.PART_OF,
    Line.SUPPORT_RESTORED,
    Line.FIXED,
    Line.DECLARED,
)
"""Nobody must act on these, so that a mention in them would be lost."""


HUGE = {
    **VALUES,
    "overdue": ",".join(["&" * 90] * 90),
    "week": ";".join(f"2026-11-{day:02}={'&' * 300}" for day in range(1, 31)),
    "away": ",".join(["&" * 90] * 90),
    "backups": ",".join(["&" * 90] * 90),
    "path": ",".join(["&" * 90] * 90),
    "overdue_count": "9" * 400,
    "shown": "9" * 400,
    "words": "&\n" * 5000,
}


def spoken(line: Line, language: str = "en", alert: Any = None, **more: Any) -> str:
    mention = more.pop("mention", ())
    look = more.pop("look", {})
    values = {**VALUES, **more}
    effect = made(line, values, mention)
    about = None if line in ANNOUNCED else alert or a_decided()
    return "\n".join(texts_in(say(effect, about, a_look(language, **look)).blocks))


def made(line: Line, values: dict[str, str], mention: tuple[str, ...] = ()) -> Say | Announce | Revise:
    if line in (Line.CLEARED, Line.CONSULTATION_CLOSED, Line.LOOSE_ENDED):
        return Revise(head_of(QUESTION.id), line, "x", values, mention)
    if line in ANNOUNCED:
        return Announce(line, "x", values, mention)
    return Say("6100000102-1", line, "x", values, mention)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("line", list(Line))
def test_slack_takes_every_line_whatever_is_in_it(line: Line, language: str) -> None:
    discussed = a_decided(comeback=BACK, consultation=QUESTION)
    alerts = (discussed, made_hostile(discussed), an_alert(), made_hostile(an_alert(consultation=QUESTION)))
    for values in (VALUES, {}, dict.fromkeys(VALUES, WORST), {**VALUES, "n": "1"}, HUGE):
        for alert in (None,) if line in ANNOUNCED else (*alerts, None):
            for who in ((), ("U0DUTY", "U0BACKUP"), tuple(f"U0TEAM{n}" for n in range(30))):
                shown = say(made(line, values, who), alert, a_look(language))

                taken_by_slack(shown)
                tokens = tokens_in([shown.text, *texts_in(shown.blocks)])
                assert [t for t in tokens if not t.startswith(OURS)] == []


@pytest.mark.parametrize("line", [line for line in Line if line not in RINGS_NOBODY])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_who_must_act_is_mentioned_once_and_only_on_purpose(line: Line, language: str) -> None:
    alert = a_decided(comeback=BACK)

    with_mention = spoken(line, language, alert, mention=("U0DUTY",), taken="no")

    assert with_mention.count("<@U0DUTY>") == 1
    assert mentions_in([spoken(line, language, alert)]) == set()


@pytest.mark.parametrize(
    ("line", "english", "japanese"),
    [
        (
            Line.SMALL,
            "Small: archived in Sentry; you will hear of it if it escalates.",
            "「小」としてアーカイブしました。急増したらまた通知します。",
        ),
        (
            Line.NEW_CASES,
            "2 more cases since the decision (5 in all). Please include them in the response.",
            "判断のあと 2件増えました（計 5件）。対応の対象に含めてください。",
        ),
        (
            Line.EXTENDED,
            'Extended to Mon 9 Nov 19:00: "waits for data". (Still counts against the first deadline.)',
            "11/9(月) 19:00 まで延長しました：「waits for data」（集計は当初の期限で行います）",
        ),
        (
            Line.RESOLVED_IN_SENTRY,
            "Resolved in Sentry by Ben Mori, Mon 9 Nov 19:00.",
            "Sentry で解決済み（Ben Mori さん、11/9(月) 19:00）",
        ),
        (
            Line.CAME_BACK,
            'Back again (resolved, and seen again). Last time: Small, 30 Oct, "double submit".',
            "再発しました（解決後に再び発生）。前回：小、10/30「double submit」",
        ),
        (
            Line.CHANGED,
            'Looked at again: Small → Medium, "waits for data".',
            "見直し：小 → 中「waits for data」",
        ),
    ],
)
def test_the_words_are_the_agreed_ones(line: Line, english: str, japanese: str) -> None:
    assert spoken(line, "en", a_decided(comeback=BACK)) == english
    assert spoken(line, "ja", a_decided(comeback=BACK)) == japanese


def test_a_changed_mind_names_nobody() -> None:
    assert "Ben" not in spoken(Line.CHANGED)


def test_one_more_case_is_told_in_the_singular() -> None:
    assert spoken(Line.NEW_CASES, n="1").startswith("1 more case since the decision")


def test_a_large_impact_calls_people_and_says_what_comes_first() -> None:
    large = a_decided(Verdict.LARGE)

    shown = spoken(Line.LARGE, alert=large, mention=("U0DUTY", "U0BACKUP"))

    assert shown.startswith(":red_circle: *Large* <https://")
    assert "3 Visual check, a few, no workaround. <@U0DUTY> <@U0BACKUP>, please respond.\nFirst: 1 " in shown
    assert shown.endswith("4 next word at 12:22")


def test_a_suspicion_says_why() -> None:
    shown = spoken(Line.MAY_BE_LARGE, "ja", mention=("U0DUTY", "U0BACKUP"))

    assert shown.startswith(":rotating_light: *影響度 大の可能性* <https://")
    assert "<@U0DUTY> さん、<@U0BACKUP> さん、至急判断をお願いします。" in shown
    assert shown.endswith("理由：Sentry で急増（Escalating）・外形監視が失敗")


@pytest.mark.parametrize(
    ("language", "more", "words"),
    [
        ("en", "0", "`rules.yaml:3: match: wrong; mend it`"),
        ("en", "2", "`rules.yaml:3: match: wrong; mend it` and 2 more: `triage rules check`"),
        ("ja", "2", "`rules.yaml:3: match: wrong; mend it` ほか 2件：`triage rules check`"),
    ],
)
def test_rules_that_cannot_be_read_are_told_with_the_first_fault(
    language: str, more: str, words: str
) -> None:
    effect = Announce(Line.RULES_BAD, about="x", values={**VALUES, "more": more})

    assert say(effect, None, a_look(language)).text.splitlines()[1] == words


@pytest.mark.parametrize(
    ("times", "words"), [(12, "Why: 12 times the usual"), (None, "Why: far more than usual")]
)
def test_an_unusual_rate_says_its_number_where_it_is_known(times: int | None, words: str) -> None:
    loud = an_alert(suspicions=(Suspicion.UNUSUAL_RATE,), times_usual=times)
    effect = Say(loud.id, Line.MAY_BE_LARGE, "x", values={"reasons": "unusual_rate"})

    assert say(effect, loud, a_look("en")).text.endswith(words)


def test_the_small_line_offers_a_note() -> None:
    made = say(Say("6100000102-1", Line.SMALL, "x"), a_decided(Verdict.SMALL), a_look())

    button = made.blocks[1]["elements"][0]
    assert (button["action_id"], button["value"]) == ("note", "6100000102-1")


@pytest.mark.parametrize("write", ["none", "notes"])
def test_a_small_that_is_not_archived_says_so(write: str) -> None:
    shown = spoken(Line.SMALL, look={"write": write})

    assert f"(sentry.write: {write})" in shown
    assert "you will hear" not in shown


def test_who_takes_it_themselves_is_not_mentioned() -> None:
    assert spoken(Line.HANDED_OVER, taken="yes") == "Ben Mori takes this over. The deadline stays."
    assert (
        spoken(Line.HANDED_OVER, mention=("U0NEW",))
        == "<@U0NEW>, Ben Mori hands this to you. The deadline stays."
    )


def test_an_answer_that_leaves_some_says_that_it_stays_open() -> None:
    assert (
        spoken(Line.RESPONSE_INCOMPLETE, left="some")
        == '"sent again by hand". Some are left, so this stays open.'
    )
    assert spoken(Line.RESPONSE_INCOMPLETE, left="more").startswith(
        "2 more cases came before Sentry could resolve it"
    )


def test_a_response_says_what_was_done_for_how_many_and_who_was_told() -> None:
    assert (
        spoken(Line.RESPONDED)
        == 'Responded: "sent again by hand". 2 cases. Told the business: support asked.'
    )
    assert spoken(Line.RESPONDED, n="", told="") == 'Responded: "sent again by hand".'


def test_the_first_start_names_the_command_that_brings_older_issues_in() -> None:
    assert spoken(Line.FIRST_START, n="12").endswith("`triage import --sentry-backlog 12`")
    assert "12 issues were unresolved before" in spoken(Line.FIRST_START, n="12")
    assert spoken(Line.FIRST_START, n="0").endswith("Nothing was unresolved before.")


def test_the_details_show_our_own_frames_newest_first_and_only_the_tags_given() -> None:
    shown = spoken(Line.DETAILS, alert=an_alert(comeback=BACK))

    assert "PG::TRDeadlockDetected → ActiveRecord::Deadlocked" in shown
    assert shown.index("submission.rb:164") < shown.index("document_finalize_job.rb:31")
    assert "processor.rb" not in shown
    assert "`journey_step` 2-3 · `queue` default" in shown
    assert 'Last time: Small, 30 Oct, "double submit".' in shown


def test_without_a_stack_the_details_say_so() -> None:
    bare = an_alert(facts=an_alert().facts.__class__(title="Error rate"))

    assert spoken(Line.DETAILS, alert=bare, tags="") == "Sentry sent no stack with this alert."
