"""Following money: one scheme line, and one source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from commonpool.figures import Figure
from commonpool.ledger.models import LedgerLine, LedgerSource
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.entries import EntryRow
from commonpool.ledger.queries.entry_words import kind_label
from commonpool.ledger.queries.line_page import LinePage, line_page
from commonpool.ledger.queries.report import Report
from commonpool.ledger.queries.source_page import SourcePage, source_page
from commonpool.ledger.rules.statements.names import By
from commonpool.ledger.rules.statements.statement import Row
from commonpool.ledger.views.asking import person_of, today
from commonpool.ledger.views.grids import Grid, GridRow, Link, row_links
from commonpool.ledger.views.opening import Opens, shown
from commonpool.ledger.views.reports import Reading, read
from commonpool.ledger.views.statement_tables import over_or_under
from commonpool.pages.formats import day_text, money_text
from commonpool.pages.lists import Column, Kind, ListPage
from commonpool.plans.queries import may_read_line

BY_SOURCE: Final[tuple[tuple[str, str, Callable[[Row], int | None]], ...]] = (
    ("planned", "Plan of the year", lambda row: row.planned_pence),
    ("gross", "Gross spend", lambda row: row.gross_pence),
    ("income", "Income", lambda row: row.income_pence),
    ("net", "Net spend", lambda row: row.net_pence),
    ("committed", "Ordered, not invoiced", lambda row: row.committed_pence),
    ("forecast", "Forecast outturn", lambda row: row.forecast_pence),
)


def line(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What is this pound: plan, budget, orders, spend and forecast by source, and where it went."""
    found = get_object_or_404(LedgerLine.objects.select_related("ledger__fund__area", "stream"), uuid=uuid)
    reading = read(request, found.ledger).whole()
    report = reading.report
    page = line_page(report, found)
    links = row_links(report.ledger, By.SOURCE, reading.query)
    listing = sources_list(report, page, links).read(
        request.GET, page.sources, is_invented=report.ledger.fund.area.is_invented, keep=reading.keep
    )
    if file := listing.file():
        return file
    plan = found.plan_line if found.plan_line and may_read_line(person_of(request), found.plan_line, today()) else None
    label = report.names.label(By.LINE, found.code)
    context = {
        "page": page,
        "label": label,
        "listing": listing,
        "plan_line": plan,
        "against_plan": over_or_under(page.row.variance_to_date_pence),
        "paid": [(each, links(each.source)) for each in page.paid],
        "months": _months(report, found.code, page.row),
        "entries": _entries_grid(report, page.entries, "The newest entries", By.SOURCE, sign=1),
        "all_entries": _every_entry(report, line=page.entries_filter),
    }
    return render(request, "ledger/reading/line.html", _context(request, reading, label, context))


