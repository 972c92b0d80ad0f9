"""How lines draw on their sources: policies, what one would draw now, and the ring-fences of money."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from commonpool.ledger.actions import drawing as actions
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.forms.drawing import FenceForm, PolicyForm, fence_initial
from commonpool.ledger.models import FencedSource, Ledger
from commonpool.ledger.queries import drawing as queries
from commonpool.ledger.queries.choices import lines_to_choose, pools_to_choose
from commonpool.ledger.queries.names import names_of
from commonpool.ledger.queries.virements import a_day_of
from commonpool.ledger.rules.eligibility import RingFence
from commonpool.ledger.views.asking import form_page, ledger_or_404, of_ledger, today, who_and_when
from commonpool.pages.lists import Column, Filter, ListPage

POLICIES = ListPage(
    "draw-policies",
    "How each line draws on its sources",
    (
        Column("line", "Scheme line", lambda row: row.name, filter=Filter.TEXT),
        Column("how", "It draws", lambda row: "; then ".join(row.words), is_sortable=False),
        Column("origin", "Says who", lambda row: row.origin, filter=Filter.CHOICE),
        Column("since", "Agreed", lambda row: _agreed(row), is_sortable=False),
    ),
    empty="These books have no scheme lines yet. They come with the agreed plan, and each then draws on the money that "
    "the plan names for it.",
    noun="lines",
)


def drawing(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What pays for which line, and what may not."""
    ledger = ledger_or_404(uuid)
    listing = POLICIES.read(
        request.GET, queries.line_policies(ledger, today()), is_invented=ledger.fund.area.is_invented
    )
    fences = queries.fence_rows(ledger, today())
    context = of_ledger(request, ledger, ("Drawing", ""), listing=listing, fences=fences)
    return listing.file() or render(request, "ledger/drawing/drawing.html", context)


def set_policy(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Agree how a line picks its sources; or try a policy, and see what it would draw now."""
    ledger = ledger_or_404(uuid)
    is_tried = request.POST.get("step") == "try"
    form = PolicyForm(
        request.POST if request.method == "POST" else None,
        lines=lines_to_choose(ledger, names_of(ledger)),
        pools=pools_to_choose(ledger),
        is_tried=is_tried,
        initial={"starts_on": a_day_of(ledger, today())},
    )
    context = _context(request, ledger, "Policy", sources=queries.source_rows(ledger))
    if is_tried:
        context["tried"] = _tried(ledger, form)
        return render(request, "ledger/drawing/policy.html", {**context, "form": form})

    def save(given: dict[str, Any]) -> str:
        kept = {name: given[name] for name in ("line", "text", "starts_on", "reason")}
        made = actions.set_policy(**who_and_when(request), ledger=ledger, **kept)
        messages.success(request, f"Version {made.version} of the policy is agreed from {made.starts_on:%-d %B %Y} on.")
        return _address(ledger)

    return form_page(request, form, save, context, "ledger/drawing/policy.html")


def _tried(ledger: Ledger, form: PolicyForm) -> queries.WouldDraw | None:
    """What the policy would draw now; what is wrong with it is told at its box."""
    if not form.is_valid():
        return None
    given = form.cleaned_data
    asked = (given["pool"], given["line"], given["text"], given["pence"], given["starts_on"])
    try:
        return queries.would_draw(ledger, *asked, timezone.now())
    except LedgerError as refused:
        form.add_error("text", str(refused))
        return None


def set_fence(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record a ring-fence, or a new version of one (`?of=` its id)."""
    ledger = ledger_or_404(uuid)
    before = _fence_asked(ledger, request.GET.get("of", ""))
    initial = fence_initial(RingFence.from_data(before.terms)) if before else {"starts_on": ledger.opened_on}
    data = request.POST if request.method == "POST" else None
    choices = queries.fence_choices(ledger, before.terms["applies_to"] if before else "")
    form = FenceForm(data, choices=choices, initial=initial)

    def save(given: dict[str, Any]) -> str:
        terms = form.terms(before.terms if before else {})
        actions.set_fence(**who_and_when(request), ledger=ledger, terms=terms)
        messages.success(request, "The ring-fence is recorded. Every draw from its first day on keeps to it.")
        return _address(ledger)

    context = _context(request, ledger, "Ring-fence", is_change=before is not None)
    return form_page(request, form, save, context, "ledger/drawing/fence.html")


def _fence_asked(ledger: Ledger, text: str) -> FencedSource | None:
    try:
        return ledger.fences.filter(uuid=UUID(text)).first()
    except ValueError:
        return None


def _context(request: HttpRequest, ledger: Ledger, here: str, **more: Any) -> dict[str, Any]:
    return of_ledger(request, ledger, ("Drawing", _address(ledger)), (here, ""), **more)


def _address(ledger: Ledger) -> str:
    return reverse("ledger:drawing", args=[ledger.uuid])


def _agreed(row: queries.LinePolicy) -> str:
    if row.agreed is None:
        return ""
    return f"version {row.agreed.version}, from {row.agreed.starts_on:%-d %B %Y}: {row.agreed.reason}"
