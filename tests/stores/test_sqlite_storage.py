from __future__ import annotations

import inspect
import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tinydb import TinyDB, where
from tinydb.operations import delete, increment
from tinydb.storages import MemoryStorage
from tinydb.table import Document, Table

from bot.domain.errors import StoreUnavailable
from bot.stores.private_files import make_private_file
from bot.stores.sqlite_file import SqliteFile, connect, connect_readonly, use_write_ahead_log
from bot.stores.sqlite_format import bring_up_to_date
from bot.stores.sqlite_storage import ChangingDocuments, DocumentDB, SqliteStorage
from bot.stores.table_shelf import TableShelf
from tests.stores.kept_things import AT

Mutation = Callable[[Any], object]


class Opened:
    """TinyDB over a file, and what another connection finds in that file."""

    def __init__(self, path: Path) -> None:
        make_private_file(path)
        connection = connect(path)
        bring_up_to_date(connection, path, AT)
        use_write_ahead_log(connection)
        self.path = path
        self.storage = SqliteStorage(SqliteFile(connection))
        self.db = DocumentDB(storage=lambda: self.storage)

    def reread(self) -> dict[str, dict[str, Any]]:
        file = SqliteFile(connect_readonly(self.path))
        tables = SqliteStorage(file).read() or {}
        file.close()
        return tables


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    return Opened(tmp_path / "triage.db")


def in_numbers(tables: dict[str, dict[Any, Any]] | None) -> dict[str, dict[str, Any]]:
    """Tables that have documents, the documents by number as text."""
    return {
        name: {str(n): dict(d) for n, d in table.items()} for name, table in (tables or {}).items() if table
    }


def fill(db: Any) -> None:
    db.insert_multiple({"name": name, "n": n, "deep": {"list": [n]}} for n, name in enumerate("abcde"))
    db.table("other").insert({"name": "x"})


def deepen(document: Any) -> None:
    document["deep"]["list"].append(99)


MUTATIONS: dict[str, list[Mutation]] = {
    "insert": [lambda db: db.insert({"name": "f"}), lambda db: db.insert(Document({"name": "f"}, 40))],
    "insert_multiple": [
        lambda db: db.insert_multiple([{"name": "f"}, Document({"name": "g"}, 41), {"name": "h"}]),
        lambda db: db.insert_multiple([]),
    ],
    "update": [
        lambda db: db.update({"n": 7}),
        lambda db: db.update({"n": 7}, where("name") == "b"),
        lambda db: db.update({"n": 7}, doc_ids=[1, 3, 77]),
        lambda db: db.update(increment("n"), where("n") > 1),
        lambda db: db.update(delete("n"), doc_ids=[2]),
        lambda db: db.update(deepen, where("deep").list.any([1])),
        lambda db: db.update({"n": 0}, where("n") == 0),
    ],
    "update_multiple": [
        lambda db: db.update_multiple([({"n": 7}, where("name") == "b"), (deepen, where("n") == 7)]),
    ],
    "upsert": [
        lambda db: db.upsert({"n": 7}, where("name") == "b"),
        lambda db: db.upsert({"name": "z"}, where("name") == "z"),
        lambda db: db.upsert(Document({"n": 7}, 1)),
        lambda db: db.upsert(Document({"n": 7}, 50)),
    ],
    "remove": [
        lambda db: db.remove(where("n") > 2),
        lambda db: db.remove(doc_ids=[1, 5, 77]),
        lambda db: db.remove(where("n") > 99),
    ],
    "truncate": [lambda db: db.truncate(), lambda db: (db.truncate(), db.insert({"name": "again"}))],
    "drop_table": [
        lambda db: db.drop_table("other"),
        lambda db: db.drop_table("nowhere"),
        lambda db: (db.drop_table("_default"), db.insert({"name": "again"})),
        lambda db: (db.drop_table("other"), db.table("other").insert({"name": "again"})),
    ],
    "drop_tables": [lambda db: db.drop_tables(), lambda db: (db.drop_tables(), db.insert({"name": "again"}))],
    "clear_cache": [lambda db: db.clear_cache()],
    "table": [
        lambda db: db.table("empty", persist_empty=True),
        lambda db: db.table("_default", persist_empty=True),
    ],
}
READERS = {"name", "storage", "all", "search", "get", "contains", "count", "tables", "close"}
OWN = {"document", "numbered", "append", "replace", "discard", "document_table"}
CALLS = [(name, number) for name, calls in MUTATIONS.items() for number in range(len(calls))]


