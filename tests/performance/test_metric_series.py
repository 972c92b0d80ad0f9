"""A metric of an area: made of what is held, never of what is not, and never across a break."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from commonpool.performance.board import board_of
from commonpool.performance.cli import commands
from commonpool.performance.judging import breaks_of, drawn, judge, must_be_one_line, period_words
from commonpool.performance.metric_series import all_series, series_of
from commonpool.performance.metric_values import means_of_months
from commonpool.performance.rules.errors import ChartRefused
from commonpool.performance.rules.icons import Variation
from commonpool.performance.rules.phases import PhaseStart
from commonpool.performance.store.load import load
from commonpool.policy.metric_catalogue import Metric
from commonpool.policy.reading.metrics import load_catalogue
from tests.performance.builders import AT, LATER, Dtoc

AREA = "E10000901"
HEADER = "measure,area,period,numerator,denominator,provenance"
# Section 9.8 of the domain brief: EA65 of 2025-26, April to March.
ADMISSIONS = (1874, 1902, 1855, 1851, 1822, 1893, 1921, 1962, 2104, 2131, 1899, 1948)
OLDER = 118_420
TODAY = date(2031, 6, 1)


def metric(code: str) -> Metric:
    return load_catalogue().metric(code)


def own(folder: Path, *rows: str, name: str = "own.csv") -> Path:
    """A store that holds these rows of an area's own table."""
    file = folder / name
    file.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    report = load(folder / "home", "local", [file], at=AT if name == "own.csv" else LATER)
    assert not report.is_refused, list(report.all_findings())
    return folder / "home"


def months(first: date, count: int) -> list[str]:
    return [f"{first.year + (first.month - 1 + n) // 12}-{(first.month - 1 + n) % 12 + 1:02}" for n in range(count)]


def admissions(*counts: object, first: date = date(2025, 4, 1)) -> list[str]:
    return [
        f"EA65,{AREA},{month},{count},{OLDER},warehouse"
        for month, count in zip(months(first, len(counts)), counts, strict=True)
    ]


def test_a_rate_is_that_of_its_definition(tmp_path: Path) -> None:
    series = series_of(own(tmp_path, *admissions(*ADMISSIONS)), metric("EA65"), AREA)

    assert series is not None
    assert [point.numerator for point in series.points] == list(ADMISSIONS)
    assert [round(point.value or 0, 1) for point in series.points[:2]] == [1582.5, 1606.1]
    assert round(100_000 * sum(ADMISSIONS) / OLDER, 1) == 19_559.2
    assert series.unit == "per 100,000 people aged 65 and over"


def test_the_files_of_bodies_that_are_no_area_are_not_read_for_one(dtoc: tuple[Path, object]) -> None:
    home, _ = dtoc

    assert series_of(home, metric("DTOC"), "E10000006", but_of={"trust"}) is not None
    assert series_of(home, metric("DTOC"), "E10000006", but_of={"council"}) is None


def test_what_is_withheld_or_lacking_is_unknown_and_never_zero(tmp_path: Path) -> None:
    rows = admissions(1874, "[c]", 1855, 0, 1822)
    del rows[2]
    series = series_of(own(tmp_path, *rows), metric("EA65"), AREA)

    assert series is not None
    assert [point.value for point in series.points] == [pytest.approx(1582.5, abs=0.1), None, None, 0.0,
                                                        pytest.approx(1538.6, abs=0.1)]  # fmt: skip
    assert [point.why for point in series.points] == ["", "withheld by the publisher", "no release has this period",
                                                      "", ""]  # fmt: skip


def test_a_later_release_counts_and_says_that_it_is_one(tmp_path: Path) -> None:
    own(tmp_path, *admissions(1874, 1902))
    series = series_of(own(tmp_path, *admissions(1874, 1950), name="again.csv"), metric("EA65"), AREA)

    assert series is not None
    assert [(point.numerator, point.revision) for point in series.points] == [(1874.0, 2), (1950.0, 2)]


