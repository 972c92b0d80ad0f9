"""What the requirements ask of a plan: a legal basis, voluntary money apart, streams, objectives, tags, unit costs."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.plans.rules import (
    IncomeRow,
    PlanContent,
    SchemeRow,
    check_plan,
    spend_by,
    tag_shares,
    total,
    totals_of,
    unit_cost_pence,
)
from commonpool.plans.summaries import withdraw_income
from commonpool.policy.reading import load_round
from tests.plans.builders import ROUNDS, TODAY, clean_plan

YEAR = "2024-25"
REFUSED = [("2023-25", "IBCF", "LAW-01"), ("2025-26", "LABCG", "LAW-01"), ("norrmark-2031", "KOMMUN_BAS", "LAG-01")]


@pytest.mark.requirement("S01")
@pytest.mark.parametrize(("round_id", "category", "rule"), REFUSED)
def test_income_without_a_legal_basis_is_refused_by_name(round_id: str, category: str, rule: str) -> None:
    planning_round = load_round(round_id)
    blank = replace(planning_round.income[category], legal_basis=" ")
    without = replace(planning_round, income={**planning_round.income, category: blank})

    [finding] = check_plan(clean_plan(round_id), without, today=TODAY).findings

    assert finding.rule == rule
    assert blank.label in finding.problem
    assert "Allowed: " in finding.fix


@pytest.mark.requirement("S01")
@pytest.mark.parametrize("round_id", ROUNDS)
def test_every_pound_of_income_has_a_legal_basis(round_id: str) -> None:
    planning_round = load_round(round_id)

    for row in clean_plan(round_id).income:
        assert planning_round.income[str(row.category)].legal_basis.strip()


@pytest.mark.requirement("S07")
def test_withdrawing_a_voluntary_contribution_lists_what_it_paid_for() -> None:
    planning_round, plan = load_round("2023-25"), clean_plan("2023-25")
    [voluntary] = [row for row in plan.income if row.category == "LA_ADD"]

    withdrawal = withdraw_income(plan, plan.income.index(voluntary), reduce_schemes=False)

    assert [touched.line.name for touched in withdrawal.touched] == ["Telecare"]
    result = check_plan(withdrawal.content, planning_round, today=TODAY)
    [finding] = [one for one in result.findings if one.rule == "PLN-01"]
    assert "Additional LA Contribution" in finding.problem
    assert {one.rule: one.passes for one in result.conditions}["PLN-02"] is True


@pytest.mark.requirement("S08")
def test_the_streams_of_an_arrangement_add_up_to_it() -> None:
    plan = clean_plan("2023-25")
    lines = [replace(line, stream="Children") if number % 3 else line for number, line in enumerate(plan.lines)]

    streams = spend_by(replace(plan, lines=tuple(lines)), "stream", YEAR)

    assert set(streams) == {"", "Children"}
    assert sum(one.known_pence for one in streams.values()) == 79_517_952_75


@pytest.mark.requirement("S11")
def test_an_objective_that_no_line_serves_is_listed() -> None:
    planning_round, plan = load_round("2025-26"), clean_plan("2025-26")
    lines = [replace(line, objectives=("DISCHARGE",)) if "CARERS" in line.objectives else line for line in plan.lines]

    [finding] = check_plan(replace(plan, lines=tuple(lines)), planning_round, today=TODAY).findings

    assert finding.rule == "OBJ-02"
    assert "Supporting unpaid carers" in finding.problem


@pytest.mark.requirement("S11")
def test_a_line_without_an_objective_is_listed() -> None:
    planning_round, plan = load_round("2025-26"), clean_plan("2025-26")
    first = replace(plan.lines[0], objectives=())

    findings = check_plan(replace(plan, lines=(first, *plan.lines[1:])), planning_round, today=TODAY).findings

    assert [(one.rule, one.severity) for one in findings] == [("OBJ-01", "error")]


@pytest.mark.requirement("S79")
def test_the_share_of_new_money_is_known_and_the_shares_add_up_to_all_of_it() -> None:
    shares = tag_shares(clean_plan("2023-25"), "funding_kind", YEAR)

    assert sum(shares.values()) == 1
    assert shares["NEW"] == Fraction(2_013_532_60 + 1_250_000_00 + 2_683_015_00 + 3_054_000_00, 79_517_952_75)


@pytest.mark.requirement("S80")
def test_what_maintains_improves_and_transforms_adds_up_to_all_of_it() -> None:
    shares = tag_shares(clean_plan("2023-25"), "purpose_kind", YEAR)

    assert set(shares) == {"MAINTAIN", "IMPROVE", "TRANSFORM"}
    assert sum(shares.values()) == 1


@pytest.mark.requirement("S79", "S80")
@given(st.lists(st.tuples(st.sampled_from([None, "NEW", "UPLIFT"]), st.none() | st.integers(0, 10**9)), max_size=12))
def test_tag_shares_add_up_to_one_or_there_are_none(tagged: list[tuple[str | None, int | None]]) -> None:
    lines = [
        SchemeRow(line_id=str(number), funding_kind=tag, pence={YEAR: pence})
        for number, (tag, pence) in enumerate(tagged)
    ]

    shares = tag_shares(PlanContent(round_id="2023-25", lines=tuple(lines)), "funding_kind", YEAR)

    assert sum(shares.values()) == (1 if any(pence for _, pence in tagged) else 0)


@pytest.mark.requirement("S91")
def test_unit_cost_is_spend_over_output_and_spend_by_type_ranks_and_adds_up() -> None:
    plan = clean_plan("2023-25")

    by_type = spend_by(plan, "scheme_type", YEAR)

    assert unit_cost_pence(plan.lines[0], YEAR) == Fraction(9_850_000_00, 2640)
    assert unit_cost_pence(plan.lines[2], YEAR) is None  # no unit, no output
    assert sum(one.known_pence for one in by_type.values()) == 79_517_952_75
    assert list(by_type)[:2] == ["UCR", "HOME_CARE"]
    amounts = [one.known_pence for one in by_type.values()]
    assert amounts == sorted(amounts, reverse=True)


amounts = st.lists(st.none() | st.integers(-(10**12), 10**12), max_size=20)


@given(amounts, amounts)
def test_a_total_is_what_is_known_and_how_many_are_not(first: list[int | None], second: list[int | None]) -> None:
    whole = total([*first, *second])

    assert whole == total(first) + total(second)
    assert whole.known_pence == sum(pence for pence in [*first, *second] if pence is not None)
    assert whole.unknown == [*first, *second].count(None)


def test_a_source_of_which_nothing_is_known_has_no_total() -> None:
    plan = PlanContent(round_id="2023-25", income=(IncomeRow(category="DFG", pence={YEAR: None}),))

    sums = totals_of(plan, YEAR).by_source["DFG"]

    assert sums.income.pence is None
    assert sums.expenditure.pence == 0
    assert sums.balance_pence is None
