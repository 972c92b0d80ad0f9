"""Moving budget between lines: proposed, routed by the delegated limits, posted when all who must have agreed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from commonpool.audit.actions import record
from commonpool.ledger.actions.posting import post_drafts
from commonpool.ledger.drawing import facts_of, policy_on
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import DelegatedLimit, Ledger, LedgerLine, Pool, Virement
from commonpool.ledger.queries.answers import SUBJECT, bodies_that_answer, not_yet_answered, route_for
from commonpool.ledger.queries.budgets import budgeted
from commonpool.ledger.rules import posting as rules
from commonpool.ledger.rules.accounts import for_category_of
from commonpool.ledger.rules.delegation import Needs
from commonpool.ledger.rules.entries import Draft, hash_of
from commonpool.money import format_pounds, split_into_pence
from commonpool.people import actions as people
from commonpool.people.models import Consent, Person
from commonpool.periods import FINANCIAL_YEAR
from commonpool.places.models import Organisation

State = Virement.State


def propose_virement(
    *,
    actor: Person,
    at: datetime,
    ledger: Ledger,
    pool: Pool,
    from_line: LedgerLine,
    to_line: LedgerLine,
    pence: int,
    on: date,
    reason: str,
) -> Virement:
    """Propose to move budget from one line to another, sources unchanged. Within the proposer's limit it posts at once.

    Raises LedgerError where the first line has less budget, or the other may not use the same sources; and
    ValidationError without a reason.
    """
    with transaction.atomic():
        Ledger.objects.select_for_update(of=("self",)).get(pk=ledger.pk)
        split = _split(ledger, from_line, to_line, pence, on)
        routed = route_for(actor, from_line, pence, on)
        made = Virement(
            ledger=ledger,
            pool=pool,
            from_line=from_line,
            to_line=to_line,
            pence=pence,
            split=split,
            on=on,
            reason=reason.strip(),
            needs=routed.needs.value,
            digest=_digest(ledger, pool, from_line, to_line, split, on),
            proposed_at=at,
            proposed_by=actor,
        )
        made.full_clean()
        made.save()
        _record("ledger.propose_virement", made, actor, at, None, {"pence": pence, "needs": routed.needs.value})
        if routed.needs is Needs.OWN:
            _post(made, actor, at)
        return made


@transaction.atomic
def set_limit(
    *,
    actor: Person | None,
    at: datetime,
    ledger: Ledger,
    role: str,
    limit_pence: int | None,
    needs_all_partners_above_pence: int | None,
    starts_on: date,
) -> DelegatedLimit:
    """Up to how much a role decides by itself from a day on. Raises ValidationError for a second one of that day."""
    made = DelegatedLimit(
        ledger=ledger,
        role=role,
        limit_pence=limit_pence,
        needs_all_partners_above_pence=needs_all_partners_above_pence,
        starts_on=starts_on,
        recorded_at=at,
    )
    made.full_clean()
    made.save()
    after = {"role": role, "limit_pence": limit_pence, "all_partners_above_pence": needs_all_partners_above_pence}
    record(
        actor=actor,
        action="ledger.set_limit",
        subject=made,
        before=None,
        after=after,
        at=at,
        area=ledger.fund.area.uuid,
    )
    return made


def _split(ledger: Ledger, from_line: LedgerLine, to_line: LedgerLine, pence: int, on: date) -> dict[str, int]:
    """The sum over the first line's sources, in proportion to its budget of each."""
    year = FINANCIAL_YEAR.label_of(on)
    budget = {
        source: each
        for (line, source), each in sorted(budgeted(ledger, year).items())
        if line == from_line.code and each > 0
    }
    if pence > sum(budget.values()):
        has = format_pounds(sum(budget.values()))
        raise LedgerError(f"{from_line} has a budget of {has} in {year}, not {format_pounds(pence)}. Lower the amount.")
    split = {source: part for source, part in split_into_pence(pence, budget).items() if part}
    if policy_on(ledger, to_line, on) is None:
        barred = [source for source in split if for_category_of(source) != facts_of(to_line).category]
        if barred:
            raise LedgerError(
                f"{to_line} is paid from {to_line.category or 'no known category'}, and this budget is of "
                f"{', '.join(barred)}. A virement keeps the source: change the plan’s source of funding first."
            )
    return split


