"""The outbox over a store in memory: order, blocking, marks, retries, giving up. Only the last two use a thread."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.effects import (
    EditCard,
    Effect,
    EffectState,
    PostCard,
    SavedEffect,
    Say,
    Service,
    SetStatus,
    effect_id,
)
from bot.domain.errors import StoreUnavailable
from bot.domain.lines import Line
from bot.domain.receipts import Posted, Receipt
from bot.outbox import GIVE_UP_AFTER, LONGEST_NAP, LONGEST_RETRY_AFTER, Outbox, back_off
from bot.ports import Change, Refused, TryLater
from bot.stores.memory import MemoryStore
from tests.builders import MONDAY_1140, an_alert
from tests.fakes import FakeClock, FakeDeliverer

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
LONG = timedelta(days=1)


class Killed(BaseException):
    """The process ends here."""


class Stage:
    """A store, a clock, a deliverer and the outbox between them; receipts put a card in its place, as the bot does."""

    def __init__(self, service: Service = Service.SLACK) -> None:
        self.store, self.clock, self.deliverer = MemoryStore(), FakeClock(), FakeDeliverer(service)
        self.failed: list[SavedEffect] = []
        self.rung = 0
        self.defect_in_receipts_of: str | None = None
        self.defect_in_failures_of: str | None = None
        self.outbox = self.restarted()

    def restarted(self) -> Outbox:
        """Another process over the same store."""
        self.outbox = Outbox(self.store, self.clock, self.deliverer, self._received, self._failed, self._ring)
        return self.outbox

    def _received(self, change: Change, saved: SavedEffect, receipt: Receipt) -> None:
        if saved.id == self.defect_in_receipts_of:
            raise KeyError("a defect")
        alert_id = getattr(saved.effect, "alert_id", None)
        alert = change.alert(alert_id) if alert_id else None
        if alert and isinstance(receipt, Posted) and isinstance(saved.effect, PostCard):
            change.save(replace(alert, card=receipt.ref))

    def _failed(self, _change: Change, saved: SavedEffect) -> None:
        if saved.id == self.defect_in_failures_of:
            raise KeyError("a defect")
        self.failed.append(saved)

    def _ring(self) -> None:
        self.rung += 1

    def ask(self, *effects: Effect, urgent: bool = False) -> None:
        """Save these effects, and the alerts that they are about."""
        with self.store.change() as change:
            for effect in effects:
                alert_id = str(getattr(effect, "alert_id", ""))
                if alert_id and change.alert(alert_id) is None:
                    issue, _, number = alert_id.rpartition("-")
                    change.save(an_alert(issue_id=issue, round=number))
                change.add(effect, self.clock.machine(), urgent=urgent)

    def put_up_card(self, alert_id: str) -> None:
        """The card stands already."""
        self.ask(PostCard(alert_id))
        self.run()
        self.deliverer.calls.clear()

    def run(self) -> timedelta:
        """Deliver until there is nothing to do, and say for how long."""
        for _ in range(1000):
            nap = self.outbox.step()
            if nap is not None:
                return nap
        raise AssertionError("the outbox never rests")

    def state(self, effect: Effect) -> EffectState:
        return self.saved(effect).state

    def saved(self, effect: Effect) -> SavedEffect:
        saved = self.store.effect(effect_id(effect))
        assert saved is not None
        return saved


@pytest.fixture
def stage() -> Stage:
    return Stage()


def a_line(alert_id: str, about: str = "1") -> Say:
    return Say(alert_id, Line.NOTE, about=about)


CARD_1, CARD_2, CARD_3 = PostCard("1-1"), PostCard("2-1"), PostCard("3-1")


# Order.


def test_urgent_ones_go_first_then_in_the_order_of_their_making(stage: Stage) -> None:
    stage.ask(CARD_1, CARD_2)
    stage.ask(CARD_3, urgent=True)

    stage.run()

    assert stage.deliverer.called == ["post_card:3-1", "post_card:1-1", "post_card:2-1"]


def test_cards_go_before_edits_and_edits_before_what_threads_say(stage: Stage) -> None:
    stage.put_up_card("1-1")
    stage.ask(a_line("1-1"), EditCard("1-1"), CARD_2)

    stage.run()

    assert stage.deliverer.called == ["post_card:2-1", "edit_card:1-1", "say:1-1:note:1"]


def test_an_urgent_line_goes_before_a_calm_card(stage: Stage) -> None:
    stage.put_up_card("1-1")
    stage.ask(CARD_2)
    stage.ask(a_line("1-1"), urgent=True)

    stage.run()

    assert stage.deliverer.called == ["say:1-1:note:1", "post_card:2-1"]


def test_a_thread_line_and_an_edit_wait_for_their_card_and_hold_up_no_other(stage: Stage) -> None:
    stage.ask(a_line("1-1"), EditCard("1-1"), CARD_1, CARD_2)
    stage.deliverer.plan("post_card:1-1", TryLater("down", MINUTE))

    stage.run()
    assert stage.deliverer.called == ["post_card:1-1", "post_card:2-1"]

    stage.clock.advance(MINUTE)
    stage.run()
    assert stage.deliverer.called[2:] == ["post_card:1-1", "edit_card:1-1", "say:1-1:note:1"]


def test_an_effect_that_its_pace_holds_back_lets_others_pass(stage: Stage) -> None:
    stage.ask(CARD_1, CARD_2)
    stage.deliverer.waits["post_card:1-1"] = 2 * SECOND

    nap = stage.run()

    assert stage.deliverer.called == ["post_card:2-1"]
    assert nap == 2 * SECOND


def test_the_nap_ends_when_the_next_one_is_due_or_after_a_few_seconds(stage: Stage) -> None:
    assert stage.run() == LONGEST_NAP

    stage.ask(CARD_1)
    stage.deliverer.plan("post_card:1-1", TryLater("busy", 3 * SECOND))

    assert stage.run() == 3 * SECOND


def test_the_nap_ends_with_a_card_s_retry_while_lines_of_its_thread_wait_for_it(stage: Stage) -> None:
    stage.ask(CARD_1, a_line("1-1"))
    stage.deliverer.plan("post_card:1-1", TryLater("down", SECOND))

    assert stage.run() == SECOND


# The mark.


def test_the_mark_is_durable_before_the_call_goes_out(stage: Stage) -> None:
    marks: list[SavedEffect | None] = []
    stage.deliverer.meanwhile = lambda saved: marks.append(stage.store.effect(saved.id))
    stage.ask(CARD_1)

    stage.run()

    [mark] = marks
    assert mark is not None
    assert mark.begun_at == MONDAY_1140
    assert mark.state is EffectState.WAITING
    assert stage.deliverer.calls[0].begun_at is None  # the first call has nothing to look for


def test_after_a_kill_between_call_and_receipt_the_deliverer_is_told_to_look(stage: Stage) -> None:
    stage.ask(CARD_1)
    stage.deliverer.plan("post_card:1-1", Killed())
    with pytest.raises(Killed):
        stage.run()

    stage.restarted()
    stage.run()

    assert [call.begun_at for call in stage.deliverer.calls] == [None, MONDAY_1140]
    assert stage.state(CARD_1) is EffectState.DONE


def test_after_a_lost_reply_the_deliverer_is_told_to_look(stage: Stage) -> None:
    stage.ask(CARD_1)
    stage.deliverer.plan("post_card:1-1", TryLater("no answer", SECOND))

    stage.run()
    stage.clock.advance(SECOND)
    stage.run()

    assert [call.begun_at for call in stage.deliverer.calls] == [None, MONDAY_1140]


def test_after_a_clear_refusal_there_is_nothing_to_look_for(stage: Stage) -> None:
    stage.ask(CARD_1)
    stage.deliverer.plan("post_card:1-1", TryLater("too many", SECOND, sent=False))

    stage.run()
    stage.clock.advance(SECOND)
    stage.run()

    assert [call.begun_at for call in stage.deliverer.calls] == [None, None]


def test_a_lost_reply_is_looked_for_until_it_is_found_whatever_is_refused_meanwhile(stage: Stage) -> None:
    stage.ask(CARD_1)
    refusals = [TryLater("the look-up: too many", SECOND, sent=False) for _ in range(2)]
    stage.deliverer.plan("post_card:1-1", TryLater("no answer", SECOND), *refusals)

    for _ in range(4):
        stage.run()
        stage.clock.advance(SECOND)

    assert [call.begun_at for call in stage.deliverer.calls] == [None, *[MONDAY_1140] * 3]


def test_nothing_is_called_while_the_mark_cannot_be_kept(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> None:
        raise StoreUnavailable("disk full")

    stage.ask(CARD_1)
    monkeypatch.setattr(stage.store, "_commit", full)

    with pytest.raises(StoreUnavailable):
        stage.outbox.step()

    assert stage.deliverer.called == []


# Failing.


@pytest.mark.parametrize("attempts", [1, 2, 3, 5, 9, 20, 1000])
def test_the_back_off_doubles_from_a_second_and_is_bounded(attempts: int) -> None:
    bare = min(SECOND * 2 ** min(attempts - 1, 20), LONGEST_RETRY_AFTER)

    waits = [back_off(attempts) for _ in range(50)]

    assert all(bare <= wait <= bare * 1.25 for wait in waits)
    assert len(set(waits)) > 1


def test_a_failing_effect_is_tried_again_later_and_later_and_then_done(stage: Stage) -> None:
    stage.ask(CARD_1)
    stage.deliverer.plan("post_card:1-1", *[TryLater("down") for _ in range(6)])

    naps = []
    while stage.state(CARD_1) is not EffectState.DONE:
        stage.run()
        waits_for = stage.saved(CARD_1).due_at - stage.clock.machine()
        naps.append(waits_for)
        stage.clock.advance(waits_for)

    assert naps[:-1] == sorted(naps[:-1])
    assert 32 * SECOND <= naps[5] <= 40 * SECOND
    assert [saved.attempts for saved in stage.failed] == [1, 2, 3, 4, 5, 6]
    assert stage.store.backlog(Service.SLACK).failing == 0


def test_the_pause_that_the_world_asks_for_is_obeyed(stage: Stage) -> None:
    stage.ask(CARD_1)
    stage.deliverer.plan("post_card:1-1", TryLater("too many", 30 * SECOND, sent=False))
    stage.run()

    stage.clock.advance(29 * SECOND)
    stage.run()
    assert len(stage.deliverer.calls) == 1

    stage.clock.advance(SECOND)
    stage.run()
    assert stage.state(CARD_1) is EffectState.DONE


def test_one_that_fails_holds_back_no_other_and_is_named_in_the_backlog(stage: Stage) -> None:
    stage.ask(CARD_1, CARD_2, CARD_3)
    stage.deliverer.plan("post_card:1-1", TryLater("Slack: channel_not_found", MINUTE))

    stage.run()

    assert stage.state(CARD_2) is stage.state(CARD_3) is EffectState.DONE
    backlog = stage.store.backlog(Service.SLACK)
    assert (backlog.failing, backlog.last_error) == (1, "Slack: channel_not_found")
    assert backlog.oldest_failing_since == MONDAY_1140


def test_a_defect_in_a_deliverer_loses_nothing_and_holds_back_no_other(stage: Stage) -> None:
    stage.ask(CARD_1, CARD_2)
    stage.deliverer.plan("post_card:1-1", ZeroDivisionError("a defect"))

    stage.run()
    assert stage.deliverer.called == ["post_card:1-1", "post_card:2-1"]
    assert "ZeroDivisionError" in stage.store.backlog(Service.SLACK).last_error

    stage.clock.advance(MINUTE)
    stage.run()
    assert stage.state(CARD_1) is EffectState.DONE
    assert stage.deliverer.calls[-1].begun_at is not None  # it may have happened: look first


def test_a_defect_in_what_follows_a_receipt_loses_nothing_and_holds_back_no_other(stage: Stage) -> None:
    stage.ask(CARD_1, CARD_2)
    stage.defect_in_receipts_of = "post_card:1-1"

    stage.run()
    assert stage.deliverer.called == ["post_card:1-1", "post_card:2-1"]
    assert stage.store.backlog(Service.SLACK).failing == 1

    stage.defect_in_receipts_of = None
    stage.clock.advance(MINUTE)
    stage.run()
    assert stage.state(CARD_1) is EffectState.DONE
    assert stage.deliverer.calls[-1].begun_at is not None


def test_a_defect_in_what_follows_a_failure_holds_back_no_other(stage: Stage) -> None:
    stage.ask(CARD_1, CARD_2)
    stage.deliverer.plan("post_card:1-1", TryLater("down"))
    stage.defect_in_failures_of = "post_card:1-1"

    stage.run()
    stage.clock.advance(MINUTE)
    stage.run()

    assert stage.deliverer.called == ["post_card:1-1", "post_card:2-1", "post_card:1-1"]


def test_it_is_tried_for_72_hours_and_then_given_up_visibly(stage: Stage) -> None:
    stage.ask(CARD_1)
    stage.deliverer.plan("post_card:1-1", *[TryLater("down") for _ in range(2000)])

    while stage.state(CARD_1) is EffectState.WAITING:
        stage.run()
        stage.clock.advance(LONGEST_RETRY_AFTER * 1.25)

    tried_for = stage.clock.machine() - MONDAY_1140
    assert GIVE_UP_AFTER <= tried_for <= GIVE_UP_AFTER + HOUR
    assert stage.state(CARD_1) is EffectState.GIVEN_UP
    backlog = stage.store.backlog(Service.SLACK)
    assert (backlog.given_up, backlog.waiting, backlog.last_error) == (1, 0, "down")
    assert stage.failed[-1].state is EffectState.GIVEN_UP


def test_the_72_hours_count_from_the_first_failure_also_over_a_restart(stage: Stage) -> None:
    stage.ask(CARD_1)
    stage.clock.advance(2 * GIVE_UP_AFTER)  # the process was not running
    stage.deliverer.plan("post_card:1-1", TryLater("down"), TryLater("down"))

    stage.restarted()
    stage.run()
    stage.clock.advance(GIVE_UP_AFTER - SECOND)
    stage.run()

    assert stage.state(CARD_1) is EffectState.WAITING


def test_what_the_world_will_never_take_is_given_up_at_once_and_nothing_else_is(stage: Stage) -> None:
    stage.ask(CARD_1, CARD_2)
    stage.deliverer.plan("post_card:1-1", Refused("Slack: invalid_arguments"))

    stage.run()
    stage.clock.advance(LONG)
    stage.run()

    assert stage.deliverer.called == ["post_card:1-1", "post_card:2-1"]
    assert stage.state(CARD_1) is EffectState.GIVEN_UP
    assert stage.store.backlog(Service.SLACK).last_error == "Slack: invalid_arguments"


# Edits, and what is overtaken.


def test_edits_that_wait_are_one(stage: Stage) -> None:
    stage.put_up_card("1-1")
    for _ in range(5):
        stage.ask(EditCard("1-1"))

    stage.run()

    assert stage.deliverer.called == ["edit_card:1-1"]


def test_an_edit_asked_for_during_an_edit_is_done_once_more(stage: Stage) -> None:
    stage.put_up_card("1-1")
    stage.ask(EditCard("1-1"))

    def press_meanwhile(saved: SavedEffect) -> None:
        if len(stage.deliverer.calls) == 1:
            stage.ask(EditCard("1-1"))

    stage.deliverer.meanwhile = press_meanwhile

    stage.run()

    assert stage.deliverer.called == ["edit_card:1-1", "edit_card:1-1"]
    assert stage.state(EditCard("1-1")) is EffectState.DONE


def test_an_edit_that_became_urgent_while_it_failed_goes_to_the_front(stage: Stage) -> None:
    stage.put_up_card("1-1")
    stage.ask(EditCard("1-1"))
    stage.deliverer.plan("edit_card:1-1", TryLater("down"))
    stage.deliverer.meanwhile = lambda _saved: (
        stage.ask(EditCard("1-1"), urgent=True) if len(stage.deliverer.calls) == 1 else None
    )

    stage.run()
    stage.ask(CARD_2)
    stage.clock.advance(MINUTE)
    stage.run()

    assert stage.deliverer.called == ["edit_card:1-1", "edit_card:1-1", "post_card:2-1"]


def test_asking_again_for_what_was_done_changes_nothing(stage: Stage) -> None:
    stage.put_up_card("1-1")
    stage.ask(a_line("1-1"))
    stage.run()

    stage.ask(a_line("1-1"), PostCard("1-1"))
    stage.run()

    assert stage.deliverer.called == ["say:1-1:note:1"]


ARCHIVE = SetStatus("1-1", "archive", act="1-1.1", act_at=MONDAY_1140)


def overtake(stage: Stage, effect: Effect) -> None:
    with stage.store.change() as change:
        saved = change.effect(effect_id(effect))
        assert saved is not None
        change.update_effect(replace(saved, state=EffectState.DROPPED, error="overtaken"))


def test_an_overtaken_effect_is_not_delivered() -> None:
    stage = Stage(Service.SENTRY)
    stage.ask(ARCHIVE)
    overtake(stage, ARCHIVE)

    stage.run()

    assert stage.deliverer.called == []


def test_one_overtaken_between_the_look_and_the_call_is_not_delivered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage(Service.SENTRY)
    stage.ask(ARCHIVE)
    looked = stage.deliverer.ready_in

    def overtaken_meanwhile(saved: SavedEffect) -> timedelta:
        overtake(stage, ARCHIVE)
        return looked(saved)

    monkeypatch.setattr(stage.deliverer, "ready_in", overtaken_meanwhile)

    stage.run()

    assert stage.deliverer.called == []


@pytest.mark.parametrize("failure", [TryLater("down"), Refused("gone"), ZeroDivisionError()])
def test_one_overtaken_while_it_fails_is_neither_tried_again_nor_given_up(failure: Exception) -> None:
    stage = Stage(Service.SENTRY)
    stage.ask(ARCHIVE)
    stage.deliverer.plan(effect_id(ARCHIVE), failure)
    stage.deliverer.meanwhile = lambda _saved: overtake(stage, ARCHIVE)

    stage.run()
    stage.clock.advance(LONG)
    stage.run()

    assert len(stage.deliverer.calls) == 1
    assert stage.state(ARCHIVE) is EffectState.DROPPED
    assert stage.store.backlog(Service.SENTRY).given_up == 0


# The thread.


def test_a_bell_wakes_the_running_outbox_and_a_receipt_rings_all() -> None:
    stage, done = Stage(), threading.Event()
    stage.deliverer.meanwhile = lambda _saved: done.set()
    stage.outbox.start()
    try:
        stage.ask(CARD_1)
        stage.outbox.wake()
        assert done.wait(LONGEST_NAP.total_seconds() - 1)
    finally:
        stage.outbox.stop()

    assert stage.state(CARD_1) is EffectState.DONE
    assert stage.rung == 1
    assert not stage.outbox.is_alive


def test_stopping_finishes_the_delivery_under_way_and_begins_no_other() -> None:
    stage = Stage()
    stage.ask(CARD_1, CARD_2)
    reached, go_on = threading.Event(), threading.Event()

    def hold(_saved: SavedEffect) -> None:
        reached.set()
        assert go_on.wait(5)

    stage.deliverer.meanwhile = hold
    stage.outbox.start()
    assert reached.wait(5)
    stopping = threading.Thread(target=stage.outbox.stop)
    stopping.start()
    go_on.set()
    stopping.join(5)

    assert stage.state(CARD_1) is EffectState.DONE
    assert stage.state(CARD_2) is EffectState.WAITING
