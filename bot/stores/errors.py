"""Why a store could not be opened or used; told to whoever starts the program, by `cli` and `app`.

StoreUnavailable       (bot.domain.errors) a write could not be kept now; nothing was changed
StoreNotOpened
├── StoreLocked        another server has the file
├── StoreMissing       there is no file to read
├── StoreTooNew        the file was written by a newer release
├── StoreTooOld        the file was written by an older release and may only be read here
└── StoreUnreadable    what lies there is no store, or the machine does not let us have it
"""

from __future__ import annotations

from bot.domain.errors import TriageError


class StoreNotOpened(TriageError):  # noqa: N818 - it says what is the case, as its children do
    """The store could not be opened; the text says why and what to do."""


class StoreLocked(StoreNotOpened):
    """Another server has the file; `holder` is what its lock file says of it: process, host, start."""

    def __init__(self, path: str, holder: str) -> None:
        super().__init__(
            f"{path} is in use by {holder}. Stop that server first, or give this one another DATABASE_URL."
        )
        self.holder = holder


class StoreMissing(StoreNotOpened):
    """There is no file to read."""

    def __init__(self, path: str) -> None:
        super().__init__(f"There is no store at {path} yet: start the server once, or set DATABASE_URL.")


class StoreTooNew(StoreNotOpened):
    """The file has a newer format than this release knows."""

    def __init__(self, path: str, found: int, known: int) -> None:
        super().__init__(
            f"{path} has format {found}, this release knows format {known}: install the newer release, "
            f"or put back the copy that was made before the upgrade."
        )
        self.found = found
        self.known = known


class StoreTooOld(StoreNotOpened):
    """The file has an older format, which only a server upgrades."""

    def __init__(self, path: str, found: int, known: int) -> None:
        super().__init__(
            f"{path} has format {found}, this release reads format {known}: start the server once to upgrade it."
        )
        self.found = found
        self.known = known


class StoreUnreadable(StoreNotOpened):
    """What lies there is no store, or the machine does not let us have it."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(
            f"{path} cannot be opened as a store ({why}). Backups lie in the folder 'backups' beside it."
        )
