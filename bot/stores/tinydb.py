"""The embedded store: the living in TinyDB's tables, the past in SQL, both in one SQLite file; made by `open_store`."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from bot.domain.alert import Alert
from bot.domain.effects import SavedEffect
from bot.domain.entries import Entry
from bot.domain.errors import StoreUnavailable
from bot.ports import Clock, Decided, Person
from bot.stores.backups import back_up
from bot.stores.codec import Document, Kept, decoded, encoded
from bot.stores.errors import StoreUnreadable
from bot.stores.keeping import Keeping, Shelves
from bot.stores.lock_file import LockFile
from bot.stores.private_files import make_private_file, make_private_folder
from bot.stores.sqlite_archive import SqliteArchive
from bot.stores.sqlite_file import SqliteFile, connect, connect_readonly, use_write_ahead_log
from bot.stores.sqlite_format import bring_up_to_date, must_be_current
from bot.stores.sqlite_storage import DocumentDB, SqliteStorage
from bot.stores.table_shelf import TableShelf
from bot.stores.turns import Guarded, OneWriter

PROBE_WAITS_FOR = 2.0
"""Seconds that `is_writable` waits for a change under way; ours: whoever asks after our health waits no longer."""

PROBE_SIZE = 64 * 1024
"""Characters that `is_writable` writes after an undone change; ours: about what one alert with all its effects takes,
for on a nearly full disk a smaller one may still fit."""


class TinyStore(OneWriter):
    """The only writer of its file. Raises StoreLocked, StoreTooNew or StoreUnreadable when it cannot be that."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        with _told_as_unreadable(path), ExitStack() as undone:
            make_private_folder(path.parent)
            self._server = LockFile(path, clock.machine())
            undone.callback(self._server.release)
            make_private_file(path)
            connection = connect(path)
            self._file = SqliteFile(connection)
            undone.callback(self._file.close)
            bring_up_to_date(connection, path, clock.machine())
            use_write_ahead_log(connection)
            self._parts = _read(self._file)
            self._parts.archive.fill_faces(self._parts.keeping.alerts())
            self._file.commit()
            self._past_file = SqliteFile(connect_readonly(path))
            undone.pop_all()
        self._past = SqliteArchive(self._past_file)
        self._past_lock = Lock()
        self._is_in_doubt = False
        super().__init__(self._parts.keeping)

    def entries(self, *, issue_id: str | None = None, limit: int | None = None) -> list[Entry]:
        """As `Reading.entries`, over a connection of its own, so that a long log holds up no writer."""
        with self._past_lock:
            return self._past.entries(issue_id, limit)

    def is_writable(self) -> bool:
        """Whether a small change reaches the disk now: it is tried."""
        if not self._lock.acquire(timeout=PROBE_WAITS_FOR):
            return False
        try:
            padding = "." * PROBE_SIZE if self._is_in_doubt else ""
            with self.change() as change:
                change.set_value("probe", self._clock.machine().isoformat() + padding)
            self._is_in_doubt = False
        except StoreUnavailable:
            return False
        finally:
            self._lock.release()
        return True

    def backup(self) -> str:
        """Copy the file to `backups/` beside it under the business clock's date (UTC); writers go on meanwhile."""
        return str(back_up(self._path, self._clock.now().date()))

    def close(self) -> None:
        """Give the file and the lock back; a second time changes nothing."""
        with self._lock, self._past_lock:
            self._past_file.close()
            self._file.close()
            self._server.release()

    def _begin(self) -> None:
        self._parts.storage.begin()

    def _commit(self) -> None:
        self._parts.storage.commit()
        self._parts.settle()

    def _roll_back(self) -> None:
        self._is_in_doubt = True
        self._parts.storage.roll_back()
        self._parts.archive.forget_rows()
        self._parts.settle()


class TinyReader(Guarded):
    """Answers from the same file beside a running server; each answer is of one moment, and of the newest."""

    def __init__(self, path: Path) -> None:
        with _told_as_unreadable(path), ExitStack() as undone:
            connection = connect_readonly(path)
            self._file = SqliteFile(connection)
            undone.callback(self._file.close)
            must_be_current(connection, path)
            self._version = self._file_version()
            super().__init__(_read(self._file).keeping)
            undone.pop_all()

    def close(self) -> None:
        """Give the connection back."""
        with self._lock:
            self._file.close()

    def decided(self) -> Iterator[Decided]:
        """As `Reading.decided`, in one read transaction: all of one moment, while the server goes on writing."""
        with self._asking() as keeping:
            yield from keeping.decided()

    @contextmanager
    def _asking(self) -> Generator[Keeping]:
        """A read transaction; what is in memory is read again when another process has written since."""
        with self._lock:
            self._file.ask("BEGIN")
            try:
                if (version := self._file_version()) != self._version:
                    self._keeping = _read(self._file).keeping
                    self._version = version
                yield self._keeping
            finally:
                self._file.roll_back()

    def _file_version(self) -> object:
        """Changes whenever another connection commits: https://sqlite.org/pragma.html#pragma_data_version."""
        self._file.ask("SELECT 1 FROM documents LIMIT 1")
        return self._file.ask("PRAGMA data_version")[0][0]


@dataclass(frozen=True)
class _Parts:
    """All that a file's documents became in memory."""

    storage: SqliteStorage
    archive: SqliteArchive
    shelves: tuple[TableShelf[Alert], TableShelf[SavedEffect], TableShelf[Person], TableShelf[str]]
    keeping: Keeping

    def settle(self) -> None:
        for shelf in self.shelves:
            shelf.settle()


@contextmanager
def _told_as_unreadable(path: Path) -> Generator[None]:
    """Whatever keeps the file from being opened is told as one error that names the file."""
    try:
        yield
    except (OSError, sqlite3.Error, StoreUnavailable) as error:
        raise StoreUnreadable(str(path), str(error)) from error
    except ValueError as error:
        # Of a document that makes no sense only the kind of fault is told: its text may quote the document.
        raise StoreUnreadable(
            str(path), f"a document in it cannot be understood, {type(error).__name__}"
        ) from error


def _read(file: SqliteFile) -> _Parts:
    storage = SqliteStorage(file)
    # TinyDB makes its storage itself, from a class or, as here, from anything that gives one.
    db = DocumentDB(storage=lambda: storage)

    def shelf(name: str, key: str, kind: type[Kept]) -> TableShelf[Kept]:
        return TableShelf(
            db.document_table(name),
            key,
            lambda _, item: encoded(item),
            lambda document: decoded(kind, document),
        )

    alerts = shelf("alerts", "id", Alert)
    effects = shelf("effects", "id", SavedEffect)
    people = shelf("people", "user_id", Person)
    values = TableShelf(db.document_table("values"), "name", _named_value, _value)
    archive = SqliteArchive(file)
    keeping = Keeping(Shelves(alerts, effects, people, values), archive)
    return _Parts(storage, archive, (alerts, effects, people, values), keeping)


def _named_value(name: str, value: str) -> Document:
    return {"name": name, "value": value}


def _value(document: Document) -> str:
    return str(document["value"])
