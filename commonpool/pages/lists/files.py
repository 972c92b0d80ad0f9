"""Rows as a file to download."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.http import HttpResponse

FileValue = str | int | Decimal | date | datetime | None

FORMATS: Final = {"csv": "CSV", "xlsx": "XLSX"}
_CONTENT_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# A spreadsheet program takes text that begins like this for a formula.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def as_file(
    kind: str, name: str, title: str, headers: Sequence[str], rows: Iterable[Sequence[FileValue]]
) -> HttpResponse:
    """A response that the browser saves as `name.kind`."""
    content = csv_text(headers, rows).encode() if kind == "csv" else xlsx_bytes(title, headers, rows)
    answer = HttpResponse(content, content_type=_CONTENT_TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


def csv_text(headers: Sequence[str], rows: Iterable[Sequence[FileValue]]) -> str:
    """Comma-separated text that begins with a byte-order mark, which Excel needs to read £ and accents."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([_safe(header) for header in headers])
    writer.writerows([_safe(value) for value in row] for row in rows)
    return "\ufeff" + target.getvalue()


def _safe(value: FileValue) -> FileValue:
    """Text that would start a formula gets one apostrophe before it; numbers never do."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def xlsx_bytes(title: str, headers: Sequence[str], rows: Iterable[Sequence[FileValue]]) -> bytes:
    """A workbook of one sheet. Text is written as text, whatever it looks like."""
    import xlsxwriter

    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet("".join(letter for letter in title if letter not in "[]:*?/\\'")[:31])
        bold, day = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "d mmm yyyy"})
        sheet.write_row(0, 0, headers, bold)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(headers) - 1, 0), 18)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                sheet.write(number, column, value, day if isinstance(value, date) else None)
    return target.getvalue()
