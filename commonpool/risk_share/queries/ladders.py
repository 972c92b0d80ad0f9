"""A contract's ladder for the lines of the agreed plan: so much over, and each partner pays so much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from commonpool.funds.models import Agreement
from commonpool.risk_share.queries.lines import PlanLines, plan_lines
from commonpool.risk_share.rules.contract import Contract
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.ladder import Rung, ladder


@dataclass(frozen=True, slots=True)
class ShownLadder:
    """The rungs with a column for each party; or in words why there are none.

    assumed  measures of which no result was given: the ladder takes them as met in full, and says so
    """

    parties: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    rungs: tuple[Rung, ...] = ()
    lines: PlanLines | None = None
    assumed: tuple[str, ...] = ()
    why_not: str = ""

    @property
    def rows(self) -> list[tuple[int, list[int], int]]:
        """(variance, what each party bears, what is unallocated) of each rung, in pence."""
        return [
            (
                rung.variance_pence,
                [rung.settlement.bears_pence.get(code, 0) for code in self.parties],
                rung.settlement.unallocated_pence,
            )
            for rung in self.rungs
        ]

    @property
    def sheets(self) -> list[tuple[str, list[tuple[int, int]]]]:
        """Party by party: (its name, (variance, what it bears) of each rung), in pence; positive pays."""
        return [
            (name, [(variance, bears[place]) for variance, bears, _ in self.rows])
            for place, name in enumerate(self.names)
        ]

    @property
    def has_unallocated(self) -> bool:
        """Whether some rung leaves something to nobody."""
        return any(rung.settlement.unallocated_pence for rung in self.rungs)


def ladder_of(contract: Contract, agreement: Agreement, measures: Mapping[str, Fraction], on: date) -> ShownLadder:
    """The ladder over the newest agreed plan, each variance laid on the lines in proportion to their budgets."""
    found = plan_lines(agreement, on)
    if found is None:
        return ShownLadder(
            why_not="A ladder needs the lines of an agreed plan, and no plan of this area is agreed yet."
        )
    missing = [code for code in contract.measures if code not in measures]
    try:
        rungs = ladder(contract, found.lines, {**dict.fromkeys(missing, Fraction(1)), **measures})
    except ContractError as refused:
        return ShownLadder(lines=found, why_not=str(refused))
    parties = dict.fromkeys(code for rung in rungs for code in rung.settlement.bears_pence)
    return ShownLadder(
        parties=tuple(parties),
        names=tuple(map(contract.name_of, parties)),
        rungs=tuple(rungs),
        lines=found,
        assumed=tuple(contract.measures[code] for code in missing),
    )
