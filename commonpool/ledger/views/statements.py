"""The statement of a year by any dimension, and of one partner."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from commonpool.ledger.queries.report import Report
from commonpool.ledger.rules.statements.balances import BridgeRow
from commonpool.ledger.rules.statements.names import By
from commonpool.ledger.rules.statements.statement import Statement
from commonpool.ledger.views.asking import ledger_or_404
from commonpool.ledger.views.grids import Grid, GridRow, row_links
from commonpool.ledger.views.opening import Opens
from commonpool.ledger.views.reports import Choice, Reading, read
from commonpool.ledger.views.statement_tables import (
    FORECAST,
    WAYS,
    WHOLE_YEAR,
    amounts_grid,
    month_amounts,
    quarters_grid,
    statement_list,
)
from commonpool.money import format_pounds


def statement(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Planned, spent, ordered and forecast of a year: by line, funding, source, partner, pool or provider."""
    reading = _of_partner(read(request, ledger_or_404(uuid)), request.GET.get("partner", ""))
    by = _by(request.GET.get("by", By.LINE.value))
    report, reading = reading.report, reading.keeping(by=by.value)
    shown = report.statement(by)
    link = row_links(report.ledger, by, reading.keeping(by="", partner="").query)
    listing = statement_list(report, shown, link).read(
        request.GET, shown.rows, is_invented=report.ledger.fund.area.is_invented, keep=reading.keep
    )
    if file := listing.file():
        return file
    months = [
        quarters_grid(report, shown, link),
        amounts_grid(report, shown, month_amounts(report), "Net spend of each month", link),
    ]
    # Where nobody has given a forecast, a sentence says so once.
    has_forecast = shown.total.forecast_pence is not None
    year = [*WHOLE_YEAR, *FORECAST] if has_forecast else WHOLE_YEAR
    context = {
        "has_forecast": has_forecast,
        "shown": shown,
        "listing": listing,
        "against_plan": _against_plan(report, shown),
        "year_grid": amounts_grid(report, shown, year, f"The whole of {report.year}", link),
        "months": months if shown.rows else [],
        "bridge": _bridge(report) if by in (By.CATEGORY, By.SOURCE) else None,
        "ways": [Choice(way.choice, reading.with_(by=each.value), each is by) for each, way in WAYS.items()],
        "partner": report.names.label(By.PARTNER, report.partner) if report.partner else "",
        "furthest_over": reading.with_(by=By.LINE.value) + "&sort=-variance",
        "furthest_under": reading.with_(by=By.LINE.value) + "&sort=variance",
        "partner_choices": [(code, report.names.label(By.PARTNER, code)) for code in report.names.order(By.PARTNER)],
    }
    return render(request, "ledger/reading/statement.html", reading.context(request, ("Statement", ""), **context))


def _by(asked: str) -> By:
    try:
        found = By(asked)
    except ValueError:
        raise Http404 from None
    if found not in WAYS:
        raise Http404
    return found


def _of_partner(reading: Reading, code: str) -> Reading:
    """Only what a partner's sources have, where the address names one."""
    if not code:
        return reading
    if code not in reading.report.names.partners:
        raise Http404
    return replace(reading, report=reading.report.also(partner=code)).keeping(partner=code)


def _against_plan(report: Report, shown: Statement) -> dict[str, Any]:
    """The variance to date of the whole, and of the lines over and under plan."""
    pence = shown.total.variance_to_date_pence
    asked = {"basis": "to_date", "by": By.ALL.value, "key": ""}
    return {
        "figure": report.figure("ledger.variance", "Variance to date, all", abs(pence), asked),
        "word": "over" if pence > 0 else "under",
        "is_exact": not pence,
        "over_pence": shown.total.over_pence,
        "under_pence": -shown.total.under_pence,
    }


def _bridge(report: Report) -> Grid | None:
    """From what lines of each category spent to the sources that paid for it; None where nothing was spent."""
    rows, names = report.bridge(), report.names
    others = list(dict.fromkeys(source for row in rows for source in row.by_source if source != row.category))
    opens = Opens(report, "ledger.amount", "Net spend", {"column": "net", "by": By.CATEGORY.value})

    def cells(row: BridgeRow) -> tuple[str, ...]:
        paid = [
            opens(row.by_source.get(source, 0), row.label, key=row.category, paid_by=source)
            for source in (row.category, *others)
        ]
        return (*paid, opens(row.spent_pence, row.label, key=row.category))

    bridged = [sum(row.by_source.get(other, 0) for row in rows if other != row.category) for other in others]
    sums = (sum(row.own_pence for row in rows), *bridged, sum(row.spent_pence for row in rows))
    headers = ("Its own money", *(names.category_label(code) for code in others), "Spent by its lines")
    made = tuple(GridRow(row.label, "", cells(row)) for row in rows)
    total = GridRow("Total", "", tuple(map(format_pounds, sums)))
    caption = "From what lines spent to the money that paid"
    return Grid(caption, WAYS[By.CATEGORY].heading, headers, made, total) if rows else None
