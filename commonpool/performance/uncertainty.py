"""The interval of one period's value, where it counts events that vary as such counts do; none where it does not."""

from __future__ import annotations

import re
from typing import Final

from commonpool.performance.metric_series import MetricSeries, Point
from commonpool.performance.rules.intervals import Interval, count_interval, wilson
from commonpool.policy.metric_catalogue import Every, Form

# Days come in stays and beds in wards: neither varies as independent events do.
_NO_EVENTS: Final = re.compile(r"\b(days|beds)\b", re.IGNORECASE)
PERCENT: Final = 100
NOTE: Final = (
    "95% intervals: Wilson’s for percentages; for counts and rates exact Poisson limits below ten events, Byar’s from "
    "ten. They say how much a value might move by chance alone. Whether two of them overlap is no test of a difference."
)


def interval_of(series: MetricSeries, point: Point) -> Interval | None:
    """The interval of a value in the unit of the series.

    None for an unknown value, and where the numerator is no number of independent events: means, days, beds, scores,
    standardised rates.
    """
    version = series.metric.latest
    events = _whole(point.numerator)
    if point.value is None or events is None or _NO_EVENTS.search(version.numerator) or version.every is Every.DAY:
        return None
    if version.form in (Form.COUNT, Form.PER_DAY):
        return count_interval(events).times(point.value / events if events else _per_event(version.form, point))
    of = _whole(point.denominator)
    if version.form is not Form.RATIO or not of:
        return None
    if version.multiplier == PERCENT:
        return wilson(events, of).times(PERCENT) if events <= of else None
    return count_interval(events).times(version.multiplier / of) if version.multiplier > PERCENT else None


def _per_event(form: Form, point: Point) -> float:
    """What one event more would add to a value that is zero."""
    return 1 / point.days if form is Form.PER_DAY else 1.0


def _whole(number: float | None) -> int | None:
    return None if number is None or number < 0 or number != int(number) else int(number)
