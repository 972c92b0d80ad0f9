"""Groups of cases beside each other, new codes per interview, and typologies."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonpool.pages.lists.files import as_file
from commonpool.voices.actions import typologies as actions
from commonpool.voices.forms.themes import TypologyForm
from commonpool.voices.models import CaseKind, Study, Typology
from commonpool.voices.queries import comparing as queries
from commonpool.voices.views.asking import member, of_study, row_or_404, told, typed, who_and_when
from commonpool.voices.views.matrices import codes_of
from commonpool.voices.views.themes import kind_asked


def new_codes(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How many codes each interview brought that none before had."""
    study = row_or_404(Study, uuid, "body")
    order = "coded" if request.GET.get("order") == "coded" else "held"
    curve = queries.curve_of(member(request, study), study, order)
    context = of_study(request, study, *_below(study, "New codes per interview"), curve=curve)
    return render(request, "voices/new_codes.html", context)


def compare(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """In how many cases of each group each code was found."""
    study = row_or_404(Study, uuid, "body")
    codes = [code for code, _ in codes_of(study)]
    found = queries.compared(
        member(request, study), study, codes, kind_asked(request), request.GET.get("attribute", "")
    )
    if request.GET.get("download") in ("csv", "xlsx"):
        return _file(request.GET["download"], found, is_invented=study.is_invented)
    below = _below(study, "Compare groups")
    return render(request, "voices/compare.html", of_study(request, study, *below, found=found, kinds=CaseKind.choices))


def _file(kind: str, found: queries.Compared, *, is_invented: bool) -> HttpResponse:
    header = ["Code", found.attribute, "Cases with the code", "Cases", *(["Data"] if is_invented else [])]
    more = ["invented"] if is_invented else []
    rows: list[list[str | int]] = [
        [row.column.code.name, group.value, group.found, group.cases, *more]
        for row in found.rows
        for group in row.groups
    ]
    return as_file(kind, "codes-by-group", "Codes by group", header, rows)


def new_typology(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Name a typology and its types."""
    study = row_or_404(Study, uuid, "body")
    form = TypologyForm(request.POST if request.method == "POST" else None)
    made: list[Typology] = []

    def step() -> None:
        given = form.cleaned_data | {"types": form.cleaned_data["types"].splitlines()}
        made.append(actions.make_typology(**who_and_when(request), member=member(request, study), **given))

    if request.method == "POST" and form.is_valid() and told(request, step):
        return redirect("voices:typology", made[0].uuid)
    context = of_study(request, study, *_below(study, "Make a typology"), form=form)
    return render(request, "voices/typology_form.html", context)


def typology(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Which case is of which type, why, and types by what is known of the cases."""
    row = row_or_404(Typology, uuid, "study__body")
    return _typology_page(request, row, {})


@require_POST
def assign_types(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Save the types of all cases at once."""
    row = row_or_404(Typology, uuid, "study__body")
    types = {str(each.uuid): each for each in row.types.all()}
    view = queries.typology_view(row, "")
    given = {
        each.case: actions.Given(
            types.get(request.POST.get(f"type-{each.case.uuid}", "")),
            typed(request, f"reason-{each.case.uuid}")[:400],
        )
        for each in view.cases
        if f"type-{each.case.uuid}" in request.POST
    }
    changed: list[int] = []

    def step() -> None:
        me = member(request, row.study)
        changed.append(actions.assign_types(**who_and_when(request), member=me, typology=row, given=given))

    if told(request, step):
        messages.success(request, f"{changed[0]} case{'' if changed[0] == 1 else 's'} changed.")
        return redirect("voices:typology", row.uuid)
    return _typology_page(request, row, {case.uuid: each for case, each in given.items()})


def _typology_page(request: HttpRequest, row: Typology, typed: dict[UUID, actions.Given]) -> HttpResponse:
    view = queries.typology_view(row, request.GET.get("attribute", ""))
    boxes = []
    for each in view.cases:
        given = typed.get(each.case.uuid)
        chosen = (str(given.type.uuid) if given.type else "") if given else each.type
        boxes.append((each, chosen, given.reason if given else each.reason))
    tab = [(value, view.tab.row(value)) for value in view.tab.values] if view.tab else []
    context = {"typology": row, "view": view, "boxes": boxes, "types": list(row.types.all()), "tab": tab}
    below = _below(row.study, row.name)
    return render(request, "voices/typology.html", of_study(request, row.study, *below, **context))


@require_POST
def remove_typology(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a typology away; the page of themes then offers to put it back."""
    row = row_or_404(Typology, uuid, "study")
    if told(request, lambda: actions.remove_typology(**who_and_when(request), typology=row)):
        messages.success(request, f"‘{row.name}’ is taken away. You can put it back below.")
    return redirect("voices:themes", row.study.uuid)


@require_POST
def put_typology_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put a typology back with its cases."""
    row = row_or_404(Typology, uuid, "study")
    told(request, lambda: actions.put_typology_back(**who_and_when(request), typology=row))
    return redirect("voices:typology", row.uuid)


def _below(study: Study, name: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("Themes", reverse("voices:themes", args=[study.uuid])), (name, "")
