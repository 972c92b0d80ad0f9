"""A metric's values of all areas and periods in one frame: what was counted, over whom, the value, and why not.

The rule of one value stands in `policy.metric_catalogue.Form`; here it is applied to whole columns, so that a board of
every area takes no longer than its reading. `engine.aggregates` says the same as Ibis expressions, for activity that
one machine cannot hold; tests hold both to each other.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from commonpool.performance.measures import ANY, Measure, Part, measures_of
from commonpool.performance.rules.series import LARGEST
from commonpool.performance.store.keeping import loads_of
from commonpool.performance.store.reading import NothingHeld, current
from commonpool.performance.store.schema import CATEGORIES
from commonpool.policy.metric_catalogue import Form, Metric, MetricVersion

if TYPE_CHECKING:
    import polars as pl

People = Callable[[str, str, int], int | None]
"""(area's GSS code, else its own; age group, year) -> how many people live there; None where that is not known."""
LEAST_KNOWN_DAYS: Final = 0.5
"""The share of a month's days that must be known for a mean of days to stand for the month."""
A_DAY: Final = "a day"
WITHHELD_BY_PUBLISHER: Final = "withheld by the publisher"


@dataclass(frozen=True, slots=True)
class MetricValues:
    """Every value of a metric that one source has, a row an area and period, in the order of both.

    frame  area_code, area_gss, area_name, starts_on, ends_on, numerator, denominator, rate, value, unit, why, note,
           file, released_on, revision, not_for_publication.
           `rate` is by the metric's definition. `value` is what is charted: the rate, or the count a day of an area
           whose people are not known in every year. Null is unknown, and `why` says so
    """

    metric: Metric
    source: str
    frame: pl.DataFrame


def nobody_known(area: str, ages: str, year: int) -> int | None:
    """Where no population is loaded."""
    return None


def values_of(
    home: Path, metric: Metric, people: People = nobody_known, area: str = "", *, but_of: Container[str] = ()
) -> MetricValues | None:
    """The values of all areas in the first source that has any; of one area by its code as published or GSS code.

    but_of  kinds of body whose figures are not looked at: their files need not be read

    None where nothing is held.
    """
    measures = (measure for measure in measures_of(metric.code) if measure.kind not in but_of)
    found = (values_by(home, metric, measure, people, area) for measure in measures)
    return next((values for values in found if values), None)


def values_by(
    home: Path, metric: Metric, measure: Measure, people: People = nobody_known, area: str = ""
) -> MetricValues | None:
    """The same by one measure alone. None where nothing of it is held."""
    try:
        counted = _counted(home, measure, area)
    except NothingHeld:
        return None
    if not counted.height:
        return None
    return MetricValues(metric, measure.source, _valued(counted, metric, measure, people))


def figures_held(home: Path, source: str) -> pl.DataFrame:
    """The figures of a source that count, read once until another load is there. Raises NothingHeld."""
    return _figures(home, source)


# -- from counts to values


def _valued(counted: pl.DataFrame, metric: Metric, measure: Measure, people: People) -> pl.DataFrame:
    import polars as pl

    frame = counted.join(_versions(metric, counted), on="starts_on", how="left")
    if measure.people:
        frame = _over_people(frame, measure.people, people)
    if measure.printed_over:
        frame = frame.with_columns(denominator=pl.lit(measure.printed_over))
    if measure.is_complement:
        frame = frame.with_columns(numerator=pl.col("denominator") - pl.col("numerator"))
    frame = frame.with_columns(rate=_rate(), why=_why())
    if measure.printed_over:
        frame = _as_printed(frame)
    if measure.people:
        frame = _a_day_where_people_are_not_known(frame, metric)
    else:
        frame = frame.with_columns(value="rate", unit=pl.lit(metric.latest.unit))
    return _of_a_possible_size(frame).select(_COLUMNS)


def _of_a_possible_size(frame: pl.DataFrame) -> pl.DataFrame:
    """What no chart can take is not known: one such value must not keep the others from being shown."""
    import polars as pl

    is_possible = pl.max_horizontal(pl.col("rate", "value").abs()).fill_null(0) <= LARGEST
    return frame.with_columns(
        pl.when(is_possible).then(pl.col("rate", "value")),
        why=pl.when(is_possible).then("why").otherwise(pl.lit("too large to be true; look at its unit")),
    )


def _as_printed(frame: pl.DataFrame) -> pl.DataFrame:
    """Values that a publisher prints without what was counted: no reader may take them for counts."""
    import polars as pl

    nothing, said = pl.lit(None, pl.Float64), pl.lit("as printed, without its counts")
    note = pl.when(pl.col("rate").is_not_null()).then(said).otherwise(pl.lit(""))
    return frame.with_columns(numerator=nothing, denominator=nothing, note=note)


def _versions(metric: Metric, counted: pl.DataFrame) -> pl.DataFrame:
    """How a value of each period is made."""
    import polars as pl

    days = counted["starts_on"].unique().to_list()
    found = [(day, _version(metric, day)) for day in days]
    rows = [(day, each.form.value if each else None, float(each.multiplier) if each else None) for day, each in found]
    return pl.DataFrame(rows, schema={"starts_on": pl.Date, "form": pl.String, "multiplier": pl.Float64}, orient="row")


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


def _over_people(frame: pl.DataFrame, ages: str, people: People) -> pl.DataFrame:
    """The denominator: the people of each period's own year, as far as they are known."""
    import polars as pl

    frame = frame.with_columns(place=pl.coalesce("area_gss", "area_code"), year=pl.col("starts_on").dt.year())
    asked = frame.select("place", "year").unique().rows()
    known = [(place, year, people(place, ages, year)) for place, year in asked]
    schema = {"place": pl.String, "year": pl.Int32, "people": pl.Float64}
    living = pl.DataFrame(known, schema=schema, orient="row", strict=False)
    return frame.join(living, on=["place", "year"], how="left").with_columns(denominator=pl.col("people"))


def _rate() -> pl.Expr:
    """Null follows of itself where a part is null; nobody to take it over is null too."""
    import polars as pl

    form = pl.col("form")
    ratio = pl.col("multiplier") * pl.col("numerator") / pl.when(pl.col("denominator") != 0).then("denominator")
    return (
        pl.when(form == Form.COUNT.value)
        .then("numerator")
        .when(form == Form.PER_DAY.value)
        .then(pl.col("numerator") / _days())
        .when(form == Form.RATIO.value)
        .then(ratio)
        .when(form == Form.RATIO_PER_DAY.value)
        .then(ratio / _days())
    )


def _why() -> pl.Expr:
    """Why there is no rate; empty where there is one."""
    import polars as pl

    form, status = pl.col("form"), pl.col("status")
    return (
        pl.when(form.is_null())
        .then(pl.lit("the metric was not defined then"))
        .when(pl.col("numerator").is_null() & (status != "known"))
        .then(status.replace(_WHY))
        .when(form.is_in([Form.DIRECT.value, Form.INDIRECT.value]))
        .then(pl.lit("it is standardised: counts by age band are needed"))
        .when(form.is_in([Form.COUNT.value, Form.PER_DAY.value]))
        .then(pl.lit(""))
        .when(pl.col("denominator").is_null())
        .then(pl.lit("whom it is taken over is not known"))
        .when(pl.col("denominator") == 0)
        .then(pl.lit("there was nobody to take it over"))
        .otherwise(pl.lit(""))
    )


_WHY: Final[Mapping[str, str]] = {
    "suppressed": WITHHELD_BY_PUBLISHER,
    "not_submitted": "not submitted",
    "not_collected": "not collected",
    "not_applicable": "cannot exist here",
    "blank": "left blank by the publisher",
    "faulty": "not a possible figure, as published",
}


def _a_day_where_people_are_not_known(frame: pl.DataFrame, metric: Metric) -> pl.DataFrame:
    """One line has one unit: an area with a year of unknown people is charted by the day in every year."""
    import polars as pl

    counted = pl.col("numerator").is_not_null() & pl.col("form").is_not_null()
    a_day = (counted & pl.col("rate").is_null()).any().over("area_code")
    return frame.with_columns(
        value=pl.when(~a_day).then("rate").when(counted).then(pl.col("numerator") / _days()),
        unit=pl.when(a_day).then(pl.lit(A_DAY)).otherwise(pl.lit(metric.latest.unit)),
        why=pl.when(a_day & counted).then(pl.lit("")).otherwise("why"),
    )


def _days() -> pl.Expr:
    import polars as pl

    return (pl.col("ends_on") - pl.col("starts_on")).dt.total_days() + 1


_COLUMNS: Final = (
    *("area_code", "area_gss", "area_name", "starts_on", "ends_on", "numerator", "denominator", "rate", "value"),
    *("unit", "why", "note", "file", "released_on", "revision", "not_for_publication"),
)


# -- out of the store


def _counted(home: Path, measure: Measure, area: str) -> pl.DataFrame:
    """numerator and denominator of each area and period, in order. Raises NothingHeld."""
    import polars as pl

    figures = _figures(home, measure.source)
    if area:
        # Older files have no GSS code: it names the code that all of them have.
        codes = figures.filter(pl.col("area_gss") == area)["area_code"].unique()
        figures = figures.filter((pl.col("area_code") == area) | pl.col("area_code").is_in(codes.implode()))
    if measure.kind != ANY:
        figures = figures.filter(pl.col("area_kind") == measure.kind)
    above = figures_of(figures, measure.numerator)
    keys = ["area_code", "starts_on", "ends_on"]
    if measure.denominator is None:
        above = means_of_months(above) if measure.is_mean_of_days else above
        whole = above.with_columns(denominator=pl.lit(None, pl.Float64))
    else:
        below = figures_of(figures, measure.denominator)
        if measure.is_mean_of_days:
            above, below = (means_of_months(each) for each in (_on_days_of(above, below), _on_days_of(below, above)))
        below = below.select(*keys, denominator="numerator")
        whole = above.join(below, on=keys, how="left")
    return whole.sort("area_code", "starts_on")


def figures_of(figures: pl.DataFrame, part: Part) -> pl.DataFrame:
    """The figures of a source that are one part of a metric, as `numerator` with their `status`."""
    import polars as pl

    wanted = [(pl.col("table") == part.table) & (pl.col("measure") == part.measure)]
    wanted += [pl.col(name).eq_missing(pl.lit(part.breakdown.get(name), dtype=pl.String)) for name in CATEGORIES]
    return figures.filter(*wanted).select(
        "area_code", "area_gss", "area_name", "not_for_publication", "file", "released_on", "revision",
        starts_on="period_start", ends_on="period_end", numerator="value",
        status=pl.col("value_status").cast(pl.String), note=pl.lit(""),
    )  # fmt: skip


def _on_days_of(days: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """The same days, unknown where the other part is: else two means of different days would stand side by side."""
    import polars as pl

    keys = ["area_code", "starts_on", "ends_on"]
    known = others.filter(pl.col("numerator").is_not_null()).select(*keys, both=pl.lit(value=True))
    joined = days.join(known, on=keys, how="left", maintain_order="left")
    return joined.with_columns(numerator=pl.when("both").then("numerator")).drop("both")


def means_of_months(days: pl.DataFrame) -> pl.DataFrame:
    """The mean of each month's known days; unknown where fewer than half of its days are known."""
    import polars as pl

    found = days.group_by("area_code", month=pl.col("starts_on").dt.truncate("1mo")).agg(
        pl.last("area_gss", "area_name", "file", "released_on", "revision"),
        pl.any("not_for_publication"),
        numerator=pl.col("numerator").mean(),
        known=pl.col("numerator").count(),
    )
    length = pl.col("month").dt.month_end().dt.day().cast(pl.Int64)
    enough = pl.col("known") >= LEAST_KNOWN_DAYS * length
    told = pl.format("mean of {} of {} days", "known", length)
    return found.with_columns(
        starts_on="month",
        ends_on=pl.col("month").dt.month_end(),
        numerator=pl.when(enough).then("numerator"),
        status=pl.when(enough).then(pl.lit("known")).otherwise(pl.lit("too few days are known")),
        note=pl.when(pl.col("known") < length).then(told).otherwise(pl.lit("")),
    ).drop("month", "known")


def _figures(home: Path, source: str) -> pl.DataFrame:
    """The figures of a source that count; kept in memory until a load comes or is withdrawn. Raises NothingHeld."""
    return _kept(home, source, tuple(load.number for load in loads_of(home, source) if load.counts()))


@lru_cache(maxsize=16)
def _kept(home: Path, source: str, loads: tuple[int, ...]) -> pl.DataFrame:
    return current(home, source, columns=_NEEDED)


_NEEDED: Final = (
    *("table", "measure", "period_start", "period_end", "area_kind", "area_code", "area_gss", "area_name"),
    *CATEGORIES,
    *("value", "value_status", "not_for_publication", "file", "released_on", "revision"),
)
