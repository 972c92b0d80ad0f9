"""Every metric of every area judged at once: what `board` says of one area, for all of them in one pass."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from commonpool.performance.areas import breaks_by_area
from commonpool.performance.judging import facts_of
from commonpool.performance.metric_values import MetricValues, People, nobody_known, values_of
from commonpool.performance.rules.autocorrelation import lag1_batch
from commonpool.performance.rules.false_signals import ChartFacts, ExpectedFalseSignals, expected_false_signals
from commonpool.performance.rules.icons import Improvement, Variation
from commonpool.performance.rules.suitability import settled_points, why_no_icon
from commonpool.performance.rules.xmr_batch import ORDINARY, XmrOptions, xmr_batch
from commonpool.performance.store.reading import missing_between
from commonpool.policy.metric_catalogue import Metric

if TYPE_CHECKING:
    import numpy.typing as npt
    import polars as pl

Decided = Callable[[str, str, str], Sequence[date]]
"""(metric, area's code, its GSS code) -> the first days of the phases that people began."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One metric of one area as it stands: the last line of its chart, without the chart.

    latest     the newest value with its period; None where none is known
    variation  what the last settled point says; None where the series has no icon, and `why_no_icon` says why
    points     settled values that are known
    """

    metric: Metric
    area_code: str
    area_gss: str
    area_name: str
    unit: str
    latest: float | None
    starts_on: date | None
    ends_on: date | None
    variation: Variation | None
    why_no_icon: tuple[str, ...]
    points: int
    lag1: float | None
    not_for_publication: bool


@dataclass(frozen=True, slots=True)
class AllAreas:
    """The standings by metric and area's code, and how many would stand out by chance alone."""

    standings: tuple[Standing, ...]
    by_chance: ExpectedFalseSignals | None


def all_areas(
    home: Path,
    metrics: Sequence[Metric],
    today: date,
    *,
    people: People = nobody_known,
    decided: Decided = lambda metric, area, gss: (),
    options: XmrOptions = ORDINARY,
) -> AllAreas:
    """Each of these metrics for every area that figures are held of, as it stands on a day.

    The same as `judging.judge` says of each series alone. Areas that have the same phases are charted together.
    """
    found: list[Standing] = []
    for metric in metrics:
        if values := values_of(home, metric, people):
            found += _standings(values, today, decided, options)
    shown = [each for each in found if each.variation is not None and each.points]
    charts = [ChartFacts(options.rules, each.points, each.lag1) for each in shown]
    return AllAreas(tuple(found), expected_false_signals(charts) if charts else None)


@dataclass(frozen=True, slots=True)
class _Table:
    """The values of one metric as a matrix of areas × periods, NaN where unknown; periods without a release among them.

    first, last  each area's first and last period that a release has, as columns of the matrix
    breaks       area's code -> the days from which it is another area
    """

    values: npt.NDArray[np.float64]
    periods: list[tuple[date, date]]
    areas: pl.DataFrame
    first: list[int]
    last: list[int]
    breaks: dict[str, list[date]]


def _table(frame: pl.DataFrame) -> _Table:
    import polars as pl

    held = frame.select("starts_on", "ends_on").unique().sort("starts_on").rows()
    periods = sorted([*held, *missing_between(held)])
    column = {period: at for at, period in enumerate(periods)}
    at = np.array([column[period] for period in frame.select("starts_on", "ends_on").iter_rows()])
    areas = frame.group_by("area_code", maintain_order=True).agg(
        pl.last("area_gss", "area_name", "unit"),
        pl.any("not_for_publication"),
        rows=pl.len(),
        shortest=(pl.col("ends_on") - pl.col("starts_on")).dt.total_days().min() + 1,
    )
    ends = np.cumsum(areas["rows"].to_numpy())
    matrix = np.full((areas.height, len(periods)), np.nan)
    matrix[np.repeat(np.arange(areas.height), areas["rows"].to_numpy()), at] = frame["value"].to_numpy()
    breaks = {code: [each.on for each in found] for code, found in breaks_by_area(frame).items()}
    first, last = at[ends - areas["rows"].to_numpy()].tolist(), at[ends - 1].tolist()
    return _Table(matrix, periods, areas, first, last, breaks)


def _standings(values: MetricValues, today: date, decided: Decided, options: XmrOptions) -> list[Standing]:
    metric, table = values.metric, _table(values.frame)
    lag = metric.latest.lag_days or 0
    settled = settled_points([ends_on.toordinal() for _, ends_on in table.periods], today.toordinal(), lag)
    judged = table.values.copy()
    judged[:, settled:] = np.nan
    variations: dict[int, tuple[Variation | None, float | None]] = {}
    for starts, rows in _by_phases(metric, table, decided).items():
        batch = xmr_batch(
            judged[rows], improvement=Improvement(metric.improvement), first_points=starts, options=options
        )
        lag1 = lag1_batch(judged[rows], [(block.first, block.end) for block in batch.blocks])
        variations |= dict(zip(rows, zip(batch.variation, lag1, strict=True), strict=True))
    return list(_named(metric, table, judged, variations))


def _by_phases(metric: Metric, table: _Table, decided: Decided) -> dict[tuple[int, ...], list[int]]:
    """First points of the phases after the first -> the rows that have just these."""
    starts_on = [first for first, _ in table.periods]
    groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for row, (code, gss) in enumerate(table.areas.select("area_code", "area_gss").iter_rows()):
        first, last = table.first[row], table.last[row]
        own = [*decided(metric.code, code, gss or ""), *table.breaks.get(code, ())]
        met = [day for day in [*own, *(each.on for each in metric.breaks)] if starts_on[first] < day <= starts_on[last]]
        points = {next(at for at, start in enumerate(starts_on, start=1) if start >= day) for day in met}
        groups[tuple(sorted(points))].append(row)
    return groups


def _named(
    metric: Metric,
    table: _Table,
    judged: npt.NDArray[np.float64],
    variations: dict[int, tuple[Variation | None, float | None]],
) -> Iterator[Standing]:
    known = ~np.isnan(table.values)
    settled = np.count_nonzero(~np.isnan(judged), axis=1).tolist()
    for row, area in enumerate(table.areas.iter_rows(named=True)):
        at = int(np.flatnonzero(known[row])[-1]) if known[row].any() else None
        facts = facts_of(metric, area["shortest"])
        # Only of counts does it matter what the values are.
        why_not = why_no_icon(facts, _listed(table.values[row][known[row]]) if facts.is_count else ())
        variation, lag1 = variations[row]
        yield Standing(
            metric=metric,
            area_code=area["area_code"],
            area_gss=area["area_gss"] or "",
            area_name=area["area_name"] or area["area_code"],
            unit=area["unit"],
            latest=None if at is None else float(table.values[row, at]),
            starts_on=None if at is None else table.periods[at][0],
            ends_on=None if at is None else table.periods[at][1],
            variation=None if why_not else variation,
            why_no_icon=why_not,
            points=settled[row],
            lag1=lag1,
            not_for_publication=area["not_for_publication"],
        )


def _listed(row: Any) -> list[float | None]:
    return [None if value != value else value for value in row.tolist()]
