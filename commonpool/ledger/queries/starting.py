"""What can be opened in an area: funds without books, the years, and the plans whose figures could stand in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Q, QuerySet

from commonpool.funds import queries as funds
from commonpool.funds.models import PooledFund
from commonpool.ledger.models import Ledger
from commonpool.people.models import Person
from commonpool.periods import FINANCIAL_YEAR
from commonpool.places.models import Organisation
from commonpool.plans import queries as plans
from commonpool.plans.models import PlanVersion
from commonpool.policy.reading import load_round

State = PlanVersion.State


def books_of(area: Organisation) -> QuerySet[Ledger]:
    """The books that are kept in an area."""
    return Ledger.objects.filter(fund__area=area).select_related("fund__area").order_by("fund__name")


def funds_without_books(area: Organisation) -> QuerySet[PooledFund]:
    """The area's funds whose books could be opened: no streams, which are in the books of their pool."""
    return funds.funds_of(area).filter(parent=None, ledger=None).exclude(state=PooledFund.State.CLOSED)


def plans_to_take(person: Person, area: Organisation, on: date) -> list[PlanVersion]:
    """For each plan of the area the version to take: the agreed one, else the newest that partners have seen.

    The newest round first. What is still a body's own draft is not for the books of all.
    """
    seen = Q(state__in=[State.AGREED, State.OFFERED]) | Q(state=State.DRAFT, shared_at__isnull=False)
    readable = plans.versions_readable_by(person, on).filter(seen, plan__area=area)
    chosen: dict[int, PlanVersion] = {}
    for version in readable.order_by("plan__round_id", "number"):
        held = chosen.get(version.plan_id)
        if held is None or held.state != State.AGREED:
            chosen[version.plan_id] = version
    return list(reversed(chosen.values()))


def years_planned(version: PlanVersion) -> tuple[str, ...]:
    """The financial years that a version plans."""
    return load_round(version.plan.round_id).years


def years_to_open(versions: Sequence[PlanVersion], on: date) -> list[str]:
    """Years for which books could begin, the latest first: those that a plan has, last year, this and the next."""
    near = [FINANCIAL_YEAR.label_of(on.replace(year=on.year + step, day=1)) for step in (-1, 0, 1)]
    return sorted({*near, *(year for version in versions for year in years_planned(version))}, reverse=True)


def year_to_begin_with(versions: Sequence[PlanVersion], on: date) -> str:
    """The current year where a plan has it, else the latest that an agreed plan has, else the current one."""
    current = FINANCIAL_YEAR.label_of(on)
    agreed = [year for version in versions if version.state == State.AGREED for year in years_planned(version)]
    planned = [year for version in versions for year in years_planned(version)]
    return current if current in planned else max(agreed or planned or [current])
