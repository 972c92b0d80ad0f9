"""Pages that change a draft: its lines, by hand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonpool.audit.models import AuditEvent
from commonpool.funds import queries as funds
from commonpool.plans import actions, queries
from commonpool.plans.actions import LineConflict
from commonpool.plans.actions.top_ups import effects_of, is_top_up
from commonpool.plans.errors import PlanError
from commonpool.plans.forms import IncomeLineForm, LineForm, SchemeLineForm, WithdrawForm
from commonpool.plans.history import facts_of
from commonpool.plans.models import IncomeLine, SchemeLine
from commonpool.plans.views import words
from commonpool.plans.views.asking import of_version, person_of, refusals_told, today, version_or_404
from commonpool.policy.reading import load_round


def edit_line(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change one scheme line of a draft."""
    line = get_object_or_404(SchemeLine.objects.select_related("version__plan__area", "changed_by"), uuid=uuid)
    form = SchemeLineForm(request.POST if request.method == "POST" else None, line=line, **_choices(line.version))
    return _edit(request, line, form, actions.edit_scheme_line, "plans:line")


def edit_income(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change one income line of a draft."""
    line = get_object_or_404(IncomeLine.objects.select_related("version__plan__area", "changed_by"), uuid=uuid)
    choices = _choices(line.version)
    form = IncomeLineForm(
        request.POST if request.method == "POST" else None,
        line=line,
        round_=choices["round_"],
        funds=choices["funds"],
        is_top_up=is_top_up(choices["round_"], line.category),
    )
    return _edit(request, line, form, actions.edit_income_line, "plans:income-line")


def _choices(version: Any) -> dict[str, Any]:
    area = version.plan.area
    return {
        "round_": load_round(version.plan.round_id),
        "partners": funds.bodies_that_agree(area, today()),
        "funds": list(funds.funds_of(area)),
    }


def _edit(request: HttpRequest, line: Any, form: LineForm, save: Any, page: str) -> HttpResponse:
    context: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        try:
            save(
                actor=person_of(request),
                at=timezone.now(),
                line=line,
                revision=form.cleaned_data["revision"],
                changes=form.changes(),
            )
        except LineConflict as conflict:
            context = _conflict(conflict, form)
        except PlanError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"Line {line.line_id} is saved, and the plan was checked again.")
            return redirect(page, line.uuid)
    version = queries.version_named(line.version.uuid)
    context |= {"form": form, "line": line, "back": page}
    return render(
        request,
        "plans/edit_line.html",
        of_version(request, version, f"Edit line {line.line_id}", **context),
        status=409 if "conflict" in context else 200,
    )


def _conflict(conflict: LineConflict, form: LineForm) -> dict[str, Any]:
    """Both values of every field in which the two differ. Sending the form again then writes over the other."""
    now, round_ = facts_of(conflict.line), load_round(conflict.line.version.plan.round_id)
    rows = []
    for name, mine in form.changes().items():
        theirs = now.get(name)
        shown = [words.value_words(name, value, round_) for value in (theirs, mine)]
        if shown[0] != shown[1]:
            rows.append((words.field_words(name), *shown))
    # The form comes back with what was typed, now about the line as it stands.
    data: Any = form.data
    data = data.copy()
    data["revision"] = str(conflict.line.revision)
    form.data = data
    return {"conflict": conflict, "rows": rows}


def add_line(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Add a scheme line to a draft."""
    version = version_or_404(uuid)
    form = SchemeLineForm(request.POST if request.method == "POST" else None, **_choices(version))
    if form.is_bound and form.is_valid():
        try:
            line = actions.add_scheme_line(
                actor=person_of(request), at=timezone.now(), version=version, changes=form.changes()
            )
        except PlanError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"Line {line.line_id} is added, and the plan was checked again.")
            return redirect("plans:line", line.uuid)
    return render(request, "plans/edit_line.html", of_version(request, version, "New line", form=form, line=None))


@require_POST
def remove_line(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a line out of a draft. It can be put back for a day, from the plan's page."""
    line = get_object_or_404(SchemeLine.objects.select_related("version"), uuid=uuid)
    revision = request.POST.get("revision", "")
    event = None
    with refusals_told(request):
        event = actions.remove_scheme_line(
            actor=person_of(request),
            at=timezone.now(),
            line=line,
            revision=int(revision) if revision.isdecimal() and len(revision) < 9 else 0,
        )
    if event is None:
        return redirect("plans:line", uuid)
    version = version_or_404(line.version.uuid)
    context = of_version(request, version, "Line removed", line=line, event=event)
    return render(request, "plans/removed.html", context)


@require_POST
def undo_change(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take back one edit or removal of a line."""
    event = get_object_or_404(AuditEvent, uuid=uuid)
    with refusals_told(request):
        actions.undo_edit(actor=person_of(request), at=timezone.now(), event=event)
        messages.success(request, "Undone: the line says again what it said before.")
    line = SchemeLine.objects.filter(uuid=event.subject_uuid).first()
    income = IncomeLine.objects.filter(uuid=event.subject_uuid).first()
    if line is not None:
        return redirect("plans:line", line.uuid)
    return redirect("plans:income-line", income.uuid) if income else redirect("site:home")


def withdraw_top_up(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Withdraw a voluntary contribution: first what it would do, then do it, then what it did."""
    line = get_object_or_404(IncomeLine.objects.select_related("version__plan__area"), uuid=uuid)
    version = queries.version_named(line.version.uuid)
    bodies = queries.bodies_to_write_for(person_of(request), version.plan.area, today())
    form = WithdrawForm(request.POST if request.method == "POST" else None, bodies=bodies)
    context: dict[str, Any] = {"line": line, "form": form, "round": load_round(version.plan.round_id)}
    try:
        context["would"] = effects_of(line, reduce_schemes=True, today=today())
        if form.is_bound and form.is_valid():
            given = form.cleaned_data
            written, did = actions.withdraw_top_up(
                actor=person_of(request),
                at=timezone.now(),
                line=line,
                withdrawn_on=given["withdrawn_on"],
                reason=given["reason"],
                reduce_schemes=given["schemes"] == "reduce",
                body=given["body"],
            )
            context |= {"did": did, "written": written}
            return render(request, "plans/withdrawn.html", of_version(request, written, "Top-up withdrawn", **context))
    except PlanError as refused:
        context["refused"] = str(refused)
    return render(request, "plans/withdraw.html", of_version(request, version, "Withdraw a top-up", **context))
