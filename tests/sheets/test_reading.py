"""A workbook from outside is read as values with their cells, in a child process."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from commonpool.sheets import ErrorValue, Unreadable, read_workbook, read_workbooks


def a_workbook(path: Path, cells: dict[str, object] | None = None, **formats: str) -> Path:
    """A one-sheet workbook ‘Plan’ with these values; `formats` gives a number format for a cell."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("Plan")
    for cell, value in (cells or {}).items():
        number_format = book.add_format({"num_format": formats[cell]}) if cell in formats else None
        sheet.write(cell, value, number_format)
    book.close()
    return path


def test_each_value_arrives_with_its_kind_in_its_cell(tmp_path):
    path = a_workbook(
        tmp_path / "plan.xlsx",
        {"A1": "Income", "B1": 12000, "C1": 0.25, "D1": True, "A3": date(2031, 4, 1), "B3": time(9, 30), "C3": 1.5},
        A3="dd/mm/yyyy",
        B3="hh:mm",
        C1="0%",
        C3="[h]:mm",
    )

    sheet = read_workbook(path).sheets[0]

    assert sheet.name == "Plan"
    assert sheet.rows == [["Income", 12000, 0.25, True], [], [date(2031, 4, 1), time(9, 30), timedelta(days=1.5)]]


def test_a_date_with_a_time_is_a_moment(tmp_path):
    moment = datetime(2031, 4, 1, 13, 5, 59)  # noqa: DTZ001 - Excel knows no time zones

    path = a_workbook(tmp_path / "plan.xlsx", {"A1": moment}, A1="dd/mm/yyyy hh:mm:ss")

    assert read_workbook(path).sheets[0].rows == [[moment]]


def test_trailing_blank_rows_and_columns_are_dropped(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "plan.xlsx"))
    sheet = book.add_worksheet()
    sheet.write("B2", "last")
    for row in range(5000):
        sheet.write_blank(row, 40, None, book.add_format({"bold": True}) if row == 0 else sheet.default_date_format)
    book.close()

    assert read_workbook(tmp_path / "plan.xlsx").sheets[0].rows == [[], [None, "last"]]


def test_an_error_in_a_cell_is_a_value_of_its_own(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "plan.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_formula("A1", "=1/0", None, "#DIV/0!")
    sheet.write_formula("C4", "=Gone!A1", None, "#REF!")
    book.close()

    rows = read_workbook(tmp_path / "plan.xlsx").sheets[0].rows

    assert rows == [[ErrorValue("#DIV/0!")], [], [], [None, None, ErrorValue("#REF!")]]


def test_a_formula_without_a_stored_value_is_named_with_its_cure(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "plan.xlsx"))
    sheet = book.add_worksheet("Income")
    sheet.write_formula("A1", "=1+1", None, 2)
    sheet.write_formula("B7", "=1+1", None, "")
    sheet.write_formula("C9", "=1+1", None, "")
    book.close()

    workbook = read_workbook(tmp_path / "plan.xlsx")

    assert workbook.sheets[0].formulas_without_value == {(6, 1), (8, 2)}
    (finding,) = workbook.findings
    assert str(finding) == (
        "Income, cell B7: The formula in this cell and in 1 other on this sheet has never been calculated, so its "
        "value is not known. Open the workbook in Excel, save it, and give it again."
    )


def test_hidden_sheets_and_merged_cells_are_told(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "plan.xlsx"))
    book.add_worksheet("Cover").merge_range("B2:D3", "Wendleshire")
    book.add_worksheet("Lists").very_hidden()
    book.close()

    cover, lists = read_workbook(tmp_path / "plan.xlsx").sheets

    assert (cover.is_hidden, lists.is_hidden) == (False, True)
    assert cover.merged == ((1, 1, 2, 3),)
    assert cover.rows == [[], [None, "Wendleshire"]]


def test_a_file_that_is_not_a_workbook_says_what_it_is(tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(b"%PDF-1.7 and so on")

    with pytest.raises(Unreadable, match=r"‘plan\.xlsx’ is a PDF document, not an Excel workbook"):
        read_workbook(path)


def test_many_workbooks_come_in_order_and_a_bad_one_fails_alone(tmp_path):
    paths = [a_workbook(tmp_path / f"{number}.xlsx", {"A1": number}) for number in range(7)]
    paths[3].write_bytes(paths[3].read_bytes()[:900])

    read = list(read_workbooks(paths))

    assert [path for path, _ in read] == paths
    assert [isinstance(found, Unreadable) for _, found in read] == [number == 3 for number in range(7)]
    assert read[6][1].sheets[0].rows == [[6]]
