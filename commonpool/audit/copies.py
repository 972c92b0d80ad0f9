"""A second copy of each row, kept by triggers, so that a byte changed behind the database's back is found and named.

Whatever changes a row through the database, by whatever route, changes its copy in the same statement. A byte changed
in the file, or a row changed while the triggers were away, leaves the two unlike. What proves itself otherwise (a
chain, a sum kept beside its parts) is left out. On PostgreSQL, which has checksums of its pages for this, only the
tables that ask for it are copied.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from commonpool.audit import triggers

COPIES: Final = "audit_rowcopy"
SCHEMA: Final = "sqlite_master"
_BETWEEN: Final = "\x1f"


@dataclass(frozen=True, slots=True)
class Watched:
    """A table whose rows are copied: its key's column, and the columns that are."""

    table: str
    key: str
    columns: tuple[str, ...]
    on_postgresql: bool

    def text(self, row: str, vendor: str) -> str:
        """SQL that gives a row's copied columns as one text."""
        quoted = [f'quote({row}."{column}")' for column in self.columns]
        if vendor == "sqlite":
            return " || char(31) || ".join(quoted)
        return f"concat_ws(chr(31), {', '.join(each.replace('quote(', 'quote_nullable(') for each in quoted)})"

    def key_of(self, row: str) -> str:
        """SQL that gives a row's key as text."""
        return f'CAST({row}."{self.key}" AS text)'


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not as its copy says. `columns` are those that differ: (name, here, in the copy).

    is_missing   the copy has a row that the table has not
    is_unknown   the table has a row that was never copied
    """

    table: str
    row: str
    columns: tuple[tuple[str, str, str], ...] = ()
    is_missing: bool = False
    is_unknown: bool = False


_watched: dict[str, Watched] = {}
_left_out: dict[str, tuple[str, ...]] = {}
_asked_for: set[str] = set()
_doubtful: dict[str, list[tuple[str, str]]] = {}


def leave_out(table: str, *columns: str) -> None:
    """Copy none of a table's columns, or not these: something else proves them. Before `watch_all`."""
    _left_out[table] = columns


def copy_on_both(table: str) -> None:
    """Copy the table on PostgreSQL too. Before `watch_all`."""
    _asked_for.add(table)


def watch_all() -> None:
    """Copy the rows of every table but those left out. For the last `AppConfig.ready` of all rooms."""
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if table != COPIES and model._meta.managed and not (table in _left_out and not _left_out[table]):
            _watch(_watched_of(model))
    _watch(Watched("django_migrations", "id", ("id", "app", "name", "applied"), on_postgresql=False))


def watched() -> tuple[Watched, ...]:
    """What is copied, in the order of its registration."""
    return tuple(_watched.values())


def _watched_of(model: type[models.Model]) -> Watched:
    table, key = model._meta.db_table, str(model._meta.pk.column)
    columns = (str(field.column) for field in model._meta.local_concrete_fields)
    kept = tuple(column for column in columns if column not in _left_out.get(table, ()))
    return Watched(table, key, kept, table in _asked_for)


def _watch(each: Watched) -> None:
    _watched[each.table] = each
    columns = ", ".join(f'"{column}"' for column in each.columns)
    old, new = _drop_copy(each, "OLD"), _add_copy(each, "NEW", "sqlite")
    for event, of, steps in (
        ("insert", "", f"{_drop_copy(each, 'NEW')}; {new}"),
        ("update", f" OF {columns}", f"{old}; {new}"),
        ("delete", "", old),
    ):
        name = f"{each.table}_copy_{event}"
        made = f"CREATE TRIGGER {name} AFTER {event.upper()}{of} ON {each.table} BEGIN {steps}; END"
        triggers.register(name, each.table, made, None)
    if each.on_postgresql:
        triggers.register(f"{each.table}_copy", each.table, None, _postgresql_sql(each))


def _drop_copy(each: Watched, row: str) -> str:
    return f"DELETE FROM {COPIES} WHERE table_name = '{each.table}' AND row_key = {each.key_of(row)}"  # noqa: S608


def _add_copy(each: Watched, row: str, vendor: str) -> str:
    said = f"'{each.table}', {each.key_of(row)}, {each.text(row, vendor)}"
    return f"INSERT INTO {COPIES} (table_name, row_key, content) VALUES ({said})"  # noqa: S608


def _postgresql_sql(each: Watched) -> str:
    name = f"{each.table}_copy"
    columns = ", ".join(f'"{column}"' for column in each.columns)
    # The text of a moment depends on the session's time zone, so the function has its own.
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET timezone = 'UTC' AS $$ BEGIN "
        f"IF TG_OP <> 'INSERT' THEN {_drop_copy(each, 'OLD')}; END IF; "
        f"IF TG_OP <> 'DELETE' THEN {_add_copy(each, 'NEW', 'postgresql')}; END IF; RETURN NULL; END $$; "
        f"CREATE TRIGGER {name} AFTER INSERT OR DELETE OR UPDATE OF {columns} ON {each.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


# -- comparing


