"""What a person did, read from a payload of any shape: what is missing is empty, and nothing raises."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.alert import MessageRef
from bot.listeners.press import read_press


def pressed(action: dict[str, Any], **more: Any) -> dict[str, Any]:
    body = {
        "user": {"id": "U0AIKO", "team_id": "T1"},
        "channel": {"id": "C1"},
        "message": {"ts": "1.5", "metadata": {"event_payload": {"id": "post_card:1-1"}}},
        "trigger_id": "t",
        "actions": [action],
    }
    return body | more


def test_a_button_carries_its_alert_in_its_value() -> None:
    press = read_press(
        pressed({"type": "button", "action_id": "impact_small", "value": "1-1", "block_id": "x"})
    )
    assert (press.alert_id, press.action_id, press.message) == (
        "1-1",
        "impact_small",
        MessageRef("C1", "1.5"),
    )
    assert press.metadata_id == "post_card:1-1"


def test_a_select_and_an_overflow_carry_theirs_in_the_blocks_id() -> None:
    for kind in ("static_select", "overflow"):
        press = read_press(
            pressed(
                {
                    "type": kind,
                    "action_id": "more",
                    "block_id": "alert:61-2:row",
                    "selected_option": {"value": "history"},
                }
            )
        )
        assert (press.alert_id, press.value) == ("61-2", "history")


def test_a_button_cannot_name_another_alert_by_its_blocks_id() -> None:
    press = read_press(pressed({"type": "button", "value": "1-1", "block_id": "alert:9-9:row"}))
    assert press.alert_id == "1-1"


def test_a_form_carries_its_alert_in_what_it_was_given_to_remember() -> None:
    press = read_press(
        {"user": {"id": "U1"}, "view": {"id": "V1", "private_metadata": '{"alert":"7-1","count":3}'}}
    )
    assert (press.alert_id, press.kept["count"], press.form_id) == ("7-1", 3, "V1")


def test_a_person_chosen_in_a_message_comes_with_the_blocks_alert() -> None:
    action = {"type": "users_select", "action_id": "incident_lead", "block_id": "alert:61-2:roles:none"}
    press = read_press(pressed({**action, "selected_user": "U0BEN"}))
    assert (press.alert_id, press.action_id, press.value) == ("61-2", "incident_lead", "U0BEN")


def test_a_shortcut_carries_what_its_message_says() -> None:
    press = read_press({"type": "message_action", "message": {"ts": "1.5", "text": "a &amp; b"}})
    assert press.said == "a &amp; b"


@pytest.mark.parametrize("metadata", ["", "{", "[1]", "7", '"x"', "null"])
def test_a_forms_memory_that_is_none_is_empty(metadata: str) -> None:
    press = read_press({"view": {"private_metadata": metadata, "callback_id": "judge"}})
    assert (press.kept, press.alert_id) == ({}, "")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"actions": []},
        {"actions": "x"},
        {"actions": [7]},
        {"user": None, "channel": "C1", "message": [], "view": 7, "team": "T"},
        {"container": {"channel_id": None, "message_ts": {}}},
        {"view": {"state": {"values": []}}},
    ],
)
def test_nothing_raises(body: dict[str, Any]) -> None:
    press = read_press(body)
    assert press.alert_id == ""
    assert press.state == {}
