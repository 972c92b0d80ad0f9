"""Trusts' figures restated for areas from store and places: the August 2018 back-test, and a metric of an area."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from commonpool.performance.cli import commands
from commonpool.performance.judging import judge
from commonpool.performance.measures import published
from commonpool.performance.metric_series import MetricSeries
from commonpool.performance.queries.back_test import compared
from commonpool.performance.queries.restated import may_be_restated, restated_metric
from commonpool.performance.restated import Restated
from commonpool.performance.restating import restating
from commonpool.places.models import Organisation
from commonpool.policy.reading.metrics import load_catalogue
from tests.performance.small_country import lay_country, load_a_and_e, load_delays
from tests.shared_rows import check_now, rows_for_a_module

pytestmark = pytest.mark.django_db
ACUTE = restating().back_test.comparisons[0]


@pytest.fixture(scope="module")
def home(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A store with the figures of an invented country whose places are in the database."""
    with rows_for_a_module(django_db_blocker):
        home = tmp_path_factory.mktemp("home")
        lay_country(home / "places")
        load_delays(home)
        load_a_and_e(home)
        check_now()
        yield home


def area(code: str = "E10000901") -> Organisation:
    return Organisation.objects.get(kind="hwb_area", gss_code=code)


def of_metric(home: Path, code: str, gss: str = "E10000901") -> Restated:
    found = restated_metric(home, area(gss), load_catalogue().metric(code))
    assert found is not None
    return found


@pytest.mark.requirement("S43")
def test_delays_of_august_2018_are_restated_by_people_of_65_and_where_patients_went(home: Path) -> None:
    found = compared(home, ACUTE)

    days = {row.area.name: (row.restated.estimate, row.published) for row in found.rows if row.restated}
    # RXA has 310 days: of its 280 weighted people Wendleshire has 270. RXB and RXC have 155: of 88 Harbourne has 60.
    assert days["Wendleshire"] == (pytest.approx(310 * 270 / 280), 300)
    assert days["Harbourne"] == (pytest.approx(155 * 60 / 88), 120)
    assert days["Tarnley"] == (pytest.approx(310 * 10 / 280 + 155 * 28 / 88), 50)
    assert found.restatement is not None
    assert found.restatement.placed + 0.5 * 31 == pytest.approx(found.restatement.total)


def test_what_is_withheld_and_who_sent_nothing_lower_the_share_covered(home: Path) -> None:
    found = compared(home, ACUTE)

    covered = {row.area.name: row.restated.covered for row in found.rows if row.restated}
    assert covered == {
        "Wendleshire": pytest.approx(0.9), "Harbourne": pytest.approx(1), "Tarnley": pytest.approx(0.95)
    }  # fmt: skip
    assert found.restatement is not None
    assert found.restatement.silent == ("RXD",)
    assert found.restatement.unplaced == {"NAX": pytest.approx(15.5)}


def test_the_back_test_says_how_near_and_why_not_nearer(home: Path) -> None:
    found = compared(home, ACUTE)

    assert found.result is not None
    assert found.result.areas == 3
    assert found.headline.startswith("Restated for 3 areas, trusts’ delays correlate 1.00 with the published ones")
    assert any("council’s residents" in reason for reason in found.unlike)
    assert any("social care" in reason for reason in found.unlike)
    assert not any("social care" in reason for reason in compared(home, restating().back_test.quoted).unlike)


def test_without_figures_it_says_what_to_load(tmp_path: Path, home: Path) -> None:
    found = compared(tmp_path, ACUTE)

    assert found.result is None
    assert [text for text in found.lacking if "dtoc-trust" in text]


def test_without_places_it_says_what_to_load(home: Path) -> None:
    Organisation.objects.filter(kind="hwb_area").update(starts_on=date(2030, 1, 1))
    Organisation.objects.filter(kind="upper_tier").update(starts_on=date(2030, 1, 1))

    assert compared(home, ACUTE).lacking == ("who lives where and where patients go: commonpool places load FOLDER",)


