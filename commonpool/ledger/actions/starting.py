"""Beginning: the books of a fund with the plan's figures in them, in one step."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commonpool.funds.models import PooledFund
from commonpool.ledger.actions.budgeting import adopt_plan
from commonpool.ledger.actions.opening import open_ledger, open_year
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import Ledger
from commonpool.people.models import Person
from commonpool.periods import FINANCIAL_YEAR
from commonpool.plans.models import PlanVersion
from commonpool.policy.reading import load_round


@transaction.atomic
def open_books(
    *, actor: Person | None, at: datetime, fund: PooledFund, year: str, version: PlanVersion | None = None
) -> Ledger:
    """A fund's books, open for a year, with the figures of a plan version where one is given.

    Raises LedgerError for a stream, and for a version that does not plan the year.
    """
    ledger = open_ledger(actor=actor, at=at, fund=fund, year=year)
    open_year(actor=actor, at=at, ledger=ledger, year=year)
    if version is not None:
        take_plan(actor=actor, at=at, ledger=ledger, version=version)
    return ledger


@transaction.atomic
def take_plan(*, actor: Person | None, at: datetime, ledger: Ledger, version: PlanVersion) -> int:
    """Bring a plan version's figures into the books; one that is not agreed is provisional until one is.

    Returns how many budget entries are new. Raises LedgerError where the version plans none of the open years.
    """
    years = load_round(version.plan.round_id).years
    if not ledger.periods.filter(year__in=years).exists():
        open_years = ", ".join(sorted(set(ledger.periods.values_list("year", flat=True))))
        raise LedgerError(
            f"The plan of {version.plan.round_id} plans {' and '.join(years)}, and the books are open for "
            f"{open_years}. Open a year that it plans, or choose another plan."
        )
    return adopt_plan(version=version, at=at, actor=actor, is_provisional=version.state != PlanVersion.State.AGREED)


def next_year_of(ledger: Ledger) -> str:
    """The year after the last one that is open."""
    last = ledger.periods.order_by("-starts_on").values_list("year", flat=True)[0]
    following = FINANCIAL_YEAR.year(last).ends_on
    return FINANCIAL_YEAR.label_of(following.replace(year=following.year, month=4, day=1))
