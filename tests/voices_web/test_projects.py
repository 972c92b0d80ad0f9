"""Projects of other programs brought into a study and out again: nothing is lost, and nothing is there twice."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from commonpool.voices.actions.project_undo import undo_project
from commonpool.voices.actions.projects import keep_project, receive_project
from commonpool.voices.errors import StepError
from commonpool.voices.models import Code, KeptAside, Memo, ProjectImport, Study, TeamMember, Transcript
from commonpool.voices.queries.codings import seen_by
from commonpool.voices.queries.exchanging import project_of
from commonpool.voices.queries.importing import likely_users
from commonpool.voices.queries.project_files import project_file
from commonpool.voices.queries.texts import text_of
from commonpool.voices.reading.projects import read_coding_project
from commonpool.voices.rules.refi.model import Project
from tests.voices.projects import assert_valid, qde_of, samples
from tests.voices_web.builders import (
    NOW,
    a_code,
    a_coder,
    a_coding,
    a_participant,
    a_site,
    a_study,
    a_transcript,
    an_interview,
    lead_of,
)
from tests.voices_web.test_history import a_blind_round

pytestmark = pytest.mark.django_db
# How expected.json calls the codes of its files.
SHORT = {"Managing pooled budgets": "pool", "Relational issues": "rel"}


def bring(study: Study, path: Path, **more: Any) -> ProjectImport:
    lead = lead_of(study)
    held = receive_project(actor=lead.person, at=NOW, study=study, name=path.name, content=path.read_bytes())
    if offsets := more.pop("offsets", ""):
        held.offsets = offsets
        held.save()
    return keep_project(actor=lead.person, at=NOW, member=lead, held=held, users=more.get("users", {}))


def counts(held: ProjectImport) -> Counter[str]:
    return Counter({f"{verdict} {kind}": count for verdict, kind, count in held.counts})


@pytest.fixture
def sample(shared_data: Path, name: str) -> Path:
    return shared_data / "refi-qda" / name


@pytest.mark.requirement("S131")
@pytest.mark.parametrize("name", ["made-codepoints.qdpx", "made-utf16-offsets.qdpx", "made-inline-cases.qdpx"])
def test_passages_are_coded_as_the_file_says(sample: Path, shared_data: Path, name: str) -> None:
    said = json.loads((shared_data / "refi-qda" / "expected.json").read_text(encoding="utf-8"))[name]["selections"]
    study = a_study()

    bring(study, sample)

    found = []
    for coding in seen_by(lead_of(study)).select_related("code", "coder", "version"):
        words = text_of(coding.version)[coding.start : coding.end]
        found.append({"code": SHORT[coding.code.name], "coder": coding.coder.name, "text": words})
    assert sorted(map(str, found)) == sorted(map(str, said))


@samples
@pytest.mark.requirement("S131")
def test_a_second_import_of_a_file_adds_nothing(sample: Path, name: str) -> None:
    study = a_study()
    first, before = bring(study, sample), project_of(lead_of(study)).project

    second = bring(study, sample)

    assert any(key.startswith("added") for key in counts(first))
    assert not [key for key in counts(second) if key.startswith(("added", "left out"))]
    assert project_of(lead_of(study)).project == before


@samples
@pytest.mark.requirement("S131")
def test_what_a_study_writes_is_valid_and_keeps_all_that_came(
    sample: Path, shared_data: Path, tmp_path: Path, name: str
) -> None:
    came, study = read_coding_project(sample, unpack_to=tmp_path).project, a_study()
    bring(study, sample)
    out = tmp_path / "out.qdpx"

    out.write_bytes(project_file(lead_of(study), "qdpx").content)

    assert_valid(shared_data, qde_of(out))
    again = read_coding_project(out).project
    assert comparable(again) == comparable(came)
    assert {user.guid for user in came.users} <= {user.guid for user in again.users}
    out.with_suffix(".qdc").write_bytes(project_file(lead_of(study), "qdc").content)
    assert_valid(shared_data, out.with_suffix(".qdc").read_bytes())


def comparable(project: Project) -> dict[str, Any]:
    """What must be the same; people are their initials, and the study has a title of its own."""
    return {
        "codes": project.codes,
        "variables": project.variables,
        "cases": project.cases,
        "sources": [replace(source, rich_path=None, text_path=None) for source in project.sources],
        "notes": sorted((note.guid, note.text, note.name) for note in project.notes),
        "links": project.links,
        "sets": project.sets,
        "media": project.media,
        "graphs": project.graphs,
        "refs": project.note_refs,
    }


def test_an_import_is_undone_while_nothing_was_built_upon_it(shared_data: Path) -> None:
    study, file = a_study(), shared_data / "refi-qda" / "made-codepoints.qdpx"
    before = project_of(lead_of(study)).project
    held = bring(study, file)

    undo_project(actor=None, at=NOW, held=held)

    assert project_of(lead_of(study)).project == before
    assert not KeptAside.objects.filter(brought_by=held).exists()
    assert counts(bring(study, file)) == counts(held)


def test_an_import_that_somebody_coded_upon_is_not_undone(shared_data: Path) -> None:
    study = a_study()
    held = bring(study, shared_data / "refi-qda" / "made-codepoints.qdpx")
    text, code = Transcript.objects.get(study=study), Code.objects.filter(study=study, is_codable=True).first()
    assert code is not None
    a_coding(a_coder(study), text, code, words="shared vision")

    with pytest.raises(StepError, match="1 codings and memos"):
        undo_project(actor=None, at=NOW, held=held)


def test_two_studies_can_hold_the_same_file(shared_data: Path) -> None:
    first, second = a_study(), a_study()
    file = shared_data / "refi-qda" / "made-codepoints.qdpx"

    assert counts(bring(first, file)) == counts(bring(second, file))
    assert not [key for key in counts(bring(second, file)) if key.startswith("added")]


def test_a_coder_who_is_on_the_team_is_matched_and_others_coded_elsewhere(shared_data: Path) -> None:
    study, file = a_study(), shared_data / "refi-qda" / "made-codepoints.qdpx"
    ann = a_coder(study, "AN")
    users = read_coding_project(file).project.users
    ids = {user.name: user.guid for user in users}

    bring(study, file, users={ids["Coder A"]: ann.uuid})

    assert Counter(seen_by(ann).values_list("coder__initials", flat=True)) == {"AN": 2, "CB": 1}
    assert TeamMember.objects.get(study=study, initials="CB").part == TeamMember.Part.ELSEWHERE
    again = likely_users(study, read_coding_project(file).project.users)
    assert again[ids["Coder B"]] == TeamMember.objects.get(study=study, initials="CB")


def test_a_file_brings_nothing_into_a_text_that_is_coded_blind(shared_data: Path) -> None:
    study, file = a_study(), shared_data / "refi-qda" / "made-codepoints.qdpx"
    bring(study, file)
    a_blind_round(Transcript.objects.get(study=study), a_coder(study, "AN"), a_coder(study, "BE"))

    with pytest.raises(StepError, match="coded blind"):
        bring(study, file)


@pytest.mark.requirement("S131")
def test_a_study_of_our_own_goes_out_and_comes_back_in_another_study(shared_data: Path, tmp_path: Path) -> None:
    study = a_full_study()
    out = tmp_path / "own.qdpx"
    made = project_file(lead_of(study), "qdpx")
    out.write_bytes(made.content)
    assert_valid(shared_data, qde_of(out))

    other = a_study()
    bring(other, out)

    back = tmp_path / "back.qdpx"
    back.write_bytes(project_file(lead_of(other), "qdpx").content)
    sent, got = (shape(read_coding_project(path).project) for path in (out, back))
    assert got == sent


def test_a_project_names_nobody_and_is_the_same_bytes_again(tmp_path: Path) -> None:
    study = a_full_study()

    first, second = (project_file(lead_of(study), "qdpx").content for _ in range(2))

    (tmp_path / "own.qdpx").write_bytes(first)
    xml = qde_of(tmp_path / "own.qdpx").decode()
    assert first == second
    assert "study.example" not in xml
    assert "Anna Real" not in xml
    assert 'name="AN"' in xml


def test_in_a_blind_round_the_export_holds_ones_own_codings_only(tmp_path: Path) -> None:
    study = a_study()
    text, risk = a_transcript(study), a_code(study, "risk")
    ann, ben = a_coder(study, "AN"), a_coder(study, "BE")
    blind = a_blind_round(text, ann, ben)
    before = project_file(lead_of(study), "csv").content
    a_coding(ann, text, risk, coding_round=blind, memo="A memo of Ann’s")

    assert project_file(lead_of(study), "csv").content == before
    assert [loss.what for loss in project_file(lead_of(study), "qdpx").losses if "blind" in loss.why]
    assert len(list(project_of(ann).project.codings())) == 1
    assert not list(project_of(ben).project.codings())


def a_full_study() -> Study:
    """Two people and a site, two codes, codings with and without memos, memos on a code, a text and a passage."""
    study = a_study()
    site = a_site(study, "Ashby")
    anna = a_participant(study, "P01", site=site, organisation_type="Council", real_name="Anna Real")
    held = an_interview(study, anna, name="I1", site=site)
    text = a_transcript(study, name="T01 – first", interview=held)
    ann = a_coder(study, "AN")
    risk = a_code(study, "risk", definition="Who bears it", include="Losses", colour="#FF0000")
    a_coding(ann, text, risk, memo="Says it twice")
    a_coding(a_coder(study, "BE"), text, a_code(study, "trust", parent=risk), words="It took trust")
    for kind, subject in (("code", risk.uuid), ("transcript", text.uuid), ("participant", anna.uuid)):
        Memo.objects.create(
            study=study, subject_kind=kind, subject_uuid=subject, text=f"On a {kind}", written_by=ann, written_at=NOW
        )
    Memo.objects.create(
        study=study,
        subject_kind="transcript",
        subject_uuid=text.uuid,
        version=text.newest,
        start=13,
        end=20,
        text="A passage",
        written_by=ann,
        written_at=NOW,
    )
    return study


def shape(project: Project) -> dict[str, Any]:
    """What a project holds, without ids, which another study gives anew."""
    paths, users = project.code_paths(), {user.guid: user.name for user in project.users}
    variables = {variable.guid: variable.name for variable in project.variables}
    notes = {note.guid: (note.text, users.get(note.authorship.created_by or "")) for note in project.notes}
    passages = [
        (source.name, each.span, sorted((paths[one.code], users[one.coder or ""], one.at or "", *(
            notes[note] for note in one.notes)) for one in each.codings), [notes[note] for note in each.notes])
        for source in project.sources for each in source.selections
    ]  # fmt: skip
    return {
        "codes": [
            (paths[code.guid], code.description, code.colour, [notes[note] for note in code.notes])
            for code in project.codes
        ],
        "texts": [(source.name, source.text, [notes[note] for note in source.notes]) for source in project.sources],
        "passages": sorted(map(str, passages)),
        "cases": [
            (case.name, sorted((variables[value.variable], value.text or "") for value in case.values))
            for case in project.cases
        ],
        "notes": sorted(map(str, notes.values())),
        "refs": sorted(map(str, (notes[note] for note in project.note_refs))),
    }