def test_a_metric_of_trusts_comes_to_an_area_with_its_trusts_range_and_error(home: Path) -> None:
    found = of_metric(home, "EMADM", "E06000902")

    # August: 341 and 93 a month are 11 and 3 a day. Of everybody, RXA has 1350 + 50, RXB 300 + 140.
    newest = found.newest.of_area
    assert newest.estimate == pytest.approx(11 * 50 / 1400 + 3 * 140 / 440)
    assert newest.low < newest.estimate < newest.high
    assert newest.covered == pytest.approx(0.95)
    assert found.newest.silent == ("Wendle Children NHS Trust",)
    assert [(each.name, round(each.share_of_trust, 4)) for each in found.trusts] == [
        ("Harbourne Hospitals NHS Trust", 0.3182),
        ("Ashby General NHS Trust", 0.0357),
    ]
    assert found.merged == ("Tarnley Infirmary NHS Trust (RXC) as Harbourne Hospitals NHS Trust",)
    assert found.error == restating().back_test.quote
    assert [each.starts_on.month for each in found.estimates] == [8, 7]


def test_a_ratio_is_restated_by_its_two_numbers(home: Path) -> None:
    found = of_metric(home, "AE4H", "E06000902").newest.of_area

    seen, within = 1000 * 50 / 1400 + 500 * 140 / 440, 700 * 50 / 1400 + 400 * 140 / 440
    assert found.estimate == pytest.approx(100 * within / seen)
    assert (found.low, found.high) == (pytest.approx(70), pytest.approx(80))


def test_a_second_estimate_comes_from_icbs_by_where_their_residents_live(home: Path) -> None:
    wendleshire, tarnley = of_metric(home, "AE4H").by_residents, of_metric(home, "AE4H", "E06000902").by_residents

    assert wendleshire is not None
    assert (wendleshire.estimate, wendleshire.covered) == (pytest.approx(70), 1)
    assert tarnley is None, "its ICB sent no figure"


def test_only_metrics_that_are_published_by_trust_are_restated(home: Path) -> None:
    of_trusts = {code for code, held in published().items() if any(measure.kind == "trust" for measure in held)}
    restated = {code for code, metric in load_catalogue().metrics.items() if may_be_restated(metric)}

    assert restated == of_trusts == set(restating().metrics)
    assert restated_metric(home, area(), load_catalogue().metric("DTOC")) is None
    assert restated_metric(home, area(), load_catalogue().metric("BEDS")) is None, "nothing of it is held"


@pytest.mark.requirement("S43")
def test_a_restated_metric_can_be_neither_judged_nor_taken_for_a_series(home: Path) -> None:
    found = of_metric(home, "EMADM")

    assert not isinstance(found, MetricSeries)
    assert not {"points", "value", "latest"} & set(dir(found)) and not {"value"} & set(dir(found.newest.of_area))
    with pytest.raises(AttributeError):
        judge(found, date(2024, 10, 1))  # type: ignore[arg-type]


def run(home: Path, *arguments: str) -> Any:
    return CliRunner().invoke(commands, ["restate", *arguments], env={"COMMONPOOL_HOME": str(home)})


def test_the_command_says_the_same_for_people_and_programs(home: Path) -> None:
    text, answer = run(home), run(home, "--json")

    assert text.exit_code == 0
    assert "Why the two differ:" in text.output
    assert "Placed in areas: 97% of 480 days; 1 of 4 providers have no catchment." in text.output
    said = json.loads(answer.output)
    assert (said["areas"], len(said["by_area"]), said["by_area"][0]["is_restated"]) == (3, 3, True)
    assert said["pearson"] == pytest.approx(compared(home, ACUTE).result.pearson)  # type: ignore[union-attr]


def test_the_command_restates_a_metric_of_an_area(home: Path) -> None:
    text, answer = run(home, "EMADM", "--area", "E06000902"), run(home, "EMADM", "--area", "E06000902", "--json")

    assert "restated from trusts (admissions a day)" in text.output
    assert "Aug 2024" in text.output
    assert json.loads(answer.output)["trusts"][0]["code"] == "RXB"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--compare", "all"], 64, "Give --compare one of: acute, nhs."),
        (["NONE"], 64, "NONE"),
        (["DTOC"], 64, "is not published by trust"),
        (["NCTR", "--area", "E1"], 64, "No area with a health and wellbeing board has the code ‘E1’"),
        (["NCTR", "--area", "E10000901"], 2, "No figure of a trust that serves Wendleshire is held"),
    ],
)
def test_what_cannot_be_restated_is_refused_with_a_cure(home: Path, arguments: list[str], code: int, said: str) -> None:
    answer = run(home, *arguments)

    assert answer.exit_code == code
    assert said in answer.stderr


def test_the_command_without_figures_says_what_to_load(tmp_path: Path, home: Path) -> None:
    answer = run(tmp_path)

    assert answer.exit_code == 2
    assert "commonpool performance load dtoc-trust" in answer.stderr
