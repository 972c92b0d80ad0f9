"""Money that comes in: schedules on each partner's calendar, contributions as they fall due, and their cash."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from commonpool.audit.actions import record
from commonpool.ledger.actions.budgeting import set_amount
from commonpool.ledger.actions.posting import post, post_drafts
from commonpool.ledger.actions.spending import key_of
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.instalments import current_schedules, outstanding, profile_data
from commonpool.ledger.models import ContributionSchedule, Ledger, LedgerSource, Pool
from commonpool.ledger.rules.events import Event, Kind, Outcome
from commonpool.ledger.rules.phasing import Profile, schedule
from commonpool.people.models import Person
from commonpool.periods import FINANCIAL_YEAR


@transaction.atomic
def set_profile(
    *, actor: Person | None, at: datetime, ledger: Ledger, source: LedgerSource, year: str, profile: Profile
) -> ContributionSchedule:
    """How a source's agreed contribution falls due. The amount stays the plan's. Raises PhasingError, LedgerError."""
    held = current_schedules(ledger, year).get(source.pk)
    if held is None:
        raise LedgerError(f"The agreed plan brings no money of {source} in {year}. Agree it in the plan first.")
    schedule(held.pence, FINANCIAL_YEAR.year(year), profile)  # raises what does not add up
    made = set_amount(
        ledger,
        source,
        held.pool,
        year,
        held.pence,
        held.agreed_digest,
        at,
        is_provisional=held.is_provisional,
        profile=profile_data(profile),
    )
    before, after = {"profile": held.profile}, {"profile": made.profile}
    record(
        actor=actor,
        action="ledger.schedule",
        subject=made,
        before=before,
        after=after,
        at=at,
        area=ledger.fund.area.uuid,
    )
    return made


def post_due(*, actor: Person | None, at: datetime, ledger: Ledger, up_to: date) -> int:
    """Post what has fallen due by a day and is not posted yet; where a schedule changed, what differs.

    Returns how many entries are new; the same day twice posts nothing the second time.
    """
    return post_drafts(actor=actor, at=at, ledger=ledger, drafts=outstanding(ledger, up_to), action="ledger.due")


def receive_cash(
    *,
    actor: Person | None,
    at: datetime,
    ledger: Ledger,
    pool: Pool,
    source: LedgerSource,
    pence: int,
    on: date,
    reference: str = "",
) -> Outcome:
    """Cash that arrives for a contribution. It changes what is owed, not what may be spent."""
    event = Event(key_of(Kind.CASH, reference), Kind.CASH, on, pool.code, pence, source=source.code)
    return post(actor=actor, at=at, ledger=ledger, event=event, action="ledger.cash")


def contribute_at_year_end(
    *,
    actor: Person | None,
    at: datetime,
    ledger: Ledger,
    pool: Pool,
    source: LedgerSource,
    pence: int,
    on: date,
    reference: str,
) -> Outcome:
    """A contribution that no schedule has, such as a partner's share of an overspend: it falls due on that day."""
    event = Event(key_of(Kind.DUE, reference), Kind.DUE, on, pool.code, pence, source=source.code)
    return post(actor=actor, at=at, ledger=ledger, event=event, action="ledger.due")
