"""The database around the books: its guards, its file, and every row of which it keeps a second copy."""

from __future__ import annotations

import re
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from commonpool.audit import copies
from commonpool.audit.triggers import missing_triggers
from commonpool.ledger.guards import KEPT_FOR_EVER
from commonpool.ledger.verifying.faults import Found

_SHOWN: Final = 60


def verify_guards(using: str, found: Found) -> None:
    """Every trigger stands."""
    for name in missing_triggers(using):
        found.add("triggers", f"The trigger {name} is missing, or says something else than this release.")


def verify_copies(using: str, found: Found) -> None:
    """Every row that the chain does not prove is as its second copy says."""
    for difference in copies.differences(using):
        found.add("row", _sentence(difference))


def _sentence(difference: copies.Difference) -> str:
    where = f"{difference.table}, row {difference.row}"
    if difference.is_missing:
        return f"{where}: it is gone, or its key was changed; its second copy is there."
    if difference.is_unknown:
        return f"{where}: it has no second copy, so it was put there behind the database’s back."
    # Other rooms hold what concerns persons: their columns are named, their values are not shown.
    values = difference.table.startswith("ledger_")
    told = [_column(*column, shows=values) for column in difference.columns]
    return f"{where}: {' and '.join(told) or 'it'} is not as in its second copy."


def _column(name: str, here: str, copied: str, *, shows: bool) -> str:
    return f"column {name} ({here[:_SHOWN]}, there {copied[:_SHOWN]})" if shows else f"column {name}"


def verify_file(connection: BaseDatabaseWrapper, found: Found) -> None:
    """What SQLite itself finds of its pages, indexes and keys. PostgreSQL has no such question."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor, found.reading("The file’s structure"):
        cursor.execute("PRAGMA integrity_check")
        for (answer,) in cursor.fetchall():
            for line in str(answer).splitlines():
                if line != "ok" and not line.startswith("*** in database"):
                    found.add("file", f"SQLite says of the file: {line}.")
    with connection.cursor() as cursor, found.reading("The keys between tables"):
        cursor.execute("PRAGMA foreign_key_check")
        for table, row, parent, key in cursor.fetchall():
            found.add(
                "file", f"{table}, row {row}: its {_key_column(connection, table, key)} names no row of {parent}."
            )
    with connection.cursor() as cursor, found.reading("The file’s counters"):
        _verify_counters(connection, found)
        for name in ("user_version", "application_id"):
            cursor.execute(f"PRAGMA {name}")
            if (value := cursor.fetchone()[0]) != 0:
                found.add("file", f"The file’s header says {name} {value}, and this program writes none.")


def _key_column(connection: BaseDatabaseWrapper, table: str, key: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f'PRAGMA foreign_key_list("{table}")')
        return next((f"column {row[3]}" for row in cursor.fetchall() if row[0] == key), "key")


def _verify_counters(connection: BaseDatabaseWrapper, found: Found) -> None:
    """The next row's id comes after every row's; of what is never deleted, right after the last one's."""
    kept_for_ever = {*KEPT_FOR_EVER, "audit_auditevent"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, seq FROM sqlite_sequence")
        for table, last in cursor.fetchall():
            if not re.fullmatch(r"[a-z][a-z0-9_]*", str(table)):
                found.add("file", f"sqlite_sequence counts the rows of ‘{table}’, which is no table.")
                continue
            cursor.execute(f"SELECT coalesce(max(rowid), 0) FROM {table}")  # noqa: S608 - checked above
            highest = cursor.fetchone()[0]
            if not isinstance(last, int) or last < highest or (table in kept_for_ever and highest and last != highest):
                found.add("file", f"sqlite_sequence says that {table} has {last} rows so far; its last is {highest}.")
