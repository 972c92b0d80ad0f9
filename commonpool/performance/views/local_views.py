"""A partner says what it thinks of a metric's plan, and takes it back."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonpool.performance.actions.views import say_view, take_back_view
from commonpool.performance.errors import AskError
from commonpool.performance.forms.views import LocalViewForm
from commonpool.performance.judging import period_words
from commonpool.performance.metric_series import Point
from commonpool.performance.models import LocalView
from commonpool.performance.queries.boards import metric_page
from commonpool.performance.queries.views import speaks_for
from commonpool.performance.views.areas import home, metric_of
from commonpool.performance.views.asking import person_of, today, who_and_when
from commonpool.performance.views.boards import TAB
from commonpool.places.models import Organisation
from commonpool.policy.metric_catalogue import Metric

# Older periods are settled: nobody expects anything of them any more.
PERIODS_OFFERED = 24


def say(request: HttpRequest, uuid: UUID, code: str) -> HttpResponse:
    """Say what a partner thinks; what it said before stays on record."""
    area, metric = _area(uuid), metric_of(code)
    bodies = {str(body.uuid): body for body in speaks_for(person_of(request), area, today())}
    points = _points(request, area, metric)
    form = LocalViewForm(
        request.POST if request.method == "POST" else None,
        initial={"body": next(iter(bodies))},
        bodies=[(uuid, body.name) for uuid, body in bodies.items()],
        periods=[(key, period_words(point.starts_on, point.ends_on)) for key, point in points.items()],
    )
    back = reverse("performance:metric", args=[area.uuid, code])
    if form.is_bound and form.is_valid() and _said(request, area, metric, form, bodies, points):
        return redirect(f"{back}#views")
    trail = [("Home", "/"), (area.name, reverse("site:area", args=[area.uuid]))]
    trail += [("Performance", reverse(TAB, args=[area.uuid])), (metric.label, back), ("Say what you expect", "")]
    context = {"area": area, "is_invented": area.is_invented, "trail": trail, "current_tab": TAB}
    return render(
        request, "performance/local_view_form.html", {**context, "form": form, "metric": metric, "back": back}
    )


def _points(request: HttpRequest, area: Organisation, metric: Metric) -> dict[str, Point]:
    """The newest periods of the series that the person may see, by the day with which each begins."""
    page = metric_page(home(), area, metric, person_of(request), today())
    points = page.judged.series.points if page.judged else ()
    return {point.starts_on.isoformat(): point for point in reversed(points[-PERIODS_OFFERED:])}


def _said(
    request: HttpRequest,
    area: Organisation,
    metric: Metric,
    form: LocalViewForm,
    bodies: dict[str, Organisation],
    points: dict[str, Point],
) -> bool:
    """Record the view that the form says; what is wrong with it becomes the form's error."""
    given: dict[str, Any] = form.cleaned_data
    point = points.get(given["period"])
    period: tuple[date, date] | None = (point.starts_on, point.ends_on) if point else None
    what = {"stance": given["stance"], "reason": given["reason"], "period": period}
    try:
        say_view(**who_and_when(request), area=area, metric=metric.code, body=bodies[given["body"]], **what)
    except (AskError, ValidationError) as wrong:
        form.add_error(None, wrong.messages if isinstance(wrong, ValidationError) else str(wrong))
        return False
    messages.success(request, "The view stands beside the number. A newer one of yours would replace it.")
    return True


@require_POST
def take_back(request: HttpRequest, uuid: UUID, code: str) -> HttpResponse:
    """End a view of a partner for which the person speaks."""
    area, metric = _area(uuid), metric_of(code)
    own = speaks_for(person_of(request), area, today())
    wanted = _uuid(request.POST.get("view", ""))
    view = get_object_or_404(LocalView, area=area, metric=metric.code, body__in=own, uuid=wanted)
    try:
        take_back_view(**who_and_when(request), view=view)
        messages.success(request, "The view is taken back. It stays on record.")
    except AskError as refused:
        messages.error(request, str(refused))
    return redirect(f"{reverse('performance:metric', args=[area.uuid, code])}#views")


def _area(uuid: UUID) -> Organisation:
    return get_object_or_404(Organisation, uuid=uuid, kind=Organisation.Kind.HWB_AREA)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404("There is no such view.") from error
