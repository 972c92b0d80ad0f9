"""Tables to workbooks of our own making: text stays text, numbers stay numbers, nothing runs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from commonpool.sheets.csv_files import Writable
from commonpool.sheets.inside.surgery import free_sheet_name
from commonpool.sheets.values import typed_text

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

LONGEST_TEXT: Final = 32_767  # Excel's limit for one cell; xlsxwriter leaves longer text out without a word
LARGEST_EXACT: Final = 10**15  # Excel keeps 15 digits
WIDEST_COLUMN: Final = 480  # pixels


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: its name, lines above the table (what it is, as at when), the header and the rows."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Writable]]
    above: Sequence[str] = ()


def write_workbook(target: Path | IO[bytes], tables: Sequence[Table], *, made_at: datetime) -> None:
    """Write one sheet for each table. `made_at` is the moment that the file's properties give."""
    import xlsxwriter

    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, {**safe, "in_memory": True})
    book.set_properties({"created": made_at.replace(tzinfo=None)})
    names: list[str] = []
    for table in tables:
        names.append(free_sheet_name(table.name, names))
        _write_table(book, book.add_worksheet(names[-1]), table)
    book.close()


def _write_table(book: Workbook, sheet: Worksheet, table: Table) -> None:
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    looks = {
        date: book.add_format({"num_format": "dd/mm/yyyy"}),
        datetime: book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"}),
        time: book.add_format({"num_format": "hh:mm:ss"}),
    }
    for number, line in enumerate(table.above):
        sheet.write_string(number, 0, line[:LONGEST_TEXT])
    top = len(table.above) + bool(table.above)
    for column, title in enumerate(table.header):
        sheet.write_string(top, column, title, bold)
    last = top
    longest = {column: title + " " * 4 for column, title in enumerate(table.header)}  # the filter's arrow needs room
    for last, row in enumerate(table.rows, start=top + 1):
        for column, value in enumerate(row):
            _write_value(sheet, last, column, value, looks)
            if value is not None and len(shown := str(value)) > len(longest.get(column, "")):
                longest[column] = max(longest.get(column, ""), *shown.split("\n"), key=len)
    sheet.freeze_panes(top + 1, 0)
    if table.header:
        sheet.autofilter(top, 0, last, len(table.header) - 1)
    if not table.above:
        _fit(sheet, longest)


def _fit(sheet: Worksheet, longest: Mapping[int, str]) -> None:
    """Columns as wide as their longest line. The writer's own fit adds up every letter of every cell, which costs more
    than writing them."""
    from xlsxwriter.utility import cell_autofit_width

    for column, text in longest.items():
        sheet.set_column_pixels(column, column, min(WIDEST_COLUMN, cell_autofit_width(text)))


def _fits(value: float | Decimal) -> bool:
    """Whether Excel keeps the number; what it does not keep is written as text."""
    return math.isfinite(value) and -LARGEST_EXACT < value < LARGEST_EXACT


def _write_value(sheet: Worksheet, row: int, column: int, value: Writable, looks: dict[type, Any]) -> None:
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(row, column, value)
        case int() | float() | Decimal() if _fits(value):
            sheet.write_number(row, column, float(value))
        case date() | time():
            plain = value.replace(tzinfo=None) if isinstance(value, datetime) else value
            sheet.write_datetime(row, column, plain, looks[type(value)])
        case Decimal():
            sheet.write_string(row, column, format(value, "f"))
        case _:
            text = typed_text(value) or ""
            sheet.write_string(row, column, text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…")
