"""The terms of one reconciliation: which days, within which limits, and what is held against what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from commonpool.ledger.rules.matching.items import MatchingError, Tolerances


class Compares(StrEnum):
    """What the partner's record lists, and so what of our books is held against it."""

    PAID = "paid"
    DUE = "due"

    @property
    def label(self) -> str:
        """As people say it."""
        return {
            Compares.PAID: "money that moved: what it paid into the pool or to providers for it, less what came back",
            Compares.DUE: "what fell due: contributions as they were agreed or invoiced",
        }[self]


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed for a reconciliation. It cannot be built with days in the wrong order; raises MatchingError.

    starts_on            the first day that both records cover
    threshold_pence      from which size a difference of the balances is to be resolved
    their_balance_pence  what the partner's books say that it owes the pool, negative where the pool owes it; None
                         where it has not said so
    """

    starts_on: date
    our_cut_off: date
    their_cut_off: date
    days: int = 10
    pence: int = 0
    threshold_pence: int = 0
    compares: Compares = Compares.PAID
    their_balance_pence: int | None = None

    def __post_init__(self) -> None:
        if min(self.our_cut_off, self.their_cut_off) < self.starts_on:
            raise MatchingError("A record ends before the first day that is compared. Correct one of the days.")
        if min(self.days, self.pence, self.threshold_pence) < 0:
            raise MatchingError("A tolerance cannot be negative. Enter 0 where nothing may differ.")

    @property
    def tolerances(self) -> Tolerances:
        """The limits within which two items are one transaction."""
        return Tolerances(self.days, self.pence, self.our_cut_off, self.their_cut_off)

    def as_data(self) -> dict[str, Any]:
        """Plain values for JSON; `from_data` gives equal terms back."""
        return {
            "starts_on": self.starts_on.isoformat(),
            "our_cut_off": self.our_cut_off.isoformat(),
            "their_cut_off": self.their_cut_off.isoformat(),
            "days": self.days,
            "pence": self.pence,
            "threshold_pence": self.threshold_pence,
            "compares": self.compares.value,
            "their_balance_pence": self.their_balance_pence,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Terms:
        """The terms that `as_data` gave."""
        return cls(
            starts_on=date.fromisoformat(data["starts_on"]),
            our_cut_off=date.fromisoformat(data["our_cut_off"]),
            their_cut_off=date.fromisoformat(data["their_cut_off"]),
            days=data["days"],
            pence=data["pence"],
            threshold_pence=data["threshold_pence"],
            compares=Compares(data["compares"]),
            their_balance_pence=data["their_balance_pence"],
        )
