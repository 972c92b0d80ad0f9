"""Entries: the list of all of them, one of them, and what follows one: a payment, a credit, a release."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from itertools import chain
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from commonpool.ledger.actions import spending as actions
from commonpool.ledger.forms.posting import CreditForm, PayForm, ReleaseForm
from commonpool.ledger.models import Entry, Ledger
from commonpool.ledger.queries.entry_list import EntryRow, Rows, entries_of, names_for
from commonpool.ledger.queries.entry_page import EntryPage, entry_page
from commonpool.ledger.rules.events import Kind as EventKind
from commonpool.ledger.views.asking import ledger_or_404, of_ledger, today, who_and_when
from commonpool.ledger.views.naming import books_form
from commonpool.money import format_pounds, pounds_from_pence
from commonpool.pages.lists import Column, Filter, Kind, Listing, ListPage
from commonpool.pages.lists.listing import FilterField
from commonpool.sheets import csv_lines

# -- the list


LIST: Final = ListPage(
    "entries",
    "Entries",
    (
        Column(
            "entry",
            "Entry",
            lambda row: row.number,
            Kind.NUMBER,
            link=lambda row: reverse("ledger:entry", args=[row.uuid]),
        ),
        Column("date", "Concerns", lambda row: row.happened_on, Kind.DATE),
        Column("what", "What", lambda row: row.kind, is_sortable=False),
        Column("on", "Scheme line", lambda row: row.line, is_sortable=False),
        Column("from", "Source", lambda row: row.source, is_sortable=False),
        Column("amount", "Amount", lambda row: row.pence, Kind.MONEY, is_sortable=False),
        Column("reference", "Reference", lambda row: row.reference, is_sortable=False),
    ),
    noun="entries",
    one="entry",
    empty="Nothing has been posted yet. The budget comes with the plan’s figures, and contributions as they fall due.",
    sort="-entry",
)
FILTERS: Final = (
    Column("kind", "What", lambda row: row.kind, filter=Filter.CHOICE),
    Column("line", "Scheme line", lambda row: row.line, filter=Filter.CHOICE),
    Column("source", "Source", lambda row: row.source, filter=Filter.CHOICE),
    Column("period", "Month", lambda row: row.period, filter=Filter.CHOICE),
    Column("book", "Book", lambda row: row.book, filter=Filter.CHOICE),
    Column("key", "Reference contains", lambda row: row.key, filter=Filter.TEXT),
)
FILE_HEADERS: Final = (
    *("Entry", "Concerns", "Counts on", "Recorded at", "What", "Book", "Month", "Scheme line", "Source"),
    *("Amount (£)", "Key"),
)
ASKED: Final = frozenset({"sort", "page", "download", *(column.name for column in FILTERS)})


class EntryListing(Listing):
    """The list as one request asks for it. The database filters and cuts, so there may be any number of entries."""

    def __init__(self, ledger: Ledger, asked: Mapping[str, str]) -> None:
        given = {name: str(asked[name]) for name in sorted(ASKED) if asked.get(name)}
        self.ledger, self.choosable = ledger, names_for(ledger)
        super().__init__(LIST, given, entries_of(ledger, {}, self.choosable), ledger.fund.area.is_invented)

    @cached_property
    def matching(self) -> Rows:  # type: ignore[override]
        """The entries that pass every filter, in order."""
        return entries_of(self.ledger, self.given, self.choosable)

    @cached_property
    def shown(self) -> tuple[EntryRow, ...]:
        """The entries of the page that is looked at, read once."""
        return tuple(super().shown)

    @property
    def _filtered(self) -> list[Column]:
        return [column for column in FILTERS if column.name in self.given]

    @property
    def filters(self) -> list[FilterField]:
        """The fields of the filter form."""
        return [self._filter(column) for column in FILTERS]

    def _filter(self, column: Column) -> FilterField:
        choices = None if column.filter is Filter.TEXT else tuple(self.choosable.of(column.name))
        return FilterField(column.name, column.header, self.given.get(column.name, ""), choices)

    @property
    def downloads(self) -> list[tuple[str, str]]:
        """CSV only: a workbook would have to be made whole before its first byte is sent."""
        return [("CSV", self._query(download="csv", page=None))]

    def file(self) -> HttpResponse | None:
        """The matching entries as CSV, sent while they are read."""
        if self.given.get("download") != "csv":
            return None
        headers = [*FILE_HEADERS, "Data"] if self.is_invented else list(FILE_HEADERS)
        rows = (_file_row(row, is_invented=self.is_invented) for row in self.matching.in_turn())
        # Excel needs the byte-order mark to read £ and accents.
        lines = chain(["\ufeff"], csv_lines(chain([headers], rows)))
        answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="entries.csv"'
        return answer  # type: ignore[return-value]


Value = str | int | Decimal | date | datetime


def _file_row(row: EntryRow, *, is_invented: bool) -> list[Value]:
    said: list[Value] = [row.number, row.happened_on, row.accounted_on, row.recorded_at, row.kind, row.book]
    said += [row.period, row.line, row.source, pounds_from_pence(row.pence), row.key]
    return [*said, "invented"] if is_invented else said


def entries(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Every entry of the books, newest first."""
    ledger = ledger_or_404(uuid)
    listing = EntryListing(ledger, request.GET)
    context = of_ledger(request, ledger, ("Entries", ""), listing=listing)
    return listing.file() or render(request, "ledger/entries.html", context)


