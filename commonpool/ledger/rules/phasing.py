"""When a year's contribution falls due on its partner's own calendar, and what that is by the pool's months.

Instalments are differences of running totals rounded down, as agreements write them: nobody is asked for a penny
before it is due. `commonpool.periods.phase` rounds running totals to the nearest penny instead: it spreads budgets,
which nobody pays, and keeps every year to date as near to the exact one as pence allow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from commonpool.money import format_pounds, split_rounding_down
from commonpool.periods import Calendar, Period, restate


class PhasingError(ValueError):
    """A contribution that cannot be spread as asked. The message says why and what would be right."""


class Spread(StrEnum):
    """Into which parts a year's contribution falls."""

    TWELFTHS = "twelfths"
    QUARTERS = "quarters"
    WHOLE_YEAR = "whole_year"
    FOUR_FOUR_FIVE = "4-4-5"
    THIRTEEN_PERIODS = "thirteen_periods"
    BY_HAND = "by_hand"


# The last period also takes the day or two by which a year is longer than its 52 weeks.
WEEKS: Final = {Spread.FOUR_FOUR_FIVE: (4, 4, 5) * 4, Spread.THIRTEEN_PERIODS: (4,) * 13}
LONGEST_PERIOD_DAYS: Final = 92


@dataclass(frozen=True, slots=True)
class Profile:
    """How one partner pays its contribution.

    is_in_arrears  paid in the period after the one it is for, else in the period itself
    day            on which day of that period, 1 for the first; its last day where it has no such day
    month          for a whole year in one sum: the month of the year (in arrears: of the next year) that it is paid in
    amounts        for hand-entered amounts: (day, pence), in any order
    """

    spread: Spread
    is_in_arrears: bool = False
    day: int = 1
    month: int | None = None
    amounts: tuple[tuple[date, int], ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.day <= LONGEST_PERIOD_DAYS:
            raise PhasingError(f"Day {self.day} is in no period. Give a day from 1 to {LONGEST_PERIOD_DAYS}.")
        if (self.spread is Spread.WHOLE_YEAR) != (self.month is not None):
            raise PhasingError("A month goes with a whole year paid in one sum, and with nothing else.")
        if self.month is not None and not 1 <= self.month <= 12:
            raise PhasingError(f"There is no month {self.month}. Give one from 1 to 12.")
        if (self.spread is Spread.BY_HAND) != bool(self.amounts):
            raise PhasingError("Amounts go with hand-entered instalments, and with nothing else.")


@dataclass(frozen=True, slots=True)
class Due:
    """One instalment: the day it falls due, what it is called, and the days that it is for."""

    due_on: date
    pence: int
    label: str
    covers: Period


@dataclass(frozen=True, slots=True)
class Bridged:
    """A month of the pool beside a partner's own instalments.

    owed_pence is what the partner owes at the end of the month (an accrual); negative where it has paid ahead. So
    due_pence and the movement in owed_pence make earned_pence.
    """

    period: Period
    due_pence: int
    earned_pence: int
    owed_pence: int


def schedule(total_pence: int, year: Period, profile: Profile) -> tuple[Due, ...]:
    """A year's contribution as instalments, earliest first; they sum to the year. Those of 0 pence are left out.

    year  twelve whole months; the partner's own financial year

    Raises PhasingError if the year is not, or if hand-entered amounts make another sum or lie over a year away.
    """
    if profile.spread is Spread.BY_HAND:
        return _by_hand(total_pence, year, profile)
    parts = _parts(year, profile)
    weights = WEEKS.get(profile.spread, (1,) * len(parts))
    shares = split_rounding_down(total_pence, weights)
    return tuple(
        Due(min(payable.starts_on + timedelta(days=profile.day - 1), payable.ends_on), pence, covers.label, covers)
        for (covers, payable), pence in zip(parts, shares, strict=True)
        if pence
    )


def own_periods(year: Period, spread: Spread) -> tuple[Period, ...]:
    """The periods into which a partner's year falls. Raises PhasingError if the year is not twelve whole months."""
    calendar = Calendar(year.starts_on.month)
    label = calendar.label_of(year.starts_on)
    whole = calendar.year(label)
    if (year.starts_on, year.ends_on) != (whole.starts_on, whole.ends_on):
        raise PhasingError(
            f"{year.starts_on} to {year.ends_on} is not a year of twelve whole months. Enter the amounts by hand."
        )
    if spread is Spread.TWELFTHS:
        return calendar.periods(label)
    if spread is Spread.QUARTERS:
        return calendar.quarters(label)
    if spread in WEEKS:
        return Calendar(calendar.first_month, _ends_of_weeks(whole, WEEKS[spread])).periods(label)
    return (whole,)


def on_grid(dues: Iterable[Due], grid: Sequence[Period]) -> dict[Period, int]:
    """Instalments by the periods of a common grid, each spread by days over the days that it is for.

    Adds up exactly. Raises PeriodError, naming the instalment, where some of its days are not in the grid.
    """
    amounts: Counter[Period] = Counter()
    for due in dues:
        amounts[due.covers] += due.pence
    return restate(amounts, grid)


def earned_by_month(total_pence: int, months: Sequence[Period]) -> dict[Period, int]:
    """What a year's contribution is in each month of the pool, in equal parts: the same whoever computes it."""
    return dict(zip(months, split_rounding_down(total_pence, (1,) * len(months)), strict=True))


def bridge(dues: Iterable[Due], earned: Mapping[Period, int]) -> tuple[Bridged, ...]:
    """A partner's own instalments beside the pool's months, with what is owed or paid ahead at each month's end.

    earned  {month: pence}, in order, as `earned_by_month` gives it

    What falls due before the first month counts as paid ahead in it; what falls due later is owed at the end. Two
    partners with unlike calendars so show the same amount for each month, to the penny.
    """
    waiting = sorted(dues, key=lambda due: due.due_on, reverse=True)
    rows, owed = [], 0
    for month, pence in earned.items():
        due_pence = 0
        while waiting and waiting[-1].due_on <= month.ends_on:
            due_pence += waiting.pop().pence
        owed += pence - due_pence
        rows.append(Bridged(month, due_pence, pence, owed))
    return tuple(rows)


def _parts(year: Period, profile: Profile) -> list[tuple[Period, Period]]:
    """Each period with the one that it is paid in."""
    own = own_periods(year, profile.spread)
    first_of_next = year.ends_on + timedelta(days=1)
    next_year = Calendar(first_of_next.month).year(Calendar(first_of_next.month).label_of(first_of_next))
    if profile.month is not None:
        months = own_periods(next_year if profile.is_in_arrears else year, Spread.TWELFTHS)
        return [(own[0], next(month for month in months if month.starts_on.month == profile.month))]
    following = (*own[1:], own_periods(next_year, profile.spread)[0])
    return list(zip(own, following if profile.is_in_arrears else own, strict=True))


def _by_hand(total_pence: int, year: Period, profile: Profile) -> tuple[Due, ...]:
    missing = total_pence - sum(pence for _, pence in profile.amounts)
    if missing:
        raise PhasingError(
            f"The amounts entered for {year.label or year.starts_on} are {format_pounds(abs(missing))} "
            f"{'short of' if missing > 0 else 'over'} the year's {format_pounds(total_pence)}. Change one of them."
        )
    if far := [on for on, _ in profile.amounts if not -366 <= (on - year.starts_on).days <= 731]:
        raise PhasingError(f"{', '.join(map(str, sorted(far)))}: over a year away from {year.label}. Correct the date.")
    return tuple(_entered(on, pence, year) for on, pence in sorted(profile.amounts) if pence)


def _entered(on: date, pence: int, year: Period) -> Due:
    # Nobody has said which days an entered amount is for, so it stands on its own day, inside the year.
    stands_on = min(max(on, year.starts_on), year.ends_on)
    label = f"{on.day} {on:%b %Y}"
    return Due(on, pence, label, Period(stands_on, stands_on, label))


def _ends_of_weeks(year: Period, weeks: Sequence[int]) -> tuple[date, ...]:
    ends, day = [], year.starts_on - timedelta(days=1)
    for count in weeks:
        day += timedelta(weeks=count)
        ends.append(day)
    return (*ends[:-1], year.ends_on)
