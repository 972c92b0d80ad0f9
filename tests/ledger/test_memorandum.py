"""The memorandum account: section 9.7 to the penny, and what one year leaves is what the next one begins with."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.ledger.actions import spending, yearend
from commonpool.ledger.actions.opening import open_year
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.balances import memorandum
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.events import Kind
from commonpool.ledger.rules.statements.memorandum import memorandum as account_of
from commonpool.ledger.rules.statements.names import Cell, KnownLine, KnownSource, Names
from commonpool.ledger.rules.statements.pairs import Pair
from commonpool.periods import FINANCIAL_YEAR
from tests.ledger.builders import COUNCIL, MAIN, NHS, NOW, REABLEMENT, YEAR, opened, posted, the_ledger
from tests.ledger.wendleshire_year import (
    AT_YEAR_END,
    DFG_BY_DISTRICT,
    SHARES,
    YEAR_END,
    advanced,
    settled,
    wendleshires_books,
)


@pytest.mark.django_db
def test_wendleshires_account_is_that_of_section_9_7_and_closes_at_nothing() -> None:
    ledger = wendleshires_books()
    settled(ledger)

    made = memorandum(ledger, YEAR, AT_YEAR_END)

    assert made.rows() == (
        ("Opening balance", 0),
        ("Planned contributions", 79_517_952_75),
        ("Year-end contributions from partners", 679_029_25),
        ("Total income", 80_196_982_00),
        ("Expenditure", -79_519_038_42),
        ("Balance before transfers", 677_943_58),
        ("Disabled Facilities Grant carried forward (capital)", -522_971_48),
        ("iBCF carried forward", -68_222_10),
        ("ICB Discharge Funding returned to contributors", -86_750_00),
        ("Closing balance", 0),
    )
    assert made.sentence() == (
        "The pool’s year 2024-25 closes at £0.00: all that came in was spent, kept or goes back."
    )


@pytest.mark.django_db
def test_the_disabled_facilities_grant_is_carried_per_district() -> None:
    ledger = wendleshires_books()
    settled(ledger)

    grant = memorandum(ledger, YEAR, AT_YEAR_END).kept[0]

    assert (grant.key, grant.parts, grant.is_capital) == ("DFG", DFG_BY_DISTRICT, True)


@pytest.mark.django_db
def test_contributions_are_shown_by_partner_and_spend_by_scheme() -> None:
    ledger = wendleshires_books()
    settled(ledger)

    made = memorandum(ledger, YEAR, AT_YEAR_END)

    assert {part.key: part.pence for part in made.planned} == {
        "XN1": 36_133_093_00,
        "XS1": 21_160_190_00,
        "XW01": 22_224_669_75,
    }
    assert {part.key: part.pence for part in made.year_end} == SHARES
    assert {part.key: part.pence for part in made.gross}["2023-25/4"] == 6_702_118_33
    assert len(made.gross) == 16


@pytest.mark.django_db
@pytest.mark.parametrize("ends", [lambda _: None, advanced])
def test_before_the_overspend_is_settled_the_account_says_what_is_owed_to_the_host(ends: object) -> None:
    ledger = wendleshires_books()
    ends(ledger)  # type: ignore[operator]

    made = memorandum(ledger, YEAR, AT_YEAR_END)

    assert (made.before_transfers_pence, made.closing_pence, made.owed_to_host_pence) == (
        -1_085_67,
        -1_085_67,
        679_029_25,
    )
    assert made.sentence() == (
        "The pool’s year 2024-25 is £1,085.67 short: £679,029.25 is owed to the host and not settled."
    )


@pytest.mark.django_db
def test_what_schemes_earned_is_shown_beside_gross_expenditure() -> None:
    ledger = the_ledger()
    posted(ledger, Kind.RECEIVE, 1_000, source=NHS)
    posted(ledger, Kind.ACTUAL, 700, line=REABLEMENT, source=NHS)
    spending.client_income(
        actor=None,
        at=NOW,
        ledger=ledger,
        pool=ledger.pools.get(code=MAIN),
        line=ledger.lines.get(code=REABLEMENT),
        pence=40,
        on=date(2024, 6, 1),
    )

    rows = dict(memorandum(ledger, YEAR, AT_YEAR_END).rows())

    assert (rows["Gross expenditure"], rows["Income of schemes"], rows["Expenditure"]) == (-700, 40, -660)


@pytest.mark.django_db
def test_a_year_begins_with_what_the_year_before_kept_and_left() -> None:
    ledger = the_ledger()
    opened(ledger, council=200)
    posted(ledger, Kind.RECEIVE, 1_000, source=NHS)
    posted(ledger, Kind.ACTUAL, 700, line=REABLEMENT, source=NHS)
    pool = ledger.pools.get(code=MAIN)
    said = {"actor": None, "at": NOW, "ledger": ledger, "pool": pool}
    yearend.carry_forward(source=ledger.sources.get(code=NHS), pence=250, on=YEAR_END, **said)
    open_year(actor=None, at=NOW, ledger=ledger, year="2025-26")
    posted(ledger, Kind.ACTUAL, 30, line=REABLEMENT, source=COUNCIL, on=date(2025, 5, 1))

    first = memorandum(ledger, YEAR, AT_YEAR_END)
    second = memorandum(ledger, "2025-26", AsAt(date(2026, 3, 31)))

    assert (first.opening_pence, first.closing_pence, first.kept[0].pence) == (200, 250, 250)
    assert (second.opening_pence, second.income_pence, second.closing_pence) == (500, 0, 470)


# -- whatever happens

SOURCES = {code: KnownSource(code, "P", code.partition(":")[0], YEAR) for code in ("A:P:2024-25", "B:P:2024-25")}
NAMES = Names({"L": KnownLine("L", "L")}, SOURCES, {"M": "Main"})
FIRST, SECOND = FINANCIAL_YEAR.periods(YEAR), FINANCIAL_YEAR.periods("2025-26")
BOTH = [month.starts_on for month in (*FIRST, *SECOND)]

# What can happen to a source: (account debited, account credited).
HAPPENS = {
    "due": (Account.RECEIVABLE, Account.CONTRIBUTION),
    "received": (Account.CASH, Account.CONTRIBUTION),
    "spent": (Account.EXPENDITURE, Account.PAYABLE),
    "kept": (Account.CONTRIBUTION, Account.BROUGHT_FORWARD),
    "returned": (Account.CONTRIBUTION, Account.DUE_TO_CONTRIBUTOR),
    "kept money returned": (Account.BROUGHT_FORWARD, Account.DUE_TO_CONTRIBUTOR),
    "opened": (Account.CASH, Account.BROUGHT_FORWARD),
    "passed on": (Account.TRANSFER_OUT, Account.CASH),
    "taken over": (Account.CASH, Account.TRANSFER_IN),
}
happenings = st.lists(
    st.tuples(
        st.sampled_from(list(HAPPENS)), st.sampled_from(list(SOURCES)), st.sampled_from(BOTH), st.integers(1, 10**9)
    ),
    max_size=30,
)


@given(found=happenings)
def test_what_one_year_keeps_and_leaves_is_what_the_next_one_begins_with(
    found: list[tuple[str, str, date, int]],
) -> None:
    cells, pairs = [], []
    for what, source, month, pence in found:
        for account, other, signed in (HAPPENS[what] + (pence,), (*HAPPENS[what][::-1], -pence)):
            line = "L" if account in (Account.EXPENDITURE, Account.PAYABLE) else ""
            cells.append(Cell(account, line, source, "M", "", month, signed))
            pairs.append(Pair(account, other, source, "", month, signed))

    first = account_of(cells, pairs, NAMES, FIRST)
    second = account_of(cells, pairs, NAMES, SECOND)

    entered = sum(pence for what, _, month, pence in found if what == "opened" and month >= SECOND[0].starts_on)
    kept = sum(part.pence for part in first.kept)
    assert second.opening_pence == first.closing_pence + kept + entered
