"""Several statements in one go: PostgreSQL takes them as one message, each prepared once; SQLite takes them in turn."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from django.db import connection

Statement = tuple[str, Sequence[Any]]
Rows = list[tuple[Any, ...]]
BY_COPY: Final = 500
"""From so many rows on, PostgreSQL takes them by COPY."""
PREPARED_AFTER: Final = 5
"""How often PostgreSQL has planned a statement anew before its plan is kept."""


def run(*groups: Sequence[Statement]) -> None:
    """Run groups of writing statements, in their order.

    Within a group no statement may need to see another's rows: PostgreSQL takes it as one statement, in one message.
    """
    if connection.vendor == "postgresql":
        with _pipeline() as execute:
            for group in filter(None, groups):
                execute(*_as_one(group))
        return
    with connection.cursor() as cursor:
        for sql, values in itertools.chain(*groups):
            cursor.execute(sql, values)


def _as_one(group: Sequence[Statement]) -> Statement:
    *others, (last, values) = group
    named = ", ".join(f"part_{number} AS ({sql})" for number, (sql, _) in enumerate(others))
    return f"WITH {named} {last}" if named else last, [*itertools.chain(*(given for _, given in others)), *values]


def fetch(statements: Sequence[Statement]) -> list[Rows]:
    """The rows of each statement, in their order."""
    if connection.vendor == "postgresql":
        with _pipeline() as execute:
            cursors = [execute(sql, values) for sql, values in statements]
            return [cursor.fetchall() for cursor in cursors]
    found: list[Rows] = []
    with connection.cursor() as cursor:
        for sql, values in statements:
            cursor.execute(sql, values)
            found.append(cursor.fetchall())
    return found


def copy_in(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Many rows into a table of PostgreSQL; its triggers run as for any other."""
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def takes_copy(count: int) -> bool:
    """Whether so many rows go by COPY."""
    return count >= BY_COPY and connection.vendor == "postgresql"


@contextmanager
def _pipeline() -> Iterator[Any]:
    """`execute(sql, values)`, which sends without waiting; errors come as Django's, at the latest at the end."""
    from psycopg import Cursor

    connection.ensure_connection()
    own: Any = connection.connection
    with connection.wrap_database_errors:
        own.prepare_threshold = PREPARED_AFTER
        with own.pipeline():
            yield lambda sql, values: Cursor(own).execute(sql, values)
