"""Aims that several plans share: the owner's page, each plan's own words beside them, and its own priorities."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonpool.audit import words
from commonpool.audit.models import AuditEvent
from commonpool.audit.queries import Wanted, events
from commonpool.people import queries as people
from commonpool.people.models import Person
from commonpool.plans.actions import aims as actions
from commonpool.plans.aim_forms import AimForm, PlanAimForm
from commonpool.plans.models import Plan, PlanAim, SharedAim
from commonpool.plans.queries import aims as queries
from commonpool.plans.views.asking import REFUSALS, of_area, person_of, refusals_told, today
from commonpool.policy.reading import load_round

Save = Callable[[dict[str, Any]], str]
TRAIL = [("Home", "/")]


def all_aims(request: HttpRequest) -> HttpResponse:
    """Every shared aim that the person may read, by whose it is."""
    person = person_of(request)
    found = list(queries.aims_readable_by(person, today()))
    context = {"aims": found, "may_share": queries.may_share_aims(person, today())}
    return render(request, "plans/aims.html", {"trail": [*TRAIL, ("Shared aims", "")], **context})


def share(request: HttpRequest) -> HttpResponse:
    """Share an aim with plans of one's areas."""
    bodies = queries.bodies_that_share(person_of(request), today())
    near = {plan.pk: plan for body in bodies for plan in actions.may_be_shared_with(body, today())}
    form = AimForm(_sent(request), bodies=bodies, plans=list(near.values()))

    def save(given: dict[str, Any]) -> str:
        aim = actions.share_aim(
            **_who_and_when(request),
            owner=given["body"],
            title=given["title"],
            text=given["text"],
            plans=list(given.get("plans", ())),
        )
        messages.success(request, "The aim is shared. Each plan can say its own beside it.")
        return reverse("plans:aim", args=[aim.uuid])

    context = {"title": "Share an aim", "button": "Share it", "back": reverse("plans:aims")}
    return _form_page(request, form, save, {"trail": _trail(("Share an aim", "")), **context})


