"""Changing lines of a draft. Two people may edit different lines at once; on one line the second one is asked.

A line's revision goes up with each change. Whoever sends a change says which revision they saw; if another one has
been made since, nothing is written and `LineConflict` carries what stands there now.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import localdate

from commonpool.audit.actions import record, without_addresses
from commonpool.audit.models import AuditEvent
from commonpool.people.models import Person
from commonpool.plans.actions.agreeing import locked_draft
from commonpool.plans.actions.drafts import recheck
from commonpool.plans.errors import PlanError
from commonpool.plans.history import as_uuid, facts_of
from commonpool.plans.models import (
    IncomeLine,
    IncomeLineYear,
    Plan,
    PlanVersion,
    SchemeLine,
    SchemeLineYear,
)
from commonpool.plans.rules.content import place_key
from commonpool.plans.rules.undoing import can_be_undone
from commonpool.plans.storing import next_line_number
from commonpool.policy.reading import load_round

Changes = Mapping[str, Any]
"""{field of the line, or `pence:2024-25`, `outputs:2024-25`: the new value}"""

# Where a field of a line is called differently in a workbook's layout.
IN_FILE: Final = {"scheme_name": "name", "source_category": "source", "payer_name": "payer"}
EDIT_SCHEME: Final = "plans.edit_scheme_line"
EDIT_INCOME: Final = "plans.edit_income_line"
ADD: Final = "plans.add_scheme_line"
REMOVE: Final = "plans.remove_scheme_line"


class LineConflict(PlanError):  # noqa: N818 - the word people use
    """Somebody else changed the line since it was opened. `line` is what stands there now; nothing was written."""

    def __init__(self, line: SchemeLine | IncomeLine) -> None:
        self.line = line
        super().__init__(f"Line {line.line_id} was changed by {line.changed_by or 'somebody'} since you opened it.")


@transaction.atomic
def edit_scheme_line(*, actor: Person, at: datetime, line: SchemeLine, revision: int, changes: Changes) -> SchemeLine:
    """Change fields of one scheme line. Raises LineConflict, and PlanError once the version is offered."""
    held: SchemeLine = _edit(line, SchemeLineYear, EDIT_SCHEME, actor, at, revision, changes)
    return held


@transaction.atomic
def edit_income_line(*, actor: Person, at: datetime, line: IncomeLine, revision: int, changes: Changes) -> IncomeLine:
    """Change fields of one income line. Raises as `edit_scheme_line` does."""
    held: IncomeLine = _edit(line, IncomeLineYear, EDIT_INCOME, actor, at, revision, changes)
    return held


def _edit(line: Any, years: Any, action: str, actor: Person, at: datetime, revision: int, changes: Changes) -> Any:
    # The version's row is held first, always, so that two edits of one draft come one after the other.
    version = locked_draft(line.version)
    held = _held(line, revision)
    before = facts_of(held)
    _write(held, years, changes)
    held.revision, held.changed_by, held.changed_at = revision + 1, actor, at
    held.save()
    after = facts_of(type(held).objects.get(pk=held.pk))
    if before != after:
        _event(held, action, actor, at, before, after)
    _check_again(version, at)
    return held


def _held(line: Any, revision: int) -> Any:
    """The line, held for this transaction. Raises LineConflict, and PlanError where somebody has removed it."""
    held = type(line).objects.select_for_update(of=("self",)).filter(pk=line.pk).first()
    if held is None:
        raise PlanError(f"Line {line.line_id} has been removed since you opened it.")
    if held.revision != revision:
        raise LineConflict(held)
    return held


def _write(line: SchemeLine | IncomeLine, years: Any, changes: Changes) -> None:
    """Set the fields; what was changed here no longer stands in a cell of the file."""
    for name, value in changes.items():
        field, _, year = name.partition(":")
        if year:
            years.objects.update_or_create(line=line, year=year, defaults={field: value})
        else:
            setattr(line, field, value)
        key = place_key(IN_FILE.get(field, field), year or None)
        place = line.places.pop(key, None)
        if place:
            _forget_reading(line.version, place)


def _forget_reading(version: PlanVersion, place: list[str | None]) -> None:
    """What the reading of the file said about this cell no longer holds: its value was replaced."""
    version.findings.filter(is_from_reading=True, sheet=place[0], cell=place[1]).delete()


def _check_again(version: PlanVersion, at: datetime) -> None:
    recheck(version, load_round(version.plan.round_id), localdate(at))


def _event(
    line: SchemeLine | IncomeLine,
    action: str,
    actor: Person,
    at: datetime,
    before: Changes | None,
    after: Changes | None,
) -> None:
    record(
        actor=actor,
        action=action,
        subject=line,
        before=without_addresses(before) if before is not None else None,
        after=without_addresses(after) if after is not None else None,
        at=at,
        area=line.version.plan.area.uuid,
        private_to=line.version.private_to,
    )


@transaction.atomic
def add_scheme_line(*, actor: Person, at: datetime, version: PlanVersion, changes: Changes) -> SchemeLine:
    """A new line at the end of a draft, with an id that no line of this plan has had."""
    held = locked_draft(version)
    plan = Plan.objects.select_for_update().get(pk=held.plan_id)
    last = held.scheme_lines.aggregate(last=Max("position"))["last"]
    line = SchemeLine(
        version=held,
        line_id=_free_line_id(plan),
        position=0 if last is None else last + 1,
        changed_by=actor,
        changed_at=at,
    )
    line.save()
    for year in load_round(plan.round_id).years:
        SchemeLineYear.objects.create(line=line, year=year)
    _write(line, SchemeLineYear, changes)
    line.save()
    _event(line, ADD, actor, at, None, facts_of(line))
    _check_again(held, at)
    return line


def _free_line_id(plan: Plan) -> str:
    """The next id; ids that files brought along are skipped. The caller holds the plan's row."""
    taken = set(SchemeLine.objects.filter(version__plan=plan).values_list("line_id", flat=True))
    while True:
        line_id = f"L{next_line_number(plan):03d}"
        if line_id not in taken:
            return line_id


