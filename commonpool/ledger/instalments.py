"""When contributions fall due, and which of them the books do not have yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from django.db.models import Sum

from commonpool.ledger.models import ContributionSchedule, Ledger, Posting
from commonpool.ledger.rules import posting as rules
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.entries import Draft, hash_of
from commonpool.ledger.rules.events import Kind
from commonpool.ledger.rules.phasing import Due, Profile, Spread, schedule
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


def current_schedules(ledger: Ledger, year: str) -> dict[int, ContributionSchedule]:
    """source row id -> the newest version of its schedule of the year."""
    rows = ledger.schedules.filter(year=year).select_related("source", "pool").order_by("version")
    return {schedule.source_id: schedule for schedule in rows}


def instalments(held: ContributionSchedule) -> tuple[Due, ...]:
    """When the contribution falls due, and how much each time."""
    return schedule(held.pence, FINANCIAL_YEAR.year(held.year), profile_from(held.profile))


def outstanding(ledger: Ledger, up_to: date) -> list[Draft]:
    """An entry for each instalment that has fallen due by a day and is not in the books; where a schedule changed,
    what differs."""
    return [draft for held in _all_current(ledger) for draft in _outstanding(ledger, held, up_to)]


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
