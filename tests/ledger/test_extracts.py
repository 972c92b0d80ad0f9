"""A partner's export becomes rows by its mapping, all faults are told at once, and only movements are posted."""

from __future__ import annotations

import json
from datetime import date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.findings import Severity
from commonpool.ledger.rules.extracts import (
    ColumnMapping,
    DateForm,
    FigureKey,
    MappingError,
    Movement,
    ReadExport,
    Role,
    RowKind,
    Style,
    decumulate,
    moved_by,
    movements,
    propose_mapping,
    read_export,
)
from commonpool.ledger.rules.extracts.amounts import NotAnAmount, pence_of
from commonpool.ledger.rules.extracts.dates import day_of, period_of
from commonpool.periods import FINANCIAL_YEAR, Calendar, Period
from commonpool.sheets import ErrorValue, Sheet
from tests.ledger.export_builders import MONTHS, TRANSACTIONS, YEAR, facts_of, mapping_of, read, sheet_of, told

HEADER = "Date | Ref | Cost centre | Amount"
TO_DATE = {"cost_centre": "CC", "period": "Period", "amount": "Actual to date"}
SPEND = RowKind.EXPENDITURE


# The mapping


def test_a_mapping_is_saved_and_comes_back_equal():
    mapping = mapping_of(
        codes={"CC1": {"line": "1", "kind": "income"}, "CC2": 2},
        kinds={"Equip cr": "credit"},
        dates="ymd",
        ignored=["CC9"],
        expenditure_is_negative=True,
        header_row=3,
    )

    saved = json.loads(json.dumps(mapping.as_data()))

    assert ColumnMapping.from_data(saved) == mapping
    assert saved["codes"] == {"CC1": {"line": "1", "kind": "income"}, "CC2": {"line": "2", "kind": "expenditure"}}


def test_a_mapping_with_unknown_keys_tells_all_of_them_with_the_nearest_known():
    data = {
        "style": "cumulativ",
        "colums": {},
        "columns": {"cost_center": "CC", "amount": 7.5},
        "codes": {"CC1": {"line": "1", "sort": "x"}, "CC2": {}},
        "totals": "TOTAL",
        "income_is_unsigned": "yes",
        "header_row": "first",
    }

    with pytest.raises(MappingError) as raised:
        ColumnMapping.from_data(data)

    assert raised.value.faults == (
        "‘colums’ is not a key of a mapping. Did you mean columns?",
        "‘cumulativ’ is not a style of a mapping. Did you mean cumulative?",
        "‘cost_center’ is not a column of a mapping. Did you mean cost_centre?",
        "‘amount’ is 7.5, and should be text.",
        "‘sort’ is not a part of the code ‘CC1’ of a mapping. Known are: line, kind.",
        "The code ‘CC2’ has no line. Name the scheme line that it pays for.",
        "‘header_row’ is 'first', and should be a row's number.",
        "‘income_is_unsigned’ is 'yes', and should be true or false.",
        "‘totals’ is 'TOTAL', and should be a list.",
    )


@pytest.mark.parametrize("data", [None, [], "style: transactions", 3])
def test_what_is_no_mapping_at_all_is_refused(data):
    with pytest.raises(MappingError, match="should be names and their values"):
        ColumnMapping.from_data(data)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"columns": {"amount": "Amount"}}, "needs a column for: cost centre or scheme line; date or period"),
        ({"columns": {**TRANSACTIONS, "debit": "Dr"}}, "either one amount column or a debit and a credit"),
        ({"columns": {"date": "D", "cost_centre": "C", "debit": "Dr"}}, "needs a column for: credit"),
        ({"columns": {**TRANSACTIONS, "period": "Period"}}, "either the date or the period"),
        ({"columns": {**TRANSACTIONS, "provider": "ref"}}, "‘Ref’ is given two meanings"),
        ({"dates": "period"}, "The date column holds days"),
        ({"periods": {"q1": "Q1"}}, "leave the columns of periods out"),
        ({"style": "periodic", "columns": {"cost_centre": "C"}, "periods": {"a": "soon"}}, "‘soon’, given for"),
        ({"header_row": -1}, "The header row is -1"),
    ],
)
def test_a_mapping_that_can_read_no_file_cannot_be_built(changed, says):
    with pytest.raises(MappingError, match=says):
        mapping_of(**changed)


# Amounts


