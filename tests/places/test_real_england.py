"""England as published: every figure that can be checked from outside, from the real files."""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from commonpool.places.loading import LoadReport, State, load
from commonpool.places.models import Organisation, PatchPopulation, Population, SmallArea, SmallAreaChange, Succession
from commonpool.places.queries import read_ground
from commonpool.places.rules import Ground, overlap
from tests.shared_rows import check_now, rows_for_a_module

NOW = datetime(2031, 4, 1, tzinfo=UTC)
ON = date(2024, 6, 1)
# Of every test, also of one that asks the database nothing: those run later, and England would be loaded twice.
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def england(shared_data: Path, django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[LoadReport]:
    """All of England, loaded once for this module and rolled back at its end."""
    with rows_for_a_module(django_db_blocker):
        home = tmp_path_factory.mktemp("home")
        reports = [
            load(shared_data / topic, at=NOW, home=home) for topic in ("geography", "organisations", "catchment")
        ]
        check_now()
        yield LoadReport(files=[file for report in reports for file in report.files], notes=reports[-1].notes)


@pytest.fixture
def ground(england: LoadReport, db: None) -> Ground:
    return read_ground()


def living(ground: Ground, kind: str) -> list[int]:
    return [pk for pk, life in ground.lives.items() if life.kind == kind and life.lives_on(ON)]


def rows(path: Path) -> list[dict[str, str]]:
    data = path.read_bytes()
    return list(csv.DictReader((gzip.decompress(data) if path.suffix == ".gz" else data).decode().splitlines()))


def test_england_has_as_many_areas_and_bodies_as_published(ground: Ground):
    maps = Counter(SmallArea.objects.values_list("edition", flat=True))

    assert maps == {"lsoa11": 32_844, "lsoa21": 33_755, "msoa11": 6_791}
    assert len(living(ground, "icb")) == 42
    assert len(living(ground, "sub_icb")) == 106
    assert len(living(ground, "upper_tier")) == 153
    assert len(living(ground, "lower_tier")) == 296
    assert len(living(ground, "hwb_area")) == 152, "153 upper tiers, the Isles of Scilly with Cornwall"


def test_everybody_is_counted_once(ground: Ground):
    assert sum(ground.people.values()) == 56_550_138
    for kind in ("icb", "upper_tier", "lower_tier", "hwb_area", "region"):
        assert sum(ground.people_in(ground.cover(pk, ON)) for pk in living(ground, kind)) == 56_550_138, kind


@pytest.mark.requirement("S43")
def test_upper_tiers_and_icbs_share_people_in_165_pairs_each_as_a_slow_count_has_it(ground: Ground, shared_data: Path):
    code = dict(Organisation.objects.values_list("id", "gss_code"))
    found = {
        (code[tier], code[icb]): both
        for tier in living(ground, "upper_tier")
        for icb in living(ground, "icb")
        if (both := overlap(ground.cover(tier, ON), ground.cover(icb, ON), ground.people).people_of_both)
    }

    assert len(found) == 165
    assert found == slow_count(shared_data / "geography")


def slow_count(folder: Path) -> Counter[tuple[str, str]]:
    """People by upper tier of 2023 and ICB of 2024, area by area, straight from the files."""
    tier_of_23 = {row["ltla23_code"]: row["utla23_code"] for row in rows(folder / "ltla23_utla23.csv")}
    in_23 = {row["ltla22_code"]: row["ltla23_code"] for row in rows(folder / "ltla_changes_2016_2024.csv")}
    icb_of = {row["lsoa21_code"]: row["icb24_code"] for row in rows(folder / "lsoa21_subicb24_icb24.csv.gz")}
    parts: dict[str, list[tuple[str, str]]] = defaultdict(list)
    changes = sorted(
        rows(folder / "lsoa11_lsoa21_ltla22.csv.gz"), key=lambda row: (row["lsoa11_code"], row["lsoa21_code"])
    )
    for row in changes:
        if row["lsoa11_code"].startswith("E"):
            district = in_23.get(row["ltla22_code"], row["ltla22_code"])
            parts[row["lsoa11_code"]].append((tier_of_23[district], icb_of[row["lsoa21_code"]]))
    counted: Counter[tuple[str, str]] = Counter()
    for row in rows(folder / "population_mid2020_lsoa11_age_bands.csv.gz"):
        shared = parts.get(row["lsoa11_code"], [])
        for number, pair in enumerate(shared):
            each, left_over = divmod(int(row["total"]), len(shared))
            counted[pair] += each + (number < left_over)
    return counted


@pytest.mark.requirement("S43")
def test_the_shares_of_any_body_add_up_to_one(ground: Ground):
    for one, others in [("icb", "hwb_area"), ("hwb_area", "icb"), ("region", "icb"), ("sub_icb", "lower_tier")]:
        covers = [ground.cover(pk, ON) for pk in living(ground, others)]
        for pk in living(ground, one):
            mine = ground.cover(pk, ON)
            shares = [
                overlap(mine, cover, ground.people).share_of_a or 0 for cover in covers if mine.keys() & cover.keys()
            ]
            assert abs(sum(shares) - 1) <= 1e-9


@pytest.mark.requirement("S45")
def test_an_icb_may_have_eight_boards_and_a_board_three_icbs(ground: Ground):
    name = dict(Organisation.objects.values_list("id", "name"))
    boards, icbs = living(ground, "hwb_area"), living(ground, "icb")
    met = [
        (b, i)
        for b in boards
        for i in icbs
        if overlap(ground.cover(b, ON), ground.cover(i, ON), ground.people).people_of_both
    ]

    assert Counter(name[board] for board, _ in met)["North Yorkshire"] == 3
    assert max(Counter(icb for _, icb in met).values()) >= 8


def test_the_split_areas_are_assumed_and_the_one_that_crosses_a_border_is_known(ground: Ground):
    split = SmallAreaChange.objects.filter(is_assumed=True).values_list("old_id", flat=True).distinct()

    people = Population.objects.filter(small_area_id__in=split, mid_year=2020).values_list("people", flat=True)

    assert (len(split), sum(people)) == (837, 2_733_400)
    # Only where the parts lie apart does the assumption move anybody: three areas, one of them between two councils.
    assert (
        sum(PatchPopulation.objects.filter(mid_year=2020).values_list("people_assumed", flat=True))
        == 1584 + 1666 + 1558
    )


def test_totals_that_the_publisher_states_agree_to_the_person(england: LoadReport):
    notes = {file.file: " ".join(file.notes) for file in england.files}

    assert "309 of 309 totals agree" in notes["population_mid2020_ltla21_single_year.csv"]
    assert "56,550,138 people, as the small areas do" in notes["population_mid2020_ltla21_single_year.csv"]
    assert "150 of 150 totals agree" in notes["population_mid2020_utla20_single_year.csv"]
    assert "757,181 fewer than the small areas" in notes["population_mid2020_utla20_single_year.csv"]
    assert "North Northamptonshire, West Northamptonshire" in notes["population_mid2020_utla20_single_year.csv"]


def test_every_file_of_the_three_folders_is_known_or_named(england: LoadReport):
    states = Counter(file.state for file in england.files)

    assert states[State.REFUSED] == 0
    assert {file.file for file in england.files if file.state is State.UNKNOWN} == {
        "README.md",
        "iod2019_upper_tier_summaries.xlsx",
    }


def test_a_county_that_was_divided_hands_its_people_on_in_exact_shares(ground: Ground, shared_data: Path):
    districts = rows(shared_data / "geography" / "population_mid2020_ltla21_single_year.csv")
    codes = [f"E070000{number}" for number in range(26, 32)]
    stated = {
        row["ltla21_code"]: int(float(row["total_population"])) for row in districts if row["ltla21_code"] in codes
    }
    cumbria = Organisation.objects.get(kind="upper_tier", gss_code="E10000006")

    followed = {
        row.successor.name: (row.share_parts, row.share_whole) for row in Succession.objects.filter(predecessor=cumbria)
    }

    assert cumbria.ends_on == date(2023, 3, 31)
    assert followed == {
        "Cumberland": (sum(stated[code] for code in ("E07000026", "E07000028", "E07000029")), sum(stated.values())),
        "Westmorland and Furness": (sum(stated[code] for code in ("E07000027", "E07000030", "E07000031")), 499_781),
    }


def test_glossop_left_greater_manchester_when_boards_took_over(ground: Ground):
    ccg = Organisation.objects.get(kind="ccg", ods_code="01Y")

    followed = {
        row.successor.ods_code: row.share_parts / row.share_whole for row in Succession.objects.filter(predecessor=ccg)
    }

    assert followed.keys() == {"01Y", "15M"}
    assert sum(followed.values()) == pytest.approx(1)
    assert followed["15M"] == pytest.approx(0.1289, abs=1e-4)
