"""A seeded simulator of pools, and a second ledger in plain dictionaries of pence that predicts every answer.

The arithmetic is written anew from the specification and imports nothing of the room, so that a fault of one is not
a fault of both. `Chooser` asks for events at random; `Model.answer` says what must come of each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Any

Split = dict[str, int]
POOLS = ("MAIN", "EQUIPMENT", "HUB")
SOURCES = ("A", "B", "C", "D")
LINES = ("L1", "L2")
UNFUNDED = "UNFUNDED"
FIRST_DAY = date(2024, 4, 1)
BEFORE_ALL = date(1, 1, 1)
COMES_IN = ("open", "receive", "due")
SPENDS = ("spend", "actual", "pay_direct", "accrue", "invoice")
HAPPENED = ("actual", "pay_direct", "accrue")
UNDOES = ("refund", "reverse")
# kind -> (account that is debited, account that is credited); a transfer has a pair in each pool
ACCOUNTS = {
    "open": (11, 30),
    "receive": (11, 40),
    "due": (10, 40),
    "cash": (11, 10),
    "spend": (50, 20),
    "actual": (50, 20),
    "invoice": (50, 20),
    "accrue": (50, 21),
    "pay_direct": (50, 10),
    "pay": (20, 11),
}


@dataclass(frozen=True)
class Tier:
    """How one step of a policy takes: `pari_passu`, `fixed` or `fifo`, of these sources (None: of all)."""

    how: str
    sources: tuple[str, ...] | None = None
    weights: tuple[tuple[str, int], ...] = ()

    def __str__(self) -> str:
        if self.how == "fixed":
            return "fixed:" + "/".join(f"{source}={weight}" for source, weight in self.weights)
        named = "/".join(self.sources or ())
        return {"pari_passu": named or "pari_passu", "fifo": f"fifo:{named}" if named else "fifo"}[self.how]


@dataclass(frozen=True)
class Ask:
    """One event, asked for."""

    key: str
    kind: str
    on: date
    pence: int
    pool: str = ""
    to_pool: str = ""
    line: str = ""
    source: str = ""
    policy: tuple[Tier, ...] = (Tier("pari_passu"),)
    allowed: frozenset[str] | None = None
    of: str = ""

    @property
    def policy_text(self) -> str:
        return ">".join(map(str, self.policy))


@dataclass(frozen=True)
class Answer:
    """What comes of it: each source's part, or None where it is refused; and what was short, where money was."""

    split: Split | None
    short: int | None = None


REFUSED = Answer(None)


@dataclass
class Fact:
    """An event that has happened: what was asked, each source's part, and what of that was undone and settled since."""

    ask: Ask
    split: Split
    undone: Split = field(default_factory=dict)
    settled: Split = field(default_factory=dict)

    def standing(self) -> Split:
        return {source: pence - self.undone.get(source, 0) for source, pence in self.split.items()}


