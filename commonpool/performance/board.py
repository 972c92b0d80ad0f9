"""A board: every metric of one area that figures are held of, judged, with what chance alone would flag."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from commonpool.performance.board_cells import cells_in_use
from commonpool.performance.judging import Judged, judge
from commonpool.performance.metric_series import MetricSeries, series_of
from commonpool.performance.metric_values import People, nobody_known
from commonpool.performance.rules.against_plan import AgainstPlan
from commonpool.performance.rules.board_cells import BoardCells
from commonpool.performance.rules.false_signals import ChartFacts, ExpectedFalseSignals, expected_false_signals
from commonpool.performance.rules.icons import Variation
from commonpool.performance.rules.phases import PhaseStart
from commonpool.performance.rules.rule_sets import MDC7
from commonpool.performance.rules.trajectory import NO_PLAN, Trajectory
from commonpool.policy.metric_catalogue import Balance, Catalogue, Metric

Decided = Callable[[MetricSeries], Sequence[PhaseStart]]
Planned = Callable[[MetricSeries], Trajectory]
_GRAVEST_FIRST: Final = (Variation.CONCERN, Variation.NEUTRAL_HIGH, Variation.NEUTRAL_LOW, Variation.IMPROVEMENT)


@dataclass(frozen=True, slots=True)
class Board:
    """An area's metrics, the gravest first; `without` are those of which nothing is held.

    cells      the table by which a few words sum up each row's three readings
    faults     what is wrong with the area's own table of cells, which is then not used
    by_chance  how many of the charts would be flagged if nothing had changed anywhere; None where no chart is judged
    """

    rows: tuple[Judged, ...]
    without: tuple[Metric, ...]
    balance: Balance
    by_chance: ExpectedFalseSignals | None
    cells: BoardCells
    faults: tuple[str, ...] = ()

    @property
    def flagged(self) -> int:
        """How many metrics show special cause at their last settled point."""
        return sum(row.variation not in (None, Variation.COMMON_CAUSE) for row in self.rows)

    @property
    def headline(self) -> str:
        """What stands out, in a sentence."""
        if not self.rows:
            return "No figures are held of this area."
        worse = [row.series.metric.label for row in self.rows if row.variation is Variation.CONCERN]
        better = [row.series.metric.label for row in self.rows if row.variation is Variation.IMPROVEMENT]
        said = [f"{' and '.join(names)} {'stands' if len(names) == 1 else 'stand'} out for {how}"
                for names, how in ((worse, "concern"), (better, "improvement")) if names]  # fmt: skip
        moved = f"{'; '.join(said)}." if said else "Nothing stands out from its ordinary variation."
        return " ".join([moved, *self._against_plan()])

    def _against_plan(self) -> Iterator[str]:
        """What is off plan, and what is warned of early: read apart from what moved."""
        missed = [row.series.metric.label for row in self.rows if row.plan.against is AgainstPlan.MISSED]
        if missed:
            yield f"Off plan: {'; '.join(missed)}."
        unlikely = [row.series.metric.label for row in self.rows if row.plan.is_early_warning]
        if unlikely:
            yield f"Early warning, unlikely to meet the year’s plan: {'; '.join(unlikely)}."


def board_of(
    home: Path,
    catalogue: Catalogue,
    area: str,
    today: date,
    *,
    people: People = nobody_known,
    but_of: Container[str] = (),
    decided: Decided = lambda series: (),
    planned: Planned = lambda series: NO_PLAN,
    may_show: Callable[[MetricSeries], bool] = lambda series: True,
) -> Board:
    """The board of one area, by its code as published or its GSS code, as it stands on a day.

    but_of    kinds of body whose figures are not looked at
    decided   the phases that people began in a series
    planned   what its plan says of a series
    may_show  whether whoever asks may see a series: an area may keep its own figures to itself
    """
    table = cells_in_use(home)
    rows: list[Judged] = []
    without: list[Metric] = []
    for metric in catalogue.metrics.values():
        series = series_of(home, metric, area, people, but_of=but_of)
        if series is None:
            without.append(metric)
        elif may_show(series):
            tolerance = table.cells.tolerance(metric.code)
            rows.append(judge(series, today, decided=decided(series), trajectory=planned(series), tolerance=tolerance))
    charts = list(_facts(rows))
    return Board(
        rows=tuple(sorted(rows, key=_place)),
        without=tuple(without),
        balance=catalogue.balance([row.series.metric.code for row in rows]),
        by_chance=expected_false_signals(charts) if charts else None,
        cells=table.cells,
        faults=table.faults,
    )


def _facts(rows: Sequence[Judged]) -> Iterator[ChartFacts]:
    for row in rows:
        known = sum(phase.points for phase in row.chart.phases)
        if row.variation is not None and known:
            yield ChartFacts(rules=MDC7, points=known, lag1=row.chart.lag1)


def _place(row: Judged) -> tuple[int, int, str]:
    gravity = _GRAVEST_FIRST.index(row.variation) if row.variation in _GRAVEST_FIRST else len(_GRAVEST_FIRST)
    off_plan = row.plan.against is AgainstPlan.MISSED or row.plan.is_early_warning
    return gravity, 0 if off_plan else 1, row.series.metric.label
