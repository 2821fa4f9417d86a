"""By what one cause is told from another when both are named: where it ran, where it broke, what it stops."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cause:
    """One of two causes, told by what differs between them; what does not differ is left out."""

    transaction: str = ""
    place: str = ""
    """The deciding frame: a file and a line."""
    step: str = ""
    """An id of the journey's steps."""
    otherwise: str = ""
    """What was raised; said where nothing else tells the two apart."""
