"""Projects in and out on pages and by command: looked at before anything is kept, and for whoever leads alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from typer.testing import CliRunner

from commonpool.cli import app
from commonpool.voices.errors import StepError
from commonpool.voices.models import Coding, ProjectExport, ProjectImport, Study
from commonpool.voices.queries.reports import kinds
from commonpool.voices.sealing import the_keys
from commonpool.voices.writing.reports import KINDS
from tests.voices.projects import TEXT, a_qde, a_qdpx, selection, source
from tests.voices_web.builders import NOW, a_coder, a_participant, a_study, an_evaluator, as_member, lead_of

pytestmark = pytest.mark.django_db


def sent(client: Client, study: Study, path: Path) -> ProjectImport:
    file = SimpleUploadedFile(path.name, path.read_bytes())
    client.post(reverse("voices:import-project", args=[study.uuid]), {"file": file})
    return ProjectImport.objects.filter(study=study).latest("pk")


def test_a_project_is_looked_at_kept_and_undone_on_pages(shared_data: Path) -> None:
    study = a_study()
    client = as_member(lead_of(study))
    held = sent(client, study, shared_data / "refi-qda" / "made-utf16-offsets.qdpx")
    address = reverse("voices:project-import", args=[held.uuid])

    looked = client.get(address)

    assert ("added", "codings", 3) in looked.context["counts"]
    assert not Coding.objects.filter(study=study).exists()
    assert "UTF-16 units" in looked.content.decode()

    kept = client.post(address, dict.fromkeys(looked.context["form"].fields, ""), follow=True)

    assert Coding.objects.filter(study=study).count() == 3
    assert "Undo this import" in kept.content.decode()
    held.refresh_from_db()
    assert (held.state, bytes(held.sealed_file)) == ("kept", b"")

    client.post(reverse("voices:undo-project", args=[held.uuid]))

    assert not Coding.objects.filter(study=study).exists()


def test_where_positions_are_unclear_three_passages_are_shown_under_each_reading(tmp_path: Path) -> None:
    """An emoji before the passage, which begins and ends within a word however it is counted."""
    study = a_study()
    client = as_member(lead_of(study))
    at = TEXT.index("oled")
    path = a_qdpx(tmp_path / "unclear.qdpx", a_qde(source(selection(1, at, at + 3))))
    held = sent(client, study, path)

    page = client.get(reverse("voices:project-import", args=[held.uuid]))

    assert len(page.context["asked"]) == 2
    assert "Choose the one whose passages make sense" in page.content.decode()

    client.post(reverse("voices:read-as", args=[held.uuid]), {"offsets": "code-points", "nest_on": ""})

    assert client.get(reverse("voices:project-import", args=[held.uuid])).context["plan"].adds


def test_a_damaged_project_says_why_and_keeps_nothing(tmp_path: Path) -> None:
    study = a_study()
    client = as_member(lead_of(study))
    path = tmp_path / "bad.qdpx"
    path.write_bytes(b"PK\x03\x04 nothing more")
    held = sent(client, study, path)

    page = client.get(reverse("voices:project-import", args=[held.uuid]))

    assert "This file cannot be read." in page.content.decode()
    client.post(reverse("voices:project-aside", args=[held.uuid]))
    held.refresh_from_db()
    assert held.state == "aside"


def test_an_export_tells_what_it_loses_before_it_is_made_and_keeps_that() -> None:
    study = a_study()
    client = as_member(lead_of(study))
    address = reverse("voices:export", args=[study.uuid])

    assert not ProjectExport.objects.exists()
    assert "Everything of the study is in the file." in client.get(address).content.decode()

    answer = client.post(f"{address}?as=qdc")

    assert answer["Content-Disposition"].endswith('.qdc"')
    assert ProjectExport.objects.get(study=study).kind == "qdc"
    assert client.get(f"{address}?as=exe").status_code == 404


ADDRESSES = ["export", "import-project", "project-import", "read-as", "project-aside", "undo-project", "forget-asides"]


@pytest.mark.parametrize("name", ADDRESSES)
def test_projects_are_for_whoever_leads_the_study(name: str) -> None:
    study = a_study()
    held = ProjectImport.objects.create(study=study, name="p.qdpx", sha256="0", sent_at=NOW)
    uuid = study.uuid if name in ("export", "import-project") else held.uuid
    address = reverse(f"voices:{name}", args=[uuid])
    outsider = as_member(lead_of(a_study("Another", lead=an_evaluator("other@study.example"))))

    for client in (outsider, as_member(a_coder(study)), as_member(a_coder(study, "RD", "reader"))):
        assert client.get(address).status_code == 403
        assert client.post(address).status_code == 403


# --- commands ------------------------------------------------------------------------------------------------------


def run(*arguments: str) -> tuple[int, str]:
    made = CliRunner().invoke(app, ["voices", *arguments])
    return made.exit_code, made.output


def test_commands_bring_a_project_in_and_write_the_study(shared_data: Path, tmp_path: Path) -> None:
    study = a_study("Pooling")
    who = ("--study", str(study.uuid), "--as", "lead@study.example")
    file = str(shared_data / "refi-qda" / "made-codepoints.qdpx")

    code, first = run("import", file, *who, "--json")
    again = json.loads(run("import", file, *who, "--json")[1])

    assert code == 0
    assert {"fate": "added", "kind": "codings", "count": 3} in json.loads(first)["files"][0]["counts"]
    assert "added" not in {each["fate"] for each in again["files"][0]["counts"]}
    for kind in ("qdpx", "qdc", "json", "csv"):
        code, said = run("export", *who, "--to", str(tmp_path / f"out.{kind}"))
        assert (code, said.splitlines()[0][:9]) == (0, "Wrote out")


def test_a_command_that_brings_nothing_in_leaves_no_key(shared_data: Path, tmp_path: Path) -> None:
    study = a_study("Pooling")
    damaged = tmp_path / "damaged.qdpx"
    damaged.write_bytes(b"PK\x03\x04 no")
    before = the_keys().ids()

    code, said = run("import", str(damaged), "--study", "Pooling", "--as", "lead@study.example")

    assert (code, "Nothing of damaged.qdpx is kept." in said) == (2, True)
    assert the_keys().ids() == before
    assert not ProjectImport.objects.filter(study=study).exists()


def test_a_project_that_fails_on_the_way_leaves_no_key_of_its_texts(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = a_study("Pooling")
    anna = a_participant(study)
    before = the_keys().ids()

    def fails(*_: object) -> None:
        assert the_keys().ids() != before, "the texts were sealed by now"
        raise StepError("It cannot be kept.")

    monkeypatch.setattr("commonpool.voices.actions.projects._decide", fails)
    code, said = run(
        *("import", str(shared_data / "refi-qda" / "made-codepoints.qdpx")),
        *("--study", "Pooling", "--as", "lead@study.example"),
    )

    assert (code, "It cannot be kept." in said) == (2, True)
    assert the_keys().ids() == before
    assert the_keys().has(anna.uuid)


def test_the_command_report_writes_the_same_bytes_again(tmp_path: Path) -> None:
    study = a_study("Pooling")
    who = ("--study", "Pooling", "--as", "lead@study.example")

    for folder in ("a", "b"):
        code, _ = run("report", *who, "--to", str(tmp_path / folder), "--release")
        assert code == 0

    names = {f"{kind.key}.{ending}" for kind in kinds() for ending in KINDS}
    assert {path.name for path in (tmp_path / "a").iterdir()} == names
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
    assert study.table_releases.count() == 1


def test_a_report_cannot_claim_to_be_older_than_what_it_tells(tmp_path: Path) -> None:
    a_study("Pooling")

    code, said = run(
        "report", "--study", "Pooling", "--as", "lead@study.example", "--to", str(tmp_path), "--as-at", "2020-01-01"
    )

    assert code != 0
    assert "The study was changed after 2020-01-01" in said


def test_commands_name_no_study_to_somebody_who_is_not_on_its_team(tmp_path: Path) -> None:
    a_study("Secret title")
    other = a_study("Another", lead=an_evaluator("other@study.example"))
    a_coder(other, "AN")

    code, said = run("report", "--study", "Secret title", "--as", "other@study.example", "--to", str(tmp_path))
    assert (code != 0, "There are: Another" in said) == (True, True)

    coder = f"an-{other.pk}@study.example"
    code, said = run("export", "--study", "Another", "--as", coder, "--to", f"{tmp_path}/o.csv")
    assert (code != 0, "Only whoever leads" in said) == (True, True)
