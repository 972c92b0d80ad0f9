"""What imported projects left aside goes when somebody withdraws: their documents and words, here and in backups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from commonpool.people.models import Person
from commonpool.voices.actions.events import tell
from commonpool.voices.errors import KeyDestroyedError, StepError
from commonpool.voices.models import KeptAside, KeptFile, Participant, ProjectImport, Transcript
from commonpool.voices.queries.texts import opened
from commonpool.voices.queries.withdrawn_words import theirs_in, withdrawn_in
from commonpool.voices.rules.refi.model import Source
from commonpool.voices.rules.refi.packing import packed, unpacked
from commonpool.voices.rules.refi.withdrawn import files_named, without_words
from commonpool.voices.sealing import the_keys

Heard = Mapping[Transcript, Sequence[Participant]]


def take_out_of_imports(participant: Participant) -> set[UUID]:
    """Leave no word of who withdrew in what came with their texts: no document, no name of a passage.

    Everything else that those imports left aside is sealed under a new key. Gives the ids of the keys: once all is
    kept, settle them, so that the backups' copies cannot be read either.
    """
    study, keys = participant.study, the_keys()
    heard = {text: people for text, people in withdrawn_in(study).items() if participant in people}
    kept = ProjectImport.objects.filter(study=study, state=ProjectImport.State.KEPT)
    rows = _sources_of(kept, heard)
    names = {name for row in rows for name in files_named(_source_in(row) or Source(""))}
    begun = [uuid for uuid in kept.values_list("uuid", flat=True) if keys.is_renewed(uuid)]
    touched = Q(pk__in={row.brought_by_id for row in rows}) | Q(files__name__in=names) | Q(uuid__in=begun)
    found = list(kept.filter(touched).distinct().defer("sealed_file"))
    KeptFile.objects.filter(brought_by__in=found, name__in=names).delete()
    for held in found:
        _seal_anew(held, {text.uuid: (text, people) for text, people in heard.items()})
    return {held.uuid for held in found}


def _sources_of(kept: Iterable[ProjectImport], heard: Heard) -> list[KeptAside]:
    of_texts = KeptAside.objects.filter(brought_by__in=kept, kind="source", guid__in=[text.uuid for text in heard])
    return list(of_texts.select_related("brought_by").defer("brought_by__sealed_file"))


def _source_in(row: KeptAside) -> Source | None:
    words = opened(the_keys(), row.brought_by.uuid, bytes(row.sealed))
    part = unpacked(words) if words is not None else None
    return part if isinstance(part, Source) else None


def _seal_anew(held: ProjectImport, heard: Mapping[UUID, tuple[Transcript, Sequence[Participant]]]) -> None:
    keys = the_keys()
    if not keys.has(held.uuid):
        return
    keys.renew(held.uuid)
    for row in KeptAside.objects.filter(brought_by=held).iterator():
        if (words := opened(keys, held.uuid, bytes(row.sealed))) is None:
            continue
        if row.kind == "source" and row.guid in heard:
            text, people = heard[row.guid]
            words = packed(without_words(unpacked(words), theirs_in(text, people, row.on_version)))
        row.sealed = keys.seal(held.uuid, words)
        row.save(update_fields=["sealed"])
    for pk in KeptFile.objects.filter(brought_by=held).values_list("pk", flat=True):
        _seal_file_anew(KeptFile.objects.get(pk=pk), held.uuid)  # one at a time: recordings are large


def _seal_file_anew(row: KeptFile, key_id: UUID) -> None:
    try:
        row.sealed = the_keys().seal_bytes(key_id, the_keys().open_bytes(key_id, bytes(row.sealed)))
    except KeyDestroyedError:
        return
    row.save(update_fields=["sealed"])


@transaction.atomic
def forget_asides(*, actor: Person | None, at: datetime, held: ProjectImport) -> ProjectImport:
    """Destroy for good all that an import left aside, here and in backups. What pages show stays. Raises StepError."""
    row = ProjectImport.objects.select_for_update(of=("self",)).get(pk=held.pk)
    parts, files = row.aside.count(), row.files.count()
    if row.state != ProjectImport.State.KEPT or not parts + files:
        raise StepError("Nothing of this import is kept aside.")
    row.aside.all().delete()
    row.files.all().delete()
    transaction.on_commit(lambda: the_keys().destroy(row.uuid))
    tell("forget_asides", row, actor=actor, at=at, before={"parts": parts, "files": files}, after=None)
    return row
