"""Who is cash-flowing whom, read from the books: cash in and direct payments beside spend traced to each partner."""

from __future__ import annotations

from datetime import date

import pytest

from commonpool.ledger.actions import spending
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.cash import cash_position
from commonpool.ledger.rules.cash import Carried
from commonpool.ledger.rules.events import Kind
from tests.ledger.builders import COUNCIL, MAIN, NHS, NOW, REABLEMENT, YEAR, posted, the_ledger
from tests.ledger.wendleshire_year import AT_YEAR_END, advanced, settled, wendleshires_books

pytestmark = pytest.mark.django_db


def test_what_is_due_is_not_paid_in_until_its_cash_comes() -> None:
    ledger = the_ledger()
    posted(ledger, Kind.DUE, 1_000, source=NHS, on=date(2024, 4, 1))
    posted(ledger, Kind.CASH, 400, source=NHS, on=date(2024, 4, 11))
    posted(ledger, Kind.ACTUAL, 600, line=REABLEMENT, source=NHS, on=date(2024, 4, 21))

    april = cash_position(ledger, YEAR, AsAt(date(2024, 4, 30))).months["XN1"][0]

    assert (april.month.paid_in_pence, april.month.spent_pence, april.gap_pence) == (400, 600, -200)
    assert (april.month.ahead_pence_days, april.month.behind_pence_days) == (400 * 10, 200 * 10)


def test_what_a_partner_pays_a_provider_itself_is_paid_in_and_spent_on_that_day() -> None:
    ledger = the_ledger()
    posted(ledger, Kind.DUE, 1_000, source=NHS)
    posted(ledger, Kind.PAY_DIRECT, 300, source=NHS, line=REABLEMENT)

    may = cash_position(ledger, YEAR, AsAt(date(2024, 5, 31))).months["XN1"][-1]

    assert (may.month.paid_in_pence, may.month.spent_pence, may.gap_pence) == (300, 300, 0)


def test_a_payment_to_a_provider_and_income_of_a_line_are_not_paid_in() -> None:
    ledger = the_ledger()
    posted(ledger, Kind.RECEIVE, 1_000, source=NHS)
    posted(ledger, Kind.INVOICE, 500, key="I1", line=REABLEMENT, source=NHS)
    posted(ledger, Kind.PAY, 500, of="I1")
    spending.client_income(
        actor=None,
        at=NOW,
        ledger=ledger,
        pool=ledger.pools.get(code=MAIN),
        line=ledger.lines.get(code=REABLEMENT),
        pence=60,
        on=date(2024, 5, 9),
    )

    may = cash_position(ledger, YEAR, AsAt(date(2024, 5, 31))).months["XN1"][-1]

    assert (may.to_date.paid_in_pence, may.to_date.spent_pence) == (1_000, 440)


def test_a_partner_ahead_carries_one_behind() -> None:
    ledger = the_ledger()
    posted(ledger, Kind.RECEIVE, 1_000, source=COUNCIL)
    posted(ledger, Kind.DUE, 900, source=NHS)
    posted(ledger, Kind.ACTUAL, 250, line=REABLEMENT, source=NHS)

    found = cash_position(ledger, YEAR, AsAt(date(2024, 5, 31)))

    assert found.carried == (Carried("XW01", "XN1", 250),)
    assert found.sentences()[0].startswith("NHS Northmere ICB had paid in £2.50 less than was spent from its money")


@pytest.mark.parametrize(("ends", "lent"), [(lambda _: None, 679_029_25), (advanced, 679_029_25), (settled, 0)])
def test_spend_that_nobody_contributed_to_is_the_hosts_cash_until_partners_bear_it(ends: object, lent: int) -> None:
    ledger = wendleshires_books()
    ends(ledger)  # type: ignore[operator]

    found = cash_position(ledger, YEAR, AT_YEAR_END)

    assert found.lent_pence == lent
    gaps = {partner: months[-1].gap_pence for partner, months in found.months.items()}
    borne = {"XN1": 90_611_72, "XS1": 55_016_09, "XW01": 533_401_44} if not lent else {}
    left = {"XN1": 54_322_43, "XS1": 32_427_57, "XW01": 522_971_48 + 68_222_10}
    assert gaps == {partner: left[partner] - borne.get(partner, 0) for partner in left}