def _digest(
    ledger: Ledger, pool: Pool, from_line: LedgerLine, to_line: LedgerLine, split: Mapping[str, int], on: date
) -> str:
    said = [str(ledger.uuid), pool.code, from_line.code, to_line.code, sorted(split.items()), on.isoformat()]
    return hash_of(json.dumps(said))


def answer_virement(
    *, actor: Person, at: datetime, virement: Virement, body: Organisation, verdict: str, reason: str = ""
) -> Consent:
    """One body's answer to the exact proposal. The last consent posts it; a refusal ends it.

    Raises LedgerError for one that is no longer waiting, or a body that is not asked; ConsentError and
    ValidationError as consent does.
    """
    with transaction.atomic():
        held = Virement.objects.select_for_update().get(pk=virement.pk)
        if held.state != State.PROPOSED:
            raise LedgerError(f"This virement is {held.get_state_display().lower()}, so it cannot be answered.")
        if body not in bodies_that_answer(held):
            raise LedgerError(f"{body.name} is not asked for this virement.")
        return people.give_consent(
            kind=SUBJECT,
            subject_id=held.uuid,
            digest=held.digest,
            body=body,
            person=actor,
            verdict=Consent.Verdict(verdict),
            reason=reason,
            at=at,
            area=held.ledger.fund.area.uuid,
        )


def on_consent_given(sender: Any, consent: Consent, at: datetime, **more: Any) -> None:
    """Receiver of `people.signals.consent_given`: post the virement that has all its consents, end one refused."""
    if consent.subject_kind != SUBJECT:
        return
    held = Virement.objects.select_for_update().filter(uuid=consent.subject_id, digest=consent.subject_digest).first()
    if held is None or held.state != State.PROPOSED:
        return
    if consent.verdict == Consent.Verdict.REFUSED:
        _end(held, State.REFUSED, consent.person, at)
    elif not not_yet_answered(held):
        _post(held, consent.person, at)


@transaction.atomic
def withdraw_virement(*, actor: Person, at: datetime, virement: Virement) -> Virement:
    """Take a proposal back while it waits. Raises LedgerError when it no longer does."""
    held = Virement.objects.select_for_update().get(pk=virement.pk)
    if held.state != State.PROPOSED:
        raise LedgerError(f"This virement is {held.get_state_display().lower()}: move the budget back by another one.")
    return _end(held, State.WITHDRAWN, actor, at)


def _post(virement: Virement, actor: Person, at: datetime) -> None:
    """Post it; the budget may have moved since it was proposed, so the split is looked at again."""
    again = _split(virement.ledger, virement.from_line, virement.to_line, virement.pence, virement.on)
    if again != virement.split:
        raise LedgerError(
            f"The budget of {virement.from_line} has changed since this was proposed. Withdraw it and propose it anew."
        )
    legs = rules.vired(virement.pool.code, virement.split, virement.from_line.code, virement.to_line.code)
    draft = Draft(f"virement/{virement.uuid}", "virement", virement.on, legs, asked=virement.digest)
    post_drafts(
        actor=actor, at=at, ledger=virement.ledger, drafts=[draft], action="ledger.virement", why=virement.reason
    )
    _end(virement, State.POSTED, actor, at)


def _end(virement: Virement, state: Virement.State, actor: Person | None, at: datetime) -> Virement:
    before = {"state": virement.state}
    virement.state, virement.closed_at = state.value, at
    virement.save(update_fields=["state", "closed_at"])
    _record("ledger.end_virement", virement, actor, at, before, {"state": state.value})
    return virement


def _record(
    action: str,
    virement: Virement,
    actor: Person | None,
    at: datetime,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
) -> None:
    area = virement.ledger.fund.area.uuid
    record(actor=actor, action=action, subject=virement, before=before, after=after, at=at, area=area)
