"""A contract by form: a new draft, or a draft's text opened in boxes. What the form writes is the text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from commonpool.funds.models import Agreement
from commonpool.places.models import Organisation
from commonpool.risk_share.actions import contracts as actions
from commonpool.risk_share.errors import StepError
from commonpool.risk_share.form_rows.boxes import page_of, summary_of
from commonpool.risk_share.form_rows.opening import CannotHoldError, contribution_text, notes_of, rows_of
from commonpool.risk_share.form_rows.rows import ContractRows, PartnerRow, changed, new_part, rows_from
from commonpool.risk_share.form_rows.text import Faults, contract_of
from commonpool.risk_share.queries import access
from commonpool.risk_share.queries.contracts import partner_codes
from commonpool.risk_share.queries.ladders import ladder_of
from commonpool.risk_share.queries.lines import start_partners
from commonpool.risk_share.reading.contracts import NotAContract, agreed_from
from commonpool.risk_share.rules.contract import Contract
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.starting import FORMS, start_text
from commonpool.risk_share.rules.words import contract_words
from commonpool.risk_share.views.asking import (
    area_or_404,
    of_area,
    of_version,
    person_of,
    today,
    version_or_404,
    who_and_when,
)
from commonpool.risk_share.writing import contract_text


def new(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A new draft in boxes: with the agreement's partners, from one of the worked forms, or from another version."""
    area, person = area_or_404(uuid), person_of(request)
    agreements = access.agreements_to_write_for(person, area, today())
    wanted = request.GET.get("agreement", "")
    agreement = next((each for each in agreements if str(each.uuid) == wanted), agreements[0] if agreements else None)
    context = of_area(area, ("New", ""), title="A new contract", button="Save as a draft", agreements=agreements)
    if agreement is None:
        return render(request, "risk_share/form.html", context)
    bodies = access.bodies_to_write_for(person, agreement, today())
    body = next((each for each in bodies if str(each.uuid) == request.POST.get("body")), bodies[0])

    def save(text: str) -> str:
        made = actions.save_draft(**who_and_when(request), agreement=agreement, body=body, text=text)
        messages.success(request, f"Version {made.number} is kept as a draft of {made.body.name}.")
        return reverse("risk_share:contract", args=[made.uuid])

    text_editor = reverse("risk_share:new", args=[area.uuid])
    query = request.GET.urlencode()
    context |= {
        "forms": FORMS,
        "bodies": bodies if len(bodies) > 1 else (),
        "body": body,
        "text_editor": f"{text_editor}?{query}" if query else text_editor,
        "back": reverse("risk_share:area", args=[area.uuid]),
    }
    return _page(request, agreement, _Beginning(_begin_text(request, agreement, area)), save, context)


def edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A draft's text in boxes, where they can hold it."""
    version = version_or_404(uuid)

    def save(text: str) -> str:
        made_for = request.POST.get("made_for", "")
        actions.change_draft(**who_and_when(request), version=version, text=text, made_for=made_for)
        messages.success(request, f"Version {version.number} is changed.")
        return reverse("risk_share:contract", args=[version.uuid])

    context = of_version(
        version,
        ("Change", ""),
        title=f"Change version {version.number}",
        button="Save the draft",
        made_for=request.POST.get("made_for", version.digest),
        text_editor=reverse("risk_share:edit", args=[version.uuid]),
        back=reverse("risk_share:contract", args=[version.uuid]),
    )
    return _page(request, version.agreement, _Beginning(version.text), save, context)


@dataclass(frozen=True)
class _Beginning:
    """The text that the boxes are filled from at first; "" for none."""

    text: str

    def rows(self, agreement: Agreement, known: Mapping[str, str]) -> tuple[ContractRows, list[str]]:
        """The boxes, and the text's notes, which they do not keep. Raises CannotHoldError and NotAContract."""
        if not self.text:
            return _empty(agreement), []
        found = agreed_from("The contract", self.text, known)
        if not isinstance(found, Contract):
            raise CannotHoldError(["It pays for performance, which is a few lines of text."])
        return rows_of(found, known), notes_of(self.text)


