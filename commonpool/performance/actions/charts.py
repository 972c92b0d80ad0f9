"""Beginning a phase of a chart, with a reason, and taking it back."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from commonpool.audit.actions import record, without_addresses
from commonpool.people.models import Person
from commonpool.performance.errors import AskError
from commonpool.performance.models import ChartPhase
from commonpool.places.models import Organisation


@transaction.atomic
def begin_phase(
    *, actor: Person | None, at: datetime, area: Organisation, metric: str, starts_on: date, reason: str
) -> ChartPhase:
    """Begin limits anew from a period on. Raises ValidationError where there is no reason, or a phase there already."""
    phase = ChartPhase(
        area=area,
        metric=metric,
        starts_on=starts_on,
        reason=str(without_addresses(reason.strip())),
        decided_by=actor,
        decided_at=at,
    )
    phase.full_clean()
    phase.save(force_insert=True)
    after = {"metric": metric, "starts_on": starts_on, "reason": phase.reason}
    record(
        actor=actor, action="performance.begin_phase", subject=phase, before=None, after=after, at=at, area=area.uuid
    )
    return phase


@transaction.atomic
def take_back_phase(*, actor: Person | None, at: datetime, phase: ChartPhase) -> None:
    """Let the limits run on as before. Raises AskError where somebody has done so already."""
    held = ChartPhase.objects.select_for_update().select_related("area").get(pk=phase.pk)
    if held.taken_back_at:
        raise AskError("That phase has been taken back already.")
    held.taken_back_at = at
    held.save(update_fields=["taken_back_at"])
    before = {"metric": held.metric, "starts_on": held.starts_on, "reason": held.reason}
    record(
        actor=actor, action="performance.take_back_phase", subject=held, before=before, after=None, at=at,
        area=held.area.uuid,
    )  # fmt: skip
