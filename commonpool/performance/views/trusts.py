"""A trust's page, one process of it side by side, the beds it states, and all clashes."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonpool.performance.actions import beds as actions
from commonpool.performance.forms.asks import BedsForm
from commonpool.performance.models import TrustBeds
from commonpool.performance.queries import access
from commonpool.performance.queries.trust import ProcessView, all_clashes, trust_lines, trust_page
from commonpool.performance.rules.asks import Aspect, in_words
from commonpool.performance.views.asking import (
    form_page,
    of_trust,
    person_of,
    removed_lately,
    sent_revision,
    today,
    told,
    trust_or_404,
    who_and_when,
)
from commonpool.performance.views.lists import CLASHES, TRUSTS, amount_words, trust_asks


def trusts(request: HttpRequest) -> HttpResponse:
    """The trusts whose page this person may open."""
    listing = TRUSTS.read(request.GET, trust_lines(person_of(request), today()))
    trail = [("Home", "/"), ("Trusts", "")]
    return listing.file() or render(request, "performance/trusts.html", {"listing": listing, "trail": trail})


def trust(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What all plans want of a trust: clashes first."""
    found, person = trust_or_404(uuid), person_of(request)
    page = trust_page(person, found, today(), _day_asked(request))
    keep = {"on": page.on.isoformat()} if "on" in request.GET else None
    listing = trust_asks(page).read(request.GET, page.rows, is_invented=found.is_invented, keep=keep)
    if file := listing.file():
        return file
    context = {
        "page": page,
        "listing": listing,
        "clashes": [(clash, amount_words(clash)) for clash in page.clashes],
        "may_state_beds": access.may_speak_for_trust(person, found.uuid, today()),
        "may_propose": bool(access.bodies_that_propose(person, found, today())),
        "removed": removed_lately("remove_beds", "trust", found.uuid, person),
    }
    return render(request, "performance/trust.html", of_trust(found, **context))


def _day_asked(request: HttpRequest) -> date | None:
    """The day in the address; None where it says none, or none that there is."""
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return None


def process(request: HttpRequest, uuid: UUID, process: str) -> HttpResponse:
    """One process of a trust: what every plan says of it, side by side, and the smallest change to one process."""
    found, person = trust_or_404(uuid), person_of(request)
    page = trust_page(person, found, today())
    view = next((each for each in page.views if each.code == process), None)
    if view is None:
        raise Http404
    context = {
        "page": page,
        "view": view,
        "table": _side_by_side(view),
        "clashes": [
            (clash, amount_words(clash)) for clash in page.clashes if clash.subject.startswith(f"{view.label}:")
        ],
        "may_propose": bool(access.bodies_that_propose(person, found, today())),
    }
    return render(request, "performance/process.html", of_trust(found, (view.label, ""), **context))


def _side_by_side(view: ProcessView) -> list[dict[str, Any]]:
    """A row for each part of the terms: whether plans differ, and each plan's words in the order of the plans."""
    differing = {each.aspect for each in view.differences}
    return [
        {
            "label": aspect.label,
            "differs": aspect in differing,
            "cells": [in_words(row.terms, aspect) for row in view.rows],
        }
        for aspect in Aspect
    ]


def clashes(request: HttpRequest) -> HttpResponse:
    """Every clash between plans that this person may read."""
    rows = all_clashes(person_of(request), today())
    is_invented = any(row.trust and row.trust.is_invented for row in rows)
    listing = CLASHES.read(request.GET, rows, is_invented=is_invented)
    trail = [("Home", "/"), ("Trusts", reverse("performance:trusts")), ("Clashes", "")]
    context = {"listing": listing, "trail": trail, "count": len(rows)}
    return listing.file() or render(request, "performance/clashes.html", context)


def state_beds(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """State beds of one's own trust."""
    found = trust_or_404(uuid)
    form = BedsForm(request.POST if request.method == "POST" else None)
    own = reverse("performance:trust", args=[found.uuid])

    def save(given: dict[str, Any]) -> str:
        actions.state_beds(**who_and_when(request), changes={**form.changes(), "trust": found})
        messages.success(request, "The beds are stated. Plans that count on more than these clash from now on.")
        return own

    context = {"title": "State beds of the trust", "button": "Save", "back": own}
    return form_page(request, form, save, of_trust(found, (context["title"], ""), **context))


def edit_beds(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change stated beds of one's own trust."""
    beds = get_object_or_404(TrustBeds.objects.select_related("trust", "changed_by"), uuid=uuid)
    form = BedsForm(request.POST if request.method == "POST" else None, beds=beds)
    own = reverse("performance:trust", args=[beds.trust.uuid])

    def save(given: dict[str, Any]) -> str:
        actions.edit_beds(**who_and_when(request), beds=beds, revision=form.seen_revision(), changes=form.changes())
        messages.success(request, "The stated beds are changed.")
        return own

    context = {"title": "Change stated beds", "button": "Save", "back": own, "removes": beds}
    return form_page(request, form, save, of_trust(beds.trust, (str(context["title"]), ""), **context))


@require_POST
def remove_beds(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take stated beds of one's own trust back."""
    beds = get_object_or_404(TrustBeds.objects.select_related("trust", "changed_by"), uuid=uuid)
    revision = sent_revision(request)
    if told(request, lambda: actions.remove_beds(**who_and_when(request), beds=beds, revision=revision)):
        messages.success(request, "The stated beds are taken back. They can be put back for a day.")
    return redirect("performance:trust", beds.trust.uuid)
