"""Rates: numerator over denominator, exactly; sums before quotients; unknown stays unknown.

Counts, populations and shares come as whole numbers, Decimal or Fraction, and rates go out as Fraction: they are
rounded where they are shown, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeAlias

from commonpool.money import half_up
from commonpool.performance.rules.errors import MeasureError

Exact: TypeAlias = int | Fraction | Decimal
PER_100_000: Final = 100_000
PERCENT: Final = 100


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate with what it was made of. `value` is None where it is not known, and `why` says it."""

    value: Fraction | None
    numerator: Fraction | None
    denominator: Fraction | None
    per: int
    why: str = ""

    def __str__(self) -> str:
        return shown(self.value) if self.value is not None else f"not known: {self.why}"


def rate(numerator: Exact | None, denominator: Exact | None, *, per: int = PER_100_000) -> Rate:
    """`per` times the numerator over the denominator: 100,000 for a rate, 100 for a percentage, 1 for a mean.

    Not known where either is not known, or where nobody is counted (0 of 0). Raises MeasureError for a negative
    number, and for events among nobody.
    """
    over, under = exact(numerator, "numerator"), exact(denominator, "denominator")
    if over is None or under is None:
        missing = " and ".join(name for name, value in (("numerator", over), ("denominator", under)) if value is None)
        return Rate(None, over, under, per, f"the {missing} is not known")
    if under == 0 and over != 0:
        raise MeasureError(f"There are {shown(over)} events and a denominator of 0. Look up the population.")
    if under == 0:
        return Rate(None, over, under, per, "the denominator is 0: nobody could be counted")
    return Rate(per * over / under, over, under, per)


def exact(value: Exact | None, name: str) -> Fraction | None:
    """The value as a fraction. Raises MeasureError for a negative one, and for a float, which is not exact."""
    if value is None:
        return None
    if isinstance(value, bool | float):
        raise MeasureError(f"The {name} is {value!r}. Give a whole number, Decimal or Fraction.")
    if isinstance(value, Decimal) and not value.is_finite():
        raise MeasureError(f"The {name} is {value}. Give a finite number, or None where it is not known.")
    if value < 0:
        raise MeasureError(f"The {name} is {value}, below 0. Correct it, or give None where it is not known.")
    return Fraction(value)


def sum_then_divide(parts: Iterable[tuple[Exact | None, Exact | None]], *, per: int = PER_100_000) -> Rate:
    """The rate of several areas or periods together: sums first, never a mean of rates.

    parts  (numerator, denominator) of each. One unknown makes the whole unknown, and says how many are
    """
    held = [(exact(over, "numerator"), exact(under, "denominator")) for over, under in parts]
    unknown = sum(over is None or under is None for over, under in held)
    if not held:
        return Rate(None, None, None, per, "there is no part to add up")
    if unknown:
        return Rate(None, None, None, per, f"{unknown} of {len(held)} parts are not known")
    return rate(
        sum((over for over, _ in held if over is not None), Fraction(0)),
        sum((under for _, under in held if under is not None), Fraction(0)),
        per=per,
    )


def share_to_area(counts: Mapping[str, Exact | None], shares: Mapping[str, Exact]) -> Fraction | None:
    """Activity of commissioners restated for one area: the sum of each count times the share living there (MET-05).

    counts  {commissioner: count}; None where one is not known, which makes the area's count unknown
    shares  {commissioner: registered patients who live in the area / all registered patients}, 0 to 1

    Raises MeasureError for a commissioner without a share, or a share above 1.
    """
    if missing := sorted(counts.keys() - shares.keys()):
        raise MeasureError(f"There is no share for {', '.join(missing)}. Add it to the mapping.")
    total = Fraction(0)
    for commissioner, count in counts.items():
        share = exact(shares[commissioner], f"share of {commissioner}")
        if share is None or share > 1:
            raise MeasureError(f"The share of {commissioner} is {shares[commissioner]}. Give a share from 0 to 1.")
        known = exact(count, f"count of {commissioner}")
        if known is None:
            return None
        total += known * share
    return total


def expected_events(reference_rates: Sequence[Exact], populations: Sequence[Exact | None]) -> Fraction | None:
    """The events an area would have with the reference's rates per person, band by band; None with an unknown band.

    Raises MeasureError where the two differ in length.
    """
    if len(reference_rates) != len(populations):
        raise MeasureError(f"There are {len(reference_rates)} rates and {len(populations)} populations. Give as many.")
    total = Fraction(0)
    for reference, people in zip(reference_rates, populations, strict=True):
        known = exact(people, "population")
        if known is None:
            return None
        total += known * (exact(reference, "reference rate") or 0)
    return total


def shown(value: Exact | None, places: int = 1) -> str:
    """The value with so many decimals, a half rounded away from zero as in published tables; None is “not known”."""
    if value is None:
        return "not known"
    scaled = half_up(Fraction(value) * 10**places)
    return f"{Decimal(scaled).scaleb(-places):,.{places}f}"
