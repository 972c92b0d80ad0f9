"""Sharing an aim with several plans and rewording it once for all; what each plan says beside it stays its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from commonpool.audit.actions import record, without_addresses
from commonpool.people import queries as people
from commonpool.people.models import Person
from commonpool.places.models import Organisation
from commonpool.plans.errors import PlanError
from commonpool.plans.models import Plan, PlanAim, SharedAim
from commonpool.plans.storing import clean


class AimConflict(PlanError):  # noqa: N818 - the word people use
    """Somebody else changed the words since they were opened. `row` is what stands there now; nothing was saved."""

    def __init__(self, row: SharedAim | PlanAim) -> None:
        self.row = row
        super().__init__(
            f"{row.changed_by or 'Somebody'} changed this since you opened it, and nothing was saved. Look at what "
            "stands there now; save again to put yours over it."
        )


@transaction.atomic
def share_aim(
    *, actor: Person | None, at: datetime, owner: Organisation, title: str, text: str, plans: Iterable[Plan]
) -> SharedAim:
    """Share an aim with plans of the owner's areas. Raises PlanError and ValidationError."""
    aim = SharedAim(owner=owner, title=_clean(title), text=_clean(text), shared_at=at, changed_by=actor, changed_at=at)
    aim.full_clean()
    aim.save(force_insert=True)
    after = {"owner": owner.uuid, "title": aim.title, "text": aim.text}
    record(actor=actor, action="plans.share_aim", subject=aim, before=None, after=after, at=at)
    _bring_into(aim, plans, actor, at)
    return aim


@transaction.atomic
def edit_aim(
    *,
    actor: Person | None,
    at: datetime,
    aim: SharedAim,
    revision: int,
    title: str,
    text: str,
    plans: Iterable[Plan] = (),
) -> SharedAim:
    """Reword an aim, once for every plan that has it, and share it with more. Raises AimConflict and PlanError.

    revision  the one that the person saw
    plans     those that should have it; a plan that has it keeps it, since only the plan itself gives it up
    """
    held = _open(aim, revision)
    before = {"title": held.title, "text": held.text}
    held.title, held.text = _clean(title), _clean(text)
    if (after := {"title": held.title, "text": held.text}) != before:
        _save(held, actor, at)
        record(actor=actor, action="plans.edit_aim", subject=held, before=before, after=after, at=at)
    _bring_into(held, plans, actor, at)
    return held


@transaction.atomic
def withdraw_aim(*, actor: Person | None, at: datetime, aim: SharedAim, reason: str) -> None:
    """Share an aim no longer. Plans show that it is withdrawn, and keep what they said beside it. Raises PlanError."""
    held = _open(aim)
    if not reason.strip():
        raise PlanError("Say why the aim is withdrawn, so that the plans that have it know.")
    held.withdrawn_at, held.withdrawal_reason = at, _clean(reason)[:2000]
    _save(held, actor, at)
    after = {"withdrawn_at": at, "reason": held.withdrawal_reason}
    record(actor=actor, action="plans.withdraw_aim", subject=held, before={"withdrawn_at": None}, after=after, at=at)


@transaction.atomic
def add_priority(*, actor: Person | None, at: datetime, plan: Plan, title: str, local_text: str) -> PlanAim:
    """A priority of the plan's own. Raises ValidationError."""
    made = PlanAim(plan=plan, title=_clean(title), local_text=_clean(local_text), changed_by=actor, changed_at=at)
    made.full_clean()
    made.save(force_insert=True)
    _note("plans.add_priority", made, actor, at, before=None, after=_says(made))
    return made


@transaction.atomic
def edit_plan_aim(
    *, actor: Person | None, at: datetime, row: PlanAim, revision: int, local_text: str, title: str = ""
) -> PlanAim:
    """Change what a plan says of its own; a shared aim's words are its owner's. Raises AimConflict, ValidationError."""
    held = _held(row)
    if held.revision != revision:
        raise AimConflict(held)
    before = _says(held)
    held.local_text = _clean(local_text)
    if held.aim_id is None:
        held.title = _clean(title)
    if (after := _says(held)) != before:
        _save(held, actor, at)
        _note("plans.edit_plan_aim", held, actor, at, before=before, after=after)
    return held


@transaction.atomic
def leave_out(*, actor: Person | None, at: datetime, row: PlanAim) -> None:
    """Take an aim out of a plan; what the plan said beside it stays, as a priority of its own.

    A priority of its own, or an aim beside which it said nothing, is gone; the history keeps it.
    """
    held = PlanAim.objects.select_for_update(of=("self",)).select_related("aim", "plan__area").filter(pk=row.pk).first()
    if held is None:
        return
    before = _says(held)
    if held.aim is not None and held.local_text:
        held.title, held.aim = held.aim.title, None
        _save(held, actor, at)
        _note("plans.leave_out_aim", held, actor, at, before=before, after=_says(held))
        return
    _note("plans.leave_out_aim", held, actor, at, before=before, after=None)
    held.delete()


def may_be_shared_with(owner: Organisation, on: date) -> list[Plan]:
    """The plans of the areas that a body has to do with: those that it may share an aim with."""
    areas = people.areas_related_to([owner.pk], on)
    return list(Plan.objects.filter(area__in=areas).select_related("area"))


def _bring_into(aim: SharedAim, plans: Iterable[Plan], actor: Person | None, at: datetime) -> None:
    near = {plan.pk for plan in may_be_shared_with(aim.owner, localdate(at))}
    has = set(aim.in_plans.values_list("plan_id", flat=True))
    for plan in plans:
        if plan.pk in has:
            continue
        if plan.pk not in near:
            raise PlanError(f"{aim.owner} has nothing to do with {plan.area}. Choose plans of its own areas.")
        made = PlanAim.objects.create(plan=plan, aim=aim, changed_by=actor, changed_at=at)
        _note("plans.bring_in_aim", made, actor, at, before=None, after=_says(made))


def _open(aim: SharedAim, revision: int | None = None) -> SharedAim:
    held = SharedAim.objects.select_for_update(of=("self",)).select_related("owner", "changed_by").get(pk=aim.pk)
    if held.withdrawn_at is not None:
        raise PlanError("This aim is withdrawn. Share another in its place.")
    if revision is not None and held.revision != revision:
        raise AimConflict(held)
    return held


def _held(row: PlanAim) -> PlanAim:
    found = PlanAim.objects.select_for_update(of=("self",)).select_related("plan__area", "changed_by")
    held = found.filter(pk=row.pk).first()
    if held is None:
        raise PlanError("This has been taken out of the plan since you opened it.")
    return held


def _save(row: SharedAim | PlanAim, actor: Person | None, at: datetime) -> None:
    row.revision, row.changed_by, row.changed_at = row.revision + 1, actor, at
    row.full_clean()
    row.save()


def _note(action: str, row: PlanAim, actor: Person | None, at: datetime, *, before: Any, after: Any) -> None:
    record(actor=actor, action=action, subject=row, before=before, after=after, at=at, area=row.plan.area.uuid)


def _says(row: PlanAim) -> dict[str, Any]:
    aim = row.aim.uuid if row.aim else None
    return {"plan": row.plan.uuid, "aim": aim, "title": row.title, "local_text": row.local_text}


def _clean(text: str) -> str:
    return str(without_addresses(clean(text.strip(), None)))
