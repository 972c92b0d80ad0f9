"""One workbook's values, in a form that marshal can carry to the parent."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator
from typing import Any, Final

from python_calamine import CalamineWorkbook

from commonpool.sheets.inside.archive import Refused
from commonpool.sheets.inside.package import Allowed, Package, SheetPart
from commonpool.sheets.inside.scan import (
    Place,
    cell_name,
    error_cells,
    formulas_without_value,
    negative_cells,
    used_rectangle,
)

# Marshal carries none, bool, int, float and str. Other values travel beside the rows as (row, column, numbers...).
Packed = dict[str, Any]
PLAIN: Final = frozenset((str, float, int, bool))
LARGEST: Final = sys.float_info.max


def sheets_of(path: str, data: bytes, allowed: Allowed) -> Iterator[Packed]:
    """Each worksheet's values. Raises Refused; and may end the process, which is why it has one of its own."""
    package = Package(data, allowed)
    found = [sheet for sheet in package.sheets() if sheet.kind == "worksheet"]
    if not found:
        raise Refused("READ-13")
    looked_at = _look_inside(package, found, allowed)
    book = CalamineWorkbook.from_path(path)
    for sheet, packed in zip(found, looked_at, strict=True):
        read = book.get_sheet_by_name(sheet.name)
        packed.update(pack_rows(read.to_python(skip_empty_area=False), packed.pop("negative")))
        packed["merged"] = [(*start, *end) for start, end in read.merged_cell_ranges or ()]
        yield packed
    yield {"links_out": any(entry.name.startswith("xl/externalLinks/") for entry in package.entries)}


def _look_inside(package: Package, sheets: list[SheetPart], allowed: Allowed) -> list[Packed]:
    """What the XML says of each sheet, before calamine sees the file. Raises Refused when there is too much."""
    for kind, part in package.relationships(package.workbook).values():
        if kind in ("sharedStrings", "styles") and package.has(part):
            _refuse_null_characters(part, package.part(part))
    looked_at, used = [], 0
    for sheet in sheets:
        xml = package.part(sheet.part)
        _refuse_null_characters(sheet.part, xml)
        rows, columns = used_rectangle(xml, enough=allowed.cells // len(sheets))
        used += rows * columns
        if used > allowed.cells:
            corner = cell_name(rows - 1, columns - 1)
            raise Refused("READ-09", sheet=sheet.name, cell=corner, corner=corner, most=f"{allowed.cells:,}")
        looked_at.append(
            {
                "name": sheet.name,
                "hidden": sheet.is_hidden,
                "errors": [(*place, text) for place, text in error_cells(xml)],
                "negative": negative_cells(xml),
                "uncalculated": list(formulas_without_value(xml)),
            }
        )
    return looked_at


def _refuse_null_characters(part: str, xml: bytes) -> None:
    """Excel writes a character that XML cannot hold as _x000D_; the null character no database can hold either."""
    if b"_x0000_" in xml:
        raise Refused("READ-06", why=f"its part {part} holds characters that no text can hold")


def pack_rows(rows: list[list[Any]], negative: dict[Place, float]) -> Packed:
    """The rows without trailing blanks, None where a cell is empty; dates and moments apart."""
    dates: list[int] = []
    moments: list[tuple[int, ...]] = []
    impossible: list[tuple[int, int, str]] = []  # “NaN” and “1e999” are numbers to calamine, and to no one else
    filled = 0
    for row_number, row in enumerate(rows):
        width = 0
        for column, value in enumerate(row):
            if value == "":
                row[column] = None
                continue
            filled += 1
            width = column + 1
            if type(value) is float and not -LARGEST <= value <= LARGEST:
                row[column] = None
                impossible.append((row_number, column, "#NUM!"))
            elif type(value) not in PLAIN:
                row[column] = negative.get((row_number, column))
                if row[column] is not None:
                    continue
                if type(value) is datetime.date:
                    dates += (row_number, column, value.toordinal())
                else:
                    moments.append((row_number, column, *_moment(value)))
        del row[width:]
    while rows and not rows[-1]:
        rows.pop()
    return {"rows": rows, "dates": dates, "moments": moments, "impossible": impossible, "cells": filled}


def _moment(value: Any) -> tuple[int, ...]:
    """Numbers that tell moments apart by how many they are: datetime 7, time 4, timedelta 3."""
    if isinstance(value, datetime.datetime):
        return (*value.timetuple()[:6], value.microsecond)
    if isinstance(value, datetime.time):
        return value.hour, value.minute, value.second, value.microsecond
    assert isinstance(value, datetime.timedelta), f"calamine has a new kind of value: {type(value)}"
    return value.days, value.seconds, value.microseconds
