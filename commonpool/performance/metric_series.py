"""A metric's values for every area, made of what the activity store holds: numerator, denominator, value, and why not.

One pass gives all areas: a board of 152 areas reads each file once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from commonpool.performance.measures import ANY, Measure, Part, measures_of
from commonpool.performance.store.keeping import loads_of
from commonpool.performance.store.reading import NothingHeld, current, missing_between
from commonpool.performance.store.schema import CATEGORIES
from commonpool.policy.metric_catalogue import Form, Metric, MetricVersion

if TYPE_CHECKING:
    import polars as pl

People = Callable[[str, str, int], int | None]
"""(area's code, age group, year) -> how many people live there; None where that is not known."""
LEAST_KNOWN_DAYS: Final = 0.5
"""The share of a month's days that must be known for a mean of days to stand for the month."""


@dataclass(frozen=True, slots=True)
class Point:
    """One period. `value` None is unknown, and `why` says so; `note` is what a reader should know of a known one."""

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

    @property
    def days(self) -> int:
        """Calendar days of the period."""
        return (self.ends_on - self.starts_on).days + 1


@dataclass(frozen=True, slots=True)
class MetricSeries:
    """A metric of one area, its periods in order; a period that no release has is a point without a value.

    unit  of the values: that of the metric's latest definition, or a count a day while nobody's population is known
    """

    metric: Metric
    area_code: str
    area_name: str
    area_gss: str
    source: str
    unit: str
    points: tuple[Point, ...]
    not_for_publication: bool = False

    @property
    def latest(self) -> Point | None:
        """The newest period with a value."""
        return next((point for point in reversed(self.points) if point.value is not None), None)


def nobody_known(area: str, ages: str, year: int) -> int | None:
    """Where no population is loaded."""
    return None


def series_of(home: Path, metric: Metric, area: str, people: People = nobody_known) -> MetricSeries | None:
    """One area's series, by its code as published or its GSS code; None where nothing is held of it."""
    for measure in measures_of(metric.code):
        if found := next(_made(home, metric, measure, people, area), None):
            return found
    return None


def all_series(home: Path, metric: Metric, people: People = nobody_known) -> list[MetricSeries]:
    """The series of every area that the first source with figures has, by code."""
    for measure in measures_of(metric.code):
        if found := list(_made(home, metric, measure, people)):
            return found
    return []


def _made(home: Path, metric: Metric, measure: Measure, people: People, area: str = "") -> Iterator[MetricSeries]:
    try:
        table = _table(home, measure, area)
    except NothingHeld:
        return
    for code, rows in groupby(table.iter_rows(named=True), key=lambda row: row["area_code"]):
        yield _series(metric, measure, code, list(rows), people)


def _series(metric: Metric, measure: Measure, code: str, rows: list[dict[str, Any]], people: People) -> MetricSeries:
    last = rows[-1]
    points = tuple(_point(metric, measure, row, people) for row in rows)
    unit = metric.latest.unit
    if measure.people and all(point.value is None for point in points):
        points = tuple(_per_day(point) for point in points)
        unit = "a day"
    return MetricSeries(
        metric=metric,
        area_code=code,
        area_name=last["area_name"] or code,
        area_gss=last["area_gss"] or "",
        source=measure.source,
        unit=unit,
        points=_with_gaps(points),
        not_for_publication=any(row["not_for_publication"] for row in rows),
    )


def _point(metric: Metric, measure: Measure, row: dict[str, Any], people: People) -> Point:
    version = _version(metric, row["period_start"])
    above, below = row["numerator"], row["denominator"]
    if measure.people and version:
        area = row["area_gss"] or row["area_code"]
        below = people(area, measure.people, row["period_start"].year)
    if measure.is_complement:
        above = None if above is None or below is None else below - above
    days = (row["period_end"] - row["period_start"]).days + 1
    value, why = _value(version, above, below, days, row)
    return Point(
        starts_on=row["period_start"],
        ends_on=row["period_end"],
        numerator=above,
        denominator=below,
        value=value,
        why=why,
        note=row["note"],
        file=row["file"],
        released_on=row["released_on"],
        revision=row["revision"],
    )


def _version(metric: Metric, day: date) -> MetricVersion | None:
    """What a value of that day is made by: the newest version that its own runs on into. One line has one form."""
    version = metric.on(day)
    if version is None:
        return None
    for following in metric.versions[version.number :]:
        if not following.continues:
            break
        version = following
    return version


def _value(
    version: MetricVersion | None, above: float | None, below: float | None, days: int, row: dict[str, Any]
) -> tuple[float | None, str]:
    """The value, or None and why."""
    if version is None:
        return None, "the metric was not defined then"
    if above is None:
        return None, _WHY.get(row["status"], row["status"])
    if version.form is Form.COUNT:
        return above, ""
    if version.form is Form.PER_DAY:
        return above / days, ""
    if version.form in (Form.DIRECT, Form.INDIRECT):
        return None, "it is standardised: counts by age band are needed"
    if below is None:
        return None, "whom it is taken over is not known"
    if below == 0:
        return None, "there was nobody to take it over"
    per_day = days if version.form is Form.RATIO_PER_DAY else 1
    return version.multiplier * above / below / per_day, ""


_WHY: Final[Mapping[str, str]] = {
    "suppressed": "withheld by the publisher",
    "not_submitted": "not submitted",
    "not_collected": "not collected",
    "not_applicable": "cannot exist here",
    "blank": "left blank by the publisher",
    "faulty": "not a possible figure, as published",
}


def _per_day(point: Point) -> Point:
    """The count of a day instead of a rate over people whom nobody has counted here."""
    if point.numerator is None:
        return replace(point, denominator=None)
    return replace(point, denominator=None, value=point.numerator / point.days, why="")


def _with_gaps(points: tuple[Point, ...]) -> tuple[Point, ...]:
    lacking = missing_between([(point.starts_on, point.ends_on) for point in points])
    if not lacking:
        return points
    empty = [Point(first, last, None, None, None, "no release has this period") for first, last in lacking]
    return tuple(sorted([*points, *empty], key=lambda point: point.starts_on))


# -- out of the store


def _table(home: Path, measure: Measure, area: str) -> pl.DataFrame:
    """numerator and denominator of each area and period, in order. Raises NothingHeld."""
    import polars as pl

    figures = _figures(home, measure.source)
    if area:
        # Older files have no GSS code: it names the code that all of them have.
        codes = figures.filter(pl.col("area_gss") == area)["area_code"].unique()
        figures = figures.filter((pl.col("area_code") == area) | pl.col("area_code").is_in(codes.implode()))
    if measure.kind != ANY:
        figures = figures.filter(pl.col("area_kind") == measure.kind)
    above = _of(figures, measure.numerator)
    if measure.is_mean_of_days:
        above = means_of_months(above)
    keys = ["area_code", "period_start", "period_end"]
    if measure.denominator is None:
        whole = above.with_columns(denominator=pl.lit(None, pl.Float64))
    else:
        below = _of(figures, measure.denominator).select(*keys, denominator="numerator")
        whole = above.join(below, on=keys, how="left")
    return whole.sort("area_code", "period_start")


def _of(figures: pl.DataFrame, part: Part) -> pl.DataFrame:
    import polars as pl

    wanted = [(pl.col("table") == part.table) & (pl.col("measure") == part.measure)]
    wanted += [pl.col(name).eq_missing(pl.lit(part.breakdown.get(name), dtype=pl.String)) for name in CATEGORIES]
    return figures.filter(*wanted).select(
        "area_code", "area_gss", "area_name", "period_start", "period_end", "not_for_publication", "file",
        "released_on", "revision", numerator="value", status=pl.col("value_status").cast(pl.String), note=pl.lit(""),
    )  # fmt: skip


def means_of_months(days: pl.DataFrame) -> pl.DataFrame:
    """The mean of each month's known days; unknown where fewer than half of its days are known."""
    import polars as pl

    month = pl.col("period_start").dt.truncate("1mo")
    found = days.group_by("area_code", month.alias("month")).agg(
        pl.last("area_gss", "area_name", "file", "released_on", "revision"),
        pl.any("not_for_publication"),
        numerator=pl.col("numerator").mean(),
        known=pl.col("numerator").count(),
    )
    length = pl.col("month").dt.month_end().dt.day().cast(pl.Int64)
    enough = pl.col("known") >= LEAST_KNOWN_DAYS * length
    told = pl.format("mean of {} of {} days", "known", length)
    return found.with_columns(
        period_start="month",
        period_end=pl.col("month").dt.month_end(),
        numerator=pl.when(enough).then("numerator"),
        status=pl.when(enough).then(pl.lit("known")).otherwise(pl.lit("too few days are known")),
        note=pl.when(pl.col("known") < length).then(told).otherwise(pl.lit("")),
    ).drop("month", "known")


def _figures(home: Path, source: str) -> pl.DataFrame:
    """The figures of a source that count; kept in memory until another load is there. Raises NothingHeld."""
    loads = loads_of(home, source)
    return _kept(home, source, loads[-1].number if loads else 0)


@lru_cache(maxsize=8)
def _kept(home: Path, source: str, last_load: int) -> pl.DataFrame:
    return current(home, source).select(_NEEDED)


_NEEDED: Final = (
    *("table", "measure", "period_start", "period_end", "area_kind", "area_code", "area_gss", "area_name"),
    *CATEGORIES,
    *("value", "value_status", "not_for_publication", "file", "released_on", "revision"),
)
