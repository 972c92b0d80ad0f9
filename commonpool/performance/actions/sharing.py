"""One process for several plans: proposing it, answering for each plan, keeping a plan's own terms, withdrawing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from commonpool.people import actions as people
from commonpool.people.models import Consent, Person
from commonpool.performance.actions.rows import Changes, note
from commonpool.performance.errors import AskError
from commonpool.performance.models import ProcessException, ProcessOffer, SharedProcess
from commonpool.performance.queries.access import OFFER, partners_of
from commonpool.performance.queries.shared import standing_of_offer
from commonpool.performance.words import process_label, processes
from commonpool.places.models import Organisation
from commonpool.plans.models import Plan


@transaction.atomic
def propose_process(
    *,
    actor: Person | None,
    at: datetime,
    trust: Organisation,
    process: str,
    body: Organisation,
    plans: Sequence[Plan],
    changes: Changes,
) -> SharedProcess:
    """Propose terms of one process to several plans. Raises AskError and ValidationError.

    plans    those that ask this process of the trust: two or more, or there is nothing to share
    changes  the terms, `starts_on` and `reason`
    """
    # Held, so that two who propose for one trust come one after the other.
    Organisation.objects.select_for_update(of=("self",)).get(pk=trust.pk)
    _must_be_shareable(process, plans)
    shared = SharedProcess(trust=trust, process=process, body=body, proposed_by=actor, proposed_at=at)
    for name, value in changes.items():
        setattr(shared, name, value)
    shared.full_clean()
    shared.save()
    for plan in plans:
        ProcessOffer.objects.create(shared=shared, plan=plan)
    offered_to = sorted(str(plan.uuid) for plan in plans)
    after = {"trust": trust.uuid, "process": process, "body": body.uuid, "plans": offered_to}
    note("propose_process", shared, actor, at, before=None, after=after)
    return shared


def _must_be_shareable(process: str, plans: Sequence[Plan]) -> None:
    if process not in processes():
        raise AskError(f"‘{process}’ is no process that is listed. Choose one of: {', '.join(processes())}.")
    if len(plans) < 2:
        raise AskError("One process is shared by two plans or more. Choose the plans that it is offered to.")


@transaction.atomic
def withdraw_process(*, actor: Person | None, at: datetime, shared: SharedProcess, reason: str) -> None:
    """Take a proposal back; plans that adopted it ask their own terms again. Raises AskError."""
    held = SharedProcess.objects.select_for_update(of=("self",)).get(pk=shared.pk)
    if held.withdrawn_at is not None:
        raise AskError("This proposal is withdrawn already.")
    if not reason.strip():
        raise AskError("Say why the proposal is withdrawn, so that those who adopted it know.")
    held.withdrawn_at, held.withdrawn_by, held.withdrawal_reason = at, actor, reason.strip()[:2000]
    held.full_clean()
    held.save()
    after = {"withdrawn_at": at, "reason": held.withdrawal_reason}
    note("withdraw_process", held, actor, at, before={"withdrawn_at": None}, after=after)


@transaction.atomic
def answer_offer(
    *, actor: Person, at: datetime, offer: ProcessOffer, body: Organisation, verdict: str, reason: str = ""
) -> Consent:
    """One partner's answer for one plan, to exactly these terms and exceptions. Raises AskError and ConsentError."""
    on = localdate(at)
    held = _open(offer)
    if body not in partners_of(held.plan.area, on):
        raise AskError(f"{body.name} is not a partner of a pooled fund of {held.plan.area}, so it has no answer here.")
    return people.give_consent(
        kind=OFFER,
        subject_id=held.uuid,
        digest=standing_of_offer(held, on).digest,
        body=body,
        person=actor,
        verdict=Consent.Verdict(verdict),
        reason=reason,
        at=at,
        area=held.plan.area.uuid,
    )


@transaction.atomic
def take_back_answer(*, actor: Person, at: datetime, consent: Consent, reason: str) -> None:
    """Withdraw one partner's answer; the plan asks its own terms again. Raises ConsentError and ValidationError."""
    offer = ProcessOffer.objects.select_related("plan__area").get(uuid=consent.subject_id)
    people.withdraw_consent(consent, person=actor, reason=reason, at=at, area=offer.plan.area.uuid)


@transaction.atomic
def keep_own(*, actor: Person | None, at: datetime, offer: ProcessOffer, aspect: str, reason: str) -> ProcessException:
    """Keep a plan's own terms in one part of them, saying why. Answers given before were to something else."""
    held = _open(offer)
    made = ProcessException(offer=held, aspect=aspect, reason=reason.strip(), made_by=actor, made_at=at)
    made.full_clean()
    made.save()
    after = {"aspect": aspect, "reason": made.reason}
    note("keep_own", made, actor, at, before=None, after=after, area=held.plan.area.uuid)
    return made


@transaction.atomic
def follow_shared(*, actor: Person | None, at: datetime, exception: ProcessException) -> None:
    """Give up a plan's own terms again. Doing it twice changes nothing."""
    held = ProcessException.objects.select_for_update(of=("self",)).filter(pk=exception.pk).first()
    if held is None:
        return
    _open(held.offer)
    before = {"aspect": held.aspect, "reason": held.reason}
    note("follow_shared", held, actor, at, before=before, after=None, area=held.offer.plan.area.uuid)
    held.delete()


def _open(offer: ProcessOffer) -> ProcessOffer:
    """The offer, with its proposal held for this transaction. Raises AskError where that is withdrawn."""
    shared = SharedProcess.objects.select_for_update(of=("self",)).get(pk=offer.shared_id)
    if shared.withdrawn_at is not None:
        raise AskError(f"The shared process for {process_label(shared.process).lower()} is withdrawn.")
    return ProcessOffer.objects.select_related("plan__area", "shared__trust").get(pk=offer.pk)


def default_start(on: date) -> date:
    """When a process proposed today starts, unless somebody says otherwise: with the next month."""
    return date(on.year + on.month // 12, on.month % 12 + 1, 1)
