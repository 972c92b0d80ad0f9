"""Can every line be funded, what blocks it, and which assignment is nearest to the posted one."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonpool.ledger.rules.eligibility import Floor
from commonpool.ledger.rules.feasibility import (
    BlockingSet,
    FeasibilityError,
    Move,
    can_all_be_funded,
    most_restricted_first,
    nearest_assignment,
)

Eligible = Mapping[str, Collection[str]]
Cells = Mapping[tuple[str, str], int]

# "First come, first served strands ring-fences": sources A and B of 100p, x may use either, y only A.
BOTH_OF_100 = {"A": 100, "B": 100}
X_AND_Y = {"x": 100, "y": 100}
X_EITHER_Y_ONLY_A = {"x": ["A", "B"], "y": ["A"]}


def drawn(available: Mapping[str, int], needed: Mapping[str, int], eligible: Eligible, tiers: Any) -> dict[str, int]:
    """What each line gets, one line after the other, each from the first tier that has money left for it."""
    left, got = dict(available), dict.fromkeys(needed, 0)
    for line in needed:
        for source in (source for tier in tiers for source in tier if source in eligible[line]):
            taken = min(left.get(source, 0), needed[line] - got[line])
            left[source] = left.get(source, 0) - taken
            got[line] += taken
    return got


def by_source(cells: Cells) -> Counter[str]:
    sums: Counter[str] = Counter()
    for (source, _), pence in cells.items():
        sums[source] += pence
    return sums


def by_line(cells: Cells) -> Counter[str]:
    sums: Counter[str] = Counter()
    for (_, line), pence in cells.items():
        sums[line] += pence
    return sums


def counted(cells: Cells, floor: Floor) -> int:
    return sum(pence for (source, line), pence in cells.items() if source in floor.sources and line in floor.lines)


def difference(one: Cells, other: Cells) -> int:
    return sum(abs(one.get(cell, 0) - other.get(cell, 0)) for cell in {*one, *other})


def a_floor(pence: int, sources: str = "A", lines: str = "xy", name: str = "social care") -> Floor:
    return Floor(name, frozenset(sources), frozenset(lines), pence)


# The order of restrictions


@pytest.mark.requirement("S113")
def test_first_come_first_served_strands_a_ring_fence_and_most_restricted_first_does_not():
    tiers = most_restricted_first(X_EITHER_Y_ONLY_A)

    assert drawn(BOTH_OF_100, X_AND_Y, X_EITHER_Y_ONLY_A, ["AB"]) == {"x": 100, "y": 0}
    assert tiers == (("B",), ("A",))
    assert drawn(BOTH_OF_100, X_AND_Y, X_EITHER_Y_ONLY_A, tiers) == {"x": 100, "y": 100}


def test_sources_that_as_many_lines_may_use_stand_in_one_tier_in_the_order_of_the_alphabet():
    eligible = {"1": ["N", "L", "C"], "2": ["C", "N"], "3": ["C", "C"], "4": []}

    assert most_restricted_first(eligible) == (("L",), ("N",), ("C",))
    assert most_restricted_first({"1": ["C", "A"], "2": ["B"]}) == (("A", "B", "C"),)


@st.composite
def nested_plans(draw: st.DrawFn) -> tuple[dict[str, int], dict[str, int], dict[str, list[str]]]:
    """Plans in which of any two sources with a line in common the lines of one include those of the other."""
    lines = draw(st.permutations("uvwxyz"))
    groups: list[set[str]] = []
    for group in draw(st.lists(st.sets(st.sampled_from(lines), min_size=1), min_size=1, max_size=6)):
        if all(group <= other or other <= group or not group & other for other in groups):
            groups.append(group)
    users = {f"S{number}": group for number, group in enumerate(groups)}
    available = {source: draw(st.integers(0, 50)) for source in users}
    needed = {line: draw(st.integers(0, 50)) for line in lines}
    return available, needed, {line: [source for source in users if line in users[source]] for line in lines}


@pytest.mark.requirement("S113")
@given(plan=nested_plans())
def test_most_restricted_first_strands_nothing_where_ring_fences_are_nested(plan):
    available, needed, eligible = plan

    got = drawn(available, needed, eligible, most_restricted_first(eligible))

    assert sum(needed.values()) - sum(got.values()) == can_all_be_funded(available, needed, eligible).shortfall_pence


# Can all lines be funded?


def test_the_plan_of_the_example_can_be_funded_in_one_way():
    funding = can_all_be_funded(BOTH_OF_100, X_AND_Y, X_EITHER_Y_ONLY_A)

    assert funding.is_possible
    assert funding.assignment == {("B", "x"): 100, ("A", "y"): 100}
    assert funding.sentence == "Every line can be funded."


@pytest.mark.requirement("S113")
def test_where_a_line_cannot_be_funded_the_answer_names_it_its_sources_and_what_is_short():
    funding = can_all_be_funded({"A": 80, "B": 900}, X_AND_Y, X_EITHER_Y_ONLY_A)

    assert funding.shortfall_pence == 20
    assert funding.blocking == (BlockingSet(("y",), ("A",), needed_pence=100, available_pence=80),)
    assert funding.sentence == (
        "£0.20 cannot be funded. "
        "Line y needs £1.00, and the only source that may pay for it, A, has £0.80: £0.20 short."
    )


def test_the_blocking_set_leaves_out_every_line_without_which_it_would_still_block():
    needed = {"v": 10, "w": 500, "x": 60, "y": 70, "z": 5}
    eligible = {"v": ["A"], "w": ["B"], "x": ["A"], "y": ["A"], "z": ["A", "B"]}

    funding = can_all_be_funded({"A": 100, "B": 900}, needed, eligible)

    [blocking] = funding.blocking
    assert (blocking.lines, blocking.sources, blocking.short_pence) == (("x", "y"), ("A",), 30)
    assert blocking.sentence == (
        "Lines x and y need £1.30, and the only source that may pay for them, A, has £1.00: £0.30 short."
    )


def test_lines_block_each_other_only_together():
    # Each line alone, and each two of them, could be funded.
    eligible = {"x": ["A", "B"], "y": ["A", "B"], "z": ["A", "B"]}

    [blocking] = can_all_be_funded({"A": 100, "B": 100}, {"x": 70, "y": 70, "z": 70}, eligible).blocking

    assert blocking == BlockingSet(("x", "y", "z"), ("A", "B"), needed_pence=210, available_pence=200)


def test_what_blocks_independently_is_told_at_once_the_smallest_first():
    needed = {"u": 1, "v": 60, "w": 60, "x": 10, "y": 10}
    eligible = {"v": ["A"], "w": ["A"], "x": ["B"], "y": ["C"]}

    funding = can_all_be_funded({"A": 100, "B": 9, "C": 10}, needed, eligible)

    assert [each.lines for each in funding.blocking] == [("u",), ("x",), ("v", "w")]
    assert funding.blocking[0].sentence == "Line u needs £0.01, and no source may pay for it."
    assert funding.shortfall_pence == 1 + 20 + 1


def test_a_line_that_needs_nothing_blocks_nothing():
    assert can_all_be_funded({}, {"x": 0}, {}).is_possible
    assert can_all_be_funded({}, {}, {}).is_possible


def test_a_long_list_of_lines_is_cut_short_in_words():
    needed = {f"{number:02}": 1 for number in range(20)}

    [blocking] = can_all_be_funded({"A": 19}, needed, dict.fromkeys(needed, "A")).blocking

    assert len(blocking.lines) == 20
    assert "Lines 00, 01, 02, 03, 04, 05, 06, 07, 08, 09, 10, 11 and 8 more need £0.20" in blocking.sentence


def test_negative_amounts_are_refused_all_at_once():
    with pytest.raises(FeasibilityError) as refused:
        can_all_be_funded({"A": -1}, {"x": -200}, {"x": ["A"]})

    assert "A has −£0.01" in str(refused.value)
    assert "x needs −£2.00" in str(refused.value)


@st.composite
def plans(
    draw: st.DrawFn, most_lines: int = 5, most_pence: int = 12
) -> tuple[dict[str, int], dict[str, int], dict[str, list[str]]]:
    sources = "ABCD"[: draw(st.integers(1, 4))]
    lines = "vwxyz"[: draw(st.integers(1, most_lines))]
    available = {source: draw(st.integers(0, most_pence)) for source in sources}
    needed = {line: draw(st.integers(0, most_pence)) for line in lines}
    return available, needed, {line: draw(st.lists(st.sampled_from(sources), unique=True)) for line in lines}


def blocks(lines: Collection[str], available: Mapping[str, int], needed: Mapping[str, int], eligible: Eligible) -> int:
    """By how much lines need more than all their sources have together: Hall's condition, which none may break."""
    sources = {source for line in lines for source in eligible[line]}
    return sum(needed[line] for line in lines) - sum(available[source] for source in sources)


