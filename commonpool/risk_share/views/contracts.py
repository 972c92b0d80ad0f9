"""Contracts of an area's funds: the list, one contract, its text, writing and changing a draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from commonpool.funds import queries as funds
from commonpool.places.models import Organisation
from commonpool.plans.forms import AnswerForm, ReasonForm
from commonpool.risk_share.actions import contracts as actions
from commonpool.risk_share.errors import StepError
from commonpool.risk_share.forms.contracts import ChangeForm, DraftForm, StartForm, TextForm
from commonpool.risk_share.models import ContractVersion
from commonpool.risk_share.pictures.layers import picture_of
from commonpool.risk_share.queries import access
from commonpool.risk_share.queries.bearers import bearers
from commonpool.risk_share.queries.contracts import (
    Standing,
    agreed_terms_of,
    contracts_of,
    names_left_out,
    partner_codes,
    standings_of,
)
from commonpool.risk_share.queries.history import negotiations
from commonpool.risk_share.queries.ladders import ShownLadder, ladder_of
from commonpool.risk_share.queries.lines import start_partners
from commonpool.risk_share.queries.settlements import under_way
from commonpool.risk_share.reading.contracts import NotAContract
from commonpool.risk_share.rules.contract import Contract
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.starting import start_text
from commonpool.risk_share.rules.words import agreed_words, contract_words
from commonpool.risk_share.views import sliding
from commonpool.risk_share.views.asking import (
    area_or_404,
    measures_asked,
    of_area,
    of_version,
    person_of,
    today,
    version_or_404,
    who_and_when,
)
from commonpool.risk_share.views.trying import changed_text


def area(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Every contract of the area's funds that the person may read, with who has agreed; how to begin where none is."""
    found, person = area_or_404(uuid), person_of(request)
    standings, agreements = contracts_of(found, person, today()), access.agreements_of(found)
    context = {
        "standings": standings,
        "in_force": [each for each in standings if each.is_in_force],
        "offered": sum(each.version.state is ContractVersion.State.OFFERED for each in standings),
        "agreements": agreements,
        "bearers": [each for agreement in agreements if (each := bearers(agreement, today()))],
        "funds": list(funds.funds_of(found)),
        "under_way": under_way(agreements, today()),
        "ladders": [(each, *_ladder(each)) for each in standings if each.is_in_force and each.shares],
        "may_write": bool(access.agreements_to_write_for(person, found, today())),
        "negotiations": [
            each for agreement in access.agreements_of(found) for each in negotiations(agreement, today())
        ],
    }
    return render(request, "risk_share/area.html", of_area(found, **context))


