"""Spend that no agreement covers: outside the plan, from no source, or before the agreement was signed."""

from __future__ import annotations

from datetime import date

import pytest

from commonpool.funds.models import Agreement
from commonpool.ledger.models import Ledger, Period
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.outside import Why, spend_before_signed, spend_outside
from commonpool.ledger.rules.events import Kind
from tests.ledger.builders import CARE, NHS, NOW, REABLEMENT, YEAR, opened, posted, the_ledger
from tests.ledger.test_statements import a_budget
from tests.ledger.wendleshire_year import AT_YEAR_END, settled, wendleshires_books

pytestmark = pytest.mark.django_db
AT = AsAt(date(2024, 9, 30))


@pytest.mark.requirement("S09")
def test_spend_on_a_line_without_a_budget_in_the_year_is_flagged() -> None:
    ledger = the_ledger()
    opened(ledger, nhs=1_000, grant=50)
    a_budget(ledger, REABLEMENT, nhs=1_000)
    posted(ledger, Kind.ACTUAL, 600, line=REABLEMENT, source=NHS)
    posted(ledger, Kind.ACTUAL, 50, line=CARE)

    (found,) = spend_outside(ledger, YEAR, AT)

    assert (found.why, found.line, found.pence) == (Why.NO_BUDGET, CARE, 50)
    assert found.sentence.startswith("£0.50 was spent on 10 Line 10, which has no budget in the year.")


@pytest.mark.requirement("S09")
def test_spend_that_no_source_covers_is_flagged_until_it_is_settled() -> None:
    ledger = wendleshires_books()
    found = spend_outside(ledger, YEAR, AT_YEAR_END)
    settled(ledger)

    assert {each.why for each in found} == {Why.NO_SOURCE}
    assert sum(each.pence for each in found) == 679_029_25
    assert spend_outside(ledger, YEAR, AT_YEAR_END) == ()


def an_agreement(ledger: Ledger, version: int, signed_on: date | None, **more: date) -> Agreement:
    return Agreement.objects.create(
        fund=ledger.fund,
        version=version,
        title="Section 75 agreement",
        signed_on=signed_on,
        recorded_at=NOW,
        **{"starts_on": date(2024, 4, 1), **more},
    )


def test_spend_before_the_agreement_was_signed_is_one_statement_for_each_agreement() -> None:
    ledger = the_ledger()
    opened(ledger, nhs=1_000, grant=500)
    an_agreement(ledger, 1, date(2024, 6, 10))
    an_agreement(ledger, 2, None, starts_on=date(2024, 8, 1))
    posted(ledger, Kind.ACTUAL, 100, line=REABLEMENT, source=NHS, on=date(2024, 6, 9))
    posted(ledger, Kind.ACTUAL, 20, line=CARE, on=date(2024, 5, 1))
    posted(ledger, Kind.ACTUAL, 7, line=REABLEMENT, source=NHS, on=date(2024, 6, 10))
    posted(ledger, Kind.ACTUAL, 3, line=REABLEMENT, source=NHS, on=date(2024, 8, 2))

    second, first = spend_before_signed(ledger, AT)

    assert [(row.line, row.pence) for row in first.rows] == [(REABLEMENT, 100), (CARE, 20)]
    assert (first.pence, first.since, first.until) == (120, date(2024, 4, 1), date(2024, 6, 9))
    assert first.sentence == (
        "Section 75 agreement, version 1 was signed on 10 June 2024. £1.20 was spent under it "
        "from 1 April 2024 to 9 June 2024, before it was."
    )
    assert (second.pence, second.until) == (3, date(2024, 9, 30))
    assert second.sentence.startswith("Section 75 agreement, version 2 is not signed.")


def test_an_agreement_signed_before_it_began_has_no_such_statement() -> None:
    ledger = the_ledger()
    an_agreement(ledger, 1, date(2024, 3, 20))

    assert spend_before_signed(ledger, AT) == ()


def test_the_day_that_counts_is_the_day_on_which_it_was_spent() -> None:
    ledger = the_ledger()
    opened(ledger, nhs=1_000)
    an_agreement(ledger, 1, date(2024, 6, 10))
    Period.objects.filter(label__in=["May 2024"]).update(state="closed")
    posted(ledger, Kind.ACTUAL, 100, line=REABLEMENT, source=NHS, on=date(2024, 5, 9))

    (found,) = spend_before_signed(ledger, AT)

    assert found.pence == 100
