"""A ledger filled with as many postings as wanted, through the one way in and with every guard on.

For tests of query plans and for benchmarks: entries of ten postings, chained, sealed and balanced as any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from commonpool.funds.models import PooledFund
from commonpool.ledger.actions.opening import ensure_line, ensure_source, open_ledger
from commonpool.ledger.books import Books
from commonpool.ledger.models import Ledger
from commonpool.ledger.rules import posting
from commonpool.ledger.rules.accounts import UNFUNDED, category_of
from commonpool.ledger.rules.entries import Draft, Leg
from commonpool.ledger.rules.events import Kind
from tests.funds.builders import the_fund_with_partners

AT: Final = datetime(2024, 4, 1, tzinfo=UTC)
YEAR: Final = "2024-25"
FIRST_DAY: Final = date(2024, 4, 1)
LINES, SOURCES, A_COMMIT = 40, 5, 1_000
CATEGORIES: Final = tuple(f"CATEGORY_{number}" for number in range(SOURCES))


def filled_ledger(postings: int, fund: PooledFund | None = None) -> Ledger:
    """A year of spend on forty lines, each entry drawn from five sources, with a budget and what came in for it.

    One entry is ten postings; `postings` is rounded down to whole entries. Same number, same ledger.
    """
    ledger = open_ledger(actor=None, at=AT, fund=fund or the_fund_with_partners(), year=YEAR)
    partners = list(ledger.fund.partners.order_by("id"))
    for number, category in enumerate(CATEGORIES):
        partner = partners[number % len(partners)]
        ensure_source(actor=None, at=AT, ledger=ledger, partner=partner, category=category, origin_year=YEAR)
    for number in range(LINES):
        category = CATEGORIES[number % SOURCES]
        ensure_line(ledger, "2023-25", str(number + 1), name=f"Line {number + 1}", category=category)
    entries = list(_entries(ledger, postings // 10))
    for start in range(0, len(entries), A_COMMIT):
        batch = entries[start : start + A_COMMIT]
        with Books.held_for(ledger, at=AT + timedelta(seconds=start)) as books:
            books.know_keys([draft.key for draft in batch])
            for draft in batch:
                books.append(draft)
    ledger.refresh_from_db()
    return ledger


def _entries(ledger: Ledger, count: int) -> Iterator[Draft]:
    codes = sorted(code for code in ledger.sources.values_list("code", flat=True) if category_of(code) != UNFUNDED)
    yield _draft("comes in", Kind.RECEIVE, 0, posting.contribution_in_cash("MAIN", dict.fromkeys(codes, 10**12)))
    for line in range(LINES):
        legs = posting.allocated("MAIN", dict.fromkeys(codes, 10**9), f"2023-25/{line + 1}")
        yield _draft(f"budget {line}", "budget", 0, legs)
    for number in range(count - LINES - 1):
        split = {code: 100 + (number * 7 + place) % 900 for place, code in enumerate(codes)}
        line = number % LINES
        day = number * 365 // count
        yield _draft(
            f"invoice {number}", Kind.INVOICE, day, posting.invoiced("MAIN", split, f"2023-25/{line + 1}", f"P{line}")
        )


def _draft(key: str, kind: str, day: int, legs: tuple[Leg, ...]) -> Draft:
    return Draft(key, kind, FIRST_DAY + timedelta(days=day), legs)