def contract(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One contract: in words, as a ladder, as a picture, who has agreed, and what one may do with it."""
    version, person = version_or_404(uuid), person_of(request)
    try:
        if request.GET.get("part") == "variance":
            return sliding.fragment(request, version)
        if request.GET.get("format") == "csv":
            return sliding.ladder_csv(request, version)
    except NotAContract:
        pass  # the page tells the faults
    [standing] = standings_of([version], today())
    mine = access.bodies_to_answer_for(person, version.agreement, today())
    silent = [answer.body for answer in standing.answers if answer.body in mine and answer.consent is None]
    is_offered = version.state is ContractVersion.State.OFFERED
    context = {
        "standing": standing,
        "mine": {body.pk for body in mine},
        "answer_form": AnswerForm(bodies=silent) if silent and is_offered else None,
        "withdraw_form": ReasonForm(),
        "may_edit": access.may_edit_contract(person, version.uuid, today()),
        "may_withdraw": is_offered and access.may_withdraw_contract(person, version.uuid, today()),
        "may_copy": bool(access.bodies_to_write_for(person, version.agreement, today())),
        **_terms(request, standing),
    }
    return render(request, "risk_share/contract.html", of_version(version, **context))


def _terms(request: HttpRequest, standing: Standing) -> dict[str, Any]:
    """What the text says; or its faults, where a text of old can no longer be read."""
    version = standing.version
    try:
        terms = agreed_terms_of(version)
    except NotAContract as faults:
        return {"faults": [str(finding) for finding in faults.findings]}
    if not isinstance(terms, Contract):
        return {"words": agreed_words(terms)[1:], "pays": True}
    measures, boxes = measures_asked(request.GET, terms)
    return {
        "words": contract_words(terms)[1:],  # the first is the title
        "picture": picture_of(terms),
        "nobody": _nobody(terms),
        "left_out": names_left_out(terms, partner_codes(version.agreement, today())),
        "boxes": boxes,
        "kept": {"variance": request.GET["variance"]} if "variance" in request.GET else {},
        "ladder": ladder_of(terms, version.agreement, measures, today()),
        "ladder_query": urlencode({**{box["name"]: box["typed"] for box in boxes if box["typed"]}, "format": "csv"}),
        **sliding.variance_asked(request, version, terms, measures),
    }


def ladder(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The ladder of one contract on a sheet for each partner, to print."""
    version = version_or_404(uuid)
    [standing] = standings_of([version], today())
    shown, faults = _ladder(standing)
    context = {"standing": standing, "ladder": shown, "faults": faults, "on": today()}
    return render(request, "risk_share/ladder.html", of_version(version, ("Ladder", ""), **context))


def _ladder(standing: Standing) -> tuple[ShownLadder | None, list[str]]:
    """The ladder with every measure met in full; or the faults of a text of old that can no longer be read."""
    try:
        terms = agreed_terms_of(standing.version)
    except NotAContract as faults:
        return None, [str(finding) for finding in faults.findings]
    if not isinstance(terms, Contract):
        raise Http404("A payment for performance shares no variance, so it has no ladder.")
    return ladder_of(terms, standing.version.agreement, {}, today()), []


def _nobody(terms: Contract) -> list[tuple[str, str]]:
    """(which side of which part, in words what becomes of it): what the contract leaves to nobody."""
    return [
        (f"{part.name}, {what}", side.unallocated)
        for part in terms.parts
        for what, side in (("overspend", part.overspend), ("underspend", part.underspend))
        if side.unallocated
    ]


def text(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The contract's YAML, as it was typed."""
    version = version_or_404(uuid)
    answer = HttpResponse(version.text, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="risk-share-version-{version.number}.yaml"'
    return answer


def new(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Write a new draft: from an empty page, from one of the forms, or from another version."""
    found, person = area_or_404(uuid), person_of(request)
    agreements = access.agreements_to_write_for(person, found, today())
    bodies = {body.pk: body for each in agreements for body in access.bodies_to_write_for(person, each, today())}
    start = StartForm(request.GET if "form" in request.GET else None, agreements=agreements)
    form = DraftForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        agreements=agreements,
        bodies=list(bodies.values()),
        initial=_beginning(request, found, start),
    )

    def save(given: dict[str, Any]) -> str:
        made = actions.save_draft(
            **who_and_when(request), agreement=given["agreement"], body=given["body"], text=given["text"]
        )
        messages.success(request, f"Version {made.number} is kept as a draft of {made.body.name}.")
        return reverse("risk_share:contract", args=[made.uuid])

    context = {
        "start": start,
        "codes": [(each, partner_codes(each, today())) for each in agreements],
        "title": "A new contract",
        "button": "Save as a draft",
        "back": reverse("risk_share:area", args=[found.uuid]),
    }
    return _form_page(request, form, save, of_area(found, ("New", ""), **context))


def _beginning(request: HttpRequest, area: Organisation, start: StartForm) -> dict[str, Any]:
    """What stands in the box at first: a form with the agreement's partners, another version, or changed terms."""
    if start.is_bound and start.is_valid():
        chosen = start.cleaned_data["agreement"]
        try:
            begun = start_text(
                start.cleaned_data["form"], start_partners(chosen, today()), request.GET.get("delivers", "")
            )
        except ContractError as refused:
            messages.error(request, str(refused))
            return {"agreement": chosen.uuid}
        return {"text": begun, "agreement": chosen.uuid}
    try:
        if changed := changed_text(request, area):
            return {"agreement": changed[0].uuid, "text": changed[1]}
    except (ContractError, NotAContract) as refused:
        messages.error(request, str(refused))
    try:
        wanted = UUID(request.GET.get("from", ""))
    except ValueError:
        return {}
    copied = access.contracts_readable_by(person_of(request), today()).filter(uuid=wanted).first()
    return {"text": copied.text, "agreement": copied.agreement.uuid} if copied else {}


def edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change a draft's text."""
    version = version_or_404(uuid)
    form = ChangeForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        initial={"text": version.text, "made_for": version.digest},
    )

    def save(given: dict[str, Any]) -> str:
        actions.change_draft(**who_and_when(request), version=version, text=given["text"], made_for=given["made_for"])
        messages.success(request, f"Version {version.number} is changed.")
        return reverse("risk_share:contract", args=[version.uuid])

    context = {
        "codes": [(version.agreement, partner_codes(version.agreement, today()))],
        "title": f"Change version {version.number}",
        "button": "Save the draft",
        "back": reverse("risk_share:contract", args=[version.uuid]),
    }
    return _form_page(request, form, save, of_version(version, ("Change", ""), **context))


def _form_page(
    request: HttpRequest, form: TextForm, save: Callable[[dict[str, Any]], str], context: dict[str, Any]
) -> HttpResponse:
    """Show a form, and save it when it is sent whole; every fault is told above it, and nothing typed is lost."""
    if form.is_bound and form.is_valid():
        try:
            return redirect(save(dict(form.cleaned_data)))
        except NotAContract as faults:
            form.add_error("text", [str(finding) for finding in faults.findings])
        except StepError as refused:
            form.add_error(None, str(refused))
        except ValidationError as wrong:
            form.add_error(None, wrong.messages)
    return render(request, "risk_share/draft.html", {**context, "form": form})
