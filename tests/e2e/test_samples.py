"""Every recorded body through the real door, in both Slack modes: handled on purpose, and inert wherever it shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders import AIKO, BEN
from tests.e2e.world import ALERTS, PAYLOADS, World, shown, wait_until

SIGNATURES: dict[str, Any] = json.loads((PAYLOADS.parent / "signatures.json").read_text(encoding="utf-8"))
RECORDED: dict[str, dict[str, Any]] = {Path(f["file"]).name: f for f in SIGNATURES["files"]}
LEGACY = "legacy_plugin_unsigned.json"

EXPECTED = {
    "event_alert.triggered.deadlock_a_step2_controller.json": "new",
    "event_alert.triggered.deadlock_b_async_worker.json": "new",
    "event_alert.triggered.step1_business_api.json": "new",
    "event_alert.triggered.step3_console_minified.json": "new",
    "event_alert.triggered.step4_callback_timeout_ui_component.json": "new",
    "event_alert.triggered.no_exception_null_culprit.json": "new",
    "event_alert.triggered.huge_title.json": "new",
    "event_alert.triggered.unicode_mrkdwn_injection.json": "new",
    "event_alert.triggered.300_tags.json": "new",
    "event_alert.triggered.chained_null_fields.json": "new",
    "event_alert.triggered.occurrence_cron_missed.json": "new",
    "issue.created.json": "known",  # A, by its other door
    "issue.created.huge_and_hostile_title.json": "known",
    "issue.created.outage_cron.json": "known",
    "issue.created.outage_uptime.json": "screening",  # its environment is asked first
    "issue.created.nulls.json": "unwatched",  # level info
    "metric_alert.critical.json": "new",
    "metric_alert.warning.json": "unwatched",  # level warning
    "metric_alert.open.json": "known",  # the same incident
    "error.created.json": "nothing",
    "comment.created.json": "nothing",
    "comment.updated.json": "nothing",
    "comment.deleted.json": "nothing",
    "installation.created.json": "nothing",
    "installation.deleted.json": "nothing",
    "activity_alert.triggered.seer.json": "nothing",
    "unknown_resource.happened.json": "nothing",
    "issue.assigned.user.json": "bell",
    "issue.assigned.team_enhanced_privacy.json": "bell",
    "issue.ignored.until_escalating.json": "bell",
    "issue.ignored.until_condition.json": "bell",
    "issue.ignored.forever.json": "bell",
    "issue.ignored.by_this_integration.json": "bell",
    "issue.archived.legacy_subscription.json": "bell",
    "issue.resolved.json": "bell",
    "issue.resolved.in_next_release.json": "bell",
    "issue.resolved.by_this_integration.json": "bell",
    "issue.unresolved.escalating.json": "bell",
    "issue.unresolved.regressed.json": "bell",
    "issue.unresolved.manual.json": "bell",
    "metric_alert.resolved.json": "bell",
}
"""What becomes of each body when they come in this order."""
CARDS = {f"61000001{number:02}" for number in (*range(1, 12), 20)} | {"metric-412"}
AGAIN = {"new": "known", "screening": "known"}
"""What a second delivery of the same makes of it, when Sentry gives it a key of its own."""

PERSONAL = ("203.0.113.7", "ap_7781", "Mozilla/5.0", "dbl-submit-1", "taro.yamada@customer.example")
"""Planted in the bodies: addresses, ids of customers, request headers; the last one by a test."""
LIVE = re.compile(r"<(?!@U0(?:AIKO|BEN|CHIKA)>)[@!#][^>]*>")
LINKED = re.compile(r"<([a-z]+:[^|>]*)")
AUTOLINKED = re.compile(r"(?<![<\w])(?:https?|ftp|slack)://\S+|\bwww\.\w+\.\w+")
UNSEEN = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f]")


def send(world: World, raw: bytes, resource: str, signature: str, **headers: str) -> Any:
    """One delivery with exactly this signature; without an Idempotency-Key unless one is given."""
    given = {"Sentry-Hook-Signature": signature, "Idempotency-Key": ""} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return world.sentry.send(resource, raw, signed=False, headers=given)


def wire(name: str) -> bytes:
    return json.dumps(json.loads((PAYLOADS / name).read_bytes()), separators=(",", ":")).encode("ascii")


def result(delivery: Any) -> Any:
    assert delivery.status == 200, (delivery.status, delivery.body, delivery.error)
    return json.loads(delivery.body)["result"]


@pytest.fixture(scope="module", params=["http", "socket"])
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world in which every alert-bearing body has come once, as the exact bytes of its file."""
    world = World.make(
        tmp_path_factory.mktemp("samples"),
        socket=request.param == "socket",
        client_secret=SIGNATURES["secret"],
        is_fast=True,
    )
    try:
        world.start_bot()
        for name in (n for n, what in EXPECTED.items() if what in ("new", "known", "screening", "unwatched")):
            _first(world, name)
        world.settle()
        yield world
    finally:
        world.stop()


