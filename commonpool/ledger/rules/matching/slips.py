"""What a slip of the pen makes of an amount, and the pairs that a slip explains."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Final

from commonpool.ledger.rules.matching.items import Cause, Item, Tolerances
from commonpool.ledger.rules.matching.pairing import ItemPair, Left, grouped
from commonpool.money import half_up

Turn = Callable[[int], int | None]
DIGITS_OF_AN_AMOUNT: Final = 18


def cause_of_difference(ours_pence: int, theirs_pence: int, tolerances: Tolerances) -> Cause:
    """Why two records of one transaction have different amounts."""
    if abs(ours_pence - theirs_pence) <= tolerances.pence:
        return Cause.ROUNDING
    return next((cause for cause, turn in _turns(tolerances) if turn(ours_pence) == theirs_pence), Cause.NOT_KNOWN)


def pairs_by_slip(left: Left, tolerances: Tolerances) -> Iterator[tuple[Cause, list[ItemPair]]]:
    """Pairs within the agreed days whose amounts a slip explains, cause by cause; each item is taken once."""
    yield Cause.ROUNDING, _pairs_within_pence(left, tolerances)
    there = {item.pence for item in left.theirs}
    for cause, turn in _turns(tolerances):
        turned = {item.id: pence for item in left.ours if (pence := turn(item.pence)) in there}
        if turned:
            yield cause, left.take(partial(_looked_up, turned), _amount, tolerances.days)


def _turns(tolerances: Tolerances) -> Iterator[tuple[Cause, Turn]]:
    """What each slip makes of our amount; None where it cannot be."""
    gross = 1 + tolerances.vat_share
    yield Cause.SIGN, lambda pence: -pence or None
    for times in (Fraction(100), Fraction(1, 100), Fraction(10), Fraction(1, 10)):
        yield Cause.POUNDS_AND_PENCE, partial(_times, times)
    for times in (gross, 1 / gross):
        yield Cause.VAT, partial(_rounded_times, times)
    for place in range(DIGITS_OF_AN_AMOUNT):
        yield Cause.DIGITS, partial(_swapped, place)


def _times(times: Fraction, pence: int) -> int | None:
    exact = pence * times
    return int(exact) if exact and exact.denominator == 1 else None


def _rounded_times(times: Fraction, pence: int) -> int | None:
    return half_up(pence * times) or None


def _swapped(place: int, pence: int) -> int | None:
    """The amount with the digit at a place (0 the last) and the one before it changed round."""
    size, low = abs(pence), 10**place
    last, first = size // low % 10, size // (10 * low) % 10
    # A number has no noughts in front that could change places.
    if last == first or size < 10 * low:
        return None
    swapped: int = size + (first - last) * low + (last - first) * 10 * low
    return swapped if pence > 0 else -swapped


def _looked_up(turned: Mapping[str, int | None], item: Item) -> int | None:
    return turned.get(item.id)


def _amount(item: Item) -> int:
    return item.pence


def _pairs_within_pence(left: Left, tolerances: Tolerances) -> list[ItemPair]:
    """Pairs a few pence apart, the smallest difference first, for each of ours in order of date."""
    there = grouped(left.theirs, _amount)
    amounts = sorted(there)
    pairs = []
    for item in left.ours:
        first = bisect_left(amounts, item.pence - tolerances.pence)
        near = amounts[first : bisect_right(amounts, item.pence + tolerances.pence)]
        for pence in sorted(near, key=lambda pence: (abs(pence - item.pence), pence)):
            if (place := _nearest_place(there[pence], item.on, tolerances.days)) is not None:
                pairs.append((item, there[pence].pop(place)))
                break
    left.drop({one.id for one, _ in pairs}, {other.id for _, other in pairs})
    return pairs


def _nearest_place(items: Sequence[Item], on: date, days: int) -> int | None:
    """Where the item nearest to a day stands among items in order of date; None if none is near enough."""
    after = bisect_left(items, on, key=lambda item: item.on)
    nearest, least = None, days + 1
    for place in range(max(after - 1, 0), min(after + 1, len(items))):
        if (away := abs((items[place].on - on).days)) < least:
            nearest, least = place, away
    return nearest
