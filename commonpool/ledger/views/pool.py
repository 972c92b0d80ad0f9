"""The pool's own page."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from commonpool.ledger.queries.pool_page import pool_page, to_do
from commonpool.ledger.queries.report import Report
from commonpool.ledger.rules.statements.balances import Basis, Unspent
from commonpool.ledger.rules.statements.names import By
from commonpool.ledger.views.asking import ledger_or_404, today
from commonpool.ledger.views.grids import Link, row_links
from commonpool.ledger.views.opening import Opens
from commonpool.ledger.views.reports import read
from commonpool.pages.lists import Column, Kind, ListPage

BASES = {
    Basis.RECOGNISED: "Recognised: held now",
    Basis.COMMITTED: "Committed: less what is ordered",
    Basis.FORECAST: "Forecast: less what is still expected",
}


def pool(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What came in, what went out, what is left; and where to go on."""
    reading = read(request, ledger_or_404(uuid))
    report = reading.report
    page = pool_page(report)
    links = {by: row_links(report.ledger, by, reading.query) for by in (By.SOURCE, By.PARTNER)}
    listing = unspent_list(report, links[By.SOURCE]).read(
        request.GET, page.unspent, is_invented=report.ledger.fund.area.is_invented, keep=reading.keep
    )
    if file := listing.file():
        return file
    context = {
        "page": page,
        "listing": listing,
        "cash": [(row, links[By.PARTNER](row.partner)) for row in page.cash],
        "todo": to_do(report, today()),
    }
    return render(request, "ledger/reading/pool.html", reading.context(request, **context))


def unspent_list(report: Report, link: Link) -> ListPage:
    """What is left of each source of money, on three bases."""
    return ListPage(
        f"unspent-{report.year}",
        "What is left of each source of money",
        (
            Column("source", "Source", lambda row: row.label, link=lambda row: link(row.key)),
            *(_basis(report, basis, header) for basis, header in BASES.items()),
        ),
        noun="sources",
        empty="No source of money has come in yet. Each brings what its partner agreed, as that falls due.",
    )


def _basis(report: Report, basis: Basis, header: str) -> Column:
    asked = {"basis": basis.value, "by": By.SOURCE.value}
    opens = Opens(report, "ledger.unspent", f"Unspent, {basis.value} basis", asked, narrowed=False)
    return Column(basis.value, header, _on(basis), Kind.MONEY, show=_shown(opens, basis))


def _on(basis: Basis) -> Callable[[Unspent], int | None]:
    return lambda row: row.on(basis)


def _shown(opens: Opens, basis: Basis) -> Callable[[Unspent], SafeString]:
    return lambda row: opens(row.on(basis), row.label, key=row.key)
