"""Rates that allow for age: direct (weights of a standard population) and indirect (expected events).

Sources: A. J. Dobson, K. Kuulasmaa, E. Eberle and J. Scherer, Statistics in Medicine 10 (1991) 457-462, for the
interval of a directly standardised rate; NHS Outcomes Framework for the indirectly standardised rate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from commonpool.performance.rules.errors import MeasureError
from commonpool.performance.rules.intervals import CONFIDENCE, Interval, count_interval
from commonpool.performance.rules.rates import PER_100_000, Exact, exact, shown

# Below this a directly standardised rate is not published in England: its interval is not to be relied on.
FEW_EVENTS: Final = 10


@dataclass(frozen=True, slots=True)
class AgeBand:
    """Events and people of one age band, and its weight in the standard population. None is not known."""

    events: int | None
    people: Exact | None
    weight: Exact


@dataclass(frozen=True, slots=True)
class StandardisedRate:
    """A rate with its interval; None where not known. `why` says what is missing, or why not to rely on the rate."""

    value: Fraction | None
    interval: Interval | None
    events: int | None
    method: str
    why: str = ""


def directly_standardised(
    bands: Sequence[AgeBand], *, to: str = "", per: int = PER_100_000, confidence: float = CONFIDENCE
) -> StandardisedRate:
    """The rate a standard population would have with this area's rates by age, with Dobson's interval.

    `to` names the standard population, such as that of `reference_populations`; the method then says it.
    Not known where a band is not known or a weighted band has no people. The interval is not known without events.
    Raises MeasureError for negative numbers, weights that add to 0, and events among nobody.
    """
    method = f"directly standardised{f' to the {to}' if to else ''}, interval by Dobson's method"
    weights = [exact(band.weight, "weight") or Fraction(0) for band in bands]
    if not sum(weights):
        raise MeasureError("The weights add to 0. Give the standard population, such as the European one of 2013.")
    if why := _why_unknown(bands, weights):
        return StandardisedRate(None, None, None, method, why)
    terms = [
        (Fraction(band.events or 0), weight / Fraction(band.people or 1))
        for band, weight in zip(bands, weights, strict=True)
        if weight or band.events
    ]
    total = sum(weights)
    events = sum(band.events or 0 for band in bands)
    value = per * sum((count * each for count, each in terms), Fraction(0)) / total
    variance = float(sum((count * each**2 for count, each in terms), Fraction(0)) / total**2)
    why = f"only {events} events: too few to rely on the rate" if events < FEW_EVENTS else ""
    interval = _dobson(float(value), variance, events, per, confidence) if events else None
    return StandardisedRate(value, interval, events, method, why)


def _why_unknown(bands: Sequence[AgeBand], weights: Sequence[Fraction]) -> str:
    unknown = 0
    for place, (band, weight) in enumerate(zip(bands, weights, strict=True), start=1):
        events, people = exact(band.events, f"number of events in band {place}"), exact(band.people, "population")
        if events is None or people is None:
            unknown += 1
        elif people == 0 and events:
            raise MeasureError(f"Band {place} has {band.events} events and nobody in it. Look up its population.")
        elif people == 0 and weight:
            return f"band {place} has nobody in it, so it has no rate to weight"
    return f"{unknown} of {len(bands)} age bands are not known" if unknown else ""


def _dobson(value: float, variance: float, events: int, per: int, confidence: float) -> Interval:
    """The exact or Byar limits of the count, taken to the rate by the ratio of their deviations."""
    counted = count_interval(events, confidence=confidence)
    scale = per * math.sqrt(variance / events)
    return Interval(
        max(value + scale * (counted.lower - events), 0.0),
        value + scale * (counted.upper - events),
        confidence,
        f"Dobson, with {counted.method}",
    )


def indirectly_standardised(
    observed: int | None,
    expected: Exact | None,
    reference_rate: Exact,
    *,
    confidence: float = CONFIDENCE,
) -> StandardisedRate:
    """Observed over expected events times the reference's crude rate, in the reference rate's unit.

    Not known where either is not known, or where no events were expected and none came. Raises MeasureError for
    events where none were expected.
    """
    method = "indirectly standardised"
    over, under = exact(observed, "number of observed events"), exact(expected, "number of expected events")
    reference = exact(reference_rate, "reference rate")
    if over is None or under is None or reference is None or observed is None:
        return StandardisedRate(None, None, observed, method, "observed or expected events are not known")
    if under == 0 and over:
        raise MeasureError(f"{shown(over, 0)} events were observed and none expected. Look up the population.")
    if under == 0:
        return StandardisedRate(None, None, observed, method, "no events were expected: nobody could be counted")
    interval = count_interval(observed, confidence=confidence).times(float(reference / under))
    return StandardisedRate(over / under * reference, interval, observed, method)
