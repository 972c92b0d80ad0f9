"""Choosing sites that differ as much as they can, from the study's list of candidates."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from commonpool.pages.lists import Column, ListPage
from commonpool.voices.forms.sampling import SlotsForm
from commonpool.voices.models import Candidate, Study
from commonpool.voices.queries.sampling import facts_as_levels
from commonpool.voices.rules.choosing import choose, random_spreads
from commonpool.voices.views.asking import of_study, row_or_404
from commonpool.voices.views.forming import sample_trail

DRAWS: Final = 1_000
SEED: Final = 1
USUAL_SLOTS: Final = 16


def choose_sites(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """So many of the candidates, spread on the facts that are asked for, and how much better than chance that is."""
    study = row_or_404(Study, uuid, "body")
    rows = {row.name: row for row in Candidate.objects.filter(study=study).select_related("area", "site")}
    table = facts_as_levels(study)
    columns = list(next(iter(table.values()), {}))
    asked = request.GET if "slots" in request.GET else None
    form = SlotsForm(asked, columns=columns, initial={"slots": USUAL_SLOTS, "facts": columns})
    context: dict[str, Any] = {"form": form, "columns": columns, "count": len(rows)}
    if form.is_bound and form.is_valid():
        facts, slots = form.cleaned_data["facts"], form.cleaned_data["slots"]
        areas = {name: {fact: levels.get(fact) for fact in facts} for name, levels in table.items()}
        keep = [name for name, row in rows.items() if row.site_id is not None]
        choice = choose(areas, slots, keep)
        chosen = [(rows[name], areas[name]) for name in choice.chosen]
        listing = _list(facts).read(
            request.GET, chosen, is_invented=study.is_invented, keep=_kept(request, "slots", "facts")
        )
        if file := listing.file():
            return file
        beaten = random_spreads(areas, choice, DRAWS, SEED)
        spreads = [(spread, beaten[spread.fact]) for spread in choice.spreads]
        context |= {"listing": listing, "choice": choice, "spreads": spreads, "draws": DRAWS, "seed": SEED}
        context["over"] = len(keep) > slots
    below = ("Sampling", reverse("voices:sampling", args=[study.uuid]))
    trail = sample_trail(study, below, ("Choose for variety", ""))
    return render(request, "voices/fieldwork/choosing.html", of_study(request, study, *trail, **context))


def _list(facts: list[str]) -> ListPage:
    return ListPage(
        "chosen-sites",
        "The choice",
        (
            Column("name", "Place", lambda row: row[0].name, is_sortable=True),
            *(Column(f"f{at}", fact, _level(fact)) for at, fact in enumerate(facts)),
            Column("state", "State", lambda row: "takes part" if row[0].site else "to be asked"),
        ),
        noun="places",
        empty="No place can be chosen.",
    )


def _level(fact: str) -> Any:
    return lambda row: row[1].get(fact)


def _kept(request: HttpRequest, one: str, many: str) -> dict[str, Any]:
    """What the address says of the choice, which links of the list repeat."""
    return {one: request.GET[one], many: request.GET.getlist(many)}
