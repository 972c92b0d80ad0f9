"""Where plans use the same money or beds twice, count or contradict the same target, or ask what cannot both be done.

Nothing here guesses. An amount that is not known takes part in no sum; a whole that nobody has stated is not exceeded;
two plans that ask for the patients of their own areas only do not get in each other's way.
"""

from __future__ import annotations

from commonpool.performance.rules.clashes.beds import Peak, bed_clashes, draws_on, peak_of
from commonpool.performance.rules.clashes.money import money_clashes
from commonpool.performance.rules.clashes.targets import target_clashes
from commonpool.performance.rules.clashes.terms import term_clashes
from commonpool.performance.rules.clashes.values import (
    BedsClaim,
    BedsStated,
    Claims,
    Clash,
    ClashKind,
    Measure,
    MoneyClaim,
    TargetClaim,
)

__all__ = [
    "BedsClaim",
    "BedsStated",
    "Claims",
    "Clash",
    "ClashKind",
    "Measure",
    "MoneyClaim",
    "Peak",
    "TargetClaim",
    "draws_on",
    "find_clashes",
    "peak_of",
]


def find_clashes(claims: Claims) -> tuple[Clash, ...]:
    """Every clash, those about money first; the order of what is given changes nothing."""
    found = [
        *money_clashes(claims.money),
        *bed_clashes(claims.beds, claims.stated),
        *target_clashes(claims.targets),
        *term_clashes(claims.asks),
    ]
    order = list(ClashKind)
    return tuple(sorted(found, key=lambda each: (order.index(each.kind), each.trust, each.subject, each.said)))
