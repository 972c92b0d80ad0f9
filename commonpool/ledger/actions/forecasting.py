"""What a line is now expected to spend in the year, in a book of its own, each change with its method."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from django.db.models import Sum

from commonpool.ledger.actions.posting import posting_in
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import Ledger, LedgerLine, Pool, Posting
from commonpool.ledger.queries.budgets import budgeted
from commonpool.ledger.rules import posting as rules
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.entries import Draft, Leg, hash_of
from commonpool.money import split_into_pence
from commonpool.people.models import Person
from commonpool.periods import FINANCIAL_YEAR

FORECAST = "forecast"


def set_forecast(
    *,
    actor: Person | None,
    at: datetime,
    ledger: Ledger,
    pool: Pool,
    line: LedgerLine,
    pence: int,
    on: date,
    method: str,
    why: str = "",
) -> int:
    """Set a line's forecast outturn of the year; what differs from the last one is posted. Returns new entries.

    method  how it was made, as `rules.forecasting.Method`; it stands on the entry
    Raises LedgerError for a line without a budget: there is no source to expect it from.
    """
    year = FINANCIAL_YEAR.label_of(on)
    budget = {
        source: each
        for (code, source), each in sorted(budgeted(ledger, year).items())
        if code == line.code and each > 0
    }
    if not budget:
        raise LedgerError(f"{line} has no budget in {year}, so its forecast has no source. Agree it in the plan first.")
    changes: Counter[str] = Counter(split_into_pence(pence, budget))
    with posting_in(ledger, actor, at, "ledger.forecast", why) as books:
        changes.subtract(_forecast_now(ledger, pool, line, year))
        legs: tuple[Leg, ...] = ()
        for source, change in sorted(changes.items()):
            if change:
                legs += rules.forecast(pool.code, {source: change}, line.code)
        if not legs:
            return 0
        key = f"{FORECAST}/{year}/{line.code}/{books.ledger.entry_count}"
        return int(books.append(Draft(key, FORECAST, on, legs, reason=method, asked=hash_of(f"{key} {pence}"))))


def _forecast_now(ledger: Ledger, pool: Pool, line: LedgerLine, year: str) -> dict[str, int]:
    rows = Posting.objects.filter(
        ledger=ledger, pool=pool, line=line, account=Account.FORECAST_SPEND, entry__period__year=year
    ).values("source__code")
    return {row["source__code"]: row["now"] for row in rows.annotate(now=Sum("pence")).order_by()}
