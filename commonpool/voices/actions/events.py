"""The one event that each action of this room leaves. It holds ids and numbers: no name, no word of anybody's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Model

from commonpool.audit.actions import record
from commonpool.people.models import Person
from commonpool.voices.models import StudyEvent
from commonpool.voices.queries.access import study_id_of


def tell(
    action: str,
    subject: Model,
    *,
    actor: Person | None,
    at: datetime,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Add the event to the history, and to the study of whatever it tells of.

    It belongs to no area, so that no area's readers learn of the study. `subject` leads to its study as
    `queries.access.study_path` says.
    """
    event = record(actor=actor, action=f"voices.{action}", subject=subject, before=before, after=after, at=at)
    StudyEvent.objects.create(study_id=study_id_of(subject), event=event)
