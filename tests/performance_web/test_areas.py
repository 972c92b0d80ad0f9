"""One metric of all areas, and chosen areas beside each other: level and progress both shown, no rank by level."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from commonpool.demo.activity import KEEPS_TO_ITSELF, WITHOUT_DELAYS, fill_activity
from commonpool.demo.fill import MADE_AT
from commonpool.demo.ground import load_ground
from commonpool.demo.region import SEED, load_region, small_places
from commonpool.people.rules import Role
from commonpool.performance.models import ChartPhase
from commonpool.performance.store.load import load
from commonpool.places.models import Dataset, Organisation
from tests.performance_web.builders import as_, somebody, text_of
from tests.shared_rows import rows_for_a_module

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def region(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The invented region's ground, borders and figures, made once and rolled back at the end."""
    with rows_for_a_module(django_db_blocker):
        home = tmp_path_factory.mktemp("home")
        invented = load_region()
        load_ground(invented, small_places(invented, SEED), at=MADE_AT, home=home)
        fill_activity(home)
        yield home


@pytest.fixture
def home(region: Path, db: None) -> Iterator[Path]:
    with override_settings(COMMONPOOL_HOME=region):
        yield region


@pytest.fixture
def reader(home: Path) -> Client:
    """Somebody of one area who may only read."""
    return as_(somebody("reader@oxmarrow.example", council("XW03"), Role.READER))


def council(code: str) -> Organisation:
    return Organisation.objects.get(kind="upper_tier", gss_code=code)


def area(code: str) -> Organisation:
    return Organisation.objects.get(kind="hwb_area", gss_code=code)


def everywhere(client: Client, code: str = "EA65", **asked: str) -> Any:
    return client.get(reverse("performance:all-areas", args=[code]), asked)


def compare(client: Client, *codes: str, metric: str = "EA65", **asked: Any) -> Any:
    chosen = [str(area(code).uuid) for code in codes]
    return client.get(reverse("performance:compare", args=[metric]), {"area": chosen, **asked})


