"""Whatever is changed behind the database's back is found by verify, and named."""

from __future__ import annotations

import random
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from commonpool.ledger.verifying import verify
from commonpool.ledger.verifying.copies import opened
from tests.ledger.damage import a_full_ledger, change, columns

# Row ids that nothing names: verify asks only that they keep the order of the chain, or stand once.
UNNAMED = {("ledger_posting", "id"), ("ledger_balance", "id"), ("ledger_held", "id")}
FLIPS = 400
SEED = 20_240_401
# Of a file's first hundred bytes: counters, versions and spare room, in which nothing is stored.
HEADER_BYTES = 100


class Undone(Exception):  # noqa: N818 - what becomes of the block
    """Leaves a block whose changes are not to stay."""


@pytest.fixture
def may_open_copies(django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test open databases that no setting names: Django's test case would refuse them."""
    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", django_db_blocker._real_ensure_connection)


@pytest.mark.django_db
def test_every_column_of_every_table_of_the_ledger_is_proved() -> None:
    a_full_ledger()
    assert [str(fault) for fault in verify().faults] == []
    missed: list[str] = []
    tried = 0

    for table, column in columns():
        try:
            with transaction.atomic():
                assert change(table, column), f"{table} has no row to change"
                tried += 1
                said = " ".join(str(fault) for fault in verify().faults)
                if not re.search(rf"{table}|{column}|[Ee]ntry \d", said) and (table, column) not in UNNAMED:
                    missed.append(f"{table}.{column}: {said or 'nothing found'}")
                raise Undone
        except Undone:
            continue
        except DatabaseError as refused:  # a constraint of the table stands whatever the triggers do
            assert re.search(r"(?i)constraint|duplicate key", str(refused)), f"{table}.{column}: {refused}"

    assert missed == []
    assert tried > 150
    assert verify().is_sound


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the file is SQLite's")
def test_a_byte_changed_anywhere_in_a_copy_of_the_file_is_found_and_named(
    tmp_path: Path, may_open_copies: None
) -> None:
    a_full_ledger()
    whole = _copy_of_the_file(tmp_path / "whole.sqlite3")
    stored = _stored(tmp_path / "whole.sqlite3")
    chance = random.Random(SEED)
    # Most bytes of a small file are spare room: one in ten of the flips goes anywhere, the others where something is.
    written = [place for place in range(HEADER_BYTES, len(whole)) if whole[place]]
    altered = 0

    for number in range(FLIPS):
        place = chance.choice(written) if number % 10 else chance.randrange(HEADER_BYTES, len(whole))
        flip = chance.randrange(1, 256)
        damaged = tmp_path / "damaged.sqlite3"
        damaged.write_bytes(whole[:place] + bytes([whole[place] ^ flip]) + whole[place + 1 :])
        if _stored(damaged) == stored:
            continue  # nothing is stored in that byte
        altered += 1
        with opened(damaged) as (alias, _found):
            answer = verify(using=str(alias))
        assert answer.faults, f"seed {SEED}: byte {place} of {len(whole)} changed by {flip} and nothing found"
        assert all(fault.said for fault in answer.faults)

    assert altered > FLIPS // 4


def _copy_of_the_file(target: Path) -> bytes:
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute("VACUUM")
    return target.read_bytes()


def _stored(file: Path) -> list[object] | None:
    """All that a file stores, as SQLite reads it; None where it cannot."""
    try:
        with closing(sqlite3.connect(file)) as inner:
            inner.text_factory = bytes
            rows: list[object] = [inner.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()]
            for (table,) in inner.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                rows.append(inner.execute(f'SELECT rowid, * FROM "{table.decode()}" NOT INDEXED').fetchall())
            return rows
    except (sqlite3.Error, UnicodeDecodeError):
        return None