# -- one entry


def entry_or_404(uuid: UUID) -> Entry:
    """The entry of that id, with what its pages need."""
    return get_object_or_404(Entry.objects.select_related("ledger__fund__area", "period", "follows"), uuid=uuid)


def entry(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What an entry says, why, and what came of it."""
    shown = entry_or_404(uuid)
    return render(request, "ledger/entry.html", _of_entry(request, shown))


def _of_entry(request: HttpRequest, shown: Entry, here: str = "", **more: Any) -> dict[str, Any]:
    page = entry_page(shown)
    entries_url = reverse("ledger:entries", args=[shown.ledger.uuid])
    own_url = reverse("ledger:entry", args=[shown.uuid]) if here else ""
    below = [("Entries", entries_url), (f"Entry {shown.number:,}", own_url)]
    below += [(here, "")] if here else []
    return of_ledger(request, shown.ledger, *below, entry=shown, page=page, **more)


def pay(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Pay an invoice, whole or in part."""
    invoice = entry_or_404(uuid)
    context = _of_entry(request, invoice, "Pay", title=f"Pay entry {invoice.number:,}", button="Enter the payment")
    page: EntryPage = context["page"]
    if not page.unpaid_pence:
        messages.info(request, "Nothing of this entry is unpaid.")
        return redirect("ledger:entry", invoice.uuid)
    form = PayForm(request.POST if request.method == "POST" else None, initial={"pence": page.unpaid_pence})

    def save(given: dict[str, Any]) -> str:
        said = {"pence": given["pence"], "on": given["on"], "reference": form.own_reference()}
        actions.pay(**who_and_when(request), ledger=invoice.ledger, of=invoice.key, **said)
        messages.success(request, f"{format_pounds(given['pence'])} is entered as paid, in the split of the invoice.")
        return _made(invoice.ledger, actions.key_of(EventKind.PAY, said["reference"]))

    context["about"] = f"{page.sentence} {format_pounds(page.unpaid_pence)} of it is unpaid."
    return books_form(request, form, save, context)


def reverse_entry(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take an entry back, whole or in part: a credit note, a refund, or the correction of a mistake."""
    original = entry_or_404(uuid)
    context = _of_entry(
        request,
        original,
        "Credit or reverse",
        title=f"Credit or reverse entry {original.number:,}",
        button="Take it back",
    )
    page: EntryPage = context["page"]
    if not page.standing_pence:
        messages.info(request, "Nothing of this entry can be taken back this way.")
        return redirect("ledger:entry", original.uuid)
    initial = {"pence": page.standing_pence, "on": original.happened_on}
    form = CreditForm(request.POST if request.method == "POST" else None, initial=initial)

    def save(given: dict[str, Any]) -> str:
        said = {name: given[name] for name in ("pence", "on", "why")}
        reference = form.own_reference()
        actions.credit(**who_and_when(request), ledger=original.ledger, of=original.key, reference=reference, **said)
        messages.success(request, f"{format_pounds(given['pence'])} is taken back. The entry itself stays as it was.")
        return _made(original.ledger, actions.key_of(EventKind.REFUND, reference))

    context["about"] = (
        f"{page.sentence} The entry stays in the books for ever; another one takes it back, in proportion to what "
        "still stands of each source’s part."
    )
    return books_form(request, form, save, context)


def release(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Release an order: what it set aside is free again."""
    order = entry_or_404(uuid)
    context = _of_entry(request, order, "Release", title=f"Release entry {order.number:,}", button="Release the order")
    page: EntryPage = context["page"]
    if not page.is_open_order:
        messages.info(request, "This is no order that is still open.")
        return redirect("ledger:entry", order.uuid)
    form = ReleaseForm(request.POST if request.method == "POST" else None, initial={"on": today()})

    def save(given: dict[str, Any]) -> str:
        actions.release_order(**who_and_when(request), ledger=order.ledger, order=page.order, **given)
        messages.success(request, f"{format_pounds(page.pence)} is free again.")
        return _made(order.ledger, f"{actions.RELEASE}/{page.order}")

    context["about"] = f"{page.sentence} If its invoice has come, enter the invoice instead: that releases it too."
    return books_form(request, form, save, context)


def _made(ledger: Ledger, key: str) -> str:
    return reverse("ledger:entry", args=[Entry.objects.values_list("uuid", flat=True).get(ledger=ledger, key=key)])
