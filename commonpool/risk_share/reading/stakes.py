"""Who pays and who gains, from a CSV file, or every fault of it by cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from commonpool.findings import At, Finding, own_rule
from commonpool.money import LARGEST_PENCE
from commonpool.risk_share.rules.benefits import Stake
from commonpool.risk_share.rules.errors import ContractError
from commonpool.sheets import Sheet, Unreadable, cell_name, read_csv

NEEDED: Final = ("scheme", "partner")
RANGE: Final = ("low_pence", "high_pence")
AMOUNTS: Final = ("pays_pence", "cashable_pence", "non_cashable_pence", *RANGE)
WORDS: Final = ("not_money", "evidence")
_HEADER: Final = own_rule("RB-01", "The columns are there", "The first row has {found}.", "Write: {fix}.")
_CELL: Final = own_rule("RB-02", "A cell can be read", "‘{found}’ {problem}.", "{fix}")

_LENGTH: Final = own_rule("RB-05", "The file is not too long", "It has {found} rows.", "Send at most {most} at once.")


@dataclass(frozen=True, slots=True)
class StakeRow:
    """A row of the file: where it stands, to tell a fault of it by cell, and what it says."""

    sheet: Sheet
    row: int
    columns: Mapping[str, int]
    stake: Stake

    def fault(self, column: str, problem: str, fix: str) -> Finding:
        """That cell, with what is wrong with it."""
        place = self.sheet.at(self.row, self.columns[column], column)
        found = str(self.sheet.value(self.row, self.columns[column]) or "").strip()
        return _CELL.at(place, found=found[:40], problem=problem, fix=fix)


def read_stakes(path: Path) -> list[Stake]:
    """The stakes of the file. Raises sheets.Unreadable with every fault at once."""
    return [row.stake for row in read_stake_rows(path)]


def read_stake_rows(path: Path, name: str | None = None, most: int | None = None) -> list[StakeRow]:
    """The same with the place of each; `name` is what people call the file, and `most` how many rows it may have."""
    sheet = read_csv(path, name=name).sheets[0]
    if most is not None and len(sheet.rows) > most + 1:
        raise Unreadable([_LENGTH.at(At(sheet.name), found=f"{len(sheet.rows) - 1:,}", most=f"{most:,}")])
    header = [str(cell or "").strip().casefold() for cell in (sheet.rows[0] if sheet.rows else ())]
    known = (*NEEDED, *AMOUNTS, *WORDS)
    faults = _header_faults(sheet, header, known)
    if faults:
        raise Unreadable(faults)
    columns = {name: header.index(name) for name in known if name in header}
    rows = [row for row in range(1, len(sheet.rows)) if any(sheet.rows[row])]
    stakes = [(row, _stake(sheet, columns, row, faults)) for row in rows]
    if faults:
        raise Unreadable(faults)
    return [StakeRow(sheet, row, columns, stake) for row, stake in stakes if stake]


def _header_faults(sheet: Sheet, header: list[str], known: tuple[str, ...]) -> list[Finding]:
    listed = ", ".join(known)
    faults = [
        _CELL.at(At(sheet.name, cell_name(0, at)), found=name, problem="is not known here", fix=f"Known: {listed}.")
        for at, name in enumerate(header)
        if name and name not in known
    ]
    if not {*NEEDED} <= {*header} or len(sheet.rows) < 2:
        found = ", ".join(filter(None, header)) or "nothing"
        faults.append(_HEADER.at(At(sheet.name), found=found, fix=listed))
    return faults


def _stake(sheet: Sheet, columns: dict[str, int], row: int, faults: list[Finding]) -> Stake | None:
    def text(column: str) -> str:
        return str(sheet.value(row, columns[column]) or "").strip() if column in columns else ""

    def fault(column: str, problem: str, fix: str) -> None:
        place = sheet.at(row, columns[column], column)
        faults.append(_CELL.at(place, found=text(column)[:40], problem=problem, fix=fix))

    def pence(column: str) -> int | None:
        written = text(column)
        if not written:
            return None
        if not re.fullmatch(r"[+-]?\d{1,20}", written, re.ASCII) or abs(int(written)) > LARGEST_PENCE:
            fault(column, "is not whole pence", "Write pence without a point, such as 15000000.")
            return None
        return int(written)

    for column in NEEDED:
        if not text(column):
            fault(column, "names nobody", "Name the scheme and the partner in each row.")
    # A column that is left out counts as nothing; an empty cell in one that is there is not known.
    amounts = {column: pence(column) if column in columns or column in RANGE else 0 for column in AMOUNTS}
    try:
        return Stake(
            scheme=text("scheme"),
            partner=text("partner"),
            pays_pence=amounts["pays_pence"],
            cashable_pence=amounts["cashable_pence"],
            non_cashable_pence=amounts["non_cashable_pence"],
            not_money=text("not_money"),
            low_pence=amounts["low_pence"],
            high_pence=amounts["high_pence"],
            evidence=text("evidence"),
        )
    except ContractError as error:
        problem, _, fix = str(error).partition(". ")
        fault("partner", f"cannot be: {problem}", fix)
        return None
