"""Plan workbooks that are sound as files and wrong as plans: made by the tests, for the command and for uploads.

Each has the round's own layout with something in it that nobody should type, and says what must be told of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl

from commonpool.plans.template import write_plan
from commonpool.policy.reading import load_round
from tests.plans.builders import cell_of, clean_plan

ROUND = "2023-25"
A_MOMENT = datetime.fromisoformat("2024-04-01T08:30")
PER_YEAR = ("pence", "outputs", "value")
Change = Callable[[Any], None]


@dataclass(frozen=True)
class HostilePlan:
    """A file that is made by `make`; `tells` is a rule that must be told of it, `exit_code` the command's answer."""

    name: str
    make: Callable[[Path], object]
    tells: str
    exit_code: int


def cell(book: Any, sheet_code: str, field: str, row: int = 0) -> Any:
    sheet, place = cell_of(ROUND, sheet_code, field, row, "2024-25" if field in PER_YEAR else None)
    return book[sheet][place]


@cache
def clean_file(round_id: str) -> bytes:
    """The workbook of the clean plan, written once for all files that are made from it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "clean.xlsx"
        write_plan(clean_plan(round_id), load_round(round_id), path)
        return path.read_bytes()


def edited(change: Change, round_id: str = ROUND) -> Callable[[Path], object]:
    """Makes the clean plan of a round with a change by openpyxl (which leaves formulas without stored values)."""

    @cache
    def content() -> bytes:
        book = openpyxl.load_workbook(BytesIO(clean_file(round_id)))
        for name in ("Checklist", "Summary"):
            del book[name]
        change(book)
        made = BytesIO()
        book.save(made)
        return made.getvalue()

    return lambda path: path.write_bytes(content())


def typed(sheet_code: str, field: str, value: Any, row: int = 0) -> Callable[[Path], object]:
    def change(book: Any) -> None:
        target = cell(book, sheet_code, field, row)
        target.number_format = "General"
        target.value = value

    return edited(change)


def merged_over_everything(path: Path) -> None:
    """A merged range down to the last cell, put into the sheet's own XML."""
    with ZipFile(BytesIO(clean_file(ROUND))) as source, ZipFile(path, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                merged = b'<mergeCells count="1"><mergeCell ref="A400:XFD1048576"/></mergeCells><dataValidations'
                content = content.replace(b"<dataValidations", merged)
            target.writestr(name, content)


def no_plan(book: Any) -> None:
    for sheet in book.worksheets[1:]:
        sheet.delete_rows(1, 400)


def another_years_headers(book: Any) -> None:
    del book["_commonpool"]
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=5, max_row=5):
            for one in row:
                one.value = str(one.value).replace("2023-24", "2018-19").replace("2024-25", "2019-20")


def unsafe_texts(book: Any) -> None:
    name = cell(book, "expenditure", "name", 0)
    name.value, name.data_type = "=cmd|' /C calc'!A0", "s"
    cell(book, "expenditure", "comment", 1).value = "\u202egnp.exe " + "x" * 30_000


def headers_twice(book: Any) -> None:
    sheet = book["Expenditure"]
    for one in list(sheet[5]):
        if one.value:
            sheet.cell(5, one.column + 40, one.value)


def an_area_that_ended(book: Any) -> None:
    cell(book, "cover", "area_name").value = "Cumbria"
    cell(book, "cover", "area_code").value = "E10000006"


def all_amounts_are_words(book: Any) -> None:
    for row in range(16):
        cell(book, "expenditure", "pence", row).value = f"about {row} million"


PLANS: list[HostilePlan] = [
    HostilePlan("formula-error.xlsx", typed("expenditure", "pence", "=1/0"), "READ-14", 1),
    HostilePlan("formula-without-value.xlsx", typed("expenditure", "pence", "=9850000"), "READ-14", 1),
    HostilePlan("date-for-money.xlsx", typed("expenditure", "pence", date(2024, 4, 1)), "CELL-02", 1),
    HostilePlan("moment-for-money.xlsx", typed("expenditure", "pence", A_MOMENT), "CELL-02", 1),
    HostilePlan("words-for-money.xlsx", typed("expenditure", "pence", "to be confirmed"), "CELL-01", 1),
    HostilePlan("endless-digits.xlsx", typed("expenditure", "pence", "9" * 30_000), "CELL-01", 1),
    HostilePlan("huge-number.xlsx", typed("expenditure", "pence", 1e307), "CELL-01", 1),
    HostilePlan("huge-exponent.xlsx", typed("expenditure", "outputs", "1e999999"), "CELL-04", 1),
    HostilePlan("fine-exponent.xlsx", typed("expenditure", "nhs_share", "1e-999999", 3), "CELL-05", 1),
    HostilePlan("not-a-number.xlsx", typed("expenditure", "outputs", "NaN"), "CELL-04", 1),
    HostilePlan("share-over-all.xlsx", typed("expenditure", "nhs_share", 250, 3), "CELL-05", 1),
    HostilePlan("duplicate-line.xlsx", typed("expenditure", "line_id", "1", 1), "LINE-01", 1),
    HostilePlan("unknown-type.xlsx", typed("expenditure", "scheme_type", "Moon landing"), "LIST-01", 1),
    HostilePlan("unknown-source.xlsx", typed("expenditure", "source", "Lottery"), "LIST-01", 1),
    HostilePlan("long-code.xlsx", typed("expenditure", "provider", "Private " * 3_000), "LIST-01", 1),
    HostilePlan("unknown-category.xlsx", typed("income", "category", "Bake sale"), "LIST-01", 1),
    HostilePlan("unknown-metric.xlsx", typed("metrics", "metric", "Happiness"), "LIST-01", 1),
    HostilePlan("unknown-area.xlsx", typed("cover", "area_code", "E09999999"), "AREA-01", 1),
    HostilePlan("area-of-another-round.xlsx", edited(an_area_that_ended), "AREA-01", 1),
    HostilePlan("signed-tomorrow.xlsx", typed("cover", "signed_off_on", date(2099, 1, 1)), "PLN-10", 1),
    HostilePlan("words-for-date.xlsx", typed("cover", "signed_off_on", "after Easter"), "CELL-06", 1),
    HostilePlan("no-address.xlsx", typed("cover", "email", "ask reception"), "CELL-08", 1),
    HostilePlan("all-words.xlsx", edited(all_amounts_are_words), "CELL-01", 1),
    HostilePlan("credit.xlsx", typed("expenditure", "pence", -1, 12), "NEG-01", 1),
    HostilePlan("headers-twice.xlsx", edited(headers_twice), "LAY-05", 0),
    HostilePlan("unsafe-texts.xlsx", edited(unsafe_texts), "", 0),
    HostilePlan("merged-over-everything.xlsx", merged_over_everything, "", 0),
    HostilePlan("emptied.xlsx", edited(no_plan), "LAY-04", 2),
    HostilePlan("another-years-headers.xlsx", edited(another_years_headers), "LAY-04", 2),
]  # fmt: skip
