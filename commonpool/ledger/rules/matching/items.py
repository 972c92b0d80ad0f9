"""What is reconciled, within which limits, and how the answer looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final


class MatchingError(ValueError):
    """Records that cannot be held against each other as they are. The message says why."""


@dataclass(frozen=True, slots=True)
class Item:
    """One transaction in one partner's records.

    id         unique among that partner's items
    pence      with the same sign in both partners' lists: what one receives is what the other pays, so turn one round
    reference  what both may have written down (invoice, order); case, spaces and punctuation do not count
    line       the scheme line, where known
    """

    id: str
    on: date
    pence: int
    reference: str = ""
    line: str = ""

    @property
    def compared_reference(self) -> str | None:
        """The reference as it is compared: letters and digits only, case aside. None where there is none."""
        return "".join(letter for letter in self.reference.casefold() if letter.isalnum()) or None


@dataclass(frozen=True, slots=True)
class Tolerances:
    """The limits agreed for a reconciliation.

    days            how far apart the two dates of one transaction may lie, either way
    pence           a difference up to this needs no cause but rounding
    our_cut_off, their_cut_off   the last day that each side's records cover
    reversal_days   how long after it was made an accrual may be reversed
    largest_bundle  how many items of one side are tried as the parts of one item of the other
    vat_share       value added tax on the net amount
    """

    days: int
    pence: int
    our_cut_off: date
    their_cut_off: date
    reversal_days: int = 31
    largest_bundle: int = 12
    vat_share: Fraction = Fraction(1, 5)

    def __post_init__(self) -> None:
        if min(self.days, self.pence, self.reversal_days, self.largest_bundle) < 0 or self.vat_share < 0:
            raise MatchingError("A tolerance cannot be negative. Enter 0 where nothing may differ.")


class How(StrEnum):
    """By what two items were taken for one transaction."""

    REFERENCE = "reference"
    LINE = "line"
    DATE = "date"

    @property
    def label(self) -> str:
        """As people say it."""
        return {
            How.REFERENCE: "same reference and amount",
            How.LINE: "same scheme line and amount, nearest date",
            How.DATE: "same amount, nearest date",
        }[self]


class Cause(StrEnum):
    """Why an item has no equal on the other side, as far as a rule can tell; in the order in which they are tried."""

    DUPLICATE = "duplicate"
    ACCRUAL_REVERSED = "accrual_reversed"
    ONE_AGAINST_MANY = "one_against_many"
    ROUNDING = "rounding"
    SIGN = "sign"
    POUNDS_AND_PENCE = "pounds_and_pence"
    VAT = "vat"
    DIGITS = "digits"
    TIMING = "timing"
    NOT_KNOWN = "not_known"

    @property
    def label(self) -> str:
        """As people say it."""
        return LABELS[self]


LABELS: Final = {
    Cause.DUPLICATE: "posted twice on one side",
    Cause.ACCRUAL_REVERSED: "accrued and reversed on one side",
    Cause.ONE_AGAINST_MANY: "one item here is several there",
    Cause.ROUNDING: "a difference within what was agreed to be small",
    Cause.SIGN: "sign turned round",
    Cause.POUNDS_AND_PENCE: "ten or a hundred times too much or too little, as when pounds are typed as pence",
    Cause.VAT: "one side with VAT, one side without",
    Cause.DIGITS: "two digits changed places",
    Cause.TIMING: "timing: about or after the day on which the other side's records end",
    Cause.NOT_KNOWN: "not known",
}


Reason = tuple[Cause, tuple[str, ...]]
"""A likely cause, and the ids of the items that it points to."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records of one transaction."""

    ours: Item
    theirs: Item
    how: How


@dataclass(frozen=True, slots=True)
class Differs:
    """Two records with the same reference and different amounts."""

    ours: Item
    theirs: Item
    cause: Cause

    @property
    def difference_pence(self) -> int:
        """Ours minus theirs."""
        return self.ours.pence - self.theirs.pence


@dataclass(frozen=True, slots=True)
class Unmatched:
    """An item that only one side has. `others` are the ids of the items that its likely cause points to.

    For a duplicate and a reversed accrual these are on the same side, for other causes on the other side (for the
    parts of one item: that one item).
    """

    item: Item
    days_outstanding: int
    cause: Cause
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Every item of both sides, each once, in order of date.

    delay_days  by how many days theirs usually come after ours; the nearest date is looked for about there
    """

    matched: tuple[Pair, ...]
    differs: tuple[Differs, ...]
    only_ours: tuple[Unmatched, ...]
    only_theirs: tuple[Unmatched, ...]
    delay_days: int = 0

    @property
    def difference_pence(self) -> int:
        """Our total minus theirs, which what is not matched explains to the penny."""
        return (
            sum(one.difference_pence for one in self.differs)
            + sum(one.item.pence for one in self.only_ours)
            - sum(one.item.pence for one in self.only_theirs)
        )
