"""The sampling matrix: what is wanted, what is there, what nobody knows, and whom to ask next."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.voices.rules.sampling import Criterion, Level, crossing, filled, matrix, number_in, whom_to_ask

SIZE = Criterion(
    "Size", (Level("small", Decimal(0), 2), Level("middling", Decimal("200000"), 1), Level("large", Decimal("400000")))
)
PLACE = Criterion("Geography", (Level("coast"), Level("town"), Level("island", target=0)))
SITES = {
    "North": {"Size": "small", "Geography": "coast"},
    "South": {"Size": "small", "Geography": None},
    "West": {"Size": "middling"},
}


def test_a_site_whose_level_is_not_known_stands_in_no_cell_but_is_named() -> None:
    size, place = matrix([SIZE, PLACE], SITES)

    assert [(cell.level, cell.target, cell.sites) for cell in size.cells] == [
        ("small", 2, ("North", "South")),
        ("middling", 1, ("West",)),
        ("large", None, ()),
    ]
    assert place.unknown == ("South", "West")


def test_the_diversity_figure_is_the_share_of_wanted_levels_that_some_site_has() -> None:
    assert filled(matrix([SIZE, PLACE], SITES)) == Fraction(3, 5)
    assert filled([]) is None


def test_whoever_fills_most_empty_levels_is_asked_first() -> None:
    candidates = {
        "A": {"Size": "small", "Geography": "coast"},
        "B": {"Size": "large", "Geography": "coast"},
        "C": {"Size": "large", "Geography": "town"},
        "D": {"Size": None, "Geography": "town"},
        "E": {"Size": None, "Geography": "island"},
    }

    told = whom_to_ask(matrix([SIZE, PLACE], SITES), candidates)

    assert [each.name for each in told] == ["C", "B", "D"]
    assert told[0].fills == (("Size", "large"), ("Geography", "town"))


def test_a_number_belongs_to_the_highest_level_that_begins_at_or_below_it() -> None:
    assert SIZE.level_of("199,999") == "small"
    assert SIZE.level_of("200000") == "middling"
    assert SIZE.level_of("£1,200,000") == "large"
    assert SIZE.level_of("-1") is None
    assert SIZE.level_of("Large") == "large"
    assert SIZE.level_of("") is None
    assert PLACE.level_of(" TOWN ") == "town"


@pytest.mark.parametrize("text", ["", "many", "nan", "inf", "1e400000", "1e-400000"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert number_in(text) is None


levels = st.none() | st.sampled_from([level.name for level in SIZE.levels])
places = st.none() | st.sampled_from([level.name for level in PLACE.levels])
some_sites = st.dictionaries(
    st.text("abc", min_size=1), st.fixed_dictionaries({"Size": levels, "Geography": places}), max_size=8
)


@given(some_sites)
def test_every_site_stands_once_in_each_row(sites: dict[str, dict[str, str | None]]) -> None:
    for row in matrix([SIZE, PLACE], sites):
        assert sorted([*(name for cell in row.cells for name in cell.sites), *row.unknown]) == sorted(sites)


@given(some_sites)
def test_two_criteria_cross_in_the_sites_that_have_both_levels(sites: dict[str, dict[str, str | None]]) -> None:
    grid = crossing(SIZE, PLACE, sites)

    assert [[len(cell) for cell in row] for row in grid] == [
        [
            sum(each == {"Size": down.name, "Geography": across.name} for each in sites.values())
            for across in PLACE.levels
        ]
        for down in SIZE.levels
    ]
