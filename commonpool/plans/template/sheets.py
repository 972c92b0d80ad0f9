"""Writes the sheets of a plan: its forms and its tables, with room for more rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from xlsxwriter.utility import xl_rowcol_to_cell

from commonpool.plans.reading.cells import NO_UNIT
from commonpool.plans.reading.headers import Column, header_of
from commonpool.plans.rules import AmbitionRow, Answer, IncomeRow, MinimumRow, PlanContent, Row, SchemeRow
from commonpool.plans.template.book import Book, width_of
from commonpool.plans.template.prefill import floor_labels, statement_texts
from commonpool.policy.rules import Field
from commonpool.policy.rules import Sheet as LayoutSheet

HEADER_ROW: Final = 4
FIRST_ROW: Final = 5
_LABEL_COLUMN, _VALUE_COLUMN, _HELP_COLUMN = 0, 1, 5
# Rows left free below what is filled in; a plan of a hundred lines is large, three hundred is allowed for.
_ROOM: Final = {"expenditure": 300, "income": 15, "districts": 15, "contacts": 6}


@dataclass(frozen=True, slots=True)
class Written:
    """Where a sheet of the layout was written: its columns, its rows filled in, and its last row with room."""

    code: str
    title: str
    columns: Mapping[Column, int]
    filled: int
    last_row: int
    cells: Mapping[str, tuple[int, int]]


def write_sheet(book: Book, code: str, layout: LayoutSheet, content: PlanContent) -> Written:
    """One sheet of the layout with what the plan says in it."""
    if not layout.is_table:
        return _write_form(book, code, layout, content)
    rows = dict(content.tables())[code]
    sheet = book.add_sheet(layout.title, layout.help)
    columns = _columns(layout, book.round.years)
    last_row = FIRST_ROW + max(len(rows) + _ROOM.get(code, 0), len(rows), 1) - 1
    if code == "expenditure":
        last_row = FIRST_ROW + max(len(rows) + 50, _ROOM[code]) - 1
    fields = {one.code: one for one in layout.fields}
    for (field, year), index in columns.items():
        one = fields[field]
        sheet.set_column(index, index, width_of(one))
        sheet.write_string(HEADER_ROW, index, header_of(one, year), book.looks["header"])
        type_index = columns.get(("scheme_type", None), 0)
        type_cell = xl_rowcol_to_cell(FIRST_ROW, type_index, col_abs=True)
        allowed = book.validation(one, type_cell)
        if allowed:
            sheet.data_validation(FIRST_ROW, index, last_row, index, allowed)
    sheet.set_row(HEADER_ROW, 45)
    sheet.freeze_panes(FIRST_ROW, 3 if code == "expenditure" else 0)
    # The header has text in every column, so that a reader of the file finds it; empty input cells show as input.
    for number in range(FIRST_ROW, last_row + 1):
        row = rows[number - FIRST_ROW] if number - FIRST_ROW < len(rows) else None
        for (field, year), index in columns.items():
            _write_cell(book, sheet, number, index, row, fields[field], year, columns)
    return Written(code, layout.title, columns, len(rows), last_row, {})


def _columns(layout: LayoutSheet, years: tuple[str, ...]) -> dict[Column, int]:
    """The columns in the layout's order, one for each year where a field is per year."""
    keys = [(one.code, year) for one in layout.fields for year in (years if one.per_year else (None,))]
    return {key: index for index, key in enumerate(keys)}


def _write_cell(
    book: Book,
    sheet: Any,
    number: int,
    index: int,
    row: Row | None,
    one: Field,
    year: str | None,
    columns: Mapping[Column, int],
) -> None:
    if one.code == "output_unit" and ("scheme_type", None) in columns:
        return _write_unit(book, sheet, number, index, row, columns["scheme_type", None])
    value = None if row is None else value_of(book, row, one, year)
    return book.write(sheet, number, index, value, one.kind, is_input=not _is_fixed(row, one))


def _write_unit(book: Book, sheet: Any, number: int, index: int, row: Row | None, type_index: int) -> None:
    """The output unit, which follows from the scheme type; what the line itself says stays where it differs."""
    own = row.output_unit if isinstance(row, SchemeRow) else ""
    types = book.round.lists["scheme_types"].by_code
    entry = types.get(row.scheme_type or "") if isinstance(row, SchemeRow) else None
    unit = entry.unit or "" if entry else ""
    if own and own != unit:
        return book.write(sheet, number, index, own, "text")
    cell = xl_rowcol_to_cell(number, type_index, col_abs=True)
    formula = f'=IFERROR(INDEX(scheme_type_units,MATCH({cell},list_scheme_types,0)),"{NO_UNIT}")'
    sheet.write_formula(number, index, formula, book.format_of("text", False), unit or NO_UNIT)
    return None


def value_of(book: Book, row: Row, one: Field, year: str | None) -> Any:
    """What a row says in one field, as a person would read it: labels for codes."""
    value = getattr(row, one.code)
    if isinstance(value, Mapping):
        value = value.get(year)
    if value is None or value == ():
        return None
    if isinstance(row, MinimumRow) and one.code == "floor":
        return floor_labels(book.round).get(value, value)
    if isinstance(row, AmbitionRow) and one.code == "metric":
        return book.round.metrics[value].label
    if isinstance(row, Answer) and one.code == "statement":
        return statement_texts(book.round).get(value, value)
    if one.kind == "list" and (code_list := book.round.lists.get(one.list or "")):
        codes = value if isinstance(value, tuple) else (value,)
        labels = [code_list.by_code[code].label if code in code_list.by_code else code for code in codes]
        return "; ".join(labels)
    return value


def _is_fixed(row: Row | None, one: Field) -> bool:
    """Whether a cell is filled in for people, so that they need not and should not change it."""
    if one.code == "published_pence" or isinstance(row, MinimumRow):
        return True
    if isinstance(row, IncomeRow) and one.code in ("category", "payer", "payer_code"):
        return any(pence is not None for pence in row.published_pence.values())
    if isinstance(row, AmbitionRow):
        return one.code in ("metric", "period")
    return isinstance(row, Answer) and one.code == "statement"


def _write_form(book: Book, code: str, layout: LayoutSheet, content: PlanContent) -> Written:
    sheet = book.add_sheet(layout.title, layout.help)
    sheet.set_column(_LABEL_COLUMN, _LABEL_COLUMN, 62)
    sheet.set_column(_VALUE_COLUMN, _VALUE_COLUMN, 46)
    sheet.set_column(_HELP_COLUMN, _HELP_COLUMN, 80)
    form = dict(content.tables())[code][0]
    cells: dict[str, tuple[int, int]] = {}
    for number, one in enumerate(layout.fields, start=FIRST_ROW):
        sheet.write_string(number, _LABEL_COLUMN, one.header, book.looks["label"])
        book.write(sheet, number, _VALUE_COLUMN, value_of(book, form, one, None), one.kind)
        if allowed := book.validation(one):
            sheet.data_validation(number, _VALUE_COLUMN, number, _VALUE_COLUMN, allowed)
        if one.help:
            sheet.write_string(number, _HELP_COLUMN, one.help, book.looks["help"])
        cells[one.code] = (number, _VALUE_COLUMN)
    return Written(code, layout.title, {}, 1, FIRST_ROW + len(layout.fields) - 1, cells)