def parts(lines: Collection[str]) -> Iterator[tuple[str, ...]]:
    return (part for size in range(len(lines) + 1) for part in combinations(sorted(lines), size))


@pytest.mark.requirement("S113")
@given(plan=plans())
def test_all_lines_can_be_funded_if_and_only_if_no_set_of_them_blocks(plan):
    available, needed, eligible = plan

    funding = can_all_be_funded(*plan)

    worst = max(blocks(part, *plan) for part in parts(needed))
    assert funding.is_possible == (worst <= 0)
    assert funding.shortfall_pence == max(worst, 0) == sum(needed.values()) - sum(funding.assignment.values())
    assert all(source in eligible[line] and pence > 0 for (source, line), pence in funding.assignment.items())
    assert all(pence <= available[source] for source, pence in by_source(funding.assignment).items())
    assert all(pence <= needed[line] for line, pence in by_line(funding.assignment).items())


@given(plan=plans())
def test_a_blocking_set_blocks_and_no_part_of_it_does(plan):
    funding = can_all_be_funded(*plan)

    for blocking in funding.blocking:
        assert blocking.short_pence == blocks(blocking.lines, *plan) > 0
        assert not any(blocks(part, *plan) > 0 for part in parts(blocking.lines) if part != blocking.lines)
    together = [line for blocking in funding.blocking for line in blocking.lines]
    assert len(together) == len(set(together))
    assert all(blocks(part, *plan) <= 0 for part in parts(set(plan[1]) - set(together)))


