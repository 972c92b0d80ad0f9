"""Recording what a participant agrees to."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from commonpool.people.models import Person
from commonpool.voices.actions.events import tell
from commonpool.voices.errors import StepError
from commonpool.voices.models import Participant, ResearchConsent


@transaction.atomic
def record_consent(
    *,
    actor: Person | None,
    at: datetime,
    participant: Participant,
    given_on: date,
    may_record: bool,
    may_quote: bool,
    may_archive: bool,
    note: str = "",
) -> ResearchConsent:
    """What the participant agreed to on that day. It takes the place of what was agreed before, which stays on record.

    Raises StepError for a day to come, and for somebody who withdrew.
    """
    held = Participant.objects.select_for_update().get(pk=participant.pk)
    if held.withdrawn_at is not None:
        raise StepError(f"{held.pseudonym} withdrew, so nothing is agreed to any more.")
    if given_on > at.date():
        raise StepError("The day has not come yet. Write the day on which they agreed.")
    scope = {"may_record": may_record, "may_quote": may_quote, "may_archive": may_archive}
    made = ResearchConsent(
        participant=held, given_on=given_on, note=note.strip(), recorded_by=actor, recorded_at=at, **scope
    )
    made.full_clean()
    made.save()
    tell("record_consent", made, actor=actor, at=at, after={"participant": held.uuid, "given_on": given_on, **scope})
    return made
