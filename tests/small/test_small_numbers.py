"""Small numbers: what is withheld, so that nothing small can be read or worked out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.small_numbers import Suppressed, Withheld, suppressed

Table = dict[str, int | None]


def hidden(counts: Table, *lines: str, threshold: int = 5, before: Mapping[str, int] | None = None) -> set[str]:
    found = suppressed(counts, [line.split() for line in lines], threshold=threshold, shown_before=before)
    assert not found.totals
    return set(found.cells)


def test_a_count_below_the_threshold_is_withheld_and_a_zero_is_not() -> None:
    assert hidden({"a": 4, "b": 5, "c": 0, "d": 1}) == {"a", "d"}
    assert hidden({"a": 4, "b": 5, "c": 9}, threshold=10) == {"a", "b", "c"}


def test_what_is_not_known_is_no_count_and_protects_nothing() -> None:
    assert hidden({"a": None, "b": 4, "c": 9}, "a b c") == {"b", "c"}


def test_one_hidden_count_beside_its_total_takes_the_next_smallest_with_it() -> None:
    assert hidden({"a": 4, "b": 30, "c": 9, "d": 0}, "a b c d") == {"a", "c"}


def test_hidden_counts_that_add_up_to_less_than_the_threshold_take_one_more() -> None:
    assert hidden({"a": 2, "b": 2, "c": 9, "d": 12}, "a b c d") == {"a", "b", "c"}
    assert hidden({"a": 2, "b": 3, "c": 9, "d": 12}, "a b c d") == {"a", "b"}


def test_a_line_without_a_total_needs_no_protection() -> None:
    assert hidden({"a": 4, "b": 30}) == {"a"}


def test_a_column_is_protected_after_a_row_was() -> None:
    # One small count: its row, its column, and then the column and the row of those that protect it.
    counts = {"a1": 3, "a2": 8, "a3": 40, "b1": 9, "b2": 7, "b3": 50, "c1": 60, "c2": 70, "c3": 80}
    rows_and_columns = ("a1 a2 a3", "b1 b2 b3", "c1 c2 c3", "a1 b1 c1", "a2 b2 c2", "a3 b3 c3")

    assert hidden(counts, *rows_and_columns) == {"a1", "a2", "b1", "b2"}


def test_what_an_earlier_release_showed_protects_nothing() -> None:
    assert hidden({"a": 4, "b": 9, "c": 30}, "a b c", before={"b": 9}) == {"a", "c"}
    assert hidden({"a": 4, "b": 9, "c": 30}, "a b c", before={"b": 8}) == {"a", "b"}, "it has changed since"


def test_where_nothing_is_left_to_protect_a_line_its_total_is_withheld() -> None:
    found = suppressed({"a": 4, "b": 0, "c": None}, ["abc", "a"])

    assert found == Suppressed({"a": Withheld.SMALL}, frozenset({0, 1}))


def test_each_withheld_count_says_why() -> None:
    found = suppressed({"a": 4, "b": 9}, ["ab"])

    assert found.cells == {"a": Withheld.SMALL, "b": Withheld.PROTECTS}


@pytest.mark.parametrize(
    ("counts", "lines", "threshold", "said"),
    [
        ({"a": -1}, [], 5, "a: -1"),
        ({"a": 1}, ["ab"], 5, "not: b"),
        ({"a": 1}, [], 0, "threshold of 0"),
    ],
)
def test_what_is_no_table_is_refused(counts: Table, lines: list[str], threshold: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        suppressed(counts, lines, threshold=threshold)


# -- for all tables

small = st.one_of(st.none(), st.integers(0, 12))
grids = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(small, min_size=width, max_size=width), min_size=1, max_size=4)
)


def as_table(
    grid: Sequence[Sequence[int | None]],
) -> tuple[dict[tuple[int, int], int | None], list[list[tuple[int, int]]]]:
    """Cells by row and column, and all rows and columns as lines."""
    counts = {(r, c): count for r, row in enumerate(grid) for c, count in enumerate(row)}
    rows = [[(r, c) for c in range(len(grid[0]))] for r in range(len(grid))]
    columns = [[(r, c) for r in range(len(grid))] for c in range(len(grid[0]))]
    return counts, rows + columns


@given(grids, st.integers(1, 8))
def test_no_small_count_is_shown_and_none_can_be_worked_out(grid: list[list[int | None]], threshold: int) -> None:
    counts, lines = as_table(grid)

    found = suppressed(counts, lines, threshold=threshold)

    for cell, count in counts.items():
        if count is not None and 0 < count < threshold:
            assert cell in found.cells
    for number, line in enumerate(lines):
        if number in found.totals:
            continue
        total = sum(counts[cell] or 0 for cell in line)
        left = total - sum(counts[cell] or 0 for cell in line if cell not in found.cells)
        secret = [cell for cell in line if cell in found.cells]
        assert not secret or (len(secret) > 1 and left >= threshold)


@given(grids, st.integers(1, 8))
def test_neither_zero_nor_unknown_is_ever_withheld(grid: list[list[int | None]], threshold: int) -> None:
    counts, lines = as_table(grid)

    assert all(counts[cell] for cell in suppressed(counts, lines, threshold=threshold).cells)


@given(grids)
def test_a_table_without_small_counts_is_shown_whole(grid: list[list[int | None]]) -> None:
    counts, lines = as_table([[count and count + 5 for count in row] for row in grid])

    assert suppressed(counts, lines) == Suppressed({}, frozenset())


@given(grids, st.integers(1, 8), st.data())
def test_it_is_what_the_rule_says_read_slowly(
    grid: list[list[int | None]], threshold: int, data: st.DataObject
) -> None:
    counts, lines = as_table(grid)
    known = [cell for cell, count in counts.items() if count is not None]
    chosen = data.draw(st.lists(st.sampled_from(known), unique=True)) if known else []
    before = {cell: counts[cell] or 0 for cell in chosen}

    found = suppressed(counts, lines, threshold=threshold, shown_before=before)

    assert (set(found.cells), set(found.totals)) == slowly(counts, lines, threshold, set(before))


def slowly(counts: Mapping[object, int | None], lines: Sequence[Sequence[object]], threshold: int, before: set[object]):  # type: ignore[no-untyped-def]
    """The sentence of the design, one step at a time, from the beginning after each step."""
    hidden, totals = set(), set()
    for cell, count in counts.items():
        if count is not None and count != 0 and count < threshold:
            hidden.add(cell)
    step = True
    while step:
        step = False
        for number, line in enumerate(lines):
            if number in totals:
                continue
            away = [cell for cell in line if cell in hidden and cell not in before]
            if len(away) == 1 or (away and sum(counts[cell] or 0 for cell in away) < threshold):
                best = None
                for cell in counts:
                    if cell not in line or cell in hidden or cell in before or not counts[cell]:
                        continue
                    if best is None or (counts[cell] or 0) < (counts[best] or 0):
                        best = cell
                hidden.add(best) if best is not None else totals.add(number)
                step = True
                break
    return hidden, totals
