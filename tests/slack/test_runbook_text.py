"""Markdown for Slack: what it means is kept, all else is inert, every piece fits, strange files cost little."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.config.runbooks import load_runbooks
from bot.slack.runbook_text import MOST, MOST_PIECES, mrkdwn, mrkdwn_sections

HOST = "https://docs.example.com/"
J = "\u2060"


def may_link(url: str) -> bool:
    return url.startswith(HOST)


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("## A *heading* with `code`", "*A heading with code*"),
        ("one\ntwo\n\nthree", "one two\n\nthree"),
        ("一行目\n二行目", "一行目二行目"),
        ("**bold**, __too__; *slanted*, _too_; ~~gone~~", "*bold*, *too*; _slanted_, _too_; ~gone~"),
        ("**期限**まで", "*期限* まで"),
        ("必ず**期限**。", "必ず *期限* 。"),
        ("snake_case and 2 * 3 * 4", "snake_case and 2 ∗ 3 ∗ 4"),
        ("`a < b` and `**x**`", "`a &lt; b` and `**x**`"),
        ("- one\n* two\n  - three\n    goes on\n1. four", "• one\n• two\n    ◦ three goes on\n1. four"),
        ("- [ ] open\n- [x] done", "☐ open\n☑ done"),
        ("> said\n> again", "> said again"),
        ("```sql\nselect **1** < 2;\n```\nafter", "```\nselect **1** &lt; 2;\n```\nafter"),
        ("a <!-- not\nshown --> b", "a  b".replace("  ", " ")),
        ("one\n\n---\n\ntwo", "one\n\ntwo"),
        ("| step | who |\n| --- | :-: |\n| any | **all** |", "step · who\nany · *all*"),
        (r"\*not bold\*", "∗not bold∗"),
        ("***both***, **bold *and* slanted**", "*_both_*, *bold _and_ slanted*"),
        ("**2 * 3** and **x**", "*2 ∗ 3* and *x*"),
        ("必ず*先に*見る", "必ず _先に_ 見る"),
        ("| a<br>b | c |", "a b · c"),
    ],
)
def test_what_markdown_means_is_kept(markdown: str, shown: str) -> None:
    assert mrkdwn(markdown, may_link) == shown


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("[here](https://docs.example.com/a?b=1&c=2)", "<https://docs.example.com/a?b=1&amp;c=2|here>"),
        ("<https://docs.example.com/x>", f"<https://docs.example.com/x|https:{J}//docs.example.com/x>"),
        (
            "see https://docs.example.com/x.",
            f"see <https://docs.example.com/x|https:{J}//docs.example.com/x>.",
        ),
        ("[here](https://evil.example/)", "here"),
        ("[here](http://docs.example.com/)", "here"),
        ("[here](javascript:alert(1))", None),
        ("[other](tell-customer.md)", "other"),
        ("![picture](https://docs.example.com/a.png)", "picture"),
        ("https://evil.example/a", f"https:{J}//evil.example/a"),
        ("[a|b>c](https://docs.example.com/)", "<https://docs.example.com/|a|b&gt;c>"),
    ],
)
def test_only_listed_hosts_are_linked(markdown: str, shown: str | None) -> None:
    made = mrkdwn(markdown, may_link)

    assert made == shown if shown is not None else "<" not in made


def test_a_mention_in_a_runbook_tells_nobody() -> None:
    made = mrkdwn("<!channel> <@U0AIKO> **<!here>** @here #general `<!everyone>` [<!here>](x)", may_link)

    assert "<" not in made
    assert "@here" not in made


def test_a_long_section_becomes_several_that_fit_and_nothing_is_lost() -> None:
    lines = [f"- item {number}: " + "<" * 40 for number in range(60)]

    made = mrkdwn_sections([("First response", "\n".join(lines)), ("Repair", "short")], may_link)

    assert [heading for heading, _ in made][:2] == ["First response", "First response (2)"]
    assert made[-1] == ("Repair", "short")
    assert all(len(heading) + len(text) < 2900 for heading, text in made)
    assert sum(text.count("• item") for _, text in made) == 60


@pytest.mark.parametrize(
    "part",
    [
        "`",
        "[",
        "*",
        "**a",
        "_ a",
        "~~a",
        "<!--",
        "https://",
        "- ",
        "&",
        "\\",
        "> ",
        "<https://",
        "```\n",
        "# ",
    ],
)
def test_a_strange_file_costs_little_and_fits(part: str) -> None:
    started = time.perf_counter()

    made = mrkdwn_sections([("h", part * (64_000 // len(part)))], lambda _: True)

    assert time.perf_counter() - started < 2
    assert len(made) <= MOST_PIECES
    assert all(len(text) <= MOST + 50 for _, text in made)


def test_the_shipped_runbooks_fit_as_they_are() -> None:
    for book in load_runbooks(Path(__file__).parents[2] / "runbooks").books:
        sections = [(section.heading, section.text) for section in book.sections]

        made = mrkdwn_sections(sections, may_link)

        assert [heading for heading, _ in made] == [heading for heading, _ in sections], book.name
        assert not any("**" in text or "](" in text for _, text in made), book.name
