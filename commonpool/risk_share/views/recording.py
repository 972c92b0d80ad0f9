"""Saying what a body gains: one gain, a change, taking it away, a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from commonpool.places.models import Organisation
from commonpool.risk_share.actions import benefits as actions
from commonpool.risk_share.errors import StepError
from commonpool.risk_share.forms.benefits import GainForm, GainsFileForm, NewGainForm, gain_of
from commonpool.risk_share.gain_files import read_claims
from commonpool.risk_share.models import Benefit
from commonpool.risk_share.queries import access, recording
from commonpool.risk_share.queries.payers import PaidYear, paid_year
from commonpool.risk_share.views.asking import area_or_404, of_area, person_of, today, told, who_and_when
from commonpool.risk_share.views.benefits import agreement_asked, keep
from commonpool.sheets import Unreadable

Save = Callable[[Any], str]


def new_benefit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record what a body gains from a line of the year."""
    area = area_or_404(uuid)
    year = _year(request, area)
    own = recording.own_bodies(person_of(request), area, today())
    is_host = recording.host_among(own, area, today()) is not None
    form = NewGainForm(
        request.POST if request.method == "POST" else None,
        lines=[(_key(line.key), line.label) for line in year.lines] if year else [],
        bodies=own,
        providers=recording.providers_of(area, today()) if is_host else None,
        initial={"line": request.GET.get("line", "")},
    )

    def save(given: dict[str, Any]) -> str:
        assert year is not None
        plan, _, line_id = given["line"].partition("/")
        said_by = recording.speaks_for(person_of(request), area, given["whose"], today())
        if said_by is None:
            raise StepError(f"You may not speak for {given['whose'].name}. Let its own people say what it gains.")
        claim = actions.Claim(year.plans[int(plan)], line_id, given["whose"], said_by, form.gain())
        made = actions.record_benefit(**who_and_when(request), year=year.year, claim=claim)
        messages.success(request, f"What {made.body.name} gains is recorded.")
        return _back(area, request)

    title = f"What does somebody gain in {year.year}?" if year else "What does somebody gain?"
    return _form_page(request, form, save, _context(request, area, year, title, "Record it"))


def edit_benefit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say something else of a gain."""
    benefit = _benefit_or_404(uuid)
    area = benefit.plan.area
    form = GainForm(request.POST if request.method == "POST" else None, initial=gain_of(benefit))

    def save(given: dict[str, Any]) -> str:
        said_by = recording.speaks_for(person_of(request), area, benefit.body, today()) or benefit.said_by
        actions.change_benefit(
            **who_and_when(request),
            benefit=benefit,
            said_by=said_by,
            gain=form.gain(),
            revision=given["revision"] or 0,
        )
        messages.success(request, f"What {benefit.body.name} gains is changed.")
        return f"{_page(area)}?{urlencode({'year': benefit.year})}"

    title = f"What does {benefit.body.name} gain from line {benefit.line_id} in {benefit.year}?"
    context = {**_context(request, area, None, title, "Save"), "benefit": benefit, "is_ready": True}
    return _form_page(request, form, save, context)


@require_POST
def remove_benefit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a gain away."""
    benefit = _benefit_or_404(uuid)
    if told(request, lambda: actions.remove_benefit(**who_and_when(request), benefit=benefit)):
        messages.success(request, f"What {benefit.body.name} gains is taken away. The history keeps what was said.")
    return redirect(f"{_page(benefit.plan.area)}?{urlencode({'year': benefit.year})}")


def import_benefits(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a file of gains in, whole or not at all."""
    area = area_or_404(uuid)
    year, on, person = _year(request, area), today(), person_of(request)
    form = GainsFileForm(
        request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None
    )

    def save(given: dict[str, Any]) -> str:
        assert year is not None
        file = given["file"]
        bodies = [*recording.partners_in(area, on), *recording.providers_of(area, on)]
        claims = read_claims(
            file.chunks(), file.name, year, bodies, lambda body: recording.speaks_for(person, area, body, on)
        )
        count = actions.import_benefits(**who_and_when(request), year=year.year, claims=claims)
        messages.success(request, f"{count} gain{'' if count == 1 else 's'} of the file recorded.")
        return _back(area, request)

    title = f"Gains of {year.year} from a file" if year else "Gains from a file"
    return _form_page(request, form, save, {**_context(request, area, year, title, "Take it in"), "is_file": True})


def _year(request: HttpRequest, area: Organisation) -> PaidYear | None:
    agreement = agreement_asked(request, access.agreements_of(area))
    return paid_year(agreement, today(), request.GET.get("year", "")) if agreement else None


def _key(key: tuple[int, str]) -> str:
    return f"{key[0]}/{key[1]}"


def _page(area: Organisation) -> str:
    return reverse("risk_share:benefits", args=[area.uuid])


def _back(area: Organisation, request: HttpRequest) -> str:
    query = urlencode(keep(request))
    return f"{_page(area)}?{query}" if query else _page(area)


def _benefit_or_404(uuid: UUID) -> Benefit:
    return get_object_or_404(Benefit.objects.select_related("plan__area", "body", "said_by"), uuid=uuid)


def _context(
    request: HttpRequest, area: Organisation, year: PaidYear | None, title: str, button: str
) -> dict[str, Any]:
    back = _back(area, request)
    more = {"title": title, "button": button, "back": back, "is_ready": year is not None and bool(year.lines)}
    return of_area(area, ("Who pays, who gains", back), ("Gain", ""), **more)


def _form_page(request: HttpRequest, form: forms.Form, save: Save, context: dict[str, Any]) -> HttpResponse:
    """Show a form, and save it when it is sent whole; every fault is told above it, and nothing typed is lost."""
    if form.is_bound and form.is_valid() and context["is_ready"]:
        try:
            return redirect(save(form.cleaned_data))
        except Unreadable as faults:
            form.add_error("file", [str(finding) for finding in faults.findings])
        except StepError as refused:
            form.add_error(None, str(refused))
        except ValidationError as wrong:
            form.add_error(None, wrong.messages)
    return render(request, "risk_share/gain.html", {**context, "form": form})
