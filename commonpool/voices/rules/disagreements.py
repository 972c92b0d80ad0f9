"""Where coders differ on a text, passage by passage: missed by some, another code, or the same code to another extent.

Marks of one coder and code that overlap count as one. Positions are code points, ends excluded.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Final

from commonpool.voices.rules.agreement.sections import merged

# Two passages are the same, although coded differently, where they share at least half of what they cover together.
SHARED_HALVES: Final = 2


class Kind(StrEnum):
    """How coders differ on a passage."""

    MISSED = "missed"
    CODE = "code"
    EXTENT = "extent"


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A code that a coder put on `start` to `end`."""

    start: int
    end: int
    code: str
    coder: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Marks that belong together, in order of place. `kind` is None where all coders agree on it."""

    kind: Kind | None
    marks: tuple[Mark, ...]

    @property
    def start(self) -> int:
        """Where the first mark begins."""
        return min(each.start for each in self.marks)

    @property
    def end(self) -> int:
        """Where the last mark ends."""
        return max(each.end for each in self.marks)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes in it."""
        return tuple(dict.fromkeys(each.code for each in self.marks))

    @property
    def coders(self) -> frozenset[str]:
        """Who marked anything of it."""
        return frozenset(each.coder for each in self.marks)

    @property
    def key(self) -> str:
        """The same for the same marks, whenever it is worked out."""
        told = [[each.start, each.end, each.code, each.coder] for each in self.marks]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def passages(marks: Iterable[Mark], coders: Sequence[str]) -> list[Passage]:
    """All passages that anybody marked, by place: those that coders agree on, and how they differ on the others.

    coders  everybody who coded the text; whoever marked nothing has missed what others marked
    """
    settled: list[Passage] = []
    missed: list[Passage] = []
    for group in _groups(_once(marks)):
        kind = _kind_of(group, coders)
        (missed if kind is Kind.MISSED else settled).append(Passage(kind, tuple(group)))
    return sorted([*settled, *_paired(missed)], key=lambda each: (each.start, each.end, each.marks))


def _once(marks: Iterable[Mark]) -> list[Mark]:
    """Marks of one coder and code that overlap made one, by code and place."""
    of_one = attrgetter("code", "coder")
    made = [
        Mark(int(start), int(end), code, coder)
        for (code, coder), mine in groupby(sorted(marks, key=of_one), key=of_one)
        for start, end in merged((each.start, each.end) for each in mine)
    ]
    return sorted(made, key=lambda each: (each.code, each.start, each.end, each.coder))


def _groups(marks: Sequence[Mark]) -> Iterator[list[Mark]]:
    """Marks of one code that hang together by overlapping, whoever made them."""
    group: list[Mark] = []
    reach = 0
    for mark in marks:
        if group and (mark.code != group[0].code or mark.start >= reach):
            yield group
            group, reach = [], 0
        group.append(mark)
        reach = max(reach, mark.end)
    if group:
        yield group


def _kind_of(group: Sequence[Mark], coders: Sequence[str]) -> Kind | None:
    spans: dict[str, list[tuple[int, int]]] = {}
    for mark in group:
        spans.setdefault(mark.coder, []).append((mark.start, mark.end))
    if len(spans) < len(coders):
        return Kind.MISSED
    first, *others = spans.values()
    return None if all(each == first for each in others) else Kind.EXTENT


def _paired(missed: list[Passage]) -> Iterator[Passage]:
    """What some coded one way and others another way on the same passage, made one; the nearest match first."""
    missed.sort(key=lambda each: (each.start, each.end, each.marks))
    pairs = sorted(_matches(missed), key=lambda each: (-each[0], each[1], each[2]))
    taken: set[int] = set()
    for _, first, second in pairs:
        if first not in taken and second not in taken:
            taken |= {first, second}
            yield Passage(Kind.CODE, tuple(sorted((*missed[first].marks, *missed[second].marks))))
    yield from (each for at, each in enumerate(missed) if at not in taken)


def _matches(missed: Sequence[Passage]) -> Iterator[tuple[float, int, int]]:
    """(share, first, second) of such as different coders marked with different codes on the same passage."""
    for first, one in enumerate(missed):
        for second in range(first + 1, len(missed)):
            other = missed[second]
            if other.start >= one.end:
                break
            shared = min(one.end, other.end) - max(one.start, other.start)
            both = max(one.end, other.end) - min(one.start, other.start)
            if SHARED_HALVES * shared >= both and one.codes != other.codes and not one.coders & other.coders:
                yield shared / both, first, second


def pieces(start: int, end: int, marks: Iterable[Mark]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """A stretch of text cut wherever a mark begins or ends: (from, to, codes there). Together they are the stretch."""
    inside = [each for each in marks if each.start < end and each.end > start]
    edges = {start, end} | {at for each in inside for at in (each.start, each.end) if start < at < end}
    for left, right in pairwise(sorted(edges)):
        yield left, right, tuple(dict.fromkeys(each.code for each in inside if each.start <= left < each.end))
