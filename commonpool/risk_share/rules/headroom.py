"""What a partner could add above its minimum contribution under several futures of its own money, in whole pence.

A year's margin is what funding leaves after unavoidable costs and the minimum; savings that last add to it. Reserves
above their floor may be used up to a limit a year. What is affordable is the margin and what may come from reserves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from commonpool.money import half_up
from commonpool.risk_share.rules.errors import ContractError

MOST_YEARS: Final = 10
LARGEST_GROWTH: Final = Fraction(1)


@dataclass(frozen=True, slots=True)
class Finances:
    """One partner's money in the year before the first that is looked at, in pence. None is not known.

    costs_pence           what it cannot avoid spending, without its contribution to the pool
    minimum_pence         its minimum contribution to the pool
    reserves_floor_pence  what its reserves must not fall below
    """

    partner: str
    funding_pence: int | None = None
    costs_pence: int | None = None
    minimum_pence: int | None = None
    reserves_pence: int | None = None
    reserves_floor_pence: int | None = None


@dataclass(frozen=True, slots=True)
class Future:
    """One way in which a partner's money may go, year after year. None is not known.

    funding_growth, cost_growth, minimum_growth   share by which each grows a year, such as 0.03; below zero it falls
    savings_pence                                 what is saved anew in each year, and goes on being saved
    reserves_use_pence                            the most that may be taken from reserves in a year; 0 for nothing

    Raises ContractError for growth beyond doubling or below nothing, and for savings or a use below zero.
    """

    name: str
    funding_growth: Fraction | None = None
    cost_growth: Fraction | None = None
    minimum_growth: Fraction | None = None
    savings_pence: int | None = None
    reserves_use_pence: int | None = None

    def __post_init__(self) -> None:
        for growth in (self.funding_growth, self.cost_growth, self.minimum_growth):
            if growth is not None and not -1 <= growth <= LARGEST_GROWTH:
                raise ContractError(f"A growth of {float(growth):.0%} a year is none. Write it as 3%, or −2%.")
        if any(pence is not None and pence < 0 for pence in (self.savings_pence, self.reserves_use_pence)):
            raise ContractError("Savings and the use of reserves are 0 or more. Write what is taken, not its sign.")


class Binds(StrEnum):
    """Which figure stops a top-up from being larger."""

    NOTHING_LEFT = "unavoidable costs and the minimum take all funding"
    MARGIN = "the margin: no reserves may be used"
    USE = "the use of reserves that is allowed in a year"
    FLOOR = "the floor of reserves"


@dataclass(frozen=True, slots=True)
class HeadroomYear:
    """One year of one future: how its margin is made up, what comes from reserves, and the largest top-up.

    margin_pence         funding + savings - costs - minimum; below zero where they are more than the funding
    reserves_pence       at the year's beginning, where every year before gave all that it could; None is not known
    from_reserves_pence  what the top-up, or a margin below zero, takes from them
    """

    number: int
    funding_pence: int
    costs_pence: int
    savings_pence: int
    minimum_pence: int
    margin_pence: int
    reserves_pence: int | None
    from_reserves_pence: int
    top_up_pence: int
    binds: Binds

    @property
    def comes_pence(self) -> int:
        """Funding and savings."""
        return self.funding_pence + self.savings_pence

    @property
    def goes_pence(self) -> int:
        """Unavoidable costs and the minimum."""
        return self.costs_pence + self.minimum_pence

    @property
    def short_pence(self) -> int:
        """What is missing for costs and the minimum even with the reserves that may be used."""
        return max(0, -self.margin_pence - self.from_reserves_pence)


@dataclass(frozen=True, slots=True)
class Headroom:
    """What one partner can afford in one future.

    years         none where a figure that is needed is not known; `missing` names it
    steady_pence  the largest top-up that it could give alike in every one of the years
    """

    partner: str
    future: str
    years: tuple[HeadroomYear, ...]
    steady_pence: int | None
    missing: tuple[str, ...]


def headroom(finances: Finances, future: Future, years: int) -> Headroom:
    """The largest top-up of each year, each giving all that it can, and the largest that is the same in all.

    Raises ContractError for no year, or more than ten.
    """
    if not 1 <= years <= MOST_YEARS:
        raise ContractError(f"{years} years cannot be looked at. Write 1 to {MOST_YEARS}.")
    missing = tuple(_missing(finances, future))
    if missing:
        return Headroom(finances.partner, future.name, (), None, missing)
    parts = [_parts(finances, future, number) for number in range(1, years + 1)]
    limit, above = future.reserves_use_pence or 0, _above_floor(finances, future)
    found = tuple(_years(parts, above, limit, finances.reserves_pence))
    return Headroom(finances.partner, future.name, found, steady([_margin(each) for each in parts], above, limit), ())


_LABELS: Final = {
    "funding_pence": "funding",
    "costs_pence": "unavoidable costs",
    "minimum_pence": "minimum contribution",
    "reserves_pence": "reserves",
    "reserves_floor_pence": "floor of reserves",
    "funding_growth": "growth of funding",
    "cost_growth": "growth of costs",
    "minimum_growth": "growth of the minimum",
    "savings_pence": "savings",
    "reserves_use_pence": "use of reserves",
}


def _missing(finances: Finances, future: Future) -> Iterator[str]:
    """Figures that are needed and not known. Reserves are not needed where none may be used."""
    needed = ["funding_pence", "costs_pence", "minimum_pence"]
    if future.reserves_use_pence != 0:
        needed += ["reserves_pence", "reserves_floor_pence"]
    yield from (_LABELS[name] for name in needed if getattr(finances, name) is None)
    stated = ("funding_growth", "cost_growth", "minimum_growth", "savings_pence", "reserves_use_pence")
    yield from (_LABELS[name] for name in stated if getattr(future, name) is None)


Parts = tuple[int, int, int, int]
"""(funding, unavoidable costs, savings, minimum) of one year, in pence"""


def _parts(finances: Finances, future: Future, number: int) -> Parts:
    return (
        _grown(finances.funding_pence, future.funding_growth, number),
        _grown(finances.costs_pence, future.cost_growth, number),
        (future.savings_pence or 0) * number,
        _grown(finances.minimum_pence, future.minimum_growth, number),
    )


def _grown(pence: int | None, growth: Fraction | None, years: int) -> int:
    assert pence is not None and growth is not None, "what is not known was looked for before"
    return half_up(pence * (1 + growth) ** years)


def _margin(parts: Parts) -> int:
    funding, costs, savings, minimum = parts
    return funding - costs + savings - minimum


def _above_floor(finances: Finances, future: Future) -> int:
    if future.reserves_use_pence == 0:
        return 0
    return max(0, (finances.reserves_pence or 0) - (finances.reserves_floor_pence or 0))


def _years(every: Sequence[Parts], above: int, limit: int, held: int | None) -> Iterator[HeadroomYear]:
    for number, parts in enumerate(every, start=1):
        margin, usable = _margin(parts), min(above, limit)
        top_up = max(0, margin + usable)
        # A margin below zero takes from reserves what it needs, as far as they may be used.
        used = min(usable, max(0, top_up - margin))
        funding, costs, savings, minimum = parts
        binds = _binds(margin, usable, above, limit)
        yield HeadroomYear(number, funding, costs, savings, minimum, margin, held, used, top_up, binds)
        above -= used
        held = None if held is None else held - used


def _binds(margin: int, usable: int, above: int, limit: int) -> Binds:
    if margin + usable <= 0:
        return Binds.NOTHING_LEFT
    if not limit:
        return Binds.MARGIN
    return Binds.FLOOR if above <= limit else Binds.USE


def steady(margins: Sequence[int], above_pence: int, limit_pence: int) -> int:
    """The largest top-up alike in every year: what a margin does not cover comes from reserves, within both limits.

    What a year leaves over is not saved for the next. 0 where not even the margins hold.
    """
    low, high = 0, max(0, min(margins) + min(limit_pence, above_pence))
    # What reserves must give grows with the top-up, so the largest that they can is found by halving.
    while low < high:
        middle = (low + high + 1) // 2
        if sum(max(0, middle - margin) for margin in margins) <= above_pence:
            low = middle
        else:
            high = middle - 1
    return low