@pytest.mark.parametrize(
    ("value", "pence"),
    [
        ("12", 1200),
        ("-0.50", -50),
        ("12.5", 1250),
        ("1,234.50", 123_450),
        ("(12.00)", -1200),
        ("12.00-", -1200),
        ("−3", -300),
        (12, 1200),
        (-12.3, -1230),
        (3915250.4, 391_525_040),
        (0.1 + 0.2, 30),
    ],
)
def test_plain_pounds_are_read_to_the_penny(value, pence):
    assert pence_of(value) == pence


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("NaN", "is not a number"),
        ("-inf", "is not a number"),
        (float("nan"), "is not a number"),
        (float("inf"), "is not a number"),
        ("1e30", "is more than 10,000,000,000 pounds"),
        (1e30, "is more than 10,000,000,000 pounds"),
        (10**30, "is more than 10,000,000,000 pounds"),
        ("99999999999", "is more than 10,000,000,000 pounds"),
        ("9" * 5000, "is too long"),
        ("1.2E+3", "is written in powers of ten"),
        ("12.345", "has more than two decimals"),
        ("12.500", "has more than two decimals"),
        (12.345, "has more than two decimals"),
        ("twelve", "is text"),
        ("12 CR", "says its side in letters"),
        ("1.234,50", "is not an amount"),
        ("1234,50", "is not an amount"),
        ("12.5.1", "is not an amount"),
        ("--5", "has two signs"),
        ("-5-", "has two signs"),
        ("(-5)", "has two signs"),
        ("=SUM(A1:A9)", "is a formula"),
        (True, "yes or no"),
        (datetime(2024, 6, 1), "is a date"),  # noqa: DTZ001 - Excel knows no time zones
    ],
)
def test_what_is_no_amount_says_why(value, says):
    with pytest.raises(NotAnAmount) as raised:
        pence_of(value)

    assert raised.value.rule.id == "EXT-10"
    assert says in raised.value.said["why"]


@given(pence=st.integers(min_value=-(10**12), max_value=10**12))
def test_an_amount_written_with_two_decimals_comes_back_to_the_penny(pence):
    exact = Fraction(pence, 100)

    typed = f"{'-' if pence < 0 else ''}{abs(pence) // 100}.{abs(pence) % 100:02d}"

    assert pence_of(typed) == pence
    assert pence_of(float(exact)) == pence
    assert pence_of(f"{abs(pence) // 100:,}.{abs(pence) % 100:02d}") == abs(pence)


@given(value=st.text(max_size=40))
def test_any_text_is_an_amount_or_a_fault_and_never_a_crash(value):
    try:
        found = pence_of(value)
    except NotAnAmount:
        return

    assert isinstance(found, int)


# Dates and periods


@pytest.mark.parametrize(
    ("value", "form", "day"),
    [
        ("03/04/2024", DateForm.DMY, date(2024, 4, 3)),
        ("3.4.24", DateForm.DMY, date(2024, 4, 3)),
        ("03-Apr-2024", DateForm.DMY, date(2024, 4, 3)),
        ("3 April 2024", DateForm.DMY, date(2024, 4, 3)),
        ("03/04/2024 00:00:00", DateForm.DMY, date(2024, 4, 3)),
        ("2024-04-03", DateForm.YMD, date(2024, 4, 3)),
        ("2024-04-03T09:30:00", DateForm.YMD, date(2024, 4, 3)),
        ("20240403", DateForm.YMD, date(2024, 4, 3)),
        (20240403, DateForm.YMD, date(2024, 4, 3)),
        ("45385", DateForm.EXCEL, date(2024, 4, 3)),
        (45385.0, DateForm.EXCEL, date(2024, 4, 3)),
        (date(2024, 4, 3), DateForm.DMY, date(2024, 4, 3)),
        ("2024-04-03", DateForm.DMY, None),
        ("03/04/2024", DateForm.YMD, None),
        ("31/02/2024", DateForm.DMY, None),
        ("04/13/2024", DateForm.DMY, None),
        ("7", DateForm.EXCEL, None),
        ("soon", DateForm.DMY, None),
        (True, DateForm.EXCEL, None),
    ],
)
def test_a_day_is_read_in_the_form_of_the_mapping_and_in_no_other(value, form, day):
    assert day_of(value, form) == day


