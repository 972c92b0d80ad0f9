"""`commonpool ledger verify` tells in sentences and in its exit code whether the books are sound."""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from commonpool.ledger.verifying.copies import opened
from tests.site.running import MigratedSite, OwnSite

FILL = """
from datetime import UTC, date, datetime
from commonpool.ledger.actions.posting import post_all
from commonpool.ledger.rules.events import Event, Kind
from tests.ledger.simulated_books import many_ledgers
for number, ledger in many_ledgers([1, 2]).items():
    events = [Event(f"{number}/{n}", Kind.RECEIVE, date(2024, 5, 1), "MAIN", 100 + n, source="A") for n in range(5)]
    post_all(actor=None, at=datetime(2024, 10, 1, tzinfo=UTC), ledger=ledger, events=events)
"""
SPOIL = """
from django.db import connection
from commonpool.audit import triggers
with triggers.lifted(), connection.cursor() as cursor:
    cursor.execute("UPDATE ledger_posting SET pence = pence + 7 WHERE pence = 103")
"""
on_sqlite = pytest.mark.skipif("COMMONPOOL_DATABASE_URL" in os.environ, reason="the file is SQLite's")


@pytest.fixture(scope="module")
def site(migrated_site: MigratedSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnSite]:
    with migrated_site(tmp_path_factory.mktemp("verify") / "home") as made:
        made.python(FILL)
        yield made


def test_sound_books_end_with_0_and_their_heads(site: OwnSite) -> None:
    told = site.run("ledger", "verify").stdout
    answer = json.loads(site.run("ledger", "verify", "--fund", "fund 2", "--json").stdout)

    assert "Fund 1: 5 entries, 10 postings, head " in told
    assert told.endswith("Sound.\n")
    assert answer["sound"] is True
    assert [(each["ledger"], each["entries"], each["postings"]) for each in answer["ledgers"]] == [("Fund 2", 5, 10)]
    assert (answer["faults"], answer["counts"]) == ([], {})


def test_a_fund_that_is_not_there_is_answered_with_those_that_are(site: OwnSite) -> None:
    refused = site.run("ledger", "verify", "--fund", "Fund 3", code=2)

    assert "No fund with a ledger is called ‘Fund 3’. Name one by its uuid: Fund 1 (" in refused.stderr


@on_sqlite
def test_a_copy_of_the_file_is_verified_beside_the_site_and_each_changed_value_is_named(
    site: OwnSite, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.sqlite3"
    with closing(sqlite3.connect(site.home / "commonpool.sqlite3")) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    assert site.run("ledger", "verify", "--copy", str(copy)).stdout.endswith("Sound.\n")
    whole = copy.read_bytes()

    copy.write_bytes(whole.replace(b"Fund 2", b"Fond 2", 1))
    other_room = json.loads(site.run("ledger", "verify", "--copy", str(copy), "--json", code=1).stdout)
    copy.write_bytes(whole.replace(b"2/3", b"2/9", 1))
    entry = site.run("ledger", "verify", "--copy", str(copy), code=1).stdout

    assert any("funds_pooledfund" in fault["fault"] for fault in other_room["faults"])
    assert "Entry 4 (‘2/" in entry or "index entry_key_once" in entry
    assert "NOT SOUND" in entry
    assert site.run("ledger", "verify").stdout.endswith("Sound.\n")


def test_a_byte_changed_anywhere_in_a_backup_is_found(site: OwnSite, tmp_path: Path) -> None:
    backup, damaged = tmp_path / "backup.tar.gz", tmp_path / "damaged.tar.gz"
    site.run("backup", str(backup))
    sound = site.run("ledger", "verify", "--copy", str(backup)).stdout
    whole = backup.read_bytes()
    # The first ten bytes are the packing's own date and system, which no reader of it heeds.
    for place in {*range(10, len(whole), len(whole) // 40), len(whole) - 1}:
        damaged.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with opened(damaged) as (_, found):
            assert found.counts or _unpacked(damaged) == _unpacked(backup), f"byte {place} of {len(whole)}"
    told = site.run("ledger", "verify", "--copy", str(damaged), code=1).stdout

    assert sound.endswith("Sound.\n")
    assert "damaged.tar.gz" in told


def _unpacked(file: Path) -> bytes | None:
    """What the packing holds. A byte that says where to copy from may change nothing: a run is the same all along."""
    try:
        return gzip.decompress(file.read_bytes())
    except (OSError, EOFError, zlib.error):
        return None


def test_a_file_that_is_neither_is_refused(site: OwnSite, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("no database")

    assert "neither an SQLite database nor a backup" in site.run("ledger", "verify", "--copy", str(file), code=2).stderr


def test_books_that_were_changed_end_with_1_and_say_where_and_what_to_do(site: OwnSite) -> None:
    site.python(SPOIL)

    told = site.run("ledger", "verify", code=1).stdout
    answer = json.loads(site.run("ledger", "verify", "--fund", "Fund 1", "--format", "json", code=1).stdout)

    assert "WRONG: Fund 1: Entry 4 (‘1/3’): its postings of A in MAIN are 7 pence apart" in told
    assert "posting 1, column pence (110, not 103), was changed" in told
    assert "What to do (hash): Restore the newest backup that verifies" in told
    assert answer["sound"] is False
    assert {fault["entry"] for fault in answer["faults"] if fault["ledger"] == "Fund 1"} >= {4}
    assert answer["counts"]["balance"] == 1
