"""Saying what a body gains from a scheme, changing it, taking it away, and taking a file of it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from commonpool.audit.actions import record, without_addresses
from commonpool.people.models import Person
from commonpool.places.models import Organisation
from commonpool.plans.models import Plan
from commonpool.risk_share.errors import StepError
from commonpool.risk_share.models import Benefit


@dataclass(frozen=True, slots=True)
class Gain:
    """What is said of a gain, in pence and in words; None is not known."""

    cashable_pence: int | None = None
    non_cashable_pence: int | None = None
    low_pence: int | None = None
    high_pence: int | None = None
    not_money: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One gain to record: of which line of which plan, whose, and who says it."""

    plan: Plan
    line_id: str
    body: Organisation
    said_by: Organisation
    gain: Gain


@transaction.atomic
def record_benefit(*, actor: Person | None, at: datetime, year: str, claim: Claim) -> Benefit:
    """Keep a new gain. Raises ValidationError, such as for a second one of the body on the line and year."""
    made = _made(actor, at, year, claim)
    made.full_clean()
    made.save()
    _event(made, "risk_share.record_benefit", actor, at, before=None, after=_said(made))
    return made


@transaction.atomic
def change_benefit(
    *, actor: Person | None, at: datetime, benefit: Benefit, said_by: Organisation, gain: Gain, revision: int
) -> Benefit:
    """Say something else of a gain. Raises ValidationError and StepError.

    revision  of the row that was in front of the person: one changed since is not written over
    """
    held = _held(benefit)
    if held.revision != revision:
        raise StepError(
            "Somebody has changed this benefit since you opened it. What you typed is below: compare it with the "
            "benefit as it is now, then save it once more from there."
        )
    before = _said(held)
    _write(held, gain, said_by, actor, at)
    held.full_clean()
    held.save()
    _event(held, "risk_share.change_benefit", actor, at, before=before, after=_said(held))
    return held


@transaction.atomic
def remove_benefit(*, actor: Person | None, at: datetime, benefit: Benefit) -> None:
    """Take a gain away; the history keeps what it said. Raises StepError where it is gone already."""
    held = _held(benefit)
    _event(held, "risk_share.remove_benefit", actor, at, before=_said(held), after=None)
    held.delete()


@transaction.atomic
def import_benefits(*, actor: Person | None, at: datetime, year: str, claims: Sequence[Claim]) -> int:
    """Keep the gains of a file: a body's gain on a line takes the place of what was said before. How many.

    All or none, as one event of each plan that says what stood before and what stands now. Raises ValidationError.
    """
    for plan in {claim.plan.pk: claim.plan for claim in claims}.values():
        told = [_taken_in(actor, at, year, claim) for claim in claims if claim.plan == plan]
        before = {"benefits": [said for said, _ in told if said is not None]}
        after = {"benefits": [said for _, said in told]}
        area = plan.area.uuid
        record(
            actor=actor,
            action="risk_share.import_benefits",
            subject=plan,
            before=before,
            after=after,
            at=at,
            area=area,
        )
    return len(claims)


def _taken_in(
    actor: Person | None, at: datetime, year: str, claim: Claim
) -> tuple[dict[str, object] | None, dict[str, object]]:
    """What stood before, or None, and what stands now."""
    own = Benefit.objects.filter(plan=claim.plan, line_id=claim.line_id, year=year, body=claim.body)
    held = own.select_for_update(of=("self",)).select_related("plan", "body", "said_by").first()
    before = _said(held) if held else None
    if held is None:
        held = _made(actor, at, year, claim)
    else:
        _write(held, claim.gain, claim.said_by, actor, at)
    held.full_clean()
    held.save()
    return before, _said(held)


def _made(actor: Person | None, at: datetime, year: str, claim: Claim) -> Benefit:
    made = Benefit(plan=claim.plan, line_id=claim.line_id, year=year, body=claim.body, revision=0)
    _write(made, claim.gain, claim.said_by, actor, at)
    return made


def _write(benefit: Benefit, gain: Gain, said_by: Organisation, actor: Person | None, at: datetime) -> None:
    for name, value in asdict(gain).items():
        setattr(benefit, name, value.strip() if isinstance(value, str) else value)
    benefit.said_by, benefit.made_by, benefit.made_at = said_by, actor, at
    benefit.revision += 1


def _held(benefit: Benefit) -> Benefit:
    rows = Benefit.objects.select_for_update(of=("self",)).select_related("plan__area", "body", "said_by")
    held = rows.filter(pk=benefit.pk).first()
    if held is None:
        raise StepError("This benefit was taken away. Go back to who pays and who gains.")
    return held


def _said(benefit: Benefit) -> dict[str, object]:
    return {
        "round": benefit.plan.round_id,
        "line_id": benefit.line_id,
        "year": benefit.year,
        "body": benefit.body.uuid,
        "cashable_pence": benefit.cashable_pence,
        "non_cashable_pence": benefit.non_cashable_pence,
        "low_pence": benefit.low_pence,
        "high_pence": benefit.high_pence,
        "not_money": without_addresses(benefit.not_money),
        "evidence": without_addresses(benefit.evidence),
        "said_by": benefit.said_by.uuid,
    }


def _event(
    benefit: Benefit,
    action: str,
    actor: Person | None,
    at: datetime,
    *,
    before: Mapping[str, object] | None,
    after: Mapping[str, object] | None,
) -> None:
    area = benefit.plan.area.uuid
    record(actor=actor, action=action, subject=benefit, before=before, after=after, at=at, area=area)
