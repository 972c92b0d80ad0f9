"""Bringing projects of other coding programs into a study: sent, looked at, kept or put aside, and undone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from django.db import transaction

from commonpool.people.models import Person
from commonpool.voices.actions.bringing import Bringing
from commonpool.voices.actions.events import tell
from commonpool.voices.errors import StepError
from commonpool.voices.models import ProjectExport, ProjectImport, Study, TeamMember
from commonpool.voices.queries.importing import Planned, opened, planned, read_waiting
from commonpool.voices.reading.held import private_folder
from commonpool.voices.rules.refi.losses import LossReport
from commonpool.voices.rules.refi.model import Project
from commonpool.voices.sealing import keys_only_of_what_stays, the_keys

State = ProjectImport.State


@transaction.atomic
@keys_only_of_what_stays()
def receive_project(*, actor: Person | None, at: datetime, study: Study, name: str, content: bytes) -> ProjectImport:
    """Keep a file, sealed, until somebody decides on it."""
    made = ProjectImport(study=study, name=name[-200:], sha256=sha256(content).hexdigest(), sent_by=actor, sent_at=at)
    made.sealed_file = the_keys().seal_bytes(made.uuid, content)
    made.save()
    tell("send_project", made, actor=actor, at=at, after={"sha256": made.sha256, "size": len(content)})
    return made


@transaction.atomic
def read_project_as(
    *, actor: Person | None, at: datetime, held: ProjectImport, offsets: str, nest_on: str = ""
) -> ProjectImport:
    """Say how a file's positions are counted, and what separates levels in the names of its codes."""
    row = _waiting(held)
    before = {"offsets": row.offsets, "nest_on": row.nest_on}
    row.offsets, row.nest_on = offsets, nest_on
    row.save(update_fields=["offsets", "nest_on"])
    tell("read_project_as", row, actor=actor, at=at, before=before, after={"offsets": offsets, "nest_on": nest_on})
    return row


@transaction.atomic
@keys_only_of_what_stays()
def keep_project(
    *,
    actor: Person | None,
    at: datetime,
    member: TeamMember,
    held: ProjectImport,
    users: Mapping[str, UUID | None],
) -> ProjectImport:
    """Bring the file into the study, all of it or nothing. What is there already is found again and stays.

    users  {GUID of a file's user: uuid of the member that they are}; None, or none given: coded in another program

    Raises StepError, sheets.Unreadable, and rules.codebook.CodebookError.
    """
    Study.objects.select_for_update().get(pk=held.study_id)
    row = _waiting(held)
    with TemporaryDirectory(dir=private_folder()) as folder, opened(row) as path:
        plan = planned(member, read_waiting(row, path, Path(folder)), users)
        Bringing(row, plan, actor, at).bring()
        row.counts, row.losses = [list(each) for each in plan.counts()], [loss.as_json() for loss in plan.losses]
    row.offsets = plan.read.reading.key
    row.users = [[guid, str(uuid or "")] for guid, uuid in users.items()]
    _decide(row, State.KEPT, at)
    after = {"sha256": row.sha256, "offsets": row.offsets, "losses": len(row.losses), **_numbers(plan)}
    tell("import_project", row, actor=actor, at=at, after=after)
    return row


def _numbers(plan: Planned) -> dict[str, object]:
    return {f"{verdict} {kind}": count for verdict, kind, count in plan.counts()}


@transaction.atomic
def put_project_aside(*, actor: Person | None, at: datetime, held: ProjectImport) -> ProjectImport:
    """Keep nothing of a file. Raises StepError where it has been decided."""
    row = _waiting(held)
    _decide(row, State.ASIDE, at)
    transaction.on_commit(lambda: the_keys().discard(row.uuid))
    tell("put_project_aside", row, actor=actor, at=at)
    return row


@transaction.atomic
def record_export(
    *, actor: Person | None, at: datetime, study: Study, kind: str, project: Project, losses: LossReport
) -> ProjectExport:
    """Keep what an export held, and what it did not."""
    made = ProjectExport.objects.create(
        study=study,
        kind=kind,
        counts=[[name, count] for name, count in project.counts().items() if count],
        losses=[loss.as_json() for loss in losses],
        made_by=actor,
        made_at=at,
    )
    tell("export_project", made, actor=actor, at=at, after={"as": kind, "losses": len(losses)})
    return made


def _decide(row: ProjectImport, state: str, at: datetime) -> None:
    row.state, row.decided_at, row.sealed_file = state, at, b""
    row.save()


def _waiting(held: ProjectImport) -> ProjectImport:
    row = ProjectImport.objects.select_for_update(of=("self",)).select_related("study").get(pk=held.pk)
    if row.state != State.WAITING:
        raise StepError(f"This file is not waiting for a decision: {row.get_state_display().lower()}.")
    return row
