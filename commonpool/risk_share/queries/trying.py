"""Contracts on the same possible years of the agreed plan's lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import sqrt
from typing import Any, Final

from commonpool.risk_share.models import ContractVersion
from commonpool.risk_share.queries.lines import PlanLines
from commonpool.risk_share.reading.contracts import contract_from
from commonpool.risk_share.rules.contract import Contract
from commonpool.risk_share.rules.futures.bearing import Bearing
from commonpool.risk_share.rules.futures.dependence import Dependence, Scheme
from commonpool.risk_share.rules.futures.limits import Cure, Limit, Tested, cures, limits_under
from commonpool.risk_share.rules.futures.margins import LogNormal
from commonpool.risk_share.rules.futures.reporting import PartnerFutures
from commonpool.risk_share.rules.futures.simulating import DEFAULT_SCENARIOS, Futures, drawn
from commonpool.risk_share.rules.futures.trying import Tried, bearing_of, told_of

COMMON: Final = "common"
SEED: Final = 1
KEPT_YEARS: Final = 4  # draws that one process keeps: a negotiation changes terms often, and years seldom
KEPT_TEXTS: Final = 64


@dataclass(frozen=True, slots=True)
class TriedRow:
    """What one party bears under one contract over all years, in pence; positive pays. A fund is no partner."""

    party: str
    contract: str
    futures: PartnerFutures
    is_partner: bool
    has_cap: bool


@dataclass(frozen=True)
class OnYears:
    """Contracts laid on the same possible years.

    variances  the years, scenarios × lines in pence
    """

    tried: Tried
    bearings: tuple[Bearing, ...]
    variances: Any

    def limits_under(self, number: int, limits: Sequence[Limit]) -> tuple[list[Tested], list[Cure]]:
        """Each limit under one of the contracts, and what would make those hold that break."""
        found = limits_under(self.tried.contracts[number], limits)
        return found, cures(self.bearings[number], self.variances, limits, found)


def read_once(version: ContractVersion) -> Contract:
    """The terms of a version, as `contracts.terms_of`; a text that was read lately is not read again."""
    return _read(f"Version {version.number}", version.text)


@lru_cache(maxsize=KEPT_TEXTS)
def _read(name: str, text: str) -> Contract:
    return contract_from(name, text)


def tried_on(contracts: Sequence[Contract], found: PlanLines, sds: Mapping[str, Fraction], common: Fraction) -> OnYears:
    """Each contract on the same years. Raises ContractError for what a settlement would refuse.

    sds     line's id -> standard deviation of its log-normal spending, as a share of its budget; the mean is the budget
    common  how much of every line's variation one common cause explains, 0 to 1

    A measure that a contract depends on is taken as met in full.
    """
    measures = {code: Fraction(1) for contract in contracts for code in contract.measures}
    bearings = tuple(bearing_of(each, found.lines, measures) for each in contracts)
    futures, variances = _years(tuple((line.code, line.budget_pence, sds[line.code]) for line in found.lines), common)
    told = tuple(told_of(bearing, bearing.of(variances)) for bearing in bearings)
    return OnYears(Tried(len(variances), futures.drawn_by.value, SEED, told), bearings, variances)


@lru_cache(maxsize=KEPT_YEARS)
def _years(lines: tuple[tuple[str, int, Fraction], ...], common: Fraction) -> tuple[Futures, Any]:
    """The possible years of lines (id, budget, standard deviation); kept by what they are drawn from, seed and all."""
    load = {COMMON: sqrt(common)} if common else {}
    schemes = tuple(Scheme(code, budget, LogNormal(0.0, float(sd)), load) for code, budget, sd in lines)
    futures = Futures(schemes, Dependence(drivers=(COMMON,) if common else ()), DEFAULT_SCENARIOS, SEED)
    return futures, drawn(futures)


def names_of(tried: Tried) -> dict[str, str]:
    """code -> name of every party that bears anything under any of the contracts."""
    return {code: each.contract.name_of(code) for each in reversed(tried.contracts) for code in each.partners}


def rows_of(tried: Tried, labels: Sequence[str]) -> list[TriedRow]:
    """Party by party, each under every contract that it is in; `labels` call the contracts, in their order."""
    names = names_of(tried)
    return [
        TriedRow(names[code], label, each.partners[code], code in each.contract.partners, has_cap(each.contract, code))
        for code in dict.fromkeys(code for each in tried.contracts for code in each.partners)
        for label, each in zip(labels, tried.contracts, strict=True)
        if code in each.partners
    ]


def has_cap(contract: Contract, code: str) -> bool:
    """Whether the contract caps what the partner bears, of an overspend or an underspend."""
    sides = (side for part in contract.parts for side in (part.overspend, part.underspend))
    return any(cap.partner == code for side in sides for cap in side.caps)
