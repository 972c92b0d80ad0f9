"""Sources that the fewest lines may use are drawn first, so that no ring-fence is stranded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.ledger.rules.feasibility import (
    can_all_be_funded,
    most_restricted_first,
)
from tests.ledger.feasibility.plans import (
    BOTH_OF_100,
    X_AND_Y,
    X_EITHER_Y_ONLY_A,
    Eligible,
)


def drawn(available: Mapping[str, int], needed: Mapping[str, int], eligible: Eligible, tiers: Any) -> dict[str, int]:
    """What each line gets, one line after the other, each from the first tier that has money left for it."""
    left, got = dict(available), dict.fromkeys(needed, 0)
    for line in needed:
        for source in (source for tier in tiers for source in tier if source in eligible[line]):
            taken = min(left.get(source, 0), needed[line] - got[line])
            left[source] = left.get(source, 0) - taken
            got[line] += taken
    return got


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
