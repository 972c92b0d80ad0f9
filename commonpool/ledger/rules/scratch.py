"""A ledger in memory with the same decisions and the same chain as the tables: for replays, tests and what-ifs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.agreed_splits import agreed_changes
from commonpool.ledger.rules.draws import Lot, Tier
from commonpool.ledger.rules.entries import NO_ENTRY_YET, Draft, canonical_text, hash_of, held_changes
from commonpool.ledger.rules.events import UNDOES, Event, Kind, Outcome, decide, sizes_of

RECEIPTS = frozenset({Account.BROUGHT_FORWARD, Account.CONTRIBUTION, Account.TRANSFER_IN})


class Scratch:
    """The books of one pooled fund in memory. `post` is the only way in; what is refused changes nothing."""

    def __init__(self) -> None:
        self.head = NO_ENTRY_YET
        self.entries: dict[str, Draft] = {}
        self._held: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self._paid: defaultdict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
        self._receipts: defaultdict[str, Counter[tuple[date, str]]] = defaultdict(Counter)
        self._lots: dict[str, list[Lot]] = {}
        self._undone: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._settled: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._asked: dict[str, tuple[Event, Outcome]] = {}

    def post(self, event: Event, *, recorded_at: datetime) -> Outcome:
        """Decide and post. The same event again gives its first answer; another one under its key is refused."""
        if earlier := self._asked.get(event.key):
            return earlier[1] if earlier[0] == event else _another(event)
        if event.key in self.entries:
            return _another(event)
        outcome = decide(event, self)
        if outcome.accepted:
            self._asked[event.key] = (event, outcome)
            for draft in outcome.drafts:
                self._append(draft, recorded_at)
        return outcome

    def balances(self) -> dict[str, dict[str, int]]:
        """pool -> source -> pence held, of every source that ever moved in the pool."""
        return {pool: dict(sorted(held.items())) for pool, held in sorted(self._held.items())}

    def name_pool(self, pool: str) -> None:
        """Let a pool come into being, though nothing has moved in it yet."""
        self._held.setdefault(pool, {})

    # -- the state that decisions ask for

    def held(self, pool: str) -> Mapping[str, int]:
        """source -> pence that the pool holds."""
        return self._held.get(pool, {})

    def paid(self, pool: str, line: str, tier: Tier) -> Mapping[str, int]:
        """What each source has paid under that fixed split."""
        return self._paid.get((pool, line, str(tier)), {})

    def lots(self, pool: str) -> Sequence[Lot]:
        """The pool's receipts, those of one source on one day as one lot, the oldest first."""
        if pool not in self._lots:
            # Kept until the next receipt: to sort them for each draw would cost more than the draw.
            receipts = sorted(self._receipts[pool].items())
            self._lots[pool] = [Lot(day, source, pence) for (day, source), pence in receipts]
        return self._lots[pool]

    def posted(self, key: str) -> Draft | None:
        """The entry with that key."""
        return self.entries.get(key)

    def undone(self, key: str) -> Mapping[str, int]:
        """What refunds and reversals have undone of it."""
        return self._undone.get(key, {})

    def settled(self, key: str) -> Mapping[str, int]:
        """What payments have settled of it."""
        return self._settled.get(key, {})

    # -- posting

    def _append(self, draft: Draft, recorded_at: datetime) -> None:
        text = canonical_text(
            draft,
            number=len(self.entries) + 1,
            accounted_on=draft.happened_on,
            recorded_at=recorded_at,
            previous=self.head,
        )
        self.head = hash_of(text)
        self.entries[draft.key] = draft
        for (pool, source), pence in held_changes(draft.legs).items():
            self._held[pool][source] = self._held[pool].get(source, 0) + pence
        self._note_receipts(draft)
        self._note_agreed_splits(draft)
        if draft.of:
            self._note_what_it_follows(draft)

    def _note_receipts(self, draft: Draft) -> None:
        # What goes back leaves the lot that it came in with, so it counts on the day of the receipt.
        day = self.entries[draft.of].happened_on if draft.kind in UNDOES else draft.happened_on
        for leg in draft.legs:
            if leg.account in RECEIPTS:
                self._receipts[leg.pool][day, leg.source] -= leg.pence
                self._lots.pop(leg.pool, None)

    def _note_agreed_splits(self, draft: Draft) -> None:
        for (pool, purpose, tier, source), pence in agreed_changes(draft).items():
            self._paid[pool, purpose, tier][source] += pence

    def _note_what_it_follows(self, draft: Draft) -> None:
        sizes = sizes_of(draft) or {}
        if draft.kind == Kind.PAY:
            self._settled[draft.of].update(sizes)
        elif draft.kind in UNDOES:
            self._undone[draft.of].update(sizes)
            original = self.entries[draft.of]
            if original.kind == Kind.PAY:
                self._settled[original.of].subtract(sizes)


def _another(event: Event) -> Outcome:
    return Outcome(
        refused_because=f"‘{event.key}’ was posted before with other content. Give this event an id of its own."
    )
