"""Table 1: everybody is in it, and its published version tells nobody apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from commonpool.voices.rules.reports.table_one import (
    ALL,
    Place,
    Published,
    TableOne,
    grid_of,
    protected,
    table_one,
)

kinds = st.sampled_from(["Council", "Trust", "Charity", ""])
roles = st.sampled_from(["Manager", "Clinician", "Lead", ""])
people = st.lists(st.tuples(kinds, roles), max_size=60)


@pytest.mark.requirement("S128")
@given(people)
def test_everybody_stands_in_the_table_once(who: list[tuple[str, str]]) -> None:
    table = table_one(who)

    assert table.total == len(who)
    assert grid_of(table).rows[-1][-1] == len(who)


def test_what_is_not_known_is_a_row_or_column_of_its_own_and_comes_last() -> None:
    grid = grid_of(table_one([("", "Lead"), ("Council", ""), ("Trust", "Lead")]))

    assert grid.header == ("Type of organisation", "Lead", "not known", "All")
    assert grid.rows == (
        ("Council", 0, 1, 1),
        ("Trust", 1, 0, 1),
        ("not known", 1, 0, 1),
        ("All", 2, 1, 3),
    )


@pytest.mark.requirement("S128")
def test_a_small_count_is_withheld_with_what_would_tell_it() -> None:
    table = table_one([("Council", "Lead")] * 9 + [("Council", "Manager")] * 8 + [("Trust", "Lead")] * 2
                      + [("Trust", "Manager")] * 11)  # fmt: skip

    shown = protected(table)

    assert shown.cells["Trust", "Lead"] is None
    assert shown.cells["Council", "Lead"] is None, "the column's total less this one would tell it"
    assert shown.total == 30
    assert "2" not in str(grid_of(table, shown).rows)


@pytest.mark.requirement("S128")
@settings(max_examples=60)
@given(people)
def test_no_withheld_count_can_be_worked_out_from_what_is_shown(who: list[tuple[str, str]]) -> None:
    table = table_one(who)
    shown = protected(table)

    for place, (least, most) in possible(table, shown).items():
        assert most - least > 0.5, f"{place} can only be {table.with_totals()[place]}"
        assert most >= 5 or table.total < 5, f"{place} can only be small"


@given(people)
def test_no_small_count_is_shown(who: list[tuple[str, str]]) -> None:
    assert all(count is None or count == 0 or count >= 5 for count in protected(table_one(who)).cells.values())


def test_fewer_people_than_the_threshold_are_not_even_counted() -> None:
    assert protected(table_one([("Council", "Lead")] * 4)).total is None


def test_what_an_earlier_release_showed_protects_nothing() -> None:
    """The trust's people were seven clinicians; since then two leads came, and seven is known."""
    before = table_one([("Council", "Lead")] * 9 + [("Trust", "Clinician")] * 7 + [("Council", "Clinician")] * 8)
    now = TableOne({**before.counts, ("Trust", "Lead"): 2})
    first = protected(before)
    assert first.cells["Trust", "Clinician"] == 7

    second = protected(now, [first])

    assert second.cells["Trust", "Lead"] is None
    assert second.cells["Trust", ALL] is None, "the total less the seven that are known would tell the two"
    assert second.cells["Trust", "Clinician"] == 7


def possible(table: TableOne, shown: Published) -> dict[Place, tuple[float, float]]:
    """The slow way: the least and the most that each withheld count can be, given all that is shown."""
    unknown = {place: at for at, place in enumerate(place for place, count in shown.cells.items() if count is None)}
    if shown.total is None:
        return {}
    rows = [[*((row, column) for column in table.roles)] for row in table.organisations]
    columns = [[*((row, column) for row in table.organisations)] for column in table.roles]
    sums = [
        *((line, (line[0][0], ALL)) for line in rows),
        *((line, (ALL, line[0][1])) for line in columns),
        ([(row, ALL) for row in table.organisations], None),
        ([(ALL, column) for column in table.roles], None),
    ]
    equations = [_equation(line, total, shown.total, shown.cells, unknown) for line, total in sums]
    left, right = [each[0] for each in equations], [each[1] for each in equations]

    def least(at: int, sign: int) -> float:
        aim = [sign if other == at else 0 for other in range(len(unknown))]
        return sign * float(linprog(aim, A_eq=left, b_eq=right, bounds=(0, None)).fun)

    return {place: (least(at, 1), least(at, -1)) for place, at in unknown.items()}


def _equation(
    line: Iterable[Place],
    total: Place | None,
    of_all: int,
    cells: Mapping[Place, int | None],
    unknown: dict[Place, int],
) -> tuple[list[int], int]:
    left, right = [0] * len(unknown), of_all if total is None else 0
    for place, sign in [*((place, 1) for place in line), *([(total, -1)] if total else [])]:
        count = cells[place]
        if count is None:
            left[unknown[place]] += sign
        else:
            right -= sign * count
    return left, right
