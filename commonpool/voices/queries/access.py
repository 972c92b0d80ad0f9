"""Who may open what of a study: its team alone, while they hold a role that works with interviews."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from commonpool.people.models import Person
from commonpool.people.queries import standing_of
from commonpool.people.rules import Right
from commonpool.voices.models import Study, TeamMember

Part = TeamMember.Part
WRITING: Final = (Part.LEAD, Part.CODER)


def may_begin_study(person: Person, on: date) -> bool:
    """Whether the person may begin a study for some body of theirs."""
    return standing_of(person, on).has(Right.CODE)


def memberships_of(person: Person, on: date) -> QuerySet[TeamMember]:
    """The person's parts in studies on that day; none for somebody who may work with no interviews any more."""
    if not may_begin_study(person, on):
        return TeamMember.objects.none()
    return TeamMember.objects.filter(person_id=person.pk, starts_on__lte=on).filter(
        Q(ends_on=None) | Q(ends_on__gte=on)
    )


def studies_of(person: Person, on: date) -> QuerySet[Study]:
    """The studies whose team the person belongs to."""
    return Study.objects.filter(pk__in=memberships_of(person, on).values("study")).select_related("body")


def member_of(person: Person, study: Study | UUID, on: date) -> TeamMember | None:
    """The person's part in that study; None for everybody else."""
    uuid = study.uuid if isinstance(study, Study) else study
    return memberships_of(person, on).filter(study__uuid=uuid).select_related("study").first()


def may_read(person: Person, model: type[Model], uuid: UUID, on: date) -> bool:
    """Whether the person is on the team of the study that a row belongs to. `model` has a `study`, or is Study."""
    return _with_part(person, model, uuid, on, tuple(Part)) is not None


def may_code(person: Person, model: type[Model], uuid: UUID, on: date) -> bool:
    """Whether the person codes, or leads, in the study that a row belongs to."""
    return _with_part(person, model, uuid, on, WRITING) is not None


def may_lead(person: Person, model: type[Model], uuid: UUID, on: date) -> bool:
    """Whether the person leads the study that a row belongs to."""
    return _with_part(person, model, uuid, on, (Part.LEAD,)) is not None


def study_path(model: type[Model]) -> str:
    """How a row leads to its study, as `transcript__study`."""
    if model is Study:
        return "pk"
    # A row that may belong to several things belongs to the study by the one that it always has.
    names = {field.name for field in model._meta.get_fields() if not field.null}
    for way in ("study", "transcript", "round", "matrix", "theme", "version", "interview", "participant"):
        if way in names:
            target = model._meta.get_field(way).related_model
            assert isinstance(target, type)
            return way if target is Study else f"{way}__{study_path(target)}"
    raise AssertionError(f"{model.__name__} belongs to no study")


def study_id_of(row: Model) -> int:
    """The row id of the study that a row belongs to, also where the row itself was taken away since."""
    if isinstance(row, Study):
        return row.pk
    *way, last = study_path(type(row)).split("__")
    held: Any = row
    for step in way:
        held = getattr(held, step)
    return int(getattr(held, f"{last}_id"))


def _with_part(
    person: Person, model: type[Model], uuid: UUID, on: date, parts: tuple[TeamMember.Part, ...]
) -> TeamMember | None:
    study = model._default_manager.filter(uuid=uuid).values(study_path(model))
    return memberships_of(person, on).filter(study__in=study, part__in=parts).first()
