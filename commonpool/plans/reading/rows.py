"""Turns a located table or form into rows of a plan, each keeping where its fields stood."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from commonpool.findings import At, Finding
from commonpool.plans.reading import wording
from commonpool.plans.reading.cells import CellReader, Place, Read
from commonpool.plans.reading.headers import Column, Located, header_of
from commonpool.plans.rules.content import place_key
from commonpool.policy.rules import Round
from commonpool.sheets import CellValue, Sheet, cell_name, typed_text

# Fields that the workbook fills by itself: a row with nothing else is empty.
_UNIT: Final = "output_unit"  # follows from the scheme type, so no rule reads it
_DERIVED: Final = frozenset({_UNIT, "published_pence"})
_TOTAL: Final = re.compile(r"\s*(?:grand |sub-?\s?)?totals?\b|\s*summa\b", re.IGNORECASE)
# In these kinds of field a merged cell says the same of every row that it spans; an amount does not.
_CARRIED: Final = frozenset({"text", "list", "share", "yes_no", "date", "email"})
_NOT_CALCULATED: Final = "a formula without a stored value"


class RowPlaces(Mapping[str, At]):
    """Where the fields of one row stood, made when asked for: most rows never are."""

    __slots__ = ("_row", "_table")

    def __init__(self, table: TableReader, row: int) -> None:
        self._table = table
        self._row = row

    def __getitem__(self, key: str) -> At:
        index = self._table.index_of[key]
        return self._table.place(self._row, index, key)

    def get(self, key: str, default: Any = None) -> Any:
        """The place of a field; the default for one that has no column."""
        return self[key] if key in self._table.index_of else default

    def __contains__(self, key: object) -> bool:
        return key in self._table.index_of

    def __iter__(self) -> Iterator[str]:
        return iter(self._table.index_of)

    def __len__(self) -> int:
        return len(self._table.index_of)


class TableReader:
    """Reads one located table, row by row."""

    def __init__(self, located: Located, round: Round, cells: CellReader) -> None:
        self.located = located
        self.sheet: Sheet = located.sheet
        self.round = round
        layout = round.sheets[located.code]
        self.fields = {one.code: one for one in layout.fields}
        self.index_of = {place_key(*column): index for column, index in located.columns.items()}
        self.headers = {place_key(code, year): header_of(self.fields[code], year) for code, year in located.columns}
        # One place for each column, moved from row to row: most cells never need theirs.
        self.readers: list[tuple[Column, int, Read, _Later]] = [
            ((code, year), index, cells.reader_of(self.fields[code]), _Later(self, index, place_key(code, year)))
            for (code, year), index in located.columns.items()
        ]
        self.carried = self._carried()
        self.uncalculated = _uncalculated_headers(located)
        self.own = tuple(index for (code, _), index, _, _ in self.readers if code not in _DERIVED)
        self.named = sorted(
            index for (code, _), index, _, _ in self.readers if self.fields[code].kind in ("text", "list")
        )

    def place(self, row: int, index: int, key: str) -> At:
        """Where one field of one row stood, with its text as typed."""
        text = typed_text(self.value(row, index))
        if text is None and (row, index) in self.sheet.formulas_without_value:
            text = _NOT_CALCULATED
        return At(self.sheet.name, cell_name(row, index), self.headers[key], text)

    def value(self, row: int, index: int) -> CellValue:
        """The value of a cell; of the cell above it where a merged range carries it down."""
        return self.sheet.value(*self.carried.get((row, index), (row, index)))

    def rows(self) -> Iterator[tuple[RowPlaces, dict[str, Any]]]:
        """Each row that says anything: its places, and {field: value or {year: value}}."""
        data = self.sheet.rows
        for number in range(self.located.header_row + 1, min(self.located.last_row, len(data))):
            if self._says_something(number):
                if self.sheet.formulas_without_value:
                    self.uncalculated |= self._uncalculated(number)
                yield self._row(number)

    def _uncalculated(self, row: int) -> set[tuple[int, int]]:
        """The cells of a row that are read, but hold a formula without a stored value."""
        places = {(row, index) for (code, _), index, _, _ in self.readers if code != _UNIT}
        return places & self.sheet.formulas_without_value

    def _says_something(self, number: int) -> bool:
        """Whether a row is one of the table's: not empty, and not a total."""
        cells = self.sheet.rows[number]
        width = len(cells)
        for index in self.own:
            if index < width and _is_filled(cells[index]):
                break
        else:
            return any((number, index) in self.sheet.formulas_without_value for index in self.own)
        texts = (cells[index] for index in self.named if index < width and _is_filled(cells[index]))
        first = next(texts, None)
        # A total's row names nothing but itself, and perhaps one more thing.
        return not (isinstance(first, str) and _TOTAL.match(first) and sum(1 for _ in texts) <= 1)

    def _row(self, number: int) -> tuple[RowPlaces, dict[str, Any]]:
        places = RowPlaces(self, number)
        cells = self.sheet.rows[number]
        width, carried = len(cells), self.carried
        values: dict[str, Any] = {}
        for (code, year), index, read, place in self.readers:
            if carried and (number, index) in carried:
                value = self.value(number, index)
            else:
                value = cells[index] if index < width else None
            found = None
            if value is not None:
                place.row = number
                found = read(value, place)
            if year is None:
                values[code] = found
            else:
                values.setdefault(code, {})[year] = found
        return places, values

    def _carried(self) -> dict[tuple[int, int], tuple[int, int]]:
        """{cell below the top of a merged range: the top cell}, in columns whose value may be carried down."""
        kinds = {index: self.fields[code].kind for (code, _), index, _, _ in self.readers}
        return {
            (row, column): (top, left)
            for top, left, bottom, right in self.sheet.merged
            if top > self.located.header_row
            for column in range(left, min(right, left + 200) + 1)
            if kinds.get(column) in _CARRIED
            for row in range(top, min(bottom, len(self.sheet.rows) - 1) + 1)
            if (row, column) != (top, left)
        }