def source(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One source followed forward: receipts, pools, lines, providers; what is held; what it may be spent on."""
    found = get_object_or_404(
        LedgerSource.objects.select_related("ledger__fund__area", "source__partner__organisation", "stream"), uuid=uuid
    )
    reading = read(request, found.ledger).whole()
    report = reading.report
    page = source_page(report, found)
    links = row_links(report.ledger, By.LINE, reading.query)
    listing = spent_list(report, links).read(
        request.GET, page.lines, is_invented=report.ledger.fund.area.is_invented, keep=reading.keep
    )
    if file := listing.file():
        return file
    context = {
        "page": page,
        "label": page.label,
        "listing": listing,
        **_contributed(report, page),
        "partner_url": row_links(report.ledger, By.PARTNER, reading.query)(found.source.partner.organisation.code),
        "pools": _pools_grid(report, page),
        "receipts": _entries_grid(report, page.receipts, "What brought it in, or moved it on", By.POOL, sign=-1),
        "all_entries": _every_entry(report, source=page.label),
    }
    return render(request, "ledger/reading/source.html", _context(request, reading, page.label, context))


def _context(request: HttpRequest, reading: Reading, label: str, more: Mapping[str, Any]) -> dict[str, Any]:
    statement = reverse("ledger:statement", args=[reading.report.ledger.uuid]) + reading.query
    return reading.context(request, ("Statement", statement), (label, ""), **more)


def sources_list(report: Report, page: LinePage, link: Link) -> ListPage:
    """A line's amounts, one row a source."""
    return ListPage(
        f"line-{report.year}-{page.line.line_id}",
        "By source of money",
        (
            Column("source", "Source", lambda row: row.label, link=lambda row: link(row.key)),
            *(_of_source(report, page, name, header, value) for name, header, value in BY_SOURCE),
        ),
        noun="sources",
        empty=f"No money is planned or spent on this line in {report.year}.",
    )


def _of_source(report: Report, page: LinePage, name: str, header: str, value: Callable[[Row], int | None]) -> Column:
    cells = Opens(report, "ledger.cell", header, {"column": name, "line": page.line.code})
    asked = {"column": name, "by": By.LINE.value, "key": page.line.code}
    missing = page.row.without_forecast if name == "forecast" else 0
    total = Opens(report, "ledger.amount", header, asked)(value(page.row), "all sources", unknown=missing)

    def cell(row: Row) -> str:
        pence = value(row)
        # What is not known of a source has no entries to open to; the total says of how many lines.
        return money_text(None) if pence is None else cells(pence, row.label, source=row.key)

    return Column(
        name,
        header,
        value,
        Kind.MONEY,
        show=cell,
        is_summed=True,
        show_total=lambda _: total,
    )


def _months(report: Report, line: str, row: Row) -> Grid:
    """Net spend month by month, and the year to date."""
    made = []
    asked = {"column": "net", "by": By.LINE.value, "key": line}
    in_month = Opens(report, "ledger.amount", "Net spend", asked)
    for month, pence, running in zip(report.months, row.months, row.to_date, strict=True):
        if pence is not None:
            until = replace(report, as_at=AsAt(min(month.ends_on, report.day), report.as_at.known_at))
            to_date = Opens(until, "ledger.amount", "Year to date", asked)
            cells = (in_month(pence, month.label, month=month.starts_on.isoformat()), to_date(running, month.label))
            made.append(GridRow(month.label, "", cells))
    return Grid("Month by month", "Month", ("Net spend", "Year to date"), tuple(made))


def spent_list(report: Report, link: Link) -> ListPage:
    """What was spent of a source, one row for each line and provider."""
    return ListPage(
        "spent-from-source",
        "What it was spent on",
        (
            Column("line", "Scheme line", lambda row: row.line_label, link=lambda row: link(row.line)),
            Column("provider", "Provider", lambda row: row.provider_label),
            Column(
                "spent",
                "Net spend",
                lambda row: row.figure.value,
                Kind.MONEY,
                show=lambda row: shown(row.figure),
                is_summed=True,
            ),
        ),
        noun="rows",
        empty="Nothing of it has been spent yet. Each line and provider that it pays will stand here.",
    )


def _contributed(report: Report, page: SourcePage) -> dict[str, Figure]:
    """What fell due of it in the year, what was paid in, and what is still owed."""
    row = page.contributed
    if row is None:
        return {}
    asked = {"by": By.SOURCE.value, "key": row.source}
    return {
        "due": report.figure("ledger.contributed", "Fell due", row.due_pence, {**asked, "what": "due"}, narrowed=False),
        "paid_in": report.figure(
            "ledger.contributed", "Paid in", row.received_pence, {**asked, "what": "received"}, narrowed=False
        ),
        "owed": report.figure("ledger.amount", "Still owed", row.owed_pence, {**asked, "column": "account-10"}),
    }


def _pools_grid(report: Report, page: SourcePage) -> Grid | None:
    """What became of it in each pool; None where there is one pool only."""
    if len(report.names.pools) < 2:
        return None
    headers = ("Came in", "From other pools", "To other pools", "Spent", "Held")
    rows = tuple(
        GridRow(
            report.names.label(By.POOL, row.pool),
            "",
            tuple(
                money_text(pence)
                for pence in (
                    row.came_in_pence,
                    row.passed_in_pence,
                    row.passed_on_pence,
                    row.spent_pence,
                    row.held_pence,
                )
            ),
        )
        for row in page.pools
    )
    return Grid("Pool by pool", "Pool", headers, rows)


def _entries_grid(report: Report, rows: Iterable[EntryRow], caption: str, by: By, *, sign: int) -> Grid:
    """Some postings, each of which opens to its entry. `by`: what its last column says of each."""
    made = tuple(
        GridRow(
            f"Entry {row.number}: {kind_label(row.kind)}",
            reverse("ledger:entry", args=[row.uuid]),
            (
                money_text(sign * row.pence),
                day_text(row.happened_on),
                report.names.label(by, row.source if by is By.SOURCE else row.pool),
            ),
        )
        for row in rows
    )
    last = "Source" if by is By.SOURCE else "Pool"
    return Grid(caption, "Entry", ("Amount", "Day", last), made, texts=frozenset({1, 2}))


def _every_entry(report: Report, **narrowed: str) -> str:
    return f"{reverse('ledger:entries', args=[report.ledger.uuid])}?{urlencode(narrowed)}"
