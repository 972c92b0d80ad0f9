"""Taking out again what an import brought, while nothing has been built upon it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Model, ProtectedError

from commonpool.people.models import Person
from commonpool.voices.actions.codebooks import change_codebook
from commonpool.voices.actions.events import tell
from commonpool.voices.errors import StepError
from commonpool.voices.models import (
    BroughtIn,
    Coding,
    Memo,
    ProjectImport,
    Study,
    TeamMember,
    Transcript,
    TranscriptVersion,
)
from commonpool.voices.queries.codebooks import changes_of
from commonpool.voices.queries.codings import built_upon
from commonpool.voices.rules import codebook as rules
from commonpool.voices.sealing import the_keys

State = ProjectImport.State
BATCH = 500


@transaction.atomic
def undo_project(*, actor: Person | None, at: datetime, held: ProjectImport) -> ProjectImport:
    """Take everything out that the import brought. Raises StepError with every reason why something hangs on it."""
    study = Study.objects.select_for_update().get(pk=held.study_id)
    row = ProjectImport.objects.select_for_update().get(pk=held.pk)
    if row.state != State.KEPT:
        raise StepError(f"There is nothing of this import to undo: {row.get_state_display().lower()}.")
    made: dict[str, list[UUID]] = defaultdict(list)
    for kind, uuid in BroughtIn.objects.filter(brought_by=row).values_list("kind", "uuid"):
        made[kind].append(uuid)
    if reasons := list(_against(study, row, made)):
        raise StepError("It cannot be undone any more. " + " ".join(reasons))
    try:
        _take_out(actor, at, study, row, made)
    except ProtectedError:
        raise StepError("Something was built upon what it brought. Take that away first.") from None
    row.state = State.UNDONE
    row.save(update_fields=["state"])
    row.made.all().delete()
    row.aside.all().delete()
    row.files.all().delete()
    transaction.on_commit(lambda: the_keys().discard(row.uuid))
    tell("undo_project", row, actor=actor, at=at, after={kind: len(uuids) for kind, uuids in made.items()})
    return row


def _against(study: Study, row: ProjectImport, made: dict[str, list[UUID]]) -> Iterator[str]:
    own = set(made["coding"]) | set(made["memo"])
    if many := built_upon(study, own, made["transcript"], made["code"]):
        yield f"Made since on its texts or with its codes: {many:,} codings and memos."
    if TranscriptVersion.objects.filter(transcript__uuid__in=made["transcript"], number__gt=1).exists():
        yield "One of its texts has a newer version."
    steps = _additions(study, made["code"])
    if steps and steps[-1] < len(changes_of(study)):
        yield "The framework was changed since."
    others = ProjectImport.objects.filter(study=study, state=State.KEPT).exclude(pk=row.pk)
    if others.filter(decided_at__gte=row.decided_at or row.sent_at, pk__gt=row.pk).exists():
        yield "Another project was brought in since. Undo that first."


def _take_out(
    actor: Person | None, at: datetime, study: Study, row: ProjectImport, made: dict[str, list[UUID]]
) -> None:
    _delete(Memo, made["memo"])
    _delete(Coding, made["coding"])
    texts = list(Transcript.objects.filter(study=study, uuid__in=made["transcript"]))
    Transcript.objects.filter(pk__in=[each.pk for each in texts]).update(newest=None)
    _delete(Transcript, made["transcript"])
    for text in texts:
        transaction.on_commit(lambda uuid=text.uuid: the_keys().discard(uuid))  # type: ignore[misc]
    if steps := _additions(study, made["code"]):
        undo = rules.undo_of(changes_of(study), steps[0], through=steps[-1])
        change_codebook(actor=actor, at=at, study=study, changes=[undo], reason="An import was undone")
    _delete(TeamMember, made["member"])


def _additions(study: Study, codes: Iterable[UUID]) -> list[int]:
    """The numbers of the changes that added these codes: they were made together, one after another."""
    guids = {str(each).upper() for each in codes}
    numbered = enumerate(changes_of(study), start=1)
    return [number for number, change in numbered if isinstance(change, rules.Add) and change.code.guid in guids]


def _delete(kind: type[Model], uuids: list[UUID]) -> None:
    for start in range(0, len(uuids), BATCH):
        kind._default_manager.filter(uuid__in=uuids[start : start + BATCH]).delete()