# The nearest assignment


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


# Floors


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


# Against every assignment there is


def every_assignment(
    available: Mapping[str, int], needed: Mapping[str, int], eligible: Eligible
) -> Iterator[dict[tuple[str, str], int]]:
    """All ways to fund every line in whole pence."""
    if not needed:
        yield {}
        return
    line, *others = needed
    for pence in product(*(range(min(available[source], needed[line]) + 1) for source in eligible[line])):
        if sum(pence) != needed[line]:
            continue
        paid = dict(zip(eligible[line], pence, strict=True))
        left = {source: has - paid.get(source, 0) for source, has in available.items()}
        for rest in every_assignment(left, {other: needed[other] for other in others}, eligible):
            yield {**{(source, line): part for source, part in paid.items() if part}, **rest}


@st.composite
def small_plans(draw: st.DrawFn) -> tuple[dict[str, int], dict[str, int], dict[str, list[str]], dict[Any, int]]:
    available = {source: draw(st.integers(0, 5)) for source in "ABC"}
    needed = {line: draw(st.integers(0, 3)) for line in "xyz"}
    eligible = {line: draw(st.lists(st.sampled_from("ABC"), unique=True, min_size=1)) for line in "xyz"}
    posted = {(source, line): draw(st.integers(0, 4)) for source in "ABC" for line in "xyz" if draw(st.booleans())}
    return available, needed, eligible, posted


floors = st.builds(
    Floor,
    name=st.sampled_from(["social care", "carers"]),
    sources=st.frozensets(st.sampled_from("ABC"), min_size=1),
    lines=st.frozensets(st.sampled_from("xyz"), min_size=1),
    pence=st.integers(1, 6),
)


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


