"""People of an age in the middle of one year: that year's, or nobody's."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from commonpool.places.loading import load
from commonpool.places.models import PatchPopulation
from commonpool.places.queries import people_of_years
from tests.places.builders import TINY, write_files

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def country(tmp_path: Path) -> None:
    """Two upper tiers and their people of 2020."""
    report = load(write_files(tmp_path / "files", TINY), at=datetime(2031, 4, 1, tzinfo=UTC), home=tmp_path)
    assert not report.refused


@pytest.mark.parametrize(("ages", "people"), [("all", 500), ("18+", 400), ("65+", 100), ("75+", 50), ("85+", 15)])
def test_an_area_s_people_are_those_of_the_bands_that_make_up_the_ages(ages: str, people: int) -> None:
    assert people_of_years()("E06000901", ages, 2020) == people


def test_another_year_s_people_never_stand_in_for_those_that_nobody_counted() -> None:
    people = people_of_years()

    assert [people("E06000901", "18+", year) for year in (2019, 2020, 2021)] == [None, 400, None]


def test_what_no_band_makes_up_and_an_unknown_area_are_not_known() -> None:
    people = people_of_years()

    assert (people("E06000901", "40+", 2020), people("E06000999", "18+", 2020)) == (None, None)


def test_an_area_of_which_a_part_was_not_counted_is_not_known() -> None:
    PatchPopulation.objects.order_by("people").first().delete()  # type: ignore[union-attr]
    known = [people_of_years()(code, "all", 2020) for code in ("E06000901", "E10000901")]

    assert known.count(None) == 1
