"""Workbooks and CSV from outside, read under guard; and written so that they are safe to open."""

from commonpool.sheets.annotating import annotate
from commonpool.sheets.inside.scan import cell_name, place_of
from commonpool.sheets.reading import read_workbook, read_workbooks
from commonpool.sheets.values import (
    CellValue,
    ErrorValue,
    Limits,
    Sheet,
    Unreadable,
    Workbook,
    typed_text,
)

__all__ = [
    "CellValue",
    "ErrorValue",
    "Limits",
    "Sheet",
    "Unreadable",
    "Workbook",
    "annotate",
    "cell_name",
    "place_of",
    "read_workbook",
    "read_workbooks",
    "typed_text",
]
