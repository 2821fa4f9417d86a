"""Where everything is kept: `open_store` for the server, `open_readonly` for commands that only read."""

from __future__ import annotations

from bot.ports import Clock, Store
from bot.stores.memory import MemoryStore

MEMORY_URL = "memory://"


def open_store(url: str, *, clock: Clock) -> Store:
    """Open the store that DATABASE_URL names: `memory://`. Raises ValueError for another scheme."""
    if url == MEMORY_URL:
        return MemoryStore()
    raise ValueError(f"no store for {url.partition(':')[0]}: write {MEMORY_URL}")
