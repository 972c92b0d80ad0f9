"""The statement of a ledger's year, its lines against its sources, and the bridge between the two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from commonpool.ledger.models import Ledger
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.names import names_of, year_of
from commonpool.ledger.queries.sums import cells
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.statements import balances
from commonpool.ledger.rules.statements import statement as rules
from commonpool.ledger.rules.statements.names import By, Cell
from commonpool.ledger.rules.statements.statement import Statement
from commonpool.money import Weight

__all__ = ["BOOKS", "bridge", "scheme_table", "spend", "statement", "year_of"]

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


def spend(ledger: Ledger, as_at: AsAt) -> list[Cell]:
    """The sums of all that was spent, since the books began."""
    return cells(ledger, as_at, (Account.EXPENDITURE, Account.EXPENDITURE))


def scheme_table(ledger: Ledger, as_at: AsAt, year: str = "") -> balances.SchemeTable:
    """Scheme line × source: net spend of a year, or of all."""
    starts = {month.starts_on for month in year_of(ledger, year)} if year else None
    return balances.scheme_table(spend(ledger, as_at), names_of(ledger), starts)


def bridge(ledger: Ledger, year: str, as_at: AsAt) -> tuple[balances.BridgeRow, ...]:
    """From the year's spend by the lines' category to its spend by the sources' category."""
    starts = {month.starts_on for month in year_of(ledger, year)}
    return balances.bridge(spend(ledger, as_at), names_of(ledger), starts)
