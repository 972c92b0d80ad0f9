"""Reports as files: the same report gives the same bytes, and nothing in them runs."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import UTC, datetime

import pytest
from docx import Document
from openpyxl import load_workbook

from commonpool.voices.rules.reports.document import Grid, Heading, Report, Words
from commonpool.voices.writing.reports import KINDS, Stamp, file_of

STAMP = Stamp("Pooling, by those who do it", datetime(2024, 10, 1, 9, 30, tzinfo=UTC))
TABLE = Grid("Who", ("name", "count"), (("=1+1", 3), ("B", None)), "A note.")
REPORT = Report("who", "Who took part", "3 people.", (Heading("Sample"), Words("In words\x0b."), TABLE))


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_report_is_the_same_bytes_at_any_time(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = file_of(REPORT, kind, STAMP)
    later = time.time() + 86_400 * 400

    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(later))

    assert file_of(REPORT, kind, STAMP) == first


def test_a_word_document_holds_words_and_tables_and_no_moment_but_that_of_the_report() -> None:
    made = file_of(REPORT, "docx", STAMP)

    document = Document(io.BytesIO(made))

    assert [cell.text for cell in document.tables[0].rows[2].cells] == ["B", "not known"]
    assert "In words\ufffd." in [paragraph.text for paragraph in document.paragraphs]
    assert document.core_properties.created.replace(tzinfo=UTC) == STAMP.as_at
    assert {part.date_time[0] for part in zipfile.ZipFile(io.BytesIO(made)).infolist()} == {1980}


def test_what_is_not_known_is_empty_in_a_table_of_numbers() -> None:
    assert file_of(REPORT, "csv", STAMP).decode("utf-8-sig") == "name,count\r\n'=1+1,3\r\nB,\r\n"
    sheet = load_workbook(io.BytesIO(file_of(REPORT, "xlsx", STAMP))).active
    assert sheet is not None
    assert [cell.value for cell in list(sheet.rows)[-1]] == ["B", None]


def test_several_tables_are_one_in_a_csv_and_no_row_is_lost() -> None:
    other = Grid("Where", ("name", "site"), (("C", "North"),))
    report = Report("both", "Both", "4 people.", (TABLE, other))

    made = file_of(report, "csv", STAMP).decode("utf-8-sig")

    assert made == "Table,name,count,site\r\nWho,'=1+1,3,\r\nWho,B,,\r\nWhere,C,,North\r\n"


def test_invented_data_says_so_in_every_file() -> None:
    invented = Stamp("Invented", STAMP.as_at, is_invented=True)

    assert ",invented\r\n" in file_of(REPORT, "csv", invented).decode()
    words = [paragraph.text for paragraph in Document(io.BytesIO(file_of(REPORT, "docx", invented))).paragraphs]
    assert any("Invented data" in each for each in words)
