"""The invented ground in the database: footprints, overlaps and catchments as the region describes them."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from commonpool.demo.ground import load_ground
from commonpool.demo.region import load_region, small_places
from commonpool.places.models import CatchmentShare, Dataset, Organisation, PatchPopulation
from commonpool.places.queries import read_ground
from commonpool.places.queries.maps import shaded

AT = datetime(2023, 4, 3, 9, tzinfo=UTC)


@pytest.fixture
def bodies(db, tmp_path):
    region = load_region()
    return load_ground(region, small_places(region), at=AT, home=tmp_path)


def test_everybody_in_the_region_stands_on_the_ground_once(bodies):
    everybody = sum(area.people for area in load_region().areas.values())

    assert sum(PatchPopulation.objects.values_list("people", flat=True)) == everybody


def test_a_trusts_shares_of_districts_add_up_to_its_whole(bodies):
    for trust in bodies.trusts.values():
        shares = CatchmentShare.objects.filter(trust=trust).values_list("share_of_trust", flat=True)

        assert sum(Fraction(share) for share in shares) == 1


def test_a_trust_is_drawn_on_the_invented_map(bodies, tmp_path):
    drawn = shaded(bodies.trusts["XT1"], AT.date(), read_ground(), tmp_path)

    assert drawn is not None
    assert {code: round(float(share), 6) for code, share in drawn.shares.items()} == {
        "XW03": 0.31,
        "XW04": 0.34,
        "XW05": 0.2,
        "XW06": 0.15,
    }


def test_laying_the_same_ground_again_changes_nothing(bodies, tmp_path):
    before = list(Dataset.objects.values_list("key", "sha256", "superseded_at"))

    again = load_ground(load_region(), small_places(load_region()), at=AT, home=tmp_path)

    assert again == bodies
    assert list(Dataset.objects.values_list("key", "sha256", "superseded_at")) == before


def test_every_invented_body_says_that_it_is_invented(bodies):
    assert not Organisation.objects.exclude(is_invented=True).exists()
