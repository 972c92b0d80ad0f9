"""Choosing sites that differ as much as they can: so many of many areas, by what is known of each.

The spread of a choice on one fact is how many pairs of the chosen are known to differ in it, as a share of the most
that so many could. Numbers are put into five bands with as many areas in each, so that a choice reaches from the
smallest to the largest and stands in between too; pairs of extremes alone would not be a variety. The choice that is
looked for falls short of the most on all facts as little as can be: the sum of squared shortfalls is least. That
is a search, by swaps from several starts; the answer is the same each time. Source: maximum variation sampling,
Patton, Qualitative Research and Evaluation Methods.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import numpy as np

from commonpool.voices.rules.sampling import Levels, number_in

BANDS: Final = 5
STARTS: Final = 8
# Sums of squared shares differ by more than this, or not at all.
NO_LESS: Final = 1e-12
Ints = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Spread:
    """How a choice is spread on one fact.

    counts   (level, how many areas have it, how many of the chosen) in order; level None for not known
    differ   pairs of the chosen that are known to differ
    most     pairs that could differ at most, with so many chosen from these areas
    """

    fact: str
    counts: tuple[tuple[str | None, int, int], ...]
    differ: int
    most: int

    @property
    def share(self) -> Fraction | None:
        """Of the most that could be; None where all areas are alike or unknown."""
        return Fraction(self.differ, self.most) if self.most else None


@dataclass(frozen=True, slots=True)
class Choice:
    """The areas that were chosen, in the order of the list, and how they are spread."""

    chosen: tuple[str, ...]
    spreads: tuple[Spread, ...]


def banded(facts: Mapping[str, str], bands: int = BANDS) -> dict[str, str | None]:
    """A fact of each area as its level: the text, or where all that are known are numbers the band, `10 to 49`.

    Up to as many different numbers as there are bands stay levels of their own. Equal numbers stand in one band.
    """
    known = {area: text.strip() for area, text in facts.items() if text.strip()}
    numbers = {area: number for area, text in known.items() if (number := number_in(text)) is not None}
    if len(numbers) < len(known) or len(set(numbers.values())) <= bands:
        return {area: known.get(area) for area in facts}
    ordered = sorted(numbers.values())
    first_place = {number: at for at, number in reversed(list(enumerate(ordered)))}
    band_of = {area: first_place[number] * bands // len(ordered) for area, number in numbers.items()}
    names = {
        band: _band_name([numbers[area] for area in band_of if band_of[area] == band]) for band in band_of.values()
    }
    return {area: names[band_of[area]] if area in band_of else None for area in facts}


def _band_name(numbers: Sequence[Decimal]) -> str:
    low, high = min(numbers), max(numbers)
    return f"{low:,f}" if low == high else f"{low:,f} to {high:,f}"


def choose(areas: Mapping[str, Levels], slots: int, keep: Collection[str] = ()) -> Choice:
    """So many of these areas, spread on every fact. `keep`: areas that are in already and count among the slots.

    All areas where there are no more than slots; `keep` alone where it fills them.
    """
    names = list(areas)
    table = _Table(areas, slots)
    held = [at for at, name in enumerate(names) if name in set(keep)]
    free = [at for at in range(len(names)) if at not in set(held)]
    if len(held) >= slots or len(names) <= slots:
        best = held if len(held) >= slots else list(range(len(names)))
    else:
        starts = free[:: max(len(free) // STARTS, 1)][:STARTS]
        found = [_searched(table, [*held, start], slots, len(held)) for start in starts]
        best = min((round(table.cost(chosen), 9), sorted(chosen)) for chosen in found)[1]
    return Choice(tuple(names[at] for at in best), tuple(table.spreads(best)))


def random_spreads(areas: Mapping[str, Levels], choice: Choice, draws: int, seed: int) -> dict[str, Fraction]:
    """{fact: of so many random draws of as many areas, the share that is less spread than the choice}."""
    table = _Table(areas, len(choice.chosen))
    generator = np.random.default_rng(seed)
    less = dict.fromkeys((spread.fact for spread in choice.spreads), 0)
    for _ in range(draws):
        drawn = generator.choice(len(areas), len(choice.chosen), replace=False)
        for spread, counts in zip(choice.spreads, table.counts(drawn), strict=True):
            less[spread.fact] += _differing(counts) < spread.differ
    return {fact: Fraction(count, draws) for fact, count in less.items()}


class _Table:
    """The areas as numbers: a column for each fact, a number for each level, the last one for not known."""

    def __init__(self, areas: Mapping[str, Levels], slots: int) -> None:
        self.facts = list(dict.fromkeys(fact for levels in areas.values() for fact in levels))
        self.levels = [_levels_of(areas, fact) for fact in self.facts]
        places = [{level: at for at, level in enumerate(each)} for each in self.levels]
        rows = [
            [places[column][levels.get(fact)] for column, fact in enumerate(self.facts)] for levels in areas.values()
        ]
        self.rows: Ints = np.array(rows, dtype=np.int64).reshape(len(areas), len(self.facts))
        self.all = self.counts(range(len(areas)))
        self.most = [_most(counts[:-1], slots) for counts in self.all]

    def counts(self, chosen: Sequence[int] | Ints | range) -> list[Ints]:
        """For each fact how many of the chosen have each level."""
        picked = self.rows[np.asarray(chosen, dtype=np.int64)]
        return [np.bincount(picked[:, at], minlength=len(each)).astype(np.int64) for at, each in enumerate(self.levels)]

    def cost(self, chosen: Sequence[int]) -> float:
        """The sum of squared shortfalls."""
        pairs = zip(self.counts(chosen), self.most, strict=True)
        return float(sum((1 - _differing(counts) / most) ** 2 for counts, most in pairs if most))

    def costs_with(self, counts: Sequence[Ints]) -> Floats:
        """For each area, the cost if it were added to a choice of these counts."""
        total: Floats = np.zeros(len(self.rows))
        for column, (held, most) in enumerate(zip(counts, self.most, strict=True)):
            if not most:
                continue
            known, squares = held[:-1].sum(), (held[:-1] ** 2).sum()
            with_level = ((known + 1) ** 2 - squares - 2 * held - 1) // 2
            with_level[-1] = (known**2 - squares) // 2
            total += ((1 - with_level / most) ** 2)[self.rows[:, column]]
        return total

    def spreads(self, chosen: Sequence[int]) -> list[Spread]:
        """How a choice is spread on each fact."""
        found = []
        for at, (fact, counts) in enumerate(zip(self.facts, self.counts(chosen), strict=True)):
            rows = zip(self.levels[at], self.all[at].tolist(), counts.tolist(), strict=True)
            told = tuple((level, have, picked) for level, have, picked in rows if level is not None or have)
            found.append(Spread(fact, told, _differing(counts), self.most[at]))
        return found


def _searched(table: _Table, chosen: list[int], slots: int, kept: int) -> list[int]:
    """From a start: the best one added until the slots are full, then the best swap as long as there is a better."""
    while len(chosen) < slots:
        costs = table.costs_with(table.counts(chosen))
        costs[chosen] = np.inf
        chosen = [*chosen, int(costs.argmin())]
    cost = table.cost(chosen)
    while True:
        swaps = [_best_swap(table, chosen, out) for out in range(kept, slots)]
        best, out, into = min(swaps)
        if best >= cost - NO_LESS:
            return chosen
        chosen[out], cost = into, best


def _best_swap(table: _Table, chosen: Sequence[int], out: int) -> tuple[float, int, int]:
    """The cost of the best that could stand in one place, that place, and which area it is."""
    rest = [each for at, each in enumerate(chosen) if at != out]
    costs = table.costs_with(table.counts(rest))
    costs[list(chosen)] = np.inf
    into = int(costs.argmin())
    return float(costs[into]), out, into


def _levels_of(areas: Mapping[str, Levels], fact: str) -> list[str | None]:
    """The levels that areas have, numbers by size, and at the end None."""
    found = {level for levels in areas.values() if (level := levels.get(fact)) is not None}
    return [*sorted(found, key=_by_size), None]


def _by_size(level: str) -> tuple[bool, Decimal, str]:
    number = number_in(level.split(" to ")[0])
    return number is None, number or Decimal(0), level


def _differing(counts: Ints) -> int:
    """Pairs that are known to differ, of so many of each level; the last count is of those not known."""
    known = counts[:-1]
    return int((known.sum() ** 2 - (known**2).sum()) // 2)


def _most(have: Ints, slots: int) -> int:
    """The most pairs that can differ: the slots dealt out one to a level in turn, as far as each level has areas."""
    dealt = np.zeros_like(have)
    for _ in range(min(slots, int(have.sum()))):
        open_ = np.where(dealt < have, dealt, slots + 1)
        dealt[int(open_.argmin())] += 1
    return int((dealt.sum() ** 2 - (dealt**2).sum()) // 2)
