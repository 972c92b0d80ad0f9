"""Reads a partner's own list of what passed between it and the fund: a day and an amount in each row, and a reference.

Days and amounts are read as those of any export. No scheme line or cost centre is needed: a contribution is for none.
Of a reference only its words with a digit in them are kept, so that no name comes with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from commonpool.findings import At, Finding, Rule, Severity
from commonpool.ledger.reading import faults_of_text, opened
from commonpool.ledger.rules.extracts import (
    ColumnMapping,
    ExportFacts,
    ExportRow,
    Role,
    Style,
    propose_mapping,
    read_export,
    wording,
)
from commonpool.ledger.rules.extracts.mapping import code_key, column_index, header_key
from commonpool.ledger.rules.extracts.table import cell_text, has_values, header_row_of, headers_at, listed, locate
from commonpool.ledger.rules.extracts.telling import Telling
from commonpool.ledger.rules.matching import Item
from commonpool.sheets import Sheet, Unreadable, cell_name

ANY_LINE: Final = "*"
LINE_HEADER: Final = "line"  # the last header that is taken for a scheme line: one of the file's own goes before it
SAMPLE: Final = 50
SOUGHT: Final = ("date", "transaction date", "payment date", "amount", "net amount", "debit", "credit", "reference")
BY_PERIOD: Final = Rule(
    "REC-01",
    Severity.ERROR,
    "The record has one payment in a row",
    "‘{sheet}’ has amounts by month or quarter, and here each payment is wanted by itself.",
    "Export the transactions of the account with the pool, one in a row: date, amount, reference.",
)
_ROW: Final = re.compile(r"[0-9]+$")
_HAS_DIGIT: Final = re.compile(r"[0-9]")


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One row of a partner's record. `place` is its row in the file; pence paid to or for the pool are positive."""

    place: str
    on: date
    pence: int
    reference: str = ""
    line: str = ""

    @property
    def item(self) -> Item:
        """The row as it is reconciled."""
        return Item(self.place, self.on, self.pence, self.reference, self.line)

    def as_data(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "place": self.place,
            "on": self.on.isoformat(),
            "pence": self.pence,
            "reference": self.reference,
            "line": self.line,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> RecordRow:
        """The row that `as_data` gave."""
        return cls(**{**data, "on": date.fromisoformat(data["on"])})


def kept_reference(text: str) -> str:
    """The words of a reference that hold a digit: a document's number, and no name."""
    return " ".join(word for word in text.split() if _HAS_DIGIT.search(word))


def read_record(
    path: Path, name: str, mapping: ColumnMapping | None, facts: ExportFacts
) -> tuple[tuple[RecordRow, ...], tuple[Finding, ...]]:
    """The rows of a partner's record and all that is wrong with it; no rows where there is an error.

    mapping   how the partner's exports of transactions are read, where somebody has said so; else by the headers
    """
    try:
        workbook = opened(path, name)
    except Unreadable as unreadable:
        return (), unreadable.findings
    wanted = [*mapping.columns.values()] if mapping else SOUGHT
    sheet = max(workbook.sheets, key=lambda each: (not each.is_hidden, header_row_of(each, wanted)[1]))
    if not has_values(sheet.rows):
        return (), (wording.EMPTY.at(At(sheet.name), sheet=sheet.name, what="no row in it"),)
    has_no_header = mapping is not None and mapping.header_row == 0
    reading = _Reading(sheet, -1 if has_no_header else max(header_row_of(sheet, wanted)[0], 0))
    used, findings = reading.mapping(mapping)
    if used is None:
        return (), findings
    export = read_export(reading.widened, used, replace(facts, lines={ANY_LINE: ""}))
    located = locate(reading.widened, used, Telling())
    own = replace(located, headers=located.headers[: reading.width])
    # That rows are alike is what a reconciliation is to find out.
    of_rows = (finding for finding in export.findings if finding.rule != wording.ALIKE.id)
    findings = (*faults_of_text(path, sheet, own), *of_rows)
    if any(finding.severity is Severity.ERROR for finding in findings):
        return (), findings
    return tuple(reading.row(each, facts) for each in export.rows), findings


@dataclass(frozen=True, slots=True)
class _Widened:
    """A sheet with one column more, without a header, which names any line in each filled row."""

    sheet: Sheet
    rows: Sequence[Sequence[object]]
    width: int

    @property
    def name(self) -> str:
        return self.sheet.name

    @property
    def formulas_without_value(self) -> frozenset[tuple[int, int]]:
        return self.sheet.formulas_without_value

    def at(self, row: int, column: int, field: str | None = None, /) -> At:
        """The place of a cell; the first of its row for the column that is not the file's."""
        return self.sheet.at(row, column if column < self.width else 0, field)


class _Reading:
    """One sheet, where its headers stand (-1: nowhere), and the columns that rows are read by."""

    def __init__(self, sheet: Sheet, header_row: int) -> None:
        self.sheet, self.header_row = sheet, header_row
        self.headers = headers_at(sheet, header_row) if header_row >= 0 else ()
        self.width = max(map(len, sheet.rows))
        rows = [self._wider(number) for number in range(len(sheet.rows))]
        self.widened = _Widened(sheet, rows, self.width)
        self.own: dict[Role, int] = {}

    def _wider(self, number: int) -> list[object]:
        row: list[object] = list(self.sheet.rows[number])
        if number <= self.header_row or all(value is None for value in row):
            return row
        return [*row, *[None] * (self.width - len(row)), ANY_LINE]

    def mapping(self, saved: ColumnMapping | None) -> tuple[ColumnMapping | None, tuple[Finding, ...]]:
        """By what the rows are read: the saved mapping where its columns are here, else what the headers say."""
        used = saved if saved is not None and self._has(saved) else None
        if used is None:
            headers = [*self.headers, *[""] * (self.width - len(self.headers)), LINE_HEADER]
            rows = self.widened.rows[self.header_row + 1 : self.header_row + 1 + SAMPLE]
            proposal = propose_mapping(headers, rows)
            if proposal.mapping is None:
                said = {"missing": "; ".join(proposal.missing), "found": listed(self.headers)}
                return None, (wording.NOT_MAPPED.at(At(self.sheet.name), sheet=self.sheet.name, **said),)
            used = proposal.mapping
        if used.style is not Style.TRANSACTIONS:
            return None, (BY_PERIOD.at(At(self.sheet.name), sheet=self.sheet.name),)
        self._note_own(used)
        wanted = (Role.DATE, Role.PERIOD, Role.AMOUNT, Role.DEBIT, Role.CREDIT)
        columns = {role: column for role, column in used.columns.items() if role in wanted}
        columns[Role.SCHEME_LINE] = cell_name(0, self.width).rstrip("1")
        row = self.header_row + 1
        return replace(used, columns=columns, codes={}, kinds={}, ignored=(), sheet="", header_row=row), ()

    def _has(self, saved: ColumnMapping) -> bool:
        """Whether the file has the columns by which the mapping reads days and amounts of transactions."""
        roles = [role for role in (Role.DATE, Role.AMOUNT, Role.DEBIT, Role.CREDIT) if role in saved.columns]
        is_whole = saved.style is Style.TRANSACTIONS and Role.DATE in roles
        return is_whole and all(self._column(saved.columns[role]) is not None for role in roles)

    def _note_own(self, used: ColumnMapping) -> None:
        """Where the file itself has references and scheme lines."""
        for role in (Role.REFERENCE, Role.SCHEME_LINE):
            column = self._column(used.columns.get(role, ""))
            if column is not None and column < self.width:
                self.own[role] = column

    def _column(self, named: str) -> int | None:
        keys = [header_key(header) for header in self.headers]
        key = header_key(named)
        if key and keys.count(key) == 1:
            return keys.index(key)
        index = column_index(named)
        return index if index is not None and index < self.width else None

    def row(self, row: ExportRow, facts: ExportFacts) -> RecordRow:
        """A row as it is kept: its number, its day and amount, its reference without names, its line if it has one."""
        match = _ROW.search(row.place.cell or "")
        assert match is not None, "a row that was read has a place"
        number = int(match[0])
        line = self._text(number, Role.SCHEME_LINE)
        known = {code_key(each): each for each in facts.lines}
        reference = kept_reference(self._text(number, Role.REFERENCE))[:100]
        return RecordRow(f"row {number}", row.date, row.pence, reference, known.get(code_key(line), ""))

    def _text(self, number: int, role: Role) -> str:
        return cell_text(self.sheet, number - 1, self.own[role]) if role in self.own else ""
