"""Reading a file of events for `replay`: guarded, whole or not at all."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from commonpool.findings import At, Finding, Rule, Severity
from commonpool.ledger.rules.replaying import COLUMNS
from commonpool.sheets import Sheet, Unreadable, read_csv

NOT_WHOLE: Final = Rule(
    "REPLAY-01",
    Severity.ERROR,
    "The file ends with a whole row",
    "The last row ({row}) has {found} fields and the header has {wanted}: the file ends in the middle of a line.",
    "Export it again, to its end. Nothing was replayed.",
)
NO_COLUMN: Final = Rule(
    "REPLAY-02",
    Severity.ERROR,
    "The columns are there",
    "The header has no column {missing}; it has {found}.",
    f"Name the columns: {','.join(COLUMNS)}.",
)
TWICE: Final = Rule(
    "REPLAY-03", Severity.ERROR, "A column stands once", "The header names {column} twice.", "Remove one of them."
)
NEEDED: Final = ("event_id", "date", "kind", "amount")


def read_events(path: Path) -> list[tuple[int, dict[str, str]]]:
    """(row number in the file, column -> text) of each event. Raises Unreadable with every fault of the file."""
    sheet = read_csv(path).sheets[0]
    header = [str(value or "").strip().lower() for value in (sheet.rows[0] if sheet.rows else [])]
    findings = [*_faults_of(header), *_cut_off(path, sheet, len(header))]
    if findings:
        raise Unreadable(findings)
    return [
        (number, {name: str(row[at] or "") for at, name in enumerate(header) if at < len(row)})
        for number, row in enumerate(sheet.rows[1:], start=2)
        if any(row)
    ]


def _faults_of(header: Sequence[str]) -> list[Finding]:
    missing = [column for column in NEEDED if column not in header]
    found = [NO_COLUMN.at(missing=", ".join(missing), found=", ".join(filter(None, header)) or "nothing")]
    twice = sorted({column for column in header if column and header.count(column) > 1})
    return [*(found if missing else []), *(TWICE.at(column=column) for column in twice)]


def _cut_off(path: Path, sheet: Sheet, wanted: int) -> list[Finding]:
    """A finding where the file ends in the middle of a line: its last has no end and too few fields."""
    content = path.read_bytes().rstrip(b"\0")
    if content.endswith((b"\n", b"\r")) or len(sheet.rows) < 2:
        return []
    last = content.splitlines()[-1].decode("utf-8", "replace")
    first = content.splitlines()[0].decode("utf-8", "replace")
    delimiter = max(",;\t|", key=first.count)
    fields = len(next(csv.reader([last], delimiter=delimiter), []))
    if fields >= wanted:
        return []
    return [NOT_WHOLE.at(At(sheet.name, f"A{len(sheet.rows)}"), row=len(sheet.rows), found=fields, wanted=wanted)]
