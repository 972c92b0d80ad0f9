"""An area's board, the page of one metric, and beginning a phase of its chart."""

from __future__ import annotations

from collections.abc import Iterator
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
from commonpool.charts.files import picture_file
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
from commonpool.performance.uncertainty import interval_of
from commonpool.performance.views.asking import person_of, today, who_and_when
from commonpool.performance.views.board_list import BOARD, board_rows
from commonpool.performance.views.metric_page import plan_context
from commonpool.performance.views.restated import restated_context
from commonpool.places.models import Organisation
from commonpool.policy.metric_catalogue import Metric
from commonpool.policy.reading.metrics import load_catalogue
from commonpool.sheets import csv_lines

TAB: Final = "performance:board"


def board(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Every metric of the area that figures are held of, the gravest first; filtered, sorted, as a file."""
    area = _area(uuid)
    found = area_board(_home(), area, person_of(request), today())
    listing = BOARD.read(request.GET, board_rows(found, area.uuid), is_invented=area.is_invented)
    if file := listing.file():
        return file
    unjudged = {row.series.metric.label: " ".join(row.icons.why_not) for row in found.rows if row.icons.why_not}
    may_load = people.may_write_plan(person_of(request), area.uuid, today())
    context = {"board": found, "listing": listing, "unjudged": unjudged, "may_load": may_load}
    return render(request, "performance/board.html", _of_area(area, **context))


def metric(request: HttpRequest, uuid: UUID, code: str) -> HttpResponse:
    """One metric: chart, table, definition, provenance. `?format=` csv, svg or png downloads it."""
    area, wanted = _area(uuid), _metric(code)
    rules = request.GET.get("rules", "")
    options = XmrOptions(RULE_SETS[rules]) if rules in RULE_SETS else XmrOptions()
    page = metric_page(_home(), area, wanted, person_of(request), today(), options)
    # What is refused is refused as a download too, whether figures are held or not; a program must see that it was.
    others = [_metric(each).code for each in request.GET.getlist("with")]
    if refused := why_not_one_line(load_catalogue(), [code, *others]):
        pages = [metric_page(_home(), area, _metric(each), person_of(request), today()) for each in [code, *others]]
        context = {"page": page, "refused": refused, "apart": [(each, _drawn_alone(each)) for each in pages]}
        status = 400 if request.GET.get("format") else 200
        return render(request, "performance/refused.html", _of_area(area, (wanted.label, ""), **context), status=status)
    never = never_one_line_with(load_catalogue(), wanted)
    beside = {"page": page, "never": never, **restated_context(_home(), area, wanted)}
    if page.judged is None:
        return render(request, "performance/metric.html", _of_area(area, (wanted.label, ""), **beside))
    if file := _file(request.GET.get("format", ""), area, page):
        return file
    context = {
        **beside,
        **plan_context(page),
        "judged": page.judged,
        "chart": drawn(page.judged, source=_source(page)),
        "rule_sets": RULE_SETS.values(),
        "rules": options.rules.name,
        "may_begin": people.may_write_plan(person_of(request), area.uuid, today()) and bool(page.periods),
        "version": wanted.latest,
    }
    return render(request, "performance/metric.html", _of_area(area, (wanted.label, ""), **context))


def begin_phase(request: HttpRequest, uuid: UUID, code: str) -> HttpResponse:
    """Begin limits anew, with a reason that stands on the chart."""
    area, wanted = _area(uuid), _metric(code)
    page = metric_page(_home(), area, wanted, person_of(request), today())
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
    area, wanted = _area(uuid), _metric(code)
    phase = get_object_or_404(
        ChartPhase, area=area, metric=wanted.code, uuid=_uuid_or_404(request.POST.get("phase", ""))
    )
    try:
        actions.take_back_phase(**who_and_when(request), phase=phase)
        messages.success(request, "The phase is taken back.")
    except AskError as refused:
        messages.error(request, str(refused))
    return redirect("performance:metric", area.uuid, code)


def _file(kind: str, area: Organisation, page: MetricPage) -> HttpResponse | None:
    """The series as a CSV file, or its picture; None where neither is asked for."""
    assert page.judged is not None
    name = f"{page.metric.code}-{area.gss_code or area.ods_code or 'area'}"
    if kind != "csv":
        return picture_file(kind, drawn(page.judged, source=_source(page)), name, is_invented=area.is_invented)
    answer = HttpResponse("".join(csv_lines(_rows(area, page))), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


COLUMNS: Final = (
    *("metric", "area", "starts_on", "ends_on", "numerator", "denominator", "value", "unit", "why_unknown", "flag"),
    *("lower_95", "upper_95", "planned", "against_plan", "file", "revision", "is_invented"),
)


def _rows(area: Organisation, page: MetricPage) -> Iterator[tuple[Any, ...]]:
    """The series as rows: an unknown value is an empty cell with its reason beside it, never zero."""
    assert page.judged is not None
    yield COLUMNS
    unit = page.judged.series.unit
    planned = {each.starts_on: each for each in page.judged.plan.periods}
    for each, label in zip(page.judged.series.points, page.judged.chart.labels, strict=True):
        interval, plan = interval_of(page.judged.series, each), planned.get(each.starts_on)
        yield (
            *(page.metric.code, area.name, each.starts_on, each.ends_on, each.numerator, each.denominator, each.value),
            *(unit, each.why, label.value if label else ""),
            *((interval.lower, interval.upper) if interval else (None, None)),
            *((plan.planned, plan.against.value) if plan else (None, None)),
            *(each.file, each.revision, area.is_invented),
        )


def _source(page: MetricPage) -> str:
    assert page.judged is not None
    files = {point.file for point in page.judged.series.points if point.file}
    named = sorted(files)
    return f"{named[0]} to {named[-1]}, {len(named)} files" if len(named) > 1 else ", ".join(named)


def _drawn_alone(page: MetricPage) -> Chart | None:
    return drawn(page.judged, source=_source(page)) if page.judged else None


def _of_area(area: Organisation, *below: tuple[str, str], **more: Any) -> dict[str, Any]:
    own = reverse(TAB, args=[area.uuid]) if below else ""
    trail = [("Home", "/"), (area.name, reverse("site:area", args=[area.uuid])), ("Performance", own), *below]
    return {"area": area, "is_invented": area.is_invented, "trail": trail, "current_tab": TAB, **more}


def _area(uuid: UUID) -> Organisation:
    return get_object_or_404(Organisation, uuid=uuid, kind=Organisation.Kind.HWB_AREA)


def _metric(code: str) -> Metric:
    found = load_catalogue().metrics.get(code)
    if found is None:
        raise Http404(f"There is no metric {code}.")
    return found


def _home() -> Path:
    return Path(settings.COMMONPOOL_HOME)


def _uuid_or_404(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404("There is no such phase.") from error