@pytest.mark.parametrize(("name", "number"), CALLS)
def test_each_mutator_does_what_it_does_in_plain_tinydb_and_the_file_has_it(
    opened: Opened, name: str, number: int
) -> None:
    plain = TinyDB(storage=MemoryStorage)
    for db in (plain, opened.db):
        fill(db)

    results = [MUTATIONS[name][number](db) for db in (plain, opened.db)]

    if not isinstance(results[0], Table | tuple):
        assert results[1] == results[0]
    assert in_numbers(opened.storage.read()) == in_numbers(plain.storage.read())
    assert in_numbers(opened.reread()) == in_numbers(plain.storage.read())


def test_no_public_method_of_tinydb_was_forgotten() -> None:
    public = {
        name
        for kind in (TinyDB, Table, DocumentDB, DocumentDB.table_class)
        for name, _ in inspect.getmembers(kind)
        if not name.startswith("_") and not name.endswith(("_class", "_name", "_capacity"))
    }

    assert public == MUTATIONS.keys() | READERS | OWN


def test_our_own_doors_reach_the_file_too(opened: Opened) -> None:
    table = opened.db.document_table("alerts")
    first = table.append({"id": "a", "n": 1})
    second = table.append({"id": "b"})

    table.replace(first, {"id": "a"})
    table.discard(second)
    table.discard(99)

    assert table.document(first) == {"id": "a"}
    assert dict(table.numbered()) == {first: {"id": "a"}}
    assert opened.reread() == {"alerts": {str(first): {"id": "a"}}}


