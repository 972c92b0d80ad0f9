"""What is kept beside the chain, held against it: balances, what is held, periods, transfers, seals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from commonpool.ledger.models import Balance, Held, Ledger, Period, PeriodClose
from commonpool.ledger.models.entries import NUMBER_BITS
from commonpool.ledger.rules.accounts import ADVANCE, Account, category_of
from commonpool.ledger.verifying.faults import Found
from commonpool.ledger.verifying.reading import Books

_STATE_AFTER: Final = {
    PeriodClose.Step.SOFT_CLOSE.value: Period.State.SOFT_CLOSED.value,
    PeriodClose.Step.CLOSE.value: Period.State.CLOSED.value,
    PeriodClose.Step.REOPEN.value: Period.State.OPEN.value,
}


def verify_balances(books: Books, using: str, found: Found) -> None:
    """Every balance is the sum of its postings, every sum has its balance, and what is held follows from both."""
    rows = Balance.objects.using(using).filter(pool__in=books.pools).order_by()
    kept = {(pool, source, account): pence for pool, source, account, pence in rows.values_list(*_BALANCE)}
    for key in sorted({*kept, *books.sums}):
        here, right = kept.get(key), books.sums.get(key)
        if here != right:
            account = Account(key[2]).label if key[2] in Account._value2member_map_ else f"account {key[2]}"
            said = f"is {_told(here)}, and its postings sum to {_told(right)} (table ledger_balance, column pence)."
            found.add("balance", f"The balance of {account} of {_named(books, *key[:2])} {said}", books.name)
    held = _verify_held(books, using, found)
    for pair in sorted({(pool, source) for pool, source, _ in kept}):
        _verify_identity(books, pair, kept, held.get(pair, 0), found)


_BALANCE: Final = ("pool_id", "source_id", "account", "pence")


def _told(pence: int | None) -> str:
    return "missing" if pence is None else f"{pence} pence"


def _named(books: Books, pool: int, source: int) -> str:
    return f"{books.sources.get(source, f'source row {source}')} in {books.pools.get(pool, f'pool row {pool}')}"


def _verify_held(books: Books, using: str, found: Found) -> dict[tuple[int, int], int]:
    rows = Held.objects.using(using).filter(pool__in=books.pools).order_by()
    kept: dict[tuple[int, int], int] = {}
    for pool, source, below, pence in rows.values_list("pool_id", "source_id", "may_go_below_zero", "pence"):
        kept[pool, source] = pence
        if bool(below) is not (source in books.may_go_below_zero):
            said = "may_go_below_zero is not that of its source (table ledger_held)."
            found.add("held", f"What is held of {_named(books, pool, source)}: {said}", books.name)
    moved = {(pool, source) for pool, source, _ in books.sums}
    for pair in sorted({*kept, *moved}):
        here, right = kept.get(pair), books.held[pair] if pair in moved else None
        if here != right:
            said = f"is {_told(here)}, and its postings make {_told(right)} (table ledger_held, column pence)."
            found.add("held", f"What is held of {_named(books, *pair)} {said}", books.name)
    return kept


def _verify_identity(
    books: Books, pair: tuple[int, int], kept: dict[tuple[int, int, int], int], held: int, found: Found
) -> None:
    """Paid in and not returned + transfers in = spent + held + transfers out, from the balances as they are kept."""

    def credit(*accounts: Account) -> int:
        return -sum(kept.get((*pair, int(account)), 0) for account in accounts)

    paid_in = credit(Account.BROUGHT_FORWARD, Account.CONTRIBUTION)
    if category_of(books.sources.get(pair[1], "")) == ADVANCE:
        paid_in += credit(Account.DUE_TO_CONTRIBUTOR)
    moved_in, spent, moved_out = (
        credit(Account.TRANSFER_IN),
        -credit(Account.EXPENDITURE),
        -credit(Account.TRANSFER_OUT),
    )
    if paid_in + moved_in != spent + held + moved_out:
        said = (
            f"{paid_in} pence paid in and {moved_in} moved in are not {spent} spent, {held} held and {moved_out} moved "
            "out (tables ledger_balance and ledger_held)."
        )
        found.add("balance", f"{_named(books, *pair)}: {said}", books.name)


def verify_periods(books: Books, using: str, found: Found) -> None:
    """Each period is in the state in which its last step left it, and a step published a head that can be."""
    last: dict[int, PeriodClose] = {}
    for close in PeriodClose.objects.using(using).filter(period__ledger=books.ledger).order_by("pk"):
        last[close.period_id] = close
    for period in books.periods.values():
        step = last.get(period.pk)
        expected = _STATE_AFTER.get(step.step) if step else Period.State.OPEN.value
        if period.state != expected:
            told = f"its last step was ‘{step.get_step_display()}’" if step else "no step of closing is recorded for it"
            said = f"{period.label} is {period.get_state_display().lower()}, and {told} (ledger_period, column state)."
            found.add("period", said, books.name)


def verify_transfers(all_books: Iterable[Books], connection: BaseDatabaseWrapper, found: Found) -> None:
    """Both halves of each transfer are there, source by source. Those of two ledgers are put together first."""
    open_halves: dict[tuple[str, str], tuple[str, int]] = {}
    for books in all_books:
        for half, pence in books.transfers.items():
            before = open_halves.get(half, ("", 0))[1]
            open_halves[half] = (books.name, before + pence)
    for (transfer, source), (name, pence) in sorted(open_halves.items()):
        if pence and _sum_everywhere(connection, transfer, source):
            said = f"The two halves of the transfer ‘{transfer}’ are {pence} pence of {source} apart."
            found.add("transfer", said, name)


def _sum_everywhere(connection: BaseDatabaseWrapper, transfer: str, source: str) -> int:
    """What a transfer's halves come to in all ledgers, where one was verified alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(p.pence) FROM ledger_posting p JOIN ledger_ledgersource s ON s.id = p.source_id "
            "WHERE p.transfer = %s AND s.code = %s AND p.account IN (%s, %s)",
            [transfer, source, int(Account.TRANSFER_IN), int(Account.TRANSFER_OUT)],
        )
        return int(cursor.fetchone()[0] or 0)


def verify_strays(connection: BaseDatabaseWrapper, ledgers: Iterable[Ledger], found: Found) -> None:
    """Nothing stands outside of every ledger, and no seal without its entry."""
    known = ", ".join(str(ledger.pk) for ledger in ledgers) or "0"
    with connection.cursor() as cursor:
        for table, key in (("ledger_entry", "id"), ("ledger_posting", "entry_id"), ("ledger_seal", "entry_id")):
            cursor.execute(f"SELECT {key} FROM {table} WHERE ({key} >> {NUMBER_BITS}) NOT IN ({known})")  # noqa: S608
            for (row,) in cursor.fetchall():
                found.add("place", f"{table} has row {row} of an entry of no ledger.", entry=row % 2**NUMBER_BITS)
        cursor.execute(
            "SELECT s.entry_id FROM ledger_seal s LEFT JOIN ledger_entry e ON e.id = s.entry_id WHERE e.id IS NULL"
        )
        for (row,) in cursor.fetchall():
            number = row % 2**NUMBER_BITS
            found.add("seal", f"There is a seal of entry {number} (row {row}), and no such entry.", entry=number)
