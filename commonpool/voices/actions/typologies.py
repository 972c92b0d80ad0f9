"""Typologies: naming types, and saying which case is of which, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from commonpool.people.models import Person
from commonpool.voices.actions.events import tell
from commonpool.voices.errors import StepError
from commonpool.voices.models import CaseType, TeamMember, TypeAssignment, Typology
from commonpool.voices.queries.cases import Case

LONGEST_NAME: Final = 120


@transaction.atomic
def make_typology(
    *, actor: Person | None, at: datetime, member: TeamMember, name: str, case_kind: str, types: Sequence[str]
) -> Typology:
    """A new typology with these types, two or more. Raises StepError and ValidationError."""
    made = Typology(study_id=member.study_id, name=name.strip(), case_kind=case_kind, made_by=member, made_at=at)
    made.full_clean()
    names = [each.strip() for each in types if each.strip()]
    if len({each.casefold() for each in names}) != len(names) or len(names) < 2:
        raise StepError("Name at least two types, each once, on a line of its own.")
    if long := [each for each in names if len(each) > LONGEST_NAME]:
        raise StepError(f"‘{long[0][:40]} …’ is longer than {LONGEST_NAME} characters. Give the type a shorter name.")
    made.save()
    CaseType.objects.bulk_create([CaseType(typology=made, name=each, place=place) for place, each in enumerate(names)])
    tell("make_typology", made, actor=actor, at=at, after={"case_kind": case_kind, "types": len(names)})
    return made


@dataclass(frozen=True, slots=True)
class Given:
    """The type of one case and the reason; None takes the type away."""

    type: CaseType | None
    reason: str = ""


@transaction.atomic
def assign_types(
    *, actor: Person | None, at: datetime, member: TeamMember, typology: Typology, given: Mapping[Case, Given]
) -> int:
    """Say of these cases which type they are; only what differs is written. How many changed. Raises StepError."""
    Typology.objects.select_for_update().get(pk=typology.pk)
    lacking = [case.name for case, each in given.items() if each.type is not None and not each.reason.strip()]
    if lacking:
        raise StepError(f"Say why for {', '.join(lacking)}: a type without a reason cannot be followed by others.")
    held = {each.case_id: each for each in typology.assignments.select_related("type")}
    changed = {case: each for case, each in given.items() if _differs(held.get(case.id), each)}
    for case, each in changed.items():
        assert case.kind == typology.case_kind, "cases are of the typology's kind"
        _assign(held.get(case.id), typology, case, each, member, at)
    if changed:
        said = [[str(case.uuid), str(each.type.uuid) if each.type else None] for case, each in changed.items()]
        tell("assign_types", typology, actor=actor, at=at, after={"types": said})
    return len(changed)


def _differs(held: TypeAssignment | None, given: Given) -> bool:
    if held is None or given.type is None:
        return (held is None) != (given.type is None)
    return (held.type_id, held.reason) != (given.type.pk, given.reason.strip())


def _assign(
    held: TypeAssignment | None, typology: Typology, case: Case, given: Given, member: TeamMember, at: datetime
) -> None:
    if given.type is None:
        if held is not None:
            held.delete()
        return
    row = held or TypeAssignment(typology=typology, **{f"{case.kind}_id": case.id})
    row.type, row.reason, row.assigned_by, row.assigned_at = given.type, given.reason.strip(), member, at
    row.full_clean()
    row.save()


@transaction.atomic
def remove_typology(*, actor: Person | None, at: datetime, typology: Typology) -> Typology:
    """Take a typology away; it can be put back. Raises StepError where it is gone already."""
    held = Typology.objects.select_for_update().get(pk=typology.pk)
    if held.removed_at is not None:
        raise StepError("This typology was taken away already.")
    held.removed_at = at
    held.save(update_fields=["removed_at"])
    tell("remove_typology", held, actor=actor, at=at, before={"is_removed": False}, after={"is_removed": True})
    return held


@transaction.atomic
def put_typology_back(*, actor: Person | None, at: datetime, typology: Typology) -> Typology:
    """Put a typology back with its cases. Raises StepError and ValidationError."""
    held = Typology.objects.select_for_update().get(pk=typology.pk)
    if held.removed_at is None:
        raise StepError("This typology is here already.")
    held.removed_at = None
    held.full_clean()
    held.save(update_fields=["removed_at"])
    tell("put_typology_back", held, actor=actor, at=at, before={"is_removed": True}, after={"is_removed": False})
    return held
