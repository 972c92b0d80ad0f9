"""The rows of the memorandum account, each as a sum of amounts of the books; no row is more than three steps deep."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from commonpool.figures import Figure, Part, QuestionError, question, total
from commonpool.ledger.models import Posting
from commonpool.ledger.queries.entries import EntryRow, rows_of
from commonpool.ledger.queries.figures.amounts import amount_of, entry_fact
from commonpool.ledger.queries.figures.asked import Asked, asked_for, closed, may_ask
from commonpool.ledger.queries.sums import known
from commonpool.ledger.rules.accounts import RISK_SHARE, Account, category_of
from commonpool.ledger.rules.statements.columns import Scope
from commonpool.ledger.rules.statements.names import By

# (account, what it stands against, sign, label): what only the other side of an entry can tell apart.
AGAINST: Final = {
    "opened": (Account.BROUGHT_FORWARD, (Account.CASH,), -1, "Opening balances entered"),
    "planned": (Account.CONTRIBUTION, (Account.RECEIVABLE, Account.CASH), -1, "Planned contributions"),
    "year_end": (Account.CONTRIBUTION, (Account.RECEIVABLE, Account.CASH), -1, "Year-end contributions"),
    "kept": (Account.BROUGHT_FORWARD, (Account.CONTRIBUTION,), 1, "Carried forward"),
    "returned": (
        Account.DUE_TO_CONTRIBUTOR,
        (Account.CONTRIBUTION, Account.BROUGHT_FORWARD),
        1,
        "Returned to contributors",
    ),
}
COLUMNS_OF: Final = ("before", "transferred", "expenditure")
_INCOME: Final = ("planned", "year_end", "transferred")
_BEFORE_TRANSFERS: Final = ("before", "opened", *_INCOME, "expenditure")
ROWS: Final = {
    "opening": ("Opening balance", ("before", "opened")),
    "income": ("Total income", _INCOME),
    "before_transfers": ("Balance before transfers", _BEFORE_TRANSFERS),
    "closing": ("Closing balance", (*_BEFORE_TRANSFERS, "kept", "returned")),
}
"""The rows of the account that are sums, with their parts; money out is below zero."""
NO_PART: Final = "none"
KEYS: Final = {
    "opened": By.SOURCE_CATEGORY,
    "planned": By.PARTNER,
    "year_end": By.PARTNER,
    "kept": By.SOURCE_CATEGORY,
    "returned": By.SOURCE_CATEGORY,
}
"""By what each part can be asked for alone."""


@question("ledger.memorandum", may_ask=may_ask)
def memorandum_row(
    ledger: UUID,
    year: str,
    row: str,
    as_at: date,
    key: str = "",
    part: str = "",
    known_at: datetime | None = None,
    stream: str = "",
) -> Figure:
    """A row of the memorandum account: one of `ROWS`, or one of their parts.

    key   of contributions only a partner's (its code), of what is kept or returned only a category's
    part  of these only what is for it, such as a district; `NO_PART` for what is for none
    """
    asked = asked_for(ledger, year, as_at, known_at, stream)
    if row in ROWS:
        label, names = ROWS[row]
        parts: list[Part] = [closed(each) for each in (_part(asked, name) for name in names) if each.value]
        return total(f"{label}, {year}", parts, **asked.said("ledger.memorandum", row=row))
    if row not in (*AGAINST, *COLUMNS_OF):
        raise QuestionError(f"The account has no row ‘{row}’. It has: {', '.join((*ROWS, *AGAINST, *COLUMNS_OF))}.")
    return _part(asked, row, key, part)


def _part(asked: Asked, name: str, key: str = "", part: str = "") -> Figure:
    if name in COLUMNS_OF:
        return amount_of(asked, name, Scope(stream=asked.stream))
    account, others, sign, label = AGAINST[name]
    postings = (
        known(asked.ledger, asked.as_at)
        .filter(account=account, period__starts_on__in=asked.starts)
        .filter(Exists(_others().filter(account__in=others)))
        .order_by("entry_id", "position")
    )
    narrowed = postings.filter(order="" if part == NO_PART else part) if part else postings
    rows = [row for row in rows_of(asked.ledger, asked.as_at, narrowed) if _is_of(asked, name, row, key)]
    more = {name: value for name, value in (("key", key), ("part", part)) if value}
    said = asked.said("ledger.memorandum", row=name, **more)
    of = [asked.names.label(KEYS[name], key)] if key and name in KEYS else []
    words = ", ".join([label, *of, *([part] if part not in ("", NO_PART) else []), asked.year])
    return total(words, [entry_fact(row, sign) for row in rows], **said)


def _others() -> QuerySet[Posting]:
    return Posting.objects.filter(entry=OuterRef("entry"), source=OuterRef("source"), pool=OuterRef("pool"))


def _is_of(asked: Asked, name: str, row: EntryRow, key: str) -> bool:
    source = asked.names.sources[row.source]
    if asked.stream not in ("", source.stream):
        return False
    if name in ("planned", "year_end") and (category_of(row.source) == RISK_SHARE) != (name == "year_end"):
        return False
    return not key or key == {By.PARTNER: source.partner, By.SOURCE_CATEGORY: source.category}.get(KEYS[name])
