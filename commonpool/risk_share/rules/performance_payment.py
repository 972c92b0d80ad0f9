"""Money that depends on fewer admissions: payment for performance (2015-16), and the contingency of 2016-19.

A pot is the planned reduction times a price. Each quarter pays what has been earned since the beginning, less what was
paid: never below nothing, never above the plan. What is not earned stays with the commissioner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

from commonpool.risk_share.rules.errors import ContractError


class EarnedUpTo(StrEnum):
    """The most that counts as achieved by the end of a quarter."""

    CUMULATIVE_PLAN = "cumulative plan"
    ANNUAL_TARGET = "annual target"


@dataclass(frozen=True, slots=True)
class PerformancePayment:
    """What was agreed.

    target   the planned reduction of the year, in admissions; None takes the sum of the quarters' plans
    paid_to, kept_by  who gets what is earned, and who keeps the rest, in words
    """

    title: str
    price_pence: int
    earned_up_to: EarnedUpTo
    paid_to: str
    kept_by: str
    target: int | None = None

    def __post_init__(self) -> None:
        if self.price_pence <= 0:
            raise ContractError("The price is not above nothing. State what one admission costs, in pounds.")
        if self.target is not None and self.target < 0:
            raise ContractError("The target is below nothing. State the planned reduction without a sign.")


@dataclass(frozen=True, slots=True)
class Quarter:
    """One quarter: the planned reduction (None where only the year has one), and what was achieved; may be below 0."""

    name: str
    planned: int | None
    achieved: int


@dataclass(frozen=True, slots=True)
class QuarterPaid:
    """What a quarter came to; `entitlement_pence` is earned since the beginning."""

    name: str
    achieved: int
    achieved_so_far: int
    counted: int
    entitlement_pence: int
    payment_pence: int


@dataclass(frozen=True, slots=True)
class Paid:
    """A year's payments. Paid and kept add up to the pot."""

    pot_pence: int
    quarters: tuple[QuarterPaid, ...]

    @property
    def paid_pence(self) -> int:
        """What was earned in the year."""
        return sum(quarter.payment_pence for quarter in self.quarters)

    @property
    def kept_pence(self) -> int:
        """What was not."""
        return self.pot_pence - self.paid_pence


def paid_for_performance(agreed: PerformancePayment, quarters: Sequence[Quarter]) -> Paid:
    """pay = max(0, min(achieved so far, cap) × price − paid before), quarter by quarter.

    Raises ContractError where the plan that payment depends on is not stated. Source: section 7.6 of the brief, after
    the technical guidance of 2015-16.
    """
    plans = [quarter.planned for quarter in quarters]
    target = agreed.target
    if target is None or agreed.earned_up_to is EarnedUpTo.CUMULATIVE_PLAN:
        known = [plan for plan in plans if plan is not None]
        if len(known) < len(plans):
            raise ContractError("A quarter has no planned reduction. Fill in ‘planned’, or state the year's target.")
        target = sum(known) if target is None else target
    caps = list(accumulate(plan or 0 for plan in plans))
    found: list[QuarterPaid] = []
    before = so_far = 0
    for quarter, planned in zip(quarters, caps, strict=True):
        so_far += quarter.achieved
        cap = min(planned, target) if agreed.earned_up_to is EarnedUpTo.CUMULATIVE_PLAN else target
        counted = max(0, min(so_far, cap))
        entitlement = counted * agreed.price_pence
        payment = max(0, entitlement - before)
        before += payment
        found.append(QuarterPaid(quarter.name, quarter.achieved, so_far, counted, entitlement, payment))
    return Paid(target * agreed.price_pence, tuple(found))
