"""An entry before it is posted: its legs, that it balances within each pool and source, and its place in the chain."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

from commonpool.ledger.rules.accounts import BOOK_OF, NEEDS_LINE, NEEDS_TRANSFER, Account, Book, is_held
from commonpool.money import LARGEST_PENCE

NO_ENTRY_YET: Final = "0" * 64
"""What the first entry of a ledger names as the hash before it."""


class EntryError(ValueError):
    """An entry that cannot be posted as it is. The message says why."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One posting: pence to an account of one pool and source; debits positive, credits negative.

    line        the scheme line's id in the plan, where the account needs one
    provider    the code of a registered organisation or of a kind of provider; never a person's name
    order       the order of a commitment
    other_pool  the pool at the other end of a transfer; `transfer` ties the two halves
    """

    account: Account
    pool: str
    source: str
    pence: int
    line: str = ""
    provider: str = ""
    order: str = ""
    other_pool: str = ""
    transfer: str = ""

    def reversed(self, pence: int | None = None) -> Leg:
        """The same leg the other way round; for part of its size where `pence` (above 0) says so."""
        size = abs(self.pence) if pence is None else pence
        return Leg(
            self.account,
            self.pool,
            self.source,
            -size if self.pence > 0 else size,
            self.line,
            self.provider,
            self.order,
            self.other_pool,
            self.transfer,
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be posted. It cannot be built unbalanced.

    key            made by whoever asks, unique in the ledger: the same key twice is one entry
    happened_on    the day it concerns
    policy         the draw policy as text, with its version; empty where nothing was drawn
    of             key of the entry that it reverses, clears, settles or releases
    reason         why, for what wants a reason; never a person's name
    digest         of the balances that a draw used
    asked          a digest of what was asked for; the same key with another one is refused
    """

    key: str
    kind: str
    happened_on: date
    legs: tuple[Leg, ...]
    policy: str = ""
    policy_version: int = 0
    of: str = ""
    reason: str = ""
    digest: str = ""
    asked: str = ""
    book: Book = field(init=False)

    def __post_init__(self) -> None:
        if len(self.legs) < 2:
            raise EntryError("An entry has two postings or more.")
        books = {BOOK_OF[leg.account] for leg in self.legs}
        if len(books) != 1:
            raise EntryError(f"No entry spans two books, and this one has {' and '.join(sorted(books))}.")
        object.__setattr__(self, "book", books.pop())
        for leg in self.legs:
            _check_leg(leg)
        for (pool, source), pence in sums(self.legs).items():
            if pence:
                raise EntryError(f"The postings of {source} in {pool} are {pence} pence apart. They must sum to zero.")


def _check_leg(leg: Leg) -> None:
    if not leg.pence or abs(leg.pence) > LARGEST_PENCE:
        raise EntryError(f"{leg.pence} pence is not an amount that can be posted.")
    if leg.account in NEEDS_LINE and not leg.line:
        raise EntryError(f"A posting to {leg.account.label} names its scheme line.")
    if leg.account in NEEDS_TRANSFER and not leg.transfer:
        raise EntryError(f"A posting to {leg.account.label} names its transfer.")


def sums(legs: Iterable[Leg]) -> Counter[tuple[str, str]]:
    """{(pool, source): sum of the pence}; all zero in a sound entry."""
    found: Counter[tuple[str, str]] = Counter()
    for leg in legs:
        found[leg.pool, leg.source] += leg.pence
    return found


def held_changes(legs: Iterable[Leg]) -> Counter[tuple[str, str]]:
    """{(pool, source): by how many pence what is held goes up or down}."""
    found: Counter[tuple[str, str]] = Counter()
    for leg in legs:
        if is_held(leg.account, leg.source):
            found[leg.pool, leg.source] -= leg.pence
    return found


def in_order(legs: Iterable[Leg]) -> list[Leg]:
    """The legs by their codes, as they stand in the chain and in the tables."""
    return sorted(
        legs,
        key=lambda leg: (
            leg.pool,
            leg.source,
            leg.account,
            leg.line,
            leg.provider,
            leg.order,
            leg.other_pool,
            leg.transfer,
            leg.pence,
        ),
    )


def content_text(draft: Draft) -> str:
    """All that an entry says, by codes and never by row ids; two drafts with the same text are the same entry."""
    lines = [
        tabbed(
            draft.key,
            draft.book,
            draft.kind,
            draft.happened_on.isoformat(),
            draft.policy,
            draft.policy_version,
            draft.of,
            draft.reason,
        )
    ]
    lines += [
        tabbed(
            int(leg.account),
            leg.pool,
            leg.source,
            leg.line,
            leg.provider,
            leg.order,
            leg.other_pool,
            leg.transfer,
            leg.pence,
        )
        for leg in in_order(draft.legs)
    ]
    return "\n".join(lines)


def canonical_text(draft: Draft, *, number: int, accounted_on: date, recorded_at: datetime, previous: str) -> str:
    """What the chain hashes: the entry's number, dates and content, and the hash before it."""
    moment = recorded_at.astimezone(UTC).isoformat(timespec="microseconds")
    return "\n".join(
        (tabbed(number, accounted_on.isoformat(), moment, draft.digest, draft.asked, previous), content_text(draft))
    )


def hash_of(text: str) -> str:
    """SHA-256 of a canonical text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of_balances(held: Mapping[str, int]) -> str:
    """A short digest of what a pool held by source when a draw chose from it.

    A source of which nothing is held is left out: whether it was ever named depends on how events were put in batches.
    """
    return hash_of("\n".join(tabbed(source, pence) for source, pence in sorted(held.items()) if pence))[:16]


def tabbed(*values: object) -> str:
    """Values between separators that no value can hold: a tab or a line break in a text is written as escape."""
    text = "\t".join(map(str, values))
    # Nearly every entry is without: one look at the whole is then enough.
    if "\\" in text or "\n" in text or text.count("\t") != len(values) - 1:
        return "\t".join(_escaped(str(value)) for value in values)
    return text


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
