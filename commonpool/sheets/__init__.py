"""Workbooks and CSV from outside, read under guard; and written so that they are safe to open."""

from commonpool.sheets.annotating import annotate
from commonpool.sheets.csv_files import csv_lines, read_csv, write_csv
from commonpool.sheets.inside.scan import cell_name, place_of
from commonpool.sheets.reading import UNCALCULATED, read_workbook, read_workbooks, uncalculated
from commonpool.sheets.values import (
    CellValue,
    ErrorValue,
    Limits,
    Sheet,
    Unreadable,
    Workbook,
    typed_text,
)
from commonpool.sheets.writing import Table, write_workbook

__all__ = [
    "UNCALCULATED",
    "CellValue",
    "ErrorValue",
    "Limits",
    "Sheet",
    "Table",
    "Unreadable",
    "Workbook",
    "annotate",
    "cell_name",
    "csv_lines",
    "place_of",
    "read_csv",
    "read_workbook",
    "read_workbooks",
    "typed_text",
    "uncalculated",
    "write_csv",
    "write_workbook",
]
