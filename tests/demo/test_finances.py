"""What is published for the neighbours is made from the seed, and stands in the published table as made."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import commonpool.policy
from commonpool.demo.finances import neighbours_published, published_rows
from commonpool.demo.region import load_region, small_places
from commonpool.policy.reading import load_round

TABLE = Path(commonpool.policy.__file__).parent / "rounds" / "published" / "invented.csv"


@pytest.fixture(scope="module")
def region():
    return load_region()


@pytest.fixture(scope="module")
def amounts(region):
    return neighbours_published(region, small_places(region))


def test_the_published_table_has_what_the_seed_makes(region, amounts):
    with TABLE.open(encoding="utf-8", newline="") as file:
        stands = [row for row in csv.reader(file) if row[0] in region.areas and row[0] != "XW01"]

    assert stands == list(published_rows(region, amounts))


def test_published_amounts_are_whole_pounds_and_floors_lie_below_the_minimum(amounts):
    assert all(amount.pence % 100 == 0 and amount.pence > 0 for amount in amounts)
    for area in {amount.area for amount in amounts}:
        here = [amount for amount in amounts if amount.area == area and amount.year == "2024-25"]
        minimum = sum(amount.pence for amount in here if amount.category == "NHS_MIN")
        assert all(amount.pence < minimum for amount in here if amount.category.endswith("FLOOR"))


def test_the_council_grant_of_2025_26_is_what_two_grants_were_the_year_before(amounts):
    by_key = {(amount.area, amount.category, amount.year): amount.pence for amount in amounts if amount.payer}

    for area in {amount.area for amount in amounts}:
        two = by_key[area, "IBCF", "2024-25"] + by_key[area, "DISCH_LA", "2024-25"]
        assert by_key[area, "LABCG", "2025-26"] == two


def test_a_round_knows_the_neighbours_amounts():
    published = load_round("2025-26").published

    assert {"XW01", "XW02", "XW09"} <= {amount.area for amount in published}
