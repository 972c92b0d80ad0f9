"""The checklist: each required cell with Yes or No, by formulas that Excel recalculates; and the summary of money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from commonpool.plans.reading.headers import header_of
from commonpool.plans.rules import PlanContent, Row, totals_of
from commonpool.plans.rules.kinds.answers import is_blank
from commonpool.plans.template.book import Book
from commonpool.plans.template.sheets import FIRST_ROW, HEADER_ROW, Written
from commonpool.policy.rules import Field


@dataclass(frozen=True, slots=True)
class Item:
    """One required cell or column: where it is, the formula that is TRUE when it is filled, and whether it is now."""

    sheet: str
    field: str
    cell: str
    formula: str
    is_done: bool


def items_of(book: Book, content: PlanContent, written: Sequence[Written]) -> Iterator[Item]:
    """Every required cell of the forms, and every required column of the tables."""
    for one in written:
        rows = dict(content.tables())[one.code]
        for field in book.round.sheets[one.code].fields:
            if field.required == "always":
                yield from _of_form(one, field, rows[0]) if one.cells else _of_table(book, one, field, rows)


def _of_form(one: Written, field: Field, row: Row) -> Iterator[Item]:
    cell = xl_rowcol_to_cell(*one.cells[field.code])
    yield Item(one.title, field.header, cell, f'{quoted(one.title)}!{cell}<>""', not is_blank(row, field.code))


def _of_table(book: Book, one: Written, field: Field, rows: Sequence[Row]) -> Iterator[Item]:
    """A column is filled when no row that was begun lacks it, and there is a row."""
    for year in book.round.years if field.per_year else (None,):
        column = one.columns[field.code, year]
        own = [index for (code, _), index in one.columns.items() if code not in ("output_unit", "published_pence")]
        first, last = min(own), max(own)
        begun = "+".join(f'({_range(one, index)}<>"")' for index in own)
        lacking = f'SUMPRODUCT(--(({begun})>0),--({_range(one, column)}=""))'
        cell = f"{xl_rowcol_to_cell(FIRST_ROW, column)}:{xl_rowcol_to_cell(one.last_row, column)}"
        is_done = not any(is_blank(row, field.code, year) for row in rows)
        assert first <= column <= last
        yield Item(one.title, header_of(field, year), cell, f"{lacking}=0", is_done)


def _range(one: Written, column: int) -> str:
    first = xl_rowcol_to_cell(FIRST_ROW, column, row_abs=True, col_abs=True)
    last = xl_rowcol_to_cell(one.last_row, column, row_abs=True, col_abs=True)
    return f"{quoted(one.title)}!{first}:{last}"


def quoted(title: str) -> str:
    """A sheet's name as formulas write it."""
    return "'" + title.replace("'", "''") + "'"


def write_checklist(book: Book, sheet: Any, items: Sequence[Item]) -> None:
    """The checklist with its banner: complete when every item says Yes."""
    last = FIRST_ROW + len(items)
    for column, (header, width) in enumerate((("Sheet", 24), ("Field", 52), ("Cells", 18), ("Complete", 12))):
        sheet.set_column(column, column, width)
        sheet.write_string(HEADER_ROW, column, header, book.looks["header"])
    for number, item in enumerate(items, start=FIRST_ROW):
        for column, text in enumerate((item.sheet, item.field, item.cell)):
            sheet.write_string(number, column, text, book.looks["wrapped"])
        answer = "Yes" if item.is_done else "No"
        sheet.write_formula(number, 3, f'=IF({item.formula},"Yes","No")', book.looks["wrapped"], answer)
    is_done = all(item.is_done for item in items)
    whole = f'=IF(COUNTIF(D{FIRST_ROW + 1}:D{last},"No")=0,"Complete template","Incomplete template")'
    sheet.write_formula(3, 0, whole, book.looks["banner"], "Complete template" if is_done else "Incomplete template")
    area = (FIRST_ROW, 3, last, 3)
    for word in ("Yes", "No"):
        look = book.looks[word.lower()]
        sheet.conditional_format(*area, {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": look})
    sheet.freeze_panes(FIRST_ROW, 0)


def write_summary(book: Book, sheet: Any, content: PlanContent, written: Sequence[Written]) -> None:
    """What each source brings in, what is planned from it, and what is left, by formulas."""
    tables = {one.code: one for one in written}
    income, lines = tables["income"], tables["expenditure"]
    sheet.set_column(0, 0, 48)
    sheet.set_column(1, 3 * len(book.round.years), 20)
    sheet.write_string(HEADER_ROW, 0, "Where the money comes from", book.looks["header"])
    order = list(book.round.income)
    for group, year in enumerate(book.round.years):
        totals, money = totals_of(content, year, order), book.format_of("money", False)
        first = 1 + 3 * group
        for offset, word in enumerate(("Put in", "Planned", "Left")):
            sheet.write_string(HEADER_ROW, first + offset, f"{word}, {year}", book.looks["header"])
        for number, code in enumerate(order, start=FIRST_ROW):
            label = book.round.income[code].label
            sheet.write_string(number, 0, label, book.looks["label"])
            sums = totals.by_source.get(code)
            values = (sums.income.known_pence, sums.expenditure.known_pence) if sums else (0, 0)
            for offset, (table, field) in enumerate(((income, "category"), (lines, "source"))):
                source, amount = table.columns[field, None], table.columns["pence", year]
                own = f"$A{number + 1}"
                formula = f"=SUMIF({_range(table, source)},{own},{_range(table, amount)})"
                sheet.write_formula(number, first + offset, formula, money, values[offset] / 100)
            left = f"={xl_rowcol_to_cell(number, first)}-{xl_rowcol_to_cell(number, first + 1)}"
            sheet.write_formula(number, first + 2, left, money, (values[0] - values[1]) / 100)
        end = FIRST_ROW + len(order)
        sheet.write_string(end, 0, "Total", book.looks["label"])
        whole = (totals.income.known_pence, totals.expenditure.known_pence)
        for offset, pence in enumerate((*whole, whole[0] - whole[1])):
            top, bottom = (xl_rowcol_to_cell(row, first + offset) for row in (FIRST_ROW, end - 1))
            sheet.write_formula(end, first + offset, f"=SUM({top}:{bottom})", money, pence / 100)
