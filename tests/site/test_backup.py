"""A backup is whole or is not made; a restore is whole or changes nothing; and the site runs meanwhile."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from commonpool.site.backups import BackupError, Manifest, vars_of
from commonpool.site.restoring import _unpack
from tests.site.running import MigratedSite, OwnSite

FILL = """
from datetime import UTC, datetime
from uuid import uuid4
from commonpool.audit.actions import record
from commonpool.people.models import Person
from django.conf import settings
person = Person.objects.create_user("jo@wendleshire.example", "three words", name="Jo")
for number in range({events}):
    record(actor=person, action="test.fill", subject=("test.thing", uuid4()), before=None, after={{"n": number}},
           at=datetime.now(UTC))
upload = settings.COMMONPOOL_HOME / "uploads" / "2031" / "plan.xlsx"
upload.parent.mkdir(parents=True, exist_ok=True)
upload.write_bytes(b"workbook" * {events})
"""
STATE = """
import json
from commonpool.audit.models import AuditEvent
from commonpool.people.models import Person
print(json.dumps([list(Person.objects.values_list("email", flat=True)),
                  [str(u) for u in AuditEvent.objects.order_by("pk").values_list("uuid", flat=True)]]))
"""
ALTER = """
from django.db import DatabaseError, connection
try:
    connection.cursor().execute("UPDATE audit_auditevent SET action = 'x'")
    print("altered")
except DatabaseError:
    print("refused")
"""
WRITE_ON = """
import sys, threading
from datetime import UTC, datetime
from uuid import uuid4
from commonpool.audit.actions import record
told_to_stop = threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), told_to_stop.set()), daemon=True).start()
count = 0
while not told_to_stop.wait(0.005):
    record(actor=None, action="test.write", subject=("test.thing", uuid4()), before=None, after=None,
           at=datetime.now(UTC))
    count += 1
    if count == 1:
        print("writing", flush=True)
