"""Delays after the discharge ready date: the workbook as published, and what an odd one would give."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import xlsxwriter

from commonpool.performance.metric_series import MetricSeries, all_series, series_of
from commonpool.performance.store.load import load
from commonpool.performance.store.reading import current
from commonpool.performance.store.report import LoadReport
from commonpool.policy.reading.metrics import load_catalogue
from tests.performance.builders import AT
from tests.performance.test_loading_bad_input import found

SOURCE = "discharge-ready-date"
ENGLAND = "E92000001"
BANDS = ("1_day", "2_3_day", "4_6_day", "7_13_day", "14_20_day", "21plus_day")
Loaded = tuple[Path, LoadReport]


@pytest.fixture(scope="module")
def published(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    home = tmp_path_factory.mktemp("ready")
    file = shared_data / "discharge/discharge_ready_date_analysis_2024-25.xlsx"
    return home, load(home, SOURCE, [file], at=AT, register=lambda kind: frozenset({"RCF", "RLT"}))


@pytest.fixture(scope="module")
def printed(shared_data: Path) -> list[dict[str, Any]]:
    """The trusts' sheet read by another reader: what the analysts computed themselves."""
    file = shared_data / "discharge/discharge_ready_date_analysis_2024-25.xlsx"
    header, *rows = openpyxl.load_workbook(file, data_only=True)["Most Improved Consistency"].values
    return [dict(zip(header, row, strict=True)) for row in rows]


def of(home: Path, code: str, area: str) -> MetricSeries:
    series = series_of(home, load_catalogue().metric(code), area)
    assert series is not None
    return series


@pytest.mark.requirement("S12")
@pytest.mark.parametrize(
    ("code", "column", "per"),
    [
        ("DRD", "average_delay_los_inc_0_day_delay", 1),
        ("DRD_PCT", "no_delay_perc", 100),
        ("DRD_DAYS", "average_delay_los_minus_0_day_delay", 1),
    ],
)
def test_each_metric_of_each_trust_is_what_the_analysts_printed(
    published: Loaded, printed: list[dict[str, Any]], code: str, column: str, per: float
) -> None:
    theirs = {(row["org_code"], row["month"]): row[column] for row in printed}

    every = all_series(published[0], load_catalogue().metric(code))

    assert len(every) == 7
    compared = 0
    for series in every:
        for point in series.points:
            value = theirs[series.area_code, datetime(point.starts_on.year, point.starts_on.month, 1)]  # noqa: DTZ001
            assert (point.value is None) == (value is None)
            if point.value is not None:
                assert point.value == pytest.approx(per * float(value), rel=1e-12)
                compared += 1
    assert compared == 124


def test_three_metrics_of_one_trust_are_one_statement(published: Loaded) -> None:
    """DRD = (1 - share on the day) × mean delay of the delayed, exactly, since all come of the same counts."""
    whole, share, delayed = (of(published[0], code, "RTE") for code in ("DRD", "DRD_PCT", "DRD_DAYS"))

    for all_, on_the_day, of_delayed in zip(whole.points, share.points, delayed.points, strict=True):
        assert all_.value is not None and on_the_day.value is not None and of_delayed.value is not None
        assert all_.value == pytest.approx((1 - on_the_day.value / 100) * of_delayed.value)


def test_bands_of_delay_add_up_to_what_is_printed_for_the_trust(published: Loaded) -> None:
    lines = {line.measure: line for line in published[1].reconciled}

    assert set(lines) == {"discharges", "delay_days"}
    assert {(line.compared, line.differing, line.undecided) for line in lines.values()} == {(124, 0, 0)}


def test_zeros_of_a_trust_that_sent_nothing_are_no_figures(published: Loaded) -> None:
    walsall = current(published[0], SOURCE).filter(table="trusts", area_code="RBK").sort("period_start")

    sent = dict(walsall.group_by("period_start").agg((pl.col("value_status") == "known").all()).iter_rows())

    assert sorted(day for day, is_sent in sent.items() if not is_sent) == [date(2024, 4, 1), date(2024, 5, 1)]
    assert set(walsall.filter(pl.col("period_start") < date(2024, 6, 1))["value_status"]) == {"not_submitted"}
    assert [point.why for point in of(published[0], "DRD", "RBK").points[:2]] == ["not submitted", "not submitted"]


def test_england_s_shares_and_lengths_stand_as_printed_and_say_that_they_have_no_counts(published: Loaded) -> None:
    share, length = of(published[0], "DRD_PCT", ENGLAND), of(published[0], "DRD_DAYS", ENGLAND)

    assert (len(share.points), len(length.points)) == (18, 18)
    assert share.points[0].value == pytest.approx(100 - 13.5383572387574)
    assert length.points[0].value == pytest.approx(6.17325347341548)
    assert {(point.numerator, point.denominator) for point in (*share.points, *length.points)} == {(None, None)}
    assert {point.note for point in share.points} == {"as printed, without its counts"}
    assert series_of(published[0], load_catalogue().metric("DRD"), ENGLAND) is None, "no share times a length is made"


