"""The variances of a year from a CSV file, or every fault of it by cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from commonpool.findings import At, Finding, own_rule
from commonpool.risk_share.reading.nodes import fraction_of
from commonpool.risk_share.rules.settling import LineVariance
from commonpool.sheets import Sheet, Unreadable, cell_name, read_csv

NEEDED: Final = ("line", "budget_pence", "variance_pence")
MAY_BE: Final = ("source", "nhs_share", "weights", "partner")
MOST_LINES: Final = 100_000
LARGEST_PENCE: Final = 9_000_000_000_000_000_00
_COLUMN: Final = own_rule("RV-01", "A column is there", "The column ‘{column}’ is missing.", "Add it to the first row.")
_UNKNOWN: Final = own_rule("RV-02", "A column is known", "‘{column}’ is not known here.", "Known are: {known}.")
_CELL: Final = own_rule("RV-03", "A cell can be read", "‘{found}’ {problem}.", "{fix}")
_ROWS: Final = own_rule("RV-04", "There are as many lines as a pool has", "The file has {rows} lines.", "{fix}")


def read_variances(path: Path) -> list[LineVariance]:
    """The lines of the file. Raises sheets.Unreadable with every fault at once."""
    sheet = read_csv(path).sheets[0]
    columns, faults = _columns(sheet)
    rows = len(sheet.rows) - 1
    if not 1 <= rows <= MOST_LINES:
        fix = "Write one row a line of the plan." if rows < 1 else f"Give at most {MOST_LINES:,}."
        faults.append(_ROWS.at(At(sheet.name), rows=f"{max(rows, 0):,}", fix=fix))
    if faults:
        raise Unreadable(faults)
    filled = [row for row in range(1, len(sheet.rows)) if any(sheet.rows[row])]
    lines = [_Row(sheet, columns, row, faults).line() for row in filled]
    if faults:
        raise Unreadable(faults)
    return lines


def _columns(sheet: Sheet) -> tuple[dict[str, int], list[Finding]]:
    header = [str(cell or "").strip().lower() for cell in (sheet.rows[0] if sheet.rows else ())]
    columns = {name: at for at, name in reversed(list(enumerate(header))) if name}
    faults = [_COLUMN.at(At(sheet.name), column=name) for name in NEEDED if name not in columns]
    known = ", ".join([*NEEDED, *MAY_BE])
    faults += [
        _UNKNOWN.at(At(sheet.name, cell_name(0, at)), column=name, known=known)
        for name, at in columns.items()
        if name not in (*NEEDED, *MAY_BE)
    ]
    return columns, faults


@dataclass(frozen=True)
class _Row:
    """One row of the file. What cannot be read is a fault, and stands as nothing until the file is refused."""

    sheet: Sheet
    columns: dict[str, int]
    row: int
    faults: list[Finding]

    def line(self) -> LineVariance:
        budget = self._pence("budget_pence")
        if budget < 0:
            self._fault("budget_pence", "is below zero", "A budget is 0 or more.")
        return LineVariance(
            code=self._text("line") or self._fault("line", "is no line", "Write the line's code."),
            budget_pence=max(0, budget),
            variance_pence=self._pence("variance_pence"),
            source=self._text("source"),
            nhs_share=self._share(),
            weights=self._weights(),
            partner=self._text("partner"),
        )

    def _text(self, column: str) -> str:
        if column not in self.columns:
            return ""
        return str(self.sheet.value(self.row, self.columns[column]) or "").strip()

    def _fault(self, column: str, problem: str, fix: str) -> str:
        place = self.sheet.at(self.row, self.columns[column], column)
        self.faults.append(_CELL.at(place, found=self._text(column)[:40], problem=problem, fix=fix))
        return ""

    def _pence(self, column: str) -> int:
        text = self._text(column)
        if not re.fullmatch(r"[+-]?\d{1,20}", text, re.ASCII) or abs(int(text)) > LARGEST_PENCE:
            self._fault(column, "is not whole pence", "Write pence without a point, such as 65000001. Unknown is no 0.")
            return 0
        return int(text)

    def _share(self) -> Fraction | None:
        text = self._text("nhs_share")
        share = fraction_of(text) if text else None
        if text and (share is None or not 0 <= share <= 1):
            self._fault("nhs_share", "is not a share from 0 to 1", "Write 60% or 0.6.")
            return None
        return share

    def _weights(self) -> dict[str, Fraction]:
        """`icb=60%; council=40%`: partner and weight, in pairs."""
        text = self._text("weights")
        found: dict[str, Fraction] = {}
        for pair in filter(None, re.split(r"[;,\s]+", text)):
            partner, _, weight = pair.replace(":", "=").partition("=")
            share = fraction_of(weight)
            if not partner or share is None or share < 0 or partner in found:
                self._fault("weights", "has no weight for each partner, once", "Write icb=60%; council=40%.")
                return {}
            found[partner] = share
        return found
