"""The face of an alert: whether a hurried person would take one for the other. Asked before the cause is compared."""

from __future__ import annotations

from bot.domain.fingerprint import BEGINNING, Fingerprint
from bot.domain.messages import Message
from bot.domain.volatile import ANY

FACE, FACE_GENERIC, FACE_STRANGER = 0.34, 0.5, 0.65
"""How alike two messages must be (0..1) to be taken for each other: under one telling type, one generic, two types."""

ENDING = 3
"""Words at the end of a message that make a face."""

GENERIC_TYPES = frozenset(
    (
        "error exception runtimeerror standarderror typeerror valueerror assertionerror illegalstateexception "
        "illegalargumentexception runtimeexception unhandledrejection errorstring wraperror fundamental "
        "argumenterror referenceerror domexception nserror throwable "
        "errorexception aggregateerror"
    ).split()
)
"""Types that say nothing of what happened, by the last part of their name."""


def has_one_face(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether a hurried person would take one for the other: by the title, by the type and its message, or by words."""
    if one.headline and one.headline == other.headline:
        return True
    if one.title.words and one.title.words == other.title.words:
        return True
    said = similarity(one.message, other.message)
    if one.type and other.type and _base(one.type) == _base(other.type):
        if one.place.function and one.place.function == other.place.function:
            return True
        if len(one.beginning) >= BEGINNING and one.beginning == other.beginning:
            return True
        if one.type.split(".")[-1].split("::")[-1].lstrip("*") in GENERIC_TYPES:
            return said >= FACE_GENERIC
        is_one_way = _entrance(one) is not None and _entrance(one) == _entrance(other)
        return said >= FACE or is_one_way or one.message.is_empty or other.message.is_empty
    if _ends_alike(one.message, other.message):
        return True
    return max(said, similarity(one.title, other.title)) >= FACE_STRANGER


def _base(kind: str) -> str:
    """`HttpClientErrorException$Conflict` and `...$NotFound` are read as one."""
    return kind.partition("$")[0] or kind


def _entrance(known: Fingerprint) -> str | None:
    return known.transaction or known.culprit


def _ends_alike(one: Message, other: Message) -> bool:
    """The last words are what a wrapped error is about: `...: context deadline exceeded`, also inside the other one."""
    mine = " ".join(word for word in one.words if word != ANY)
    theirs = " ".join(word for word in other.words if word != ANY)
    endings = [" ".join(text.split()[-ENDING:]) for text in (mine, theirs)]
    is_long = all(len(ending.split()) == ENDING for ending in endings)
    return is_long and (f" {endings[0]} " in f" {theirs} " or f" {endings[1]} " in f" {mine} ")


def similarity(one: Message, other: Message) -> float:
    """How much of two messages is the same, 0..1: shared words over all words, a shared beginning counted double."""
    mine = [word for word in one.words if word != ANY]
    theirs = [word for word in other.words if word != ANY]
    mine_plain = [word for word in mine if word not in one.names]
    if not mine_plain and not [word for word in theirs if word not in other.names]:
        return 1.0 if one.words and other.words else 0.0
    shared = _shared(mine, theirs)
    alike = 2 * shared / (len(mine) + len(theirs))
    begins = 0
    for left, right in zip(mine, theirs, strict=False):
        if left != right:
            break
        begins += 1
    return min(1.0, alike + (0.15 if begins >= 2 else 0.0))


def _shared(mine: list[str], theirs: list[str]) -> int:
    left: dict[str, int] = {}
    for word in mine:
        left[word] = left.get(word, 0) + 1
    shared = 0
    for word in theirs:
        if left.get(word, 0):
            left[word] -= 1
            shared += 1
    return shared