# Always the same answer, at the size of a country


def a_large_plan(over: float = 0.97) -> tuple[dict[str, int], dict[str, int], dict[str, list[str]], dict[Any, int]]:
    """300 lines, 60 sources of up to £200 million in 12 categories; every seventh line may use a second category."""
    chance = random.Random(9)
    available = {f"S{number:02}": chance.randrange(10**9, 2 * 10**10) for number in range(60)}
    eligible = {
        f"L{line:03}": [
            source
            for number, source in enumerate(available)
            if number % 12 == line % 12 or (line % 7 == 0 and number % 12 == (line + 1) % 12)
        ]
        for line in range(300)
    }
    needed = dict.fromkeys(eligible, 0)
    for source, pence in available.items():
        users = [line for line in eligible if source in eligible[line]]
        for line in users:
            needed[line] += int(over * pence / len(users))
    posted, left = {}, dict(available)
    for line in chance.sample(list(needed), len(needed)):
        wanted = needed[line]
        for source in chance.sample(eligible[line], len(eligible[line])):
            posted[source, line] = min(wanted, left[source])
            left[source] -= posted[source, line]
            wanted -= posted[source, line]
    return available, needed, eligible, posted


@pytest.mark.timeout(60)
def test_a_plan_of_300_lines_and_60_sources_is_assigned_to_the_penny():
    available, needed, eligible, posted = a_large_plan()
    everything = Floor("half", frozenset(list(available)[::5]), frozenset(list(needed)[::2]), sum(needed.values()))
    unbound = nearest_assignment(available, needed, eligible, posted)
    [unmet] = nearest_assignment(available, needed, eligible, posted, [everything]).blocking
    floor = replace(everything, pence=(counted(unbound.assignment, everything) + unmet.reachable_pence) // 2)

    nearest = nearest_assignment(available, needed, eligible, posted, [floor])

    assert unbound.changed_pence < nearest.changed_pence
    assert by_line(nearest.assignment) == needed
    assert all(pence <= available[source] for source, pence in by_source(nearest.assignment).items())
    assert 0 <= counted(nearest.assignment, floor) - floor.pence < 100
    assert all(type(pence) is int for pence in nearest.assignment.values())


@pytest.mark.timeout(60)
def test_the_blocking_sets_of_300_lines_are_as_small_as_can_be():
    available, needed, eligible, _ = a_large_plan(over=1.02)

    funding = can_all_be_funded(available, needed, eligible)

    assert not funding.is_possible
    for blocking in funding.blocking:
        for left_out in blocking.lines[::10]:
            fewer = {line: needed[line] for line in blocking.lines if line != left_out}
            assert can_all_be_funded(available, fewer, eligible).is_possible


@given(plan=small_plans(), asked=st.lists(floors, max_size=2), data=st.data())
def test_the_order_in_which_sources_and_lines_come_does_not_matter(plan, asked, data):
    available, needed, eligible, posted = (dict(data.draw(st.permutations(list(amounts.items())))) for amounts in plan)

    assert nearest_assignment(available, needed, eligible, posted, asked) == nearest_assignment(*plan, floors=asked)
    assert can_all_be_funded(available, needed, eligible) == can_all_be_funded(*plan[:3])


def test_the_answer_is_the_same_in_every_process():
    """Python hashes names differently in each process, unless told not to."""
    asked = """
from commonpool.ledger.rules.feasibility import Floor, can_all_be_funded, nearest_assignment
sources = {f"S{number}": 10 for number in range(9)}
lines = {f"L{number}": 9 for number in range(9)}
eligible = {line: [source for source in sources if (int(line[1]) + int(source[1])) % 3] for line in lines}
floor = Floor("some", frozenset(["S1", "S2", "S3"]), frozenset(["L1", "L4", "L5"]), 23)
print(nearest_assignment(sources, lines, eligible, {("S5", "L2"): 4}, [floor]).assignment)
print(can_all_be_funded(sources, {line: 11 for line in lines}, eligible))
"""
    answers = {
        subprocess.run(
            [sys.executable, "-c", asked],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(answers) == 1
