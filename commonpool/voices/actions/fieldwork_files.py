"""Taking in a file of participants or of interviews: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from commonpool.people.models import Person
from commonpool.voices.actions.fieldwork import add_participant, record_interview
from commonpool.voices.models import GuideVersion, Participant, Site, Study
from commonpool.voices.reading.fieldwork import InterviewRow, PersonRow


@transaction.atomic
def import_participants(*, actor: Person | None, at: datetime, study: Study, rows: Sequence[PersonRow]) -> int:
    """Add each participant of a file. How many. Raises as `add_participant` does, and then adds none."""
    sites = {site.name: site for site in Site.objects.filter(study=study)}
    for row in rows:
        add_participant(
            actor=actor,
            at=at,
            study=study,
            pseudonym=row.pseudonym,
            site=sites.get(row.site),
            organisation_type=row.organisation_type,
            role_group=row.role_group,
            real_name=row.real_name,
        )
    return len(rows)


@transaction.atomic
def import_interviews(*, actor: Person | None, at: datetime, study: Study, rows: Sequence[InterviewRow]) -> int:
    """Record each interview of a file. How many. Raises as `record_interview` does, and then records none."""
    sites = {site.name: site for site in Site.objects.filter(study=study)}
    people = {each.pseudonym: each for each in Participant.objects.filter(study=study)}
    guides = {each.number: each for each in GuideVersion.objects.filter(study=study)}
    for row in rows:
        record_interview(
            actor=actor,
            at=at,
            study=study,
            name=row.name,
            participants=[people[each] for each in row.participants],
            site=sites.get(row.site),
            kind=row.kind,
            mode=row.mode,
            held_on=row.held_on,
            minutes=row.minutes,
            guide=guides[row.guide] if row.guide is not None else None,
            others=row.others,
            others_words=row.others_words,
        )
    return len(rows)
