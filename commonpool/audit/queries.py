"""Reading the history."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

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


def events(wanted: Wanted) -> QuerySet[AuditEvent]:
    """The events asked for, newest first."""
    narrowed = {
        "area_uuid": wanted.area,
        "subject_uuid": wanted.subject,
        "action": wanted.action or None,
        "actor__uuid": wanted.actor,
        "happened_at__gte": wanted.since,
        "happened_at__lt": wanted.before,
    }
    given = {field: value for field, value in narrowed.items() if value is not None}
    return AuditEvent.objects.filter(**given).select_related("actor").order_by("-happened_at", "-pk")


def events_of(kind: str, subjects: Collection[UUID]) -> QuerySet[AuditEvent]:
    """The events of these subjects, newest first."""
    found = AuditEvent.objects.filter(subject_kind=kind, subject_uuid__in=subjects)
    return found.select_related("actor").order_by("-happened_at", "-pk")
