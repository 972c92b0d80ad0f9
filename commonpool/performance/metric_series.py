"""A metric of one area as a series of points, its gaps among them: what charts and pages are made of."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from commonpool.performance.areas import breaks_by_area
from commonpool.performance.measures import Measure
from commonpool.performance.metric_values import MetricValues, People, nobody_known, values_by, values_of
from commonpool.performance.rules.area_breaks import SeriesBreak
from commonpool.performance.store.reading import missing_between
from commonpool.policy.metric_catalogue import Metric


@dataclass(frozen=True, slots=True)
class Point:
    """One period. `value` None is unknown, and `why` says so; `note` is what a reader should know of a known one.

    value  what is charted
    rate   the value by the metric's definition; it differs from `value` where the series is charted by the day,
           because the people of some years are not known
    """

    starts_on: date
    ends_on: date
    numerator: float | None
    denominator: float | None
    value: float | None
    why: str = ""
    note: str = ""
    file: str = ""
    released_on: date | None = None
    revision: int = 1
    rate: float | None = None

    @property
    def days(self) -> int:
        """Calendar days of the period."""
        return (self.ends_on - self.starts_on).days + 1


@dataclass(frozen=True, slots=True)
class MetricSeries:
    """A metric of one area, its periods in order; a period that no release has is a point without a value.

    unit    of the values: that of the metric's latest definition, or a count a day where people are not known
    breaks  where the area became another or the source changed, beside the breaks of the metric's definition
    """

    metric: Metric
    area_code: str
    area_name: str
    area_gss: str
    source: str
    unit: str
    points: tuple[Point, ...]
    not_for_publication: bool = False
    breaks: tuple[SeriesBreak, ...] = ()

    @property
    def latest(self) -> Point | None:
        """The newest period with a value."""
        return next((point for point in reversed(self.points) if point.value is not None), None)


def series_of(
    home: Path, metric: Metric, area: str, people: People = nobody_known, *, but_of: Container[str] = ()
) -> MetricSeries | None:
    """One area's series, by its code as published or its GSS code; None where nothing is held of it.

    but_of  kinds of body whose figures are not looked at
    """
    found = values_of(home, metric, people, area, but_of=but_of)
    return next(_series(found), None) if found else None


def all_series(home: Path, metric: Metric, people: People = nobody_known) -> list[MetricSeries]:
    """The series of every area that the first source with figures has, by code."""
    found = values_of(home, metric, people)
    return list(_series(found)) if found else []


def series_by(home: Path, metric: Metric, measure: Measure) -> list[MetricSeries]:
    """The series of every body that one measure has, by code; none where nothing of it is held."""
    found = values_by(home, metric, measure)
    return list(_series(found)) if found else []


def _series(values: MetricValues) -> Iterator[MetricSeries]:
    breaks = breaks_by_area(values.frame)
    for code, group in groupby(values.frame.iter_rows(named=True), key=itemgetter("area_code")):
        rows = list(group)
        last = rows[-1]
        yield MetricSeries(
            metric=values.metric,
            area_code=code,
            area_name=last["area_name"] or code,
            area_gss=last["area_gss"] or "",
            source=values.source,
            unit=last["unit"],
            points=with_gaps(tuple(map(_point, rows))),
            not_for_publication=any(row["not_for_publication"] for row in rows),
            breaks=breaks.get(code, ()),
        )


def _point(row: dict[str, Any]) -> Point:
    return Point(
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        numerator=row["numerator"],
        denominator=row["denominator"],
        value=row["value"],
        why=row["why"],
        note=row["note"],
        file=row["file"],
        released_on=row["released_on"],
        revision=row["revision"],
        rate=row["rate"],
    )


def with_gaps(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """The points in order, with one that is not known for each period that no release has between them."""
    lacking = missing_between([(point.starts_on, point.ends_on) for point in points])
    if not lacking:
        return points
    empty = [Point(first, last, None, None, None, "no release has this period") for first, last in lacking]
    return tuple(sorted([*points, *empty], key=lambda point: point.starts_on))
