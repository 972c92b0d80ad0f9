"""What stands against what: sums of one account by the account on the other side of the same source in the entry."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Final, NamedTuple

from commonpool.ledger.rules.accounts import Account

WANTED: Final[dict[Account, tuple[Account, ...]]] = {
    Account.RECEIVABLE: (Account.CONTRIBUTION, Account.CASH, Account.EXPENDITURE),
    Account.CONTRIBUTION: (Account.RECEIVABLE, Account.CASH, Account.BROUGHT_FORWARD, Account.DUE_TO_CONTRIBUTOR),
    Account.BROUGHT_FORWARD: (Account.CASH, Account.CONTRIBUTION, Account.DUE_TO_CONTRIBUTOR),
    Account.DUE_TO_CONTRIBUTOR: (Account.CASH, Account.CONTRIBUTION, Account.BROUGHT_FORWARD),
}
"""Each account whose other side is asked for, with those that it may stand against, in the order of asking."""


class Pair(NamedTuple):
    """The sum of one account's postings that stand against one other account, by source and month.

    other  None where the entry has none of those that are asked for
    part   how a sum is made up, such as by district; "" as a rule
    """

    account: Account
    other: Account | None
    source: str
    part: str
    month: date
    pence: int


def against(
    pairs: Iterable[Pair], account: Account, *others: Account, months: Collection[date] | None = None
) -> list[Pair]:
    """The sums of one account that stand against one of the others, in these months."""
    return [
        pair
        for pair in pairs
        if pair.account is account and pair.other in others and (months is None or pair.month in months)
    ]
