"""Taking away what was entered by mistake while nothing hangs on it, and putting it back within a day."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.core import serializers
from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.db.models.deletion import ProtectedError

from commonpool.people.models import Person
from commonpool.voices.actions.events import tell
from commonpool.voices.errors import StepError
from commonpool.voices.models import Approach, Candidate, Interview, Participant, Removal, Site, SiteLevel, Taking
from commonpool.voices.models.removals import CAN_BE_PUT_BACK_FOR
from commonpool.voices.sealing import the_keys

HANGS: Final = {
    "taking": "an interview names them",
    "speaker": "they speak in a transcript",
    "transcript": "a transcript records it",
    "participant": "participants belong to it",
    "interview": "interviews were held there",
    "approval": "an approval is of it",
    "approach": "somebody there was asked to take part",
    "researchconsent": "it is recorded what they agreed to",
    "tolookat": "there is something to look at since they withdrew",
    "listedname": "names that hide them are listed",
    "matrixcell": "a matrix has a cell of it",
    "quotation": "they are quoted",
    "typeassignment": "a typology has it",
}


@transaction.atomic
def remove(*, actor: Person | None, at: datetime, row: Participant | Interview | Site | Approach) -> Removal:
    """Take a row away; it can be put back for a day. Raises StepError, saying what hangs on it, or that it is gone."""
    _forget_old(row.study_id, at)
    # Two who take it away at one moment wait for each other here: it is kept to be put back once.
    if not type(row)._default_manager.select_for_update(of=("self",)).filter(pk=row.pk).exists():
        raise StepError("It was taken away already. Look at the list again.")
    kept = json.loads(serializers.serialize("json", [row, *_below(row)]))
    kind = type(row).__name__.lower()
    if isinstance(row, Interview):
        Taking.objects.filter(interview=row).delete()
    tell(f"remove_{kind}", row, actor=actor, at=at, before={"study": row.study.uuid}, after=None)
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError as hanging:
        raise StepError(f"‘{_called(row)}’ cannot be taken away: {_reasons(hanging)}.") from None
    return Removal.objects.create(study_id=row.study_id, kind=kind, content=kept, removed_at=at)


@transaction.atomic
def put_back_removed(*, actor: Person | None, at: datetime, removal: Removal) -> Model:
    """Put back what was taken away, as it was. Raises StepError where that cannot be any more."""
    held = Removal.objects.select_for_update(of=("self",)).filter(pk=removal.pk).first()
    if held is None or held.removed_at < at - CAN_BE_PUT_BACK_FOR:
        raise StepError("It was taken away more than a day ago, or is back already. Enter it again.")
    rows = [each.object for each in serializers.deserialize("json", json.dumps(held.content))]
    for row in rows:
        _refuse_what_hangs_in_the_air(row)
    try:
        with transaction.atomic():
            for row in rows:
                row.save(force_insert=True)
    except IntegrityError:
        raise StepError("Something else has its name by now. Rename that first, then put this back.") from None
    held.delete()
    if isinstance(site := rows[0], Site):
        Candidate.objects.filter(study=site.study_id, name=site.name, site=None).update(site=site)
    tell("put_back_removed", rows[0], actor=actor, at=at, before=None, after={"kind": held.kind})
    return rows[0]


@transaction.atomic
def forget_removed(*, actor: Person | None, at: datetime, removal: Removal) -> None:
    """Let what was taken away go for good before its day is over, with the keys of what it held.

    Raises StepError where somebody has put it back meanwhile: its key opens words again.
    """
    if not _forget(Removal.objects.filter(pk=removal.pk)):
        raise StepError("It is back, or gone for good already. Look at the list again.")
    tell("forget_removed", removal, actor=actor, at=at, before={"kind": removal.kind}, after=None)


def _below(row: Model) -> Sequence[Model]:
    """What goes with a row, and comes back with it."""
    if isinstance(row, Interview):
        return list(Taking.objects.filter(interview=row))
    return list(SiteLevel.objects.filter(site=row)) if isinstance(row, Site) else []


def _called(row: Model) -> str:
    return (str(row.site) if row.site else row.label) if isinstance(row, Approach) else str(row)


def _reasons(hanging: ProtectedError) -> str:
    kinds = dict.fromkeys(type(each) for each in hanging.protected_objects)
    said = [HANGS.get(kind.__name__.lower(), f"it has {kind._meta.verbose_name_plural}") for kind in kinds]
    return " and ".join(said)


def _refuse_what_hangs_in_the_air(row: Model) -> None:
    for field in row._meta.concrete_fields:
        target: Any = field.related_model
        value = getattr(row, field.attname)
        is_within = isinstance(row, Taking | SiteLevel) and field.name in {"interview", "site"}
        if target is not None and value is not None and not is_within and not target.objects.filter(pk=value).exists():
            raise StepError(f"Its {field.verbose_name} was taken away since. Put that back first.")


def _forget_old(study: int, at: datetime) -> None:
    """What can no longer be put back goes for good, and with it the keys of what it held."""
    _forget(Removal.objects.filter(study=study, removed_at__lt=at - CAN_BE_PUT_BACK_FOR))


def _forget(asked: QuerySet[Removal]) -> int:
    """Those of them that nobody has put back go, held until they are gone. Gives how many."""
    old = list(asked.select_for_update(of=("self",)))
    keys = [UUID(each.content[0]["fields"]["uuid"]) for each in old if each.kind in {"participant", "interview"}]
    Removal.objects.filter(pk__in=[each.pk for each in old]).delete()
    transaction.on_commit(lambda: [the_keys().destroy(key) for key in keys])
    return len(old)
