"""CSV files in and out, so that no text in them runs as a formula and none is changed on its way out and back.

Text that begins as a formula does gets one apostrophe going out, which reading takes away again. Apostrophes that
stand before it already count as part of the text, so that exactly one is added and exactly one is taken.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Final, TypeAlias

from commonpool.findings import Finding
from commonpool.sheets.inside.archive import Refused
from commonpool.sheets.reading import ORDINARY, unreadable
from commonpool.sheets.rules import RULES
from commonpool.sheets.sniffing import kind_unless_text, opened
from commonpool.sheets.values import CellValue, ErrorValue, Limits, Sheet, Unreadable, Workbook, typed_text

Writable: TypeAlias = CellValue | Decimal

RUNS_AS_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
QUOTED_FORMULA: Final = re.compile(r"''*[=+\-@\t\r]")
LONGEST_FIELD: Final = 131_072  # the csv module's own limit; longer ones are quotes that were never closed
DELIMITERS: Final = ",;\t|"


def read_csv(path: Path, *, name: str | None = None, limits: Limits = ORDINARY) -> Workbook:
    """The file as a workbook of one sheet. Cells are text; None where empty. `name` is what people call the file.

    Commas, semicolons, tabs and bars are known as delimiters. Text that is not UTF-8 is read as Windows' own
    encoding, with a note. Raises Unreadable when the file is no text, too large, or has a quote that never closes.
    """
    name = name or path.name
    try:
        content = opened(path, limits)
        if what := kind_unless_text(content):
            raise Refused("READ-17", what=what)
        text, findings = _decoded(name, content)
        rows = _rows(text, limits)
    except Refused as refused:
        raise Unreadable([unreadable(name, refused)]) from None
    cells = sum(value is not None for row in rows for value in row)
    return Workbook(name, (Sheet(name, rows),), cells, findings)


def _decoded(name: str, content: bytes) -> tuple[str, tuple[Finding, ...]]:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace"), ()
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252"), (RULES["READ-18"].at(file=name),)
    except UnicodeDecodeError:
        raise Refused("READ-17", what="in an encoding that is neither UTF-8 nor Windows-1252") from None


def _rows(text: str, limits: Limits) -> list[list[CellValue]]:
    if "\0" in text:
        raise Refused("READ-17", what="a file with null characters")
    first_line = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first_line.count)
    rows: list[list[CellValue]] = []
    cells = 0
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        for fields in reader:
            cells += len(fields)
            if cells > limits.cells:
                raise Refused("READ-07", found=f"more than {limits.cells:,} cells", most=f"{limits.cells:,}")
            rows.append([_without_apostrophe(field) or None for field in fields])
    except csv.Error:
        raise Refused("READ-19", line=f"{reader.line_num:,}", most=f"{LONGEST_FIELD:,}") from None
    for row in rows:
        while row and row[-1] is None:
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _without_apostrophe(field: str) -> str:
    return field[1:] if field[:1] == "'" and QUOTED_FORMULA.match(field) else field


def write_csv(target: Path, rows: Iterable[Sequence[Writable]]) -> None:
    """Write the rows, the header among them, as UTF-8 with the mark by which Excel knows it."""
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        file.writelines(csv_lines(rows))


def csv_lines(rows: Iterable[Sequence[Writable]]) -> Iterator[str]:
    """Each row as a line of CSV (RFC 4180). Text that would run as a formula gets one apostrophe, numbers never."""
    line = StringIO()
    writer = csv.writer(line, lineterminator="\r\n")
    for row in rows:
        # A row of one empty field is quoted: without quotes it would read as no row at all.
        writer.writerow([_field(value) for value in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _field(value: Writable) -> str:
    match value:
        case None:
            return ""
        case str():
            return f"'{value}" if RUNS_AS_FORMULA.match(value) else value
        case Decimal():
            return format(value, "f")
        case bool() | timedelta() | ErrorValue():
            return typed_text(value) or ""
        case float():
            return repr(value)
        case datetime() | date() | time():
            return value.isoformat()
    return str(value)
