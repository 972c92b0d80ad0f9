"""Bad input from file to chart: each kind of it is a finding or a stated result, and none is ever zero.

The faults of single cells and files are in `test_loading_bad_input.py`; here is what becomes of them in the end.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from commonpool.performance.cli import commands
from commonpool.performance.judging import judge
from commonpool.performance.metric_series import MetricSeries, series_of
from commonpool.performance.store.load import load
from commonpool.performance.store.report import LoadReport
from commonpool.policy.reading.metrics import load_catalogue
from tests.performance.builders import AT, Dtoc, acute_workbook

AREA = "E10000901"
HEADER = "measure,area,period,numerator,denominator,provenance"
YEAR = [f"2025-{month:02}" for month in range(1, 13)]
pytestmark = pytest.mark.requirement("S12")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COMMONPOOL_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def own(home: Path, *counts: Any, over: Any = 1000, months: list[str] = YEAR) -> LoadReport:
    """A month a count, as an area gives emergency admissions of older people (of 1,000) itself."""
    file = home.parent / "own.csv"
    rows = [f"EA65,{AREA},{month},{count},{over},warehouse" for month, count in zip(months, counts, strict=False)]
    file.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return load(home, "local", [file], at=AT)


def charted(code: str = "EA65", area: str = AREA) -> dict[str, Any]:
    """What the command says of it long after, for programs."""
    asked = ["metric", code, "--area", area, "--as-at", "2041-01-01", "--json"]
    answer = CliRunner().invoke(commands, asked)
    assert answer.exit_code == 0, answer.output
    said: dict[str, Any] = json.loads(answer.stdout)
    return said


def values(said: dict[str, Any]) -> list[float | None]:
    return [point["value"] for point in said["points"]]


def rules(report: LoadReport) -> set[str]:
    return {finding.rule for finding in report.all_findings()}


def of(home: Path, code: str, area: str) -> MetricSeries:
    series = series_of(home, load_catalogue().metric(code), area)
    assert series is not None
    return series


@pytest.mark.parametrize(
    ("mark", "why"),
    [
        ("-", "not submitted"),
        ("*", "withheld by the publisher"),
        ("..", "not collected"),
        ("[c]", "withheld by the publisher"),
        ("[z]", "cannot exist here"),
        ("", "left blank by the publisher"),
        ("about five", "not a possible figure, as published"),
    ],
)
def test_a_suppressed_cell_or_mark_is_a_gap_with_its_reason(home: Path, mark: str, why: str) -> None:
    report = own(home, 10, mark, 30)

    said = charted()

    assert not report.is_refused
    assert values(said) == [1000, None, 3000]
    assert said["points"][1]["why_unknown"] == why
    assert (said["phases"][0]["mean"], said["phases"][0]["upl"]) == (2000, None), "no range runs across the gap"


def test_a_mark_beside_a_number_is_a_footnote_and_the_number_counts(home: Path) -> None:
    report = own(home, "10*", "20 [r]", '"1,0"')

    assert values(charted()) == [1000, 2000, None]
    assert rules(report) == {"LOAD-06"}, "‘1,0’ is neither a number nor a mark"


def test_merged_headings_give_each_day_its_own_figures(home: Path) -> None:
    days = [date(2031, 4, 1) + timedelta(days=n) for n in range(30)]
    trusts = {"R0A": [float(n) for n in range(30)], "R0B": [*[4.0] * 20, *["-"] * 10], "R0C": ["*", *["-"] * 29]}
    load(home, "acute-discharge", [acute_workbook(home.parent / "april.xlsx", days, trusts)], at=AT)

    found = {code: of(home, "NCTR", code).points[0] for code in trusts}

    assert (found["R0A"].value, found["R0A"].note) == (14.5, "")
    assert (found["R0B"].value, found["R0B"].note) == (4, "mean of 20 of 30 days")
    assert (found["R0C"].value, found["R0C"].why) == (None, "too few days are known")


def test_a_council_that_changed_its_name_is_one_line_and_two_that_merged_are_three(home: Path) -> None:
    folder = home.parent
    before, after = [("901", "Wendleshire"), ("902", "Harbourne")], [("903", "Both"), ("904", "Third")]
    figures = {"901": (31.0, 0.0), "902": (62.0, 0.0)}
    files = [
        Dtoc(month="January 2018", councils=before, days=figures).write(folder / "1.xlsx"),
        Dtoc(month="February 2018", councils=[("901", "Wendleshire UA"), before[1]], days=figures).write(
            folder / "2.xlsx"
        ),
        Dtoc(month="March 2018", councils=after, days={"903": (93.0, 0.0), "904": (1.0, 0.0)}).write(folder / "3.xlsx"),
    ]

    report = load(home, "dtoc", files, at=AT)

    assert {"LOAD-16", "LOAD-17"} <= rules(report)
    assert [len(of(home, "DTOC", code).points) for code in ("901", "902", "903")] == [2, 2, 1]
    assert of(home, "DTOC", "903").points[0].value == 93 / 31


def test_a_missing_month_is_a_gap_that_no_run_crosses(home: Path) -> None:
    report = own(home, *[10] * 6, *[20] * 5, months=[month for month in YEAR if month != "2025-07"])

    said = charted()

    assert "LOAD-14" in rules(report)
    assert values(said) == [*[1000] * 6, None, *[2000] * 5]
    assert said["points"][6]["why_unknown"] == "no release has this period"
    assert {point["flag"] for point in said["points"]} == {None, "outside_low", "outside_high"}, "no shift of seven"


def test_the_same_month_twice_with_different_values_is_refused_and_the_line_before_stands(home: Path) -> None:
    own(home, 10, 20)

    report = own(home, 10, 20, 21, months=["2025-01", "2025-02", "2025-02"])

    assert rules(report) == {"LOAD-10"}
    assert values(charted()) == [1000, 2000]


def test_the_same_month_twice_with_the_same_value_is_one_month(home: Path) -> None:
    report = own(home, 10, 20, 20, months=["2025-01", "2025-02", "2025-02"])

    (told,) = report.findings
    assert told.rule == "LOAD-32"
    assert f"{AREA}, 2025-02-01, stands again in row 4" in told.problem
    assert values(charted()) == [1000, 2000]


def test_a_population_of_zero_is_told_and_gives_no_rate(home: Path) -> None:
    report = own(home, 10, 20, over=0)

    said = charted()

    assert rules(report) == {"LOAD-07"}
    assert values(said) == [None, None]
    assert {point["why_unknown"] for point in said["points"]} == {"whom it is taken over is not known"}
    assert (said["variation"], said["latest"]) == (None, None)


def test_a_published_denominator_of_zero_is_stated_as_nobody(home: Path) -> None:
    header = (
        "nhs_trust22_code,total_attendances,attendances_over_4hours,total_emergency_admissions,"
        "emergency_admissions_over_4hours,pct_attendance_over_4hours,pct_emergency_admissions_over_4hours,date"
    )
    file = home.parent / "ae.csv"
    file.write_text(f"{header}\nR0A,0,0,0,0,,,April 2031\n", encoding="utf-8")
    load(home, "emergency", [file], at=AT)

    said = charted("AE4H", "R0A")

    assert values(said) == [None]
    assert said["points"][0]["why_unknown"] == "there was nobody to take it over"


def test_a_series_of_one_point_is_drawn_without_limits_or_icon(home: Path) -> None:
    own(home, 10)

    said = charted()

    assert values(said) == [1000]
    assert said["phases"] == [{"first_point": 1, "mean": None, "lpl": None, "upl": None}]
    assert (said["variation"], said["assurance"]) == (None, None)
    assert said["latest"] == {"period": "2025-01-01", "value": 1000}


def test_values_that_are_all_equal_have_limits_on_their_mean_and_nothing_stands_out(home: Path) -> None:
    own(home, *[10] * 12)

    said = charted()

    assert said["phases"] == [{"first_point": 1, "mean": 1000, "lpl": 1000, "upl": 1000}]
    assert {point["flag"] for point in said["points"]} == {None}
    assert said["variation"] == "common_cause"
    assert judge(of(home, "EA65", AREA), date(2041, 1, 1)).chart.lag1 is None


def test_negative_days_are_told_and_are_no_point(home: Path) -> None:
    folder = home.parent
    months = {"January 2018": 31.0, "February 2018": -28.0, "March 2018": 62.0}
    files = []
    for month, days in months.items():
        book = Dtoc(month=month, days={"901": (days, 0.0), "902": (0.0, 0.0)}, england=(31.0, 0.0, 31.0))
        files.append(book.write(folder / f"{month}.xlsx"))

    report = load(home, "dtoc", files, at=AT)

    assert "LOAD-07" in rules(report)
    points = of(home, "DTOC", "901").points
    assert [point.value for point in points] == [1, None, 2]
    assert points[1].why == "not a possible figure, as published"


def test_a_trust_that_the_register_does_not_know_is_told_and_charted_as_published(home: Path) -> None:
    days = [date(2031, 4, 1) + timedelta(days=n) for n in range(30)]
    file = acute_workbook(home.parent / "april.xlsx", days, {"RZZ": [7.0] * 30})

    report = load(home, "acute-discharge", [file], at=AT, register=lambda kind: frozenset({"R0A"}))

    (told,) = [finding.problem for finding in report.all_findings() if finding.rule == "LOAD-18"]
    assert "lacks 1 of 1 codes of the kind trust: RZZ" in told
    assert values(charted("NCTR", "RZZ")) == [7]


def test_a_value_that_no_chart_can_take_is_told_and_keeps_no_other_from_being_shown(home: Path) -> None:
    own(home, *[10 + month for month in range(11)], "9" * 30, over=10)

    line = charted()["points"]
    every_area = CliRunner().invoke(commands, ["board", "--as-at", "2041-01-01"])

    assert [point["value"] is None for point in line] == [False] * 11 + [True]
    assert line[-1]["why_unknown"] == "too large to be true; look at its unit"
    assert every_area.exit_code == 0 and "EA65" in every_area.stdout


@pytest.mark.parametrize("slip", ["0001-01", "9999-12", "9999-12-31", "0202-04-01", "1979-12", "2080-01"])
def test_a_period_far_from_all_others_is_refused_as_a_slip_of_the_pen(home: Path, slip: str) -> None:
    report = own(home, 10, 11, months=["2025-01", slip])

    (finding,) = [each for each in report.all_findings() if each.rule == "LOAD-05"]
    assert report.is_refused and slip in finding.problem and "from 1980 to 2079" in finding.fix
