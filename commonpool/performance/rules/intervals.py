"""Confidence intervals for counts and proportions, small ones included.

Sources: Byar's approximation, N. E. Breslow and N. E. Day, Statistical Methods in Cancer Research II (1987), eq. 2.13;
exact Poisson limits, F. Garwood, Biometrika 28 (1936) 437-442; E. B. Wilson, JASA 22 (1927) 209-212. English public
health uses Byar's from ten events on and the exact limits below.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

from commonpool.performance.rules.errors import MeasureError

EXACT_BELOW: Final = 10
CONFIDENCE: Final = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """From `lower` to `upper`, in the unit of what it stands beside, with the confidence (0 to 1) and its method."""

    lower: float
    upper: float
    confidence: float
    method: str

    def times(self, factor: float) -> Interval:
        """The interval in another unit."""
        return Interval(self.lower * factor, self.upper * factor, self.confidence, self.method)


def count_interval(events: int, *, confidence: float = CONFIDENCE) -> Interval:
    """The interval of a count that varies as Poisson counts do: exact below ten events, Byar's from ten on."""
    _check(events, confidence)
    return exact_poisson(events, confidence) if events < EXACT_BELOW else byar(events, confidence)


def byar(events: int, confidence: float = CONFIDENCE) -> Interval:
    """Byar's approximation; the lower limit of no events is 0."""
    _check(events, confidence)
    z = _z(confidence)
    above = events + 1
    lower = events * (1 - 1 / (9 * events) - z / (3 * math.sqrt(events))) ** 3 if events else 0.0
    upper = above * (1 - 1 / (9 * above) + z / (3 * math.sqrt(above))) ** 3
    return Interval(max(lower, 0.0), upper, confidence, "Byar")


def exact_poisson(events: int, confidence: float = CONFIDENCE) -> Interval:
    """The means for which so many events, or more, or fewer, are just too unlikely (Garwood)."""
    _check(events, confidence)
    tail = (1 - confidence) / 2
    reach = events + 20 * math.sqrt(events + 1) + 20
    lower = _solve(lambda mean: 1 - _poisson_up_to(events - 1, mean) - tail, 0.0, float(events)) if events else 0.0
    upper = _solve(lambda mean: tail - _poisson_up_to(events, mean), float(events), reach)
    return Interval(lower, upper, confidence, "exact Poisson")


def wilson(successes: int, of: int, *, confidence: float = CONFIDENCE) -> Interval:
    """Wilson's interval of a proportion (0 to 1). Raises MeasureError for none of none, or more than all."""
    _check(successes, confidence)
    if of < 1 or successes > of:
        raise MeasureError(f"{successes} of {of} is no proportion. Give a denominator of 1 or more that holds it.")
    z = _z(confidence)
    middle = 2 * successes + z**2
    reach = z * math.sqrt(z**2 + 4 * successes * (1 - successes / of))
    under = 2 * (of + z**2)
    # At the ends the exact limit is the end itself; rounding would leave a trace beside it.
    lower = 0.0 if successes == 0 else (middle - reach) / under
    upper = 1.0 if successes == of else (middle + reach) / under
    return Interval(lower, upper, confidence, "Wilson")


def _check(events: int, confidence: float) -> None:
    if isinstance(events, bool) or events != int(events) or events < 0:
        raise MeasureError(f"{events} is no count of events. Give a whole number, 0 or more.")
    if not 0.5 <= confidence < 1:
        raise MeasureError(f"A confidence of {confidence} is not between 0.5 and 1. 0.95 is usual.")


def _z(confidence: float) -> float:
    return NormalDist().inv_cdf((1 + confidence) / 2)


def _poisson_up_to(events: int, mean: float) -> float:
    """The chance of so many events or fewer, by logarithms so that large means do not underflow."""
    if events < 0:
        return 0.0
    if mean <= 0:
        return 1.0
    return math.fsum(math.exp(number * math.log(mean) - mean - math.lgamma(number + 1)) for number in range(events + 1))


def _solve(rises: Callable[[float], float], low: float, high: float) -> float:
    """Where a rising function passes 0 between two numbers, by halving until a float can tell no more."""
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (low, middle) if rises(middle) > 0 else (middle, high)
    return (low + high) / 2
