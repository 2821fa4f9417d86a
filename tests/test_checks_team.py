"""`triage check` for a team: alert rules, the night, runbooks; and a test notification followed hop by hop."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.checks import follow_test, run_checks
from bot.cli import main
from bot.config.runbooks import Runbooks, load_runbooks
from bot.domain.alert import Source
from bot.domain.notice import Notice
from bot.domain.rules import Rules
from bot.domain.watch import Watch
from bot.ports import Finding
from bot.services.receive import receive
from bot.services.watching import (
    ISSUE_HEARD,
    RULE_HEARD,
    alert_rule_findings,
    night_findings,
    runbook_findings,
)
from bot.slack.client import web_client
from bot.slack.probe import probe_message
from tests.builders import AIKO, BEN, CHIKA, MONDAY_1140, ROOT, TOKYO, an_occurrence, some_facts, the_rules
from tests.e2e.world import A_FILE, ALERTS, B_FILE, B_ISSUE, PAYLOADS, World, wait_until
from tests.team_desk import Team

FRIDAY_2300 = datetime(2026, 11, 6, 23, 0, tzinfo=TOKYO).astimezone(UTC)


def texts(findings: Iterator[Finding] | list[Finding]) -> list[str]:
    return [f"{finding.state} {finding.part}: {finding.what}" for finding in findings]


def hear(team: Team, source: Source, project: str = "kyc-api", issue: str = "6100000102") -> None:
    occurrence = an_occurrence(
        issue_id=issue, source=source, facts=some_facts(project=project), occurred_at=team.clock.at
    )
    key = f"{source}:{issue}:{team.clock.at.isoformat()}"
    receive(team.desk, Notice(key=key, tells=occurrence, project=project))


def rule_findings(team: Team) -> list[str]:
    return texts(list(alert_rule_findings(team.store, team.rules, team.clock.at)))


# --- alert rules ---


def test_a_project_whose_issues_come_without_any_alert_rule_is_named() -> None:
    team = Team()
    hear(team, Source.ISSUE_CREATED)
    hear(team, Source.EVENT_ALERT, "kyc-web", "6100000103")
    team.clock.at += timedelta(hours=1)

    found = list(alert_rule_findings(team.store, team.rules, team.clock.at))

    assert [finding.state for finding in found] == ["warning"]
    assert found[0].what == (
        "kyc-api: issues come (last 2026-11-02 02:40 UTC), but of its alert rules none has spoken yet"
    )
    assert "send a notification via" in found[0].remedy


def test_an_alert_rule_that_comes_a_moment_after_its_issue_is_not_missed() -> None:
    team = Team()
    hear(team, Source.ISSUE_CREATED)

    assert rule_findings(team) == ["ok webhooks: alert rules speak for all 1 projects that issues came of"]


def test_a_rule_that_has_been_quiet_for_over_a_month_while_issues_came_is_named() -> None:
    team = Team()
    hear(team, Source.EVENT_ALERT)
    team.clock.at += timedelta(days=29)
    hear(team, Source.ISSUE_CREATED, issue="6100000104")
    assert rule_findings(team)[0].startswith("ok")

    team.clock.at += timedelta(days=2)
    hear(team, Source.ISSUE_CREATED, issue="6100000105")

    assert rule_findings(team)[0].endswith("of its alert rules none has spoken since 2026-11-02")


def test_what_a_project_was_heard_of_is_written_once_an_hour() -> None:
    team = Team()
    hear(team, Source.EVENT_ALERT)
    team.clock.at += timedelta(minutes=59)
    hear(team, Source.EVENT_ALERT)
    hear(team, Source.ISSUE_CREATED)

    assert team.store.value(RULE_HEARD + "kyc-api") == MONDAY_1140.isoformat()
    assert team.store.value(ISSUE_HEARD + "kyc-api") == team.clock.at.isoformat()
    team.clock.at += timedelta(minutes=1)
    hear(team, Source.EVENT_ALERT)
    assert team.store.value(RULE_HEARD + "kyc-api") == team.clock.at.isoformat()


def test_a_project_that_is_not_watched_is_not_asked_for_rules() -> None:
    team = Team()
    hear(team, Source.ISSUE_CREATED)
    team.clock.at += timedelta(hours=1)
    watch = Watch(projects=("kyc-web",))
    rules = replace(team.rules, sentry=replace(team.rules.sentry, watch=watch))

    assert not list(alert_rule_findings(team.store, rules, team.clock.at))


# --- the night ---


def test_the_night_names_who_would_be_called_at_the_next_two_o_clock() -> None:
    team = Team(FRIDAY_2300)

    found = list(
        night_findings(team.policy(), team.clock.now(), lambda user: {BEN: "Ben", AIKO: "Aiko"}[user])
    )

    assert texts(found) == ["ok night: a large one at 2026-11-07 02:00 would call Ben, Aiko"]


def test_who_is_away_is_not_called_at_night_and_one_alone_is_said() -> None:
    team = Team(FRIDAY_2300, after_hours=(BEN, CHIKA))
    team.gone.add(BEN)

    found = list(night_findings(team.policy(), team.clock.now(), str.lower))

    assert texts(found) == ["warning night: a large one at 2026-11-07 02:00 would call u0chika alone"]
    assert "rotation.after_hours" in found[0].remedy


def test_after_midnight_the_night_is_this_one() -> None:
    team = Team(datetime(2026, 11, 7, 1, 30, tzinfo=TOKYO).astimezone(UTC))

    found = list(night_findings(team.policy(), team.clock.now(), str))

    assert "2026-11-07 02:00" in found[0].what


def test_an_empty_rotation_calls_nobody_and_fails() -> None:
    team = Team()
    team.rotation = replace(team.rotation, weekdays={}, backup=(), team=(), after_hours=())

    found = list(night_findings(team.policy(), team.clock.now(), str))

    assert found[0].is_failure
    assert "would call nobody" in found[0].what


# --- runbooks ---


def book(folder: Path, name: str, steps: str) -> None:
    (folder / name).write_text(f"---\ntitle: A\nsteps: {steps}\n---\ntext\n", encoding="utf-8")


def with_books(*books: str | None) -> Rules:
    rules = the_rules()
    matches = tuple(
        replace(rules.match[0], name=f"r{n}", runbook=name, line=n) for n, name in enumerate(books, 1)
    )
    return replace(rules, match=matches)


def test_a_rule_that_names_a_missing_runbook_is_told_with_the_nearest_one(tmp_path: Path) -> None:
    book(tmp_path, "async-worker.md", "[request, submission, check, result]")
    books = load_runbooks(tmp_path)

    found = list(
        runbook_findings(with_books("async-worker.md", "async-worke.md", "https://x/"), books, "runbooks")
    )

    assert texts(found) == [
        "failed runbooks: rule r2 (line 2) names async-worke.md, which is not in runbooks",
    ]
    assert found[0].remedy == 'did you mean "async-worker.md"?'


def test_a_step_without_any_runbook_is_told_and_one_for_any_step_does_not_count(tmp_path: Path) -> None:
    book(tmp_path, "a.md", "[any, chekc, submission]")
    rules = with_books("a.md")  # its rule is for the step request

    found = texts(list(runbook_findings(rules, load_runbooks(tmp_path), "runbooks")))

    assert found == [
        "warning runbooks: a.md is for the step chekc, which the journey does not have",
        "warning runbooks: no runbook for the step check",
        "warning runbooks: no runbook for the step result",
        "ok runbooks: runbooks: 1 can be read",
    ]


def test_a_section_for_a_word_that_no_alert_has_is_told_with_the_nearest_one(tmp_path: Path) -> None:
    front = "---\ntitle: A\nsteps: [request, submission, check, result]\n---\n"
    (tmp_path / "a.md").write_text(f"{front}## List\n<!-- for: opne, check -->\n- [ ] a\n", encoding="utf-8")

    found = list(runbook_findings(with_books(), load_runbooks(tmp_path), "runbooks"))

    assert texts(found)[0] == 'warning runbooks: a.md: the section "List" is for opne, no state and no step'
    assert found[0].remedy == 'did you mean "open"?'


def test_a_broken_runbook_is_a_failure_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitel: A\n---\ntext\n", encoding="utf-8")

    found = list(runbook_findings(with_books(), load_runbooks(tmp_path), "runbooks"))

    assert found[0].is_failure
    assert "a.md:2: titel: is not a known key" in found[0].what


def test_the_shipped_rules_and_runbooks_have_nothing_to_tell() -> None:
    found = list(runbook_findings(the_rules(), load_runbooks(ROOT / "runbooks"), "runbooks"))

    assert [finding.state for finding in found] == ["ok"]
    assert not Runbooks().names


# --- the whole check ---


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World.make(tmp_path)
    try:
        made.start_bot()
        yield made
    finally:
        made.stop()


def environment(world: World) -> dict[str, str]:
    port = world.bot.url.rpartition(":")[2] if world.bot else "1"
    folders = {"RULES_FILE": str(world.rules_path), "RUNBOOKS_DIR": str(ROOT / "runbooks")}
    return {**world.env, **folders, "PORT": port}


def test_the_check_of_a_running_team_tells_of_rules_night_and_runbooks(world: World) -> None:
    world.deliver(B_FILE)
    world.card(B_ISSUE)

    found = texts(list(run_checks(environment(world), world.folder / "none")))

    assert any(line.startswith("ok runbooks: ") for line in found)
    assert "ok webhooks: alert rules speak for all 1 projects that issues came of" in found
    assert any(line.startswith("ok night: ") and "Aiko Tanaka" in line for line in found)
    assert not [line for line in found if line.startswith("failed")]


def test_who_said_to_be_away_is_not_named_for_the_night(world: World) -> None:
    today = datetime.now(TOKYO).date()
    absences = [{"user_id": AIKO, "first": today.isoformat(), "last": str(date.max)}]
    assert world.bot
    with world.bot.store.change() as change:
        change.set_value("roster", json.dumps({"absences": absences, "swaps": []}))

    found = texts(list(run_checks(environment(world), world.folder / "none")))

    night = next(line for line in found if " night: " in line)
    assert "Aiko" not in night
    assert "Ben Mori" in night


# --- the test notification ---


def read(name: str) -> Any:
    return json.loads((PAYLOADS / name).read_text(encoding="utf-8"))


def followed(world: World, send: Callable[[], Any], seconds: float = 8, **changes: str) -> list[str]:
    """The hops, while `send` is done in the first pause."""
    sent: list[Any] = []

    def sleep(_seconds: float) -> None:
        if not sent:
            sent.append(send())
        time.sleep(0.02)

    env = {**environment(world), **changes}
    return texts(list(follow_test(env, world.folder / "none", seconds, sleep=sleep)))


def test_a_test_notification_is_followed_to_the_channel_and_back(world: World) -> None:
    hops = followed(world, lambda: world.deliver(B_FILE))

    ts = world.card(B_ISSUE)["ts"]
    assert hops == [
        "ok running: the bot answers and can receive",
        "ok arrived: a webhook came, and its signature fits",
        "ok saved: it is in the store as alert 6100000102-1",
        f"ok posted: the card stands in {ALERTS} as {ts}",
        "ok read back: the channel shows it",
    ]


def test_a_notification_of_an_alert_that_is_there_already_is_followed_too(world: World) -> None:
    world.deliver(B_FILE)
    world.card(B_ISSUE)
    body = read(B_FILE)
    body["data"]["event"]["event_id"] = "c" * 32

    hops = followed(world, lambda: world.sentry.send("event_alert", body))

    assert [hop.partition(":")[0] for hop in hops][-3:] == ["ok saved", "ok posted", "ok read back"]


def test_a_wrong_client_secret_is_named_at_once(world: World) -> None:
    body = read(A_FILE)

    hops = followed(world, lambda: world.sentry.send("event_alert", body, secret="another"), seconds=60)

    assert hops[1:] == ["failed arrived: a webhook came and was refused: its signature does not fit"]


def test_an_issue_that_is_not_watched_is_named_at_the_end(world: World) -> None:
    body = read("issue.created.json")
    body["data"]["issue"]["level"] = "info"

    hops = followed(world, lambda: world.sentry.send("issue", body), seconds=1)

    assert hops[1:] == ["failed arrived: a webhook came, of an issue that is not watched"]


def test_silence_is_named_with_the_places_to_look_at(world: World) -> None:
    env = environment(world)

    found = list(follow_test(env, world.folder / "none", 0.0, sleep=lambda _: None))

    assert found[-1].what == "no webhook came"
    assert "Webhook URL" in found[-1].remedy
    assert "/sentry/webhook" in found[-1].remedy


def test_a_card_that_slack_does_not_take_is_named_with_its_error(world: World) -> None:
    world.slack.fail_next("chat.postMessage", error="channel_not_found", times=1000)

    hops = followed(world, lambda: world.deliver(B_FILE), seconds=3)

    assert hops[-1].startswith("failed posted: no card of alert 6100000102-1 yet: Slack: channel_not_found")


def test_a_message_that_is_not_in_the_channel_is_not_read_back(world: World) -> None:
    world.deliver(B_FILE)
    client = web_client("xoxb-sandbox", world.slack.api_url)
    ts = world.card(B_ISSUE)["ts"]

    assert probe_message(client, ALERTS, ts) is None
    assert probe_message(client, ALERTS, "1762050000.000001") == "no message of that time is in it"


def test_a_channel_that_may_not_be_read_is_not_read_back(world: World) -> None:
    world.slack.fail_next("conversations.history", error="missing_scope", times=1000)

    hops = followed(world, lambda: world.deliver(B_FILE))

    assert hops[-1].startswith("failed read back: the channel does not show it: Slack: missing_scope")


def test_a_bot_that_does_not_run_is_named_first(world: World) -> None:
    env = environment(world)
    world.stop_bot()

    found = list(follow_test(env, world.folder / "none", 5, sleep=lambda _: None))

    assert texts(found)[0].startswith("failed running: the bot does not answer: nothing at http://127.0.0.1:")
    assert len(found) == 1


def test_a_bot_that_was_never_started_has_no_store(tmp_path: Path) -> None:
    made = World.make(tmp_path)
    try:
        found = list(follow_test({**made.env, "PORT": "1"}, tmp_path / "none", 5, sleep=lambda _: None))
    finally:
        made.stop()

    assert [finding.part for finding in found] == ["running"]
    assert found[0].is_failure


def test_a_poll_before_the_wait_does_not_count(tmp_path: Path) -> None:
    made = World.make(tmp_path, poll=True)
    try:
        bot = made.start_bot()
        wait_until(lambda: bot.figures.instants.get("job_poll"))
        found = list(follow_test(environment(made), tmp_path / "none", 0, sleep=lambda _: None))
    finally:
        made.stop()

    assert [f"{finding.state} {finding.part}" for finding in found] == ["ok running", "failed polled"]


def test_without_webhooks_the_poll_is_followed(tmp_path: Path) -> None:
    made = World.make(tmp_path, poll=True)
    try:
        bot = made.start_bot()
        wait_until(lambda: bot.figures.instants.get("job_poll"))

        def send() -> None:
            error = {"type": "Boom", "value": "no", "frames": []}
            made.sentry.event({"project": "kyc-api", "environment": "production", "exceptions": [error]})
            bot.timetable.tick(everything=True)

        hops = followed(made, send)
    finally:
        made.stop()

    assert [hop.partition(":")[0] for hop in hops] == [
        "ok running",
        "ok polled",
        "ok saved",
        "ok posted",
        "ok read back",
    ]


def test_the_command_waits_says_each_hop_and_ends_with_one_when_a_hop_is_broken(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(world).items():
        monkeypatch.setenv(name, value)

    said = CliRunner().invoke(main, ["check", "--wait", "0"])
    as_json = CliRunner().invoke(main, ["check", "--wait", "0", "--json"])

    assert said.exit_code == as_json.exit_code == 1
    assert "Send Test Notification" in said.output
    assert "failed   arrived    no webhook came" in said.output
    assert [row["part"] for row in json.loads(as_json.output)] == ["running", "arrived"]
