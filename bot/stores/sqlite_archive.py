"""The past in SQL: the decision log, rounds that left memory, facts, places, seen keys; asked by the TinyDB store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache

from bot.domain.alert import Alert, MessageRef
from bot.domain.decision import Answers
from bot.domain.entries import Entry, EntryKind
from bot.domain.guiding import Example
from bot.domain.impact import Affected
from bot.stores.codec import decoded, encoded, from_text, to_text
from bot.stores.faces import NEWEST_OF_A_KEY, Face, best
from bot.stores.facts import COLUMNS, facts_row, instant
from bot.stores.keeping import Logged
from bot.stores.sqlite_file import Row, SqliteFile, Value

_KEEP_FACTS = (
    f"INSERT INTO facts ({', '.join(COLUMNS)}, document) VALUES ({', '.join('?' * len(COLUMNS))}, NULL)"  # noqa: S608
    f" ON CONFLICT (alert_id) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in COLUMNS[1:])}, document = NULL"
)


_DECIDED = (
    "SELECT e.number, (SELECT max(number) FROM entries), e.body, f.document"
    " FROM entries e LEFT JOIN facts f ON f.alert_id = e.alert_id"
    " WHERE e.kind = ? AND e.number > ? ORDER BY e.number LIMIT ?"
)
_KEEP_FACE = (
    "INSERT INTO faces (key, cause, alert_id, decided, arrived_at) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (key, cause) DO UPDATE SET alert_id = excluded.alert_id, decided = excluded.decided,"
    " arrived_at = excluded.arrived_at"
    " WHERE (excluded.decided, excluded.arrived_at) >= (faces.decided, faces.arrived_at)"
)


REMEMBERED = 128
"""Rounds out of the past kept in memory, those asked for last; ours: half a MiB."""


class SqliteArchive:
    """Reads and writes through one connection; its writes belong to that connection's transaction."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file
        self._facts: dict[str, tuple[Value, ...]] = {}
        """The rows as last written, so that a save which changes only a count writes none."""
        self._faces: dict[str, Face] = {}
        """As above."""

    def forget_rows(self) -> None:
        """Trust no row as written: the transaction was undone."""
        self._facts.clear()
        self._faces.clear()

    def entries(self, issue_id: str | None, limit: int | None) -> list[Entry]:
        where, values = ("WHERE issue_id = ?", [issue_id]) if issue_id is not None else ("", [])
        rows = self._file.ask(
            f"SELECT body FROM entries {where} ORDER BY at DESC, number DESC LIMIT ?",  # noqa: S608 - ours
            [*values, -1 if limit is None else limit],
        )
        return [decoded(Entry, from_text(str(body))) for (body,) in reversed(rows)]

    def examples(self, given: Answers, besides: str, limit: int) -> list[Example]:
        wanted: dict[str, Value] = {
            "example_step": given.step,
            "example_affected": given.affected.value if given.affected else None,
            "example_workaround": None if given.workaround is None else int(given.workaround),
        }
        asked = {column: value for column, value in wanted.items() if value is not None}
        where = "".join(f" AND {column} = ?" for column in asked)
        rows = self._file.ask(
            "SELECT example, example_name, decided_at, example_step, example_affected, example_workaround"  # noqa: S608
            f" FROM facts WHERE example IS NOT NULL{where} AND issue_id <> ? ORDER BY decided_at DESC LIMIT ?",
            [*asked.values(), besides, limit],
        )
        return [_example(row) for row in rows]

    def decided(self, after: int, limit: int) -> list[Logged]:
        rows = self._file.ask(_DECIDED, (EntryKind.DECIDED.value, after, limit))
        return [
            Logged(
                number=int(str(number)),
                part=int(str(number)) / int(str(last)),
                entry=decoded(Entry, from_text(str(body))),
                cold=decoded(Alert, from_text(str(document))) if document is not None else None,
            )
            for number, last, body, document in rows
        ]

    def log(self, entry: Entry) -> None:
        self._file.write(
            "INSERT OR IGNORE INTO entries (id, at, kind, issue_id, alert_id, body) VALUES (?, ?, ?, ?, ?, ?)",
            (
                entry.id,
                instant(entry.at),
                entry.kind.value,
                entry.issue_id,
                entry.alert_id,
                to_text(encoded(entry)),
            ),
        )

    def cold_alert(self, alert_id: str) -> Alert | None:
        rows = self._file.ask(
            "SELECT document FROM facts WHERE alert_id = ? AND document IS NOT NULL", (alert_id,)
        )
        return _alert(rows[0]) if rows else None

    def cold_rounds(self, issue_id: str) -> list[Alert]:
        rows = self._file.ask(
            "SELECT document FROM facts WHERE issue_id = ? AND document IS NOT NULL ORDER BY round",
            (issue_id,),
        )
        return [_alert(row) for row in rows]

    def freeze(self, alert: Alert) -> None:
        self.keep_facts(alert)
        self._facts.pop(alert.id)
        self._faces.pop(alert.id, None)
        self._file.write(
            "UPDATE facts SET document = ? WHERE alert_id = ?", (to_text(encoded(alert)), alert.id)
        )

    def keep_facts(self, alert: Alert) -> None:
        row = facts_row(alert)
        if self._facts.get(alert.id) != row:
            self._file.write(_KEEP_FACTS, row)
            self._facts[alert.id] = row

    def keep_face(self, alert: Alert) -> None:
        face = Face.of(alert)
        if self._faces.get(alert.id) == face:
            return
        cause, keys = face.keys()
        for key in keys:
            self._file.write(
                _KEEP_FACE, (key, cause, alert.id, int(face.is_decided), instant(alert.arrived_at))
            )
        self._faces[alert.id] = face

    def alike(self, keys: Sequence[str], limit: int) -> list[str]:
        found = [
            (str(alert_id), str(arrived))
            for key in keys
            for alert_id, arrived in self._file.ask(
                "SELECT alert_id, arrived_at FROM faces WHERE key = ? ORDER BY arrived_at DESC LIMIT ?",
                (key, NEWEST_OF_A_KEY),
            )
        ]
        return best(found, limit)

    def fill_faces(self, hot: Iterable[Alert]) -> None:
        """Note the faces of everything that a file of an older format holds; a file that has some is left alone."""
        if self._file.ask("SELECT 1 FROM faces LIMIT 1"):
            return
        for alert in hot:
            self.keep_face(alert)
        for (alert_id,) in self._file.ask("SELECT alert_id FROM facts WHERE document IS NOT NULL"):
            if alert := self.cold_alert(str(alert_id)):
                self.keep_face(alert)
                self._faces.pop(alert.id)

    def alert_at(self, ref: MessageRef) -> str | None:
        rows = self._file.ask(
            "SELECT alert_id FROM places WHERE channel = ? AND ts = ?", (ref.channel, ref.ts)
        )
        return str(rows[0][0]) if rows else None

    def place(self, ref: MessageRef, alert_id: str) -> None:
        self._file.write(
            "INSERT INTO places (channel, ts, alert_id) VALUES (?, ?, ?)"
            " ON CONFLICT (channel, ts) DO UPDATE SET alert_id = excluded.alert_id",
            (ref.channel, ref.ts, alert_id),
        )

    def first_time(self, key: str, at: datetime) -> bool:
        return self._file.write("INSERT OR IGNORE INTO seen (key, at) VALUES (?, ?)", (key, instant(at))) == 1

    def forget_seen(self, before: datetime) -> None:
        self._file.write("DELETE FROM seen WHERE at < ?", (instant(before),))


def _example(row: Row) -> Example:
    reason, name, at, step, affected, workaround = row
    answers = Answers(
        step=None if step is None else str(step),
        affected=None if affected is None else Affected(str(affected)),
        workaround=None if workaround is None else bool(workaround),
    )
    return Example(str(name), datetime.fromisoformat(str(at)), str(reason), answers)


def _alert(row: Row) -> Alert:
    return _from_document(str(row[0]))


@lru_cache(maxsize=REMEMBERED)
def _from_document(text: str) -> Alert:
    """The round in this text; nothing of it ever changes, so those that many new alerts look like are read once."""
    return decoded(Alert, from_text(text))
