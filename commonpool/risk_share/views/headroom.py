"""What a partner could add above its minimum. Its money is its own: nothing of it is kept or put into an address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commonpool.places.models import Organisation
from commonpool.plans.queries.access import bodies_to_write_for
from commonpool.risk_share.forms.headroom import FUTURES, HeadroomForm
from commonpool.risk_share.queries.shocks import Ground, ground_of
from commonpool.risk_share.rules.headroom import Headroom
from commonpool.risk_share.rules.headroom import headroom as affordable
from commonpool.risk_share.rules.shocks.paying import is_voluntary, payer_of, payers_of
from commonpool.risk_share.views.asking import area_or_404, of_area, person_of, today


def headroom(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Three futures of a partner's money. The plan fills in what it must pay; the rest is typed, and forgotten."""
    area = area_or_404(uuid)
    ground = ground_of(area, today())
    payers = payers_of(ground.content.income) if ground else []
    partner = request.GET.get("partner", "")
    partner = partner if partner in payers else _own(request, payers, area)
    minimum, added = _pays(ground, partner) if ground else (None, None)
    is_sent = request.method == "POST"
    form = HeadroomForm(request.POST if is_sent else None, initial={"minimum_pence": minimum})
    context: dict[str, Any] = {"form": form, "futures": FUTURES.values(), "ground": ground, "payers": payers}
    context |= {"partner": partner, "minimum": minimum, "added": added}
    if is_sent and form.is_valid():
        years = form.cleaned_data["years"]
        found = [affordable(form.finances(partner), future, years) for future in form.futures()]
        context |= {"found": found, "sentence": _sentence(found, partner or "This partner")}
    answer = render(request, "risk_share/headroom.html", of_area(area, ("Headroom", ""), **context))
    answer["Cache-Control"] = "no-store"  # a partner's own figures: no cache of a shared machine keeps them
    return answer


def _own(request: HttpRequest, payers: Sequence[str], area: Organisation) -> str:
    """The payer for which the person writes the plan, since its figures are at hand; else the first."""
    mine = {body.name for body in bodies_to_write_for(person_of(request), area, today())}
    return next((payer for payer in payers if payer in mine), next(iter(payers), ""))


def _pays(ground: Ground, partner: str) -> tuple[int | None, int | None]:
    """(what the partner must pay, what it adds of its own) in the plan's year; None where a part is not known."""
    rows = [row for row in ground.content.income if payer_of(row) == partner]
    must = [row.pence.get(ground.year) for row in rows if not is_voluntary(row, ground.round)]
    adds = [row.pence.get(ground.year) for row in rows if is_voluntary(row, ground.round)]
    return _sum(must), _sum(adds)


def _sum(parts: list[int | None]) -> int | None:
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def _sentence(found: list[Headroom], partner: str) -> str:
    """The headline: the smallest and the largest steady top-up of the futures that are known."""
    known = [each.steady_pence for each in found if each.steady_pence is not None]
    if not known:
        return f"What {partner} could add is not known in any of the futures: fill in what is missing, 0 for nothing."
    low, high = f"£{min(known) // 100:,}", f"£{max(known) // 100:,}"
    span = f"{low} to {high}" if low != high else low
    rest = len(found) - len(known)
    more = f"; {rest} future{' is' if rest == 1 else 's are'} not known" if rest else ""
    return f"{partner} could add {span} in every year{more}."
