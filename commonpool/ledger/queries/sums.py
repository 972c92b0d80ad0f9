"""Sums of postings, straight from the index: one statement for a whole year's cube, whatever its size.

The index `posting_for_statements` holds all that is grouped and asked, in the order of grouping, so neither database
touches the table or sorts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Case, Exists, F, IntegerField, OuterRef, QuerySet, Sum, Value, When

from commonpool.ledger.models import Ledger, Posting
from commonpool.ledger.queries.as_at import AsAt, cutoff
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.statements.names import Cell
from commonpool.ledger.rules.statements.pairs import WANTED, Pair

GROUPED: Final = ("account", "line_id", "source_id", "pool_id", "provider", "period_id")
WHOLE_CHART: Final = (min(Account), max(Account))
HELD_AND_BOOKS: Final = (Account.DUE_TO_CONTRIBUTOR, Account.FORECAST_RESERVE)
"""All accounts but cash and what is owed to the pool or to providers: those hold every second posting."""


def known(ledger: Ledger, as_at: AsAt) -> QuerySet[Posting]:
    """A ledger's postings that count up to the day and are known at the moment, in no order."""
    counted = Posting.objects.filter(ledger=ledger, accounted_on__lte=as_at.day, entry_id__lte=cutoff(ledger, as_at))
    return counted.order_by()


@dataclass(frozen=True, slots=True)
class Codes:
    """Row ids of one ledger as codes, and its periods as their first days."""

    lines: Mapping[int | None, str]
    sources: Mapping[int, str]
    pools: Mapping[int, str]
    months: Mapping[int, date]


def codes_of(ledger: Ledger) -> Codes:
    """What the row ids in a ledger's postings stand for."""
    return Codes(
        {None: "", **dict(ledger.lines.values_list("pk", "code"))},
        dict(ledger.sources.values_list("pk", "code")),
        dict(ledger.pools.values_list("pk", "code")),
        dict(ledger.periods.values_list("pk", "starts_on")),
    )


def cells(ledger: Ledger, as_at: AsAt, accounts: tuple[Account, Account] = WHOLE_CHART) -> list[Cell]:
    """The sums of all postings to the accounts from the first to the last of these, since the books began."""
    first, last = accounts
    counted = known(ledger, as_at).filter(account__gte=first, account__lte=last)
    rows = counted.values_list(*GROUPED).annotate(summed=Sum("pence"))
    return _cells(rows, codes_of(ledger))


def _cells(rows: Iterable[tuple[Any, ...]], codes: Codes) -> list[Cell]:
    return [
        Cell(
            Account(account),
            codes.lines[line],
            codes.sources[source],
            codes.pools[pool],
            provider,
            codes.months[month],
            pence,
        )
        for account, line, source, pool, provider, month, pence in rows
        if pence
    ]


def one_cell(ledger: Ledger, as_at: AsAt, *, line: str, source: str, year: str = "") -> int:
    """Net spend of one source on one line, of a year or of all; a seek in the index."""
    counted = known(ledger, as_at).filter(
        account=Account.EXPENDITURE,
        line__in=ledger.lines.filter(code=line).values_list("pk", flat=True)[:1],
        source__in=ledger.sources.filter(code=source).values_list("pk", flat=True)[:1],
    )
    if year:
        counted = counted.filter(period__in=list(ledger.periods.filter(year=year).values_list("pk", flat=True)))
    return counted.aggregate(summed=Sum("pence"))["summed"] or 0


def pairs(ledger: Ledger, as_at: AsAt, *accounts: Account) -> list[Pair]:
    """The sums of these accounts by what they stand against, as `rules.statements.pairs.WANTED` lists it."""
    counted, codes = known(ledger, as_at), codes_of(ledger)
    return [pair for account in accounts for pair in _pairs_of(counted, account, codes)]


def _pairs_of(counted: QuerySet[Posting], account: Account, codes: Codes) -> Iterable[Pair]:
    others = [When(_stands_against(other), then=Value(int(other))) for other in WANTED[account]]
    rows = (
        counted.filter(account=account)
        .annotate(other=Case(*others, default=Value(0), output_field=IntegerField()), part=F("order"))
        .values_list("other", "source_id", "part", "period_id")
        .annotate(summed=Sum("pence"))
    )
    for other, source, part, month, pence in rows:
        if pence:
            against = Account(other) if other else None
            yield Pair(account, against, codes.sources[source], part, codes.months[month], pence)


def _stands_against(other: Account) -> Exists:
    same = Posting.objects.filter(entry=OuterRef("entry"), source=OuterRef("source"), pool=OuterRef("pool"))
    return Exists(same.filter(account=other))


def daily(ledger: Ledger, as_at: AsAt, accounts: Iterable[Account]) -> list[tuple[str, date, int]]:
    """(source, day, pence): the sums of these accounts together, for each day on which they moved."""
    rows = known(ledger, as_at).filter(account__in=list(accounts)).values_list("source_id", "accounted_on")
    codes = dict(ledger.sources.values_list("pk", "code"))
    return [(codes[source], day, pence) for source, day, pence in rows.annotate(summed=Sum("pence")) if pence]
