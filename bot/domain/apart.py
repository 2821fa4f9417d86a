"""How far apart two values of one feature are, as a weight, and when two spellings are one. Asked by `lookalike`."""

from __future__ import annotations

from bot.domain.code_names import same_file
from bot.domain.fingerprint import Place
from bot.domain.messages import Message
from bot.domain.volatile import ANY

CERTAIN, LIKELY, HINT = 1.0, 0.6, 0.3
"""Weights: one `CERTAIN` difference is another cause; two `LIKELY` ones are; a `HINT` only adds to others."""


CONTINUED = 3
"""Words by which a message must go on to be the whole of one that was cut, and not another one; ours."""


def words_weight(one: Message, other: Message, *, is_cut: bool = False) -> float:
    """Whether two messages say something else, names and values apart; a cut one says the beginning of the whole."""
    mine = [word for word in one.words if word != ANY]
    theirs = [word for word in other.words if word != ANY]
    shorter, longer = sorted((mine, theirs), key=len)
    if not shorter or set(mine) == set(theirs):
        return 0.0
    if longer[: len(shorter)] == shorter and len(longer) - len(shorter) >= (1 if is_cut else CONTINUED):
        return 0.0
    return CERTAIN


def begins(longer: Message, beginning: Message) -> bool:
    """A logged message is the title as well: it is compared once."""
    return bool(beginning.words) and longer.words[: len(beginning.words)] == beginning.words


def words_apart(one: Message, other: Message) -> tuple[str, str]:
    """The words that only one of them has."""
    gone = [word for word in one.words if word not in other.words and word != ANY]
    new = [word for word in other.words if word not in one.words and word != ANY]
    return " ".join(gone[:8]), " ".join(new[:8])


def place_weight(one: Place, other: Place) -> float:
    """How much two places differ; lines do not count, nor the names of what a build has made."""
    if not one.is_known or not other.is_known:
        return 0.0
    built = one.is_built or other.is_built
    if one.function and other.function:
        if one.function != other.function:
            return HINT if built else CERTAIN
        if not one.path or not other.path or same_file(one.path, other.path) or built:
            return 0.0
        if one.path[-1] == other.path[-1]:
            return LIKELY
        return CERTAIN
    if not one.path or not other.path or same_file(one.path, other.path):
        return 0.0
    return HINT if built else LIKELY if one.path[-1] == other.path[-1] else CERTAIN


def differs(mine: object, theirs: object) -> bool:
    """Known on both sides, and not the same."""
    return bool(mine) and bool(theirs) and mine != theirs


def one_spelling(mine: str | None, theirs: str | None) -> bool:
    """A step by a rule and a step by a bare tag cannot be compared."""
    return (mine or "").startswith("tag ") == (theirs or "").startswith("tag ")


def same_entrance(mine: str | None, theirs: str | None) -> bool:
    """With the verb left out where only one side names it."""
    if mine == theirs or not mine or not theirs:
        return True
    bare = [name.partition(" /")[2] if " /" in name else name.lstrip("/") for name in (mine, theirs)]
    return bare[0] == bare[1] and (" /" in mine) != (" /" in theirs)


def is_built_name(culprit: str | None) -> bool:
    """`t(assets/index)`: a browser's culprit, made of a minified function and a bundle."""
    return bool(culprit) and "(" in (culprit or "")


def listed(names: frozenset[str] | set[str]) -> str:
    return ", ".join(sorted(names)[:4])
