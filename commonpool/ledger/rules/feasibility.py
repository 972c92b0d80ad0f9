"""Can every scheme line be funded, what stands in the way, and which assignment is nearest to what was posted.

Sources drawn first come, first served strand ring-fences. So sources are drawn most restricted first; and when a plan
is agreed, and before each close, integer maximum flow from sources to lines says whether all lines can be funded and
which smallest set of them blocks it; with costs and floors, which money would have to move. Nothing here posts.
Source: the specification of the pooled ledger, section 3, order of restrictions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import networkx as nx
from networkx.algorithms.flow import shortest_augmenting_path

from commonpool.ledger.rules.eligibility import Floor
from commonpool.ledger.rules.funding import BlockingSet, Cell, Funding, Move, Nearest, UnmetFloor
from commonpool.ledger.rules.least_cost import FloorUnmetError, Market, cheapest, most_towards
from commonpool.money import format_pounds

__all__ = [
    "BlockingSet",
    "FeasibilityError",
    "Funding",
    "Move",
    "Nearest",
    "UnmetFloor",
    "can_all_be_funded",
    "most_restricted_first",
    "nearest_assignment",
]


class FeasibilityError(ValueError):
    """Amounts of which nobody can say whether they can be funded. The message names each."""


def most_restricted_first(eligible: Mapping[str, Collection[str]]) -> tuple[tuple[str, ...], ...]:
    """Tiers of sources in the order of drawing: first those that the fewest lines may use, the freest last.

    eligible   {line: the sources that may pay for it}

    It strands nothing where of any two sources with a line in common the lines of one include those of the other.
    """
    users = Counter(source for sources in eligible.values() for source in set(sources))
    return tuple(
        tuple(sorted(source for source in users if users[source] == count)) for count in sorted(set(users.values()))
    )


def can_all_be_funded(
    available: Mapping[str, int], needed: Mapping[str, int], eligible: Mapping[str, Collection[str]]
) -> Funding:
    """Whether the sources can pay for all the lines at once.

    available   {source: pence that it has for these needs}; a source that is not there has nothing
    needed      {line: pence}
    eligible    {line: the sources that may pay for it}; a line that is not there has none

    Raises FeasibilityError, naming each, if an amount is negative.
    """
    _refuse([*_negative("has", available), *_negative("needs", needed)])
    plan = _Plan(available, needed, eligible)
    assignment = plan.assignment()
    shortfall_pence = sum(needed.values()) - sum(assignment.values())
    blocking = sorted(plan.blocking_sets(), key=lambda each: (len(each.lines), each.lines)) if shortfall_pence else ()
    return Funding(assignment, shortfall_pence, tuple(blocking))


def nearest_assignment(
    available: Mapping[str, int],
    needed: Mapping[str, int],
    eligible: Mapping[str, Collection[str]],
    posted: Mapping[Cell, int],
    floors: Sequence[Floor] = (),
) -> Nearest:
    """The assignment that funds every line, meets the floors, and changes the posted one least.

    available   {source: pence that it has for these needs}, before what is posted
    posted      {(source, line): pence}; what a source may not pay for is moved away in any case

    Least is the smallest sum of differences up and down. Of several such, the one that uses the most restricted
    sources most. Where a floor binds, rounding may cost some pennies more than the least.
    Raises FeasibilityError, naming each, for a negative amount or money posted to a line that `needed` lacks.
    """
    strange = sorted({line for _, line in posted if line not in needed})
    _refuse(
        [
            *_negative("has posted", posted),
            *(f"{line} has money posted; say what it needs, even if 0." for line in strange),
        ]
    )
    funding = can_all_be_funded(available, needed, eligible)
    if not funding.is_possible:
        return Nearest({}, blocking=funding.blocking)
    market = _market(available, needed, eligible, posted, floors)
    try:
        assignment = cheapest(market).pence
    except FloorUnmetError as error:
        return Nearest({}, blocking=_unmet(market, error))
    return Nearest(assignment, tuple(_moves(posted, assignment)))


def _market(
    available: Mapping[str, int],
    needed: Mapping[str, int],
    eligible: Mapping[str, Collection[str]],
    posted: Mapping[Cell, int],
    floors: Sequence[Floor],
) -> Market:
    order = [source for tier in most_restricted_first(eligible) for source in tier if available.get(source)]
    lines = {line: needed[line] for line in sorted(needed) if needed[line]}
    cells = [(source, line) for line in lines for source in order if source in eligible[line]]
    return Market(
        available={source: available[source] for source in order},
        needed=lines,
        kept={cell: min(posted.get(cell, 0), lines[cell[1]]) for cell in cells},
        new={cell: min(available[cell[0]], lines[cell[1]]) for cell in cells},
        order=order,
        floors=tuple(floors),
    )


def _unmet(market: Market, error: FloorUnmetError) -> tuple[UnmetFloor, ...]:
    """Every floor that cannot be met by itself; if each can, the one that cannot beside others."""
    most = [most_towards(place, market) for place in range(len(market.floors))]
    alone = [UnmetFloor(each, can) for each, can in zip(market.floors, most, strict=True) if can < each.pence]
    beside = tuple(each.name for each in error.beside)
    return tuple(alone) or (UnmetFloor(error.floor, error.reachable_pence, beside),)


def _moves(posted: Mapping[Cell, int], assignment: Mapping[Cell, int]) -> Iterator[Move]:
    for source, line in sorted({*posted, *assignment}, key=lambda cell: (cell[1], cell[0])):
        before, after = posted.get((source, line), 0), assignment.get((source, line), 0)
        if before != after:
            yield Move(source, line, before, after)


_Group = frozenset[str]
"""The sources that a line may use. Lines that may use the same ones fill up together."""


class _Plan:
    """The lines of one question, with sets of sources instead of lines in its flows, of which there are fewer."""

    def __init__(
        self, available: Mapping[str, int], needed: Mapping[str, int], eligible: Mapping[str, Collection[str]]
    ) -> None:
        self.available = available
        self.needed = {line: pence for line, pence in sorted(needed.items()) if pence}
        self.group = {line: frozenset(eligible.get(line, ())) for line in self.needed}

    def assignment(self) -> dict[Cell, int]:
        """{(source, line): pence} that funds as much as can be."""
        paid = self._filled(self._needs(self.needed))
        found: dict[Cell, int] = {}
        for line, wanted in self.needed.items():
            for source in sorted(self.group[line]):
                if taken := min(wanted, paid[source, self.group[line]]):
                    found[source, line] = taken
                    wanted -= taken
                    paid[source, self.group[line]] -= taken
        return found

    def blocking_sets(self) -> Iterator[BlockingSet]:
        """Sets of lines that have no line in common; what is left after them can be funded."""
        left = set(self.needed)
        while blocked := self._blocked(left):
            lines = self._least(blocked)
            sources = sorted(frozenset().union(*(self.group[line] for line in lines)))
            yield BlockingSet(
                tuple(sorted(lines)),
                tuple(sources),
                sum(self.needed[line] for line in lines),
                sum(self.available.get(source, 0) for source in sources),
            )
            left -= lines

    def _least(self, blocked: set[str]) -> set[str]:
        """A part of a blocked set from which no line can be left out."""
        # The smallest needs go first, for few large lines say more than many small ones; halves before single lines.
        waiting = [sorted(blocked, key=lambda line: (self.needed[line], line))]
        sure = self._indispensable(blocked)
        while waiting:
            part = [line for line in waiting.pop() if line in blocked - sure]
            if part and (fewer := self._blocked(blocked.difference(part))):
                blocked = fewer
                sure |= self._indispensable(blocked)
            elif len(part) > 1:
                waiting += [part[len(part) // 2 :], part[: len(part) // 2]]
        return blocked

    def _indispensable(self, blocked: set[str]) -> set[str]:
        """Lines without which the rest of a blocked set can be funded: many of them, found with one flow.

        If all that is short is short on one line, that much can be passed to it from every line that this reaches
        along payments of no smaller size. Were such a line left out, nothing would be short.
        """
        needs = self._needs(blocked)
        short = sum(needs.values()) - sum(self._filled(needs).values())
        largest = self.group[max(blocked, key=lambda line: (self.needed[line], line))]
        needs[largest] = max(0, needs[largest] - short)
        paid = self._filled(needs)
        if sum(paid.values()) < sum(needs.values()):
            return set()
        reached = _reached(largest, {cell for cell, pence in paid.items() if pence >= short})
        return {line for line in blocked if self.needed[line] >= short and self.group[line] in reached}

    def _blocked(self, lines: Collection[str]) -> set[str]:
        """Lines among these that cannot all be funded; empty where all can.

        A line left short, all sources that may pay for it, the lines that these pay for, their sources, and so on:
        had one of those sources a penny left, it could be passed along to the line that is short.
        """
        needs = self._needs(lines)
        paid = self._filled(needs)
        funded: Counter[_Group] = Counter()
        for (_, group), pence in paid.items():
            funded[group] += pence
        short = [group for group, pence in needs.items() if funded[group] < pence]
        paying = {cell for cell, pence in paid.items() if pence}
        reached = min((_reached(group, paying) for group in short), key=len, default=frozenset())
        return {line for line in lines if self.group[line] in reached}

    def _needs(self, lines: Iterable[str]) -> dict[_Group, int]:
        needs: Counter[_Group] = Counter()
        for line in lines:
            needs[self.group[line]] += self.needed[line]
        return {group: needs[group] for group in sorted(needs, key=sorted)}

    def _filled(self, needs: Mapping[_Group, int]) -> Counter[tuple[str, _Group]]:
        """The most that the sources can pay: {(source, group): pence}."""
        sources = sorted(source for source in frozenset().union(*needs) if self.available.get(source))
        graph: nx.DiGraph[int | str | _Group] = nx.DiGraph()
        graph.add_nodes_from((0, 1))
        for source in sources:
            graph.add_edge(0, source, capacity=self.available[source])
        for group, pence in needs.items():
            graph.add_edges_from((source, group) for source in sources if source in group)
            graph.add_edge(group, 1, capacity=pence)
        _, flows = nx.maximum_flow(graph, 0, 1, flow_func=shortest_augmenting_path)
        return Counter({(source, group): pence for source in sources for group, pence in flows[source].items()})


def _reached(start: _Group, paying: Collection[tuple[str, _Group]]) -> frozenset[_Group]:
    """The group, those that its sources pay for, those that their sources pay for, and so on."""
    groups = {start, *(group for _, group in paying)}
    along: nx.DiGraph[str | _Group] = nx.DiGraph()
    along.add_node(start)
    along.add_edges_from(paying)
    along.add_edges_from((group, source) for group in groups for source in group)
    return frozenset(groups & {start, *nx.descendants(along, start)})


def _negative(does: str, amounts: Mapping[str, int] | Mapping[Cell, int]) -> Iterator[str]:
    for who, pence in amounts.items():
        if pence < 0:
            name = who if isinstance(who, str) else " for line ".join(who)
            yield f"{name} {does} {format_pounds(pence)}. Settle credits first: funding is asked of sums above zero."


def _refuse(faults: Sequence[str]) -> None:
    if faults:
        raise FeasibilityError(" ".join(faults))
