"""Virements: budget that should move between lines, the answers of those who must agree, and the delegated limits."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonpool.ledger.actions import virements as actions
from commonpool.ledger.forms.virements import LimitForm, VirementForm
from commonpool.ledger.models import Virement
from commonpool.ledger.queries import virements as queries
from commonpool.ledger.queries.names import names_of
from commonpool.ledger.views.asking import (
    form_page,
    ledger_or_404,
    of_ledger,
    person_of,
    today,
    told,
    who_and_when,
)
from commonpool.pages import formats
from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.pages.templatetags.pages import status
from commonpool.plans.forms import AnswerForm

State = Virement.State
COLOURS: Final = {State.PROPOSED.value: "yellow", State.POSTED.value: "green", State.REFUSED.value: "red"}
VIREMENTS: Final = ListPage(
    "virements",
    "Virements",
    (
        Column("from", "From", lambda each: str(each.from_line), link=lambda each: _address(each), filter=Filter.TEXT),
        Column("to", "To", lambda each: str(each.to_line), filter=Filter.TEXT),
        Column("amount", "Amount", lambda each: each.pence, Kind.MONEY),
        Column("on", "From the day", lambda each: each.on, Kind.DATE),
        Column(
            "state",
            "State",
            lambda each: each.get_state_display(),
            show=lambda each: status(each.get_state_display(), COLOURS.get(each.state, "grey")),
            filter=Filter.CHOICE,
        ),
        Column("needs", "Who is asked", lambda each: each.get_needs_display(), filter=Filter.CHOICE),
        Column("person", "Proposed by", lambda each: str(each.proposed_by) if each.proposed_by else "a command"),
    ),
    empty="No budget has been moved between lines yet. A virement keeps its sources; who must agree to it stands in "
    "the table of delegated limits.",
    noun="virements",
)
LIMITS: Final = ListPage(
    "delegated-limits",
    "Delegated limits",
    (
        Column("role", "Role", lambda row: row.role, filter=Filter.CHOICE),
        Column("limit", "Decides alone", lambda row: row.words),
        Column(
            "all",
            "Every partner is asked above",
            lambda row: row.limit.needs_all_partners_above_pence,
            Kind.MONEY,
            show=lambda row: _or_nothing(row.limit.needs_all_partners_above_pence),
        ),
        Column("from", "From", lambda row: row.limit.starts_on, Kind.DATE),
        Column("current", "Holds today", lambda row: row.is_current, filter=Filter.CHOICE),
    ),
    empty="No limit has been set, so every virement asks every partner. Enter the limits of the fund’s scheme of "
    "delegation, role by role.",
    noun="limits",
)


def virements(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Every proposal to move budget."""
    ledger = ledger_or_404(uuid)
    listing = VIREMENTS.read(request.GET, queries.virements_of(ledger), is_invented=ledger.fund.area.is_invented)
    context = of_ledger(request, ledger, ("Virements", ""), listing=listing)
    return listing.file() or render(request, "ledger/virements/list.html", context)


def propose(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Propose to move budget from one line to another."""
    ledger = ledger_or_404(uuid)
    day = queries.a_day_of(ledger, today())
    lines = queries.lines_with_budget(ledger, names_of(ledger), day)
    form = VirementForm(
        request.POST if request.method == "POST" else None, ledger=ledger, lines=lines, initial={"on": day}
    )

    def save(given: dict[str, Any]) -> str:
        made = actions.propose_virement(**who_and_when(request), ledger=ledger, **given)
        said = "posted" if made.state == State.POSTED else "proposed"
        messages.success(request, f"The virement is {said}. {queries.why_routed(made)}")
        return _address(made)

    context = of_ledger(request, ledger, _list_of(ledger.uuid), ("Propose", ""), has_lines=bool(lines))
    return form_page(request, form, save, context, "ledger/virements/propose.html")


def virement(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One proposal: what it moves, who must agree, and what one may do about it."""
    shown = _virement_or_404(uuid)
    form = _answer_form(request, shown)
    return render(request, "ledger/virements/virement.html", _context(request, shown, form=form))


def answer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give one body's answer to a proposal."""
    shown = _virement_or_404(uuid)
    form = _answer_form(request, shown)
    if form is None:
        messages.error(request, "This virement waits for no answer of yours.")
        return redirect("ledger:virement", shown.uuid)

    def save(given: dict[str, Any]) -> str:
        actions.answer_virement(**who_and_when(request), virement=shown, **given)
        messages.success(request, f"The answer of {given['body'].name} is recorded.")
        return _address(shown)

    return form_page(request, form, save, _context(request, shown), "ledger/virements/virement.html")


def _answer_form(request: HttpRequest, shown: Virement) -> AnswerForm | None:
    """For whoever may answer for a body that has not; None for everybody else."""
    mine = queries.bodies_to_answer_for(person_of(request), shown, today())
    if not mine:
        return None
    form = AnswerForm(request.POST if request.method == "POST" else None, bodies=mine)
    form.fields["verdict"].label = "Does it agree to this virement?"
    return form


@require_POST
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a proposal back while it waits."""
    shown = _virement_or_404(uuid)
    if told(request, lambda: actions.withdraw_virement(**who_and_when(request), virement=shown)):
        messages.success(request, "The virement is taken back. The budget stays where it was.")
    return redirect("ledger:virement", shown.uuid)


def limits(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The table of delegated limits."""
    ledger = ledger_or_404(uuid)
    listing = LIMITS.read(request.GET, queries.limit_rows(ledger, today()))
    context = of_ledger(request, ledger, _list_of(ledger.uuid), ("Delegated limits", ""), listing=listing)
    return listing.file() or render(request, "ledger/virements/limits.html", context)


def set_limit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Set up to how much a role decides alone, from a day on."""
    ledger = ledger_or_404(uuid)
    form = LimitForm(request.POST if request.method == "POST" else None, initial={"starts_on": today()})

    def save(given: dict[str, Any]) -> str:
        actions.set_limit(**who_and_when(request), ledger=ledger, **given)
        messages.success(request, "The limit is set. Proposals made from its day on are routed by it.")
        return reverse("ledger:limits", args=[ledger.uuid])

    trail = (("Delegated limits", reverse("ledger:limits", args=[ledger.uuid])), ("New limit", ""))
    context = of_ledger(request, ledger, *trail, title="New delegated limit", button="Set the limit")
    return form_page(request, form, save, context)


def _context(request: HttpRequest, shown: Virement, **more: Any) -> dict[str, Any]:
    trail = (_list_of(shown.ledger.uuid), (f"{shown.from_line.line_id} to {shown.to_line.line_id}", ""))
    return of_ledger(request, shown.ledger, *trail, virement=shown, page=queries.virement_page(shown), **more)


def _virement_or_404(uuid: UUID) -> Virement:
    rows = Virement.objects.select_related("ledger__fund__area", "from_line", "to_line", "pool", "proposed_by")
    return get_object_or_404(rows, uuid=uuid)


def _address(shown: Virement) -> str:
    return reverse("ledger:virement", args=[shown.uuid])


def _list_of(ledger: UUID) -> tuple[str, str]:
    return "Virements", reverse("ledger:virements", args=[ledger])


def _or_nothing(pence: int | None) -> str:
    return "not asked for" if pence is None else formats.money_text(pence)
