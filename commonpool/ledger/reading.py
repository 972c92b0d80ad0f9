"""Reads a partner's export from a CSV file or workbook, under guard, and shows what each column was taken for."""

from __future__ import annotations

import csv
import gc
import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from io import StringIO
from itertools import chain
from pathlib import Path
from typing import Final

from commonpool.findings import At, Finding
from commonpool.ledger.rules.extracts import (
    ColumnMapping,
    ExportFacts,
    Proposal,
    ReadExport,
    Role,
    Style,
    read_export,
    wording,
)
from commonpool.ledger.rules.extracts import propose_mapping as propose
from commonpool.ledger.rules.extracts.mapping import code_key, column_index, header_key
from commonpool.ledger.rules.extracts.table import Located, has_values, header_row_of, headers_at, listed, locate
from commonpool.ledger.rules.extracts.telling import Telling, short
from commonpool.sheets import UNCALCULATED, Sheet, Unreadable, Workbook, cell_name, read_csv, read_workbook

_SAMPLE: Final = 50
_SHOWN: Final = 10
_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_DELIMITERS: Final = ",;\t|"
# Nobody is called 12.50 or CC100: only what looks like a figure or a code is shown of a column that is not read.
_NAME: Final = re.compile(r"[^\W\d_]{2}")
_CODE: Final = re.compile(r"\S*\d\S*")
_LAST: Final = "\ue000"  # a character for private use, which no ledger writes
# What marks the table of a sheet while there is no mapping: headers of exports as they come.
_TELLTALE: Final = (
    *("amount", "debit", "credit", "value", "ytd", "actual to date", "q1", "apr", "outturn"),
    *("cost centre", "scheme id", "scheme line", "date", "transaction date", "period", "reference"),
)


@dataclass(frozen=True, slots=True)
class PreviewColumn:
    """One column of the file: its letter, its header as written, and what it was taken for."""

    letter: str
    header: str
    taken_for: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a person is shown before anything is posted.

    header_row   as sheets count, from 1; 0 where there is none
    row_count    rows below the header
    rows         the first rows as text; no narrative, no payee that is not registered, no words of a column not read
    mapping      the one used, or proposed; None where none could be made
    is_proposed  whether the mapping was made from the headers and nobody has confirmed it
    """

    file_name: str
    sha256: str
    sheet: str = ""
    header_row: int = 0
    row_count: int = 0
    columns: tuple[PreviewColumn, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    mapping: ColumnMapping | None = None
    is_proposed: bool = False


def read_export_file(
    path: Path, mapping: ColumnMapping | None, facts: ExportFacts, *, name: str | None = None
) -> tuple[ReadExport, Preview]:
    """What a file says by the mapping, or by one proposed from its headers; and a preview of it.

    name  what people call the file, if not as its path does

    A file that cannot be read raises nothing: its findings say why, and there are no rows.
    """
    with _no_collection():
        return _read_file(path, mapping, facts, name or path.name)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Leave the garbage collector out: rows make no cycles, and it would walk all of them again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read_file(path: Path, mapping: ColumnMapping | None, facts: ExportFacts, name: str) -> tuple[ReadExport, Preview]:
    try:
        workbook = opened(path, name)
    except Unreadable as unreadable:
        style, sha256 = mapping.style if mapping else Style.TRANSACTIONS, _sha256(path)
        return ReadExport(style, (), unreadable.findings, sha256), Preview(name, sha256, mapping=mapping)
    sheet, of_sheets = _sheet_of(workbook, mapping)
    export, located, used = _read(sheet, mapping, facts)
    # A formula without a value matters only where the mapping reads it, which the rows' own findings say.
    of_file = [one for one in workbook.findings if one.rule != UNCALCULATED]
    of_text = faults_of_text(path, sheet, located)
    export = replace(export, findings=(*of_file, *of_sheets, *of_text, *export.findings), sha256=_sha256(path))
    return export, _preview(name, export.sha256, sheet, located, facts, used, is_proposed=mapping is None)


def opened(path: Path, name: str) -> Workbook:
    """The file, a workbook or CSV whatever its name says, read under guard. Raises Unreadable."""
    return (read_workbook if _is_workbook(path) else read_csv)(path, name=name)


def _is_workbook(path: Path) -> bool:
    """By its first bytes, whatever its name says. What cannot be opened is left to the reader of CSV to explain."""
    try:
        with path.open("rb") as file:
            return file.read(4) in _WORKBOOKS
    except OSError:
        return False


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _sheet_of(workbook: Workbook, mapping: ColumnMapping | None) -> tuple[Sheet, list[Finding]]:
    """The mapping's sheet; else the one with most of its headers, a visible one before a hidden one.

    With a warning where another visible sheet has as many: rows of several sheets would be half of a file.
    """
    if mapping and mapping.sheet and (named := workbook.sheet(mapping.sheet)):
        return named, []
    wanted = [*mapping.columns.values(), *mapping.periods] if mapping else _TELLTALE
    found = {sheet.name: header_row_of(sheet, wanted)[1] for sheet in workbook.sheets}
    best = max(workbook.sheets, key=lambda sheet: (not sheet.is_hidden, found[sheet.name]))
    others = [
        f"‘{sheet.name}’"
        for sheet in workbook.sheets
        if sheet is not best and not sheet.is_hidden and found[sheet.name] == found[best.name] > 0
    ]
    if not others:
        return best, []
    said = {"others": ", ".join(others), "have": "has" if len(others) == 1 else "have"}
    were = "was" if len(others) == 1 else "were"
    return best, [wording.OTHER_SHEETS.at(At(best.name), sheet=best.name, were=were, **said)]


def _read(
    sheet: Sheet, mapping: ColumnMapping | None, facts: ExportFacts
) -> tuple[ReadExport, Located, ColumnMapping | None]:
    """What the sheet says, where its table stands, and the mapping by which it was read."""
    if mapping is not None:
        return read_export(sheet, mapping, facts), locate(sheet, mapping, Telling()), mapping
    row, _ = header_row_of(sheet, _TELLTALE)
    headers = headers_at(sheet, row) if row >= 0 else ()
    proposal = propose(headers, sheet.rows[row + 1 : row + 1 + _SAMPLE])
    if proposal.mapping is not None:
        return _read(sheet, proposal.mapping, facts)
    roles = {role: _column(headers, named) for role, named in proposal.columns.items()}
    periods = {_column(headers, named): label for named, label in proposal.periods.items()}
    finding = _not_mapped(sheet, headers, proposal)
    return ReadExport(Style.TRANSACTIONS, (), (finding,)), Located(row, headers, roles, periods), None


def _column(headers: Sequence[str], named: str) -> int:
    """The column that a proposal names, which is one of the headers or a letter."""
    keys = [header_key(header) for header in headers]
    key = header_key(named)
    return keys.index(key) if keys.count(key) == 1 else column_index(named) or 0


def _not_mapped(sheet: Sheet, headers: Sequence[str], proposal: Proposal) -> Finding:
    if not has_values(sheet.rows):
        return wording.EMPTY.at(At(sheet.name), sheet=sheet.name, what="no row in it")
    said = {"missing": "; ".join(proposal.missing), "found": listed(headers)}
    return wording.NOT_MAPPED.at(At(sheet.name), sheet=sheet.name, **said)


def faults_of_text(path: Path, sheet: Sheet, located: Located) -> tuple[Finding, ...]:
    """What only the text of a CSV shows: that it breaks off, and rows whose cells have slipped to the right."""
    if _is_workbook(path):
        return ()
    telling = Telling()
    width = len(located.headers)
    for number in range(located.header_row + 1, len(sheet.rows) if width else 0):
        if (cells := len(sheet.rows[number])) > width:
            place = sheet.at(number, width)
            telling.tell(wording.TOO_MANY_CELLS, place, cells=cells, headers=width)
    _tell_broken_off(_text(path), sheet, located, telling)
    return telling.findings


def _text(path: Path) -> str:
    """The file's text as far as separators, quotes and line breaks go, which most encodings write alike."""
    raw = path.read_bytes()
    return raw.decode("utf-16", "replace") if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else raw.decode("latin-1")


