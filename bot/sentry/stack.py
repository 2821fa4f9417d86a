"""The raised exception and the frame that decides where an event broke. Used by `bot.sentry.event`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.facts import Frame
from bot.sentry.untrusted import Json, line, mapping, private_line, sequence, text, whole

EXCEPTIONS_LIMIT = 10
"""Exceptions kept of one chain, the raised one last; ours."""
FRAMES_LIMIT = 20
"""Frames kept of one event, the newest last; ours."""
VALUE_LIMIT = 300
"""Characters kept of each exception's text; ours: what tells two causes apart stands in its beginning."""
LOOKED_AT_LIMIT = 500
"""Exceptions, frames or threads looked at; ours: Sentry itself keeps 50 exceptions and 250 frames of an event."""
UNKNOWN_TYPE = "<unknown>"
"""Sentry's own word for an exception without a type."""
UNKNOWN_FILE = "<unknown>"


@dataclass(frozen=True)
class Stack:
    """What the exceptions of an event say: their types, the raised one's text, and where it broke."""

    exceptions: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    message: str | None = None
    frame: Frame | None = None
    frames: tuple[Frame, ...] = ()


def stack_of(event: Json) -> Stack:
    """Read the exception chain of an event in the shape of webhooks; an event without one may carry a bare stack."""
    chain = [exception for exception in _values(event.get("exception")) if _says_something(exception)]
    frames = next(filter(None, (_frames(exception) for exception in reversed(chain))), None) or _bare(event)
    decides = next((frame for frame in reversed(frames) if frame.in_app), frames[-1] if frames else None)
    return Stack(
        exceptions=tuple(
            private_line(exception.get("type")) or UNKNOWN_TYPE for exception in chain[-EXCEPTIONS_LIMIT:]
        ),
        values=tuple(
            private_line(exception.get("value"), VALUE_LIMIT) or "" for exception in chain[-EXCEPTIONS_LIMIT:]
        ),
        message=text(chain[-1].get("value")) if chain else None,
        frame=decides,
        frames=_kept(frames, decides),
    )


def _values(interface: object) -> list[Json]:
    """The list inside `exception` or `threads`; old SDKs send the bare list, or one exception without a list."""
    found = sequence(interface) or sequence(mapping(interface).get("values")) or [interface]
    return [mapping(value) for value in found[-LOOKED_AT_LIMIT:] if mapping(value)]


def _says_something(exception: Json) -> bool:
    """An entry with neither a type nor a value is a hole in the chain, not the exception that was raised."""
    return bool(text(exception.get("type")) or text(exception.get("value")))


def _frames(holder: Json) -> list[Frame]:
    frames = sequence(mapping(holder.get("stacktrace")).get("frames"))
    return [frame for frame in map(_frame, frames[-LOOKED_AT_LIMIT:]) if frame]


def _bare(event: Json) -> list[Frame]:
    """The stack of a message: beside it, or that of the thread which crashed or spoke."""
    threads = _values(event.get("threads"))
    speaking = [thread for thread in threads if thread.get("crashed") or thread.get("current")]
    stacks = [_frames(holder) for holder in (event, *speaking)]
    return next(filter(None, stacks), stacks[0])


def _frame(value: object) -> Frame | None:
    frame = mapping(value)
    places = (frame.get("filename"), frame.get("module"), frame.get("abs_path"))
    filename = next(filter(None, (_place(place) for place in places)), None)
    function = line(frame.get("function"))
    if filename is None and function is None:
        return None
    return Frame(
        filename=filename or UNKNOWN_FILE,
        lineno=whole(frame.get("lineno")),
        function=function,
        in_app=frame.get("in_app") is True,
    )


def _place(value: object) -> str | None:
    """Where code lies. In a browser that is an address, whose query may hold secrets and says nothing of the place."""
    found = line(value)
    if found and "://" in found:
        return private_line(found.partition("?")[0].partition("#")[0])
    return found


def _kept(frames: Sequence[Frame], decides: Frame | None) -> tuple[Frame, ...]:
    """The newest frames; the deciding one is among them even when it is older."""
    newest = tuple(frames[-FRAMES_LIMIT:])
    if decides is None or decides in newest:
        return newest
    return (decides, *newest[1:])
