"""One metric of all areas in one period: level with interval, what is withheld, and each area's way from its own start.

An area that keeps its figures to itself is not in it at all, and restated values never enter: they are in no series.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from commonpool.performance.measures import measure_in
from commonpool.performance.metric_values import WITHHELD_BY_PUBLISHER, MetricValues, People, nobody_known, values_of
from commonpool.performance.rules.intervals import Interval, count_interval, wilson
from commonpool.performance.rules.own_start import Period, Progress, progress
from commonpool.performance.withholding import PERCENT, Days, Withholding, threshold_of
from commonpool.policy.metric_catalogue import Form, Metric, MetricVersion
from commonpool.small_numbers import Withheld

if TYPE_CHECKING:
    import polars as pl

# The newest period that as many areas have; a few areas that are ahead of the others would leave the map white.
_USUAL_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True)
class AreaLevel:
    """One area in one period.

    level     by the metric's definition; None is not known or withheld, and `why` says which
    unit      of `periods` and `progress`: the metric's, or a count a day where people of some years are not known
    periods   every period up to this one, as far as it may be shown
    """

    code: str
    gss: str
    name: str
    numerator: float | None
    denominator: float | None
    level: float | None
    interval: Interval | None
    withheld: Withheld | None
    why: str
    unit: str
    periods: tuple[Period, ...]
    progress: Progress

    @property
    def is_withheld(self) -> bool:
        """Whether there is a figure that is not shown, here or by its publisher; it is not one that is not known."""
        return self.withheld is not None or self.why == WITHHELD_BY_PUBLISHER


@dataclass(frozen=True, slots=True)
class Together:
    """All areas whose level can be made, as one: sums first, then the quotient. `level` None: withheld, or no area."""

    level: float | None
    areas: int
    is_withheld: bool


@dataclass(frozen=True, slots=True)
class AllLevels:
    """One metric of all areas in one period.

    is_by_trust  the figures are those of trusts: there is no value of an area, and `rows` is empty
    threshold    counts from 1 to below it are withheld; None where the source is published as it is
    periods      that can be chosen, the newest first
    """

    metric: Metric
    source: str
    unit: str
    period: Days | None
    periods: tuple[Days, ...]
    rows: tuple[AreaLevel, ...]
    together: Together
    threshold: int | None
    is_by_trust: bool = False


def levels_of(
    home: Path,
    metric: Metric,
    *,
    people: People = nobody_known,
    period: Days | None = None,
    start: date | None = None,
    belongs: Callable[[str], bool] = lambda code: True,
    redrawn: Mapping[str, Sequence[date]] | None = None,
) -> AllLevels | None:
    """The metric in all areas; None where nothing of it is held.

    period   which; without it, or where no area has it, the newest that half of the areas have
    start    the first day of the year that is taken as each area's start; without it each area's first year
    belongs  whether an area's GSS code, or its own where it has none, is to be shown
    redrawn  {GSS code: days from which the area has other people}: no start lies before such a day
    """
    values = values_of(home, metric, people)
    if values is None:
        return None
    unit = metric.latest.unit
    if measure_in(metric.code, values.source).kind == "trust":
        return AllLevels(metric, values.source, unit, None, (), (), Together(None, 0, False), None, is_by_trust=True)
    frame = _to_be_shown(values, belongs)
    periods = _periods(frame)
    chosen = period if period in periods else _usual(periods)
    threshold = threshold_of(metric.latest, values.source)
    kept = Withholding(home, values, frame, threshold)
    rows = tuple(_area(list(group), metric, chosen, start, kept, redrawn or {}) for _, group in groupby(
        frame.iter_rows(named=True), key=itemgetter("area_code"))) if chosen else ()  # fmt: skip
    together = _together(rows, chosen is not None and kept.hides_total(chosen))
    return AllLevels(metric, values.source, unit, chosen, tuple(periods), rows, together, threshold)


def interval_of(
    version: MetricVersion, numerator: float | None, denominator: float | None, days: int
) -> Interval | None:
    """The interval of a level, where it is a count of events or a proportion of people; None for any other.

    Days are none: one patient makes many of them, so they do not vary as separate events do.
    """
    if numerator is None or not float(numerator).is_integer() or version.unit.startswith("days"):
        return None
    events, per = int(numerator), version.multiplier
    if version.form is Form.PER_DAY:
        return count_interval(events).times(1 / days)
    if not denominator or version.form is not Form.RATIO:
        return None
    if version.unit == PERCENT and float(denominator).is_integer() and events <= denominator:
        return wilson(events, int(denominator)).times(per)
    return count_interval(events).times(per / denominator) if version.population else None


# -- which rows, which period


def _to_be_shown(values: MetricValues, belongs: Callable[[str], bool]) -> pl.DataFrame:
    import polars as pl

    frame = values.frame.filter(~pl.col("not_for_publication").any().over("area_code"))
    place = pl.coalesce("area_gss", "area_code")
    wanted = [code for code in frame.select(place).to_series().unique().to_list() if belongs(code)]
    return frame.filter(place.is_in(wanted))


def _periods(frame: pl.DataFrame) -> dict[Days, int]:
    """{period: how many areas have a level}, the newest first."""
    import polars as pl

    counted = frame.group_by("starts_on", "ends_on").agg(pl.col("rate").count().alias("known"))
    rows = counted.sort("ends_on", "starts_on", descending=True).rows()
    return {(first, last): known for first, last, known in rows}


def _usual(periods: Mapping[Days, int]) -> Days | None:
    most = max(periods.values(), default=0)
    return next((each for each, known in periods.items() if known >= _USUAL_SHARE * most), None)


# -- one area


def _area(
    rows: list[dict[str, Any]],
    metric: Metric,
    chosen: Days,
    start: date | None,
    kept: Withholding,
    redrawn: Mapping[str, Sequence[date]],
) -> AreaLevel:
    periods = tuple(
        Period(row["starts_on"], row["ends_on"], None if kept.hides(_days(row), row["area_code"]) else row["value"])
        for row in rows
        if row["ends_on"] <= chosen[1]
    )
    row = next((each for each in rows if _days(each) == chosen), None)
    last, code = rows[-1], rows[-1]["area_code"]
    withheld = kept.hides(chosen, code)
    shown = row if row and not withheld else {"numerator": None, "denominator": None, "rate": None}
    level, days = shown["rate"], (chosen[1] - chosen[0]).days + 1
    breaks = [each.on for each in metric.breaks_between(date.min, chosen[0])]
    breaks += [day for day in redrawn.get(last["area_gss"] or code, ()) if day <= chosen[0]]
    version = metric.on(chosen[0]) or metric.latest
    return AreaLevel(
        code=code,
        gss=last["area_gss"] or "",
        name=last["area_name"] or code,
        numerator=shown["numerator"],
        denominator=shown["denominator"],
        level=level,
        interval=interval_of(version, shown["numerator"], shown["denominator"], days) if level is not None else None,
        withheld=withheld,
        why=str(withheld or "") or _why_not(row),
        unit=last["unit"],
        periods=periods,
        progress=progress(periods, chosen[1], since=max(breaks, default=None), start=start),
    )


def _days(row: Mapping[str, Any]) -> Days:
    return row["starts_on"], row["ends_on"]


def _why_not(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return "no release has this period"
    if row["rate"] is None and row["value"] is not None:
        return "whom it is taken over is not known"
    return str(row["why"]) if row["rate"] is None else ""


def _together(rows: tuple[AreaLevel, ...], is_withheld: bool) -> Together:
    known = [row for row in rows if row.level is not None and row.numerator is not None]
    over = sum(row.numerator or 0 for row in known)
    under = sum(1 if row.denominator is None else row.denominator for row in known)
    # All areas are made alike, so any of them tells by what a quotient is multiplied.
    model = next((row for row in known if row.numerator), None)
    if is_withheld or not known or not under:
        return Together(None, len(known), is_withheld)
    if model is None or model.level is None or not model.numerator:
        return Together(0.0, len(known), False)
    if model.denominator is None:
        return Together(over * model.level / model.numerator, len(known), False)
    return Together(over / under * model.level * model.denominator / model.numerator, len(known), False)
