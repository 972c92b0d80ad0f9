"""Putting a backup back: the file is checked to its last byte before anything is touched."""

from __future__ import annotations

import json
import sqlite3
import tarfile
import tempfile
import zlib
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from commonpool import __version__
from commonpool.audit import checks, triggers
from commonpool.site.backups import (
    FOLDERS,
    FORMAT,
    LEFT_BEHIND,
    MANIFEST,
    READ_BYTES,
    SQLITE_PART,
    TABLE_PARTS,
    BackupError,
    DigestingReader,
    Manifest,
    applied_migrations,
    stored_files,
)

REPLACED: Final = "replaced"


def restore_backup(source: Path) -> Manifest:
    """Replace what this site holds by what the backup holds. Raises `BackupError`, before anything is changed, for a
    file that is no backup, is damaged, or does not fit this site.

    Files that the backup does not have are moved into `HOME/replaced`, not deleted.
    """
    home = Path(settings.COMMONPOOL_HOME)
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=home) as name:
        folder = Path(name)
        manifest = _unpack(source, folder)
        _must_fit(manifest)
        _must_hold_what_it_says(manifest, folder)
        for part in manifest.parts:
            if not part.startswith("database/"):
                _put(folder / part, home / part)
        if manifest.database == "sqlite":
            _restore_sqlite(folder / SQLITE_PART)
        else:
            _restore_postgresql(manifest, folder / TABLE_PARTS)
    _set_aside_files_beyond(manifest)
    _must_pass_every_check(manifest)
    return manifest


def _unpack(source: Path, folder: Path) -> Manifest:
    """Unpack into an empty folder and compare every part with the manifest."""
    found: dict[str, dict[str, Any]] = {}
    try:
        with tarfile.open(source, "r:gz") as archive:
            for entry in archive:
                name = _safe_name(entry)
                found[name] = _unpack_part(archive, entry, folder)
        manifest = _read_manifest(folder / MANIFEST)
    except (tarfile.TarError, zlib.error, EOFError) as error:
        raise BackupError(f"{source} is not a whole backup ({error}). Take another copy of it.") from None
    found.pop(MANIFEST)
    wrong = sorted(name for name in {*found, *manifest.parts} if found.get(name) != manifest.parts.get(name))
    if wrong:
        raise BackupError(f"{source} is damaged: {', '.join(wrong[:5])} differ from its list. Take another copy of it.")
    return manifest


def _safe_name(entry: tarfile.TarInfo) -> str:
    """The entry's name, if it is a plain file in a place where backups have files."""
    path = PurePosixPath(entry.name)
    is_ours = entry.name == MANIFEST or (path.parts and path.parts[0] in {"database", *FOLDERS})
    if not entry.isreg() or path.is_absolute() or ".." in path.parts or not is_ours:
        raise BackupError(f"The file holds ‘{entry.name}’, which no backup of Commonpool has. Nothing was restored.")
    return entry.name


def _unpack_part(archive: tarfile.TarFile, entry: tarfile.TarInfo, folder: Path) -> dict[str, Any]:
    target = folder / entry.name
    target.parent.mkdir(parents=True, exist_ok=True)
    packed = archive.extractfile(entry)
    assert packed is not None, "a plain file has contents"
    reader = DigestingReader(packed)
    with target.open("xb") as out:
        while block := reader.read(READ_BYTES):
            out.write(block)
    target.chmod(0o600)
    return {"bytes": entry.size, "sha256": reader.hexdigest()}


def _read_manifest(path: Path) -> Manifest:
    try:
        told = json.loads(path.read_text())
        manifest = Manifest(**told)
    except (FileNotFoundError, ValueError, TypeError):
        raise BackupError(
            "The file has no list of its contents, so it is no backup, or only the start of one."
        ) from None
    is_well_formed = (
        isinstance(manifest.parts, dict)
        and isinstance(manifest.rows, dict)
        and isinstance(manifest.columns, dict)
        and isinstance(manifest.migrations, list)
        and all(isinstance(name, str) for name in manifest.migrations)
    )
    if not is_well_formed:
        raise BackupError("The list of the file’s contents is not one that Commonpool wrote. Take another copy of it.")
    if manifest.format != FORMAT:
        raise BackupError(f"This backup is of format {manifest.format}; this release reads {FORMAT}.")
    return manifest


