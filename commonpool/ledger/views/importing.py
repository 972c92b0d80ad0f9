"""Partners' files: sent, looked at, read anew by another mapping, posted, put aside, or taken back."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from commonpool.funds import queries as funds
from commonpool.ledger.actions import files
from commonpool.ledger.actions.importing import leave_import
from commonpool.ledger.actions.reversing import ask_to_reverse
from commonpool.ledger.forms.importing import FileForm, ReverseForm
from commonpool.ledger.forms.mapping import MappingForm, code_forms, word_forms
from commonpool.ledger.models import Import
from commonpool.ledger.queries import imports as queries
from commonpool.ledger.queries.exports import newest_mapping
from commonpool.ledger.queries.mappings import shown_of
from commonpool.ledger.queries.names import years_of
from commonpool.ledger.rules.extracts import Role, Style
from commonpool.ledger.views.asking import form_page, ledger_or_404, of_ledger, today, told, who_and_when
from commonpool.money import pounds_from_pence
from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.pages.templatetags.pages import status
from commonpool.periods import FINANCIAL_YEAR
from commonpool.sheets import csv_lines

State = Import.State
TEMPLATES: Final = {
    State.PREVIEWED.value: "ledger/imports/preview.html",
    State.REFUSED.value: "ledger/imports/refused.html",
    State.LEFT.value: "ledger/imports/left.html",
}
COLOURS: Final = {
    State.PREVIEWED.value: "yellow",
    State.POSTED.value: "green",
    State.REFUSED.value: "red",
    State.REVERSED.value: "purple",
}
IMPORTS: Final = ListPage(
    "partners-files",
    "Partners’ files",
    (
        Column(
            "file",
            "File",
            lambda held: held.file_name,
            link=lambda held: reverse("ledger:import", args=[held.uuid]),
            filter=Filter.TEXT,
        ),
        Column("partner", "Partner", lambda held: held.partner.organisation.name, filter=Filter.CHOICE),
        Column("received", "Received", lambda held: held.received_at, Kind.MOMENT),
        Column(
            "state",
            "State",
            lambda held: held.get_state_display(),
            show=lambda held: status(held.get_state_display(), COLOURS.get(held.state, "grey")),
            filter=Filter.CHOICE,
        ),
        Column("count", "Amounts", lambda held: queries.brought_by(held)[0], Kind.NUMBER),
        Column("amount", "In all", lambda held: queries.brought_by(held)[1], Kind.MONEY),
        Column("year", "Year", lambda held: held.year, filter=Filter.CHOICE),
        Column("person", "Sent by", lambda held: str(held.person) if held.person else "a command"),
    ),
    empty="No partner’s file has been uploaded yet. Upload an export of a partner’s ledger, as CSV or workbook: it is "
    "looked at, shown to you, and posted only when you say so.",
    noun="files",
)
FINDINGS: Final = ListPage(
    "findings-of-file",
    "Findings",
    (
        Column("severity", "Severity", lambda finding: finding.severity.value),
        Column("rule", "Rule", lambda finding: finding.rule),
        Column("sheet", "Sheet", lambda finding: finding.sheet or ""),
        Column("cell", "Cell", lambda finding: finding.cell or ""),
        Column("field", "Column", lambda finding: finding.field or ""),
        Column("found", "Found", lambda finding: finding.found or ""),
        Column("problem", "Problem", lambda finding: finding.problem),
        Column("fix", "What to do", lambda finding: finding.fix),
    ),
    empty="Nothing was found.",
    noun="findings",
)
ENTRY_HEADERS: Final = ("Entry", "Day", "Scheme line", "Kind", "Amount (£)", "Source", "From this source (£)")


def imports(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Every file that partners sent."""
    ledger = ledger_or_404(uuid)
    listing = IMPORTS.read(request.GET, queries.imports_of(ledger), is_invented=ledger.fund.area.is_invented)
    context = of_ledger(request, ledger, ("Partners’ files", ""), listing=listing)
    return listing.file() or render(request, "ledger/imports/list.html", context)


