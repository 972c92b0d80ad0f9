"""A transition plan: the service that closes, the one that takes over, what it costs once, and what it saves.

A service's level is the share of its full running, from 0 to 1. It changes in a straight line through the days of its
ramp, and each day has the level of its middle. Amounts are pence; dates are days, `closes_on` being the last day.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from commonpool.periods import FINANCIAL_YEAR, Period
from commonpool.risk_share.rules.errors import ContractError

MOST_MONTHS: Final = 120
MOST_ITEMS: Final = 200
Shares = Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class OldService:
    """What closes. It runs in full until the day before `ramp_down_from`, and not at all after `closes_on`.

    Without a `ramp_down_from` it runs in full through its last day.
    """

    name: str
    per_month_pence: int
    ramp_down_from: date | None
    closes_on: date
    paid_by: Shares

    def __post_init__(self) -> None:
        _not_negative(self.name, self.per_month_pence)
        if self.ramp_down_from is not None and self.closes_on < self.ramp_down_from:
            raise ContractError(
                f"‘{self.name}’ closes on {self.closes_on}, before its ramp-down begins on {self.ramp_down_from}. "
                "Let it begin on the day of the closure or earlier."
            )

    def level(self, day: date) -> Fraction:
        """The share of its full running on a day: never rising."""
        closed = self.closes_on + timedelta(days=1)
        return 1 - _ramp(day, self.ramp_down_from or closed, closed)


@dataclass(frozen=True, slots=True)
class NewService:
    """What takes over. It does not run before `starts_on`, and runs in full from `full_from`."""

    name: str
    per_month_pence: int
    starts_on: date
    full_from: date
    paid_by: Shares

    def __post_init__(self) -> None:
        _not_negative(self.name, self.per_month_pence)
        if self.full_from < self.starts_on:
            raise ContractError(
                f"‘{self.name}’ runs in full from {self.full_from}, before it starts on {self.starts_on}. "
                "Let it start on that day or earlier."
            )

    def level(self, day: date) -> Fraction:
        """The share of its full running on a day: never falling."""
        return _ramp(day, self.starts_on, self.full_from)


@dataclass(frozen=True, slots=True)
class OneOff:
    """What is paid once: recruitment, equipment, notice, redundancy, making a building safe."""

    name: str
    cost_pence: int
    on: date
    paid_by: Shares

    def __post_init__(self) -> None:
        _not_negative(self.name, self.cost_pence)


@dataclass(frozen=True, slots=True)
class Contingency:
    """Money for what goes wrong: a share of the one-off and double-running costs, or an amount. One of the two."""

    share: Fraction | None
    amount_pence: int | None
    paid_by: Shares

    def __post_init__(self) -> None:
        assert (self.share is None) != (self.amount_pence is None), "a share, or an amount"
        _not_negative("contingency", self.amount_pence or 0)
        if self.share is not None and not 0 <= self.share <= 1:
            raise ContractError("The contingency is no share from 0% to 100%. Write such as 10%, or pounds.")


@dataclass(frozen=True, slots=True)
class Saving:
    """What is saved elsewhere each month, the old service's own cost apart; `until` is its last day, None for no end.

    A saving that is not cashable frees time or beds that no budget gets back.
    """

    name: str
    per_month_pence: int
    from_: date
    until: date | None
    is_cashable: bool
    goes_to: Shares

    def __post_init__(self) -> None:
        _not_negative(self.name, self.per_month_pence)
        if self.until is not None and self.until < self.from_:
            raise ContractError(f"‘{self.name}’ ends on {self.until}, before it begins on {self.from_}. Swap the two.")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the closure, its day, and the partner that is accountable for it; "" where nobody is named."""

    name: str
    on: date
    accountable: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Transition:
    """The whole plan over its months. Raises ContractError for a date outside, or too many of a kind."""

    title: str
    partners: Mapping[str, str]
    first_day: date
    last_day: date
    old: OldService
    new: NewService
    one_offs: tuple[OneOff, ...] = ()
    contingency: Contingency | None = None
    savings: tuple[Saving, ...] = ()
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        for what, found in self.lists():
            if len(found) > MOST_ITEMS:
                raise ContractError(
                    f"The plan has {len(found):,} {what}. Put some together: {MOST_ITEMS} are the most."
                )
        for what, day in self.dates():
            if not self.first_day <= day <= self.last_day:
                raise ContractError(outside(what, day, self.first_day, self.last_day))
        for shares in self.shares():
            check_shares(shares, self.partners)

    def lists(self) -> list[tuple[str, Collection[object]]]:
        """What a plan may have many of, with its name."""
        return [
            ("partners", self.partners),
            ("one-off costs", self.one_offs),
            ("savings", self.savings),
            ("steps", self.steps),
        ]

    def dates(self) -> list[tuple[str, date]]:
        """Every date of the plan with what happens on it."""
        old, new = self.old, self.new
        return [
            *([("The ramp-down begins", old.ramp_down_from)] if old.ramp_down_from else []),
            ("The old service closes", old.closes_on),
            ("The new service starts", new.starts_on),
            ("The new service runs in full", new.full_from),
            *((f"‘{each.name}’ is paid", each.on) for each in self.one_offs),
            *((f"‘{each.name}’ begins", each.from_) for each in self.savings),
            *((f"‘{each.name}’ ends", each.until) for each in self.savings if each.until is not None),
            *((f"‘{each.name}’ happens", each.on) for each in self.steps),
        ]

    def shares(self) -> list[Shares]:
        """Everything that is divided among the partners."""
        found = [self.old.paid_by, self.new.paid_by, *(each.paid_by for each in self.one_offs)]
        found += [each.goes_to for each in self.savings]
        return [*found, self.contingency.paid_by] if self.contingency else found

    def months(self) -> tuple[Period, ...]:
        """The calendar months from the first day to the last."""
        return months_between(self.first_day, self.last_day)

    def name_of(self, code: str) -> str:
        """A partner's name."""
        return self.partners.get(code, code)


