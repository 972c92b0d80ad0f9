"""Reading the history."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from commonpool.audit.models import AuditEvent

KeptBack = Callable[[], Iterable[Q]]
_KEPT_BACK: Final[list[KeptBack]] = []


def keep_back(provider: KeptBack) -> None:
    """Leave out what this names, for all who read the history, for as long as it names it."""
    if provider not in _KEPT_BACK:
        _KEPT_BACK.append(provider)


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
    found = AuditEvent.objects.filter(visible, **given)
    for provider in _KEPT_BACK:
        for hidden in provider():
            found = found.exclude(hidden)
    return found.select_related("actor").order_by("-happened_at", "-pk")
