"""The worked example: Wendleshire's plan gives the published totals and headrooms to the penny."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from commonpool.demo.wendleshire import DATA, quarterly_actuals, wendleshire_plan
from commonpool.plans.rules import CheckResult, PlanContent, SchemeRow, check_plan
from commonpool.policy.reading import load_round
from commonpool.policy.rules import Check, Round

TODAY = date(2026, 11, 1)


@pytest.fixture(scope="module")
def round_2023() -> Round:
    return load_round("2023-25")


@pytest.fixture(scope="module")
def plan(round_2023: Round) -> PlanContent:
    return wendleshire_plan(round_2023)


def checked(plan: PlanContent, planning_round: Round) -> CheckResult:
    return check_plan(plan, planning_round, today=TODAY)


def with_lines(plan: PlanContent, **changed: dict[str, object]) -> PlanContent:
    """The plan with some lines changed; keys are L and the line's ID."""
    lines = [replace(line, **changed.get(f"L{line.line_id}", {})) for line in plan.lines]  # type: ignore[arg-type]
    return replace(plan, lines=tuple(lines))


def pounds(text: str) -> dict[str, int]:
    return {"2024-25": int(Decimal(text) * 100)}


def test_the_worked_example_has_no_finding(plan: PlanContent, round_2023: Round) -> None:
    assert checked(plan, round_2023).findings == ()


def test_its_totals_are_those_of_the_brief(plan: PlanContent, round_2023: Round) -> None:
    totals = checked(plan, round_2023).totals

    assert totals.income.pence == totals.expenditure.pence == 79_517_952_75
    assert {source: sums.expenditure.pence for source, sums in totals.by_source.items()} == {
        "NHS_MIN": 52_989_283_00,
        "NHS_ADD": 1_250_000_00,
        "IBCF": 11_482_906_00,
        "DFG": 5_913_448_00,
        "LA_ADD": 2_145_300_75,
        "DISCH_LA": 2_683_015_00,
        "DISCH_ICB": 3_054_000_00,
    }


@pytest.mark.parametrize(
    ("rule", "found", "headroom"),
    [("PLN-02", 21_420_500_00, 420_150_00), ("PLN-03", 27_467_357_80, 12_408_768_80)],
)
def test_its_floors_have_the_headroom_of_the_brief(
    plan: PlanContent, round_2023: Round, rule: str, found: int, headroom: int
) -> None:
    condition = next(one for one in checked(plan, round_2023).conditions if one.rule == rule)

    assert (condition.passes, condition.found_pence, condition.headroom_pence) == (True, found, headroom)


def test_leaving_out_social_care_from_the_out_of_hospital_floor_is_a_different_sum(
    plan: PlanContent, round_2023: Round
) -> None:
    strict = [_without_social_care(check) for check in round_2023.checks]

    result = checked(plan, replace(round_2023, checks=tuple(strict)))

    condition = next(one for one in result.conditions if one.rule == "PLN-03")
    assert condition.found_pence == 27_019_157_80
    assert 27_467_357_80 - 27_019_157_80 == 448_200_00  # 40% of line 5


def _without_social_care(check: Check) -> Check:
    if check.rule != "PLN-03":
        return check
    return replace(check, parameters={**check.parameters, "not_areas": ["ACUTE", "SOCIAL_CARE"]})


def test_moving_a_penny_within_a_source_is_no_fault(plan: PlanContent, round_2023: Round) -> None:
    moved = with_lines(plan, L8={"pence": pounds("2013532.59")}, L1={"pence": pounds("9850000.01")})

    assert checked(moved, round_2023).findings == ()


def test_the_social_care_floor_fails_by_a_penny(plan: PlanContent, round_2023: Round) -> None:
    moved = with_lines(plan, L2={"pence": pounds("10029849.99")}, L3={"pence": pounds("14720150.01")})

    [finding] = checked(moved, round_2023).findings

    assert finding.rule == "PLN-02"
    assert "£21,000,349.99" in finding.problem and "£0.01 less" in finding.problem
    assert "£21,000,350.00" in finding.fix


