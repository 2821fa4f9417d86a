"""What strangers wrote reads as they wrote it and does nothing; what we mean works."""

from __future__ import annotations

import html
import json
import re
import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.slack.text import WORD_JOINER, clean, code, cut, escape, inert, link, mention, preformatted
from tests.slack.looks import HOSTILE_TITLE, PAYLOADS

TWINS = str.maketrans({"\u2217": "*", "\u02cd": "_", "\u223c": "~", "\u02cb": "`"})
FORMATS = re.compile(r"(?<![A-Za-z0-9])([*_~])(?![\s*_~])[^\n]*?(?<!\s)\1(?![A-Za-z0-9])|`[^`\n]+`|^&gt;|^>")
LINKS = re.compile(
    r"\w://|(?<!\S)www\.\w|(?<![\w/:.])[@#]\w|:(?!\d+:)[^\s:A-Z\u2060]+:|\w@\w+\.[A-Za-z]{2,}\b"
)
FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"


def as_read(shown: str) -> str:
    """What a person reads."""
    return html.unescape(shown.replace(WORD_JOINER, "")).translate(TWINS)


def test_three_characters_are_escaped_once() -> None:
    assert escape("a & b < c > &lt;") == "a &amp; b &lt; c &gt; &amp;lt;"


@pytest.mark.parametrize(
    "text",
    [
        "<!channel>",
        "<@U0123ABCD> <!subteam^S1> <#C1|x>",
        "<https://evil.example/login|Click to acknowledge>",
        "*bold* _i_ ~s~ `code` ```block```",
        "__init__ **x** _a b_ (*x*)",
        "> not a quote",
        "&gt; nor this",
        "https://evil.example www.evil.example mailto:x@y.example",
        "mail bob@corp.example please",
        "@channel @here @everyone @alice #general",
        ":rotating_light: Foo::memo::Bar a:100:b",
        HOSTILE_TITLE,
    ],
)
def test_what_a_stranger_wrote_does_nothing_and_reads_the_same(text: str) -> None:
    shown = inert(text)

    assert "<" not in shown and ">" not in shown
    assert not FORMATS.search(shown)
    assert not LINKS.search(shown)
    assert as_read(shown) == clean(text)


@pytest.mark.parametrize(
    "text",
    [
        "ActiveRecord::Deadlocked",
        "app/models/submission.rb:164 promote_to_review!",
        "Sidekiq/DocumentFinalizeJob",
        "Applicant::NamesController#update",
        "kyc-api@2026.10.30",
        "12:34:56 took 3*4 ms",
        "submission.rb:164:in perform",
        "氏名が不正です（段階2）",
        FAMILY + " e\u0301 🇯🇵 👍🏽",
    ],
)
def test_names_that_triage_needs_can_be_copied_as_they_are(text: str) -> None:
    assert inert(text) == text


def test_tricks_on_the_eye_are_taken_out() -> None:
    assert clean("a\u202egnp.exe\u202c\u200bb\ufeff\u0000\u2067c\u00adx") == "agnp.exebcx"
    assert clean(" a\n\tb\u3000\u2028c\u3164d ") == "a b c d"
    assert clean("Z" + "\u0301" * 50) == "Z" + "\u0301" * 4
    assert clean("\ud800x") == "x"


def test_line_breaks_are_kept_only_where_asked() -> None:
    assert clean("a\r\nb\n\u202ec", lines=True) == "a\nb\nc"


def test_a_joiner_stays_only_inside_an_emoji() -> None:
    assert clean(f"a\u200db {FAMILY}") == f"ab {FAMILY}"


@pytest.mark.parametrize(
    ("text", "most", "kept"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abcde…"),
        ("abc defgh", 5, "abc…"),
        (f"ab{FAMILY}cd", 6, "ab…"),
        ("e\u0301" * 5, 4, "e\u0301…"),
        ("🇯🇵🇫🇷🇩🇪", 4, "🇯🇵…"),
        ("👍🏽👍🏽👍🏽", 4, "👍🏽…"),
        ("", 3, ""),
    ],
)
def test_a_cut_leaves_each_sign_whole(text: str, most: int, kept: str) -> None:
    assert cut(text, most) == kept


