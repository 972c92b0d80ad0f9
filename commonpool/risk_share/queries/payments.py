"""What performance earned, with each quarter's figure as the sum that it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from commonpool.money import format_pounds
from commonpool.risk_share.rules.performance_payment import (
    EarnedUpTo,
    Paid,
    PerformancePayment,
    Quarter,
    QuarterPaid,
    paid_for_performance,
)


@dataclass(frozen=True, slots=True)
class ExplainedQuarter:
    """One quarter: what was planned, what it came to, and in words why."""

    planned: int | None
    paid: QuarterPaid
    why: str


@dataclass(frozen=True, slots=True)
class ExplainedPayment:
    """The quarters, and the pot that they are paid from."""

    agreed: PerformancePayment
    paid: Paid
    quarters: tuple[ExplainedQuarter, ...]

    @property
    def has_plan(self) -> bool:
        """Whether the quarters have plans of their own."""
        return any(each.planned is not None for each in self.quarters)

    @property
    def achieved(self) -> int:
        """Fewer admissions since the beginning."""
        return sum(each.paid.achieved for each in self.quarters)

    def rows(self) -> Iterator[list[str | int]]:
        """The table for a file: admissions and pence."""
        yield [
            "quarter", "planned", "achieved", "achieved_so_far", "counted", "entitlement_pence", "payment_pence", "why",
        ]  # fmt: skip
        for each in self.quarters:
            row, planned = each.paid, "" if each.planned is None else each.planned
            counts = (row.achieved, row.achieved_so_far, row.counted, row.entitlement_pence, row.payment_pence)
            yield [row.name, planned, *counts, each.why]
        yield ["Paid", "", self.achieved, "", "", "", self.paid.paid_pence, f"to {self.agreed.paid_to}"]
        yield ["Kept", "", "", "", "", "", self.paid.kept_pence, f"by {self.agreed.kept_by}"]
        yield ["Pot", "", "", "", "", "", self.paid.pot_pence, ""]


def explained_payment(agreed: PerformancePayment, quarters: Sequence[Quarter]) -> ExplainedPayment:
    """The payments of a year. Raises ContractError as `paid_for_performance`."""
    paid = paid_for_performance(agreed, quarters)
    before = 0
    found = []
    for quarter, row in zip(quarters, paid.quarters, strict=True):
        found.append(ExplainedQuarter(quarter.planned, row, _why(agreed, row, before)))
        before += row.payment_pence
    return ExplainedPayment(agreed, paid, tuple(found))


def _why(agreed: PerformancePayment, row: QuarterPaid, before: int) -> str:
    """`630 of 630 count × £1,490.00 = £938,700.00, less £312,900.00 paid before`."""
    limit = {
        EarnedUpTo.CUMULATIVE_PLAN: "what was planned by then",
        EarnedUpTo.ANNUAL_TARGET: "the target of the year",
    }[agreed.earned_up_to]
    counted = f"{row.counted:,} of {row.achieved_so_far:,} fewer admissions count"
    if row.counted < row.achieved_so_far:
        counted += f", up to {limit}"
    price = format_pounds(agreed.price_pence)
    said = f"{counted}; {row.counted:,} × {price} = {format_pounds(row.entitlement_pence)}"
    if before:
        said += f", less {format_pounds(before)} paid before"
    return said + (", and never less than nothing" if row.entitlement_pence < before else "")
