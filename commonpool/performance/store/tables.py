"""One table of a sheet, read as its layout describes it: header, rows, areas, periods, figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from commonpool.findings import At, Finding
from commonpool.performance.store.cells import NOT_COLLECTED, NOT_SUBMITTED, Column, read_cell, read_column
from commonpool.performance.store.faults import RULES
from commonpool.performance.store.labels import same
from commonpool.performance.store.layouts import Labels, Setting, TableLayout
from commonpool.performance.store.long import Long
from commonpool.performance.store.periods import Span, as_period, span_of, words_for
from commonpool.performance.store.rows import RowReader
from commonpool.sheets import Sheet, cell_name, typed_text

HEADER_WITHIN: Final = 40  # rows from the top in which a header is looked for
SECTIONS_WITHIN: Final = 150
CURES: Final = {
    "LOAD-06": "Look in the publisher’s notes for its meaning, and add the mark to performance/layouts/{source}.yaml.",
    "LOAD-07": "Ask the publisher, and load the corrected file when there is one.",
}
OWN_CURES: Final = {
    "LOAD-06": "Write a number; [c] where it is withheld to protect people; [x] where it is not available.",
    "LOAD-07": "Correct it, or write [x] where it is not available.",
}
NO_PERIOD: Final = "Give the period, such as 2031-04 or 2031-32, beside the file: on the page, or with --period."
Cell = object


@dataclass(frozen=True, slots=True)
class Shape:
    """Where a table's parts stand in its sheet, all from 0."""

    header: int
    roles: Mapping[str, int]
    by_row: Mapping[str, int]
    first_figure: int


@dataclass(slots=True)
class TableRead:
    """A table being read: what it belongs to, and what was found wrong."""

    layout: TableLayout
    sheet: Sheet
    shape: Shape
    source: str
    of_file: Mapping[str, Any]
    period: Span | None
    findings: list[Finding] = field(default_factory=list)
    odd: dict[tuple[str, str], tuple[At, int]] = field(default_factory=dict)


def find_shape(sheet: Sheet, layout: TableLayout) -> Shape | str:
    """Where the table stands, or what the sheet lacks of it, in words."""
    header = next((n for n, row in enumerate(sheet.rows[:HEADER_WITHIN]) if _has_all(row, layout.header)), None)
    if header is None:
        return f"no row with {', '.join(layout.header)}"
    roles: dict[str, int] = {}
    for role, headings in layout.columns.items():
        column = _column_of(sheet, header, headings)
        if column is not None:
            roles[role] = column
        elif role not in layout.optional_columns:
            return f"no column for {role.replace('_', ' ')}"
    by_row = {name: _column_of(sheet, header, headings) for name, (headings, _) in layout.by_row.items()}
    if lacking := [name for name, column in by_row.items() if column is None]:
        return f"no column for {', '.join(lacking)}"
    places = {name: column for name, column in by_row.items() if column is not None}
    # Where codes and names stand in a header of their own, below or beside, figures begin right of them.
    first = 0 if header_has(sheet, header, layout, roles) else max(roles.values(), default=-1) + 1
    return Shape(header, roles, places, first)


def header_has(sheet: Sheet, header: int, layout: TableLayout, roles: Mapping[str, int]) -> bool:
    """Whether the header itself names every column of codes, names and periods."""
    return all(_key(sheet.value(header, column)) in layout.columns[role] for role, column in roles.items())


def _has_all(row: Sequence[Cell], labels: Sequence[str]) -> bool:
    keys = {same(cell) for cell in row if isinstance(cell, str)}
    return all(label in keys for label in labels)


def _column_of(sheet: Sheet, header: int, headings: frozenset[str]) -> int | None:
    for row in sheet.rows[header : header + SECTIONS_WITHIN]:
        for column, cell in enumerate(row):
            if isinstance(cell, str) and same(cell) in headings:
                return column
    return None


def _key(cell: Cell) -> str:
    return same(cell) if isinstance(cell, str) else ""


