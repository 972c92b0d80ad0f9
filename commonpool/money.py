"""Whole pence, and splits that add up exactly.

Every split names its rounding rule: largest remainder (the default), cumulative, or half-up with a residual
payer. Shares are fractions, so nothing is lost before the rounding that the rule describes.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import accumulate, pairwise
from math import lcm
from typing import Final, TypeVar

Party = TypeVar("Party", bound=Hashable)
Weight = int | Fraction | Decimal

PENCE_IN_A_POUND: Final = 100
# Twenty digits of pounds is more money than there is, and keeps a typed number inside a 64-bit integer.
LARGEST_PENCE: Final = 9_000_000_000_000_000_00

_AMOUNT = re.compile(
    r"""^(?P<open>\()?\s*(?P<minus>[-−–])?\s*£?\s*(?P<minus_after>[-−–])?\s*
        (?P<digits>\d{1,3}(?:,\d{3})+|\d+)?(?P<part>\.\d*)?\s*(?P<close>\))?$""",
    re.VERBOSE,
)


class SplitError(ValueError):
    """A sum cannot be shared as asked."""


class AmountError(ValueError):
    """Text that does not say an amount of money."""


def pence_from_text(text: str) -> int:
    """Whole pence from typed pounds: `£1,234.50`, `1234.5`, `-12`, `(12.00)`.

    Raises AmountError, saying why, for anything else, for a fraction of a penny and for absurd size.
    """
    cleaned = text.replace("\u00a0", " ").strip()
    match = _AMOUNT.match(cleaned)
    if not match or not (match["digits"] or (match["part"] and match["part"] != ".")):
        raise AmountError("is not an amount of money")
    if bool(match["open"]) != bool(match["close"]):
        raise AmountError("has one bracket only")
    pounds = Decimal((match["digits"] or "0").replace(",", "") + (match["part"] or "").rstrip("."))
    negative = bool(match["open"] or match["minus"] or match["minus_after"])
    return pence_from_pounds(-pounds if negative else pounds)


def pence_from_pounds(pounds: Decimal | int | str) -> int:
    """Whole pence from pounds. Raises AmountError for a fraction of a penny or absurd size."""
    try:
        pence = Decimal(pounds) * PENCE_IN_A_POUND
    except InvalidOperation as error:
        raise AmountError("is not an amount of money") from error
    if not pence.is_finite() or abs(pence) > LARGEST_PENCE:
        raise AmountError("is too large to be an amount of money")
    if pence != pence.to_integral_value():
        raise AmountError("has a fraction of a penny")
    return int(pence)


def pounds_from_pence(pence: int) -> Decimal:
    """Pounds with two decimals, exact."""
    return Decimal(pence).scaleb(-2)


def format_pounds(pence: int | None, *, whole: bool = False) -> str:
    """`£1,234.50`, `−£12.00`; `not known` for None. `whole` leaves out pence that are zero."""
    if pence is None:
        return "not known"
    sign = "−" if pence < 0 else ""
    pounds, rest = divmod(abs(pence), PENCE_IN_A_POUND)
    return f"{sign}£{pounds:,}" if whole and not rest else f"{sign}£{pounds:,}.{rest:02d}"


def half_up(value: Fraction | Decimal) -> int:
    """The nearest whole number; halves go away from zero, as accountants round."""
    exact = Fraction(value)
    size = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return size if exact >= 0 else -size


def split_into_pence(total_pence: int, weights: Mapping[Party, Weight]) -> dict[Party, int]:
    """Share a sum by largest remainder: adds up exactly, and no share is off by a whole penny.

    Pennies left over go to the largest remainders; equal remainders go by the order of `weights`. A negative
    sum is split like the positive one and its sign put back, so a reversal mirrors its original.
    Raises SplitError if there are no weights, one is negative, or all are zero.
    """
    exact = _checked(weights)
    # Over one denominator all is whole numbers, which are as exact as fractions and much quicker.
    scale = lcm(*(weight.denominator for weight in exact.values()))
    size = abs(total_pence)
    parts = {party: size * weight.numerator * (scale // weight.denominator) for party, weight in exact.items()}
    whole = sum(weight.numerator * (scale // weight.denominator) for weight in exact.values())
    # Round down, then hand out the pennies: rounding each part alone can lose or make one.
    pence = {party: part // whole for party, part in parts.items()}
    by_remainder = sorted(parts, key=lambda party: -(parts[party] % whole))
    for party in by_remainder[: size - sum(pence.values())]:
        pence[party] += 1
    return pence if total_pence >= 0 else {party: -share for party, share in pence.items()}


def split_cumulatively(total_pence: int, weights: Sequence[Weight]) -> list[int]:
    """Share a sum over an ordered series: each part is the difference of two rounded running totals.

    So every running total is within half a penny of the exact one, which months of a year want.
    Raises SplitError as `split_into_pence` does.
    """
    exact = list(_checked(dict(enumerate(weights))).values())
    whole = sum(exact, Fraction(0))
    parts, running, before = [], Fraction(0), 0
    for weight in exact:
        running += weight
        now = half_up(total_pence * running / whole)
        parts.append(now - before)
        before = now
    return parts


def split_rounding_down(total_pence: int, weights: Sequence[Weight]) -> list[int]:
    """Share a sum over an ordered series by running totals rounded down, as agreements write instalments.

    No running total is ahead of the exact one, so nobody is asked for a penny before it is due. A negative sum is
    split like the positive one and its sign put back. Raises SplitError as `split_into_pence` does.
    """
    exact = list(_checked(dict(enumerate(weights))).values())
    whole = sum(exact, Fraction(0))
    totals = [0, *(int(abs(total_pence) * running / whole) for running in accumulate(exact))]
    parts = [now - before for before, now in pairwise(totals)]
    return parts if total_pence >= 0 else [-part for part in parts]


def split_half_up(total_pence: int, weights: Mapping[Party, Weight], *, residual: Party) -> dict[Party, int]:
    """Share a sum by rounding each part half-up; the residual payer takes what is left, over or under.

    Many signed agreements say this. Raises SplitError as `split_into_pence` does, and if the residual payer
    has no weight.
    """
    exact = _checked(weights)
    if residual not in exact:
        raise SplitError(f"The residual payer {residual} is not among those who share: {_names(exact)}.")
    whole = sum(exact.values(), Fraction(0))
    pence = {party: half_up(total_pence * weight / whole) for party, weight in exact.items()}
    pence[residual] += total_pence - sum(pence.values())
    return pence


def _checked(weights: Mapping[Party, Weight]) -> dict[Party, Fraction]:
    if not weights:
        raise SplitError("There is nobody to share the sum. Name at least one.")
    exact = {party: Fraction(weight) for party, weight in weights.items()}
    if negative := [party for party, weight in exact.items() if weight < 0]:
        raise SplitError(f"A share cannot be negative. Change: {_names(negative)}.")
    if not any(exact.values()):
        raise SplitError(f"All shares are zero. Give one of these a share: {_names(exact)}.")
    return exact


def _names(parties: Sequence[Party] | Mapping[Party, object]) -> str:
    return ", ".join(str(party) for party in parties)
