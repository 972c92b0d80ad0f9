"""One partner's own statement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString

from commonpool.ledger.models import Ledger
from commonpool.ledger.queries.partner_page import PartnerPage, SourceRow, partner_page
from commonpool.ledger.queries.pool_page import pound_days
from commonpool.ledger.queries.report import Report
from commonpool.ledger.rules.statements.journals import HEADERS
from commonpool.ledger.rules.statements.names import By
from commonpool.ledger.views.asking import ledger_or_404
from commonpool.ledger.views.grids import Grid, GridRow, Link, partner_ids, row_links
from commonpool.ledger.views.opening import Opens
from commonpool.ledger.views.reports import read
from commonpool.pages.formats import money_text
from commonpool.pages.lists import Column, Kind, ListPage


def partner_statement(request: HttpRequest, uuid: UUID, partner: UUID) -> HttpResponse:
    """What a partner agreed, what fell due and was paid in, what its money bought, its cash, and its journal."""
    ledger = ledger_or_404(uuid)
    code = _code(ledger, partner)
    reading = read(request, ledger).whole()
    report = Report(ledger, reading.report.year, reading.report.as_at, partner=code)
    page = partner_page(report)
    is_invented = ledger.fund.area.is_invented
    sources = sources_list(report, row_links(ledger, By.SOURCE, reading.query)).read(
        request.GET, page.sources, is_invented=is_invented, keep=reading.keep
    )
    bought = bought_list(report, row_links(ledger, By.LINE, reading.query)).read(
        request.GET, page.bought, is_invented=is_invented, keep=reading.keep
    )
    journal = journal_list(report, page).read(request.GET, page.journal, is_invented=is_invented, keep=reading.keep)
    if file := sources.file() or bought.file() or journal.file():
        return file
    statement = reverse("ledger:statement", args=[ledger.uuid])
    context = {
        "page": page,
        "sources": sources,
        "bought": bought,
        "journal": journal,
        "months": _months_grid(page),
        "full_statement": statement + reading.with_(partner=code),
    }
    steps = (("Statement", statement + reading.query), (page.label, ""))
    return render(request, "ledger/reading/partner.html", reading.context(request, *steps, **context))


def _code(ledger: Ledger, partner: UUID) -> str:
    """The partner's code in the books; 404 for a body whose money they do not know."""
    found = [code for code, uuid in partner_ids(ledger).items() if uuid == partner]
    if not found:
        raise Http404
    return found[0]


def sources_list(report: Report, link: Link) -> ListPage:
    """One row a source of the partner."""

    def figures(name: str, header: str, question: str, asked: dict[str, str]) -> Column:
        opens = Opens(report, question, header, {"by": By.SOURCE.value, **asked}, narrowed=False)

        def pence(row: SourceRow) -> int:
            return int(getattr(row, f"{name}_pence"))

        def cell(row: SourceRow) -> SafeString:
            return opens(pence(row), row.label, key=row.key)

        return Column(name, header, pence, Kind.MONEY, show=cell, is_summed=True)

    return ListPage(
        f"partner-sources-{report.year}",
        f"What it brings, {report.year}",
        (
            Column("source", "Source", lambda row: row.label, link=lambda row: link(row.key)),
            Column("agreed", "Agreed", lambda row: row.agreed_pence, Kind.MONEY, is_summed=True),
            figures("due", "Fell due", "ledger.contributed", {"what": "due"}),
            figures("received", "Paid in", "ledger.contributed", {"what": "received"}),
            figures("owed", "Still owed", "ledger.amount", {"column": "account-10"}),
            figures("spent", "Spent of it", "ledger.amount", {"column": "net"}),
            figures("held", "Held", "ledger.amount", {"column": "held"}),
        ),
        noun="sources",
        empty=f"It brings no money in {report.year}. What it agreed comes into the books with the plan’s figures.",
        prefix="sources-",
    )


def bought_list(report: Report, link: Link) -> ListPage:
    """What its money paid for, one row a scheme line."""
    header, asked = "Net spend of its money", {"column": "bought", "by": By.LINE.value}
    opens = Opens(report, "ledger.amount", header, asked)
    total = Opens(report, "ledger.total", header, asked)
    return ListPage(
        f"partner-bought-{report.year}",
        f"What its money bought, up to {report.day:%-d %B %Y}",
        (
            Column("line", "Scheme line", lambda row: row.label, link=lambda row: link(row.key)),
            Column(
                "net",
                header,
                lambda row: row.pence,
                Kind.MONEY,
                show=lambda row: opens(row.pence, row.label, key=row.key),
                is_summed=True,
                show_total=lambda pence: total(pence, "total"),
            ),
        ),
        noun="lines",
        empty="Nothing of its money has been spent yet.",
        prefix="bought-",
        page_size=100,
    )


def journal_list(report: Report, page: PartnerPage) -> ListPage:
    """What the partner posts in its own ledger, for its accountants to load."""
    date_, account, debit, credit, reference, text = HEADERS
    return ListPage(
        f"journal-{report.partner}-{report.year}",
        f"Journal for {page.label}, {report.year}, up to {report.day:%-d %B %Y}",
        (
            Column("date", date_, lambda line: line.on, Kind.DATE),
            Column("account", account, lambda line: line.account),
            _side("debit", debit, lambda line: line.debit_pence),
            _side("credit", credit, lambda line: line.credit_pence),
            Column("reference", reference, lambda line: line.reference),
            Column("text", text, lambda line: line.text),
        ),
        noun="lines",
        empty="Nothing has passed between this partner and the host yet, so there is nothing to post.",
        prefix="journal-",
        page_size=24,
    )


def _side(name: str, header: str, pence: Callable[[Any], int]) -> Column:
    """One side of the journal; the other side of a line stays empty."""
    return Column(
        name,
        header,
        lambda line: pence(line) or None,
        Kind.MONEY,
        show=lambda line: money_text(pence(line)) if pence(line) else "",
    )


def _months_grid(page: PartnerPage) -> Grid | None:
    """Its cash month by month: what it paid in, what was spent, the gap, and for how long."""
    headers = ("Paid in", "Spent of its money", "Ahead or behind at the end", "Pound-days ahead", "Pound-days behind")
    rows = tuple(
        GridRow(
            month.period.label,
            "",
            (
                money_text(month.month.paid_in_pence),
                money_text(month.month.spent_pence),
                money_text(month.gap_pence),
                pound_days(month.month.ahead_pence_days) or "0",
                pound_days(month.month.behind_pence_days) or "0",
            ),
        )
        for month in page.months
    )
    return Grid("Its cash, month by month", "Month", headers, rows) if rows else None
