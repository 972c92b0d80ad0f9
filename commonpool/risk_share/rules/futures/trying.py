"""Contracts tried out on the same possible years, with what to know of each partner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from commonpool.risk_share.rules.contract import Contract
from commonpool.risk_share.rules.futures.bearing import Bearing, Borne
from commonpool.risk_share.rules.futures.dependence import INDEPENDENT, Dependence, Scheme
from commonpool.risk_share.rules.futures.reporting import CurvePoint, PartnerFutures, burden_curve, partner_futures
from commonpool.risk_share.rules.futures.simulating import DEFAULT_SCENARIOS, PARTS, Futures, borne
from commonpool.risk_share.rules.settling import LineVariance


@dataclass(frozen=True, slots=True)
class TriedContract:
    """One contract: each party's measures, and how the burden falls as the variance grows.

    years  who bears what in each year, for what is asked of several contracts together; its columns are `parties`
    """

    contract: Contract
    partners: dict[str, PartnerFutures]
    curve: tuple[CurvePoint, ...]
    parties: tuple[str, ...]
    years: Borne = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Tried:
    """Contracts on the same years."""

    scenarios: int
    points: str
    seed: int
    contracts: tuple[TriedContract, ...]


def try_out(
    contracts: Sequence[Contract],
    lines: Sequence[LineVariance],
    schemes: Sequence[Scheme],
    dependence: Dependence = INDEPENDENT,
    measures: Mapping[str, Fraction] | None = None,
    scenarios: int = DEFAULT_SCENARIOS,
    seed: int = 1,
) -> Tried:
    """Each contract on the same possible years of these lines.

    lines    the schemes as lines of the plan, in the same order
    measures the results of what contracts depend on; one that a contract does not name is left out for it

    Raises ContractError for what a settlement would refuse, and for margins or dependence that cannot be.
    """
    futures = Futures(tuple(schemes), dependence, scenarios, seed)
    bearings = [bearing_of(each, lines, measures or {}) for each in contracts]
    found = borne(bearings, futures)
    return Tried(
        scenarios=futures.in_a_part * PARTS,
        points=futures.drawn_by.value,
        seed=seed,
        contracts=tuple(told_of(bearing, years) for bearing, years in zip(bearings, found, strict=True)),
    )


def bearing_of(contract: Contract, lines: Sequence[LineVariance], measures: Mapping[str, Fraction]) -> Bearing:
    """A contract made ready for the lines, with those of the measures that it names."""
    return Bearing(contract, tuple(lines), {code: measures[code] for code in contract.measures if code in measures})


def told_of(bearing: Bearing, years: Borne) -> TriedContract:
    """What the years say of one contract. A fund, or nobody, is a party where it bears anything in any year."""
    partners = {
        party: partner_futures(years.pence[:, at], years.capped[:, at])
        for at, party in enumerate(bearing.parties)
        if party in bearing.contract.partners or years.pence[:, at].any()
    }
    curve = tuple(burden_curve(years, bearing.parties))
    return TriedContract(bearing.contract, partners, curve, bearing.parties, years)