def months_between(first: date, last: date) -> tuple[Period, ...]:
    """The calendar months from one day to another. Raises ContractError for none, and for more than 120."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    if not 1 <= count <= MOST_MONTHS:
        found = "ends before it begins" if count < 1 else f"has {count:,} months"
        raise ContractError(f"The horizon {found}. Let it run from one to {MOST_MONTHS} months.")
    years = range(first.year - 1, last.year + 1)
    months = [month for year in years for month in FINANCIAL_YEAR.periods(f"{year}-{(year + 1) % 100:02d}")]
    return tuple(month for month in months if first <= month.ends_on and month.starts_on <= last)


def check_shares(shares: Shares, partners: Mapping[str, str]) -> None:
    """Raises ContractError where somebody is no partner, a share is negative, or they do not add up to the whole."""
    if unknown := [code for code in shares if code not in partners]:
        raise ContractError(f"‘{unknown[0]}’ is no partner here. Write one of: {', '.join(partners)}.")
    if negative := [code for code, share in shares.items() if share < 0]:
        raise ContractError(f"The share of {negative[0]} is negative. Write a share from 0% to 100%.")
    if (whole := sum(shares.values(), Fraction(0))) != 1:
        raise ContractError(f"The shares add to {float(whole):.4g}, not 1. Change one of: {', '.join(shares)}.")


def outside(what: str, day: date, first: date, last: date) -> str:
    """In words: a date of the plan lies outside its months."""
    return f"{what} on {day}, outside the horizon from {first} to {last}. Move the date, or widen the horizon."


def _ramp(day: date, begins: date, done: date) -> Fraction:
    """0 before it begins, 1 from the day on which it is done, and in between in a straight line by the day's middle."""
    if day >= done:
        return Fraction(1)
    return Fraction(2 * (day - begins).days + 1, 2 * (done - begins).days) if day >= begins else Fraction(0)


def _not_negative(name: str, pence: int) -> None:
    if pence < 0:
        raise ContractError(f"‘{name}’ has a negative amount. Write what is paid or saved as a positive one.")
