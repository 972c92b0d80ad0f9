"""What the books say elsewhere: what waits for whoever keeps them, and the sentence about an area's pool."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commonpool.funds.models import PooledFund
from commonpool.ledger.actions.budgeting import set_amount
from commonpool.ledger.actions.contributing import post_due
from commonpool.ledger.queries.news import lines_for, standings, waiting_for
from commonpool.ledger.rules.events import Kind
from commonpool.plans.actions import open_pool
from tests.funds.builders import NOW
from tests.ledger_web.builders import (
    NHS_NORTH,
    OCTOBER,
    YEAR,
    a_reader,
    a_stranger,
    as_,
    frozen,
    main_of,
    manager,
    paid_books,
    planned_books,
    spent,
    text_of,
)
from tests.plans_web.builders import an_agreed_version, council_lead, wendleshire

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(monkeypatch)


def said_to(person: object) -> list[str]:
    return [item.text for item in waiting_for(person)]  # type: ignore[arg-type]


def test_contributions_that_fell_due_wait_for_whoever_keeps_the_books() -> None:
    ledger = planned_books()

    assert said_to(manager()) == ["63 contributions have fallen due in Wendleshire Better Care Fund and are not posted"]
    assert said_to(a_reader()) == said_to(a_stranger()) == []
    post_due(actor=None, at=NOW, ledger=ledger, up_to=OCTOBER)
    assert said_to(manager()) == []


def test_spend_without_a_source_waits_until_it_has_one() -> None:
    ledger = paid_books(date(2024, 10, 1))
    spent(ledger, "9", 800_000_00, Kind.ACTUAL)

    assert said_to(manager()) == ["£70,833.34 spent from Wendleshire Better Care Fund is covered by no source"]


def test_a_live_fund_without_books_waits_to_have_them_opened() -> None:
    version = an_agreed_version()
    fund = PooledFund.objects.get()
    assert said_to(manager()) == []

    open_pool(actor=council_lead(), at=NOW, version=version, fund=fund, live_from=date(2024, 4, 1))

    assert said_to(manager()) == ["Wendleshire Better Care Fund is live, and its books are not open"]


def test_a_schedule_that_cannot_be_read_keeps_nobody_from_the_home_page() -> None:
    ledger = planned_books()
    profile = {"spread": "by_hand", "amounts": [["2024-04-20", 10_00]]}
    set_amount(ledger, ledger.sources.get(code=NHS_NORTH), main_of(ledger), YEAR, 12_00, "", NOW, profile=profile)

    assert "Home" in text_of(as_(manager()).get("/"))


def test_a_pool_is_told_in_a_sentence() -> None:
    ledger = planned_books()
    area = wendleshire()
    [before] = lines_for([area], a_reader(), OCTOBER)[area.uuid]
    post_due(actor=None, at=NOW, ledger=ledger, up_to=date(2024, 9, 30))
    spent(ledger, "4", 1_000_000_00)

    [line] = lines_for([area], a_reader(), OCTOBER)[area.uuid]

    assert before.short == "pool: nothing has come in yet"
    assert line.short == "pool: £1,000,000.00 of £39,758,976.37 spent, £38,758,976.37 held"
    assert line.text == f"Wendleshire Better Care Fund. Since 1 April 2024: {line.short.removeprefix('pool: ')}."


def test_a_pool_that_has_overspent_says_so() -> None:
    ledger = planned_books()
    spent(ledger, "4", 500_00, Kind.ACTUAL)

    assert standings([ledger])[0].words == "£500.00 of £0.00 spent, £0.00 held, £500.00 covered by no source"


def test_the_sentence_costs_the_same_for_any_number_of_areas() -> None:
    area = wendleshire()
    planned_books()
    person = a_reader()

    with CaptureQueriesContext(connection) as asked:
        lines_for([area] * 3, person, timezone.localdate())

    assert len(asked) == 3


def test_the_area_s_page_leads_to_the_pool() -> None:
    ledger = paid_books()

    page = as_(a_reader()).get(f"/areas/{wendleshire().uuid}/").content.decode()

    assert f"/pool/{ledger.uuid}/" in page
    assert f"/areas/{wendleshire().uuid}/pool/" in page, "the tab"
