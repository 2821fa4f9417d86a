"""Where everything is kept: `open_store` for the server, `open_readonly` for commands that only read."""

from __future__ import annotations

from pathlib import Path

from bot.ports import Clock, Reading, Store
from bot.stores.errors import StoreMissing
from bot.stores.memory import MemoryStore
from bot.stores.tinydb import TinyReader, TinyStore

MEMORY_URL = "memory://"
TINYDB_URL = "tinydb:///"
"""Followed by a path: three slashes before a relative one, four before an absolute one."""


def open_store(url: str, *, clock: Clock) -> Store:
    """Open the store that DATABASE_URL names, `tinydb:///PATH` or `memory://`, as its only writer.

    Raises StoreNotOpened, saying why, and ValueError for another scheme.
    """
    if url == MEMORY_URL:
        return MemoryStore()
    return TinyStore(_path(url), clock)


def open_readonly(url: str) -> Reading:
    """Answer questions from that store beside a running server, or without one. Nothing is made and nothing written.

    Raises StoreNotOpened, saying why, and ValueError for another scheme.
    """
    if url == MEMORY_URL:
        raise StoreMissing(url)
    return TinyReader(_path(url))


def _path(url: str) -> Path:
    path = url.removeprefix(TINYDB_URL)
    if path == url or not path.strip("/"):
        raise ValueError(f"no store for {url.partition(':')[0]}: write {TINYDB_URL}PATH or {MEMORY_URL}")
    return Path(path)
