"""Posting by hand: what happened, then a form for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from commonpool.ledger.actions import spending as actions
from commonpool.ledger.forms.posting import HAPPENED, Happened, HappenedForm, Offered, PostForm
from commonpool.ledger.models import Entry, Ledger
from commonpool.ledger.queries import choices
from commonpool.ledger.queries.names import names_of
from commonpool.ledger.rules.events import Kind
from commonpool.ledger.rules.statements.names import Names
from commonpool.ledger.views.asking import ledger_or_404, of_ledger, who_and_when
from commonpool.ledger.views.naming import books_form

Given = dict[str, Any]
Post = Callable[[dict[str, Any], Ledger, Given, str], str]
"""(who and when, the books, what was typed, reference) -> key of the entry."""


def post(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What happened? One thing at a time: the form for it comes next."""
    ledger = ledger_or_404(uuid)
    form = HappenedForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return redirect("ledger:post-kind", ledger.uuid, form.cleaned_data["kind"])
    context = of_ledger(request, ledger, ("Post", ""), form=form, title="Post to the books", button="Continue")
    if not ledger.lines.exists():
        return render(request, "ledger/no_lines.html", context)
    return render(request, "ledger/form.html", context)


def post_kind(request: HttpRequest, uuid: UUID, kind: str) -> HttpResponse:
    """Enter what happened, and see from which sources it was drawn."""
    ledger = ledger_or_404(uuid)
    happened = HAPPENED.get(kind)
    if happened is None:
        raise Http404
    names = names_of(ledger)
    offered = _offered(ledger, names, happened)
    below = (("Post", reverse("ledger:post", args=[ledger.uuid])), (happened.label, ""))
    context = of_ledger(
        request, ledger, *below, title=happened.title, about=happened.about, button="Post it", happened=happened
    )
    if (
        happened.slug == "transfer"
        and len([pool for group in (offered.receivers or {}).values() for pool in group]) < 2
    ):
        return render(request, "ledger/one_pool.html", context)
    form = PostForm(
        request.POST if request.method == "POST" else None,
        happened=happened,
        offered=offered,
        initial={name: request.GET.get(name, "") for name in ("line", "accrual", "order") if name in request.GET},
    )

    def save(given: Given) -> str:
        key = POSTS[happened.slug](who_and_when(request), ledger, given, form.own_reference())
        entry = Entry.objects.get(ledger=ledger, key=key)
        messages.success(request, f"Posted as entry {entry.number:,}.")
        return reverse("ledger:entry", args=[entry.uuid])

    return books_form(request, form, save, context)


def _offered(ledger: Ledger, names: Names, happened: Happened) -> Offered:
    is_invoice, is_transfer = happened.slug == "invoice", happened.slug == "transfer"
    names_provider = happened.slug in ("invoice", "accrual", "direct")
    return Offered(
        lines={} if is_transfer else choices.lines_to_choose(ledger, names),
        pools=choices.pools_to_choose(ledger),
        providers=choices.providers_to_choose(ledger) if names_provider else (),
        sources=choices.sources_to_choose(ledger, names) if happened.slug == "direct" else (),
        accruals=choices.accruals_standing(ledger, names) if is_invoice else (),
        orders=choices.orders_standing(ledger, names) if is_invoice else (),
        receivers=choices.receivers_to_choose(ledger) if is_transfer else None,
    )


def _same(given: Given, *names: str) -> Given:
    return {name: given[name] for name in names}


def _invoice(who: Given, ledger: Ledger, given: Given, reference: str) -> str:
    said = _same(given, "pool", "line", "pence", "on", "provider")
    if order := given.get("order"):
        number = order.key.removeprefix(f"{actions.ORDER}/")
        actions.invoice_order(**who, ledger=ledger, order=number, reference=reference, **said)
    else:
        of = given["accrual"].key if given.get("accrual") else ""
        actions.spend(**who, ledger=ledger, kind=Kind.INVOICE, reference=reference, of=of, **said)
    return actions.key_of(Kind.INVOICE, reference)


def _accrual(who: Given, ledger: Ledger, given: Given, reference: str) -> str:
    said = _same(given, "pool", "line", "pence", "on", "provider")
    actions.spend(**who, ledger=ledger, kind=Kind.ACCRUE, reference=reference, **said)
    return actions.key_of(Kind.ACCRUE, reference)


def _direct(who: Given, ledger: Ledger, given: Given, reference: str) -> str:
    said = _same(given, "pool", "line", "pence", "on", "provider")
    source = given["source"].code
    actions.spend(**who, ledger=ledger, kind=Kind.PAY_DIRECT, reference=reference, source=source, **said)
    return actions.key_of(Kind.PAY_DIRECT, reference)


def _income(who: Given, ledger: Ledger, given: Given, reference: str) -> str:
    actions.client_income(**who, ledger=ledger, reference=reference, **_same(given, "pool", "line", "pence", "on"))
    return actions.key_of(actions.INCOME, reference)


def _order(who: Given, ledger: Ledger, given: Given, reference: str) -> str:
    number = given["number"].strip()
    actions.place_order(**who, ledger=ledger, order=number, **_same(given, "pool", "line", "pence", "on"))
    return actions.key_of(actions.ORDER, number)


def _transfer(who: Given, ledger: Ledger, given: Given, reference: str) -> str:
    said = _same(given, "giver", "receiver", "pence", "on")
    actions.transfer(**who, ledger=ledger, reference=reference, **said)
    return actions.key_of(Kind.TRANSFER, reference)


POSTS: Final[Mapping[str, Post]] = {
    "invoice": _invoice,
    "accrual": _accrual,
    "direct": _direct,
    "income": _income,
    "order": _order,
    "transfer": _transfer,
}
