"""Reconciliation: a partner's record held against the books, causes accepted, balances confirmed."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode

from commonpool.funds import queries as funds
from commonpool.funds.models import Partner
from commonpool.ledger.actions import reconciling as actions
from commonpool.ledger.actions.opening import host_of
from commonpool.ledger.forms.reconciling import CauseForm, RecordForm
from commonpool.ledger.models import Reconciliation
from commonpool.ledger.queries import reconciling as queries
from commonpool.ledger.queries.imports import found_in
from commonpool.ledger.queries.virements import a_day_of
from commonpool.ledger.rules.matching import Terms
from commonpool.ledger.views.asking import form_page, ledger_or_404, of_ledger, today, who_and_when
from commonpool.pages import formats
from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.periods import FINANCIAL_YEAR

State = Reconciliation.State
RECONCILIATIONS: Final = ListPage(
    "reconciliations",
    "Reconciliations",
    (
        Column(
            "partner",
            "Partner",
            lambda held: held.partner.organisation.name,
            link=lambda held: reverse("ledger:reconciliation", args=[held.uuid]),
            filter=Filter.CHOICE,
        ),
        Column("as_at", "As at", lambda held: held.as_at, Kind.DATE),
        Column("state", "State", lambda held: held.get_state_display(), filter=Filter.CHOICE),
        Column("rows", "Rows in its record", lambda held: len(held.theirs), Kind.NUMBER),
        Column("file", "File", lambda held: held.file_name),
        Column("person", "Brought by", lambda held: str(held.person) if held.person else "a command"),
        Column("moment", "On", lambda held: held.recorded_at, Kind.MOMENT),
    ),
    empty="No partner’s record has been held against these books yet. Ask a partner for its list of payments to the "
    "pool, and upload it: you see what matches, what differs, and the likely cause of each.",
    noun="reconciliations",
)


def reconciliations(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Every record that was held against the books."""
    ledger = ledger_or_404(uuid)
    rows = queries.reconciliations_of(ledger)
    listing = RECONCILIATIONS.read(request.GET, rows, is_invented=ledger.fund.area.is_invented)
    context = of_ledger(request, ledger, ("Reconciliations", ""), listing=listing)
    return listing.file() or render(request, "ledger/reconciling/list.html", context)


