"""The entries under a sum: every posting that it counts, with its entry, and what reverses or settles what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from commonpool.ledger.models import Entry, Ledger, Posting
from commonpool.ledger.queries.as_at import AsAt, cutoff
from commonpool.ledger.queries.sums import known
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.events import UNDOES
from commonpool.ledger.rules.statements.names import EARNED


@dataclass(frozen=True, slots=True)
class Where:
    """Which postings a sum counts: what is None or empty does not narrow.

    accounts  the postings' accounts
    lines, sources   by code; an empty line "" is a posting without one
    year, months     the ledger's year; the first days of its periods
    is_income        only what lines earned, or only what they spent
    """

    accounts: tuple[Account, ...]
    lines: frozenset[str] | None = None
    sources: frozenset[str] | None = None
    pool: str = ""
    providers: frozenset[str] | None = None
    months: frozenset[date] | None = None
    is_income: bool | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Another entry that an entry follows, or that follows it."""

    uuid: UUID
    number: int
    key: str
    kind: str


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One posting with the entry that it is of.

    follows      the entry that this one reverses, clears, settles or releases
    followed_by  the entries that do that to this one, as far as they are known; `is_reversed` if one of them undoes it
    """

    uuid: UUID
    number: int
    key: str
    kind: str
    happened_on: date
    accounted_on: date
    recorded_at: datetime
    account: Account
    line: str
    source: str
    pool: str
    provider: str
    order: str
    pence: int
    reason: str
    follows: Link | None = None
    followed_by: tuple[Link, ...] = ()

    @property
    def is_reversed(self) -> bool:
        """Whether a reversal or refund undoes the entry, wholly or in part."""
        return any(link.kind in UNDOES for link in self.followed_by)

    @property
    def is_late(self) -> bool:
        """Whether it counts in a later period than that of its own day, which was closed."""
        return self.accounted_on != self.happened_on


def postings_where(ledger: Ledger, as_at: AsAt, where: Where) -> QuerySet[Posting]:
    """The postings that a sum counts, in the order of the chain."""
    counted = known(ledger, as_at).filter(account__in=where.accounts)
    if where.lines is not None:
        named = list(ledger.lines.filter(code__in=where.lines).values_list("pk", flat=True))
        counted = counted.filter(Q(line__in=named) | Q(line=None) if "" in where.lines else Q(line__in=named))
    if where.sources is not None:
        counted = counted.filter(source__in=list(ledger.sources.filter(code__in=where.sources).values_list("pk")))
    if where.pool:
        counted = counted.filter(pool__in=list(ledger.pools.filter(code=where.pool).values_list("pk", flat=True)))
    if where.providers is not None:
        counted = counted.filter(provider__in=where.providers)
    if where.months is not None:
        periods = ledger.periods.filter(starts_on__in=where.months).values_list("pk", flat=True)
        counted = counted.filter(period__in=list(periods))
    if where.is_income is not None:
        earned = Q(provider__in=EARNED)
        counted = counted.filter(earned if where.is_income else ~earned)
    return counted.order_by("entry_id", "position")


def entries_where(ledger: Ledger, as_at: AsAt, where: Where) -> list[EntryRow]:
    """Every posting that a sum counts, in the order of the chain; their pence sum to it."""
    return rows_of(ledger, as_at, postings_where(ledger, as_at, where))


def rows_of(ledger: Ledger, as_at: AsAt, postings: QuerySet[Posting]) -> list[EntryRow]:
    """These postings with their entries."""
    every = postings.select_related("entry__follows", "line", "source", "pool")
    return _with_followers(every, cutoff(ledger, as_at))


def entry_named(ledger: Ledger, as_at: AsAt, named: UUID | str) -> tuple[Entry, list[EntryRow]]:
    """An entry by its id or its key, with all its postings. Raises Entry.DoesNotExist."""
    wanted = Q(uuid=named) if isinstance(named, UUID) else Q(key=named)
    last = cutoff(ledger, as_at)
    entry = Entry.objects.select_related("follows", "period").get(wanted, ledger=ledger, pk__lte=last)
    rows = entry.postings.select_related("entry__follows", "line", "source", "pool").order_by("position")
    return entry, _with_followers(list(rows), last)


def _with_followers(postings: Iterable[Posting], last: int) -> list[EntryRow]:
    every = list(postings)
    followers = _followers({posting.entry_id for posting in every}, last)
    return [_row(posting, tuple(followers.get(posting.entry_id, ()))) for posting in every]


def _followers(entries: set[int], last: int) -> dict[int, list[Link]]:
    found: dict[int, list[Link]] = {}
    most = 900  # values that every SQLite takes in one statement
    ordered = sorted(entries)
    for start in range(0, len(ordered), most):
        rows: Any = Entry.objects.filter(follows__in=ordered[start : start + most], pk__lte=last).order_by("pk")
        for entry in rows:
            found.setdefault(entry.follows_id, []).append(_link(entry))
    return found


def _link(entry: Entry) -> Link:
    return Link(entry.uuid, entry.number, entry.key, entry.kind)


def _row(posting: Posting, followed_by: tuple[Link, ...]) -> EntryRow:
    entry = posting.entry
    return EntryRow(
        uuid=entry.uuid,
        number=entry.number,
        key=entry.key,
        kind=entry.kind,
        happened_on=entry.happened_on,
        accounted_on=entry.accounted_on,
        recorded_at=entry.recorded_at,
        account=Account(posting.account),
        line=posting.line.code if posting.line else "",
        source=posting.source.code,
        pool=posting.pool.code,
        provider=posting.provider,
        order=posting.order,
        pence=posting.pence,
        reason=entry.reason,
        follows=_link(entry.follows) if entry.follows else None,
        followed_by=followed_by,
    )
