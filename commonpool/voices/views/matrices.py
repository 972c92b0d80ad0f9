"""The framework matrix: the table, making and changing one, and its files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonpool.voices.actions import matrices as actions
from commonpool.voices.forms.matrices import MatrixForm
from commonpool.voices.matrix_files import matrix_file
from commonpool.voices.models import Code, Matrix, Study
from commonpool.voices.queries.codebooks import in_tree_order
from commonpool.voices.queries.matrices import columns_for, matrices_of, matrix_view
from commonpool.voices.queries.matrix_filters import CELLS, chosen_of
from commonpool.voices.views.asking import member, of_study, row_or_404, told, who_and_when


def matrix(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One matrix of the study, filtered as the address says."""
    study = row_or_404(Study, uuid, "body")
    every = matrices_of(study)
    shown = next((each for each in every if str(each.uuid) == request.GET.get("matrix")), next(iter(every), None))
    context: dict[str, Any] = {"matrices": every, "taken_away": _taken_away(study), "codes": bool(codes_of(study))}
    if shown is not None:
        view = matrix_view(member(request, study), shown)
        chosen = chosen_of(request.GET, view)
        if request.GET.get("download") in ("csv", "xlsx"):
            return matrix_file(request.GET["download"], chosen.view, is_invented=study.is_invented)
        asked = request.GET.copy()
        asked["matrix"] = str(shown.uuid)
        context |= {
            "matrix": shown,
            "view": view,
            "chosen": chosen,
            "query": asked.urlencode(),
            "cell_filters": CELLS.items(),
        }
    return render(request, "voices/matrix.html", of_study(request, study, ("Matrix", ""), **context))


def new_matrix(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Make a matrix."""
    study = row_or_404(Study, uuid, "body")
    form = MatrixForm(request.POST if request.method == "POST" else None, codes=codes_of(study))
    made: list[Matrix] = []

    def step() -> None:
        given = {name: form.cleaned_data[name] for name in ("name", "case_kind", "codes")}
        made.append(actions.make_matrix(**who_and_when(request), member=member(request, study), **given))

    if request.method == "POST" and form.is_valid() and told(request, step):
        return redirect(page_of(made[0]))
    below = (("Matrix", reverse("voices:matrix", args=[study.uuid])), ("Make a matrix", ""))
    context = of_study(request, study, *below, form=form, title="Make a matrix", button="Make it")
    return render(request, "voices/matrix_form.html", context)


def change_matrix(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give a matrix another name or other columns."""
    row = row_or_404(Matrix, uuid, "study__body")
    codes = [each.code for each in row.columns.select_related("code")]
    initial = {"name": row.name, "codes": [str(code.uuid) for code in codes], "revision": row.revision}
    offered = _with_chosen(row.study, codes)
    form = MatrixForm(request.POST if request.method == "POST" else None, codes=offered, is_new=False, initial=initial)

    def step() -> None:
        given = {name: form.cleaned_data[name] for name in ("name", "codes")}
        revision = form.cleaned_data["revision"] or 0
        actions.change_matrix(**who_and_when(request), matrix=row, revision=revision, **given)

    if request.method == "POST" and form.is_valid() and told(request, step):
        return redirect(page_of(row))
    below = (("Matrix", page_of(row)), (row.name, page_of(row)), ("Change it", ""))
    context = of_study(request, row.study, *below, form=form, title=f"Change ‘{row.name}’", button="Save", matrix=row)
    return render(request, "voices/matrix_form.html", context)


@require_POST
def remove_matrix(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a matrix away; its page then offers to put it back."""
    row = row_or_404(Matrix, uuid, "study")
    if told(request, lambda: actions.remove_matrix(**who_and_when(request), matrix=row)):
        messages.success(request, f"‘{row.name}’ is taken away. You can put it back below.")
    return redirect("voices:matrix", row.study.uuid)


@require_POST
def put_matrix_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put a matrix back with all its cells."""
    row = row_or_404(Matrix, uuid, "study")
    if told(request, lambda: actions.put_matrix_back(**who_and_when(request), matrix=row)):
        messages.success(request, f"‘{row.name}’ is back with all its cells.")
    return redirect(page_of(row))


def page_of(matrix: Matrix) -> str:
    """The address of a matrix."""
    return f"{reverse('voices:matrix', args=[matrix.study.uuid])}?{urlencode({'matrix': str(matrix.uuid)})}"


def codes_of(study: Study) -> list[tuple[Code, str]]:
    """The codes in use in the order of the tree, each with the names above it."""
    return [(column.code, column.path) for column in columns_for(in_tree_order(study), study)]


def _with_chosen(study: Study, chosen: Sequence[Code]) -> list[tuple[Code, str]]:
    """What is offered, and columns whose code has been retired since: leaving them out is the user's to decide."""
    offered = codes_of(study)
    known = {code.pk for code, _ in offered}
    return [*offered, *((code, "retired") for code in chosen if code.pk not in known)]


def _taken_away(study: Study) -> list[Matrix]:
    return list(Matrix.objects.filter(study=study, removed_at__isnull=False))
