"""What the commands print: for people in sentences, for programs in pence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from commonpool.money import format_pounds

if TYPE_CHECKING:
    from commonpool.risk_share.rules.contract import Contract
    from commonpool.risk_share.rules.ladder import Rung
    from commonpool.risk_share.rules.performance_payment import Paid, PerformancePayment
    from commonpool.risk_share.rules.settling import Settlement


def settlement_json(found: Settlement) -> dict[str, Any]:
    """Who bears what, and each step."""
    return {
        "bears_pence": dict(found.bears_pence),
        "unallocated_pence": found.unallocated_pence,
        "steps": [
            {"clause": step.clause, "taken_pence": step.taken_pence, "by_partner_pence": dict(step.by_partner_pence)}
            for step in found.steps
        ],
    }


def settlement_text(contract: Contract, found: Settlement) -> Iterator[str]:
    """The same in sentences."""
    yield contract.title
    yield f"Variance: {format_pounds(found.variance_pence)}"
    for code, pence in found.bears_pence.items():
        verb = "pays" if pence > 0 else "receives" if pence < 0 else "neither pays nor receives"
        yield f"{contract.name_of(code)} {verb}{f' {format_pounds(abs(pence))}' if pence else ''}"
    if found.unallocated_pence:
        yield f"Unallocated: {format_pounds(found.unallocated_pence)}. Nobody has agreed to bear it."
    yield ""
    for step in found.steps:
        by = [f"{contract.name_of(code)} {format_pounds(pence)}" for code, pence in step.by_partner_pence.items()]
        yield f"{step.clause}: {format_pounds(step.taken_pence)}" + (f" ({', '.join(by)})" if by else "")


def ladder_json(rungs: Sequence[Rung]) -> list[dict[str, Any]]:
    """Each rung of a ladder."""
    return [
        {
            "variance_pence": each.variance_pence,
            "bears_pence": dict(each.settlement.bears_pence),
            "unallocated_pence": each.settlement.unallocated_pence,
        }
        for each in rungs
    ]


def ladder_text(contract: Contract, rungs: Sequence[Rung]) -> Iterator[str]:
    """So much over: you pay so much."""
    for each in rungs:
        over = f"{format_pounds(abs(each.variance_pence), whole=True)} {'over' if each.variance_pence > 0 else 'under'}"
        bears = [
            f"{contract.name_of(code)} {'pays' if pence > 0 else 'receives'} {format_pounds(abs(pence), whole=True)}"
            for code, pence in each.settlement.bears_pence.items()
            if pence
        ]
        if rest := each.settlement.unallocated_pence:
            bears.append(f"{format_pounds(abs(rest), whole=True)} unallocated")
        yield f"{over}: {'; '.join(bears)}."


def paid_json(found: Paid) -> dict[str, Any]:
    """What performance earned, quarter by quarter."""
    return {
        "pot_pence": found.pot_pence,
        "paid_pence": found.paid_pence,
        "kept_pence": found.kept_pence,
        "quarters": [
            {
                "quarter": each.name,
                "achieved": each.achieved,
                "achieved_so_far": each.achieved_so_far,
                "entitlement_pence": each.entitlement_pence,
                "payment_pence": each.payment_pence,
            }
            for each in found.quarters
        ],
    }


def paid_text(agreed: PerformancePayment, found: Paid) -> Iterator[str]:
    """The same in sentences."""
    yield agreed.title
    for each in found.quarters:
        yield (
            f"{each.name}: {each.achieved:,} fewer, {each.achieved_so_far:,} since the beginning; "
            f"entitled to {format_pounds(each.entitlement_pence)}, paid now {format_pounds(each.payment_pence)}"
        )
    yield f"{format_pounds(found.paid_pence)} of {format_pounds(found.pot_pence)} to {agreed.paid_to}"
    yield f"{format_pounds(found.kept_pence)} stays with {agreed.kept_by}"
