"""Which of a source's layouts a file is in; and where it is in none, how near it came."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from commonpool.findings import Finding
from commonpool.performance.store.faults import RULES
from commonpool.performance.store.labels import same
from commonpool.performance.store.layouts import Layout, PeriodFound, Source, TableLayout
from commonpool.performance.store.periods import Span, day_of, span_of
from commonpool.performance.store.tables import Shape, find_shape
from commonpool.sheets import Sheet, Workbook


@dataclass(frozen=True, slots=True)
class TableFound:
    """A table of the layout, found on a sheet."""

    layout: TableLayout
    sheet: Sheet
    shape: Shape


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file that is in a layout: which, and its tables."""

    layout: Layout
    tables: tuple[TableFound, ...]


def recognise(book: Workbook, source: Source) -> Recognised | Finding:
    """The layout that most of the file's tables fit. A finding says what was found where none does."""
    tried = [(layout, *_try(book, layout)) for layout in source.layouts]
    fitting = [(layout, found) for layout, found, lacking in tried if found and not lacking]
    if fitting:
        layout, found = max(fitting, key=lambda one: len(one[1]))
        return Recognised(layout, tuple(found))
    _, _, lacking = min(tried, key=lambda one: (-len(one[1]), len(one[2])))
    sheets = ", ".join(f"‘{sheet.name}’" for sheet in book.sheets) or "no sheet"
    first = next((row for sheet in book.sheets for row in sheet.rows if sum(cell is not None for cell in row) > 1), [])
    headings = ", ".join(f"‘{str(cell)[:40]}’" for cell in first if cell is not None)[:300]
    return RULES["LOAD-01"].at(
        file=book.name,
        source=source.id,
        found=f"the sheets {sheets}; the first row of several cells has {headings or 'nothing'}",
        expected="; ".join(lacking[:3]),
    )


def recognise_source(book: Workbook, sources: Sequence[Source]) -> Source | Finding:
    """The source in whose layout most of the file's tables stand; the nearest one's finding where it is in none."""
    found = [(source, recognise(book, source)) for source in sources]
    fitting = [(source, one) for source, one in found if isinstance(one, Recognised)]
    if fitting:
        return max(fitting, key=lambda one: _wanted(one[1].tables))[0]
    refusals = [(nearness(book, source), one) for source, one in found if isinstance(one, Finding)]
    return max(refusals, key=lambda one: one[0])[1]


def nearness(book: Workbook, source: Source) -> tuple[int, int]:
    """How near a file comes to the nearest layout of a source: tables that are there, less those that are lacking."""
    tried = [_try(book, layout) for layout in source.layouts]
    return max((len(found), -len(lacking)) for found, lacking in tried)


def _wanted(tables: Sequence[TableFound]) -> tuple[int, int]:
    """A file that fits two descriptions is taken for what asks for more of it: more tables, then more headings."""
    return len(tables), sum(len(table.layout.headings.required) for table in tables)


def _try(book: Workbook, layout: Layout) -> tuple[list[TableFound], list[str]]:
    """The tables of a layout that stand in the file, and what is lacking for the others."""
    found: list[TableFound] = []
    lacking: list[str] = []
    for table in layout.tables:
        shapes = list(_shapes(book, table))
        whole = [(sheet, shape) for sheet, shape in shapes if isinstance(shape, Shape)]
        if whole:
            found.append(TableFound(table, *whole[0]))
        elif not table.is_optional:
            words = [f"the sheet ‘{sheet.name}’ has {shape}" for sheet, shape in shapes]
            on = f"a sheet like ‘{table.sheet.pattern}’ " if table.sheet.pattern != ".*" else ""
            wanted = f"{layout.id}, table {table.id}: {on}with the columns {', '.join(_spelled(table))}"
            lacking.append(f"{wanted} ({words[0]})" if words else wanted)
    return found, lacking


def _spelled(table: TableLayout) -> list[str]:
    labels = [table.headings.spelled[key] for key in table.headings.required]
    return [f"‘{label[:40]}’" for label in sorted(labels)][:6]


def _shapes(book: Workbook, table: TableLayout) -> Iterator[tuple[Sheet, Shape | str]]:
    for sheet in book.sheets:
        if table.sheet.fullmatch(sheet.name):
            yield sheet, find_shape(sheet, table)


def period_of_file(book: Workbook, sheet: Sheet, found: PeriodFound, given: str) -> tuple[Span | None, str]:
    """The period that holds for a whole table, and what was found in its place where it cannot be read.

    What the file states comes first; `given` is for a file that states nothing that can be read.
    """
    if found.in_ in ("above", "column"):
        return None, ""
    if found.in_ == "file_name":
        stated, words = _in_name(book.name, found), f"the file’s name, ‘{book.name}’,"
    else:
        cell = _beside(book, sheet, found)
        stated = span_of(cell, found.kind)
        words = f"‘{cell}’" if cell is not None else f"No ‘{found.label}’ stands in the file; that"
    if stated is None and given:
        return span_of(given, found.kind), f"‘{given}’, given as the period,"
    return stated, words


def _in_name(name: str, found: PeriodFound) -> Span | None:
    matched = re.search(found.pattern, name)
    return span_of(matched[1].replace("_", "-"), found.kind) if matched else None


def _beside(book: Workbook, sheet: Sheet, found: PeriodFound) -> Any:
    """The first filled cell right of the label, on the sheet that the description names or the table's own."""
    wanted = re.compile(found.sheet, re.IGNORECASE) if found.sheet else None
    for candidate in [one for one in book.sheets if wanted.fullmatch(one.name)] if wanted else [sheet]:
        for row in candidate.rows[:40]:
            for place, cell in enumerate(row):
                if isinstance(cell, str) and same(cell) == same(found.label):
                    return next((other for other in row[place + 1 :] if other not in (None, "", "-")), None)
    return None


def released_on(book: Workbook, layout: Layout, tables: Sequence[TableFound]) -> date | None:
    """The last day on which the file says that it was published or revised; None where it does not say."""
    days = [day_of(_beside(book, tables[0].sheet, found)) for found in layout.released]
    return max((day for day in days if day), default=None)
