"""Workbooks of our own making open anywhere, and nothing in them runs."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from commonpool.sheets import Table, read_workbook, write_workbook
from commonpool.sheets.writing import WIDEST_COLUMN

MADE = datetime(2031, 4, 1, 12, 0, tzinfo=UTC)


def test_text_that_looks_like_a_formula_link_or_number_stays_text(tmp_path):
    risky = ["=1+1", "+1", "@x", "https://example.org", "007", "'=x"]

    write_workbook(tmp_path / "t.xlsx", [Table("Lines", ["Text"], [[text] for text in risky])], made_at=MADE)

    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")["Lines"]
    assert [(cell.value, cell.data_type) for (cell,) in sheet.iter_rows(min_row=2)] == [(text, "s") for text in risky]
    assert all(cell.hyperlink is None for (cell,) in sheet.iter_rows())


def test_what_is_written_reads_back_the_same(tmp_path):
    row = ["Scheme", -12, 0.25, Decimal("12.34"), True, None, date(2031, 4, 1), datetime(2031, 4, 1, 9, 30, tzinfo=UTC)]

    write_workbook(tmp_path / "t.xlsx", [Table("Lines", list("abcdefgh"), [row])], made_at=MADE)

    moment = datetime(2031, 4, 1, 9, 30)  # noqa: DTZ001 - Excel knows no time zones
    assert read_workbook(tmp_path / "t.xlsx").sheets[0].rows[1] == [*row[:3], 12.34, *row[4:7], moment]


def test_numbers_that_excel_would_round_are_written_as_text(tmp_path):
    row = [10**18 + 1, Decimal("12345678901234567.89"), float("nan")]

    write_workbook(tmp_path / "t.xlsx", [Table("Lines", list("abc"), [row])], made_at=MADE)

    rows = read_workbook(tmp_path / "t.xlsx").sheets[0].rows
    assert rows[1] == ["1000000000000000001", "12345678901234567.89", "nan"]


def test_lines_above_say_what_the_table_is(tmp_path):
    table = Table("Lines", ["Scheme"], [["1"]], above=["Wendleshire, invented", "As at 1 April 2031"])

    write_workbook(tmp_path / "t.xlsx", [table], made_at=MADE)

    assert read_workbook(tmp_path / "t.xlsx").sheets[0].rows == [
        [*table.above][:1],
        [*table.above][1:],
        [],
        ["Scheme"],
        ["1"],
    ]


def test_a_column_is_as_wide_as_its_longest_line_and_no_wider_than_can_be_read(tmp_path):
    rows = [["x", "short", "w" * 500], ["y", "a line that is long\nand one", None], ["z", 12, "w"]]

    write_workbook(tmp_path / "t.xlsx", [Table("Lines", ["A", "B", "C"], rows)], made_at=MADE)

    widths = {
        key: each.width for key, each in openpyxl.load_workbook(tmp_path / "t.xlsx")["Lines"].column_dimensions.items()
    }
    assert widths["A"] < widths["B"] < widths["C"]
    assert len("a line that is long") * 0.7 < widths["B"] < len("a line that is long\nand one")
    assert widths["C"] == pytest.approx(WIDEST_COLUMN / 7, abs=1)


def test_names_that_excel_refuses_are_made_into_names_that_it_takes():
    memory = io.BytesIO()
    names = ["Income: 2031/32 [draft]?", "income  2031 32  draft", "x" * 40, "x" * 40, ""]

    write_workbook(memory, [Table(name, [], []) for name in names], made_at=MADE)

    found = openpyxl.load_workbook(memory).sheetnames
    assert len({name.casefold() for name in found}) == 5
    assert all(0 < len(name) <= 31 for name in found)


def test_text_too_long_for_a_cell_is_cut_and_says_so(tmp_path):
    write_workbook(tmp_path / "t.xlsx", [Table("Lines", ["a"], [["x" * 40_000]])], made_at=MADE)

    text = read_workbook(tmp_path / "t.xlsx").sheets[0].value(1, 0)
    assert len(text) == 32_767
    assert text.endswith("x…")
