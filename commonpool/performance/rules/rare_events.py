"""Charts of rare events: cases between them (g) and time between them (t). High is good where the event is bad.

Sources: g chart, J. C. Benneyan, Number-between g-type statistical quality control charts for monitoring adverse
events, Health Care Management Science 4 (2001) 305-318; t chart, L. S. Nelson, A control chart for parts-per-million
nonconforming items, Journal of Quality Technology 26 (1994) 239-240.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from commonpool.performance.rules.errors import ChartError
from commonpool.performance.rules.limits import LEAST_BASELINE
from commonpool.performance.rules.rule_sets import MDC7, RuleSet
from commonpool.performance.rules.series import Values, values_of
from commonpool.performance.rules.signals import SpecialCause
from commonpool.performance.rules.xmr import xmr_chart
from commonpool.performance.rules.xmr_batch import XmrOptions

# Raised to 1/3.6, times between events of a constant rate are close to the normal distribution.
NELSON: Final = 3.6
SIGMAS: Final = 3


@dataclass(frozen=True, slots=True)
class RareEventChart:
    """Numbers between rare events, in order of time, with their centre and limits in the numbers' own unit.

    centre  the line that a shift is judged by: the median for a g chart, the mean of the transformed times for a t
    lower   None where nothing can be too close together to be chance
    """

    kind: str
    values: Values
    centre: float | None
    lower: float | None
    upper: float | None
    labels: tuple[SpecialCause | None, ...]
    rules: RuleSet
    is_trial: bool


def g_chart(between: Iterable[Any], rules: RuleSet = MDC7) -> RareEventChart:
    """A g chart of the number of cases (or of whole days) between two events, each 0 or more.

    Limits are the mean plus three standard deviations of the geometric distribution, sqrt(mean x (mean + 1)); the
    lower limit would lie below 0, so there is none. The distribution leans: a shift is judged by its median, and
    trends and nearness to the limit are not judged. Raises ChartError for a negative number or a fraction.
    """
    values = values_of(between)
    for point, value in enumerate(values, start=1):
        if value is not None and (value < 0 or value != int(value)):
            raise ChartError(f"Point {point}: {value:g} is no number of cases. Give a whole number, 0 or more.")
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return RareEventChart("g", values, None, None, None, (None,) * len(values), rules, True)
    mean = sum(known) / len(known)
    upper = mean + SIGMAS * math.sqrt(mean * (mean + 1))
    centre = _geometric_median(mean)
    labels = _labels(values, centre, upper, rules.shift_points)
    return RareEventChart("g", values, centre, None, upper, labels, rules, len(known) < LEAST_BASELINE)


def _geometric_median(mean: float) -> float:
    """Where half of a geometric distribution counted from 0 lies, taken as continuous so that few values equal it."""
    return math.log(0.5) / math.log(mean / (mean + 1)) - 0.5 if mean > 0 else 0.0


def _labels(values: Values, centre: float, upper: float, shift: int) -> tuple[SpecialCause | None, ...]:
    labels: list[SpecialCause | None] = [None] * len(values)
    run: list[int] = []
    side = 0
    for at, value in enumerate(values):
        now = 0 if value is None else (value > centre) - (value < centre)
        run = [*run, at] if now and now == side else [at] if now else []
        side = now
        if len(run) >= shift:
            for place in run:
                labels[place] = SpecialCause.SHIFT_HIGH if side > 0 else SpecialCause.SHIFT_LOW
    for at, value in enumerate(values):
        if value is not None and value > upper:
            labels[at] = SpecialCause.OUTSIDE_HIGH
    return tuple(labels)


def t_chart(between: Iterable[Any], rules: RuleSet = MDC7) -> RareEventChart:
    """A t chart of the time between two events, each above 0, in any one unit.

    Times to the power of 1/3.6 are judged by an XmR chart with all its rules; limits are turned back. Where the lower
    limit would be below 0 there is none. Raises ChartError for a time of 0 or less: two events at one moment need a
    finer clock, or a g chart.
    """
    values = values_of(between)
    for point, value in enumerate(values, start=1):
        if value is not None and value <= 0:
            raise ChartError(
                f"Point {point}: a time of {value:g} between events cannot be charted. "
                "Give times of day, or the cases between them for a g chart."
            )
    transformed = [None if value is None else value ** (1 / NELSON) for value in values]
    chart = xmr_chart(transformed, options=XmrOptions(rules))
    phase = chart.phases[0] if chart.phases else None

    def back(limit: float | None) -> float | None:
        return None if limit is None or limit <= 0 else limit**NELSON

    if phase is None:
        return RareEventChart("t", values, None, None, None, (), rules, True)
    lower, centre, upper = map(back, (phase.lower, phase.mean, phase.upper))
    return RareEventChart("t", values, centre, lower, upper, chart.labels, rules, phase.is_trial)
