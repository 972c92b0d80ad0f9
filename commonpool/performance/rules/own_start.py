"""How far an area has come from its own start: its first year beside its latest, never beside another area's level.

S50: areas begin from different places and serve different people, so progress is measured from each one's own start.
A year is compared with a year, because a month beside a year's mean would show the season.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from commonpool.performance.rules.icons import Improvement

FEWEST_TO_TELL: Final = 4
"""Values in each year, below which nobody can tell a change from chance."""
NO_CLEAR_CHANGE: Final = "no clear change"
D2: Final = 1.128
"""The mean range of two values of a normal distribution, in standard deviations."""


@dataclass(frozen=True, slots=True)
class Period:
    """One period with its value; None is not known."""

    starts_on: date
    ends_on: date
    value: float | None


@dataclass(frozen=True, slots=True)
class Year:
    """The mean of the known values of twelve months, and which months they are.

    ranges  between each value and the one before it: what moves without any change
    """

    starts_on: date
    ends_on: date
    mean: float
    values: int
    ranges: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """The start and the latest year. Where either is None there is no change, and `why` says what is lacking."""

    start: Year | None
    latest: Year | None
    why: str = ""

    @property
    def change(self) -> float | None:
        """The latest year's mean less the start's, in the values' unit."""
        return self.latest.mean - self.start.mean if self.start and self.latest and not self.why else None

    @property
    def is_clear(self) -> bool | None:
        """Whether the change is more than values that only vary would show; None where a year has too few to tell.

        More than twice the standard error of the difference of two means, from the values' own moving ranges.
        """
        if self.change is None or not self.start or not self.latest:
            return None
        if min(self.start.values, self.latest.values) < FEWEST_TO_TELL:
            return None
        spread = statistics.fmean((*self.start.ranges, *self.latest.ranges)) / D2
        return abs(self.change) > 2 * spread * math.sqrt(1 / self.start.values + 1 / self.latest.values)

    @property
    def share(self) -> float | None:
        """The change as a share of the start, -1 upwards; None from a start of zero."""
        if self.change is None or not self.start or self.start.mean == 0:
            return None
        return self.change / self.start.mean


def progress(
    periods: Iterable[Period], until: date, *, since: date | None = None, start: date | None = None
) -> Progress:
    """From the area's own start to the year that ends with a day.

    until  the last day that counts; later periods are left aside
    since  the day from which values mean the same: earlier ones are left aside
    start  the first day of a year that was chosen as the start, in place of the first that is known
    """
    held = sorted((each for each in periods if each.ends_on <= until and (since is None or each.starts_on >= since)),
                  key=lambda each: each.starts_on)  # fmt: skip
    known = [each for each in held if each.value is not None]
    if not known:
        return Progress(None, None, "no value is known")
    least = _values_a_year(held) / 2
    first = _year(known, start or known[0].starts_on, least)
    last = _year(known, _year_before(until), least)
    if first is None:
        return Progress(None, last, "fewer than half of the values of its start are known")
    if last is None:
        return Progress(first, None, "fewer than half of the values of the latest year are known")
    if last.starts_on <= first.ends_on:
        return Progress(first, last, "its latest year and its start overlap: two years are needed")
    return Progress(first, last)


def in_words(way: Progress, improvement: Improvement) -> str:
    """Whether a change is for the better; "" where it is not known."""
    change = way.change
    if change is None:
        return ""
    if change == 0 or way.is_clear is False:
        return NO_CLEAR_CHANGE
    if improvement is Improvement.NEUTRAL:
        return "higher" if change > 0 else "lower"
    return "better" if (change > 0) is (improvement is Improvement.INCREASE) else "worse"


def _year(known: Sequence[Period], starts_on: date, least: float) -> Year | None:
    ends_on = _year_after(starts_on)
    inside = [each for each in known if each.starts_on >= starts_on and each.ends_on <= ends_on]
    if not inside or len(inside) < least:
        return None
    values = [each.value for each in inside if each.value is not None]
    ranges = tuple(abs(after - before) for before, after in pairwise(values))
    return Year(inside[0].starts_on, inside[-1].ends_on, statistics.fmean(values), len(values), ranges)


def _values_a_year(held: Sequence[Period]) -> float:
    """By the usual way from one period to the next; one that comes once a year is enough alone."""
    days = [(after.starts_on - before.starts_on).days for before, after in pairwise(held)]
    return max(1.0, round(365.25 / statistics.median(days))) if days else 1.0


def _year_after(day: date) -> date:
    """The last day of the twelve months that begin with a day."""
    return _same_day(day, day.year + 1) - timedelta(days=1)


def _year_before(day: date) -> date:
    """The first day of the twelve months that end with a day."""
    following = day + timedelta(days=1)
    return _same_day(following, following.year - 1)


def _same_day(day: date, year: int) -> date:
    return date(year, 3, 1) if (day.month, day.day) == (2, 29) else day.replace(year=year)
