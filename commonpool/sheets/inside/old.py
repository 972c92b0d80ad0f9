"""A workbook of Excel 97 to 2003 (.xls): its values, in the form in which `parse` gives those of a newer one.

Nothing can be looked at before the reader sees the file, as with .xlsx: the child's limits on memory and time are what
stops a hostile one.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from commonpool.sheets.inside.archive import Refused
from commonpool.sheets.inside.package import Allowed
from commonpool.sheets.inside.parse import Packed, pack_rows
from commonpool.sheets.inside.scan import cell_name


def old_sheets_of(data: bytes, allowed: Allowed) -> Iterator[Packed]:
    """Each worksheet's values. Raises Refused; and may end the process, which is why it has one of its own."""
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    worksheets = [about for about in book.sheets_metadata if about.typ == SheetTypeEnum.WorkSheet]
    if not worksheets:
        raise Refused("READ-13")
    used = 0
    for about in worksheets:
        sheet = book.get_sheet_by_name(about.name)
        rows, columns = sheet.end or (0, 0)
        used += (rows + 1) * (columns + 1)
        if used > allowed.cells:
            corner = cell_name(rows, columns)
            raise Refused("READ-09", sheet=about.name, cell=corner, corner=corner, most=f"{allowed.cells:,}")
        yield {
            "name": about.name,
            "hidden": about.visible != SheetVisibleEnum.Visible,
            "errors": [],
            "uncalculated": [],
            "merged": [(*start, *end) for start, end in sheet.merged_cell_ranges or ()],
            **pack_rows(sheet.to_python(skip_empty_area=False), {}),
        }
    yield {"links_out": False}
