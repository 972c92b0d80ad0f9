"""Taking a step back: an addition goes, a removal comes back, a change is set back unless somebody built on it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Model

from commonpool.audit.models import AuditEvent
from commonpool.people.models import Person
from commonpool.performance.actions import asks, beds, others
from commonpool.performance.errors import AskError
from commonpool.performance.history import facts_of, from_facts
from commonpool.performance.models import Ask, OtherPlan, Statement, TrustBeds
from commonpool.plans.rules.undoing import UNDO_WITHIN, can_be_undone

__all__ = ["UNDO_WITHIN", "can_be_undone", "exists", "undo"]

MODELS: Final[Mapping[str, type[Any]]] = {
    "performance.ask": Ask,
    "performance.trustbeds": TrustBeds,
    "performance.statement": Statement,
    "performance.otherplan": OtherPlan,
}


def exists(kind: str, uuid: UUID) -> bool:
    """Whether the row that an event is about is there."""
    found: bool = MODELS[kind].objects.filter(uuid=uuid).exists()
    return found


@transaction.atomic
def undo(*, actor: Person, at: datetime, event: AuditEvent) -> Model | None:
    """Take back one step, for a day. Returns the row as it stands then; None where it is gone.

    Raises AskError for a step that is too old, was taken back already, or on which somebody has built since.
    """
    if not can_be_undone(event.happened_at, at):
        raise AskError("That step is more than a day old, so it cannot be undone. Change it instead.")
    model = MODELS.get(event.subject_kind)
    if model is None:
        raise AskError("That step cannot be undone here.")
    row = model.objects.filter(uuid=event.subject_uuid).first()
    if event.after is None:
        return _put_back(actor, at, event, model, row)
    if row is None:
        raise AskError("It has been removed since, so the step cannot be undone.")
    now = _plain(facts_of(row))
    if changed := [name for name, value in event.after.items() if now.get(name) != value]:
        raise AskError(f"Changed again since: {', '.join(changed)}. Change it instead.")
    if event.before is None:
        _remover(model)(actor=actor, at=at, row=row, revision=row.revision)
        return None
    changes = from_facts(model, event.before)
    changed_back: Model = _changer(model)(actor=actor, at=at, row=row, revision=row.revision, changes=changes)
    return changed_back


def _put_back(actor: Person, at: datetime, event: AuditEvent, model: type[Any], row: Any) -> Model:
    if row is not None:
        raise AskError("It is there again already.")
    changes = from_facts(model, event.before or {})
    if model is Ask:
        return asks.add_ask(
            actor=actor, at=at, version=changes.pop("version"), changes=changes, uuid=event.subject_uuid
        )
    if model is TrustBeds:
        return beds.state_beds(actor=actor, at=at, changes=changes, uuid=event.subject_uuid)
    return others.add_statement(actor=actor, at=at, plan=changes.pop("plan"), changes=changes, uuid=event.subject_uuid)


def _remover(model: type[Any]) -> Any:
    if model is OtherPlan:
        raise AskError("A registered plan stays on record. Give it a last day instead.")
    removers = {
        Ask: lambda row, **more: asks.remove_ask(ask=row, **more),
        TrustBeds: lambda row, **more: beds.remove_beds(beds=row, **more),
        Statement: lambda row, **more: others.remove_statement(statement=row, **more),
    }
    return removers[model]


def _changer(model: type[Any]) -> Any:
    changers = {
        Ask: lambda row, **more: asks.edit_ask(ask=row, **more),
        TrustBeds: lambda row, **more: beds.edit_beds(beds=row, **more),
        Statement: lambda row, **more: others.edit_statement(statement=row, **more),
        OtherPlan: lambda row, **more: others.edit_plan(plan=row, **more),
    }
    return changers[model]


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as the history holds them."""
    made: dict[str, Any] = json.loads(json.dumps(dict(facts), cls=DjangoJSONEncoder))
    return made
