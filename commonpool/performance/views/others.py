"""Plans beside the fund's: the register, one plan with what it says, and whom a change touches."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonpool.performance.actions import others as actions
from commonpool.performance.forms.others import ExceptForm, OtherPlanForm, StatementForm
from commonpool.performance.models import OtherPlan, Statement, StatementException
from commonpool.performance.queries import access
from commonpool.performance.queries.others import (
    other_lines,
    other_page,
    smaller_plans,
    statement_words,
    touched_by,
)
from commonpool.performance.views.asking import (
    form_page,
    history_of,
    person_of,
    removed_lately,
    sent_revision,
    today,
    told,
    who_and_when,
)
from commonpool.performance.views.lists import OTHERS
from commonpool.plans.models import Plan

ABOUT = {"money": "money", "beds": "beds", "target": "a target"}


def _context(plan: OtherPlan | None, *below: tuple[str, str], **more: Any) -> dict[str, Any]:
    trail = [("Home", "/"), ("Trusts", reverse("performance:trusts"))]
    register = reverse("performance:others") if plan or below else ""
    trail.append(("Other plans", register))
    if plan:
        trail.append((plan.name, reverse("performance:other", args=[plan.uuid]) if below else ""))
    is_invented = plan.owner.is_invented if plan else False
    return {"other": plan, "trail": [*trail, *below], "is_invented": is_invented, **more}


def others(request: HttpRequest) -> HttpResponse:
    """The register of plans beside the fund's."""
    rows = other_lines()
    listing = OTHERS.read(request.GET, rows, is_invented=any(row.plan.owner.is_invented for row in rows))
    context = _context(None, listing=listing, may_register=access.may_register(person_of(request), today()))
    return listing.file() or render(request, "performance/others.html", context)


def register(request: HttpRequest) -> HttpResponse:
    """Register a published plan of one of one's organisations."""
    owners = list(access.bodies_that_register(person_of(request), today()))
    form = OtherPlanForm(
        request.POST if request.method == "POST" else None,
        owners=owners,
        is_invented=any(body.is_invented for body in owners),
    )

    def save(given: dict[str, Any]) -> str:
        plan = actions.register_plan(**who_and_when(request), changes=form.changes())
        messages.success(request, f"‘{plan.name}’ is registered. Add what it says.")
        return reverse("performance:other", args=[plan.uuid])

    context = {"title": "Register another plan", "button": "Register it", "back": reverse("performance:others")}
    return form_page(request, form, save, _context(None, ("Register", ""), **context))


def _other_or_404(uuid: UUID) -> OtherPlan:
    return get_object_or_404(OtherPlan.objects.select_related("owner", "changed_by"), uuid=uuid)


