"""The slider of a contract's page: any variance, and each partner's share of it; and the ladder as a file."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commonpool.money import AmountError, pence_from_text, pounds_from_pence
from commonpool.risk_share.models import ContractVersion
from commonpool.risk_share.queries.contracts import terms_of
from commonpool.risk_share.queries.ladders import ladder_of
from commonpool.risk_share.queries.sliding import slid
from commonpool.risk_share.rules.contract import Contract
from commonpool.risk_share.views.asking import measures_asked, today
from commonpool.sheets import csv_lines


def variance_asked(
    request: HttpRequest, version: ContractVersion, terms: Contract, measures: Mapping[str, Fraction]
) -> dict[str, Any]:
    """The variance that the address asks for (`variance=250000`) with who bears it; what is no amount is shown back."""
    typed = request.GET.get("variance", "").strip()
    pence, wrong = None, ""
    try:
        pence = pence_from_text(typed) if typed else None
    except AmountError as error:
        wrong = f"‘{typed}’ {error}. Enter pounds as a number, for example 250000; -250000 for under."
    found = slid(terms, version.agreement, measures, today(), pence)
    shown = typed if wrong or not found else f"{pounds_from_pence(found.variance_pence):.2f}".removesuffix(".00")
    reach = {
        "most": found.most_pence // 100 if found else 0,
        "step": found.step_pence // 100 if found else 0,
        "place": round(found.variance_pence / 100) if found else 0,
    }
    return {"slid": found, "variance_typed": shown, "variance_wrong": wrong, "reach": reach}


def fragment(request: HttpRequest, version: ContractVersion) -> HttpResponse:
    """The shares of one variance alone, for the slider."""
    terms = terms_of(version)
    measures, _ = measures_asked(request.GET, terms)
    context = variance_asked(request, version, terms, measures)
    return render(request, "risk_share/shares.html", context)


def ladder_csv(request: HttpRequest, version: ContractVersion) -> HttpResponse:
    """The ladder as a file, in pence; positive is over, and paid."""
    terms = terms_of(version)
    measures, _ = measures_asked(request.GET, terms)
    found = ladder_of(terms, version.agreement, measures, today())
    rows: list[list[str | int]] = [["variance_pence", *found.names, "unallocated"]]
    rows += [[variance, *bears, nobody] for variance, bears, nobody in found.rows]
    answer = HttpResponse("".join(csv_lines(rows)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="ladder-version-{version.number}.csv"'
    return answer