def read_table(table: TableRead, long: Long) -> None:
    """Every figure of the table into the long form; what is wrong into the table's findings."""
    columns = list(_figure_columns(table))
    first_row = len(long.rows.row)
    numbers = _read_rows(table, [number for number, _, _, _ in columns], long)
    for number, heading, setting, period in columns:
        said = {**table.layout.base.values, **setting.values, **(as_period(period) if period else {})}
        _add_figures(table, long, (number, heading, setting, said), numbers, first_row)
    table.findings += _odd_figures(table)


def _add_figures(
    table: TableRead,
    long: Long,
    column: tuple[int, str, Setting, Mapping[str, Any]],
    numbers: Sequence[int],
    first_row: int,
) -> None:
    number, heading, setting, said = column
    marks = table.layout.marks.with_more({**table.layout.base.marks, **setting.marks})
    at_least = table.layout.base.at_least if setting.at_least is None else setting.at_least
    rows = table.sheet.rows
    cells = [row[number] if number < len(row) else None for row in map(rows.__getitem__, numbers)]
    read = read_column(cells, marks, at_least)
    for rule, places in (("LOAD-06", read.unreadable), ("LOAD-07", read.below)):
        for place in places:
            _note_odd(table, rule, numbers[place], number, heading)
    if setting.zeros_before:
        _take_back_zeros(read, long.starts_from(first_row), setting.zeros_before)
    for place in _unsent(table, numbers):
        read.values[place], read.statuses[place] = None, NOT_SUBMITTED
    where = {"table": table.layout.id, "sheet": table.sheet.name, "heading": heading, "column": number + 1}
    long.add_column({**table.of_file, **where, **said}, read, first_row)


def _take_back_zeros(read: Column, starts: Sequence[date], before: date) -> None:
    """A zero printed for a time in which nothing was collected is no figure."""
    for place, start in enumerate(starts):
        if start < before and read.values[place] == 0:
            read.values[place], read.statuses[place] = None, NOT_COLLECTED


def _unsent(table: TableRead, numbers: Sequence[int]) -> Iterator[int]:
    """The places of the rows whose body sent nothing, though zeros stand there."""
    heading = table.layout.unsent_where_zero
    if not heading:
        return
    header = table.sheet.rows[table.shape.header]
    column = next((at for at, cell in enumerate(header) if _key(cell) == heading), None)
    if column is None:
        return
    marks = table.layout.marks
    for place, number in enumerate(numbers):
        # A text file has “0.0” where a workbook has a number.
        if read_cell(table.sheet.value(number, column), marks)[0] == 0:
            yield place


def _note_odd(table: TableRead, rule: str, row: int, column: int, heading: str) -> None:
    """The first of all odd figures that look alike keeps its place; the others are counted."""
    place = table.sheet.at(row, column, heading)
    said = (place.text or "")[:60] if rule == "LOAD-06" else heading
    first, count = table.odd.get((rule, said), (place, 0))
    table.odd[rule, said] = (first, count + 1)


def _odd_figures(table: TableRead) -> Iterator[Finding]:
    for (rule, _), (place, count) in table.odd.items():
        others = f"(and {count - 1:,} more of this table) is" if count > 1 else "is"
        is_own = table.layout.is_revised_by_series
        cure = OWN_CURES[rule] if is_own else CURES[rule].format(source=table.source)
        yield RULES[rule].at(place, found=f"‘{(place.text or '')[:60]}’", others=others, cure=cure)


def _figure_columns(table: TableRead) -> Iterator[tuple[int, str, Setting, Span | None]]:
    """Each column of figures: its number, heading, what heading and group say, and the period above it."""
    header = table.sheet.rows[table.shape.header]
    taken = {*table.shape.roles.values(), *table.shape.by_row.values()}
    seen: set[str] = set()
    above = _above(table, len(header))
    for number in range(table.shape.first_figure, len(header)):
        cell = header[number]
        if number in taken:
            continue
        if cell is None or cell == "":
            table.findings += _figures_without_heading(table, number)
            continue
        heading = typed_text(cell) or ""
        setting = table.layout.headings.known.get(same(heading))
        if setting is None:
            table.findings.append(_unknown_heading(table, number, heading))
            continue
        seen.add(same(heading))
        if not setting.is_ignored:
            group, period = above[number]
            yield number, " ".join(heading.split()), _together(group, setting), period
    table.findings += _missing_headings(table, seen)


