"""The invented region has the shapes that the requirements ask for, and its people add up."""

from __future__ import annotations

from collections import defaultdict

import pytest

from commonpool.demo.region import load_region, small_places


@pytest.fixture(scope="module")
def region():
    return load_region()


@pytest.fixture(scope="module")
def places(region):
    return small_places(region)


def test_people_of_small_areas_add_up_to_their_area(region, places):
    for code, area in region.areas.items():
        here = [place for place in places if place.area == code]

        assert sum(place.total for place in here) == area.people
        assert sum(place.total - place.people["age_0_17"] for place in here) == area.adults


def test_wendleshire_has_the_people_of_the_worked_example(region, places):
    older = sum(
        place.people[band]
        for place in places
        if place.area == "XW01"
        for band in ("age_65_74", "age_75_84", "age_85_plus")
    )

    assert older == 118_420
    assert region.areas["XW01"].adults == 430_115
    assert len(region.areas["XW01"].districts) == 5


def test_one_area_has_three_icbs_and_one_icb_has_eight_areas(places):
    icbs, areas = defaultdict(set), defaultdict(set)
    for place in places:
        icbs[place.area].add(place.icb)
        areas[place.icb].add(place.area)

    assert max(len(found) for found in icbs.values()) == 3
    assert len(areas["XE1"]) == 8


def test_one_trust_serves_four_areas_and_every_trusts_shares_add_up(region):
    assert len(region.trusts["XT1"].serves) == 4
    assert all(sum(trust.serves.values()) == 1 for trust in region.trusts.values())


def test_the_same_seed_makes_the_same_region(region, places):
    assert small_places(region) == places
    assert small_places(region, seed=7) != places


def test_no_cell_lies_in_two_areas(region):
    cells = [cell for area in region.areas.values() for block in area.blocks() for cell in block.cells()]

    assert len(cells) == len(set(cells))
