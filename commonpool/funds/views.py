"""Pages of pooled funds. Who may open them stands in `site/access/`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from commonpool.funds import actions, queries
from commonpool.funds.forms import (
    AgreementForm,
    EndPartnerForm,
    EndSignatoryForm,
    FundForm,
    PartnerForm,
    SignatoryForm,
)
from commonpool.funds.models import Partner, PooledFund, Signatory
from commonpool.funds.rules import FundError, RoundingRule
from commonpool.people import queries as people
from commonpool.people.models import Person
from commonpool.places.models import Organisation


def area(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The pooled funds of an area."""
    shown = get_object_or_404(Organisation, uuid=uuid, kind=Organisation.Kind.HWB_AREA)
    context = {
        "funds": queries.funds_of(shown),
        "may_keep": people.may_write_money(_person(request), shown, timezone.localdate()),
    }
    return render(request, "funds/area.html", _in_area(shown, [("Funds", "")], **context))


def fund(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One fund: its kind and state, its partners, its agreement, its sources, its streams."""
    shown = get_object_or_404(PooledFund.objects.select_related("area", "parent"), uuid=uuid)
    today = timezone.localdate()
    context = {
        "fund": shown,
        "partners": queries.partners_of(shown, today),
        "signatories": queries.signatories_of(shown, today),
        "agreement": queries.current_agreement(shown),
        "agreements": shown.agreements.all(),
        "sources": queries.sources_of(shown),
        "streams": queries.arrangement(shown)[1:],
        "may_keep": queries.may_keep_fund(_person(request), shown.uuid, today),
    }
    return render(request, "funds/fund.html", _in_area(shown.area, [_funds(shown.area), (shown.name, "")], **context))


def create(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A new fund in an area."""
    shown = get_object_or_404(Organisation, uuid=uuid, kind=Organisation.Kind.HWB_AREA)
    form = FundForm(request.POST if request.method == "POST" else None, area=shown)

    def save(given: dict[str, Any]) -> str:
        made = actions.create_fund(**_who_and_when(request), area=shown, **given)
        return reverse("funds:fund", args=[made.uuid])

    return _form_page(request, form, save, shown, [_funds(shown), ("New fund", "")], "New pooled fund", "Make the fund")


def add_partner(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Let an organisation join a fund."""
    shown = get_object_or_404(PooledFund.objects.select_related("area"), uuid=uuid)
    form = PartnerForm(request.POST if request.method == "POST" else None, fund=shown)

    def save(given: dict[str, Any]) -> str:
        actions.add_partner(**_who_and_when(request), fund=shown, **given)
        messages.success(request, f"{given['organisation'].name} is a partner of ‘{shown.name}’.")
        return reverse("funds:fund", args=[shown.uuid])

    return _form_page(request, form, save, shown.area, _below(shown, "New partner"), "New partner", "Add the partner")


def end_partner(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Let a partner leave a fund."""
    partner = get_object_or_404(Partner.objects.select_related("fund__area", "organisation"), uuid=uuid)
    form = EndPartnerForm(request.POST if request.method == "POST" else None)

    def save(given: dict[str, Any]) -> str:
        actions.end_partner(**_who_and_when(request), partner=partner, **given)
        return reverse("funds:fund", args=[partner.fund.uuid])

    title = f"{partner.organisation.name} leaves the fund"
    trail = _below(partner.fund, "Partner leaves")
    return _form_page(request, form, save, partner.fund.area, trail, title, "Record its last day")


def add_signatory(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Let a provider sign a fund's risk share without paying in."""
    shown = get_object_or_404(PooledFund.objects.select_related("area"), uuid=uuid)
    form = SignatoryForm(request.POST if request.method == "POST" else None, fund=shown)

    def save(given: dict[str, Any]) -> str:
        actions.add_signatory(**_who_and_when(request), fund=shown, **given)
        messages.success(request, f"{given['organisation'].name} signs the risk share of ‘{shown.name}’.")
        return reverse("funds:fund", args=[shown.uuid])

    trail = _below(shown, "New provider")
    return _form_page(
        request, form, save, shown.area, trail, "A provider that signs the risk share", "Add the provider"
    )


def end_signatory(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Let a provider leave a fund's risk share."""
    signatory = get_object_or_404(Signatory.objects.select_related("fund__area", "organisation"), uuid=uuid)
    form = EndSignatoryForm(request.POST if request.method == "POST" else None)

    def save(given: dict[str, Any]) -> str:
        actions.end_signatory(**_who_and_when(request), signatory=signatory, **given)
        return reverse("funds:fund", args=[signatory.fund.uuid])

    title = f"{signatory.organisation.name} leaves the risk share"
    trail = _below(signatory.fund, "Provider leaves")
    return _form_page(request, form, save, signatory.fund.area, trail, title, "Record its last day")


def agreement(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record the next version of a fund's section 75 agreement."""
    shown = get_object_or_404(PooledFund.objects.select_related("area"), uuid=uuid)
    form = AgreementForm(request.POST if request.method == "POST" else None, fund=shown)

    def save(given: dict[str, Any]) -> str:
        rule = RoundingRule(given.pop("rounding_rule"))
        made = actions.record_agreement(**_who_and_when(request), fund=shown, rounding_rule=rule, **given)
        messages.success(request, f"Version {made.version} of the agreement is recorded.")
        return reverse("funds:fund", args=[shown.uuid])

    trail = _below(shown, "Agreement")
    return _form_page(request, form, save, shown.area, trail, "Section 75 agreement", "Record this version")


Save = Callable[[dict[str, Any]], str]
Trail = list[tuple[str, str]]


def _form_page(
    request: HttpRequest, form: forms.Form, save: Save, shown: Organisation, trail: Trail, title: str, button: str
) -> HttpResponse:
    """Show a form, and save it when it is sent whole; what the room refuses is told above the form."""
    if form.is_bound and form.is_valid():
        try:
            return redirect(save(dict(form.cleaned_data)))
        except FundError as refused:
            form.add_error(None, str(refused))
        except ValidationError as wrong:
            form.add_error(None, wrong.messages)
    return render(request, "funds/form.html", _in_area(shown, trail, form=form, title=title, button=button))


def _in_area(shown: Organisation, trail: Trail, **more: Any) -> dict[str, Any]:
    way = [("Home", "/"), (shown.name, reverse("site:area", args=[shown.uuid])), *trail]
    return {"area": shown, "is_invented": shown.is_invented, "trail": way, "current_tab": "funds:area", **more}


def _funds(shown: Organisation) -> tuple[str, str]:
    return "Funds", reverse("funds:area", args=[shown.uuid])


def _below(shown: PooledFund, here: str) -> Trail:
    return [_funds(shown.area), (shown.name, reverse("funds:fund", args=[shown.uuid])), (here, "")]


def _person(request: HttpRequest) -> Person:
    return cast(Person, request.user)


def _who_and_when(request: HttpRequest) -> dict[str, Any]:
    return {"actor": _person(request), "at": timezone.now()}
