"""What can be wrong with a file of one series, in the words that its reader needs. See `findings.Rule`."""

from __future__ import annotations

from typing import Final

from commonpool.findings import Rule, Severity

_ALL: Final = (
    Rule(
        "SER-01",
        Severity.ERROR,
        "The file has a column of values",
        "Row 1 has no column called ‘value’. It has: {found}.",
        "Write the headers in the first row, and call the column of numbers ‘value’.",
    ),
    Rule(
        "SER-02",
        Severity.ERROR,
        "Each column stands once",
        "Row 1 has {many} columns called ‘{name}’.",
        "Rename or delete all but one of them.",
    ),
    Rule(
        "SER-03",
        Severity.ERROR,
        "There is something to chart",
        "The file has no value below its header.",
        "Give one row a period, in order of time.",
    ),
    Rule(
        "SER-04",
        Severity.ERROR,
        "A suppressed value is left blank",
        "Row {row}: ‘{found}’ marks a value that is suppressed or not known. It is not 0.",
        "Leave the cell blank: it becomes a gap, which no run crosses.",
    ),
    Rule(
        "SER-05",
        Severity.ERROR,
        "Values are numbers",
        "Row {row}: ‘{found}’ is not a number.",
        "Enter digits with a point for decimals, such as 1234.5, and leave the cell blank where nothing is known.",
    ),
    Rule(
        "SER-06",
        Severity.ERROR,
        "Values are finite",
        "Row {row}: ‘{found}’ is infinite or too large to chart.",
        "Look for a division by zero or a wrong unit; leave the cell blank if the value is not known.",
    ),
    Rule(
        "SER-07",
        Severity.ERROR,
        "Values can occur",
        "Row {row}: {found} is {side} {bound}, which you said cannot occur.",
        "Correct the value, or leave the cell blank if it is not known.",
    ),
    Rule(
        "SER-08",
        Severity.ERROR,
        "Each period has one value",
        "Row {row}: the period ‘{found}’ stands in row {other} already, with {values}.",
        "Keep the row that is right and delete the other.",
    ),
    Rule(
        "SER-09",
        Severity.ERROR,
        "Each row has its period",
        "Row {row} has no period.",
        "Enter its period, or delete the row if it is none.",
    ),
    Rule(
        "SER-10",
        Severity.ERROR,
        "Rows are in order of time",
        "Row {row}: ‘{found}’ comes after ‘{other}’ in the file, but before it in time.",
        "Sort the rows by period, the earliest first.",
    ),
    Rule(
        "SER-11",
        Severity.ERROR,
        "Periods are written alike",
        "Row {row}: ‘{found}’ is not a period as the others are, such as {other}.",
        "Write it as the others are.",
    ),
    Rule(
        "SER-12",
        Severity.ERROR,
        "Text has no more cells than there are headers",
        "Row {row} has {many} cells, and the header has {columns}.",
        "Look for a comma that parts a number, such as 1,234: write 1234, or put it in quotation marks.",
    ),
    Rule(
        "SER-13",
        Severity.ERROR,
        "A file of planned values says period and target",
        "Row 1 has no column called {name}. It has: {found}.",
        "Write the headers in the first row: period, target, and metric where the file plans several.",
    ),
    Rule(
        "SER-14",
        Severity.ERROR,
        "A planned value is of a month, a quarter or a year",
        "Row {row}: ‘{found}’ is no month, quarter or year.",
        "Write a month as 2025-04, a quarter as 2025-26 Q1, a year as 2025-26.",
    ),
)

RULES: Final = {rule.id: rule for rule in _ALL}
