"""What a verification reads: what a ledger's entries name, and the entries and postings as plain tuples in order.

A few thousand rows are held at a time: a million postings take little memory.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper

from commonpool.ledger.models import Ledger, LedgerLine, LedgerSource, Period, PeriodClose, Pool
from commonpool.ledger.models.entries import entry_id

Row = tuple[Any, ...]
AT_ONCE: Final = 2_000
_ENTRIES: Final = """
SELECT e.id, e.uuid, e.ledger_id, e.number, e.key, e.book, e.kind, {e.happened_on}, {e.accounted_on}, e.period_id,
       {e.recorded_at}, e.policy, e.policy_version, e.follows_id, e.reason, e.digest, e.asked, e.previous, e.hash,
       f.key, f.ledger_id, s.entry_id
FROM ledger_entry e LEFT JOIN ledger_entry f ON f.id = e.follows_id LEFT JOIN ledger_seal s ON s.entry_id = e.id
WHERE e.id >= %s AND e.id < %s ORDER BY e.id"""
_POSTINGS: Final = """
SELECT entry_id, ledger_id, period_id, {accounted_on}, position, account, pool_id, source_id, line_id, provider,
       "order", other_pool_id, transfer, pence, id
FROM ledger_posting WHERE entry_id >= %s AND entry_id < %s ORDER BY entry_id, position, id"""


@dataclass(slots=True)
class Books:
    """What one ledger's entries name, by row id, and what its postings sum to so far."""

    ledger: Ledger
    pools: Mapping[int, str]
    sources: Mapping[int, str]
    lines: Mapping[int | None, str]
    periods: Mapping[int, Period]
    may_go_below_zero: frozenset[int]
    closed_at: Mapping[int, int]  # period -> how many entries the ledger had when it was closed
    published: Mapping[int, list[PeriodClose]]  # entry number -> the closes that published its hash
    sums: Counter[tuple[int, int, int]] = field(default_factory=Counter)  # (pool, source, account) -> pence
    held: Counter[tuple[int, int]] = field(default_factory=Counter)
    transfers: defaultdict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    posting_count: int = 0

    @property
    def name(self) -> str:
        """As people know the ledger."""
        return self.ledger.fund.name


def books_of(ledger: Ledger, using: str) -> Books:
    """Read what a ledger's entries name."""
    closes = list(PeriodClose.objects.using(using).filter(period__ledger=ledger).select_related("period"))
    published: defaultdict[int, list[PeriodClose]] = defaultdict(list)
    for close in closes:
        published[close.entry_count].append(close)
    sources = list(LedgerSource.objects.using(using).filter(ledger=ledger))
    return Books(
        ledger=ledger,
        pools=dict(Pool.objects.using(using).filter(ledger=ledger).values_list("pk", "code")),
        sources={source.pk: source.code for source in sources},
        lines={None: "", **dict(LedgerLine.objects.using(using).filter(ledger=ledger).values_list("pk", "code"))},
        periods={period.pk: period for period in Period.objects.using(using).filter(ledger=ledger)},
        may_go_below_zero=frozenset(source.pk for source in sources if source.may_go_below_zero),
        closed_at={each.period_id: each.entry_count for each in closes if each.step == PeriodClose.Step.CLOSE},
        published=published,
    )


def _streamed(connection: BaseDatabaseWrapper, sql: str, values: tuple[int, int]) -> Iterator[Row]:
    """Rows of a query, a few at a time. In the query, days and moments stand in braces."""
    # Days and moments of SQLite as the text that is stored: a damaged one is no day, and must be told all the same.
    as_stored = r"CAST(\1 AS text)" if connection.vendor == "sqlite" else r"\1"
    with connection.chunked_cursor() as cursor:
        cursor.execute(re.sub(r"\{(.+?)\}", as_stored, sql), values)
        while rows := cursor.fetchmany(AT_ONCE):
            yield from rows


def entries_with_postings(ledger: Ledger, connection: BaseDatabaseWrapper) -> Iterator[tuple[Row | None, list[Row]]]:
    """Each entry of a ledger with its postings, in the order of the chain; None for the entry of postings without."""
    span = entry_id(ledger.pk, 0), entry_id(ledger.pk + 1, 0)
    return _beside(_streamed(connection, _ENTRIES, span), _streamed(connection, _POSTINGS, span))


def _beside(entries: Iterator[Row], postings: Iterator[Row]) -> Iterator[tuple[Row | None, list[Row]]]:
    groups = ((key, list(group)) for key, group in groupby(postings, key=itemgetter(0)))
    waiting = next(groups, None)
    for row in entries:
        while waiting is not None and waiting[0] < row[0]:
            yield None, waiting[1]
            waiting = next(groups, None)
        if waiting is not None and waiting[0] == row[0]:
            yield row, waiting[1]
            waiting = next(groups, None)
        else:
            yield row, []
    while waiting is not None:
        yield None, waiting[1]
        waiting = next(groups, None)


def day_of(value: object) -> str:
    """A day as the chain writes it, whichever way the database gives it."""
    return value.isoformat() if isinstance(value, date) else str(value)


def moment_of(value: object) -> str:
    """A moment as the chain writes it. SQLite gives text, which is kept to the letter where it is no moment."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    text = str(value)
    if len(text) not in (19, 26) or text[10] != " ":
        return f"{text}?"
    return f"{text[:10]}T{text[11:]}{'.000000' if len(text) == 19 else ''}+00:00"


def hex_of(value: object) -> str:
    """A uuid as hexadecimal digits."""
    return str(getattr(value, "hex", value))
