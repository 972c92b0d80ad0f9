"""Two years side by side, and what a year will come to: read from the books and told to the penny."""

from __future__ import annotations

from datetime import date

import pytest

from commonpool.ledger.actions.opening import ensure_source, open_year
from commonpool.ledger.models import Ledger
from commonpool.ledger.queries.as_at import AsAt
from commonpool.ledger.queries.statements import statement
from commonpool.ledger.queries.years import money_moved, movement, outturn
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.events import Kind
from commonpool.ledger.rules.forecasting import Method
from commonpool.ledger.rules.movement import Cause, by_cause
from tests.ledger.builders import (
    CARE,
    EQUIPMENT_LINE,
    MAIN,
    NHS,
    NOW,
    REABLEMENT,
    YEAR,
    partner_of,
    posted,
    the_ledger,
)
from tests.ledger.test_statements import a_budget, a_forecast

pytestmark = pytest.mark.django_db
NEXT = "2025-26"
AT = AsAt(date(2026, 3, 31))
NHS_NEXT = f"NHS_MIN:XN1:{NEXT}"


def two_years() -> Ledger:
    """A ledger with two years open, and the minimum's source in both."""
    ledger = the_ledger()
    open_year(actor=None, at=NOW, ledger=ledger, year=NEXT)
    partner = partner_of(ledger.fund, "XN1")
    ensure_source(actor=None, at=NOW, ledger=ledger, partner=partner, category="NHS_MIN", origin_year=NEXT)
    return ledger


def spent(ledger: Ledger, line: str, pence: int, on: date, source: str) -> None:
    posted(ledger, Kind.RECEIVE, pence, source=source, on=on)
    posted(ledger, Kind.ACTUAL, pence, line=line, source=source, on=on)


@pytest.mark.requirement("S42")
def test_the_movement_between_two_years_sums_to_their_difference_to_the_penny() -> None:
    ledger = two_years()
    spent(ledger, REABLEMENT, 1_000, date(2024, 6, 1), NHS)
    spent(ledger, EQUIPMENT_LINE, 300, date(2024, 6, 1), NHS)
    spent(ledger, REABLEMENT, 1_100, date(2025, 6, 1), NHS_NEXT)
    spent(ledger, CARE, 50, date(2025, 6, 1), NHS_NEXT)

    rows = movement(ledger, YEAR, NEXT, AT)

    totals = [statement(ledger, year, AT).total.net_pence for year in (YEAR, NEXT)]
    assert sum(row.change_pence for row in rows) == totals[1] - totals[0] == 1_150 - 1_300
    causes = by_cause(rows)
    assert (causes[Cause.CHANGED], causes[Cause.STOPPED], causes[Cause.NEW]) == (100, -300, 50)


def test_money_kept_from_the_year_before_is_told_apart_from_this_years() -> None:
    ledger = two_years()
    posted(ledger, Kind.RECEIVE, 500, source=NHS, on=date(2024, 6, 1))
    posted(ledger, Kind.ACTUAL, 200, line=REABLEMENT, source=NHS, on=date(2024, 6, 1))
    posted(ledger, Kind.ACTUAL, 300, line=REABLEMENT, source=NHS, on=date(2025, 6, 1))

    causes = by_cause(movement(ledger, YEAR, NEXT, AT))

    assert causes[Cause.CARRIED_FORWARD] == 300
    assert sum(causes.values()) == 300 - 200


@pytest.mark.requirement("S33")
def test_what_a_contribution_moved_from_and_to_sums_to_the_contribution() -> None:
    ledger = two_years()
    a_budget(ledger, REABLEMENT, nhs=700)
    a_budget(ledger, EQUIPMENT_LINE, nhs=300)
    _budget_next_year(ledger, {REABLEMENT: 600, CARE: 450})

    moves = money_moved(ledger, YEAR, NEXT, AT)

    assert {(move.from_line, move.to_line): move.pence for move in moves} == {
        (REABLEMENT, REABLEMENT): 600,
        (REABLEMENT, CARE): 100,
        (EQUIPMENT_LINE, CARE): 300,
        (None, CARE): 50,
    }
    assert sum(move.pence for move in moves if move.to_line) == 1_050
    assert {move.contribution for move in moves} == {"NHS_MIN/XN1"}


