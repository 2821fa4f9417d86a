"""One connection to the SQLite file under a store: statements, transactions, and what its errors mean to us."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from bot.domain.errors import StoreUnavailable
from bot.stores.errors import StoreMissing, StoreUnreadable

BUSY_FOR = 2.0
"""Seconds to wait for someone else's write (a person with the sqlite3 shell); ours, below Slack's 3 s."""

WAL_PAGES = 1000
"""After so many pages (of 4 KiB) SQLite moves the write-ahead log into the file: its own default,
https://sqlite.org/wal.html#automatic_checkpoint."""

WAL_LIMIT = 16 * 1024 * 1024
"""Bytes that the write-ahead log keeps on the disk after a checkpoint; ours."""

Value = str | int | None
Row = tuple[Value, ...]


class SqliteFile:
    """A connection whose transaction begins with its first write. Used by one thread at a time, whichever it is."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def ask(self, statement: str, values: Sequence[Value] = ()) -> list[Row]:
        """The rows that a question finds, seeing what the open transaction wrote. Raises StoreUnavailable."""
        try:
            return self._run(statement, values).fetchall()
        except sqlite3.Error as error:
            raise _unavailable(error) from error

    def write(self, statement: str, values: Sequence[Value] = ()) -> int:
        """Write within the transaction and return how many rows that concerned. Raises StoreUnavailable."""
        try:
            if not self._connection.in_transaction:
                self._connection.execute("BEGIN IMMEDIATE")
            return self._run(statement, values).rowcount
        except sqlite3.Error as error:
            raise _unavailable(error) from error

    def commit(self) -> None:
        """Make what was written durable: it is on the disk when this returns. Raises StoreUnavailable."""
        try:
            if self._connection.in_transaction:
                self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise _unavailable(error) from error

    def roll_back(self) -> None:
        """Undo what was written; never raises, for SQLite undoes it by itself where it cannot be told."""
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error:
            return

    def close(self) -> None:
        """Give the file back; what was not committed is undone."""
        self._connection.close()

    def _run(self, statement: str, values: Sequence[Value]) -> sqlite3.Cursor:
        try:
            return self._connection.execute(statement, values)
        except UnicodeEncodeError:
            # Half a surrogate pair in a stranger's text: SQLite takes Unicode only.
            return self._connection.execute(statement, [_unicode(value) for value in values])


def connect(path: Path) -> sqlite3.Connection:
    """A connection for writing; each commit reaches the disk before it returns. Raises StoreUnreadable."""
    return _connected(path, "rw")


def use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Let readers read while a writer writes, and let each commit be one append and one sync."""
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        f"wal_autocheckpoint = {WAL_PAGES}",
        f"journal_size_limit = {WAL_LIMIT}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def connect_readonly(path: Path) -> sqlite3.Connection:
    """A connection that cannot write. Raises StoreMissing when there is no file, else StoreUnreadable."""
    if not path.exists():
        raise StoreMissing(str(path))
    return _connected(path, "ro")


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(
            f"file:{quote(str(path))}?mode={mode}",
            uri=True,
            timeout=BUSY_FOR,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except sqlite3.Error as error:
        if connection:
            connection.close()
        raise StoreUnreadable(str(path), str(error)) from error
    return connection


def _unavailable(error: sqlite3.Error) -> StoreUnavailable:
    """SQLite's own words name the fault (full disk, read-only file), never a value."""
    return StoreUnavailable(str(error))


def _unicode(value: Value) -> Value:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