def test_months_of_england_have_the_means_that_are_printed_for_two_quarters(published: Loaded) -> None:
    """The rows below the table, which are read as no months, agree with what stands above."""
    england = current(published[0], SOURCE).filter(table="national_shares", measure="discharges").sort("period_start")

    means = [
        england.filter(pl.col("period_start").is_between(date(year, 7, 1), date(year, 9, 1)))["value"].mean()
        for year in (2024, 2025)
    ]

    assert len(england) == 18
    assert means == [pytest.approx(334_374), pytest.approx(336_802.6666666667)]


def test_trusts_that_the_register_lacks_are_told_and_months_that_are_not_there_too(published: Loaded) -> None:
    (unknown,) = found(published[1], "LOAD-18")
    (missing,) = found(published[1], "LOAD-14")

    assert "lacks 118 of 120 codes of the kind trust" in unknown.problem
    assert "The table staff lacks 2024-08-01" in missing.problem
    assert not published[1].is_refused


# -- invented workbooks


def workbook(path: Path, rows: Sequence[Sequence[Any]], national: Sequence[Sequence[Any]] = ()) -> Path:
    """In the layout of the published one: each row is month, trust, discharges, none, then six bands twice."""
    months, shares = ("month", "org_code"), ("perc_patients_delayed", "patients_discharged_volume", "perc_bed_delays")
    england = national or [("Apr-31", "National", 13.5, 300.0, 10.1)]
    volumes, days = [f"{band}_delay_volume" for band in BANDS], [f"{band}_delay_beddays" for band in BANDS]
    counts = ("patients_discharged_volume", "dd_bed_days", "no_delay_volume", "total_delay_volume", *volumes, *days)
    sheets: dict[str, list[Sequence[Any]]] = {
        "Figure 1": [(*months, *shares), *england],
        "National Delay length": [(*months, "average_delay_los_minus_0_day_delay"), ("Apr-31", "National", 6.2)],
        "Most Improved Consistency": [(*months, *counts), *rows],
        "All trusts staffing": [(*months, "doctors", "nurses"), ("Apr-31", "R0A", 10.5, 20.0)],
    }
    with xlsxwriter.Workbook(str(path)) as book:
        for name, cells in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(cells):
                sheet.write_row(number, 0, row)
    return path


def a_row(trust: str = "R0A", volume: Any = 100.0, first_band: Any = 4.0, days: Any = 30.0) -> list[Any]:
    return [
        "Apr-31",
        trust,
        volume,
        days,
        90.0,
        10.0,
        first_band,
        3.0,
        2.0,
        1.0,
        0.0,
        0.0,
        4.0,
        8.0,
        9.0,
        9.0,
        0.0,
        0.0,
    ]


def test_a_withheld_band_is_unknown_and_its_total_undecided(tmp_path: Path) -> None:
    report = load(tmp_path / "home", SOURCE, [workbook(tmp_path / "a.xlsx", [a_row(first_band="*")])], at=AT)

    line = next(line for line in report.reconciled if line.measure == "discharges")
    assert report.statuses["suppressed"] == 1
    assert (line.compared, line.differing, line.undecided) == (1, 0, 1)
    assert of(tmp_path / "home", "DRD", "R0A").points[0].value == pytest.approx(0.3)


def test_bands_that_do_not_add_up_are_told_with_the_trust(tmp_path: Path) -> None:
    report = load(tmp_path / "home", SOURCE, [workbook(tmp_path / "a.xlsx", [a_row(days=31.0)])], at=AT)

    (finding,) = found(report, "LOAD-24")
    assert "delay_days: 1 of 1 printed totals differ from the sum of their breakdown by delay" in finding.problem
    assert "R0A, 2031-04-01: printed 31, parts 30" in finding.problem


def test_negative_days_a_body_that_is_no_trust_and_one_month_twice_are_told_at_once(tmp_path: Path) -> None:
    rows = [a_row(days=-1.0), a_row("Elsewhere")]

    report = load(tmp_path / "home", SOURCE, [workbook(tmp_path / "a.xlsx", rows)], at=AT)
    twice = load(tmp_path / "other", SOURCE, [workbook(tmp_path / "b.xlsx", [a_row(), a_row(days=31.0)])], at=AT)

    assert found(report, "LOAD-07")[0].cell == "D2"
    assert "‘Elsewhere’" in found(report, "LOAD-09")[0].problem
    assert "30 in row 2, 31 in row 3" in found(twice, "LOAD-10")[0].problem
    assert report.load is None and twice.load is None


def test_what_stands_below_an_empty_row_is_not_of_the_table(tmp_path: Path) -> None:
    national = [("Apr-31", "National", 13.5, 300.0, 10.1), (), ("Jul-Sep 2031", "", 13.4, 301.0, 10.0)]

    report = load(tmp_path / "home", SOURCE, [workbook(tmp_path / "a.xlsx", [a_row()], national)], at=AT)

    assert report.all_findings() == []
    assert current(tmp_path / "home", SOURCE).filter(table="national_shares").height == 3


def test_a_row_without_an_area_above_the_empty_one_is_refused(tmp_path: Path) -> None:
    national = [("Apr-31", "National", 13.5, 300.0, 10.1), ("May-31", "", 13.4, 301.0, 10.0)]

    report = load(tmp_path / "home", SOURCE, [workbook(tmp_path / "a.xlsx", [a_row()], national)], at=AT)

    assert found(report, "LOAD-08")[0].cell == "C3"
