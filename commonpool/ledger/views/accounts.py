"""The books as accountants look at them: trial balance, memorandum account, balances between the partners."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString

from commonpool.ledger.queries.balances import agreement_of_balances
from commonpool.ledger.queries.balances import trial_balance as read_trial_balance
from commonpool.ledger.queries.entry_words import BOOKS
from commonpool.ledger.queries.memorandum_page import AccountRow, account_rows
from commonpool.ledger.queries.report import Report
from commonpool.ledger.rules.accounts import Account, Book
from commonpool.ledger.rules.statements.balances import TrialBalance, TrialRow
from commonpool.ledger.rules.statements.names import By
from commonpool.ledger.views.asking import ledger_or_404
from commonpool.ledger.views.grids import Link, row_links
from commonpool.ledger.views.opening import Opens, shown
from commonpool.ledger.views.reports import Choice, read
from commonpool.pages.lists import Column, Kind, ListPage

WITHOUT: Final = format_html('<span class="cp-quiet">{}</span>', "–")
"""Where a source has nothing on an account."""


def trial_balance(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Every source × account since the books began; each source is a small ledger that sums to zero."""
    reading = read(request, ledger_or_404(uuid))
    book = _book(request.GET.get("book", Book.ACTUAL.value))
    report, reading = reading.report, reading.keeping(book="" if book is Book.ACTUAL else book.value)
    stream = report.stream.uuid if report.stream else None
    found = read_trial_balance(report.ledger, report.as_at, book=book, stream=stream)
    link = row_links(report.ledger, By.SOURCE, reading.keeping(book="").query)
    listing = trial_list(report, found, link).read(
        request.GET, found.rows, is_invented=report.ledger.fund.area.is_invented, keep=reading.keep
    )
    if file := listing.file():
        return file
    books = [
        Choice(label, reading.with_(book="" if name == Book.ACTUAL else name) or "?", name == book)
        for name, label in BOOKS.items()
    ]
    context = {"found": found, "listing": listing, "books": books}
    steps = ("Trial balance", "")
    return render(request, "ledger/reading/trial_balance.html", reading.context(request, steps, **context))


def _book(asked: str) -> Book:
    try:
        return Book(asked)
    except ValueError:
        raise Http404 from None


def trial_list(report: Report, found: TrialBalance, link: Link) -> ListPage:
    """One row a source, one column an account; debits are above zero, credits below."""
    return ListPage(
        f"trial-balance-{found.book.value}",
        f"As at {report.day:%-d %B %Y}, since the books began",
        (
            Column("source", "Source", lambda row: row.label, link=lambda row: link(row.source)),
            *(_account(report, account, found) for account in found.accounts),
            Column("sum", "Sum", lambda row: row.pence, Kind.MONEY, is_summed=True),
        ),
        noun="sources",
        empty="Nothing stands in this book yet.",
    )


def _account(report: Report, account: Account, found: TrialBalance) -> Column:
    name = f"account-{int(account)}"
    asked = {"column": name, "by": By.SOURCE.value}
    opens = Opens(report, "ledger.amount", account.label, asked, narrowed=False)
    total = Opens(report, "ledger.total", account.label, asked, narrowed=False)(found.totals[account], "all sources")

    def cell(row: TrialRow) -> SafeString:
        pence = row.balances.get(account)
        return WITHOUT if pence is None else opens(pence, row.label, key=row.source)

    return Column(
        name,
        f"{int(account)} {account.label}",
        _balance_on(account),
        Kind.MONEY,
        show=cell,
        is_summed=True,
        # Of a stream, the question of all sources would say another sum.
        show_total=None if report.stream else lambda _: total,
    )


def _balance_on(account: Account) -> Callable[[TrialRow], int]:
    return lambda row: row.balances.get(account, 0)


def memorandum(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The account of the year as the host prints it: what came in, was spent, is kept and goes back."""
    reading = read(request, ledger_or_404(uuid))
    report = reading.report
    account = report.memorandum()
    listing = account_list(report).read(
        request.GET,
        account_rows(report, account),
        is_invented=report.ledger.fund.area.is_invented,
        keep=reading.keep,
    )
    if file := listing.file():
        return file
    context = {"account": account, "listing": listing}
    steps = ("Memorandum account", "")
    return render(request, "ledger/reading/memorandum.html", reading.context(request, steps, **context))


def account_list(report: Report) -> ListPage:
    """The rows of the account in their order."""
    return ListPage(
        f"memorandum-{report.year}",
        f"Year {report.year}, up to {report.day:%-d %B %Y}",
        (
            Column("row", "Row", lambda row: row.label, show=_label, is_sortable=False),
            Column("amount", "Amount", lambda row: row.pence, Kind.MONEY, show=_amount, is_sortable=False),
            Column("part", "Part of the row above", _part, is_in_files_only=True),
        ),
        noun="rows",
        empty="",
        page_size=200,
    )


def _label(row: AccountRow) -> SafeString:
    return format_html('<span class="cp-depth-{}{}">{}</span>', row.depth, _sum_class(row), row.label)


def _amount(row: AccountRow) -> SafeString:
    return format_html('<span class="{}">{}</span>', _sum_class(row).strip(), shown(row.figure))


def _sum_class(row: AccountRow) -> str:
    return " cp-sum" if row.is_sum else ""


def _part(row: AccountRow) -> str:
    return "yes" if row.depth else ""


def balances(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What each partner owes the host and the host owes it: the same sum in both ledgers, or the difference."""
    reading = read(request, ledger_or_404(uuid)).whole()
    report = reading.report
    rows = agreement_of_balances(report.ledger, report.year, report.as_at)
    link = row_links(report.ledger, By.PARTNER, reading.query)
    listing = balances_list(report, link).read(
        request.GET, rows, is_invented=report.ledger.fund.area.is_invented, keep=reading.keep
    )
    if file := listing.file():
        return file
    context = {"rows": rows, "apart": [row for row in rows if row.differs_pence], "listing": listing}
    steps = ("Balances between the partners", "")
    return render(request, "ledger/reading/balances.html", reading.context(request, steps, **context))


def balances_list(report: Report, link: Link) -> ListPage:
    """One row a partner; below zero the host owes the partner."""
    owed = Opens(report, "ledger.owed", "Owed", {}, narrowed=False)
    return ListPage(
        f"balances-between-partners-{report.year}",
        f"As at {report.day:%-d %B %Y}",
        (
            Column("partner", "Partner", lambda row: row.label, link=lambda row: link(row.partner)),
            Column(
                "debtor",
                "It owes, by the host’s ledger",
                lambda row: row.debtor_pence,
                Kind.MONEY,
                show=lambda row: owed(row.debtor_pence, row.label, partner=row.partner),
                is_summed=True,
            ),
            Column(
                "creditor", "It owes, by its own journal", lambda row: row.creditor_pence, Kind.MONEY, is_summed=True
            ),
            Column("differs", "Difference", lambda row: row.differs_pence, Kind.MONEY, is_summed=True),
        ),
        noun="partners",
        empty="No partner but the host has anything in these books yet.",
    )
