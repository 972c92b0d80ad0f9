"""A payment for performance worked out: quarters typed or from a file, each with its payment and why."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from commonpool.risk_share.form_rows.boxes import summary_of
from commonpool.risk_share.form_rows.quarters import (
    MOST_QUARTERS,
    USUAL,
    Faults,
    QuarterRow,
    QuarterRows,
    groups_of,
    quarters_of,
    rows_of_quarters,
)
from commonpool.risk_share.form_rows.rows import boxes_of, rows_of_kind
from commonpool.risk_share.models import ContractVersion
from commonpool.risk_share.queries.contracts import agreed_terms_of
from commonpool.risk_share.queries.payments import ExplainedPayment, explained_payment
from commonpool.risk_share.reading.contracts import NotAContract
from commonpool.risk_share.reading.payments import read_quarters
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.performance_payment import PerformancePayment
from commonpool.risk_share.views.asking import of_version, version_or_404
from commonpool.sheets import Unreadable, csv_lines

LARGEST_FILE = 100_000  # bytes: a year has four quarters


def payment(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The quarters that the address has, worked out; a file that is sent leads to the address of its quarters."""
    version = version_or_404(uuid)
    try:
        agreed = agreed_terms_of(version)
    except NotAContract:
        return redirect("risk_share:contract", uuid)  # which tells the faults
    if not isinstance(agreed, PerformancePayment):
        return redirect("risk_share:contract", uuid)
    if request.method == "POST":
        return _from_file(request, version, agreed)
    rows = rows_of_kind(QuarterRows, {name: str(value) for name, value in request.GET.items()})
    if request.GET.get("do") == "add" and len(rows.quarters) < MOST_QUARTERS:
        rows.quarters.append(QuarterRow())
    del rows.quarters[MOST_QUARTERS:]
    found, faults = quarters_of(rows)
    worked, why_not = _worked(agreed, found) if found and not faults else (None, "")
    if request.GET.get("format") == "csv" and worked:
        return _csv(version, worked)
    return _shown(request, version, rows, faults, agreed=agreed, worked=worked, why_not=why_not)


def _worked(agreed: PerformancePayment, quarters: list[Any]) -> tuple[ExplainedPayment | None, str]:
    try:
        return explained_payment(agreed, quarters), ""
    except ContractError as refused:
        return None, str(refused)


def _from_file(request: HttpRequest, version: ContractVersion, agreed: PerformancePayment) -> HttpResponse:
    """The file's quarters as an address; what is wrong with the file on the page."""
    held = request.FILES.get("file")
    problems: list[str] = []
    if held is None or isinstance(held, list):
        problems = ["Choose the CSV file of the quarters."]
    elif (held.size or 0) > LARGEST_FILE:
        problems = [f"The file has more than {LARGEST_FILE:,} bytes. A year has four rows: leave the rest out."]
    else:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "quarters.csv"
            path.write_bytes(held.read())
            try:
                quarters = read_quarters(path, str(held.name))
            except Unreadable as refused:
                problems = [str(finding) for finding in refused.findings]
            else:
                if len(quarters) <= MOST_QUARTERS:
                    query = urlencode([each for each in boxes_of(rows_of_quarters(quarters)) if each[1]])
                    return redirect(f"{reverse('risk_share:payment', args=[version.uuid])}?{query}")
                problems = [f"The file has {len(quarters)} quarters. Give at most {MOST_QUARTERS}."]
    return _shown(request, version, QuarterRows(), {}, agreed=agreed, file_problems=problems)


def _shown(
    request: HttpRequest, version: ContractVersion, rows: QuarterRows, faults: Faults, **context: Any
) -> HttpResponse:
    rows.quarters += [QuarterRow() for _ in range(USUAL - len(rows.quarters))]
    groups = groups_of(rows, faults)
    problems = [*summary_of(groups), *(("file", each) for each in context.get("file_problems", ()))]
    if context.get("why_not"):
        problems.append(("quarters-0-planned", context["why_not"]))
    query = request.GET.copy()
    query["format"] = "csv"
    context |= {"groups": groups, "problems": problems, "form": {"errors": problems}, "query": query.urlencode()}
    context["may_add"] = len(rows.quarters) < MOST_QUARTERS
    return render(request, "risk_share/payment.html", of_version(version, ("Payments", ""), **context))


def _csv(version: ContractVersion, worked: ExplainedPayment) -> HttpResponse:
    answer = HttpResponse("".join(csv_lines(worked.rows())), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="payments-version-{version.number}.csv"'
    return answer
