"""The year under the contract in force: who bears what, clause by clause, from the books."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from commonpool.funds.models import Agreement
from commonpool.periods import FINANCIAL_YEAR
from commonpool.places.models import Organisation
from commonpool.risk_share.models import ContractVersion
from commonpool.risk_share.queries.access import agreements_of, may_settle
from commonpool.risk_share.queries.contracts import in_force_on, terms_of
from commonpool.risk_share.queries.settlements import how_far, live_settlement, settlements_of
from commonpool.risk_share.queries.years import Settled, YearVariances, books_for, settled, year_variances
from commonpool.risk_share.reading.contracts import NotAContract
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.views.asking import area_or_404, measures_asked, of_area, person_of, today
from commonpool.sheets import csv_lines


def settlement(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One year of one agreement, settled from the books. `?format=csv` downloads it."""
    area = area_or_404(uuid)
    agreements = agreements_of(area)
    agreement = next((each for each in agreements if str(each.uuid) == request.GET.get("agreement")), None)
    agreement = agreement or next(iter(agreements), None)
    context: dict[str, Any] = {"why_not": "No agreement is recorded here yet."}
    if agreement is not None:
        context = _settlement(request, agreement)
    found: Settled | None = context.get("settled")
    if request.GET.get("format") == "csv" and found is not None and not found.settlement.unallocated_pence:
        return _csv(area, context["variances"], found)
    context |= {"agreements": agreements, "agreement": agreement, **_put_to_the_partners(request, agreement, context)}
    return render(request, "risk_share/settlement.html", of_area(area, ("Settlement", ""), **context))


def _put_to_the_partners(
    request: HttpRequest, agreement: Agreement | None, context: Mapping[str, Any]
) -> dict[str, Any]:
    """What was settled of the agreement before, what stands for this year, and whether the person may settle it."""
    variances: YearVariances | None = context.get("variances")
    if agreement is None or variances is None:
        return {}
    live = live_settlement(agreement, variances.year, is_over=variances.is_over)
    return {
        "earlier": [each for each in settlements_of(agreement) if each != live],
        "live": live,
        "how_far": how_far(live, today()) if live else "",
        "may_settle": may_settle(person_of(request), agreement.uuid, today()),
        "pages": pages_of_lines(agreement, variances.year),
    }


def pages_of_lines(agreement: Agreement, year: str) -> dict[str, str]:
    """Line's id -> its page in the books, where every pound of it can be opened."""
    ledger = books_for(agreement)
    lines = ledger.lines.all() if ledger else []
    return {line.line_id: reverse("ledger:line", args=[line.uuid]) + f"?year={year}" for line in lines}


def _settlement(request: HttpRequest, agreement: Agreement) -> dict[str, Any]:
    """The year's variances and their settlement; or in words why there is none yet."""
    ledger = books_for(agreement)
    if ledger is None:
        return {"why_not": "A settlement needs the year's variances, and no books are open for this fund yet."}
    variances = year_variances(agreement, ledger, today(), request.GET.get("year", ""))
    shown: dict[str, Any] = {"variances": variances, "ledger": ledger}
    version = in_force_on(agreement, FINANCIAL_YEAR.year(variances.year).ends_on)
    if version is None:
        return {**shown, "why_not": "No contract is in force for this fund, so nobody has agreed who bears what."}
    return {**shown, "version": version, **_under(request, version, variances)}


def _under(request: HttpRequest, version: ContractVersion, variances: YearVariances) -> dict[str, Any]:
    try:
        contract = terms_of(version)
    except NotAContract as faults:
        return {"why_not": f"The contract can no longer be read. {' '.join(map(str, faults.findings))}"}
    measures, boxes = measures_asked(request.GET, contract)
    kept = {name: request.GET[name] for name in ("agreement", "year") if name in request.GET}
    shown = {"boxes": boxes, "kept": kept}
    try:
        return {**shown, "settled": settled(contract, variances, measures), "query": _csv_query(request)}
    except ContractError as refused:
        return {**shown, "why_not": str(refused)}


def _csv_query(request: HttpRequest) -> str:
    query = request.GET.copy()
    query["format"] = "csv"
    return query.urlencode()


def _csv(area: Organisation, variances: YearVariances, found: Settled) -> HttpResponse:
    answer = HttpResponse("".join(csv_lines(_rows(found))), content_type="text/csv; charset=utf-8")
    name = f"settlement-{area.code or 'area'}-{variances.year}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _rows(found: Settled) -> Iterator[list[str | int]]:
    """Pence, clause by clause; positive pays."""
    yield ["clause", *found.headings, "unallocated"]
    for clause, bears, nobody in found.rows:
        yield [clause, *bears, nobody]
    yield ["Total", *found.totals, found.settlement.unallocated_pence]
