"""Sites, participants and interviews of a study."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from commonpool.people.models import Person
from commonpool.places.models import Organisation
from commonpool.voices.actions.events import tell
from commonpool.voices.models import Interview, Participant, Site, Study, Taking
from commonpool.voices.sealing import the_keys


@transaction.atomic
def add_site(*, actor: Person | None, at: datetime, study: Study, name: str, area: Organisation | None = None) -> Site:
    """A site of the study. Raises ValidationError."""
    site = Site(study=study, name=name.strip(), area=area)
    site.full_clean()
    site.save()
    tell("add_site", site, actor=actor, at=at, after={"study": study.uuid, "area": area.uuid if area else None})
    return site


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
    if real_name.strip():
        person.sealed_name = the_keys().seal(person.uuid, real_name.strip())
    else:
        the_keys().make(person.uuid)
    person.full_clean()
    person.save()
    tell("add_participant", person, actor=actor, at=at, after={"study": study.uuid})
    return person


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
) -> Interview:
    """An interview that was held, with those who took part. Raises ValidationError."""
    held = Interview(
        study=study,
        site=site,
        name=name.strip(),
        kind=kind,
        mode=mode,
        held_on=held_on,
        minutes=minutes,
        interviewer=interviewer,
    )
    held.full_clean()
    held.save()
    Taking.objects.bulk_create([Taking(interview=held, participant=each) for each in participants])
    after = {"study": study.uuid, "kind": kind, "mode": mode, "held_on": held_on, "people": len(participants)}
    tell("record_interview", held, actor=actor, at=at, after=after)
    return held
