"""Balances: every source sums to zero, what is left of each ring-fence, and who owes whom to the penny."""

from __future__ import annotations

from datetime import date

import pytest
from django.db.models import Sum

from commonpool.ledger.actions import spending, yearend
from commonpool.ledger.actions.opening import open_year
from commonpool.ledger.models import Held, Ledger, Posting
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.balances import (
    agreement_of_balances,
    contributions,
    journals,
    trial_balance,
    unspent,
)
from commonpool.ledger.rules.accounts import Account, Book
from commonpool.ledger.rules.events import Kind
from commonpool.ledger.rules.statements.balances import Basis
from commonpool.ledger.rules.statements.journals import HEADERS
from commonpool.ledger.rules.statements.names import By
from tests.ledger.builders import GRANT, MAIN, NHS, NOW, REABLEMENT, YEAR, opened, posted, the_ledger
from tests.ledger.test_statements import a_budget, a_forecast
from tests.ledger.wendleshire_year import (
    AT_YEAR_END,
    CONTRIBUTIONS,
    YEAR_END,
    advanced,
    main_pool,
    settled,
    source_of,
    wendleshires_books,
)

pytestmark = pytest.mark.django_db


# -- the trial balance by source


def test_wendleshires_sources_each_balance_and_hold_what_section_9_6_carries_or_hands_back() -> None:
    ledger = wendleshires_books()

    found = trial_balance(ledger, AT_YEAR_END)

    assert found.apart == ()
    assert {row.source: -row.balances[Account.CONTRIBUTION] for row in found.rows if row.source in CONTRIBUTIONS} == (
        CONTRIBUTIONS
    )
    assert {row.source: row.balances[Account.EXPENDITURE] for row in found.rows} == {
        "NHS_MIN:XN1:2024-25": 32_970_693_00,
        "NHS_MIN:XS1:2024-25": 20_018_590_00,
        "NHS_ADD:XN1:2024-25": 1_250_000_00,
        "IBCF:XW01:2024-25": 11_414_683_90,
        "DFG:XW01:2024-25": 5_390_476_52,
        "LA_ADD:XW01:2024-25": 2_145_300_75,
        "DISCH_LA:XW01:2024-25": 2_683_015_00,
        "DISCH_ICB:XN1:2024-25": 1_912_400_00 - 54_322_43,
        "DISCH_ICB:XS1:2024-25": 1_141_600_00 - 32_427_57,
        "UNFUNDED:XW01:2024-25": 679_029_25,
    }
    assert found.totals[Account.EXPENDITURE] == 79_519_038_42
    assert sum(found.totals.values()) == 0


@pytest.mark.parametrize("ends", [advanced, settled])
def test_every_source_still_balances_when_the_year_is_closed(ends: object) -> None:
    ledger = wendleshires_books()
    ends(ledger)  # type: ignore[operator]

    found = trial_balance(ledger, AT_YEAR_END)

    assert found.apart == ()
    uncovered = next(row for row in found.rows if row.source == "UNFUNDED:XW01:2024-25")
    assert Account.EXPENDITURE not in uncovered.balances


def test_each_book_balances_by_itself() -> None:
    ledger = wendleshires_books(quarters=0)

    budget = trial_balance(ledger, AT_YEAR_END, book=Book.BUDGET)

    assert budget.accounts == (Account.ALLOCATED, Account.UNALLOCATED)
    assert budget.totals == {Account.ALLOCATED: 79_517_952_75, Account.UNALLOCATED: -79_517_952_75}
    assert budget.apart == ()


def test_what_no_source_covered_waits_after_the_settlement_for_its_invoices_to_be_paid_and_for_nothing_else() -> None:
    ledger = wendleshires_books()
    assert trial_balance(ledger, AT_YEAR_END).borne_and_unpaid == (), "the spend stands on it still"
    settled(ledger)

    [waiting] = trial_balance(ledger, AT_YEAR_END).borne_and_unpaid
    owed = Posting.objects.filter(ledger=ledger, account=Account.PAYABLE, entry__kind=Kind.ACTUAL)
    for row in owed.values("entry__key").annotate(pence=Sum("pence")).order_by("entry__key"):
        said = {"of": row["entry__key"], "pence": -row["pence"], "reference": row["entry__key"]}
        paid = spending.pay(actor=None, at=NOW, ledger=ledger, on=YEAR_END, **said)
        assert paid.accepted, paid.refused_because

    assert waiting.balances == {Account.CASH: 679_029_25, Account.PAYABLE: -679_029_25}
    after = trial_balance(ledger, AT_YEAR_END)
    assert after.borne_and_unpaid == ()
    assert waiting.source not in {row.source for row in after.rows}
    assert Account.PAYABLE not in after.accounts


