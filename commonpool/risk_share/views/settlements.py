"""A settlement that was put to the partners: its answers, its posting, its letters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonpool.funds.models import Agreement
from commonpool.ledger.actions.settling import legs_of
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.queries.entry_words import with_names
from commonpool.ledger.queries.names import names_of
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.posting import Legs
from commonpool.ledger.rules.statements.names import Names
from commonpool.people.models import Consent
from commonpool.periods import FINANCIAL_YEAR
from commonpool.plans.forms import AnswerForm
from commonpool.risk_share.actions import settlements as actions
from commonpool.risk_share.errors import StepError
from commonpool.risk_share.forms.carrying import CarryingForm
from commonpool.risk_share.models import YearSettlement
from commonpool.risk_share.queries import access
from commonpool.risk_share.queries.contracts import in_force_on, terms_of
from commonpool.risk_share.queries.settlements import KeptSettlement, entry_of, kept, left_to_carry
from commonpool.risk_share.queries.years import books_for
from commonpool.risk_share.rules.words import pay_words
from commonpool.risk_share.views.asking import (
    answer_given,
    measures_asked,
    of_area,
    person_of,
    reason_given,
    today,
    told,
    who_and_when,
)
from commonpool.risk_share.views.settling import pages_of_lines
from commonpool.sheets import csv_lines

State = YearSettlement.State


def settlement_or_404(uuid: UUID) -> YearSettlement:
    """The settlement of that id, with all that its page says of it."""
    related = ("agreement__fund__area", "agreement__fund__parent", "contract__agreement", "before", "made_by")
    return get_object_or_404(YearSettlement.objects.select_related(*related), uuid=uuid)


def _of(settlement: YearSettlement, *below: tuple[str, str], **more: Any) -> dict[str, Any]:
    area = settlement.agreement.fund.area
    own = reverse("risk_share:kept", args=[settlement.uuid]) if below else ""
    every = reverse("risk_share:settlement", args=[area.uuid])
    trail = (("Settlement", every), (f"{settlement.year}", own), *below)
    return of_area(area, *trail, settlement=settlement, **more)


@require_POST
def propose(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put a year's settlement to the partners, as the books have it now."""
    agreement = get_object_or_404(Agreement.objects.select_related("fund__area"), uuid=uuid)
    year = request.POST.get("year", "")
    made: list[YearSettlement] = []

    def step() -> None:
        measures = _measures(request, agreement, year)
        said = who_and_when(request)
        made.append(actions.propose(**said, agreement=agreement, year=year, on=today(), measures=measures))

    if not told(request, step):
        return redirect(reverse("risk_share:settlement", args=[agreement.fund.area.uuid]) + f"?year={year}")
    messages.success(request, f"The settlement of {year} is put to the partners.")
    return redirect("risk_share:kept", made[0].uuid)


def _measures(request: HttpRequest, agreement: Agreement, year: str) -> Mapping[str, Any]:
    try:
        version = in_force_on(agreement, FINANCIAL_YEAR.year(year).ends_on)
    except ValueError as unknown:
        raise StepError(f"‘{year}’ is no financial year. Choose one of the books’ years.") from unknown
    found, boxes = measures_asked(request.POST, terms_of(version)) if version else ({}, [])
    if wrong := [box["wrong"] for box in boxes if box["wrong"]]:
        raise StepError(" ".join(wrong))
    return found


