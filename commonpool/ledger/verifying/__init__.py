"""Proving the books: everything that can be recomputed is, and every fault is named with what to do.

`verify` recomputes each ledger's chain from its first entry, balances, what is held, what closes published, transfers,
and what guards and carries the books. `quick_faults` asks only whether the ends meet, for a start or a restore.

What is covered: on both databases every column of every table of this room (a code of a pool, source or line by the
chain that names it; names, policies, fences, schedules, limits, virements and files by their second copies). On SQLite
the second copies of all other tables as well, the tables themselves, and what `PRAGMA integrity_check` and
`foreign_key_check` find. Not covered: bytes of the file that store nothing, such as free pages; the digests of a
backup cover those too. On PostgreSQL other rooms' tables are for its own checksums of pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from commonpool.ledger.models import Ledger
from commonpool.ledger.verifying.chain import verify_chain
from commonpool.ledger.verifying.database import verify_copies, verify_file, verify_guards
from commonpool.ledger.verifying.faults import Fault, Found, Head, Verification
from commonpool.ledger.verifying.kept import verify_balances, verify_periods, verify_strays, verify_transfers
from commonpool.ledger.verifying.quick import quick_faults
from commonpool.ledger.verifying.reading import books_of

__all__ = ["Fault", "Head", "Verification", "quick_faults", "verify"]

Progress = Callable[[int], None]


def verify(
    ledger: Ledger | None = None, *, using: str = DEFAULT_DB_ALIAS, progress: Progress = lambda done: None
) -> Verification:
    """Recompute one ledger, or all of them, as the database stands at this moment; others may write meanwhile.

    progress  told how many postings have been read since it was last told
    """
    connection = connections[using]
    found = Found()
    heads: list[Head] = []
    with found.reading("The database"), _one_moment(connection), _lenient_texts(connection):
        verify_file(connection, found)
        with found.reading("The triggers"):
            verify_guards(using, found)
        with found.reading("The second copies of rows"):
            verify_copies(using, found)
        with found.reading("The ledgers"):
            heads = _verify_ledgers(ledger, using, found, progress)
    return Verification(tuple(heads), tuple(found.faults), dict(found.counts))


def _verify_ledgers(ledger: Ledger | None, using: str, found: Found, progress: Progress) -> list[Head]:
    connection = connections[using]
    all_ledgers = list(Ledger.objects.using(using).select_related("fund").order_by("pk"))
    verify_strays(connection, all_ledgers, found)
    heads, all_books = [], []
    for each in all_ledgers:
        if ledger is None or each.pk == ledger.pk:
            with found.reading(f"The ledger of {each.fund.name}"):
                books = books_of(each, using)
                heads.append(verify_chain(books, connection, found, progress))
                verify_balances(books, using, found)
                verify_periods(books, using, found)
                all_books.append(books)
    verify_transfers(all_books, connection, found)
    return heads


@contextmanager
def _one_moment(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Every read inside sees the same moment, and nobody who writes has to wait for it."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(using=connection.alias):
            _run(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:
        # Django's own transaction would take the write lock.
        _run(connection, "BEGIN DEFERRED")
        try:
            yield
        finally:
            _run(connection, "ROLLBACK")


def _run(connection: BaseDatabaseWrapper, sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@contextmanager
def _lenient_texts(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """A text that is damaged is read with a mark in the damaged place, not refused."""
    inner: Any = connection.connection
    if connection.vendor != "sqlite" or inner is None:
        yield
        return
    before = inner.text_factory
    inner.text_factory = _decoded
    try:
        yield
    finally:
        inner.text_factory = before


def _decoded(text: bytes) -> str:
    return text.decode(errors="replace")
