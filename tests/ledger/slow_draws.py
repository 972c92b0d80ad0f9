"""Each way of drawing once more, slow and obvious, from the text of the specification: penny by penny."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction

from commonpool.ledger.rules.draws import Lot, Method, Policy, Tier

Split = dict[str, int]


def slowly_pari_passu(amount: int, held: Mapping[str, int]) -> Split:
    """Each source gets the floor of amount x b / B; the missing pennies go to the largest remainders."""
    exact = {source: Fraction(amount * pence, sum(held.values())) for source, pence in held.items()}
    given = {source: share.numerator // share.denominator for source, share in exact.items()}
    while sum(given.values()) < amount:
        furthest = max(exact[source] - given[source] for source in given)
        given[min(source for source in given if exact[source] - given[source] == furthest)] += 1
    return given


def slowly_fixed(amount: int, weights: Mapping[str, int], paid: Mapping[str, int]) -> Split:
    """Entitled to C x w / W less what was paid; whole pennies, then the largest fractions, or trimmed if too many."""
    spent = amount + sum(paid.get(source, 0) for source in weights)
    entitled = {
        source: max(Fraction(0), Fraction(spent * weight, sum(weights.values())) - paid.get(source, 0))
        for source, weight in weights.items()
    }
    given = {source: share.numerator // share.denominator for source, share in entitled.items()}
    fractions = {source: entitled[source] - given[source] for source in given}
    while sum(given.values()) < amount:
        largest = max(fractions.values())
        next_one = min(source for source in fractions if fractions[source] == largest)
        given[next_one] += 1
        fractions[next_one] -= 1
    while sum(given.values()) > amount:
        smallest = min(entitled[source] for source in given if given[source])
        given[max(source for source in given if given[source] and entitled[source] == smallest)] -= 1
    return given


def slowly_fifo(amount: int, held: Mapping[str, int], lots: Sequence[Lot]) -> Split:
    """Every penny with the day it came; the newest of each source are those still held, and the oldest of them go."""
    pennies = []
    for source, pence in held.items():
        came = sorted(lot.received_on.isoformat() for lot in lots if lot.source == source for _ in range(lot.pence))
        # Pennies that no receipt tells of are older than all that do.
        came = [""] * max(pence - len(came), 0) + came
        pennies += [(day, source) for day in came[len(came) - pence :]]
    gone = [source for _, source in sorted(pennies)[:amount]]
    return {source: gone.count(source) for source in held}


def slowly_drawn(
    amount: int,
    held: Mapping[str, int],
    policy: Policy,
    allowed: Collection[str] | None,
    paid: Mapping[str, int],
    lots: Sequence[Lot],
) -> tuple[Split, int]:
    """Steps 1 to 3: keep eligible sources with money; tier by tier; what is still needed is short."""
    left = {source: pence for source, pence in held.items() if pence > 0 and (allowed is None or source in allowed)}
    taken = dict.fromkeys(left, 0)
    for tier in policy.tiers:
        needed = amount - sum(taken.values())
        for source, pence in _slowly_from(tier, needed, left, paid, lots).items():
            taken[source] += pence
            left[source] -= pence
    return {source: pence for source, pence in taken.items() if pence}, amount - sum(taken.values())


def _slowly_from(tier: Tier, needed: int, left: Split, paid: Mapping[str, int], lots: Sequence[Lot]) -> Split:
    if not needed:
        return {}
    if tier.method is Method.FIXED:
        asked = slowly_fixed(needed, tier.weights, paid)
        return {source: min(asked[source], left[source]) for source in asked if source in left}
    in_tier = {
        source: pence
        for source, pence in left.items()
        if pence > 0 and (tier.sources is None or source in tier.sources)
    }
    take = min(needed, sum(in_tier.values()))
    if not take:
        return {}
    return slowly_fifo(take, in_tier, lots) if tier.method is Method.FIFO else slowly_pari_passu(take, in_tier)
