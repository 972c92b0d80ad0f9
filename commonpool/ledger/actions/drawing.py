"""What partners agree about drawing: the policy of a line, and the ring-fences of money. Each change is a version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from commonpool.audit.actions import record
from commonpool.ledger.drawing import read_policy
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import DrawPolicy, FencedSource, Ledger, LedgerLine
from commonpool.ledger.rules.eligibility import RingFence, RingFenceError, in_force
from commonpool.people.models import Person


@transaction.atomic
def set_policy(
    *,
    actor: Person | None,
    at: datetime,
    ledger: Ledger,
    line: LedgerLine | None,
    text: str,
    starts_on: date,
    reason: str,
) -> DrawPolicy:
    """How spend on a line (None: on every line without its own) picks its sources, from a day on.

    Raises LedgerError for a policy that makes no sense, or names a source that the ledger does not have.
    """
    Ledger.objects.select_for_update(of=("self",)).get(pk=ledger.pk)
    policy = read_policy(ledger, text)
    if not reason.strip():
        raise LedgerError("Say who agreed this and where, so that it can be found again.")
    newest = DrawPolicy.objects.filter(ledger=ledger, line=line).aggregate(newest=Max("version"))["newest"] or 0
    made = DrawPolicy(
        ledger=ledger,
        line=line,
        version=newest + 1,
        text=str(policy),
        starts_on=starts_on,
        reason=reason.strip()[:500],
        recorded_at=at,
    )
    made.full_clean()
    made.save()
    after = {"line": line.code if line else None, "policy": made.text, "version": made.version, "starts_on": starts_on}
    area = ledger.fund.area.uuid
    record(actor=actor, action="ledger.set_policy", subject=made, before=None, after=after, at=at, area=area)
    return made


@transaction.atomic
def set_fence(*, actor: Person | None, at: datetime, ledger: Ledger, terms: Mapping[str, Any]) -> FencedSource:
    """Record a ring-fence, or a new version of one. Raises LedgerError, with all that is wrong in its terms."""
    Ledger.objects.select_for_update(of=("self",)).get(pk=ledger.pk)
    newest = ledger.fences.aggregate(newest=Max("version"))["newest"] or 0
    try:
        fence = RingFence.from_data({**terms, "version": newest + 1})
        in_force(
            [*(RingFence.from_data(each.terms) for each in ledger.fences.all()), fence], fence.starts_on or at.date()
        )
    except RingFenceError as error:
        raise LedgerError(str(error)) from None
    made = FencedSource.objects.create(ledger=ledger, version=newest + 1, terms=fence.as_data(), recorded_at=at)
    area = ledger.fund.area.uuid
    record(actor=actor, action="ledger.set_fence", subject=made, before=None, after=fence.as_data(), at=at, area=area)
    return made
