"""Which tables hold rows, and writing or emptying them past the triggers: for what begins or ends a test."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Final, Literal

from django.db import connection

from commonpool.audit.copies import COPIES

MADE_BY_MIGRATING: Final = {"django_content_type", "auth_permission"}


@cache
def tables() -> tuple[str, ...]:
    """Every table that is empty when a database has just been migrated."""
    named = connection.introspection.django_table_names(include_views=False)
    return tuple(sorted({*named} - MADE_BY_MIGRATING - {COPIES}))


def filled_tables() -> list[str]:
    """Those of them that hold rows now."""
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{each}' WHERE EXISTS (SELECT 1 FROM {each})" for each in tables()))
        return [table for (table,) in cursor.fetchall()]


@cache
def may_go_past() -> bool:
    """PostgreSQL lets only its superuser do it; the server of `make test` is such a one's."""
    if connection.vendor == "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SHOW is_superuser")
        return bool(cursor.fetchone()[0] == "on")


@contextmanager
def past_triggers(cursor: Any, tables: Sequence[str], event: Literal["INSERT", "DELETE"]) -> Iterator[None]:
    """No trigger of these tables fires for the event inside. In a transaction, which fails whole if anything does."""
    if connection.vendor == "postgresql":
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")
        return
    cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
    fires = re.compile(rf"\b(BEFORE|AFTER) {event} ON\b")
    away = [(name, sql) for name, table, sql in cursor.fetchall() if table in tables and fires.search(sql)]
    for name, _ in away:
        cursor.execute(f"DROP TRIGGER {name}")
    yield
    for _, sql in away:
        cursor.execute(sql)
