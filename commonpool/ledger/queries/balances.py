"""Balances as at any two dates: by source and account, of each ring-fence, of a year, and between partners."""

from __future__ import annotations

from uuid import UUID

from commonpool.ledger.models import Ledger
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.names import host_of, months_until, names_of, year_of
from commonpool.ledger.queries.sums import HELD_AND_BOOKS, cells, pairs
from commonpool.ledger.rules.accounts import Account, Book
from commonpool.ledger.rules.statements import balances as rules
from commonpool.ledger.rules.statements import journals as journal_rules
from commonpool.ledger.rules.statements import memorandum as memorandum_rules
from commonpool.ledger.rules.statements.names import By


def trial_balance(
    ledger: Ledger, as_at: AsAt, *, book: Book = Book.ACTUAL, stream: UUID | None = None
) -> rules.TrialBalance:
    """Source × account over all pools, since the books began. Every source sums to zero."""
    return rules.trial_balance(cells(ledger, as_at), names_of(ledger), book=book, stream=str(stream or ""))


def unspent(
    ledger: Ledger, year: str, as_at: AsAt, by: By | str = By.SOURCE, *, stream: UUID | None = None
) -> tuple[rules.Unspent, ...]:
    """What is left of each ring-fence (by source or by source_category), on three bases.

    The forecast basis takes off what the year's forecast still expects to be spent.
    """
    starts = {month.starts_on for month in year_of(ledger, year)}
    found = cells(ledger, as_at, HELD_AND_BOOKS)
    return rules.unspent(found, names_of(ledger), starts, by=By(by), stream=str(stream or ""))


def contributions(ledger: Ledger, year: str, as_at: AsAt) -> tuple[journal_rules.Contributed, ...]:
    """What fell due and what came in a year, by source, and what is still owed."""
    starts = {month.starts_on for month in year_of(ledger, year)}
    found = pairs(ledger, as_at, Account.RECEIVABLE, Account.CONTRIBUTION)
    return journal_rules.contributions(found, names_of(ledger), starts)


def memorandum(ledger: Ledger, year: str, as_at: AsAt) -> memorandum_rules.Memorandum:
    """The memorandum account of the year, as it stands on the day."""
    months = year_of(ledger, year)
    found = pairs(ledger, as_at, Account.CONTRIBUTION, Account.BROUGHT_FORWARD, Account.DUE_TO_CONTRIBUTOR)
    held = cells(ledger, as_at, (Account.BROUGHT_FORWARD, Account.TRANSFER_OUT))
    return memorandum_rules.memorandum(held, found, names_of(ledger), months)


def journals(ledger: Ledger, year: str, as_at: AsAt) -> tuple[journal_rules.Journal, ...]:
    """What each partner posts in its own ledger for the year so far, the host last."""
    months = year_of(ledger, year)
    found = pairs(ledger, as_at, Account.RECEIVABLE, Account.CONTRIBUTION, Account.DUE_TO_CONTRIBUTOR)
    return journal_rules.journals(found, names_of(ledger), months, host_of(ledger, as_at.day))


def agreement_of_balances(ledger: Ledger, year: str, as_at: AsAt) -> tuple[journal_rules.Agreed, ...]:
    """Debtor and creditor of each partner and the host on the day, of all years up to that one.

    A balance runs on over the end of a year: what an earlier year left unpaid is still owed.
    """
    months = months_until(ledger, year)
    found = pairs(ledger, as_at, Account.RECEIVABLE, Account.CONTRIBUTION, Account.DUE_TO_CONTRIBUTOR)
    host = host_of(ledger, as_at.day)
    made = journal_rules.journals(found, names_of(ledger), months, host)
    return journal_rules.agreement_of_balances(made, host)