def test_code_and_fences_cannot_be_left_from_inside() -> None:
    assert code("a`b") == "`a\u02cbb`"
    assert code(" ") == ""
    assert preformatted("x ``` <!channel>\ny") == "```\nx \u02cb\u02cb\u02cb &lt;!channel&gt;\ny\n```"
    assert preformatted(" \n ") == ""


def test_a_fence_counts_escaped_characters_and_ends_whole() -> None:
    fence = preformatted("\n".join(["&" * 150] * 50), 2900)

    assert len(fence) <= 2900
    assert fence.endswith("\n```")
    assert fence.count("```") == 2


def test_a_link_goes_where_we_say_and_shows_what_they_wrote() -> None:
    made = link("https://sentry.example/a b|c>?x=1&y=<2", "<@U0123ABCD> | *id*")

    assert (
        made
        == "<https://sentry.example/a%20b%7Cc%3E?x=1&amp;y=%3C2|&lt;@\u2060U0123ABCD&gt; | \u2217id\u2217>"
    )


@pytest.mark.parametrize("url", ["javascript:alert(1)", "", "mailto:a@b.example", "//evil.example"])
def test_an_address_that_is_none_is_not_linked(url: str) -> None:
    assert link(url, "label") == "label"


@pytest.mark.parametrize(
    "user_id", ["", "U", "u0123", "U0123>", "!channel", "U01 23", "S0123ABCD", "U0123\n"]
)
def test_only_the_id_of_a_user_is_mentioned(user_id: str) -> None:
    with pytest.raises(ValueError):
        mention(user_id)


def test_a_user_is_mentioned() -> None:
    assert mention("U024BE7LH") == "<@U024BE7LH>"
    assert mention("W024BE7LH") == "<@W024BE7LH>"


HARD = st.text(st.sampled_from("*_~`<>&:@#|.\n \u202e\u200d\u0301ab1/é👩あ\u2060")) | st.text()


@given(HARD)
@example("_*_*a*_*_")
@example(":a:a:a:")
@settings(max_examples=400, deadline=None)
def test_no_text_escapes(text: str) -> None:
    shown = inert(text)

    assert not set("<>\n`") & set(shown)
    assert not FORMATS.search(shown)
    assert as_read(shown) == clean(text).translate(TWINS)


@given(HARD, st.integers(min_value=1, max_value=50))
@settings(max_examples=300, deadline=None)
def test_a_cut_is_never_longer_than_asked(text: str, most: int) -> None:
    kept = cut(text, most)

    assert len(kept) <= most
    assert text.startswith(kept.removesuffix("…").rstrip()) or kept == text


@pytest.mark.parametrize("part", ["\u0301", "_", "`", ":a", "@", "a@a.", "&", "\u200d", "🇯", "www."])
def test_the_time_grows_only_with_the_length(part: str) -> None:
    def cost(times: int) -> float:
        begun = time.perf_counter()
        inert(part * times)
        inert(part * times, 200)
        return time.perf_counter() - begun

    cost(1000)
    small, large = min(cost(5_000) for _ in range(3)), min(cost(40_000) for _ in range(3))

    assert large < max(small, 0.001) * 8 * 4


@pytest.mark.parametrize("name", sorted(path.name for path in PAYLOADS.glob("*.json")))
def test_no_recorded_body_gets_anything_through(name: str) -> None:
    for text in strings_in(json.loads((PAYLOADS / name).read_text("utf-8"))):
        shown = inert(text, 500)

        assert not set("<>\n`") & set(shown)
        assert not FORMATS.search(shown)
        assert not any(
            unicodedata.bidirectional(char) in ("RLO", "LRO", "RLE", "LRE", "RLI") for char in shown
        )


def strings_in(part: object) -> list[str]:
    if isinstance(part, str):
        return [part]
    if isinstance(part, list):
        return [text for one in part for text in strings_in(one)]
    return [text for one in part.values() for text in strings_in(one)] if isinstance(part, dict) else []
