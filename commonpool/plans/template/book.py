"""The workbook being written: its looks, its hidden lists, and how one field's cells are typed and checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from commonpool.plans.reading.cells import MOST_POUNDS, NO_UNIT
from commonpool.plans.reading.recognition import MARK
from commonpool.plans.template.prefill import roles_of
from commonpool.policy.rules import CodeList, Field, Round

NOT_OFFICIAL: Final = "Not the official workbook"
LISTS: Final = "_lists"
MARKS: Final = "_commonpool"
_FONT: Final = {"font_name": "Arial", "font_size": 10, "valign": "top"}
_EDGE: Final = {"border": 1, "border_color": "#b1b4b6"}
_INPUT: Final = {**_FONT, **_EDGE, "bg_color": "#fff8dc", "locked": False}
_FIXED: Final = {**_FONT, **_EDGE, "bg_color": "#e5eef7", "locked": True}
LOOKS: Final[Mapping[str, Mapping[str, Any]]] = {
    "title": {**_FONT, "font_size": 18, "bold": True, "font_color": "#0b3d66"},
    "warning": {**_FONT, "bold": True, "font_color": "#942514"},
    "help": {**_FONT, "font_color": "#505a5f"},
    "wrapped": {**_FONT, "text_wrap": True},
    "strong": {**_FONT, "bold": True, "text_wrap": True},
    "header": {
        **_FONT,
        **_EDGE,
        "bold": True,
        "font_color": "#ffffff",
        "bg_color": "#0b3d66",
        "text_wrap": True,
        "valign": "vcenter",
    },
    "label": {**_FONT, **_EDGE, "bold": True, "bg_color": "#f3f2f1", "text_wrap": True},
    "yes": {"bg_color": "#cce2d8", "font_color": "#005a30"},
    "no": {"bg_color": "#f6d7d2", "font_color": "#942514"},
    "banner": {**_FONT, "font_size": 14, "bold": True},
}
# How the cells of each kind of field show what they hold.
_SHOWN: Final[Mapping[str, Mapping[str, Any]]] = {
    "money": {"num_format": "#,##0.00;[Red]-#,##0.00"},
    "number": {"num_format": "#,##0.##"},
    "share": {"num_format": "0.##%"},
    "date": {"num_format": "dd/mm/yyyy"},
}
_TEXT: Final = {"text_wrap": True, "num_format": "@"}
WIDTHS: Final = {"money": 18, "number": 14, "share": 11, "date": 13, "yes_no": 11, "email": 28, "list": 28, "text": 22}
_WIDE: Final = {"description": 42, "name": 30, "rationale": 48, "local_plan": 48, "statement": 60, "evidence": 42}
_MOST_MESSAGE: Final = 250


@dataclass(frozen=True, slots=True)
class ListRange:
    """Where a list stands on the hidden sheet, as a name that formulas use, and its labels in order."""

    name: str
    labels: tuple[str, ...]


class Book:
    """One workbook of one round being written. Use as a context manager; leaving it closes the file."""

    def __init__(self, path: str, round: Round) -> None:
        self.round = round
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.file: Any = xlsxwriter.Workbook(path, options)
        first = round.years[0][:4]
        created = datetime(int(first), round.first_month, 1)  # noqa: DTZ001 - a fixed day makes equal files equal
        self.file.set_properties({"title": f"{round.label}: plan", "subject": NOT_OFFICIAL, "created": created})
        self.looks = {name: self.file.add_format(dict(look)) for name, look in LOOKS.items()}
        self._formats: dict[tuple[str, bool], Any] = {}
        self.lists: dict[str, ListRange] = {}

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def add_sheet(self, title: str, purpose: str = "") -> Any:
        """A sheet with its title, the warning that it is not official, and what it is for; protected."""
        sheet = self.file.add_worksheet(title[:31])
        sheet.hide_gridlines(2)
        sheet.write_string(0, 0, title, self.looks["title"])
        sheet.write_string(1, 0, warning_of(self.round), self.looks["warning"])
        if purpose:
            sheet.write_string(2, 0, purpose, self.looks["help"])
        sheet.set_row(0, 26)
        sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{NOT_OFFICIAL}&R&A, page &P of &N")
        return sheet

    def format_of(self, kind: str, is_input: bool) -> Any:
        """How a field's cells look: yellow where people type, blue where something is filled in."""
        key = (kind, is_input)
        if key not in self._formats:
            look = {**(_INPUT if is_input else _FIXED), **_SHOWN.get(kind, _TEXT)}
            self._formats[key] = self.file.add_format(look)
        return self._formats[key]

    def write(self, sheet: Any, row: int, column: int, value: Any, kind: str, *, is_input: bool = True) -> None:
        """One field's value, typed: text stays text, amounts are numbers, unknown is an empty cell."""
        look = self.format_of(kind, is_input)
        match value:
            case None | "":
                sheet.write_blank(row, column, None, look)
            case bool():
                sheet.write_string(row, column, self.yes_or_no(value), look)
            case int() if kind == "money":
                sheet.write_number(row, column, value / 100, look)
            case int() | float() | Decimal() | Fraction():
                sheet.write_number(row, column, float(value), look)
            case date():
                sheet.write_datetime(row, column, value, self.format_of("date", is_input))
            case _:
                sheet.write_string(row, column, str(value), look)

    def yes_or_no(self, value: bool) -> str:
        """The round's own word for Yes or No."""
        return self.round.lists["yes_no"].by_code["YES" if value else "NO"].label

    def write_lists(self) -> None:
        """The hidden sheets: every list as a named range, one of sub-types for each type, and the round's mark."""
        sheet = self.file.add_worksheet(LISTS)
        sheet.very_hidden()
        sheet.write_string(0, 0, warning_of(self.round))
        columns = dict(self._list_columns())
        for index, (name, labels) in enumerate(columns.items()):
            sheet.write_string(1, index, name)
            for number, label in enumerate(labels or ("",)):
                sheet.write_string(2 + number, index, label)
            letter, last = xl_col_to_name(index), 2 + max(len(labels), 1)
            self.file.define_name(name, f"={LISTS}!${letter}$3:${letter}${last}")
            self.lists[name] = ListRange(name, labels)
        marks = self.file.add_worksheet(MARKS)
        marks.very_hidden()
        for number, row in enumerate(((MARK, self.round.id), ("rules", self.round.digest), ("note", NOT_OFFICIAL))):
            for column, text in enumerate(row):
                marks.write_string(number, column, text)

    def _list_columns(self) -> Any:
        """(name, labels) for each list, and for each scheme type its sub-types, its code and its unit."""
        for name, code_list in self.round.lists.items():
            if name == "sub_types":
                continue
            yield range_name(name), tuple(entry.label for entry in code_list.entries)
        types, subs = self.round.lists["scheme_types"], self.round.lists["sub_types"]
        yield "scheme_type_codes", tuple(entry.code for entry in types.entries)
        yield "scheme_type_units", tuple(entry.unit or NO_UNIT for entry in types.entries)
        for entry in types.entries:
            yield sub_range(entry.code), tuple(child.label for child in subs.children_of(entry.code))
        yield "contact_roles", roles_of(self.round)

    def validation(self, one: Field, type_cell: str = "") -> dict[str, Any] | None:
        """What Excel lets people type into a field's cells, with a message that says it. None for free text."""
        message = {"input_title": one.header[:32].replace("{year}", ""), "input_message": self._message(one)}
        wrong = {"error_title": "Please check", "ignore_blank": True}
        match one.kind:
            case "list" if one.code == "sub_type":
                found = f'=INDIRECT("sub_"&INDEX(scheme_type_codes,MATCH({type_cell},{range_name("scheme_types")},0)))'
                return {"validate": "list", "source": found, "error_type": "warning", **message, **wrong}
            case "list" if one.code == "objectives":
                source = f"={range_name(one.list or '')}"
                return {"validate": "list", "source": source, "error_type": "information", **message, **wrong}
            case "list" | "yes_no":
                source = f"={range_name(one.list or 'yes_no')}"
                return {
                    "validate": "list",
                    "source": source,
                    **message,
                    **wrong,
                    "error_message": "Choose from the list.",
                }
            case "money":
                limits = {"criteria": "between", "minimum": -MOST_POUNDS, "maximum": MOST_POUNDS}
                said = (
                    "Enter an amount as a number, 0 where nothing is planned. A credit is negative and needs a comment."
                )
                return {"validate": "decimal", **limits, **message, **wrong, "error_message": said}
            case "share":
                limits = {"criteria": "between", "minimum": 0, "maximum": 1}
                return {"validate": "decimal", **limits, **message, **wrong, "error_message": "Enter 0% to 100%."}
            case "number":
                limits = {"criteria": "between", "minimum": -1e12, "maximum": 1e12}
                return {"validate": "decimal", **limits, **message, **wrong, "error_message": "Enter a number."}
            case "date":
                limits = {"criteria": "between", "minimum": date(2000, 1, 1), "maximum": date(2100, 1, 1)}
                return {"validate": "date", **limits, **message, **wrong, "error_message": "Enter a date."}
        return {"validate": "any", **message} if one.help or one.required != "never" else None

    def _message(self, one: Field) -> str:
        parts = [one.help]
        if one.required != "never":
            parts.append(f"Required: {one.required}.")
        if one.list and (code_list := self.round.lists.get(one.list)):
            parts.append(mark_of(code_list))
        if one.code == "objectives":
            parts.append("To name several, type them with semicolons between.")
        return " ".join(part for part in parts if part)[:_MOST_MESSAGE]


def mark_of(code_list: CodeList) -> str:
    """`This list is unverified.` where a list was recalled, not read; nothing where all of it was read."""
    marks = sorted({entry.reference.mark for entry in code_list.entries if entry.reference.mark})
    return f"This list is {' and '.join(marks)}." if marks else ""


def warning_of(round: Round) -> str:
    """The sentence that stands on every sheet."""
    if round.is_invented:
        return f"{NOT_OFFICIAL}. {round.label} is invented."
    return f"{NOT_OFFICIAL}. Made by Commonpool for {round.label}; its lists and headers are unverified."


def range_name(list_name: str) -> str:
    """The name of a list's range in the workbook."""
    return f"list_{list_name}"


def sub_range(type_code: str) -> str:
    """The name of the range with a scheme type's sub-types."""
    return "sub_" + re.sub(r"\W", "_", type_code)


def width_of(one: Field) -> int:
    """How wide a field's column is."""
    return _WIDE.get(one.code, WIDTHS[one.kind])
