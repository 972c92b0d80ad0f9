"""`commonpool voices import --study` keeps transcripts as the site does: all or none, and never a word is printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from commonpool.cli import app
from commonpool.voices.models import Study, TextUpload, Transcript
from commonpool.voices.queries.texts import text_of, typed_label
from tests.voices_web.builders import a_coder, a_participant, a_study, an_evaluator, an_interview, as_member
from tests.voices_web.sending import SPOKEN

pytestmark = pytest.mark.django_db(transaction=True)


def bring(study: Study, *more: str | Path, email: str | None = None) -> Any:
    person = a_coder(study).person
    assert person is not None
    given = ["voices", "import", "--study", str(study.uuid), "--as", email or person.email, *map(str, more)]
    return CliRunner().invoke(app, given)


def a_file(folder: Path, name: str = "T01.txt", text: str | bytes = SPOKEN) -> Path:
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder / name


def test_files_are_kept_and_told_in_numbers_without_their_words(tmp_path: Path) -> None:
    study = a_study()
    anna = a_participant(study, "P01")

    answer = bring(study, a_file(tmp_path), "--speaker", "Anna=P01")

    assert answer.exit_code == 0, answer.output
    assert "T01.txt: kept, 12 words, 4 turns." in answer.output
    assert "shared the risk" not in answer.output
    text = Transcript.objects.get()
    assert text.newest is not None
    assert text_of(text.newest) == SPOKEN
    assert [(typed_label(each), each.participant, each.is_interviewer) for each in text.speakers.all()] == [
        ("Interviewer", None, True),
        ("Anna", anna, False),
    ]


def test_the_interview_of_the_same_name_is_recorded_and_its_participant_speaks(tmp_path: Path) -> None:
    study = a_study()
    anna = a_participant(study, "P01")
    held = an_interview(study, anna, name="T01")

    told = json.loads(bring(study, a_file(tmp_path), "--theirs", "Anna", "--json").output)

    text = Transcript.objects.get()
    assert (text.interview, text.speakers.get(number=2).participant) == (held, anna)
    assert told["files"][0]["transcript"] == str(text.uuid)
    assert (told["kept"], told["problems"]) == (1, [])


def test_the_same_import_again_adds_nothing_and_says_so(tmp_path: Path) -> None:
    study = a_study()
    bring(study, a_file(tmp_path), "--unknown", "Anna")

    answer = bring(study, a_file(tmp_path), "--unknown", "Anna")

    assert answer.exit_code == 0
    assert "T01.txt: is here already, as T01." in answer.output
    assert "Nothing was added." in answer.output
    assert Transcript.objects.count() == 1


def test_what_is_wrong_is_told_all_at_once_and_nothing_is_kept(tmp_path: Path) -> None:
    study = a_study()
    files = [
        a_file(tmp_path),
        a_file(tmp_path, "zip.docx", b"PK\x03\x04 no"),
        a_file(tmp_path, f"{'x' * 121}.txt", "W: a\nW: b\n"),
    ]

    answer = bring(study, *files, "--speaker", "Anna=P99", "--speaker", "nonsense")

    assert answer.exit_code == 2
    for words in (
        "‘zip.docx’ is damaged",
        "The study has no participant ‘P99’",
        "‘nonsense’ is no LABEL=PSEUDONYM",
        "The name has 121 characters, and 120 are the most",
        "Say who ‘W’ is",
    ):
        assert words in answer.output
    assert not Transcript.objects.exists()
    assert not TextUpload.objects.exists()


def test_a_transcript_of_fifty_megabytes_is_refused_with_its_reason(tmp_path: Path) -> None:
    study = a_study()
    large = a_file(tmp_path, "large.txt", b"Anna: more of it.\n" * 2_800_000)

    answer = bring(study, large)

    assert answer.exit_code == 2
    assert "holds more than 5,000,000 characters" in answer.output
    assert not Transcript.objects.exists()


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("nobody@study.example", "Nobody signs in as ‘nobody@study.example’."),
        ("other@study.example", "is no study of other@study.example. There are: none."),
        ("left@study.example", "Nobody signs in as ‘left@study.example’."),
    ],
)
def test_whoever_does_not_code_in_the_study_learns_nothing_of_it(tmp_path: Path, email: str, said: str) -> None:
    study = a_study("Secret")
    an_evaluator("other@study.example")
    left = an_evaluator("left@study.example")
    left.is_active = False
    left.save()

    answer = bring(study, a_file(tmp_path), email=email)

    assert answer.exit_code == 64
    assert said in answer.output
    assert "Secret" not in answer.output


def test_a_study_is_meant_by_its_id_or_its_title_and_a_reader_takes_nothing_in(tmp_path: Path) -> None:
    study = a_study("Pooling")
    reader = a_coder(study, "RD", "reader").person
    assert reader is not None
    given = [str(a_file(tmp_path)), "--unknown", "Anna", "--as"]

    refused = CliRunner().invoke(app, ["voices", "import", "--study", "Pooling", *given, reader.email])
    kept = CliRunner().invoke(app, ["voices", "import", "--study", "Pooling", *given, "lead@study.example"])
    again = CliRunner().invoke(
        app, ["voices", "import", "--study", str(study.uuid).upper(), *given, "lead@study.example"]
    )

    assert (refused.exit_code, kept.exit_code, again.exit_code) == (64, 0, 0)
    assert "Only whoever codes in the study, or leads it, may do that." in refused.output
    assert "is here already" in again.output


def test_no_study_or_nobody_named_is_told(tmp_path: Path) -> None:
    runner, file = CliRunner(), str(a_file(tmp_path))
    an_evaluator("other@study.example")

    no_id = runner.invoke(app, ["voices", "import", file, "--study", "seven", "--as", "other@study.example"])
    no_one = runner.invoke(app, ["voices", "import", file, "--study", str(a_study().uuid)])
    no_study = runner.invoke(app, ["voices", "import", file, "--as", "a@b.example"])

    assert (no_id.exit_code, no_one.exit_code, no_study.exit_code) == (64, 64, 64)
    assert "‘seven’ is no study of other@study.example" in no_id.output
    assert "Say as whom: --as EMAIL" in no_one.output
    assert "go with --study" in no_study.output


def test_what_a_command_kept_is_undone_on_the_site(tmp_path: Path) -> None:
    study = a_study()
    bring(study, a_file(tmp_path), "--unknown", "Anna")

    as_member(a_coder(study)).post(f"/text-uploads/{TextUpload.objects.get().uuid}/undo/")

    assert not Transcript.objects.exists()
