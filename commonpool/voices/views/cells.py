"""One cell of a matrix: the passages of the case beside the text that sums them up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from commonpool.voices.actions.matrices import BLIND, Written, write_cell
from commonpool.voices.forms.matrices import CellForm
from commonpool.voices.models import Matrix, TeamMember
from commonpool.voices.queries import matrices as queries
from commonpool.voices.queries.cases import Case, cases_of
from commonpool.voices.views.asking import member, of_study, row_or_404, told, who_and_when
from commonpool.voices.views.matrices import page_of


@dataclass(frozen=True, slots=True)
class Asked:
    """The cell that an address names, with what stands before and after it in the order of reading."""

    matrix: Matrix
    column: queries.Column
    case: Case
    place: int
    order: tuple[tuple[Case, queries.Column], ...]

    def beside(self, step: int) -> str:
        """The address of the cell so many steps on; "" past either end."""
        place = self.place + step
        if not 0 <= place < len(self.order):
            return ""
        case, column = self.order[place]
        return queries.cell_url(self.matrix, column, case)


def cell(request: HttpRequest, uuid: UUID, code: UUID, case: UUID) -> HttpResponse:
    """The passages and the text; whoever codes can write it here."""
    asked = _asked(uuid, code, case)
    shown = queries.one_cell(member(request, asked.matrix.study), asked.matrix, asked.column, asked.case)
    earlier = queries.text_of_cell(shown.row, request.GET.get("text", "")) if not shown.is_blind else None
    return _page(request, asked, shown, None, earlier)


@require_POST
def write(request: HttpRequest, uuid: UUID, code: UUID, case: UUID) -> HttpResponse:
    """Save the text, and go on to the next cell where that was asked for."""
    asked = _asked(uuid, code, case)
    me = member(request, asked.matrix.study)
    shown = queries.one_cell(me, asked.matrix, asked.column, asked.case)
    form = CellForm(request.POST, behind=_behind(me, asked, shown))

    def step() -> None:
        given = form.cleaned_data
        words = {name: given[name] for name in ("summary", "nothing_said", "rests_on", "quotations")}
        write_cell(
            **who_and_when(request),
            member=me,
            matrix=asked.matrix,
            column=asked.column,
            case=asked.case,
            written=Written(**words),
            revision=given["revision"] or 0,
        )

    if form.is_valid() and told(request, step):
        messages.success(request, f"{asked.case.name}, {asked.column.code.name}: saved.")
        on = asked.beside(1) if "next" in request.POST else ""
        return redirect(
            on or (page_of(asked.matrix) if "next" in request.POST else request.path.removesuffix("write/"))
        )
    return _page(request, asked, queries.one_cell(me, asked.matrix, asked.column, asked.case), form, None)


def _asked(uuid: UUID, code: UUID, case: UUID) -> Asked:
    matrix = row_or_404(Matrix, uuid, "study__body")
    columns, cases = queries.columns_of(matrix), cases_of(matrix.study, matrix.case_kind)
    order = tuple((each, column) for each in cases for column in columns)
    for place, (each, column) in enumerate(order):
        if each.uuid == case and column.code.uuid == code:
            return Asked(matrix, column, each, place, order)
    raise Http404("The matrix has no such cell.")


def _behind(me: TeamMember, asked: Asked, shown: queries.Cell) -> list[queries.Behind]:
    if shown.is_blind:
        return []
    return queries.behind(me, queries.places_in(me, asked.matrix, asked.column, asked.case), shown.row)


def _page(request: HttpRequest, asked: Asked, shown: queries.Cell, form: CellForm | None, earlier: Any) -> HttpResponse:
    me = member(request, asked.matrix.study)
    behind = _behind(me, asked, shown)
    row = None if shown.is_blind else shown.row
    text = earlier or row
    initial = {
        "summary": text.summary if text else "",
        "nothing_said": text.nothing_said if text else False,
        "revision": row.revision if row else 0,
    }
    below = (("Matrix", page_of(asked.matrix)), (asked.matrix.name, page_of(asked.matrix)), (asked.case.name, ""))
    context = of_study(
        request,
        asked.matrix.study,
        *below,
        matrix=asked.matrix,
        cell=shown,
        row=row,
        behind=[_ticked(each, form) for each in behind],
        form=form or CellForm(behind=behind, initial=initial),
        earlier=queries.earlier_texts(row),
        restoring=earlier,
        before=asked.beside(-1),
        after=asked.beside(1),
        number=asked.place + 1,
        of=len(asked.order),
        why_blind=BLIND.format(case=asked.case.name),
    )
    return render(request, "voices/cell.html", context)


def _ticked(each: queries.Behind, form: CellForm | None) -> tuple[queries.Behind, bool, bool]:
    """The passage, and whether its two boxes are ticked: as was typed on an error, else as the cell has it."""
    if form is None:
        return each, each.is_linked, each.is_quotation
    typed = {name: form[name].value() or [] for name in ("rests_on", "quotations")}
    return each, str(each.id) in typed["rests_on"], str(each.id) in typed["quotations"]