def _must_fit(manifest: Manifest) -> None:
    if manifest.database != connection.vendor:
        raise BackupError(
            f"The backup is of {manifest.database} and this site uses {connection.vendor}. "
            "Set COMMONPOOL_DATABASE_URL for PostgreSQL, or leave it out for SQLite."
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    unknown = sorted(set(manifest.migrations) - known)
    if unknown:
        raise BackupError(
            f"The backup was made by release {manifest.release}, which has {unknown[0]}; this is {__version__}. "
            "Install that release, or a later one, and restore again."
        )
    if manifest.database == "postgresql" and applied_migrations() != manifest.migrations:
        raise BackupError(
            f"The backup was made by release {manifest.release} and this database has other tables. Run "
            "`commonpool migrate` first; if that is not enough, restore with that release and upgrade afterwards."
        )


def _must_hold_what_it_says(manifest: Manifest, folder: Path) -> None:
    """The database is in the backup, with the tables and rows of its list: else it would wipe the one that is here."""
    if manifest.database == "postgresql":
        wanted = {f"{TABLE_PARTS}{table}.copy" for table in manifest.columns}
        if not manifest.columns or wanted - manifest.parts.keys():
            raise BackupError("The backup lacks tables of its database. Take another copy of it.")
        return
    if SQLITE_PART not in manifest.parts:
        raise BackupError("The backup has no database in it. Take another copy of it.")
    copy = sqlite3.connect(folder / SQLITE_PART)
    try:
        if (answer := copy.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            raise BackupError(f"The database in the backup is damaged: {answer}.")
        migrations = sorted(f"{app}.{name}" for app, name in copy.execute("SELECT app, name FROM django_migrations"))
        # A table's name that is none in the copy is an error of SQLite's own.
        rows = {
            name: copy.execute(f'SELECT count(*) FROM "{name.replace(chr(34), "")}"').fetchone()[0]  # noqa: S608
            for name in manifest.rows
        }
    except sqlite3.DatabaseError as error:
        raise BackupError(f"The database in the backup is not one of Commonpool ({error}).") from None
    finally:
        copy.close()
    if not rows or migrations != manifest.migrations or rows != manifest.rows:
        raise BackupError("The database in the backup is not the one that its list tells of. Take another copy of it.")


def _put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)


def _restore_sqlite(copy: Path) -> None:
    """Write the copy over the live database in one transaction of SQLite's own: readers see the old or the new."""
    restored = sqlite3.connect(copy)
    try:
        connection.close()
        live = sqlite3.connect(connection.settings_dict["NAME"], timeout=60)
        try:
            live.execute("PRAGMA journal_mode=WAL")
            restored.backup(live, pages=-1)
        finally:
            live.close()
    finally:
        restored.close()
    # An older backup gets the tables of this release; either way the guards are made afresh.
    call_command("migrate", interactive=False, verbosity=0)


def _restore_postgresql(manifest: Manifest, folder: Path) -> None:
    """Replace the rows of every table in one transaction: readers see the old or the new."""
    quote = connection.ops.quote_name
    tables = [*manifest.columns, *sorted(LEFT_BEHIND)]
    with transaction.atomic(), connection.cursor() as cursor:
        triggers.drop()
        cursor.execute(f"TRUNCATE {', '.join(quote(table) for table in tables)}")
        for table, columns in manifest.columns.items():
            listed = ", ".join(quote(column) for column in columns)
            with (
                (folder / f"{table}.copy").open("rb") as rows,
                cursor.copy(f"COPY {quote(table)} ({listed}) FROM STDIN") as into,
            ):
                while block := rows.read(READ_BYTES):
                    into.write(block)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # checks every key now; guards can't be made before
        for statement in _sequence_statements(cursor, manifest):
            cursor.execute(statement)
        triggers.make()


def _sequence_statements(cursor: Any, manifest: Manifest) -> list[str]:
    """Let new rows be numbered after the restored ones."""
    quote = connection.ops.quote_name
    found = [
        (table, sequence["column"])
        for table in manifest.columns
        for sequence in connection.introspection.get_sequences(cursor, table)
    ]
    return [
        f"SELECT setval(pg_get_serial_sequence('{quote(table)}', '{column}'), "  # noqa: S608 - the catalogue's names
        f"coalesce(max({quote(column)}), 1), max({quote(column)}) IS NOT NULL) FROM {quote(table)}"
        for table, column in found
    ]


def _set_aside_files_beyond(manifest: Manifest) -> None:
    aside = Path(settings.COMMONPOOL_HOME) / REPLACED / datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    for name, path in list(stored_files()):
        if name not in manifest.parts:
            _put(path, aside / name)


def _must_pass_every_check(manifest: Manifest) -> None:
    """The restored site is whole: keys point somewhere, guards stand, rows are all there."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        for table, expected in manifest.rows.items():
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
            if table != "django_migrations" and (found := cursor.fetchone()[0]) != expected:
                raise BackupError(f"{table} has {found} rows and the backup has {expected}. Restore again.")
    if faults := checks.faults():
        raise BackupError("The restored site does not pass its checks. " + " ".join(faults))
