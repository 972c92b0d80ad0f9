"""Which of a metric's figures are withheld because they are small, period by period, earlier releases counted in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from commonpool.performance.measures import LOCAL, Measure, measure_in
from commonpool.performance.metric_values import MetricValues, figures_of
from commonpool.performance.store.reading import current, revisions
from commonpool.policy.metric_catalogue import MetricVersion
from commonpool.small_numbers import DEFAULT_THRESHOLD, Suppressed, Withheld, suppressed

if TYPE_CHECKING:
    import polars as pl

Days = tuple[date, date]
Cell = tuple[str, str]
"""(area's code, "numerator", "rest" or "denominator")"""
PERCENT: Final = "percent"


def threshold_of(version: MetricVersion, source: str) -> int | None:
    """Below which counts are withheld: what the metric says, five for an area's own table; None for published as is."""
    if version.smallest_shown is not None:
        return version.smallest_shown
    return DEFAULT_THRESHOLD if source == LOCAL else None


class Withholding:
    """What is withheld of each period's table, worked out when somebody asks for it.

    frame  the values that are to be shown, as `MetricValues.frame`: an area that is left out is in no total
    """

    def __init__(self, home: Path, values: MetricValues, frame: pl.DataFrame, threshold: int | None) -> None:
        self._home, self._values, self._threshold = home, values, threshold
        self._is_part = values.metric.latest.unit == PERCENT
        self._areas = set(frame["area_code"].unique().to_list())
        self._tables = frame.partition_by("starts_on", "ends_on", as_dict=True) if threshold else {}
        self._found: dict[Days, Suppressed[Cell]] = {}

    def hides(self, period: Days, code: str) -> Withheld | None:
        """Why the area's figures of the period are withheld; None where they are not."""
        if self._threshold is None:
            return None
        cells = self._of(period).cells
        return cells.get((code, "numerator")) or cells.get((code, "denominator"))

    def hides_total(self, period: Days) -> bool:
        """Whether all areas together would tell what is withheld."""
        return 0 in self._of(period).totals

    def _of(self, period: Days) -> Suppressed[Cell]:
        if self._threshold is None or period not in self._tables:
            return Suppressed({}, frozenset())
        if period not in self._found:
            counts = counts_of(self._tables[period].iter_rows(named=True), is_part=self._is_part)
            before = self._shown_before(period, self._threshold)
            self._found[period] = suppressed(counts, lines_of(counts), threshold=self._threshold, shown_before=before)
        return self._found[period]

    def _shown_before(self, period: Days, threshold: int) -> dict[Cell, int]:
        """The counts that earlier releases of the period's table showed, the newest of each."""
        shown: dict[Cell, int] = {}
        for rows in _earlier(self._home, measure_in(self._values.metric.code, self._values.source), period):
            mine = (row for row in rows if row["area_code"] in self._areas)
            counts = counts_of(mine, is_part=self._is_part)
            found = suppressed(counts, lines_of(counts), threshold=threshold, shown_before=shown)
            shown |= {cell: count for cell, count in counts.items() if count is not None and cell not in found.cells}
        return shown


def counts_of(rows: Iterable[Mapping[str, Any]], *, is_part: bool) -> dict[Cell, int | None]:
    """The counts of one period's table: each area's numerator and denominator.

    is_part  the numerator is a part of the denominator, so that the rest of it is a count as well
    """
    counts: dict[Cell, int | None] = {}
    for row in rows:
        above, below = _whole(row["numerator"]), _whole(row["denominator"])
        counts[row["area_code"], "numerator"] = above
        if is_part and above is not None and below is not None and below >= above:
            counts[row["area_code"], "rest"] = below - above
        elif not is_part:
            counts[row["area_code"], "denominator"] = below
    return counts


def lines_of(counts: Mapping[Cell, int | None]) -> list[list[Cell]]:
    """The lines whose totals are shown: all areas' numerators first, then each area's two parts of its denominator."""
    numerators = [cell for cell in counts if cell[1] == "numerator"]
    return [numerators, *([(code, "numerator"), (code, "rest")] for code, what in counts if what == "rest")]


def _whole(value: float | None) -> int | None:
    """A count; a mean of days is none, and names nobody."""
    return int(value) if value is not None and float(value).is_integer() and value >= 0 else None


def _earlier(home: Path, measure: Measure, period: Days) -> Iterator[Iterable[Mapping[str, Any]]]:
    """The rows of the period as each release before the one that counts had them, the oldest first."""
    import polars as pl

    of_period = (pl.col("period_start") == period[0]) & (pl.col("period_end") == period[1])
    releases = revisions(home, measure.source).filter(of_period, table=measure.numerator.table)
    if releases["is_current"].all():
        return
    for load in releases["load"].unique().sort().to_list()[:-1]:
        figures = current(home, measure.source, as_of_load=load).filter(of_period)
        rows = figures_of(figures, measure.numerator)
        if measure.denominator:
            below = figures_of(figures, measure.denominator).select("area_code", denominator="numerator")
            rows = rows.join(below, on="area_code", how="left")
        else:
            rows = rows.with_columns(denominator=pl.lit(None, pl.Float64))
        yield rows.iter_rows(named=True)
