"""Calendars: financial years, months, quarters, partners' own periods, and phasing over them.

Dates say which end they are: `starts_on` and `ends_on`, the last day included. No function reads a clock.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from commonpool.money import Weight, split_cumulatively

_YEAR = re.compile(r"^\s*(?P<first>(?:19|20|21)\d\d)\s*(?:[-/–—]\s*(?P<last>\d\d|\d{4}))?\s*$")


class PeriodError(ValueError):
    """A year, period or calendar that does not make sense."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from one date to another, both included, with the name people use for them."""

    starts_on: date
    ends_on: date
    label: str = ""

    def __post_init__(self) -> None:
        if self.ends_on < self.starts_on:
            raise PeriodError(
                f"{self.label or 'The period'} ends on {self.ends_on} before it starts on {self.starts_on}."
            )

    @property
    def days(self) -> int:
        """How many days, both ends counted."""
        return (self.ends_on - self.starts_on).days + 1

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

    def overlap_days(self, other: Period) -> int:
        """How many days two periods share; 0 when they do not meet."""
        return max(0, (min(self.ends_on, other.ends_on) - max(self.starts_on, other.starts_on)).days + 1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A body's year: the month it begins, and the periods that the year falls into.

    `month_ends` may hold a partner's own period ends, in order, for one year (4-4-5 weeks, thirteen periods);
    without it the periods are the calendar months.
    """

    first_month: int = 4
    month_ends: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.first_month <= 12:
            raise PeriodError(f"A year begins in a month from 1 to 12, not {self.first_month}.")
        if list(self.month_ends) != sorted(set(self.month_ends)):
            raise PeriodError("The period ends must be different dates in order, earliest first.")

    def year(self, label: str) -> Period:
        """The year called `2024-25` (or `2024` where years begin in January)."""
        first, last = _year_numbers(label)
        starts_on = date(first, self.first_month, 1)
        ends_on = date(first + 1, self.first_month, 1) - timedelta(days=1)
        if last is not None and last != ends_on.year:
            raise PeriodError(f"‘{label}’ is not one year. Write it as {self.label_of(starts_on)}.")
        return Period(starts_on, ends_on, self.label_of(starts_on))

    def label_of(self, day: date) -> str:
        """The name of the year that a day falls in: `2024-25`, or `2024` for a calendar year."""
        first = day.year if day.month >= self.first_month else day.year - 1
        return str(first) if self.first_month == 1 else f"{first}-{(first + 1) % 100:02d}"

    def periods(self, label: str) -> tuple[Period, ...]:
        """The periods of a year in order; they cover it with no gap and no overlap."""
        year = self.year(label)
        ends = self.month_ends or _month_ends(year)
        if ends[-1] != year.ends_on or ends[0] < year.starts_on:
            raise PeriodError(f"The period ends run from {ends[0]} to {ends[-1]}, but {label} ends on {year.ends_on}.")
        starts = (year.starts_on, *(end + timedelta(days=1) for end in ends[:-1]))
        names = [f"{end:%b %Y}" if not self.month_ends else f"P{number}" for number, end in enumerate(ends, 1)]
        return tuple(Period(start, end, name) for start, end, name in zip(starts, ends, names, strict=True))

    def quarters(self, label: str) -> tuple[Period, ...]:
        """The four quarters of a year, Q1 first."""
        months = Calendar(self.first_month).periods(label)
        return tuple(
            Period(months[first].starts_on, months[first + 2].ends_on, f"Q{first // 3 + 1}") for first in (0, 3, 6, 9)
        )


FINANCIAL_YEAR = Calendar()
"""April to March, as councils and the NHS in England keep it."""


def phase(total_pence: int, periods: Sequence[Period], profile: Sequence[Weight] | None = None) -> dict[Period, int]:
    """Spread a year's sum over its periods, by their days or by a profile; adds up exactly.

    Each period gets the difference of two rounded running totals, so no year to date is out by a penny.
    """
    weights = [period.days for period in periods] if profile is None else list(profile)
    if len(weights) != len(periods):
        raise PeriodError(f"The profile has {len(weights)} parts for {len(periods)} periods.")
    return dict(zip(periods, split_cumulatively(total_pence, weights), strict=True))


def restate(amounts: Mapping[Period, int], grid: Sequence[Period]) -> dict[Period, int]:
    """Move amounts from one body's periods to a common grid, day by day; adds up exactly.

    Raises PeriodError, naming the period, when some of its days are not in the grid.
    """
    moved = dict.fromkeys(grid, 0)
    for period, pence in amounts.items():
        shared = [target for target in grid if period.overlap_days(target)]
        days = [period.overlap_days(target) for target in shared]
        if sum(days) != period.days:
            raise PeriodError(
                f"{period.label or period.starts_on} has {period.days - sum(days)} days outside the grid."
            )
        for target, part in zip(shared, split_cumulatively(pence, days), strict=True):
            moved[target] += part
    return moved


def _year_numbers(label: str) -> tuple[int, int | None]:
    match = _YEAR.match(label)
    if not match:
        raise PeriodError(f"‘{label}’ is not a year. Write it as 2024-25.")
    first = int(match["first"])
    if not match["last"]:
        return first, None
    last = int(match["last"])
    return first, last if last > 99 else first - first % 100 + last + (100 if last < first % 100 else 0)


def _month_ends(year: Period) -> tuple[date, ...]:
    ends, day = [], year.starts_on
    while day <= year.ends_on:
        end = day.replace(day=monthrange(day.year, day.month)[1])
        ends.append(end)
        day = end + timedelta(days=1)
    return tuple(ends)