def test_delayed_days_are_charted_a_day_while_nobody_s_population_is_known(tmp_path: Path) -> None:
    file = Dtoc(month="February 2018").write(tmp_path / "2018-02.xlsx")
    assert not load(tmp_path / "home", "dtoc", [file], at=AT).is_refused
    without = series_of(tmp_path / "home", metric("DTOC"), "901")
    with_people = series_of(tmp_path / "home", metric("DTOC"), "901", lambda area, ages, year: 10_000)
    nobody = series_of(tmp_path / "home", metric("DTOC"), "901", lambda area, ages, year: 0)

    assert without is not None and with_people is not None and nobody is not None
    assert (without.unit, without.points[0].value) == ("a day", 42 / 28)
    assert (with_people.unit, with_people.points[0].value) == (
        "days per day per 100,000 adults",
        100_000 * 42 / 10_000 / 28,
    )
    assert nobody.unit == "a day", "a population of nobody is no population"


def test_a_metric_that_was_not_defined_then_has_no_value(tmp_path: Path) -> None:
    file = Dtoc(month="April 2031").write(tmp_path / "2031-04.xlsx")
    load(tmp_path / "home", "dtoc", [file], at=AT)
    series = series_of(tmp_path / "home", metric("DTOC"), "901", lambda area, ages, year: 10_000)

    assert series is not None
    assert series.points[0].numerator == 42
    assert (series.points[0].value, series.points[0].why) == (None, "the metric was not defined then")


def test_a_month_is_the_mean_of_its_known_days_if_at_least_half_are_known() -> None:
    days = [date(2023, 4, 1) + timedelta(days=n) for n in range(30)]
    counts = {"RXA": [*[10.0] * 20, *[None] * 10], "RXB": [*[10.0] * 14, *[None] * 16], "RXC": [10.0] * 30}
    row = {"area_gss": None, "not_for_publication": False, "file": "april.xlsx", "released_on": None, "revision": 1}
    frame = pl.DataFrame(
        [
            {**row, "area_code": code, "area_name": code, "starts_on": day, "ends_on": day, "numerator": count}
            for code, counted in counts.items()
            for day, count in zip(days, counted, strict=True)
        ],
        infer_schema_length=None,
    )
    found = {row["area_code"]: row for row in means_of_months(frame).iter_rows(named=True)}

    assert [(found[code]["numerator"], found[code]["note"]) for code in counts] == [
        (10.0, "mean of 20 of 30 days"),
        (None, "mean of 14 of 30 days"),
        (10.0, ""),
    ]
    assert found["RXB"]["status"] == "too few days are known"
    assert {(each["starts_on"], each["ends_on"]) for each in found.values()} == {(days[0], days[-1])}


def test_a_mean_of_days_less_another_is_of_the_days_on_which_both_are_known(tmp_path: Path) -> None:
    waiting = [*["0"] * 10, *["40"] * 20]  # nothing was sent on the first ten days
    left = [*["0"] * 10, *["15"] * 19, ""]
    for name, heading, counts in (
        ("no_criteria_to_reside", "do_not_meet_criteria_to_reside", waiting),
        ("discharged", "discharged_by_1700,discharged_between_1701_2359,discharged_total", [f",,{n}" for n in left]),
    ):
        rows = [f"E54000001,2031-04-{day:02},{count}" for day, count in enumerate(counts, start=1)]
        file = tmp_path / f"icb_daily_{name}.csv"
        file.write_text("\n".join([f"icb22_code,date,{heading}", *rows, ""]))
        assert not load(tmp_path / "home", "discharge-daily", [file], at=AT).is_refused

    series = series_of(tmp_path / "home", metric("NCTR"), "E54000001")

    assert series is not None
    (april,) = series.points
    assert (april.value, april.note) == (40 - 15, "mean of 19 of 30 days")


