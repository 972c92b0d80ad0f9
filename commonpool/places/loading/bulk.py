"""Many rows at once: COPY on PostgreSQL, one prepared statement on SQLite.

Both go round signals and history; whoever loads writes one audit event for the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model


def insert(model: type[Model], fields: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Add rows, each a tuple of values in the order of `fields` (foreign keys as `organisation_id`).

    Every column without a default in the database must be named. Raises IntegrityError as any insert does.
    """
    quote = connection.ops.quote_name
    columns = ", ".join(quote(_column(model, name)) for name in fields)
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(fields))
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(rows))  # noqa: S608


def take_stock(*models: type[Model]) -> None:
    """Let PostgreSQL count what was just added; it plans badly for rows that it has not looked at yet."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE " + ", ".join(connection.ops.quote_name(model._meta.db_table) for model in models))


def _column(model: type[Model], name: str) -> str:
    field = model._meta.get_field(name.removesuffix("_id"))
    column = getattr(field, "column", None)
    assert isinstance(column, str), f"{name} has no column"
    return column
