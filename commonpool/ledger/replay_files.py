"""Reading a file of events for `replay`: guarded, whole or not at all."""

from __future__ import annotations

import csv
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Final

from commonpool.findings import At, Finding, Rule, Severity
from commonpool.ledger.rules.replaying import COLUMNS, SURPLUS
from commonpool.sheets import CellValue, Unreadable, read_csv

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
RUNS_ON: Final = Rule(
    "REPLAY-04",
    Severity.ERROR,
    "A field ends on its line",
    "A field of row {row} runs on over the lines that follow it: its quote is closed too late, or never.",
    "Close the quote on its own line, or take it away. Nothing was replayed.",
)
NEEDED: Final = ("event_id", "date", "kind", "pool", "amount")
DELIMITERS: Final = ",;\t|"  # as `read_csv` knows them
END: Final = "\nEND"


@dataclass(frozen=True, slots=True)
class _Shape:
    """How the lines of a file fall into rows. Rows count from 1, the header among them."""

    wanted: int  # fields of the header
    surplus: dict[int, int]  # row -> its fields, where they are more than the header's
    runs_on: int | None  # the first row with a field over several lines
    last: int
    last_fields: int
    ends_its_line: bool


def read_events(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """(row number in the file, column -> text) of each event. Raises Unreadable with every fault of the file."""
    sheet = read_csv(path).sheets[0]
    header = [str(value or "").strip().lower() for value in (sheet.rows[0] if sheet.rows else [])]
    shape = _shape_of(path)
    findings = [*_faults_of_header(header), *_faults_of_shape(sheet.name, shape)]
    if findings:
        raise Unreadable(findings)
    return _rows(header, sheet.rows, shape.surplus)


def _rows(
    header: Sequence[str], rows: list[list[CellValue]], surplus: Mapping[int, int]
) -> Iterator[tuple[int, dict[str, str]]]:
    for at in range(1, len(rows)):
        # Each row is given up as it is read: the ledger that grows meanwhile needs the room.
        row, rows[at] = rows[at], []
        if any(row):
            yield at + 1, _row(header, row, surplus.get(at + 1))


def _row(header: Sequence[str], values: Sequence[CellValue], surplus: int | None) -> dict[str, str]:
    row = {name: str(value or "") for name, value in zip(header, values, strict=False)}
    if surplus:
        row[SURPLUS] = f"{surplus} fields, and the header has {len(header)}"
    return row


def _faults_of_header(header: Sequence[str]) -> list[Finding]:
    missing = [column for column in NEEDED if column not in header]
    unknown = [column for column in header if column and column not in COLUMNS]
    if unknown:
        # A column of the reader's own is let be, unless it may be one of ours with its name misspelt.
        missing = [column for column in COLUMNS if column not in header]
    found = [NO_COLUMN.at(missing=", ".join(missing), found=", ".join(filter(None, header)) or "nothing")]
    twice = sorted({column for column in header if column and header.count(column) > 1})
    return [*(found if missing else []), *(TWICE.at(column=column) for column in twice)]


def _faults_of_shape(name: str, shape: _Shape) -> list[Finding]:
    if shape.runs_on is not None:
        return [RUNS_ON.at(At(name, f"A{shape.runs_on}"), row=shape.runs_on)]
    if shape.ends_its_line or shape.last < 2 or shape.last_fields >= shape.wanted:
        return []
    place = At(name, f"A{shape.last}")
    return [NOT_WHOLE.at(place, row=shape.last, found=shape.last_fields, wanted=shape.wanted)]


def _shape_of(path: Path) -> _Shape:
    """Read again for what a sheet does not keep: how many fields each row has, and where its line ends."""
    content = path.read_bytes().removeprefix(BOM_UTF8)
    # Whatever the encoding, delimiters, quotes and line ends are what they are in Latin-1.
    text = content.decode("utf-16" if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "latin-1", "replace")
    wanted, surplus, runs_on, last, last_fields = 0, {}, None, 0, 0
    for row, (fields, lines) in enumerate(_records(text), start=1):
        wanted = fields if row == 1 else wanted
        if lines > 1 and runs_on is None:
            runs_on = row
        if fields > wanted:
            surplus[row] = fields
        if fields:
            last, last_fields = row, fields
    return _Shape(wanted, surplus, runs_on, last, last_fields, text.endswith(("\n", "\r")))


def _records(text: str) -> Iterator[tuple[int, int]]:
    """(fields, lines) of each record of the text. A quote that is open at the end runs on into one line more."""
    delimiter = max(DELIMITERS, key=text.partition("\n")[0].count)
    reader = csv.reader(StringIO(text + END, newline=""), delimiter=delimiter)
    before, waiting = 0, None
    try:
        for record in reader:
            if waiting:
                yield waiting
            waiting = len(record), reader.line_num - before
            before = reader.line_num
    except csv.Error:
        waiting = 1, 2  # longer than a field may be, and only an open quote makes it so
    if waiting and waiting[1] > 1:
        yield waiting
