"""The mask under hostile text: stable, without an error, in time proportional to the length."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import privacy
from bot.domain.privacy import mask, mask_mapping

PERSONAL = (
    "taro@example.com",
    "090-1234-5678",
    "4111111111111111",
    "123456789018",
    "山田 太郎",
    "1990-01-02",
    "AB1234567",
)
KEYS = (
    "name=",
    "password: ",
    "氏名：",
    "Bearer ",
    "birth ",
    "cookie: ",
    "params[",
    "https://u:p@h/",
    "?a=b",
    "Foo::",
)
MARKS = ("[mail]", "[name", "1.2.3.4", "fe80::1", "eyJabcdefgh.abcd", "a1B2" * 9, "0" * 12, "+81")
SIGNS = ('"', "'", "\\", "[", "]", "@", "#", ":", "=>", " ", "\n", "-", ",")
PIECES = st.sampled_from(PERSONAL + KEYS + MARKS + SIGNS)


@settings(max_examples=400)
@given(
    st.one_of(
        st.text(),
        st.lists(PIECES).map("".join),
        st.lists(st.one_of(PIECES, st.text(max_size=3))).map("".join),
    )
)
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask(text)

    assert mask(once) == once


@given(st.text(alphabet="0123456789-+() .０９－"))
def test_no_row_of_digits_is_too_odd(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@given(st.lists(st.tuples(st.text(max_size=80), st.text(max_size=80))))
def test_tags_are_masked_without_an_error(pairs: list[tuple[str, str]]) -> None:
    assert len(mask_mapping(pairs)) == len(pairs)


def test_a_text_that_never_settles_is_withheld_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(privacy, "MAX_ROUNDS", 1)

    assert mask("taro@example.com") == "[withheld]"
    assert mask("nothing to hide") == "nothing to hide"


def seconds_for(text: str) -> float:
    def once() -> float:
        start = time.process_time()
        mask(text)
        return time.process_time() - start

    return min(once() for _ in range(3))


EVERY_RULE = "@ :// ? birth cookie bearer sk- . : "
"""Rules are skipped where their word does not occur; with these in the text all of them run."""
HOSTILE = [
    "a",
    "1",
    "@",
    "a@",
    "a@b.",
    "ab@cd.co ",
    "?a=",
    "name=",
    'name="',
    'password=\\"',
    "0-",
    "+1 ",
    "1.",
    ":",
    "a:",
]
HOSTILE += [
    "://",
    "://#",
    "#",
    "a1B2",
    "eyJaaaaaaaa.",
    " ",
    "1234 ",
    "(",
    "[",
    "birth ",
    "氏名",
    "03-1234-",
    "cookie:",
    "\n",
]
HOSTILE += [
    "bearer ",
    "name = ",
    "A ",
    "-----BEGIN PRIVATE KEY-----",
    "fe80:",
    "f:",
    "%40",
    "a%40",
    '"',
    "\\",
    "'",
    "?",
    "A1",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_the_time_grows_no_faster_than_the_hostile_text(piece: str) -> None:
    size = 25_000
    short, long = (EVERY_RULE + piece * (times * size // len(piece)) for times in (1, 4))

    ratio = seconds_for(long) / max(seconds_for(short), 0.001)

    assert ratio < 10, "four times the text, about four times the time; a square would be sixteen"
