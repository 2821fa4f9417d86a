"""What a person typed behind the command, with Slack's escaping taken back."""

from __future__ import annotations

import pytest

from bot.listeners.typed import first_mentioned, first_word, plain_words


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("a &lt;b&gt; &amp;&amp; c", "a <b> && c"),
        ("literally &amp;lt;", "literally &lt;"),
        ("<@U0BEN|ben> knows", "@ben knows"),
        ("<@U0BEN> knows", "@Ben Mori knows"),
        ("see <#C0ALERTS|dev-alerts> and <#C0OTHER>", "see #dev-alerts and #C0OTHER"),
        ("<!here> <!channel|channel>", "@here @channel"),
        ("<https://acme.example/a?b=1|a page>", "https://acme.example/a?b=1"),
        ("  spaces  ", "spaces"),
        ("2 < 3 > 1 <", "2 < 3 > 1 <"),
        ("", ""),
    ],
)
def test_words_are_read_as_they_were_typed(sent: str, typed: str) -> None:
    assert plain_words(sent, lambda user: {"U0BEN": "Ben Mori"}.get(user, user)) == typed


@pytest.mark.parametrize(
    ("sent", "word", "rest"),
    [
        ("", "", ""),
        ("   ", "", ""),
        ("List", "list", ""),
        ("ＬＩＳＴ", "list", ""),
        ("log　KYC-API-1B", "log", "KYC-API-1B"),
        ("consult  is it\nthe bank?", "consult", "is it\nthe bank?"),
    ],
)
def test_the_first_word_is_the_command_however_it_was_typed(sent: str, word: str, rest: str) -> None:
    assert first_word(sent) == (word, rest)


@pytest.mark.parametrize(
    ("sent", "user"),
    [
        ("<@U0BEN|ben>", "U0BEN"),
        ("for <@W0BEN> please", "W0BEN"),
        ("@ben", None),
        ("<@lower>", None),
        ("", None),
    ],
)
def test_a_person_is_named_by_a_mention(sent: str, user: str | None) -> None:
    assert first_mentioned(sent) == user
