"""Which contracts are fair, which are steady, and which are neither: a frontier to choose from.

Two numbers for each contract, both the better the smaller.

Volatility: each partner's standard deviation of what it bears, divided by what it pays into the pool in the year; the
contract's is that of the partner who fares worst. A million is much for one partner and little for another, and who
signs last is who has most to fear for its size: hence a ratio, and the largest.

Unfairness: in the years in which the pool overspends, the part of the overspend that would have to change hands for
each partner to bear it in proportion to what it pays in: half the sum of the distances of the shares borne from the
shares paid. It is the index of E. M. Hoover ("The measurement of industrial localization", Review of Economics and
Statistics 18, 1936), also known as the index of dissimilarity (O. D. and B. Duncan, American Sociological Review 20,
1955). Not over all years, in which over- and underspends may cancel out and leave a share of nothing. Proportion to
contributions is what agreements fall back on; it is not the only idea of what is fair. What is left unallocated is
borne by nobody who pays in, so all of it counts as unfair; what a fund bears was set aside by all and is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from commonpool.risk_share.rules.futures.bearing import NOBODY
from commonpool.risk_share.rules.futures.reporting import Estimate, difference, estimate
from commonpool.risk_share.rules.futures.simulating import PARTS
from commonpool.risk_share.rules.futures.trying import TriedContract

Array = npt.NDArray[Any]
EQUAL: Final = 1e-4  # a hundredth of a percentage point: below it two contracts are as good as each other
SURE: Final = 2.0  # standard errors


@dataclass(frozen=True, slots=True)
class Place:
    """Where one contract stands. None is not known: no contributions, or no year in which partners bear anything.

    by_partner    each partner's standard deviation as a share of what it pays in; without those who pay nothing in
    dominated_by  the place in the list of a contract that is no worse in both and better in one
    """

    volatility: Estimate | None
    unfairness: Estimate | None
    by_partner: Mapping[str, Estimate]
    dominated_by: int | None = None

    @property
    def worst_off(self) -> str:
        """The partner whose burden moves most for what it pays in; "" where none is measured."""
        return max(self.by_partner, key=lambda code: self.by_partner[code].value, default="")


def stated_contributions(contracts: Sequence[TriedContract]) -> dict[str, int]:
    """What each partner pays in, by the first of the contracts that says so."""
    return {
        code: partner.contribution_pence
        for each in reversed(contracts)
        for code, partner in each.contract.partners.items()
        if partner.contribution_pence is not None
    }


def frontier(contracts: Sequence[TriedContract], pays_pence: Mapping[str, int]) -> list[Place]:
    """Each contract's place, in their order; `pays_pence` is what each partner pays into the pool in the year."""
    places = [_place(each, pays_pence) for each in contracts]
    return [
        Place(each.volatility, each.unfairness, each.by_partner, _better(places, number))
        for number, each in enumerate(places)
    ]


def _place(tried: TriedContract, pays_pence: Mapping[str, int]) -> Place:
    if any(code not in pays_pence for code in tried.contract.partners):
        return Place(None, None, {})
    years = tried.years.pence.astype(np.float64)
    parts = years.reshape(PARTS, -1, years.shape[1])
    at = {code: number for number, code in enumerate(tried.parties)}
    by_partner = {
        code: estimate(float(years[:, at[code]].std() / pays), parts[:, :, at[code]].std(axis=1) / pays)
        for code, pays in pays_pence.items()
        if code in tried.contract.partners and pays > 0
    }
    volatility = max(by_partner.values(), key=lambda each: each.value, default=None)
    return Place(volatility, _unfairness(tried, years, parts, pays_pence), by_partner)


def _unfairness(tried: TriedContract, years: Array, parts: Array, pays_pence: Mapping[str, int]) -> Estimate | None:
    bearing = [tried.parties.index(code) for code in (*tried.contract.partners, NOBODY)]
    paying = np.array([*(pays_pence[code] for code in tried.contract.partners), 0], dtype=np.float64)
    absent = sum(pays_pence.values()) - paying.sum()
    found = [_to_change_hands(each, bearing, paying, absent) for each in (years, *parts)]
    if any(each is None for each in found):
        return None
    return estimate(float(found[0] or 0), np.array(found[1:]))


def _to_change_hands(years: Array, bearing: Sequence[int], paying: Array, absent: float) -> float | None:
    """The part of an overspend that is not borne in proportion; `absent` is what partners pay in who bear nothing."""
    over = years[years.sum(axis=1) > 0]
    borne = over[:, bearing].sum(axis=0)
    whole, paid = borne.sum(), paying.sum() + absent
    if whole <= 0 or paid <= 0:
        return None
    return float((np.abs(borne / whole - paying / paid).sum() + absent / paid) / 2)


def _better(places: Sequence[Place], number: int) -> int | None:
    """The first contract that makes this one a poor choice."""
    return next((other for other, each in enumerate(places) if _dominates(each, places[number])), None)


def _dominates(one: Place, other: Place) -> bool:
    if not (one.volatility and one.unfairness and other.volatility and other.unfairness):
        return False
    # On the same years, so that a difference is the contracts' and not chance's.
    changes = [difference(one.volatility, other.volatility), difference(one.unfairness, other.unfairness)]
    is_no_worse = all(change.value < EQUAL for change in changes)
    return is_no_worse and any(change.value < -max(EQUAL, SURE * change.error) for change in changes)
