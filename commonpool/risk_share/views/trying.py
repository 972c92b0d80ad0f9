"""Contracts tried out before they are signed: up to three on the same possible years of the agreed plan."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from commonpool.funds.models import Agreement
from commonpool.places.models import Organisation
from commonpool.risk_share.dots import dots_of
from commonpool.risk_share.forms import MOST_TRIED, TryForm
from commonpool.risk_share.models import ContractVersion
from commonpool.risk_share.queries.access import agreements_of, contracts_readable_by
from commonpool.risk_share.queries.contracts import terms_of
from commonpool.risk_share.queries.lines import PlanLines, plan_lines
from commonpool.risk_share.queries.trying import rows_of, tried_on
from commonpool.risk_share.reading.contracts import NotAContract
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.views.asking import area_or_404, of_area, person_of, today

USUAL_SD: Final = "5"
USUAL_COMMON: Final = "25"


def trying(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Each partner's mean, bad and very bad year under up to three contracts, with how exact that is."""
    area = area_or_404(uuid)
    agreements = agreements_of(area)
    agreement = next((each for each in agreements if str(each.uuid) == request.GET.get("agreement")), None)
    agreement = agreement or next(iter(agreements), None)
    context = _tried(request, area, agreement)
    context |= {"agreement": agreement, "agreements": agreements}
    return render(request, "risk_share/trying.html", of_area(area, ("Trying out", ""), **context))


def _tried(request: HttpRequest, area: Organisation, agreement: Agreement | None) -> dict[str, Any]:
    """What the contracts come to; or in words why there is nothing to try."""
    found = plan_lines(agreement, today()) if agreement else None
    if agreement is None or found is None:
        return {"why_not": "Possible years need the lines of an agreed plan, and this area has none yet."}
    readable = contracts_readable_by(person_of(request), today()).filter(
        agreement=agreement, withdrawn_at=None, kind=ContractVersion.Kind.SHARING
    )
    versions = list(readable.order_by("-number"))
    if not versions:
        return {"why_not": "No contract that you may read is there yet."}
    lines = [(line.code, f"{line.code} {found.names[line.code]}") for line in found.lines]
    data = request.GET if "sd" in request.GET else _usual(versions)
    form = TryForm(data, contracts=versions, lines=lines)
    context = {"form": form, "lines": found}
    if not form.is_valid():
        return context
    try:
        return {**context, **_answers(form.cleaned_data, found)}
    except (ContractError, NotAContract) as refused:
        form.add_error(None, str(refused))
        return context


def _usual(versions: list[ContractVersion]) -> QueryDict:
    """What is tried before anybody chooses: the newest contracts, and lines that differ as in a usual year."""
    data = QueryDict(mutable=True)
    data.setlist("contracts", [str(each.uuid) for each in versions[:MOST_TRIED]])
    data["sd"], data["common"] = USUAL_SD, USUAL_COMMON
    return data


def _answers(given: dict[str, Any], found: PlanLines) -> dict[str, Any]:
    versions: list[ContractVersion] = given["contracts"]
    terms = [terms_of(each) for each in versions]
    tried = tried_on(terms, found, given["sds"], given["share"])
    rows = rows_of(tried, [f"Version {each.number}" for each in versions])
    worst = max((row for row in rows if row.is_partner), key=lambda row: row.futures.very_bad_year.value)
    drawn = f"{tried.scenarios:,} possible years ({tried.points} points, seed {tried.seed})"
    title = f"{worst.party} has the most to fear, under {worst.contract.lower()}"
    return {
        "tried": tried,
        "versions": versions,
        "rows": rows,
        "worst": worst,
        "assumed": sorted({label for each in terms for label in each.measures.values()}),
        "picture": dots_of(rows, title, f"{drawn}. What is paid stands right of zero."),
    }