@transaction.atomic
def remove_scheme_line(*, actor: Person, at: datetime, line: SchemeLine, revision: int) -> AuditEvent:
    """Take a line out of a draft; its id is never used again. Returns the event, by which it can be undone."""
    version = locked_draft(line.version)
    held = _held(line, revision)
    event = record(
        actor=actor,
        action=REMOVE,
        subject=held,
        before=without_addresses({**facts_of(held), "version": version.uuid}),
        after=None,
        at=at,
        area=version.plan.area.uuid,
        private_to=version.private_to,
    )
    held.delete()
    _check_again(version, at)
    return event


@transaction.atomic
def undo_edit(*, actor: Person, at: datetime, event: AuditEvent) -> None:
    """Take back one edit or removal of a line, for a day.

    Fields that somebody changed again since keep what they say now: the undoing is then refused, naming them.
    """
    if not can_be_undone(event.happened_at, at):
        raise PlanError("That change is more than a day old, so it cannot be undone. Edit the line instead.")
    if event.action == REMOVE:
        return _put_back(actor, at, event)
    models: dict[str, tuple[Any, Any]] = {
        EDIT_SCHEME: (SchemeLine, SchemeLineYear),
        EDIT_INCOME: (IncomeLine, IncomeLineYear),
    }
    if event.action not in models:
        raise PlanError("That step cannot be undone here.")
    model, years = models[event.action]
    line = model.objects.select_related("version").filter(uuid=event.subject_uuid).first()
    if line is None:
        raise PlanError("The line has been removed since, so the change cannot be undone.")
    before, after = event.before or {}, event.after or {}
    now = _plain(facts_of(line))
    if changed := [name for name in after if now.get(name) != after[name]]:
        raise PlanError(f"Changed again since: {', '.join(changed)}. Edit the line instead.")
    values = {name: _from_history(model, name, before.get(name)) for name in {*before, *after}}
    _edit(line, years, event.action, actor, at, line.revision, values)
    return None


def _put_back(actor: Person, at: datetime, event: AuditEvent) -> None:
    said = dict(event.before or {})
    kept = as_uuid(said.pop("version", None))
    version = PlanVersion.objects.filter(uuid=kept).first() if kept else None
    if version is None or version.scheme_lines.filter(line_id=said["line_id"]).exists():
        raise PlanError("The line is in the plan again already.")
    held = locked_draft(version)
    values = {name: _from_history(SchemeLine, name, value) for name, value in said.items()}
    line = SchemeLine(version=held, line_id=said["line_id"], position=said["position"], changed_by=actor, changed_at=at)
    line.uuid = event.subject_uuid
    line.save()
    _write(line, SchemeLineYear, values)
    line.save()
    _event(line, ADD, actor, at, None, facts_of(line))
    _check_again(held, at)


def _from_history(model: Any, name: str, value: Any) -> Any:
    """A value as the line's field holds it: history keeps ids of bodies and text of dates and numbers."""
    field, _, year = name.partition(":")
    if year or value is None:
        return value
    described = model._meta.get_field(field)
    if described.is_relation:
        return described.related_model.objects.get(uuid=value)
    return described.to_python(value)


def _plain(facts: Changes) -> dict[str, Any]:
    import json

    from django.core.serializers.json import DjangoJSONEncoder

    plain: dict[str, Any] = json.loads(json.dumps(without_addresses(dict(facts)), cls=DjangoJSONEncoder))
    return plain
