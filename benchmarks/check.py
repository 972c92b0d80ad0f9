"""Checking plans: one large workbook, ten thousand lines, and 150 workbooks by one command.

openpyxl's full load of the same file is the peer: it only loads, where ours also recognises the round, reads the
plan and checks every rule of it, with the child process that parses the file.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import median_run, median_seconds, report
from commonpool.demo.wendleshire import wendleshire_plan
from commonpool.plans.rules import PlanContent, SchemeRow
from commonpool.plans.template import write_plan
from commonpool.plans.template.book import Book
from commonpool.plans.template.sheets import write_sheet
from commonpool.plans.workbooks import Asked, check_file
from commonpool.policy.reading import load_round
from commonpool.policy.rules import Round

TODAY = date(2026, 11, 1)
LINES, FILES = 10_000, 150
SHEETS, CELLS = 20, 200_000
WORKING, COLUMNS = 10, 20


def with_lines(plan: PlanContent, count: int) -> PlanContent:
    """The plan with so many lines: its own, and credits and debits that leave every source as it was."""
    made: list[SchemeRow] = list(plan.lines)
    for number in range(count - len(plan.lines)):
        line = plan.lines[number // 2 % len(plan.lines)]
        made.append(
            replace(
                line,
                line_id=f"B{number}",
                name=f"{line.name}, part {number}",
                pence={"2024-25": 100_00 if number % 2 else -100_00},
                comment="Moved between parts",
            )
        )
    return replace(plan, lines=tuple(made))


def large_workbook(path: Path, planning_round: Round) -> Path:
    """A sound plan of 20 sheets and 200,000 cells: Wendleshire's, and sheets of the area's own working."""
    content = wendleshire_plan(planning_round)
    with Book(str(path), planning_round) as book:
        for code, layout in planning_round.sheets.items():
            write_sheet(book, code, layout, content)
        for number in range(WORKING):
            sheet = book.file.add_worksheet(f"Working {number + 1}")
            for row in range(CELLS // WORKING // COLUMNS):
                for column in range(0, COLUMNS, 2):
                    sheet.write_string(row, column, f"Working {number}-{row}-{column}")
                    sheet.write_number(row, column + 1, row * column / 7)
        book.write_lists()
    return path


def main() -> None:
    """Print each figure with its limit; the answers are checked to be right before they are timed."""
    import openpyxl

    planning_round = load_round("2023-25")
    with TemporaryDirectory() as name:
        folder = Path(name)
        large = large_workbook(folder / "large.xlsx", planning_round)
        found = check_file(large, Asked(today=TODAY))
        assert found.exit_code == 0 and found.sheets == SHEETS and found.cells >= CELLS, found.findings[:3]
        ours = median_seconds(lambda: check_file(large, Asked(today=TODAY)), repeats=5)
        theirs = median_seconds(lambda: openpyxl.load_workbook(large), repeats=1)
        what = f"read and check {found.sheets} sheets, {found.cells:,} cells"
        report(what, ours, limit=0.7, peer="openpyxl full load alone", peer_value=theirs)
        whole = median_run("check", large, "--json", repeats=3)
        report("the same as a whole command", whole.seconds, limit=1.2)

        many = folder / "lines.xlsx"
        write_plan(with_lines(wendleshire_plan(planning_round), LINES), planning_round, many)
        lines = median_run("check", many, "--json", repeats=3)
        assert lines.code == 0
        report(f"check {LINES:,} scheme lines, whole command", lines.seconds, limit=1.5)
        report("its memory", lines.peak_mb, limit=500, unit="MB")

        plans = folder / "plans"
        plans.mkdir()
        first = plans / "area-000.xlsx"
        write_plan(wendleshire_plan(planning_round), planning_round, first)
        for number in range(1, FILES):
            shutil.copyfile(first, plans / f"area-{number:03d}.xlsx")
        whole = median_run("check", plans, "--json", repeats=1)
        assert whole.code == 0
        report(f"check {FILES} plan workbooks by one command", whole.seconds, limit=30)


if __name__ == "__main__":
    main()
