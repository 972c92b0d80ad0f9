"""Amounts of an export that come back: corrections of spend, and income of a line, given to who paid for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from commonpool.ledger.books import Books
from commonpool.ledger.models import Posting
from commonpool.ledger.rules.accounts import ADVANCE, UNFUNDED, Account, category_of
from commonpool.ledger.rules.entries import Draft, Leg
from commonpool.ledger.rules.extracts import RowKind
from commonpool.ledger.rules.posting import EQUIPMENT_CREDIT, INCOME
from commonpool.money import split_into_pence

RESTATED, EARNED = "restate", "income"
"""Kinds of entry that an export makes besides spend."""


@dataclass(frozen=True, slots=True)
class Item:
    """One amount of an export: a row of transactions, or a movement of an extract. Pence going out are positive.

    place   where it stands in the file
    """

    key: str
    on: date
    line: str
    kind: RowKind
    pence: int
    provider: str
    place: str


def given_back(books: Books, pool: str, line: str, item: Item, asked: str, *, is_direct: bool) -> Draft:
    """The entry for a correction below zero, or for income of a line (or for income that is taken back).

    Debts go first: what no source covered, then what the host lent. The rest is shared in proportion to what each
    source has paid for the line so far; where none has, the source that carries what nothing covers stands for it.
    """
    is_spend = item.kind is RowKind.EXPENDITURE
    split = _shares(books, pool, line, abs(item.pence), item.on)
    marker = item.provider if is_spend else {RowKind.INCOME: INCOME, RowKind.CREDIT: EQUIPMENT_CREDIT}[item.kind]
    counter = Account.RECEIVABLE if is_direct else (Account.PAYABLE if is_spend else Account.CASH)
    sign = 1 if item.pence > 0 else -1
    legs: list[Leg] = []
    for source, pence in split.items():
        legs.append(Leg(Account.EXPENDITURE, pool, source, sign * pence, line=line, provider=marker))
        legs.append(Leg(counter, pool, source, -sign * pence, line=line, provider=marker))
    return Draft(item.key, RESTATED if is_spend else EARNED, item.on, tuple(legs), asked=asked)


def _shares(books: Books, pool: str, line: str, pence: int, on: date) -> dict[str, int]:
    spent = net_spend(books, pool, line)
    split: dict[str, int] = {}
    for debt in (UNFUNDED, ADVANCE):
        for source in sorted(code for code in spent if category_of(code) == debt):
            part = min(pence - sum(split.values()), spent.pop(source))
            if part:
                split[source] = part
    left = pence - sum(split.values())
    if left and spent:
        for source, part in split_into_pence(left, dict(sorted(spent.items()))).items():
            if part:
                split[source] = part
        left = 0
    if left:
        code = books.unfunded(on)
        split[code] = split.get(code, 0) + left
    return split


def net_spend(books: Books, pool: str, line: str) -> dict[str, int]:
    """source -> what it has paid for a line net of all that came back, those above zero; what waits counts too."""
    rows = Posting.objects.filter(
        ledger=books.ledger, account=Account.EXPENDITURE, line__code=line, pool__code=pool
    ).values_list("source__code", "pence")
    spent: Counter[str] = Counter()
    for source, pence in rows:
        spent[source] += pence
    spent.update(_waiting(books, pool, line))
    return {source: pence for source, pence in spent.items() if pence > 0}


def _waiting(books: Books, pool: str, line: str) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for draft in books.waiting():
        for leg in draft.legs:
            if (leg.pool, leg.line, leg.account) == (pool, line, Account.EXPENDITURE):
                found[leg.source] += leg.pence
    return found
