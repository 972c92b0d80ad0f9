"""Reports as files: CSV of its tables as one, a workbook of all tables, a Word document of everything."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from commonpool import __version__
from commonpool.sheets import Table, csv_lines, write_workbook
from commonpool.voices.rules.refi.tree import holdable
from commonpool.voices.rules.reports.document import Grid, Heading, Report, Words, one_of, shown
from commonpool.voices.writing.archives import without_moments

if TYPE_CHECKING:
    from docx.document import Document

KINDS: Final = {"csv": "CSV", "xlsx": "XLSX", "docx": "DOCX"}
TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
INVENTED: Final = "Invented data: every person, place and word is made up."
INVENTED_ROW: Final = ("Data", "invented")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every file of a report says of where it comes from. `as_at` has a time zone."""

    study: str
    as_at: datetime
    is_invented: bool = False

    def lines(self) -> list[str]:
        """For people: the study, as at when, and whether it is invented."""
        when = self.as_at.astimezone(UTC)
        said = [f"Study: {self.study}", f"As at {when:%-d %B %Y, %H:%M} UTC. Commonpool {__version__}."]
        return [*said, INVENTED] if self.is_invented else said


def file_of(report: Report, kind: str, stamp: Stamp) -> bytes:
    """The report as a file of that kind, one of KINDS. The same report and stamp give the same bytes."""
    return {"csv": _csv, "xlsx": _workbook, "docx": _document}[kind](report, stamp)


def _csv(report: Report, stamp: Stamp) -> bytes:
    """Its tables as one; what is not known is an empty field, and every row of invented data says so."""
    grid = one_of(report.grids)
    head, mark = ([each] if stamp.is_invented else [] for each in INVENTED_ROW)
    rows = [(*grid.header, *head), *((*row, *mark) for row in grid.rows)]
    return ("\ufeff" + "".join(csv_lines(rows))).encode()


def _workbook(report: Report, stamp: Stamp) -> bytes:
    out = io.BytesIO()
    tables = [Table(grid.title, grid.header, grid.rows, above=_above(grid, stamp)) for grid in report.grids]
    write_workbook(out, tables, made_at=stamp.as_at.astimezone(UTC))
    return out.getvalue()


def _above(grid: Grid, stamp: Stamp) -> list[str]:
    return [grid.title, *stamp.lines(), *([grid.note] if grid.note else [])]


def _document(report: Report, stamp: Stamp) -> bytes:
    import docx

    document = docx.Document()
    about, moment = document.core_properties, stamp.as_at.astimezone(UTC).replace(tzinfo=None)
    about.author = about.last_modified_by = "Commonpool"
    about.title, about.comments, about.revision = report.title, "", 1
    about.created = about.modified = moment
    document.add_heading(report.title, level=1)
    for line in [*stamp.lines(), report.headline]:
        document.add_paragraph(holdable(line))
    for block in report.blocks:
        match block:
            case Heading(text):
                document.add_heading(holdable(text), level=2)
            case Words(text):
                document.add_paragraph(holdable(text))
            case Grid():
                _add_table(document, block)
    out = io.BytesIO()
    document.save(out)
    return without_moments(out.getvalue())


def _add_table(document: Document, grid: Grid) -> None:
    document.add_paragraph(holdable(grid.title), style="Caption")
    # Made of one size at once: adding rows one by one makes python-docx measure the whole table each time.
    table = document.add_table(len(grid.rows) + 1, len(grid.header), style="Table Grid")
    for row, values in zip(table.rows, [grid.header, *grid.rows], strict=True):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = holdable(shown(value))
    for cell in table.rows[0].cells:
        for run in cell.paragraphs[0].runs:
            run.bold = True
    if grid.note:
        document.add_paragraph(holdable(grid.note))