@pytest.mark.parametrize(
    ("label", "starts_on", "ends_on"),
    [
        ("P03 2024-25", date(2024, 6, 1), date(2024, 6, 30)),
        ("2024/25 P3", date(2024, 6, 1), date(2024, 6, 30)),
        ("Period 12", date(2025, 3, 1), date(2025, 3, 31)),
        ("M3", date(2024, 6, 1), date(2024, 6, 30)),
        ("Jun-24", date(2024, 6, 1), date(2024, 6, 30)),
        ("June 2024", date(2024, 6, 1), date(2024, 6, 30)),
        ("Jan", date(2025, 1, 1), date(2025, 1, 31)),
        ("sept", date(2024, 9, 1), date(2024, 9, 30)),
        ("2024-25 Q1", date(2024, 4, 1), date(2024, 6, 30)),
        ("Q4 24/25", date(2025, 1, 1), date(2025, 3, 31)),
        ("q2", date(2024, 7, 1), date(2024, 9, 30)),
        ("2024/06", date(2024, 6, 1), date(2024, 6, 30)),
        ("202406", date(2024, 6, 1), date(2024, 6, 30)),
        ("06/2024", date(2024, 6, 1), date(2024, 6, 30)),
        (date(2024, 6, 17), date(2024, 6, 1), date(2024, 6, 30)),
    ],
)
def test_a_period_is_read_from_its_label(label, starts_on, ends_on):
    period = period_of(label, DateForm.PERIOD, YEAR, FINANCIAL_YEAR)

    assert period is not None
    assert (period.starts_on, period.ends_on) == (starts_on, ends_on)


@pytest.mark.parametrize("label", ["P13", "P0", "Q5", "2024 Q1", "2024-26 P1", "13/2024", "Smarch", "3", "", "2024-25"])
def test_a_label_that_could_mean_two_things_or_nothing_is_no_period(label):
    assert period_of(label, DateForm.PERIOD, YEAR, FINANCIAL_YEAR) is None


def test_year_and_number_is_a_ledgers_own_period_only_where_the_mapping_says_so():
    period = period_of("2024/03", DateForm.LEDGER_PERIOD, YEAR, FINANCIAL_YEAR)

    assert period is not None
    assert (period.starts_on, period.label) == (date(2024, 6, 1), "Jun 2024")


def test_numbers_count_the_periods_of_the_partners_own_calendar():
    ends = [date(2024, 4, 28), *(date(2024, month, 26) for month in range(5, 13)), date(2025, 3, 31)]

    period = period_of("P2", DateForm.PERIOD, YEAR, Calendar(month_ends=tuple(ends)))

    assert period == Period(date(2024, 4, 29), date(2024, 5, 26), "P2")


# Transactions


