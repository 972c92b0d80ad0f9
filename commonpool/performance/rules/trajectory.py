"""A plan's values as a trajectory: one target a period, only where plan and figures say the same thing exactly.

A plan's quarter says nothing of each of its months, and rates of quarters do not add up to a year's where the people
they are taken over change. Such values are left out with the reason, never spread or added.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from commonpool.periods import FINANCIAL_YEAR, Calendar, Period, PeriodError
from commonpool.policy.metric_catalogue import Form, Metric

MONTH: Final = 1
QUARTER: Final = 3
YEAR: Final = 12
_WORDS: Final = {MONTH: "month", QUARTER: "quarter", YEAR: "year"}
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_QUARTER: Final = re.compile(r"q([1-4])")
_ONE_NUMBER: Final = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class Stated:
    """One value as a plan states it; None is unknown.

    period  "Q1", "2025-04", "Apr", or "" for the whole year
    year    "2025-26", or "2031" where years begin in January
    unit    as the plan's round writes it
    by      whose plan says so: whatever the caller needs to name and link it
    """

    period: str
    year: str
    value: float | None
    unit: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What is planned for one period, in the unit of the figures; None where the plan leaves it open."""

    starts_on: date
    ends_on: date
    value: float | None
    year: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Trajectory:
    """The targets in order of time, and why other values of the plan are none, one sentence a reason."""

    targets: tuple[Target, ...] = ()
    left_out: tuple[str, ...] = ()

    def at(self, starts_on: date, ends_on: date) -> Target | None:
        """The target of exactly that period."""
        return next((each for each in self.targets if (each.starts_on, each.ends_on) == (starts_on, ends_on)), None)

    def after(self, day: date) -> tuple[Target, ...]:
        """The targets of periods that begin after a day."""
        return tuple(each for each in self.targets if each.starts_on > day)

    def of_year(self, year: str) -> tuple[Target, ...]:
        """The targets of one year."""
        return tuple(each for each in self.targets if each.year == year)


@dataclass(frozen=True, slots=True)
class _Scale:
    """How a value comes about: values of two scales are one another's exactly, or not at all."""

    form: Form
    multiplier: int


NO_PLAN: Final = Trajectory()


def trajectory_of(
    stated: Iterable[Stated], metric: Metric, unit: str, periods: Sequence[tuple[date, date]]
) -> Trajectory:
    """The plan's values as targets for a series of that metric.

    unit     of the series' values: a definition's unit, or "a day" where counts are charted a day
    periods  (first day, last day) of the series' points
    """
    left_out: dict[str, None] = {}
    found: list[tuple[Period, Stated]] = []
    for each in stated:
        period = period_of(each.period, each.year)
        if period is None:
            left_out[f"‘{each.period or each.year}’ is no month, quarter or year, so its value has no place."] = None
        else:
            found.append((period, each))
    found.sort(key=lambda pair: (*_year_and_length(pair), pair[0].starts_on))
    length = _usual_months(periods)
    targets = []
    for (year, months), group in groupby(found, key=_year_and_length):
        of_group = list(group)
        fits = _fitted(of_group, year, months, length, metric, unit)
        if isinstance(fits, str):
            left_out[fits] = None
        else:
            targets += fits
    return Trajectory(tuple(sorted(targets, key=lambda each: each.starts_on)), tuple(left_out))


def period_of(text: str, year: str) -> Period | None:
    """The days that a plan's period means within its year; None for words that name none."""
    said, calendar = text.strip().casefold(), _calendar_of(year)
    try:
        if not said or said == year.casefold():
            return calendar.year(year)
        if month := _ISO_MONTH.fullmatch(said):
            return _month(int(month[1]), int(month[2]))
        if quarter := _QUARTER.fullmatch(said):
            return calendar.quarters(year)[int(quarter[1]) - 1]
        if said[:3] in _MONTHS and said.isalpha():
            number = _MONTHS.index(said[:3]) + 1
            return next(each for each in calendar.periods(year) if each.starts_on.month == number)
    except PeriodError:
        return None
    return None


def _calendar_of(year: str) -> Calendar:
    """2025-26 begins in April; a year of one number, such as 2031, in January."""
    return Calendar(first_month=1) if _ONE_NUMBER.fullmatch(year.strip()) else FINANCIAL_YEAR


def months_of(starts_on: date, ends_on: date) -> int:
    """How many whole calendar months the days are; 0 where they are none."""
    after = ends_on + timedelta(days=1)
    if (starts_on.day, after.day) != (1, 1):
        return 0
    return (after.year - starts_on.year) * 12 + after.month - starts_on.month