def upload(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Send a partner's export; it is read by a task, whose progress has a page."""
    ledger = ledger_or_404(uuid)
    known: dict[str, Any] = {
        "ledger": ledger,
        "partners": funds.partners_of(ledger.fund, today()),
        "years": years_of(ledger),
        "this_year": FINANCIAL_YEAR.label_of(today()),
    }
    form = FileForm(request.POST, request.FILES, **known) if request.method == "POST" else FileForm(**known)

    def save(given: dict[str, Any]) -> str:
        file = given.pop("file")
        held = files.bring_file(
            **who_and_when(request), ledger=ledger, file_name=file.name, chunks=file.chunks(), **given
        )
        return _address(held)

    context = of_ledger(request, ledger, _list_of(ledger.uuid), ("Upload", ""))
    return form_page(request, form, save, context, "ledger/imports/upload.html")


def import_(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One file, in whatever state it is: being read, looked at, refused, posted, put aside."""
    held = _import_or_404(uuid)
    if request.GET.get("format") == "json":
        return JsonResponse({"state": held.state, "done": not queries.is_at_work(held)})
    found = queries.found_in(held.findings)
    listing = FINDINGS.read(request.GET, found.everything)
    if file := listing.file():
        return file
    template = "ledger/imports/posted.html"
    if queries.is_at_work(held):
        template = "ledger/imports/progress.html"
    context = {
        "found": found,
        "preview": held.summary.get("preview"),
        "is_older_mapping": held.state == State.PREVIEWED and _is_read_by_an_older_mapping(held),
        "result": queries.result_of(held),
        "entries": queries.entry_page(held, request.GET.get("page", "1")),
        "said": queries.said_of(held),
        "may_be_reversed": held.state == State.POSTED and held.summary.get("style") == Style.TRANSACTIONS,
        "restates": held.summary.get("style") not in (None, Style.TRANSACTIONS),
    }
    return render(request, TEMPLATES.get(held.state, template), _of_import(request, held, **context))


def _is_read_by_an_older_mapping(held: Import) -> bool:
    newest = newest_mapping(held.ledger, held.partner)
    return newest is not None and newest != held.mapping


def mapping(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How the columns of a partner's exports are read; saved for the partner, and the file is read again by it."""
    held = _import_or_404(uuid)
    if held.state != State.PREVIEWED:
        return redirect("ledger:import", held.uuid)
    shown = shown_of(held)
    data = request.POST if request.method == "POST" else None
    form = MappingForm(data, shown=shown)
    codes, words = code_forms(data, shown), word_forms(data, shown)
    form.take(codes, words)

    def save(given: dict[str, Any]) -> str:
        files.read_again(**who_and_when(request), held=held, mapping=form.read)
        return _address(held)

    context = {
        "codes": codes,
        "words": words,
        "preview": held.summary.get("preview"),
        "has_codes": Role.COST_CENTRE in shown.roles or bool(shown.codes),
    }
    context = _of_import(request, held, "How it is read", **context)
    return form_page(request, form, save, context, "ledger/imports/mapping.html")


@require_POST
def read_again(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Read a file again by the mapping that is saved for its partner now."""
    held = _import_or_404(uuid)
    told(request, lambda: files.read_again(**who_and_when(request), held=held))
    return redirect("ledger:import", held.uuid)


@require_POST
def post_import(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Have a file posted, all of it or nothing."""
    held = _import_or_404(uuid)
    told(request, lambda: files.ask_to_post(**who_and_when(request), held=held))
    return redirect("ledger:import", held.uuid)


@require_POST
def leave(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put a file aside that is not to be posted."""
    held = _import_or_404(uuid)
    if told(request, lambda: leave_import(**who_and_when(request), held=held)):
        messages.success(request, f"‘{held.file_name}’ is put aside and deleted. Nothing of it was posted.")
    return redirect("ledger:imports", held.ledger.uuid)


def reverse_import(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take back every entry of a posted file, with a reason."""
    held = _import_or_404(uuid)
    form = ReverseForm(request.POST if request.method == "POST" else None, initial={"on": today()})

    def save(given: dict[str, Any]) -> str:
        ask_to_reverse(**who_and_when(request), held=held, **given)
        return _address(held)

    context = _of_import(request, held, "Reverse", entries=queries.entry_page(held, "1"))
    return form_page(request, form, save, context, "ledger/imports/reverse.html")


def import_entries(request: HttpRequest, uuid: UUID) -> StreamingHttpResponse:
    """Every entry that a file made, as CSV: one row for each source that paid."""
    held = _import_or_404(uuid)
    # Excel needs the byte-order mark to read £ and accents.
    lines = chain(["\ufeff"], csv_lines(chain([ENTRY_HEADERS], _entry_lines(held))))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename="entries-of-file.csv") or ""
    return answer


def _entry_lines(held: Import) -> Iterator[tuple[Any, ...]]:
    for row in queries.entry_rows(held):
        for source, pence in row.sources:
            amounts = pounds_from_pence(row.pence), source, pounds_from_pence(pence)
            yield row.number, row.on, row.line, row.kind, *amounts


def _import_or_404(uuid: UUID) -> Import:
    rows = Import.objects.select_related("ledger__fund__area", "partner__organisation", "pool", "mapping", "person")
    return get_object_or_404(rows, uuid=uuid)


def _address(held: Import) -> str:
    return reverse("ledger:import", args=[held.uuid])


def _list_of(ledger: UUID) -> tuple[str, str]:
    return "Partners’ files", reverse("ledger:imports", args=[ledger])


def _of_import(request: HttpRequest, held: Import, here: str = "", **more: Any) -> dict[str, Any]:
    steps = [_list_of(held.ledger.uuid), (held.file_name, _address(held) if here else "")]
    steps += [(here, "")] if here else []
    return of_ledger(request, held.ledger, *steps, held=held, **more)
