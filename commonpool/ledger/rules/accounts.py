"""The short chart of accounts, the four books, and what each posting must say besides its amount."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Final


class Book(StrEnum):
    """Each book is double entry by itself. Reports subtract books; no entry spans two."""

    ACTUAL = "actual"
    BUDGET = "budget"
    COMMITMENT = "commitment"
    FORECAST = "forecast"


class Account(IntEnum):
    """A two-digit code. Debits are positive pence, credits negative, everywhere in this room."""

    RECEIVABLE = 10
    CASH = 11
    PAYABLE = 20
    ACCRUAL = 21
    DUE_TO_CONTRIBUTOR = 22
    BROUGHT_FORWARD = 30
    CONTRIBUTION = 40
    TRANSFER_IN = 41
    EXPENDITURE = 50
    TRANSFER_OUT = 51
    ALLOCATED = 60
    UNALLOCATED = 61
    COMMITTED = 70
    COMMITMENT_RESERVE = 71
    FORECAST_SPEND = 80
    FORECAST_RESERVE = 81

    @property
    def label(self) -> str:
        """As people say it."""
        return LABELS[self]


LABELS: Final = {
    Account.RECEIVABLE: "Contribution receivable",
    Account.CASH: "Pool cash",
    Account.PAYABLE: "Provider payable",
    Account.ACCRUAL: "Accrual",
    Account.DUE_TO_CONTRIBUTOR: "Due to contributor",
    Account.BROUGHT_FORWARD: "Fund balance brought forward",
    Account.CONTRIBUTION: "Contribution",
    Account.TRANSFER_IN: "Transfer in",
    Account.EXPENDITURE: "Scheme expenditure",
    Account.TRANSFER_OUT: "Transfer out",
    Account.ALLOCATED: "Budget allocated",
    Account.UNALLOCATED: "Budget unallocated",
    Account.COMMITTED: "Commitment",
    Account.COMMITMENT_RESERVE: "Reserve for commitments",
    Account.FORECAST_SPEND: "Forecast spend",
    Account.FORECAST_RESERVE: "Forecast reserve",
}

BOOK_OF: Final = {
    **dict.fromkeys((account for account in Account if account < 60), Book.ACTUAL),
    Account.ALLOCATED: Book.BUDGET,
    Account.UNALLOCATED: Book.BUDGET,
    Account.COMMITTED: Book.COMMITMENT,
    Account.COMMITMENT_RESERVE: Book.COMMITMENT,
    Account.FORECAST_SPEND: Book.FORECAST,
    Account.FORECAST_RESERVE: Book.FORECAST,
}

# What a posting to the account says besides book, pool, source and pence.
NEEDS_LINE: Final = frozenset(
    {
        Account.PAYABLE,
        Account.ACCRUAL,
        Account.EXPENDITURE,
        Account.ALLOCATED,
        Account.COMMITTED,
        Account.FORECAST_SPEND,
    }
)
NEEDS_TRANSFER: Final = frozenset({Account.TRANSFER_IN, Account.TRANSFER_OUT})

# The accounts that make what a source holds: money that came in less money recognised as spent or passed on.
# Money that is owed back is no longer held. A host's advance is the exception: see `ADVANCE`.
HOLDING: Final = frozenset(
    {
        Account.BROUGHT_FORWARD,
        Account.CONTRIBUTION,
        Account.TRANSFER_IN,
        Account.EXPENDITURE,
        Account.TRANSFER_OUT,
    }
)
# A host advance is lent, not contributed: it stands on 22 alone, and what is lent may be drawn.
ADVANCE: Final = "HOST_ADVANCE"
UNFUNDED: Final = "UNFUNDED"
RISK_SHARE: Final = "RISK_SHARE"


def is_held(account: Account, source: str) -> bool:
    """Whether a posting to the account changes what may still be drawn of that source."""
    return account in HOLDING or (account is Account.DUE_TO_CONTRIBUTOR and category_of(source) == ADVANCE)


def category_of(source: str) -> str:
    """The category in a source's code: `NHS_MIN:XN1:2024-25` is of NHS_MIN.

    A code is `CATEGORY:PARTNER:ORIGIN_YEAR`, and `:FOR_CATEGORY` after it for a host advance or a risk share.
    """
    return source.partition(":")[0]


def for_category_of(source: str) -> str:
    """The category of the plan lines that a source is for: its own, or that which its code ends with."""
    parts = source.split(":")
    return parts[3] if len(parts) == 4 else parts[0]