def _year_and_length(pair: tuple[Period, Stated]) -> tuple[str, int]:
    return pair[1].year, months_of(*_days(pair[0]))


def _days(period: Period) -> tuple[date, date]:
    return period.starts_on, period.ends_on


def _month(year: int, month: int) -> Period:
    starts_on = date(year, month, 1)
    return Period(starts_on, (starts_on + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def _usual_months(periods: Sequence[tuple[date, date]]) -> int:
    lengths = Counter(months_of(*each) for each in periods)
    return lengths.most_common(1)[0][0] if lengths else 0


def _fitted(
    found: Sequence[tuple[Period, Stated]], year: str, months: int, length: int, metric: Metric, unit: str
) -> list[Target] | str:
    """The targets of values that all cover so many months; or why there are none."""
    units = {each.unit for _, each in found}
    scales = {each: _scale_of(metric, each) for each in {*units, unit}}
    if why := next(filter(None, (_why_not_in(scales, each, unit) for each in sorted(units))), ""):
        return f"{why} The plan’s values of {year} are not drawn."
    targets = [
        Target(*_days(period), _converted(each, scales, unit, period.days), year, each.by) for period, each in found
    ]
    if months == length:
        return targets
    if months < length and length % months == 0 and _is_count(scales[unit]):
        return list(_added(targets, length))
    planned, drawn = _WORDS.get(months, f"{months} months"), _WORDS.get(length, "other length of time")
    adding = " added up" if months < length else " split"
    return (
        f"The plan of {year} sets a value for each {planned}, and the figures are of each {drawn}: it can’t be{adding} "
        "exactly, so it is not drawn."
    )


def _scale_of(metric: Metric, unit: str) -> _Scale | None:
    if unit == "a day":
        return _Scale(Form.PER_DAY, 1)
    version = next((each for each in reversed(metric.versions) if each.unit == unit), None)
    if version:
        return _Scale(version.form, version.multiplier)
    counted = metric.latest.form is Form.PER_DAY and metric.latest.unit == f"{unit} a day"
    return _Scale(Form.COUNT, 1) if counted else None


def _why_not_in(scales: dict[str, _Scale | None], planned: str, unit: str) -> str:
    if planned == unit:
        return ""
    one, other = scales[planned], scales[unit]
    if one is None or other is None or _factor(one, other, 1) is None:
        return f"The plan is in ‘{planned}’, the figures are in ‘{unit}’: neither can be made of the other exactly."
    return ""


def _converted(stated: Stated, scales: dict[str, _Scale | None], unit: str, days: int) -> float | None:
    if stated.value is None or stated.unit == unit:
        return stated.value
    one, other = scales[stated.unit], scales[unit]
    assert one is not None and other is not None, "what has no scale was left out"
    factor = _factor(one, other, days)
    assert factor is not None, "what can't be made of the other was left out"
    return stated.value * factor


_PER_DAY: Final = {Form.COUNT: Form.PER_DAY, Form.RATIO: Form.RATIO_PER_DAY}


def _factor(one: _Scale, other: _Scale, days: int) -> float | None:
    """What turns a value of one scale into the other's; None where nothing does exactly."""
    if one.multiplier != other.multiplier and {one.form, other.form} & {Form.RATIO, Form.RATIO_PER_DAY}:
        return None
    if one.form is other.form:
        return 1.0
    if _PER_DAY.get(one.form) is other.form:
        return 1 / days
    return float(days) if _PER_DAY.get(other.form) is one.form else None


def _place_in_year(target: Target) -> int:
    """How many months of its year lie before it."""
    return (target.starts_on.month - _calendar_of(target.year).first_month) % 12


def _is_count(scale: _Scale | None) -> bool:
    return scale is not None and scale.form is Form.COUNT


def _added(targets: Sequence[Target], length: int) -> Iterator[Target]:
    """Counts of shorter periods as those of longer ones; one unknown part leaves the whole unknown."""
    for (year, _), group in groupby(targets, key=lambda each: (each.year, _place_in_year(each) // length)):
        held = list(group)
        values = [each.value for each in held]
        whole = months_of(held[0].starts_on, held[-1].ends_on) == length
        known = [value for value in values if value is not None]
        total = sum(known) if whole and len(known) == len(values) else None
        yield Target(held[0].starts_on, held[-1].ends_on, total, year, held[0].by)
