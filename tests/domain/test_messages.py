"""Messages taken apart: what changes from case to case is out, what tells causes apart stays."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.messages import message_of
from bot.domain.volatile import LOOKED_AT

CASES_OF_ONE = [
    ("Couldn't find Applicant with 'id'=7781", "Couldn't find Applicant with 'id'=90412"),
    ("timed out after 1500ms", "timed out after 30 s"),
    ("no route to 10.3.1.20:5432", "no route to 10.3.9.77:5432"),
    ("job 8f14e45f-ceea-467f-a0e6-1b2c3d4e5f60 failed", "job 0c5a1d2e-9b3f-4a6c-8d7e-112233445566 failed"),
    ("#<Submission:0x00007f8c1c0a> is invalid", "#<Submission:0x00005589aa12> is invalid"),
    ("com.acme.Task@1f0ab3c rejected", "com.acme.Task@77aa12f rejected"),
    ('relation "events_2026_08" is locked', 'relation "events_2026_09" is locked'),
    ("open /tmp/ekyc-a91x.csv: no space left on device", "open /tmp/ekyc-kk2.csv: no space left on device"),
    (
        "failed for [mail] at 2026-08-20T03:14:07Z",
        "failed for [phone] at 2026-09-02",
    ),
    ("pod worker-6c9f7d5b4b-7hx2q was evicted", "pod worker-58d7cbb9c9-k2m4z was evicted"),
    ("書類ID 7781 の審査に 3時間12分 かかりました", "書類ID 90412 の審査に 58分 かかりました"),
    (
        "Cannot read properties of undefined (reading 'url')",
        "undefined is not an object (evaluating 'doc.page.url')",
    ),
    ("Failed to fetch", "Load failed"),
    (
        'duplicate key value violates unique constraint "ix_mail"\nDETAIL:  Key (mail)=(a@b.example) already exists.',
        'duplicate key value violates unique constraint "ix_mail"\nDETAIL:  Key (mail)=(c@d.example) already exists.',
    ),
]


@pytest.mark.parametrize(("one", "other"), CASES_OF_ONE)
def test_two_cases_of_one_cause_are_one_message(one: str, other: str) -> None:
    assert message_of(one) == message_of(other)


CAUSES = [
    ("column 'birth_date' is null", "column 'family_name' is null", "names"),
    ("undefined method `promote!' for nil", "undefined method `attach!' for nil", "names"),
    ('violates constraint "documents_sha256_index"', 'violates constraint "documents_kind_index"', "names"),
    ("vendor answered 422", "vendor answered 503", None),
    ("HTTP 422 from vendor", "HTTP 503 from vendor", "statuses"),
    (
        "POST https://ocr.vendor.example/v1/read timed out",
        "POST https://face.vendor.example/v1/read timed out",
        "hosts",
    ),
    ("GET /v1/reports failed", "GET /v1/selfies failed", "paths"),
    ("connect ECONNREFUSED", "connect ETIMEDOUT", "codes"),
    ("process exited with code 137", "process exited with code 78", "codes"),
    ("waiting for OCR", "waiting for eKYC", "words"),
    ("氏名カナに使用できない文字", "生年月日に使用できない文字", "words"),
]


@pytest.mark.parametrize(("one", "other", "part"), [case for case in CAUSES if case[2]])
def test_what_tells_two_causes_apart_stays(one: str, other: str, part: str) -> None:
    assert getattr(message_of(one), part) != getattr(message_of(other), part)


def test_a_number_of_a_shard_is_no_other_host() -> None:
    assert message_of("lost db-3.internal:5432").hosts == message_of("lost db-7.internal:5432").hosts


def test_a_relation_named_only_in_the_explanation_counts_though_its_values_do_not() -> None:
    text = 'canceling statement\nCONTEXT:  while locking tuple (0,{}) in relation "{}"'

    assert message_of(text.format(4, "submissions")) == message_of(text.format(9, "submissions"))
    assert message_of(text.format(4, "submissions")) != message_of(text.format(4, "billing_accounts"))


def test_no_text_is_an_empty_message() -> None:
    assert message_of(None).is_empty
    assert message_of("").is_empty


@given(st.text(max_size=2000))
def test_any_text_is_taken_apart(text: str) -> None:
    message_of(text)


HOSTILE = (
    "x",
    " ",
    "a.",
    "a-",
    "1",
    "'",
    '"a',
    "/a",
    "ab1",
    "[",
    "(",
    "あ漢",
    "A1_",
    "a::",
    "_",
    "http://a/",
    "=a1",
    "@a",
)


@pytest.mark.parametrize("part", HOSTILE)
def test_a_hostile_text_of_a_megabyte_costs_no_more_than_its_beginning(part: str) -> None:
    beginning, whole = part * LOOKED_AT, part * 1_000_000

    started = time.perf_counter()
    message_of(beginning)
    allowed = (time.perf_counter() - started) * 20 + 0.5
    started = time.perf_counter()
    message_of(whole)

    assert time.perf_counter() - started < allowed