def test_each_row_is_a_transaction_on_its_line_with_its_place():
    export = read(f"""{HEADER}
        03/04/2024 | INV1 | CC1 | 1,200.50
        04/04/2024 | INV2 | cc2 | -20""")

    first, second = export.rows
    assert (first.date, first.line, first.kind, first.pence, first.code) == (
        date(2024, 4, 3),
        "1",
        SPEND,
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


def test_with_no_code_mapped_an_unknown_one_says_that_none_is_known():
    export = read(f"{HEADER}\n 03/04/2024 | A | CC1 | 5", mapping_of(codes={}))

    assert "None is known." in export.findings[0].problem


def test_ignored_cost_centres_are_passed_over_without_a_word():
    export = read(f"{HEADER}\n 03/04/2024 | A | CC1 | 5\n 03/04/2024 | B | CC77 | 9", mapping_of(ignored=["cc77"]))

    assert [row.code for row in export.rows] == ["CC1"]
    assert export.findings == ()


# Signs, sides and kinds


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

    assert [(row.kind, row.pence) for row in export.rows] == [(SPEND, 100_00), (RowKind.INCOME, -30_00)]


def test_a_word_for_a_kind_that_nobody_explained_is_told_once():
    mapping = mapping_of(columns={**TRANSACTIONS, "kind": "Type"})

    export = read(f"{HEADER} | Type\n 03/04/2024 | A | CC1 | 1 | incom\n 03/04/2024 | B | CC1 | 2 | incom", mapping)

    assert told(export) == [("EXT-23", "E2")]
    assert "(and in 1 other row). The nearest known: income." in export.findings[0].problem


SIDES = {"date": "Date", "cost_centre": "CC", "debit": "Debit", "credit": "Credit"}


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


# Keys, and rows that come twice


def test_the_same_reference_and_content_twice_is_reported_and_not_doubled():
    export = read(f"{HEADER}\n 03/04/2024 | A | CC1 | 5\n 03/04/2024 | A | CC1 | 5.00")

    assert len(export.rows) == 1
    assert [(one.rule, one.cell, one.severity) for one in export.findings] == [("EXT-26", "D3", Severity.WARNING)]
    assert "as the one at D2" in export.findings[0].problem


@pytest.mark.parametrize("other", ["04/04/2024 | A | CC1 | 5", "03/04/2024 | A | CC2 | 5", "03/04/2024 | a | CC1 | 6"])
def test_the_same_reference_with_another_content_is_an_error(other):
    export = read(f"{HEADER}\n 03/04/2024 | A | CC1 | 5\n {other}")

    assert told(export) == [("EXT-27", "D3")]
    assert export.has_errors


def test_a_line_number_tells_the_rows_of_one_reference_apart():
    mapping = mapping_of(columns={**TRANSACTIONS, "reference_line": "No"})

    export = read(f"{HEADER} | No\n 03/04/2024 | A | CC1 | 5 | 1\n 03/04/2024 | A | CC2 | 5 | 2", mapping)

    assert len({row.key for row in export.rows}) == 2
    assert export.findings == ()


NO_REF = {"date": "Date", "cost_centre": "Cost centre", "amount": "Amount"}


def test_rows_alike_without_a_reference_are_transactions_of_their_own_and_noted():
    text = "Date | Cost centre | Amount\n 03/04/2024 | CC1 | 5\n 03/04/2024 | CC1 | 5\n 03/04/2024 | CC1 | 5"

    export = read(text, mapping_of(columns=NO_REF))

    assert len({row.key for row in export.rows}) == 3
    assert [(one.rule, one.cell, one.severity) for one in export.findings] == [("EXT-28", "C3", Severity.NOTE)]


def test_keys_do_not_depend_on_the_file_its_order_or_what_was_registered_since():
    text = "Date | Cost centre | Amount | Payee"
    rows = ["03/04/2024 | CC1 | 5 | Meadow Care Ltd", "04/04/2024 | CC1 | 5 |", "05/04/2024 | CC2 | 7 | Elm House"]
    mapping = mapping_of(columns={**NO_REF, "provider": "Payee"})

    before = read("\n".join([text, *rows]), mapping)
    after = read("\n".join([text, *reversed(rows)]), mapping, organisations={"Elm House": "PRV2"})

    assert {row.key: row.content for row in before.rows} == {row.key: row.content for row in after.rows}


def test_a_cost_centre_mapped_anew_keeps_the_key_so_that_nothing_is_posted_twice():
    text = f"{HEADER}\n 03/04/2024 | A | CC1 | 5\n 03/04/2024 |  | CC1 | 6"

    before = read(text, mapping_of(codes={"CC1": "1"}))
    after = read(text, mapping_of(codes={"CC1": "2"}))

    assert [row.key for row in before.rows] == [row.key for row in after.rows]
    assert [row.content for row in before.rows] != [row.content for row in after.rows]


def test_two_partners_may_use_the_same_reference():
    text = f"{HEADER}\n 03/04/2024 | INV1 | CC1 | 5"

    (ours,), (theirs,) = read(text).rows, read(text, partner="ICB").rows

    assert ours.key != theirs.key


# No person's name


def test_only_a_registered_organisation_is_kept_as_provider_and_no_narrative_ever():
    mapping = mapping_of(columns={**TRANSACTIONS, "provider": "Payee", "narrative": "Text"})
    text = f"""{HEADER} | Payee | Text
        03/04/2024 | A | CC1 | 5 | MEADOW  care ltd | visit to Ash Row
        03/04/2024 | B | CC1 | 6 | prv1 |
        03/04/2024 | C | CC1 | 7 | Alder Birch | holiday of Alder Birch"""

    export = read(text, mapping)

    assert [row.provider for row in export.rows] == ["PRV1", "PRV1", ""]
    (finding,) = export.findings
    assert (finding.severity, finding.problem) == (
        Severity.NOTE,
        "1 name of payees that are no registered organisation and 2 narratives were left out.",
    )
    assert "Alder" not in repr(export)
    assert "Ash Row" not in repr(export)


@given(name=st.text(alphabet="abcdefghij ", min_size=4, max_size=20).filter(lambda text: len(text.strip()) > 3))
def test_whoever_the_payee_is_nothing_of_the_name_is_in_the_result(name):
    mapping = mapping_of(columns={**NO_REF, "provider": "Payee", "narrative": "Text"})
    rows = [["Date", "Cost centre", "Amount", "Payee", "Text"], ["03/04/2024", "CC1", "5", f"Q{name}Q", f"Q{name}Q"]]
    plain = [["Date", "Cost centre", "Amount", "Payee", "Text"], ["03/04/2024", "CC1", "5", "X", "Y"]]

    export = read_export(Sheet("a", rows), mapping, facts_of())

    assert export == read_export(Sheet("a", plain), mapping, facts_of())


# Columns


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


cells = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.sampled_from(["CC1", "CC2", "P1", "Q1", "03/04/2024", "5", "-7.25", "£1", "TOTAL", "NaN", "2024/06", "Amount"]),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.builds(ErrorValue, st.sampled_from(["#REF!", "#N/A"])),
)
ANY_MAPPING = {
    "transactions": mapping_of(columns={**TRANSACTIONS, "provider": "E", "narrative": "F"}),
    "sides": mapping_of(columns={"date": "A", "cost_centre": "C", "debit": "D", "credit": "E", "kind": "F"}),
    "cumulative": mapping_of("cumulative", columns={"period": "A", "cost_centre": "C", "amount": "D"}),
    "wide": mapping_of("periodic", columns={"cost_centre": "C", "outturn": "F"}, periods={"A": "Q1", "D": "Q2"}),
}


