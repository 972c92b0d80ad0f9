"""A history of a study that was downloaded as CSV, read back."""

from __future__ import annotations

from pathlib import Path

from commonpool.sheets import read_csv
from commonpool.voices.rules.history import Fault, Line, read_lines


def read_history(path: Path, name: str) -> tuple[list[Line], list[Fault]]:
    """Its lines, and what makes it no history. Raises sheets.Unreadable for a file that is no table."""
    [sheet] = read_csv(path, name=name).sheets
    if not sheet.rows:
        return read_lines([])
    header = [str(cell or "") for cell in sheet.rows[0]]
    # The reader leaves empty cells at a row's end out; here they are empty texts.
    rows = [dict(zip(header, [*map(_text, row), *[""] * len(header)], strict=False)) for row in sheet.rows[1:]]
    return read_lines(rows)


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)
