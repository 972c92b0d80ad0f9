"""Whether every line can be funded; where not, the smallest set of lines that blocks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.ledger.rules.feasibility import (
    BlockingSet,
    FeasibilityError,
    can_all_be_funded,
)
from tests.ledger.feasibility.plans import (
    BOTH_OF_100,
    X_AND_Y,
    X_EITHER_Y_ONLY_A,
    Eligible,
    by_line,
    by_source,
)


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
