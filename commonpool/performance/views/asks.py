"""What a version of a plan asks of trusts: the list, one ask, adding, changing and taking back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonpool.audit.models import AuditEvent
from commonpool.people import queries as people
from commonpool.performance.actions import asks as actions
from commonpool.performance.actions.undoing import undo as undo_step
from commonpool.performance.forms.asks import AskForm
from commonpool.performance.models import Ask, OtherPlan, Statement, TrustBeds
from commonpool.performance.queries.area import area_page, asks_of_version
from commonpool.performance.queries.rows import rows_of
from commonpool.performance.queries.shared import standings_by_plan
from commonpool.performance.rules.asks import Aspect, in_words
from commonpool.performance.views.asking import (
    form_page,
    history_of,
    of_area,
    of_trust,
    person_of,
    removed_lately,
    sent_revision,
    today,
    told,
    who_and_when,
)
from commonpool.performance.views.lists import VERSION_ASKS
from commonpool.periods import Calendar
from commonpool.plans import queries as plans
from commonpool.plans.models import PlanVersion
from commonpool.plans.views.asking import area_or_404, version_or_404
from commonpool.policy.reading import load_round


def area(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What an area's plans ask of trusts, version by version."""
    found = area_or_404(uuid)
    page = area_page(person_of(request), found, today())
    return render(request, "performance/area.html", of_area(found, page=page))


def version(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What one version of a plan asks of trusts."""
    shown = version_or_404(uuid)
    listing = VERSION_ASKS.read(request.GET, asks_of_version(shown, today()), is_invented=shown.plan.area.is_invented)
    if file := listing.file():
        return file
    removed = removed_lately("remove_ask", "version", shown.uuid, person_of(request))
    context = {"listing": listing, "removed": removed, **_of_version(request, shown)}
    return render(request, "performance/version.html", of_area(shown.plan.area, (_name(shown), ""), **context))


def _name(shown: PlanVersion) -> str:
    return f"{load_round(shown.plan.round_id).label}, version {shown.number}"


def _of_version(request: HttpRequest, shown: PlanVersion) -> dict[str, Any]:
    person = person_of(request)
    return {
        "version": shown,
        "version_name": _name(shown),
        "standing": plans.standing_of(shown, today()),
        "may_edit": plans.may_edit_version(person, shown.uuid, today()),
        "may_offer": plans.may_offer_version(person, shown.uuid, today()),
    }


def _below(shown: PlanVersion, here: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return (_name(shown), reverse("performance:version", args=[shown.uuid])), (here, "")


def add(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask something of a trust in a draft."""
    shown = version_or_404(uuid)
    form = AskForm(request.POST if request.method == "POST" else None, version=shown, initial=_year_of(shown))

    def save(given: dict[str, Any]) -> str:
        ask = actions.add_ask(**who_and_when(request), version=shown, changes=form.changes())
        messages.success(request, f"The plan asks this of {ask.trust} now. It shows there once the plan is offered.")
        return reverse("performance:ask", args=[ask.uuid])

    context = _form_context(shown, "Ask something of a trust", reverse("performance:version", args=[shown.uuid]))
    return form_page(request, form, save, context, "performance/ask_form.html")


def _year_of(shown: PlanVersion) -> dict[str, Any]:
    round_ = load_round(shown.plan.round_id)
    last = Calendar(round_.first_month).year(round_.years[-1])
    return {"starts_on": last.starts_on, "ends_on": last.ends_on}


def _form_context(shown: PlanVersion, title: str, back: str) -> dict[str, Any]:
    return of_area(shown.plan.area, *_below(shown, title), title=title, button="Save", back=back)


def ask(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One ask: its terms, target, beds and money, and who changed it."""
    found = _ask_or_404(uuid)
    offers = {found.trust_id: standings_by_plan(found.trust, today())}
    [row] = rows_of([found], {}, offers, today())
    shown = plans.version_named(found.version.uuid)
    context = {
        "row": row,
        "ask": found,
        "terms": [(aspect.label, in_words(row.terms, aspect), in_words(found.terms, aspect)) for aspect in Aspect],
        "lines": shown.scheme_lines.filter(line_id__in=[line.line_id for line in found.lines.all()]),
        "may_read_plan": plans.may_read_version(person_of(request), shown.uuid, today()),
        "history": history_of("performance.ask", found.uuid, person_of(request)),
        "asked_by": shown.plan.area.name,
        **_of_version(request, shown),
    }
    # A trust's people may read what is asked of them, and not the area's other pages.
    if people.may_read_area(person_of(request), shown.plan.area, today()):
        context |= of_area(shown.plan.area, *_below(shown, row.process), layout="pages/area_base.html")
    else:
        here = f"{row.process}, {shown.plan.area.name}"
        context |= of_trust(found.trust, (here, ""), layout="pages/base.html")
    return render(request, "performance/ask.html", context)


def _ask_or_404(uuid: UUID) -> Ask:
    related = ("trust", "version__plan__area", "version__body", "changed_by")
    return get_object_or_404(Ask.objects.select_related(*related).prefetch_related("lines"), uuid=uuid)


def edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change what a draft asks of a trust."""
    found = _ask_or_404(uuid)
    shown = plans.version_named(found.version.uuid)
    form = AskForm(request.POST if request.method == "POST" else None, version=shown, ask=found)
    own = reverse("performance:ask", args=[found.uuid])

    def save(given: dict[str, Any]) -> str:
        actions.edit_ask(**who_and_when(request), ask=found, revision=form.seen_revision(), changes=form.changes())
        messages.success(request, "What the plan asks is changed.")
        return own

    context = _form_context(shown, "Change what is asked", own)
    return form_page(request, form, save, context, "performance/ask_form.html")


@require_POST
def remove(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take back what a draft asks of a trust."""
    found = _ask_or_404(uuid)
    revision = sent_revision(request)
    if not told(request, lambda: actions.remove_ask(**who_and_when(request), ask=found, revision=revision)):
        return redirect("performance:ask", found.uuid)
    messages.success(request, f"The plan no longer asks this of {found.trust}. It can be put back for a day.")
    return redirect("performance:version", found.version.uuid)


@require_POST
def undo(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take one step of this room back, for a day."""
    event = get_object_or_404(AuditEvent, uuid=uuid)
    made: list[Any] = []
    if told(request, lambda: made.append(undo_step(actor=person_of(request), at=timezone.now(), event=event))):
        messages.success(request, "The step is taken back.")
    return redirect(_after_undo(event, made[0] if made else None))


def _after_undo(event: AuditEvent, row: Any) -> str:
    models: dict[str, Any] = {
        "performance.ask": Ask,
        "performance.trustbeds": TrustBeds,
        "performance.statement": Statement,
        "performance.otherplan": OtherPlan,
    }
    standing = row or models[event.subject_kind].objects.filter(uuid=event.subject_uuid).first()
    said = event.before or event.after or {}
    if isinstance(standing, Ask):
        return reverse("performance:ask", args=[standing.uuid])
    if isinstance(standing, TrustBeds):
        return reverse("performance:trust", args=[standing.trust.uuid])
    if isinstance(standing, (Statement, OtherPlan)):
        plan = standing.plan if isinstance(standing, Statement) else standing
        return reverse("performance:other", args=[plan.uuid])
    for name, page in (("version", "version"), ("plan", "other"), ("trust", "trust")):
        if said.get(name):
            return reverse(f"performance:{page}", args=[said[name]])
    return reverse("performance:trusts")
