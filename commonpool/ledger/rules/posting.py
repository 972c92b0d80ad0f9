"""The posting rules: what each event writes, leg by leg. One function for one row of the specification's table.

Every function gives legs that balance within each pool and source, so a source can be read as a ledger of its own.
`split` is {source: pence}, all above zero.
"""

from __future__ import annotations

from collections.abc import Mapping

from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.entries import Leg

Split = Mapping[str, int]
Legs = tuple[Leg, ...]


def _both(split: Split, debit: Account, credit: Account, pool: str, **said: str) -> Legs:
    """Debit one account and credit another, source by source."""
    legs: list[Leg] = []
    for source, pence in split.items():
        legs += [Leg(debit, pool, source, pence, **said), Leg(credit, pool, source, -pence, **said)]
    return tuple(legs)


def contribution_due(pool: str, split: Split) -> Legs:
    """An agreed contribution falls due."""
    return _both(split, Account.RECEIVABLE, Account.CONTRIBUTION, pool)


def cash_received(pool: str, split: Split) -> Legs:
    """Cash arrives for a contribution that fell due."""
    return _both(split, Account.CASH, Account.RECEIVABLE, pool)


def contribution_in_cash(pool: str, split: Split) -> Legs:
    """A contribution that falls due and arrives in one."""
    return _both(split, Account.CASH, Account.CONTRIBUTION, pool)


def opening_balance(pool: str, split: Split) -> Legs:
    """What a pool holds when its books begin."""
    return _both(split, Account.CASH, Account.BROUGHT_FORWARD, pool)


def work_accrued(pool: str, split: Split, line: str, provider: str = "") -> Legs:
    """Work done and not invoiced."""
    return _both(split, Account.EXPENDITURE, Account.ACCRUAL, pool, line=line, provider=provider)


def invoiced(pool: str, split: Split, line: str, provider: str = "") -> Legs:
    """An invoice, or spend that a partner's ledger tells of."""
    return _both(split, Account.EXPENDITURE, Account.PAYABLE, pool, line=line, provider=provider)


def income_of_line(pool: str, split: Split, line: str, provider: str = "") -> Legs:
    """Income that a line earns, such as client charges: its own legs with their own sign, never netted.

    It lowers the line's net spend and gives the money back to the sources that paid for the line.
    """
    return _both(split, Account.CASH, Account.EXPENDITURE, pool, line=line, provider=provider or INCOME)


INCOME, EQUIPMENT_CREDIT = "INCOME", "EQUIPMENT_CREDIT"
"""What stands as provider on the legs of a line's own income, so that statements show gross, income and net."""


def paid_directly(pool: str, split: Split, line: str, provider: str = "") -> Legs:
    """A partner pays the provider itself, against what it owes the pool; no pool cash moves."""
    return _both(split, Account.EXPENDITURE, Account.RECEIVABLE, pool, line=line, provider=provider)


def paid(pool: str, split: Split, line: str, provider: str = "") -> Legs:
    """A payment of an invoice, in the invoice's own split."""
    return _both(split, Account.PAYABLE, Account.CASH, pool, line=line, provider=provider)


def moved_between_pools(giver: str, receiver: str, split: Split, transfer: str) -> Legs:
    """A transfer: two halves, each balanced in its own pool, tied by the transfer's id."""
    return given_away(giver, split, transfer, receiver) + taken_over(receiver, split, transfer, giver)


def given_away(giver: str, split: Split, transfer: str, receiver: str = "") -> Legs:
    """The giver's half of a transfer. `receiver` is empty where that pool is in another ledger: the id ties them."""
    return _both(split, Account.TRANSFER_OUT, Account.CASH, giver, other_pool=receiver, transfer=transfer)


def taken_over(receiver: str, split: Split, transfer: str, giver: str = "") -> Legs:
    """The receiver's half of a transfer."""
    return _both(split, Account.CASH, Account.TRANSFER_IN, receiver, other_pool=giver, transfer=transfer)


def ordered(pool: str, split: Split, line: str, order: str) -> Legs:
    """An order: lowers what is available, not what is held."""
    return _both(split, Account.COMMITTED, Account.COMMITMENT_RESERVE, pool, line=line, order=order)


def allocated(pool: str, split: Split, line: str) -> Legs:
    """Budget for a line; a negative part takes budget away."""
    return _both(split, Account.ALLOCATED, Account.UNALLOCATED, pool, line=line)


def vired(pool: str, split: Split, giving_line: str, taking_line: str) -> Legs:
    """A virement: budget moves between lines of one pool and the sources stay."""
    legs: list[Leg] = []
    for source, pence in split.items():
        legs.append(Leg(Account.ALLOCATED, pool, source, -pence, line=giving_line))
        legs.append(Leg(Account.ALLOCATED, pool, source, pence, line=taking_line))
    return tuple(legs)


def forecast(pool: str, split: Split, line: str) -> Legs:
    """What a line is now expected to spend; a negative part lowers it."""
    return _both(split, Account.FORECAST_SPEND, Account.FORECAST_RESERVE, pool, line=line)


def closed_to_next_year(pool: str, split: Split) -> Legs:
    """Money that may be kept: this year's contribution becomes fund balance brought forward; its origin year stays."""
    return _both(split, Account.CONTRIBUTION, Account.BROUGHT_FORWARD, pool)


def must_go_back(pool: str, split: Split, *, was_carried: bool = False) -> Legs:
    """Money that must be returned: no longer held, and owed to whoever contributed it.

    was_carried  it came from an earlier year, and so stands on the fund balance brought forward
    """
    stood_on = Account.BROUGHT_FORWARD if was_carried else Account.CONTRIBUTION
    return _both(split, stood_on, Account.DUE_TO_CONTRIBUTOR, pool)


def returned(pool: str, split: Split) -> Legs:
    """What was owed to a contributor, or advanced by the host, is paid back."""
    return _both(split, Account.DUE_TO_CONTRIBUTOR, Account.CASH, pool)


def advanced(pool: str, split: Split) -> Legs:
    """The host bridges a gap with money that it lends: a source of its own that stands on the debt alone."""
    return _both(split, Account.CASH, Account.DUE_TO_CONTRIBUTOR, pool)


def reclassified(pool: str, taken_from: Split, charged_to: Split, line: str, provider: str = "") -> Legs:
    """Spend moves from some sources to others to the penny; the cash behind it moves with it."""
    assert sum(taken_from.values()) == sum(charged_to.values()), "a reclassification keeps the sum"
    back = _both(taken_from, Account.CASH, Account.EXPENDITURE, pool, line=line, provider=provider)
    return back + _both(charged_to, Account.EXPENDITURE, Account.CASH, pool, line=line, provider=provider)
