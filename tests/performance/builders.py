"""Invented files in the layouts of published ones, with whatever fault a test wants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from commonpool.performance.store.layouts import read_source

AT = datetime(2031, 6, 1, 9, tzinfo=UTC)
LATER = datetime(2031, 7, 1, 9, tzinfo=UTC)
COUNCILS = (("901", "Wendleshire"), ("902", "Harbourne UA"))
REASONS = (
    "A) Awaiting completion of assessment",
    "B) Awaiting public funding",
    "C) Awaiting further non-acute NHS care",
    "Di) Awaiting residential home placement or availability",
    "Dii) Awaiting nursing home placement or availability",
    "E) Awaiting care package in own home",
    "F) Awaiting community equipment and adaptations",
    "G) Patient or family choice",
    "H) Disputes",
    "I) Housing - patients not covered by Care Act",
)
Cell = Any


@dataclass
class Dtoc:
    """One month of delayed transfers in an invented country of two councils. Figures: (acute, non-acute) of each."""

    month: str = "April 2031"
    days: Mapping[str, tuple[Cell, Cell]] = field(default_factory=lambda: {"901": (30.0, 12.0), "902": (7.0, 0.0)})
    councils: Sequence[tuple[str, str]] = COUNCILS
    england: tuple[Cell, Cell, Cell] | None = None
    revised: str = "1st June 2031"
    labels: tuple[str, str, str] = ("Acute", "Non-Acute", "Total")
    more_rows: Sequence[Sequence[Cell]] = ()
    sheet: str = "LA - by type of care"
    gss: Mapping[str, str] | None = None  # council's code -> its GSS code, as workbooks since July 2015 have it

    def write(self, path: Path) -> Path:
        """As a workbook."""
        with xlsxwriter.Workbook(str(path)) as book:
            self._sheet(book, self.sheet, self.labels, self._care_rows())
            whole = [sum(x for x in self.days[code] if isinstance(x, float)) for code, _ in self.councils]
            for name, labels in (
                ("LA - by responsible org", ("NHS", "Social Care", "Both")),
                ("LA - by reason", REASONS),
            ):
                rows = [
                    ("-", code, council, total, *[0.0] * (len(labels) - 1), total)
                    for (code, council), total in zip(self.councils, whole, strict=True)
                ]
                england = ("-", "-", "England", sum(whole), *[0.0] * (len(labels) - 1), sum(whole))
                self._sheet(book, name, (*labels, "Total"), [england, (), *rows])
        return path

    def _care_rows(self) -> list[Sequence[Cell]]:
        known = [[x if isinstance(x, float) else 0.0 for x in self.days[code]] for code, _ in self.councils]
        acute, other = sum(row[0] for row in known), sum(row[1] for row in known)
        england = ("-", "-", "England", *(self.england or (acute, other, acute + other)))
        rows = [
            ("-", code, name, *self.days[code], sum(x for x in self.days[code] if isinstance(x, float)))
            for code, name in self.councils
        ]
        return [england, (), *rows, *self.more_rows]

    def _sheet(self, book: Any, name: str, labels: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        sheet = book.add_worksheet(name)
        for row, (label, text) in enumerate([("Period:", self.month), ("Revised:", self.revised)], start=4):
            sheet.write(row, 1, label)
            sheet.write(row, 2, text)
        with_gss = [] if self.gss is None else ["ONS Geography"]
        sheet.write_row(13, 1, ["Region", *with_gss, "Code", "Name", *labels])
        for number, cells in enumerate(rows, start=14):
            if self.gss is not None and cells:
                cells = (cells[0], self.gss.get(cells[1], "-"), *cells[1:])
            for column, cell in enumerate(cells, start=1):
                if cell is not None:
                    sheet.write(number, column, cell)


def daily_workbook(path: Path, days: Sequence[date], trusts: Mapping[str, Sequence[Cell]]) -> Path:
    """An acute situation report with its daily table alone among figures: one number for each trust and day."""
    with xlsxwriter.Workbook(str(path)) as book:
        _daily(book, days, trusts)
    return path


def acute_workbook(path: Path, days: Sequence[date], trusts: Mapping[str, Sequence[Cell]]) -> Path:
    """The same with all the tables that a month has, those other than the daily one with a single trust of ones."""
    tables = {table.id: table for table in read_source("acute-discharge").layouts[0].tables}
    with xlsxwriter.Workbook(str(path)) as book:
        cover, missing = book.add_worksheet("Cover Sheet"), book.add_worksheet("Table 1")
        cover.write_row(1, 1, ["Period:", f"{days[0]:%B %Y}"])
        missing.write_row(1, 1, ["Date", "Missing organisations (Acute Trust with Type 1)"])
        missing.write_row(2, 1, [days[0].isoformat(), 1.0])
        _daily(book, days, trusts)
        for name, table in (("Table 3", "weekly_bed_days"), ("Table 4", "destinations"), ("Table 5", "reasons")):
            sheet, labels = book.add_worksheet(name), list(tables[table].headings.spelled.values())
            sheet.write(2, 4, days[0].isoformat())
            sheet.write_row(3, 4, labels)
            sheet.write_row(5, 1, ["Region", "Org Code", "Org Name"])
            sheet.write_row(6, 1, ["NORTH", next(iter(trusts)), "TRUST", *[1.0] * len(labels)])
    return path


def _daily(book: Any, days: Sequence[date], trusts: Mapping[str, Sequence[Cell]]) -> None:
    measures = (
        "Number of patients who no longer meet the criteria to reside",
        "Number of patients discharged",
        "Number of patients remaining in hospital who no longer meet the criteria to reside",
    )
    sheet = book.add_worksheet("Table 2")
    dated = book.add_format({"num_format": "dd/mm/yyyy"})
    for number, day in enumerate(days):
        sheet.merge_range(2, 4 + 3 * number, 2, 6 + 3 * number, None)
        sheet.write_datetime(2, 4 + 3 * number, day, dated)
        sheet.write_row(3, 4 + 3 * number, measures)
    sheet.write_row(5, 1, ["Region", "Org Code", "Org Name"])
    for row, (code, figures) in enumerate(trusts.items(), start=6):
        sheet.write_row(row, 1, ["NORTH", code, f"TRUST {code}"])
        for number, figure in enumerate(figures):
            sheet.write_row(row, 4 + 3 * number, [figure, 1.0, figure])


def ae_csv(path: Path, rows: Sequence[str]) -> Path:
    """A&E attendances by ICB, as the compiled file has them."""
    header = "icb22_code,total_attendances,attendances_over_4hours,total_emergency_admissions,"
    more = "emergency_admissions_over_4hours,pct_attendance_over_4hours,pct_emergency_admissions_over_4hours,date"
    path.write_text("\n".join([header + more, *rows]) + "\n", encoding="utf-8")
    return path
