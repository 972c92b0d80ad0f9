"""How many signals a board of charts shows by chance alone, from each chart's own length and autocorrelation."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from statistics import fmean, variance

from commonpool.performance.rules.errors import ChartError
from commonpool.performance.rules.false_signal_table import ANYWHERE, AT_LAST_POINT, LAG1, POINTS, Table
from commonpool.performance.rules.rule_sets import RuleSet
from commonpool.performance.rules.simulation import FalseSignals


@dataclass(frozen=True, slots=True)
class ChartFacts:
    """What decides how often one chart signals by chance: its rules, its known points, its lag-1 correlation."""

    rules: RuleSet
    points: int
    lag1: float | None


@dataclass(frozen=True, slots=True)
class ExpectedFalseSignals:
    """For a board on which nothing happens: charts with any signal, and charts whose icon is not common cause."""

    charts: int
    with_any_signal: float
    with_icon: float

    def __str__(self) -> str:
        one = self.charts == 1
        return (
            f"By chance alone, about {self.with_icon:.1f} of the {self.charts} icon{'' if one else 's'} "
            f"would stand out, and {self.with_any_signal:.1f} chart{'' if one else 's'} would have a signal somewhere."
        )


def chance_of_false_signal(rules: RuleSet, points: int, lag1: float) -> FalseSignals:
    """The chances for one stable series, read between the simulated cells; at its edges the nearest cell.

    Raises ChartError for a rule set that was not simulated.
    """
    if rules.name not in ANYWHERE:
        raise ChartError(f"Rule set {rules.name} was not simulated. Known are: {', '.join(ANYWHERE)}.")
    low_row, high_row, down = _between([log(each) for each in POINTS], log(max(points, 1)))
    left, right, across = _between(LAG1, lag1)

    def read(table: Table) -> float:
        low, high = (
            row[left] * (1 - across) + row[right] * across
            for row in (table[rules.name][low_row], table[rules.name][high_row])
        )
        return low * (1 - down) + high * down

    return FalseSignals(read(ANYWHERE), read(AT_LAST_POINT))


def _between(marks: Sequence[float], value: float) -> tuple[int, int, float]:
    """The marks on both sides of a value, and how far it lies from the first towards the second."""
    if value <= marks[0]:
        return 0, 0, 0.0
    if value >= marks[-1]:
        last = len(marks) - 1
        return last, last, 0.0
    high = bisect_right(marks, value)
    return high - 1, high, (value - marks[high - 1]) / (marks[high] - marks[high - 1])


def expected_false_signals(charts: Sequence[ChartFacts]) -> ExpectedFalseSignals:
    """What a board of these charts would show if every series were stable.

    It holds for charts of one phase with limits from all their points, not screened: so the table was simulated. Real
    change raises autocorrelation too, so on a board where much happens the number is on the high side.
    """
    lag1 = likely_lag1(charts)
    chances = [
        chance_of_false_signal(chart.rules, chart.points, each) for chart, each in zip(charts, lag1, strict=True)
    ]
    return ExpectedFalseSignals(
        len(charts), sum(chance.anywhere for chance in chances), sum(chance.at_last_point for chance in chances)
    )


def likely_lag1(charts: Sequence[ChartFacts]) -> list[float]:
    """Each chart's lag-1 correlation, drawn towards the board's average as far as chance explains their spread.

    From 24 points a correlation is known to about 0.2 only. Taken at its word, chance in it would read as
    autocorrelation in half of the charts, and the expected number would come out too high. An estimate lies about
    (1 + 4 x correlation)/n too low (M. G. Kendall, Biometrika 41 (1954) 403-404) and is first corrected for that.
    """
    known = [(chart.lag1, chart.points) for chart in charts if chart.lag1 is not None and chart.points > 4]
    if not known:
        return [0.0] * len(charts)
    corrected = [_corrected(lag1, points) for lag1, points in known]
    average = fmean(corrected)
    by_chance = fmean((1 - min(average**2, 0.95)) / points for _, points in known)
    spread = variance(corrected) if len(corrected) > 1 else 0.0
    own = max(0.0, 1 - by_chance / spread) if spread > 0 else 0.0
    likely = iter(corrected)
    return [
        average + own * (next(likely) - average) if chart.lag1 is not None and chart.points > 4 else average
        for chart in charts
    ]


def _corrected(lag1: float, points: int) -> float:
    return min((lag1 * points + 1) / (points - 4), 0.95)
