"""The pages of places: what a signed-in person reads, with places loaded and without."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from commonpool.places import holdings
from commonpool.places.holdings import Holdings
from commonpool.places.loading import load
from commonpool.places.loading.readers.boundaries import boundaries_file
from commonpool.places.models import Organisation
from commonpool.places.rules import SignedAgreement
from tests.people.builders import a_person
from tests.places.builders import TINY, write_files

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 4, 1, tzinfo=UTC)
TRUSTS = ["nhs_trust22_name,nhs_trust22_code,status,longitude,latitude", "Tarn Hospital,XT1,open,0,0"]
SHARES = [
    "nhs_trust22_code,ltla21_code,proportion_trust_came_from_ltla",
    "XT1,E07000901,0.5",
    "XT1,E07000902,0.25",
    "XT1,E06000901,0.2",
]


def a_square(code: str, west: float) -> dict:
    corners = [[west, 50], [west + 1, 50], [west + 1, 51], [west, 51], [west, 50]]
    return {
        "type": "Feature",
        "properties": {"utla21_code": code, "utla21_name": code},
        "geometry": {"type": "Polygon", "coordinates": [corners]},
    }


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(a_person())
    return client


@pytest.fixture
def wendle(tmp_path: Path) -> None:
    """The tiny region with a trust and its borders."""
    files = write_files(tmp_path / "files", {**TINY, "trusts.csv": TRUSTS, "shares.csv": SHARES})
    squares = {"type": "FeatureCollection", "features": [a_square("E10000901", 0), a_square("E06000901", 1)]}
    (files / "borders.geojson").write_text(json.dumps(squares))
    home = Path(settings.COMMONPOOL_HOME)
    load(files, at=NOW, home=home)
    yield
    boundaries_file(home, "boundaries-utla21").unlink()


def the(kind: str, code: str) -> Organisation:
    return next(body for body in Organisation.objects.filter(kind=kind) if body.code == code)


def text_of(client: Client, name: str, *arguments: object, **asked: str) -> str:
    response = client.get(reverse(f"places:{name}", args=arguments), asked)
    assert response.status_code == 200
    # Words as they are read: tags stand inside a sentence where an abbreviation or a number does.
    cells = response.content.decode().replace("</td>", " ").replace("</th>", " ")
    return " ".join(re.sub(r"<(?!svg)[^>]*>", "", cells).split())


def test_without_any_file_the_list_says_which_to_load_and_how(reader: Client):
    assert "commonpool places load FOLDER" in text_of(reader, "list")
    assert "commonpool places load FOLDER" in text_of(reader, "files")


def test_a_body_that_nobody_has_loaded_the_ground_of_says_so(reader: Client):
    body = Organisation.objects.create(kind="icb", name="NHS Nowhere", ods_code="QX9")

    said = text_of(reader, "organisation", body.uuid)

    assert "Nobody has said whom it covers" in said
    assert "Load the borders" in said


def test_the_list_is_filtered_and_downloaded(reader: Client, wendle: None):
    assert "Wendleshire" not in text_of(reader, "list", kind="Integrated care board")
    response = reader.get(reverse("places:list"), {"kind": "Integrated care board", "download": "csv"})

    lines = response.content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["Name", "NHS Northmere", "NHS South Wendle"]


@pytest.mark.requirement("S43")
def test_a_county_shows_its_people_its_map_and_whom_it_shares_them_with(reader: Client, wendle: None):
    said = text_of(reader, "organisation", the("hwb_area", "E10000901").uuid)

    assert "1,601 people live in it (mid-2020)" in said
    assert "It is coterminous with" in said and "Upper-tier council" in said
    assert "<svg" in said and "It covers all of Wendleshire" in said
    assert "NHS Northmere" in said and "1,051" in said and "65.6%" in said
    assert "Tarn Hospital" in said and "75.0%" in said


@pytest.mark.requirement("S43")
def test_two_bodies_are_compared_both_ways_and_by_age(reader: Client, wendle: None):
    county, icb = the("hwb_area", "E10000901"), the("icb", "E54000902")

    said = text_of(reader, "overlap", county.uuid, icb.uuid)

    assert "Not coterminous: they share 550 people, and each has others." in said
    assert "people of 85 and over" in said
    # 550 of the county's 1,601 people, and of the ICB's 1,050.
    assert "34.35%" in said and "52.38%" in said


def test_a_trust_shows_each_area_it_serves_and_what_the_publication_leaves_out(reader: Client, wendle: None):
    said = text_of(reader, "organisation", the("trust", "XT1").uuid)

    assert "Most of its patients live in Wendleshire" in said
    assert "75.0%" in said and "20.0%" in said
    assert "The published shares add up to" in said and "95.0%" in said, "never scaled up to 100%"


def test_a_body_that_has_ended_is_shown_as_on_its_last_day(reader: Client, wendle: None):
    body = the("icb", "E54000901")
    body.ends_on = datetime(2024, 6, 1, tzinfo=UTC).date()
    body.save()

    assert "It ended on 1 June 2024" in text_of(reader, "organisation", body.uuid)


def test_a_figure_is_restated_to_the_unit_with_its_assumption(reader: Client, wendle: None):
    said = text_of(reader, "restate", the("icb", "E54000902").uuid, amount="1000", to="hwb_area", per="people")

    assert "taken to be the same for every resident" in said
    # 500 of its 1,050 people live in Harbourne, 550 in Wendleshire.
    assert "524" in said and "476" in said


def test_a_figure_with_nowhere_to_go_is_refused_by_name(reader: Client, wendle: None):
    said = text_of(reader, "restate", the("icb", "E54000902").uuid, amount="1000", to="ccg", per="people")

    assert "Nobody is known to live in NHS South Wendle" in said


@pytest.fixture
def one_agreement(monkeypatch: pytest.MonkeyPatch) -> None:
    """A room above that holds one agreement and some money of the county."""
    agreement = SignedAgreement("Wendle pool", frozenset({"E10000901", "QX1"}), datetime(2024, 4, 1, tzinfo=UTC).date())
    monkeypatch.setattr(
        holdings, "_PROVIDERS", [lambda codes: Holdings({"Contributions": {"E10000901": 100_01}}, [agreement])]
    )


@pytest.mark.requirement("S51")
def test_a_split_that_is_tried_loses_nothing_and_names_the_agreements(
    reader: Client, wendle: None, one_agreement: None
):
    lines = "E10000901, West, E07000901\nE10000901, East, rest"
    before = Organisation.objects.count()

    said = text_of(reader, "recut", lines=lines, on="2040-04-01")

    assert "People" in said and "1,601" in said and "West then has 1,051" in said and "East then has 550" in said
    assert "1 of 1 agreements need a change." in said
    assert "Wendle pool: E10000901 leaves on 1 April 2040" in said
    assert Organisation.objects.count() == before, "nothing is recorded"


def test_a_scenario_that_makes_no_sense_says_which_line_and_why(reader: Client, wendle: None):
    said = text_of(reader, "recut", lines="E10000999, West", on="2040-04-01")

    assert "Line 1: no body has the code ‘E10000999’" in said


def test_odd_rows_can_be_read_with_their_reasons(reader: Client, tmp_path: Path):
    files = write_files(tmp_path / "files", {**TINY, "ltla23_utla23.csv": [*TINY["ltla23_utla23.csv"], "E07000903,X"]})
    load(files, at=NOW, home=Path(settings.COMMONPOOL_HOME))

    from commonpool.places.models import Dataset

    said = text_of(reader, "odd_rows", Dataset.objects.get(key="ltla23-utla23").uuid)

    assert "it has 2 cells and the header 4" in said
