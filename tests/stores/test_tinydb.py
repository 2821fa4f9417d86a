from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from bot.domain.alert import AlertState, Closing, MessageRef
from bot.domain.decision import Answers
from bot.domain.effects import EditCard, EffectState, PostCard, ReadIssue, SavedEffect, Service
from bot.domain.entries import EntryKind
from bot.domain.errors import StoreUnavailable
from bot.domain.facts import Facts
from bot.domain.fingerprint import face_keys, fingerprint
from bot.ports import DONE_FOR, HOT_FOR, Store
from bot.stores import open_readonly, open_store
from bot.stores.errors import (
    StoreLocked,
    StoreMissing,
    StoreNotOpened,
    StoreTooNew,
    StoreTooOld,
    StoreUnreadable,
)
from tests.stores.kept_things import AT, StoppedClock, a_full_alert, an_alert, an_entry

ROOT = Path(__file__).parents[2]
DEADLOCK = Facts("Deadlocked: deadlock detected", exceptions=("Deadlocked",), project="kyc-api")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "triage.db"


def opened(path: Path) -> Store:
    return open_store(f"tinydb:///{path}", clock=StoppedClock())


@contextmanager
def opened_for(path: Path) -> Iterator[Store]:
    store = opened(path)
    try:
        yield store
    finally:
        store.close()


