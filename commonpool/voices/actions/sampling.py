"""The criteria by which sites should differ, and the places that might become sites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.db.models.deletion import ProtectedError

from commonpool.people.models import Person
from commonpool.places.models import Organisation
from commonpool.voices.actions.events import tell
from commonpool.voices.actions.fieldwork import CHANGED_MEANWHILE, add_site, set_levels
from commonpool.voices.errors import StepError
from commonpool.voices.models import Candidate, CellTarget, Criterion, Level, Site, SiteLevel, Study
from commonpool.voices.queries.sampling import levels_of_facts
from commonpool.voices.rules import sampling as rules


@transaction.atomic
def keep_criterion(
    *,
    actor: Person | None,
    at: datetime,
    study: Study,
    name: str,
    levels: Sequence[rules.Level],
    criterion: Criterion | None = None,
    revision: int = 0,
) -> Criterion:
    """A new criterion, or other words for one that there is. Raises StepError and ValidationError.

    A level keeps its sites as long as its name stays. One that a site has cannot be left out.
    """
    kept = criterion and Criterion.objects.select_for_update().get(pk=criterion.pk)
    if kept and kept.revision != revision:
        raise StepError(CHANGED_MEANWHILE)
    last = Criterion.objects.filter(study=study).aggregate(last=Max("place"))["last"]
    row = kept or Criterion(study=study, place=0 if last is None else last + 1, revision=0)
    row.name, row.revision = name.strip(), row.revision + 1
    row.full_clean()
    row.save()
    _write_levels(row, levels)
    after = {"study": study.uuid, "levels": len(levels), "targets": [each.target for each in levels]}
    tell("change_criterion" if kept else "add_criterion", row, actor=actor, at=at, after=after)
    return row


def _write_levels(criterion: Criterion, levels: Sequence[rules.Level]) -> None:
    if len(levels) < 2:
        raise StepError("Give two levels or more: sites cannot differ by one.")
    old = {level.name.casefold(): level for level in criterion.levels.all()}
    kept = {level.name.strip().casefold() for level in levels}
    if len(kept) < len(levels):
        raise StepError("Two levels have the same name. Give one of them another.")
    for gone in (row for name, row in old.items() if name not in kept):
        try:
            gone.delete()
        except ProtectedError:
            raise StepError(f"A site has the level ‘{gone.name}’. Give that site another level first.") from None
    for place, level in enumerate(levels):
        row = old.get(level.name.strip().casefold()) or Level(criterion=criterion)
        row.name, row.place, row.lowest, row.target = level.name.strip(), place, level.lowest, level.target
        row.full_clean(validate_unique=False, validate_constraints=False)
        row.save()


@transaction.atomic
def remove_criterion(*, actor: Person | None, at: datetime, criterion: Criterion) -> None:
    """Take a criterion away, with what is said of each site by it."""
    before = {"study": criterion.study.uuid, "levels": criterion.levels.count()}
    tell("remove_criterion", criterion, actor=actor, at=at, before=before, after=None)
    SiteLevel.objects.filter(criterion=criterion).delete()
    criterion.delete()


@transaction.atomic
def set_cell_target(
    *, actor: Person | None, at: datetime, study: Study, down: Level, across: Level, target: int | None
) -> None:
    """How many sites of both levels the study wants; None takes the target away. Raises StepError."""
    if down.criterion_id == across.criterion_id or {down.criterion.study_id, across.criterion.study_id} != {study.pk}:
        raise StepError("A cell stands where levels of two criteria of the study meet.")
    first, second = sorted((down, across), key=lambda level: (level.criterion.place, level.criterion_id))
    CellTarget.objects.filter(down=first, across=second).delete()
    if target is not None:
        CellTarget.objects.create(study=study, down=first, across=second, target=target)
    after = {"down": first.uuid, "across": second.uuid, "target": target}
    tell("set_cell_target", study, actor=actor, at=at, after=after)


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a file of candidates: its name, the area that it is, and its facts in the order of the columns."""

    name: str
    area: Organisation | None
    facts: tuple[tuple[str, str], ...]


@transaction.atomic
def keep_candidates(*, actor: Person | None, at: datetime, study: Study, places: Sequence[Place]) -> int:
    """Keep the places of a file as the study's candidates, in the stead of those before that are no sites. How many."""
    Candidate.objects.filter(study=study, site=None).delete()
    taken = {row.name.casefold(): row for row in Candidate.objects.filter(study=study)}
    for place in places:
        row = taken.get(place.name.casefold()) or Candidate(study=study)
        row.name, row.area, row.facts = place.name, place.area, [list(pair) for pair in place.facts]
        row.full_clean()
        row.save()
    tell("keep_candidates", study, actor=actor, at=at, after={"candidates": len(places)})
    return len(places)


@transaction.atomic
def make_site(*, actor: Person | None, at: datetime, candidate: Candidate) -> Site:
    """Take a candidate among the study's sites, with the levels that its facts give it. Raises StepError."""
    held = Candidate.objects.select_for_update(of=("self",)).select_related("study", "area").get(pk=candidate.pk)
    if held.site_id is not None:
        raise StepError(f"{held.name} is a site already.")
    site = add_site(actor=actor, at=at, study=held.study, name=held.name, area=held.area)
    levels: Mapping[Criterion, Level | None] = levels_of_facts(held)
    set_levels(actor=actor, at=at, site=site, levels=levels)
    held.site = site
    held.save(update_fields=["site"])
    return site
