"""Bands of figures, and whether a row of bands could be told from the country's other areas.

A study's sites are known to be among the country's areas, and the figures of every area are published. A row of exact
figures would name its site, and so may a row of bands that few areas share. So figures are shown in bands, and a table
leaves the team only if each of its rows could be that of five areas or more.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

FEWEST_AREAS: Final = 5
"""A row that fewer areas of the country could be is not given out."""
WORDS: Final[Mapping[int, tuple[str, ...]]] = {
    2: ("lower half", "upper half"),
    3: ("lowest third", "middle third", "highest third"),
}

Id = TypeVar("Id")


@dataclass(frozen=True, slots=True)
class Band:
    """The `part`-th of `parts` bands of all areas, from 1 for the lowest."""

    part: int
    parts: int

    def __post_init__(self) -> None:
        assert self.parts in WORDS, "figures are shown in halves or thirds"
        assert 1 <= self.part <= self.parts, "a band is one of its parts"

    def __str__(self) -> str:
        return WORDS[self.parts][self.part - 1]


Combination = tuple[Band | None, ...]
"""The bands of one area, a column each; None where its figure is not known."""


def bands_of(values: Mapping[Id, float], parts: int) -> dict[Id, Band]:
    """Each area's band among all that have a figure. Areas of one value share a band, so bands may be of unlike size.

    No bands at all where there are fewer areas than parts.
    """
    ordered = sorted(values.values())
    if len(ordered) < parts:
        return {}
    below = {area: bisect_left(ordered, value) for area, value in values.items()}
    return {area: Band(1 + count * parts // len(ordered), parts) for area, count in below.items()}


def matching(rows: Mapping[Id, Combination], country: Iterable[Combination]) -> dict[Id, int]:
    """How many areas of the country, the row's own among them, have exactly this combination."""
    counted = Counter(country)
    return {row: counted[combination] for row, combination in rows.items()}


def too_rare(rows: Mapping[Id, Combination], country: Iterable[Combination]) -> dict[Id, int]:
    """The rows that fewer than five areas could be, each with how many could."""
    return {row: count for row, count in matching(rows, country).items() if count < FEWEST_AREAS}


def rare_without_each(rows: Mapping[Id, Combination], country: Sequence[Combination]) -> tuple[int, ...]:
    """For each column, how many rows would still be too rare if it were left out."""
    columns = len(next(iter(rows.values()), ()))
    return tuple(
        len(too_rare({row: _without(each, at) for row, each in rows.items()}, [_without(each, at) for each in country]))
        for at in range(columns)
    )


def _without(combination: Combination, at: int) -> Combination:
    return combination[:at] + combination[at + 1 :]
