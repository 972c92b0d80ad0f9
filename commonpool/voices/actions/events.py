"""The one event that each action of this room leaves. It holds ids and numbers: no name, no word of anybody's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Model

from commonpool.audit.actions import record
from commonpool.people.models import Person


def tell(
    action: str,
    subject: Model,
    *,
    actor: Person | None,
    at: datetime,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Add the event to the history. It belongs to no area, so that no area's readers learn of the study."""
    record(actor=actor, action=f"voices.{action}", subject=subject, before=before, after=after, at=at)
