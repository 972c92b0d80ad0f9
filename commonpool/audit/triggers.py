"""Triggers that hold what no table constraint can: history that nobody edits.

On SQLite an altered table is rebuilt and its triggers silently vanish, and a trigger that names a second table
makes any rebuild of the second fail. So no migration makes a trigger: `migrate` drops all of them before it starts
and makes all of them when it ends. A killed migration leaves some missing: `missing_triggers` names them, and the
site and its workers refuse to start.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger by its name, the table it guards, and what makes it on each database (None: not needed there)."""

    name: str
    table: str
    sqlite_sql: str | None
    postgresql_sql: str | None

    def __post_init__(self) -> None:
        for name in (self.name, self.table):
            assert NAME.fullmatch(name), f"{name!r} is no plain lower-case SQL name"

    def sql(self, vendor: str) -> str | None:
        """What makes it on that database."""
        return {"sqlite": self.sqlite_sql, "postgresql": self.postgresql_sql}[vendor]


_registered: dict[str, Trigger] = {}


def register(name: str, table: str, sqlite_sql: str | None, postgresql_sql: str | None) -> None:
    """Have `name` made whenever the database has been migrated. For `AppConfig.ready`.

    sqlite_sql      one CREATE TRIGGER statement called `name` on `table`
    postgresql_sql  any statements; the last makes the trigger `name` on `table`; functions with OR REPLACE
    """
    trigger = Trigger(name, table, sqlite_sql, postgresql_sql)
    assert _registered.get(name, trigger) == trigger, f"two triggers are called {name}"
    _registered[name] = trigger


def registered() -> tuple[Trigger, ...]:
    """All triggers, in the order in which they were registered."""
    return tuple(_registered.values())


def append_only(table: str, unique: Sequence[str] = ("id", "uuid")) -> None:
    """Let rows of `table` be added, and never altered or removed, by whatever route.

    unique  its columns of which each is unique. SQLite's REPLACE removes the row that stands in the way of a new one,
            and fires no trigger for that unless the connection asks for it; so the new row is refused.
    """
    for event in ("update", "delete"):
        register(
            f"{table}_no_{event}",
            table,
            f"CREATE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: add a row that corrects, never change one'); END",
            _REFUSAL + f"CREATE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION commonpool_append_only()",
        )
    taken = " OR ".join(f"{column} = NEW.{column}" for column in unique)
    register(
        f"{table}_no_replace",
        table,
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608 - names, checked by Trigger
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {taken}) "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: that row is there already'); END",
        None,  # PostgreSQL has no REPLACE; its ON CONFLICT DO UPDATE is an update
    )
    register(
        f"{table}_no_truncate",
        table,
        None,  # SQLite has no TRUNCATE
        _REFUSAL + f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION commonpool_append_only()",
    )


_REFUSAL: Final = """
CREATE OR REPLACE FUNCTION commonpool_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only: add a row that corrects, never change one', TG_TABLE_NAME; END $$;
"""


def make(using: str = DEFAULT_DB_ALIAS) -> None:
    """Make every registered trigger whose table exists, afresh, in one transaction."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for trigger in registered():
            sql = trigger.sql(connection.vendor)
            if sql is not None and trigger.table in tables:
                cursor.execute(_drop_sql(trigger, connection))
                cursor.execute(sql)


def drop(using: str = DEFAULT_DB_ALIAS) -> None:
    """Take every registered trigger away. For migrations, restoring a backup and the tests' `flush`."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for trigger in registered():
            if trigger.table in tables:
                cursor.execute(_drop_sql(trigger, connection))


@contextmanager
def lifted(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """The triggers are away inside and back afterwards, whatever happens inside."""
    drop(using)
    try:
        yield
    finally:
        make(using)


def _drop_sql(trigger: Trigger, connection: BaseDatabaseWrapper) -> str:
    on = f" ON {trigger.table}" if connection.vendor == "postgresql" else ""
    return f"DROP TRIGGER IF EXISTS {trigger.name}{on}"


def missing_triggers(using: str = DEFAULT_DB_ALIAS) -> tuple[str, ...]:
    """Names of triggers that should stand and don't, or say something else. Empty when all is well."""
    connection = connections[using]
    found = _standing_on_sqlite(connection) if connection.vendor == "sqlite" else _standing_on_postgresql(connection)
    return tuple(
        trigger.name
        for trigger in registered()
        if (made := trigger.sql(connection.vendor)) is not None
        and (standing := found.get((trigger.table, trigger.name), "")) is not None
        and standing.split() != made.split()
    )


def _standing_on_sqlite(connection: BaseDatabaseWrapper) -> dict[tuple[str, str], str | None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'")
        return {(table, name): sql for table, name, sql in cursor.fetchall()}


def _standing_on_postgresql(connection: BaseDatabaseWrapper) -> dict[tuple[str, str], str | None]:
    """The text is None: PostgreSQL does not keep a trigger as it was written. A disabled one does not stand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND pg_table_is_visible(c.oid)"
        )
        return dict.fromkeys(cursor.fetchall())


def drop_before_migrating(using: str, **kwargs: Any) -> None:
    """Receiver of `pre_migrate`."""
    drop(using)


def make_after_migrating(using: str, **kwargs: Any) -> None:
    """Receiver of `post_migrate`."""
    make(using)
