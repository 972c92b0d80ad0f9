"""Reading workbooks from outside: looked at, parsed in a child process, given back as values with their cells."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from commonpool.findings import At, Finding
from commonpool.sheets.children import Child, each_in_a_child
from commonpool.sheets.inside.archive import Refused
from commonpool.sheets.inside.scan import cell_name
from commonpool.sheets.rules import RULES
from commonpool.sheets.sniffing import is_old_workbook, refuse_what_is_no_workbook
from commonpool.sheets.values import CellValue, ErrorValue, Limits, Sheet, Unreadable, Workbook

ORDINARY: Final = Limits()
UNCALCULATED: Final = "READ-14"


def read_workbook(path: Path, *, name: str | None = None, limits: Limits = ORDINARY, old_too: bool = False) -> Workbook:
    """The workbook's values. `name` is what people call the file, if not as its path does.

    Raises Unreadable, whose findings say why, for what is no sound .xlsx file; `old_too` allows .xls as well.
    """
    with Child() as child:
        return _read(path, name or path.name, limits, child, old_too)


def read_workbooks(
    paths: Sequence[Path], *, workers: int = 2, limits: Limits = ORDINARY, old_too: bool = False
) -> Iterator[tuple[Path, Workbook | Unreadable]]:
    """Each path with its workbook, or with why it was not read; in order, several at a time."""

    def read(path: Path, child: Child) -> Workbook | Unreadable:
        try:
            return _read(path, path.name, limits, child, old_too)
        except Unreadable as unreadable:
            return unreadable

    return each_in_a_child(paths, read, workers=workers)


def _read(path: Path, name: str, limits: Limits, child: Child, old_too: bool) -> Workbook:
    try:
        is_old = old_too and is_old_workbook(path, limits)
        if not is_old:
            refuse_what_is_no_workbook(path, limits)
        *packed, about = child.answers(("read old" if is_old else "read", str(path.absolute())), limits)
    except Refused as refused:
        raise Unreadable([unreadable(name, refused)]) from None
    findings = [*_uncalculated(packed)]
    if about["links_out"]:
        findings.append(RULES["READ-15"].at(file=name))
    sheets = tuple(map(_sheet, packed))
    return Workbook(name, sheets, sum(sheet["cells"] + len(sheet["errors"]) for sheet in packed), tuple(findings))


def unreadable(name: str, refused: Refused) -> Finding:
    """The finding for a file that was refused."""
    return RULES[refused.rule].at(At(refused.sheet, refused.cell), file=name, **refused.values)


def _uncalculated(packed: Sequence[dict[str, Any]]) -> Iterator[Finding]:
    """One finding for each sheet that has formulas without a stored value."""
    for sheet in packed:
        if places := sheet["uncalculated"]:
            yield uncalculated(sheet["name"], places)


def uncalculated(sheet: str, places: Collection[tuple[int, int]]) -> Finding:
    """The finding for formulas of one sheet without a stored value, at the first of them. `places` count from 0."""
    many = len(places) - 1
    others = f" and in {many:,} other{'s' * (many > 1)} on this sheet" if many else ""
    return RULES[UNCALCULATED].at(At(sheet, cell_name(*min(places))), others=others)


def _sheet(packed: dict[str, Any]) -> Sheet:
    """The sheet from the form in which the child sent it. See `inside.parse`."""
    rows: list[list[CellValue]] = packed["rows"]
    dates = iter(packed["dates"])
    for row, column, ordinal in zip(dates, dates, dates, strict=True):
        rows[row][column] = date.fromordinal(ordinal)
    for row, column, *numbers in packed["moments"]:
        rows[row][column] = _moment(numbers)
    for row, column, text in packed["errors"] + packed["impossible"]:
        _place(rows, row, column, ErrorValue(text))
    return Sheet(
        packed["name"],
        rows,
        packed["hidden"],
        tuple(tuple(corners) for corners in packed["merged"]),
        frozenset(packed["uncalculated"]),
    )


def _moment(numbers: list[int]) -> CellValue:
    if len(numbers) == 7:
        return datetime(*numbers)  # type: ignore[arg-type]  # noqa: DTZ001 - Excel knows no time zones
    if len(numbers) == 4:
        return time(*numbers)  # type: ignore[arg-type]
    return timedelta(*numbers)


def _place(rows: list[list[CellValue]], row: int, column: int, value: CellValue) -> None:
    """Put a value where trailing blanks may have been dropped."""
    rows.extend([] for _ in range(row + 1 - len(rows)))
    rows[row].extend([None] * (column + 1 - len(rows[row])))
    rows[row][column] = value
