"""Plans for tests of what money can pay for: the example of the order of restrictions, and small plans by chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from itertools import product
from typing import Any

from hypothesis import strategies as st

from commonpool.ledger.rules.eligibility import Floor

Eligible = Mapping[str, Collection[str]]
Cells = Mapping[tuple[str, str], int]

# "First come, first served strands ring-fences": sources A and B of 100p, x may use either, y only A.
BOTH_OF_100 = {"A": 100, "B": 100}
X_AND_Y = {"x": 100, "y": 100}
X_EITHER_Y_ONLY_A = {"x": ["A", "B"], "y": ["A"]}


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
