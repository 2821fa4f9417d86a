"""Readers of foreign JSON: each answers with the type asked for or with nothing, and never raises."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sentry.untrusted import (
    LOOKED_AT,
    BadBody,
    clean,
    line,
    load,
    mapping,
    moment,
    number_id,
    private,
    private_line,
    sequence,
    text,
    whole,
    word,
)

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inside: st.lists(inside) | st.dictionaries(st.text(), inside),
    max_leaves=10,
)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe{\x00}\x00", "not JSON"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b'{"a":NaN}', "not JSON"),
        (b'{"a":-Infinity}', "not JSON"),
        (b'{"a":' + b"9" * 10_000 + b"}", "not JSON"),
        (b"[]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"[" * 1_000_000, "nested too deeply"),
    ],
)
def test_what_is_no_json_object_is_refused_with_a_reason(raw: bytes, why: str) -> None:
    with pytest.raises(BadBody) as refused:
        load(raw)

    assert refused.value.why == why


@given(ANYTHING)
def test_no_value_makes_a_reader_raise(value: object) -> None:
    readers = (mapping, sequence, text, number_id, whole, moment, word, line, private, private_line)

    for reader in readers:
        reader(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("6100000101", "6100000101"),
        (6100000101, "6100000101"),
        ("", None),
        ("12a", None),
        ("١٢", None),
        ("-1", None),
        (-1, None),
        (True, None),
        (1.0, None),
        ("1\n", None),
        ("9" * 20, "9" * 20),
        ("9" * 21, None),
        (10**500, None),
        (None, None),
        ([], None),
    ],
)
def test_an_id_is_made_of_ascii_digits_only(value: object, expected: str | None) -> None:
    assert number_id(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-08-20T03:14:07.512000Z", datetime(2026, 8, 20, 3, 14, 7, 512000, UTC)),
        ("2026-08-20T03:14:07Z", datetime(2026, 8, 20, 3, 14, 7, 0, UTC)),
        ("2026-08-20T12:14:07+09:00", datetime(2026, 8, 20, 3, 14, 7, 0, UTC)),
        ("2026-08-20T03:14:07", datetime(2026, 8, 20, 3, 14, 7, 0, UTC)),
        (1787195647, datetime(2026, 8, 20, 3, 14, 7, 0, UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59Z", None),
        (1e300, None),
        (float("nan"), None),
        (True, None),
        ("yesterday", None),
        ("2" * 100_000, None),
    ],
)
def test_a_time_is_read_from_every_spelling_and_absurd_ones_are_none(
    value: object, expected: datetime | None
) -> None:
    assert moment(value) == expected


def test_what_the_eye_cannot_see_is_taken_out_of_texts() -> None:
    hostile = "safe\u202egnp.exe\u202c\u200b\ufeff\x00\x1b[31m\ud800\U000e0041"

    assert clean(hostile) == "safegnp.exe[31m"
    assert clean(hostile).encode("utf-8")


def test_one_line_stays_one_line_and_keeps_the_two_spaces_that_sentry_writes() -> None:
    assert line("ERROR:  deadlock") == "ERROR:  deadlock"
    assert line("first\r\nsecond\u2028third\tfourth") == "first second third fourth"
    assert line("left" + " " * 500 + "right") == "left right"


def test_personal_data_is_masked_even_where_invisible_characters_cut_it_or_the_limit_falls_on_it() -> None:
    split = private_line("mail ta\u200bro@acme.example now")
    at_the_limit = private_line("x" * 190 + " taro.yamada@acme.example", 200)

    assert split is not None and "taro@acme" not in split
    assert at_the_limit is not None and "taro" not in at_the_limit


def test_half_an_address_does_not_come_into_sight_when_the_mask_shortens_what_stands_before_it() -> None:
    limit = 60
    before = "http://a.example/?k=" + "q" * (limit * LOOKED_AT - 32)

    found = private(f"{before} taro.yamada@acme.example", limit)

    assert found is not None and "taro" not in found


def test_a_text_is_cut_by_characters() -> None:
    assert private("検" * 5000, 100) == "検" * 100
    assert private_line("検証 " * 50_000, 100) == ("検証 " * 34)[:100].strip()


def test_a_number_too_long_for_python_to_write_is_no_text() -> None:
    assert text(10**5000) is None