def test_a_joint_line_of_the_nhs_alone_is_one_error(plan: PlanContent, round_2023: Round) -> None:
    [finding] = checked(with_lines(plan, L4={"nhs_share": 1}), round_2023).findings

    assert (finding.rule, finding.severity) == ("PLN-06", "error")
    assert "100%" in finding.problem


def test_a_district_a_pound_off_is_one_error(plan: PlanContent, round_2023: Round) -> None:
    first, *others = plan.districts
    changed = replace(first, pence=pounds("1204118.00"))

    [finding] = checked(replace(plan, districts=(changed, *others)), round_2023).findings

    assert (finding.rule, finding.severity) == ("PLN-12", "error")
    assert "£5,913,449.00" in finding.problem and "£5,913,448.00" in finding.fix


def test_a_scheme_type_other_without_words_is_one_error(plan: PlanContent, round_2023: Round) -> None:
    [finding] = checked(with_lines(plan, L3={"scheme_type": "OTHER"}), round_2023).findings

    assert (finding.rule, finding.severity) == ("PLN-05", "error")


def test_carried_over_to_2025_the_plan_fails_its_floor_by_398_864_pounds() -> None:
    planning_round = load_round("2025-26")

    result = checked(wendleshire_plan(planning_round), planning_round)

    [finding] = result.findings
    condition = next(one for one in result.conditions if one.rule == "PLN-02")
    assert finding.rule == "PLN-02"
    assert (condition.passes, condition.headroom_pence) == (False, -398_864_00)
    assert result.totals.income.pence == 79_517_952_75


def test_a_slow_second_way_gives_the_same_floors(plan: PlanContent) -> None:
    """Straight from the file of lines, in decimal pounds, without the rules."""
    social_care = out_of_hospital = Decimal(0)
    with (DATA / "wendleshire_lines.csv").open() as file:
        for row in csv.DictReader(file):
            if row["source_of_funding"] != "NHS minimum contribution":
                continue
            amount = Decimal(row["plan_2024_25"])
            if row["area_of_spend"] == "Social Care":
                social_care += amount
            if row["area_of_spend"] != "Acute":
                out_of_hospital += amount * Decimal(row["pct_nhs"]) / 100

    assert (social_care, out_of_hospital) == (Decimal("21420500.00"), Decimal("27467357.80"))


def test_the_quarters_add_up_to_the_outturn_of_the_brief() -> None:
    actuals = quarterly_actuals()

    assert sum(actual.outturn_pence for actual in actuals) == 79_519_038_42
    by_quarter = [sum(actual.quarters[quarter] for actual in actuals) for quarter in range(4)]
    assert by_quarter == [17_996_358_27, 19_548_537_36, 20_270_082_39, 21_704_060_40]


def test_an_unknown_amount_leaves_the_floor_untold_not_failed(plan: PlanContent, round_2023: Round) -> None:
    unknown = with_lines(plan, L2={"pence": {"2024-25": None}})

    result = checked(unknown, round_2023)

    condition = next(one for one in result.conditions if one.rule == "PLN-02")
    assert condition.passes is None
    assert result.totals.expenditure.unknown == 1
    assert [finding.rule for finding in result.findings] == ["REQ-01"]


def test_an_unknown_amount_cannot_undo_a_floor_that_the_rest_meets(plan: PlanContent, round_2023: Round) -> None:
    [line] = [line for line in plan.lines if line.line_id == "1"]
    extra: SchemeRow = replace(line, line_id="99", pence={"2024-25": None})

    result = checked(replace(plan, lines=(*plan.lines, extra)), round_2023)

    condition = next(one for one in result.conditions if one.rule == "PLN-02")
    assert condition.passes is True
