"""Contracts on the same possible years of the agreed plan's lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from commonpool.risk_share.queries.lines import PlanLines
from commonpool.risk_share.rules.contract import Contract
from commonpool.risk_share.rules.futures.dependence import Dependence, Scheme
from commonpool.risk_share.rules.futures.margins import LogNormal
from commonpool.risk_share.rules.futures.reporting import PartnerFutures
from commonpool.risk_share.rules.futures.trying import Tried, try_out

COMMON = "common"


@dataclass(frozen=True, slots=True)
class TriedRow:
    """What one party bears under one contract over all years, in pence; positive pays. A fund is no partner."""

    party: str
    contract: str
    futures: PartnerFutures
    is_partner: bool
    has_cap: bool


def tried_on(contracts: Sequence[Contract], found: PlanLines, sds: Mapping[str, Fraction], common: Fraction) -> Tried:
    """Each contract on the same years. Raises ContractError for what a settlement would refuse.

    sds     line's id -> standard deviation of its log-normal spending, as a share of its budget; the mean is the budget
    common  how much of every line's variation one common cause explains, 0 to 1

    A measure that a contract depends on is taken as met in full.
    """
    load = {COMMON: sqrt(common)} if common else {}
    schemes = [
        Scheme(line.code, line.budget_pence, LogNormal(0.0, float(sds[line.code])), load) for line in found.lines
    ]
    measures = {code: Fraction(1) for contract in contracts for code in contract.measures}
    return try_out(contracts, found.lines, schemes, Dependence(drivers=(COMMON,) if common else ()), measures)


def rows_of(tried: Tried, labels: Sequence[str]) -> list[TriedRow]:
    """Party by party, each under every contract that it is in; `labels` call the contracts, in their order."""
    names = {code: each.contract.name_of(code) for each in reversed(tried.contracts) for code in each.partners}
    return [
        TriedRow(names[code], label, each.partners[code], code in each.contract.partners, _has_cap(each.contract, code))
        for code in dict.fromkeys(code for each in tried.contracts for code in each.partners)
        for label, each in zip(labels, tried.contracts, strict=True)
        if code in each.partners
    ]


def _has_cap(contract: Contract, code: str) -> bool:
    sides = (side for part in contract.parts for side in (part.overspend, part.underspend))
    return any(cap.partner == code for side in sides for cap in side.caps)
