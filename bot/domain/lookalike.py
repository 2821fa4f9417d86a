"""The look-alike guard's judgement of two alerts: one cause, two causes with one face, or nothing in common.

Deterministic and explainable: each feature has a name, a weight and a value on either side. First the face is compared
(would a hurried person take one for the other?), then the cause, feature by feature. What is not known on one side
differs from nothing. Asked at arrival, by the watch over archives, and by `triage rules compare`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.domain.facts import Facts
from bot.domain.fingerprint import Fingerprint, Place, fingerprint
from bot.domain.likeness import Comparison, Difference, Feature, Likeness
from bot.domain.normal import ANY, Message, same_file

ENOUGH = 1.0
"""From this weight of differences on, the cause is another one. A feature of weight 1 suffices alone."""

CERTAIN, LIKELY, HINT = 1.0, 0.6, 0.3
"""Weights: one `CERTAIN` difference is another cause; two `LIKELY` ones are; a `HINT` only adds to others."""

FACE, FACE_GENERIC, FACE_STRANGER = 0.34, 0.5, 0.65
"""How alike two messages must be (0..1) to be taken for each other: under one telling type, one generic, two types."""

GENERIC_TYPES = frozenset(
    (
        "error exception runtimeerror standarderror typeerror valueerror assertionerror illegalstateexception "
        "illegalargumentexception runtimeexception unhandledrejection errorstring wraperror fundamental "
        "oserror ioerror ioexception argumenterror referenceerror domexception nserror throwable "
        "errorexception aggregateerror"
    ).split()
)
"""Types that say nothing of what happened, by the last part of their name."""

GENERIC_FUNCTIONS = frozenset(
    (
        "perform call run execute handle process invoke apply index create update show main dispatch render "
        "save send get post put delete new init initialize __init__ fetch request load"
    ).split()
)


def compare(
    earlier: Facts, newer: Facts, *, earlier_step: str | None = None, newer_step: str | None = None
) -> Comparison:
    """What the newer alert is to the earlier one. Never raises; nothing personal is in the values, as in the facts."""
    return Pair(
        earlier, newer, fingerprint(earlier, earlier_step), fingerprint(newer, newer_step)
    ).comparison()


@dataclass(frozen=True)
class _Weighed:
    weight: float
    difference: Difference


@dataclass(frozen=True)
class Pair:
    """Two alerts side by side, with their fingerprints made beforehand."""

    earlier: Facts
    newer: Facts
    one: Fingerprint
    other: Fingerprint

    def comparison(self) -> Comparison:
        """The face first; behind one face the causes."""
        if not has_one_face(self.one, self.other):
            return Comparison(
                Likeness.UNRELATED, tuple(self._alike()), tuple(self._told(self._differences()))
            )
        found = sorted(self._differences(), key=lambda each: -each.weight)
        is_other = sum(each.weight for each in found) >= ENOUGH
        verdict = Likeness.LOOK_ALIKE if is_other else Likeness.SAME_CAUSE
        return Comparison(verdict, tuple(self._alike()), tuple(self._told(found)))

    def _told(self, found: Iterator[_Weighed] | list[_Weighed]) -> Iterator[Difference]:
        return (each.difference for each in found)

    def _alike(self) -> Iterator[Feature]:
        one, other = self.one, self.other
        known: tuple[tuple[Feature, object, object], ...] = (
            (Feature.TITLE, one.title.words, other.title.words),
            (Feature.TYPE, one.type, other.type),
            (Feature.MESSAGE, one.message.words, other.message.words),
            (Feature.PROJECT, one.project, other.project),
            (Feature.STEP, one.step, other.step),
            (Feature.TRANSACTION, one.transaction, other.transaction),
            (Feature.CULPRIT, one.culprit, other.culprit),
            (Feature.JOB, one.job, other.job),
            (Feature.KIND, one.kind, other.kind),
            (Feature.CHAINED_CAUSE, one.chain[:-1], other.chain[:-1]),
        )
        for feature, mine, theirs in known:
            if mine and mine == theirs:
                yield feature
        if one.place.is_known and not _place_weight(one.place, other.place):
            yield Feature.PLACE

    def _differences(self) -> Iterator[_Weighed]:
        for part in (self._where, self._why, self._said, self._around):
            yield from part()

    def _where(self) -> Iterator[_Weighed]:
        """The step, the entrance, the place."""
        one, other = self.one, self.other
        if _differs(one.step, other.step) and _one_spelling(one.step, other.step):
            yield self._weighed(CERTAIN, Feature.STEP, one.step, other.step)
        entrance = one.transaction and other.transaction
        if entrance and not _same_entrance(one.transaction, other.transaction):
            yield self._weighed(
                CERTAIN, Feature.TRANSACTION, self.earlier.transaction, self.newer.transaction
            )
        if not entrance and _differs(one.culprit, other.culprit):
            weight = HINT if _is_built_name(one.culprit) else CERTAIN
            yield self._weighed(weight, Feature.CULPRIT, self.earlier.culprit, self.newer.culprit)
        if _differs(one.job, other.job):
            yield self._weighed(CERTAIN, Feature.JOB, self.earlier.job, self.newer.job)
        if _differs(one.kind, other.kind):
            yield self._weighed(LIKELY, Feature.KIND, one.kind, other.kind)
        yield from self._places()

    def _places(self) -> Iterator[_Weighed]:
        one, other = self.one, self.other
        if one.place.is_known and other.place.is_known:
            weight = _place_weight(one.place, other.place)
            if weight:
                yield self._weighed(weight, Feature.PLACE, _spot(self.earlier), _spot(self.newer))
            elif not (one.transaction and other.transaction) and _differs_path(one.path, other.path):
                yield self._weighed(
                    CERTAIN, Feature.PATH, " > ".join(one.path[:3]), " > ".join(other.path[:3])
                )
        elif one.hint.is_known and other.hint.is_known and (weight := _place_weight(one.hint, other.hint)):
            is_mixed = one.place.is_known or other.place.is_known
            yield self._weighed(
                min(weight, LIKELY) if is_mixed else weight,
                Feature.PLACE,
                _hint(self.earlier),
                _hint(self.newer),
            )

    def _why(self) -> Iterator[_Weighed]:
        """The causes below the raised exception."""
        one, other = self.one, self.other
        if _differs(one.type, other.type):
            yield self._weighed(LIKELY, Feature.TYPE, one.type, other.type)
        if not (self.earlier.values and self.newer.values):
            return
        mine, theirs = one.chain[:-1], other.chain[:-1]
        if mine != theirs and (mine or theirs):
            weight = CERTAIN if mine and theirs else LIKELY
            yield self._weighed(weight, Feature.CHAINED_CAUSE, " < ".join(mine), " < ".join(theirs))
        elif mine and len(one.causes) == len(other.causes):
            for before, now in zip(one.causes, other.causes, strict=True):
                for each in self._texts(before, now, interpolated=False):
                    yield self._weighed(
                        each.weight, Feature.CHAINED_CAUSE, each.difference.before, each.difference.now
                    )

    def _said(self) -> Iterator[_Weighed]:
        one, other = self.one, self.other
        placed = bool(one.place.is_known and other.place.is_known) and not _place_weight(
            one.place, other.place
        )
        same_way = one.transaction is not None and one.transaction == other.transaction
        yield from self._texts(one.message, other.message, interpolated=placed and same_way)

    def _texts(self, mine: Message, theirs: Message, *, interpolated: bool) -> Iterator[_Weighed]:
        """What two messages say differently. `interpolated`: raised at one place, so that a word may be a value."""
        if mine.is_empty or theirs.is_empty:
            return
        sets = (
            (Feature.ENDPOINT, mine.hosts, theirs.hosts, CERTAIN),
            (Feature.STATUS, mine.statuses, theirs.statuses, CERTAIN),
            (Feature.STATUS, mine.codes, theirs.codes, CERTAIN),
            (Feature.ENDPOINT, mine.paths, theirs.paths, CERTAIN),
            (Feature.FIELD, mine.names, theirs.names, CERTAIN),
        )
        told = False
        for feature, before, now, weight in sets:
            gone, new = before - now, now - before
            if gone and new:
                told = True
                yield self._weighed(weight, feature, _listed(gone), _listed(new))
            elif (gone or new) and feature is Feature.FIELD:
                yield self._weighed(HINT, feature, _listed(gone), _listed(new))
        if not told and (weight := _words_weight(mine, theirs, interpolated=interpolated)):
            gone, new = _apart(mine, theirs)
            yield self._weighed(weight, Feature.MESSAGE, gone, new)

    def _around(self) -> Iterator[_Weighed]:
        one, other = self.one, self.other
        if _differs(one.project, other.project):
            yield self._weighed(CERTAIN, Feature.PROJECT, one.project, other.project)
        if _differs(one.environment, other.environment):
            yield self._weighed(HINT, Feature.ENVIRONMENT, one.environment, other.environment)
        routed = one.transaction is not None and one.transaction == other.transaction
        for key in sorted(one.tags.keys() & other.tags.keys()):
            if one.tags[key] != other.tags[key] and not (key == "request" and routed):
                weight = LIKELY if key == "request" else CERTAIN
                difference = Difference(_feature_of_tag(key), one.tags[key], other.tags[key], tag=key)
                yield _Weighed(weight, difference)

    def _weighed(self, weight: float, feature: Feature, before: str | None, now: str | None) -> _Weighed:
        return _Weighed(weight, Difference(feature, before or "", now or ""))


def has_one_face(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether a hurried person would take one for the other: by the title, by the type and its message, or by words."""
    if one.title.words and one.title.words == other.title.words:
        return True
    said = similarity(one.message, other.message)
    if one.type and one.type == other.type:
        if one.type.split(".")[-1].split("::")[-1].lstrip("*") in GENERIC_TYPES:
            return said >= FACE_GENERIC
        return said >= FACE or one.message.is_empty or other.message.is_empty
    return max(said, similarity(one.title, other.title)) >= FACE_STRANGER


