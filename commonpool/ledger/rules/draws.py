"""Which sources a sum is drawn from, to the penny: tiers in order, each with one method.

Decided at the moment of the event from what each source holds then; nothing is reconstructed afterwards. The rules
are those of the specification of the pooled ledger: pari passu by largest remainder, agreed weights with cumulative
rounding, first in first out by receipt. A draw never takes more than a source holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final

from commonpool.money import split_into_pence


class PolicyError(ValueError):
    """A draw policy that does not make sense. The message says which part, and how it is written."""


class Method(StrEnum):
    """How one tier shares a sum among its sources."""

    PARI_PASSU = "pari_passu"
    FIXED = "fixed"
    FIFO = "fifo"


@dataclass(frozen=True, slots=True)
class Tier:
    """Sources that stand equal in the order of drawing. `sources` None means every source that the line may use.

    weights   of a fixed split: source -> agreed weight above zero, whole numbers
    """

    method: Method
    sources: tuple[str, ...] | None = None
    weights: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        if self.method is Method.FIXED:
            return "fixed:" + "/".join(f"{source}={weight}" for source, weight in self.weights.items())
        names = "/".join(self.sources or ())
        if self.method is Method.FIFO:
            return f"fifo:{names}" if names else "fifo"
        return names or "pari_passu"


@dataclass(frozen=True, slots=True)
class Policy:
    """Tiers in order. A fixed tier with another after it spills what a source cannot pay; the last one refuses."""

    tiers: tuple[Tier, ...]

    def __str__(self) -> str:
        return ">".join(map(str, self.tiers))


@dataclass(frozen=True, slots=True)
class Lot:
    """One receipt of a source, as first in first out counts it."""

    received_on: date
    source: str
    pence: int


@dataclass(frozen=True, slots=True)
class Draw:
    """What each source pays, zeros left out, and what could not be drawn."""

    taken: Mapping[str, int]
    short_pence: int = 0


PARI_PASSU: Final = Policy((Tier(Method.PARI_PASSU),))
HOW: Final = "Write pari_passu, fixed:A=57/B=23, fifo, or tiers such as A/B>C."
_WEIGHT: Final = re.compile(r"(?P<source>.+)=(?P<weight>[0-9]{1,9})")


def parse_policy(text: str) -> Policy:
    """The policy that a text says; empty text is pari passu. Raises PolicyError."""
    if not text.strip():
        return PARI_PASSU
    policy = Policy(tuple(_tier(part.strip()) for part in text.split(">")))
    seen: set[str] = set()
    for tier in policy.tiers:
        for source in tier.sources or tier.weights:
            if source in seen:
                raise PolicyError(f"‘{source}’ stands twice in the policy ‘{text}’. Name each source once.")
            seen.add(source)
    return policy


def _tier(text: str) -> Tier:
    if text.startswith("fixed:"):
        return Tier(Method.FIXED, weights=_weights(text))
    if text == "pari_passu":
        return Tier(Method.PARI_PASSU)
    if text == "fifo":
        return Tier(Method.FIFO)
    method = Method.FIFO if text.startswith("fifo:") else Method.PARI_PASSU
    sources = tuple(name.strip() for name in text.removeprefix("fifo:").split("/"))
    if not all(sources) or any("=" in name for name in sources):
        raise PolicyError(f"‘{text}’ is not a tier of a policy. {HOW}")
    return Tier(method, sources)


def _weights(text: str) -> dict[str, int]:
    weights: dict[str, int] = {}
    for part in text.removeprefix("fixed:").split("/"):
        match = _WEIGHT.fullmatch(part.strip())
        if not match or int(match["weight"]) == 0:
            raise PolicyError(f"‘{part}’ in ‘{text}’ is not a source with a weight above zero. {HOW}")
        if match["source"] in weights:
            raise PolicyError(f"‘{match['source']}’ has two weights in ‘{text}’. Give it one.")
        weights[match["source"]] = int(match["weight"])
    return weights


def draw(
    amount_pence: int,
    held: Mapping[str, int],
    policy: Policy = PARI_PASSU,
    *,
    allowed: Collection[str] | None = None,
    paid: Callable[[Tier], Mapping[str, int]] = lambda tier: {},
    lots: Callable[[], Sequence[Lot]] = lambda: (),
) -> Draw:
    """Draw a sum from what a pool holds.

    amount_pence  above zero
    held          source -> pence that the pool holds of it; sources with nothing or less are passed over
    allowed       the sources that may be drawn for this line on this day; None for all
    paid          what each source of a fixed tier has paid for the line so far under this policy, reversals taken off
    lots          the pool's receipts, for first in first out

    The parts and `short_pence` sum to the amount; no part is above what is held.
    """
    assert amount_pence > 0, "a draw of nothing"
    usable = {source: pence for source, pence in held.items() if pence > 0 and (allowed is None or source in allowed)}
    taken: dict[str, int] = {}
    needed = amount_pence
    for tier in policy.tiers:
        left = {source: pence - taken.get(source, 0) for source, pence in usable.items()}
        for source, pence in _from_tier(tier, needed, left, paid, lots).items():
            taken[source] = taken.get(source, 0) + pence
        needed = amount_pence - sum(taken.values())
        if not needed:
            break
    return Draw({source: pence for source, pence in sorted(taken.items()) if pence}, needed)


def _from_tier(
    tier: Tier,
    needed: int,
    usable: Mapping[str, int],
    paid: Callable[[Tier], Mapping[str, int]],
    lots: Callable[[], Sequence[Lot]],
) -> dict[str, int]:
    if tier.method is Method.FIXED:
        asked = fixed_split(needed, tier.weights, paid(tier))
        return {source: min(pence, usable.get(source, 0)) for source, pence in asked.items()}
    named = {source: pence for source, pence in usable.items() if tier.sources is None or source in tier.sources}
    named = {source: pence for source, pence in sorted(named.items()) if pence > 0}
    take = min(needed, sum(named.values()))
    if not take:
        return {}
    if tier.method is Method.FIFO:
        return _oldest_first(take, named, lots())
    # Largest remainder asks no source for more than it holds, as the sum is not more than all of them hold.
    return split_into_pence(take, named)


def fixed_split(amount_pence: int, weights: Mapping[str, int], paid: Mapping[str, int]) -> dict[str, int]:
    """Share a sum by agreed weights so that the running totals stay within 2p of the agreed shares, whatever the draws.

    Each source is entitled to its share of the running total less what it has paid; whole pennies first, the rest
    one by one to the largest fractions. A source that has paid too much pays nothing; if the whole pennies then
    exceed the sum, the smallest entitlement is trimmed first. Equal fractions go by the alphabet of the sources.
    """
    running = amount_pence + sum(paid.get(source, 0) for source in weights)
    whole = sum(weights.values())
    entitled = {
        source: max(Fraction(running * weight, whole) - paid.get(source, 0), Fraction(0))
        for source, weight in sorted(weights.items())
    }
    shares = {source: int(pence) for source, pence in entitled.items()}
    spare = amount_pence - sum(shares.values())
    if spare < 0:
        _trim(shares, -spare, sorted(entitled, key=lambda source: (entitled[source], source)))
    by_fraction = sorted(entitled, key=lambda source: (shares[source] - entitled[source], source))
    for place in range(max(spare, 0)):
        shares[by_fraction[place % len(by_fraction)]] += 1
    return shares


def _trim(shares: dict[str, int], excess: int, smallest_first: Iterable[str]) -> None:
    for source in smallest_first:
        cut = min(excess, shares[source])
        shares[source] -= cut
        excess -= cut


def _oldest_first(take: int, held: Mapping[str, int], lots: Sequence[Lot]) -> dict[str, int]:
    """The oldest receipts that are still held go first. What a source holds is what its newest receipts brought."""
    waiting: list[Lot] = []
    left = dict(held)
    for lot in sorted(lots, key=lambda lot: lot.received_on, reverse=True):
        still = min(lot.pence, left.get(lot.source, 0))
        if still:
            waiting.append(Lot(lot.received_on, lot.source, still))
            left[lot.source] -= still
    # What no receipt explains came before all of them.
    waiting += [Lot(date.min, source, pence) for source, pence in left.items() if pence]
    taken: dict[str, int] = {}
    for lot in sorted(waiting, key=lambda lot: (lot.received_on, lot.source)):
        part = min(take, lot.pence)
        if part:
            taken[lot.source] = taken.get(lot.source, 0) + part
            take -= part
    return taken
