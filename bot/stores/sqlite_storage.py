"""TinyDB on SQLite: tables and queries in memory, and at each commit only the documents that changed go to the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any, cast

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table

from bot.stores.codec import Document, from_text, to_text
from bot.stores.sqlite_file import SqliteFile

Documents = dict[str, Document]
"""The documents of one table by their number as text: TinyDB's own form."""


class SqliteStorage(Storage):
    """Holds the tables in memory and knows, since the last commit, which documents changed and what they were before.

    Outside `begin` .. `commit` each write through TinyDB is committed by itself. A write that cannot be committed
    raises StoreUnavailable and leaves memory as the file is. Documents hold JSON values only, which `codec` sees to.
    An empty table is not remembered in the file.
    """

    def __init__(self, file: SqliteFile) -> None:
        super().__init__()
        self._file = file
        self._tables: dict[str, Documents] = {}
        self._before: dict[tuple[str, str], Document | None] = {}
        self._is_collecting = False
        self.on_undo: list[Callable[[], None]] = []
        """Called after documents went back to what they were: tables forget their cached answers."""
        for table, number, body in file.ask(
            "SELECT collection, number, body FROM documents ORDER BY collection, number"
        ):
            self._tables.setdefault(str(table), {})[str(number)] = from_text(str(body))

    def read(self) -> dict[str, dict[str, Any]] | None:
        """All tables; the answer is the caller's own dict, the tables and documents in it are not."""
        return dict(self._tables)

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Drop the tables that `data` lacks, which is all that TinyDB itself writes through this door.

        Raises TypeError for a table that was changed otherwise: `DocumentTable` has the door for documents.
        """
        if any(self._tables.get(name) is not table for name, table in data.items()):
            raise TypeError("change documents through a table of DocumentDB, so that only those are written")
        for name in self._tables.keys() - data.keys():
            self.take(name, dict.fromkeys(map(int, self._tables[name])))
            del self._tables[name]

    def documents(self, table: str) -> Documents:
        """The documents of one table as they stand; not to be changed."""
        return self._tables.get(table, {})

    def take(self, table: str, changes: Mapping[int, Document | None]) -> None:
        """Put these documents in place, and take away those that are None."""
        documents = self._tables.setdefault(table, {})
        for number, document in changes.items():
            key = str(number)
            self._before.setdefault((table, key), documents.get(key))
            if document is None:
                documents.pop(key, None)
            else:
                documents[key] = document
        if not self._is_collecting:
            self._commit_at_once()

    def begin(self) -> None:
        """Collect changes until `commit` or `roll_back`."""
        self._is_collecting = True

    def commit(self) -> None:
        """Write the changed documents and all else that the file's transaction holds, at once or not at all."""
        for (table, key), before in self._before.items():
            document = self._tables.get(table, {}).get(key)
            if document is None:
                self._file.write(
                    "DELETE FROM documents WHERE collection = ? AND number = ?", (table, int(key))
                )
            elif document != before:
                self._file.write(
                    "INSERT INTO documents (collection, number, body) VALUES (?, ?, ?)"
                    " ON CONFLICT (collection, number) DO UPDATE SET body = excluded.body",
                    (table, int(key), to_text(document)),
                )
        self._file.commit()
        self._before.clear()
        self._is_collecting = False

    def roll_back(self) -> None:
        """Undo all since the last commit, in memory and in the file's transaction."""
        self._file.roll_back()
        for (table, key), before in self._before.items():
            if before is None:
                self._tables.get(table, {}).pop(key, None)
            else:
                self._tables.setdefault(table, {})[key] = before
        self._before.clear()
        self._is_collecting = False
        for undone in self.on_undo:
            undone()

    def close(self) -> None:
        """The file belongs to the store, which closes it."""

    def _commit_at_once(self) -> None:
        try:
            self.commit()
        except BaseException:
            self.roll_back()
            raise


class DocumentTable(Table):
    """A TinyDB table that hands its storage the changed documents instead of everything."""

    def __init__(self, storage: Storage, name: str, **options: Any) -> None:
        if not isinstance(storage, SqliteStorage):
            raise TypeError("a DocumentTable lies on a SqliteStorage")
        self._changes = storage
        super().__init__(storage, name, **options)
        storage.on_undo.append(self.clear_cache)

    def document(self, number: int) -> Document | None:
        """The document with that number, not to be changed."""
        return self._changes.documents(self.name).get(str(number))

    def numbered(self) -> Iterator[tuple[int, Document]]:
        """All documents with their numbers, not to be changed."""
        return ((int(number), document) for number, document in self._changes.documents(self.name).items())

    def append(self, document: Document) -> int:
        """Put a new document in and return its number, which is higher than all others."""
        return self.insert(cast(Mapping[Any, Any], document))  # pyright: ignore[reportUnknownMemberType]

    def replace(self, number: int, document: Document) -> None:
        """Put this document in the place of the one with that number, whole: fields that it lacks are gone."""
        self._changes.take(self.name, {number: document})
        self.clear_cache()

    def discard(self, number: int) -> None:
        """Take away the document with that number, if there is one."""
        self._changes.take(self.name, {number: None})
        self.clear_cache()

    def _update_table(self, updater: Callable[[dict[int, Mapping[str, Any]]], None]) -> None:
        """The one place through which all of TinyDB's own mutators go; an exception in `updater` changes nothing."""
        view = ChangingDocuments(self._changes.documents(self.name))
        updater(cast(dict[int, Mapping[str, Any]], view))
        self._changes.take(self.name, view.changes())
        self.clear_cache()


class DocumentDB(TinyDB):
    """TinyDB with tables that know what changed: `DocumentDB(file, storage=SqliteStorage)`."""

    table_class = DocumentTable

    def document_table(self, name: str) -> DocumentTable:
        """The table of that name, as the kind of table it is."""
        return cast(DocumentTable, self.table(name))  # pyright: ignore[reportUnknownMemberType]


class ChangingDocuments(MutableMapping[int, Document]):
    """A table as an updater sees it: what it takes in hand is a copy, so that a failing updater changes nothing."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._taken: dict[int, Document | None] = {}

    def changes(self) -> dict[int, Document | None]:
        """The documents that were taken in hand; None for those that are gone."""
        return self._taken

    def __getitem__(self, number: int) -> Document:
        if number not in self._taken:
            self._taken[number] = _copy(self._documents[str(number)])
        document = self._taken[number]
        if document is None:
            raise KeyError(number)
        return document

    def __setitem__(self, number: int, document: Document) -> None:
        self._taken[number] = document

    def __delitem__(self, number: int) -> None:
        if number not in self:
            raise KeyError(number)
        self._taken[number] = None

    def __contains__(self, number: object) -> bool:
        if number in self._taken:
            return self._taken[cast(int, number)] is not None
        return str(number) in self._documents

    def __iter__(self) -> Iterator[int]:
        yield from (number for number in map(int, self._documents) if number in self)
        yield from (
            number for number in list(self._taken) if str(number) not in self._documents and number in self
        )

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        """Take all away at once; the inherited way looks for the first one again and again."""
        self._taken = dict.fromkeys(map(int, self._documents))


def _copy(value: Any) -> Any:
    """A copy of a JSON value, many times faster than copy.deepcopy."""
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in cast(Document, value).items()}
    if isinstance(value, list):
        return [_copy(item) for item in cast(list[Any], value)]
    return value
