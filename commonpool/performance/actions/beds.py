"""The beds that a trust states: adding, changing, removing. Two statements of the same beds never overlap."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commonpool.audit.models import AuditEvent
from commonpool.pages.formats import day_text
from commonpool.people.models import Person
from commonpool.performance.actions.rows import Changes, change_row, held_row, note, write_row
from commonpool.performance.errors import AskError
from commonpool.performance.history import facts_of
from commonpool.performance.models import TrustBeds
from commonpool.performance.words import bed_type_label, bed_types
from commonpool.places.models import Organisation


@transaction.atomic
def state_beds(*, actor: Person | None, at: datetime, changes: Changes, uuid: UUID | None = None) -> TrustBeds:
    """Record beds that a trust states. `changes` names the trust. Raises AskError and ValidationError."""
    beds = TrustBeds(changed_at=at)
    if uuid:
        beds.uuid = uuid
    _hold(changes["trust"])
    write_row(beds, changes, actor, at)
    _must_fit(beds)
    note("state_beds", beds, actor, at, before=None, after=facts_of(beds))
    return beds


@transaction.atomic
def edit_beds(*, actor: Person | None, at: datetime, beds: TrustBeds, revision: int, changes: Changes) -> TrustBeds:
    """Change stated beds. Raises RowConflict where somebody was faster, and as `state_beds` does."""
    _hold(beds.trust)
    held, before = change_row(beds, revision, changes, actor, at)
    _must_fit(held)
    if (after := facts_of(held)) != before:
        note("edit_beds", held, actor, at, before=before, after=after)
    return held


@transaction.atomic
def remove_beds(*, actor: Person | None, at: datetime, beds: TrustBeds, revision: int) -> AuditEvent:
    """Take stated beds back. Returns the event, by which it can be undone."""
    held = held_row(beds, revision)
    event = note("remove_beds", held, actor, at, before=facts_of(held), after=None)
    held.delete()
    return event


def _hold(trust: Organisation) -> None:
    """Let two people who state beds of one trust come one after the other."""
    Organisation.objects.select_for_update(of=("self",)).get(pk=trust.pk)


def _must_fit(beds: TrustBeds) -> None:
    if beds.bed_type not in bed_types():
        raise AskError(f"‘{beds.bed_type}’ is no kind of bed that is listed. Choose one of: {', '.join(bed_types())}.")
    same = TrustBeds.objects.filter(trust=beds.trust, bed_type=beds.bed_type, ward__iexact=beds.ward)
    for other in same.exclude(pk=beds.pk).filter(starts_on__lte=beds.ends_on, ends_on__gte=beds.starts_on):
        raise AskError(
            f"{bed_type_label(beds.bed_type)} beds there are stated already, from {day_text(other.starts_on)} to "
            f"{day_text(other.ends_on)}. Change that statement, or choose other days."
        )
