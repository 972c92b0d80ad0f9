"""The table of board cells, read: an area's own where there is one, the one that is shipped otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from commonpool.performance.rules.board_cells import READINGS, BoardCells, BoardCellsError, Cell, CellRow, Tone

SHIPPED: Final = Path(__file__).with_name("board_cells.yaml")
NAME: Final = SHIPPED.name
_KEYS: Final = {*READINGS, "words", "tone"}


@dataclass(frozen=True)
class CellsInUse:
    """The table that counts; `faults` says what is wrong with an area's own, which is then not used."""

    cells: BoardCells
    faults: tuple[str, ...] = ()


def cells_in_use(home: Path) -> CellsInUse:
    """The table at `home/board_cells.yaml`; the shipped one where there is none, or where it has faults."""
    own = home / NAME
    if not own.is_file():
        return CellsInUse(_read_once(SHIPPED, 0))
    try:
        return CellsInUse(_read_once(own, own.stat().st_mtime_ns))
    except BoardCellsError as wrong:
        said = [f"{own.name}: {fault}" for fault in wrong.faults]
        return CellsInUse(_read_once(SHIPPED, 0), (*said, "Until that is mended, the board uses the shipped table."))


@lru_cache(maxsize=8)
def _read_once(file: Path, changed_at: int) -> BoardCells:
    return read_cells(file)


def read_cells(file: Path) -> BoardCells:
    """The table of a file. Raises BoardCellsError with every fault."""
    import yaml

    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BoardCellsError([f"It can’t be read as YAML: {' '.join(str(error).split())}."]) from error
    if not isinstance(data, dict) or not isinstance(data.get("cells"), list):
        raise BoardCellsError(["It has no list called ‘cells’. Begin from the shipped table."])
    if faults := list(_malformed(data)):
        raise BoardCellsError(faults)
    tolerances = {str(code): Fraction(Decimal(str(share))) for code, share in (data.get("tolerances") or {}).items()}
    return BoardCells(tuple(map(_row, data["cells"])), tolerances)


def _malformed(data: Mapping[str, Any]) -> Iterator[str]:
    for number, row in enumerate(data["cells"], start=1):
        if not isinstance(row, dict) or row.keys() != _KEYS:
            yield f"Row {number} does not have exactly these: {', '.join(sorted(_KEYS))}."
        elif row["tone"] not in set(Tone):
            yield f"Row {number}: ‘{row['tone']}’ is no tone. Write one of: {', '.join(Tone)}."
    tolerances = data.get("tolerances") or {}
    if not isinstance(tolerances, dict):
        yield "‘tolerances’ is no list of codes with shares. Write it as {EA65: 0.02}."
        return
    for code, share in tolerances.items():
        if not _is_number(share):
            yield f"The tolerance of {code}, ‘{share}’, is no number. Write a share from 0 to 1, such as 0.02."


def _is_number(value: object) -> bool:
    try:
        return not isinstance(value, bool) and Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False


def _row(row: Mapping[str, Any]) -> CellRow:
    cell = Cell(str(row["words"] or ""), Tone(row["tone"]))
    return CellRow(str(row["against_plan"]), str(row["variation"]), str(row["assurance"]), cell)
