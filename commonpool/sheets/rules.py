"""What can be wrong with a file before anybody asks what it says."""

from __future__ import annotations

from typing import Final

from commonpool.findings import Rule, Severity

SAVE_AS = "Open it in Excel, choose File, Save As, Excel Workbook (.xlsx), and give that file."

_ALL: Final = (
    Rule(
        "READ-01", Severity.ERROR, "The file is there", "‘{file}’ cannot be opened: {why}.", "Check its name and place."
    ),
    Rule(
        "READ-02", Severity.ERROR, "The file is not empty", "‘{file}’ is empty (0 bytes).", "Save or download it again."
    ),
    Rule(
        "READ-03",
        Severity.ERROR,
        "The file is an Excel workbook",
        "‘{file}’ is {what}, not an Excel workbook (.xlsx).",
        f"Give the plan workbook. If this is it: {SAVE_AS[0].lower()}{SAVE_AS[1:]}",
    ),
    Rule(
        "READ-04",
        Severity.ERROR,
        "The workbook opens without a password",
        "‘{file}’ is protected by a password.",
        "In Excel choose File, Info, Protect Workbook, Encrypt with Password, empty the box, save, and give it again.",
    ),
    Rule(
        "READ-05",
        Severity.ERROR,
        "The workbook holds no macros",
        "‘{file}’ holds macros, which are never opened here.",
        "In Excel choose File, Save As, Excel Workbook (.xlsx), which leaves the macros out, and give that file.",
    ),
    Rule(
        "READ-06",
        Severity.ERROR,
        "The workbook is whole",
        "‘{file}’ is damaged: {why}.",
        "Download or copy it again; or open it in Excel, let Excel repair it, and save it.",
    ),
    Rule(
        "READ-07",
        Severity.ERROR,
        "The workbook is of ordinary size",
        "‘{file}’ is too large: {found}, and {most} is the most that is read.",
        "Delete sheets, pictures and formatting that the plan does not need, and save it again.",
    ),
    Rule(
        "READ-08",
        Severity.ERROR,
        "The workbook is packed as Excel packs it",
        "‘{file}’ is not packed as Excel packs a workbook: {why}.",
        "Open it in Excel and save it as a new .xlsx file.",
    ),
    Rule(
        "READ-09",
        Severity.ERROR,
        "Sheets are of ordinary size",
        "‘{file}’ has values as far out as {corner}: that is more than {most} cells, too many to read.",
        "Clear that cell and all others outside the table, save, and give it again.",
    ),
    Rule(
        "READ-10",
        Severity.ERROR,
        "The workbook declares no XML entities",
        "‘{file}’ declares XML entities in its part {part}, which no Excel does and which can hide an attack.",
        "Open it in Excel and save it as a new .xlsx file; ask where it came from.",
    ),
    Rule(
        "READ-11",
        Severity.ERROR,
        "The workbook is read in time",
        "‘{file}’ could not be read within {seconds} seconds.",
        "Delete sheets and formatting that the plan does not need, and save it again.",
    ),
    Rule(
        "READ-12",
        Severity.ERROR,
        "The workbook fits in memory",
        "‘{file}’ needs more memory to read than the {most} that is allowed.",
        "Clear stray values far from the tables, delete sheets that the plan does not need, and save it again.",
    ),
    Rule(
        "READ-13",
        Severity.ERROR,
        "The workbook has a worksheet",
        "‘{file}’ has no worksheet.",
        "Give the plan workbook itself.",
    ),
    Rule(
        "READ-14",
        Severity.ERROR,
        "Formulas have been calculated",
        "The formula in this cell{others} has never been calculated, so its value is not known.",
        "Open the workbook in Excel, save it, and give it again.",
    ),
    Rule(
        "READ-15",
        Severity.NOTE,
        "Values come from this workbook",
        "‘{file}’ takes values from other workbooks; the values stored in it were used.",
        "If they may be old, open both workbooks in Excel and save this one again.",
    ),
    Rule(
        "READ-16",
        Severity.ERROR,
        "Comments can be added",
        "‘{file}’ is a ‘Strict Open XML’ workbook, to which no comments can be added here.",
        SAVE_AS,
    ),
    Rule(
        "READ-17",
        Severity.ERROR,
        "The file is a CSV file",
        "‘{file}’ is {what}, not a CSV file.",
        "In Excel choose File, Save As, CSV UTF-8 (.csv), and give that file.",
    ),
    Rule(
        "READ-18",
        Severity.NOTE,
        "Text is in UTF-8",
        "‘{file}’ is not in UTF-8 and was read as Windows-1252.",
        "Look whether pound signs and accents are right; if not, save it as CSV UTF-8 (.csv).",
    ),
    Rule(
        "READ-19",
        Severity.ERROR,
        "Each quote is closed",
        "‘{file}’ has a field of more than {most} characters that ends near line {line}.",
        "Look for a quotation mark that is opened and never closed before that line.",
    ),
)

RULES: Final = {rule.id: rule for rule in _ALL}
