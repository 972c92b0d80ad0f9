"""A transition plan laid out by month. Nothing is kept: the page gives text and table back to be kept."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commonpool.places.models import Organisation
from commonpool.risk_share.forms.contracts import TransitionForm
from commonpool.risk_share.pictures.transition import costs_picture, net_picture, years_of
from commonpool.risk_share.queries.access import agreements_of
from commonpool.risk_share.queries.lines import start_partners
from commonpool.risk_share.reading.nodes import Refused
from commonpool.risk_share.reading.transitions import transition_from
from commonpool.risk_share.rules.transition.findings import findings_of
from commonpool.risk_share.rules.transition.plan import Transition
from commonpool.risk_share.rules.transition.profile import TransitionProfile, profile_of
from commonpool.risk_share.rules.transition.starting import example_text
from commonpool.risk_share.rules.transition.tables import csv_rows, headline, partner_rows
from commonpool.risk_share.views.asking import area_or_404, of_area, today
from commonpool.sheets import csv_lines

NAME: Final = "transition"


def transition(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The plan that was sent, by month; or an empty box, or an example with the partners filled in."""
    area = area_or_404(uuid)
    if request.method != "POST":
        initial = {"text": _example(area)} if "example" in request.GET else {}
        return _page(request, area, form=TransitionForm(initial=initial))
    form = TransitionForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, area, form=form)
    text = str(form.cleaned_data["text"])
    try:
        plan = transition_from("The plan", text)
    except Refused as faults:
        form.add_error("text", [str(finding) for finding in faults.findings])
        return _page(request, area, form=form)
    found = profile_of(plan)
    if request.POST.get("answer") == "csv":
        return _download("".join(csv_lines(csv_rows(plan, found))), "text/csv", f"{NAME}.csv")
    if request.POST.get("answer") == "text":
        return _download(text, "application/yaml", f"{NAME}.yaml")
    return _page(request, area, form=form, **_shown(plan, found))


def _example(area: Organisation) -> str:
    agreement = next(iter(agreements_of(area)), None)
    return example_text(start_partners(agreement, today()) if agreement else (), today())


def _shown(plan: Transition, found: TransitionProfile) -> dict[str, Any]:
    return {
        "plan": plan,
        "headline": headline(plan, found.whole),
        "open_points": findings_of(plan, found),
        "years": years_of(found.whole),
        "pictures": [costs_picture(found.whole), net_picture(found.whole)],
        "partners": partner_rows(plan, found),
        "steps": [(step, plan.name_of(step.accountable)) for step in plan.steps],
    }


def _page(request: HttpRequest, area: Organisation, **context: Any) -> HttpResponse:
    return render(request, "risk_share/transition.html", of_area(area, ("Transition", ""), **context))


def _download(text: str, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
