"""Special causes within one phase, for many series at once: outside, trend, two of three, shift.

Every comparison is strict: a point equal to the mean is on neither side, two equal points neither rise nor fall. A
gap breaks every run. Source: NHS Making Data Count.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from commonpool.performance.rules.limits import Limits, Mask
from commonpool.performance.rules.rule_sets import RuleSet
from commonpool.performance.rules.series import Array

Signs: TypeAlias = npt.NDArray[np.int8]


class SpecialCause(StrEnum):
    """Why a point is no common cause. A trend is high where it rises; the others where they lie above the mean."""

    OUTSIDE_HIGH = "outside_high"
    OUTSIDE_LOW = "outside_low"
    TREND_HIGH = "trend_high"
    TREND_LOW = "trend_low"
    TWO_OF_THREE_HIGH = "two_of_three_high"
    TWO_OF_THREE_LOW = "two_of_three_low"
    SHIFT_HIGH = "shift_high"
    SHIFT_LOW = "shift_low"

    @property
    def is_high(self) -> bool:
        """Whether it points upwards."""
        return self.value.endswith("high")


# Which label a point carries when several rules hit it, the first before the others.
PRIORITY: Final = (
    (SpecialCause.OUTSIDE_HIGH, SpecialCause.OUTSIDE_LOW),
    (SpecialCause.TREND_HIGH, SpecialCause.TREND_LOW),
    (SpecialCause.TWO_OF_THREE_HIGH, SpecialCause.TWO_OF_THREE_LOW),
    (SpecialCause.SHIFT_HIGH, SpecialCause.SHIFT_LOW),
)


@dataclass(frozen=True, slots=True)
class Signals:
    """Series × points of one phase, for each rule: 1 where it flags upwards, -1 downwards, 0 not at all."""

    outside: Signs
    trend: Signs
    two_of_three: Signs
    shift: Signs

    @property
    def in_priority(self) -> tuple[Signs, Signs, Signs, Signs]:
        """The rules in the order of `PRIORITY`."""
        return self.outside, self.trend, self.two_of_three, self.shift


def signals_of(block: Array, limits: Limits, rules: RuleSet) -> Signals:
    """What each rule flags in one phase. Without limits (fewer than two values) nothing but a trend can be flagged.

    block  series × points of the phase, NaN for a gap
    """
    tolerance = limits.tolerance[:, None]
    # Comparing with NaN is false, so neither a gap nor a missing limit flags anything.
    with np.errstate(invalid="ignore"):
        side = _signs(block > limits.mean[:, None] + tolerance, block < limits.mean[:, None] - tolerance)
        outside = _signs(block > limits.upper[:, None] + tolerance, block < limits.lower[:, None] - tolerance)
        near = _signs(block > limits.near_upper[:, None] + tolerance, block < limits.near_lower[:, None] - tolerance)
        steps = _signs(block[:, 1:] > block[:, :-1], block[:, 1:] < block[:, :-1])
    near[outside != 0] = 0
    return Signals(
        outside=outside,
        trend=_trend(steps, block.shape[1], rules.trend_points),
        two_of_three=_two_of_three(side, near),
        shift=_signs(_in_runs(side > 0, rules.shift_points), _in_runs(side < 0, rules.shift_points)),
    )


def _signs(high: Mask, low: Mask) -> Signs:
    return high.astype(np.int8) - low.astype(np.int8)


def _in_runs(hit: Mask, length: int) -> Mask:
    """Which hits stand in a run of at least so many, side by side."""
    width = hit.shape[1]
    flagged = np.zeros_like(hit)
    if width < length:
        return flagged
    starts = hit[:, : width - length + 1].copy()
    for offset in range(1, length):
        starts &= hit[:, offset : width - length + 1 + offset]
    for offset in range(length):
        flagged[:, offset : width - length + 1 + offset] |= starts
    return flagged


def _trend(steps: Signs, width: int, points: int) -> Signs:
    """The points of runs of so many points, one more than there are steps in the run."""
    trend = np.zeros((steps.shape[0], width), dtype=np.int8)
    if width < 2:
        return trend
    flagged = _signs(_in_runs(steps > 0, points - 1), _in_runs(steps < 0, points - 1))
    trend[:, :-1] = flagged
    # A point that ends one trend and begins another belongs to the one that it ends.
    trend[:, 1:] = np.where(flagged != 0, flagged, trend[:, 1:])
    return trend


def _two_of_three(side: Signs, near: Signs) -> Signs:
    """The near points of any three in a row on one side of the mean of which two or more are near."""
    flagged = np.zeros_like(near)
    last = side.shape[1] - 2
    if last < 1:
        return flagged
    for sign in (1, -1):
        on_side, is_near = side == sign, near == sign
        together = on_side[:, :last] & on_side[:, 1 : last + 1] & on_side[:, 2:]
        count = is_near[:, :last].astype(np.int8) + is_near[:, 1 : last + 1] + is_near[:, 2:]
        hit = together & (count >= 2)
        for offset in range(3):
            window = flagged[:, offset : last + offset]
            window[hit & is_near[:, offset : last + offset]] = sign
    return flagged


def codes_of(signals: Signals) -> Signs:
    """The label of each point: 0 for none, else the sign times the place in `PRIORITY` counted from 1."""
    code = np.zeros_like(signals.outside)
    for place, flags in reversed(list(enumerate(signals.in_priority, start=1))):
        code = np.where(flags != 0, flags * np.int8(place), code)
    return code


def cause_of(code: int) -> SpecialCause | None:
    """The label that a code of `codes_of` stands for."""
    if code == 0:
        return None
    high, low = PRIORITY[abs(code) - 1]
    return high if code > 0 else low
