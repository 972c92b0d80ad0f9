"""The cheapest flow of whole pence from sources to lines, above floors.

Where no floor binds this is a minimum-cost flow on integers, and exact. A floor under several sources and several
lines at once is no arc of a network. It gets a price instead: every penny that counts towards it is made cheaper, by
just so much that the cheapest flow meets the floor (Lagrange's multiplier, found exactly by intersecting chords;
several floors one inside another). At that price two flows cost the same, one short of the floor and one above it,
and their mixture that just meets it is the cheapest there is. Rounding the mixture keeps every sum and every floor,
at the cost of some pennies at most.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from math import ceil, floor, lcm
from operator import itemgetter
from typing import Final

import networkx as nx

from commonpool.ledger.rules.eligibility import Floor
from commonpool.ledger.rules.funding import Cell

Prices = tuple[Fraction, ...]
"""What one unit of cost weighs, then what is paid for each penny towards each floor."""

_MOST_ROUNDINGS: Final = 20


class FloorUnmetError(ValueError):
    """No flow meets a floor: the floor, the most that can count towards it, and the floors that are met beside it."""

    def __init__(self, floor: Floor, reachable_pence: int, beside: Sequence[Floor]) -> None:
        # A floor that is in reach by parts of a penny only is a penny out of reach.
        self.floor, self.reachable_pence, self.beside = floor, min(reachable_pence, floor.pence - 1), tuple(beside)
        super().__init__(f"At most {self.reachable_pence} pence can count towards {floor.name}.")


@dataclass(frozen=True, slots=True)
class Flow:
    """Pence by cell, and what they are worth: their cost, then what counts towards each floor."""

    pence: Mapping[Cell, int]
    worth: tuple[int, ...]


@dataclass(frozen=True)
class Market:
    """Lines that must be funded, and the cells through which sources may fund them.

    kept    {cell: pence that it takes at no cost}
    new     {cell: pence that it takes besides, at a cost of one each}; every cell stands here
    order   the sources, first the one that ties prefer
    """

    available: Mapping[str, int]
    needed: Mapping[str, int]
    kept: Mapping[Cell, int]
    new: Mapping[Cell, int]
    order: Sequence[str]
    floors: tuple[Floor, ...] = ()

    @cached_property
    def counting(self) -> dict[Cell, tuple[int, ...]]:
        """{cell: the places of the floors that it counts towards}"""
        return {
            (source, line): tuple(
                place for place, each in enumerate(self.floors) if source in each.sources and line in each.lines
            )
            for source, line in self.new
        }

    def weighed(self, pence: Mapping[Cell, int]) -> Flow:
        """A flow with what it is worth; cells without money are left out."""
        worth = [0] * (1 + len(self.floors))
        for cell, amount in pence.items():
            worth[0] += max(0, amount - self.kept.get(cell, 0))
            for place in self.counting[cell]:
                worth[1 + place] += amount
        return Flow({cell: amount for cell, amount in pence.items() if amount}, tuple(worth))

    def cheapest_at(self, prices: Prices) -> Flow:
        """The flow of least value at these prices; of several, that which uses the first sources most."""
        graph, cells = self._network(prices)
        _, flows = nx.network_simplex(graph)
        return self.weighed({cell: sum(flows[start][end].values()) for cell, (start, end) in cells.items()})

    def _network(self, prices: Prices) -> tuple[nx.MultiDiGraph[int], dict[Cell, tuple[int, int]]]:
        # Nodes are numbers in a fixed order, so that ties never depend on how names are hashed.
        sources = {source: number for number, source in enumerate(self.order, 1)}
        lines = {line: number for number, line in enumerate(self.needed, 1 + len(sources))}
        cells = {cell: (sources[cell[0]], lines[cell[1]]) for cell in self.new}
        graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
        graph.add_node(0, demand=-sum(self.needed.values()))
        for line, number in lines.items():
            graph.add_node(number, demand=self.needed[line])
        for source, number in sources.items():
            graph.add_edge(0, number, capacity=self.available[source], weight=0)
        cost, *paid = _whole(prices, more_than=sum(self.needed.values()) * len(sources))
        for (source, line), (start, end) in cells.items():
            # Places in the order decide ties only: all of them together weigh less than a penny moved.
            weight = sources[source] - sum(paid[place] for place in self.counting[source, line])
            graph.add_edge(start, end, capacity=self.kept.get((source, line), 0), weight=weight)
            graph.add_edge(start, end, capacity=self.new[source, line], weight=weight + cost)
        return graph, cells


Mix = Sequence[tuple[Fraction, Flow]]
"""Flows with their weights, which sum to one."""
Asked = tuple[tuple[int, int], ...]
"""Floors, each as its place in what a flow is worth and the pence that it must be worth there."""


def cheapest(market: Market) -> Flow:
    """The flow that funds every line, meets every floor and costs least.

    Assumes that the lines can be funded. Raises FloorUnmetError where the floors cannot be met besides; also, which
    only floors that cross can bring about, where they can be met to the very penny and rounding does not find how.
    """
    search = _Search(market)
    asked = [each.pence for each in market.floors]
    for _ in range(_MOST_ROUNDINGS):
        mix = search.meeting(_only(0, market), tuple(enumerate(asked, 1)))
        found, missing = _in_whole_pence(mix, market)
        if not any(missing):
            return found
        asked = [pence + pennies for pence, pennies in zip(asked, missing, strict=True)]
    short, pennies = next((each, pennies) for each, pennies in zip(market.floors, missing, strict=True) if pennies)
    raise FloorUnmetError(short, short.pence - pennies, [each for each in market.floors if each is not short])


def most_towards(place: int, market: Market) -> int:
    """The most pence that can count towards one floor, whatever becomes of the others."""
    return market.cheapest_at(_only(1 + place, market)).worth[1 + place]


class _Search:
    """The search for the prices at which the cheapest flow meets the floors.

    What counts towards a floor and what it costs are points in a plane. The least cost at the floor lies on the lower
    edge of all points: on the chord, from one short of the floor to one that is not, below which no point is left.
    """

    def __init__(self, market: Market) -> None:
        self.market = market
        self.cheapest_at: Callable[[Prices], Flow] = cache(market.cheapest_at)
        self.known: dict[Asked, list[Mix]] = defaultdict(list)

    def meeting(self, prices: Prices, asked: Asked) -> Mix:
        """The mix of least value at these prices that meets the floors. Raises FloorUnmetError."""
        mix = self._meeting(prices, asked[0], asked[1:]) if asked else [(Fraction(1), self.cheapest_at(prices))]
        self.known[asked].append(mix)
        return mix

    def _meeting(self, prices: Prices, first: tuple[int, int], rest: Asked) -> Mix:
        place, pence = first
        unpaid = self.meeting(_paying(prices, place, Fraction(0)), rest)
        if _worth(unpaid, place) >= pence:
            return unpaid
        self._assert_within_reach(first, rest)
        while True:
            price, chord = self._lowest_chord(prices, first, self.known[rest])
            paying = _paying(prices, place, price)
            if _value(self.meeting(paying, rest), paying) == _value(chord, paying):
                return chord

    def _assert_within_reach(self, first: tuple[int, int], rest: Asked) -> None:
        place, pence = first
        if any(_worth(mix, place) >= pence for mix in self.known[rest]):
            return
        most = _worth(self.meeting(_only(place, self.market), rest), place)
        if most < pence:
            floors = self.market.floors
            raise FloorUnmetError(floors[place - 1], floor(most), [floors[other - 1] for other, _ in rest])

    def _lowest_chord(self, prices: Prices, first: tuple[int, int], known: Sequence[Mix]) -> tuple[Fraction, Mix]:
        """Of all chords over the floor the lowest one there: its slope, and the mix at the floor."""
        place, pence = first
        points = [(_worth(mix, place), _value(mix, _paying(prices, place, Fraction(0))), mix) for mix in known]
        chords = []
        for left, low, short in points:
            for right, high, above in points:
                if left < pence <= right:
                    slope, share = (high - low) / (right - left), (pence - left) / (right - left)
                    chords.append((low + slope * (pence - left), -slope, share, short, above))
        # Where the floor is just at the end of several chords, the steepest of them lies lowest.
        _, falls, share, short, above = min(chords, key=itemgetter(0, 1))
        return -falls, _mixed(short, above, share)


def _in_whole_pence(mix: Mix, market: Market) -> tuple[Flow, list[int]]:
    """The mix rounded, with the pence that each floor then lacks: few of them first of all, and then a low cost."""
    parts: dict[Cell, Fraction] = defaultdict(Fraction)
    for weight, flow in mix:
        for cell, amount in flow.pence.items():
            parts[cell] += weight * amount

    def missing(flow: Flow) -> list[int]:
        return [max(0, each.pence - worth) for each, worth in zip(market.floors, flow.worth[1:], strict=True)]

    found = min(_roundings(parts, market), key=lambda flow: (sum(missing(flow)), flow.worth[0]))
    return found, missing(found)


def _roundings(parts: Mapping[Cell, Fraction], market: Market) -> Iterator[Flow]:
    """Each cell goes up or down so that all sums stay: the cheapest way, and those that most help the floors."""
    whole = {cell: floor(part) for cell, part in parts.items()}
    odd = {cell: part - whole[cell] for cell, part in parts.items() if part != whole[cell]}
    if not odd:
        yield market.weighed(whole)
        return
    paid: dict[str, Fraction] = defaultdict(Fraction)
    funded: dict[str, Fraction] = defaultdict(Fraction)
    for (source, line), part in odd.items():
        paid[source] += part
        funded[line] += part
    rest = Market(
        available={source: ceil(paid[source]) for source in market.order},
        needed={line: int(part) for line, part in sorted(funded.items())},
        kept={cell: int(whole[cell] < market.kept.get(cell, 0)) for cell in odd},
        new={cell: int(whole[cell] >= market.kept.get(cell, 0)) for cell in odd},
        order=market.order,
        floors=market.floors,
    )
    places = range(1 + len(market.floors))
    all_floors = tuple(Fraction(place > 0) for place in places)
    for prices in dict.fromkeys([all_floors, *(_only(place, market) for place in places)]):
        pennies = rest.cheapest_at(prices).pence
        yield market.weighed({cell: amount + pennies.get(cell, 0) for cell, amount in whole.items()})


def _only(place: int, market: Market) -> Prices:
    return tuple(Fraction(place == each) for each in range(1 + len(market.floors)))


def _paying(prices: Prices, place: int, price: Fraction) -> Prices:
    return (*prices[:place], price, *prices[place + 1 :])


def _whole(prices: Prices, *, more_than: int) -> list[int]:
    """The prices in whole numbers, scaled so that the smallest difference between two values is more than a sum."""
    scale = lcm(*(price.denominator for price in prices)) * (more_than + 1)
    return [int(price * scale) for price in prices]


def _worth(mix: Mix, place: int) -> Fraction:
    return sum((weight * flow.worth[place] for weight, flow in mix), Fraction(0))


def _value(mix: Mix, prices: Prices) -> Fraction:
    cost, *paid = prices
    return cost * _worth(mix, 0) - sum((price * _worth(mix, place) for place, price in enumerate(paid, 1)), Fraction(0))


def _mixed(one: Mix, other: Mix, of_other: Fraction) -> Mix:
    return [
        *((weight * (1 - of_other), flow) for weight, flow in one),
        *((weight * of_other, flow) for weight, flow in other),
    ]
