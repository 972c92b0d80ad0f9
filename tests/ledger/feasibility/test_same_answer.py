"""The same plan has the same answer, in whatever order and process, at the size of a country."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.ledger.rules.eligibility import Floor
from commonpool.ledger.rules.feasibility import (
    can_all_be_funded,
    nearest_assignment,
)
from tests.ledger.feasibility.plans import (
    by_line,
    by_source,
    counted,
    floors,
    small_plans,
)


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
