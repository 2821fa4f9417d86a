"""Where the bot speaks: a channel's id goes with the name that it was learned for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.lines import ChannelUse
from bot.places import CHANNEL, NAMED, channel_of
from bot.stores.memory import MemoryStore
from tests.builders import the_rules


@pytest.mark.parametrize(
    ("named_now", "spoken_to"),
    [("dev-alerts", "C0OLD"), ("new-alerts", "new-alerts")],
    ids=["the same name, also when the channel is called otherwise now", "another name in the rules"],
)
def test_an_id_counts_for_the_name_that_it_was_learned_for(named_now: str, spoken_to: str) -> None:
    store = MemoryStore()
    with store.change() as change:
        change.set_value(f"{CHANNEL}alerts", "C0OLD")
        change.set_value(f"{NAMED}alerts", "dev-alerts")
    rules = replace(the_rules(), channels=replace(the_rules().channels, alerts=named_now))

    assert channel_of(store, rules)(ChannelUse.ALERTS) == spoken_to


def test_an_id_of_an_earlier_release_is_believed() -> None:
    store = MemoryStore()
    with store.change() as change:
        change.set_value(f"{CHANNEL}alerts", "C0OLD")

    assert channel_of(store, the_rules())(ChannelUse.ALERTS) == "C0OLD"
