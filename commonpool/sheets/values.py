"""What a workbook read under guard consists of: sheets of values, each with its cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from commonpool.findings import At, Finding
from commonpool.sheets.inside.scan import cell_name


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """A cell whose formula failed: what Excel shows there, such as #REF!."""

    text: str


CellValue: TypeAlias = str | int | float | bool | date | datetime | time | timedelta | ErrorValue | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet. Row 0 is the sheet's row 1, column 0 its column A; rows are ragged, trailing blanks dropped."""

    name: str
    rows: list[list[CellValue]] = field(repr=False)
    is_hidden: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()  # first row, first column, last row, last column
    formulas_without_value: frozenset[tuple[int, int]] = frozenset()

    def value(self, row: int, column: int) -> CellValue:
        """The value of one cell, from 0; None where it is empty or outside what is filled."""
        if row < len(self.rows) and column < len(self.rows[row]):
            return self.rows[row][column]
        return None

    def at(self, row: int, column: int, field: str | None = None) -> At:
        """The place of one cell, with its text as typed, for a finding."""
        return At(self.name, cell_name(row, column), field, typed_text(self.value(row, column)))


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook's sheets in order, how many cells are filled, and what reading it found."""

    name: str
    sheets: tuple[Sheet, ...]
    cells: int = 0
    findings: tuple[Finding, ...] = ()

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of that name, capitals aside; None when there is none."""
        return next((sheet for sheet in self.sheets if sheet.name.casefold() == name.casefold()), None)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file from outside may cost. The defaults are some fifty times a real plan workbook."""

    file_bytes: int = 50_000_000
    entries: int = 5_000
    unpacked_bytes: int = 400_000_000
    ratio: int = 200  # unpacked to packed size of one part above 10 MB
    cells: int = 2_000_000  # used rectangles from A1, all sheets together
    memory_bytes: int = 1_000_000_000
    cpu_seconds: int = 20
    seconds: float = 30  # by the clock, for one file
    reply_bytes: int = 300_000_000


class Unreadable(Exception):  # noqa: N818 - it says what the file is
    """A file that was not read. `findings` say why and what to do."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = tuple(findings)


def typed_text(value: CellValue) -> str | None:
    """The cell's text much as somebody typed it: 12000, 0.3, 02/01/2031, TRUE, #REF!. None for an empty cell."""
    match value:
        case None | str():
            return value
        case bool():
            return str(value).upper()
        case float():
            return format(value, ".15g")  # Excel, too, keeps and shows 15 digits
        case datetime():
            return value.strftime("%d/%m/%Y %H:%M:%S")
        case date():
            return value.strftime("%d/%m/%Y")
        case ErrorValue():
            return value.text
    return str(value)
