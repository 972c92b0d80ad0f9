"""Reading the history."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from commonpool.audit.models import AuditEvent


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events somebody asks for; None does not narrow."""

    area: UUID | None = None
    subject: UUID | None = None
    action: str | None = None
    actor: UUID | None = None
    since: datetime | None = None
    before: datetime | None = None
    # Organisations of whoever asks: what is private to another stays hidden.
    bodies: frozenset[UUID] = field(default_factory=frozenset)


def events(wanted: Wanted) -> QuerySet[AuditEvent]:
    """The events asked for that these bodies may see, newest first."""
    narrowed = {
        "area_uuid": wanted.area,
        "subject_uuid": wanted.subject,
        "action": wanted.action or None,
        "actor__uuid": wanted.actor,
        "happened_at__gte": wanted.since,
        "happened_at__lt": wanted.before,
    }
    given = {field: value for field, value in narrowed.items() if value is not None}
    visible = Q(private_to_uuid=None) | Q(private_to_uuid__in=wanted.bodies)
    return AuditEvent.objects.filter(visible, **given).select_related("actor").order_by("-happened_at", "-pk")
