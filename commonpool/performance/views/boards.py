"""An area's board, the page of one metric, and beginning a phase of its chart."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonpool.charts import Chart
from commonpool.people import queries as people
from commonpool.performance.actions import charts as actions
from commonpool.performance.errors import AskError
from commonpool.performance.forms.charts import PhaseForm
from commonpool.performance.judging import drawn
from commonpool.performance.models import ChartPhase
from commonpool.performance.one_line import never_one_line_with, why_not_one_line
from commonpool.performance.queries.boards import MetricPage, area_board, metric_page
from commonpool.performance.rules.errors import ChartError
from commonpool.performance.rules.rule_sets import RULE_SETS
from commonpool.performance.rules.xmr_batch import XmrOptions
from commonpool.performance.views.asking import person_of, today, who_and_when
from commonpool.performance.views.board_list import BOARD, board_rows
from commonpool.performance.views.metric_files import metric_file, source_of
from commonpool.performance.views.metric_page import plan_context
from commonpool.performance.views.restated import restated_context
from commonpool.places.models import Organisation
from commonpool.policy.metric_catalogue import Metric
from commonpool.policy.reading.metrics import load_catalogue

TAB: Final = "performance:board"


def board(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Every metric of the area that figures are held of, the gravest first; filtered, sorted, as a file."""
    area = _area(uuid)
    found = area_board(home_of_figures(), area, person_of(request), today())
    listing = BOARD.read(
        request.GET,
        board_rows(found, lambda code: reverse("performance:metric", args=[area.uuid, code])),
        is_invented=area.is_invented,
    )
    if file := listing.file():
        return file
    unjudged = {row.series.metric.label: " ".join(row.icons.why_not) for row in found.rows if row.icons.why_not}
    may_load = people.may_write_plan(person_of(request), area.uuid, today())
    context = {"board": found, "listing": listing, "unjudged": unjudged, "may_load": may_load}
    return render(request, "performance/board.html", _of_area(area, **context))


def metric(request: HttpRequest, uuid: UUID, code: str) -> HttpResponse:
    """One metric: chart, table, definition, provenance. `?format=` csv, svg or png downloads it."""
    area, wanted = _area(uuid), metric_or_404(code)
    rules = request.GET.get("rules", "")
    options = XmrOptions(RULE_SETS[rules]) if rules in RULE_SETS else XmrOptions()
    page = metric_page(home_of_figures(), area, wanted, person_of(request), today(), options)
    # What is refused is refused as a download too, whether figures are held or not; a program must see that it was.
    asked = [metric_or_404(each) for each in dict.fromkeys([code, *request.GET.getlist("with")])]
    if refused := why_not_one_line(load_catalogue(), [each.code for each in asked]):
        pages = [metric_page(home_of_figures(), area, each, person_of(request), today()) for each in asked]
        context = {"page": page, "refused": refused, "apart": [(each, _drawn_alone(each)) for each in pages]}
        status = 400 if request.GET.get("format") else 200
        return render(request, "performance/refused.html", _of_area(area, (wanted.label, ""), **context), status=status)
    never = never_one_line_with(load_catalogue(), wanted)
    beside = {"page": page, "never": never, **restated_context(home_of_figures(), area, wanted)}
    if page.judged is None:
        return render(request, "performance/metric.html", _of_area(area, (wanted.label, ""), **beside))
    if file := metric_file(request.GET.get("format", ""), area, page):
        return file
    context = {
        **beside,
        **plan_context(page),
        "judged": page.judged,
        "chart": drawn(page.judged, source=source_of(page)),
        "rule_sets": RULE_SETS.values(),
        "rules": options.rules.name,
        "may_begin": people.may_write_plan(person_of(request), area.uuid, today()) and bool(page.periods),
        "version": wanted.latest,
    }
    return render(request, "performance/metric.html", _of_area(area, (wanted.label, ""), **context))


def begin_phase(request: HttpRequest, uuid: UUID, code: str) -> HttpResponse:
    """Begin limits anew, with a reason that stands on the chart."""
    area, wanted = _area(uuid), metric_or_404(code)
    page = metric_page(home_of_figures(), area, wanted, person_of(request), today())
    back = reverse("performance:metric", args=[area.uuid, code])
    if not page.periods:
        messages.error(request, "There is no chart of two periods or more, so no phase can begin.")
        return redirect(back)
    form = PhaseForm(request.POST if request.method == "POST" else None, periods=page.periods)
    if form.is_bound and form.is_valid():
        try:
            actions.begin_phase(
                **who_and_when(request),
                area=area,
                metric=code,
                starts_on=date.fromisoformat(form.cleaned_data["starts_on"]),
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, "A new phase begins there. The limits are those of each phase alone.")
            return redirect(back)
        except (ValidationError, ChartError) as wrong:
            form.add_error(None, wrong.messages if isinstance(wrong, ValidationError) else str(wrong))
    context = {"form": form, "title": "Begin a new phase", "button": "Begin the phase", "back": back}
    return render(request, "performance/phase.html", _of_area(area, (wanted.label, back), ("New phase", ""), **context))


@require_POST
def take_back_phase(request: HttpRequest, uuid: UUID, code: str) -> HttpResponse:
    """Let the limits run on as before."""
    area, wanted = _area(uuid), metric_or_404(code)
    phase = get_object_or_404(
        ChartPhase, area=area, metric=wanted.code, uuid=_uuid_or_404(request.POST.get("phase", ""))
    )
    try:
        actions.take_back_phase(**who_and_when(request), phase=phase)
        messages.success(request, "The phase is taken back.")
    except AskError as refused:
        messages.error(request, str(refused))
    return redirect("performance:metric", area.uuid, code)


def _drawn_alone(page: MetricPage) -> Chart | None:
    return drawn(page.judged, source=source_of(page)) if page.judged else None


def _of_area(area: Organisation, *below: tuple[str, str], **more: Any) -> dict[str, Any]:
    own = reverse(TAB, args=[area.uuid]) if below else ""
    trail = [("Home", "/"), (area.name, reverse("site:area", args=[area.uuid])), ("Performance", own), *below]
    return {"area": area, "is_invented": area.is_invented, "trail": trail, "current_tab": TAB, **more}


def _area(uuid: UUID) -> Organisation:
    return get_object_or_404(Organisation, uuid=uuid, kind=Organisation.Kind.HWB_AREA)


def metric_or_404(code: str) -> Metric:
    """The metric of the address."""
    found = load_catalogue().metrics.get(code)
    if found is None:
        raise Http404(f"There is no metric {code}.")
    return found


def home_of_figures() -> Path:
    """Where the activity store lies."""
    return Path(settings.COMMONPOOL_HOME)


def _uuid_or_404(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404("There is no such phase.") from error