# -- what is left


def test_what_is_left_of_a_ring_fence_is_shown_on_three_bases() -> None:
    ledger = the_ledger()
    opened(ledger, nhs=10_000, grant=500)
    a_budget(ledger, REABLEMENT, nhs=9_000)
    posted(ledger, Kind.ACTUAL, 4_000, line=REABLEMENT, source=NHS)
    spending.place_order(
        actor=None,
        at=NOW,
        ledger=ledger,
        pool=ledger.pools.get(code=MAIN),
        line=ledger.lines.get(code=REABLEMENT),
        pence=1_500,
        on=date(2024, 5, 10),
        order="PO-1",
    )
    a_forecast(ledger, REABLEMENT, 9_400)

    nhs, grant = unspent(ledger, YEAR, AT_YEAR_END)

    assert (nhs.key, nhs.on(Basis.RECOGNISED), nhs.on(Basis.COMMITTED), nhs.on(Basis.FORECAST)) == (
        NHS,
        6_000,
        4_500,
        600,
    )
    assert (grant.key, grant.on(Basis.RECOGNISED), grant.on(Basis.FORECAST)) == (GRANT, 500, None)


def test_what_is_left_by_category_is_what_is_left_of_its_sources() -> None:
    ledger = wendleshires_books()

    left = {row.key: row.recognised_pence for row in unspent(ledger, YEAR, AT_YEAR_END, By.SOURCE_CATEGORY)}

    assert left == {
        "NHS_MIN": 0,
        "NHS_ADD": 0,
        "IBCF": 68_222_10,
        "DFG": 522_971_48,
        "LA_ADD": 0,
        "DISCH_LA": 0,
        "DISCH_ICB": 86_750_00,
        "UNFUNDED": -679_029_25,
    }


@pytest.mark.parametrize("ends", [lambda _: None, advanced, settled])
def test_what_is_left_is_what_the_books_keep_as_held(ends: object) -> None:
    ledger = wendleshires_books()
    ends(ledger)  # type: ignore[operator]

    left = {row.key: row.recognised_pence for row in unspent(ledger, YEAR, AT_YEAR_END) if row.held_pence}

    held = Held.objects.filter(pool__ledger=ledger).exclude(pence=0)
    assert left == dict(held.values_list("source__code", "pence"))


# -- contributions and journals


def test_contributions_show_what_fell_due_what_came_and_what_is_owed() -> None:
    ledger = the_ledger()
    posted(ledger, Kind.DUE, 1_000, source=NHS)
    posted(ledger, Kind.CASH, 300, source=NHS)
    posted(ledger, Kind.PAY_DIRECT, 250, source=NHS, line=REABLEMENT)
    posted(ledger, Kind.RECEIVE, 70, source=GRANT)

    nhs, grant = contributions(ledger, YEAR, AT_YEAR_END)

    assert (nhs.source, nhs.due_pence, nhs.received_pence, nhs.owed_pence) == (NHS, 1_000, 550, 450)
    assert (grant.source, grant.due_pence, grant.received_pence, grant.owed_pence) == (GRANT, 70, 70, 0)


def journal_lines(ledger: Ledger, partner: str) -> list[tuple[str, int, int]]:
    made = {journal.partner: journal for journal in journals(ledger, YEAR, AT_YEAR_END)}
    return [(line.account, line.debit_pence, line.credit_pence) for line in made[partner].lines]


def test_a_partners_journal_mirrors_the_hosts() -> None:
    ledger = the_ledger()
    posted(ledger, Kind.DUE, 1_000, source=NHS)
    posted(ledger, Kind.CASH, 300, source=NHS)
    posted(ledger, Kind.PAY_DIRECT, 250, source=NHS, line=REABLEMENT)

    council, icb = "Wendleshire County Council", "NHS Northmere ICB"

    owed = f"Owed to {council} for the pooled fund"
    assert journal_lines(ledger, "XN1") == [
        (owed, 250, 0),
        ("Bank", 0, 250),
        ("Contributions to the pooled fund", 1_000, 0),
        (owed, 0, 1_000),
        (owed, 300, 0),
        ("Bank", 0, 300),
    ]
    receivable = f"Owed by {icb} to the pooled fund"
    assert journal_lines(ledger, "XW01") == [
        ("Pooled fund expenditure", 250, 0),
        (receivable, 0, 250),
        (receivable, 1_000, 0),
        (f"Contributions of {icb}", 0, 1_000),
        ("Bank", 300, 0),
        (receivable, 0, 300),
    ]