class Model:
    """A pooled fund in dictionaries of pence."""

    def __init__(self) -> None:
        self.facts: dict[str, Fact] = {}
        self.held: defaultdict[str, Split] = defaultdict(dict)
        self.balances: defaultdict[tuple[str, str, int], int] = defaultdict(int)  # (pool, source, account)
        self.received: defaultdict[str, dict[tuple[date, str], int]] = defaultdict(dict)  # pool -> (day, source)
        self.agreed: defaultdict[tuple[str, str, str], Split] = defaultdict(dict)  # (pool, purpose, tier)
        self.entry_count = 0

    def copy(self) -> Model:
        """Another one of the same state, to try something out."""
        return deepcopy(self)

    def answer(self, ask: Ask) -> Answer:
        """What must come of an event; one that is accepted has then happened."""
        if ask.key in self.facts:
            fact = self.facts[ask.key]
            return Answer(fact.split) if fact.ask == ask else REFUSED
        if ask.kind in UNDOES:
            return self._undo(ask)
        if ask.kind == "pay":
            return self._pay(ask)
        if ask.kind in SPENDS:
            return self._spend(ask)
        if ask.kind == "transfer":
            return self._transfer(ask)
        return self._happened(ask, {ask.source: ask.pence})

    # -- money that goes out

    def _spend(self, ask: Ask) -> Answer:
        cleared: Fact | None = None
        if ask.of:
            cleared = self.facts.get(ask.of)
            if cleared is None or cleared.ask.kind != "accrue":
                return REFUSED
            if (cleared.ask.pool, cleared.ask.line) != (ask.pool, ask.line):
                return REFUSED
        back = {source: pence for source, pence in cleared.standing().items() if pence} if cleared else {}
        if cleared and back:
            self._take_back(cleared, back)
        split, short = self._draw(ask, ask.line)
        if short and ask.kind not in HAPPENED:
            if cleared and back:
                self._take_back(cleared, {source: -pence for source, pence in back.items()})
            return Answer(None, short)
        self.entry_count += bool(back)
        if short:
            split[UNFUNDED] = split.get(UNFUNDED, 0) + short
        return self._happened(ask, split)

    def _transfer(self, ask: Ask) -> Answer:
        if ask.to_pool == ask.pool:
            return REFUSED
        split, short = self._draw(ask, f"to {ask.to_pool}")
        return Answer(None, short) if short else self._happened(ask, split)

    def _draw(self, ask: Ask, purpose: str) -> tuple[Split, int]:
        """Eligible sources that hold money; tier by tier; what is then still needed is short."""
        left = {
            source: pence
            for source, pence in self.held[ask.pool].items()
            if pence > 0 and (ask.allowed is None or source in ask.allowed)
        }
        tiers = (Tier("pari_passu", (ask.source,)),) if ask.source else ask.policy
        taken: Split = {}
        needed = ask.pence
        for tier in tiers:
            if not needed:
                break
            for source, pence in self._from(tier, needed, left, ask.pool, purpose).items():
                taken[source] = taken.get(source, 0) + pence
                left[source] -= pence
            needed = ask.pence - sum(taken.values())
        return {source: pence for source, pence in taken.items() if pence}, needed

    def _from(self, tier: Tier, needed: int, left: Split, pool: str, purpose: str) -> Split:
        if tier.how == "fixed":
            asked = fixed(needed, dict(tier.weights), self.agreed.get((pool, purpose, str(tier)), {}))
            return {source: min(pence, left[source]) for source, pence in asked.items() if left.get(source)}
        usable = {
            source: pence for source, pence in left.items() if pence and (not tier.sources or source in tier.sources)
        }
        take = min(needed, sum(usable.values()))
        if not take:
            return {}
        return oldest_first(take, usable, self.received[pool]) if tier.how == "fifo" else pari_passu(take, usable)

    # -- what follows an earlier event

    def _undo(self, ask: Ask) -> Answer:
        fact = self.facts.get(ask.of)
        if fact is None or fact.ask.kind in UNDOES:
            return REFUSED
        left = {source: pence for source, pence in fact.standing().items() if pence > 0}
        if ask.pence > sum(left.values()):
            return REFUSED
        split = {source: pence for source, pence in pari_passu(ask.pence, left).items() if pence}
        if lacking := self._lacking(fact.ask, split):
            return Answer(None, lacking)
        self._take_back(fact, split)
        return self._happened(ask, split)

    def _lacking(self, undone: Ask, split: Split) -> int:
        """Money that came in can only go out again where it still is."""
        if undone.kind not in (*COMES_IN, "transfer"):
            return 0
        held = self.held[undone.to_pool or undone.pool]
        return sum(max(0, pence - max(0, held.get(source, 0))) for source, pence in split.items())

    def _pay(self, ask: Ask) -> Answer:
        fact = self.facts.get(ask.of)
        if fact is None or fact.ask.kind not in ("spend", "actual", "invoice"):
            return REFUSED
        left = {source: pence - fact.settled.get(source, 0) for source, pence in fact.standing().items()}
        if ask.pence > sum(left.values()):
            return REFUSED
        owed = {source: pence for source, pence in left.items() if pence > 0}
        split = {source: pence for source, pence in pari_passu(ask.pence, owed).items() if pence}
        add(fact.settled, split)
        return self._happened(replace(ask, pool=fact.ask.pool), split, asked=ask)

    # -- what has happened

    def _happened(self, ask: Ask, split: Split, asked: Ask | None = None) -> Answer:
        self.facts[ask.key] = Fact(asked or ask, split)
        self.entry_count += 1
        if ask.kind not in UNDOES:
            self._post(ask, split)
        return Answer(split)

    def _take_back(self, fact: Fact, split: Split) -> None:
        """Some of a fact is undone: what it did, the other way round."""
        add(fact.undone, split)
        ask = fact.ask
        if ask.kind == "pay":
            paid = self.facts[ask.of]
            add(paid.settled, {source: -pence for source, pence in split.items()})
            ask = replace(ask, pool=paid.ask.pool)
        self._post(ask, {source: -pence for source, pence in split.items()})

    def _post(self, ask: Ask, split: Split) -> None:
        for source, pence in split.items():
            if ask.kind == "transfer":
                self._pair(ask.pool, source, pence, 51, 11)
                self._pair(ask.to_pool, source, pence, 11, 41)
            else:
                self._pair(ask.pool, source, pence, *ACCOUNTS[ask.kind])
        if ask.kind in (*COMES_IN, "transfer"):
            pool = ask.to_pool or ask.pool
            add(self.held[pool], split)
            add(self.received[pool], {(ask.on, source): pence for source, pence in split.items()})
        if ask.kind in (*SPENDS, "transfer"):
            add(self.held[ask.pool], {source: -pence for source, pence in split.items()})
            self._count_towards_agreed_splits(ask, split)

    def _count_towards_agreed_splits(self, ask: Ask, split: Split) -> None:
        purpose = f"to {ask.to_pool}" if ask.kind == "transfer" else ask.line
        for tier in () if ask.source else ask.policy:
            if tier.how == "fixed":
                weights = dict(tier.weights)
                counted = {source: pence for source, pence in split.items() if source in weights}
                add(self.agreed[ask.pool, purpose, str(tier)], counted)

    def _pair(self, pool: str, source: str, pence: int, debit: int, credit: int) -> None:
        self.balances[pool, source, debit] += pence
        self.balances[pool, source, credit] -= pence