def similarity(one: Message, other: Message) -> float:
    """How much of two messages is the same, 0..1: shared words over all words, a shared beginning counted double."""
    mine = [word for word in one.words if word != ANY]
    theirs = [word for word in other.words if word != ANY]
    if not mine or not theirs:
        return 1.0 if one.words == other.words and one.words else 0.0
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


def _words_weight(one: Message, other: Message, *, interpolated: bool) -> float:
    mine = [word for word in one.words if word != ANY and word not in one.names]
    theirs = [word for word in other.words if word != ANY and word not in other.names]
    shorter = min(len(mine), len(theirs))
    if not shorter or mine[:shorter] == theirs[:shorter]:
        return 0.0
    apart = len(mine) + len(theirs) - 2 * _shared(mine, theirs)
    if not apart:
        return 0.0
    if interpolated and similarity(one, other) >= FACE_STRANGER:
        return HINT
    return CERTAIN


def _apart(one: Message, other: Message) -> tuple[str, str]:
    """The words that only one of them has."""
    gone = [word for word in one.words if word not in other.words and word != ANY]
    new = [word for word in other.words if word not in one.words and word != ANY]
    return " ".join(gone[:8]), " ".join(new[:8])


def _place_weight(one: Place, other: Place) -> float:
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


def _differs(mine: object, theirs: object) -> bool:
    """Known on both sides, and not the same."""
    return bool(mine) and bool(theirs) and mine != theirs


