"""The door of `triage drill`: only who has the bot's own token may start one, once, and not an hour later."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bot.config.drills import load_scenarios
from bot.i18n import Words
from bot.ports import TryLater
from bot.services.drill import Drills
from bot.services.drill_register import current
from bot.web.drill_door import (
    BODY_CAP,
    OLDEST,
    ROUTE,
    SIGNATURE,
    TIMESTAMP,
    DrillDoor,
    add_drill_door,
    key_of,
    sign,
)
from bot.web.knock import knock_by_http
from tests.builders import MONDAY_1140, TOKYO
from tests.services.desks import a_desk

KEY = key_of("xoxb-a-token")


class Hall:
    """The door in a web application of its own."""

    def __init__(self, *, door_answers: bool = True) -> None:
        self.desk = a_desk()

        def knock(*_: object) -> None:
            if not door_answers:
                raise TryLater("shut")

        drills = Drills(self.desk, load_scenarios(), knock, lambda: "d1")
        web = Flask("test")
        add_drill_door(web, DrillDoor(drills, KEY, self.desk.clock.machine, Words("en", TOKYO)))
        self.client: FlaskClient = web.test_client()

    def start(self, body: bytes, *, key: bytes = KEY, seconds: int = 0, signed: bytes | None = None):  # type: ignore[no-untyped-def]
        timestamp = str(int(MONDAY_1140.timestamp()) + seconds)
        headers = {TIMESTAMP: timestamp, SIGNATURE: sign(key, timestamp, body if signed is None else signed)}
        return self.client.post(ROUTE, data=body, headers=headers)


BODY = json.dumps({"scenario": "a_or_b", "id": "once"}).encode()


def test_a_signed_start_begins_the_drill_at_once() -> None:
    hall = Hall()

    answer = hall.start(BODY)

    assert (answer.status_code, answer.get_json()["scenario"]) == (200, "a_or_b")
    assert current(hall.desk.store) is not None


def test_the_same_start_again_begins_no_second_one() -> None:
    hall = Hall()

    numbers = {hall.start(BODY).get_json()["number"] for _ in range(2)}

    assert numbers == {1}


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": key_of("xoxb-another")},
        {"seconds": -OLDEST - 1},
        {"seconds": OLDEST + 1},
        {"signed": b"another body"},
    ],
    ids=["key", "old", "young", "body"],
)
def test_what_is_not_signed_so_is_refused(wrong: dict[str, object]) -> None:
    hall = Hall()

    answer = hall.start(BODY, **wrong)  # type: ignore[arg-type]

    assert answer.status_code == 401
    assert current(hall.desk.store) is None


@pytest.mark.parametrize("timestamp", ["", "x", "١٢٣", "9" * 40, "-1"])
def test_an_odd_timestamp_is_refused(timestamp: str) -> None:
    headers = {TIMESTAMP: timestamp.encode().decode("latin-1"), SIGNATURE: "é"}

    assert Hall().client.post(ROUTE, data=BODY, headers=headers).status_code == 401


def test_a_large_body_is_refused() -> None:
    assert Hall().start(b"x" * (BODY_CAP + 1)).status_code == 413


@pytest.mark.parametrize(("body", "status"), [(b"no json", 400), (b"[]", 409), (b'{"scenario": "nix"}', 409)])
def test_what_means_nothing_is_told(body: bytes, status: int) -> None:
    assert Hall().start(body).status_code == status


def test_a_drill_whose_first_alert_cannot_be_sent_yet_is_begun_all_the_same() -> None:
    assert Hall(door_answers=False).start(BODY).status_code == 200


def test_a_shut_door_of_our_own_is_tried_later() -> None:
    hall = Hall()
    drills = Drills(
        hall.desk, load_scenarios(), knock_by_http(lambda: "http://127.0.0.1:9", "s"), lambda: "d"
    )
    drills.plan("a_or_b")

    with pytest.raises(TryLater, match="does not answer"):
        drills.tick()
