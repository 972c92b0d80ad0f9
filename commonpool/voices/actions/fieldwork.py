"""Sites, participants and interviews of a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from commonpool.people.models import Person
from commonpool.places.models import Organisation
from commonpool.voices.actions.approvals import refuse_what_is_not_allowed
from commonpool.voices.actions.events import tell
from commonpool.voices.errors import StepError
from commonpool.voices.models import (
    Criterion,
    EarlierSeal,
    GuideVersion,
    Interview,
    Level,
    Participant,
    Site,
    SiteLevel,
    Study,
    Taking,
)
from commonpool.voices.queries.guides import guide_on
from commonpool.voices.sealing import the_keys

CHANGED_MEANWHILE = (
    "Somebody has changed this since you opened it. What you typed is below: compare it with what is kept now, then "
    "save it once more from there."
)


# -- sites


@transaction.atomic
def add_site(*, actor: Person | None, at: datetime, study: Study, name: str, area: Organisation | None = None) -> Site:
    """A site of the study. Raises ValidationError."""
    site = Site(study=study, name=name.strip(), area=area)
    site.full_clean()
    site.save()
    tell("add_site", site, actor=actor, at=at, after={"study": study.uuid, "area": area.uuid if area else None})
    return site


@transaction.atomic
def change_site(
    *, actor: Person | None, at: datetime, site: Site, name: str, area: Organisation | None, revision: int
) -> Site:
    """Another name or area. Raises StepError and ValidationError."""
    held = Site.objects.select_for_update(of=("self",)).select_related("area").get(pk=site.pk)
    if held.revision != revision:
        raise StepError(CHANGED_MEANWHILE)
    before = {"area": held.area.uuid if held.area else None, "revision": held.revision}
    held.name, held.area, held.revision = name.strip(), area, held.revision + 1
    held.full_clean()
    held.save()
    after = {"area": area.uuid if area else None, "revision": held.revision}
    tell("change_site", held, actor=actor, at=at, before=before, after=after)
    return held


@transaction.atomic
def set_levels(*, actor: Person | None, at: datetime, site: Site, levels: Mapping[Criterion, Level | None]) -> None:
    """Say which level of each of these criteria a site has; None for one that is not known."""
    for criterion, level in levels.items():
        if criterion.study_id != site.study_id or (level is not None and level.criterion_id != criterion.pk):
            raise StepError("This level belongs to another criterion or study.")
    SiteLevel.objects.filter(site=site, criterion__in=levels).delete()
    known = [(criterion, level) for criterion, level in levels.items() if level is not None]
    SiteLevel.objects.bulk_create(
        [SiteLevel(site=site, criterion=criterion, level=level) for criterion, level in known]
    )
    after = {"levels": sorted(str(level.uuid) for _, level in known)}
    tell("set_levels", site, actor=actor, at=at, after=after)


# -- participants


@transaction.atomic
def add_participant(
    *,
    actor: Person | None,
    at: datetime,
    study: Study,
    pseudonym: str,
    site: Site | None = None,
    organisation_type: str = "",
    role_group: str = "",
    real_name: str = "",
) -> Participant:
    """Somebody to be heard, with a key of their own; the real name is sealed with it. Raises ValidationError."""
    person = Participant(
        study=study,
        site=site,
        pseudonym=pseudonym.strip(),
        organisation_type=organisation_type.strip(),
        role_group=role_group.strip(),
    )
    _of_study(study.pk, site)
    person.full_clean()
    if real_name.strip():
        person.sealed_name = the_keys().seal(person.uuid, real_name.strip())
    else:
        the_keys().make(person.uuid)
    person.save()
    tell("add_participant", person, actor=actor, at=at, after={"study": study.uuid})
    return person


@transaction.atomic
def change_participant(
    *,
    actor: Person | None,
    at: datetime,
    participant: Participant,
    revision: int,
    pseudonym: str,
    site: Site | None = None,
    organisation_type: str = "",
    role_group: str = "",
    real_name: str | None = None,
) -> Participant:
    """Say something else of a participant. `real_name` None leaves the name as it is sealed. Raises as `add`."""
    held = Participant.objects.select_for_update(of=("self",)).select_related("site").get(pk=participant.pk)
    if held.revision != revision:
        raise StepError(CHANGED_MEANWHILE)
    if held.withdrawn_at is not None:
        raise StepError("This participant withdrew. Nothing about them is changed any more.")
    before = _of_participant(held)
    _of_study(held.study_id, site)
    held.pseudonym, held.site = pseudonym.strip(), site
    held.organisation_type, held.role_group = organisation_type.strip(), role_group.strip()
    held.revision += 1
    held.full_clean()
    if real_name is not None:
        held.sealed_name = the_keys().seal(held.uuid, real_name.strip()) if real_name.strip() else b""
    held.save()
    tell("change_participant", held, actor=actor, at=at, before=before, after=_of_participant(held))
    return held


# -- interviews


@transaction.atomic
def record_interview(
    *,
    actor: Person | None,
    at: datetime,
    study: Study,
    name: str,
    participants: Sequence[Participant],
    site: Site | None = None,
    kind: str = Interview.Kind.SINGLE,
    mode: str = "",
    held_on: date | None = None,
    minutes: int | None = None,
    interviewer: Person | None = None,
    guide: GuideVersion | None = None,
    others: str = "",
    others_words: str = "",
    notes: str = "",
) -> Interview:
    """An interview that was held, with those who took part. Raises ValidationError, and StepError without approval.

    guide  None for the version that was in use on that day, where it is known
    """
    held = Interview(
        study=study,
        site=site,
        name=name.strip(),
        kind=kind,
        mode=mode,
        held_on=held_on,
        minutes=minutes,
        interviewer=interviewer,
        guide=guide or guide_on(study, held_on),
        others=others,
        others_words=others_words.strip(),
    )
    _keep(held, participants, notes, at)
    after = {"study": study.uuid, **_of_interview(held, len(participants))}
    tell("record_interview", held, actor=actor, at=at, after=after)
    return held


@transaction.atomic
def change_interview(
    *,
    actor: Person | None,
    at: datetime,
    interview: Interview,
    revision: int,
    name: str,
    participants: Sequence[Participant],
    site: Site | None = None,
    kind: str = Interview.Kind.SINGLE,
    mode: str = "",
    held_on: date | None = None,
    minutes: int | None = None,
    interviewer: Person | None = None,
    guide: GuideVersion | None = None,
    others: str = "",
    others_words: str = "",
    notes: str = "",
) -> Interview:
    """Say something else of an interview. Raises as `record_interview`, and where somebody changed it meanwhile."""
    held = Interview.objects.select_for_update(of=("self",)).select_related("study", "site").get(pk=interview.pk)
    if held.revision != revision:
        raise StepError(CHANGED_MEANWHILE)
    before = _of_interview(held, held.takings.count())
    held.name, held.site, held.kind, held.mode = name.strip(), site, kind, mode
    held.held_on, held.minutes, held.interviewer = held_on, minutes, interviewer
    held.guide = guide or guide_on(held.study, held_on)
    held.others, held.others_words = others, others_words.strip()
    held.revision += 1
    _keep(held, participants, notes, at)
    after = _of_interview(held, len(participants))
    tell("change_interview", held, actor=actor, at=at, before=before, after=after)
    return held


def _keep(held: Interview, participants: Sequence[Participant], notes: str, at: datetime) -> None:
    """Save the interview with those who took part and its notes, if it may have been held."""
    _of_study(held.study_id, held.site, held.guide, *participants)
    if held.held_on is not None and held.held_on > at.date():
        raise StepError("The interview is in the future. Record it when it was held.")
    if held.kind == Interview.Kind.SINGLE and len(participants) > 1:
        raise StepError(f"{len(participants)} people took part. Say that it was a group, or name one of them.")
    held.full_clean()
    refuse_what_is_not_allowed(held.study, held.site, held.held_on, at.date())
    _seal_notes(held, participants, notes)
    held.save()
    kept = {each.pk for each in participants}
    held.takings.exclude(participant__in=kept).delete()
    there = set(held.takings.values_list("participant", flat=True))
    if gone := [each.pseudonym for each in participants if each.withdrawn_at and each.pk not in there]:
        raise StepError(f"{', '.join(gone)} withdrew, and cannot be named for an interview any more.")
    Taking.objects.bulk_create([Taking(interview=held, participant_id=pk) for pk in sorted(kept - there)])


def _seal_notes(held: Interview, participants: Sequence[Participant], notes: str) -> None:
    """One person's interview is noted down under their own key, so that it goes when they withdraw."""
    if not notes.strip():
        held.sealed_notes = b""
        return
    alone = participants[0] if len(participants) == 1 else None
    if alone is not None and alone.withdrawn_at is not None:
        raise StepError(f"{alone.pseudonym} withdrew, so no notes of this interview are kept any more. Clear them.")
    before, held.notes_key = held.notes_key, alone.uuid if alone else held.uuid
    held.sealed_notes = the_keys().seal(held.notes_key, notes.strip())
    if alone is not None and before is not None and before != alone.uuid:
        # Backups hold the notes under the key before: it goes too when the participant withdraws.
        EarlierSeal.objects.get_or_create(participant=alone, key_id=before)


def _of_study(study: int, *rows: Site | GuideVersion | Participant | None) -> None:
    for row in rows:
        if row is not None and row.study_id != study:
            raise StepError(f"‘{row}’ belongs to another study.")


def _of_participant(row: Participant) -> dict[str, object]:
    return {"site": row.site.uuid if row.site else None, "revision": row.revision}


def _of_interview(row: Interview, people: int) -> dict[str, object]:
    return {
        "kind": row.kind,
        "mode": row.mode,
        "held_on": row.held_on,
        "people": people,
        "site": row.site.uuid if row.site else None,
    }
