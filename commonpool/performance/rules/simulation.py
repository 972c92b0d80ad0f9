"""Stable series by simulation, and how often a chart signals on them although nothing happens."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from commonpool.performance.rules.errors import ChartError
from commonpool.performance.rules.rule_sets import RuleSet
from commonpool.performance.rules.series import Array
from commonpool.performance.rules.xmr_batch import XmrOptions, xmr_batch


@dataclass(frozen=True, slots=True)
class FalseSignals:
    """Chances (0 to 1) on a stable series: of any signal in the chart, and of one at its last point (the icon)."""

    anywhere: float
    at_last_point: float


def stable_series(runs: int, points: int, lag1: float, seed: int) -> Array:
    """Runs × points of a normal series with mean 0 and deviation 1 whose neighbours correlate by `lag1` (AR(1))."""
    if not -1 < lag1 < 1:
        raise ChartError(f"A stable series has a lag-1 correlation between -1 and 1, not {lag1}.")
    random = np.random.default_rng(seed)
    shocks = random.standard_normal((runs, points))
    series = np.empty_like(shocks)
    # The first point has the deviation of all others, so that the series is stable from its beginning.
    series[:, 0] = shocks[:, 0]
    for point in range(1, points):
        series[:, point] = lag1 * series[:, point - 1] + np.sqrt(1 - lag1**2) * shocks[:, point]
    return series


def simulate_false_signals(rules: RuleSet, points: int, lag1: float, *, runs: int, seed: int) -> FalseSignals:
    """The shares of stable series with a signal, limits from the same points, no screening."""
    codes = xmr_batch(stable_series(runs, points, lag1, seed), options=XmrOptions(rules)).codes
    return FalseSignals(float((codes != 0).any(axis=1).mean()), float((codes[:, -1] != 0).mean()))
