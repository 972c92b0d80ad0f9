"""Which way money goes: signs, debits and credits, and the kinds of row that are never set off."""

from __future__ import annotations

from commonpool.findings import Severity
from commonpool.ledger.rules.extracts import (
    RowKind,
)
from tests.ledger.export_builders import (
    HEADER,
    SIDES,
    TRANSACTIONS,
    mapping_of,
    read,
    told,
)


def test_expenditure_written_with_a_minus_is_turned_round_by_the_mapping():
    export = read(f"{HEADER}\n 03/04/2024 | A | CC1 | -5", mapping_of(expenditure_is_negative=True))

    assert [row.pence for row in export.rows] == [5_00]


def test_income_and_credits_are_rows_of_their_own_and_never_set_off():
    codes = {"CC1": "1", "CC2": {"line": "1", "kind": "income"}, "CC3": {"line": "1", "kind": "credit"}}

    export = read(
        f"{HEADER}\n 03/04/2024 | A | CC1 | 100\n 03/04/2024 | B | CC2 | -30\n 03/04/2024 | C | CC3 | -9",
        mapping_of(codes=codes),
    )

    assert [(row.line, row.kind, row.pence) for row in export.rows] == [
        ("1", RowKind.EXPENDITURE, 100_00),
        ("1", RowKind.INCOME, -30_00),
        ("1", RowKind.CREDIT, -9_00),
    ]


def test_income_written_without_a_sign_gets_one():
    mapping = mapping_of(columns={**TRANSACTIONS, "kind": "Type"}, kinds={"Client": "income"}, income_is_unsigned=True)

    export = read(f"{HEADER} | Type\n 03/04/2024 | A | CC1 | 100 |\n 03/04/2024 | B | CC1 | 30 | CLIENT", mapping)

    assert [(row.kind, row.pence) for row in export.rows] == [(RowKind.EXPENDITURE, 100_00), (RowKind.INCOME, -30_00)]


def test_a_word_for_a_kind_that_nobody_explained_is_told_once():
    mapping = mapping_of(columns={**TRANSACTIONS, "kind": "Type"})

    export = read(f"{HEADER} | Type\n 03/04/2024 | A | CC1 | 1 | incom\n 03/04/2024 | B | CC1 | 2 | incom", mapping)

    assert told(export) == [("EXT-23", "E2")]
    assert "(and in 1 other row). The nearest known: income." in export.findings[0].problem


def test_a_debit_is_money_out_and_a_credit_money_back():
    export = read(
        """Date | CC | Debit | Credit
        03/04/2024 | CC1 | 100 |
        04/04/2024 | CC1 | 0.00 | 40""",
        mapping_of(columns=SIDES),
    )

    assert [(row.pence, row.place.cell) for row in export.rows] == [(100_00, "C2"), (-40_00, "C3")]
    assert export.findings == ()


def test_a_row_with_a_debit_and_a_credit_is_refused():
    export = read("Date | CC | Debit | Credit\n 03/04/2024 | CC1 | 100 | 40", mapping_of(columns=SIDES))

    assert told(export) == [("EXT-16", "D2")]
    assert "a debit of £100.00 and a credit of £40.00" in export.findings[0].problem


def test_swapped_debits_and_credits_are_warned_of_where_they_show():
    export = read(
        """Date | CC | Debit | Credit
        03/04/2024 | CC1 |  | 100
        04/04/2024 | CC1 | -40 |
        05/04/2024 | CC1 | -1 |""",
        mapping_of(columns=SIDES),
    )

    assert [(one.rule, one.cell, one.severity) for one in export.findings] == [
        ("EXT-17", "C3", Severity.WARNING),
        ("EXT-18", "C1", Severity.WARNING),
    ]
    assert "(and in 1 other row)" in export.findings[0].problem
    assert "All expenditure in the file adds to −£141.00, which is money coming in" in export.findings[1].problem


def test_a_file_whose_total_has_the_wrong_sign_is_warned_of():
    export = read(f"{HEADER}\n 03/04/2024 | A | CC1 | -100\n 03/04/2024 | B | CC1 | 40")

    assert [(one.rule, one.cell, one.severity) for one in export.findings] == [("EXT-18", "D1", Severity.WARNING)]


def test_income_that_adds_to_money_going_out_is_warned_of():
    export = read(f"{HEADER}\n 3/4/2024 | A | CC1 | 30", mapping_of(codes={"CC1": {"line": "1", "kind": "income"}}))

    assert "All income in the file adds to £30.00, which is money going out" in export.findings[0].problem
