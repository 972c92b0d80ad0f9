"""What a sheet's XML says before, and beside, its values: used rectangle, errors, formulas never calculated.

All by patterns over bytes. The patterns only have to be right about honest files: what they miss in a hostile
one is stopped by the child's limit on memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from commonpool.sheets.inside.package import attributes, unescape

Place = tuple[int, int]  # row and column, both from 0

REFERENCE: Final = re.compile(r"^([A-Z]{1,3})([0-9]{1,7})$")
ROW_NUMBER: Final = re.compile(rb'<row r="([0-9]+)"')
FAR_COLUMN: Final = re.compile(rb'<c r="([A-Z]{2,3})[0-9]')
FILLED_CELL: Final = re.compile(rb'<c r="([A-Z]{1,3})([0-9]+)"(?:>|[^>]*[^/]>)\s*<[vif]')
NEGATIVE: Final = re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,7})"[^>]*><v>(-[0-9.Ee+-]+)</v>')
TAG: Final = re.compile(rb"<(/?)(?:\w+:)?(row|c)\b([^>]*)>(\s*<(?:\w+:)?(?:v|is|f)\b)?")
ROOT: Final = re.compile(rb"<(\w+:)?worksheet\b")
# It stops at the next cell, closed or not: cells that are never closed would otherwise cost the square of their number.
ERROR_CELL: Final = re.compile(
    rb"""<(?:\w+:)?c\s([^>]*?\bt=["']e["'][^>]*)>(?:(?!</(?:\w+:)?c>|<(?:\w+:)?c[\s>]).)*?<(?:\w+:)?v>([^<]*)<""",
    re.S,
)
FORMULA_END: Final = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f\b[^>]*/>)\s*(<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


def used_rectangle(xml: bytes, enough: int) -> Place:
    """Rows and columns from A1 to the last value. Exact when they multiply to more than `enough`, else at most."""
    numbers = ROW_NUMBER.findall(xml)
    cells = xml.count(b"<c ") + xml.count(b"<c>")
    is_as_excel_writes = len(numbers) == xml.count(b"<row") and cells == xml.count(b'<c r="') and b":c " not in xml
    if not is_as_excel_writes:
        return _careful_rectangle(xml)
    rows = max(map(int, numbers), default=0)
    # Looking only for columns of two and three letters is quicker than looking at every cell; the rest end at Z.
    columns = max(map(column_number, set(FAR_COLUMN.findall(xml))), default=column_number(b"Z")) + 1
    if rows * columns <= enough:
        return rows, columns
    # Empty formatted rows and columns are common in official workbooks: only values count.
    filled = FILLED_CELL.findall(xml)
    letters = {letter for letter, _ in filled}
    return max((int(row) for _, row in filled), default=0), max(map(column_number, letters), default=-1) + 1


def _careful_rectangle(xml: bytes) -> Place:
    rows = columns = row = column = 0
    for slash, tag, inside, has_value in TAG.findall(xml):
        if tag == b"row" and not slash:
            row, column = int(attributes(inside).get("r", row + 1)) - 1, 0
        if tag == b"row" and (slash or inside.endswith(b"/")):
            row += 1
        elif tag == b"c" and not slash:
            if has_value:
                row, column = place_of(attributes(inside).get("r", "")) or (row, column)
                rows, columns = max(rows, row + 1), max(columns, column + 1)
            column += 1
    return rows, columns


def negative_cells(xml: bytes) -> dict[Place, float]:
    """Each cell that holds a negative number. Calamine reads one that is formatted as a date as midnight."""
    if b"<v>-" not in xml:
        return {}
    return {place_of(cell.decode()) or (0, 0): float(number) for cell, number in NEGATIVE.findall(xml)}


def error_cells(xml: bytes) -> Iterator[tuple[Place, str]]:
    """Each cell that holds an error, with the error's text: (26, 11), "#REF!"."""
    if b't="e"' not in xml and b"t='e'" not in xml:
        return
    for match in ERROR_CELL.finditer(xml):
        if place := place_of(attributes(match[1]).get("r", "")):
            yield place, unescape(match[2].decode("utf-8", "replace"))


def formulas_without_value(xml: bytes) -> Iterator[Place]:
    """Each cell whose formula was never calculated by the program that saved the workbook."""
    root = ROOT.search(xml)
    if root is None or (b"f>" not in xml and b"<f " not in xml):
        return
    cell_start = b"<" + (root[1] or b"") + b"c "
    searched = 0
    for match in FORMULA_END.finditer(xml):
        start = xml.rfind(cell_start, searched, match.start())
        searched = match.end()
        if start < 0:
            continue
        cell = attributes(xml[start : xml.index(b">", start)])
        # A formula that gives the empty text is stored as text with an empty value: calculated, and blank.
        is_empty_text = match[1] is not None and cell.get("t") == "str"
        if not is_empty_text and (place := place_of(cell.get("r", ""))):
            yield place


def place_of(reference: str) -> Place | None:
    """ "L27" -> (26, 11); None for what is no cell."""
    match = REFERENCE.match(reference.replace("$", ""))
    return (int(match[2]) - 1, column_number(match[1].encode())) if match else None


def column_number(letters: bytes) -> int:
    """b"A" -> 0, b"AA" -> 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def cell_name(row: int, column: int) -> str:
    """The cell's name as Excel shows it, counting from 0: (26, 11) is L27."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row + 1}"
