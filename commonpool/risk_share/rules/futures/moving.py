"""What each partner gains or loses by moving from one contract to another, on the same years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from commonpool.risk_share.rules.futures.reporting import Estimate, difference
from commonpool.risk_share.rules.futures.simulating import PARTS
from commonpool.risk_share.rules.futures.trying import Tried, TriedContract

SURE: Final = 2.0  # standard errors: below, the contracts may as well be the same
A_POUND: Final = 100
NOTHING: Final = Estimate(0.0, 0.0, (0.0,) * PARTS)


@dataclass(frozen=True, slots=True)
class Moved:
    """By how much more one party bears under another contract, in pence; negative is a gain. Errors are paired."""

    mean: Estimate
    very_bad_year: Estimate

    @property
    def is_none(self) -> bool:
        """Whether neither year is clearly another one."""
        return not (_sign(self.mean) or _sign(self.very_bad_year))

    @property
    def verdict(self) -> int:
        """1 where it is better off in one year and no worse in the other, -1 where worse and no better, else 0."""
        signs = {_sign(each) for each in (self.mean, self.very_bad_year)} - {0}
        return -signs.pop() if len(signs) == 1 else 0


@dataclass(frozen=True, slots=True)
class Move:
    """One contract for another, by their places, and what that does to each partner that is in either."""

    start: int
    end: int
    partners: Mapping[str, Moved]


def moves_from(tried: Tried, start: int) -> list[Move]:
    """From one contract to every other. A partner whom a contract does not name bears nothing under it."""
    before = tried.contracts[start]
    return [
        Move(start, end, {code: _moved(before, after, code) for code in _partners(before, after)})
        for end, after in enumerate(tried.contracts)
        if end != start
    ]


def _partners(*contracts: TriedContract) -> list[str]:
    return list(dict.fromkeys(code for each in contracts for code in each.contract.partners))


def _moved(before: TriedContract, after: TriedContract, code: str) -> Moved:
    one, other = before.partners.get(code), after.partners.get(code)
    return Moved(
        difference(other.mean if other else NOTHING, one.mean if one else NOTHING),
        difference(other.very_bad_year if other else NOTHING, one.very_bad_year if one else NOTHING),
    )


def _sign(change: Estimate) -> int:
    """0 where chance may have made it, or where it is less than a pound."""
    if abs(change.value) < max(A_POUND, SURE * change.error):
        return 0
    return 1 if change.value > 0 else -1