def yearly(code: str, first: int, last: int) -> list[str]:
    return [f"{code},{AREA},{year}-{year % 100 + 1:02},600,{OLDER},return" for year in range(first, last + 1)]


@pytest.mark.requirement("S12")
def test_a_break_of_the_definition_begins_a_phase_that_nobody_can_remove(tmp_path: Path) -> None:
    series = series_of(own(tmp_path, *yearly("RES65", 2012, 2020)), metric("RES65"), AREA)

    assert series is not None
    assert [(each.first_point, each.reason[:14]) for each in breaks_of(series)] == [
        (3, "Another return"),
        (7, "2018-19 was wo"),
    ]
    judged = judge(series, TODAY)
    assert [phase.first_point for phase in judged.chart.phases] == [1, 3, 7]
    assert (judged.variation, judged.assurance) == (None, None)
    assert judged.icons.why_not == ("It has one value a year: compare the years in a table, each with its interval.",)
    picture = str(drawn(judged).svg)
    assert "limit" not in picture.lower()
    assert picture.count("<polyline") == 3, "no line crosses a break, with limits or without"
    assert "limit" not in " ".join(judged.cautions)


@pytest.mark.requirement("S12")
def test_delayed_transfers_and_later_delays_are_refused_as_one_line() -> None:
    catalogue = load_catalogue()
    why = "is never one line with NCTR: delayed transfers counted patients whom two teams"

    with pytest.raises(ChartRefused, match=why):
        must_be_one_line(catalogue, ["DTOC", "NCTR"])
    must_be_one_line(catalogue, ["DRD", "DRD_PCT"])


def test_points_younger_than_the_source_s_lag_drive_no_icon(tmp_path: Path) -> None:
    rows = [f"EMADM,RXA,{month},{100 + n % 3},1,own count" for n, month in enumerate(months(date(2024, 1, 1), 14))]
    rows[-1] = rows[-1].replace(",101,", ",900,")
    home = own(tmp_path, *rows)
    series = series_of(home, metric("EMADM"), "RXA")
    assert series is not None
    young, old = judge(series, date(2025, 3, 1)), judge(series, date(2025, 9, 1))

    assert (young.variation, old.variation) == (Variation.COMMON_CAUSE, Variation.CONCERN)
    assert "too young to be judged" in " ".join(young.cautions)


def test_a_phase_that_somebody_began_moves_the_limits(tmp_path: Path) -> None:
    counts = [1900 + n % 4 for n in range(14)] + [1700 + n % 4 for n in range(14)]
    home = own(tmp_path, *admissions(*counts, first=date(2020, 4, 1)))
    series = series_of(home, metric("EA65"), AREA)
    assert series is not None
    before, after = (
        judge(series, TODAY),
        judge(series, TODAY, decided=[PhaseStart(15, "Urgent response began", "A lead")]),
    )

    assert before.variation is Variation.IMPROVEMENT
    assert after.variation is Variation.COMMON_CAUSE
    assert "Urgent response began" in str(drawn(after).svg)


@pytest.mark.requirement("S106")
def test_a_board_has_the_gravest_first_and_says_what_chance_alone_would_flag(tmp_path: Path) -> None:
    worse = [1900 + n % 4 for n in range(18)] + [2400 + n % 4 for n in range(7)]
    steady = [
        f"CAREWAIT,{AREA},{month},{50 + n % 5},1,own count" for n, month in enumerate(months(date(2020, 4, 1), 25))
    ]
    home = own(tmp_path, *admissions(*worse, first=date(2020, 4, 1)), *steady, *yearly("REABL", 2015, 2018))
    board = board_of(home, load_catalogue(), AREA, TODAY)

    assert [row.series.metric.code for row in board.rows] == ["EA65", "REABL", "CAREWAIT"]
    assert board.headline == "Emergency admissions, 65 and over stands out for concern."
    assert board.flagged == 1
    assert board.by_chance is not None and board.by_chance.charts == 2
    assert "DTOC" in {each.code for each in board.without}
    assert board.balance.warning == ""
    assert board_of(home, load_catalogue(), "E1", TODAY).headline == "No figures are held of this area."