@given(rows=st.lists(st.lists(cells, max_size=6), max_size=6), style=st.sampled_from(sorted(ANY_MAPPING)))
def test_whatever_the_cells_hold_each_row_is_whole_or_there_is_a_finding(rows, style):
    sheet = Sheet("a", [["Date", "Ref", "Cost centre", "Amount", "E1", "F1"], *rows])

    export = read_export(sheet, ANY_MAPPING[style], facts_of())

    assert all(row.line in {"1", "2"} and isinstance(row.pence, int) and row.date in YEAR for row in export.rows)
    assert all(str(finding) and len(str(finding)) < 1_000 for finding in export.findings)
    assert export.rows or export.findings


@given(headers=st.lists(st.text(max_size=15), max_size=8), rows=st.lists(st.lists(cells, max_size=8), max_size=4))
def test_whatever_the_headers_a_proposal_is_a_sound_mapping_or_says_what_is_missing(headers, rows):
    proposal = propose_mapping([*headers, "CC", "Date", "Amount"], rows)

    assert (proposal.mapping is None) is bool(proposal.missing)
    if proposal.mapping is not None:
        assert ColumnMapping.from_data(proposal.mapping.as_data()) == proposal.mapping


def test_of_one_fault_a_thousand_are_listed_and_the_rest_counted():
    rows = [["Date", "Ref", "Cost centre", "Amount"], *(["03/04/2024", f"R{n}", "CC1", "£1"] for n in range(1_234))]

    export = read_export(Sheet("a", rows), mapping_of(), facts_of())

    assert len(export.findings) == 1_001
    assert "fails 234 more times; only the first 1,000 are listed" in export.findings[-1].problem


def test_what_a_huge_cell_holds_is_shown_in_short():
    rows = [["Date", "Ref", "Cost centre", "Amount"], ["03/04/2024", "A", "C" * 5_000_000, "9" * 5_000_000]]

    export = read_export(Sheet("a", rows), mapping_of(), facts_of())

    assert export.has_errors
    assert all(len(str(one)) < 500 and len(one.found or "") <= 80 for one in export.findings)


# Rows of totals and outturns


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


# Amounts to date, and what moved


def to_date(*rows: str, style: str = "cumulative") -> ReadExport:
    """An extract of rows `code period amount`, by the mapping of this section."""
    text = "CC | Period | Actual to date\n" + "\n".join(" | ".join(row.split()) for row in rows)
    return read(text, mapping_of(style, columns=TO_DATE))


def figure(code: str, month: int, line: str | None = None) -> FigureKey:
    return FigureKey(code, line or code[-1], SPEND, MONTHS[month - 1].starts_on)


