"""The sampling matrix, its criteria and cells, and the candidates for more sites."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.voices.actions import sampling as actions
from commonpool.voices.forms.sampling import CellForm, CriterionForm, CrossingForm, line_of_level
from commonpool.voices.models import Candidate, Criterion, Study
from commonpool.voices.queries.access import WRITING
from commonpool.voices.queries.sampling import criterion_of, frame_of
from commonpool.voices.rules.sampling import Cell, crossing, filled, matrix, whom_to_ask
from commonpool.voices.views.asking import member, of_study, row_or_404, told, who_and_when
from commonpool.voices.views.forming import FormPage, form_page, sample_trail, sent

BELOW: Final = ("Sampling", "voices:sampling")
MOST_NAMED: Final = 8
MATRIX: Final = ListPage(
    "sampling-matrix",
    "Criteria and their levels",
    (
        Column("criterion", "Criterion", lambda cell: cell.criterion, filter=Filter.CHOICE),
        Column("level", "Level", lambda cell: cell.level),
        Column("target", "Wanted", lambda cell: cell.target, Kind.NUMBER, show=lambda cell: _wanted(cell)),
        Column("sites", "Sites", lambda cell: len(cell.sites), Kind.NUMBER),
        Column("missing", "Missing", lambda cell: cell.missing, Kind.NUMBER),
        Column("which", "Which", lambda cell: ", ".join(cell.sites)),
    ),
    noun="levels",
    empty="Here will stand, level by level, how many sites you want and have. Begin with a criterion: by what should "
    "sites differ?",
)


def sampling(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Which levels have a site, which have none, and whom to ask next."""
    study = row_or_404(Study, uuid, "body")
    frame = frame_of(study)
    rows = matrix(frame.criteria, frame.sites)
    listing = MATRIX.read(request.GET, [cell for row in rows for cell in row.cells], is_invented=study.is_invented)
    if file := listing.file():
        return file
    cells = [cell for row in rows for cell in row.cells if cell.is_wanted]
    places = {each.name: each for each in Candidate.objects.filter(study=study, site=None)}
    suggested = [(each, places[each.name]) for each in whom_to_ask(rows, frame.candidates)[:MOST_NAMED]]
    context = of_study(
        request,
        study,
        *sample_trail(study, ("Sampling", "")),
        listing=listing,
        criteria=frame.rows,
        unknown=[row for row in rows if row.unknown],
        empty=[cell for cell in cells if not cell.sites],
        wanted=len(cells),
        filled=filled(rows),
        suggested=suggested,
        candidates=len(places),
    )
    return render(request, "voices/fieldwork/sampling.html", context)


def _wanted(cell: Cell) -> str:
    return "no target" if cell.target is None else str(cell.target)


