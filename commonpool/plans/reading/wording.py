"""What can be wrong with a cell, a table or a whole workbook of a plan. Each is one rule with its words."""

from __future__ import annotations

from typing import Final

from commonpool.findings import Severity, own_rule

NOT_MONEY: Final = own_rule(
    "CELL-01", "Amounts are amounts", "‘{found}’ {why}.", "Enter pounds as a number, for example 12000 or 12000.50."
)
DATE_FOR_MONEY: Final = own_rule(
    "CELL-02",
    "Amounts are not dates",
    "{found} is a date, where an amount should be.",
    "Format the cell as a number and type the amount again, for example 12000.",
)
ERROR_VALUE: Final = own_rule(
    "CELL-03",
    "Formulas work",
    "The formula in this cell fails with {found}.",
    "Correct the formula, or type the value itself: {allowed}.",
)
NOT_NUMBER: Final = own_rule(
    "CELL-04", "Numbers are numbers", "‘{found}’ is not a number.", "Enter a number, such as 2640."
)
NOT_SHARE: Final = own_rule(
    "CELL-05",
    "Shares lie between 0% and 100%",
    "‘{found}’ is not a share.",
    "Enter a share from 0% to 100%, for example 60%.",
)
NOT_DATE: Final = own_rule(
    "CELL-06", "Dates are dates", "‘{found}’ is not a date.", "Enter a date as day/month/year, such as 31/03/2025."
)
NOT_YES_NO: Final = own_rule("CELL-07", "Answers are Yes or No", "‘{found}’ is neither {allowed}.", "Choose {allowed}.")
NOT_EMAIL: Final = own_rule(
    "CELL-08",
    "E-mail addresses have a name, an @ and a place",
    "‘{found}’ is not an e-mail address.",
    "Enter one address, such as name@council.example.",
)
NOT_IN_LIST: Final = own_rule(
    "LIST-01", "Values are in their list", "‘{found}’ is not in the list of {list}{hint}.", "Choose one of: {allowed}."
)
NOT_OF_TYPE: Final = own_rule(
    "LIST-02",
    "Sub-types belong to their type",
    "‘{found}’ is not a sub-type of ‘{type}’{hint}.",
    "Choose one of: {allowed}. Or correct the scheme type.",
)
NO_SHEET: Final = own_rule(
    "LAY-01",
    "Every sheet is there",
    "The sheet ‘{sheet}’ was not found; no sheet has its headers.",
    "Put it back with the headers: {allowed}. If it stands under other names, run: commonpool plans map {file}",
)
NO_COLUMN: Final = own_rule(
    "LAY-02",
    "Every column is there",
    "The column ‘{field}’ was not found in the header row.",
    "Put the column back, or give it one of these headers: {allowed}. Or run: commonpool plans map {file}",
)
OTHER_ROUND: Final = own_rule(
    "LAY-03",
    "The workbook is of the round asked for",
    "‘{file}’ is a workbook of {found}, not of {allowed}.",
    "Check it with --round {round}, or give the workbook of {allowed}.",
)
UNKNOWN_LAYOUT: Final = own_rule(
    "LAY-04",
    "The workbook's layout is known",
    "‘{file}’ has a layout that is not known{hint}. Its sheets are: {found}.",
    "Show once which column is which with: commonpool plans map {file}. Known layouts: {allowed}.",
)
TWO_COLUMNS: Final = own_rule(
    "LAY-05",
    "One column for each field",
    "Two columns are headed ‘{field}’; the first, {first}, was read and this one was not.",
    "Delete or rename one of them. Allowed: one column ‘{field}’.",
    Severity.WARNING,
)
EMPTY_TABLE: Final = own_rule(
    "LAY-06",
    "Tables have rows",
    "The table ‘{sheet}’ has a header row but no row below it.",
    "Enter at least one row under the headers.",
)
UNKNOWN_AREA: Final = own_rule(
    "AREA-01",
    "The area exists in the round",
    "‘{found}’ is not an area of {round}{hint}.",
    "Enter the name or code of a health and wellbeing board area of those years{allowed}.",
)
OTHER_AREA: Final = own_rule(
    "AREA-02",
    "The workbook is of the area asked for",
    "The workbook is of {found}, but {allowed} was asked for.",
    "Give the workbook of {allowed}, or leave --area out.",
)
