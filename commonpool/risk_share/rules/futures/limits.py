"""What would have to be true for all to sign: each partner's limits, where they break, and what would mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from commonpool.risk_share.rules.checking import gaps
from commonpool.risk_share.rules.contract import Contract
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.futures.bearing import Bearing
from commonpool.risk_share.rules.futures.reporting import Estimate
from commonpool.risk_share.rules.futures.trying import TriedContract
from commonpool.risk_share.rules.terms import Kind, Term, first_shares, members, with_cap, with_share

Array = npt.NDArray[Any]
SHARE_STEPS: Final = 1_000  # a share is sought to a tenth of a percentage point
CAP_STEP_PENCE: Final = 1_000_00


class Year(StrEnum):
    """Which year a limit is about."""

    MEAN = "mean"
    VERY_BAD = "very_bad"


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that a partner can bear in the mean year, or in a year that only 1 in 20 is worse than."""

    partner: str
    year: Year
    at_most_pence: int


@dataclass(frozen=True, slots=True)
class Tested:
    """A limit beside what the partner bears under one contract."""

    limit: Limit
    bears: Estimate

    @property
    def over_pence(self) -> float:
        """By how much it breaks; 0 or less where it holds."""
        return self.bears.value - self.limit.at_most_pence

    @property
    def holds(self) -> bool:
        """To the pound: a simulation knows no pence."""
        return self.over_pence < 100


@dataclass(frozen=True, slots=True)
class Cure:
    """What one term would have to be for a broken limit just to hold, all else as it is.

    value   a share, or a cap in pence; None where no value of the term does it
    broken  limits of others that would break at that value
    """

    tested: Tested
    term: Term
    value: Fraction | int | None
    broken: tuple[Tested, ...] = ()


def limits_under(contract: TriedContract, limits: Sequence[Limit]) -> list[Tested]:
    """Each limit under the contract. A partner whom it does not name bears nothing."""
    return [Tested(limit, _estimate(contract, limit)) for limit in limits]


def _estimate(contract: TriedContract, limit: Limit) -> Estimate:
    found = contract.partners.get(limit.partner)
    if found is None:
        return Estimate(0.0, 0.0)
    return found.mean if limit.year is Year.MEAN else found.very_bad_year


def cures(bearing: Bearing, variances: Array, limits: Sequence[Limit], found: Sequence[Tested]) -> list[Cure]:
    """For each limit that breaks: the partner's share of the first layer, and its cap, at which it would just hold.

    The terms are those of the part with the largest budget. Each is found by bisection on the same years (scenarios ×
    lines, in pence), all else as it is: a share to a tenth of a percentage point, a cap to £1,000.
    """
    search = _Search(bearing, variances, limits)
    return [search.cure(each, term) for each in found if not each.holds for term in search.terms(each.limit.partner)]


@dataclass(frozen=True)
class _Search:
    bearing: Bearing
    variances: Array
    limits: Sequence[Limit]
    bundles: tuple[Array, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "bundles", self.bearing.bundles(self.variances))

    @property
    def contract(self) -> Contract:
        return self.bearing.contract

    def terms(self, partner: str) -> Iterator[Term]:
        """Those that could help the partner; it may have its share as one of a group."""
        if partner not in self.contract.partners:
            return
        part = max(range(len(self.contract.parts)), key=self._budget)
        for code in first_shares(self.contract, part):
            if code == partner or partner in members(self.contract, code):
                yield Term(part, Kind.SHARE, code)
        yield Term(part, Kind.CAP, partner)

    def _budget(self, part: int) -> int:
        scope = self.contract.parts[part].scope
        return sum(line.budget_pence for line in self.bearing.lines if scope.has(line.code, line.source))

    def cure(self, broken: Tested, term: Term) -> Cure:
        """The value nearest to what the contract says at which the limit holds."""
        changed, holding, breaking = self._way(broken, term)
        for end in holding:
            at = _edge(lambda step: self._holds(changed(step), broken.limit), end, breaking)
            if at is not None:
                value = Fraction(at, SHARE_STEPS) if term.kind is Kind.SHARE else at * CAP_STEP_PENCE
                return Cure(broken, term, value, tuple(self._broken(changed(at), broken.limit)))
        return Cure(broken, term, None)

    def _way(self, broken: Tested, term: Term) -> tuple[Callable[[int], Contract | None], tuple[int, ...], int]:
        """How a step changes the contract, the steps that may hold, and the step at which it stands and breaks."""
        if term.kind is Kind.SHARE:
            now = first_shares(self.contract, term.part)[term.code]
            return self._share(term), (0, SHARE_STEPS), round(now * SHARE_STEPS)
        most = self._bears(self.contract)[:, self._column(broken.limit)].max()
        return self._cap(term), (0,), int(most // CAP_STEP_PENCE) + 1

    def _share(self, term: Term) -> Callable[[int], Contract | None]:
        def changed(step: int) -> Contract | None:
            try:
                return with_share(self.contract, term.part, term.code, Fraction(step, SHARE_STEPS))
            except ContractError:
                return None

        return changed

    def _cap(self, term: Term) -> Callable[[int], Contract | None]:
        def changed(step: int) -> Contract | None:
            made = with_cap(self.contract, term.part, term.code, step * CAP_STEP_PENCE)
            return None if gaps(made) else made

        return changed

    def _holds(self, contract: Contract | None, limit: Limit) -> bool:
        if contract is None:
            return False
        return self._tested(self._bears(contract), limit).holds

    def _broken(self, contract: Contract | None, but: Limit) -> Iterator[Tested]:
        assert contract is not None, "what holds has been made"
        bears = self._bears(contract)
        for limit in self.limits:
            found = self._tested(bears, limit)
            if limit != but and limit.partner in self.contract.partners and not found.holds:
                yield found

    def _tested(self, bears: Array, limit: Limit) -> Tested:
        own = bears[:, self._column(limit)].astype(np.float64)
        value = own.mean() if limit.year is Year.MEAN else np.quantile(own, 0.95)
        return Tested(limit, Estimate(float(value), 0.0))

    def _column(self, limit: Limit) -> int:
        return self.bearing.parties.index(limit.partner)

    def _bears(self, contract: Contract) -> Array:
        return replace(self.bearing, contract=contract).of_bundles(self.bundles).pence


def _edge(holds: Callable[[int], bool], holding: int, breaking: int) -> int | None:
    """The step nearest to the one that breaks at which it holds, by halving; None where it does not hold at its end."""
    if holding == breaking or not holds(holding):
        return None
    while abs(holding - breaking) > 1:
        middle = (holding + breaking) // 2
        if holds(middle):
            holding = middle
        else:
            breaking = middle
    return holding
