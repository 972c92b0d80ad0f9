"""`commonpool voices matrix`: a study's matrices written by command, for its team alone."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from typer.testing import CliRunner

from commonpool.voices.actions.matrices import Written, make_matrix, write_cell
from commonpool.voices.cli import commands
from commonpool.voices.models import Study
from commonpool.voices.models.cases import CaseKind
from commonpool.voices.queries.cases import cases_of
from commonpool.voices.queries.matrices import columns_of
from tests.voices_web.builders import NOW, a_code, a_site, a_study, an_evaluator, lead_of

pytestmark = pytest.mark.django_db


def a_written_study() -> Study:
    study = a_study("What made pooling work")
    lead, code = lead_of(study), a_code(study, "risk")
    a_site(study, "Site 1")
    made = make_matrix(actor=lead.person, at=NOW, member=lead, name="All sites", case_kind=CaseKind.SITE, codes=[code])
    [column], [case] = columns_of(made), cases_of(study, CaseKind.SITE)
    written = Written("=Shared from the first day.")
    write_cell(
        actor=lead.person, at=NOW, member=lead, matrix=made, column=column, case=case, written=written, revision=0
    )
    return study


def run(study: Study, to: Path, *more: str, as_: str = "lead@study.example") -> tuple[int, str]:
    found = CliRunner().invoke(
        commands, ["matrix", "--study", study.title, "--as", as_, "--to", str(to), *more], catch_exceptions=False
    )
    return found.exit_code, found.output


def test_a_matrix_is_written_with_its_cases_and_codes_and_runs_as_no_formula(tmp_path: Path) -> None:
    code, said = run(a_written_study(), tmp_path / "m.csv")

    rows = list(csv.reader(io.StringIO((tmp_path / "m.csv").read_text("utf-8-sig"))))
    assert (code, "1 of 1 cell written" in said) == (0, True)
    assert rows == [["Case", "risk"], ["Site 1", "'=Shared from the first day."]]


def test_the_same_study_gives_the_same_bytes(tmp_path: Path) -> None:
    study = a_written_study()
    for kind in ("csv", "xlsx", "docx"):
        run(study, tmp_path / f"one.{kind}")
        run(study, tmp_path / f"two.{kind}")

        assert (tmp_path / f"one.{kind}").read_bytes() == (tmp_path / f"two.{kind}").read_bytes()


def test_a_name_that_is_not_there_is_answered_with_those_that_are(tmp_path: Path) -> None:
    code, said = run(a_written_study(), tmp_path / "m.csv", "--name", "Some")

    assert code != 0
    assert "There are: ‘All sites’." in said


def test_nobody_outside_the_team_gets_one(tmp_path: Path) -> None:
    study = a_written_study()
    an_evaluator("other@study.example")

    code, said = run(study, tmp_path / "m.csv", as_="other@study.example")

    assert code != 0
    assert "All sites" not in said
    assert not (tmp_path / "m.csv").exists()
