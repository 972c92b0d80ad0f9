"""Each row of a list of transactions comes out whole, or its faults are told at once, each in its cell."""

from __future__ import annotations

from datetime import date

from commonpool.findings import Severity
from commonpool.ledger.rules.extracts import (
    RowKind,
)
from commonpool.periods import Period
from tests.ledger.export_builders import (
    HEADER,
    TRANSACTIONS,
    mapping_of,
    read,
    told,
)


def test_each_row_is_a_transaction_on_its_line_with_its_place():
    export = read(f"""{HEADER}
        03/04/2024 | INV1 | CC1 | 1,200.50
        04/04/2024 | INV2 | cc2 | -20""")

    first, second = export.rows
    assert (first.date, first.line, first.kind, first.pence, first.code) == (
        date(2024, 4, 3),
        "1",
        RowKind.EXPENDITURE,
        120_050,
        "CC1",
    )
    assert (second.line, second.pence, second.code) == ("2", -2000, "CC2")
    assert (first.place.sheet, first.place.cell, first.place.text) == ("ledger.csv", "D2", "1,200.50")
    assert export.findings == ()


def test_all_faults_are_told_at_once_each_in_its_cell():
    export = read(f"""{HEADER}
        2024-04-03 | INV1 | CC1 | £5
        03/04/2024 | INV2 | CC9 | twelve
        03/04/2031 | INV3 | CC1 | 0
        03/04/2024 | INV4 |     | 1e30
        03/04/2024 | INV5 | CC1 |
                   | INV6 | CC1 | 5""")

    assert sorted(told(export)) == [
        ("EXT-10", "D3"),  # twelve
        ("EXT-10", "D5"),  # 1e30
        ("EXT-11", "D2"),  # £5
        ("EXT-14", "A7"),  # no date
        ("EXT-14", "C5"),  # no cost centre
        ("EXT-14", "D6"),  # no amount
        ("EXT-15", "D4"),  # 0
        ("EXT-20", "C3"),  # CC9
        ("EXT-24", "A2"),  # another form of date
        ("EXT-25", "A4"),  # another year
    ]
    assert export.has_errors
    assert export.rows == ()


def test_findings_say_where_what_was_found_and_what_to_do():
    export = read(f"""{HEADER}
        03/04/2024 | INV1 | CC1 | €5
        03/04/2024 | INV2 | CCC1 | 5
        03/05/2025 | INV3 | CCC1 | 5""")

    date_found, code_found, amount_found = sorted(map(str, export.findings))
    assert date_found == (
        "ledger.csv, cell A4 (date): 3 May 2025 lies outside the year 2024-25, which runs from 1 Apr 2024 to "
        "31 Mar 2025. Correct the date, or take the row out: it belongs to another year’s ledger or to no agreement."
    )
    assert code_found == (
        "ledger.csv, cell C3 (cost centre): ‘CCC1’ is not among the mapping’s cost centres (and in 1 other row). "
        "The nearest known: CC1, CC2. Correct it, or say in the mapping which scheme line it pays for, or that it is "
        "to be ignored."
    )
    assert amount_found == (
        "ledger.csv, cell D2 (amount): ‘€5’ carries €. Take the sign away: amounts are plain pounds, for example "
        "12000.50."
    )


def test_a_day_within_the_year_but_before_the_agreement_is_told():
    export = read(f"{HEADER}\n 03/04/2024 | A | CC1 | 5", agreement=Period(date(2024, 4, 4), date(2026, 3, 31)))

    (finding,) = export.findings
    assert "3 Apr 2024 lies outside the agreement, which runs from 4 Apr 2024 to 31 Mar 2026." in finding.problem


def test_zero_is_a_note_and_is_not_posted():
    export = read(f"{HEADER}\n 03/04/2024 | A | CC1 | 0.00")

    assert [(one.rule, one.severity) for one in export.findings] == [("EXT-15", Severity.NOTE)]
    assert (export.rows, export.has_errors) == ((), False)


def test_negative_amounts_need_no_reason():
    export = read(f"{HEADER}\n 03/04/2024 | A | CC1 | 100\n 03/04/2024 | B | CC1 | -40")

    assert [row.pence for row in export.rows] == [100_00, -40_00]
    assert export.findings == ()


def test_a_line_that_the_plan_does_not_have_is_told_with_known_ones_and_their_names():
    columns = {"date": "Date", "scheme_line": "Line", "amount": "Amount"}

    export = read("Date | Line | Amount\n 03/04/2024 | 11 | 5", mapping_of(columns=columns))

    (finding,) = export.findings
    assert (finding.rule, finding.cell) == ("EXT-21", "B2")
    assert "‘11’ is not a scheme line of the plan. The nearest known: 1 (Reablement), 10 (Care market)." in str(finding)


def test_a_cost_centre_mapped_to_a_line_that_the_plan_does_not_have_is_told():
    export = read(f"{HEADER}\n 03/04/2024 | A | CC1 | 5", mapping_of(codes={"CC1": "17"}))

    assert told(export) == [("EXT-21", "C2")]
    assert "‘17’ is not a scheme line" in export.findings[0].problem


def test_a_row_whose_line_contradicts_its_cost_centre_is_refused():
    mapping = mapping_of(columns={**TRANSACTIONS, "scheme_line": "Line"})

    export = read(f"{HEADER} | Line\n 03/04/2024 | A | CC1 | 5 | 2\n 03/04/2024 | B | CC1 | 5 | 1", mapping)

    assert told(export) == [("EXT-22", "E2")]
    assert [row.line for row in export.rows] == ["1"]


def test_all_unknown_cost_centres_are_told_in_one_finding_with_their_rows():
    export = read(f"""{HEADER}
        03/04/2024 | A | X1 | 5
        03/04/2024 | B | X2 | 5
        03/04/2024 | C | x1 | 5
        03/04/2024 | D | X3 | 5
        03/04/2024 | E | X2 | 5
        03/04/2024 | F | X2 | 5""")

    [finding] = export.findings
    assert str(finding) == (
        "ledger.csv, cell C2 (cost centre): ‘X1’ is not among the mapping’s cost centres (and in 1 other row), nor are "
        "2 others: ‘X2’ (C3 and 2 other rows) and ‘X3’ (C5). Known: CC1, CC2. Correct them, or say in the mapping "
        "which scheme line each pays for, or that it is to be ignored."
    )
    assert export.unknown_codes == ("X1", "X2", "X3")


def test_of_many_unknown_cost_centres_the_first_are_named_and_the_rest_counted():
    rows = "\n".join(f"03/04/2024 | R{number} | X{number} | 5" for number in range(40))

    [finding] = read(f"{HEADER}\n{rows}").findings

    assert "nor are 39 others: ‘X1’ (C3), ‘X2’ (C4)," in finding.problem
    assert "‘X15’ (C17) and 24 more. Known: CC1, CC2." in finding.problem


def test_with_no_code_mapped_an_unknown_one_says_that_none_is_known():
    export = read(f"{HEADER}\n 03/04/2024 | A | CC1 | 5", mapping_of(codes={}))

    assert "None is known." in export.findings[0].problem


def test_ignored_cost_centres_are_passed_over_without_a_word():
    export = read(f"{HEADER}\n 03/04/2024 | A | CC1 | 5\n 03/04/2024 | B | CC77 | 9", mapping_of(ignored=["cc77"]))

    assert [row.code for row in export.rows] == ["CC1"]
    assert export.findings == ()
