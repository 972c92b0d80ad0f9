"""Workbooks of Excel 97 to 2003, which published series are in: read when asked, refused by default, never trusted."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from commonpool.sheets import Limits, Unreadable, read_workbook, read_workbooks
from tests.sheets.corpus import compound_file


@pytest.fixture(scope="session")
def april_2011(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    with zipfile.ZipFile(shared_data / "dtoc/dtoc_la_raw_workbooks_2011-04_2019-06.zip") as archive:
        return Path(archive.extract("2011-04__April_11.xls", tmp_path_factory.mktemp("old")))


def test_values_of_an_old_workbook_stand_in_their_cells(april_2011: Path):
    book = read_workbook(april_2011, old_too=True)

    assert [sheet.name for sheet in book.sheets] == [
        "England",
        "LA - by Type of Care",
        "LA - by responsible org",
        "LA - by reason",
    ]
    sheet = book.sheet("LA - by type of care")
    assert sheet is not None
    assert sheet.value(4, 2) == "April 2011"
    assert sheet.rows[14] == [None, "-", "-", "England", 58407.0, 49657.0, 108064.0]


def test_an_old_workbook_is_refused_unless_it_is_asked_for(april_2011: Path):
    with pytest.raises(Unreadable, match=r"an old Excel workbook \(\.xls\)"):
        read_workbook(april_2011)


def test_a_wide_sheet_of_an_old_workbook_is_refused(april_2011: Path):
    with pytest.raises(Unreadable, match=r"more than 100 cells"):
        read_workbook(april_2011, old_too=True, limits=Limits(cells=100))


def test_what_only_begins_as_an_old_workbook_is_refused_and_the_next_is_read(april_2011: Path, tmp_path: Path):
    hollow, locked = tmp_path / "hollow.xls", tmp_path / "locked.xls"
    hollow.write_bytes(compound_file("Workbook"))
    locked.write_bytes(compound_file("EncryptedPackage"))

    read = dict(read_workbooks([hollow, locked, april_2011], workers=1, old_too=True))

    assert "damaged" in str(read[hollow])
    assert "protected by a password" in str(read[locked])
    assert not isinstance(read[april_2011], Unreadable)
