"""Worlds that many tests begin with: built once in a run, and put back row by row for each test that asks again.

To agree a plan and open its books is nine hundred statements, through every rule and guard on the way. A test that
begins there tests none of that. So its builder does it once, and from then on the same rows are written as they were.
The database may be rolled back or emptied between: nothing is taken for granted but that it is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import cache, wraps
from typing import Any, Final, ParamSpec, TypeVar

from django.db import connection, transaction

from commonpool.audit.copies import COPIES
from tests.past_triggers import filled_tables, may_go_past, past_triggers

Arguments = ParamSpec("Arguments")
Made = TypeVar("Made")
PLAIN: Final = (str, int, date, type(None))
# The copies that migrating made have keys that may by now be those of other rows. Nothing refers to them.
KEYS_ANEW: Final = {COPIES: "id"}


@dataclass(frozen=True)
class Rows:
    """Rows of one table: those of SQLite as tuples, those of PostgreSQL as it writes them out itself."""

    table: str
    columns: str
    held: Sequence[Any]


def made_once(build: Callable[Arguments, Made]) -> Callable[Arguments, Made]:
    """What `build` makes of an empty database. It may not depend on the clock, nor leave anything but rows.

    Where the database is not empty, or something other than words, numbers and days is given, it is built as ever.
    """
    kept: dict[object, tuple[Made, list[Rows]]] = {}

    @wraps(build)
    def made(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Made:
        asked = (args, tuple(sorted(kwargs.items())))
        plain = all(isinstance(each, PLAIN) for each in (*args, *kwargs.values()))
        if not plain or not may_go_past() or not is_empty():
            return build(*args, **kwargs)
        if asked not in kept:
            outcome = build(*args, **kwargs)
            kept[asked] = deepcopy(outcome), all_rows()
            return outcome
        outcome, rows = kept[asked]
        _put_back(rows)
        return deepcopy(outcome)

    return made


def is_empty() -> bool:
    """Whether the database holds nothing but what migrating leaves in it."""
    return not filled_tables()


def all_rows() -> list[Rows]:
    """Every row but those that migrating left."""
    filled = filled_tables()
    own = ", ".join(f"'{table}'" for table in filled)
    copies = [_rows(COPIES, f" WHERE table_name IN ({own})")] if filled else []
    return [rows for rows in (*map(_rows, filled), *copies) if rows.held]


@cache
def _columns(table: str) -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} LIMIT 0")
        return tuple(name for name, *_ in cursor.description if name != KEYS_ANEW.get(table))


def _rows(table: str, where: str = "") -> Rows:
    columns = [f'"{column}"' for column in _columns(table)]
    # By their key; the copies, which come without theirs, by table and row.
    order = "ORDER BY 1, 2" if table == COPIES else "ORDER BY 1"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # With a sign before it a column comes as it is stored: Python would make dates of some.
            cursor.execute(f"SELECT {', '.join(f'+{column}' for column in columns)} FROM {table}{where} {order}")
            return Rows(table, ", ".join(columns), cursor.fetchall())
        with cursor.copy(f"COPY (SELECT {', '.join(columns)} FROM {table}{where} {order}) TO STDOUT") as copy:
            return Rows(table, ", ".join(columns), [bytes(part) for part in copy])


def _put_back(kept: list[Rows]) -> None:
    write = _write_to_sqlite if connection.vendor == "sqlite" else _write_to_postgresql
    tables = [rows.table for rows in kept]
    with transaction.atomic(), connection.cursor() as cursor, past_triggers(cursor, tables, "INSERT"):
        for rows in kept:
            write(cursor, rows)


def _write_to_sqlite(cursor: Any, rows: Rows) -> None:
    places = ", ".join(["%s"] * len(rows.held[0]))
    cursor.executemany(f"INSERT INTO {rows.table} ({rows.columns}) VALUES ({places})", rows.held)


def _write_to_postgresql(cursor: Any, rows: Rows) -> None:
    with cursor.copy(f"COPY {rows.table} ({rows.columns}) FROM STDIN") as copy:
        for part in rows.held:
            copy.write(part)
