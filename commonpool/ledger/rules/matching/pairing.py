"""Pairing items of two sides: equal by some key, nearest in date."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from statistics import median_low
from typing import Final, NamedTuple, TypeVar

from commonpool.ledger.rules.matching.items import Item

Key = TypeVar("Key", bound=Hashable)
ItemPair = tuple[Item, Item]

FEWEST_FOR_A_DELAY: Final = 3


class Left:
    """The items of both sides that nothing has been found for yet, each in order of date."""

    def __init__(self, ours: Iterable[Item], theirs: Iterable[Item], days: int) -> None:
        self.ours = sorted(ours, key=in_order)
        self.theirs = sorted(theirs, key=in_order)
        self.delay_days = usual_delay(self.ours, self.theirs, days)

    def take(
        self, our_key: Callable[[Item], Key | None], their_key: Callable[[Item], Key | None], days: int | None
    ) -> list[ItemPair]:
        """Pair what has the same key (None: has none), nearest dates first, and leave those pairs out from now on."""
        there = grouped(self.theirs, their_key)
        pairs: list[ItemPair] = []
        for key, here in grouped(self.ours, our_key).items():
            if key in there:
                pairs += pair_nearest(here, there[key], days, self.delay_days)
        self.drop({one.id for one, _ in pairs}, {other.id for _, other in pairs})
        return pairs

    def drop(self, ours: Collection[str], theirs: Collection[str]) -> None:
        """Leave these ids out from now on."""
        if ours:
            self.ours = [item for item in self.ours if item.id not in ours]
        if theirs:
            self.theirs = [item for item in self.theirs if item.id not in theirs]


def in_order(item: Item) -> tuple[object, ...]:
    """By date, then by id, so that the order of a file changes nothing."""
    return item.on, item.id


def grouped(items: Iterable[Item], key: Callable[[Item], Key | None]) -> dict[Key, list[Item]]:
    """{key: items in the order given}, without those that have no key."""
    groups: dict[Key, list[Item]] = defaultdict(list)
    for item in items:
        if (found := key(item)) is not None:
            groups[found].append(item)
    return groups


def usual_delay(ours: Iterable[Item], theirs: Iterable[Item], days: int) -> int:
    """By how many days theirs usually come after ours: the median where there can be no doubt which is which.

    That is, over amounts that stand once on each side, up to `days` apart; 0 where there are fewer than three. With
    equal sums every week and four days between payment and receipt, the nearest date alone is always the wrong one.
    """
    here, there = (grouped(side, lambda item: item.pence) for side in (ours, theirs))
    apart = [
        (there[pence][0].on - here[pence][0].on).days
        for pence in here
        if len(here[pence]) == 1 and len(there.get(pence, ())) == 1
    ]
    near = [one for one in apart if abs(one) <= days]
    return median_low(near) if len(near) >= FEWEST_FOR_A_DELAY else 0


def pair_nearest(
    ours: Collection[Item], theirs: Collection[Item], days: int | None, delay_days: int = 0
) -> list[ItemPair]:
    """Pairs of one item of each side, no more than `days` apart, the closest pair always first.

    Close is measured after our dates have been moved by `delay_days` (no more than `days`). No two items are left, one
    of each side, that lie nearer to each other than to what they were given. Of equally close pairs the earliest comes
    first. O(n log n): the closest two of different sides always stand side by side among the items left, in order of
    date; when a pair is taken out, its neighbours become neighbours.
    """
    delay = timedelta(days=delay_days)
    line = _Line(
        [_Place(item.on + delay, 0, item.id, item) for item in ours],
        [_Place(item.on, 1, item.id, item) for item in theirs],
    )
    waiting: list[tuple[int, int, int]] = []

    def offer(left: int, right: int) -> None:
        if line.is_pair(left, right, days):
            heapq.heappush(waiting, (line.days_apart(left, right), left, right))

    for left, right in pairwise(range(len(line.places))):
        offer(left, right)
    pairs: list[ItemPair] = []
    while waiting:
        _, left, right = heapq.heappop(waiting)
        if left in line.taken or right in line.taken:
            continue
        pairs.append(line.items(left, right))
        for neighbours in line.take_out(left, right):
            offer(*neighbours)
    return pairs


class _Place(NamedTuple):
    day: date
    side: int
    id: str
    item: Item


class _Line:
    """Items of both sides in order of day; taking two neighbours out makes their neighbours neighbours."""

    def __init__(self, ours: Iterable[_Place], theirs: Iterable[_Place]) -> None:
        self.places = sorted([*ours, *theirs], key=lambda place: place[:3])
        self.before = list(range(-1, len(self.places) - 1))
        self.after = list(range(1, len(self.places) + 1))
        self.taken: set[int] = set()

    def days_apart(self, left: int, right: int) -> int:
        return (self.places[right].day - self.places[left].day).days

    def is_pair(self, left: int, right: int, days: int | None) -> bool:
        one, other = self.places[left], self.places[right]
        return one.side != other.side and (days is None or abs((one.item.on - other.item.on).days) <= days)

    def items(self, left: int, right: int) -> ItemPair:
        one, other = self.places[left], self.places[right]
        return (one.item, other.item) if one.side < other.side else (other.item, one.item)

    def take_out(self, left: int, right: int) -> Iterator[tuple[int, int]]:
        self.taken |= {left, right}
        first, last = self.before[left], self.after[right]
        if first >= 0:
            self.after[first] = last
        if last < len(self.places):
            self.before[last] = first
        if first >= 0 and last < len(self.places):
            yield first, last
