"""The amounts that figures are asked for: which postings each one counts, and with which sign."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from commonpool.ledger.rules.accounts import ADVANCE, HOLDING, Account, category_of
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

    is_income      only what lines earned, or only what they spent; None for both
    is_borrowed    without the host's advance and what no source covers where False, only these where True; None for all
    is_of_holding  of what is owed to contributors, only what the host lends: that may be drawn, the rest goes back
    """

    label: str
    accounts: tuple[Account, ...]
    sign: int
    when: When = When.YEAR
    is_income: bool | None = None
    is_borrowed: bool | None = None
    is_of_holding: bool = False


_HELD: Final = tuple(sorted(HOLDING))
_BROUGHT: Final = (Account.BROUGHT_FORWARD, Account.CONTRIBUTION, Account.DUE_TO_CONTRIBUTOR)
_PASSED: Final = (Account.TRANSFER_IN, Account.TRANSFER_OUT)
COLUMNS: Final[Mapping[str, Column]] = {
    "planned": Column("Planned", (Account.ALLOCATED,), 1),
    "committed": Column("Committed", (Account.COMMITTED,), 1, When.EVER),
    "gross": Column("Gross spend", (Account.EXPENDITURE,), 1, is_income=False),
    "income": Column("Income", (Account.EXPENDITURE,), -1, is_income=True),
    "net": Column("Net spend", (Account.EXPENDITURE,), 1),
    "forecast": Column("Forecast outturn", (Account.FORECAST_SPEND,), 1),
    "held": Column("Held", (*_HELD, Account.DUE_TO_CONTRIBUTOR), -1, When.EVER, is_of_holding=True),
    "received": Column("Came in since the books began", _BROUGHT, -1, When.EVER, is_of_holding=True),
    "passed": Column("From other pools, less what went to them", _PASSED, -1, When.EVER),
    "bought": Column("Net spend of partners’ money", (Account.EXPENDITURE,), 1, is_borrowed=False),
    "came_in": Column("Came in", (Account.BROUGHT_FORWARD, Account.CONTRIBUTION), -1),
    "left": Column("Left of partners’ money", _HELD, -1, When.EVER, is_borrowed=False),
    "lent": Column("Spent beyond partners’ money", _HELD, 1, When.EVER, is_borrowed=True),
    "before": Column("Held when the year began", _HELD, -1, When.BEFORE),
    "expenditure": Column("Expenditure", (Account.EXPENDITURE,), -1),
    "gross_expenditure": Column("Gross expenditure", (Account.EXPENDITURE,), -1, is_income=False),
    "transferred": Column("From other funds", _PASSED, -1),
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
        if cell.account not in column.accounts or (column.is_of_holding and not _may_be_drawn(cell)):
            return False
        if column.is_income is not None and is_income(cell) is not column.is_income:
            return False
        return {
            When.YEAR: cell.month in months,
            When.BEFORE: cell.month < first,
            When.EVER: True,
        }[column.when]

    return counts


def _may_be_drawn(cell: Cell) -> bool:
    """Money owed back is held no more, but what the host lends stands on the debt alone."""
    return cell.account is not Account.DUE_TO_CONTRIBUTOR or category_of(cell.source) == ADVANCE
