"""The statement of a ledger's year, from two statements of SQL whatever its size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from commonpool.ledger.errors import LedgerError
from commonpool.ledger.models import Ledger
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.names import months_of, names_of, years_of
from commonpool.ledger.queries.sums import cells
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.statements import balances
from commonpool.ledger.rules.statements import statement as rules
from commonpool.ledger.rules.statements.names import By, Cell
from commonpool.ledger.rules.statements.statement import Statement
from commonpool.money import Weight
from commonpool.periods import Period

BOOKS: Final = (Account.EXPENDITURE, Account.FORECAST_RESERVE)
"""The first and the last account that a statement reads."""


def statement(
    ledger: Ledger,
    year: str,
    as_at: AsAt,
    by: By | str = By.LINE,
    *,
    stream: UUID | None = None,
    partner: str = "",
    profiles: Mapping[str, Sequence[Weight]] | None = None,
) -> Statement:
    """The year's statement as at any two dates, by pool, partner, line, source, category or provider.

    stream    only what belongs to that stream of a larger pool: its fund's id
    partner   only the sources of that partner: its organisation's code
    profiles  line's code -> weights of the year's months, for a plan that is not spent in equal parts

    Raises LedgerError, naming the years that are open, for another one.
    """
    months = year_of(ledger, year)
    return rules.statement(
        cells(ledger, as_at, BOOKS),
        names_of(ledger),
        months,
        by=By(by),
        day=as_at.day,
        year=year,
        stream=str(stream or ""),
        partner=partner,
        profiles=profiles,
    )


def year_of(ledger: Ledger, year: str) -> tuple[Period, ...]:
    """The periods of a year. Raises LedgerError, naming the years that are open, where it is not."""
    months = months_of(ledger, year)
    if not months:
        open_years = ", ".join(years_of(ledger)) or "none yet"
        raise LedgerError(f"The year {year} is not open in this ledger. It has: {open_years}.")
    return months


def spend(ledger: Ledger, as_at: AsAt) -> list[Cell]:
    """The sums of all that was spent, since the books began."""
    return cells(ledger, as_at, (Account.EXPENDITURE, Account.EXPENDITURE))


def scheme_table(ledger: Ledger, as_at: AsAt, year: str = "") -> balances.SchemeTable:
    """Scheme line × source: net spend of a year, or of all."""
    starts = _starts(ledger, year) if year else None
    return balances.scheme_table(spend(ledger, as_at), names_of(ledger), starts)


def bridge(ledger: Ledger, year: str, as_at: AsAt) -> tuple[balances.BridgeRow, ...]:
    """From the year's spend by the lines' category to its spend by the sources' category."""
    return balances.bridge(spend(ledger, as_at), names_of(ledger), _starts(ledger, year))


def _starts(ledger: Ledger, year: str) -> set[date]:
    return {month.starts_on for month in year_of(ledger, year)}


def day_before(months: Sequence[Period]) -> date:
    """The last day before a year."""
    return months[0].starts_on - timedelta(days=1)