def _first(world: World, name: str) -> None:
    recorded, raw = RECORDED[name], (PAYLOADS / name).read_bytes()
    body = json.loads(raw)
    if recorded["resource"] in ("issue", "event_alert"):
        world.sentry.load_webhook_issue(body)
    delivery = send(world, raw, recorded["resource"], recorded["signature"])
    assert result(delivery) == EXPECTED[name], name


def messages_sent(world: World) -> list[dict[str, Any]]:
    """The arguments of every post, edit and form so far."""
    return [c.args for c in world.slack.calls if c.method.startswith(("chat.", "views."))]


def assert_inert(world: World) -> None:
    """No live mention but of our own people, no link but to our Sentry and cards, nothing that turns text around."""
    ours = re.compile(rf"{re.escape(world.sentry.url)}/organizations/acme-kyc/.*|{_to_a_card(world)}")
    for args in messages_sent(world):
        for text in texts_of(args):
            assert not LIVE.search(text), text
            assert not UNSEEN.search(text), text
            assert all(ours.fullmatch(url) for url in LINKED.findall(text)), text
            assert not AUTOLINKED.search(text), text
    assert not [c for c in world.slack.calls if not c.response.get("ok")]
    assert not world.slack.troubles
    assert not world.log.errors


def _to_a_card(world: World) -> str:
    """A pattern of the addresses of the cards that stand in our own Slack."""
    slack = world.slack.api_url.removesuffix("api/")
    cards = "|".join(card["ts"].replace(".", "") for card in world.cards())
    return rf"{re.escape(slack)}archives/{ALERTS}/p(?:{cards})"


