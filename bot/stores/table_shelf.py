"""A TinyDB table as a shelf: things by our own ids, found without a scan; made by the TinyDB store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from bot.stores.codec import Document
from bot.stores.sqlite_storage import DocumentTable

Item = TypeVar("Item")


class TableShelf(Generic[Item]):
    """Keeps each thing as one document, and which document it is.

    A key whose document is gone keeps its number until `settle`, so that a roll-back, which brings the document back
    into the table, needs nothing from here.
    """

    def __init__(
        self,
        table: DocumentTable,
        key: str,
        encode: Callable[[str, Item], Document],
        decode: Callable[[Document], Item],
    ) -> None:
        self._table = table
        self._encode = encode
        self._decode = decode
        self._numbers: dict[str, int] = {str(document[key]): number for number, document in table.numbered()}
        self._touched: set[str] = set()

    def get(self, key: str) -> Item | None:
        number = self._numbers.get(key)
        document = None if number is None else self._table.document(number)
        return None if document is None else self._decode(document)

    def number(self, key: str) -> int:
        """The number of its document: the order in which it was first put."""
        return self._numbers[key]

    def put(self, key: str, item: Item) -> None:
        self._touched.add(key)
        document = self._encode(key, item)
        number = self._numbers.get(key)
        if number is None:
            self._numbers[key] = self._table.append(document)
        else:
            self._table.replace(number, document)

    def drop(self, key: str) -> None:
        self._touched.add(key)
        if (number := self._numbers.get(key)) is not None:
            self._table.discard(number)

    def items(self) -> Iterator[tuple[str, Item]]:
        for key, number in sorted(self._numbers.items(), key=lambda pair: pair[1]):
            if (document := self._table.document(number)) is not None:
                yield key, self._decode(document)

    def settle(self) -> None:
        """Forget the numbers of what is gone, after a commit as after a roll-back."""
        for key in self._touched:
            number = self._numbers.get(key)
            if number is not None and self._table.document(number) is None:
                del self._numbers[key]
        self._touched.clear()
