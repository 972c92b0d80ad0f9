"""The framework matrix: what a case says of a code, with the passages behind it."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from commonpool.voices.actions.codings import uncode
from commonpool.voices.actions.matrices import Written, change_matrix, make_matrix, write_cell
from commonpool.voices.actions.transcripts import Who
from commonpool.voices.errors import StepError
from commonpool.voices.models import (
    Assignment,
    Code,
    CodingRound,
    Matrix,
    MatrixCell,
    Participant,
    Site,
    Study,
    TeamMember,
    Transcript,
)
from commonpool.voices.queries.cases import cases_of
from commonpool.voices.queries.matrices import Cell, State, columns_of, matrix_view
from tests.voices_web.builders import (
    NOW,
    a_code,
    a_coder,
    a_coding,
    a_participant,
    a_site,
    a_study,
    a_transcript,
    an_evaluator,
    an_interview,
    as_member,
    lead_of,
)

pytestmark = pytest.mark.django_db


def a_matrix(study: Study, *codes: Code, case_kind: str = "site", name: str = "What sites say") -> Matrix:
    return make_matrix(actor=None, at=NOW, member=lead_of(study), name=name, case_kind=case_kind, codes=codes)


def the_cell(matrix: Matrix, member: TeamMember, case: str = "", code: str = "") -> Cell:
    view = matrix_view(member, matrix)
    cells = [cell for row in view.rows for cell in row.cells]
    return next(each for each in cells if case in ("", each.case.name) and code in ("", each.column.code.name))


def written(matrix: Matrix, member: TeamMember, summary: str = "They shared it.", **more: Any) -> MatrixCell:
    """The first cell of the matrix, or the one of `case`, written by this member."""
    revision, case = more.pop("revision", 0), more.pop("case", "")
    found = next(each for each in cases_of(matrix.study, matrix.case_kind) if case in ("", each.name))
    return write_cell(
        actor=member.person,
        at=NOW,
        member=member,
        matrix=matrix,
        column=columns_of(matrix)[0],
        case=found,
        written=Written(summary, **more),
        revision=revision,
    )


def a_site_heard(study: Study, name: str = "Wendle") -> tuple[Site, Participant, Transcript]:
    """A site with one participant, who was interviewed there."""
    site = a_site(study, name)
    anna = a_participant(study, site=site, role_group="Manager", organisation_type="Council")
    text = a_transcript(
        study, who=Who({"Anna": anna}, frozenset({"Interviewer"})), interview=an_interview(study, anna, site=site)
    )
    return site, anna, text


def rewritten(text: Transcript, *edits: list[int]) -> None:
    """A next version of the text with these edits, its codings moved over it as they would be."""
    from commonpool.voices.models import Coding, TranscriptVersion
    from commonpool.voices.rules.span_maps import Edit, SpanMap
    from commonpool.voices.rules.text import Span

    old = text.newest
    assert old is not None
    way = SpanMap(tuple(Edit(*edit) for edit in edits))
    new = TranscriptVersion.objects.create(
        transcript=text,
        number=old.number + 1,
        length=old.length + 10,
        sha256="",
        edits=edits,
        reason="A mishearing",
        made_at=NOW,
    )
    Transcript.objects.filter(pk=text.pk).update(newest=new)
    for coding in Coding.objects.filter(transcript=text):
        moved = way.moved(Span(coding.start, coding.end)).span
        Coding.objects.filter(pk=coding.pk).update(version=new, start=moved.start, end=moved.end)


def test_a_category_counts_the_passages_of_every_code_beneath_it() -> None:
    study = a_study()
    _, _, text = a_site_heard(study)
    money = a_code(study, "money")
    a_coding(a_coder(study), text, a_code(study, "risk", parent=money))

    cell = the_cell(a_matrix(study, money), lead_of(study))

    assert (cell.passages, cell.state) == (1, State.EMPTY)


def test_nothing_said_is_not_the_same_as_nothing_written() -> None:
    study = a_study()
    a_site_heard(study)
    matrix = a_matrix(study, a_code(study))
    assert the_cell(matrix, lead_of(study)).state == State.EMPTY

    written(matrix, lead_of(study), "", nothing_said=True)

    assert the_cell(matrix, lead_of(study)).state == State.NOTHING_SAID


def test_a_cell_says_one_or_the_other() -> None:
    study = a_study()
    a_site_heard(study)
    matrix = a_matrix(study, a_code(study))

    with pytest.raises(StepError, match="Keep one of them"):
        written(matrix, lead_of(study), "Something", nothing_said=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        MatrixCell.objects.create(
            matrix=matrix,
            code=columns_of(matrix)[0].code,
            site=study.sites.get(),
            summary="Something",
            nothing_said=True,
            written_at=NOW,
        )


def test_a_cell_is_of_exactly_one_case() -> None:
    study = a_study()
    site, anna, _ = a_site_heard(study)
    matrix = a_matrix(study, a_code(study))
    code = columns_of(matrix)[0].code

    for cases in ({}, {"site": site, "participant": anna}):
        with pytest.raises(IntegrityError), transaction.atomic():
            MatrixCell.objects.create(matrix=matrix, code=code, written_at=NOW, **cases)


def test_a_cell_is_stale_once_its_passages_change_and_fresh_again_once_it_is_rewritten() -> None:
    study = a_study()
    coder = a_coder(study)
    _, _, text = a_site_heard(study)
    risk = a_code(study, "risk")
    first = a_coding(coder, text, risk)
    matrix = a_matrix(study, risk)
    written(matrix, coder)
    assert not the_cell(matrix, coder).is_stale

    a_coding(coder, text, risk, "It took trust")
    uncode(actor=coder.person, at=NOW, member=coder, coding=first)

    assert str(the_cell(matrix, coder).changes) == "1 new, 1 gone"
    written(matrix, coder, revision=1)
    assert not the_cell(matrix, coder).is_stale


@pytest.mark.parametrize("is_inside", [True, False])
def test_an_edit_of_the_text_makes_a_cell_stale_only_where_it_reaches_into_a_passage(is_inside: bool) -> None:
    study = a_study()
    coder = a_coder(study)
    _, _, text = a_site_heard(study)
    coding = a_coding(coder, text, a_code(study, "risk"))
    matrix = a_matrix(study, coding.code)
    written(matrix, coder)

    start = coding.start + 2 if is_inside else coding.start - 20
    rewritten(text, [start, start + 3, 13])

    assert the_cell(matrix, coder).is_stale is is_inside


def test_two_people_do_not_overwrite_one_another_and_what_was_there_is_kept() -> None:
    study = a_study()
    a_site_heard(study)
    matrix, ann, ben = a_matrix(study, a_code(study)), a_coder(study, "AN"), a_coder(study, "BE")
    written(matrix, ann, "Ann's")

    with pytest.raises(StepError, match="Somebody else changed this"):
        written(matrix, ben, "Ben's")

    cell = written(matrix, ben, "Ben's", revision=1)
    assert (cell.summary, [text.summary for text in cell.earlier.all()]) == ("Ben's", ["Ann's"])


def test_a_group_s_passage_is_in_the_row_of_whoever_speaks() -> None:
    study = a_study()
    anna, ben = a_participant(study, "P1"), a_participant(study, "P2")
    who = Who({"Anna": anna, "Ben": ben})
    text = a_transcript(
        study, "Anna: Mine alone.", "Ben: These are others.", who=who, interview=an_interview(study, anna, ben)
    )
    trust = a_code(study, "trust")
    a_coding(a_coder(study), text, trust, "Mine alone")

    rows = matrix_view(lead_of(study), a_matrix(study, trust, case_kind="participant")).rows

    assert {row.case.name: row.cells[0].passages for row in rows} == {"P1": 1, "P2": 0}


def test_while_a_text_is_coded_blind_the_row_of_its_case_is_closed_to_everybody() -> None:
    study = a_study()
    _, _, text = a_site_heard(study)
    ann, ben, risk = a_coder(study, "AN"), a_coder(study, "BE"), a_code(study, "risk")
    matrix = a_matrix(study, risk)
    a_coding(ann, text, risk)
    written(matrix, ann, "Secret finding")
    blind = CodingRound.objects.create(study=study, name="Double", kind="double", is_blind=True, opened_at=NOW)
    Assignment.objects.create(round=blind, transcript=text, coder=ann)

    pages = [
        as_member(each).get(f"/studies/{study.uuid}/matrix/{more}").content.decode(errors="replace")
        for each in (ann, ben, lead_of(study))
        for more in ("", "?download=csv")
    ]
    cell_page = as_member(ben).get(the_cell(matrix, ben).url).content.decode()

    assert not any("Secret finding" in page for page in [*pages, cell_page])
    assert not any("1 passage" in page for page in [*pages, cell_page])
    with pytest.raises(StepError, match="blind round"):
        written(matrix, ben)
    CodingRound.objects.update(closed_at=NOW)
    assert the_cell(matrix, ben).state == State.WRITTEN


def test_a_cell_is_written_beside_its_passages_and_leads_to_the_next() -> None:
    study = a_study()
    coder = a_coder(study)
    _, _, text = a_site_heard(study)
    a_site(study, "Xanadu")
    coding = a_coding(coder, text, a_code(study, "risk"))
    matrix = a_matrix(study, coding.code)
    client, url = as_member(coder), the_cell(matrix, coder, "Wendle").url
    assert "shared the risk" in client.get(url).content.decode()

    typed = {"summary": "They share it.", "rests_on": coding.pk, "quotations": coding.pk, "revision": 0, "next": "1"}
    answer = client.post(f"{url}write/", typed)

    assert answer["Location"] == the_cell(matrix, coder, "Xanadu").url
    cell = the_cell(matrix, coder, "Wendle")
    assert (cell.text, cell.quotations, cell.row and cell.row.written_by) == ("They share it.", 1, coder)


def test_an_earlier_text_comes_back_into_the_box_and_is_saved_only_when_wanted() -> None:
    study = a_study()
    coder = a_coder(study)
    a_site_heard(study)
    matrix = a_matrix(study, a_code(study))
    written(matrix, coder, "The first")
    cell = written(matrix, coder, "The second", revision=1)

    page = as_member(coder).get(f"{the_cell(matrix, coder).url}?text={cell.earlier.get().uuid}")

    assert page.context["form"]["summary"].value() == "The first"
    assert the_cell(matrix, coder).text == "The second"


def test_rows_are_chosen_by_what_is_known_of_a_site_and_by_what_needs_work() -> None:
    study = a_study()
    coder = a_coder(study)
    a_site_heard(study)
    a_site(study, "Xanadu")
    matrix = a_matrix(study, a_code(study))
    written(matrix, coder, case="Wendle")
    client = as_member(coder)

    def rows(query: str) -> list[str]:
        page = client.get(f"/studies/{study.uuid}/matrix/?{query}")
        return [row.case.name for row in page.context["chosen"].view.rows]

    assert rows("") == ["Wendle", "Xanadu"]
    assert rows("by-role-group=Manager") == ["Wendle"]
    assert rows("by-role-group=not+known") == ["Xanadu"]
    assert rows("cells=empty") == ["Xanadu"]


def test_a_column_taken_out_keeps_its_cells() -> None:
    study = a_study()
    a_site_heard(study)
    risk, trust = a_code(study, "risk"), a_code(study, "trust")
    matrix = a_matrix(study, risk, trust)
    written(matrix, lead_of(study), "Kept")

    for codes in ([trust], [risk, trust]):
        matrix = change_matrix(
            actor=None, at=NOW, matrix=matrix, name=matrix.name, codes=codes, revision=matrix.revision
        )

    assert the_cell(matrix, lead_of(study), code="risk").text == "Kept"


def test_a_matrix_taken_away_can_be_put_back() -> None:
    study = a_study()
    a_site_heard(study)
    matrix = a_matrix(study, a_code(study))
    written(matrix, lead_of(study), "Kept")
    client = as_member(lead_of(study))

    client.post(f"/matrices/{matrix.uuid}/remove/")
    gone = client.get(f"/studies/{study.uuid}/matrix/")
    client.post(f"/matrices/{matrix.uuid}/put-back/")

    assert "Kept" not in gone.content.decode()
    assert "Put it back" in gone.content.decode()
    assert "Kept" in client.get(f"/studies/{study.uuid}/matrix/").content.decode()


def test_files_have_the_shown_rows_and_no_text_of_theirs_runs_as_a_formula(tmp_path: Any) -> None:
    study = a_study(is_invented=True)
    a_site_heard(study)
    matrix = a_matrix(study, a_code(study, "risk"))
    written(matrix, lead_of(study), "=HYPERLINK(1)")
    client = as_member(lead_of(study))

    table = client.get(f"/studies/{study.uuid}/matrix/?download=csv").content.decode("utf-8-sig")
    path = tmp_path / "matrix.xlsx"
    path.write_bytes(client.get(f"/studies/{study.uuid}/matrix/?download=xlsx").content)

    assert list(csv.reader(io.StringIO(table))) == [
        ["Case", "Organisation type", "Role group", "risk", "Data"],
        ["Wendle", "Council", "Manager", "'=HYPERLINK(1)", "invented"],
    ]
    assert b"<f>" not in path.read_bytes()


def test_a_summary_s_words_are_in_no_event() -> None:
    from commonpool.audit.models import AuditEvent

    study = a_study()
    a_site_heard(study)

    written(a_matrix(study, a_code(study)), lead_of(study), "Very particular words")

    events = AuditEvent.objects.filter(action="voices.write_cell")
    assert [event.after["characters"] for event in events if event.after] == [21]
    assert "particular" not in str(list(events.values()))


def test_what_says_nothing_yet_says_what_would_be_here() -> None:
    study = a_study()
    client = as_member(lead_of(study))
    assert "It needs a framework first" in client.get(f"/studies/{study.uuid}/matrix/").content.decode()

    a_matrix(study, a_code(study))

    assert "once it has some" in client.get(f"/studies/{study.uuid}/matrix/").content.decode()


WRITES = (
    "/studies/{study}/matrix/new/",
    "/matrices/{matrix}/",
    "/matrices/{matrix}/remove/",
    "/matrices/{matrix}/put-back/",
    "{cell}write/",
)


@pytest.mark.parametrize("address", ["/studies/{study}/matrix/", "{cell}", *WRITES])
def test_only_the_team_opens_a_matrix_and_only_those_who_code_change_it(address: str) -> None:
    study = a_study()
    a_site_heard(study)
    matrix = a_matrix(study, a_code(study))
    cell = the_cell(matrix, lead_of(study)).url
    outsider = lead_of(a_study("Another", lead=an_evaluator("other@study.example")))
    url = address.format(study=study.uuid, matrix=matrix.uuid, cell=cell)

    assert as_member(outsider).get(url).status_code == 403
    assert as_member(outsider).post(url).status_code == 403
    reader = as_member(a_coder(study, "RE", part=TeamMember.Part.READER))
    assert reader.get(url).status_code == (403 if address in WRITES else 200)


def test_a_cell_that_the_matrix_does_not_have_is_not_found() -> None:
    study = a_study()
    a_site_heard(study)
    matrix = a_matrix(study, a_code(study))

    other = as_member(lead_of(study)).get(f"/matrices/{matrix.uuid}/{a_code(study).uuid}/{uuid4()}/")

    assert other.status_code == 404
