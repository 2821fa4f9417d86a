"""The look-alike guard's judgement of two alerts: one cause, two causes with one face, or nothing in common.

Deterministic and explainable: each feature has a name, a weight and a value on either side. First the face is compared
(would a hurried person take one for the other?), then the cause, feature by feature. What is not known on one side
differs from nothing. Asked at arrival, by the watch over archives, and by `triage rules compare`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.domain.apart import (
    CERTAIN,
    HINT,
    LIKELY,
    begins,
    differs,
    is_built_name,
    listed,
    one_spelling,
    place_weight,
    same_entrance,
    words_apart,
    words_weight,
)
from bot.domain.face import has_one_face
from bot.domain.facts import Facts
from bot.domain.fingerprint import Fingerprint, fingerprint
from bot.domain.likeness import Comparison, Difference, Feature, Likeness
from bot.domain.messages import Message

ENOUGH = 1.0
"""From this weight of differences on, the cause is another one. A feature of weight 1 suffices alone."""


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

    @property
    def _is_mixed(self) -> bool:
        """One of them is known from its issue alone, which tells but the beginning of a message."""
        return (self.earlier.event_id is None) != (self.newer.event_id is None)

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
        if one.place.is_known and not place_weight(one.place, other.place):
            yield Feature.PLACE

    def _differences(self) -> Iterator[_Weighed]:
        for part in (self._where, self._why, self._said, self._around):
            yield from part()

    def _where(self) -> Iterator[_Weighed]:
        """The step, the entrance, the place."""
        one, other = self.one, self.other
        if differs(one.step, other.step) and one_spelling(one.step, other.step):
            yield self._weighed(CERTAIN, Feature.STEP, one.step, other.step)
        entrance = one.transaction and other.transaction
        if entrance and not same_entrance(one.transaction, other.transaction):
            yield self._weighed(
                CERTAIN, Feature.TRANSACTION, self.earlier.transaction, self.newer.transaction
            )
        if not entrance and differs(one.culprit, other.culprit):
            weight = HINT if is_built_name(one.culprit) else CERTAIN
            yield self._weighed(weight, Feature.CULPRIT, self.earlier.culprit, self.newer.culprit)
        if differs(one.job, other.job):
            yield self._weighed(CERTAIN, Feature.JOB, self.earlier.job, self.newer.job)
        if differs(one.kind, other.kind):
            yield self._weighed(LIKELY, Feature.KIND, one.kind, other.kind)
        yield from self._places()

    def _places(self) -> Iterator[_Weighed]:
        one, other = self.one, self.other
        if one.place.is_known and other.place.is_known:
            weight = place_weight(one.place, other.place)
            if weight:
                yield self._weighed(weight, Feature.PLACE, _spot(self.earlier), _spot(self.newer))
            elif not (one.transaction and other.transaction) and differs(one.entry, other.entry):
                yield self._weighed(CERTAIN, Feature.PATH, one.entry, other.entry)
        elif one.hint.is_known and other.hint.is_known and (weight := place_weight(one.hint, other.hint)):
            yield self._weighed(
                weight,
                Feature.PLACE,
                _hint(self.earlier),
                _hint(self.newer),
            )

    def _why(self) -> Iterator[_Weighed]:
        """The causes below the raised exception."""
        one, other = self.one, self.other
        if differs(one.type, other.type):
            yield self._weighed(LIKELY, Feature.TYPE, one.type, other.type)
        if not (self.earlier.values and self.newer.values):
            return
        mine, theirs = one.chain[:-1], other.chain[:-1]
        if mine != theirs and (mine or theirs):
            weight = CERTAIN if mine and theirs else LIKELY
            yield self._weighed(weight, Feature.CHAINED_CAUSE, " < ".join(mine), " < ".join(theirs))
        elif mine and len(one.causes) == len(other.causes):
            for before, now in zip(one.causes, other.causes, strict=True):
                for each in self._texts(before, now):
                    yield self._weighed(
                        each.weight, Feature.CHAINED_CAUSE, each.difference.before, each.difference.now
                    )

    def _said(self) -> Iterator[_Weighed]:
        one, other = self.one, self.other
        if one.chain or other.chain:
            yield from self._texts(one.message, other.message)
            return
        yield from self._texts(one.message, other.message)
        if not (begins(one.message, one.title) and begins(other.message, other.title)):
            yield from self._texts(one.title, other.title)

    def _texts(self, mine: Message, theirs: Message) -> Iterator[_Weighed]:
        """What two messages say differently."""
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
                yield self._weighed(weight, feature, listed(gone), listed(new))
            elif (gone or new) and feature is Feature.FIELD:
                yield self._weighed(HINT, feature, listed(gone), listed(new))
        if not told and (weight := words_weight(mine, theirs, is_cut=self._is_mixed)):
            gone, new = words_apart(mine, theirs)
            yield self._weighed(weight, Feature.MESSAGE, gone, new)

    def _around(self) -> Iterator[_Weighed]:
        one, other = self.one, self.other
        if differs(one.project, other.project):
            yield self._weighed(CERTAIN, Feature.PROJECT, one.project, other.project)
        if differs(one.environment, other.environment):
            yield self._weighed(HINT, Feature.ENVIRONMENT, one.environment, other.environment)
        yield from self._pages()
        routed = one.transaction is not None and one.transaction == other.transaction
        for key in sorted(one.tags.keys() & other.tags.keys()):
            if one.tags[key] != other.tags[key] and not (key == "request" and routed):
                weight = self._tag_weight(key)
                difference = Difference(_feature_of_tag(key), one.tags[key], other.tags[key], tag=key)
                yield _Weighed(weight, difference)

    def _tag_weight(self, key: str) -> float:
        """Of what says little beside a known job or route: the path that was asked for, the queue."""
        one, other = self.one, self.other
        if key == "request":
            return LIKELY
        if key != "queue":
            return CERTAIN
        is_placed = any((one.job and other.job, one.transaction and other.transaction))
        return HINT if is_placed else CERTAIN

    def _pages(self) -> Iterator[_Weighed]:
        """The page by its address, where nothing else says what was entered."""
        one, other = self.one, self.other
        if any((one.transaction, one.culprit, other.transaction, other.culprit)):
            return
        if differs(one.page, other.page):
            yield self._weighed(CERTAIN, Feature.ENDPOINT, one.page, other.page)

    def _weighed(self, weight: float, feature: Feature, before: str | None, now: str | None) -> _Weighed:
        return _Weighed(weight, Difference(feature, before or "", now or ""))


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
