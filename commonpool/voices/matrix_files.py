"""A matrix as a file: the table as it is shown, and in a workbook one row for each cell beside it."""

from __future__ import annotations

import io
from collections.abc import Iterator

from django.http import HttpResponse
from django.utils import timezone
from django.utils.text import slugify

from commonpool.pages.lists.files import as_file
from commonpool.sheets import Table, write_workbook
from commonpool.voices.queries.cases import attribute_names
from commonpool.voices.queries.matrices import Cell, MatrixView, State

CELL_HEADER = ("Case", "Code", "State", "Summary", "Passages", "Good quotations", "Changed since", "By", "On")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATES = {
    State.EMPTY: "not written",
    State.NOTHING_SAID: "nothing said",
    State.WRITTEN: "written",
    State.BLIND: "in a blind round",
}


def matrix_file(kind: str, view: MatrixView, *, is_invented: bool) -> HttpResponse:
    """The matrix as `csv` or `xlsx`, with the rows and columns that are shown."""
    name = f"matrix-{slugify(view.matrix.name) or 'of-the-study'}"
    header, rows = table_of(view, is_invented=is_invented)
    if kind == "csv":
        return as_file("csv", name, view.matrix.name, header, rows)
    target = io.BytesIO()
    tables = [Table("Matrix", header, rows), Table("Cells", CELL_HEADER, cells_of(view))]
    write_workbook(target, tables, made_at=timezone.now())
    answer = HttpResponse(target.getvalue(), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


def table_of(view: MatrixView, *, is_invented: bool) -> tuple[list[str], list[list[str]]]:
    """The header and the rows, as they are shown. An empty cell is empty; nothing said is written so."""
    attributes = attribute_names([row.case for row in view.rows])
    header = ["Case", *attributes, *(column.code.name for column in view.columns)]
    rows = [
        [row.case.name, *("; ".join(row.case.attributes.get(name, ())) for name in attributes), *map(_said, row.cells)]
        for row in view.rows
    ]
    if is_invented:
        return [*header, "Data"], [[*row, "invented"] for row in rows]
    return header, rows


def cells_of(view: MatrixView) -> Iterator[list[str | int | None]]:
    """One row for each cell."""
    for row in view.rows:
        for cell in row.cells:
            yield [
                cell.case.name,
                cell.column.code.name,
                STATES[cell.state],
                cell.row.summary if cell.row and cell.state == State.WRITTEN else None,
                None if cell.is_blind else cell.passages,
                None if cell.is_blind else cell.quotations,
                str(cell.changes) if cell.is_stale else None,
                *_by(cell),
            ]


def _by(cell: Cell) -> tuple[str | None, str | None]:
    if cell.row is None or cell.state not in (State.WRITTEN, State.NOTHING_SAID):
        return None, None
    author = cell.row.written_by.initials if cell.row.written_by else ""
    return author, timezone.localtime(cell.row.written_at).date().isoformat()


def _said(cell: Cell) -> str:
    return f"[stale] {cell.text}" if cell.is_stale else cell.text
