"""Mean and process limits of one phase, for many series at once.

Source: NHS Making Data Count; the constants are those of its published tools, rounded as they are there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from commonpool.performance.rules.errors import ChartError
from commonpool.performance.rules.series import Array

# The rounded constants, not 3/1.128 and 1 + 3 x 0.853/1.128: with those no published value is met.
LIMIT: Final = 2.66
RANGE_LIMIT: Final = 3.267
NEAR: Final = 2 / 3
LEAST_BASELINE: Final = 12
# Sums of decimals are not exact in binary: what differs by less than this share of the largest value is equal.
EQUAL: Final = 1e-12

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Limits:
    """One number a series: NaN where it cannot be known.

    used         how many values the limits were made from
    mean         their average; NaN with fewer than two
    mean_range   the average moving range, after screening where that was asked for
    lower, upper the process limits; `near` of them is two thirds of their distance from the mean
    tolerance    how far two numbers of this phase may differ and still count as equal
    """

    used: npt.NDArray[np.int64]
    mean: Array
    mean_range: Array
    lower: Array
    upper: Array
    near_lower: Array
    near_upper: Array
    tolerance: Array


def limits_of(block: Array, *, screen: bool = False, fix_after: int | None = None) -> Limits:
    """The limits of one phase of each series.

    block      series × points of the phase, NaN for a gap
    screen     leave out moving ranges of 3.267 times their average or more, once; the mean stays
    fix_after  make the limits from the first so many values of the phase only, 12 or more; None takes all

    A moving range needs two neighbours: none is taken across a gap. Raises ChartError for a short baseline.
    """
    if fix_after is not None and fix_after < LEAST_BASELINE:
        raise ChartError(f"A fixed baseline has {LEAST_BASELINE} points or more, not {fix_after}.")
    known = ~np.isnan(block)
    baseline = known if fix_after is None else known & (np.cumsum(known, axis=1) <= fix_after)
    used = baseline.sum(axis=1)
    mean = np.where(used >= 2, _mean(block, baseline, used), np.nan)
    mean_range = _mean_range(block, baseline, screen=screen)
    reach = LIMIT * mean_range
    return Limits(
        used=used,
        mean=mean,
        mean_range=np.where(used >= 2, mean_range, np.nan),
        lower=mean - reach,
        upper=mean + reach,
        near_lower=mean - NEAR * reach,
        near_upper=mean + NEAR * reach,
        tolerance=EQUAL * np.max(np.abs(np.where(known, block, 0.0)), axis=1, initial=0.0),
    )


def _mean(block: Array, chosen: Mask, count: npt.NDArray[np.int64]) -> Array:
    """The average of the chosen values, as distances from the first, so that equal values average to themselves."""
    first = np.take_along_axis(block, np.argmax(chosen, axis=1)[:, None], axis=1) if block.shape[1] else block[:, :0]
    distances = np.where(chosen, block - first, 0.0)
    shifted: Array = first.sum(axis=1) + distances.sum(axis=1) / np.maximum(count, 1)
    return shifted


def _mean_range(block: Array, baseline: Mask, *, screen: bool) -> Array:
    ranges = np.abs(np.diff(block, axis=1))
    both = baseline[:, 1:] & baseline[:, :-1]
    mean_range = _average(ranges, both)
    if not screen:
        return mean_range
    # Where every range is 0 nothing is left below 0: there is nothing to screen.
    kept = both & ((ranges < RANGE_LIMIT * mean_range[:, None]) | (mean_range[:, None] == 0))
    return _average(ranges, kept)


def _average(numbers: Array, chosen: Mask) -> Array:
    count = chosen.sum(axis=1)
    total = np.where(chosen, numbers, 0.0).sum(axis=1)
    average: Array = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return average
