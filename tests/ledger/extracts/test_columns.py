"""Columns are found by header or letter, and rows and cells that cannot be read are told."""

from __future__ import annotations

import pytest

from commonpool.findings import Severity
from commonpool.ledger.rules.extracts import (
    read_export,
)
from commonpool.sheets import ErrorValue, Sheet
from tests.ledger.export_builders import (
    HEADER,
    TRANSACTIONS,
    facts_of,
    mapping_of,
    read,
    sheet_of,
    told,
)


def test_a_missing_column_says_what_was_sought_and_what_was_found():
    export = read("Date | Ref | Cost center | Amount\n 03/04/2024 | A | CC1 | 5")

    (finding,) = export.findings
    assert str(finding) == (
        "ledger.csv (cost centre): No column is headed ‘Cost centre’, which is mapped as cost centre; the nearest is "
        "‘Cost center’. The headers found are: ‘Date’, ‘Ref’, ‘Cost center’, ‘Amount’. Put the column back under that "
        "header, or change the mapping."
    )
    assert export.has_errors


def test_every_missing_column_is_told():
    export = read("Day | Number\n 03/04/2024 | 5")

    assert [one.rule for one in export.findings] == ["EXT-02"] * 4


def test_a_mapped_header_that_stands_twice_is_an_error_and_its_letter_settles_it():
    text = "Date | Ref | Cost centre | Amount | amount\n 03/04/2024 | A | CC1 | 5 | 7"

    by_header = read(text)
    by_letter = read(text, mapping_of(columns={**TRANSACTIONS, "amount": "E"}))

    assert [(one.rule, one.cell, one.severity) for one in by_header.findings] == [("EXT-03", "E1", Severity.ERROR)]
    assert [row.pence for row in by_letter.rows] == [7_00]


def test_a_header_that_nobody_reads_may_stand_twice_with_a_note():
    export = read(f"{HEADER} | Spare | Spare\n 03/04/2024 | A | CC1 | 5 | x | y")

    assert [(one.rule, one.severity) for one in export.findings] == [("EXT-04", Severity.NOTE)]
    assert len(export.rows) == 1


def test_headers_are_found_below_a_title_and_whatever_their_capitals_and_marks():
    export = read("""Ledger of the county, printed 1 July |
        |
        DATE | Ref. | Cost_Centre | Amount (£)
        03/04/2024 | A | CC1 | 5""")

    assert [(row.pence, row.place.cell) for row in export.rows] == [(5_00, "D4")]


def test_headers_merged_over_two_rows_are_read_as_one():
    mapping = mapping_of("periodic", columns={"cost_centre": "Cost centre"}, periods={"Q1": "Q1", "Q2": "Q2"})

    export = read("Cost centre | Spend |\n | Q1 | Q2\n CC1 | 5 | 6", mapping)

    assert [(row.pence, row.place.cell) for row in export.rows] == [(5_00, "B3"), (6_00, "C3")]
    assert export.findings == ()


def test_a_file_without_headers_is_read_by_letters():
    mapping = mapping_of(columns={"date": "A", "cost_centre": "B", "amount": "C"}, header_row=0)

    export = read("03/04/2024 | CC1 | 5\n 04/04/2024 | CC2 | 6", mapping)

    assert [row.pence for row in export.rows] == [5_00, 6_00]


@pytest.mark.parametrize(
    ("text", "what"), [("", "has no row in it"), (HEADER, "has a header row and nothing below it")]
)
def test_an_empty_export_gives_one_finding(text, what):
    export = read_export(sheet_of(text) if text else Sheet("ledger.csv", []), mapping_of(), facts_of())

    assert [one.rule for one in export.findings] == ["EXT-01"]
    assert what in export.findings[0].problem


@pytest.mark.parametrize("row", ["03/04/2024 | A | CC9 | 5", "TOTAL | | | 0"])
def test_a_file_without_a_row_of_the_pools_says_so(row):
    export = read(f"{HEADER}\n {row}", mapping_of(ignored=["CC9"]))

    assert [one.rule for one in export.findings] == ["EXT-01"]


def test_rows_that_say_nothing_are_noted_and_blank_ones_passed_over():
    export = read(f"{HEADER}\n | | Adult social care |\n | | |\n 03/04/2024 | A | CC1 | 5")

    assert [(one.rule, one.cell, one.severity) for one in export.findings] == [("EXT-15", "A2", Severity.NOTE)]
    assert len(export.rows) == 1


def test_a_failed_formula_and_one_that_was_never_calculated_are_told():
    rows = [["Date", "Ref", "Cost centre", "Amount"], ["03/04/2024", "A", "CC1", ErrorValue("#REF!")]]
    rows += [["03/04/2024", "B", "CC1", None]]
    sheet = Sheet("Extract", rows, formulas_without_value=frozenset({(2, 3)}))

    export = read_export(sheet, mapping_of(), facts_of())

    assert ("EXT-12", "D2") in told(export)
    assert ("EXT-13", "D3") in told(export)
    assert "fails with #REF!" in export.findings[0].problem


@pytest.mark.parametrize("role", ["reference", "cost_centre"])
def test_a_formula_without_a_value_where_a_row_gets_its_key_or_line_is_told(role):
    column = {"reference": 1, "cost_centre": 2}[role]
    row = ["03/04/2024", "A", "CC1", "5"]
    row[column] = None
    sheet = Sheet("a", [["Date", "Ref", "Cost centre", "Amount"], row], formulas_without_value=frozenset({(1, column)}))

    export = read_export(sheet, mapping_of(), facts_of())

    assert told(export) == [("EXT-13", sheet.at(1, column).cell)]
