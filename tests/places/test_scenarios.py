"""Mergers and splits: read from lines, counted in people, recorded without overwriting anything."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from commonpool.audit.models import AuditEvent
from commonpool.places.actions import reorganise
from commonpool.places.loading import load
from commonpool.places.models import Organisation, Succession
from commonpool.places.queries import people_of, read_ground
from commonpool.places.scenarios import ScenarioError, read_lines, read_scenario
from commonpool.places.what_if import outcome
from tests.places.builders import TINY, write_files

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("S51")]
NOW = datetime(2025, 4, 1, tzinfo=UTC)
DAY = date(2040, 4, 1)
EVE = date(2040, 3, 31)


@pytest.fixture(autouse=True)
def wendle(tmp_path: Path) -> None:
    load(write_files(tmp_path / "files", TINY), at=NOW, home=tmp_path / "home")


def a_scenario(*lines: str, kind: str | None = None):
    return read_scenario(read_lines(lines), DAY, kind)


def people(name: str, kind: str, on: date) -> int | None:
    return people_of(Organisation.objects.get(kind=kind, name=name), on, read_ground())


def test_two_councils_merge_and_their_people_stay_together():
    scenario = a_scenario("E10000901, Greater Wendle", "E06000901, Greater Wendle")

    reorganise(scenario, source="Order 2039", at=NOW)

    assert outcome(scenario).recuts["People"].after == {"Greater Wendle": 2101}
    assert people("Greater Wendle", "upper_tier", DAY) == 2101
    assert people("Greater Wendle", "hwb_area", DAY) == 2101
    assert people("Wendleshire", "upper_tier", DAY) == 1601, "as on its last day: history is kept"
    county = Organisation.objects.get(kind="upper_tier", gss_code="E10000901")
    assert (county.ends_on, county.name) == (EVE, "Wendleshire")
    assert Organisation.objects.get(kind="hwb_area", gss_code="E10000901").ends_on == EVE


def test_a_body_of_whom_nobody_knows_the_people_counts_as_unknown_not_as_nobody():
    Organisation.objects.create(kind="upper_tier", name="Elsewhere", gss_code="E10000999")

    found = outcome(a_scenario("E10000901, Greater Wendle", "E10000999, Greater Wendle"))

    assert found.recuts["People"].before == {"E10000901": 1601}
    assert "Not known is how many people live in E10000999." in found.lines()


def test_a_code_that_an_ended_body_had_too_names_the_one_that_lives():
    Organisation.objects.create(kind="stp", name="Partnership", gss_code="E54000902", ends_on=date(2022, 6, 30))

    scenario = a_scenario("E54000902, New Board")

    assert {body.kind for body in scenario.bodies.values()} == {"icb"}


def test_a_county_is_split_by_its_districts():
    scenario = a_scenario("E10000901, West, E07000901", "E10000901, East, E07000902")

    reorganise(scenario, source="Order 2039", at=NOW)

    assert {one.successor: one.share for one in scenario.handovers} == {
        "West": Fraction(1051, 1601),
        "East": Fraction(550, 1601),
    }
    assert (people("West", "upper_tier", DAY), people("East", "hwb_area", DAY)) == (1051, 550)
    assert people("Wendleshire", "upper_tier", EVE) == 1601


def test_an_icb_is_split_and_the_rest_takes_the_other_parts(tmp_path: Path):
    more = [
        *(line.replace("91B", "91C").replace("E38000902", "E38000903") if "Mill 4" in line else line
          for line in TINY["lsoa21_icb24.csv"])
    ]  # fmt: skip
    load(write_files(tmp_path / "more", {"lsoa21_icb24.csv": more}), at=NOW, home=tmp_path / "home")
    scenario = a_scenario("E54000902, Coast, E38000903", "E54000902, Vale, rest", kind="icb")

    reorganise(scenario, source="Order 2039", at=NOW)

    assert (people("Coast", "icb", DAY), people("Vale", "icb", DAY)) == (500, 550)
    assert sum(outcome(scenario).recuts["People"].after.values()) == 1050


def test_recording_again_changes_nothing_and_each_handover_is_in_the_history_once():
    scenario = a_scenario("E10000901, Greater Wendle", "E06000901, Greater Wendle")
    reorganise(scenario, source="Order 2039", at=NOW)
    before = (Organisation.objects.count(), Succession.objects.count())

    reorganise(scenario, source="Order 2039", at=NOW)

    assert (Organisation.objects.count(), Succession.objects.count()) == before
    assert AuditEvent.objects.filter(action="places.reorganise").count() == 2


def test_given_amounts_are_recut_by_the_same_shares():
    scenario = a_scenario("E10000901, West, E07000901", "E10000901, East, rest")

    found = outcome(scenario, {"Contributions": {"E10000901": 1_601_00, "E06000901": 5}})

    assert found.recuts["Contributions"].after == {"West": 1_051_00, "East": 550_00, "E06000901": 5}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "There is no line"),
        (["E10000901"], "Line 1 is ‘E10000901’. Write predecessor, successor"),
        (["E10000901, West", "E10000901, East"], "each line must name its part"),
        (["E10000901, West, E07000901"], "550 people of Wendleshire are in no part"),
        (["E10000901, West, E07000901", "E10000901, East, E07000901"], "in another part of Wendleshire that is named"),
        (["E10000901, West, E06000901", "E10000901, East, rest"], "Harbourne does not lie wholly in Wendleshire"),
        (["E10000901, West, E54000901x", "E10000901, East, rest"], "no body has the code ‘E54000901x’"),
        (["E10000901, A", "E54000901, B"], "bodies of several kinds"),
    ],
)
def test_lines_that_would_lose_people_are_refused_in_words(lines: list[str], said: str):
    with pytest.raises(ScenarioError, match=said):
        a_scenario(*lines)


def test_a_body_that_has_ended_cannot_end_again():
    Organisation.objects.filter(kind="upper_tier", gss_code="E10000901").update(ends_on=date(2030, 3, 31))

    with pytest.raises(ScenarioError, match="Wendleshire does not exist on 31 March 2040"):
        a_scenario("E10000901, West")
