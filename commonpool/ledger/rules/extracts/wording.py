"""What can be wrong with a partner's export, each as one rule with its words."""

from __future__ import annotations

from typing import Final

from commonpool.findings import Severity, own_rule

EMPTY: Final = own_rule(
    "EXT-01",
    "The export has rows",
    "‘{sheet}’ has {what}.",
    "Export the period again, and give the file with its rows.",
)
NO_COLUMN: Final = own_rule(
    "EXT-02",
    "Every mapped column is there",
    "No column is headed ‘{sought}’, which is mapped as {role}{hint}. The headers found are: {found}.",
    "Put the column back under that header, or change the mapping.",
)
TWO_COLUMNS: Final = own_rule(
    "EXT-03",
    "A mapped header stands once",
    "{count} columns are headed ‘{header}’, which is mapped as {role}: {cells}.",
    "Rename all but one of them, or map the right one by its letter.",
)
SAME_HEADERS: Final = own_rule(
    "EXT-04",
    "Headers differ",
    "{count} columns are headed ‘{header}’: {cells}. None of them is read.",
    "Nothing needs to be done, unless one of them should be read.",
    Severity.NOTE,
)
NOT_MAPPED: Final = own_rule(
    "EXT-05",
    "It is known which column is what",
    "No column of ‘{sheet}’ could be taken for: {missing}. The headers found are: {found}.",
    "Say in the mapping which column it is, by its header or its letter.",
)
CUT_SHORT: Final = own_rule(
    "EXT-06",
    "The file is whole",
    "The file ends in the middle of a line: {why}.",
    "Copy or download the file again; nothing of half a file is taken.",
)
NO_LINE_END: Final = own_rule(
    "EXT-07",
    "The last line is ended",
    "The last line has no line break after it, so nobody can tell whether its last cell is whole.",
    "Look whether that cell is what the ledger says.",
    Severity.NOTE,
)
TOO_MANY_CELLS: Final = own_rule(
    "EXT-08",
    "Rows are as long as the headers",
    "The row has {cells} cells under {headers} headers, so that its values may stand in the wrong columns.",
    "Put quotation marks round amounts and words that hold the separator (“1,234.50”), or head each column.",
)
OTHER_SHEETS: Final = own_rule(
    "EXT-09",
    "One sheet holds the export",
    "‘{sheet}’ was read, and {others} {have} the same headers and {were} not.",
    "Put all rows on one sheet, or name the right sheet in the mapping.",
    Severity.WARNING,
)
NOT_MONEY: Final = own_rule(
    "EXT-10",
    "Amounts are amounts",
    "‘{found}’ {why}.",
    "Write pounds as a plain number with up to two decimals, for example 12000.50 or -12000.50.",
)
CURRENCY: Final = own_rule(
    "EXT-11",
    "Amounts carry no currency sign",
    "‘{found}’ carries {sign}.",
    "Take the sign away: amounts are plain pounds, for example 12000.50.",
)
FAILED_FORMULA: Final = own_rule(
    "EXT-12",
    "Formulas work",
    "The formula in this cell fails with {found}.",
    "Correct the formula, or put the value itself there.",
)
UNCALCULATED: Final = own_rule(
    "EXT-13",
    "Formulas have been calculated",
    "The formula in this cell has never been calculated, so its value is not known.",
    "Open the workbook in Excel, save it, and give it again.",
)
EMPTY_CELL: Final = own_rule(
    "EXT-14", "Rows are complete", "The row has no {role}.", "Enter the {role}, or take the row out."
)
SAYS_NOTHING: Final = own_rule(
    "EXT-15",
    "Rows say something",
    "{what}, so the row says nothing and is not posted.",
    "Nothing needs to be done, unless an amount is missing.",
    Severity.NOTE,
)
BOTH_SIDES: Final = own_rule(
    "EXT-16",
    "A row is a debit or a credit",
    "The row has a debit of {debit} and a credit of {credit}.",
    "Leave one of the two empty; two movements are two rows.",
)
NEGATIVE_SIDE: Final = own_rule(
    "EXT-17",
    "Debits and credits are written without a minus",
    "The {side} column has a negative amount here{others}: debit and credit may have changed places.",
    "Look whether this is a reversal or the columns are swapped; if they are, swap them in the mapping.",
    Severity.WARNING,
)
WRONG_WAY: Final = own_rule(
    "EXT-18",
    "The signs go the mapping’s way",
    "All {kind} in the file adds to {total}, which is {way} by the mapping’s signs.",
    "Look whether {cause}; if so, correct the mapping.",
    Severity.WARNING,
)
UNKNOWN_CODE: Final = own_rule(
    "EXT-20",
    "Cost centres are known",
    "‘{found}’ is not among the mapping’s cost centres{others}{more}. {known}.",
    "Correct {it}, or say in the mapping which scheme line {each} pays for, or that it is to be ignored.",
)
UNKNOWN_LINE: Final = own_rule(
    "EXT-21",
    "Scheme lines are the plan's",
    "‘{found}’ is not a scheme line of the plan{others}. {known}.",
    "Correct it in the file or in the mapping, or add the line to the plan first.",
)
CODES_DISAGREE: Final = own_rule(
    "EXT-22",
    "Cost centre and scheme line agree",
    "The row names scheme line {line}, but its cost centre {code} pays for line {meant}{others}.",
    "Correct the row, or the mapping of that cost centre.",
)
UNKNOWN_KIND: Final = own_rule(
    "EXT-23",
    "Kinds are known",
    "‘{found}’ is not a kind that the mapping knows{others}. {known}.",
    "Correct it, or say in the mapping whether it means expenditure, income or credit.",
)
NOT_DATE: Final = own_rule(
    "EXT-24", "Dates can be read", "‘{found}’ is not a {what} as the mapping has it.", "Write it as {form}."
)
OUTSIDE: Final = own_rule(
    "EXT-25",
    "Dates lie in the ledger’s year and the agreement",
    "{day} lies outside {what}, which runs from {starts_on} to {ends_on}.",
    "Correct the date, or take the row out: it belongs to another year’s ledger or to no agreement.",
)
REPEATED: Final = own_rule(
    "EXT-26",
    "A row stands once",
    "The row says the same as the one at {first}, under the same {what}; it was taken once.",
    "Take one of the two out, or give each a {what} of its own.",
    Severity.WARNING,
)
CONFLICT: Final = own_rule(
    "EXT-27",
    "A key means one thing",
    "The row has the same {what} as the one at {first} and says something else.",
    "Correct one of them. If one {what} covers several rows, map a column that tells them apart.",
)
ALIKE: Final = own_rule(
    "EXT-28",
    "Rows without a reference can be told apart",
    "The row has the date, code and amount of an earlier one and no reference{others}; each was taken as a "
    "transaction of its own.",
    "Look whether they are; if the ledger has a transaction number, add it to the export and map it.",
    Severity.NOTE,
)
TOTAL_DIFFERS: Final = own_rule(
    "EXT-30",
    "Totals add up",
    "The row of totals says {stated}, but the rows above it add to {summed}: {difference} apart.",
    "Export the file again, or find the row that is missing or was changed.",
)
OUTTURN_DIFFERS: Final = own_rule(
    "EXT-31",
    "The outturn is what its periods say",
    "The outturn is {stated}, but the periods of the row give {summed}: {difference} apart.",
    "Correct the period or the outturn that is wrong.",
)
OVERLAP: Final = own_rule(
    "EXT-32",
    "Periods do not overlap",
    "{code} has amounts for {first} and for {second}, which share days, so the amount would count twice.",
    "Give months or quarters for it, not both.",
)
GAP: Final = own_rule(
    "EXT-33",
    "No period is missing between two others",
    "{codes} {have} nothing for {missing}, which lies between periods that are there: that amount is not known.",
    "Add it, 0 if it is nothing. {meanwhile}",
    Severity.WARNING,
)
STOPS_EARLY: Final = own_rule(
    "EXT-34",
    "Every cost centre goes as far as the file",
    "{codes} {have} no amount to date after {last}, though the file goes to {newest}; taken as unchanged since.",
    "Add the amount to date, 0 if it is now nothing.",
    Severity.WARNING,
)
STANDS_TOGETHER: Final = own_rule(
    "EXT-35",
    "Earlier periods are in the file",
    "The file says nothing of {missing}: for {codes} what belongs there is not known and stands with {with_}.",
    "Export all periods of the year, if each month should be right.",
    Severity.WARNING,
)
AS_LAST_TOLD: Final = own_rule(
    "EXT-36",
    "Earlier periods are in the file",
    "The file says nothing of {missing}: for {codes} it stays as told before, and any change falls to {with_}.",
    "Export all periods of the year, if each month should be right.",
    Severity.NOTE,
)
GONE: Final = own_rule(
    "EXT-37",
    "What an earlier file had is still there",
    "{code} (line {line}, {kind}) had {was} for {period} in an earlier file, and nothing in this one.",
    "Posting the file takes it back to £0.00. Look whether it was recoded; if rows are missing, export it again.",
    Severity.WARNING,
)
OLDER: Final = own_rule(
    "EXT-38",
    "Files come in order",
    "This file ends with the period that begins on {ends}, but an earlier one went on to the one of {reached}.",
    "Look whether this is an old file; posting it takes the later periods back to £0.00.",
    Severity.WARNING,
)
DROPPED: Final = own_rule(
    "EXT-39",
    "No person’s name is kept",
    "{dropped} left out.",
    "Register an organisation, if payments to it should be traced to it by name.",
    Severity.NOTE,
)
MORE: Final = own_rule(
    "EXT-40",
    "Faults are told one by one",
    "‘{title}’ ({rule}) fails {count} more times; only the first {most} are listed.",
    "Correct the export as the listed ones say: the rest have the same fault.",
    Severity.NOTE,
)
