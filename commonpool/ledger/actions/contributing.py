"""Money that comes in: schedules on each partner's calendar, contributions as they fall due, and their cash."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Sum

from commonpool.audit.actions import record
from commonpool.ledger.actions.budgeting import current_schedules, set_amount
from commonpool.ledger.actions.posting import post, post_drafts
from commonpool.ledger.actions.spending import key_of
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import ContributionSchedule, Ledger, LedgerSource, Pool, Posting
from commonpool.ledger.rules import posting as rules
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.entries import Draft, hash_of
from commonpool.ledger.rules.events import Event, Kind, Outcome
from commonpool.ledger.rules.phasing import Due, Profile, Spread, schedule
from commonpool.people.models import Person
from commonpool.periods import FINANCIAL_YEAR

DUE: Final = Kind.DUE.value


def profile_from(data: Mapping[str, Any]) -> Profile:
    """A stored profile. Raises PhasingError, ValueError for what makes no sense."""
    amounts = tuple((date.fromisoformat(day), int(pence)) for day, pence in data.get("amounts", ()))
    return Profile(
        Spread(data["spread"]),
        is_in_arrears=bool(data.get("is_in_arrears", False)),
        day=int(data.get("day", 1)),
        month=data.get("month"),
        amounts=amounts,
    )


def profile_data(profile: Profile) -> dict[str, Any]:
    """A profile as it is stored."""
    data: dict[str, Any] = {"spread": profile.spread.value, "is_in_arrears": profile.is_in_arrears, "day": profile.day}
    if profile.month is not None:
        data["month"] = profile.month
    if profile.amounts:
        data["amounts"] = [[day.isoformat(), pence] for day, pence in profile.amounts]
    return data


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


def instalments(held: ContributionSchedule) -> tuple[Due, ...]:
    """When the contribution falls due, and how much each time."""
    return schedule(held.pence, FINANCIAL_YEAR.year(held.year), profile_from(held.profile))


def post_due(*, actor: Person | None, at: datetime, ledger: Ledger, up_to: date) -> int:
    """Post what has fallen due by a day and is not posted yet; where a schedule changed, what differs.

    Returns how many entries are new; the same day twice posts nothing the second time.
    """
    drafts = [draft for held in _all_current(ledger) for draft in _outstanding(ledger, held, up_to)]
    return post_drafts(actor=actor, at=at, ledger=ledger, drafts=drafts, action="ledger.due")


def _all_current(ledger: Ledger) -> list[ContributionSchedule]:
    years = sorted(set(ledger.periods.values_list("year", flat=True)))
    return [held for year in years for held in current_schedules(ledger, year).values()]


def _outstanding(ledger: Ledger, held: ContributionSchedule, up_to: date) -> Iterator[Draft]:
    """One entry for each day on which the books have another amount due than the schedule says."""
    wanted: Counter[date] = Counter()
    for due in instalments(held):
        if due.due_on <= up_to:
            # Money for a year may fall due before or after it; it counts in the year's own first or last period.
            wanted[_inside(due.due_on, held.year)] += due.pence
    for day, pence in _posted(ledger, held).items():
        wanted[day] -= pence
    for day, pence in sorted(wanted.items()):
        if pence:
            key = f"{DUE}/{held.source.code}/{day.isoformat()}/v{held.version}"
            legs = rules.contribution_due(held.pool.code, {held.source.code: pence})
            yield Draft(key, DUE, day, legs, asked=hash_of(f"{key} {pence}"))


def _inside(day: date, year: str) -> date:
    whole = FINANCIAL_YEAR.year(year)
    return min(max(day, whole.starts_on), whole.ends_on)


def _posted(ledger: Ledger, held: ContributionSchedule) -> dict[date, int]:
    rows = Posting.objects.filter(
        ledger=ledger, account=Account.CONTRIBUTION, source=held.source, entry__kind=DUE
    ).values("entry__happened_on")
    return {row["entry__happened_on"]: -row["pence"] for row in rows.annotate(pence=Sum("pence")).order_by()}


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
