"""Which series a control chart suits, why one gets no icon, and what to chart instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from commonpool.performance.rules.errors import ChartError
from commonpool.performance.rules.icons import Assurance, Variation
from commonpool.performance.rules.series import Values, values_of
from commonpool.performance.rules.xmr import XmrChart

# Where counts lie around this or below it, their spread is not even on both sides: chart the time between events.
RARE_MEAN: Final = 1.0
RARE_SHARE_OF_ZEROS: Final = 0.25


class Frequency(StrEnum):
    """How often a measure has a value. Reablement, for one, is measured from October to December only."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ONE_QUARTER_A_YEAR = "one quarter a year"


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """What decides whether a series may have icons.

    is_cumulative    each value of a year holds those before it
    is_count         whole numbers of events or days
    restated_points  points, from 1, that a later release changed; the later value counts
    is_restated_otherwise  the later release counts by another method, and only those points were restated
    """

    frequency: Frequency
    is_cumulative: bool = False
    is_count: bool = False
    restated_points: tuple[int, ...] = ()
    is_restated_otherwise: bool = False


def why_no_icon(facts: SeriesFacts, values: Iterable[Any]) -> tuple[str, ...]:
    """Each reason for which the series has no icon, with what to do instead; empty where it may have icons."""
    return tuple(_reasons(facts, values_of(values)))


@dataclass(frozen=True, slots=True)
class ShownIcons:
    """The icons that a series shows. Where `why_not` has a reason there are none, whatever the chart found."""

    variation: Variation | None
    assurance: Assurance | None
    why_not: tuple[str, ...]


def icons_of(chart: XmrChart, facts: SeriesFacts) -> ShownIcons:
    """The chart's icons, or none and why."""
    why_not = why_no_icon(facts, chart.values)
    return ShownIcons(None, None, why_not) if why_not else ShownIcons(chart.variation, chart.assurance, ())


def _reasons(facts: SeriesFacts, values: Values) -> Iterator[str]:
    if facts.frequency is Frequency.YEAR:
        yield "It has one value a year: compare the years in a table, each with its interval."
    if facts.frequency is Frequency.ONE_QUARTER_A_YEAR:
        yield "It is measured in one quarter a year only: compare the years in a table, each with its interval."
    if facts.is_cumulative:
        yield "Its values are cumulative, so they can only rise: chart the differences from one period to the next."
    if facts.is_count and is_rare(values):
        yield "Its counts are close to zero: chart the time (t chart) or the cases (g chart) between events."
    if facts.restated_points and facts.is_restated_otherwise:
        yield (
            f"Points {_listed(facts.restated_points)} were restated by another method and the others were not: "
            "mark a break in the definition there, or use one release throughout."
        )


def cautions(facts: SeriesFacts) -> tuple[str, ...]:
    """What to say beside the icons of a series that has them."""
    if not facts.restated_points or facts.is_restated_otherwise:
        return ()
    one = len(facts.restated_points) == 1
    said = f"Point{'' if one else 's'} {_listed(facts.restated_points)} {'was' if one else 'were'} restated:"
    return (f"{said} the chart takes the later release, so an earlier chart may have said otherwise.",)


def is_rare(values: Iterable[Any]) -> bool:
    """Whether counts are too close to zero for an XmR chart: a mean of 1 or less, or a quarter of them zeros."""
    known = [value for value in values_of(values) if value is not None]
    if not known:
        return False
    zeros = sum(value == 0 for value in known) / len(known)
    return sum(known) / len(known) <= RARE_MEAN or zeros >= RARE_SHARE_OF_ZEROS


def differences_of_cumulative(values: Iterable[Any], first_of_year: Sequence[bool]) -> Values:
    """The value of each period from values that add up over a year.

    first_of_year  one a value: whether a year begins there, so that its value stands for itself

    A gap makes its own period and the next unknown, never zero. A fall within a year is a correction and comes out
    negative. Raises ChartError where the two differ in length.
    """
    held = values_of(values)
    if len(held) != len(first_of_year):
        raise ChartError(f"There are {len(held)} values and {len(first_of_year)} year marks. Give one mark a value.")
    found: list[float | None] = []
    for at, value in enumerate(held):
        # Where the series begins inside a year, what came before is not known.
        before = 0.0 if first_of_year[at] else held[at - 1] if at else None
        found.append(None if value is None or before is None else value - before)
    return tuple(found)


def per_day(values: Iterable[Any], days: Sequence[int]) -> Values:
    """Counts divided by the days of their periods, so that a long month is no signal.

    Raises ChartError for a period without days, or where the two differ in length.
    """
    held = values_of(values)
    if len(held) != len(days):
        raise ChartError(f"There are {len(held)} values and {len(days)} numbers of days. Give one a value.")
    for point, number in enumerate(days, start=1):
        if number < 1:
            raise ChartError(f"Point {point}: a period of {number} days holds nothing. Give its calendar days.")
    return tuple(None if value is None else value / number for value, number in zip(held, days, strict=True))


def settled_points(period_ends_days: Sequence[int], today_day: int, lag_days: int) -> int:
    """How many points, from the first, are old enough to be judged, given the source's lag.

    period_ends_days  the last day of each period as an ordinal (`date.toordinal()`), in order of time
    today_day         the day on which the chart is made, likewise
    lag_days          how long after its period a value is first complete
    """
    if lag_days < 0:
        raise ChartError(f"A source's lag is 0 days or more, not {lag_days}.")
    return sum(end + lag_days <= today_day for end in period_ends_days)


def _listed(points: Sequence[int]) -> str:
    return ", ".join(map(str, points))
