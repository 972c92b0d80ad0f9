"""Reading checked cell by cell against a slow, independent reader on generated workbooks."""

from __future__ import annotations

import string
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from commonpool.sheets import CellValue, ErrorValue, read_workbook

# Excel's calendar holds a day that never was, 29 February 1900; readers differ before it, and nobody plans there.
FIRST_DAY = datetime(1900, 3, 1)  # noqa: DTZ001 - Excel knows no time zones
LAST_DAY = datetime(2999, 12, 31)  # noqa: DTZ001
ERRORS = ["#REF!", "#DIV/0!", "#N/A", "#NAME?", "#VALUE!", "#NUM!", "#NULL!"]
words = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\n\t <>&'\"_x=")
)
numbers = st.floats(allow_nan=False, allow_infinity=False, width=32) | st.integers(-(10**15), 10**15)
percents = st.floats(-1, 1).map(lambda value: ("percent", round(value, 6)))
days = st.dates(FIRST_DAY.date(), LAST_DAY.date()).map(lambda day: ("date", day))
moments = st.datetimes(FIRST_DAY, LAST_DAY).map(lambda moment: ("moment", moment.replace(microsecond=0)))
times = st.times().map(lambda clock: ("time", clock.replace(microsecond=0)))
errors = st.sampled_from(ERRORS).map(lambda text: ("error", text))
formulas = st.tuples(st.just("formula"), st.integers(-1000, 1000) | words.filter(bool))
values = st.none() | words | numbers | st.booleans() | percents | days | moments | times | errors | formulas
grids = st.dictionaries(st.tuples(st.integers(0, 30), st.integers(0, 30)), values, max_size=25)
names = st.text(string.ascii_letters + " &-<é", min_size=1, max_size=12).map(lambda name: f"S{name}x")
FORMATS = {"percent": "0.0%", "date": "dd/mm/yyyy", "moment": "dd/mm/yyyy hh:mm:ss", "time": "hh:mm:ss"}


def write(path: Path, sheets: dict[str, dict[tuple[int, int], object]]) -> None:
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    formats = {kind: book.add_format({"num_format": text}) for kind, text in FORMATS.items()}
    for name, grid in sheets.items():
        sheet = book.add_worksheet(name)
        for place, value in grid.items():
            match value:
                case ("error", text):
                    sheet.write_formula(*place, "=NA()", None, text)
                case ("formula", result):
                    sheet.write_formula(*place, "=A1", None, result)
                case (kind, plain):
                    sheet.write(*place, plain, formats[kind])
                case str():
                    sheet.write_string(*place, value)
                case _:
                    sheet.write(*place, value, formats["percent"] if value is None else None)
    book.close()


def slowly_read(path: Path) -> dict[str, dict[tuple[int, int], object]]:
    """{sheet: {(row, column): value}} of what is not empty, by openpyxl."""
    book = openpyxl.load_workbook(path, data_only=True)
    return {
        sheet.title: {
            (cell.row - 1, cell.column - 1): cell.value
            for row in sheet.iter_rows()
            for cell in row
            if cell.value not in (None, "")
        }
        for sheet in book
    }


def alike(value: CellValue) -> object:
    """A value in the form in which openpyxl has it."""
    match value:
        case ErrorValue(text):
            return text
        case datetime() if value.microsecond:
            return value.replace(microsecond=0) + timedelta(seconds=round(value.microsecond / 1e6))
        case datetime():
            return value
        case date():
            return datetime(value.year, value.month, value.day)  # noqa: DTZ001
        case time():
            return value.replace(microsecond=0)
    return value


def midnight_aside(value: object) -> object:
    """Midnight is a time to one reader and the day 0 to the other."""
    return time(0) if value == datetime(1899, 12, 30) else value  # noqa: DTZ001


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sheets=st.dictionaries(names, grids, min_size=1, max_size=3))
@example(sheets={"Sx": {(0, 0): "_x000D_", (1, 1): " \n ", (2, 2): "x" * 300, (29, 0): ("error", "#REF!")}})
@example(sheets={"Sx": {(0, 0): -5.5, (1, 1): ("percent", -0.25), (5, 25): ("formula", ""), (0, 27): True}})
def test_each_cell_reads_as_the_slow_reader_has_it(tmp_path, sheets):
    if len({name.casefold() for name in sheets}) < len(sheets):
        return
    path = tmp_path / "any.xlsx"
    write(path, sheets)

    book = read_workbook(path)

    fast = {
        sheet.name: {
            (row, column): alike(value)
            for row, cells in enumerate(sheet.rows)
            for column, value in enumerate(cells)
            if value is not None
        }
        for sheet in book.sheets
    }
    slow = slowly_read(path)
    assert fast.keys() == slow.keys()
    for name in fast:
        assert fast[name].keys() == slow[name].keys()
        for place, value in slow[name].items():
            assert fast[name][place] == (pytest.approx(value) if isinstance(value, float) else midnight_aside(value))
    assert book.cells == sum(map(len, fast.values()))
    rows = [sheet.rows for sheet in book.sheets]
    assert all(row[-1] is not None for sheet in rows for row in sheet if row), "trailing blanks are dropped"
    assert all(sheet[-1] for sheet in rows if sheet), "trailing empty rows are dropped"


@pytest.mark.parametrize(
    "name",
    [
        "discharge/acute_discharge_sitrep_national_timeseries_2021-04_2024-01.xlsx",
        "discharge/discharge_ready_date_analysis_2024-25.xlsx",
        "geography/iod2019_upper_tier_summaries.xlsx",
    ],
)
def test_published_workbooks_read_as_the_slow_reader_has_them(shared_data, name):
    book = read_workbook(shared_data / name)

    slow = slowly_read(shared_data / name)
    assert [sheet.name for sheet in book.sheets] == list(slow)
    for sheet in book.sheets:
        for (row, column), value in slow[sheet.name].items():
            ours = alike(sheet.value(row, column))
            assert ours == (pytest.approx(value) if isinstance(value, float) else midnight_aside(value)), sheet.at(
                row, column
            )