def reconcile(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Bring a partner's record; it is read by a task, whose progress has a page."""
    ledger = ledger_or_404(uuid)
    day = a_day_of(ledger, today())
    first = FINANCIAL_YEAR.year(FINANCIAL_YEAR.label_of(day)).starts_on
    partners = funds.partners_of(ledger.fund, day).exclude(role=Partner.Role.HOST)
    initial = {"starts_on": first, "our_cut_off": day, "their_cut_off": day, "as_at": day}
    form = (
        RecordForm(request.POST, request.FILES, partners=partners)
        if request.method == "POST"
        else RecordForm(partners=partners, initial=initial)
    )

    def save(given: dict[str, Any]) -> str:
        assert form.terms is not None, "a valid form has its terms"
        made = actions.bring_record(
            **who_and_when(request),
            ledger=ledger,
            partner=given["partner"],
            as_at=given["as_at"],
            terms=form.terms,
            file_name=given["file"].name,
            chunks=given["file"].chunks(),
        )
        return _address(made)

    context = of_ledger(request, ledger, _list_of(ledger.uuid), ("Compare a record", ""))
    return form_page(request, form, save, context, "ledger/reconciling/reconcile.html")


def reconciliation(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Where do our books and the partner's record differ?"""
    held = _reconciliation_or_404(uuid)
    if request.GET.get("format") == "json":
        return JsonResponse({"state": held.state, "done": held.state != State.WAITING})
    found = found_in(held.findings)
    if held.state != State.READ:
        template = "progress.html" if held.state == State.WAITING else "refused.html"
        return render(request, f"ledger/reconciling/{template}", _of(request, held, found=found))
    result = queries.result_of(held)
    apart = _apart(held).read(request.GET, result.apart)
    matched = _matched().read(request.GET, result.matched)
    if file := apart.file() or matched.file():
        return file
    known: dict[str, Any] = {
        "found": found,
        "result": result,
        "apart": apart,
        "matched": matched,
        "terms": _terms(held),
    }
    return render(request, "ledger/reconciling/reconciliation.html", _of(request, held, **known))


def accept(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Accept why the two records differ at one row (`?item=`)."""
    held = _reconciliation_or_404(uuid)
    item = request.GET.get("item", "")
    rows = queries.result_of(held).open_rows if held.state == State.READ else ()
    row = next((each for each in rows if each.id == item), None)
    if row is None:
        messages.error(request, "The two records do not differ there any more, or a cause is accepted already.")
        return redirect("ledger:reconciliation", held.uuid)
    form = CauseForm(request.POST if request.method == "POST" else None, initial={"cause": row.cause})

    def save(given: dict[str, Any]) -> str:
        actions.accept_cause(**who_and_when(request), reconciliation=held, item=item, cause=given["cause"])
        messages.success(request, "The cause is accepted, and stands beside the row.")
        return _address(held)

    context = _of(request, held, "Accept a cause", row=row)
    return form_page(request, form, save, context, "ledger/reconciling/accept.html")


def confirmation(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A confirmation of balances between the host and the partner, on a page to print and sign."""
    held = _reconciliation_or_404(uuid)
    terms = _terms(held)
    host = host_of(held.ledger, terms.our_cut_off).organisation
    known: dict[str, Any] = {"confirmation": queries.confirmation_of(held), "terms": terms, "host": host}
    context = _of(request, held, "Confirmation of balances", **known)
    return render(request, "ledger/reconciling/confirmation.html", context)


# -- the lists of one reconciliation


def _apart(held: Reconciliation) -> ListPage:
    """The rows that differ. Where they are to be accepted depends on whose reconciliation it is."""

    def address(row: queries.ApartRow) -> str | None:
        page = reverse("ledger:accept-cause", args=[held.uuid])
        return None if row.accepted else f"{page}?{urlencode({'item': row.id})}"

    return ListPage(
        "where-the-records-differ",
        "Where the records differ",
        (
            Column("standing", "Standing", lambda row: row.standing, filter=Filter.CHOICE),
            Column("on", "Day", lambda row: row.on, Kind.DATE),
            Column("ours", "Ours", lambda row: row.ours_pence, Kind.MONEY, link=_entry, show=_or_none("ours_pence")),
            Column("theirs", "Theirs", lambda row: row.theirs_pence, Kind.MONEY, show=_or_none("theirs_pence")),
            Column("apart", "Apart", lambda row: row.difference_pence, Kind.MONEY, is_summed=True),
            Column("days", "Days open", lambda row: row.days, Kind.NUMBER, show=lambda row: _days(row.days)),
            Column("reference", "Reference", lambda row: row.reference, filter=Filter.TEXT),
            Column("place", "Their row", lambda row: row.place.removeprefix("row ")),
            Column("cause", "Likely cause", lambda row: row.cause),
            Column("accepted", "Accepted cause", lambda row: row.accepted, link=address, show=_accepted),
        ),
        empty="The two records agree in every transaction, to the penny.",
        noun="rows",
        sort="on",
    )


def _accepted(row: queries.ApartRow) -> str:
    """The cause and who accepted it; words for the link where nobody has."""
    if row.accepted:
        return f"{row.accepted} ({row.accepted_by})" if row.accepted_by else row.accepted
    return format_html(
        'Accept a cause<span class="govuk-visually-hidden"> for {} of {}</span>',
        formats.money_text(abs(row.difference_pence)),
        formats.day_text(row.on),
    )


def _matched() -> ListPage:
    return ListPage(
        "matched",
        "Matched",
        (
            Column("on", "Our day", lambda row: row.on, Kind.DATE, link=_entry),
            Column("their_on", "Their day", lambda row: row.their_on, Kind.DATE),
            Column("amount", "Amount", lambda row: row.pence, Kind.MONEY, is_summed=True),
            Column("reference", "Reference", lambda row: row.reference),
            Column("how", "Taken for one by", lambda row: row.how, filter=Filter.CHOICE),
            Column("place", "In their file", lambda row: row.place),
        ),
        empty="No transaction of the one record could be taken for one of the other.",
        noun="transactions",
        prefix="matched-",
    )


def _entry(row: Any) -> str | None:
    return reverse("ledger:entry", args=[row.entry]) if row.entry else None


def _or_none(name: str) -> Any:
    """An amount; a dash where that side has nothing, which is known and not a nought."""
    return lambda row: "–" if getattr(row, name) is None else formats.money_text(getattr(row, name))


def _days(days: int | None) -> str:
    return "–" if days is None else formats.number_text(days)


def _terms(held: Reconciliation) -> Terms:
    return Terms.from_data(held.tolerances)


def _reconciliation_or_404(uuid: UUID) -> Reconciliation:
    rows = Reconciliation.objects.select_related("ledger__fund__area", "partner__organisation", "person")
    return get_object_or_404(rows, uuid=uuid)


def _address(held: Reconciliation) -> str:
    return reverse("ledger:reconciliation", args=[held.uuid])


def _list_of(ledger: UUID) -> tuple[str, str]:
    return "Reconciliations", reverse("ledger:reconciliations", args=[ledger])


def _of(request: HttpRequest, held: Reconciliation, here: str = "", **more: Any) -> dict[str, Any]:
    named = f"{held.partner.organisation}, {held.as_at:%-d %B %Y}"
    steps = [_list_of(held.ledger.uuid), (named, _address(held) if here else "")]
    steps += [(here, "")] if here else []
    return of_ledger(request, held.ledger, *steps, held=held, **more)