def _begin_text(request: HttpRequest, agreement: Agreement, area: Organisation) -> str:
    """The text of the worked form, or of the version, that the address names."""
    if request.GET.get("form"):
        try:
            return start_text(request.GET["form"], start_partners(agreement, today()))
        except ContractError as refused:
            messages.error(request, str(refused))
            return ""
    try:
        wanted = UUID(request.GET.get("from", ""))
    except ValueError:
        return ""
    readable = access.contracts_readable_by(person_of(request), today())
    copied = readable.filter(uuid=wanted, agreement__fund__area=area).first()
    return copied.text if copied else ""


def _empty(agreement: Agreement) -> ContractRows:
    """A form with the agreement's partners in it, and one group of lines."""
    partners = [
        PartnerRow(each.code, each.name, contribution_text(each.contribution_pence))
        for each in start_partners(agreement, today())
    ]
    return ContractRows(partners=partners, parts=[new_part("the pool")])


def _page(
    request: HttpRequest, agreement: Agreement, begin: _Beginning, save: Callable[[str], str], context: dict[str, Any]
) -> HttpResponse:
    """The form: as it begins, or as it was sent, with what its button asked for done."""
    known = partner_codes(agreement, today())
    context |= {"agreement": agreement, "has_start": "form" in request.GET or "from" in request.GET}
    if request.method != "POST":
        try:
            rows, notes = begin.rows(agreement, known)
        except CannotHoldError as refused:
            return render(request, "risk_share/form.html", {**context, "cannot_hold": refused.reasons})
        except NotAContract as faults:
            reasons = [str(finding) for finding in faults.findings]
            return render(request, "risk_share/form.html", {**context, "cannot_hold": reasons})
        return _shown(request, rows, {}, {**context, "notes": notes})
    rows = rows_from({name: str(value) for name, value in request.POST.items()})
    do = request.POST.get("do", "look")
    if do not in ("look", "save"):
        changed(rows, do)
        return _shown(request, rows, {}, context)
    return _answered(request, agreement, rows, save if do == "save" else None, context)


def _answered(
    request: HttpRequest,
    agreement: Agreement,
    rows: ContractRows,
    save: Callable[[str], str] | None,
    context: dict[str, Any],
) -> HttpResponse:
    """The form with its faults beside the boxes; else what it says, or the page of the draft that was saved."""
    found, faults = contract_of(rows, partner_codes(agreement, today()))
    if found is not None and save is not None:
        try:
            return redirect(save(contract_text(found)))
        except NotAContract as refused:
            faults = {"title": [f"{each.problem} {each.fix}" for each in refused.findings]}
        except (StepError, ContractError) as refused_step:
            faults = {"title": [str(refused_step)]}
        except ValidationError as wrong:
            faults = {"title": wrong.messages}
    says = _says(found, agreement) if found is not None and not faults else {}
    return _shown(request, rows, faults, {**context, **says})


def _says(contract: Contract, agreement: Agreement) -> dict[str, Any]:
    """What the form says: its words, its ladder, its text."""
    return {
        "words": contract_words(contract),
        "ladder": ladder_of(contract, agreement, {}, today()),
        "text": contract_text(contract),
    }


def _shown(request: HttpRequest, rows: ContractRows, faults: Faults, context: dict[str, Any]) -> HttpResponse:
    groups = page_of(rows, faults)
    told = summary_of(groups)
    # What belongs to no box that is shown is told above all.
    shown = {text for _, text in told}
    loose = [text for texts in faults.values() for text in texts if text not in shown]
    problems = [*(("", text) for text in loose), *told]
    return render(
        request,
        "risk_share/form.html",
        {**context, "groups": groups, "problems": problems, "form": {"errors": problems}},
    )
