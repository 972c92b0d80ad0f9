"""Student's t distribution. Source: NIST Digital Library of Mathematical Functions, 8.17."""

from __future__ import annotations

import math
from typing import Final

_TINY: Final = 1e-300
_STEPS: Final = 500
_CLOSE: Final = 1e-14


def t_below(value: float, degrees: float) -> float:
    """The chance that a t variable of so many degrees of freedom (above 0, whole or not) lies below a value."""
    assert degrees > 0, "a t distribution has more than 0 degrees of freedom"
    if math.isinf(value):
        return 1.0 if value > 0 else 0.0
    tail = _incomplete_beta(degrees / 2, 0.5, degrees / (degrees + value**2)) / 2
    return 1 - tail if value > 0 else tail


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    # The fraction converges fast on one side only; the other follows by symmetry.
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(b, a, 1 - x)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    return front * _fraction(a, b, x) / a


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction 8.17.22, by Lentz's method."""
    value, above, below = 1.0, 1.0, 0.0
    for step in range(1, _STEPS):
        half = step // 2
        if step % 2:
            term = -(a + half) * (a + b + half) * x / ((a + 2 * half) * (a + 2 * half + 1))
        else:
            term = half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half))
        below = 1 / _not_zero(1 + term * below)
        above = _not_zero(1 + term / above)
        value *= above * below
        if abs(above * below - 1) < _CLOSE:
            break
    return 1 / value


def _not_zero(number: float) -> float:
    return number if abs(number) > _TINY else _TINY
