"""What is read from Slack's payloads: the shapes of its own samples, and nothing from what is missing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.alert import MessageRef
from bot.listeners.press import read_command, read_event, read_press
from tests.builders import ROOT

SAMPLES = ROOT / "tests" / "payloads" / "slack" / "samples"


def sample(name: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return body


def test_a_command_is_read_with_what_was_typed_behind_it() -> None:
    press = read_command(sample("slash_command"))

    assert (press.user_id, press.team_id) == ("U01ALICE", "T01ACME")
    assert press.value == "snooze CHECKOUT-12 1h"
    assert press.trigger_id == "1767225599.100400.cccc"
    assert press.message is None


def test_a_shortcut_is_read_with_the_message_it_was_chosen_on() -> None:
    press = read_press(sample("message_shortcut"))

    assert press.user_id == "U01ALICE"
    assert press.message == MessageRef("C01ALERTS", "1767225540.000200")
    assert press.trigger_id == "1767225599.100500.dddd"


def test_a_mention_is_read_with_its_thread() -> None:
    press = read_event(sample("event_app_mention"))

    assert (press.user_id, press.team_id) == ("U01ALICE", "T01ACME")
    assert press.message == MessageRef("C01ALERTS", "1767225599.000300")
    assert press.thread_ts == "1767225540.000200"


def test_an_opened_home_is_read_with_its_tab() -> None:
    press = read_event(sample("event_app_home_opened"))

    assert (press.user_id, press.value, press.message) == ("U01ALICE", "home", None)


def test_a_button_on_the_home_carries_its_own_alert_and_one_in_a_form_that_of_the_form() -> None:
    pressed = {"actions": [{"type": "button", "action_id": "consult", "value": "1-1"}]}
    remembered = json.dumps({"alert": "2-1"})

    at_home = read_press({**pressed, "view": {"type": "home", "private_metadata": ""}})
    in_form = read_press({**pressed, "view": {"type": "modal", "private_metadata": remembered}})

    assert (at_home.alert_id, at_home.is_home) == ("1-1", True)
    assert (in_form.alert_id, in_form.is_home) == ("2-1", False)


@pytest.mark.parametrize("body", [{}, {"event": None}, {"actions": []}, {"view": None, "message": []}])
def test_a_payload_without_anything_in_it_is_read_as_nothing(body: dict[str, Any]) -> None:
    for press in (read_press(body), read_command(body), read_event(body)):
        assert (press.user_id, press.alert_id, press.message) == ("", "", None)
