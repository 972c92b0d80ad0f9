"""Two years side by side, and spend that the agreement does not cover."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString

from commonpool.figures import Figure
from commonpool.ledger.queries.movement_page import BOOKS, movement_page, year_before
from commonpool.ledger.queries.outside import BeforeSigned, Outside, Why, spend_before_signed, spend_outside
from commonpool.ledger.queries.report import Report
from commonpool.ledger.rules.accounts import UNFUNDED
from commonpool.ledger.rules.statements.names import By
from commonpool.ledger.views.asking import ledger_or_404
from commonpool.ledger.views.grids import Grid, GridRow, Link, row_links
from commonpool.ledger.views.opening import Opens, shown
from commonpool.ledger.views.reports import Choice, read
from commonpool.pages.lists import Column, Filter, Kind, ListPage

WAYS = {"planned": "By budget", "net": "By what was spent"}
WHY = {Why.NO_BUDGET: "The line has no budget", Why.NO_SOURCE: "No source covers it"}


def movement(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Why this year's money is not last year's, cause by cause; and what each contribution paid for before."""
    reading = read(request, ledger_or_404(uuid)).whole()
    way = request.GET.get("of", "planned")
    if way not in BOOKS:
        raise Http404
    report, reading = reading.report, reading.keeping(of="" if way == "planned" else way)
    before = year_before(report.ledger, report.year)
    if not before:
        context = reading.context(request, ("From last year to this year", ""))
        return render(request, "ledger/reading/no_year_before.html", context)
    page = movement_page(report, before, way)
    is_invented = report.ledger.fund.area.is_invented
    listing = causes_list(page.before_year, page.after_year).read(
        request.GET, page.rows, is_invented=is_invented, keep=reading.keep
    )
    moves = moves_list(page.after_year).read(request.GET, page.moves, is_invented=is_invented, keep=reading.keep)
    if file := listing.file() or moves.file():
        return file
    ways = [
        Choice(label, reading.with_(of="" if name == "planned" else name) or "?", name == way)
        for name, label in WAYS.items()
    ]
    context = {"page": page, "listing": listing, "moves": moves, "ways": ways, "is_spend": way == "net"}
    steps = ("From last year to this year", "")
    return render(request, "ledger/reading/movement.html", reading.context(request, steps, **context))


def causes_list(before_year: str, after_year: str) -> ListPage:
    """One row for each part of the difference; what is as last year is left out."""
    return ListPage(
        f"movement-{before_year}-to-{after_year}",
        "Cause by cause",
        (
            Column("cause", "Cause", lambda row: row.cause, filter=Filter.CHOICE),
            Column("line", "Scheme line", lambda row: row.line, filter=Filter.TEXT),
            Column("source", "Source", lambda row: row.source),
            Column(
                "before", before_year, lambda row: row.before_pence, Kind.MONEY, show=lambda row: _or_none(row.before)
            ),
            Column("after", after_year, lambda row: row.after_pence, Kind.MONEY, show=lambda row: _or_none(row.after)),
            Column("change", "Change", lambda row: row.change_pence, Kind.MONEY, is_summed=True),
        ),
        noun="rows",
        empty="Every line has from every source what it had last year.",
    )


def moves_list(after_year: str) -> ListPage:
    """What each contribution paid for before, and pays for now; money that stayed is left out."""
    return ListPage(
        f"money-moved-{after_year}",
        "Money moved from, and to",
        (
            Column("contribution", "Contribution", lambda row: row.contribution, filter=Filter.CHOICE),
            Column("from", "From", lambda row: row.from_line),
            Column("to", "To", lambda row: row.to_line),
            Column("amount", "Amount", lambda row: row.pence, Kind.MONEY, is_summed=True),
        ),
        noun="moves",
        empty="Each contribution pays for what it paid for last year.",
        prefix="moves-",
    )


def _or_none(figure: Figure | None) -> SafeString:
    return shown(figure) if figure else format_html('<span class="cp-quiet">{}</span>', "nothing")


def outside(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Spend outside the pool's plan, on no source, or before the agreement was signed."""
    reading = read(request, ledger_or_404(uuid)).whole()
    report = reading.report
    rows = spend_outside(report.ledger, report.year, report.as_at)
    early = spend_before_signed(report.ledger, report.as_at)
    link = row_links(report.ledger, By.LINE, reading.query)
    listing = outside_list(report, link).read(
        request.GET, rows, is_invented=report.ledger.fund.area.is_invented, keep=reading.keep
    )
    if file := listing.file():
        return file
    context = {
        "rows": rows,
        "pence": _once(rows),
        "listing": listing,
        "has_agreements": report.ledger.fund.agreements.exists(),
        "early": [(each, _early_grid(report, each, link)) for each in early],
    }
    steps = ("Spend that the agreement does not cover", "")
    return render(request, "ledger/reading/outside.html", reading.context(request, steps, **context))


def _once(rows: Iterable[Outside]) -> dict[str, int]:
    """Pence by why it stands outside."""
    sums = {why.value: 0 for why in Why}
    for row in rows:
        sums[row.why.value] += row.pence
    return sums


def outside_list(report: Report, link: Link) -> ListPage:
    """One row for each line and reason."""
    asked = {"column": "net", "by": By.LINE.value}
    opens = Opens(report, "ledger.amount", "Net spend", asked, narrowed=False)

    def amount(row: Outside) -> SafeString:
        if row.why is Why.NO_SOURCE:
            return opens(row.pence, row.label, key=row.line, paid_by=UNFUNDED)
        return opens(row.pence, row.label, key=row.line)

    return ListPage(
        f"spend-outside-{report.year}",
        f"In {report.year}, up to {report.day:%-d %B %Y}",
        (
            Column("line", "Scheme line", lambda row: row.label, link=lambda row: link(row.line)),
            Column("why", "Why", lambda row: WHY[row.why]),
            Column("amount", "Net spend", lambda row: row.pence, Kind.MONEY, show=amount),
            Column("do", "What to do", lambda row: row.sentence, is_sortable=False, is_in_files_only=True),
        ),
        noun="rows",
        empty=f"All that was spent in {report.year} stands on a line with a budget and is covered by a source.",
    )


def _early_grid(report: Report, found: BeforeSigned, link: Link) -> Grid:
    """What was spent under one agreement before it was signed, line by line."""
    asked = {"version": str(found.agreement.version)}
    opens = Opens(report, "ledger.before_signed", f"Spent before {found.agreement} was signed", asked, narrowed=False)
    rows = tuple(
        GridRow(row.label, link(row.line) or "", (opens(row.pence, row.label, line=row.line),)) for row in found.rows
    )
    caption = f"{found.agreement}: spent from {found.since:%-d %B %Y} to {found.until:%-d %B %Y}"
    return Grid(caption, "Scheme line", ("Net spend",), rows, GridRow("Total", "", (opens(found.pence, "total"),)))
