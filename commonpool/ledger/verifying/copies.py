"""A copy of the database file, or a whole backup, verified beside the running site, which it does not touch."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections

from commonpool.ledger.verifying.faults import Found, Verification

ALIAS: Final = "copy"
MANIFEST: Final = "manifest.json"
_BLOCK: Final = 1_000_000
_BROKEN: Final = (tarfile.TarError, EOFError, OSError, zlib.error, ValueError, KeyError)


class NotACopy(Exception):  # noqa: N818 - what the file is
    """The file is neither an SQLite database nor a backup. The message says what to name instead."""


@contextmanager
def opened(file: Path) -> Iterator[tuple[str | None, Found]]:
    """The database of a copy under an alias of its own, and what is wrong with the file around it.

    The alias is None where the file holds no SQLite database that could be asked: a backup of PostgreSQL, or one that
    cannot be unpacked. Raises NotACopy.
    """
    found = Found()
    with TemporaryDirectory(prefix="commonpool-verify-") as folder:
        database: Path | None = Path(folder) / "copy.sqlite3"
        assert database is not None
        if _starts_with(file, b"SQLite format 3"):
            _copy_file(file, database)
        elif _starts_with(file, b"\x1f\x8b"):
            database = _unpacked(file, database, found)
        else:
            raise NotACopy(f"{file} is neither an SQLite database nor a backup of ‘commonpool backup’. Name one.")
        if database is None:
            yield None, found
            return
        with _known_as(ALIAS, database):
            yield ALIAS, found


def with_faults_of_file(answer: Verification, found: Found, file: Path) -> Verification:
    """The answer, and what is wrong with the backup around the database."""
    if not found.counts:
        return answer
    if answer.is_sound:
        found.add("backup", f"{file.name}: no stored row differs, so what changed stores nothing or is in other parts.")
    return replace(answer, faults=(*found.faults, *answer.faults), counts={**found.counts, **answer.counts})


def _starts_with(file: Path, start: bytes) -> bool:
    with file.open("rb") as opened_file:
        return opened_file.read(len(start)) == start


def _copy_file(file: Path, database: Path) -> None:
    """The file, and the changes that SQLite keeps beside it."""
    shutil.copyfile(file, database)
    beside = file.with_name(f"{file.name}-wal")
    if beside.is_file():
        shutil.copyfile(beside, database.with_name(f"{database.name}-wal"))


def _unpacked(file: Path, database: Path, found: Found) -> Path | None:
    """The database of a backup; every part is held against the digest that the backup lists of it."""
    digests: dict[str, str] = {}
    listed: dict[str, Any] = {}
    try:
        with gzip.open(file) as whole:
            with tarfile.open(fileobj=whole, mode="r:") as archive:
                for part in archive:
                    source = archive.extractfile(part)
                    if source is None:
                        continue
                    if part.name == MANIFEST:
                        listed = json.load(source)["parts"]
                    else:
                        digests[part.name] = _digest(source, database if part.name.endswith(".sqlite3") else None)
            # Its sum stands at the very end and also covers what lies between the parts.
            while whole.read(_BLOCK):
                pass
    except _BROKEN as error:
        found.add("backup", f"{file.name} cannot be unpacked to its end: {error}.")
    for name in sorted({*digests, *listed}):
        if listed and digests.get(name) != listed.get(name, {}).get("sha256"):
            found.add("backup", f"{file.name}: the part {name} is not as the backup lists it.")
    return database if database.is_file() else None


def _digest(source: Any, target: Path | None) -> str:
    digest = hashlib.sha256()
    written = target.open("wb") if target else None
    try:
        while block := source.read(_BLOCK):
            digest.update(block)
            if written:
                written.write(block)
    finally:
        if written:
            written.close()
    return digest.hexdigest()


@contextmanager
def _known_as(alias: str, database: Path) -> Iterator[None]:
    """Django asks the file under that alias inside."""
    given = connections.databases[DEFAULT_DB_ALIAS]
    engine = "django.db.backends.sqlite3"
    connections.databases[alias] = {**given, "ENGINE": engine, "NAME": str(database), "OPTIONS": {}}
    try:
        yield
    finally:
        connections[alias].close()
        del connections[alias]
        del connections.databases[alias]
