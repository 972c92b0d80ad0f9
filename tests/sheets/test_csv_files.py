"""CSV goes out so that nothing in it runs, and comes back as it was."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.sheets import Limits, Unreadable, csv_lines, read_csv, write_csv

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
risky_words = st.builds(
    str.__add__, st.sampled_from(["", "'", "''", "=", "'=", "@", "-", "+", "\t", "\r", "''+"]), words
)


def written(path: Path, *rows: list[object]) -> Path:
    write_csv(path, rows)
    return path


@pytest.mark.parametrize("text", ["=1+1", "+44 20", "-5", "@SUM(A1)", "\tx", "\rx", "'=1+1"])
def test_text_that_begins_as_a_formula_gets_one_apostrophe(text):
    assert next(csv_lines([[text]])).replace('"', "") == f"'{text}\r\n"


@pytest.mark.parametrize("text", ["Income", "'quoted", "O'Brien", "12=x", " =1"])
def test_other_text_goes_out_as_it_is(text):
    assert next(csv_lines([[text]])) == f"{text}\r\n"


def test_numbers_and_dates_never_get_an_apostrophe():
    row = [-5, -1.5, Decimal("-12.30"), Decimal("1E+3"), date(2031, 4, 1), True, None]

    assert next(csv_lines([row])) == "-5,-1.5,-12.30,1000,2031-04-01,TRUE,\r\n"


def test_reading_takes_exactly_one_apostrophe_away_and_only_before_a_formula(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("'=1+1,''=1+1,'quoted,-5\n")

    assert read_csv(path).sheets[0].rows == [["=1+1", "'=1+1", "'quoted", "-5"]]


@given(rows=st.lists(st.lists(risky_words, min_size=2, max_size=4), min_size=1, max_size=5))
def test_any_text_goes_out_and_comes_back_the_same(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    header = ["first", "second", "third", "fourth", "end"]

    back = read_csv(written(path, header, *([*row, "end"] for row in rows))).sheets[0].rows

    assert back == [header, *([text or None for text in row] + ["end"] for row in rows)]


def test_a_file_of_windows_is_read_with_a_note(tmp_path):
    path = tmp_path / "income.csv"
    path.write_bytes("Café;£5\nx;y\n".encode("cp1252"))

    book = read_csv(path)

    assert book.sheets[0].rows == [["Café", "£5"], ["x", "y"]]
    assert [str(finding) for finding in book.findings] == [
        "‘income.csv’ is not in UTF-8 and was read as Windows-1252. "  # noqa: ISC004 - one sentence
        "Look whether pound signs and accents are right; if not, save it as CSV UTF-8 (.csv)."
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_without_a_note(tmp_path, encoding):
    path = tmp_path / "income.csv"
    path.write_bytes("Café\t£5\n".encode(encoding))

    book = read_csv(path)

    assert (book.sheets[0].rows, book.findings) == ([["Café", "£5"]], ())


def test_cells_have_the_names_that_a_spreadsheet_gives_them(tmp_path):
    path = tmp_path / "income.csv"
    path.write_text("Category,Amount\nNHS,12k\n")

    place = read_csv(path).sheets[0].at(1, 1, "Amount")

    assert (place.sheet, place.cell, place.text) == ("income.csv", "B2", "12k")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", r"is empty"),
        (b"PK\x03\x04...", r"is an Excel workbook or another zip archive, not a CSV file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", r"is an old Office document"),
        (b"<!DOCTYPE html><p>Not found", r"is a web page, not a CSV file"),
        (b"%PDF-1.4", r"is a PDF document"),
        (b"a,b\n1,\0\n", r"is a file of an unknown kind"),
        (b"a,b\n" + b"x" * 5000 + b"\0", r"is a file with null characters"),
        (b"a,\x81\n", r"in an encoding that is neither"),
        (b'a,"b\n' + b"1,2\n" * 50_000, r"field of more than 131,072 characters that ends near line [\d,]+"),
        (b"," * 50, r"is too large: more than 20 cells"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, content, says):
    path = tmp_path / "income.csv"
    path.write_bytes(content)

    with pytest.raises(Unreadable, match=says):
        read_csv(path, limits=Limits(cells=20))


def test_a_file_over_the_size_limit_is_not_read(tmp_path):
    path = tmp_path / "income.csv"
    path.write_text("a,b\n")

    with pytest.raises(Unreadable, match=r"is too large"):
        read_csv(path, limits=Limits(file_bytes=3))


def test_published_files_are_read_as_they_come(shared_data):
    # The smaller ones; what is not CSV inside must say so rather than fail.
    paths = [path for path in sorted(shared_data.rglob("*.csv")) if path.stat().st_size < 2_000_000][:40]

    for path in paths:
        book = read_csv(path)
        assert book.cells > 0
