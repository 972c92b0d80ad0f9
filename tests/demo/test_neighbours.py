"""Wendleshire's neighbours have plans of their own that pass every rule of their round."""

from __future__ import annotations

from datetime import date

import pytest

from commonpool.demo.neighbours import neighbour_plan
from commonpool.demo.region import load_region
from commonpool.plans.rules import check_plan
from commonpool.policy.reading import load_round

NEIGHBOURS = [f"XW0{number}" for number in range(2, 10)]
TODAY = date(2026, 11, 1)


@pytest.fixture(scope="module")
def region():
    return load_region()


@pytest.mark.parametrize("round_id", ["2023-25", "2025-26"])
@pytest.mark.parametrize("code", NEIGHBOURS)
def test_a_neighbours_plan_passes_every_rule(region, code, round_id):
    round = load_round(round_id)

    checked = check_plan(neighbour_plan(region, code, round), round, today=TODAY)

    assert [str(finding) for finding in checked.findings] == []


@pytest.mark.parametrize("code", NEIGHBOURS)
def test_every_penny_of_a_neighbours_income_is_planned(region, code):
    plan = neighbour_plan(region, code, load_round("2025-26"))

    assert sum(row.pence["2025-26"] for row in plan.lines) == sum(row.pence["2025-26"] for row in plan.income)


def test_three_icbs_pay_into_one_neighbours_plan_and_one_icb_into_eight(region):
    round = load_round("2025-26")
    payers = {
        code: {row.payer_code for row in neighbour_plan(region, code, round).income if row.category == "NHS_MIN"}
        for code in NEIGHBOURS
    }

    assert payers["XW02"] == {"XN1", "XS1", "XE1"}
    assert sum("XE1" in found for found in payers.values()) == 8


def test_the_same_seed_makes_the_same_plan(region):
    round = load_round("2025-26")

    assert neighbour_plan(region, "XW04", round) == neighbour_plan(region, "XW04", round)
    assert neighbour_plan(region, "XW04", round) != neighbour_plan(region, "XW04", round, seed=1)
