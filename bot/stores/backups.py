"""The nightly copy of the SQLite file, and the last seven of them; made by the TinyDB store."""

from __future__ import annotations

import os
import re
import sqlite3
from datetime import date
from pathlib import Path

from bot.domain.errors import StoreUnavailable
from bot.stores.errors import StoreNotOpened
from bot.stores.private_files import BACKUPS, make_private_file, make_private_folder, sync_folder
from bot.stores.sqlite_file import connect_readonly

COPIES_KEPT = 7
"""A week of nights; ours."""


def back_up(store: Path, day: date) -> Path:
    """Copy the file as it stands, beside running writes, to `backups/NAME-YYYYMMDD.db`, over that day's earlier one.

    Restore: stop the server and copy it back over the file. Raises StoreUnavailable, leaving no half copy behind.
    """
    folder = store.parent / BACKUPS
    copy = folder / f"{store.stem}-{day:%Y%m%d}.db"
    unfinished = folder / f".{copy.name}.unfinished"
    try:
        make_private_folder(folder)
        unfinished.unlink(missing_ok=True)
        make_private_file(unfinished)
        _copy(store, unfinished)
        unfinished.replace(copy)
        sync_folder(folder)
        _thin_out(folder, store.stem)
    except (sqlite3.Error, OSError, StoreNotOpened) as error:
        unfinished.unlink(missing_ok=True)
        raise StoreUnavailable(f"no backup could be made: {error}") from error
    return copy


def _copy(store: Path, target: Path) -> None:
    connection = connect_readonly(store)
    try:
        connection.execute("VACUUM INTO ?", (str(target),))
    finally:
        connection.close()
    # VACUUM INTO leaves the syncing to us.
    handle = os.open(target, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _thin_out(folder: Path, stem: str) -> None:
    ours = re.compile(re.escape(stem) + r"-[0-9]{8}\.db")
    copies = sorted(path for path in folder.iterdir() if ours.fullmatch(path.name))
    for copy in copies[:-COPIES_KEPT]:
        copy.unlink()
