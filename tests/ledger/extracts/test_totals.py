"""Rows of totals and outturns are checked against what they sum, and never posted."""

from __future__ import annotations

from datetime import date

from commonpool.findings import Severity
from commonpool.ledger.rules.extracts import (
    ColumnMapping,
)
from tests.ledger.export_builders import (
    HEADER,
    SIDES,
    mapping_of,
    read,
    told,
)


def test_a_row_of_totals_is_checked_and_not_posted():
    export = read(f"{HEADER}\n 03/04/2024 | A | CC1 | 5\n 03/04/2024 | B | CC2 | 6\n TOTAL | | | 11.00")

    assert len(export.rows) == 2
    assert export.findings == ()


def test_a_total_that_differs_is_told_with_the_difference():
    export = read(f"{HEADER}\n 03/04/2024 | A | CC1 | 5\n  |  | Total: | 11")

    (finding,) = export.findings
    assert (finding.rule, finding.cell, finding.severity) == ("EXT-30", "D3", Severity.ERROR)
    assert "says £11.00, but the rows above it add to £5.00: £6.00 apart" in finding.problem


def test_a_total_counts_what_is_ignored_or_repeated_since_the_files_own_does():
    export = read(
        f"{HEADER}\n 03/04/2024 | A | CC1 | 5\n 03/04/2024 | A | CC1 | 5\n 03/04/2024 | B | CC9 | 7\n TOTAL ||| 17",
        mapping_of(ignored=["CC9"]),
    )

    assert [one.rule for one in export.findings] == ["EXT-26"]


def test_a_column_with_a_fault_is_not_held_against_its_total_as_well():
    export = read(f"{HEADER}\n 03/04/2024 | A | CC1 | £5\n TOTAL ||| 5")

    assert [one.rule for one in export.findings] == ["EXT-11"]


def test_debits_and_credits_have_a_total_each():
    text = "Date | CC | Debit | Credit\n 03/04/2024 | CC1 | 100 |\n 04/04/2024 | CC1 | | 40\n TOTAL | | 100 | 41"

    export = read(text, mapping_of(columns=SIDES))

    assert told(export) == [("EXT-30", "D4")]


QUARTERS = {"q1": "Q1", "q2": "Q2", "q3": "Q3", "q4": "Q4"}


def quarterly(**changed) -> ColumnMapping:
    columns = {"scheme_line": "scheme_id", "outturn": "outturn"}
    return mapping_of(**{"style": "periodic", "columns": columns, "periods": QUARTERS} | changed)


def test_each_quarters_own_amount_is_a_row_and_the_outturn_is_checked():
    export = read(
        """scheme_id | q1 | q2 | q3 | q4 | outturn | variance
        1 | 1 | 2 | 3 | 4 | 10 | -5
        2 | 1 | 2 | 3 | 4 | 11 | x
        TOTAL | 2 | 4 | 6 | 9 | 21 |""",
        quarterly(),
    )

    assert [(row.date, row.pence) for row in export.rows[:4]] == [
        (date(2024, 6, 30), 1_00),
        (date(2024, 9, 30), 2_00),
        (date(2024, 12, 31), 3_00),
        (date(2025, 3, 31), 4_00),
    ]
    assert told(export) == [("EXT-31", "F3"), ("EXT-30", "E4")]
    assert "The outturn is £11.00, but the periods of the row give £10.00" in export.findings[0].problem


def test_of_a_cumulative_file_the_outturn_is_its_last_period():
    export = read("scheme_id | q1 | q2 | q3 | q4 | outturn\n 1 | 1 | 3 | 6 | 10 | 10", quarterly(style="cumulative"))

    assert export.findings == ()


def test_quarters_still_to_come_are_not_known_and_are_not_zero():
    export = read("scheme_id | q1 | q2 | q3 | q4 | outturn\n 1 | 1 | 0 |  |  | 40", quarterly())

    assert [(row.period.label, row.pence) for row in export.rows if row.period] == [
        ("Q1 2024-25", 1_00),
        ("Q2 2024-25", 0),
    ]
    assert export.findings == ()


def test_a_period_column_of_another_year_is_told_at_its_header():
    mapping = quarterly(columns={"scheme_line": "scheme_id"}, periods={"q1": "Q1 2023-24", "q2": "Q2"})

    export = read("scheme_id | q1 | q2\n 1 | 1 | 2", mapping)

    assert told(export) == [("EXT-25", "B1")]
