"""One line is one metric of one area: not by command, not by library, not by what a table calls its figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from commonpool.performance.cli import commands
from commonpool.performance.judging import breaks_of, judge
from commonpool.performance.metric_series import MetricSeries, Point, series_of
from commonpool.performance.one_line import joined, never_one_line_with, one_metric, why_not_one_line
from commonpool.performance.rules.errors import ChartRefused
from commonpool.performance.store.load import load
from commonpool.policy.reading.metrics import load_catalogue
from commonpool.policy.rules import PolicyError
from tests.performance.builders import AT, Dtoc

AREA = "E10000901"
HEADER = "measure,area,period,numerator,denominator,provenance"
LATER_COLLECTIONS = ("NCTR", "DRD", "DRD_PCT", "DRD_DAYS")


def a_series(
    code: str = "NCTR",
    first: date = date(2023, 1, 1),
    values: tuple[float | None, ...] = (10.0, 11.0),
    source: str = "acute-discharge",
    area: str = "RXA",
    unit: str = "patients",
) -> MetricSeries:
    """Months of a metric from its first one on."""
    days = [date(first.year, first.month + n, 1) for n in range(len(values))]
    ends = [date(day.year, day.month, 28) for day in days]
    points = tuple(
        Point(day, end, value, None, value, file=f"{source}.xlsx")
        for day, end, value in zip(days, ends, values, strict=True)
    )
    metric = load_catalogue().metric(code)
    return MetricSeries(metric, area, f"Trust {area}", "", source, unit, points)


def own_table(folder: Path, *rows: str) -> Path:
    file = folder / "own.csv"
    file.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return file


@pytest.mark.requirement("S12")
@pytest.mark.parametrize("later", LATER_COLLECTIONS)
@pytest.mark.parametrize("is_first", [True, False])
def test_no_command_draws_delayed_transfers_on_into_what_came_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, later: str, is_first: bool
) -> None:
    monkeypatch.setenv("COMMONPOOL_HOME", str(tmp_path))
    codes = ["DTOC", later] if is_first else [later, "DTOC"]

    answer = CliRunner().invoke(commands, ["metric", *codes, "--area", "809"])

    assert answer.exit_code == 2
    assert "is never one line with" in answer.output
    assert "delayed transfers" in answer.output.casefold()


def test_metrics_that_nothing_forbids_have_charts_of_their_own_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMONPOOL_HOME", str(tmp_path))

    answer = CliRunner().invoke(commands, ["metric", "DRD", "DRD_PCT", "--area", "RXA"])

    assert answer.exit_code == 2
    assert "One chart shows one metric, and these are 2" in answer.output
    assert "(DRD) in days; Discharged on the discharge ready date (DRD_PCT) in percent" in answer.output


def test_one_metric_asked_for_twice_is_one_metric() -> None:
    catalogue = load_catalogue()

    assert one_metric(catalogue, ["NCTR", "NCTR"]).code == "NCTR"
    assert why_not_one_line(catalogue, ["NCTR"]) == ""
    with pytest.raises(PolicyError, match="There is no metric ‘NONE’"):
        why_not_one_line(catalogue, ["DTOC", "NONE"])


@pytest.mark.requirement("S12")
@pytest.mark.parametrize("later", LATER_COLLECTIONS)
def test_the_library_joins_no_series_of_two_metrics(later: str) -> None:
    delays = a_series("DTOC", first=date(2019, 1, 1))

    with pytest.raises(ChartRefused, match="is never one line with"):
        joined(load_catalogue(), [delays, a_series(later)])


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (a_series(area="RXB"), "is not drawn across areas: these are RXA, RXB"),
        (a_series(unit="a day"), "is not drawn across units: these are a day, patients"),
    ],
)
def test_the_library_joins_neither_two_areas_nor_two_units(other: MetricSeries, why: str) -> None:
    with pytest.raises(ChartRefused, match=why):
        joined(load_catalogue(), [a_series(), other])


def test_the_library_joins_nothing_to_nothing() -> None:
    with pytest.raises(ChartRefused, match="no series"):
        joined(load_catalogue(), [])


def test_two_sources_of_one_metric_are_one_line_with_a_phase_where_the_source_changes() -> None:
    published = a_series(first=date(2023, 3, 1), values=(30.0, 31.0, None))
    own = replace(
        a_series(first=date(2023, 1, 1), values=(10.0, 11.0, 12.0, None, 14.0), source="local"),
        not_for_publication=True,
    )

    line = joined(load_catalogue(), [published, own])

    # March and April are the published ones; May is known to the area alone.
    assert [point.value for point in line.points] == [10.0, 11.0, 30.0, 31.0, 14.0]
    assert line.source == "acute-discharge and local"
    assert line.not_for_publication
    assert [(each.first_point, each.reason) for each in breaks_of(line)] == [
        (3, "Figures come from acute-discharge here and from local before."),
        (5, "Figures come from local here and from acute-discharge before."),
    ]
    assert [phase.points for phase in judge(line, date(2031, 1, 1)).chart.phases] == [2, 2, 1]


def test_months_between_two_series_are_gaps_and_overlapping_periods_are_refused() -> None:
    january = a_series(values=(10.0,))
    april = a_series(first=date(2023, 4, 1), values=(13.0,), source="local")
    whole = replace(january.points[0], ends_on=date(2023, 1, 31))
    april_point = replace(april.points[0], ends_on=date(2023, 4, 30))
    line = joined(load_catalogue(), [replace(january, points=(whole,)), replace(april, points=(april_point,))])

    assert [point.value for point in line.points] == [10.0, None, None, 13.0]
    assert line.points[1].why == "no release has this period"
    quarter = replace(january, source="local", points=(replace(whole, ends_on=date(2023, 3, 31)),))
    with pytest.raises(ChartRefused, match="Jan 2023 and Jan to Mar 2023 overlap"):
        joined(load_catalogue(), [replace(january, points=(whole,)), quarter])


def test_each_page_can_say_what_its_metric_is_never_drawn_with() -> None:
    catalogue = load_catalogue()

    for code in LATER_COLLECTIONS:
        assert "Delayed transfers of care (DTOC)" in never_one_line_with(catalogue, catalogue.metric(code))
        assert f"({code})" in never_one_line_with(catalogue, catalogue.metric("DTOC"))
    assert never_one_line_with(catalogue, catalogue.metric("EA65")) == ""


@pytest.mark.requirement("S12")
def test_an_own_table_that_calls_later_figures_delayed_transfers_is_told_and_drawn_by_nobody(tmp_path: Path) -> None:
    """The three doors are shut, so what is left is to load one under the other's name."""
    months = ("2020-01", "2020-02", "2020-03", "2021-04")
    file = own_table(tmp_path, *(f"DTOC,{AREA},{month},90,80000,sitrep" for month in months))

    report = load(tmp_path / "home", "local", [file], at=AT)
    series = series_of(tmp_path / "home", load_catalogue().metric("DTOC"), AREA)

    (finding,) = [each for each in report.all_findings() if each.rule == "LOAD-30"]
    assert "‘own.csv’ calls figures DTOC (Delayed transfers of care) in 2020-03-01, 2021-04-01." in finding.problem
    assert "defined from 2010-08-01 to 2020-02-29" in finding.problem
    assert "(NCTR, DRD, DRD_PCT, DRD_DAYS), load them under its code" in finding.fix
    assert series is not None
    known = [point for point in series.points if point.value is not None]
    assert [point.starts_on for point in known] == [date(2020, 1, 1), date(2020, 2, 1)]
    march = next(point for point in series.points if point.starts_on == date(2020, 3, 1))
    assert march.why == "the metric was not defined then"


def test_figures_before_a_metric_began_are_told_as_well_and_a_measure_of_the_area_s_own_is_not(tmp_path: Path) -> None:
    rows = [f"NCTR,{AREA},2019-12,5,,sitrep", f"Falls at home,{AREA},1999-12,5,,records"]

    report = load(tmp_path / "home", "local", [own_table(tmp_path, *rows)], at=AT)

    (finding,) = [each for each in report.all_findings() if each.rule == "LOAD-30"]
    assert "calls figures NCTR" in finding.problem
    assert "defined since 2021-04-01" in finding.problem


@pytest.mark.requirement("S12")
def test_a_published_workbook_of_a_later_time_gives_no_delayed_transfers_either(tmp_path: Path) -> None:
    metric = load_catalogue().metric("DTOC")
    load(tmp_path, "dtoc", [Dtoc(month="April 2031").write(tmp_path / "2031-04.xlsx")], at=AT)

    with_people = series_of(tmp_path, metric, "901", lambda area, ages, year: 10_000)
    without = series_of(tmp_path, metric, "901")

    for series in (with_people, without):
        assert series is not None
        assert (series.points[0].value, series.points[0].why) == (None, "the metric was not defined then")
