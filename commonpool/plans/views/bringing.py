"""Bringing a plan: uploading a workbook, starting one here, taking workbooks away."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonpool.findings import Finding, Severity
from commonpool.plans import actions, queries
from commonpool.plans.actions.uploads import file_of
from commonpool.plans.errors import PlanError
from commonpool.plans.forms import BodyForm, StartForm, UploadForm
from commonpool.plans.models import Upload
from commonpool.plans.queries import files
from commonpool.plans.views.asking import (
    area_or_404,
    of_area,
    of_version,
    person_of,
    refusals_told,
    today,
    version_or_404,
)
from commonpool.policy.reading import load_round, round_ids
from commonpool.policy.rules import PolicyError
from commonpool.sheets import annotate

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def upload(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Send a plan workbook; it is read by a task, whose progress has a page."""
    area = area_or_404(uuid)
    bodies = queries.bodies_to_write_for(person_of(request), area, today())
    form = (
        UploadForm(request.POST, request.FILES, bodies=bodies)
        if request.method == "POST"
        else UploadForm(bodies=bodies)
    )
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["workbook"]
        received = actions.receive_upload(
            actor=person_of(request),
            at=timezone.now(),
            area=area,
            body=form.cleaned_data["body"],
            file_name=file.name,
            chunks=file.chunks(),
        )
        return redirect("plans:progress", received.uuid)
    return render(request, "plans/upload.html", of_area(area, "Upload", form=form, my_bodies=bodies))


def progress(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How far the reading of an upload has come. It can be left; the result waits on the home page."""
    try:
        found = queries.upload_named(uuid)
    except Upload.DoesNotExist:
        raise Http404 from None
    if request.GET.get("format") == "json":
        return JsonResponse({"state": found.state, "done": found.finished_at is not None})
    if found.version is not None:
        if found.version.recorded_at < found.received_at or found.version.source_file_name != found.file_name:
            messages.info(request, f"This very file is version {found.version.number} already.")
        return redirect("plans:findings", found.version.uuid)
    context = {
        "upload": found,
        "refusal": [_finding(said) for said in found.refusal],
        "is_waiting": found.finished_at is None,
    }
    return render(request, "plans/progress.html", of_area(found.area, "Upload", **context))


def _finding(said: dict[str, Any]) -> Finding:
    return Finding(**{**said, "severity": Severity(said["severity"])})


def start(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Make a plan here, with the published amounts filled in."""
    area = area_or_404(uuid)
    bodies = queries.bodies_to_write_for(person_of(request), area, today())
    rounds = [each for each in map(load_round, reversed(round_ids())) if each.has_template]
    form = StartForm(request.POST if request.method == "POST" else None, bodies=bodies, rounds=rounds)
    if form.is_bound and form.is_valid():
        try:
            made = actions.start_draft(
                actor=person_of(request),
                at=timezone.now(),
                area=area,
                body=form.cleaned_data["body"],
                round_id=form.cleaned_data["round_id"],
            )
        except PlanError as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("plans:version", made.uuid)
    return render(request, "plans/start.html", of_area(area, "Start a plan", form=form))


def copy(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Go on from a version in a new draft of one's own."""
    base = version_or_404(uuid)
    bodies = queries.bodies_to_write_for(person_of(request), base.plan.area, today())
    form = BodyForm(request.POST if request.method == "POST" else None, bodies=bodies)
    if form.is_bound and form.is_valid():
        made = actions.copy_version(
            actor=person_of(request), at=timezone.now(), base=base, body=form.cleaned_data["body"]
        )
        messages.success(
            request, f"Version {made.number} says the same as version {base.number}, and is yours to change."
        )
        return redirect("plans:version", made.uuid)
    return render(request, "plans/copy.html", of_version(request, base, "New version", form=form))


@require_POST
def undo_version(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take back an upload or a new draft."""
    version = version_or_404(uuid)
    with refusals_told(request):
        actions.undo_version(actor=person_of(request), at=timezone.now(), version=version)
        messages.success(request, f"Version {version.number} is undone. The version before it is shown again.")
    return redirect("plans:plan", version.plan.area.uuid)


def template_file(request: HttpRequest, uuid: UUID, round_id: str) -> HttpResponse:
    """A round's workbook, pre-filled with what is published for the area."""
    area = area_or_404(uuid)
    try:
        round_ = load_round(round_id)
    except PolicyError:
        raise Http404 from None
    if not round_.has_template:
        raise Http404
    made = files.template_file(area, round_)
    return _workbook(made, f"plan-{round_.id}-{_plain(area.name)}.xlsx")


def as_workbook(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A version as a workbook, to be filled in further and uploaded again."""
    version = version_or_404(uuid)
    made = files.version_file(version)
    return _workbook(made, f"plan-{version.plan.round_id}-{_plain(version.plan.area.name)}-v{version.number}.xlsx")


def annotated(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The uploaded workbook with a comment in each faulty cell; all else in it is untouched."""
    version = version_or_404(uuid)
    source = file_of(version.source_sha256) if version.source_sha256 else None
    if source is None or not source.exists():
        messages.error(request, "This version was not made from a workbook that is kept here. Download it as one.")
        return redirect("plans:findings", version.uuid)
    found = [queries.as_finding(each) for each in version.findings.all()]
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "annotated.xlsx"
        annotate(source, found, target, title=f"Findings of version {version.number}")
        made = target.read_bytes()
    stem = Path(version.source_file_name).stem or "plan"
    return _workbook(made, f"{stem}-annotated.xlsx")


def _workbook(made: bytes, name: str) -> HttpResponse:
    response = HttpResponse(made, content_type=XLSX)
    response["Content-Disposition"] = _attachment(name)
    return response


def _attachment(name: str) -> str:
    from django.utils.http import content_disposition_header

    return content_disposition_header(as_attachment=True, filename=name) or "attachment"


def _plain(name: str) -> str:
    from django.utils.text import slugify

    return slugify(name) or "area"
