"""What if: shocks to the area's agreed plan, stated in the address so that it can be sent. Nothing is kept."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from commonpool.places.models import Organisation
from commonpool.risk_share.forms.shocks import KindForm, ShockForm
from commonpool.risk_share.queries.access import agreements_of
from commonpool.risk_share.queries.bearers import bearers
from commonpool.risk_share.queries.shocks import Ground, borne, ground_of, shocked
from commonpool.risk_share.queries.what_if import WhatIf, in_words, rows_of
from commonpool.risk_share.reading.shocks import KINDS, places_of, shock_from
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.shocks import Shock
from commonpool.risk_share.rules.shocks.paying import with_payer
from commonpool.risk_share.views.asking import area_or_404, of_area, today
from commonpool.sheets import csv_lines

MOST_SHOCKS: Final = 12


def what_if(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The plan after the shocks of the address; one that the form states is added to them. `?format=csv` downloads."""
    area = area_or_404(uuid)
    ground = ground_of(area, today(), request.GET.get("year", ""))
    if ground is None:
        return render(request, "risk_share/what_if.html", of_area(area, ("What if", "")))
    said, faults = _said(request), list[str]()
    form = _form(request, ground)
    if isinstance(form, ShockForm) and form.is_bound and form.is_valid():
        return redirect(f"{request.path}?{_query(request, [*said, form.said])}")
    shocks = _shocks(said, ground, faults)
    shown = _shown(request, ground, [shock for shock, _ in shocks], faults)
    if request.GET.get("format") == "csv" and shown is not None:
        return _csv(area, shown)
    context = {
        "ground": ground,
        "form": form,
        "shocks": [(in_words(shock, ground), _query(request, _without(said, text))) for shock, text in shocks],
        "said": said,
        "first": request.GET.get("first", ""),
        "faults": faults,
        "shown": shown,
        "back": _query(request, said),
        "csv": _query(request, [*said, ("format", "csv")]),
        **_agreed(area, ground, shown),
    }
    return render(request, "risk_share/what_if.html", of_area(area, ("What if", ""), **context))


def _form(request: HttpRequest, ground: Ground) -> KindForm | ShockForm:
    """Which kind is asked first, then what belongs to it."""
    step, kind = request.GET.get("do"), request.GET.get("kind", "")
    if kind not in KINDS or step not in ("choose", "add"):
        return KindForm(request.GET if step else None)
    return ShockForm(request.GET if step == "add" else None, ground=ground, kind=kind)


def _said(request: HttpRequest) -> list[tuple[str, str]]:
    """(kind, text) of each shock in the address."""
    return [(kind, text) for kind in KINDS for text in request.GET.getlist(kind) if text.strip()]


def _without(said: list[tuple[str, str]], one: tuple[str, str]) -> list[tuple[str, str]]:
    left = list(said)
    left.remove(one)
    return left


def _query(request: HttpRequest, said: list[tuple[str, str]]) -> str:
    """The address's query with these shocks, and the year and order that it has."""
    query = QueryDict(mutable=True)
    for name in ("year", "first"):
        if request.GET.get(name):
            query[name] = request.GET[name]
    for kind, text in said:
        query.appendlist(kind, text)
    return query.urlencode()


def _shocks(said: list[tuple[str, str]], ground: Ground, faults: list[str]) -> list[tuple[Shock, tuple[str, str]]]:
    shocks = []
    if len(said) > MOST_SHOCKS:
        faults.append(f"There are {len(said)} shocks, and at most {MOST_SHOCKS} can be shown. Take some away.")
    for kind, text in said:
        try:
            shock = shock_from(kind, text, ground.round, ground.year)
            shocks.append((with_payer(ground.content.income, shock), (kind, text)))
        except ContractError as fault:
            faults.append(str(fault))
    return shocks


def _shown(request: HttpRequest, ground: Ground, shocks: list[Shock], faults: list[str]) -> WhatIf | None:
    """The plan after the shocks; None where there is none, or where one of them cannot be."""
    if faults or not shocks:
        return None
    try:
        return WhatIf(ground, shocked(ground, shocks, places_of(ground.content, request.GET.get("first", ""))))
    except ContractError as fault:
        faults.append(str(fault))
        return None


def _agreed(area: Organisation, ground: Ground, shown: WhatIf | None) -> dict[str, Any]:
    """What the contracts in force make of it, and lines of which nobody has agreed to bear a loss."""
    agreements = agreements_of(area)
    short = shown is not None and shown.found.short.known_pence
    return {
        "borne": [(each, borne(each, ground, shown.found)) for each in agreements] if shown and short else [],
        "bearers": [found for each in agreements if (found := bearers(each, today())) is not None],
    }


def _csv(area: Organisation, shown: WhatIf) -> HttpResponse:
    answer = HttpResponse("".join(csv_lines(rows_of(shown))), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="what-if-{area.code or "area"}-{shown.found.year}.csv"'
    return answer
