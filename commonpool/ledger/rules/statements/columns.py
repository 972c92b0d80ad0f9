"""The amounts that figures are asked for: which postings each one counts, and with which sign."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from commonpool.ledger.rules.accounts import ADVANCE, HOLDING, Account
from commonpool.ledger.rules.statements.names import By, Cell, Names, is_income

PAID_IN: Final = (
    Account.RECEIVABLE,
    Account.DUE_TO_CONTRIBUTOR,
    Account.BROUGHT_FORWARD,
    Account.CONTRIBUTION,
    Account.TRANSFER_IN,
    Account.TRANSFER_OUT,
)
"""What a partner paid in, or paid to providers itself, stands on these with the other sign.

In every entry a source's postings sum to zero; payments to providers, accruals and income stand on none of these.
"""


class When(StrEnum):
    """Which periods a column counts."""

    YEAR = "year"
    BEFORE = "before"
    EVER = "ever"


@dataclass(frozen=True, slots=True)
class Column:
    """An amount of a statement or balance: the postings to these accounts, with a sign.

    is_income    only what lines earned, or only what they spent; None for both
    is_borrowed  without the host's advance and what no source covers where False; None for all
    """

    label: str
    accounts: tuple[Account, ...]
    sign: int
    when: When = When.YEAR
    is_income: bool | None = None
    is_borrowed: bool | None = None


_HELD: Final = tuple(sorted(HOLDING))
COLUMNS: Final[Mapping[str, Column]] = {
    "planned": Column("Planned", (Account.ALLOCATED,), 1),
    "committed": Column("Committed", (Account.COMMITTED,), 1, When.EVER),
    "gross": Column("Gross spend", (Account.EXPENDITURE,), 1, is_income=False),
    "income": Column("Income", (Account.EXPENDITURE,), -1, is_income=True),
    "net": Column("Net spend", (Account.EXPENDITURE,), 1),
    "forecast": Column("Forecast outturn", (Account.FORECAST_SPEND,), 1),
    "held": Column("Held", (*_HELD, Account.DUE_TO_CONTRIBUTOR), -1, When.EVER),
    "before": Column("Held when the year began", _HELD, -1, When.BEFORE),
    "expenditure": Column("Expenditure", (Account.EXPENDITURE,), -1),
    "transferred": Column("From other funds", (Account.TRANSFER_IN, Account.TRANSFER_OUT), -1),
    "paid_in": Column("Paid in", PAID_IN, -1, When.EVER, is_borrowed=False),
    "spent": Column("Spent from its money", (Account.EXPENDITURE,), 1, When.EVER, is_borrowed=False),
    **{f"account-{int(account)}": Column(account.label, (account,), 1, When.EVER) for account in Account},
}
"""By the name that a question gives it. `account-11` and the like are the balances of the trial balance."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which part of a ledger a figure is of: a row of a statement, within a stream or a partner's sources."""

    by: By = By.ALL
    key: str = ""
    stream: str = ""
    partner: str = ""


def selected(
    cells: Iterable[Cell], names: Names, column: Column, scope: Scope, months: Collection[date]
) -> Iterator[Cell]:
    """The sums that a column counts in a scope, each with the column's sign. months: first days of the year's."""
    counts = _counts(column, months)
    for cell in cells:
        if (
            counts(cell)
            and names.is_of(cell, stream=scope.stream, partner=scope.partner)
            and names.key(scope.by, cell) == scope.key
            and (column.is_borrowed is None or names.sources[cell.source].is_borrowed is column.is_borrowed)
        ):
            yield cell._replace(pence=column.sign * cell.pence)


def _counts(column: Column, months: Collection[date]) -> Callable[[Cell], bool]:
    first = min(months)

    def counts(cell: Cell) -> bool:
        if cell.account not in column.accounts or not _is_held_there(column, cell):
            return False
        if column.is_income is not None and is_income(cell) is not column.is_income:
            return False
        return {
            When.YEAR: cell.month in months,
            When.BEFORE: cell.month < first,
            When.EVER: True,
        }[column.when]

    return counts


def _is_held_there(column: Column, cell: Cell) -> bool:
    """Money owed back is held no more, but what the host lends stands on the debt alone."""
    is_advance = cell.source.startswith(f"{ADVANCE}:")
    return column is not COLUMNS["held"] or cell.account is not Account.DUE_TO_CONTRIBUTOR or is_advance
