"""Several statements in one go: PostgreSQL takes them as one message, which saves a round trip each; SQLite in turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db import connection

Statement = tuple[str, Sequence[Any]]
Rows = list[tuple[Any, ...]]
BY_COPY: Final = 500
"""From so many rows on, PostgreSQL takes them by COPY."""


def run(statements: Sequence[Statement]) -> None:
    """Run statements that give no rows, in their order."""
    if not statements:
        return
    with connection.cursor() as cursor:
        if _goes_together():
            cursor.execute(*_joined(statements))
        else:
            for sql, values in statements:
                cursor.execute(sql, values)


def fetch(statements: Sequence[Statement]) -> list[Rows]:
    """The rows of each statement, in their order."""
    with connection.cursor() as cursor:
        if not _goes_together():
            found = []
            for sql, values in statements:
                cursor.execute(sql, values)
                found.append(cursor.fetchall())
            return found
        cursor.execute(*_joined(statements))
        found = [cursor.fetchall()]
        while cursor.nextset():
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


def _goes_together() -> bool:
    """Values are put into the text before it is sent, so that several statements can go in one message."""
    bound_by_server = connection.settings_dict.get("OPTIONS", {}).get("server_side_binding", False)
    return connection.vendor == "postgresql" and not bound_by_server


def _joined(statements: Sequence[Statement]) -> Statement:
    return "; ".join(sql for sql, _ in statements), [value for _, values in statements for value in values]
