"""Any variance on a contract's page: who bears it, clause by clause, and the ladder as a file."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from commonpool.risk_share.models import ContractVersion
from commonpool.risk_share.queries.sliding import round_pounds
from tests.ledger_web.builders import frozen
from tests.plans_web.builders import an_agreed_version
from tests.risk_share_web.builders import TEXT, a_draft, as_, council_lead, national_reader, offered, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _october(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(monkeypatch)


def shown(version: ContractVersion, **asked: str) -> Any:
    return as_(national_reader()).get(reverse("risk_share:contract", args=[version.uuid]), asked)


def test_a_variance_shows_each_partner_s_share_and_which_clause_took_what() -> None:
    an_agreed_version()

    said = text_of(shown(offered(), variance="650000.01"))

    assert "£650,000.01 over: Council pays £200,000.00; North pays £320,000.01; South pays £130,000.00" in said
    assert "The pool £279,500.01 £240,500.00 £130,000.00" in said
    assert "The pool: cap of Council -£79,500.01 £79,500.01 £0.00" in said.replace("−", "-")


def test_a_variance_under_the_budget_is_received() -> None:
    an_agreed_version()

    assert "£100,000 under: Council receives £43,000.00; North receives £37,000.00" in text_of(
        shown(offered(), variance="-100000")
    )


def test_without_one_the_page_shows_a_quarter_of_what_the_slider_reaches() -> None:
    an_agreed_version()

    page = shown(offered())

    assert page.context["reach"] == {"most": 10_000_000, "step": 100_000, "place": 2_500_000}
    assert "£2,500,000 over: Council pays £200,000.00" in text_of(page)


def test_what_is_no_amount_is_shown_back_with_what_to_write() -> None:
    an_agreed_version()

    page = shown(offered(), variance="a lot")

    assert "‘a lot’ is not an amount of money. Enter pounds as a number" in text_of(page)
    assert 'value="a lot"' in page.content.decode()


def test_the_slider_asks_for_the_shares_alone() -> None:
    an_agreed_version()

    part = shown(offered(), variance="1000", part="variance")

    assert text_of(part).startswith("£1,000 over: Council pays £430.00;")
    assert "<html" not in part.content.decode()


def test_a_measure_is_kept_when_another_variance_is_asked_for_and_the_other_way_round() -> None:
    an_agreed_version()
    version = a_draft(TEXT.replace("parts:", "measures: {quality: the quality score}\nparts:"))
    asked = {"variance": "5000", "measure-quality": "80%"}

    html = as_(council_lead()).get(reverse("risk_share:contract", args=[version.uuid]), asked).content.decode()

    assert '<input type="hidden" name="measure-quality" value="80%">' in html
    assert '<input type="hidden" name="variance" value="5000">' in html


def test_without_an_agreed_plan_there_is_no_slider_and_the_page_says_why() -> None:
    page = shown(offered(), part="variance")

    assert "data-slider" not in text_of(shown(offered()))
    assert page.status_code == 200


def test_the_ladder_downloads() -> None:
    an_agreed_version()

    rows = shown(offered(), format="csv").content.decode().splitlines()

    assert rows[0] == "variance_pence,Council,North,South,unallocated"
    assert "50000000,20000000,20000000,10000000,0" in rows


@pytest.mark.parametrize(
    ("pence", "reach"), [(0, 100_00), (100_00, 100_00), (101_00, 200_00), (795_179_527, 1_000_000_000)]
)
def test_a_slider_reaches_a_round_sum_in_a_hundred_steps_of_whole_pounds(pence: int, reach: int) -> None:
    assert round_pounds(pence) == reach
    assert reach // 100 % 100 == 0