def _tell_broken_off(text: str, sheet: Sheet, located: Located, telling: Telling) -> None:
    if not sheet.rows:
        return
    has_line_end = text.endswith(("\n", "\r"))
    last = sheet.rows[-1]
    if has_line_end and not any(isinstance(value, str) and "\n" in value for value in last):
        return
    header, ending, is_closed = _ending(text, located.header_row)
    place = sheet.at(len(sheet.rows) - 1, len(last) - 1)
    if not is_closed:
        why = "a quotation mark is opened and never closed, so that all after it is one cell"
        telling.tell(wording.CUT_SHORT, place, why=why)
    elif not has_line_end and len(ending) < len(header):
        why = f"its last row has {len(ending)} cells under {len(header)} headers and no line break"
        telling.tell(wording.CUT_SHORT, place, why=why)
    elif not has_line_end:
        telling.tell(wording.NO_LINE_END, place)


def _ending(text: str, header_row: int) -> tuple[list[str], list[str], bool]:
    """(the header's fields, the last row's, whether every quote is closed), empty fields at the end included."""
    delimiter = max(_DELIMITERS, key=text.partition("\n")[0].count)
    header: list[str] = []
    ending: list[str] = []
    # One more line after the end: if the last quote is open, the line is swallowed by it.
    with suppress(csv.Error):  # the open cell is longer than any may be
        for number, fields in enumerate(csv.reader(chain(StringIO(text, newline=""), [_LAST]), delimiter=delimiter)):
            if fields == [_LAST]:
                return header, ending, True
            header = fields if number == header_row else header
            ending = fields or ending
    return header, ending, False


def _preview(
    name: str,
    sha256: str,
    sheet: Sheet,
    located: Located,
    facts: ExportFacts,
    mapping: ColumnMapping | None,
    *,
    is_proposed: bool,
) -> Preview:
    first = located.header_row + 1
    shown = sheet.rows[first : first + _SHOWN]
    width = max(map(len, [located.headers, *shown]), default=0)
    registered = {code_key(known) for known in facts.organisations}
    taken_for = located.taken_for
    columns = tuple(
        PreviewColumn(
            cell_name(0, column).rstrip("1"),
            short(located.headers[column]) if column < len(located.headers) else "",
            taken_for.get(column, "not used"),
        )
        for column in range(width)
    )
    rows = tuple(tuple(_shown(sheet, first + number, located, registered, width)) for number in range(len(shown)))
    return Preview(
        name, sha256, sheet.name, first, len(sheet.rows) - first, columns, rows, mapping, is_proposed=is_proposed
    )


def _shown(sheet: Sheet, number: int, located: Located, registered: set[str], width: int) -> Iterator[str]:
    """A row's cells as text. What is never kept is not shown, nor what might be a name in a column that is not read."""
    narrative, provider = (located.roles.get(role) for role in (Role.NARRATIVE, Role.PROVIDER))
    for column in range(width):
        text = sheet.at(number, column).text or ""
        is_dropped = column == narrative or (column == provider and code_key(text) not in registered)
        if text and is_dropped:
            yield "(left out)"
        elif column not in located.taken_for and _NAME.search(text) and not _CODE.fullmatch(text):
            yield "(words)"
        else:
            yield short(text)
