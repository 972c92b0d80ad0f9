"""Headroom on the site: the plan fills in the minimum, the rules answer, and nothing of a partner's money is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from commonpool.audit.models import AuditEvent
from tests.ledger_web.builders import frozen
from tests.plans_web.builders import an_agreed_version
from tests.risk_share_web.builders import as_, council_lead, national_reader, text_of, wendleshire
from tests.shared_rows import check_now, rows_for_a_module

pytestmark = pytest.mark.django_db
COUNCIL = "Wendleshire County Council"
MONEY = {
    "years": "2",
    "funding_pence": "1000",
    "costs_pence": "800",
    "minimum_pence": "100",
    "reserves_pence": "90",
    "reserves_floor_pence": "50",
}
STILL = {"funding_growth": "0", "cost_growth": "0%", "minimum_growth": "0", "savings_pence": "0"}


@pytest.fixture(scope="module", autouse=True)
def _plan(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with rows_for_a_module(django_db_blocker):
        an_agreed_version()
        check_now()
        yield


@pytest.fixture(autouse=True)
def _october(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(monkeypatch)


def url(partner: str = COUNCIL) -> str:
    return f"{reverse('risk_share:headroom', args=[wendleshire().uuid])}?partner={partner}"


def typed(future: str, use: str, **more: str) -> dict[str, str]:
    return {f"{future}-{name}": value for name, value in {**STILL, "reserves_use_pence": use, **more}.items()}


@pytest.mark.requirement("S76")
def test_the_plan_fills_in_what_the_partner_must_pay_and_says_what_it_adds() -> None:
    page = as_(council_lead()).get(url())

    # The council's grants and discharge money, without its additional £2,145,300.75.
    assert page.context["form"]["minimum_pence"].value() == "20079369.00"
    text = text_of(page)
    assert "must pay £20,079,369.00, and adds £2,145,300.75 of its own." in text


@pytest.mark.requirement("S76")
def test_three_futures_show_what_is_affordable_and_which_figure_binds() -> None:
    sent = {**MONEY, **typed("low", "0", cost_growth="5"), **typed("central", "25"), **typed("high", "25")}
    del sent["high-funding_growth"]

    page = as_(council_lead()).post(url(), sent)

    low, central, high = page.context["found"]
    assert [year.top_up_pence for year in low.years] == [60_00, 18_00]
    assert [year.top_up_pence for year in central.years] == [125_00, 115_00]
    text = text_of(page)
    assert "Wendleshire County Council could add £18 to £120 in every year; 1 future is not known." in text
    assert high.missing == ("growth of funding",) and "Missing: growth of funding." in text
    assert "The floor of reserves" in text


@pytest.mark.requirement("S76")
def test_nothing_of_a_partner_s_money_is_kept() -> None:
    client = as_(council_lead())
    before = AuditEvent.objects.count()

    page = client.post(url(), {**MONEY, **typed("low", "0")})

    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
    assert AuditEvent.objects.count() == before
    assert client.get(url()).context["form"]["funding_pence"].value() is None


def test_what_cannot_be_read_is_told_beside_it_and_stays() -> None:
    wrong = {**MONEY, "years": "40", "funding_pence": "12k", "low-cost_growth": "fast", "low-savings_pence": "-1"}

    page = as_(council_lead()).post(url(), wrong)

    text = text_of(page)
    assert "found" not in page.context and 'value="12k"' in page.content.decode()
    for said in ("‘12k’ is not an amount of money.", "Enter growth in per cent", "‘-1’ is below zero.", "10"):
        assert said in text


def test_the_page_begins_with_the_partner_for_which_the_person_writes_else_with_the_first() -> None:
    assert as_(council_lead()).get(url("Nobody")).context["partner"] == COUNCIL
    assert as_(national_reader()).get(url("Nobody")).context["partner"] == "NHS Northmere ICB"
