"""Restated figures beside published ones of the same areas: how near they come, and what that says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import fsum
from statistics import correlation, median, quantiles
from typing import Final

from commonpool.performance.rules.errors import MeasureError

FEWEST: Final = 3
_TWENTIETHS: Final = 20


@dataclass(frozen=True, slots=True)
class Pair:
    """One area: what was restated for it, and what is published. `people` are those whom both are about."""

    area: str
    restated: float
    low: float
    high: float
    published: float
    people: float
    covered: float | None

    @property
    def error(self) -> float | None:
        """Restated less published, as a part of the published; None where that is 0."""
        return self.restated / self.published - 1 if self.published else None

    @property
    def is_in_range(self) -> bool:
        """Whether the published figure lies between low and high."""
        return self.low <= self.published <= self.high


@dataclass(frozen=True, slots=True)
class BackTest:
    """What restating was worth on figures that are also published by area.

    pearson, spearman   of the two counts; None where one of them does not vary
    per_person          Pearson's correlation of the two per person: what is left when size is taken away
    size_alone          Pearson's correlation of the published counts with people: what size alone would give
    ratio_of_totals     restated over published; None where nothing was published
    half_within, nine_in_ten_within, mean_error   absolute errors as parts of the published figure
    in_range            how many published figures lie between low and high
    covered             the part of all areas' people whose bodies' figures are in; `least_covered` of one area
    """

    areas: int
    pearson: float | None
    spearman: float | None
    per_person: float | None
    size_alone: float | None
    restated: float
    published: float
    half_within: float | None
    nine_in_ten_within: float | None
    mean_error: float | None
    in_range: int
    covered: float | None
    least_covered: float | None

    @property
    def ratio_of_totals(self) -> float | None:
        """All restated over all published."""
        return self.restated / self.published if self.published else None


def back_test(pairs: Sequence[Pair]) -> BackTest:
    """Compare restated with published figures. Raises MeasureError for fewer than three areas."""
    if len(pairs) < FEWEST:
        raise MeasureError(f"{len(pairs)} areas are too few to compare. Restate and publish {FEWEST} or more.")
    restated = [pair.restated for pair in pairs]
    published = [pair.published for pair in pairs]
    people = [pair.people for pair in pairs]
    errors = [abs(pair.error) for pair in pairs if pair.error is not None]
    known = [(pair.covered, pair.people) for pair in pairs if pair.covered is not None]
    peopled = [pair for pair in pairs if pair.people]
    return BackTest(
        areas=len(pairs),
        pearson=_or_none(lambda: correlation(restated, published)),
        spearman=_or_none(lambda: correlation(_ranks(restated), _ranks(published))),
        per_person=_or_none(
            lambda: correlation(
                [pair.restated / pair.people for pair in peopled], [pair.published / pair.people for pair in peopled]
            )
        ),
        size_alone=_or_none(lambda: correlation(people, published)),
        restated=fsum(restated),
        published=fsum(published),
        half_within=median(errors) if errors else None,
        nine_in_ten_within=quantiles(errors, n=_TWENTIETHS, method="inclusive")[17] if len(errors) > 1 else None,
        mean_error=fsum(errors) / len(errors) if errors else None,
        in_range=sum(pair.is_in_range for pair in pairs),
        covered=fsum(share * count for share, count in known) / fsum(count for _, count in known) if known else None,
        least_covered=min((share for share, _ in known), default=None),
    )


def _ranks(values: Sequence[float]) -> list[float]:
    """Each value's place from the lowest; equal values share the mean of their places."""
    places: dict[float, list[int]] = defaultdict(list)
    for place, value in enumerate(sorted(values), start=1):
        places[value].append(place)
    return [fsum(places[value]) / len(places[value]) for value in values]


def _or_none(compute: Callable[[], float]) -> float | None:
    """A correlation, or None where one side does not vary: StatisticsError is what the library says then."""
    try:
        return compute()
    except ValueError:
        return None
