"""The facts of an event: which exception was raised, where it broke, and that nothing personal is kept."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.facts import Frame
from bot.sentry.event import FIRST_TAGS, TAGS_LIMIT, facts_from_api_event, facts_from_event
from bot.sentry.stack import EXCEPTIONS_LIMIT, FRAMES_LIMIT
from tests.sentry.recorded import answer, body

A = "event_alert.triggered.deadlock_a_step2_controller"
B = "event_alert.triggered.deadlock_b_async_worker"


def event(name: str) -> dict[str, Any]:
    return body(name)["data"]["event"]


def chain(*exceptions: dict[str, Any]) -> dict[str, Any]:
    return {"exception": {"values": list(exceptions)}}


def raised(kind: str | None, *frames: dict[str, Any], value: str | None = "") -> dict[str, Any]:
    return {"type": kind, "value": value, "stacktrace": {"frames": list(frames)}}


def at(filename: str, lineno: int = 1, *, in_app: bool | None = True) -> dict[str, Any]:
    return {"filename": filename, "lineno": lineno, "function": "run", "in_app": in_app}


def test_the_two_deadlocks_have_one_title_and_break_in_different_places() -> None:
    a, b = facts_from_event(event(A)), facts_from_event(event(B))

    assert a.title == b.title == "ActiveRecord::Deadlocked: PG::TRDeadlockDetected: ERROR:  deadlock detected"
    assert a.exceptions == b.exceptions == ("PG::TRDeadlockDetected", "ActiveRecord::Deadlocked")
    assert a.frame == Frame("app/models/submission.rb", 118, "attach_documents!")
    assert b.frame == Frame("app/models/submission.rb", 164, "promote_to_review!")
    assert (a.transaction, b.transaction) == (
        "Applicant::DocumentsController#create",
        "Sidekiq/DocumentFinalizeJob",
    )
    assert (b.project, b.environment, b.release, b.level) == (
        "kyc-api",
        "production",
        "kyc-api@2026.8.14",
        "error",
    )
    assert ("journey_step", "2-3") in b.tags
    assert b.is_background_job and not a.is_background_job


def test_the_api_tells_the_same_facts_in_other_words() -> None:
    webhook, api = facts_from_event(event(B)), facts_from_api_event(answer("issue.latest_event"))

    assert api.title == webhook.title
    assert (api.exceptions, api.frame, api.frames) == (webhook.exceptions, webhook.frame, webhook.frames)
    assert (api.transaction, api.environment, api.release) == (
        webhook.transaction,
        webhook.environment,
        webhook.release,
    )
    assert (api.tags, api.message, api.level) == (webhook.tags, webhook.message, webhook.level)
    assert api.event_id == "b0000000000000000000000000000002"
    assert api.project is None


def test_the_deciding_frame_is_the_last_one_of_ours_in_the_raised_exception() -> None:
    cause = raised("Cause", at("app/cause.rb"))
    outer = raised("Outer", at("app/first.rb"), at("app/last.rb", 7), at("gems/rack.rb", in_app=False))

    facts = facts_from_event(chain(cause, outer))

    assert facts.frame == Frame("app/last.rb", 7, "run")
    assert [frame.filename for frame in facts.frames] == ["app/first.rb", "app/last.rb", "gems/rack.rb"]


def test_where_no_frame_is_ours_the_last_one_decides() -> None:
    facts = facts_from_event(chain(raised("E", at("a.rb", in_app=False), at("b.rb", in_app=None))))

    assert facts.frame == Frame("b.rb", 1, "run", in_app=False)


def test_where_the_raised_exception_has_no_frames_the_nearest_cause_decides() -> None:
    far, near = raised("Far", at("far.rb")), raised("Near", at("near.rb"))

    facts = facts_from_event(chain(far, near, {"type": "Outer", "value": "x", "stacktrace": None}))

    assert facts.frame == Frame("near.rb", 1, "run")
    assert facts.exceptions == ("Far", "Near", "Outer")


def test_an_entry_without_type_and_value_is_not_the_raised_exception() -> None:
    facts = facts_from_event(event("event_alert.triggered.chained_null_fields"))

    assert facts.exceptions == ("Redis::CannotConnectError",)
    assert facts.message == "Error connecting to Redis"
    assert facts_from_event(chain(raised(None, value="only words"))).exceptions == ("<unknown>",)


def test_minified_frames_keep_what_little_they_say() -> None:
    facts = facts_from_event(event("event_alert.triggered.step3_console_minified"))

    assert facts.frame == Frame("<anonymous>", None, "?", in_app=False)
    assert facts.project == "kyc-console"


def test_a_message_says_what_was_logged_and_where_its_bare_stack_lies() -> None:
    logged = event("event_alert.triggered.no_exception_null_culprit")
    bare = logged | {"stacktrace": {"frames": [at("probe.rb", 3)]}}
    threads = logged | {"threads": {"values": [{"id": 1}, {"crashed": True} | raised("", at("thread.rb"))]}}

    assert facts_from_event(logged).message == "Finalize backlog above 500 jobs"
    assert facts_from_event(logged).frame is None
    assert facts_from_event(bare).frame == Frame("probe.rb", 3, "run")
    assert facts_from_event(threads).frame == Frame("thread.rb", 1, "run")


def test_an_address_of_a_script_loses_its_query() -> None:
    facts = facts_from_event(chain(raised("E", at("https://app.example/main.js?token=abc#x"))))

    assert facts.frame is not None
    assert facts.frame.filename == "https://app.example/main.js"


@pytest.mark.parametrize(
    ("url", "project"),
    [
        ("https://sentry.io/api/0/projects/acme/kyc-api/events/1/", "kyc-api"),
        ("https://sentry.io/api/0/projects/acme/4509000000000001/events/1/", None),
        ("https://sentry.io/api/0/projects/acme//events/1/", None),
        ("https://sentry.io/api/0/projects/acme/<!channel>/events/1/", None),
        ("https://sentry.io/organizations/acme/issues/1/", None),
        (42, None),
        (None, None),
    ],
)
def test_the_projects_slug_is_found_in_the_events_address(url: object, project: str | None) -> None:
    assert facts_from_event({"url": url}).project == project


def test_tags_speak_before_the_fields_and_the_first_of_two_wins() -> None:
    tags = [["environment", "production"], ["environment", "staging"], ["transaction", "From#tag"]]

    facts = facts_from_event({"environment": "dev", "transaction": "Top#level", "release": "1", "tags": tags})

    assert (facts.environment, facts.transaction, facts.release) == ("production", "From#tag", "1")


@pytest.mark.parametrize(
    "tags",
    [
        [["browser", "Chrome"]],
        [{"key": "browser", "value": "Chrome"}],
        {"browser": "Chrome"},
        [["browser", "Chrome"], ["x"], ["a", "b", "c"], None, "kv", 3, [None, "v"], ["k", None], [[], {}]],
    ],
)
def test_tags_are_read_in_every_spelling_and_broken_ones_left_out(tags: object) -> None:
    assert facts_from_event({"tags": tags}).tags == (("browser", "Chrome"),)


def test_of_hundreds_of_tags_those_are_kept_that_rules_ask_for() -> None:
    kept = dict(facts_from_event(event("event_alert.triggered.300_tags")).tags)

    assert len(kept) == TAGS_LIMIT
    assert set(kept) >= {"environment", "level", "release", "transaction"}
    assert set(kept) <= {*FIRST_TAGS, *(f"custom.tag_{number:03}" for number in range(60))}


def test_chains_and_stacks_are_bounded_and_keep_what_decides() -> None:
    ours, theirs = at("app/ours.rb"), [at(f"gem{n}.rb", in_app=False) for n in range(100)]

    facts = facts_from_event(chain(*[raised(f"E{n}") for n in range(99)], raised("Last", ours, *theirs)))

    assert len(facts.exceptions) == EXCEPTIONS_LIMIT and facts.exceptions[-1] == "Last"
    assert len(facts.frames) == FRAMES_LIMIT and facts.frame == facts.frames[0] == Frame(
        "app/ours.rb", 1, "run"
    )
    assert facts.frames[-1].filename == "gem99.rb"


def test_nothing_personal_passes() -> None:
    mail = "taro.yamada@acme.example"
    facts = facts_from_event(
        {
            "title": f"Invalid: {mail}",
            "culprit": f"GET /users/{mail}",
            "transaction": f"/users/{mail}",
            "message": f"no user {mail}",
            "tags": [["contact", mail], ["user", "id:ap_7781"]],
            "user": {"email": mail},
            "request": {"data": mail},
        }
        | chain({"type": f"Error<{mail}>", "value": mail})
    )

    assert "yamada" not in repr(facts)
    assert "ap_7781" not in repr(facts)


def test_what_deceives_the_eye_is_taken_out_before_anyone_reads_it() -> None:
    facts = facts_from_event(event("event_alert.triggered.unicode_mrkdwn_injection"))

    assert "\u202e" not in repr(facts.title) and "\\u202e" not in ascii(facts.title)
    assert "\n" not in facts.title
    assert "氏名が不正です" in facts.title
