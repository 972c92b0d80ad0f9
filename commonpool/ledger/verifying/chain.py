"""One ledger's chain, recomputed from its first entry to its head, with every column of entries and postings.

What the hash does not hold (row ids, dates that are repeated, the period) is held against what it does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from commonpool.ledger.models.entries import NUMBER_BITS, entry_id
from commonpool.ledger.rules.accounts import BOOK_OF, Account, is_held
from commonpool.ledger.rules.entries import NO_ENTRY_YET, hash_of, tabbed
from commonpool.ledger.verifying.faults import Found, Head
from commonpool.ledger.verifying.reading import Books, Row, day_of, entries_with_postings, hex_of, moment_of
from commonpool.ledger.writing import entry_uuid


def verify_chain(
    books: Books, connection: BaseDatabaseWrapper, found: Found, progress: Callable[[int], None] = lambda done: None
) -> Head:
    """Recompute the chain and everything that is summed from it; gives where it ends."""
    chain = _Chain(books, found)
    for row, legs in entries_with_postings(books.ledger, connection):
        if row is None:
            chain.stray(legs)
        else:
            chain.entry(row, legs)
        progress(len(legs))
    chain.end()
    return Head(books.name, chain.number, books.posting_count, chain.hash)


class _Chain:
    """Walks the entries in order; `number` and `hash` are those of the last one."""

    def __init__(self, books: Books, found: Found) -> None:
        self.books, self.found = books, found
        self.number, self.hash, self.moment = 0, NO_ENTRY_YET, ""
        self._posting_id = 0
        self._touched: set[tuple[int, int]] = set()
        self._held_by = {
            (int(account), pk): is_held(account, code) for account in Account for pk, code in books.sources.items()
        }
        self._published(0)

    def entry(self, row: Row, legs: list[Row]) -> None:
        """Check one entry with its postings."""
        try:
            self._entry(row, legs)
        except TypeError:
            # SQLite lets a number's column hold a text, which is how some changed bytes read.
            self._say("hash", row, "it or one of its postings holds a value of another kind than its column's")
            self.number, self.hash = row[0] % 2**NUMBER_BITS, str(row[18])

    def _entry(self, row: Row, legs: list[Row]) -> None:
        number = row[3]
        if row[0] != entry_id(self.books.ledger.pk, number if isinstance(number, int) else -1):
            self._say(
                "place", row, f"its number is {number!r}, and its row is that of number {row[0] % 2**NUMBER_BITS}"
            )
        expected, self.number = self.number + 1, row[0] % 2**NUMBER_BITS
        if self.number != expected:
            missing = f"entry {expected} is" if self.number == expected + 1 else f"entries {expected} on are"
            self._say("chain", row, f"{missing} missing before it")
        if row[17] != self.hash:
            self._say("chain", row, f"it names {str(row[17])[:12]}… as the hash before it, which is {self.hash[:12]}…")
        self._hashed(row, legs)
        self._in_place(row, legs)
        self._summed(row, legs)
        self.hash = str(row[18])
        self._published(self.number)

    def stray(self, legs: list[Row]) -> None:
        """Postings of an entry that is not there."""
        number = legs[0][0] % 2**NUMBER_BITS
        said = f"{len(legs)} postings are of entry {number}, which is not there."
        self.found.add("posting", said, self.books.name, number)

    def end(self) -> None:
        """Check that the chain ends where the ledger's row says."""
        ledger, say = self.books.ledger, self.found.add
        self._no_longer_below_zero()
        kept = {
            "entry_count": (ledger.entry_count, self.number),
            "head_hash": (ledger.head_hash, self.hash),
            "head_recorded_at": (moment_of(ledger.head_recorded_at) if ledger.head_recorded_at else "", self.moment),
        }
        for column, (here, right) in kept.items():
            if here != right:
                say(
                    "head",
                    f"ledger_ledger, column {column} is {here or 'empty'}; its chain ends with {right}.",
                    self.books.name,
                )
        for number, closes in self.books.published.items():
            if number > self.number:
                said = f"published entry {number}, and the chain ends at {self.number}: entries were cut off."
                say("close", f"The close of {closes[0].period.label} {said}", self.books.name)

    # -- one entry

    def _hashed(self, row: Row, legs: list[Row]) -> None:
        computed = hash_of(self._text(row, legs))
        if computed == row[18]:
            if hex_of(row[1]) != self._uuid_of(computed):
                self._say("place", row, "its column uuid is not what its hash makes it")
            return
        if hex_of(row[1]) == self._uuid_of(computed):
            self._say("hash", row, "its column hash was changed: all else of it gives another one")
        elif column := self._changed_column(row, legs):
            self._say("hash", row, f"its {column} was changed: with what it must have been the entry gives its hash")
        else:
            said = (
                "it does not give its hash: a text, a day or an amount of it, of its postings, or a code that they name"
            )
            self._say("hash", row, f"{said} (of a pool, source or line) was changed")

    def _uuid_of(self, hash_: str) -> str:
        return entry_uuid(self.books.ledger.uuid, hash_).hex

    def _text(self, row: Row, legs: list[Row]) -> str:
        """As `rules.entries.canonical_text` writes it, from the columns as they stand."""
        moment = moment_of(row[10])
        lines = [
            tabbed(self.number, day_of(row[8]), moment, row[15], row[16], row[17]),
            tabbed(row[4], row[5], row[6], day_of(row[7]), row[11], row[12], row[19] or "", row[14]),
        ]
        pools, sources, names = self.books.pools, self.books.sources, self.books.lines
        for leg in legs:
            pool, source, line = pools.get(leg[6]), sources.get(leg[7]), names.get(leg[8])
            other = "" if leg[11] is None else pools.get(leg[11])
            lines.append(tabbed(leg[5], pool, source, line, leg[9], leg[10], other, leg[12], leg[13]))
        return "\n".join(lines)

    def _changed_column(self, row: Row, legs: list[Row]) -> str:
        """Which one column explains the fault, by trying what it must have been; empty where none does alone."""
        tries: list[tuple[str, Row, list[Row]]] = [("column previous", _with(row, 17, self.hash), legs)]
        for leg in legs[:1]:
            tries.append(("column accounted_on", _with(row, 8, leg[3]), legs))
        tries.append(("column happened_on", _with(row, 7, row[8]), legs))
        in_order = sorted(legs, key=self._order)
        tries.append(("postings’ position", row, in_order))
        apart: Counter[tuple[int, int]] = Counter()
        for leg in legs:
            apart[leg[6], leg[7]] += leg[13] if isinstance(leg[13], int) else 0
        for place, leg in enumerate(legs):
            if off := apart[leg[6], leg[7]]:
                right = [*legs[:place], _with(leg, 13, leg[13] - off), *legs[place + 1 :]]
                tries.append((f"posting {leg[4]}, column pence ({leg[13]}, not {leg[13] - off}),", row, right))
        return next((name for name, entry, parts in tries if hash_of(self._text(entry, parts)) == row[18]), "")

    def _order(self, leg: Row) -> tuple[object, ...]:
        """As `rules.entries.in_order` has it."""
        pools, books = self.books.pools, self.books
        other = "" if leg[11] is None else pools.get(leg[11], "")
        named = pools.get(leg[6], ""), books.sources.get(leg[7], ""), leg[5], books.lines.get(leg[8], "")
        return (*named, leg[9], leg[10], other, leg[12], leg[13])

    def _in_place(self, row: Row, legs: list[Row]) -> None:
        """What the hash does not hold: columns that repeat others, the period, the seal, and the order of rows."""
        ledger, accounted = self.books.ledger.pk, day_of(row[8])
        if row[2] != ledger:
            self._say("place", row, f"its column ledger_id is {row[2]}, and its row is of ledger {ledger}")
        if row[21] is None:
            self._say("seal", row, "it has no seal")
        if row[13] is not None and (row[20] != ledger or not row[13] < row[0]):
            self._say("place", row, "its column follows_id names no earlier entry of its ledger")
        if row[13] is None and row[19]:
            self._say("place", row, "its column follows_id is empty")
        if (moment := moment_of(row[10])) < self.moment:
            self._say("chain", row, f"it was recorded at {moment}, before the entry before it ({self.moment})")
        self._periods(row, accounted)
        for position, leg in enumerate(legs, start=1):
            if (leg[1], leg[2], day_of(leg[3]), leg[4]) != (ledger, row[9], accounted, position):
                self._say("posting", row, _strayed(leg, position, ledger, row[9], accounted))
            if leg[14] <= self._posting_id:
                self._say("posting", row, f"posting {position} has row {leg[14]}, which comes before that of another")
            self._posting_id = leg[14]

    def _periods(self, row: Row, accounted: str) -> None:
        period = self.books.periods.get(row[9])
        if period is None or not (period.starts_on.isoformat() <= accounted <= period.ends_on.isoformat()):
            self._say("period", row, f"it counts on {accounted}, which is not in its period ({period or 'none'})")
        elif (closed := self.books.closed_at.get(row[9])) is not None and self.number > closed:
            said = f"it was recorded in {period} after that was closed at entry {closed}"
            self._say("period", row, said)

    def _summed(self, row: Row, legs: list[Row]) -> None:
        """Add the postings up, and check that they balance within each pool and source and stand in one book."""
        if moment_of(row[10]) != self.moment:
            self._no_longer_below_zero()
            self.moment = moment_of(row[10])
        apart: Counter[tuple[int, int]] = Counter()
        halves: Counter[tuple[str, str]] = Counter()
        sums, held, held_by = self.books.sums, self.books.held, self._held_by
        book = row[5]
        for leg in legs:
            account, pair, pence = leg[5], (leg[6], leg[7]), leg[13]
            if account not in BOOK_OF or not isinstance(pence, int) or BOOK_OF[account] != book:
                self._say(
                    "posting", row, f"posting {leg[4]} has account {account!r} and {pence!r} pence in book {book}"
                )
                continue
            apart[pair] += pence
            sums[leg[6], leg[7], account] += pence
            if held_by.get((account, leg[7])):
                held[pair] -= pence
                self._touched.add(pair)
            if account in _TRANSFERS:
                halves[leg[12], self.books.sources.get(leg[7], "")] += pence
        self.books.posting_count += len(legs)
        if len(legs) < 2:
            self._say("posting", row, f"it has {len(legs)} postings, and an entry has two or more")
        for (pool, source), pence in apart.items():
            if pence:
                self._say("posting", row, f"its postings of {self._named(pool, source)} are {pence} pence apart")
        for half, pence in halves.items():
            if pence:
                self.books.transfers[half] += pence

    def _no_longer_below_zero(self) -> None:
        """After all that was recorded at one moment, no source is below zero: that is what the database checked."""
        for pair in sorted(self._touched):
            if (pence := self.books.held[pair]) < 0 and pair[1] not in self.books.may_go_below_zero:
                said = f"After entry {self.number}, {self._named(*pair)} is {-pence} pence below zero."
                self.found.add("held", said, self.books.name, self.number)
        self._touched.clear()

    def _published(self, number: int) -> None:
        for close in self.books.published.get(number, ()):
            if close.head_hash != self.hash:
                step = close.get_step_display().lower()
                said = f"{close.period.label} was {step} with {close.head_hash[:12]}… as the hash of entry {number}"
                self.found.add("close", f"{said}, which is {self.hash[:12]}… now.", self.books.name, number)

    def _named(self, pool: int, source: int) -> str:
        books = self.books
        return f"{books.sources.get(source, f'source row {source}')} in {books.pools.get(pool, f'pool row {pool}')}"

    def _say(self, kind: str, row: Row, said: str) -> None:
        number = row[0] % 2**NUMBER_BITS
        self.found.add(kind, f"Entry {number} (‘{row[4]}’): {said}.", self.books.name, number)


_TRANSFERS: Final = frozenset({int(Account.TRANSFER_IN), int(Account.TRANSFER_OUT)})


def _with(row: Row, place: int, value: object) -> Row:
    return (*row[:place], value, *row[place + 1 :])


def _strayed(leg: Row, position: int, ledger: int, period: int, accounted: str) -> str:
    """Which column of a posting does not repeat its entry's."""
    expected = {"ledger_id": ledger, "period_id": period, "accounted_on": accounted, "position": position}
    here = {"ledger_id": leg[1], "period_id": leg[2], "accounted_on": day_of(leg[3]), "position": leg[4]}
    wrong = [f"column {name} is {here[name]}, not {right}" for name, right in expected.items() if here[name] != right]
    return f"posting {position}: " + " and ".join(wrong)
