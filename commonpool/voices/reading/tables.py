"""The header of a CSV file and its rows by column, with every fault noted as it is met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from commonpool.findings import At, Finding, own_rule
from commonpool.sheets import Sheet, Unreadable, cell_name, read_csv

_COLUMN: Final = own_rule("VC-01", "A column is there", "The column ‘{column}’ is missing.", "{fix}")
_TWICE: Final = own_rule("VC-02", "A column stands once", "The column ‘{column}’ stands twice.", "Keep one.")
_UNKNOWN: Final = own_rule("VC-03", "A column is known", "‘{column}’ is not known here.", "Known are: {known}.")
_EMPTY: Final = own_rule("VC-04", "There are rows", "There is no row below the header.", "{fix}")
_CELL: Final = own_rule("VC-05", "A cell can be used", "Row {row}: {problem}", "{fix}")
_CODER: Final = own_rule("VC-06", "A coder is there", "There is no coder ‘{coder}’.", "Name some of: {there}.")
MOST_SHOWN: Final = 40
MOST_NAMED: Final = 12


@dataclass(frozen=True)
class Columns:
    """The columns that a file must have, and those that it may have."""

    needed: tuple[str, ...]
    may_be: tuple[str, ...]
    one_row_is: str

    @property
    def known(self) -> str:
        """Their names, for people."""
        return ", ".join((*self.needed, *self.may_be))


@dataclass(frozen=True)
class Rows:
    """A file's rows below the header, empty ones left out. What is wrong with a cell goes into `faults`."""

    sheet: Sheet
    columns: dict[str, int]
    notes: tuple[Finding, ...]
    faults: list[Finding] = field(default_factory=list)

    def __iter__(self) -> Iterator[Row]:
        columns = self.columns.items()
        for at, cells in enumerate(self.sheet.rows[1:], start=1):
            if any(cells):
                filled = len(cells)
                told = {name: str(cells[column] or "").strip() for name, column in columns if column < filled}
                yield Row(self, at, told)

    def refuse_if_faulty(self) -> None:
        """Raises sheets.Unreadable with all that is wrong, in the order of the file."""
        if self.faults:
            raise Unreadable(self.faults)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file."""

    rows: Rows
    at: int
    told: Mapping[str, str]

    @property
    def number(self) -> int:
        """As a spreadsheet counts."""
        return self.at + 1

    def text(self, column: str) -> str:
        """What the cell says, without the space around it; empty where it or its column is not there."""
        return self.told.get(column, "")

    def needed(self, column: str) -> str:
        """The same; a fault where it is empty."""
        found = self.text(column)
        if not found:
            self.fault(column, f"{column} is empty.", f"Write the {column} of this row.")
        return found

    def fault(self, column: str, problem: str, fix: str) -> None:
        """Note what is wrong with a cell."""
        place = self.rows.sheet.at(self.at, self.rows.columns[column], column)
        self.rows.faults.append(_CELL.at(place, row=f"{self.number:,}", problem=problem, fix=fix))


def read_rows(path: Path, wanted: Columns) -> Rows:
    """The file under guard. Raises sheets.Unreadable where no row of it can be used."""
    workbook = read_csv(path)
    sheet = workbook.sheets[0]
    columns, faults = _columns(sheet, wanted)
    if len(sheet.rows) < 2:
        faults.append(_EMPTY.at(At(sheet.name), fix=f"Write one row {wanted.one_row_is}."))
    if faults:
        raise Unreadable(faults)
    return Rows(sheet, columns, workbook.findings)


def _columns(sheet: Sheet, wanted: Columns) -> tuple[dict[str, int], list[Finding]]:
    header = [str(cell or "").strip().casefold() for cell in (sheet.rows[0] if sheet.rows else ())]
    named: Sequence[tuple[int, str]] = [(at, name) for at, name in enumerate(header) if name]
    columns = {name: at for at, name in reversed(named)}
    fix = f"The first row needs {', '.join(wanted.needed)}."
    faults = [_COLUMN.at(At(sheet.name), column=name, fix=fix) for name in wanted.needed if name not in columns]
    for at, name in named:
        place = At(sheet.name, cell_name(0, at))
        if name not in (*wanted.needed, *wanted.may_be):
            faults.append(_UNKNOWN.at(place, column=shown(name), known=wanted.known))
        elif columns[name] != at:
            faults.append(_TWICE.at(place, column=name))
    return columns, faults


def shown(text: str) -> str:
    """A cell's text in a sentence, cut where it is long."""
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"


def refuse_unknown(rows: Rows, coders: Sequence[str]) -> None:
    """Note each coder who was asked for and is not in the file."""
    there = dict.fromkeys(row.text("coder") for row in rows) if coders else {}
    names = ", ".join(list(there)[:MOST_NAMED])
    rows.faults.extend(
        _CODER.at(At(rows.sheet.name, field="coder"), coder=shown(coder), there=names)
        for coder in coders
        if coder not in there
    )
