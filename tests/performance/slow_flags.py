"""A second version of the special-cause rules, as plain loops over one phase: slow, and easy to check."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

Values = Sequence[float | None]


def slow_limits(values: Values) -> tuple[float, float, float] | None:
    """(mean, lower, upper), or None where they cannot be known."""
    known = [value for value in values if value is not None]
    ranges = [abs(after - before) for before, after in pairwise(values) if before is not None and after is not None]
    if len(known) < 2 or not ranges:
        return None
    mean = sum(known) / len(known)
    reach = 2.66 * sum(ranges) / len(ranges)
    return mean, mean - reach, mean + reach


def slow_labels(values: Values, shift: int, trend: int) -> dict[int, str]:
    """{point from 1: label} of one phase, the label of the highest priority at each point."""
    rules = (_outside(values), _trend(values, trend), _two_of_three(values), _shift(values, shift))
    labels: dict[int, str] = {}
    for point in range(1, len(values) + 1):
        for flagged in rules:
            if point in flagged:
                labels[point] = flagged[point]
                break
    return labels


def _side(values: Values, point: int) -> int:
    """1 above the mean, -1 below, 0 on it or unknown. Exact for whole numbers."""
    value = values[point - 1]
    known = [each for each in values if each is not None]
    if value is None or len(known) < 2:
        return 0
    distance = value * len(known) - sum(known)
    return (distance > 0) - (distance < 0)


def _outside(values: Values) -> dict[int, str]:
    limits = slow_limits(values)
    flagged = {}
    for point, value in enumerate(values, start=1):
        if limits is not None and value is not None:
            _, lower, upper = limits
            if value > upper + 1e-9:
                flagged[point] = "outside_high"
            if value < lower - 1e-9:
                flagged[point] = "outside_low"
    return flagged


def _shift(values: Values, length: int) -> dict[int, str]:
    flagged = {}
    for first in range(1, len(values) - length + 2):
        run = range(first, first + length)
        for side, label in ((1, "shift_high"), (-1, "shift_low")):
            if all(_side(values, point) == side for point in run):
                for point in run:
                    flagged[point] = label
    return flagged


def _trend(values: Values, length: int) -> dict[int, str]:
    flagged: dict[int, str] = {}
    for first in range(1, len(values) - length + 2):
        run = range(first, first + length)
        numbers = [values[point - 1] for point in run]
        if any(number is None for number in numbers):
            continue
        steps = [after - before for before, after in pairwise(numbers)]
        label = "trend_high" if all(step > 0 for step in steps) else "trend_low" if all(s < 0 for s in steps) else None
        if label:
            for point in run:
                # Where one trend ends and another begins, the point belongs to the one that it ends.
                flagged.setdefault(point, label)
    return flagged


def _two_of_three(values: Values) -> dict[int, str]:
    limits = slow_limits(values)
    if limits is None:
        return {}
    mean, _, upper = limits
    near_by, reach = (upper - mean) * 2 / 3, upper - mean
    near = {
        point
        for point, value in enumerate(values, start=1)
        if value is not None and near_by + 1e-9 < abs(value - mean) <= reach + 1e-9
    }
    flagged = {}
    for first in range(1, len(values) - 1):
        three = range(first, first + 3)
        sides = {_side(values, point) for point in three}
        if sides in ({1}, {-1}) and len(near.intersection(three)) >= 2:
            for point in near.intersection(three):
                flagged[point] = "two_of_three_high" if sides == {1} else "two_of_three_low"
    return flagged
