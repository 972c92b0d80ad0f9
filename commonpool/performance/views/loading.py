"""Bringing files of figures: published ones, an area's own table, and how far the reading of them has come."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from commonpool.performance.actions.figures import Sent, receive_figures
from commonpool.performance.forms.figures import RECOGNISE, OwnForm, PublishedForm
from commonpool.performance.models import FiguresUpload
from commonpool.performance.queries import figures as queries
from commonpool.performance.queries.boards import code_of
from commonpool.performance.queries.figures_access import loads_shown
from commonpool.performance.store.layouts import read_source
from commonpool.performance.store.naming import LOCAL, published_sources
from commonpool.performance.views.asking import form_page, person_of, today
from commonpool.performance.views.figures import trail
from commonpool.places.models import Organisation
from commonpool.policy.reading.metrics import load_catalogue

TAB: Final = "performance:board"
State = FiguresUpload.State


def upload(request: HttpRequest) -> HttpResponse:
    """Send published files; a task reads them, whose progress has a page."""
    known = {"sources": published_sources()}
    asked = {"source": request.GET.get("source") or RECOGNISE}
    form = (
        PublishedForm(request.POST, request.FILES, **known)
        if request.method == "POST"
        else PublishedForm(initial=asked, **known)
    )
    context = {"trail": trail(("Load files", "")), "back": reverse("performance:figures")}
    return form_page(
        request, form, lambda given: _received(request, **given), context, "performance/figures/upload.html"
    )


def upload_own(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Send a table of the area's own figures."""
    area = get_object_or_404(Organisation, uuid=uuid, kind=Organisation.Kind.HWB_AREA)
    known = {"metrics": list(load_catalogue().metrics.values())}
    form = OwnForm(request.POST, request.FILES, **known) if request.method == "POST" else OwnForm(**known)
    context = _of_area(
        area,
        "Load figures of our own",
        back=reverse(TAB, args=[area.uuid]),
        code=code_of(area),
        has_loads=bool(loads_shown(person_of(request), LOCAL, today())),
    )

    def save(given: dict[str, Any]) -> str:
        return _received(request, source=LOCAL, area=area, **given)

    return form_page(request, form, save, context, "performance/figures/upload_own.html")


def _received(request: HttpRequest, *, sent: list[Any], **given: Any) -> str:
    files = [Sent(file.name, file.chunks()) for file in sent]
    made = receive_figures(actor=person_of(request), at=timezone.now(), files=files, **given)
    return reverse("performance:upload-progress", args=[made.uuid])


def progress(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How far the reading of files has come. It can be left; the result waits on the home page."""
    found = get_object_or_404(FiguresUpload.objects.select_related("area", "person"), uuid=uuid)
    if request.GET.get("format") == "json":
        return JsonResponse({"state": found.state, "done": found.is_finished})
    if found.load:
        return redirect("performance:load", found.source, found.load)
    again = (
        reverse("performance:upload-own", args=[found.area.uuid])
        if found.area
        else f"{reverse('performance:upload-figures')}?source={found.source}"
    )
    context: dict[str, Any] = {
        "upload": found,
        "found": queries.findings_of(found.report),
        "title": read_source(found.source).title if found.source else "",
        "again": again,
        "is_waiting": not found.is_finished,
    }
    if found.area:
        return render(request, "performance/figures/progress_own.html", _of_area(found.area, "Loading", **context))
    return render(request, "performance/figures/progress.html", {"trail": trail(("Loading", "")), **context})


def _of_area(area: Organisation, last: str, **more: Any) -> dict[str, Any]:
    way = [
        ("Home", "/"),
        (area.name, reverse("site:area", args=[area.uuid])),
        ("Performance", reverse(TAB, args=[area.uuid])),
        (last, ""),
    ]
    return {"area": area, "is_invented": area.is_invented, "trail": way, "current_tab": TAB, **more}
