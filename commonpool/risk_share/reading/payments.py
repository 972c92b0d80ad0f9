"""Payment for performance: its terms in YAML, its quarters in CSV."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from commonpool.findings import At, Finding, own_rule
from commonpool.risk_share.reading.nodes import Node
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.performance_payment import EarnedUpTo, PerformancePayment, Quarter
from commonpool.sheets import Sheet, Unreadable, read_csv

_TERMS: Final = ("price", "target", "earned_up_to", "paid_to", "kept_by")
_COLUMNS: Final[tuple[str, ...]] = ("quarter", "planned", "achieved", "baseline", "actual")
_HEADER: Final = own_rule("RQ-01", "The columns are there", "The first row has {found}.", "{fix}")
_CELL: Final = own_rule(
    "RQ-02", "A cell can be read", "‘{found}’ is no whole number.", "Write admissions, such as 210."
)
_APART: Final = own_rule(
    "RQ-03",
    "What was achieved is the baseline less the actual",
    "{found} stands there, and baseline less actual is {less}.",
    "Correct one of the three, or leave out a column.",
)
_FIX: Final = "Write quarter, planned (if the plan is by quarter), and achieved; or baseline and actual in its place."


def payment_from(top: Node) -> PerformancePayment:
    """The terms of a document that has `performance`. Raises nodes.Refused with every fault and its line."""
    keys = top.keys(("title", "performance"))
    terms = keys["performance"].keys(_TERMS)
    for needed in ("price", "paid_to", "kept_by"):
        if needed not in terms:
            keys["performance"].fault(f"‘{needed}’ is missing.", f"Write ‘{needed}:’ below performance.")
    words = tuple(each.value for each in EarnedUpTo)
    try:
        found = PerformancePayment(
            title=keys["title"].text() if "title" in keys else "Payment for performance",
            price_pence=terms["price"].pence() if "price" in terms else 1,
            earned_up_to=EarnedUpTo(terms["earned_up_to"].choice(words) if "earned_up_to" in terms else words[0]),
            paid_to=terms["paid_to"].text() if "paid_to" in terms else "",
            kept_by=terms["kept_by"].text() if "kept_by" in terms else "",
            target=_whole(terms["target"]) if "target" in terms else None,
        )
    except ContractError as error:
        problem, _, fix = str(error).partition(". ")
        keys["performance"].fault(f"{problem}.", fix)
    top.faults.refuse()
    return found


def _whole(node: Node) -> int:
    text = node.text()
    if re.fullmatch(r"\d{1,9}", text, re.ASCII):
        return int(text)
    node.fault(f"‘{text}’ is no whole number.", "Write admissions, such as 500.")
    return 0


def read_quarters(path: Path, name: str | None = None) -> list[Quarter]:
    """The quarters of the file, which people call `name`. Raises sheets.Unreadable with every fault at once."""
    sheet = read_csv(path, name=name).sheets[0]
    header = [str(cell or "").strip().casefold() for cell in (sheet.rows[0] if sheet.rows else ())]
    columns = {name: header.index(name) for name in _COLUMNS if name in header}
    is_complete = "quarter" in columns and ("achieved" in columns or {"baseline", "actual"} <= columns.keys())
    if not is_complete or len(sheet.rows) < 2:
        found = ", ".join(filter(None, header)) or "nothing"
        raise Unreadable([_HEADER.at(At(sheet.name), found=found, fix=_FIX)])
    faults: list[Finding] = []
    quarters = [_quarter(sheet, columns, row, faults) for row in range(1, len(sheet.rows))]
    if faults:
        raise Unreadable(faults)
    return quarters


def whole_number(text: str) -> int | None:
    """A count of admissions, such as 210 or -20; None for anything else."""
    return int(text) if re.fullmatch(r"[+-]?\d{1,9}", text, re.ASCII) else None


def _quarter(sheet: Sheet, columns: dict[str, int], row: int, faults: list[Finding]) -> Quarter:
    def number(column: str, *, may_be_blank: bool = False) -> int | None:
        text = str(sheet.value(row, columns[column]) or "").strip()
        if not text and may_be_blank:
            return None
        found = whole_number(text)
        if found is None:
            faults.append(_CELL.at(sheet.at(row, columns[column], column), found=text[:40]))
        return found or 0

    is_stated = "achieved" in columns
    achieved = number("achieved") if is_stated else None
    if {"baseline", "actual"} <= columns.keys():
        baseline, actual = (number(each, may_be_blank=is_stated) for each in ("baseline", "actual"))
        less = None if baseline is None or actual is None else baseline - actual
        if is_stated and less not in (None, achieved):
            faults.append(_APART.at(sheet.at(row, columns["achieved"], "achieved"), found=achieved, less=less))
        achieved = achieved if is_stated else less
    planned = number("planned", may_be_blank=True) if "planned" in columns else None
    return Quarter(str(sheet.value(row, columns["quarter"]) or ""), planned, achieved or 0)
