"""What a body covers on a date, from footprints at the finest level, nestings and takeovers.

The ground is made of patches: pieces of land that every known footprint treats alike. A body covers what its own
footprint says; without one, what the bodies nested in it cover; without those, what its predecessors covered who
came to it whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

Body = int
PatchId = int
Cover = Mapping[PatchId, Fraction]

NOTHING: Final[Cover] = {}
# Nearly every weight is this one, and the same object, so that sums of whole people need no fractions.
WHOLE: Final = Fraction(1)


def people_in(cover: Cover, people: Mapping[PatchId, int]) -> Fraction:
    """How many people a cover holds; `people` is patch -> people."""
    whole, parts = 0, Fraction(0)
    for patch, weight in cover.items():
        if weight is WHOLE:
            whole += people.get(patch, 0)
        else:
            parts += people.get(patch, 0) * weight
    return whole + parts


@dataclass(frozen=True, slots=True)
class Life:
    """A body's kind and its first and last day; None where a day is not known or has not come."""

    kind: str
    starts_on: date | None = None
    ends_on: date | None = None

    def day_nearest(self, on: date) -> date:
        """The asked day if the body lived then, else the nearest day on which it did."""
        if self.ends_on and on > self.ends_on:
            return self.ends_on
        return self.starts_on if self.starts_on and on < self.starts_on else on

    def lives_on(self, on: date) -> bool:
        """Whether the body exists on that day, as far as is known."""
        return self.day_nearest(on) == on


@dataclass(frozen=True, slots=True)
class Nest:
    """That one body lies wholly inside another from a day on, until a later nest of the same kind says otherwise."""

    inner: Body
    outer: Body
    starts_on: date


@dataclass(frozen=True, slots=True)
class Takeover:
    """That a predecessor came to a successor on a day; `share` 1 is the whole of it, None is not known."""

    predecessor: Body
    successor: Body
    on: date
    share: Fraction | None


@dataclass(frozen=True)
class Ground:
    """Everything needed to say who covers whom.

    footprints  body -> first day of the lookup -> patch -> part of its people, above 0 and up to 1
    people      patch -> people in one mid-year
    """

    lives: Mapping[Body, Life]
    footprints: Mapping[Body, Mapping[date, Cover]]
    nests: Sequence[Nest]
    takeovers: Sequence[Takeover]
    people: Mapping[PatchId, int]
    _nests_of: dict[Body, set[Body]] = field(init=False, repr=False, compare=False)
    _nests_in: dict[tuple[Body, str], list[Nest]] = field(init=False, repr=False, compare=False)
    _first_lookup: dict[Body, date] = field(init=False, repr=False, compare=False)
    _whole_to: dict[Body, list[Takeover]] = field(init=False, repr=False, compare=False)
    _known: dict[tuple[Body, date], Cover] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        nests_of: dict[Body, set[Body]] = defaultdict(set)
        nests_in: dict[tuple[Body, str], list[Nest]] = defaultdict(list)
        first_lookup: dict[Body, date] = {}
        for nest in sorted(self.nests, key=lambda nest: nest.starts_on):
            first_lookup.setdefault(nest.outer, nest.starts_on)
            nests_of[nest.outer].add(nest.inner)
            nests_in[nest.inner, self.lives[nest.outer].kind].append(nest)
        whole_to: dict[Body, list[Takeover]] = defaultdict(list)
        for takeover in self.takeovers:
            if takeover.share == 1:
                whole_to[takeover.successor].append(takeover)
        object.__setattr__(self, "_nests_of", dict(nests_of))
        object.__setattr__(self, "_nests_in", dict(nests_in))
        object.__setattr__(self, "_first_lookup", first_lookup)
        object.__setattr__(self, "_whole_to", dict(whole_to))
        object.__setattr__(self, "_known", {})

    def inners(self, outer: Body, on: date) -> list[Body]:
        """The bodies nested in this one on a day, in order of their numbers."""
        return sorted(
            inner
            for inner in self._nests_of.get(outer, ())
            if self.lives[inner].lives_on(on) and self.outer(inner, self.lives[outer].kind, on) == outer
        )

    def outer(self, inner: Body, kind: str, on: date) -> Body | None:
        """The body of that kind in which this one lies on a day; before the first lookup, as the first says."""
        nests = self._nests_in.get((inner, kind), [])
        current = [nest for nest in nests if nest.starts_on <= on] or nests[:1]
        return current[-1].outer if current else None

    def cover(self, body: Body, on: date) -> Cover:
        """What a body covers on a day, or on the nearest day on which it existed; nothing where nobody says."""
        day = self.lives[body].day_nearest(on)
        if (body, day) not in self._known:
            # A body that is inside itself by a wrong file must not ask for ever.
            self._known[body, day] = NOTHING
            self._known[body, day] = self._found_cover(body, day)
        return self._known[body, day]

    def _found_cover(self, body: Body, day: date) -> Cover:
        if own := self.footprints.get(body):
            first_days = sorted(own)
            return own[max((first for first in first_days if first <= day), default=first_days[0])]
        return _sum(self._parts(body, day))

    def _parts(self, body: Body, day: date) -> Iterator[Cover]:
        inside_on = self._day_with_lookup(body, day)
        if inners := self.inners(body, inside_on):
            yield from (self.cover(inner, inside_on) for inner in inners)
            return
        for takeover in self._whole_to.get(body, ()):
            if takeover.on <= day:
                yield self.cover(takeover.predecessor, takeover.on - timedelta(days=1))

    def _day_with_lookup(self, body: Body, day: date) -> date:
        """The day, or the first day of which a lookup says what lies inside, if the body lived then as well.

        Before it the bodies inside may have been others, of which no lookup knows: those that do lie inside the
        body already would be only a part of its ground.
        """
        first = self._first_lookup.get(body, day)
        return first if first > day and self.lives[body].lives_on(first) else day

    def people_in(self, cover: Cover) -> Fraction:
        """How many people a cover holds."""
        return people_in(cover, self.people)


def _sum(covers: Iterator[Cover]) -> Cover:
    total: dict[PatchId, Fraction] = {}
    for cover in covers:
        for patch, weight in cover.items():
            # Two bodies that both claim a patch make it covered, not covered twice.
            total[patch] = min(WHOLE, total[patch] + weight) if patch in total else weight
    return total
