"""The errors that a person is meant to read; raised by use cases, worded by `bot.i18n`, answered by the listeners.

TriageError
├── UserError        shown to the person who acted, translated, with what to do next
└── StoreUnavailable the store cannot take a write now; nothing was changed
"""

from __future__ import annotations


class TriageError(Exception):
    """Root of all errors of this project."""


class UserError(TriageError):
    """Something that the person who acted should be told, in their language; `key` names the sentence in `locales/`."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class StoreUnavailable(TriageError):  # noqa: N818 - it says what is the case
    """The store cannot write (full disk, lost lock): the caller must not say that it saved anything."""