def test_a_mutator_that_raises_changes_nothing(opened: Opened) -> None:
    fill(opened.db)
    before = opened.reread()

    with pytest.raises(ValueError, match="already exists"):
        opened.db.insert_multiple([{"name": "new"}, Document({"name": "twice"}, 1)])
    with pytest.raises(ZeroDivisionError):
        opened.db.update(lambda document: document["deep"]["list"].append(1 // document["n"]))

    assert opened.storage.read() == before
    assert opened.reread() == before


def test_a_cached_answer_does_not_outlive_a_roll_back(opened: Opened) -> None:
    opened.db.insert({"name": "a", "n": 1})
    opened.storage.begin()
    opened.db.update({"n": 2})
    assert opened.db.search(where("n") == 2)

    opened.storage.roll_back()

    assert opened.db.search(where("n") == 2) == []
    assert opened.db.all() == [{"name": "a", "n": 1}]


def test_two_tables_change_together_or_not_at_all(opened: Opened) -> None:
    opened.storage.begin()
    opened.db.table("alerts").insert({"id": "a"})
    opened.db.table("effects").insert({"id": "e"})
    assert opened.reread() == {}
    opened.storage.commit()
    both = opened.reread()

    opened.storage.begin()
    opened.db.table("alerts").update({"id": "b"})
    opened.db.drop_table("effects")
    opened.storage.roll_back()

    assert both == {"alerts": {"1": {"id": "a"}}, "effects": {"1": {"id": "e"}}}
    assert opened.storage.read() == both
    assert opened.reread() == both


def test_only_what_changed_is_written(opened: Opened) -> None:
    fill(opened.db)
    written: list[str] = []
    connection = connect(opened.path)
    connection.execute("CREATE TABLE writes (number INTEGER)")
    for event in ("INSERT", "UPDATE", "DELETE"):
        row = "OLD" if event == "DELETE" else "NEW"
        connection.execute(
            f"CREATE TRIGGER on_{event} AFTER {event} ON documents"
            f" BEGIN INSERT INTO writes VALUES ({row}.number); END"
        )

    opened.db.update({"n": 3}, where("name") != "nobody")
    opened.db.upsert({"name": "b", "n": 3}, where("name") == "b")

    written = [number for (number,) in connection.execute("SELECT number FROM writes ORDER BY number")]
    connection.close()
    assert written == [1, 2, 3, 5]


def test_a_write_that_does_not_fit_leaves_memory_as_the_file_is(opened: Opened) -> None:
    fill(opened.db)
    before = opened.reread()
    log = opened.path.with_name(f"{opened.path.name}-wal").stat().st_size
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log, limits[1]))
    try:
        with pytest.raises(StoreUnavailable):
            opened.db.drop_tables()
        with pytest.raises(StoreUnavailable):
            opened.db.update({"name": "x" * 100_000}, where("n") == 1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert opened.storage.read() == before
    assert opened.reread() == before
    opened.db.update({"name": "after"}, where("n") == 1)
    assert opened.reread()["_default"]["2"]["name"] == "after"


def test_an_updater_meets_what_a_dict_would_show_it() -> None:
    documents: dict[str, Any] = {"1": {"n": 1}, "2": {"n": 2}, "3": {"n": 3}}
    view = ChangingDocuments(documents)

    view[2]["n"] = 20
    view[4] = {"n": 4}
    del view[1]
    assert view.pop(3) == {"n": 3}
    for missing in (1, 3, 9):
        with pytest.raises(KeyError):
            del view[missing]
        with pytest.raises(KeyError):
            view[missing]

    assert dict(view) == {2: {"n": 20}, 4: {"n": 4}}
    assert (len(view), 1 in view, 2 in view, 4 in view) == (2, False, True, True)
    assert documents == {"1": {"n": 1}, "2": {"n": 2}, "3": {"n": 3}}
    view.clear()
    assert dict(view) == {}


def test_a_shelf_forgets_where_a_thing_lay_once_it_is_gone_for_good(opened: Opened) -> None:
    shelf = TableShelf(
        opened.db.document_table("t"), "id", lambda key, n: {"id": key, "n": n}, lambda doc: doc["n"]
    )
    shelf.put("a", 1)
    shelf.put("b", 2)
    shelf.drop("nothing")
    shelf.settle()

    shelf.drop("a")
    assert shelf.get("a") is None
    assert shelf.number("a") == 1
    shelf.settle()

    assert list(shelf.items()) == [("b", 2)]
    with pytest.raises(KeyError):
        shelf.number("a")


def test_a_table_changed_behind_our_back_is_refused(opened: Opened) -> None:
    fill(opened.db)

    with pytest.raises(TypeError, match="DocumentDB"):
        opened.storage.write({"_default": {"1": {"name": "other"}}})


@pytest.mark.parametrize("seed", range(5))
def test_a_long_row_of_mutations_and_roll_backs_ends_as_in_plain_tinydb(opened: Opened, seed: int) -> None:
    random = Random(seed)
    plain = TinyDB(storage=MemoryStorage)
    for db in (plain, opened.db):
        fill(db)
    # Numbers given within a change that was undone are not given again, so nothing may depend on them here.
    calls = [
        call
        for name, calls in MUTATIONS.items()
        if name not in ("insert", "insert_multiple", "upsert")
        for call in calls
    ]

    for _ in range(60):
        call = random.choice(calls)
        if random.random() < 0.3:
            opened.storage.begin()
            call(opened.db)
            random.choice(calls)(opened.db)
            opened.storage.roll_back()
            continue
        for db in (plain, opened.db):
            call(db)
        if not plain.all():
            for db in (plain, opened.db):
                for number in range(100, 104):
                    db.insert(
                        Document(
                            {"name": "abcd"[number - 100], "n": number - 100, "deep": {"list": []}}, number
                        )
                    )

    assert in_numbers(opened.storage.read()) == in_numbers(plain.storage.read())
    assert in_numbers(opened.reread()) == in_numbers(plain.storage.read())
