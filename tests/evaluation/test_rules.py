"""Bands, and rows that only few areas could be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from commonpool.evaluation.rules import (
    Band,
    Combination,
    bands_of,
    matching,
    rare_without_each,
    too_rare,
)

LOW, HIGH = Band(1, 2), Band(2, 2)


def test_thirds_hold_as_many_areas_each_where_no_two_are_alike() -> None:
    found = bands_of({number: float(number) for number in range(9)}, 3)

    assert [str(found[number]) for number in (0, 2, 3, 5, 6, 8)] == [
        "lowest third",
        "lowest third",
        "middle third",
        "middle third",
        "highest third",
        "highest third",
    ]


def test_areas_of_one_value_share_a_band() -> None:
    assert set(bands_of(dict.fromkeys(range(7), 3.0), 3).values()) == {Band(1, 3)}


def test_fewer_areas_than_parts_have_no_bands() -> None:
    assert bands_of({1: 1.0, 2: 2.0}, 3) == {}


def test_a_row_that_four_areas_could_be_is_too_rare_and_one_of_five_is_not() -> None:
    country: list[Combination] = [(LOW,)] * 4 + [(HIGH,)] * 5

    assert too_rare({"a": (LOW,), "b": (HIGH,)}, country) == {"a": 4}


def test_what_is_not_known_is_told_apart_as_a_band_is() -> None:
    country: list[Combination] = [(LOW, None)] * 2 + [(LOW, LOW)] * 9

    assert too_rare({"a": (LOW, None)}, country) == {"a": 2}


def test_leaving_out_the_column_that_tells_rows_apart_is_found() -> None:
    country: list[Combination] = [(LOW, LOW)] * 3 + [(LOW, HIGH)] * 3

    assert rare_without_each({"a": (LOW, LOW), "b": (LOW, HIGH)}, country) == (2, 0)


values = st.dictionaries(st.integers(0, 40), st.integers(-5, 5).map(float), max_size=25)


@given(values, st.sampled_from([2, 3]))
def test_bands_keep_the_order_and_equal_values_together(of_areas: dict[int, float], parts: int) -> None:
    found = bands_of(of_areas, parts)

    for one in found:
        for other in found:
            if of_areas[one] <= of_areas[other]:
                assert found[one].part <= found[other].part
            if of_areas[one] == of_areas[other]:
                assert found[one] == found[other]


@given(values, st.sampled_from([2, 3]))
def test_a_band_holds_the_areas_that_counting_one_by_one_gives(of_areas: dict[int, float], parts: int) -> None:
    found = bands_of(of_areas, parts)

    for area, band in found.items():
        below = sum(value < of_areas[area] for value in of_areas.values())
        # The share of areas below lies between the ends of the band.
        assert (band.part - 1) * len(of_areas) <= below * parts < band.part * len(of_areas)


bands = st.sampled_from([LOW, HIGH, None])
combinations = st.lists(st.tuples(bands, bands), max_size=30)


def slowly_matching(row: Combination, country: list[Combination]) -> int:
    """Each area of the country held against the row, column by column."""
    count = 0
    for area in country:
        if all(own == other for own, other in zip(row, area, strict=True)):
            count += 1
    return count


@given(combinations, st.dictionaries(st.integers(), st.tuples(bands, bands), max_size=6))
def test_rows_match_as_many_areas_as_looking_at_each_finds(
    country: list[Combination], rows: dict[int, Combination]
) -> None:
    assert matching(rows, country) == {name: slowly_matching(row, country) for name, row in rows.items()}


@given(combinations, st.dictionaries(st.integers(), st.tuples(bands, bands), min_size=1, max_size=6))
def test_leaving_a_column_out_never_makes_a_row_rarer(country: list[Combination], rows: dict[int, Combination]) -> None:
    assert max(rare_without_each(rows, country)) <= len(too_rare(rows, country))
