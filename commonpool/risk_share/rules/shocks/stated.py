"""What may happen to an agreed plan, as somebody states it. Months of the year count from 0, the year's first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Final

from commonpool.risk_share.rules.errors import ContractError

MONTHS: Final = 12


class Way(StrEnum):
    """Why a payer pays less."""

    CUT = "cut"
    LEAVE = "leave"
    FREEZE = "freeze"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class LessPaid:
    """A payer does not pay a share of what it still has to pay from a month on.

    payer        its name or code as the plan has it; "" for every payer
    share        0 to 1 of what is still to come; leaving and freezing are the whole
    category     of this source of funding alone; "" for all of the payer's. A withdrawal is of voluntary ones alone
    from_month   number of the month from which less is paid, 0 for the whole year
    notice_days  notice for amounts of which the plan records none; leaving and withdrawing take effect after it

    Raises ContractError for a share outside 0 to 1 or a month that the year does not have.
    """

    way: Way
    payer: str
    share: Fraction = Fraction(1)
    category: str = ""
    from_month: int = 0
    notice_days: int = 0

    def __post_init__(self) -> None:
        _check_month(self.from_month)
        if not 0 <= self.share <= 1:
            raise ContractError(
                f"{float(self.share):.0%} of a contribution cannot be cut. Write a share from 0% to 100%."
            )
        if self.notice_days < 0:
            raise ContractError(f"A notice of {self.notice_days} days is none. Write 0 or more.")

    @property
    def has_notice(self) -> bool:
        """Whether it takes effect only after notice: an agreement binds who leaves, a freeze asks nobody."""
        return self.way in (Way.LEAVE, Way.WITHDRAW)


@dataclass(frozen=True, slots=True)
class SpendingStops:
    """Whoever commissions spends nothing more from a month on. The money stays in the pool.

    commissioner  code of the round's list; of a line that two commission together its share stops
    """

    commissioner: str
    from_month: int = 0

    def __post_init__(self) -> None:
        _check_month(self.from_month)


@dataclass(frozen=True, slots=True)
class FundAdded:
    """Money of a category that comes in from a month on: `pence` in all that remains of the year."""

    category: str
    pence: int
    payer: str = ""
    from_month: int = 0

    def __post_init__(self) -> None:
        _check_month(self.from_month)
        if self.pence <= 0:
            raise ContractError("A fund that is added brings more than nothing. Write its amount for this year.")


Shock = LessPaid | SpendingStops | FundAdded


def _check_month(month: int) -> None:
    if not 0 <= month < MONTHS:
        raise ContractError(f"A year has no month {month + 1}. Choose one of its twelve.")


@dataclass(frozen=True, slots=True)
class SoFar:
    """What had been paid in and spent before a month, as far as books tell.

    months  of the year that the books cover; what was left then is taken as even over the months that follow
    paid    place of an income row -> pence that came; spent   place of a line -> pence that went

    A row or line that is not here is not in the books: it pays, or spends, in twelve even parts.
    """

    months: int = 0
    paid: Mapping[int, int] = field(default_factory=dict)
    spent: Mapping[int, int] = field(default_factory=dict)

    def happened(self, pence: int, month: int, in_books: int | None) -> Fraction:
        """How much of a year's amount lies before a month: what the books say, and an even part of what was left."""
        if month >= MONTHS:
            return Fraction(pence)
        if in_books is None:
            return Fraction(pence * month, MONTHS)
        return in_books + Fraction(max(0, pence - in_books) * (month - self.months), MONTHS - self.months)


NO_BOOKS: Final = SoFar()


def without_books(month: int) -> SoFar:
    """What is known before any month where no books are kept: nothing."""
    return NO_BOOKS


@dataclass(frozen=True, slots=True)
class Setting:
    """What a shock meets.

    year      of the plan's round
    so_far    number of a month -> what had happened before it
    notices   place of an income row -> days of notice that the plan records for it
    first     places of the lines that lose first, in this order; after them every other line by its budget
    """

    year: str
    so_far: Callable[[int], SoFar] = without_books
    notices: Mapping[int, int] = field(default_factory=dict)
    first: tuple[int, ...] = ()
