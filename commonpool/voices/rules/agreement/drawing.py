"""How far a statistic may be off, by drawing what was coded again and again (the bootstrap).

Whole transcripts are drawn, and within them turns where they are known: sentences of one talk are no independent
evidence, and drawing them one by one gives an interval that is far too narrow. Source: Davison and Hinkley (1997),
Bootstrap Methods and their Application, section 3.8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy import sparse

from commonpool.voices.rules.agreement.levels import Floats
from commonpool.voices.rules.agreement.ratings import Integers, Ratings

DRAWS: Final = 2_000
SEED: Final = 1
MOST_DRAWS: Final = 1_000_000
# Below this many, an interval from drawing them is too narrow.
ENOUGH: Final = 20
# Krippendorff's lowest for tentative conclusions, and his rule for others.
TARGETS: Final = (0.667, 0.8)
CELLS_AT_ONCE: Final = 2_000_000
# Fewer cannot be drawn again: one gives the same draw always.
FEWEST: Final = 2
# What is left of nothing when numbers are added and subtracted; a share of one unit in a thousand million is more.
ROUNDING: Final = 1e-12

Worked = Callable[[Floats], tuple[Floats, Floats]]


@dataclass(frozen=True, slots=True)
class Spread:
    """What drawing again showed.

    interval       95%, from the 2.5th to the 97.5th percentile of the draws; None where it cannot be had
    why_none       why there is no interval; empty where there is one
    drawn          what was drawn: units, transcripts, or transcripts and then turns
    many           how many of them there are
    leave_one_out  the lowest and the highest value when each of them is left out in turn; None where never defined
    undefined      how many draws had no value; of the others `share_below` says how many missed each target
    """

    interval: tuple[float, float] | None
    why_none: str
    drawn: str
    many: int
    leave_one_out: tuple[float, float] | None
    draws: int
    seed: int
    undefined: int
    share_below: dict[float, float]

    @property
    def is_indicative(self) -> bool:
        """Whether so few were drawn that the interval is too narrow."""
        return self.many < ENOUGH


@dataclass(frozen=True)
class Pool:
    """What is drawn from: a row of totals an item, and how many items each row stands for."""

    totals: Any
    many: Integers
    drawn: str
    cluster_of_turn: Integers | None = None

    @property
    def whole(self) -> Floats:
        """The totals of everything, as one row."""
        return np.asarray(self.many @ self.totals, dtype=np.float64).reshape(1, -1)

    @property
    def draws_of(self) -> int:
        """How many there are to draw: transcripts, or units."""
        turns = self.cluster_of_turn
        return int(self.many.sum()) if turns is None else int(turns.max()) + 1

    @property
    def at_once(self) -> int:
        """How many draws are made at a time, so that they do not fill the memory."""
        longest: int = max(self.totals.shape)
        return max(1, CELLS_AT_ONCE // longest)

    @property
    def drawn_by(self) -> tuple[bytes, bytes | None, int]:
        """What the draws depend on, besides the seed."""
        turns = None if self.cluster_of_turn is None else self.cluster_of_turn.tobytes()
        return self.many.tobytes(), turns, self.at_once


def pool_of(ratings: Ratings, tallies: sparse.csr_array) -> Pool:
    """Transcripts where they are known, with their turns where these are; otherwise each unit by itself."""
    if not ratings.cluster_names:
        return Pool(_handy(tallies), ratings.repeats, "units")
    of_units = sparse.diags_array(ratings.repeats.astype(np.float64)) @ tallies
    if not len(ratings.turns):
        return Pool(_handy(_added(of_units, ratings.clusters)), _ones(len(ratings.cluster_names)), "transcripts")
    _, first, turns = np.unique(ratings.turns, return_index=True, return_inverse=True)
    clusters = ratings.clusters[first]
    return Pool(_handy(_added(of_units, turns)), _ones(len(clusters)), "transcripts, and turns within them", clusters)


def _added(rows: sparse.csr_array, groups: Integers) -> sparse.csr_array:
    many = int(groups.max()) + 1
    member = sparse.csr_array((np.ones(len(groups)), (groups, np.arange(len(groups)))), shape=(many, len(groups)))
    return sparse.csr_array(member @ rows)


def _handy(table: sparse.csr_array) -> Any:
    """A small table whole, since adding up is quicker so; a large one without its zeros."""
    return table.toarray() if table.shape[0] * table.shape[1] <= CELLS_AT_ONCE else table


def _ones(many: int) -> Integers:
    return np.ones(many, dtype=np.int64)


def values_of(observed: Floats, expected: Floats) -> Floats:
    """1 − observed ÷ expected; NaN where chance alone would agree always, or nothing can be compared."""
    share = np.divide(observed, expected, out=np.full(observed.shape, np.nan), where=expected > 0)
    return np.asarray(1 - share)


def rounded(worked: Worked) -> Worked:
    """The same, with an expected disagreement that is no more than a rounding error taken as none."""

    def clean(totals: Floats) -> tuple[Floats, Floats]:
        observed, expected = worked(totals)
        return observed, np.where(expected > ROUNDING, expected, 0.0)

    return clean


def spread(pool: Pool, worked: Worked, draws: int, seed: int) -> Spread:
    """Draw as often as asked and say how the statistic varies. The same seed gives the same draws."""
    return spreads([(pool, worked)], draws, seed)[0]


def spreads(figures: Sequence[tuple[Pool, Worked]], draws: int, seed: int) -> list[Spread]:
    """The spread of each of several figures. Such as are drawn from alike share their draws, which take the time."""
    values: dict[int, Floats] = {}
    for members in _drawn_alike([pool for pool, _ in figures]).values():
        found: dict[int, list[Floats]] = {at: [] for at in members}
        pools = [figures[at][0] for at in members]
        for totals in _totals_drawn(pools, draws, seed):
            for at, mine in zip(members, totals, strict=True):
                found[at].append(values_of(*figures[at][1](mine)))
        values |= {at: np.concatenate([np.zeros(0), *each]) for at, each in found.items()}
    return [_spread(pool, worked, values.get(at), draws, seed) for at, (pool, worked) in enumerate(figures)]


def _drawn_alike(pools: Sequence[Pool]) -> dict[Any, list[int]]:
    """The numbers of the pools that the same draws serve; without those of one transcript only."""
    alike: dict[Any, list[int]] = {}
    for at, pool in enumerate(pools):
        if pool.draws_of >= FEWEST:
            alike.setdefault(pool.drawn_by, []).append(at)
    return alike


def _totals_drawn(pools: Sequence[Pool], draws: int, seed: int) -> Iterator[list[Floats]]:
    """The totals of each pool, some draws at a time. Small tables stand side by side, to be added up at once."""
    is_whole = not any(sparse.issparse(pool.totals) for pool in pools)
    beside = np.hstack([pool.totals for pool in pools]) if is_whole else None
    ends = np.cumsum([pool.totals.shape[1] for pool in pools])[:-1]
    for weights in _drawn(pools[0], draws, seed):
        if beside is None:
            yield [weights @ pool.totals for pool in pools]
        else:
            yield np.split(weights @ beside, ends, axis=1)


def _spread(pool: Pool, worked: Worked, values: Floats | None, draws: int, seed: int) -> Spread:
    many = pool.draws_of
    if values is None:
        why = f"There is one {pool.drawn.partition(',')[0].removesuffix('s')} only: nothing can be drawn again."
        return Spread(None, why, pool.drawn, many, None, 0, seed, 0, {})
    left_out = _range(np.concatenate([values_of(*worked(totals)) for totals in _without_one(pool)]))
    defined = values[~np.isnan(values)]
    undefined = draws - len(defined)
    if not len(defined):
        why = f"In none of {draws:,} draws is the statistic defined."
        return Spread(None, why, pool.drawn, many, left_out, draws, seed, undefined, {})
    low, high = (float(each) for each in np.quantile(defined, [0.025, 0.975]))
    below = {target: float((defined < target).mean()) for target in TARGETS}
    return Spread((low, high), "", pool.drawn, many, left_out, draws, seed, undefined, below)


def _drawn(pool: Pool, draws: int, seed: int) -> Iterator[Floats]:
    """How often each item stands in each draw, some draws at a time."""
    chance = np.random.default_rng(seed)
    for start in range(0, draws, pool.at_once):
        many = min(pool.at_once, draws - start)
        if pool.cluster_of_turn is not None:
            yield _turns_drawn(chance, pool.cluster_of_turn, many)
        else:
            all_items = pool.many.sum()
            yield chance.multinomial(all_items, pool.many / all_items, size=many).astype(np.float64)


def _turns_drawn(chance: np.random.Generator, cluster_of_turn: Integers, draws: int) -> Floats:
    """Transcripts first; then, for each time that one was drawn, as many of its turns as it has."""
    turns = np.bincount(cluster_of_turn)
    clusters = len(turns)
    times = chance.multinomial(clusters, np.full(clusters, 1 / clusters), size=draws)
    drawn = np.zeros((draws, len(cluster_of_turn)))
    for cluster, many in enumerate(turns):
        drawn[:, cluster_of_turn == cluster] = chance.multinomial(times[:, cluster] * many, np.full(many, 1 / many))
    return drawn


def _without_one(pool: Pool) -> Iterator[Floats]:
    """The totals with each transcript left out in turn, or else each kind of unit once; some at a time."""
    items = pool.totals
    if pool.cluster_of_turn is not None:
        items = _added(sparse.csr_array(items), pool.cluster_of_turn)
    at_once = max(1, CELLS_AT_ONCE // max(items.shape[1], 1))
    for start in range(0, items.shape[0], at_once):
        some = items[start : start + at_once]
        yield pool.whole - (some.toarray() if sparse.issparse(some) else some)


def _range(values: Floats) -> tuple[float, float] | None:
    defined = values[~np.isnan(values)]
    return (float(defined.min()), float(defined.max())) if len(defined) else None
