"""Closing a period: what stands in the way, accruals that reverse, and the head of the chain that is published."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from commonpool.audit.actions import record
from commonpool.ledger.actions.posting import Refused, posting_in
from commonpool.ledger.books import Books
from commonpool.ledger.checklist import Item, checklist
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import Entry, Ledger, Period, PeriodClose
from commonpool.ledger.rules.events import Event, Kind
from commonpool.people.models import Person

State, Step = Period.State, PeriodClose.Step


def reverse_accruals(*, actor: Person | None, at: datetime, period: Period) -> int:
    """Reverse what still stands of the period's accruals, each in its own split, on the first day of the next period.

    Twice is once. Returns how many were reversed. Raises LedgerError where no period follows.
    """
    day = period.ends_on + timedelta(days=1)
    reversed_ = 0
    with posting_in(period.ledger, actor, at, "ledger.reverse_accruals") as books:
        for accrual in _accruals(period):
            left = _still_standing(books, accrual.key)
            if left:
                reversed_ += 1
                event = Event(f"reverse/{accrual.key}", Kind.REVERSE, day, "", left, of=accrual.key)
                outcome = books.post(event)
                if not outcome.accepted:
                    raise Refused(outcome)
    return reversed_


def _accruals(period: Period) -> list[Entry]:
    return list(Entry.objects.filter(period=period, kind=Kind.ACCRUE).order_by("number"))


def _still_standing(books: Books, key: str) -> int:
    original = books.posted(key)
    assert original is not None, "an entry of the tables is posted"
    size = sum(leg.pence for leg in original.legs if leg.pence > 0)
    return size - sum(books.undone(key).values())


@transaction.atomic
def soft_close(*, actor: Person | None, at: datetime, period: Period) -> PeriodClose:
    """Close a period to everything but adjustments, after its accruals are reversed into the next one.

    Raises LedgerError for one that is not open.
    """
    held = _locked(period)
    if held.state != State.OPEN:
        raise LedgerError(f"{held.label} is {held.get_state_display().lower()} already.")
    if Period.objects.filter(ledger=held.ledger, starts_on=held.ends_on + timedelta(days=1)).exists():
        reverse_accruals(actor=actor, at=at, period=held)
    return _step(held, State.SOFT_CLOSED, Step.SOFT_CLOSE, actor, at, checklist(held, localdate(at)))


@transaction.atomic
def close(*, actor: Person | None, at: datetime, period: Period) -> PeriodClose:
    """Close a period for good and publish the head of the chain. Late items then count in the next open period.

    Raises LedgerError, with everything that stands in the way.
    """
    held = _locked(period)
    if held.state == State.CLOSED:
        raise LedgerError(f"{held.label} is closed already.")
    if held.state == State.OPEN:
        soft_close(actor=actor, at=at, period=held)
        held = _locked(period)
    items = checklist(held, localdate(at))
    if blocking := [item for item in items if item.blocks]:
        raise LedgerError(
            f"{held.label} cannot be closed yet. " + " ".join(f"{item.sentence} {item.cure}" for item in blocking)
        )
    return _step(held, State.CLOSED, Step.CLOSE, actor, at, items)


@transaction.atomic
def reopen(*, actor: Person | None, at: datetime, period: Period, reason: str) -> PeriodClose:
    """Open a soft-closed period again, saying why. A closed one stays closed. Raises LedgerError."""
    held = _locked(period)
    if held.state != State.SOFT_CLOSED:
        raise LedgerError(
            f"{held.label} is {held.get_state_display().lower()}. Only a soft-closed period can be opened again; "
            "what comes late counts in the first open one."
        )
    if not reason.strip():
        raise LedgerError("Say why the period is opened again.")
    return _step(held, State.OPEN, Step.REOPEN, actor, at, [], reason.strip()[:500])


def _locked(period: Period) -> Period:
    """The period, with its ledger held: nobody posts while it closes."""
    Ledger.objects.select_for_update(of=("self",)).get(pk=period.ledger_id)
    return Period.objects.select_related("ledger__fund__area").get(pk=period.pk)


def _step(
    period: Period,
    state: Period.State,
    step: PeriodClose.Step,
    actor: Person | None,
    at: datetime,
    items: list[Item],
    reason: str = "",
) -> PeriodClose:
    before = {"state": period.state}
    period.state = state.value
    period.save(update_fields=["state"])
    ledger = Ledger.objects.get(pk=period.ledger_id)
    made = PeriodClose.objects.create(
        period=period,
        step=step,
        closed_at=at,
        closed_by=actor,
        entry_count=ledger.entry_count,
        head_hash=ledger.head_hash,
        checklist=[item.as_json() for item in items],
        reason=reason,
    )
    after = {"state": period.state, "entries": ledger.entry_count, "head": ledger.head_hash}
    record(
        actor=actor,
        action=f"ledger.{step.value}_period",
        subject=period,
        before=before,
        after=after,
        at=at,
        area=ledger.fund.area.uuid,
    )
    return made
