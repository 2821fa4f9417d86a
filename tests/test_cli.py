"""The command line as an operator meets it: a process, its exit code, what it says, beside a running bot or alone."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.running import SystemClock
from bot.stores import open_store
from tests.builders import AIKO, ROOT
from tests.e2e.world import A_FILE, A_ISSUE, B_FILE, B_ISSUE, PAYLOADS, SLACK_SECRET, World, shown
from tests.torture.running import Running, free_port, wait_until
from tests.torture.story import Story
from tests.torture.tally import double, said

A, B = f"{A_ISSUE}-1", f"{B_ISSUE}-1"
STOPS_WITHIN = 5.0
"""Seconds; container platforms wait ten before they kill."""


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Running]:
    """A bot that is not started yet, between a local Slack and a local Sentry."""
    made = Running(World.make(tmp_path))
    try:
        yield made
    finally:
        made.kill()
        made.world.stop()


@pytest.fixture
def story(bot: Running) -> Story:
    """A bot that runs and knows its channel."""
    bot.start()
    bot.wait_identified()
    return Story(bot)


def refused(done: Any) -> str:
    """What a command says that does not do what it was asked: exit code 2, one reason, no traceback."""
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()
    return str(done.stderr)


# Help.


@pytest.mark.parametrize(
    "command",
    [[], ["serve"], ["demo"], ["check"], ["rules"], ["rules", "try"], ["log"], ["export"], ["import"]],
)
def test_every_command_explains_itself(command: list[str]) -> None:
    said_by_help = CliRunner().invoke(main, [*command, "--help"])

    assert said_by_help.exit_code == 0
    assert "Usage:" in said_by_help.output


def test_python_m_bot_is_the_same_program(bot: Running) -> None:
    done = bot.triage("--help")

    assert done.returncode == 0
    assert "serve" in done.stdout
    assert "check" in done.stdout


# What the operator must mend.


def test_missing_settings_are_named_with_where_to_find_them_and_nothing_is_begun(bot: Running) -> None:
    bare = {key: bot.environment[key] for key in ("PATH", "PYTHONPATH", "RULES_FILE")}

    told = refused(bot.triage("serve", env=bare))

    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SENTRY_ORG", "SENTRY_AUTH_TOKEN"):
        assert f"{name}: is not set; find it here:" in told
    assert not (bot.world.folder / "data").exists()


def test_wrong_settings_are_told_without_their_secrets(bot: Running) -> None:
    wrong = {**bot.environment, "SLACK_BOT_TOKEN": "secret-of-another-kind", "PORT": "many"}

    told = refused(bot.triage("serve", env=wrong))

    assert "SLACK_BOT_TOKEN" in told
    assert "PORT" in told
    assert "secret-of-another-kind" not in told


@pytest.mark.parametrize("command", [["serve"], ["rules", "check"], ["import", "--sentry-backlog", "5"]])
def test_wrong_rules_are_told_by_line_with_the_nearest_right_key(bot: Running, command: list[str]) -> None:
    rules = bot.world.rules_path
    rules.write_text(rules.read_text(encoding="utf-8").replace("\nlanguage:", "\nlangage:"), encoding="utf-8")

    told = refused(bot.triage(*command))

    assert "rules.yaml:6: langage" in told
    assert '"language"' in told


def test_missing_rules_are_told_with_what_to_do(bot: Running) -> None:
    told = refused(bot.triage("serve", env={**bot.environment, "RULES_FILE": "nowhere.yaml"}))

    assert "nowhere.yaml" in told
    assert "RULES_FILE" in told


def test_a_port_that_is_taken_is_told_in_a_sentence(bot: Running) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", bot.port))
        holder.listen()

        told = refused(bot.triage("serve"))

    assert f"127.0.0.1:{bot.port} is taken by another program" in told
    assert "PORT" in told


def test_a_host_that_is_not_ours_is_told_in_a_sentence(bot: Running) -> None:
    told = refused(bot.triage("serve", env={**bot.environment, "HOST": "192.0.2.1"}))

    assert "Cannot listen on 192.0.2.1:" in told
    assert "HOST" in told


def test_a_second_server_is_refused_and_the_first_named(story: Story) -> None:
    bot = story.bot

    told = refused(bot.triage("serve", env={**bot.environment, "PORT": str(free_port())}))

    assert f"process {bot.pid}" in told
    assert bot.health() is not None


@pytest.mark.parametrize("command", [["log"], ["export"]])
def test_reading_what_was_never_written_is_told(bot: Running, command: list[str]) -> None:
    assert "start the server once" in refused(bot.triage(*command))


def test_an_unknown_issue_is_told(story: Story) -> None:
    assert "KYC-API-999" in refused(story.bot.triage("log", "KYC-API-999"))


@pytest.mark.parametrize("given", [b"", b"{", b"[]", b'{"data": 1}', b"\xff\xfe"])
def test_what_is_no_webhook_body_is_told(bot: Running, given: bytes) -> None:
    assert "not a webhook body of Sentry" in refused(bot.triage("rules", "try", "-", given=given))


# Beginning and ending.


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_within_seconds_when_asked_to_and_loses_nothing(story: Story, number: int) -> None:
    bot = story.bot
    story.arrives(A_FILE, A_ISSUE)
    story.presses(AIKO, A, "impact_small")
    story.arrives(B_FILE, B_ISSUE)  # much is on its way now

    stopped = threading.Timer(STOPS_WITHIN, bot.kill)
    stopped.start()
    code = bot.terminate(number)
    stopped.cancel()
    assert (code, bot.kills) == (0, 0)
    assert '"event": "stopped"' in bot.log().splitlines()[-1]

    bot.start()
    bot.wait_idle()
    assert bot.world.sentry.issue(A_ISSUE)["status"] == "ignored"
    assert double(said(bot.world)) == []
    assert not bot.log_lines("error")


def test_the_environment_may_stand_in_a_file(bot: Running) -> None:
    lines = (
        f"{name}={value}\n" for name, value in bot.environment.items() if name not in ("PATH", "PYTHONPATH")
    )
    (bot.world.folder / ".env").write_text("".join(lines), encoding="utf-8")
    bare = {key: bot.environment[key] for key in ("PATH", "PYTHONPATH")}

    done = bot.triage("check", "--json", env=bare)

    assert {"part": "settings", "state": "ok"}.items() <= json.loads(done.stdout)[0].items()
    assert SLACK_SECRET not in done.stdout + done.stderr


# Reading beside a server that writes.


def test_every_reading_command_answers_while_a_server_writes(story: Story) -> None:
    bot = story.bot
    story.arrives(A_FILE, A_ISSUE)
    story.presses(AIKO, A, "impact_small")
    bot.wait_idle()
    over = threading.Event()

    def write() -> None:
        while not over.is_set():
            story.arrives(B_FILE, B_ISSUE)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        by_name, by_number = bot.triage_json("log", "KYC-API-1A"), bot.triage_json("log", A_ISSUE)
        everything, newest = bot.triage_json("log"), bot.triage_json("log", "--limit", "1")
        exported = [json.loads(line) for line in bot.triage("export").stdout.splitlines()]
        findings = bot.triage_json("check")
        rules = bot.triage_json("rules", "check")
        tried = bot.triage_json("rules", "try", str(PAYLOADS / B_FILE))
        texts = [bot.triage(*command) for command in (["log"], ["check"], ["rules", "check"])]
    finally:
        over.set()
        writer.join()

    assert by_name == by_number
    assert [row["kind"] for row in by_name] == ["arrived", "decided"]
    assert len(newest) == 1
    assert by_name[0] in everything
    assert {record["id"] for record in exported if record["type"] == "alert"} >= {A}
    assert by_name[1]["id"] in {record["id"] for record in exported if record["type"] == "entry"}
    assert [finding for finding in findings if finding["state"] == "failed"] == []
    assert (rules["ok"], len(rules["matrix"])) == (True, 20)
    assert (tried["step"], tried["level"]) == ("check", "medium")
    assert [done.returncode for done in texts] == [0, 0, 0]
    assert all(delivery.status == 200 for delivery in bot.world.sentry.deliveries)
    assert not bot.log_lines("error")


def test_rules_are_tried_without_any_setting(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        main, ["rules", "try", str(PAYLOADS / A_FILE), "--rules", str(ROOT / "rules.yaml"), "--json"], env={}
    )

    tried = json.loads(done.output)
    assert tried.keys() == {"step", "level", "row", "because"}
    assert (tried["step"], tried["level"]) == ("submission", "small")
    assert {reason["rule"] for reason in tried["because"]} >= {"double-submit"}


# The nightly copy.


def test_after_the_loss_of_a_store_its_copy_goes_on(story: Story) -> None:
    bot, data = story.bot, story.world.folder / "data"
    story.arrives(A_FILE, A_ISSUE)
    story.presses(AIKO, A, "impact_small")
    bot.wait_idle()
    before = bot.triage_json("log")
    copy = copied_at_next_start(bot)
    story.arrives(B_FILE, B_ISSUE)
    bot.wait_idle()

    bot.kill()
    for name in ("triage.db-wal", "triage.db-shm"):  # as the README says
        (data / name).unlink(missing_ok=True)
    shutil.copyfile(copy, data / "triage.db")
    bot.start()

    assert bot.triage_json("log") == before
    story.fills_in(AIKO, A, ("change",), {"judge_level": "medium", "reason": "more of them"})
    bot.wait_idle()
    assert bot.world.sentry.issue(A_ISSUE)["status"] == "unresolved"
    assert "*Medium*" in shown(story.card(A))
    assert not bot.log_lines("error")


def copied_at_next_start(bot: Running) -> Path:
    """Let the day of the last copy be long ago, start, and wait for the new copy, which must be whole and private."""
    bot.terminate()
    store = open_store(bot.world.env["DATABASE_URL"], clock=SystemClock())
    with store.change() as change:
        change.set_value("copied_on", "2026-01-01")
    store.close()
    for old in (bot.world.folder / "data" / "backups").iterdir():
        old.unlink()
    bot.start()
    [copy] = wait_until(lambda: list((bot.world.folder / "data" / "backups").glob("*.db")), 15, bot.log)
    with sqlite3.connect(copy) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert copy.stat().st_mode & 0o777 == 0o600
    return copy


# Import.


def test_the_backlog_is_imported_only_while_no_server_runs(bot: Running) -> None:
    sentry = bot.world.sentry
    older = [sentry.event({"type": f"Old{n}Error", "value": "before the bot", "at": OLD}) for n in range(3)]
    bot.start()
    bot.wait_identified()
    bot.wait_idle()
    assert [message for message in said(bot.world) if message.startswith("post_card")] == []

    told = refused(bot.triage("import", "--sentry-backlog", "2"))
    assert f"process {bot.pid}" in told

    bot.terminate()
    done = bot.triage("import", "--sentry-backlog", "2")
    assert done.returncode == 0, done.stderr
    assert "2 alerts opened" in done.stdout
    bot.start()
    bot.wait_idle()
    cards = {message for message in said(bot.world) if message.startswith("post_card")}
    assert len(cards) == 2
    assert cards <= {f"post_card:{issue_id}-1" for issue_id in older}


OLD = "2026-01-05T03:00:00+00:00"


def test_import_tells_that_sentry_does_not_answer(bot: Running) -> None:
    bot.world.sentry.stop()

    assert "Sentry does not answer" in refused(bot.triage("import", "--sentry-backlog", "2"))
