"""Contracts tried out on the agreed plan: the page's figures against closed forms, and what is typed wrong."""

from __future__ import annotations

import re
from math import exp, log, sqrt
from statistics import NormalDist
from typing import Any

import pytest
from django.urls import reverse

from tests.ledger_web.builders import frozen
from tests.plans_web.builders import an_agreed_version
from tests.risk_share_web.builders import (
    TEXT,
    a_draft,
    as_,
    council_lead,
    national_reader,
    offered,
    text_of,
    the_agreement,
    wendleshire,
)

pytestmark = pytest.mark.django_db
BUDGET = 79_517_952.75


@pytest.fixture(autouse=True)
def _october(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(monkeypatch)


def tried(person: Any = None, **asked: Any) -> Any:
    client = as_(person or council_lead())
    return client.get(reverse("risk_share:trying", args=[wendleshire().uuid]), asked)


def rows(page: Any) -> dict[tuple[str, str], Any]:
    return {(row.party, row.contract): row.futures for row in page.context["rows"]}


def test_lines_that_all_move_together_come_to_the_closed_form() -> None:
    an_agreed_version()
    version = offered()
    sd = 0.05
    spread = log(1 + sd**2)

    page = tried(contracts=version.uuid, sd="5", common="100")

    # One log-normal total, of which the council bears 43% and at most £200,000.
    at_cap = 1 - NormalDist().cdf((log(1 + 200_000 / 0.43 / BUDGET) + spread / 2) / sqrt(spread))
    council, south = rows(page)["Council", "Version 1"], rows(page)["South", "Version 1"]
    assert council.at_its_cap.value == pytest.approx(at_cap, abs=4 * council.at_its_cap.error + 1e-4)
    assert council.very_bad_year.value == pytest.approx(200_000_00, abs=100)
    for measured, chance in ((south.bad_year, 0.8), (south.very_bad_year, 0.95)):
        total = BUDGET * (exp(sqrt(spread) * NormalDist().inv_cdf(chance) - spread / 2) - 1)
        expected = 0.2 * total * 100
        assert measured.value == pytest.approx(expected, abs=4 * measured.error + 100)
    assert south.mean.value == pytest.approx(0, abs=4 * south.mean.error + 100)


def test_a_plan_that_is_met_exactly_costs_nobody_anything_but_for_the_line_that_differs() -> None:
    an_agreed_version()
    version = offered()

    still = rows(tried(contracts=version.uuid, sd="0", common="0"))
    one = rows(tried(contracts=version.uuid, sd="0", common="0", **{"line-0": "10"}))

    assert {round(each.very_bad_year.value) for each in still.values()} == {0}
    assert one["South", "Version 1"].very_bad_year.value > 100_000_00


def test_the_page_tries_the_newest_contracts_side_by_side_with_errors_and_a_picture() -> None:
    an_agreed_version()
    offered()
    offered(a_draft(TEXT.replace("200,000", "300,000").replace("200000", "300000")))

    page = tried(national_reader())

    said = text_of(page)
    assert re.search(r"In 1 year of 20 North pays more than £[\d,]+ under version 1\.", said)
    assert "8,192 possible years of the 16 lines of the agreed plan of 2024-25." in said
    assert re.search(r"Council Version 2( −?£[\d,]+ ± £[\d,]+){2}( £300,000 ± £0){3} \d+\.\d% ± 0\.\d%", said)
    assert "no cap" in said
    assert "North has the most to fear, under version 1" in said


def test_a_draft_can_be_tried_by_its_own_body_alone() -> None:
    an_agreed_version()
    draft = a_draft()

    own, others = tried(), tried(national_reader(), contracts=draft.uuid, sd="5", common="25")

    assert ("Council", "Version 1") in rows(own)
    assert "No contract that you may read is there yet." in text_of(others)


def test_what_is_typed_wrong_is_told_and_kept() -> None:
    an_agreed_version()
    versions = [offered(a_draft(TEXT.replace("200,000", f"{number}00,000"))) for number in range(1, 10)]

    many = text_of(tried(contracts=[each.uuid for each in versions], sd="5", common="25"))
    wrong = tried(contracts=versions[0].uuid, sd="lots", common="300")
    none = text_of(tried(sd="5", common="25"))

    assert "You chose 9 contracts. Choose at most 8." in many
    assert "‘lots’ is not a percentage." in text_of(wrong) and 'value="lots"' in wrong.content.decode()
    assert "‘300’ is not a percentage." in text_of(wrong)
    assert "Choose an answer to ‘Contracts to try out’." in none


def test_a_contract_that_does_not_fit_the_lines_says_which() -> None:
    an_agreed_version()
    offered(a_draft(TEXT.replace("the pool\n", 'the pool\n    lines: ["1"]\n')))

    assert "is in no part of the contract." in text_of(tried())


def test_without_an_agreed_plan_there_is_nothing_to_lay_years_on() -> None:
    the_agreement()

    assert "Possible years need the lines of an agreed plan, and this area has none yet." in text_of(tried())
