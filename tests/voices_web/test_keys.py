"""Keys are in no backup. A file of their own holds them under a passphrase, and brings back nobody who withdrew."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from commonpool.cli import app
from commonpool.voices.actions.withdrawing import withdraw
from commonpool.voices.sealing import UNREADABLE, the_keys
from tests.site.running import MigratedSite, OwnSite
from tests.voices_web.builders import NOW, a_participant, a_study
from tests.voices_web.test_withdrawing import a_group, read

PASSPHRASE = "four words or so"
FILL = """
from tests.voices_web.test_withdrawing import a_group
from tests.voices_web.builders import a_study
a_group(a_study())
"""
WITHDRAW = """
from datetime import UTC, datetime
from commonpool.voices.actions.withdrawing import withdraw
from commonpool.voices.models import Participant
withdraw(actor=None, at=datetime.now(UTC), participant=Participant.objects.get(pseudonym="P01"), typed="P01")
"""
READ = """
from commonpool.voices.models import Transcript
from commonpool.voices.queries.texts import text_of
print(text_of(Transcript.objects.get().newest))
"""


def voices(*arguments: str | Path, passphrase: str = PASSPHRASE, typed: str = "") -> Any:
    environment = {"COMMONPOOL_KEYS_PASSPHRASE": passphrase}
    return CliRunner().invoke(app, ["voices", *map(str, arguments)], env=environment, input=typed)


@pytest.mark.django_db(transaction=True)
def test_keys_and_names_are_written_sealed_and_brought_back(tmp_path: Path) -> None:
    text, anna, ben = a_group(a_study("The study"))
    file = tmp_path / "keys.json"

    written = voices("keys", "--to", file)
    for key_id in (anna.uuid, ben.uuid, text.uuid):
        the_keys().discard(key_id)
    assert set(read(text)[0]) == {UNREADABLE}
    back = voices("keys", "--from", file, "--names")

    assert written.exit_code == 0, written.output
    assert "1 names" in written.output
    assert b"Anna Smith" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    assert "The study: P01 is Anna Smith" in back.output
    assert read(text)[1] == "Anna: Mine first."
    again = json.loads(voices("keys", "--from", file, "--json").output)
    assert again["came"] == 0 and again["here"] >= 3


@pytest.mark.django_db(transaction=True)
def test_the_key_of_somebody_who_withdrew_does_not_come_back(tmp_path: Path) -> None:
    text, anna, _ = a_group(a_study())
    voices("keys", "--to", tmp_path / "before.json")
    withdraw(actor=None, at=NOW, participant=anna, typed="P01")

    told = json.loads(voices("keys", "--from", tmp_path / "before.json", "--json").output)

    assert told["refused"] == 1
    assert not the_keys().has(anna.uuid)
    assert set(read(text)[1]) == {UNREADABLE}


@pytest.mark.django_db(transaction=True)
def test_a_newer_file_of_keys_tells_another_site_who_withdrew(tmp_path: Path) -> None:
    _, anna, _ = a_group(a_study())
    voices("keys", "--to", tmp_path / "before.json")
    withdraw(actor=None, at=NOW, participant=anna, typed="P01")
    voices("keys", "--to", tmp_path / "after.json")
    for path in the_keys().folder.iterdir():
        path.unlink()
    type(anna).objects.update(withdrawn_at=None)  # as a backup from before would have it

    voices("keys", "--from", tmp_path / "after.json")
    voices("keys", "--from", tmp_path / "before.json")

    assert not the_keys().has(anna.uuid)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("arguments", "passphrase", "said"),
    [
        (("--from", "keys.json"), "another passphrase", "The passphrase does not open"),
        (("--from", "other.json"), PASSPHRASE, "is no file that `commonpool voices keys --to` wrote"),
        (("--from", "absent.json"), PASSPHRASE, "cannot be opened"),
        (("--from", "costly.json"), PASSPHRASE, "asks for more work"),
        (("--from", "cut.json"), PASSPHRASE, "is damaged"),
        (("--to", "keys.json"), PASSPHRASE, "There is a file"),
        (("--to", "new.json"), "short", "The passphrase has 5 characters"),
        (("--to", "no/folder/new.json"), PASSPHRASE, "There is no folder"),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_changes(
    tmp_path: Path, arguments: tuple[str, str], passphrase: str, said: str
) -> None:
    person = a_participant(a_study(), "P01")
    voices("keys", "--to", tmp_path / "keys.json")
    told = json.loads((tmp_path / "keys.json").read_text())
    (tmp_path / "other.json").write_text("[]")
    (tmp_path / "costly.json").write_text(json.dumps({**told, "cost": 2**30}))
    (tmp_path / "cut.json").write_text(json.dumps({name: told[name] for name in ("format", "cost", "salt")}))
    before = the_keys().key(person.uuid)

    answer = voices("keys", arguments[0], tmp_path / arguments[1], passphrase=passphrase)

    assert answer.exit_code == 2
    assert said in answer.output
    assert the_keys().key(person.uuid) == before


def test_one_of_two_ways_has_to_be_said() -> None:
    assert voices("keys").exit_code == 64
    assert voices("keys", "--to", "a", "--from", "b").exit_code == 64


def words_of(site: OwnSite) -> str:
    return site.python(READ)


@pytest.mark.database
def test_a_backup_holds_no_key_and_after_a_withdrawal_it_cannot_be_read(
    migrated_site: MigratedSite, tmp_path: Path
) -> None:
    with migrated_site(tmp_path / "one") as site, migrated_site(tmp_path / "two") as other:
        # In the uploads, which a backup copies: even there keys stay behind.
        site.environment["COMMONPOOL_INTERVIEW_KEYS"] = str(site.home / "uploads" / "keys")
        site.environment["COMMONPOOL_KEYS_PASSPHRASE"] = other.environment["COMMONPOOL_KEYS_PASSPHRASE"] = PASSPHRASE
        site.python(FILL)
        site.run("backup", str(tmp_path / "before.tar.gz"))
        site.run("voices", "keys", "--to", str(tmp_path / "keys.json"))
        keys = [path.read_bytes() for path in (site.home / "uploads" / "keys").glob("*.key")]

        other.run("restore", "--yes", str(tmp_path / "before.tar.gz"))

        assert len(keys) >= 3
        assert not any(key in packed(tmp_path / "before.tar.gz") for key in keys)
        assert set(words_of(other)) == {UNREADABLE}
        other.run("voices", "keys", "--from", str(tmp_path / "keys.json"))
        assert "Anna: Mine first." in words_of(other)

        site.python(WITHDRAW)
        site.run("restore", "--yes", str(tmp_path / "before.tar.gz"))
        site.run("voices", "keys", "--from", str(tmp_path / "keys.json"))
        left = words_of(site)
        assert "Mine first" not in left
        assert "Ben: As she said." in left


def packed(file: Path) -> bytes:
    with tarfile.open(file) as archive:
        return b"".join(archive.extractfile(entry).read() for entry in archive)  # type: ignore[union-attr]
