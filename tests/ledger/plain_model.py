"""What events do to pools, once more in plain dictionaries of pence: to hold the ledger's decisions against.

It knows no accounts, legs or entries. A fact is what was taken or brought in, and what of it was undone or settled.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from commonpool.ledger.rules.draws import Lot, Tier, only
from commonpool.ledger.rules.events import Event, Kind
from tests.ledger.slow_draws import Split, slowly_drawn, slowly_pari_passu

UNFUNDED = "UNFUNDED"
COMES_IN = {Kind.OPEN, Kind.RECEIVE, Kind.DUE}
RECORDS = {Kind.ACTUAL, Kind.PAY_DIRECT, Kind.ACCRUE}


@dataclass
class Fact:
    """One accepted event: each source's part, and how much of it is undone or settled since."""

    event: Event
    split: Split
    undone: Split = field(default_factory=dict)
    settled: Split = field(default_factory=dict)

    def standing(self) -> Split:
        return {source: pence - self.undone.get(source, 0) for source, pence in self.split.items()}


@dataclass
class PlainLedger:
    """`answer` says each source's part of an event, or None and what is short; an accepted event has then happened."""

    facts: dict[str, Fact] = field(default_factory=dict)

    def answer(self, event: Event) -> tuple[Split | None, int | None]:
        if event.kind in (Kind.REFUND, Kind.REVERSE):
            return self._undo(event)
        if event.kind is Kind.PAY:
            return self._pay(event)
        if event.kind in COMES_IN or event.kind is Kind.CASH:
            return self._happened(event, {event.source: event.pence})
        return self._take(event)

    # -- what pools hold, counted afresh from every fact each time

    def held(self, pool: str, without: str = "") -> Split:
        """source -> pence, as if the fact called `without` had never been."""
        held: Split = {}
        for key, fact in self.facts.items():
            if key != without:
                for source, pence in fact.standing().items():
                    held[source] = held.get(source, 0) + pence * _sign(fact.event, pool)
        return held

    def _paid(self, event: Event, tier: Tier) -> Split:
        """What each source has paid under the tier for the same line, or to the same pool."""
        paid = dict.fromkeys(tier.weights, 0)
        for key, fact in self.facts.items():
            earlier = fact.event
            same = (earlier.pool, earlier.line, earlier.to_pool) == (event.pool, event.line, event.to_pool)
            if same and not earlier.source and tier in earlier.policy.tiers and key != event.of:
                for source, pence in fact.standing().items():
                    paid[source] = paid.get(source, 0) + pence
        return paid

    def _lots(self, pool: str) -> list[Lot]:
        return [
            Lot(fact.event.on, source, pence)
            for fact in self.facts.values()
            if (fact.event.kind in COMES_IN and fact.event.pool == pool) or fact.event.to_pool == pool
            for source, pence in fact.standing().items()
        ]

    # -- the events

    def _take(self, event: Event) -> tuple[Split | None, int | None]:
        if event.of and not self._can_be_cleared(event):
            return None, None
        policy = only(event.source) if event.source else event.policy
        paid: Split = {}
        for tier in policy.tiers:
            paid |= self._paid(event, tier) if tier.weights else {}
        held = self.held(event.pool, without=event.of)
        split, short = slowly_drawn(event.pence, held, policy, event.allowed, paid, self._lots(event.pool))
        if short and event.kind not in RECORDS:
            return None, short
        if short:
            split[UNFUNDED] = split.get(UNFUNDED, 0) + short
        if event.of:
            self.facts[event.of].undone = dict(self.facts[event.of].split)
        return self._happened(event, split)

    def _can_be_cleared(self, event: Event) -> bool:
        fact = self.facts.get(event.of)
        if fact is None or fact.event.kind is not Kind.ACCRUE:
            return False
        return (fact.event.pool, fact.event.line) == (event.pool, event.line)

    def _undo(self, event: Event) -> tuple[Split | None, int | None]:
        fact = self.facts.get(event.of)
        if fact is None or fact.event.kind in (Kind.REFUND, Kind.REVERSE):
            return None, None
        left = {source: pence for source, pence in fact.standing().items() if pence}
        if event.pence > sum(left.values()):
            return None, None
        split = {source: pence for source, pence in slowly_pari_passu(event.pence, left).items() if pence}
        if lacking := self._lacking(fact.event, split):
            return None, lacking
        self._add(fact.undone, split)
        if fact.event.kind is Kind.PAY:
            self._add(self.facts[fact.event.of].settled, {source: -pence for source, pence in split.items()})
        return self._happened(event, split)

    def _lacking(self, undone: Event, split: Split) -> int:
        pool = undone.to_pool or (undone.pool if undone.kind in COMES_IN else "")
        held = self.held(pool) if pool else split
        return sum(max(pence - max(held.get(source, 0), 0), 0) for source, pence in split.items())

    def _pay(self, event: Event) -> tuple[Split | None, int | None]:
        fact = self.facts.get(event.of)
        if fact is None or fact.event.kind not in (Kind.SPEND, Kind.ACTUAL, Kind.INVOICE):
            return None, None
        left = {source: pence - fact.settled.get(source, 0) for source, pence in fact.standing().items()}
        if event.pence > sum(left.values()):
            return None, None
        owed = {source: pence for source, pence in left.items() if pence > 0}
        split = {source: pence for source, pence in slowly_pari_passu(event.pence, owed).items() if pence}
        self._add(fact.settled, split)
        return self._happened(event, split)

    def _happened(self, event: Event, split: Split) -> tuple[Split, None]:
        self.facts[event.key] = Fact(event, split)
        return split, None

    def _add(self, to: Split, split: Split) -> None:
        for source, pence in split.items():
            to[source] = to.get(source, 0) + pence


def _sign(event: Event, pool: str) -> int:
    """Whether a fact raises what the pool holds, lowers it, or neither."""
    if event.kind in COMES_IN:
        return int(event.pool == pool)
    if event.kind is Kind.TRANSFER:
        return int(event.to_pool == pool) - int(event.pool == pool)
    if event.kind in (Kind.SPEND, Kind.ACTUAL, Kind.PAY_DIRECT, Kind.ACCRUE, Kind.INVOICE):
        return -int(event.pool == pool)
    return 0
