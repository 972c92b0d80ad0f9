"""Wendleshire's year 2024-25 in the books, from its agreed plan and its quarterly actuals to an account of 0.00.

Source of every figure: the worked example, sections 9.2 and 9.4 to 9.7. The year-end contributions of 9.6 are entered
as given: computing them belongs to the risk share.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from commonpool.demo.wendleshire import quarterly_actuals
from commonpool.funds.models import PooledFund
from commonpool.ledger.actions.budgeting import adopt_plan, budgeted
from commonpool.ledger.actions.contributing import post_due
from commonpool.ledger.actions.opening import open_ledger
from commonpool.ledger.actions.posting import post_all
from commonpool.ledger.actions.spending import spend_event
from commonpool.ledger.actions.yearend import carry_forward, cover_unfunded, give_back, pay_back, settle_overspend
from commonpool.ledger.models import Balance, Held, Ledger, LedgerSource, Posting
from commonpool.ledger.rules.accounts import Account
from commonpool.ledger.rules.events import Kind
from commonpool.money import pence_from_pounds
from commonpool.plans.models import PlanVersion
from tests.demo.filled import the_filled_region
from tests.shared_rows import check_now, rows_for_a_module

NOW = datetime(2025, 4, 10, 9, tzinfo=UTC)
YEAR = "2024-25"
ENDS = (date(2024, 6, 30), date(2024, 9, 30), date(2024, 12, 31), date(2025, 3, 31))
pytestmark = pytest.mark.django_db


def pounds(text: str) -> int:
    return pence_from_pounds(Decimal(text.replace(",", "")))


@pytest.fixture(scope="module")
def region(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with rows_for_a_module(django_db_blocker):
        the_filled_region(tmp_path_factory.mktemp("home"))
        check_now()
        yield


@pytest.fixture
def ledger(region: None, db: None) -> Ledger:
    fund = PooledFund.objects.get(name="Wendleshire Better Care Fund")
    ledger = open_ledger(actor=None, at=NOW, fund=fund, year=YEAR)
    version = PlanVersion.objects.get(plan__area=fund.area, plan__round_id="2023-25", state="agreed")
    adopt_plan(version=version, at=NOW)
    return ledger


def the_year(ledger: Ledger) -> None:
    """Contributions as they fall due, and each quarter's actuals on its last day."""
    pool = ledger.pools.get(code="MAIN")
    lines = {line.line_id: line for line in ledger.lines.all()}
    for quarter, day in enumerate(ENDS):
        post_due(actor=None, at=NOW, ledger=ledger, up_to=day)
        events = [
            spend_event(
                ledger,
                Kind.ACTUAL,
                pool=pool.code,
                line=lines[actual.scheme_id],
                pence=actual.quarters[quarter],
                on=day,
                key=f"actual/{actual.scheme_id}/{quarter}",
            )
            for actual in quarterly_actuals()
        ]
        post_all(actor=None, at=NOW, ledger=ledger, events=events)


def spent_by_category(up_to: date) -> dict[str, int]:
    rows = Posting.objects.filter(account=Account.EXPENDITURE, accounted_on__lte=up_to).values("line__category")
    return {row["line__category"]: row["p"] for row in rows.annotate(p=Sum("pence")).order_by()}


def held() -> dict[str, int]:
    return {code: pence for code, pence in Held.objects.values_list("source__code", "pence") if pence}


def test_the_budget_of_each_line_is_the_plan_s_figure_over_its_category_s_sources(ledger: Ledger) -> None:
    budget = budgeted(ledger, YEAR)

    assert sum(budget.values()) == pounds("79,517,952.75")
    assert budget["2023-25/4", "NHS_MIN:XN1:2024-25"] + budget["2023-25/4", "NHS_MIN:XS1:2024-25"] == pounds(
        "6,480,000.00"
    )


def test_the_same_plan_again_posts_no_budget(ledger: Ledger) -> None:
    version = PlanVersion.objects.get(plan__area=ledger.fund.area, plan__round_id="2023-25", state="agreed")

    assert adopt_plan(version=version, at=NOW) == 0


def test_contributions_of_the_year_fall_due_to_the_penny(ledger: Ledger) -> None:
    post_due(actor=None, at=NOW, ledger=ledger, up_to=date(2025, 3, 31))

    due = -sum(Balance.objects.filter(account=Account.CONTRIBUTION).values_list("pence", flat=True))
    assert due == pounds("79,517,952.75")
    assert post_due(actor=None, at=NOW, ledger=ledger, up_to=date(2025, 3, 31)) == 0


@pytest.mark.requirement("S31", "S42")
def test_the_year_comes_out_to_the_penny_and_the_account_closes_at_nothing(ledger: Ledger) -> None:
    the_year(ledger)

    assert spent_by_category(ENDS[0])["NHS_MIN"] == pounds("12,764,442.62")
    assert spent_by_category(ENDS[2])["DFG"] == pounds("3,449,904.97")
    assert spent_by_category(ENDS[3]) == {
        "NHS_MIN": pounds("53,668,312.25"),
        "NHS_ADD": pounds("1,250,000.00"),
        "IBCF": pounds("11,414,683.90"),
        "DFG": pounds("5,390,476.52"),
        "LA_ADD": pounds("2,145,300.75"),
        "DISCH_LA": pounds("2,683,015.00"),
        "DISCH_ICB": pounds("2,967,250.00"),
    }
    uncovered = LedgerSource.objects.get(may_go_below_zero=True)
    assert held()[uncovered.code] == -pounds("679,029.25")

    pool = ledger.pools.get(code="MAIN")
    last = date(2025, 3, 31)
    say = {"actor": None, "at": NOW, "ledger": ledger, "pool": pool, "on": last}
    assert cover_unfunded(for_category="NHS_MIN", **say) == pounds("679,029.25")
    council = ledger.fund.partners.get(role="host").organisation.code
    settle_overspend(
        for_category="NHS_MIN",
        shares={council: pounds("533,401.44"), "XN1": pounds("90,611.72"), "XS1": pounds("55,016.09")},
        **say,
    )
    by_category = {source.code.split(":")[0]: source for source in ledger.sources.all()}
    districts = {
        "Ashby Vale": pounds("102,660.80"),
        "Calder Moor": pounds("81,421.23"),
        "Fenwick": pounds("136,667.95"),
        "Harbourne": pounds("88,853.50"),
        "Tarnside": pounds("113,368.00"),
    }
    carry_forward(source=by_category["DFG"], pence=pounds("522,971.48"), parts=districts, **say)
    carry_forward(source=by_category["IBCF"], pence=pounds("68,222.10"), **say)
    northmere = ledger.sources.get(code="DISCH_ICB:XN1:2024-25")
    southwendle = ledger.sources.get(code="DISCH_ICB:XS1:2024-25")
    left = {code: pence for code, pence in held().items() if code.startswith("DISCH_ICB")}
    assert sum(left.values()) == pounds("86,750.00")
    for source in (northmere, southwendle):
        give_back(source=source, pence=left[source.code], **say)
        pay_back(source=source, pence=left[source.code], **say)

    assert held() == {by_category["DFG"].code: pounds("522,971.48"), by_category["IBCF"].code: pounds("68,222.10")}