def texts_of(value: object) -> Iterator[str]:
    """Every text within a message, where Slack would read marks."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in ("private_metadata", "url", "block_id", "action_id", "value"):
                yield from texts_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner)


def test_the_table_names_every_recorded_body() -> None:
    assert set(EXPECTED) == {path.name for path in PAYLOADS.glob("*.json")} - {LEGACY}


def test_each_alert_has_one_card_inert_and_with_our_own_link(played: World) -> None:
    ids = [c["metadata"]["event_payload"]["id"].removeprefix("post_card:") for c in played.cards()]

    assert sorted(ids) == sorted(f"{issue}-1" for issue in CARDS)
    for card in played.cards():
        issue = card["metadata"]["event_payload"]["id"].removeprefix("post_card:").removesuffix("-1")
        linked = LINKED.findall(shown(card))
        assert linked, issue
        base = f"{played.sentry.url}/organizations/acme-kyc/"
        wanted = f"issues/{issue}/" if issue != "metric-412" else "alerts/rules/details/88/?alert=412"
        others = {f"{base}issues/{other}/" for other in CARDS if other != "metric-412"}
        told = {url.replace("&amp;", "&") for url in linked}
        assert base + wanted in told
        assert told <= {base + wanted, *others}, "of the others only those that a card looks like"
    assert_inert(played)


def test_the_wire_form_is_taken_too_and_a_key_of_its_own_makes_no_second_alert(played: World) -> None:
    before = len(played.cards())
    for name in (n for n, what in EXPECTED.items() if what in ("new", "known", "screening", "unwatched")):
        recorded, raw = RECORDED[name], wire(name)
        assert len(raw) == recorded["wire_bytes"]

        again = send(played, raw, recorded["resource"], recorded["wire_signature"])
        keyed = send(
            played,
            raw,
            recorded["resource"],
            recorded["wire_signature"],
            Idempotency_Key=f"key-of-{len(raw)}-{recorded['bytes']}",
        )

        assert result(again) in ("repeated", "unwatched", "known"), name
        assert result(keyed) == AGAIN.get(EXPECTED[name], EXPECTED[name]), name
    played.settle()
    assert len(played.cards()) == before
    assert_inert(played)


def test_every_form_opens_on_every_card_and_each_is_decided(played: World) -> None:
    for number, card in enumerate(played.cards()):
        ts = card["ts"]
        played.slack.click(BEN, ALERTS, ts, "guide")
        for choice in ("hand_over", "history", "not_ours"):
            played.slack.choose(BEN, ALERTS, ts, "more", choice)
            played.slack.wait_for(lambda: played.slack.view_stack(BEN))
            played.slack.reload(BEN)
        level = ("impact_large", "impact_medium", "impact_small")[number % 3]
        assert played.slack.click(AIKO, ALERTS, ts, level).status == 200
        if played.slack.view_stack(AIKO):
            played.slack.submit(AIKO, {"choice": "small" if number % 2 else "medium"})
        assert not played.slack.view_stack(AIKO)
    played.settle(30)

    for card in played.cards():
        assert "impact_small" not in shown(card)
        assert '"change"' in shown(card)
        for kind in ("note", "history", *(["extend"] if '"extend"' in shown(card) else [])):
            played.slack.choose(BEN, ALERTS, card["ts"], "more", kind)
            assert played.slack.view_stack(BEN)
            played.slack.reload(BEN)
        for button in ("change", *(["responded"] if '"responded"' in shown(card) else [])):
            played.slack.click(BEN, ALERTS, card["ts"], button)
            assert played.slack.view_stack(BEN)
            played.slack.reload(BEN)
    assert_inert(played)


def test_state_bodies_ring_and_others_do_nothing_on_purpose(played: World) -> None:
    cards = len(played.cards())
    for name in (n for n, what in EXPECTED.items() if what in ("nothing", "bell")):
        recorded, raw = RECORDED[name], wire(name)
        if EXPECTED[name] == "bell" and recorded["resource"] == "issue":
            played.sentry.load_webhook_issue(json.loads(raw))
        delivery = send(
            played,
            raw,
            recorded["resource"],
            recorded["wire_signature"],
            Idempotency_Key=f"state-{recorded['bytes']}-{len(name)}",
        )
        assert result(delivery) == EXPECTED[name], name
        assert delivery.elapsed < 1
        played.settle()

    rounds = [c["metadata"]["event_payload"]["id"] for c in played.cards()]
    assert len(rounds) == len(set(rounds))
    assert len(rounds) >= cards
    assert_inert(played)


def test_the_old_plugin_is_refused(played: World) -> None:
    raw = (PAYLOADS / LEGACY).read_bytes()
    bare = played.sentry.send("", raw, signed=False, headers={"Idempotency-Key": ""})
    assert bare.status == 401


def test_personal_data_of_bodies_is_in_no_message_log_or_file(played: World) -> None:
    body = json.loads((PAYLOADS / "event_alert.triggered.deadlock_a_step2_controller.json").read_bytes())
    event = body["data"]["event"]
    event["issue_id"], event["event_id"] = "6100000777", "f" * 32
    planted = "taro.yamada@customer.example"
    for place in ("title", "culprit", "transaction", "message"):
        event[place] = f"{event.get(place) or place}: {planted} 4111 1111 1111 1111, from 203.0.113.7"
    event["tags"] += [["endpoint", f"POST /x?mail={planted}"], ["user.email", planted]]
    event["exception"]["values"][-1]["value"] = f"no mail for {planted} (card 4111-1111-1111-1111)"
    played.sentry.load_webhook_issue(body)
    assert result(played.sentry.send("event_alert", body)) == "new"
    played.press(AIKO, "6100000777", "impact_medium")
    played.settle()
    played.slack.choose(AIKO, ALERTS, played.card("6100000777")["ts"], "more", "note")
    played.slack.submit(AIKO, {"text": f"called {planted}, 4111 1111 1111 1111"})
    played.settle()
    assert played.bot
    assert played.bot.store.backup()

    told = json.dumps([messages_sent(played), played.slack.messages()], ensure_ascii=False)
    notes = json.dumps([c.body for c in played.sentry.calls], ensure_ascii=False)
    files = [path for path in (played.folder / "data").rglob("*") if path.is_file()]
    assert len(files) >= 3  # the store, its journal or lock, and the copy
    for secret in (*PERSONAL, "4111 1111", "4111-1111"):
        assert secret not in told, secret
        assert secret not in notes, secret
        assert secret not in played.log.text, secret
        for path in files:
            assert secret.encode() not in path.read_bytes(), (secret, path.name)
    assert_inert(played)


# --- the same occurrence by several doors, in any order ---

A_EVENT = "event_alert.triggered.deadlock_a_step2_controller.json"
A_CREATED = "issue.created.json"


@pytest.mark.parametrize(
    "order",
    [
        (A_EVENT, A_CREATED, A_EVENT, A_CREATED),
        (A_CREATED, A_EVENT, A_CREATED, A_EVENT),
        (A_CREATED, A_CREATED, A_EVENT, A_EVENT),
    ],
    ids=["event first", "issue first", "issue twice"],
)
def test_however_often_one_occurrence_is_told_it_is_one_alert(tmp_path: Path, order: tuple[str, ...]) -> None:
    world = World.make(tmp_path, is_fast=True)
    try:
        world.start_bot()
        world.sentry.load_webhook_issue(json.loads((PAYLOADS / A_EVENT).read_bytes()))
        for number, name in enumerate(order):
            body = json.loads((PAYLOADS / name).read_bytes())
            for key in (f"delivery-{number}", f"delivery-{number}", f"another-{number}"):
                assert world.sentry.send(name.split(".")[0], body, idempotency_key=key).status == 200
        world.card("6100000101")
        world.settle()

        assert len(world.cards()) == 1
        assert world.bot
        assert [a.id for a in world.bot.store.alerts()] == ["6100000101-1"]
        assert len(world.bot.store.entries()) == 1
        details = world.slack.replies(ALERTS, world.cards()[0]["ts"])
        assert len({m["metadata"]["event_payload"]["id"] for m in details}) == len(details)
    finally:
        world.stop()


def created(issue: str, **changes: object) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((PAYLOADS / A_CREATED).read_bytes())
    body["data"]["issue"] |= {"id": issue, "shortId": f"KYC-API-{issue[-3:]}"} | changes
    return body


def an_event(world: World, issue: str, environment: str | None) -> None:
    """Let the API know an event of this issue, of this environment."""
    body: dict[str, Any] = json.loads((PAYLOADS / A_EVENT).read_bytes())
    event = body["data"]["event"]
    event["issue_id"], event["environment"] = issue, environment
    event["tags"] = [t for t in event["tags"] if t[0] != "environment"]
    if environment:
        event["tags"].append(["environment", environment])
    world.sentry.load_webhook_issue(body)


def test_staging_is_kept_out_and_what_sentry_cannot_tell_is_shown(http_world: World) -> None:
    world = http_world
    for issue, environment in (
        ("6100000901", "staging"),
        ("6100000902", "production"),
        ("6100000903", None),
    ):
        an_event(world, issue, environment)
        assert result(world.sentry.send("issue", created(issue))) == "screening"
    world.sentry.fail_next(path_contains="6100000904/events", times=9, status=500)
    assert result(world.sentry.send("issue", created("6100000904"))) == "screening"

    world.card("6100000902")
    world.card("6100000903")
    world.slack.wait_for(lambda: [c for c in world.cards() if "6100000904" in str(c["metadata"])], timeout=20)
    world.settle()
    assert not [c for c in world.cards() if "6100000901" in str(c["metadata"])]


def test_a_new_issue_of_staging_is_kept_out_of_the_poll(http_world: World) -> None:
    world = http_world
    assert world.bot
    wait_until(lambda: world.bot and world.bot.store.value("baseline"))
    for environment in ("staging", "production"):
        world.sentry.event(
            {"title": f"Boom: in {environment}", "project": "kyc-api", "environment": environment}, deliver=()
        )

    world.bot.timetable.tick(everything=True)
    world.settle()

    [card] = world.cards()
    assert "in production" in shown(card)


def test_the_bots_own_project_is_dropped(http_world: World) -> None:
    world = http_world
    project = {"id": "77", "name": "triage-bot", "slug": "triage-bot", "platform": "python"}
    assert result(world.sentry.send("issue", created("6100000905", project=project))) == "nothing"
    event = json.loads((PAYLOADS / A_EVENT).read_bytes())
    event["data"]["event"]["url"] = event["data"]["event"]["url"].replace("/kyc-api/", "/triage-bot/")
    assert result(world.sentry.send("event_alert", event)) == "nothing"
    world.settle()
    assert not world.cards()