def test_a_journal_runs_from_the_earliest_day_to_the_last_whatever_the_source() -> None:
    ledger = the_ledger()
    for on in (date(2024, 5, 1), date(2024, 7, 1)):
        posted(ledger, Kind.RECEIVE, 100, source=NHS, on=on)
        posted(ledger, Kind.RECEIVE, 10, source=GRANT, on=on)

    host = next(journal for journal in journals(ledger, YEAR, AT_YEAR_END) if journal.is_host)

    days = [line.on for line in host.lines]
    assert days == sorted(days)
    assert {line.reference.split("/")[0] for line in host.lines if line.on == days[0]} == {NHS, GRANT}


def test_journals_are_rows_that_a_file_can_have() -> None:
    ledger = the_ledger()
    posted(ledger, Kind.DUE, 1_234_56, source=NHS)

    first = next(journal for journal in journals(ledger, YEAR, AT_YEAR_END) if journal.partner == "XN1").lines[0]

    assert dict(zip(HEADERS, first.as_row(), strict=True)) == {
        "Date": "2024-05-31",
        "Account": "Contributions to the pooled fund",
        "Debit": "1234.56",
        "Credit": "",
        "Reference": "NHS_MIN:XN1:2024-25/2024-05/due",
        "Text": "Contribution that fell due",
    }


def test_debtor_is_creditor_for_every_partner_and_wendleshires_net_cash_due_is_that_of_section_9_6() -> None:
    ledger = wendleshires_books()
    settled(ledger)

    agreed = {row.partner: row for row in agreement_of_balances(ledger, YEAR, AT_YEAR_END)}

    assert {partner: row.differs_pence for partner, row in agreed.items()} == {"XN1": 0, "XS1": 0}
    assert {partner: row.debtor_pence for partner, row in agreed.items()} == {"XN1": 36_289_29, "XS1": 22_588_52}


def test_what_one_year_left_unpaid_is_still_owed_in_the_next() -> None:
    ledger = wendleshires_books()
    settled(ledger)
    open_year(actor=None, at=NOW, ledger=ledger, year="2025-26")

    later = agreement_of_balances(ledger, "2025-26", AsAt(date(2025, 4, 30)))

    assert {row.partner: row.debtor_pence for row in later} == {"XN1": 36_289_29, "XS1": 22_588_52}


def test_what_journals_leave_as_owed_is_what_the_books_have_on_receivables_and_returns() -> None:
    ledger = wendleshires_books()
    settled(ledger)
    discharge = source_of(ledger, "DISCH_ICB:XN1:2024-25")
    yearend.pay_back(
        actor=None,
        at=NOW,
        ledger=ledger,
        pool=main_pool(ledger),
        source=discharge,
        pence=20_000_00,
        on=date(2025, 3, 31),
    )

    agreed = {row.partner: row.debtor_pence for row in agreement_of_balances(ledger, YEAR, AT_YEAR_END)}

    books = {"XN1": 0, "XS1": 0}
    for row in trial_balance(ledger, AT_YEAR_END).rows:
        partner = row.source.split(":")[1]
        if partner in books:
            books[partner] += row.balances.get(Account.RECEIVABLE, 0)
            books[partner] += row.balances.get(Account.DUE_TO_CONTRIBUTOR, 0)
    assert agreed == books == {"XN1": 56_289_29, "XS1": 22_588_52}


def test_nothing_after_the_day_is_counted() -> None:
    ledger = the_ledger()
    posted(ledger, Kind.DUE, 1_000, source=NHS, on=date(2024, 5, 1))
    posted(ledger, Kind.CASH, 300, source=NHS, on=date(2024, 6, 2))

    found = contributions(ledger, YEAR, AsAt(date(2024, 6, 1)))

    assert [(row.received_pence, row.owed_pence) for row in found] == [(0, 1_000)]
