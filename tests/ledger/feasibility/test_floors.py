"""So much of a source must go to some lines: floors are met, or it is told which cannot be and why."""

from __future__ import annotations

import pytest

from commonpool.ledger.rules.eligibility import Floor
from commonpool.ledger.rules.feasibility import (
    nearest_assignment,
)
from tests.ledger.feasibility.plans import (
    BOTH_OF_100,
    X_AND_Y,
    X_EITHER_Y_ONLY_A,
    a_floor,
    by_line,
    by_source,
    counted,
)


@pytest.mark.requirement("S05")
def test_a_floor_draws_money_to_the_lines_that_it_is_for():
    # x may use A or B, and A must spend 60p at least on x.
    nearest = nearest_assignment(
        {"A": 100, "B": 100}, {"x": 80, "z": 100}, {"x": ["A", "B"], "z": ["A", "B"]},
        posted={("B", "x"): 80, ("A", "z"): 100}, floors=[a_floor(60, "A", "x")],
    )  # fmt: skip

    assert nearest.assignment == {("A", "x"): 60, ("B", "x"): 20, ("A", "z"): 40, ("B", "z"): 60}
    assert nearest.changed_pence == 240


def test_a_floor_of_several_sources_is_met_by_them_together_and_as_cheaply_as_can_be():
    # Money of A may not leave y, so it is B that must pay for x.
    eligible = {"x": ["A", "B", "C"], "y": ["A"], "z": ["B", "C"]}

    nearest = nearest_assignment(
        {"A": 100, "B": 100, "C": 100}, {"x": 70, "y": 95, "z": 100}, eligible,
        posted={("C", "x"): 70, ("A", "y"): 95, ("B", "z"): 100}, floors=[a_floor(40, "AB", "x")],
    )  # fmt: skip

    assert counted(nearest.assignment, a_floor(40, "AB", "x")) == 40
    assert nearest.assignment["A", "y"] == 95
    # Five pence of A were free; the other 35 change places with C: 40 + 40 on x, 35 + 35 on z.
    assert nearest.changed_pence == 150


def test_a_floor_that_holds_already_moves_nothing():
    posted = {("B", "x"): 100, ("A", "y"): 100}

    assert nearest_assignment(BOTH_OF_100, X_AND_Y, X_EITHER_Y_ONLY_A, posted, [a_floor(100, "A", "xy")]).moves == ()


# Wendleshire's plan for 2024-25: what the two boards pay, and the lines funded from it (sections 9.2 and 9.3).
MINIMUM = {"NHS_MIN:XN1:2024-25": 32_970_693_00, "NHS_MIN:XS1:2024-25": 20_018_590_00}
PLANNED = {
    "1": 9_850_000_00, "2": 10_450_000_00, "3": 14_300_000_00, "4": 6_480_000_00, "5": 1_120_500_00,
    "6": 3_915_250_40, "7": 4_860_000_00, "8": 2_013_532_60,
}  # fmt: skip
SOCIAL_CARE = Floor("minimum for adult social care", frozenset(MINIMUM), frozenset("125"), 21_000_350_00)


@pytest.mark.requirement("S05")
def test_the_plan_of_the_worked_example_meets_the_floor_on_social_care():
    nearest = nearest_assignment(MINIMUM, PLANNED, dict.fromkeys(PLANNED, MINIMUM), {}, [SOCIAL_CARE])

    assert nearest.is_possible
    assert counted(nearest.assignment, SOCIAL_CARE) == 21_420_500_00
    assert by_line(nearest.assignment) == PLANNED
    assert by_source(nearest.assignment) == MINIMUM


@pytest.mark.requirement("S05")
def test_a_pound_too_little_for_social_care_is_named_with_the_rule_what_was_found_and_what_is_missing():
    too_little = {**PLANNED, "2": PLANNED["2"] - 420_151_00, "8": PLANNED["8"] + 420_151_00}

    nearest = nearest_assignment(MINIMUM, too_little, dict.fromkeys(PLANNED, MINIMUM), {}, [SOCIAL_CARE])

    [unmet] = nearest.blocking
    assert (unmet.reachable_pence, unmet.short_pence) == (21_000_349_00, 1_00)
    assert nearest.sentence == (
        "‘minimum for adult social care’ asks for £21,000,350.00 or more from NHS_MIN:XN1:2024-25 and "
        "NHS_MIN:XS1:2024-25 for 1, 2 and 5. With every line funded, £21,000,349.00 can be paid so: £1.00 short."
    )


def test_every_floor_that_cannot_be_met_is_told_at_once():
    floors = [
        a_floor(101, "A", "xy", "a"),
        a_floor(1, "", "x", "b"),
        a_floor(1, "A", "", "c"),
        a_floor(1, "B", "x", "d"),
    ]

    nearest = nearest_assignment(BOTH_OF_100, X_AND_Y, X_EITHER_Y_ONLY_A, {}, floors)

    assert [each.floor.name for each in nearest.blocking] == ["a", "b", "c"]
    assert "‘b’ asks for £0.01 or more, and no source here counts towards it." in nearest.sentence
    assert "‘c’ asks for £0.01 or more, and no line here counts towards it." in nearest.sentence


def test_floors_that_can_be_met_one_by_one_but_not_together_are_told_so():
    eligible = {"x": ["A", "B"], "y": ["A", "B"]}
    floors = [a_floor(60, "A", "x", "a on x"), a_floor(60, "A", "y", "a on y")]

    nearest = nearest_assignment({"A": 100, "B": 100}, {"x": 80, "y": 80}, eligible, {}, floors)

    [unmet] = nearest.blocking
    assert (unmet.floor.name, unmet.reachable_pence, unmet.beside) == ("a on x", 40, ("a on y",))
    assert "£0.40 can be paid so beside ‘a on y’: £0.20 short." in unmet.sentence
