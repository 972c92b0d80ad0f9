"""The recruitment log: who was asked, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from commonpool.people.models import Person
from commonpool.voices.actions.events import tell
from commonpool.voices.actions.fieldwork import CHANGED_MEANWHILE
from commonpool.voices.errors import StepError
from commonpool.voices.models import Approach, Site, Study


@dataclass(frozen=True, slots=True)
class Asking:
    """What is kept of one approach; see `models.Approach`."""

    site: Site | None = None
    label: str = ""
    channel: str = ""
    made_on: date | None = None
    people: int | None = None
    attempts: int | None = None
    outcome: str = ""
    reason: str = ""
    words: str = ""


@transaction.atomic
def log_approach(*, actor: Person | None, at: datetime, study: Study, asking: Asking) -> Approach:
    """Log an approach. Raises ValidationError and StepError."""
    row = Approach(study=study, revision=0)
    _write(row, asking, at)
    tell("log_approach", row, actor=actor, at=at, after=_said(row))
    return row


@transaction.atomic
def change_approach(
    *, actor: Person | None, at: datetime, approach: Approach, asking: Asking, revision: int
) -> Approach:
    """Say what came of an approach, or correct it. Raises ValidationError and StepError."""
    held = Approach.objects.select_for_update(of=("self",)).select_related("study", "site").get(pk=approach.pk)
    if held.revision != revision:
        raise StepError(CHANGED_MEANWHILE)
    before = _said(held)
    _write(held, asking, at)
    tell("change_approach", held, actor=actor, at=at, before=before, after=_said(held))
    return held


def _write(row: Approach, asking: Asking, at: datetime) -> None:
    if asking.site is not None and asking.site.study_id != row.study_id:
        raise StepError("This site belongs to another study.")
    if asking.made_on is not None and asking.made_on > at.date():
        raise StepError("The day is in the future. Log an approach when it was made.")
    for name in Asking.__dataclass_fields__:
        value = getattr(asking, name)
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    row.revision += 1
    row.full_clean()
    row.save()


def _said(row: Approach) -> dict[str, object]:
    return {
        "site": row.site.uuid if row.site else None,
        "channel": row.channel,
        "people": row.people,
        "attempts": row.attempts,
        "outcome": row.outcome,
        "reason": row.reason,
    }
