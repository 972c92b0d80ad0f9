"""The engine on one table: merged headings, sections, what cells say, which days headings mean."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.performance.store.cells import Marks, read_cell, read_column
from commonpool.performance.store.labels import same, without_footnote
from commonpool.performance.store.layouts import read_source
from commonpool.performance.store.load import load
from commonpool.performance.store.long import Long
from commonpool.performance.store.periods import span_of
from commonpool.performance.store.reading import current
from commonpool.performance.store.schema import STATUSES, Status
from commonpool.performance.store.tables import Shape, TableRead, find_shape, read_table
from commonpool.sheets import ErrorValue, read_workbook
from tests.performance.builders import daily_workbook

MARKS = Marks({"[c]": Status.SUPPRESSED, "-": Status.NOT_SUBMITTED, "#div/0!": Status.NOT_SUBMITTED}, ("[r]", "*"))


def said(cell: object) -> tuple[float | None, Status, str | None]:
    value, status, mark = read_cell(cell, MARKS)
    return value, STATUSES[status], mark


def test_a_merged_day_holds_for_the_columns_below_it(tmp_path: Path):
    days = [date(2031, 4, 1), date(2031, 4, 2)]
    book = read_workbook(daily_workbook(tmp_path / "daily.xlsx", days, {"R0A": [5.0, "-"], "RZZ": [0.0, 3.0]}))
    layout = next(table for table in read_source("acute-discharge").layouts[0].tables if table.id == "daily")
    shape = find_shape(book.sheets[0], layout)
    assert isinstance(shape, Shape)
    long = Long()

    table = TableRead(
        layout, book.sheets[0], shape, "acute-discharge", {"source": "acute-discharge", "layout": "acute"}, None
    )
    read_table(table, long)

    assert table.findings == []
    figures = long.frame().filter(measure="no_criteria_to_reside").sort("period_start", "area_code")
    assert figures.select("period_start", "area_code", "area_kind", "value", "value_status").rows() == [
        (days[0], "R0A", "trust", 5.0, "known"),
        (days[0], "RZZ", "trust", 0.0, "known"),
        (days[1], "R0A", "trust", None, "not_submitted"),
        (days[1], "RZZ", "trust", 3.0, "known"),
    ]


def test_a_zero_that_says_nothing_was_sent_is_no_figure_in_a_text_file_either(tmp_path: Path):
    file = tmp_path / "icb_daily_no_criteria_to_reside.csv"
    heading = "icb22_code,date,do_not_meet_criteria_to_reside"
    file.write_text(f"{heading}\nE54000001,2031-04-01,0.0\nE54000001,2031-04-02,12.0\nE54000001,2031-04-03,0\n")

    report = load(tmp_path / "home", "discharge-daily", [file], at=datetime(2031, 5, 1, tzinfo=UTC))

    assert not report.is_refused
    figures = current(tmp_path / "home", "discharge-daily").sort("period_start")
    assert figures.select("value", "value_status").rows() == [
        (None, "not_submitted"),
        (12.0, "known"),
        (None, "not_submitted"),
    ]


@pytest.mark.parametrize(
    ("cell", "value", "status", "mark"),
    [
        (3, 3.0, Status.KNOWN, None),
        ("12,345.5", 12345.5, Status.KNOWN, None),
        ("1 234", 1234.0, Status.KNOWN, None),
        ("−7", -7.0, Status.KNOWN, None),
        ("45%", 0.45, Status.KNOWN, None),
        ("8 [r]", 8.0, Status.KNOWN, "[r]"),
        ("[C]", None, Status.SUPPRESSED, None),
        (" - ", None, Status.NOT_SUBMITTED, None),
        (ErrorValue("#DIV/0!"), None, Status.NOT_SUBMITTED, None),
        (ErrorValue("#REF!"), None, Status.FAULTY, None),
        (None, None, Status.BLANK, None),
        ("  ", None, Status.BLANK, None),
        (True, None, Status.FAULTY, None),
        (float("nan"), None, Status.FAULTY, None),
        ("1,23", None, Status.FAULTY, None),
        ("12 days", None, Status.FAULTY, None),
        ("9" * 400, None, Status.FAULTY, None),
        (datetime(2031, 4, 1, tzinfo=UTC), None, Status.FAULTY, None),
    ],
)
def test_a_cell_says_a_number_a_mark_or_what_cannot_be(
    cell: object, value: float | None, status: Status, mark: str | None
):
    assert said(cell) == (value, status, mark)


@given(st.one_of(st.text(), st.none(), st.floats(), st.integers(), st.booleans()))
def test_only_a_known_figure_has_a_value_whatever_the_cell(cell: object):
    value, status, _ = said(cell)

    assert (value is not None) == (status is Status.KNOWN)


@given(st.lists(st.one_of(st.floats(-5, 5), st.sampled_from(["-", "[c]", None, "x", "3"]))))
def test_a_column_read_at_once_says_what_its_cells_say_one_by_one(cells: list[object]):
    read = read_column(cells, MARKS, at_least=0)

    for place, cell in enumerate(cells):
        value, status, _ = read_cell(cell, MARKS)
        if value is not None and value < 0:
            assert (read.values[place], STATUSES[read.statuses[place]]) == (None, Status.FAULTY)
            assert place in read.below
        else:
            assert (read.values[place], read.statuses[place]) == (value, status)


@pytest.mark.parametrize(
    ("value", "kind", "first", "last"),
    [
        ("April 2031", "month", date(2031, 4, 1), date(2031, 4, 30)),
        ("Feb-32", "month", date(2032, 2, 1), date(2032, 2, 29)),
        (datetime(2031, 4, 9, 12, tzinfo=UTC), "month", date(2031, 4, 1), date(2031, 4, 30)),
        ("2031-04-01", "month", date(2031, 4, 1), date(2031, 4, 30)),
        ("w/c 01/04/2031 (daily snapshot)", "week", date(2031, 4, 1), date(2031, 4, 7)),
        ("2031-32", "financial_year", date(2031, 4, 1), date(2032, 3, 31)),
        ("27th May 2031", "day", date(2031, 5, 27), date(2031, 5, 27)),
    ],
)
def test_a_heading_means_days(value: object, kind: str, first: date, last: date):
    assert span_of(value, kind) == (first, last, kind)


@pytest.mark.parametrize("value", ["Easter 2031", "31/02/2031", "2031-13-01", "", None, 2031.0, "w/c next Monday"])
def test_what_means_no_days_is_none_and_never_a_guess(value: object):
    assert [span_of(value, kind) for kind in ("day", "week", "month")] == [None] * 3


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Di) Awaiting residential home placement", "DI)  AWAITING RESIDENTIAL HOME PLACEMENT"),
        ("I) Housing – patients", "I) Housing - patients"),
        ("Acute¹", "acute"),
        ("Total [note 3]", "Total"),
        ("BOARD *", "Board"),
    ],
)
def test_one_label_in_two_spellings_is_one(one: str, other: str):
    assert same(one) == same(other)


def test_labels_that_differ_in_more_than_spelling_stay_apart():
    assert same("DI) home") != same("DII) home")
    assert same("Acute") != same("Non-Acute")
    assert without_footnote("NHS Wendleshire *") == ("NHS Wendleshire", "*")
    assert without_footnote("*") == ("*", None)
