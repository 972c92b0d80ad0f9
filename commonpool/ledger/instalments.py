"""When contributions fall due, and which of them the books do not have yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from django.db.models import Sum

from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import ContributionSchedule, Ledger, Posting
from commonpool.ledger.rules import posting as rules
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.entries import Draft, hash_of
from commonpool.ledger.rules.events import Kind
from commonpool.ledger.rules.phasing import Due, PhasingError, Profile, Spread, schedule
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
    what differs. What fell due after that day is left alone.

    Raises LedgerError, naming the source, for a schedule that no longer makes its year.
    """
    posted = posted_due(ledger)
    return [draft for held in all_current(ledger) for draft in _outstanding(held, posted, up_to)]


def all_current(ledger: Ledger) -> list[ContributionSchedule]:
    """The newest version of every schedule, of all years that are open."""
    years = sorted(set(ledger.periods.values_list("year", flat=True)))
    return [held for year in years for held in current_schedules(ledger, year).values()]


def _outstanding(held: ContributionSchedule, posted: Mapping[tuple[int, date], int], up_to: date) -> Iterator[Draft]:
    """One entry for each day on which the books have another amount due than the schedule says."""
    wanted, later = due_by_day(held, up_to)
    whole = FINANCIAL_YEAR.year(held.year)
    there = {day: pence for (source, day), pence in posted.items() if source == held.source_id and day in whole}
    for day in sorted({*wanted, *there}):
        pence = wanted[day] - there.get(day, 0)
        if pence < 0:
            # What was posted ahead of its day stands, as far as the schedule has it.
            pence = min(pence + later[day], 0) if day <= up_to else 0
        if pence:
            key = f"{DUE}/{held.source.code}/{day.isoformat()}/v{held.version}"
            # Two instalments can count on one day, the year's first or last: the second is an entry of its own.
            key += f"/{there[day]}" if there.get(day) else ""
            legs = rules.contribution_due(held.pool.code, {held.source.code: pence})
            yield Draft(key, DUE, day, legs, asked=hash_of(f"{key} {pence}"))


def due_by_day(held: ContributionSchedule, up_to: date) -> tuple[Counter[date], Counter[date]]:
    """What falls due up to a day and what later: each {day on which it counts in the books: pence}.

    Money for a year may fall due before or after it; it counts in the year's own first or last period.
    Raises LedgerError, naming the source, where the instalments no longer make the year's amount.
    """
    wanted: Counter[date] = Counter()
    later: Counter[date] = Counter()
    try:
        dues = instalments(held)
    except PhasingError as error:
        raise LedgerError(f"When {held.source} falls due in {held.year} must be set again. {error}") from None
    for due in dues:
        (wanted if due.due_on <= up_to else later)[inside(due.due_on, held.year)] += due.pence
    return wanted, later


def inside(day: date, year: str) -> date:
    """The day of a year that is nearest to another day."""
    whole = FINANCIAL_YEAR.year(year)
    return min(max(day, whole.starts_on), whole.ends_on)


def posted_due(ledger: Ledger) -> dict[tuple[int, date], int]:
    """(source row id, day) -> pence that the books have as fallen due by a schedule."""
    rows = Posting.objects.filter(ledger=ledger, account=Account.CONTRIBUTION, entry__kind=DUE)
    summed = rows.values("source_id", "entry__happened_on").annotate(due=Sum("pence")).order_by()
    return {(row["source_id"], row["entry__happened_on"]): -row["due"] for row in summed}
