"""The assignment nearest to the posted one: every line is funded and as little moves as can be."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonpool.ledger.rules.eligibility import Floor
from commonpool.ledger.rules.feasibility import (
    FeasibilityError,
    Move,
    nearest_assignment,
)
from tests.ledger.feasibility.plans import (
    BOTH_OF_100,
    X_AND_Y,
    X_EITHER_Y_ONLY_A,
    by_line,
    by_source,
    counted,
    difference,
    every_assignment,
    floors,
    small_plans,
)


@pytest.mark.requirement("S113")
def test_money_that_was_drawn_first_come_first_served_moves_so_that_every_line_is_funded():
    nearest = nearest_assignment(BOTH_OF_100, X_AND_Y, X_EITHER_Y_ONLY_A, posted={("A", "x"): 100})

    assert nearest.moves == (
        Move("A", "x", posted_pence=100, assigned_pence=0),
        Move("B", "x", posted_pence=0, assigned_pence=100),
        Move("A", "y", posted_pence=0, assigned_pence=100),
    )
    assert nearest.changed_pence == 300
    assert nearest.sentence.startswith("Line x: A pays £0.00, not £1.00. Line x: B pays £1.00, not £0.00.")


def test_only_as_much_moves_as_must():
    nearest = nearest_assignment(
        {"A": 100, "B": 100}, {"x": 90, "y": 60}, X_EITHER_Y_ONLY_A, {("A", "x"): 50, ("B", "x"): 40, ("A", "y"): 50}
    )

    assert nearest.moves == (
        Move("A", "x", posted_pence=50, assigned_pence=40),
        Move("B", "x", posted_pence=40, assigned_pence=50),
        Move("A", "y", posted_pence=50, assigned_pence=60),
    )


def test_nothing_moves_where_every_line_is_funded_as_posted():
    posted = {("B", "x"): 30, ("A", "x"): 70, ("A", "y"): 30}

    nearest = nearest_assignment(BOTH_OF_100, {"x": 100, "y": 30}, X_EITHER_Y_ONLY_A, posted)

    assert (nearest.assignment, nearest.moves, nearest.changed_pence) == (posted, (), 0)
    assert nearest.sentence == "Every line is funded as posted."


def test_money_of_a_source_that_may_not_pay_for_the_line_is_moved_away():
    posted = {("UNFUNDED:XWC:2024-25", "y"): 10, ("A", "y"): 90}

    nearest = nearest_assignment(BOTH_OF_100, {"y": 100}, X_EITHER_Y_ONLY_A, posted)

    assert nearest.moves == (
        Move("A", "y", posted_pence=90, assigned_pence=100),
        Move("UNFUNDED:XWC:2024-25", "y", posted_pence=10, assigned_pence=0),
    )


def test_of_equal_assignments_the_one_that_keeps_the_freest_money_is_taken():
    eligible = {"x": ["A", "B", "C"], "y": ["A"], "z": ["A", "C"]}

    nearest = nearest_assignment({"A": 100, "B": 100, "C": 100}, {"x": 100, "y": 0, "z": 0}, eligible, posted={})

    assert nearest.assignment == {("B", "x"): 100}


def test_where_a_line_cannot_be_funded_nothing_is_assigned_and_the_reason_is_told():
    nearest = nearest_assignment({"A": 80, "B": 900}, X_AND_Y, X_EITHER_Y_ONLY_A, posted={})

    assert not nearest.is_possible
    assert (nearest.assignment, nearest.moves) == ({}, ())
    assert nearest.sentence == (
        "Line y needs £1.00, and the only source that may pay for it, A, has £0.80: £0.20 short."
    )


def test_money_posted_to_a_line_whose_need_is_not_said_is_refused():
    with pytest.raises(FeasibilityError, match="z has money posted; say what it needs"):
        nearest_assignment(BOTH_OF_100, X_AND_Y, X_EITHER_Y_ONLY_A, posted={("A", "z"): 1})


def test_negative_postings_are_refused():
    with pytest.raises(FeasibilityError, match=r"A for line x has posted −£0\.01"):
        nearest_assignment(BOTH_OF_100, X_AND_Y, X_EITHER_Y_ONLY_A, posted={("A", "x"): -1})


@given(plan=small_plans())
def test_no_assignment_is_nearer_than_the_nearest(plan):
    available, needed, eligible, posted = plan
    ways = list(every_assignment(available, needed, eligible))

    nearest = nearest_assignment(*plan)

    assert nearest.is_possible == bool(ways)
    if ways:
        assert nearest.assignment in ways
        assert nearest.changed_pence == min(difference(way, posted) for way in ways)


@given(plan=small_plans(), floor=floors)
def test_a_floor_is_met_if_and_only_if_it_can_be(plan, floor):
    ways = [way for way in every_assignment(*plan[:3]) if counted(way, floor) >= floor.pence]

    nearest = nearest_assignment(*plan, floors=[floor])

    assert nearest.is_possible == bool(ways)
    if ways:
        assert nearest.assignment in ways


@pytest.mark.requirement("S05")
@settings(max_examples=200)
@given(plan=small_plans(), asked=st.lists(floors, min_size=1, max_size=3))
def test_with_floors_no_assignment_is_nearer_by_more_than_pennies(plan, asked):
    """All sums of the small plan ten million times as large: what rounding costs does not grow with them."""
    large = 10_000_000
    available, needed, eligible, posted = plan
    ways = [
        way
        for way in every_assignment(available, needed, eligible)
        if all(counted(way, floor) >= floor.pence for floor in asked)
    ]
    scaled = [Floor(floor.name, floor.sources, floor.lines, floor.pence * large) for floor in asked]
    plan_at_scale = [{key: pence * large for key, pence in sums.items()} for sums in (available, needed, posted)]

    nearest = nearest_assignment(*plan_at_scale[:2], eligible, plan_at_scale[2], scaled)

    if ways:
        assert nearest.is_possible
        assert nearest.changed_pence <= min(difference(way, posted) for way in ways) * large + 20
    if nearest.is_possible:
        assert all(counted(nearest.assignment, floor) >= floor.pence for floor in scaled)
        assert by_line(nearest.assignment) == Counter({line: pence * large for line, pence in needed.items() if pence})
        assert all(pence <= available[source] * large for source, pence in by_source(nearest.assignment).items())
        assert all(source in eligible[line] for source, line in nearest.assignment)


@given(plan=small_plans(), posted_moves=st.booleans())
def test_the_moves_lead_from_the_posted_to_the_assigned(plan, posted_moves):
    *question, posted = plan
    if not posted_moves:
        posted = {}

    nearest = nearest_assignment(*question, posted)

    after = {**posted, **{(move.source, move.line): move.assigned_pence for move in nearest.moves}}
    assert all(posted.get((move.source, move.line), 0) == move.posted_pence for move in nearest.moves)
    if nearest.is_possible:
        assert {cell: pence for cell, pence in after.items() if pence} == nearest.assignment
