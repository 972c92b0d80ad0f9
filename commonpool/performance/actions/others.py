"""Plans beside the fund's: registering them, what they say, and which plan of the fund does not follow."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commonpool.audit.models import AuditEvent
from commonpool.people.models import Person
from commonpool.performance.actions.rows import Changes, change_row, held_row, note, write_row
from commonpool.performance.errors import AskError
from commonpool.performance.history import facts_of
from commonpool.performance.models import OtherPlan, Statement, StatementException
from commonpool.plans.models import Plan


@transaction.atomic
def register_plan(*, actor: Person | None, at: datetime, changes: Changes) -> OtherPlan:
    """Register a published plan with the bodies whose people it covers. Raises AskError and ValidationError."""
    plan = OtherPlan(changed_at=at)
    write_row(plan, changes, actor, at)
    _must_cover(plan)
    note("register_plan", plan, actor, at, before=None, after=facts_of(plan))
    return plan


@transaction.atomic
def edit_plan(*, actor: Person | None, at: datetime, plan: OtherPlan, revision: int, changes: Changes) -> OtherPlan:
    """Change a registered plan. Raises RowConflict where somebody was faster, and as `register_plan` does."""
    held, before = change_row(plan, revision, changes, actor, at)
    _must_cover(held)
    if (after := facts_of(held)) != before:
        note("edit_plan", held, actor, at, before=before, after=after)
    return held


def _must_cover(plan: OtherPlan) -> None:
    if not plan.covers.exists():
        raise AskError("Name one body at least whose people the plan covers, so that it is known whom it touches.")


@transaction.atomic
def add_statement(
    *, actor: Person | None, at: datetime, plan: OtherPlan, changes: Changes, uuid: UUID | None = None
) -> Statement:
    """Record one thing that another plan says. Raises ValidationError with every fault."""
    statement = Statement(plan=plan, changed_at=at)
    if uuid:
        statement.uuid = uuid
    write_row(statement, changes, actor, at)
    note("add_statement", statement, actor, at, before=None, after=facts_of(statement))
    return statement


@transaction.atomic
def edit_statement(
    *, actor: Person | None, at: datetime, statement: Statement, revision: int, changes: Changes
) -> Statement:
    """Change what another plan says. Raises RowConflict where somebody was faster, and as `add_statement` does."""
    held, before = change_row(statement, revision, changes, actor, at)
    if (after := facts_of(held)) != before:
        note("edit_statement", held, actor, at, before=before, after=after)
    return held


@transaction.atomic
def remove_statement(*, actor: Person | None, at: datetime, statement: Statement, revision: int) -> AuditEvent:
    """Take back what another plan says, with the exceptions from it. Returns the event, by which it can be undone."""
    held = held_row(statement, revision)
    if held.exceptions.exists():
        raise AskError("Plans are excepted from this. It can be changed, but not removed while they are.")
    event = note("remove_statement", held, actor, at, before=facts_of(held), after=None)
    held.delete()
    return event


@transaction.atomic
def except_plan(
    *, actor: Person | None, at: datetime, statement: Statement, plan: Plan, reason: str
) -> StatementException:
    """Say that one plan of the fund does not follow a larger plan here, and why. Raises ValidationError."""
    # Held, so that two who except one plan come one after the other.
    Statement.objects.select_for_update(of=("self",)).get(pk=statement.pk)
    made = StatementException(statement=statement, plan=plan, reason=reason.strip(), made_by=actor, made_at=at)
    made.full_clean()
    made.save()
    after = {"statement": statement.uuid, "reason": made.reason}
    note("except_statement", made, actor, at, before=None, after=after, area=plan.area.uuid)
    return made


@transaction.atomic
def lift_exception(*, actor: Person | None, at: datetime, exception: StatementException) -> None:
    """Follow the larger plan again. Lifting twice changes nothing."""
    held = StatementException.objects.select_for_update().filter(pk=exception.pk).first()
    if held is None:
        return
    before = {"statement": held.statement.uuid, "reason": held.reason}
    note("lift_exception", held, actor, at, before=before, after=None, area=held.plan.area.uuid)
    held.delete()