def _budget_next_year(ledger: Ledger, lines: dict[str, int]) -> None:
    from commonpool.ledger.actions.posting import post_drafts
    from commonpool.ledger.rules import posting
    from commonpool.ledger.rules.entries import Draft

    drafts = [
        Draft(f"budget/{line}", "budget", date(2025, 4, 1), posting.allocated(MAIN, {NHS_NEXT: pence}, line))
        for line, pence in lines.items()
    ]
    post_drafts(actor=None, at=NOW, ledger=ledger, drafts=drafts, action="ledger.budget")


def test_a_budget_moves_as_well_as_spend() -> None:
    ledger = two_years()
    a_budget(ledger, REABLEMENT, nhs=700)
    _budget_next_year(ledger, {REABLEMENT: 600})

    rows = movement(ledger, YEAR, NEXT, AT, book=Account.ALLOCATED)

    assert sum(row.change_pence for row in rows) == -100


# -- what the year will come to


def test_each_line_has_a_forecast_with_its_method_named() -> None:
    ledger = the_ledger()
    a_budget(ledger, REABLEMENT, nhs=1_200)
    a_budget(ledger, EQUIPMENT_LINE, nhs=600)
    posted(ledger, Kind.RECEIVE, 5_000, source=NHS, on=date(2024, 4, 1))
    for month in (4, 5, 6):
        posted(ledger, Kind.ACTUAL, 110, line=REABLEMENT, source=NHS, on=date(2024, month, 10))
    a_forecast(ledger, EQUIPMENT_LINE, 640)

    reablement, equipment = outturn(
        ledger, YEAR, AsAt(date(2024, 6, 30)), Method.PLAN_PHASING, methods={EQUIPMENT_LINE: Method.BY_HAND}
    )

    assert (reablement.forecast.method, reablement.forecast.pence, reablement.variance_pence) == (
        Method.PLAN_PHASING,
        330 + 900,
        30,
    )
    assert (equipment.forecast.method, equipment.forecast.pence, equipment.variance_pence) == (Method.BY_HAND, 640, 40)
    assert "Entered by hand: the forecast book" in equipment.forecast.sentence


def test_a_month_that_has_not_ended_is_not_taken_for_a_whole_one() -> None:
    ledger = the_ledger()
    posted(ledger, Kind.RECEIVE, 5_000, source=NHS, on=date(2024, 4, 1))
    for day in (date(2024, 4, 10), date(2024, 5, 10), date(2024, 6, 3)):
        posted(ledger, Kind.ACTUAL, 100, line=REABLEMENT, source=NHS, on=day)

    (found,) = outturn(ledger, YEAR, AsAt(date(2024, 6, 15)))

    assert (found.to_date_pence, found.forecast.months_known, found.forecast.pence) == (300, 2, 1_200)


def test_what_nobody_forecast_is_not_known() -> None:
    ledger = the_ledger()
    a_budget(ledger, REABLEMENT, nhs=1_200)

    (found,) = outturn(ledger, YEAR, AsAt(date(2024, 6, 15)), Method.BY_HAND)

    assert (found.forecast.pence, found.variance_pence) == (None, None)


def test_last_years_profile_is_that_of_the_same_line() -> None:
    ledger = two_years()
    spent(ledger, REABLEMENT, 100, date(2024, 4, 10), NHS)
    spent(ledger, REABLEMENT, 300, date(2024, 12, 10), NHS)
    spent(ledger, REABLEMENT, 150, date(2025, 4, 10), NHS_NEXT)

    (found,) = outturn(ledger, NEXT, AsAt(date(2025, 4, 30)), Method.LAST_YEAR)

    assert found.forecast.pence == 600
