"""Channels by their use: an id is believed for the name that it was found by, and for no other."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.rules import Channels, Rules
from bot.places import channel_of
from bot.stores.memory import MemoryStore
from tests.builders import the_rules


def with_channels(**names: str | None) -> Rules:
    return replace(the_rules(), channels=Channels(**names))  # type: ignore[arg-type]


def keep(store: MemoryStore, **values: str) -> None:
    with store.change() as change:
        for name, value in values.items():
            change.set_value(name.replace("__", ":"), value)


def test_a_channel_is_its_name_until_its_id_is_known() -> None:
    store = MemoryStore()
    channel = channel_of(store, lambda: with_channels(alerts="dev-alerts"))

    assert channel("alerts") == "dev-alerts"
    keep(store, channel__alerts="C1", channel_name__alerts="dev-alerts")
    assert channel("alerts") == "C1"


def test_other_rules_name_another_channel_and_the_old_id_is_not_used_for_it() -> None:
    store, rules = MemoryStore(), [with_channels(alerts="old", support="help")]
    keep(
        store,
        channel__alerts="C1",
        channel_name__alerts="old",
        channel__support="C9",
        channel_name__support="help",
    )
    channel = channel_of(store, lambda: rules[0])
    assert (channel("alerts"), channel("support")) == ("C1", "C9")

    rules[0] = with_channels(alerts="new")

    assert (channel("alerts"), channel("support")) == ("new", None)
    keep(store, channel__alerts="C2", channel_name__alerts="new")
    assert channel("alerts") == "C2"


def test_an_id_kept_by_an_older_release_is_believed() -> None:
    store = MemoryStore()
    keep(store, channel__alerts="C1")

    assert channel_of(store, lambda: with_channels(alerts="dev-alerts"))("alerts") == "C1"


def test_what_is_for_the_review_goes_to_the_alerts_where_no_channel_is_named() -> None:
    assert channel_of(MemoryStore(), lambda: with_channels(alerts="dev-alerts"))("review") == "dev-alerts"
