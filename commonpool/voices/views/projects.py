"""A study's way to other coding programs and back: export with its losses, import with a preview, undo."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_POST

from commonpool.sheets import Unreadable
from commonpool.voices.actions import projects as actions
from commonpool.voices.actions.asides import forget_asides
from commonpool.voices.actions.project_undo import undo_project
from commonpool.voices.errors import StepError
from commonpool.voices.forms.projects import ProjectFileForm, ReadAsForm, WhoCodedForm
from commonpool.voices.models import ProjectExport, ProjectImport, Study, TeamMember
from commonpool.voices.queries.asides import left_aside
from commonpool.voices.queries.importing import Users, likely_users, opened, planned, read_waiting
from commonpool.voices.queries.project_files import KINDS, project_file
from commonpool.voices.reading.projects import OffsetsAsked, ReadProject
from commonpool.voices.views.asking import member, of_study, row_or_404, told, who_and_when

SHOWN: Final = 200
TYPES: Final = {"qdpx": "application/zip", "qdc": "application/xml", "json": "application/json", "csv": "text/csv"}
LABELS: Final = {
    "qdpx": "REFI-QDA project (.qdpx): everything",
    "qdc": "REFI-QDA codebook (.qdc): codes alone",
    "csv": "Table of codings (.csv)",
    "json": "For programs (.json)",
}


def export_study(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What an export will hold and what it cannot, before the file itself."""
    study = row_or_404(Study, uuid)
    kind = request.GET.get("as", "qdpx")
    if kind not in KINDS:
        raise Http404
    made = project_file(member(request, study), kind)
    if request.method == "POST":
        actions.record_export(**who_and_when(request), study=study, kind=kind, project=made.project, losses=made.losses)
        answer = HttpResponse(made.content, content_type=TYPES[kind])
        answer["Content-Disposition"] = f'attachment; filename="{slugify(study.title) or "study"}.{kind}"'
        return answer
    losses = list(made.losses)
    context = {
        "kind": kind,
        "labels": LABELS,
        "counts": [(name, count) for name, count in made.project.counts().items() if count],
        "losses": losses[:SHOWN],
        "more_losses": max(len(losses) - SHOWN, 0),
        "exports": ProjectExport.objects.filter(study=study)[:5],
    }
    return render(request, "voices/export.html", of_study(request, study, *_trail(study, "Export"), **context))


def import_project(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Send a project; and those that were sent before."""
    study = row_or_404(Study, uuid)
    form = ProjectFileForm(request.POST, request.FILES) if request.method == "POST" else ProjectFileForm()
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        held = actions.receive_project(**who_and_when(request), study=study, name=file.name, content=file.read())
        return redirect("voices:project-import", held.uuid)
    sent = ProjectImport.objects.filter(study=study).defer("sealed_file")
    context = of_study(request, study, *_trail(study, "Bring in a project"), form=form, sent=sent)
    return render(request, "voices/import_project.html", context)


def project_import(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What a file would bring; keeping it; what it brought."""
    held = row_or_404(ProjectImport, uuid, "study")
    me = member(request, held.study)
    context: dict[str, Any] = {"held": held, "losses": held.losses[:SHOWN], "aside": left_aside(held)}
    if held.state == ProjectImport.State.WAITING:
        kept = _waiting(request, held, me, context)
        if kept is not None:
            return kept
    trail = (
        ("Reports", reverse("voices:reports", args=[held.study.uuid])),
        ("Bring in a project", reverse("voices:import-project", args=[held.study.uuid])),
        (held.name, ""),
    )
    return render(request, "voices/project_import.html", of_study(request, held.study, *trail, **context))


def _waiting(request: HttpRequest, held: ProjectImport, me: TeamMember, context: dict[str, Any]) -> HttpResponse | None:
    """Fills the context with the preview; gives an answer where the file was kept just now."""
    context["as_form"] = ReadAsForm(initial={"offsets": held.offsets, "nest_on": held.nest_on})
    try:
        with opened(held) as path:
            read = read_waiting(held, path)
    except OffsetsAsked as asked:
        context |= {"findings": asked.findings, "asked": asked.candidates}
        return None
    except Unreadable as unreadable:
        context["findings"] = unreadable.findings
        return None
    form = _who_form(request, held, read)
    if form.is_bound and form.is_valid():
        users = form.users()
        if told(request, lambda: actions.keep_project(**who_and_when(request), member=me, held=held, users=users)):
            messages.success(request, f"‘{held.name}’ is brought in.")
            return redirect("voices:project-import", held.uuid)
    _preview(held, me, read, form, context)
    return None


def _who_form(request: HttpRequest, held: ProjectImport, read: ReadProject) -> WhoCodedForm:
    people = read.project.users
    team = list(TeamMember.objects.filter(study=held.study).exclude(part=TeamMember.Part.AGREED))
    data = request.POST if request.method == "POST" else None
    return WhoCodedForm(data, users=people, likely=likely_users(held.study, people), team=team)


def _preview(
    held: ProjectImport, me: TeamMember, read: ReadProject, form: WhoCodedForm, context: dict[str, Any]
) -> None:
    chosen: Users = {guid: UUID(str(field.initial)) if field.initial else None for guid, field in form.fields.items()}
    if form.is_bound and form.is_valid():
        chosen = form.users()
    context |= {"read": read, "form": form, "findings": read.findings}
    try:
        plan = planned(me, read, chosen)
    except StepError as refused:
        context["refused"] = str(refused)
        return
    losses = [loss.as_json() for loss in plan.losses]
    context |= {"plan": plan, "counts": plan.counts(), "losses": losses[:SHOWN], "losses_count": len(losses)}


@require_POST
def read_as(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say how a file that waits is to be read."""
    held, form = row_or_404(ProjectImport, uuid), ReadAsForm(request.POST)
    if form.is_valid():
        given = {"offsets": form.cleaned_data["offsets"], "nest_on": form.cleaned_data["nest_on"]}
        told(request, lambda: actions.read_project_as(**who_and_when(request), held=held, **given))
    return redirect("voices:project-import", uuid)


@require_POST
def aside(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Keep nothing of a file that waits."""
    held = row_or_404(ProjectImport, uuid, "study")
    if told(request, lambda: actions.put_project_aside(**who_and_when(request), held=held)):
        messages.success(request, f"Nothing of ‘{held.name}’ is kept.")
    return redirect("voices:import-project", held.study.uuid)


@require_POST
def undo(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take out what an import brought."""
    held = row_or_404(ProjectImport, uuid, "study")
    if told(request, lambda: undo_project(**who_and_when(request), held=held)):
        messages.success(request, f"What ‘{held.name}’ brought is taken out again.")
    return redirect("voices:project-import", uuid)


@require_POST
def forget(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Destroy what an import left aside, for good."""
    held = row_or_404(ProjectImport, uuid, "study")
    if told(request, lambda: forget_asides(**who_and_when(request), held=held)):
        messages.success(request, f"What ‘{held.name}’ left aside is destroyed.")
    return redirect("voices:project-import", uuid)


def _trail(study: Study, here: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("Reports", reverse("voices:reports", args=[study.uuid])), (here, "")
