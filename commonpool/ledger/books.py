"""The one way into the tables: under the ledger's lock, events are decided and their entries written and sealed.

    with Books.held_for(ledger, at=at) as books:
        outcome = books.post(event)

Whoever holds the ledger's row is its only writer, so what `books` has read of it stays true until the commit. Rows
are written by plain SQL in few statements: a ledger is loaded by the hundred thousand, and nothing may go round it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from commonpool.audit.models import AuditEvent
from commonpool.ledger import lookups, writing
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import Entry, Ledger, Period, Posting
from commonpool.ledger.models.entries import entry_id
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.agreed_splits import agreed_changes, pool_of
from commonpool.ledger.rules.draws import Lot, Tier
from commonpool.ledger.rules.entries import Draft, Leg, canonical_text, content_text, hash_of, held_changes
from commonpool.ledger.rules.events import RECORDS, UNDOES, Event, Kind, Outcome, decide
from commonpool.money import format_pounds

RECEIPTS = (Account.BROUGHT_FORWARD, Account.CONTRIBUTION, Account.TRANSFER_IN)


class Books:
    """A ledger held by one writer, for one transaction. It is the `State` that decisions ask."""

    def __init__(self, seen: lookups.Seen, at: datetime, *, may_adjust: bool = False) -> None:
        self.ledger = ledger = seen.ledger
        # Never before the entry that went before: what was known at a moment is then the entries up to a number.
        self.at = max(at, ledger.head_recorded_at) if ledger.head_recorded_at else at
        self.may_adjust = may_adjust
        self._waiting: list[writing.Written] = []
        self._drafts: dict[str, Draft] = {}
        self._held = seen.held
        self._undone: dict[str, Counter[str]] = {}
        self._settled: dict[str, Counter[str]] = {}
        self._agreed: dict[tuple[str, str, str], Counter[str]] = {}
        self._codes = writing.Codes(ledger, seen.codes)
        self._changes: Counter[tuple[str, str, Account]] = Counter()
        self._keys = seen.keys
        self._periods = seen.periods
        self._unfunded: dict[str, str] = {}
        self._number, self._head = ledger.entry_count, ledger.head_hash

    @classmethod
    @contextmanager
    def held_for(
        cls, ledger: Ledger, *, at: datetime, may_adjust: bool = False, keys: Sequence[str] = ()
    ) -> Iterator[Books]:
        """The ledger, held until the transaction ends. All that was posted is written when the block ends.

        may_adjust  whether entries may go into a soft-closed period
        keys        of what is about to be posted, where they are known: they are looked up with the rest
        """
        with transaction.atomic():
            seen = lookups.seen(ledger.pk, keys)
            books = cls(seen._replace(keys=dict.fromkeys(keys, (0, "")) | seen.keys), at, may_adjust=may_adjust)
            yield books
            books.write()

    @classmethod
    def looked_at(cls, ledger: Ledger, *, at: datetime) -> Books:
        """The ledger as it stands, held by nobody: to decide what would happen, never to write it."""
        return cls(lookups.seen(ledger.pk, is_held=False), at)

    # -- posting

    def post(self, event: Event) -> Outcome:
        """Decide an event and keep its entries to be written. The same event twice is one event.

        Raises LedgerError for a key that stands for something else, a pool, source or line that the ledger does not
        know, and a day that no open period takes.
        """
        if earlier := self._answer_given(event.key, event.asked()):
            return earlier
        self.period_for(event.on)  # a day that no period takes is said before anything else
        if event.kind in RECORDS:
            event = replace(event, unfunded=self.unfunded(event.on))
        outcome = decide(event, self)
        if outcome.accepted:
            for draft in outcome.drafts:
                self._append(draft)
        return outcome

    def append(self, draft: Draft) -> bool:
        """Keep an entry that was decided elsewhere. False where it is posted already."""
        if not draft.asked:
            draft = replace(draft, asked=hash_of(content_text(draft)))
        if self._answer_given(draft.key, draft.asked):
            return False
        self._append(draft)
        return True

    def know_keys(self, keys: Iterable[str]) -> None:
        """Look many keys up at once, before they are posted one by one."""
        wanted = [key for key in keys if key not in self._keys]
        if wanted:
            self._keys |= dict.fromkeys(wanted, (0, "")) | lookups.keys(self.ledger.pk, wanted)

    def _answer_given(self, key: str, asked: str) -> Outcome | None:
        """The first answer to an event that is posted already; None for a new one."""
        self.know_keys([key])
        pk, earlier = self._keys[key]
        if not pk:
            return None
        if earlier != asked:
            raise LedgerError(f"‘{key}’ was posted before with other content. Give this event a key of its own.")
        draft = self.posted(key)
        assert draft is not None, "a key that is known has an entry"
        return Outcome((), split_of(draft))

    def _append(self, draft: Draft) -> None:
        self.know_keys([draft.key])
        if self._keys[draft.key][0]:
            raise LedgerError(f"An entry is called ‘{draft.key}’ already. Give this event a key of its own.")
        writing.must_fit(draft)
        period, accounted_on = self.period_for(draft.happened_on)
        self._number += 1
        text = canonical_text(
            draft, number=self._number, accounted_on=accounted_on, recorded_at=self.at, previous=self._head
        )
        previous, self._head = self._head, hash_of(text)
        pk = entry_id(self.ledger.pk, self._number)
        self._waiting.append(
            writing.Written(
                pk=pk,
                number=self._number,
                draft=draft,
                accounted_on=accounted_on,
                period_pk=period.pk,
                follows_pk=self._pk_of(draft.of) if draft.of else None,
                previous=previous,
                hash=self._head,
            )
        )
        self._keys[draft.key] = (pk, draft.asked)
        self._drafts[draft.key] = draft
        for leg in draft.legs:
            self._changes[leg.pool, leg.source, leg.account] += leg.pence
        for (pool, source), pence in held_changes(draft.legs).items():
            held = self._held_of(pool)
            held[source] = held.get(source, 0) + pence
        self._note(draft)

    def _note(self, draft: Draft) -> None:
        """Keep what was read of earlier entries in step with what this one changes."""
        self._note_agreed(draft)
        if draft.of and draft.kind == Kind.PAY and draft.of in self._settled:
            self._settled[draft.of].update(split_of(draft))
        if draft.of and draft.kind in UNDOES:
            if draft.of in self._undone:
                self._undone[draft.of].update(split_of(draft))
            original = self.posted(draft.of)
            if original and original.kind == Kind.PAY and original.of in self._settled:
                self._settled[original.of].subtract(split_of(draft))

    def waiting(self) -> list[Draft]:
        """What was posted in this transaction and is not written yet."""
        return [each.draft for each in self._waiting]

    def write(self, event: Callable[[], AuditEvent] | None = None) -> None:
        """Write what waits, in few statements, and move the head.

        event  what the history is told of it, where anything waits
        """
        if not self._waiting:
            return
        held = self._touched()
        self._must_not_be_below_zero(held)
        self.ledger.entry_count, self.ledger.head_hash = self._number, self._head
        self.ledger.head_recorded_at = self.at
        balances = writing.keep_balances(self._changes, held, self._codes)
        told = writing.history(event()) if event else []
        head = lookups.move_head(self.ledger)
        writing.write(self.ledger, self._waiting, self._codes, self.at, [*balances, head, *told])
        self._waiting, self._changes = [], Counter()

    def _touched(self) -> dict[tuple[str, str], int]:
        """(pool, source) -> what is held of it now, wherever it changed or moved."""
        pairs = {(pool, source) for pool, source, _ in self._changes}
        return {(pool, source): self._held_of(pool).get(source, 0) for pool, source in pairs}

    def _must_not_be_below_zero(self, held: Mapping[tuple[str, str], int]) -> None:
        """Say it in a sentence: the database would only name its constraint."""
        for (pool, source), pence in sorted(held.items()):
            if pence < 0 and not self._codes.may_go_below_zero(source):
                raise LedgerError(
                    f"{pool} is {format_pounds(-pence)} of {source} short. Lower the amount, or wait for money."
                )

    @property
    def area(self) -> UUID:
        """The health and wellbeing board area whose history this belongs to."""
        return lookups.area_of(self.ledger)

    # -- periods

    def unfunded(self, day: date) -> str:
        """The code of the source that carries what no other covers, in the year of that day."""
        period, _ = self.period_for(day)
        if period.year not in self._unfunded:
            self._unfunded = {code.split(":")[2]: code for code in self._codes.that_may_go_below_zero()}
        if period.year not in self._unfunded:
            raise LedgerError(f"The year {period.year} is not open in this ledger. Open it first.")
        return self._unfunded[period.year]

    def period_for(self, day: date) -> tuple[lookups.PeriodRow, date]:
        """The period that takes an entry of that day, and the day on which it counts there.

        A closed period takes none: a late item counts on the first day of the first open one after it.
        """
        of_day = next((period for period in self._periods if period.starts_on <= day <= period.ends_on), None)
        if of_day is None:
            raise LedgerError(self._outside(day))
        if self._takes(of_day):
            return of_day, day
        later = (period for period in self._periods if period.starts_on > day and self._takes(period))
        if (following := next(later, None)) is None:
            raise LedgerError(
                f"{of_day.label} is closed and no later period is open. Open the next year, then post this again."
            )
        return following, following.starts_on

    def _takes(self, period: lookups.PeriodRow) -> bool:
        return period.state == Period.State.OPEN or (self.may_adjust and period.state == Period.State.SOFT_CLOSED)

    def _outside(self, day: date) -> str:
        if not self._periods:
            return f"The ledger has no year open for {day:%-d %B %Y}. Open the year first."
        first, last = self._periods[0].starts_on, self._periods[-1].ends_on
        return (
            f"{day:%-d %B %Y} is outside the years of this ledger, {first:%-d %B %Y} to {last:%-d %B %Y}. "
            "Correct the date, or open that year first."
        )

    # -- the state that decisions ask for

    def held(self, pool: str) -> Mapping[str, int]:
        """source -> pence that the pool holds of it."""
        return self._held_of(pool)

    def _held_of(self, pool: str) -> dict[str, int]:
        if pool not in self._held:
            self._codes.pool(pool)  # an unknown pool is refused
            self._held[pool] = {}
        return self._held[pool]

    def paid(self, pool: str, line: str, tier: Tier) -> Mapping[str, int]:
        """What each source has paid under that very fixed split, for the line or to the receiving pool."""
        asked = (pool, line, str(tier))
        if asked not in self._agreed:
            self._agreed[asked] = Counter(dict.fromkeys(tier.weights, 0))
            self._agreed[asked].update(self._paid_in_tables(pool, line, tier))
            for draft in self.waiting():
                self._note_agreed(draft, asked)
        return self._agreed[asked]

    def _paid_in_tables(self, pool: str, purpose: str, tier: Tier) -> Counter[str]:
        rows = Posting.objects.filter(
            ledger=self.ledger,
            source__code__in=list(tier.weights),
            pool_id=self._codes.pool(pool),
            entry__policy__contains=str(tier),
        )
        if receiver := pool_of(purpose):
            rows = rows.filter(account=Account.TRANSFER_OUT, other_pool_id=self._codes.pool(receiver))
        else:
            rows = rows.filter(account=Account.EXPENDITURE, line_id=self._codes.line(purpose))
        summed = rows.values("source__code", "entry__policy").annotate(total=Sum("pence"))
        found: Counter[str] = Counter()
        for source, policy, pence in summed.values_list("source__code", "entry__policy", "total"):
            # A split can be part of another's text: `A=1/B=2` of `A=1/B=23`.
            if str(tier) in policy.split(">"):
                found[source] += pence
        return found

    def _note_agreed(self, draft: Draft, only: tuple[str, str, str] | None = None) -> None:
        """Count an entry towards the agreed splits that are known, or towards one of them."""
        for (pool, purpose, tier, source), pence in agreed_changes(draft).items():
            if (pool, purpose, tier) in self._agreed and only in (None, (pool, purpose, tier)):
                self._agreed[pool, purpose, tier][source] += pence

    def lots(self, pool: str) -> Sequence[Lot]:
        """The pool's receipts, less what went back of each."""
        rows = Posting.objects.filter(ledger=self.ledger, pool_id=self._codes.pool(pool), account__in=RECEIPTS)
        received: Counter[tuple[date, str]] = Counter()
        for kind, day, first_day, source, pence in rows.values_list(
            "entry__kind", "entry__happened_on", "entry__follows__happened_on", "source__code", "pence"
        ):
            received[first_day if kind in UNDOES else day, source] -= pence
        for draft in self.waiting():
            original = self.posted(draft.of) if draft.kind in UNDOES else None
            for leg in draft.legs:
                if leg.pool == pool and leg.account in RECEIPTS:
                    received[(original or draft).happened_on, leg.source] -= leg.pence
        # Money sent back or kept for next year is no receipt: what a source still holds came with its newest ones.
        return [Lot(day, source, pence) for (day, source), pence in sorted(received.items()) if pence > 0]

    def posted(self, key: str) -> Draft | None:
        """The entry with that key, as it was decided."""
        if key not in self._drafts:
            self.know_keys([key])
            pk, _ = self._keys[key]
            if not pk:
                return None
            self._drafts[key] = draft_of(Entry.objects.get(pk=pk))
        return self._drafts[key]

    def undone(self, key: str) -> Mapping[str, int]:
        """What refunds and reversals have undone of it."""
        if key not in self._undone:
            self._undone[key] = self._followed(key, UNDOES)
        return self._undone[key]

    def remember(self, draft: Draft, undone: Mapping[str, int]) -> None:
        """Keep an entry that was read with many others, and what was undone of it, so that neither is read again."""
        self._drafts[draft.key], self._undone[draft.key] = draft, Counter(undone)

    def settled(self, key: str) -> Mapping[str, int]:
        """What payments have settled of it, bounced payments taken off."""
        if key not in self._settled:
            settled = self._followed(key, {Kind.PAY})
            for payment in self._following(key, {Kind.PAY}):
                settled.subtract(self.undone(payment.key))
            self._settled[key] = settled
        return self._settled[key]

    def _followed(self, key: str, kinds: Iterable[str]) -> Counter[str]:
        found: Counter[str] = Counter()
        for draft in self._following(key, kinds):
            found.update(split_of(draft))
        return found

    def _following(self, key: str, kinds: Iterable[str]) -> list[Draft]:
        """The entries that follow one, of these kinds: those in the tables and those that wait to be written."""
        pk = self._pk_of(key)
        kept = [draft_of(entry) for entry in Entry.objects.filter(follows_id=pk, kind__in=list(kinds))] if pk else []
        waiting = [each.draft for each in self._waiting if each.draft.of == key and each.draft.kind in kinds]
        return [*kept, *waiting]

    def _pk_of(self, key: str) -> int | None:
        self.know_keys([key])
        return self._keys[key][0] or None


def split_of(draft: Draft) -> dict[str, int]:
    """source -> pence of an entry whose legs of one source are all of one size, by codes."""
    return {leg.source: abs(leg.pence) for leg in sorted(draft.legs, key=lambda leg: leg.source)}


def draft_of(entry: Entry) -> Draft:
    """What was decided, made again from the tables."""
    postings = entry.postings.select_related("pool", "source", "line", "other_pool").order_by("position")
    follows = entry.follows.key if entry.follows else ""
    return Draft(
        entry.key,
        entry.kind,
        entry.happened_on,
        tuple(leg_of(posting) for posting in postings),
        entry.policy,
        entry.policy_version,
        follows,
        entry.reason,
        entry.digest,
        entry.asked,
    )


def leg_of(posting: Posting) -> Leg:
    """One posting as plain values, by codes."""
    return Leg(
        Account(posting.account),
        posting.pool.code,
        posting.source.code,
        posting.pence,
        posting.line.code if posting.line else "",
        posting.provider,
        posting.order,
        posting.other_pool.code if posting.other_pool else "",
        posting.transfer,
    )