def table(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


# -- all areas


@pytest.mark.requirement("S50")
def test_all_areas_are_listed_by_name_with_level_and_progress(reader: Client) -> None:
    said = text_of(everywhere(reader))
    rows = table(everywhere(reader, download="csv"))

    assert re.search(r"In Mar 2026 the middle half of 8 areas lies between [\d,]+ and [\d,]+ per 100,000", said)
    assert re.search(r"Against their own start: .*\d shows? no clear change", said)
    assert "8 areas together:" in said
    assert [row["Area"] for row in rows] == sorted(row["Area"] for row in rows)
    assert {"Own start", "Change from own start", "95% interval"} <= rows[0].keys()
    assert all(row["Data"] == "invented" for row in rows)


@pytest.mark.requirement("S50")
def test_no_address_orders_areas_by_level(reader: Client) -> None:
    by_name = [row["Area"] for row in table(everywhere(reader, download="csv"))]

    for wish in ("level", "-level", "own_start", "interval"):
        assert [row["Area"] for row in table(everywhere(reader, download="csv", sort=wish))] == by_name
        assert [row["area"] for row in table(compare(reader, *PAIR, sort=wish, format="csv"))] == [
            "Marrowdale",
            "Wendleshire",
        ]
    assert "no list can be ordered by level alone" in text_of(everywhere(reader))
    changes = [float(row["Change from own start"]) for row in table(everywhere(reader, download="csv", sort="change"))]
    assert changes == sorted(changes)


def test_what_an_area_keeps_to_itself_is_nowhere_even_for_its_own_people(reader: Client) -> None:
    kept = area(KEEPS_TO_ITSELF)
    own = as_(somebody("lead@saltry.example", council(KEEPS_TO_ITSELF), Role.BCF_LEAD))

    for client in (reader, own):
        assert kept.name not in [row["Area"] for row in table(everywhere(client, "DRD", download="csv"))]
        assert kept.name not in everywhere(client, "DRD", format="svg").content.decode()
        assert kept.name not in text_of(compare(client, "XW01", KEEPS_TO_ITSELF, metric="DRD")).partition("Choose")[0]
    assert "There is none" in text_of(compare(own, "XW01", metric="DRD", find=kept.name))


def test_the_map_hatches_areas_without_a_figure_and_is_downloaded(reader: Client) -> None:
    picture = everywhere(reader, "DRD", format="svg")

    assert picture["Content-Type"] == "image/svg+xml"
    for text in ("no figure", "Marrowdale", "invented", "Darker is more"):
        assert text in picture.content.decode()
    assert area(WITHOUT_DELAYS).name not in picture.content.decode()
    assert everywhere(reader, "DRD", format="png").content.startswith(b"\x89PNG")


def test_with_one_value_a_year_nobody_tells_a_change_from_chance(reader: Client) -> None:
    rows = {row["Area"]: row for row in table(everywhere(reader, "RES65", download="csv"))}

    assert rows["Wendleshire"]["Remark"] == "too few values a year to tell from chance"


def test_another_period_and_another_start_can_be_chosen(reader: Client) -> None:
    found = table(everywhere(reader, period="2025-04-01_2025-04-30", download="csv"))
    later = table(everywhere(reader, start="2024", download="csv"))

    assert next(row for row in found if row["Area"] == "Wendleshire")["Counted"] == "1874"
    assert "Own start" in text_of(everywhere(reader, start="2024"))
    assert later != table(everywhere(reader, download="csv"))
    for wrong in ("x", "2025-04-01", "2031-13-01_x"):
        assert everywhere(reader, period=wrong, start=wrong).status_code == 200


def test_without_borders_there_is_a_table_and_the_reason_why_no_map(reader: Client, db: None) -> None:
    Dataset.objects.filter(key__startswith="boundaries-").update(superseded_at=MADE_AT)

    said = text_of(everywhere(reader))

    assert "No borders of these areas are loaded" in said and "Ouselby" in said
    assert everywhere(reader, format="svg")["Content-Type"].startswith("text/html")


def test_figures_of_trusts_have_no_value_of_an_area(reader: Client, tmp_path: Path, shared_data: Path) -> None:
    load(tmp_path, "beds", [shared_data / "emergency" / "uec_beds_trust_monthly.csv.gz"], at=MADE_AT)

    with override_settings(COMMONPOOL_HOME=tmp_path):
        assert "these figures are those of trusts" in text_of(everywhere(reader, "BEDS"))
        assert "Each trust’s own chart stands on its page" in text_of(everywhere(reader, "BEDS"))
        assert "these figures are those of trusts" in text_of(compare(reader, metric="BEDS"))


def test_where_nothing_is_held_it_says_how_to_load(reader: Client, tmp_path: Path) -> None:
    with override_settings(COMMONPOOL_HOME=tmp_path):
        assert "commonpool performance load" in text_of(everywhere(reader))
        assert "commonpool performance load" in text_of(compare(reader))


def test_only_one_s_own_area_is_linked(reader: Client) -> None:
    page = everywhere(reader).content.decode()

    assert reverse("performance:metric", args=[area("XW03").uuid, "EA65"]) in page
    assert reverse("performance:metric", args=[area("XW01").uuid, "EA65"]) not in page


def test_who_is_not_signed_in_is_asked_to_and_an_unknown_metric_is_not_found(reader: Client) -> None:
    assert everywhere(Client()).status_code == 302 and compare(Client()).status_code == 302
    assert everywhere(reader, "NONE").status_code == 404 and compare(reader, metric="NONE").status_code == 404


# -- chosen areas

PAIR = ("XW02", "XW01")


@pytest.mark.requirement("S50")
def test_chosen_areas_stand_beside_each_other_with_what_kind_of_place_each_is(reader: Client) -> None:
    rows = {row["area"]: row for row in table(compare(reader, *PAIR, format="csv"))}

    ours = rows["Wendleshire"]
    assert (ours["level"], ours["people"], ours["people_aged"], ours["icbs"]) == ("1644.99", "118420", "65+", "2")
    assert float(ours["share_65_and_over"]) == pytest.approx(118420 / 540120, rel=1e-5)
    assert float(ours["lower_95"]) < 1644.99 < float(ours["upper_95"])
    assert ours["own_start_period"] == "2022-23" and ours["variation"] == "common cause"
    assert rows["Marrowdale"]["icbs"] == "3"
    said = text_of(compare(reader, *PAIR))
    assert said.index("Progress and level") < said.index("What kind of place each is")


def test_a_phase_that_somebody_began_changes_the_icon_and_not_the_start(reader: Client) -> None:
    before = {row["area"]: row for row in table(compare(reader, *PAIR, metric="DRD", format="csv"))}["Wendleshire"]
    ChartPhase.objects.create(
        area=area("XW01"), metric="DRD", starts_on="2025-04-01", reason="New team", decided_at=MADE_AT
    )

    after = {row["area"]: row for row in table(compare(reader, *PAIR, metric="DRD", format="csv"))}["Wendleshire"]

    assert (before["variation"], after["variation"]) == ("improvement", "common cause")
    assert before["own_start"] == after["own_start"]


def test_areas_can_be_ordered_by_change_and_by_population(reader: Client) -> None:
    chosen = ("XW02", "XW01", "XW03", "XW04")

    people = [int(row["people"]) for row in table(compare(reader, *chosen, sort="population", format="csv"))]
    by_change = table(compare(reader, *chosen, sort="change", format="csv"))

    assert people == sorted(people, reverse=True)
    shares = [float(row["change_from_own_start"]) / float(row["own_start"]) for row in by_change]
    assert shares == sorted(shares)


def test_nearby_areas_are_suggested_and_others_found_by_name_without_javascript(reader: Client) -> None:
    said = text_of(compare(reader, "XW01", find="ELH"))
    nowhere = text_of(compare(reader, find="Nowhere"))

    for near in ("Marrowdale (shares an ICB)", "Ouselby (shares an ICB)", "Pelhurst (same region)"):
        assert near in said.replace(" )", ")").replace("( ", "(")
    assert "There is none. Try another part of the name." in nowhere
    assert "All other areas (9)" in text_of(compare(reader))


def test_eight_stand_beside_each_other_and_a_ninth_is_left_out_by_name(reader: Client) -> None:
    nine = [f"XW0{number}" for number in range(1, 10)]

    answer = compare(reader, *nine)

    assert "Left out: Dunmarsh." in text_of(answer)
    assert len(table(compare(reader, *nine, format="csv"))) == 8


def test_an_address_with_what_is_no_area_shows_the_areas_that_are(reader: Client) -> None:
    url = reverse("performance:compare", args=["EA65"])
    answer = reader.get(url, {"area": ["x", str(area("XW01").uuid), str(area("XW01").uuid), str(council("XW01").uuid)]})

    assert "Wendleshire shows no clear change" in text_of(answer)


def test_the_comparison_is_downloaded_as_a_picture(reader: Client) -> None:
    assert "each area beside its own start" in compare(reader, *PAIR, format="svg").content.decode()
    assert compare(reader, *PAIR, format="png").content.startswith(b"\x89PNG")


@pytest.mark.parametrize("start", ["020200", "0" * 5000 + "2020", "２０２５", "-2025", "2025.0", "1e3", "9999"])
def test_what_is_no_year_begins_nothing(reader: Client, start: str) -> None:
    as_ever = table(everywhere(reader, download="csv"))

    assert table(everywhere(reader, download="csv", start=start)) == as_ever
    assert compare(reader, *PAIR, start=start).status_code == 200
