"""An area's own figures: with where they come from, who may see them, and every fault of the table at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from commonpool.performance.store.gathering import Stated
from commonpool.performance.store.load import load
from commonpool.performance.store.reading import current, series
from commonpool.performance.store.report import LoadReport
from tests.performance.builders import AT, LATER

HEADER = "measure,area,period,numerator,denominator,provenance,not for publication"
ROWS = (
    "Falls at home,E10000901,2031-04,12,38400,Wendleshire data warehouse,",
    "Falls at home,E10000901,2031-05,[c],38400,Wendleshire data warehouse,yes",
    'Falls at home,Mill ward,Q1 2031-32,3,"1,200",ambulance extract of 2 July,no',
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def table(path: Path, *rows: str, header: str = HEADER) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def told(report: LoadReport) -> list[str]:
    return [str(finding) for finding in report.all_findings()]


def test_an_areas_own_figures_keep_where_they_come_from_and_who_may_see_them(home: Path, tmp_path: Path):
    report = load(home, "local", [table(tmp_path / "own.csv", *ROWS)], at=AT)

    assert not report.is_refused
    figures = current(home, "local").filter(quantity="numerator").sort("row")
    assert figures.select("measure", "area_code", "area_scheme", "period_kind", "value", "value_status").rows() == [
        ("falls_at_home", "E10000901", "gss", "month", 12.0, "known"),
        ("falls_at_home", "E10000901", "gss", "month", None, "suppressed"),
        ("falls_at_home", "Mill ward", "name", "quarter", 3.0, "known"),
    ]
    assert figures["not_for_publication"].to_list() == [False, True, False]
    assert figures["provenance"][2] == "ambulance extract of 2 July"
    assert figures["period_end"][2] == date(2031, 6, 30)


def test_a_workbook_and_a_csv_of_the_same_table_give_the_same_figures(home: Path, tmp_path: Path):
    with xlsxwriter.Workbook(str(tmp_path / "own.xlsx")) as book:
        sheet = book.add_worksheet("Ours")
        for row, line in enumerate([HEADER, *ROWS[:2]]):
            for column, cell in enumerate(line.split(",")):
                sheet.write(row, column, float(cell) if cell.isdigit() else cell)
    load(home, "local", [tmp_path / "own.xlsx"], at=AT)
    load(home / "csv", "local", [table(tmp_path / "own.csv", *ROWS[:2])], at=AT)

    said = ["measure", "area_code", "period_start", "quantity", "value", "value_status", "provenance"]
    assert current(home, "local").select(said).equals(current(home / "csv", "local").select(said))


def test_the_measure_may_be_said_for_the_whole_file(home: Path, tmp_path: Path):
    path = table(
        tmp_path / "own.csv", "E10000901,2031-32,5,10,our books", header="area,period,numerator,denominator,provenance"
    )

    unsaid = load(home, "local", [path], at=AT)
    said = load(home, "local", [path], at=AT, stated=Stated(measure="reviews_on_time"))

    assert any("does not say which measure" in line for line in told(unsaid))
    assert said.load == 1
    found = series(home, "local", table="local", measure="reviews_on_time", area="E10000901", quantity="numerator")
    assert found["value"].to_list() == [5.0]


def test_a_later_file_replaces_only_the_series_that_it_has(home: Path, tmp_path: Path):
    load(home, "local", [table(tmp_path / "own.csv", *ROWS)], at=AT)

    report = load(home, "local", [table(tmp_path / "new.csv", ROWS[0].replace(",12,", ",13,"))], at=LATER)

    assert report.revised_periods == 1
    figures = current(home, "local").filter(pl.col("value").is_not_null(), quantity="numerator")
    assert sorted(figures["value"]) == [3, 13]


def test_all_faults_of_the_table_are_told_at_once_with_their_cells(home: Path, tmp_path: Path):
    wrong = [
        "Falls,E10000901,2031-13,1,2,books,",
        "Falls,E10000901,2031-05,1,2,,",
        "Falls,E10000901,2031-06,1,2,books,perhaps",
        "Falls,,2031-07,1,2,,",
        "Falls,E10000901,2031-08,about 5,2,books,",
        "Falls,E10000901,2031-09,-5,0,books,",
        ",E10000901,2031-10,1,2,books,",
    ]

    report = load(home, "local", [table(tmp_path / "own.csv", *wrong)], at=AT)

    assert report.is_refused
    found = {(finding.rule, finding.cell) for finding in report.all_findings()}
    assert found == {
        ("LOAD-05", "C2"),
        ("LOAD-25", "F3"),  # and the same in row 5, which names no area either
        ("LOAD-25", "G4"),
        ("LOAD-08", "D5"),
        ("LOAD-06", "D6"),
        ("LOAD-07", "D7"),
        ("LOAD-07", "E7"),
        ("LOAD-25", "A8"),
    }


def test_two_rows_of_one_series_that_differ_are_refused(home: Path, tmp_path: Path):
    report = load(home, "local", [table(tmp_path / "own.csv", ROWS[0], ROWS[0].replace(",12,", ",13,"))], at=AT)

    assert any("stands twice" in line and "12 in row 2, 13 in row 3" in line for line in told(report))


def test_a_table_without_its_columns_says_which_it_wants(home: Path, tmp_path: Path):
    path = table(tmp_path / "own.csv", "E10000901,2031-04,1", header="place,month,count")

    report = load(home, "local", [path], at=AT)

    assert any("‘place’, ‘month’, ‘count’" in line and "‘numerator’" in line for line in told(report))


def test_a_report_tells_nothing_of_what_its_readers_may_not_see(home: Path, tmp_path: Path):
    own = [f"EA65,E10000901,2031-{month},12,38400,warehouse," for month in ("04", "05")]
    kept = ["DRD,E10000901,2031-04,1,9,warehouse,yes", "DRD,E10000901,2031-06,1,9,warehouse,yes"]
    others = [f"EA65,E10000902,2031-{month},7,1000,warehouse,yes" for month in ("01", "02", "05")]
    load(home, "local", [table(tmp_path / "kept.csv", *kept, *others)], at=AT)

    by_command = load(home, "local", [table(tmp_path / "first.csv", own[0])], at=AT)
    by_page = load(home, "local", [table(tmp_path / "then.csv", own[1])], at=AT, stated=Stated(area="E10000901"))

    assert told(by_command) == told(by_page) == []
    assert [one.table for one in by_command.tables] == ["ea65, E10000901 by month"]
    assert [(one.table, one.periods) for one in by_page.tables] == [("ea65, E10000901 by month", 2)]
