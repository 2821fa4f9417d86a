"""The tables of the SQLite file, its format number, and how an older file becomes one of today's; used at opening."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bot.stores.errors import StoreTooNew, StoreTooOld, StoreUnreadable
from bot.stores.private_files import BACKUPS, make_private_file, make_private_folder

Migration = Sequence[str]
"""Statements that lift a file by one format."""

_FIRST_TABLES: Migration = (
    # TinyDB's documents; `number` is TinyDB's doc_id.
    """CREATE TABLE IF NOT EXISTS documents (
        collection TEXT NOT NULL, number INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (collection, number)
    )""",
    # The searchable facts of each round that ever was. `document` holds the round itself once it has left memory.
    # All instants are ISO 8601 in UTC with six digits of a second, so that their order is the order of the text.
    """CREATE TABLE IF NOT EXISTS facts (
        alert_id TEXT PRIMARY KEY, issue_id TEXT NOT NULL, round INTEGER NOT NULL, project TEXT, state TEXT NOT NULL,
        source TEXT NOT NULL, step TEXT, verdict TEXT, matrix_row TEXT, arrived_at TEXT NOT NULL, decided_at TEXT,
        responded_at TEXT, closed_at TEXT, title TEXT NOT NULL, exception TEXT, exceptions TEXT NOT NULL,
        transaction_name TEXT, culprit TEXT, frame TEXT, environment TEXT, release TEXT, document TEXT
    )""",
    "CREATE INDEX IF NOT EXISTS facts_by_issue ON facts (issue_id, round)",
    "CREATE INDEX IF NOT EXISTS facts_by_arrival ON facts (arrived_at)",
    "CREATE INDEX IF NOT EXISTS facts_by_exception ON facts (exception, arrived_at)",
    "CREATE INDEX IF NOT EXISTS facts_by_title ON facts (title, arrived_at)",
    # The decision log, which is never held in memory.
    """CREATE TABLE IF NOT EXISTS entries (
        number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, at TEXT NOT NULL, kind TEXT NOT NULL,
        issue_id TEXT NOT NULL, alert_id TEXT NOT NULL, body TEXT NOT NULL
    )""",
    "CREATE INDEX IF NOT EXISTS entries_by_time ON entries (at, number)",
    "CREATE INDEX IF NOT EXISTS entries_by_issue ON entries (issue_id, at, number)",
    # Which message belongs to which alert, and which deliveries and clicks have been seen.
    """CREATE TABLE IF NOT EXISTS places (
        channel TEXT NOT NULL, ts TEXT NOT NULL, alert_id TEXT NOT NULL, PRIMARY KEY (channel, ts)
    ) WITHOUT ROWID""",
    "CREATE TABLE IF NOT EXISTS seen (key TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS seen_by_time ON seen (at)",
)

_LOOK_ALIKES: Migration = (
    # Of each cause that shows this face the newest decided round, else the newest; filled by `stores.faces`.
    """CREATE TABLE IF NOT EXISTS faces (
        key TEXT NOT NULL, cause TEXT NOT NULL, alert_id TEXT NOT NULL, decided INTEGER NOT NULL,
        arrived_at TEXT NOT NULL, PRIMARY KEY (key, cause)
    ) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS faces_by_key ON faces (key, arrived_at)",
)


def _taught(alert: str) -> str:
    """What decisions teach, out of the JSON of an alert; as `stores.facts.example_of` says it from then on."""
    columns = {
        "example": "decision.reason",
        "example_name": "short_id",
        "example_step": "decision.answers.step",
        "example_affected": "decision.answers.affected",
        "example_workaround": "decision.answers.workaround",
    }
    return ", ".join(f"{column} = json_extract({alert}, '$.{path}')" for column, path in columns.items())


_TEACHES = (
    "facts.matrix_row IS NOT NULL AND facts.source NOT IN ('metric_alert', 'person')"
    " AND trim(json_extract({alert}, '$.decision.reason')) <> ''"
    " AND json_extract({alert}, '$.decision.answers.step') IS NOT NULL"
    " AND json_extract({alert}, '$.short_id') IS NOT NULL"
)

_EXAMPLES: Migration = (
    # What decisions teach whoever judges next: the reason, the name and the three answers.
    "ALTER TABLE facts ADD COLUMN example TEXT",
    "ALTER TABLE facts ADD COLUMN example_name TEXT",
    "ALTER TABLE facts ADD COLUMN example_step TEXT",
    "ALTER TABLE facts ADD COLUMN example_affected TEXT",
    "ALTER TABLE facts ADD COLUMN example_workaround INTEGER",
    f"UPDATE facts SET {_taught('document')}"  # noqa: S608 - ours
    f" WHERE document IS NOT NULL AND {_TEACHES.format(alert='document')}",
    f"UPDATE facts SET {_taught('d.body')} FROM documents AS d WHERE d.collection = 'alerts'"  # noqa: S608 - ours
    f" AND facts.alert_id = json_extract(d.body, '$.id') AND {_TEACHES.format(alert='d.body')}",
    *(
        f"CREATE INDEX facts_by_example_{answer} ON facts (example_{answer}, decided_at) WHERE example IS NOT NULL"
        for answer in ("step", "affected", "workaround")
    ),
)

MIGRATIONS: tuple[Migration, ...] = (_FIRST_TABLES, _LOOK_ALIKES, _EXAMPLES)
"""The n-th one lifts a file of format n to format n + 1; a new file is one of format 0 without tables."""


def bring_up_to_date(
    connection: sqlite3.Connection, path: Path, now: datetime, migrations: Sequence[Migration] = MIGRATIONS
) -> Path | None:
    """Lift the file to the newest format in one transaction, and return where the copy of an older one lies.

    Raises StoreTooNew for a file of a newer format, and StoreUnreadable when a statement fails; both change nothing.
    """
    found, known = format_of(connection), len(migrations)
    if found > known:
        raise StoreTooNew(str(path), found, known)
    if found == known:
        return None
    copy: Path | None = None
    try:
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            copy = _copy_aside(connection, path, found, now)
        connection.execute("BEGIN IMMEDIATE")
        for migration in migrations[found:]:
            for statement in migration:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {known}")
        connection.execute("COMMIT")
    except (sqlite3.Error, OSError) as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise StoreUnreadable(str(path), f"no upgrade from format {found} to {known}: {error}") from error
    return copy


def must_be_current(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that a reader could misread: raises StoreTooNew or StoreTooOld."""
    found, known = format_of(connection), len(MIGRATIONS)
    if found > known:
        raise StoreTooNew(str(path), found, known)
    if found < known:
        raise StoreTooOld(str(path), found, known)


def format_of(connection: sqlite3.Connection) -> int:
    """The format number of the file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _copy_aside(connection: sqlite3.Connection, path: Path, found: int, now: datetime) -> Path:
    """A copy that the nightly copies never push out, named by format and time (UTC)."""
    folder = make_private_folder(path.parent / BACKUPS)
    copy = folder / f"{path.stem}-format-{found}-{now:%Y%m%dT%H%M%S%f}.db"
    make_private_file(copy)
    connection.execute("VACUUM INTO ?", (str(copy),))
    return copy