def test_the_commands_say_the_same_for_people_and_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = own(tmp_path, *admissions(*ADMISSIONS, "[c]"))
    monkeypatch.setenv("COMMONPOOL_HOME", str(home))
    run = CliRunner().invoke
    picture = tmp_path / "chart.svg"

    text = run(commands, ["metric", "EA65", "--area", AREA, "--as-at", "2031-06-01", "--svg", str(picture)]).stdout
    as_json = json.loads(run(commands, ["metric", "EA65", "--area", AREA, "--as-at", "2031-06-01", "--json"]).stdout)
    board = run(commands, ["board", "--area", AREA, "--as-at", "2031-06-01"]).stdout

    assert "Apr 2025                   1,582.50" in text
    assert "not known: withheld by the publisher" in text
    assert as_json["points"][-1]["value"] is None
    assert as_json["points"][0]["denominator"] == OLDER
    assert (
        "EA65       Emergency admissions, 65 and over: 1,645.0 per 100,000 people aged 65 and over in Mar 2026" in board
    )
    assert picture.read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["metric", "EA66", "--area", AREA], 64, "There is no metric ‘EA66’"),
        (["metric", "EA65", "--area", "E9"], 2, "Nothing is held of Emergency admissions, 65 and over for ‘E9’"),
        (["board", "--area", "E9"], 2, "Nothing is held of any metric for ‘E9’"),
        (["board", "--area", AREA, "--as-at", "June"], 2, "‘June’ is not a day"),
    ],
)
def test_wrong_usage_is_answered_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, said: str
) -> None:
    monkeypatch.setenv("COMMONPOOL_HOME", str(own(tmp_path, *admissions(1))))
    answer = CliRunner().invoke(commands, arguments)

    assert (answer.exit_code, said in answer.output) == (code, True), answer.output


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2019, 6, 1), date(2019, 6, 30), "Jun 2019"),
        (date(2019, 4, 1), date(2020, 3, 31), "2019-20"),
        (date(2019, 4, 1), date(2019, 6, 30), "Apr to Jun 2019"),
        (date(2019, 4, 1), date(2019, 4, 1), "1 Apr 2019"),
        (date(2019, 4, 1), date(2019, 4, 7), "1 Apr 2019 to 7 Apr 2019"),
        (date(2019, 2, 1), date(2019, 2, 28), "Feb 2019"),
    ],
)
def test_periods_are_written_as_people_write_them(first: date, last: date, words: str) -> None:
    assert period_words(first, last) == words


def test_real_delays_are_read_for_every_council(dtoc: tuple[Path, object]) -> None:
    home, _ = dtoc
    every = all_series(home, metric("DTOC"))
    cumbria = series_of(home, metric("DTOC"), "E10000006")

    assert cumbria is not None
    assert len(every) == 152
    assert (cumbria.area_code, len(cumbria.points), cumbria.points[-1].value) == ("102", 99, 2803 / 30)
    # 2,803 delayed days in June 2019; people who live outside England are no council's.
    assert {each.area_code for each in every}.isdisjoint({"9900", "9901", "9902"})


def test_one_line_has_one_unit_and_the_rates_that_are_known_stand_beside_it(tmp_path: Path) -> None:
    files = [Dtoc(month=f"February {year}").write(tmp_path / f"{year}-02.xlsx") for year in (2018, 2019)]
    assert not load(tmp_path / "home", "dtoc", files, at=AT).is_refused

    series = series_of(
        tmp_path / "home", metric("DTOC"), "901", lambda area, ages, year: 10_000 if year == 2019 else None
    )

    assert series is not None and series.unit == "a day"
    known = [point for point in series.points if point.numerator is not None]
    assert [point.value for point in known] == [42 / 28, 42 / 28]
    assert [point.rate for point in known] == [None, 100_000 * 42 / 10_000 / 28]