def settlement(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A settlement as the partners have it before them. `?format=csv` downloads it."""
    one = settlement_or_404(uuid)
    found = kept(one, today())
    if request.GET.get("format") == "csv":
        return _csv(found)
    person, on = person_of(request), today()
    may_keep = access.may_keep_settlement(person, one.uuid, on)
    mine = access.bodies_to_answer_for(person, one.agreement, on)
    answered = {answer.body.pk for answer in found.answers if answer.consent}
    missing = [body for body in mine if body.pk not in answered]
    context = {
        "kept": found,
        "entry": entry_of(one),
        "may_keep": may_keep,
        "mine": {body.pk for body in mine},
        "answer_form": AnswerForm(bodies=missing) if missing and one.state is State.PROPOSED else None,
        "pages": pages_of_lines(one.agreement, one.year),
    }
    return render(request, "risk_share/kept_settlement.html", _of(one, **context))


@require_POST
def answer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give one partner's answer."""
    one = settlement_or_404(uuid)
    give = partial(actions.answer_settlement, settlement=one)
    return answer_given(request, one.agreement, give, redirect("risk_share:kept", uuid))


@require_POST
def take_back_answer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take one partner's answer back while others are missing."""
    consent = get_object_or_404(Consent.objects.select_related("body"), uuid=uuid, subject_kind=access.SETTLEMENT)
    why = reason_given(request)
    step = actions.take_back_settlement_answer
    if told(request, lambda: step(**who_and_when(request), consent=consent, reason=why)):
        messages.success(request, f"The answer of {consent.body.name} is taken back.")
    return redirect("risk_share:kept", consent.subject_id)


@require_POST
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a settlement back before it is posted."""
    one, reason = settlement_or_404(uuid), reason_given(request)
    if told(request, lambda: actions.withdraw_settlement(**who_and_when(request), settlement=one, reason=reason)):
        messages.success(request, f"The settlement of {one.year} is taken back.")
    return redirect("risk_share:kept", uuid)


@require_POST
def undo(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a posted settlement out of the books, on the day that it concerned."""
    one, reason = settlement_or_404(uuid), reason_given(request)
    on = one.posted_on or today()
    if told(request, lambda: actions.undo(**who_and_when(request), settlement=one, on=on, reason=reason)):
        messages.success(request, f"The settlement of {one.year} is out of the books again.")
    return redirect("risk_share:kept", uuid)


def post(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Choose whose money carries the settlement out, see what would be posted, and post it."""
    one = settlement_or_404(uuid)
    if one.state is not State.AGREED:
        messages.info(request, "Only a settlement that every partner agreed, and that is not posted yet, is posted.")
        return redirect("risk_share:kept", uuid)
    try:
        rows = left_to_carry(one)
    except LedgerError as refused:
        messages.error(request, str(refused))
        return redirect("risk_share:kept", uuid)
    data = request.POST if request.method == "POST" else None
    form = CarryingForm(data, settlement=one, rows=rows, names=_party_names(one))
    if form.is_bound and form.is_valid() and "look" not in request.POST:
        try:
            actions.post(**who_and_when(request), settlement=one, on=form.cleaned_data["on"], carrying=form.carrying)
        except StepError as refused:
            form.add_error(None, _in_names(one, str(refused)))
        except ValidationError as wrong:
            form.add_error(None, wrong.messages)
        else:
            messages.success(request, f"The settlement of {one.year} is posted as one entry.")
            return redirect("risk_share:kept", uuid)
    context = {"form": form, **_preview(one, form)}
    return render(request, "risk_share/post_settlement.html", _of(one, ("Post it", ""), **context))


def _party_names(one: YearSettlement) -> dict[str, str]:
    contract = terms_of(one.contract)
    bodies = (each.organisation for each in one.agreement.fund.partners.select_related("organisation"))
    return {**{code: contract.name_of(code) for code in one.due_pence}, **{body.code: body.name for body in bodies}}


def _preview(one: YearSettlement, form: CarryingForm) -> dict[str, Any]:
    """What the entry would be: source by source; or why the books would refuse it."""
    carrying = form.carrying if form.is_bound and form.is_valid() else form.usual
    ledger = books_for(one.agreement)
    if ledger is None or (not form.is_bound and not all(carrying.used.values())):
        return {}
    try:
        return {"preview": list(_by_source(legs_of(ledger, actions.to_post(one, carrying)), names_of(ledger)))}
    except LedgerError as refused:
        return {"refused": _in_names(one, str(refused))}


def _in_names(one: YearSettlement, said: str) -> str:
    ledger = books_for(one.agreement)
    return with_names(said, names_of(ledger)) if ledger else said


def _by_source(legs: Legs, names: Names) -> Iterator[dict[str, Any]]:
    """Each source with what falls due, goes back and is kept of it, and what of the year's spend becomes its own."""
    for source in dict.fromkeys(leg.source for leg in legs):
        own: dict[Account, int] = {}
        for leg in legs:
            if leg.source == source:
                own[leg.account] = own.get(leg.account, 0) + leg.pence
        yield {
            "label": _label(source, names),
            "due": own.get(Account.RECEIVABLE, 0),
            "back": -own.get(Account.DUE_TO_CONTRIBUTOR, 0),
            "kept": max(-own.get(Account.BROUGHT_FORWARD, 0), 0),
            "spent": own.get(Account.EXPENDITURE, 0),
        }


def _label(source: str, names: Names) -> str:
    """A source as people call it; one that the entry would make is not among the books' names yet."""
    if source in names.sources:
        return names.source_label(source)
    category, partner, year, *of = source.split(":")
    lines = [f"for {names.category_label(each)}" for each in of]
    return ", ".join([names.category_label(category), names.partners.get(partner, partner), *lines, year])


def letter(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What one party is told of the settlement: made to be printed."""
    one = settlement_or_404(uuid)
    found, wanted = kept(one, today()), request.GET.get("to", "")
    row = next((each for each in found.due if each[0] == wanted), None)
    if row is None or wanted not in found.settled.contract.partners:
        raise Http404
    place = found.settled.parties.index(wanted) if wanted in found.settled.parties else None
    clauses = [(clause, bears[place]) for clause, bears, _ in found.settled.rows if place is not None and bears[place]]
    context = {"kept": found, "party": row, "clauses": clauses, "pay": pay_words(found.settled.contract)}
    return render(request, "risk_share/letter.html", _of(one, ("Letter", ""), **context))


def _csv(found: KeptSettlement) -> HttpResponse:
    one = found.settlement
    answer = HttpResponse("".join(csv_lines(_rows(found))), content_type="text/csv; charset=utf-8")
    name = f"settlement-{one.agreement.fund.area.code or 'area'}-{one.year}-{one.basis}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _rows(found: KeptSettlement) -> Iterator[list[str | int]]:
    """Pence, clause by clause; positive pays. Last what was settled before and what is still due."""
    yield ["clause", *found.settled.headings]
    for clause, bears, _ in found.settled.rows:
        yield [clause, *bears]
    yield ["Total", *found.settled.totals]
    if found.settlement.before:
        due = {code: (before, pence) for code, _, _, before, pence in found.due}
        yield ["Settled on the forecast", *(due.get(code, (0, 0))[0] for code in found.settled.parties)]
        yield ["Still due", *(due.get(code, (0, 0))[1] for code in found.settled.parties)]