def _one_spelling(mine: str | None, theirs: str | None) -> bool:
    """A step by a rule and a step by a bare tag cannot be compared."""
    return (mine or "").startswith("tag ") == (theirs or "").startswith("tag ")


def _same_entrance(mine: str | None, theirs: str | None) -> bool:
    """With the verb left out where only one side names it."""
    if mine == theirs or not mine or not theirs:
        return True
    bare = [name.partition(" /")[2] if " /" in name else name.lstrip("/") for name in (mine, theirs)]
    return bare[0] == bare[1] and (" /" in mine) != (" /" in theirs)


def _is_built_name(culprit: str | None) -> bool:
    """`t(assets/index)`: a browser's culprit, made of a minified function and a bundle."""
    return bool(culprit) and "(" in (culprit or "")


def _differs_path(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    return len(mine) > 1 and len(theirs) > 1 and mine[0] != theirs[0]


def _listed(names: frozenset[str] | set[str]) -> str:
    return ", ".join(sorted(names)[:4])


_TAG_FEATURES: tuple[tuple[Callable[[str], bool], Feature], ...] = (
    (lambda key: "status" in key or "code" in key, Feature.STATUS),
    (lambda key: "field" in key or "column" in key, Feature.FIELD),
    (
        lambda key: any(
            word in key for word in ("endpoint", "route", "host", "path", "url", "request", "peer")
        ),
        Feature.ENDPOINT,
    ),
    (lambda key: any(word in key for word in ("job", "worker", "task")), Feature.JOB),
)


def _feature_of_tag(key: str) -> Feature:
    return next((feature for fits, feature in _TAG_FEATURES if fits(key)), Feature.TAG)


def _spot(facts: Facts) -> str:
    """`submission.rb:164  promote_to_review!`."""
    return facts.frame.spot if facts.frame else ""


def _hint(facts: Facts) -> str:
    shown = facts.hint or facts.frame
    return shown.spot if shown else ""
