"""A judging from its first alert to its score, by two scripted judges: one who knows the key, one who does not care."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.judging.alerts import SetAlert, load_set
from bench.judging.scores import Judged, load_key, report, score, write
from bench.judging.session import Judging
from bot.domain.decision import Verdict
from bot.slack.blocks import read
from tests.e2e.world import speed_up, wait_until

AIKO = "U0AIKO"
Judge = Callable[[SetAlert], Verdict]


def play(judge: Judge) -> tuple[Judged, ...]:
    """All alerts, decided on the page as that judge would."""
    judging = Judging(next_after=0, limits=False)
    try:
        judging.start()
        assert judging.stage.bot
        speed_up(judging.stage.bot)
        for alert in judging.alerts:
            wait_until(lambda alert=alert: judging.wait(0) or judging.waiting is alert, timeout=40)
            assert judging.waiting is alert
            press(judging, alert, judge(alert))
            wait_until(lambda alert=alert: judging.waiting is not alert)
        assert judging.wait(20)
        return judging.results()
    finally:
        judging.stop()


def press(judging: Judging, alert: SetAlert, verdict: Verdict) -> None:
    """Press that level on the card, or *Not ours* in its menu; Small is kept where the bot asks about it."""
    card, slack = judging.stage.card(alert.on_stage), judging.stage.slack
    assert card
    place = {"channel": judging.stage.alerts_channel, "ts": card["ts"]}
    if verdict is Verdict.NOT_OURS:
        assert judging.act(AIKO, "choose", {**place, "action_id": "more", "value": "not_ours"}) == {}
        slack.wait_for(lambda: slack.view_stack(AIKO))
        slack.submit(AIKO, {read.REASON: "invoices", read.TELL: "finance"})
        return
    assert judging.act(AIKO, "click", {**place, "action_id": f"impact_{verdict.value}"}) == {}
    if slack.view_stack(AIKO):
        slack.submit(AIKO, {read.CHOICE: "small"})


@pytest.fixture(scope="module")
def by_key() -> tuple[Judged, ...]:
    key = load_key()
    return play(lambda alert: key[alert.name].level)


def test_who_presses_what_the_key_says_has_all_right(by_key: tuple[Judged, ...]) -> None:
    assert score(by_key) == len(by_key) == 20
    assert "20 of 20 right" in report(by_key)


def test_who_always_presses_small_is_far_from_enough(tmp_path: Path) -> None:
    results = play(lambda _: Verdict.SMALL)

    written = write(results, tmp_path / "last.md")

    assert score(results) == 8
    assert "| 03-deadlock-finalize | KYC-API-2F | small | medium | wrong |" in written
    assert (tmp_path / "last.md").read_text(encoding="utf-8").endswith(written)


def test_what_was_not_judged_is_neither_right_nor_wrong() -> None:
    results = tuple(Judged(alert.name, "", load_key()[alert.name]) for alert in load_set())

    assert score(results) == 0
    assert "wrong" not in report(results)


def test_the_set_is_mixed_and_every_alert_has_its_key() -> None:
    alerts, key = load_set(), load_key()

    assert [alert.name for alert in alerts] == list(key)
    assert Counter(line.level for line in key.values()) == {
        Verdict.LARGE: 3,
        Verdict.MEDIUM: 8,
        Verdict.SMALL: 8,
        Verdict.NOT_OURS: 1,
    }


def test_no_alert_tells_its_level() -> None:
    for alert in load_set():
        words = json.dumps(alert.body).lower()
        assert not [level for level in ("impact", "medium", "workaround") if level in words], alert.name