def add_criterion(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Add a criterion with its levels."""
    study = row_or_404(Study, uuid, "body")
    form = CriterionForm(sent(request))

    def save() -> str:
        made = actions.keep_criterion(**who_and_when(request), study=study, **form.given())
        return f"Sites are now to differ by {made.name}."

    return form_page(request, study, FormPage("By what should sites differ?", "Add it", BELOW), form, save)


def edit_criterion(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change a criterion or its levels."""
    row = row_or_404(Criterion, uuid, "study__body")
    lines = "\n".join(line_of_level(level) for level in criterion_of(row).levels)
    form = CriterionForm(sent(request), initial={"name": row.name, "levels": lines, "revision": row.revision})

    def save() -> str:
        actions.keep_criterion(
            **who_and_when(request), study=row.study, criterion=row, revision=form.seen, **form.given()
        )
        return f"{form.cleaned_data['name']} is changed."

    page = FormPage(
        row.name,
        "Save",
        BELOW,
        says="A level keeps its sites as long as its name stays.",
        takes_away="voices:remove-criterion",
        take_away_says="What is said of each site by it goes with it.",
    )
    return form_page(request, row.study, page, form, save, row=row)


@require_POST
def remove_criterion(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a criterion away."""
    row = row_or_404(Criterion, uuid, "study")
    if told(request, lambda: actions.remove_criterion(**who_and_when(request), criterion=row)):
        messages.success(request, f"{row.name} is taken away.")
    return redirect("voices:sampling", row.study.uuid)


def cells(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Two criteria across each other, with a target for each cell."""
    study = row_or_404(Study, uuid, "body")
    frame = frame_of(study)
    pair = _pair(request, frame.rows)
    context: dict[str, Any] = {"criteria": frame.rows, "pair": pair}
    if pair is not None:
        down, across = pair
        grid = crossing(criterion_of(down), criterion_of(across), frame.sites)
        levels = list(across.levels.all())
        context["grid"] = [
            (
                level,
                [
                    (column, sites, _target(frame.cells, level.pk, column.pk))
                    for column, sites in zip(levels, row, strict=True)
                ],
            )
            for level, row in zip(down.levels.all(), grid, strict=True)
        ]
        context |= {"columns": levels, "cell_form": CellForm(down=down, across=across)}
        context["chooser"] = CrossingForm(study=study, initial={"down": down.uuid, "across": across.uuid})
    trail = sample_trail(study, ("Sampling", reverse("voices:sampling", args=[study.uuid])), ("Two criteria", ""))
    return render(request, "voices/fieldwork/cells.html", of_study(request, study, *trail, **context))


@require_POST
def set_cell(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Set how many sites of two levels are wanted."""
    study = row_or_404(Study, uuid, "body")
    rows = {str(each.uuid): each for each in Criterion.objects.filter(study=study)}
    down, across = (rows.get(request.POST.get(f"{name}-criterion", "")) for name in ("down", "across"))
    back = reverse("voices:cells", args=[study.uuid])
    if down is None or across is None or down == across:
        messages.error(request, "Choose two criteria first.")
        return redirect(back)
    form = CellForm(request.POST, down=down, across=across)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    elif told(request, lambda: actions.set_cell_target(**who_and_when(request), study=study, **form.cleaned_data)):
        messages.success(request, "The target is set.")
    return redirect(f"{back}?{urlencode({'down': str(down.uuid), 'across': str(across.uuid)})}")


def candidates(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The places that might become sites, with their facts."""
    study = row_or_404(Study, uuid, "body")
    rows = list(Candidate.objects.filter(study=study).select_related("area", "site"))
    listing = _candidates(rows).read(request.GET, rows, is_invented=study.is_invented)
    if file := listing.file():
        return file
    may_code = member(request, study).part in WRITING
    waiting = [row for row in rows if row.site is None]
    trail = sample_trail(study, ("Sampling", reverse("voices:sampling", args=[study.uuid])), ("Candidates", ""))
    context = of_study(request, study, *trail, listing=listing, waiting=waiting, all=len(rows), can_make=may_code)
    return render(request, "voices/fieldwork/candidates.html", context)


@require_POST
def make_site(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a candidate among the sites."""
    row = row_or_404(Candidate, uuid, "study")
    if told(request, lambda: actions.make_site(**who_and_when(request), candidate=row)):
        messages.success(request, f"{row.name} is a site of the study.")
    return redirect("voices:sampling", row.study.uuid)


def _candidates(rows: list[Candidate]) -> ListPage:
    names = list(dict.fromkeys(name for row in rows for name, _ in row.facts))
    facts = (Column(f"f{at}", name, _fact(name)) for at, name in enumerate(names))
    return ListPage(
        "candidates",
        "Places that might become sites",
        (
            Column("name", "Place", lambda row: row.name, filter=Filter.TEXT),
            Column("area", "Area here", lambda row: row.area.name if row.area else "none of this site’s areas"),
            *facts,
            Column("site", "State", lambda row: "takes part" if row.site else "candidate", filter=Filter.CHOICE),
        ),
        noun="places",
        empty="Here will stand the places that you could ask, with what is known of each. Take a file of them in.",
        sort="name",
    )


def _fact(name: str) -> Any:
    return lambda row: dict(row.facts).get(name) or None


def _target(targets: dict[tuple[int, int], int], down: int, across: int) -> int | None:
    return targets.get((down, across), targets.get((across, down)))


def _pair(request: HttpRequest, rows: tuple[Criterion, ...]) -> tuple[Criterion, Criterion] | None:
    """The two that the address asks for, else the first two."""
    by_uuid = {str(row.uuid): row for row in rows}
    asked = [by_uuid.get(request.GET.get(name, "")) for name in ("down", "across")]
    down, across = (
        (found or row for found, row in zip(asked, rows[:2], strict=False)) if len(rows) > 1 else (None, None)
    )
    if down is None or across is None:
        return None
    return (down, across) if down != across else (down, next(row for row in rows if row != down))
