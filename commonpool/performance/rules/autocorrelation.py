"""How much a value resembles the one before it: where much, a control chart signals more often than it should."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from commonpool.performance.rules.limits import EQUAL
from commonpool.performance.rules.series import Array

WARN_ABOVE: Final = 0.3
LEAST_PAIRS: Final = 3


def lag1_of(values: Sequence[float | None], phases: Sequence[tuple[int, int]] = ()) -> float | None:
    """The lag-1 autocorrelation within phases: products of neighbours over squares, from each phase's own mean.

    values  in order of time, None for a gap, over which no pair is formed
    phases  (first, end) from 0, the end not included; none makes the whole series one phase

    None with fewer than three pairs of neighbours, or where nothing varies. Taking each phase's own mean keeps a
    recorded step from passing for autocorrelation. In short stable series the estimate lies about 1/n below 0.
    """
    products = squares = 0.0
    pairs = 0
    largest = max((abs(value) for value in values if value is not None), default=0.0)
    for first, end in phases or [(0, len(values))]:
        distances = _from_mean(values[first:end])
        squares += sum(distance**2 for distance in distances if distance is not None)
        for before, after in pairwise(distances):
            if before is not None and after is not None:
                products += before * after
                pairs += 1
    if pairs < LEAST_PAIRS or squares <= (EQUAL * largest) ** 2 * len(values):
        return None
    return products / squares


def lag1_batch(matrix: Array, phases: Sequence[tuple[int, int]]) -> list[float | None]:
    """`lag1_of` of many series that have the same phases: series × points, NaN for a gap."""
    known = ~np.isnan(matrix)
    distances = np.full_like(matrix, np.nan)
    pairs = np.zeros(len(matrix), dtype=int)
    products = np.zeros(len(matrix))
    for first, end in phases:
        part, here = matrix[:, first:end], known[:, first:end]
        # From the first known value, as for one series: sums of large equal numbers would lose what tells them apart.
        start = np.take_along_axis(part, np.argmax(here, axis=1)[:, None], axis=1)
        counted = np.maximum(here.sum(axis=1, keepdims=True), 1)
        distances[:, first:end] = away = part - (
            start + np.where(here, part - start, 0.0).sum(1, keepdims=True) / counted
        )
        pairs += (here[:, 1:] & here[:, :-1]).sum(axis=1)
        products += np.nansum(away[:, 1:] * away[:, :-1], axis=1)
    squares = np.nansum(distances**2, axis=1)
    largest = np.where(known, np.abs(matrix), 0.0).max(axis=1, initial=0.0)
    varies = (pairs >= LEAST_PAIRS) & (squares > (EQUAL * largest) ** 2 * matrix.shape[1])
    found = np.divide(products, squares, out=np.full(len(matrix), np.nan), where=varies)
    return [value if ok else None for value, ok in zip(found.tolist(), varies.tolist(), strict=True)]


def _from_mean(values: Sequence[float | None]) -> list[float | None]:
    known = [value for value in values if value is not None]
    if not known:
        return [None] * len(values)
    mean = known[0] + sum(value - known[0] for value in known) / len(known)
    return [None if value is None else value - mean for value in values]
