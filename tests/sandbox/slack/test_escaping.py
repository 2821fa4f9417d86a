"""Texts leave Slack entity-escaped: mrkdwn keeps its mentions and links, plain text has none to keep."""

from __future__ import annotations

import pytest

from bot.sandbox.slack.escaping import outward, outward_view


@pytest.mark.parametrize(
    ("kind", "given", "wanted"),
    [
        ("mrkdwn", "a & b < c > d", "a &amp; b &lt; c &gt; d"),
        ("mrkdwn", "<@U1> <!channel> <#C1> <https://e.jp/?a=1&b=2|x & y>", None),
        ("mrkdwn", "&amp; &lt; &gt;", None),
        ("mrkdwn", "<script> &nbsp;", "&lt;script&gt; &amp;nbsp;"),
        ("plain_text", "<@U1> & co", "&lt;@U1&gt; &amp; co"),
        ("plain_text", "&amp;", "&amp;amp;"),
    ],
)
def test_a_text_leaves_escaped_once(kind: str, given: str, wanted: str | None) -> None:
    found = outward([{"text": {"type": kind, "text": given}}])

    assert found == [{"text": {"type": kind, "text": given if wanted is None else wanted}}]


def test_what_people_typed_in_a_view_leaves_as_they_typed_it() -> None:
    state = {"values": {"b": {"a": {"type": "plain_text_input", "value": "a & <b>"}}}}

    found = outward_view({"title": {"type": "plain_text", "text": "A & B"}, "state": state})

    assert found == {"title": {"type": "plain_text", "text": "A &amp; B"}, "state": state}