def aim(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One shared aim: its words, the plans that have it with their own beside it, and how it was reworded."""
    found, person = _aim_or_404(uuid), person_of(request)
    rows, hidden = queries.plans_with(found, person, today())
    context = {
        "aim": found,
        "rows": [(_plan_words(row.plan), row) for row in rows],
        "hidden": hidden,
        "count": len(rows) + hidden,
        "may_edit": found.withdrawn_at is None and queries.may_edit_aim(person, found.uuid, today()),
        "history": _history(found.uuid, person),
        "is_invented": found.owner.is_invented,
    }
    return render(request, "plans/aim.html", {"trail": _trail((found.title, "")), **context})


def edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Reword an aim, once for all plans."""
    found = _aim_or_404(uuid)
    has = set(found.in_plans.values_list("plan_id", flat=True))
    more = [plan for plan in actions.may_be_shared_with(found.owner, today()) if plan.pk not in has]
    initial = {"title": found.title, "text": found.text, "revision": found.revision}
    form = AimForm(_sent(request), plans=more, initial=initial)
    back = reverse("plans:aim", args=[found.uuid])

    def save(given: dict[str, Any]) -> str:
        actions.edit_aim(
            **_who_and_when(request),
            aim=found,
            revision=given["revision"] or 0,
            title=given["title"],
            text=given["text"],
            plans=list(given.get("plans", ())),
        )
        messages.success(request, f"The aim is changed in all {found.in_plans.count()} plans that have it.")
        return back

    context = {"title": "Change the aim", "button": "Change it everywhere", "back": back, "count": len(has)}
    context |= {"is_invented": found.owner.is_invented}
    return _form_page(request, form, save, {"trail": _trail((found.title, back), ("Change", "")), **context})


@require_POST
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Share an aim no longer."""
    found = _aim_or_404(uuid)
    with refusals_told(request):
        actions.withdraw_aim(**_who_and_when(request), aim=found, reason=request.POST.get("reason", ""))
        messages.success(request, "The aim is withdrawn. Each plan keeps what it said beside it.")
    return redirect("plans:aim", found.uuid)


def of_plan(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The aims of one plan: those it shares, and whose they are; and its own."""
    plan = _plan_or_404(uuid)
    context = {
        "aims": queries.aims_of(plan),
        "plan": plan,
        "plan_words": _plan_words(plan),
        "may_write": queries.may_add_priority(person_of(request), plan.uuid, today()),
    }
    return render(request, "plans/aims_of_plan.html", of_area(plan.area, "Aims", **context))


def add_priority(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Add a priority of the plan's own."""
    plan = _plan_or_404(uuid)
    back = reverse("plans:aims-of-plan", args=[plan.uuid])

    def save(given: dict[str, Any]) -> str:
        actions.add_priority(**_who_and_when(request), plan=plan, title=given["title"], local_text=given["local_text"])
        return back

    context = {"title": "Add a priority of this plan’s own", "button": "Add it", "back": back}
    return _form_page(
        request, PlanAimForm(_sent(request), is_own=True), save, of_area(plan.area, "New priority", **context)
    )


def edit_in_plan(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change what a plan says of its own."""
    row = _row_or_404(uuid)
    initial = {"title": row.title, "local_text": row.local_text, "revision": row.revision}
    form = PlanAimForm(_sent(request), is_own=row.aim is None, initial=initial)
    back = reverse("plans:aims-of-plan", args=[row.plan.uuid])

    def save(given: dict[str, Any]) -> str:
        actions.edit_plan_aim(
            **_who_and_when(request),
            row=row,
            revision=given["revision"] or 0,
            local_text=given["local_text"],
            title=given.get("title", ""),
        )
        return back

    context = {"title": str(row.aim or row.title), "button": "Save", "back": back, "aim": row.aim}
    return _form_page(request, form, save, of_area(row.plan.area, "Aims", **context))


@require_POST
def leave_out(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take an aim out of a plan; what the plan said beside it stays."""
    row = _row_or_404(uuid)
    with refusals_told(request):
        actions.leave_out(**_who_and_when(request), row=row)
        messages.success(
            request, "It is no longer among the plan’s aims. What the plan said beside a shared aim stays."
        )
    return redirect("plans:aims-of-plan", row.plan.uuid)


def _form_page(request: HttpRequest, form: forms.Form, save: Save, context: dict[str, Any]) -> HttpResponse:
    """Show a form, and save it when it is sent whole; what is refused stands above it, and nothing typed is lost."""
    status = 200
    if form.is_bound and form.is_valid():
        try:
            return redirect(save(dict(form.cleaned_data)))
        except actions.AimConflict as conflict:
            form.add_error(None, str(conflict))
            typed: Any = request.POST.copy()
            typed["revision"] = str(conflict.row.revision)
            form.data = typed
            context, status = {**context, "stands_there": conflict.row}, 409
        except REFUSALS as refused:
            form.add_error(None, str(refused))
        except ValidationError as wrong:
            form.add_error(None, wrong.messages)
    base = "pages/area_base.html" if "area" in context else "pages/base.html"
    return render(request, "plans/aim_form.html", {**context, "form": form, "base": base}, status=status)


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _who_and_when(request: HttpRequest) -> dict[str, Any]:
    return {"actor": person_of(request), "at": timezone.now()}


def _trail(*below: tuple[str, str]) -> list[tuple[str, str]]:
    return [*TRAIL, ("Shared aims", reverse("plans:aims")), *below]


def _plan_words(plan: Plan) -> str:
    return f"{plan.area.name}, {load_round(plan.round_id).label}"


def _aim_or_404(uuid: UUID) -> SharedAim:
    return get_object_or_404(SharedAim.objects.select_related("owner", "changed_by"), uuid=uuid)


def _plan_or_404(uuid: UUID) -> Plan:
    return get_object_or_404(Plan.objects.select_related("area"), uuid=uuid)


def _row_or_404(uuid: UUID) -> PlanAim:
    return get_object_or_404(PlanAim.objects.select_related("plan__area", "aim__owner"), uuid=uuid)


def _history(aim: UUID, person: Person) -> list[tuple[AuditEvent, str]]:
    """Who reworded the aim, newest first."""
    found = events(Wanted(subject=aim, bodies=people.body_uuids_of(person, today())))
    return [(event, words.words_for(event.action)) for event in found[:50]]