def test_amounts_to_date_are_taken_apart_into_their_months():
    ends = [100, 250, 250, 240, 900, 1000, 1100, 1200, 1300, 1400, 1500, 1700]

    parts = decumulate(dict(zip(MONTHS, ends, strict=True)), YEAR.starts_on)

    assert list(parts.values()) == [100, 150, 0, -10, 660, 100, 100, 100, 100, 100, 100, 200]


def test_a_month_missing_in_between_is_unknown_and_not_zero():
    export = to_date("CC1 P1 100", "CC1 P3 350", "CC2 P1 1", "CC2 P2 2", "CC2 P3 3")

    moved = moved_by(export, facts_of(), {})

    assert {key: pence for key, pence in moved.figures.items() if key.code == "CC1"} == {
        figure("CC1", 1): 100_00,
        figure("CC1", 3): 250_00,
    }
    (finding,) = export.findings
    assert (finding.rule, finding.severity) == ("EXT-33", Severity.WARNING)
    assert "CC1 has nothing for 1 May 2024 to 31 May 2024" in finding.problem


def test_only_movements_post_and_a_restated_month_gets_its_own_negative_one():
    before = moved_by(to_date("CC1 P1 100", "CC1 P2 250"), facts_of(), {})

    after = moved_by(to_date("CC1 P1 80", "CC1 P2 250", "CC1 P3 300"), facts_of(), before.figures)

    assert [(one.period, one.pence, one.was_pence) for one in after.movements] == [
        (date(2024, 4, 1), -20_00, 100_00),
        (date(2024, 5, 1), 20_00, 150_00),
        (date(2024, 6, 1), 50_00, 0),
    ]
    assert after.ends_on[date(2024, 6, 1)] == date(2024, 6, 30)
    assert after.findings == ()


def test_the_same_file_again_moves_nothing():
    export = to_date("CC1 P1 100", "CC1 P2 250", "CC2 P1 0")

    first = moved_by(export, facts_of(), {})
    again = moved_by(export, facts_of(), first.figures)

    assert len(first.movements) == 2
    assert again.movements == ()
    assert again.findings == ()


def test_a_cost_centre_that_vanished_goes_back_to_zero_with_a_warning():
    before = moved_by(to_date("CC1 P1 100", "CC2 P1 40", "CC2 P2 70"), facts_of(), {})

    after = moved_by(to_date("CC1 P1 100", "CC1 P2 100"), facts_of(), before.figures)

    assert [(one.code, one.period.month, one.pence, one.is_gone) for one in after.movements] == [
        ("CC2", 4, -40_00, True),
        ("CC2", 5, -30_00, True),
    ]
    (finding,) = after.findings
    assert (finding.rule, finding.severity) == ("EXT-37", Severity.WARNING)
    assert "CC2 (line 2, expenditure) had £70.00 for Apr 2024, May 2024 in an earlier file" in finding.problem


def test_an_older_file_is_warned_of_once():
    before = moved_by(to_date("CC1 P1 100", "CC1 P2 150", "CC2 P2 7"), facts_of(), {})

    after = moved_by(to_date("CC1 P1 100", "CC2 P1 0"), facts_of(), before.figures)

    assert [one.rule for one in after.findings] == ["EXT-38"]
    assert sum(one.pence for one in after.movements) == -57_00


def test_a_file_of_the_newest_month_alone_leaves_earlier_months_as_told_and_moves_the_rest_there():
    before = moved_by(to_date("CC1 P1 100", "CC1 P2 250"), facts_of(), {})

    after = moved_by(to_date("CC1 P3 400"), facts_of(), before.figures)

    assert [(one.period.month, one.pence) for one in after.movements] == [(6, 150_00)]
    assert [(one.rule, one.severity) for one in after.findings] == [("EXT-36", Severity.NOTE)]


def test_a_first_file_that_begins_late_says_that_earlier_months_stand_together():
    moved = moved_by(to_date("CC1 P3 400"), facts_of(), {})

    assert moved.figures == {figure("CC1", 3): 400_00}
    (finding,) = moved.findings
    assert (finding.rule, finding.severity) == ("EXT-35", Severity.WARNING)
    assert "nothing of 1 Apr 2024 to 31 May 2024: for CC1 what belongs there is not known" in finding.problem