def sql(path: Path, statement: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    with connection:
        rows = connection.execute(statement).fetchall()
    connection.close()
    return rows


@contextmanager
def full_disk(path: Path, room: int) -> Iterator[None]:
    """No file may grow past the present size of the write-ahead log and `room`, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    limit = path.with_name(f"{path.name}-wal").stat().st_size + room
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


# Opened again.


def test_everything_is_there_when_it_is_opened_again(path: Path) -> None:
    with opened_for(path) as store, store.change() as change:
        change.save(a_full_alert())
        change.add(PostCard("7-2"), AT, urgent=True)
        change.add(EditCard("7-2"), AT)
        change.log(an_entry(1))
        change.place(MessageRef("C1", "1.1"), "7-2")
        change.set_value("watermark", "w")
        change.first_time("k", AT)

    with opened_for(path) as store:
        assert store.alerts() == [a_full_alert()]
        assert store.latest_round("7") == a_full_alert()
        assert [saved.id for saved in store.effects_of("7-2")] == ["post_card:7-2", "edit_card:7-2"]
        assert [saved.id for saved in store.due(Service.SLACK, AT, 9)] == ["post_card:7-2", "edit_card:7-2"]
        assert store.entries() == [an_entry(1)]
        assert store.alert_at(MessageRef("C1", "1.1")) == "7-2"
        assert store.value("watermark") == "w"
        with store.change() as change:
            assert not change.first_time("k", AT)
            change.save(an_alert("8"))
        assert len(store.alerts()) == 2


def test_a_relative_path_is_below_the_present_folder(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.parent.mkdir()
    monkeypatch.chdir(path.parent.parent)

    open_store("tinydb:///data/triage.db", clock=StoppedClock()).close()

    assert path.exists()


@pytest.mark.parametrize("url", ["sqlite:///x.db", "tinydb://x.db", "tinydb:///", "tinydb:////", ""])
def test_an_url_that_names_no_store_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="tinydb:///PATH"):
        open_store(url, clock=StoppedClock())
    with pytest.raises(ValueError, match="tinydb:///PATH"):
        open_readonly(url)


WRITE_UNTIL_KILLED = """
from bot.domain.effects import PostCard
from bot.stores import open_store
from tests.stores.kept_things import AT, StoppedClock, an_alert, an_entry

store = open_store("tinydb:///" + {path!r}, clock=StoppedClock())
for number in range(100_000):
    with store.change() as change:
        change.save(an_alert(str(number)))
        change.add(PostCard(f"{{number}}-1"), AT)
        change.log(an_entry(number, str(number)))
        change.set_value("count", str(number))
    print(number, flush=True)
"""


def test_a_server_killed_amid_its_writes_has_lost_nothing_it_acknowledged(path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", WRITE_UNTIL_KILLED.format(path=str(path))],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    for line in child.stdout:
        if int(line) >= 100:
            child.kill()
            break
    acknowledged = max([100, *(int(line) for line in child.stdout if line.endswith("\n"))])
    child.wait()

    with opened_for(path) as store:
        count = int(store.value("count") or 0) + 1
        assert count > acknowledged
        assert len(store.alerts()) == count
        assert len(store.due(Service.SLACK, AT, 200_000)) == count
        assert len(store.entries()) == count
        assert sql(path, "SELECT count(*) FROM facts") == [(count,)]


# A second server.


def test_a_second_server_is_refused_and_told_who_has_the_file(path: Path) -> None:
    with opened_for(path) as store:
        with pytest.raises(StoreLocked) as refused:
            opened(path)

        assert f"process {os.getpid()} on " in str(refused.value)
        assert "2026-11-02T02:40:00+00:00" in str(refused.value)
        assert str(path) in str(refused.value)
        with store.change() as change:
            change.set_value("a", "1")

    with opened_for(path) as store:
        assert store.value("a") == "1"


def test_a_lock_file_left_behind_locks_nobody_out(path: Path) -> None:
    path.parent.mkdir()
    path.with_name("triage.db.lock").write_text("process 1 on elsewhere, started long ago")

    opened(path).close()


def test_a_store_that_could_not_be_opened_holds_no_lock(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(StoreUnreadable, match="not a database"):
        opened(path)
    path.unlink()

    opened(path).close()


# Faults of the disk.


def test_a_full_disk_destroys_nothing_and_later_writes_go_through(path: Path) -> None:
    with opened_for(path) as store:
        with store.change() as change:
            change.save(an_alert(owner="U1"))
            change.add(EditCard("7-1"), AT)
        with full_disk(path, room=150_000):
            with pytest.raises(StoreUnavailable, match=r"full|I/O"):
                for number in range(100):
                    with store.change() as change:
                        change.save(an_alert(owner="U2", short_id=str(number)))
                        change.add(EditCard("7-1"), AT)
                        change.log(an_entry(number))
                        change.set_value("count", str(number))
            kept = (store.alert("7-1"), store.effects_of("7-1"), store.entries(), store.value("count"))
            assert not store.is_writable()

        assert kept[3] is not None
        assert kept[1][0].armed == int(kept[3]) + 1
        assert len(kept[2]) == int(kept[3]) + 1
        reader = open_readonly(f"tinydb:///{path}")
        assert (
            reader.alert("7-1"),
            reader.effects_of("7-1"),
            reader.entries(),
            reader.value("count"),
        ) == kept
        assert store.is_writable()
        with store.change() as change:
            change.set_value("count", "after")

    with opened_for(path) as store:
        assert store.value("count") == "after"
        assert store.alert("7-1") == kept[0]


def test_a_document_of_any_size_that_does_not_fit_leaves_memory_as_the_file_is(path: Path) -> None:
    with opened_for(path) as store:
        with store.change() as change:
            change.save(an_alert())
        with full_disk(path, room=0), pytest.raises(StoreUnavailable), store.change() as change:
            change.save(an_alert(state=AlertState.CLOSED, facts=Facts("x" * 5_000_000)))
            change.save(an_alert("8"))
            change.sweep(AT + 2 * HOT_FOR)

        assert store.alerts() == [an_alert()]
        assert store.rounds("8") == []


def test_a_closed_store_says_that_it_cannot_write(path: Path) -> None:
    store = opened(path)
    store.close()
    store.close()

    with pytest.raises(StoreUnavailable), store.change() as change:
        change.set_value("a", "1")
    assert not store.is_writable()


def test_someone_elses_write_lock_is_waited_for_and_then_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.stores.sqlite_file.BUSY_FOR", 0.05)
    with opened_for(path) as store:
        shell = sqlite3.connect(path, isolation_level=None)
        shell.execute("BEGIN IMMEDIATE")

        assert not store.is_writable()
        with pytest.raises(StoreUnavailable, match="locked"), store.change() as change:
            change.set_value("a", "1")

        shell.execute("ROLLBACK")
        shell.close()
        assert store.is_writable()
        assert store.value("a") is None


def test_a_change_under_way_elsewhere_does_not_hang_the_question_whether_it_is_writable(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.stores.tinydb.PROBE_WAITS_FOR", 0.05)
    inside, answered = Event(), Event()

    with opened_for(path) as store:

        def write_slowly() -> None:
            with store.change():
                inside.set()
                answered.wait(10)

        writer = Thread(target=write_slowly, daemon=True)
        writer.start()
        inside.wait(10)
        is_writable = store.is_writable()
        answered.set()
        writer.join()

    assert not is_writable


def test_the_write_ahead_log_stays_small(path: Path) -> None:
    with opened_for(path) as store:
        for number in range(400):
            with store.change() as change:
                change.save(an_alert(facts=Facts(str(number) * 10_000)))

        assert path.with_name("triage.db-wal").stat().st_size < 8 * 1024 * 1024

    assert not path.with_name("triage.db-wal").exists()


# Rights.


def test_only_we_may_enter_the_folder_and_read_the_files(path: Path) -> None:
    old = os.umask(0)
    try:
        with opened_for(path) as store:
            with store.change() as change:
                change.set_value("a", "1")
            store.backup()
            modes = {
                file.name: stat.S_IMODE(file.stat().st_mode)
                for file in [path.parent, *path.parent.rglob("*")]
            }
    finally:
        os.umask(old)

    assert modes == {
        "data": 0o700,
        "triage.db": 0o600,
        "triage.db-wal": 0o600,
        "triage.db-shm": 0o600,
        "triage.db.lock": 0o600,
        "backups": 0o700,
        "triage-20261102.db": 0o600,
    }


def test_a_file_that_others_could_read_is_taken_back(path: Path) -> None:
    opened(path).close()
    path.chmod(0o644)

    with opened_for(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_with_other_things_in_it_keeps_its_rights(path: Path) -> None:
    path.parent.mkdir(mode=0o755)
    path.parent.chmod(0o755)
    (path.parent / "notes.txt").touch()

    opened(path).close()

    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o755


def test_a_path_that_cannot_be_is_told_with_its_name(path: Path) -> None:
    path.parent.write_text("a file, not a folder")

    with pytest.raises(StoreUnreadable, match=r"triage\.db"):
        opened(path)


# Readers beside a server.


def test_a_reader_finds_what_a_running_server_wrote_also_later_on(path: Path) -> None:
    with opened_for(path) as store:
        with store.change() as change:
            change.save(an_alert())
        reader = open_readonly(f"tinydb:///{path}")
        assert reader.alerts() == [an_alert()]

        with store.change() as change:
            change.save(an_alert(owner="U2"))
            change.log(an_entry(1))
            change.add(ReadIssue("7"), AT)

        assert reader.alerts() == [an_alert(owner="U2")]
        assert reader.entries() == [an_entry(1)]
        assert [saved.id for saved in reader.due(Service.SENTRY, AT, 9)] == ["read_issue:7:state"]


def test_a_reader_needs_no_server_and_makes_and_writes_nothing(path: Path) -> None:
    with opened_for(path) as store, store.change() as change:
        change.save(an_alert())
    before = path.read_bytes()

    reader = open_readonly(f"tinydb:///{path}")

    assert reader.alert("7-1") == an_alert()
    assert not hasattr(reader, "change")
    assert path.read_bytes() == before


def test_a_reader_of_what_is_not_there_is_told_so_and_makes_nothing(path: Path) -> None:
    with pytest.raises(StoreMissing, match="start the server once"):
        open_readonly(f"tinydb:///{path}")
    with pytest.raises(StoreMissing):
        open_readonly("memory://")

    assert not path.parent.exists()


def test_a_reader_sees_each_change_whole_and_holds_up_no_writer(path: Path) -> None:
    with opened_for(path) as store:
        reader, torn, done = open_readonly(f"tinydb:///{path}"), list[str](), Event()

        def read() -> None:
            while not done.is_set():
                torn.extend(alert.id for alert in reader.alerts() if len(reader.effects_of(alert.id)) != 1)

        thread = Thread(target=read, daemon=True)
        thread.start()
        for number in range(150):
            with store.change() as change:
                change.save(an_alert(str(number)))
                change.add(PostCard(f"{number}-1"), AT)
                if number:
                    before = an_alert(str(number - 1), state=AlertState.CLOSED, arrived_at=AT - 2 * HOT_FOR)
                    change.save(before)
                change.sweep(AT)
        done.set()
        thread.join()

        assert torn == []
        assert len(reader.alerts()) == 1
        assert len(reader.effects_of("0-1")) == 1


def test_a_reader_never_finds_a_round_twice_or_not_at_all_while_it_moves(path: Path) -> None:
    over = an_alert(state=AlertState.CLOSED, arrived_at=AT - 2 * HOT_FOR)
    with opened_for(path) as store:
        with store.change() as change:
            change.save(over)
        reader, found, done = open_readonly(f"tinydb:///{path}"), set[int](), Event()

        def read() -> None:
            while not done.is_set():
                found.add(len(reader.rounds("7")))

        thread = Thread(target=read, daemon=True)
        thread.start()
        for _ in range(200):
            with store.change() as change:
                change.sweep(AT)
            with store.change() as change:
                change.save(over)
        done.set()
        thread.join()

    assert found == {1}


def test_a_long_log_is_read_while_a_change_is_open(path: Path) -> None:
    with opened_for(path) as store:
        with store.change() as change:
            change.log(an_entry(1))
        found: list[int] = []

        with store.change() as change:
            change.log(an_entry(2))
            reader = Thread(target=lambda: found.append(len(store.entries())), daemon=True)
            reader.start()
            reader.join(10)
            assert len(change.entries()) == 2

        assert found == [1]


# Formats.

TODAY = 3


def test_a_new_file_has_todays_format_and_no_copy_is_made(path: Path) -> None:
    opened(path).close()

    assert sql(path, "PRAGMA user_version") == [(TODAY,)]
    assert not (path.parent / "backups").exists()


def made_older(path: Path) -> None:
    """The file as a release without examples left it."""
    for answer in ("step", "affected", "workaround"):
        sql(path, f"DROP INDEX facts_by_example_{answer}")
    for column in ("", "_name", "_step", "_affected", "_workaround"):
        sql(path, f"ALTER TABLE facts DROP COLUMN example{column}")
    sql(path, "PRAGMA user_version = 1")


def test_decisions_made_before_the_file_kept_examples_teach_as_those_made_after(path: Path) -> None:
    full = a_full_alert()
    assert full.decision
    said = replace(full.decision, reason='二重送信のため "&')
    taught = replace(full, state=AlertState.MEDIUM, decision=said)
    cold = replace(taught, id="8-1", issue_id="8", round=1, closing=Closing("resolved", AT))
    with opened_for(path) as store, store.change() as change:
        change.save(replace(cold, state=AlertState.CLOSED, arrived_at=AT - 2 * HOT_FOR))
        change.save(taught)
        change.save(replace(taught, id="9-1", issue_id="9", decision=None))
    with opened_for(path) as store, store.change() as change:
        change.sweep(AT + HOT_FOR + timedelta(days=1))
        before = change.examples(Answers(step="submission"), limit=9)
    made_older(path)

    with opened_for(path) as store:
        after = store.examples(Answers(step="submission"), limit=9)
        assert len(after) == 2
        assert after == before
        assert store.examples(Answers(workaround=True), besides="7", limit=9) == after[1:]


def test_an_older_file_is_copied_aside_and_upgraded(path: Path) -> None:
    with opened_for(path) as store, store.change() as change:
        change.save(an_alert())
    made_older(path)
    sql(path, "DROP TABLE seen")
    sql(path, "PRAGMA user_version = 0")

    with opened_for(path) as store:
        assert store.alert("7-1") == an_alert()
        with store.change() as change:
            assert change.first_time("k", AT)

    assert sql(path, "PRAGMA user_version") == [(TODAY,)]
    (copy,) = (path.parent / "backups").iterdir()
    assert copy.name.startswith("triage-format-0-20261102T024000")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert sql(copy, "PRAGMA user_version") == [(0,)]
    assert sql(copy, "SELECT count(*) FROM documents") == [(1,)]


def test_a_file_from_before_look_alikes_finds_its_hot_and_its_cold_rounds_after_the_upgrade(
    path: Path,
) -> None:
    hot, cold = an_alert("7", facts=DEADLOCK), an_alert("8", facts=replace(DEADLOCK, project="other"))
    with opened_for(path) as store, store.change() as change:
        change.save(hot)
        change.save(replace(cold, state=AlertState.CLOSED, closing=Closing("resolved", AT - 2 * HOT_FOR)))
        change.sweep(AT)
    made_older(path)
    sql(path, "DROP TABLE faces")

    with opened_for(path) as store:
        found = store.alike(face_keys(fingerprint(DEADLOCK)), 9)

    assert {alert.id for alert in found} == {"7-1", "8-1"}


def test_a_newer_file_is_refused_with_both_numbers_and_left_as_it_is(path: Path) -> None:
    opened(path).close()
    sql(path, "PRAGMA user_version = 99")
    before = path.read_bytes()

    for open_it in (opened, lambda path: open_readonly(f"tinydb:///{path}")):
        with pytest.raises(StoreTooNew, match=f"format 99, this release knows format {TODAY}"):
            open_it(path)

    assert path.read_bytes() == before


def test_a_reader_does_not_guess_at_an_older_file(path: Path) -> None:
    opened(path).close()
    sql(path, "PRAGMA user_version = 0")

    with pytest.raises(StoreTooOld, match="start the server once"):
        open_readonly(f"tinydb:///{path}")


def test_a_document_that_makes_no_sense_is_told_without_quoting_it(path: Path) -> None:
    with opened_for(path) as store, store.change() as change:
        change.save(an_alert())
    sql(path, 'UPDATE documents SET body = \'{"id": "7-1", "state": "hanako@example.com"}\'')

    for open_it in (opened, lambda path: open_readonly(f"tinydb:///{path}")):
        with pytest.raises(StoreNotOpened) as told:
            open_it(path)
        assert "hanako" not in str(told.value)


# Copies.


class MovedClock(StoppedClock):
    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


def test_a_backup_is_a_whole_store_that_can_be_put_back(path: Path) -> None:
    with opened_for(path) as store:
        with store.change() as change:
            change.save(an_alert())
            change.log(an_entry(1))
        copy = store.backup()
        with store.change() as change:
            change.save(an_alert("8"))
    assert copy == str(path.parent / "backups" / "triage-20261102.db")

    shutil.copy(copy, path)

    with opened_for(path) as store:
        assert store.alerts() == [an_alert()]
        assert store.entries() == [an_entry(1)]


def test_seven_backups_are_kept_and_other_files_left_alone(path: Path) -> None:
    for day in range(9):
        clock = MovedClock(AT + timedelta(days=day))
        store = open_store(f"tinydb:///{path}", clock=clock)
        (path.parent / "backups" / "by-hand.db").parent.mkdir(exist_ok=True)
        (path.parent / "backups" / "triage-20200101-before-move.db").touch()
        store.backup()
        store.backup()
        store.close()

    assert sorted(copy.name for copy in (path.parent / "backups").iterdir()) == [
        "triage-20200101-before-move.db",
        *(f"triage-202611{day:02}.db" for day in range(4, 11)),
    ]


def test_a_backup_that_does_not_fit_leaves_the_last_one_and_no_half_copy(path: Path) -> None:
    with opened_for(path) as store:
        good = Path(store.backup() or "")
        before = good.read_bytes()
        with store.change() as change:
            change.save(an_alert(facts=Facts("x" * 300_000)))

        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
        try:
            with pytest.raises(StoreUnavailable, match="backup"):
                store.backup()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    assert [file.name for file in good.parent.iterdir()] == [good.name]
    assert good.read_bytes() == before


# Memory and file.


def test_a_round_long_over_is_in_the_file_but_not_in_memory(path: Path) -> None:
    over = an_alert(state=AlertState.CLOSED, closing=Closing("resolved", AT))
    with opened_for(path) as store, store.change() as change:
        change.save(over)
        change.update_effect(replace(_done(), due_at=AT))
        change.sweep(AT + HOT_FOR + DONE_FOR)

    assert sql(path, "SELECT count(*) FROM documents") == [(0,)]
    assert sql(path, "SELECT alert_id, document IS NOT NULL FROM facts") == [("7-1", 1)]
    with opened_for(path) as store:
        assert store.alerts() == []
        assert store.alert("7-1") == over
        with store.change() as change:
            change.save(replace(over, state=AlertState.OPEN))
        assert sql(path, "SELECT state, document FROM facts") == [("open", None)]
        assert store.latest_round("7") == replace(over, state=AlertState.OPEN)


def test_the_facts_of_a_round_stand_in_columns_that_history_can_ask(path: Path) -> None:
    with opened_for(path) as store, store.change() as change:
        change.save(a_full_alert())

    columns = "issue_id, round, project, step, verdict, exception, frame, arrived_at, decided_at, closed_at"
    assert sql(path, f"SELECT {columns} FROM facts") == [
        (
            "7",
            2,
            "kyc-api",
            "submission",
            "small",
            "ActiveRecord::Deadlocked",
            "app/models/document.rb:finalize!",
            "2026-11-02T02:40:00.000000+00:00",
            "2026-11-02T02:40:00.000001+00:00",
            "2026-11-02T02:40:00.000000+00:00",
        )
    ]


def test_facts_follow_every_save_and_no_undone_one(path: Path) -> None:
    with opened_for(path) as store:
        with store.change() as change:
            change.save(an_alert())
        with pytest.raises(ZeroDivisionError), store.change() as change:
            change.save(an_alert(state=AlertState.LARGE))
            raise ZeroDivisionError
        with store.change() as change:
            change.save(an_alert(state=AlertState.LARGE))

        assert sql(path, "SELECT state FROM facts") == [("large",)]


def test_what_is_not_unicode_is_kept_as_far_as_it_can_be(path: Path) -> None:
    alert = an_alert(facts=Facts("half a pair: \ud800", exceptions=("\udfff",)))
    with opened_for(path) as store, store.change() as change:
        change.save(alert)
        assert change.first_time("key \ud800", AT)

    with opened_for(path) as store:
        assert store.alert("7-1") == alert
    assert sql(path, "SELECT title FROM facts") == [("half a pair: ?",)]


def test_no_question_about_what_waits_or_is_open_scans_a_table(path: Path) -> None:
    with opened_for(path):
        pass
    connection = sqlite3.connect(path)
    questions = [
        "SELECT document FROM facts WHERE alert_id = '1' AND document IS NOT NULL",
        "SELECT document FROM facts WHERE issue_id = '1' AND document IS NOT NULL ORDER BY round",
        "SELECT alert_id FROM places WHERE channel = 'C' AND ts = '1'",
        "SELECT body FROM entries WHERE issue_id = '1' ORDER BY at DESC, number DESC LIMIT 5",
        "SELECT body FROM entries ORDER BY at DESC, number DESC LIMIT 5",
        "DELETE FROM seen WHERE at < '2026'",
        *(
            f"SELECT example FROM facts WHERE example IS NOT NULL AND example_{answer} = 'few'"
            " AND issue_id <> '7' ORDER BY decided_at DESC LIMIT 1"
            for answer in ("step", "affected", "workaround")
        ),
    ]

    plans = [str(connection.execute(f"EXPLAIN QUERY PLAN {question}").fetchall()) for question in questions]

    connection.close()
    for plan in plans:
        assert "USING" in plan, plan
        assert "TEMP B-TREE" not in plan, plan


def _done() -> SavedEffect:
    return SavedEffect("post_card:7-1", PostCard("7-1"), AT, AT, state=EffectState.DONE)


def test_a_reader_replays_the_log_of_one_moment_while_the_server_goes_on_writing(path: Path) -> None:
    decision = a_full_alert().decision

    def log(store: Store, number: int) -> None:
        with store.change() as change:
            change.log(replace(an_entry(number), kind=EntryKind.DECIDED, decision=decision))

    with opened_for(path) as store:
        with store.change() as change:
            change.save(an_alert("7"))
        for number in range(3):
            log(store, number)
        reader = open_readonly(f"tinydb:///{path}")
        told = []
        for one in reader.decided():
            told.append(one.entry.id)
            log(store, 100 + len(told))

        assert told == ["e0", "e1", "e2"]
        assert len(list(reader.decided())) == 6
