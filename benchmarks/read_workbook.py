"""A 20-sheet, 200,000-cell workbook read under guard, beside openpyxl's full load of the same file."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import median_seconds, report
from commonpool.sheets import read_workbook, read_workbooks

SHEETS, ROWS, COLUMNS = 20, 500, 20
FILES = 30


def make_workbook(path: Path, sheets: int = SHEETS) -> Path:
    """Text, amounts, shares and dates in equal parts, as a plan's sheets have them."""
    import xlsxwriter

    chance = random.Random(1)
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for number in range(sheets):
        sheet = book.add_worksheet(f"Sheet {number + 1}")
        for row in range(ROWS):
            for column in range(0, COLUMNS, 5):
                sheet.write_string(row, column, f"Scheme {number}-{row}-{column}")
                sheet.write_string(row, column + 1, chance.choice(["Community health", "Social care", "Acute"]))
                sheet.write_number(row, column + 2, chance.randrange(10**6))
                sheet.write_number(row, column + 3, chance.random())
                sheet.write_datetime(row, column + 4, date(2031, 4, 1) + timedelta(days=chance.randrange(700)), day)
    book.close()
    return path


def main() -> None:
    """Read one large workbook and many small ones; openpyxl reads the large one in the same run."""
    import openpyxl

    with TemporaryDirectory() as folder:
        path = make_workbook(Path(folder) / "plan.xlsx")
        ours = median_seconds(lambda: read_workbook(path), repeats=5)
        theirs = median_seconds(lambda: openpyxl.load_workbook(path), repeats=1)
        report("read 200,000 cells", ours, limit=0.7, peer="openpyxl full load", peer_value=theirs)
        small = make_workbook(Path(folder) / "small.xlsx", sheets=2)
        many = median_seconds(lambda: list(read_workbooks([small] * FILES)), repeats=3)
        one_by_one = median_seconds(lambda: [read_workbook(small) for _ in range(FILES)], repeats=1)
        report(f"read {FILES} workbooks of 20,000 cells", many, limit=6, peer="one by one", peer_value=one_by_one)


if __name__ == "__main__":
    main()