print(count)
"""


@dataclass(frozen=True)
class BackedUp:
    """A site that others were writing to while it was backed up, and what the backup said of itself."""

    site: OwnSite
    file: Path
    told: dict[str, object]
    written_meanwhile: int


@pytest.fixture(scope="module")
def backed_up(migrated_site: MigratedSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackedUp]:
    folder = tmp_path_factory.mktemp("backup")
    with migrated_site(folder / "home") as site:
        site.python(FILL.format(events=30))
        writer = site.start_python(WRITE_ON)
        assert writer.stdout is not None
        writer.stdout.readline()
        told = json.loads(site.run("backup", str(folder / "b.tar.gz"), "--json").stdout)
        output, _ = writer.communicate("stop\n", timeout=60)
        yield BackedUp(site, folder / "b.tar.gz", told, int(output))


def test_a_backup_made_while_others_write_is_of_one_moment_and_private(backed_up: BackedUp) -> None:
    assert backed_up.written_meanwhile > 0
    assert backed_up.told["files"] == 1
    assert backed_up.file.stat().st_mode & 0o077 == 0
    with tarfile.open(backed_up.file) as archive:
        packed = b"".join(archive.extractfile(entry).read() for entry in archive)  # type: ignore[union-attr]
    assert (backed_up.site.home / "secret-key").read_bytes() not in packed


def test_a_restored_site_is_the_site_that_was_backed_up(backed_up: BackedUp) -> None:
    site, uploads = backed_up.site, backed_up.site.home / "uploads" / "2031"
    key = (site.home / "secret-key").read_text()
    site.run("restore", "--yes", str(backed_up.file))
    before = site.python(STATE)
    site.python(FILL.format(events=3).replace("jo@", "al@").replace("plan.xlsx", "late.xlsx"))
    (uploads / "plan.xlsx").unlink()

    restored = json.loads(site.run("restore", "--yes", str(backed_up.file), "--json").stdout)

    assert restored == backed_up.told
    assert site.python(STATE) == before
    assert (uploads / "plan.xlsx").read_bytes() == b"workbook" * 30
    assert not (uploads / "late.xlsx").exists()
    assert [path.name for path in (site.home / "replaced").rglob("*.xlsx")] == ["late.xlsx"]
    assert (site.home / "secret-key").read_text() == key
    assert site.python(ALTER) == "refused"
    site.python(FILL.format(events=1).replace("jo@", "new@"))  # new rows get numbers of their own


def test_a_backup_of_the_other_database_or_a_later_release_changes_nothing(backed_up: BackedUp, tmp_path: Path) -> None:
    site = backed_up.site
    before = site.python(STATE)
    ours, other = "sqlite", "postgresql"
    if "COMMONPOOL_DATABASE_URL" in site.environment:
        ours, other = other, ours
    later = a_backup(tmp_path / "c.tar.gz", database=ours, migrations=["people.9999_later"], release="9.9")

    refused = site.run("restore", "--yes", str(a_backup(tmp_path / "b.tar.gz", database=other)), code=1)
    too_new = site.run("restore", "--yes", str(later), code=1)

    assert f"The backup is of {other}" in refused.stderr
    assert "release 9.9, which has people.9999_later" in too_new.stderr
    assert site.python(STATE) == before


def test_a_backup_without_its_database_wipes_nothing(backed_up: BackedUp, tmp_path: Path) -> None:
    site = backed_up.site
    before = site.python(STATE)
    ours = "postgresql" if "COMMONPOOL_DATABASE_URL" in site.environment else "sqlite"
    text_for_database: dict[str, bytes] = {"database/commonpool.sqlite3": b"no database at all"}
    files = [
        a_backup(tmp_path / "a.tar.gz", database=ours, migrations=migrations_of(backed_up.file)),
        a_backup(
            tmp_path / "b.tar.gz", database=ours, migrations=migrations_of(backed_up.file), more=text_for_database
        ),
    ]

    refused = [site.run("restore", "--yes", str(file), code=1) for file in files]

    assert all("The backup" in each.stderr or "in the backup" in each.stderr for each in refused)
    assert not any("Traceback" in each.stderr for each in refused)
    assert site.python(STATE) == before
    assert not (site.home / "uploads" / "plan.xlsx").exists()


def migrations_of(file: Path) -> list[str]:
    with tarfile.open(file) as archive:
        told = archive.extractfile("manifest.json")
        assert told is not None
        return list(json.loads(told.read())["migrations"])


def test_a_backup_moves_a_site_to_a_fresh_home(
    backed_up: BackedUp, migrated_site: MigratedSite, tmp_path: Path
) -> None:
    with migrated_site(tmp_path / "new") as new:
        new.run("restore", "--yes", str(backed_up.file))

        assert '"jo@wendleshire.example"' in new.python(STATE)
        assert (new.home / "uploads" / "2031" / "plan.xlsx").exists()


# --- files that are no backup, or no longer one: read without a database ---


def a_backup(
    path: Path,
    change: Callable[[dict[str, bytes]], None] | None = None,
    more: dict[str, bytes] | None = None,
    **told: object,
) -> Path:
    parts = {"database/tables/people_person.copy": b"1\tjo\n", "uploads/plan.xlsx": b"workbook", **(more or {})}
    manifest = Manifest("2031-04-01T12:00:00+00:00", "1.0", "postgresql", [], {}, {})
    manifest.parts = {
        name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in parts.items()
    }
    if change:
        change(parts)
    with tarfile.open(path, "w:gz") as archive:
        for name, data in [*parts.items(), ("manifest.json", json.dumps({**vars_of(manifest), **told}).encode())]:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return path


def test_a_whole_backup_unpacks(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()

    manifest = _unpack(a_backup(tmp_path / "b.tar.gz"), tmp_path / "out")

    assert sorted(manifest.parts) == ["database/tables/people_person.copy", "uploads/plan.xlsx"]
    assert (tmp_path / "out" / "uploads" / "plan.xlsx").read_bytes() == b"workbook"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda parts: parts.update({"uploads/plan.xlsx": b"workbooK"}), "uploads/plan.xlsx differ"),
        (lambda parts: parts.pop("uploads/plan.xlsx"), "uploads/plan.xlsx differ"),
        (lambda parts: parts.update({"uploads/more.xlsx": b"x"}), "uploads/more.xlsx differ"),
        (lambda parts: parts.update({"uploads/../../evil": b"x"}), "which no backup of Commonpool has"),
        (lambda parts: parts.update({"/etc/evil": b"x"}), "which no backup of Commonpool has"),
        (lambda parts: parts.update({"secret-key": b"x"}), "which no backup of Commonpool has"),
    ],
)
def test_a_backup_that_was_changed_is_refused(
    tmp_path: Path, change: Callable[[dict[str, bytes]], None], said: str
) -> None:
    (tmp_path / "out").mkdir()

    with pytest.raises(BackupError, match=said):
        _unpack(a_backup(tmp_path / "b.tar.gz", change), tmp_path / "out")

    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("keep", [0, 10, 150])
def test_a_backup_that_was_cut_short_is_refused(tmp_path: Path, keep: int) -> None:
    whole = a_backup(tmp_path / "b.tar.gz")
    whole.write_bytes(whole.read_bytes()[:keep])
    (tmp_path / "out").mkdir()

    with pytest.raises(BackupError, match=r"not a whole backup|no list of its contents"):
        _unpack(whole, tmp_path / "out")


@pytest.mark.parametrize("told", [{"parts": []}, {"rows": 3}, {"migrations": [1, "a.b"]}, {"columns": None}])
def test_a_list_that_commonpool_did_not_write_is_refused(tmp_path: Path, told: dict[str, object]) -> None:
    (tmp_path / "out").mkdir()

    with pytest.raises(BackupError, match="Take another copy"):
        _unpack(a_backup(tmp_path / "b.tar.gz", **told), tmp_path / "out")  # type: ignore[arg-type]


def test_a_backup_of_a_later_format_says_so(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()

    with pytest.raises(BackupError, match="format 2; this release reads 1"):
        _unpack(a_backup(tmp_path / "b.tar.gz", format=2), tmp_path / "out")


@pytest.mark.parametrize("target", ["", "nowhere/b.tar.gz"])
def test_a_backup_needs_a_place_that_exists(tmp_path: Path, target: str) -> None:
    from commonpool.site.backups import write_backup

    with pytest.raises(BackupError, match=r"is a folder|There is no folder"):
        write_backup(tmp_path / target)
