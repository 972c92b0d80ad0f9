"""Where the table stands on a sheet: its header row, and the column of each role and period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, Protocol

from commonpool.findings import At
from commonpool.ledger.rules.extracts import wording
from commonpool.ledger.rules.extracts.mapping import LABELS, ColumnMapping, Role, column_index, header_key
from commonpool.ledger.rules.extracts.telling import Telling, short

# Above the headers stand a title and the settings of the report; further down, text is data.
_FIRST_ROWS: Final = 40
_ROWS_OF_HEADERS: Final = 3
_MOST_LISTED: Final = 20


class SheetRows(Protocol):
    """Plain rows with their places: what is read of a sheet, whichever program read the file."""

    @property
    def name(self) -> str:
        """What people call the sheet."""

    @property
    def rows(self) -> Sequence[Sequence[object]]:
        """The values by row and column, both from 0; rows may be short, an empty cell is None."""

    @property
    def formulas_without_value(self) -> frozenset[tuple[int, int]]:
        """The row and column of each formula that was never calculated."""

    def at(self, row: int, column: int, field: str | None = None, /) -> At:
        """The place of a cell, with its text as typed."""


@dataclass(frozen=True, slots=True)
class Located:
    """Where a mapping's table was found. `header_row` counts from 0 and is -1 where there is no header.

    roles    {role: column}
    periods  {column: label of its period}
    """

    header_row: int
    headers: tuple[str, ...]
    roles: Mapping[Role, int]
    periods: Mapping[int, str]

    @property
    def taken_for(self) -> dict[int, str]:
        """{column: what it was taken for}, in words."""
        return {column: LABELS[role] for role, column in self.roles.items()} | {
            column: f"amount of {label}" for column, label in self.periods.items()
        }


def header_row_of(sheet: SheetRows, wanted: Sequence[str]) -> tuple[int, int]:
    """(row from 0, how many of the wanted headers it has): the best of the first rows, the first filled one if none."""
    keys = {header_key(one) for one in wanted}
    best = (-1, -1)
    for number, row in enumerate(sheet.rows[:_FIRST_ROWS]):
        if any(not _is_blank(value) for value in row):
            count = len(keys & {header_key(text) for text in headers_at(sheet, number)})
            if count > best[1]:
                best = (number, count)
    return best


def headers_at(sheet: SheetRows, number: int) -> tuple[str, ...]:
    """The headers of a row. Where a cell is empty the one above it counts: headers are merged over two rows."""
    above = range(max(0, number - _ROWS_OF_HEADERS + 1), number + 1)
    width = max((len(sheet.rows[row]) for row in above), default=0)
    return tuple(
        next((text for row in reversed(above) if (text := cell_text(sheet, row, column))), "")
        for column in range(width)
    )


def cell_text(sheet: SheetRows, row: int, column: int) -> str:
    """A cell's text without the spaces round it; "" where it is empty."""
    cells = sheet.rows[row]
    value = cells[column] if column < len(cells) else None
    return value.strip() if isinstance(value, str) else (sheet.at(row, column).text or "")


def locate(sheet: SheetRows, mapping: ColumnMapping, telling: Telling) -> Located:
    """Finds the mapping's columns, and tells of each that is missing or stands twice. What is missing is left out.

    Of an empty sheet nothing is told here: one thing is wrong with it, not one thing for each column.
    """
    if not has_values(sheet.rows):
        return Located(-1, (), {}, {})
    if mapping.header_row is None:
        row, _ = header_row_of(sheet, [*mapping.columns.values(), *mapping.periods])
    else:
        row = mapping.header_row - 1
    headers = headers_at(sheet, row) if 0 <= row < len(sheet.rows) else ()
    finder = _Finder(sheet, row, headers, telling)
    roles = [(role, finder.column(ref, LABELS[role])) for role, ref in mapping.columns.items()]
    periods = [(finder.column(ref, f"the amount of {label}"), label) for ref, label in mapping.periods.items()]
    used = {column for _, column in roles if column is not None} | {
        column for column, _ in periods if column is not None
    }
    finder.tell_unread_twins(used)
    return Located(
        row,
        headers,
        {role: column for role, column in roles if column is not None},
        {column: label for column, label in periods if column is not None},
    )


class _Finder:
    """Looks up columns by header, or by letter where no header is written so."""

    def __init__(self, sheet: SheetRows, row: int, headers: Sequence[str], telling: Telling) -> None:
        self.sheet, self.row, self.headers, self.telling = sheet, row, headers, telling
        self.columns: dict[str, list[int]] = {}
        self.wanted: set[str] = set()
        for column, header in enumerate(headers):
            if key := header_key(header):
                self.columns.setdefault(key, []).append(column)

    def column(self, wanted: str, role: str) -> int | None:
        """The column; None, and a finding, where there is none or more than one."""
        self.wanted.add(header_key(wanted))
        found = self.columns.get(header_key(wanted), [])
        if not found and (index := column_index(wanted)) is not None and index < self._width():
            return index
        if len(found) > 1:
            said = {"count": len(found), "header": short(wanted), "role": role, "cells": self._cells(found)}
            self.telling.tell(wording.TWO_COLUMNS, self._place(found[1], role), **said)
        if not found:
            said = {"sought": short(wanted), "role": role, "hint": self._hint(wanted), "found": listed(self.headers)}
            self.telling.tell(wording.NO_COLUMN, At(self.sheet.name, field=role), **said)
        return found[0] if len(found) == 1 else None

    def tell_unread_twins(self, used: set[int]) -> None:
        """A note for each header that stands twice and is not read."""
        for key, columns in self.columns.items():
            if len(columns) > 1 and key not in self.wanted and not used & set(columns):
                header = short(self.headers[columns[0]])
                said = {"count": len(columns), "header": header, "cells": self._cells(columns)}
                self.telling.tell(wording.SAME_HEADERS, self._place(columns[1]), **said)

    def _width(self) -> int:
        return max((len(row) for row in self.sheet.rows), default=0)

    def _hint(self, wanted: str) -> str:
        close = get_close_matches(header_key(wanted), self.columns, n=1, cutoff=0.7)
        return f"; the nearest is ‘{short(self.headers[self.columns[close[0]][0]])}’" if close else ""

    def _cells(self, columns: Sequence[int]) -> str:
        return ", ".join(self._place(column).cell or "" for column in columns)

    def _place(self, column: int, field: str | None = None) -> At:
        return self.sheet.at(max(self.row, 0), column, field)


def listed(headers: Sequence[str]) -> str:
    """The headers as a sentence lists them."""
    named = [f"‘{short(header)}’" for header in headers if header]
    more = f" and {len(named) - _MOST_LISTED} more" if len(named) > _MOST_LISTED else ""
    return (", ".join(named[:_MOST_LISTED]) + more) or "none"


def has_values(rows: Sequence[Sequence[object]]) -> bool:
    """Whether any cell of the rows is filled."""
    return any(not _is_blank(value) for row in rows for value in row)


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
