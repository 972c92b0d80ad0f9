"""Closing periods: what stands in the way, each step, and the words for the partners' minutes."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonpool.ledger.actions import closing
from commonpool.ledger.forms.closing import ReopenForm
from commonpool.ledger.models import Period
from commonpool.ledger.queries import periods as queries
from commonpool.ledger.views.asking import form_page, ledger_or_404, of_ledger, today, told, who_and_when
from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.pages.templatetags.pages import status

State = Period.State
COLOURS: Final = {State.OPEN.value: "blue", State.SOFT_CLOSED.value: "yellow", State.CLOSED.value: "green"}
PERIODS: Final = ListPage(
    "periods",
    "Periods",
    (
        Column("year", "Year", lambda row: row.period.year, filter=Filter.CHOICE),
        Column(
            "period",
            "Period",
            lambda row: row.period.label,
            link=lambda row: reverse("ledger:period", args=[row.period.uuid]),
            is_sortable=False,
        ),
        Column("ends", "Ends", lambda row: row.period.ends_on, Kind.DATE),
        Column(
            "state",
            "State",
            lambda row: row.period.get_state_display(),
            show=lambda row: status(row.period.get_state_display(), COLOURS[row.period.state]),
            filter=Filter.CHOICE,
        ),
        Column("step", "Last step", lambda row: queries.step_in_words(row.last), is_sortable=False),
        Column("head", "Head of the chain then", lambda row: row.last.head_hash[:12] if row.last else ""),
    ),
    empty="No year is open in these books yet. Open one, and its twelve months stand here.",
    noun="periods",
)


def periods(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Every period of the books and how far it is closed."""
    ledger = ledger_or_404(uuid)
    listing = PERIODS.read(request.GET, queries.periods_of(ledger), is_invented=ledger.fund.area.is_invented)
    context = of_ledger(request, ledger, ("Periods", ""), listing=listing)
    return listing.file() or render(request, "ledger/periods/list.html", context)


def period(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One period: can it be closed, and what would closing publish?"""
    shown = _period_or_404(uuid)
    page = queries.period_page(shown, today())
    return render(request, "ledger/periods/period.html", _of_period(request, shown, page=page))


@require_POST
def soft_close(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Close a period to everything but adjustments."""
    shown = _period_or_404(uuid)
    if told(request, lambda: closing.soft_close(**who_and_when(request), period=shown)):
        messages.success(request, f"{shown.label} is soft-closed. Only adjustments go into it now.")
    return redirect("ledger:period", shown.uuid)


@require_POST
def close(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Close a period for good."""
    shown = _period_or_404(uuid)
    if told(request, lambda: closing.close(**who_and_when(request), period=shown)):
        messages.success(request, f"{shown.label} is closed. Put the words below into the partners’ minutes.")
    return redirect("ledger:period", shown.uuid)


def reopen(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Open a soft-closed period again, saying why."""
    shown = _period_or_404(uuid)
    form = ReopenForm(request.POST if request.method == "POST" else None)

    def save(given: dict[str, Any]) -> str:
        closing.reopen(**who_and_when(request), period=shown, **given)
        messages.success(request, f"{shown.label} is open again.")
        return reverse("ledger:period", args=[shown.uuid])

    title, button = f"Open {shown.label} again", "Open it again"
    context = _of_period(request, shown, "Open again", title=title, button=button)
    return form_page(request, form, save, context)


def minutes(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What the last close of a period says in the partners' minutes, on a page to print."""
    shown = _period_or_404(uuid)
    page = queries.period_page(shown, today())
    return render(request, "ledger/periods/minutes.html", _of_period(request, shown, "Minutes", page=page))


def _period_or_404(uuid: UUID) -> Period:
    return get_object_or_404(Period.objects.select_related("ledger__fund__area"), uuid=uuid)


def _of_period(request: HttpRequest, shown: Period, here: str = "", **more: Any) -> dict[str, Any]:
    listed = reverse("ledger:periods", args=[shown.ledger.uuid])
    own = reverse("ledger:period", args=[shown.uuid]) if here else ""
    steps = [("Periods", listed), (shown.label, own), *([(here, "")] if here else [])]
    return of_ledger(request, shown.ledger, *steps, period=shown, **more)
