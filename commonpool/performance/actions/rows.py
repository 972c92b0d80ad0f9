"""Adding, changing, removing and putting back one row, whose revision tells whether somebody was faster."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db.models import Model

from commonpool.audit.actions import record
from commonpool.audit.models import AuditEvent
from commonpool.people.models import Person
from commonpool.performance.errors import AskError
from commonpool.performance.history import COVERS, LINES, facts_of, write_lines
from commonpool.performance.models import Ask, OtherPlan, Statement, TrustBeds

Changes = Mapping[str, Any]
Kept = Ask | TrustBeds | OtherPlan | Statement
AnyKept = TypeVar("AnyKept", Ask, TrustBeds, OtherPlan, Statement)
NOT_COLUMNS: Final = frozenset({LINES, COVERS})


class RowConflict(AskError):  # noqa: N818 - the word people use
    """Somebody else changed the row since it was opened. `row` is what stands there now; nothing was written."""

    def __init__(self, row: Kept) -> None:
        self.row = row
        super().__init__(f"This was changed by {row.changed_by or 'somebody'} since you opened it. Nothing was saved.")


def held_row(row: AnyKept, revision: int) -> AnyKept:
    """The row, held for this transaction. Raises RowConflict, and AskError where somebody has removed it."""
    model: Any = type(row)
    held: AnyKept | None = model.objects.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if held is None:
        raise AskError("This has been removed since you opened it.")
    if held.revision != revision:
        raise RowConflict(held)
    return held


def write_row(row: Kept, changes: Changes, actor: Person | None, at: datetime) -> None:
    """Set the fields and save. Raises ValidationError with a sentence for everything that is wrong."""
    for name, value in changes.items():
        if name not in NOT_COLUMNS:
            setattr(row, name, value)
    row.changed_by, row.changed_at = actor, at
    row.full_clean()
    row.save()
    if isinstance(row, Ask) and LINES in changes:
        write_lines(row, list(changes[LINES]))
    if isinstance(row, OtherPlan) and COVERS in changes:
        row.covers.set(changes[COVERS])


def change_row(
    row: AnyKept, revision: int, changes: Changes, actor: Person | None, at: datetime
) -> tuple[AnyKept, Any]:
    """Change a row and count its revision up. Returns it with what it said before."""
    held = held_row(row, revision)
    before = facts_of(held)
    held.revision = revision + 1
    write_row(held, changes, actor, at)
    return held, before


def note(
    action: str,
    row: Model,
    actor: Person | None,
    at: datetime,
    *,
    before: Changes | None,
    after: Changes | None,
    area: UUID | None = None,
    private_to: UUID | None = None,
) -> AuditEvent:
    """The event of one step of this room."""
    return record(
        actor=actor,
        action=f"performance.{action}",
        subject=row,
        before=before,
        after=after,
        at=at,
        area=area,
        private_to=private_to,
    )
