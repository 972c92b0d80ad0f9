"""What a draft asks of trusts: adding, changing, removing, and bringing it into the next version."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from commonpool.audit.models import AuditEvent
from commonpool.pages.formats import day_text
from commonpool.people.models import Person
from commonpool.performance.actions.rows import Changes, change_row, held_row, note, write_row
from commonpool.performance.errors import AskError
from commonpool.performance.history import facts_of
from commonpool.performance.models import Ask, AskLine
from commonpool.performance.words import process_label, processes
from commonpool.plans.actions.agreeing import locked_draft
from commonpool.plans.errors import PlanError
from commonpool.plans.models import PlanVersion

ADD: Final = "add_ask"
EDIT: Final = "edit_ask"
REMOVE: Final = "remove_ask"


@transaction.atomic
def add_ask(
    *, actor: Person | None, at: datetime, version: PlanVersion, changes: Changes, uuid: UUID | None = None
) -> Ask:
    """Ask something of a trust in a draft; `uuid` puts back one that was removed.

    Raises AskError and ValidationError, each with every fault.
    """
    held = _draft(version)
    ask = Ask(version=held, changed_at=at)
    if uuid:
        ask.uuid = uuid
    write_row(ask, changes, actor, at)
    _must_fit(ask)
    _note(ADD, ask, actor, at, None, facts_of(ask))
    return ask


@transaction.atomic
def edit_ask(*, actor: Person | None, at: datetime, ask: Ask, revision: int, changes: Changes) -> Ask:
    """Change what a draft asks. Raises RowConflict where somebody was faster, and as `add_ask` does."""
    _draft(ask.version)
    held, before = change_row(ask, revision, changes, actor, at)
    _must_fit(held)
    if (after := facts_of(held)) != before:
        _note(EDIT, held, actor, at, before, after)
    return held


@transaction.atomic
def remove_ask(*, actor: Person | None, at: datetime, ask: Ask, revision: int) -> AuditEvent:
    """Take back what a draft asks. Returns the event, by which it can be undone."""
    _draft(ask.version)
    held = held_row(ask, revision)
    event = _note(REMOVE, held, actor, at, facts_of(held), None)
    held.delete()
    return event


def _draft(version: PlanVersion) -> PlanVersion:
    """The draft, held first and always, so that two writers of one draft come one after the other."""
    try:
        return locked_draft(version)
    except PlanError as refused:
        raise AskError(str(refused)) from refused


def _must_fit(ask: Ask) -> None:
    """Raise AskError with every way in which the ask does not fit its plan and the list of processes."""
    if faults := list(_faults(ask)):
        raise AskError(" ".join(faults))


def _faults(ask: Ask) -> Any:
    if ask.process not in processes():
        yield f"‘{ask.process}’ is no process that is listed. Choose one of: {', '.join(processes())}."
    if ask.trust.kind != "trust":
        yield f"{ask.trust} is not an NHS trust. Choose a trust of the register."
    same = Ask.objects.filter(version=ask.version, trust=ask.trust, process=ask.process).exclude(pk=ask.pk)
    for other in same.filter(starts_on__lte=ask.ends_on, ends_on__gte=ask.starts_on):
        yield (
            f"The plan asks {process_label(ask.process).lower()} of {ask.trust} already, from "
            f"{day_text(other.starts_on)} to {day_text(other.ends_on)}. Change that one, or choose other days."
        )
    known = set(ask.version.scheme_lines.values_list("line_id", flat=True))
    if strange := [line.line_id for line in ask.lines.all() if line.line_id not in known]:
        yield f"The plan has no scheme line {', '.join(strange)}. Enter the ids of its lines."
    if ask.metric and not _has_ambition(ask):
        yield f"The plan sets no ambition for {ask.metric} in {ask.period} {ask.year}. Choose one that it sets."


def _has_ambition(ask: Ask) -> bool:
    return ask.version.ambitions.filter(metric=ask.metric, period=ask.period, year=ask.year).exists()


def _note(
    action: str, ask: Ask, actor: Person | None, at: datetime, before: Changes | None, after: Changes | None
) -> AuditEvent:
    version = ask.version
    area = version.plan.area.uuid
    return note(action, ask, actor, at, before=before, after=after, area=area, private_to=version.private_to)


def on_version_made(sender: type[PlanVersion], *, version: PlanVersion, base: PlanVersion | None, **_: object) -> None:
    """A version that carries on from another asks what that one asked; it is part of making the version."""
    if base is None:
        return
    for ask in base.asks.prefetch_related("lines"):
        line_ids = [line.line_id for line in ask.lines.all()]
        ask.pk, ask.version, ask.revision = None, version, 1
        ask._state.adding = True
        ask.uuid = Ask._meta.get_field("uuid").get_default()
        ask.save(force_insert=True)
        AskLine.objects.bulk_create(AskLine(ask=ask, line_id=each) for each in line_ids)