def test_a_cost_centre_that_stops_before_the_file_does_is_taken_as_unchanged_with_a_warning():
    export = to_date("CC1 P1 100", "CC2 P1 40", "CC1 P2 150")

    assert [(one.rule, one.severity) for one in export.findings] == [("EXT-34", Severity.WARNING)]
    assert "CC2 has no amount to date after 30 Apr 2024, though the file goes to 31 May 2024" in str(export.findings[0])


def test_a_cost_centre_and_period_that_come_twice_are_told_like_any_row():
    export = to_date("CC1 P1 100", "CC1 P1 100", "CC2 P1 1", "CC2 P1 2")

    assert told(export) == [("EXT-26", "C3"), ("EXT-27", "C5")]
    assert len(export.rows) == 2


def test_two_words_for_one_kind_add_up_and_a_silent_one_stands_as_it_stood():
    columns = {**TO_DATE, "kind": "Type"}
    mapping = mapping_of("cumulative", columns=columns, kinds={"staff": "expenditure", "agency": "expenditure"})
    text = (
        "CC | Period | Actual to date | Type\n CC1 | P1 | 100 | staff\n CC1 | P1 | 5 | agency\n CC1 | P2 | 30 | agency"
    )

    moved = moved_by(read(text, mapping), facts_of(), {})

    assert moved.figures == {figure("CC1", 1): 105_00, figure("CC1", 2): 25_00}


def test_months_and_quarters_of_one_code_would_count_twice_and_are_refused():
    export = to_date("CC1 Q1 300", "CC1 P2 100", style="periodic")

    assert [(one.rule, one.severity) for one in export.findings] == [("EXT-32", Severity.ERROR)]
    assert "amounts for Q1 2024-25 and for May 2024, which share days" in export.findings[0].problem


def test_periodic_amounts_move_by_their_own_difference():
    before = moved_by(to_date("CC1 P1 100", "CC1 P2 50", style="periodic"), facts_of(), {})

    after = moved_by(to_date("CC1 P1 90", "CC1 P2 50", "CC1 P3 5", style="periodic"), facts_of(), before.figures)

    assert [(one.period.month, one.pence) for one in after.movements] == [(4, -10_00), (6, 5_00)]


def test_a_cost_centre_mapped_to_another_line_moves_from_line_to_line():
    rows = "CC | Period | Actual to date\n CC1 | P1 | 100"
    before = moved_by(read(rows, mapping_of("cumulative", columns=TO_DATE)), facts_of(), {})

    recoded = read(rows, mapping_of("cumulative", columns=TO_DATE, codes={"CC1": "2"}))
    after = moved_by(recoded, facts_of(), before.figures)

    assert [(one.line, one.pence) for one in after.movements] == [("1", -100_00), ("2", 100_00)]


def test_a_movement_has_one_key_in_one_file_and_another_in_the_next_or_when_it_comes_again():
    movement = Movement("CC1", "1", SPEND, date(2024, 4, 1), 5, 0)

    keys = {movement.key("aa"), movement.key("aa"), movement.key("bb"), movement.key("aa", after=2)}

    assert len(keys) == 3
    assert all("CC1" not in key for key in keys)


amounts = st.integers(min_value=-(10**9), max_value=10**9)
codes = st.sampled_from(["CC1", "CC2"])
extracts = st.dictionaries(st.tuples(codes, st.integers(min_value=1, max_value=12)), amounts, min_size=1, max_size=15)


@given(history=st.lists(extracts, min_size=1, max_size=5), style=st.sampled_from(["cumulative", "periodic"]))
def test_whatever_extracts_come_the_sum_of_all_movements_is_the_last_extract(history, style):
    posted: dict[FigureKey, int] = {}
    figures: dict[FigureKey, int] = {}
    for extract in history:
        rows = [f"{code} P{month} {pence / 100:.2f}" for (code, month), pence in extract.items()]
        moved = moved_by(to_date(*rows, style=style), facts_of(), figures)
        for one in moved.movements:
            key = FigureKey(one.code, one.line, one.kind, one.period)
            posted[key] = posted.get(key, 0) + one.pence
        figures = dict(moved.figures)

    last = history[-1]
    for code, month in last:
        upto = range(1, month + 1) if style == "cumulative" else [month]
        assert sum(posted.get(figure(code, one), 0) for one in upto) == last[code, month]
    assert {key for key, pence in posted.items() if pence} <= set(figures)
    assert sum(posted.values()) == the_last_extract_by_hand(last, style)


