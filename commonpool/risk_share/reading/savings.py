"""What each group of partners would save by itself, from a CSV file, or every fault of it by cell."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from commonpool.findings import Finding, own_rule
from commonpool.money import LARGEST_PENCE
from commonpool.risk_share.rules.shapley import Group
from commonpool.sheets import Sheet, Unreadable, read_csv

HEADER: Final = ("group", "saving_pence")
BETWEEN: Final = "+"
_HEADER: Final = own_rule("RB-03", "The columns are there", "The first row has {found}.", "Write: {fix}.")
_CELL: Final = own_rule("RB-04", "A cell can be read", "‘{found}’ {problem}.", "{fix}")


def read_savings(path: Path) -> dict[Group, int]:
    """Group -> pence. A group is its partners with + between: `council + ICB`. Raises sheets.Unreadable."""
    sheet = read_csv(path).sheets[0]
    header = tuple(str(cell or "").strip().casefold() for cell in (sheet.rows[0] if sheet.rows else ()))
    if header != HEADER:
        found = ", ".join(filter(None, header)) or "nothing"
        raise Unreadable([_HEADER.at(sheet.at(0, 0, "group"), found=found, fix=",".join(HEADER))])
    faults: list[Finding] = []
    savings: dict[Group, int] = {}
    for row in range(1, len(sheet.rows)):
        if any(sheet.rows[row]):
            _read(sheet, row, savings, faults)
    if faults:
        raise Unreadable(faults)
    return savings


def _read(sheet: Sheet, row: int, savings: dict[Group, int], faults: list[Finding]) -> None:
    group, pence = (str(sheet.value(row, column) or "").strip() for column in range(2))

    def fault(column: int, found: str, problem: str, fix: str) -> None:
        faults.append(_CELL.at(sheet.at(row, column, HEADER[column]), found=found[:60], problem=problem, fix=fix))

    members = [name.strip() for name in group.split(BETWEEN)]
    named = frozenset(members)
    if "" in named or len(named) < len(members):
        fault(0, group, "names nobody, or somebody twice", f"Write each partner once, such as council {BETWEEN} ICB.")
    elif named in savings:
        fault(0, group, "stands in two rows", "Give each group one row.")
    if not re.fullmatch(r"[+-]?\d{1,20}", pence, re.ASCII) or abs(int(pence)) > LARGEST_PENCE:
        fault(1, pence, "is not whole pence", "Write pence without a point, such as 15000000. 0 is a saving too.")
    else:
        savings[named] = int(pence)