def _together(outer: Setting, inner: Setting) -> Setting:
    at_least = outer.at_least if inner.at_least is None else inner.at_least
    zeros_before = inner.zeros_before or outer.zeros_before
    return Setting({**outer.values, **inner.values}, {**outer.marks, **inner.marks}, at_least, zeros_before)


def _above(table: TableRead, width: int) -> list[tuple[Setting, Span | None]]:
    """For each column what the merged heading above says; it holds until the next one to the right."""
    layout, nothing = table.layout, Setting({}, {})
    found: list[tuple[Setting, Span | None]] = []
    group, period = nothing, None
    row = table.shape.header - layout.rows_above
    for number in range(width):
        cell = table.sheet.value(row, number) if layout.rows_above and row >= 0 else None
        if cell is not None and number >= table.shape.first_figure:
            if layout.period.in_ == "above":
                period = span_of(cell, layout.period.kind)
                if period is None:
                    table.findings.append(_no_period(table, row, number))
            elif isinstance(cell, str):
                group = layout.groups.known.get(same(cell), nothing)
                if layout.groups.known and group is nothing:
                    table.findings.append(_unknown_heading(table, number, cell, row, layout.groups))
        found.append((group, period))
    return found


def _figures_without_heading(table: TableRead, number: int) -> list[Finding]:
    below = range(table.shape.header + 1, len(table.sheet.rows))
    first = next((row for row in below if isinstance(table.sheet.value(row, number), (int, float))), None)
    return [] if first is None else [RULES["LOAD-04"].at(table.sheet.at(first, number))]


def _unknown_heading(
    table: TableRead, number: int, heading: str, row: int | None = None, labels: Labels | None = None
) -> Finding:
    known = (labels or table.layout.headings).spelled.values()
    place = table.sheet.at(table.shape.header if row is None else row, number)
    return RULES["LOAD-02"].at(
        place, found=_short(heading), table=table.layout.id, known=_listed(known), source=table.source
    )


def _missing_headings(table: TableRead, seen: set[str]) -> list[Finding]:
    labels = table.layout.headings
    missing = [labels.spelled[key] for key in labels.required if not labels.alternatives[key] & seen]
    place = At(table.sheet.name, cell_name(table.shape.header, 0))
    return [RULES["LOAD-03"].at(place, table=table.layout.id, missing=_listed(missing))] if missing else []


def _no_period(table: TableRead, row: int, column: int) -> Finding:
    place = table.sheet.at(row, column, "period")
    kind = words_for(table.layout.period.kind)
    return RULES["LOAD-05"].at(place, found=f"‘{_short(place.text or '')}’", kind=kind, cure="Correct it as published.")


def _listed(labels: Any) -> str:
    return "; ".join(f"‘{_short(label)}’" for label in labels)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 80 else f"{text[:79]}…"


def _rows_below(table: TableRead) -> Iterator[int]:
    """The numbers of the rows below the header, as far as the table goes."""
    for number in range(table.shape.header + 1, len(table.sheet.rows)):
        if table.layout.ends_at_blank_row and not any(cell not in (None, "") for cell in table.sheet.rows[number]):
            return
        yield number


def _read_rows(table: TableRead, figures: Sequence[int], long: Long) -> list[int]:
    """The numbers of the rows that hold an area's figures; what each says goes into the long form."""
    reader = RowReader(table, figures, long)
    numbers: list[int] = []
    for number in _rows_below(table):
        if placed := reader.read(number):
            long.rows.add(placed)
            numbers.append(number)
    table.findings += reader.told()
    return numbers