def differences(using: str = DEFAULT_DB_ALIAS) -> Iterator[Difference]:
    """Every row that is not as its copy says, table by table; on SQLite the tables and indexes themselves as well."""
    connection = connections[using]
    for each in _copied_in(connection):
        yield from _unlike(connection, each)
    if connection.vendor == "sqlite":
        yield from _unlike_schema(connection)


def _copied_in(connection: BaseDatabaseWrapper) -> list[Watched]:
    return [each for each in watched() if connection.vendor == "sqlite" or each.on_postgresql]


def _unlike(connection: BaseDatabaseWrapper, each: Watched) -> Iterator[Difference]:
    text, key = each.text("t", connection.vendor), each.key_of("t")
    differs = "IS NOT" if connection.vendor == "sqlite" else "IS DISTINCT FROM"
    joined = f"{COPIES} c ON c.table_name = '{each.table}' AND c.row_key = {key}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, {text}, c.content FROM {each.table} t LEFT JOIN {joined} WHERE c.content {differs} {text}"  # noqa: S608
        )
        for row, here, copied in cursor.fetchall():
            yield _difference(each, str(row), here, copied)
        cursor.execute(
            f"SELECT c.row_key FROM {COPIES} c WHERE c.table_name = '{each.table}' "  # noqa: S608
            f"AND c.row_key NOT IN (SELECT {key} FROM {each.table} t)"
        )
        for (row,) in cursor.fetchall():
            yield Difference(each.table, str(row), is_missing=True)


def _difference(each: Watched, row: str, here: str | None, copied: str | None) -> Difference:
    if copied is None:
        return Difference(each.table, row, is_unknown=True)
    ours, theirs = str(here).split(_BETWEEN), str(copied).split(_BETWEEN)
    if len(ours) != len(each.columns) or len(theirs) != len(each.columns):
        return Difference(each.table, row)
    both = zip(each.columns, ours, theirs, strict=True)
    return Difference(each.table, row, tuple((name, one, other) for name, one, other in both if one != other))


# ANALYZE, which whoever keeps the database may run at any time, makes tables of its own.
_NOW: Final = (
    "SELECT name, type || char(31) || tbl_name || char(31) || coalesce(sql, '') FROM sqlite_master "
    "WHERE type <> 'view' AND NOT (type = 'table' AND substr(name, 1, 11) = 'sqlite_stat')"
)


def _unlike_schema(connection: BaseDatabaseWrapper) -> Iterator[Difference]:
    with connection.cursor() as cursor:
        cursor.execute(_NOW)
        now = dict(cursor.fetchall())
        cursor.execute(f"SELECT row_key, content FROM {COPIES} WHERE table_name = %s", [SCHEMA])  # noqa: S608
        copied = dict(cursor.fetchall())
    for name in sorted({*now, *copied}):
        if now.get(name) != copied.get(name):
            yield Difference(SCHEMA, name, is_missing=name not in now, is_unknown=name not in copied)


# -- migrations, which change rows and tables while no trigger stands


def note_before_migrating(using: str, **kwargs: Any) -> None:
    """Receiver of `pre_migrate`, before triggers go: what is unlike already is not made like by the migration."""
    connection = connections[using]
    _doubtful[using] = []
    if COPIES not in connection.introspection.table_names():
        return
    missing = set(triggers.missing_triggers(using))
    for each in _copied_in(connection):
        # Where the triggers are not as this release makes them, rows may have changed without their copies.
        if not any(name in missing for name in _triggers_of(each, connection.vendor)):
            _doubtful[using] += [(found.table, found.row) for found in _unlike(connection, each)]


def _triggers_of(each: Watched, vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [f"{each.table}_copy"]
    return [f"{each.table}_copy_{event}" for event in ("insert", "update", "delete")]


def copy_after_migrating(using: str, **kwargs: Any) -> None:
    """Receiver of `post_migrate`: copy what the migrations made of the rows and tables."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    if COPIES not in tables:
        return
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for each in _copied_in(connection):
            if each.table in tables:
                _copy_afresh(connection, cursor, each)
        if connection.vendor == "sqlite":
            cursor.execute(f"DELETE FROM {COPIES} WHERE table_name = %s", [SCHEMA])  # noqa: S608
            cursor.execute(f"INSERT INTO {COPIES} (table_name, row_key, content) SELECT '{SCHEMA}', * FROM ({_NOW}) s")  # noqa: S608


def _copy_afresh(connection: BaseDatabaseWrapper, cursor: Any, each: Watched) -> None:
    kept = [row for table, row in _doubtful.get(connection.alias, ()) if table == each.table]
    but = f" AND {{}} NOT IN ({', '.join(['%s'] * len(kept))})" if kept else ""
    cursor.execute(
        f"DELETE FROM {COPIES} WHERE table_name = '{each.table}'" + but.format("row_key"),  # noqa: S608
        kept,
    )
    key, text = each.key_of("t"), each.text("t", connection.vendor)
    cursor.execute(
        f"INSERT INTO {COPIES} (table_name, row_key, content) SELECT '{each.table}', {key}, {text} "  # noqa: S608
        f"FROM {each.table} t WHERE true" + but.format(key),
        kept,
    )