def the_last_extract_by_hand(extract: dict[tuple[str, int], int], style: str) -> int:
    """What a partner's ledger holds after an extract: each code's newest amount to date, or all its amounts."""
    if style == "periodic":
        return sum(extract.values())
    newest = {code: max(month for other, month in extract if other == code) for code, _ in extract}
    return sum(extract[code, month] for code, month in newest.items())


@given(
    before=st.dictionaries(st.builds(figure, codes, st.integers(min_value=1, max_value=12)), amounts),
    now=st.dictionaries(st.builds(figure, codes, st.integers(min_value=1, max_value=12)), amounts),
)
def test_applied_movements_turn_the_old_figures_into_the_new_and_none_is_zero(before, now):
    moved = movements(before, now)

    applied = dict(before)
    for one in moved:
        applied[FigureKey(one.code, one.line, one.kind, one.period)] = one.was_pence + one.pence

    assert {key: pence for key, pence in applied.items() if pence} == {
        key: pence for key, pence in now.items() if pence
    }
    assert all(one.pence for one in moved)
    assert movements(now, now) == []


# Proposals


def test_a_mapping_is_proposed_for_a_list_of_transactions():
    headers = ["Posting Date", "Doc No", "Cost Centre", "Net Amount", "Supplier Name", "Description"]

    proposal = propose_mapping(headers, [["2024-04-03", "1", "CC1", "-5", "Elm House", "x"]])

    assert proposal.mapping is not None
    assert proposal.mapping.style is Style.TRANSACTIONS
    assert dict(proposal.mapping.columns) == {
        Role.COST_CENTRE: "Cost Centre",
        Role.AMOUNT: "Net Amount",
        Role.DATE: "Posting Date",
        Role.REFERENCE: "Doc No",
        Role.PROVIDER: "Supplier Name",
        Role.NARRATIVE: "Description",
    }
    assert (proposal.mapping.dates, proposal.mapping.expenditure_is_negative) == (DateForm.YMD, True)


def test_debit_and_credit_are_proposed_together():
    proposal = propose_mapping(["Date", "CC", "Dr", "Cr", "Total"], [["03/04/2024", "CC1", "5", None, "5"]])

    assert proposal.mapping is not None
    assert {Role.DEBIT, Role.CREDIT} <= proposal.mapping.columns.keys()
    assert Role.AMOUNT not in proposal.mapping.columns


@pytest.mark.parametrize(("outturn", "style"), [(10, Style.PERIODIC), (4, Style.CUMULATIVE), (None, Style.PERIODIC)])
def test_the_outturn_tells_whether_columns_of_periods_are_cumulative(outturn, style):
    proposal = propose_mapping(["scheme_id", "q1", "q2", "q3", "q4", "outturn"], [["1", 1, 2, 3, 4, outturn]])

    assert proposal.mapping is not None
    assert proposal.mapping.style is style
    assert dict(proposal.mapping.periods) == {"q1": "q1", "q2": "q2", "q3": "q3", "q4": "q4"}


@pytest.mark.parametrize(
    ("header", "sample", "style"),
    [
        ("Actual YTD", [["CC1", "P1", 5], ["CC1", "P2", 4]], Style.CUMULATIVE),
        ("Amount", [["CC1", "P1", 5], ["CC1", "P2", 9]], Style.CUMULATIVE),
        ("Amount", [["CC1", "P1", 5], ["CC1", "P2", 4]], Style.PERIODIC),
    ],
)
def test_a_row_for_each_code_and_period_is_cumulative_where_its_header_or_its_growth_says_so(header, sample, style):
    proposal = propose_mapping(["Cost centre", "Period", header.replace("Actual YTD", "YTD")], sample)

    assert proposal.mapping is not None
    assert proposal.mapping.style is style


def test_columns_with_one_header_are_proposed_by_letter():
    proposal = propose_mapping(["Date", "CC", "Amount", "Amount"], [["03/04/2024", "CC1", "5", "6"]])

    assert proposal.columns[Role.AMOUNT] == "C"


def test_what_no_header_fits_is_said_to_be_missing():
    proposal = propose_mapping(["Colour", "Size"], [["red", "5"]])

    assert proposal.mapping is None
    assert proposal.missing == ("cost centre or scheme line", "date or period", "amount")
