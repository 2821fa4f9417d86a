"""Folders that only we may enter (0700) and files that only we may read (0600); used wherever a store makes one."""

from __future__ import annotations

import os
from pathlib import Path

BACKUPS = "backups"
"""The folder of copies, beside the store's file."""


def make_private_folder(folder: Path) -> Path:
    """Make the folder with its parents; what we make is 0700, and so becomes an empty folder that was there.

    A folder with other things in it is left as it is: it may be somebody's project or home.
    """
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    for parent in reversed(missing):
        parent.mkdir(mode=0o700, exist_ok=True)
    if not missing and not any(folder.iterdir()):
        folder.chmod(0o700)
    return folder


def make_private_file(path: Path) -> None:
    """Make an empty file if there is none, and take everybody else's rights away if there is one.

    SQLite gives its -wal and -shm files the rights of the file itself (https://sqlite.org/src, findCreateFileMode).
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.fchmod(handle, 0o600)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make a new or renamed file in this folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
