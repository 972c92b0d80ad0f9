"""The Pool tab of an area, opening the books, taking a plan's figures, and adding a pool."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from commonpool.funds import queries as funds
from commonpool.ledger.actions import starting as actions
from commonpool.ledger.actions.opening import add_pool as act_add_pool
from commonpool.ledger.forms.starting import OpenForm, PlanForm, PoolForm
from commonpool.ledger.queries import starting as queries
from commonpool.ledger.views.asking import form_page, ledger_or_404, of_area, of_ledger, person_of, today, who_and_when
from commonpool.people import queries as people
from commonpool.places.models import Organisation
from commonpool.plans.models import PlanVersion


def area_or_404(uuid: UUID) -> Organisation:
    """The health and wellbeing board area of that id."""
    return get_object_or_404(Organisation, uuid=uuid, kind=Organisation.Kind.HWB_AREA)


def area(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The area's books: its only ones at once, several as a list, and how to open some where there are none."""
    shown = area_or_404(uuid)
    books = list(queries.books_of(shown))
    if len(books) == 1:
        return redirect("ledger:pool", books[0].uuid)
    context = {
        "books": books,
        "funds": queries.funds_without_books(shown),
        "may_open": people.may_write_money(person_of(request), shown, today()),
    }
    return render(request, "ledger/area.html", of_area(shown, **context))


def open_books(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Open a fund's books for a year, with the agreed plan's figures or with provisional ones."""
    shown = area_or_404(uuid)
    without = list(queries.funds_without_books(shown))
    if not without:
        return render(request, "ledger/nothing_to_open.html", of_area(shown, ("Open the books", "")))
    versions = queries.plans_to_take(person_of(request), shown, today())
    year = queries.year_to_begin_with(versions, today())
    form = OpenForm(
        request.POST if request.method == "POST" else None,
        funds=without,
        years=queries.years_to_open(versions, today()),
        versions=versions,
        initial={"year": year, "version": _planning(versions, year) or "later"},
    )

    def save(given: dict[str, Any]) -> str:
        ledger = actions.open_books(**who_and_when(request), **given)
        messages.success(request, f"The books of ‘{ledger.fund}’ are open for {given['year']}.")
        return reverse("ledger:pool", args=[ledger.uuid])

    context = {
        "title": f"Open the books of {without[0].name}" if len(without) == 1 else "Open the books of a fund",
        "button": "Open the books",
        "about": "The books hold what comes in and what goes out, by source, to the penny. Nothing in them can be "
        "changed afterwards: what is wrong is corrected by another entry.",
    }
    return form_page(request, form, save, of_area(shown, ("Open the books", ""), **context))


def _planning(versions: list[PlanVersion], year: str) -> PlanVersion | None:
    """The agreed version that plans the year, to begin with."""
    agreed = (version for version in versions if version.state == PlanVersion.State.AGREED)
    return next((version for version in agreed if year in queries.years_planned(version)), None)


def take_plan(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Bring a plan's budget and contributions into books that are open."""
    ledger = ledger_or_404(uuid)
    versions = queries.plans_to_take(person_of(request), ledger.fund.area, today())
    here = ("Take the plan’s figures", "")
    if not versions:
        return render(request, "ledger/no_plan_to_take.html", of_ledger(request, ledger, here))
    form = PlanForm(
        request.POST if request.method == "POST" else None, versions=versions, initial={"version": versions[0]}
    )

    def save(given: dict[str, Any]) -> str:
        posted = actions.take_plan(**who_and_when(request), ledger=ledger, version=given["version"])
        several = "entry is" if posted == 1 else "entries are"
        said = f"{posted} budget {several} posted." if posted else "The books had these figures already."
        messages.success(request, f"{said} Look at when each contribution falls due.")
        return reverse("ledger:contributions", args=[ledger.uuid])

    context = {
        "title": "Take the plan’s figures into the books",
        "button": "Take these figures",
        "about": "Each line’s budget and each partner’s contribution are the plan’s own figures. Only what differs "
        "from the books is posted.",
    }
    return form_page(request, form, save, of_ledger(request, ledger, here, **context))


def add_pool(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Another pot in the same books, such as an equipment pool."""
    ledger = ledger_or_404(uuid)
    streams = funds.arrangement(ledger.fund)[1:]
    form = PoolForm(request.POST if request.method == "POST" else None, streams=streams)

    def save(given: dict[str, Any]) -> str:
        made = act_add_pool(**who_and_when(request), ledger=ledger, **given)
        messages.success(request, f"The pool ‘{made.name}’ is there. Move money into it by a transfer.")
        return reverse("ledger:pool", args=[ledger.uuid])

    context = {
        "title": "Add a pool",
        "button": "Add the pool",
        "about": "A pool holds money of several sources apart from the rest. What each source has in it stays known "
        "to the penny, wherever the money moves.",
    }
    return form_page(request, form, save, of_ledger(request, ledger, ("Add a pool", ""), **context))
