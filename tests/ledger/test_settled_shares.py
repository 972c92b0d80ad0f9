"""A partner's settled share of an overspend is agreed money: its figure stands where what was agreed is shown."""

from __future__ import annotations

import pytest

from commonpool.ledger.queries.contributing import contributions
from commonpool.ledger.queries.partner_page import partner_page
from commonpool.ledger.queries.report import Report
from commonpool.ledger.rules.accounts import RISK_SHARE
from tests.ledger.builders import YEAR
from tests.ledger.wendleshire_year import AT_YEAR_END, NORTHMERE, SHARES, YEAR_END, settled, wendleshires_books

pytestmark = pytest.mark.django_db


def test_what_was_settled_is_shown_as_agreed_and_apart_from_what_the_plan_promises() -> None:
    ledger = wendleshires_books()
    settled(ledger)

    page = partner_page(Report(ledger, YEAR, AT_YEAR_END, partner=NORTHMERE))
    promises = contributions(ledger, YEAR, YEAR_END).promises

    [share] = [row for row in page.sources if row.is_settled]
    assert (share.agreed_pence, share.due_pence, page.settled_pence) == (90_611_72, 90_611_72, 90_611_72)
    assert page.agreed_pence == 0, "these books have no schedule"
    agreed = {each.source.code: each.agreed_pence for each in promises if each.source.source.category == RISK_SHARE}
    assert agreed == {f"{RISK_SHARE}:{body}:{YEAR}:NHS_MIN": pence for body, pence in SHARES.items()}
