"""Making a framework matrix, and writing its cells."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from commonpool.people.models import Person
from commonpool.voices.actions.events import tell
from commonpool.voices.errors import StepError
from commonpool.voices.models import CellPassage, CellText, Code, Matrix, MatrixCell, MatrixColumn, TeamMember
from commonpool.voices.queries.cases import Belonging, Case, cases_coded_blind
from commonpool.voices.queries.matrices import Column, basis_of, places_in

SOMEBODY_ELSE = "Somebody else changed this since you opened it. Look at what it says now, and save yours again."
BLIND = (
    "A text of {case} lies in a blind round that is still open: a summary would show others what you found. "
    "Write it once the round is closed."
)


@transaction.atomic
def make_matrix(
    *, actor: Person | None, at: datetime, member: TeamMember, name: str, case_kind: str, codes: Sequence[Code]
) -> Matrix:
    """A new matrix with these codes as columns. Raises ValidationError."""
    made = Matrix(study_id=member.study_id, name=name.strip(), case_kind=case_kind, made_by=member, made_at=at)
    made.full_clean()
    made.save()
    _set_columns(made, codes)
    tell("make_matrix", made, actor=actor, at=at, after={"case_kind": case_kind, "columns": _ids(codes)})
    return made


@transaction.atomic
def change_matrix(
    *, actor: Person | None, at: datetime, matrix: Matrix, name: str, codes: Sequence[Code], revision: int
) -> Matrix:
    """Another name, other columns. Cells of a column that goes are kept. Raises StepError and ValidationError."""
    held = Matrix.objects.select_for_update().get(pk=matrix.pk)
    if held.revision != revision:
        raise StepError(SOMEBODY_ELSE)
    before = {"columns": _ids([each.code for each in held.columns.select_related("code")])}
    held.name, held.revision = name.strip(), revision + 1
    held.full_clean()
    held.save()
    _set_columns(held, codes)
    tell("change_matrix", held, actor=actor, at=at, before=before, after={"columns": _ids(codes)})
    return held


@transaction.atomic
def remove_matrix(*, actor: Person | None, at: datetime, matrix: Matrix) -> Matrix:
    """Take a matrix away, with its cells; it can be put back. Raises StepError where it is gone already."""
    held = Matrix.objects.select_for_update().get(pk=matrix.pk)
    if held.removed_at is not None:
        raise StepError("This matrix was taken away already.")
    held.removed_at = at
    held.save(update_fields=["removed_at"])
    tell("remove_matrix", held, actor=actor, at=at, before={"is_removed": False}, after={"is_removed": True})
    return held


@transaction.atomic
def put_matrix_back(*, actor: Person | None, at: datetime, matrix: Matrix) -> Matrix:
    """Put a matrix back with all its cells. Raises StepError and ValidationError."""
    held = Matrix.objects.select_for_update().get(pk=matrix.pk)
    if held.removed_at is None:
        raise StepError("This matrix is here already.")
    held.removed_at = None
    held.full_clean()
    held.save(update_fields=["removed_at"])
    tell("put_matrix_back", held, actor=actor, at=at, before={"is_removed": True}, after={"is_removed": False})
    return held


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody writes in a cell: a summary or that nothing was said, and the passages that it rests on."""

    summary: str = ""
    nothing_said: bool = False
    rests_on: Collection[int] = ()
    quotations: Collection[int] = ()


@transaction.atomic
def write_cell(
    *,
    actor: Person | None,
    at: datetime,
    member: TeamMember,
    matrix: Matrix,
    column: Column,
    case: Case,
    written: Written,
    revision: int,
) -> MatrixCell:
    """The cell's text; `revision` is the one that the writer saw, 0 for an empty cell. Raises StepError.

    What it said before is kept. Passages are those that this member sees in the cell; others are not linked.
    """
    belonging = Belonging(matrix.study)
    if case.id in cases_coded_blind(member, case.kind, belonging):
        raise StepError(BLIND.format(case=case.name))
    if written.nothing_said and written.summary.strip():
        raise StepError("You wrote a summary, and that nothing was said. Keep one of them.")
    places = places_in(member, matrix, column, case, belonging)
    cell = _cell_to_write(matrix, column, case, revision)
    cell.summary, cell.nothing_said = written.summary.strip(), written.nothing_said
    cell.basis = basis_of(places)
    cell.written_by, cell.written_at = member, at
    try:
        with transaction.atomic():
            cell.save()
    except IntegrityError:
        raise StepError(SOMEBODY_ELSE) from None
    _set_passages(cell, written, {place.id for place in places})
    tell("write_cell", cell, actor=actor, at=at, after=_said(cell, matrix, column))
    return cell


def _cell_to_write(matrix: Matrix, column: Column, case: Case, revision: int) -> MatrixCell:
    """The cell, held, with its text of now put by. Raises StepError where somebody wrote it since."""
    of_case = {f"{case.kind}_id": case.id}
    held = MatrixCell.objects.select_for_update().filter(matrix=matrix, code=column.code, **of_case).first()
    if (held.revision if held else 0) != revision:
        raise StepError(SOMEBODY_ELSE)
    if held is None:
        return MatrixCell(matrix=matrix, code=column.code, **of_case)
    CellText.objects.create(
        cell=held,
        revision=held.revision,
        summary=held.summary,
        nothing_said=held.nothing_said,
        written_by_id=held.written_by_id,
        written_at=held.written_at,
    )
    held.revision += 1
    return held


def _set_passages(cell: MatrixCell, written: Written, visible: Collection[int]) -> None:
    quoted = set(written.quotations)
    wanted = [pk for pk in dict.fromkeys([*written.rests_on, *written.quotations]) if pk in visible]
    cell.passages.all().delete()
    CellPassage.objects.bulk_create([CellPassage(cell=cell, coding_id=pk, is_quotation=pk in quoted) for pk in wanted])


def _set_columns(matrix: Matrix, codes: Sequence[Code]) -> None:
    if any(code.study_id != matrix.study_id for code in codes):
        raise StepError("One of these codes belongs to another study.")
    matrix.columns.all().delete()
    MatrixColumn.objects.bulk_create(
        [MatrixColumn(matrix=matrix, code=code, place=place) for place, code in enumerate(codes)]
    )


def _ids(codes: Sequence[Code]) -> list[str]:
    return [str(code.uuid) for code in codes]


def _said(cell: MatrixCell, matrix: Matrix, column: Column) -> dict[str, object]:
    return {
        "matrix": matrix.uuid,
        "code": column.code.uuid,
        "revision": cell.revision,
        "characters": len(cell.summary),
        "nothing_said": cell.nothing_said,
        "passages": len(cell.basis),
    }