def _uncalculated_headers(located: Located) -> set[tuple[int, int]]:
    """The header cells that may name a column, but hold a formula without a stored value."""
    return {place for place in located.sheet.formulas_without_value if place[0] == located.header_row}


def uncalculated_in_form(located: Located) -> set[tuple[int, int]]:
    """The cells of a form that are read, but hold a formula without a stored value."""
    return set(located.cells.values()) & located.sheet.formulas_without_value


def _is_filled(value: CellValue) -> bool:
    return value is not None and (not isinstance(value, str) or bool(value.strip()))


class _Later:
    """The place of one column in the row that is being read, made only when a finding asks for it."""

    __slots__ = ("index", "key", "row", "table")

    def __init__(self, table: TableReader, index: int, key: str) -> None:
        self.table, self.index, self.key = table, index, key
        self.row = 0

    def __call__(self) -> At:
        return self.table.place(self.row, self.index, self.key)


def read_form(located: Located, round: Round, cells: CellReader) -> tuple[dict[str, At], dict[str, Any]]:
    """A form's places, and {field: value}."""
    layout = round.sheets[located.code]
    places: dict[str, At] = {}
    values: dict[str, Any] = {}
    for one in layout.fields:
        if one.code not in located.cells:
            continue
        row, column = located.cells[one.code]
        places[one.code] = located.sheet.at(row, column, one.header)
        value = located.sheet.value(row, column)
        place: Place = lambda at=places[one.code]: at  # type: ignore[misc]  # noqa: E731
        values[one.code] = None if value is None else cells.reader_of(one)(value, place)
    return places, values


def table_at(located: Located) -> At:
    """Where a table's header row stands; where a form begins."""
    first = min(located.columns.values(), default=0)
    return At(located.sheet.name, cell_name(located.header_row, first))


def faults_of_columns(located: Located, round: Round, file: str) -> Iterator[Finding]:
    """Columns that must be there and are not, and columns that are there twice."""
    layout = round.sheets[located.code]
    fields = {one.code: one for one in layout.fields}
    present = {code for code, _ in located.columns} | set(located.cells)
    at = table_at(located)
    for one in layout.fields:
        if one.required == "always" and one.code not in present:
            allowed = "; ".join(header_of(one, round.years[-1] if one.per_year else None) for one in (one,))
            aliases = [alias.replace("{year}", round.years[-1]) for alias in one.aliases]
            place = At(at.sheet, None if not layout.is_table else at.cell, one.header.replace(" {year}", ""))
            said = {"field": place.field, "allowed": "; ".join([allowed, *aliases[:6]]), "file": file}
            yield wording.NO_COLUMN.at(place, **said)
    for (code, year), index in located.doubled:
        header, first = header_of(fields[code], year), cell_name(located.header_row, located.columns[code, year])
        yield wording.TWO_COLUMNS.at(located.sheet.at(located.header_row, index, header), field=header, first=first)
