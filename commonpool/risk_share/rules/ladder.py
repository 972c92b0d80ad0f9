"""A contract as a ladder: so much over, and each partner pays so much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from commonpool.money import split_into_pence
from commonpool.risk_share.rules.contract import Contract
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.settling import LineVariance, Settlement, settle

RUNGS_PENCE: Final = (-500_000_00, -250_000_00, -100_000_00, 100_000_00, 250_000_00, 500_000_00, 1_000_000_00)


@dataclass(frozen=True, slots=True)
class Rung:
    """A variance of the whole, positive over, and who bears it."""

    variance_pence: int
    settlement: Settlement


def ladder(
    contract: Contract,
    lines: Sequence[LineVariance],
    measures: Mapping[str, Fraction] | None = None,
    rungs_pence: Sequence[int] = RUNGS_PENCE,
) -> list[Rung]:
    """What each variance would cost everybody, if it fell on the lines in proportion to their budgets.

    Raises ContractError where no line has a budget, and for what `settle` refuses.
    """
    budgets = {line.code: line.budget_pence for line in lines}
    if not any(budgets.values()):
        raise ContractError("No line has a budget, so there is nothing to lay a variance on. State the budgets.")
    found = []
    for rung in rungs_pence:
        laid = split_into_pence(rung, budgets)
        found.append(
            Rung(rung, settle(contract, [replace(line, variance_pence=laid[line.code]) for line in lines], measures))
        )
    return found
