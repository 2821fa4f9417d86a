"""`triage check` against a local Slack and a local Sentry: all well, and each fault with what to do about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.checks import run_checks
from bot.cli import main
from bot.domain.effects import EffectState, PostCard
from bot.ports import Finding
from bot.running import SystemClock
from bot.sentry.pace import Pace
from bot.slack.probe import NEEDED_SCOPES
from bot.stores import open_store
from tests.builders import AIKO, BEN, CHIKA
from tests.e2e.world import A_FILE, PAYLOADS, World

HUNDREDFOLD = partial(Pace, rate=400.0)
TEAM_OF_THREE = (f"tuesday: [{AIKO}, {BEN}]", f"tuesday: [{CHIKA}, {BEN}]")


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The local Sentry may be asked a hundred times as often."""
    monkeypatch.setattr("bot.sentry.client.Pace", HUNDREDFOLD)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A local Slack and a local Sentry without a bot, and a team that lacks nothing."""
    made = World.make(tmp_path, rules=(TEAM_OF_THREE,))
    made.sentry.add_member("chika@acme-kyc.example", "Chika Sato", user_id=30414)
    try:
        yield made
    finally:
        made.stop()


def checked(world: World, **settings: str) -> list[Finding]:
    """All findings; no secret is in any of them."""
    env = {**world.env, "RULES_FILE": str(world.rules_path), **settings}
    findings = list(run_checks(env, world.folder / ".env"))
    told = "\n".join(finding.told() for finding in findings)
    secrets = [value for name, value in env.items() if name.endswith(("TOKEN", "SECRET"))]
    assert not [secret for secret in secrets if secret and secret in told]
    return findings


def the_fault(findings: list[Finding], state: str = "failed") -> Finding:
    """The one finding in this state, which says what to do."""
    [fault] = [finding for finding in findings if finding.state == state and finding.part != "store"]
    assert fault.remedy
    return fault


def edit_rules(world: World, before: str, after: str) -> None:
    text = world.rules_path.read_text(encoding="utf-8")
    assert before in text
    world.rules_path.write_text(text.replace(before, after), encoding="utf-8")


def test_all_is_well(world: World) -> None:
    findings = checked(world)

    assert [finding for finding in findings if finding.state != "ok" and finding.part != "store"] == []
    parts = {finding.part for finding in findings}
    assert parts >= {"settings", "rules", "slack", "channels", "people", "rotation", "sentry"}


def test_a_store_that_is_not_made_yet_is_no_fault(world: World) -> None:
    [store] = [finding for finding in checked(world) if finding.part == "store"]

    assert (store.state, "first start" in store.remedy) == ("warning", True)


def test_what_delivery_gave_up_is_named(world: World) -> None:
    clock = SystemClock()
    store = open_store(world.env["DATABASE_URL"], clock=clock)
    with store.change() as change:
        change.add(PostCard("1-1"), clock.machine())
        saved = change.effect("post_card:1-1")
        assert saved is not None
        change.update_effect(replace(saved, state=EffectState.GIVEN_UP, error="Slack: no_text"))
    store.close()

    fault = the_fault(checked(world))

    assert "1 given up: Slack: no_text" in fault.what


# Settings and rules.


def test_missing_settings_are_all_told_and_the_rules_are_read_all_the_same(world: World) -> None:
    edit_rules(world, "\nlanguage:", "\nlangage:")

    findings = list(run_checks({"RULES_FILE": str(world.rules_path)}, world.folder / ".env"))

    named = {finding.what for finding in findings if finding.part == "settings"}
    assert {"SLACK_BOT_TOKEN", "SENTRY_ORG", "SENTRY_AUTH_TOKEN"} <= named
    assert any("langage" in finding.what for finding in findings if finding.part == "rules")
    assert all(finding.is_failure and finding.remedy for finding in findings)


def test_wrong_rules_do_not_hide_what_else_is_wrong(world: World) -> None:
    edit_rules(world, "\nlanguage:", "\nlangage:")
    world.sentry.stop()

    failed = {finding.part for finding in checked(world) if finding.is_failure}

    assert failed == {"rules", "sentry"}


# Slack.


def test_a_revoked_token_is_one_fault(world: World) -> None:
    world.slack.revoke_token()

    fault = the_fault(checked(world))

    assert "SLACK_BOT_TOKEN: token_revoked" in fault.what
    assert "Bot User OAuth Token" in fault.remedy


def test_a_wrong_token_is_one_fault(world: World) -> None:
    fault = the_fault(checked(world, SLACK_BOT_TOKEN="xoxb-of-another-workspace"))

    assert "invalid_auth" in fault.what


def test_a_slack_out_of_reach_is_one_fault(world: World) -> None:
    world.slack.stop()

    fault = the_fault(checked(world))

    assert "Slack does not answer" in fault.what
    assert "SLACK_API_URL" in fault.remedy


@pytest.mark.parametrize("path", ["/", "/api/0/"])
def test_something_else_at_the_address_is_one_fault_and_says_nothing_of_the_token(
    world: World, path: str
) -> None:
    fault = the_fault(checked(world, SLACK_API_URL=world.sentry.url + path))

    assert (fault.part, "SLACK_API_URL" in fault.what) == ("slack", True)
    assert "TOKEN" not in fault.told()


@pytest.mark.parametrize("scope", NEEDED_SCOPES)
def test_a_missing_scope_is_named_with_what_it_is_for(world: World, scope: str) -> None:
    world.slack.scopes.discard(scope)

    failed = [finding for finding in checked(world) if finding.is_failure]

    assert f"scope {scope} is missing (to {NEEDED_SCOPES[scope]})" in failed[0].what
    assert "manifest" in failed[0].remedy


def test_a_channel_that_is_not_there_is_named(world: World) -> None:
    edit_rules(world, '"#dev-alerts"', '"#dev-alertz"')

    fault = the_fault(checked(world))

    assert "no channel dev-alertz" in fault.what
    assert "rules.yaml" in fault.remedy


def test_a_private_channel_without_the_bot_is_named_with_the_invitation(world: World) -> None:
    world.slack.add_channel("C0ALERTS", "dev-alerts", is_private=True, bot_is_member=False)

    fault = the_fault(checked(world))

    assert "dev-alerts" in fault.what
    assert "/invite" in fault.remedy


def test_a_public_channel_without_the_bot_is_a_warning(world: World) -> None:
    world.slack.add_channel("C0ALERTS", "dev-alerts", bot_is_member=False)

    warning = the_fault(checked(world), "warning")

    assert "the bot is not in dev-alerts" in warning.what
    assert "/invite" in warning.remedy


def test_an_app_level_token_that_opens_nothing_is_named(tmp_path: Path) -> None:
    world = World.make(tmp_path, socket=True, rules=(TEAM_OF_THREE,))
    world.sentry.add_member("chika@acme-kyc.example", "Chika Sato", user_id=30414)
    try:
        assert not [finding for finding in checked(world) if finding.is_failure]
        fault = the_fault(checked(world, SLACK_APP_TOKEN="xapp-of-another-app"))
    finally:
        world.stop()

    assert "SLACK_APP_TOKEN" in fault.what
    assert "connections:write" in fault.remedy


# People.


@pytest.mark.parametrize(
    ("person", "what"),
    [
        ("U0NOBODY", "U0NOBODY is not in this workspace"),
        ("nobody@acme-kyc.example", "nobody@acme-kyc.example is not in this workspace"),
        ("U0GONE", "Gone is deactivated in Slack"),
        ("U0BOT", "triage is a bot"),
    ],
)
def test_a_person_who_cannot_serve_is_named(world: World, person: str, what: str) -> None:
    edit_rules(world, f"monday: [{AIKO}, {BEN}]", f"monday: [{person}, {BEN}]")

    fault = the_fault(checked(world))

    assert fault.what == what


def test_fewer_than_three_people_are_a_warning(world: World) -> None:
    edit_rules(world, TEAM_OF_THREE[1], TEAM_OF_THREE[0])

    warning = the_fault(checked(world), "warning")

    assert "2 people carry the weekday rotation" in warning.what


def test_a_person_unknown_in_sentry_is_a_warning(world: World) -> None:
    world.slack.add_user(CHIKA, "Chika Sato", email="chika@elsewhere.example")

    warning = the_fault(checked(world), "warning")

    assert "chika@elsewhere.example" in warning.what


# Sentry.


def test_a_token_that_sentry_does_not_take_is_one_fault(world: World) -> None:
    fault = the_fault(checked(world, SENTRY_AUTH_TOKEN="of-another-organisation"))

    assert "SENTRY_AUTH_TOKEN" in fault.what
    assert "new token" in fault.remedy


def test_an_organisation_that_is_not_there_is_one_fault(world: World) -> None:
    fault = the_fault(checked(world, SENTRY_ORG="acme"))

    assert "SENTRY_ORG" in fault.remedy


@pytest.mark.parametrize("scope", ["event:read", "event:write", "member:read"])
def test_a_missing_permission_of_sentry_is_named(world: World, scope: str) -> None:
    lost = {"event:read": {"event:read", "event:write"}}.get(scope, {scope})  # who may write may read
    world.sentry.scopes.difference_update(lost)

    failed = [finding for finding in checked(world) if finding.is_failure]

    assert f"scope {scope} is missing" in failed[0].what
    assert "internal integration" in failed[0].remedy


def test_a_sentry_out_of_reach_is_one_fault(world: World) -> None:
    world.sentry.stop()

    fault = the_fault(checked(world))

    assert "Sentry does not answer" in fault.what
    assert "SENTRY_URL" in fault.remedy


def test_notes_that_are_refused_are_a_warning(world: World) -> None:
    world.sentry.load_webhook_issue(json.loads((PAYLOADS / A_FILE).read_text(encoding="utf-8")))
    world.sentry.fail_next(path_contains="/notes/", status=403)

    warning = the_fault(checked(world), "warning")

    assert "notes are refused" in warning.what


# The command.


def test_the_exit_code_says_whether_something_failed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(world.folder)
    env = {**world.env, "RULES_FILE": str(world.rules_path)}

    well = CliRunner().invoke(main, ["check"], env=env)
    world.slack.revoke_token()
    ill = CliRunner().invoke(main, ["check", "--json"], env=env)

    assert (well.exit_code, ill.exit_code) == (0, 1)
    assert "-> it is made at the first start" in well.output
    assert {"part", "state", "what", "remedy"} == json.loads(ill.output)[0].keys()