def add(to: dict[Any, int], more: Mapping[Any, int]) -> None:
    for key, pence in more.items():
        to[key] = to.get(key, 0) + pence


# -- pence


def pari_passu(amount: int, held: Split) -> Split:
    """The floor of amount x b / B each; pennies left go to the largest remainders, then by the alphabet."""
    whole = sum(held.values())
    given = {source: amount * pence // whole for source, pence in held.items()}
    by_remainder = sorted(held, key=lambda source: (-(amount * held[source] % whole), source))
    for source in by_remainder[: amount - sum(given.values())]:
        given[source] += 1
    return given


def fixed(amount: int, weights: Split, paid: Split) -> Split:
    """Entitled to C x w / W less what was paid, all in pence times W so that no fraction is needed."""
    whole = sum(weights.values())
    spent = amount + sum(paid.get(source, 0) for source in weights)
    entitled = {source: max(0, spent * weight - paid.get(source, 0) * whole) for source, weight in weights.items()}
    given = {source: pence // whole for source, pence in entitled.items()}
    rest = {source: entitled[source] - given[source] * whole for source in given}
    while sum(given.values()) < amount:
        source = min(rest, key=lambda each: (-rest[each], each))
        given[source] += 1
        rest[source] -= whole
    for source in sorted(entitled, key=lambda each: (entitled[each], each)):
        given[source] -= min(given[source], max(0, sum(given.values()) - amount))
    return given


def oldest_first(amount: int, held: Split, received: dict[tuple[date, str], int]) -> Split:
    """What a source holds is what its newest receipts brought; of all that, the oldest goes first."""
    piles: list[tuple[date, str, int]] = []
    for source, pence in held.items():
        left = pence
        for day, _ in sorted((key for key in received if key[1] == source), reverse=True):
            part = min(left, received[day, source])
            piles.append((day, source, part))
            left -= part
        piles.append((BEFORE_ALL, source, left))
    given: Split = {}
    for _, source, pence in sorted(piles):
        part = min(pence, amount - sum(given.values()))
        given[source] = given.get(source, 0) + part
    return given


# -- chance


class Chooser:
    """Asks for one event after another, from one seed; most can be accepted, some cannot."""

    def __init__(self, seed: int, model: Model) -> None:
        self.seed, self.random, self.model = seed, Random(seed), model
        self._weights = [self.random.choice([1, 2, 3, 6, 7, 11, 23, 57]) for _ in SOURCES]
        self._number = 0

    def ask(self) -> Ask:
        """The next event; now and then one that was asked before, or another under a key that is taken."""
        chance, keys = self.random, list(self.model.facts)
        if keys and chance.random() < 0.06:
            again = self.model.facts[chance.choice(keys)].ask
            return again if chance.random() < 0.7 else replace(again, pence=again.pence + 1)
        self._number += 1
        kind = self._kind()
        asked = Ask(f"{self.seed}/{self._number}", kind, self._day(), self._pence(kind))
        if kind in (*COMES_IN, "cash"):
            return replace(asked, pool=self._pool(), source=chance.choice(SOURCES))
        if kind in (*UNDOES, "pay"):
            return self._following(asked, keys)
        asked = replace(asked, pool=self._pool(), policy=self._policy(), allowed=self._allowed())
        if kind == "transfer":
            return replace(asked, to_pool=self._pool())
        asked = replace(asked, line=chance.choice(LINES))
        if kind == "pay_direct" or chance.random() < 0.1:
            return replace(asked, source=chance.choice(SOURCES), allowed=None)
        return self._clearing(asked) if kind == "invoice" and chance.random() < 0.6 else asked

    def _kind(self) -> str:
        if self._number <= 2:
            return "receive"
        likely = ("receive", "spend", "invoice", "refund", "transfer", "accrue")
        return self.random.choice((*likely, *ACCOUNTS, "transfer", "refund", "reverse", "pay"))

    def _pool(self) -> str:
        return self.random.choice(POOLS[:2] if self._number < 8 else POOLS)

    def _day(self) -> date:
        return FIRST_DAY + timedelta(days=self.random.randrange(360))

    def _pence(self, kind: str) -> int:
        most = 400 if kind in COMES_IN else self.random.choice((3, 40, 200))
        return self.random.randrange(1, most)

    def _allowed(self) -> frozenset[str] | None:
        if self.random.random() < 0.7:
            return None
        return frozenset(self.random.sample(SOURCES, self.random.randrange(1, len(SOURCES) + 1)))

    def _policy(self) -> tuple[Tier, ...]:
        tiers: list[Tier] = []
        left = list(SOURCES)
        while left and len(tiers) < 3 and (not tiers or self.random.random() < 0.4):
            some = tuple(sorted(self.random.sample(left, self.random.randrange(1, len(left) + 1))))
            how = self.random.choice(("pari_passu", "pari_passu", "fixed", "fifo"))
            if how == "fixed":
                tiers.append(Tier(how, weights=tuple((each, self._weights[SOURCES.index(each)]) for each in some)))
            elif self.random.random() < 0.4:
                return (*tiers, Tier(how))
            else:
                tiers.append(Tier(how, some))
            left = [each for each in left if each not in some]
        return tuple(tiers)

    def _following(self, asked: Ask, keys: list[str]) -> Ask:
        of = self.random.choice([*keys, "nothing"])
        fact = self.model.facts.get(of)
        most = sum(fact.split.values()) if fact and self.random.random() < 0.8 else 500
        return replace(asked, of=of, pence=self.random.randrange(1, most + 1))

    def _clearing(self, asked: Ask) -> Ask:
        accruals = [fact.ask for fact in self.model.facts.values() if fact.ask.kind == "accrue"]
        if not accruals:
            return asked
        chosen = self.random.choice(accruals)
        same = {"pool": chosen.pool, "line": chosen.line} if self.random.random() < 0.9 else {}
        return replace(asked, of=chosen.key, **same)
