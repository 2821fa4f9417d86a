"""The lock that keeps a second server away from the same file; taken and given back by the TinyDB store."""

from __future__ import annotations

import fcntl
import os
import socket
from datetime import datetime
from pathlib import Path

from bot.stores.errors import StoreLocked, StoreUnreadable

TEXT_LIMIT = 500
"""Bytes that are read of who holds the lock; ours."""


class LockFile:
    """Held from its making until `release` or the end of the process, however it ends: the system keeps the lock.

    The file stays behind, for taking it away could take it from under the next holder. Raises StoreLocked, naming the
    process that has it, and StoreUnreadable where no file can be made.
    """

    def __init__(self, store: Path, now: datetime) -> None:
        path = store.with_name(f"{store.name}.lock")
        try:
            self._handle: int | None = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreUnreadable(str(store), str(error)) from error
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(self._handle, TEXT_LIMIT, 0).decode("utf-8", "replace").strip()
            self.release()
            raise StoreLocked(str(store), holder or "another process") from error
        os.fchmod(self._handle, 0o600)
        os.ftruncate(self._handle, 0)
        text = (
            f"process {os.getpid()} on {socket.gethostname()}, started {now.isoformat(timespec='seconds')}\n"
        )
        os.pwrite(self._handle, text.encode(), 0)

    def release(self) -> None:
        """Let another server have the file; a second time changes nothing."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)
