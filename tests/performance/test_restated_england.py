"""The published files of August 2018: what restating trusts’ delays was worth, to the digit that is quoted."""

from __future__ import annotations

import zipfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import polars as pl
import pytest

from commonpool.performance.queries.back_test import Compared, compared
from commonpool.performance.restating import CameOut, came_out, restating
from commonpool.performance.store.load import load as load_figures
from commonpool.places.loading import load as load_places
from commonpool.places.queries import read_ground, serving
from tests.performance.conftest import AT, DTOC
from tests.shared_rows import check_now, rows_for_a_module

pytestmark = pytest.mark.django_db
PLACES = (
    *("geography/lsoa11_msoa11.csv.gz", "geography/lsoa11_ccg21_stp21_ltla21.csv.gz", "geography/ltla19_utla19.csv"),
    *("geography/ltla21_utla21.csv", "geography/ltla23_utla23.csv", "geography/ltla_changes_2016_2024.csv"),
    *("geography/population_mid2017_lsoa11_age_bands.csv.gz", "organisations/uk_local_authorities.csv"),
    *(
        "organisations/trusts22_points.csv",
        "organisations/ods_trusts_etr.csv",
        "organisations/nhs_providers_ccgs_2018.csv",
    ),
    *("organisations/ods_successor_organisations.csv.gz", "organisations/trust_mergers_2020_2021.csv"),
    *("catchment/trust_msoa11_proportion.csv.gz", "catchment/trust22_ltla21_proportion.csv.gz"),
)


@pytest.fixture(scope="module")
def home(
    shared_data: Path, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """August 2018 in a store, and as much of England as it takes to restate it."""
    home = tmp_path_factory.mktemp("home")
    (home / "files").mkdir()
    for name in PLACES:
        (home / "files" / Path(name).name).symlink_to(shared_data / name)
    with zipfile.ZipFile(shared_data / DTOC) as all_months:
        month = next(name for name in all_months.namelist() if "2018-08" in name)
        (home / "2018-08.xls").write_bytes(all_months.read(month))
    load_figures(home, "dtoc", [home / "2018-08.xls"], at=AT)
    load_figures(home, "dtoc-trust", [shared_data / "dtoc/dtoc_trust_2018-08.csv"], at=AT)
    with rows_for_a_module(django_db_blocker):
        load_places(home / "files", at=datetime(2031, 4, 1, tzinfo=UTC), home=home)
        check_now()
        yield home


@pytest.fixture(scope="module")
def acute(home: Path, django_db_blocker: Any) -> Compared:
    with django_db_blocker.unblock():
        return compared(home, restating().back_test.comparisons[0])


@pytest.mark.requirement("S43")
@pytest.mark.parametrize("comparison", restating().back_test.comparisons, ids=lambda each: each.id)
def test_what_is_quoted_is_what_the_published_files_give(home: Path, comparison: Any) -> None:
    found = compared(home, comparison)

    assert found.result is not None
    quoted = {name: getattr(comparison.came_out, name) for name in CameOut.__slots__}
    assert came_out(found.result) == {name: str(value) if name != "areas" else value for name, value in quoted.items()}


@pytest.mark.requirement("S43")
def test_acute_delays_correlate_0_91_over_146_areas_as_an_independent_trial_found(acute: Compared) -> None:
    assert acute.result is not None and acute.result.pearson is not None
    assert (acute.result.areas, round(acute.result.pearson, 2)) == (146, 0.91)
    assert acute.not_compared == ("Bournemouth UA", "Buckinghamshire", "Dorset", "Northamptonshire", "Poole UA")


def test_every_day_of_every_provider_is_somewhere(acute: Compared) -> None:
    made = acute.restatement

    assert made is not None
    assert made.total == pytest.approx(62_386, abs=1e-3)
    assert made.placed + made.elsewhere + sum(made.unplaced.values()) == pytest.approx(made.total)
    assert len(made.unplaced) == 77


def test_every_county_of_the_day_has_all_of_its_people(home: Path) -> None:
    on = date(2018, 8, 31)
    ground = read_ground()

    boards = serving.boards_on(on, ground)
    people = serving.small_area_people(boards, on, ground, serving.OLDER_PEOPLE)

    assert (len(boards), people.mid_year, people.without) == (146, 2017, 0)
    assert sum(people.people.values()) == pytest.approx(10_030_511)
    # Dorset, Bournemouth, Poole, Buckinghamshire and Northamptonshire, of which no lookup of 2018 is loaded.
    nowhere = sum(count for (_, board), count in people.people.items() if board is None)
    assert nowhere == pytest.approx(older_people_of(home, DISTRICTS_OF_THE_FIVE))


DISTRICTS_OF_THE_FIVE = {"E06000058", "E06000059", "E06000060", "E06000061", "E06000062"}


def older_people_of(home: Path, districts: set[str]) -> int:
    """Straight from the files."""
    place = pl.read_csv(home / "files/lsoa11_ccg21_stp21_ltla21.csv.gz").filter(pl.col("ltla21_code").is_in(districts))
    people = pl.read_csv(home / "files/population_mid2017_lsoa11_age_bands.csv.gz")
    return int(people.join(place, on="lsoa11_code", how="semi")["age_65_plus"].sum())


def test_a_slow_count_straight_from_the_files_agrees_for_a_unitary_council(
    shared_data: Path, home: Path, acute: Compared
) -> None:
    """Leeds, E08000035: one district in every lookup."""
    files = home / "files"
    leeds = next(row.restated for row in acute.rows if row.area.code == "E08000035")
    mine = pl.read_csv(files / "lsoa11_ccg21_stp21_ltla21.csv.gz").filter(ltla21_code="E08000035")["lsoa11_code"]
    outer = dict(pl.read_csv(files / "lsoa11_msoa11.csv.gz").select("lsoa11_code", "msoa11_code").iter_rows())
    older = pl.read_csv(files / "population_mid2017_lsoa11_age_bands.csv.gz").select("lsoa11_code", "age_65_plus")
    here: dict[str, float] = defaultdict(float)
    everywhere: dict[str, float] = defaultdict(float)
    of_msoa: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for lsoa, people in older.iter_rows():
        if lsoa in outer:
            of_msoa[outer[lsoa]].append((lsoa, people))
    codes = set(mine)
    for msoa, trust, share in pl.read_csv(files / "trust_msoa11_proportion.csv.gz").iter_rows():
        for lsoa, people in of_msoa[msoa]:
            everywhere[trust] += people * share
            here[trust] += people * share if lsoa in codes else 0
    delays = pl.read_csv(shared_data / "dtoc/dtoc_trust_2018-08.csv")
    beds = dict(delays.select("ORG_CODE", "ACUTE_DTOC").iter_rows())

    expected = sum(31 * beds[trust] * here[trust] / everywhere[trust] for trust in here if trust in beds)

    assert leeds is not None
    assert leeds.estimate == pytest.approx(expected, rel=0.002), "merged trusts count as one here, not there"


def test_eight_in_ten_councils_lie_between_half_and_double_the_median_rate(home: Path) -> None:
    rows = [row.pair for row in compared(home, restating().back_test.quoted).rows if row.pair]

    rates = sorted(pair.published / pair.people for pair in rows)
    tenths = quantiles(rates, n=10, method="inclusive")

    assert (round(tenths[0] / median(rates), 2), round(tenths[8] / median(rates), 2)) == (0.41, 1.89)
    assert "0.41 and 1.89" in restating().differ_because