def other(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What a plan says, and which smaller plans each statement touches."""
    found, person = _other_or_404(uuid), person_of(request)
    page = other_page(found, person, today())
    context = {
        "page": page,
        "may_keep": access.may_keep_other(person, found.uuid, today()),
        "my_plans": {
            each.plan.uuid for each in page.smaller if each.plan and access.may_except(person, each.plan.uuid, today())
        },
        "history": history_of("performance.otherplan", found.uuid, person),
        "removed": removed_lately("remove_statement", "plan", found.uuid, person),
    }
    return render(request, "performance/other.html", _context(found, **context))


def edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change a registered plan."""
    found = _other_or_404(uuid)
    owners = {found.owner.pk: found.owner}
    owners |= {body.pk: body for body in access.bodies_that_register(person_of(request), today())}
    form = OtherPlanForm(
        request.POST if request.method == "POST" else None,
        owners=list(owners.values()),
        is_invented=found.owner.is_invented,
        plan=found,
    )
    own = reverse("performance:other", args=[found.uuid])

    def save(given: dict[str, Any]) -> str:
        seen = form.seen_revision()
        actions.edit_plan(**who_and_when(request), plan=found, revision=seen, changes=form.changes())
        touched = smaller_plans(_other_or_404(uuid))
        messages.success(request, f"‘{found.name}’ is changed. {_touch_words(len(touched))}")
        return own

    context = {"title": f"Change ‘{found.name}’", "button": "Save", "back": own}
    return form_page(request, form, save, _context(found, ("Change", ""), **context))


def _touch_words(count: int) -> str:
    return f"It touches {count} smaller plan{'' if count == 1 else 's'}, listed below."


def add_statement(request: HttpRequest, uuid: UUID, about: str) -> HttpResponse:
    """Record something that a plan says."""
    found = _other_or_404(uuid)
    if about not in ABOUT:
        raise Http404
    form = StatementForm(
        request.POST if request.method == "POST" else None, about=about, is_invented=found.owner.is_invented
    )
    own = reverse("performance:other", args=[found.uuid])

    def save(given: dict[str, Any]) -> str:
        made = actions.add_statement(**who_and_when(request), plan=found, changes=form.changes())
        messages.success(request, f"‘{made.title}’ is recorded. {_touch_words(len(smaller_plans(found)))}")
        return own

    context = {"title": f"What the plan says about {ABOUT[about]}", "button": "Save", "back": own}
    return form_page(request, form, save, _context(found, ("Add", ""), **context))


def _statement_or_404(uuid: UUID) -> Statement:
    related = ("plan__owner", "trust", "payer", "changed_by")
    return get_object_or_404(Statement.objects.select_related(*related), uuid=uuid)


def edit_statement(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change something that a plan says; the page lists each smaller plan that the change touches."""
    found = _statement_or_404(uuid)
    form = StatementForm(
        request.POST if request.method == "POST" else None,
        about=found.about,
        is_invented=found.plan.owner.is_invented,
        statement=found,
    )
    own = reverse("performance:other", args=[found.plan.uuid])
    touched = touched_by(found, smaller_plans(found.plan), person_of(request), today())

    def save(given: dict[str, Any]) -> str:
        seen = form.seen_revision()
        actions.edit_statement(**who_and_when(request), statement=found, revision=seen, changes=form.changes())
        messages.success(request, f"‘{found.title}’ is changed. {_touch_words(len(touched))}")
        return own

    context = {"title": f"Change ‘{found.title}’", "button": "Save", "back": own, "touched": touched}
    return form_page(request, form, save, _context(found.plan, ("Change", ""), **context))


@require_POST
def remove_statement(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take back something that a plan says."""
    found = _statement_or_404(uuid)
    revision = sent_revision(request)
    if told(request, lambda: actions.remove_statement(**who_and_when(request), statement=found, revision=revision)):
        messages.success(request, f"‘{found.title}’ is taken back. It can be put back for a day.")
    return redirect("performance:other", found.plan.uuid)


def except_plan(request: HttpRequest, uuid: UUID, statement: UUID) -> HttpResponse:
    """Say that a plan of the fund does not follow a larger plan here."""
    plan = get_object_or_404(Plan.objects.select_related("area"), uuid=uuid)
    found = _statement_or_404(statement)
    form = ExceptForm(request.POST if request.method == "POST" else None)
    own = reverse("performance:other", args=[found.plan.uuid])

    def save(given: dict[str, Any]) -> str:
        actions.except_plan(**who_and_when(request), statement=found, plan=plan, reason=given["reason"])
        messages.success(request, f"{plan.area.name} does not follow ‘{found.title}’, with your reason.")
        return own

    context = {
        "title": f"{plan.area.name} does not follow ‘{found.title}’",
        "button": "Record the exception",
        "back": own,
        "says": statement_words(found),
    }
    return form_page(request, form, save, _context(found.plan, ("Except", ""), **context))


@require_POST
def lift(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Follow the larger plan again."""
    found = get_object_or_404(StatementException.objects.select_related("statement__plan", "plan__area"), uuid=uuid)
    if told(request, lambda: actions.lift_exception(**who_and_when(request), exception=found)):
        messages.success(request, f"{found.plan.area.name} follows ‘{found.statement.title}’ again.")
    return redirect("performance:other", found.statement.plan.uuid)
