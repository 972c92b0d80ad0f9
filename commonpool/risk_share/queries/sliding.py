"""One variance of the agreed plan under a contract: what each party bears of it, clause by clause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from commonpool.funds.models import Agreement
from commonpool.risk_share.queries.lines import plan_lines
from commonpool.risk_share.queries.years import Settled
from commonpool.risk_share.rules.contract import Contract
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.ladder import ladder


@dataclass(frozen=True, slots=True)
class SlidVariance:
    """A variance and who bears it; or in words why nobody does.

    most_pence  how far a slider goes either way: a tenth of the budget, in round pounds
    """

    variance_pence: int
    most_pence: int
    settled: Settled | None = None
    why_not: str = ""

    @property
    def step_pence(self) -> int:
        """A hundredth of the way."""
        return self.most_pence // 100


def slid(
    contract: Contract, agreement: Agreement, measures: Mapping[str, Fraction], on: date, variance_pence: int | None
) -> SlidVariance | None:
    """The variance laid on the lines of the newest agreed plan by their budgets; None where no plan is agreed.

    Without a variance it is a quarter of what the slider reaches, over. Measures without a result count as met in full.
    """
    found = plan_lines(agreement, on)
    if found is None:
        return None
    most = round_pounds(found.budget_pence // 10)
    pence = most // 4 if variance_pence is None else variance_pence
    results = {**dict.fromkeys(contract.measures, Fraction(1)), **measures}
    try:
        [rung] = ladder(contract, found.lines, results, [pence])
    except ContractError as refused:
        return SlidVariance(pence, most, why_not=str(refused))
    return SlidVariance(pence, most, Settled(contract, rung.settlement))


def round_pounds(pence: int) -> int:
    """The next of 1, 2, 5, 10, 20 ... pounds × 100 that is not below it, in pence: it divides into hundred steps."""
    size = 100_00
    while True:
        for times in (1, 2, 5):
            if size * times >= pence:
                return size * times
        size *= 10
