"""What every view of this room needs of a request, and how it answers a step that the books refuse."""

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

from commonpool.funds.rules import FundError
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import Ledger
from commonpool.ledger.queries.access import may_keep
from commonpool.ledger.rules.entries import EntryError
from commonpool.ledger.rules.phasing import PhasingError
from commonpool.people.actions import ConsentError
from commonpool.people.asking import person_of as person_of
from commonpool.people.asking import today as today
from commonpool.people.asking import who_and_when as who_and_when
from commonpool.places.models import Organisation

REFUSALS = (LedgerError, EntryError, PhasingError, FundError, ConsentError)
TAB = "ledger:area"
Trail = list[tuple[str, str]]
Save = Callable[[dict[str, Any]], str]


def ledger_or_404(uuid: UUID) -> Ledger:
    """The books of that id, with their fund and area."""
    return get_object_or_404(Ledger.objects.select_related("fund__area"), uuid=uuid)


def of_ledger(request: HttpRequest, ledger: Ledger, *below: tuple[str, str], **more: Any) -> dict[str, Any]:
    """What every page of the books says of them: area, the way here, what the person may do.

    below  (label, address) of each step below the pool's own page; the last has no address
    """
    area = ledger.fund.area
    pool = (ledger.fund.name, reverse("ledger:pool", args=[ledger.uuid]) if below else "")
    return {
        **of_area(area, pool, *below),
        "ledger": ledger,
        "fund": ledger.fund,
        "may_keep": may_keep(person_of(request), Ledger, ledger.uuid, today()),
        **more,
    }


def of_area(area: Organisation, *below: tuple[str, str], **more: Any) -> dict[str, Any]:
    """What a page of an area's pools says that is not of one ledger."""
    pools = reverse(TAB, args=[area.uuid]) if below else ""
    trail: Trail = [("Home", "/"), (area.name, reverse("site:area", args=[area.uuid])), ("Pool", pools), *below]
    return {"area": area, "is_invented": area.is_invented, "trail": trail, "current_tab": TAB, **more}


def form_page(
    request: HttpRequest, form: forms.Form, save: Save, context: dict[str, Any], template: str = "ledger/form.html"
) -> HttpResponse:
    """Show a form, and save it when it is sent whole; what the books refuse is told above it, and nothing is lost.

    save     what was typed -> the address to go to
    context  of the page; a title and the button's words with it
    """
    if form.is_bound and form.is_valid():
        try:
            return redirect(save(dict(form.cleaned_data)))
        except REFUSALS as refused:
            form.add_error(None, str(refused))
        except ValidationError as wrong:
            form.add_error(None, wrong.messages)
    return render(request, template, {**context, "form": form})


def told(request: HttpRequest, step: Callable[[], object]) -> bool:
    """Take a step that a button asks for; what the books refuse becomes a message. True where it was taken."""
    try:
        step()
    except REFUSALS as refused:
        messages.error(request, str(refused))
        return False
    except ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))
        return False
    return True
