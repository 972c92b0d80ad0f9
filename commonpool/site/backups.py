"""Everything in one file: a consistent copy of the database, the uploads and the activity.

The file is a gzipped tar. `manifest.json`, its last part, names every other part with its size and SHA-256. The
database is SQLite's own online copy, or one text file a table in PostgreSQL's COPY format, all read in one snapshot.
Sessions and the secret key stay behind: whoever restores elsewhere signs in again. So do the keys to interviews
(`commonpool voices keys` copies those), without which nobody reads a word of them.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from commonpool import __version__

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
SQLITE_PART: Final = "database/commonpool.sqlite3"
TABLE_PARTS: Final = "database/tables/"
FOLDERS: Final = ("uploads", "activity")
LEFT_BEHIND: Final = frozenset({"django_session"})
READ_BYTES: Final = 1_000_000


class BackupError(Exception):
    """A backup that can't be made or put back. The message says why and what to do; nothing was changed."""


@dataclass(slots=True)
class Manifest:
    """What is in a backup."""

    made_at: str
    release: str
    database: str  # "sqlite" or "postgresql"
    migrations: list[str]  # "app.name", sorted
    rows: dict[str, int]  # by table
    columns: dict[str, list[str]]  # by table, as copied; empty for SQLite, whose file says it itself
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)  # path -> {"bytes", "sha256"}
    format: int = FORMAT

    def summary(self) -> dict[str, Any]:
        """What a program wants to know of it."""
        return {
            "made_at": self.made_at,
            "release": self.release,
            "database": self.database,
            "rows": sum(self.rows.values()),
            "files": sum(not name.startswith("database/") for name in self.parts),
            "bytes": sum(part["bytes"] for part in self.parts.values()),
        }

    def sentence(self) -> str:
        """The same for people."""
        told = self.summary()
        tables = sum(bool(count) for count in self.rows.values())
        return f"{told['rows']:,} rows of {tables} tables and {told['files']:,} files, {told['bytes']:,} bytes."


def write_backup(target: Path) -> Manifest:
    """Write a backup of the running site to `target`, whole or not at all. Raises `BackupError`."""
    if target.is_dir():
        raise BackupError(f"{target} is a folder. Name a file, for example {target / 'commonpool.tar.gz'}.")
    if not target.resolve().parent.is_dir():
        raise BackupError(f"There is no folder {target.parent}. Make it first, or name another.")
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as out, tarfile.open(fileobj=out, mode="w:gz", compresslevel=6) as archive:
            manifest = _write_parts(archive)
            out.flush()
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


def _write_parts(archive: tarfile.TarFile) -> Manifest:
    manifest = Manifest(
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        release=__version__,
        database=connection.vendor,
        migrations=[],
        rows={},
        columns={},
    )
    # The database first: what it names has been stored before, so it is in the folders when they are read after it.
    copy_database = _copy_sqlite if connection.vendor == "sqlite" else _copy_postgresql
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=settings.COMMONPOOL_HOME) as folder:
        for name, path in copy_database(Path(folder), manifest):
            _add(archive, manifest, name, path)
            path.unlink()
    for name, path in stored_files():
        _add(archive, manifest, name, path)
    text = json.dumps(vars_of(manifest), indent=1).encode()
    entry = tarfile.TarInfo(MANIFEST)
    entry.size, entry.mode = len(text), 0o600
    archive.addfile(entry, io.BytesIO(text))
    return manifest


def vars_of(manifest: Manifest) -> dict[str, Any]:
    """The manifest as JSON holds it."""
    return {name: getattr(manifest, name) for name in Manifest.__dataclass_fields__}


def stored_files() -> Iterator[tuple[str, Path]]:
    """(name in the backup, path) of every file beside the database, in a stable order.

    Keys to interviews are none of them, wherever their folder is: destroying one has to reach every backup.
    """
    keys = Path(settings.INTERVIEW_KEYS)
    for folder in FOLDERS:
        root = Path(settings.COMMONPOOL_HOME) / folder
        for path in sorted(root.rglob("*")):
            if path.is_file() and not path.is_symlink() and path.resolve().parent != keys:
                yield f"{folder}/{path.relative_to(root).as_posix()}", path


def _add(archive: tarfile.TarFile, manifest: Manifest, name: str, path: Path) -> None:
    """Add a file with the size that it has now, and note its digest while it passes."""
    with path.open("rb") as source:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = os.fstat(source.fileno()).st_size, 0o600
        digest = DigestingReader(source)
        archive.addfile(entry, digest)
    manifest.parts[name] = {"bytes": entry.size, "sha256": digest.hexdigest()}


class DigestingReader(io.RawIOBase):
    """A file that notes the SHA-256 of what is read from it."""

    def __init__(self, source: Any) -> None:
        self._source = source
        self._digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        found: bytes = self._source.read(size)
        self._digest.update(found)
        return found

    def hexdigest(self) -> str:
        """Of everything read so far."""
        return self._digest.hexdigest()


def applied_migrations() -> list[str]:
    """Names of the migrations that this database has had."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def _copy_sqlite(folder: Path, manifest: Manifest) -> Iterator[tuple[str, Path]]:
    """SQLite's online copy: consistent, and writers go on meanwhile."""
    copy = folder / "commonpool.sqlite3"
    source = sqlite3.connect(connection.settings_dict["NAME"], timeout=60)
    target = sqlite3.connect(copy)
    try:
        source.backup(target, pages=-1)
        for table in LEFT_BEHIND:
            target.execute(f"DELETE FROM {table}")  # noqa: S608 - our own constant
        target.commit()
        target.execute("PRAGMA journal_mode=DELETE")
        if (answer := target.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            raise BackupError(f"The database itself is damaged: {answer}. Restore an earlier backup.")
        tables = [row[0] for row in target.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        counted = [name for name in sorted(tables) if not name.startswith("sqlite_")]
        # The names come from the database's own catalogue.
        manifest.rows = {
            name: target.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
            for name in counted
        }
        manifest.migrations = sorted(
            f"{app}.{name}" for app, name in target.execute("SELECT app, name FROM django_migrations")
        )
    finally:
        target.close()
        source.close()
    yield SQLITE_PART, copy


def _copy_postgresql(folder: Path, manifest: Manifest) -> Iterator[tuple[str, Path]]:
    """Every table in COPY's text format, from one snapshot: no program of PostgreSQL's own is needed."""
    with _snapshot() as cursor:
        manifest.migrations = applied_migrations()
        for table in sorted(set(connection.introspection.table_names(cursor)) - LEFT_BEHIND):
            columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
            manifest.columns[table] = columns
            path = folder / f"{table}.copy"
            manifest.rows[table] = _copy_table(cursor, table, columns, path)
            yield f"{TABLE_PARTS}{table}.copy", path


@contextmanager
def _snapshot() -> Iterator[Any]:
    """A cursor whose every read sees the same moment."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield cursor


def _copy_table(cursor: Any, table: str, columns: list[str], path: Path) -> int:
    quote = connection.ops.quote_name
    listed = ", ".join(quote(column) for column in columns)
    with path.open("wb") as out, cursor.copy(f"COPY {quote(table)} ({listed}) TO STDOUT") as rows:
        for block in rows:
            out.write(block)
    return int(cursor.rowcount)
