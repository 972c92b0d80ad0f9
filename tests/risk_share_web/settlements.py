"""Wendleshire's books with a year's spend, and its settlement as somebody would put it to the partners."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from commonpool.demo.wendleshire import DATA, quarterly_actuals
from commonpool.ledger.actions.posting import post_all
from commonpool.ledger.actions.spending import spend_event
from commonpool.ledger.models import Ledger
from commonpool.ledger.rules.events import Kind
from commonpool.risk_share.actions import settlements as actions
from commonpool.risk_share.models import YearSettlement
from tests.funds.builders import NOW
from tests.ledger.wendleshire_year import QUARTER_ENDS, YEAR_END
from tests.ledger_web.builders import line_of, paid_books
from tests.risk_share_web.builders import a_draft, agreed, offered, the_agreement

YEAR, APRIL = "2024-25", date(2025, 4, 10)
LOCAL = (DATA / "wendleshire_contract.yaml").read_text("utf-8")


def spend_in(ledger: Ledger, quarters: Iterable[int]) -> None:
    """The published spend of these quarters, on their last days."""
    events = [
        spend_event(
            ledger,
            Kind.ACTUAL,
            pool="MAIN",
            line=line_of(ledger, actual.scheme_id),
            pence=actual.quarters[quarter],
            on=QUARTER_ENDS[quarter],
            key=f"Q{quarter}/{actual.scheme_id}",
        )
        for quarter in quarters
        for actual in quarterly_actuals()
    ]
    post_all(actor=None, at=NOW, ledger=ledger, events=events)
    ledger.refresh_from_db()


def the_books(quarters: int = 4) -> Ledger:
    """Its plan, all that has fallen due, and the spend of so many quarters; its own contract is in force."""
    ledger = paid_books(YEAR_END)
    spend_in(ledger, range(quarters))
    agreed(offered(a_draft(LOCAL)))
    return ledger


def a_settlement(on: date = APRIL) -> YearSettlement:
    """The year's settlement as the books have it on a day, with nobody's answer."""
    the_books()
    return actions.propose(actor=None, at=NOW, agreement=the_agreement(), year=YEAR, on=on, measures={})
