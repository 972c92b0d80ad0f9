"""A plan reads the same wherever its columns stand; and each cell that cannot be read is one finding."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonpool.plans.reading import read_plan
from commonpool.plans.rules import PlanContent, check_plan
from commonpool.plans.workbooks import FileCheck
from commonpool.policy.reading import load_round
from commonpool.sheets import ErrorValue, Sheet, Workbook, uncalculated
from tests.plans.builders import cell_of, checked, clean_plan, clean_workbook, with_cells

ROUND = "2023-25"
HEADER = 4
Rows = Callable[[list[list[Any]]], list[list[Any]]]
EXPENDITURE = "Expenditure"


def of_sheet(workbook: Workbook, sheet_name: str, change: Rows, **more: Any) -> Workbook:
    """The workbook with the rows of one sheet changed, and its mark taken away, so that it must be recognised."""
    sheets = []
    for sheet in workbook.sheets:
        if sheet.name == sheet_name:
            rows = change([list(row) for row in sheet.rows])
            sheet = Sheet(more.get("name", sheet_name), rows, False, more.get("merged", sheet.merged))
        if sheet.name != "_commonpool":
            sheets.append(sheet)
    return Workbook(workbook.name, tuple(sheets), workbook.cells)


def said(found: FileCheck) -> tuple[Any, ...]:
    """What matters of an answer when cells have moved: totals, conditions and what was wrong."""
    assert found.result is not None
    totals = found.result.totals
    return totals, found.result.conditions, tuple((one.rule, one.problem) for one in found.findings)


def content_of(workbook: Workbook) -> PlanContent:
    return read_plan(workbook, load_round(ROUND)).content


def test_what_was_written_reads_back_as_the_same_plan() -> None:
    read = content_of(clean_workbook(ROUND))

    own = clean_plan(ROUND)
    assert [(line.line_id, line.pence["2024-25"], line.nhs_share, line.sub_type) for line in read.lines] == [
        (line.line_id, line.pence["2024-25"], line.nhs_share, line.sub_type) for line in own.lines
    ]
    assert read.cover == own.cover
    assert read.contacts == own.contacts
    assert read.answers == own.answers


def test_a_workbook_without_our_mark_is_recognised_by_its_headers() -> None:
    workbook = of_sheet(clean_workbook(ROUND), EXPENDITURE, lambda rows: rows)

    found = checked(workbook)

    assert found.round is not None and found.round.id == ROUND
    assert found.findings == ()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_moving_columns_and_sheets_and_adding_blank_rows_changes_nothing(seed: int) -> None:
    chance = random.Random(seed)

    def shuffled(rows: list[list[Any]]) -> list[list[Any]]:
        width = max(map(len, rows[HEADER:]))
        order = chance.sample(range(width), width)
        moved = [[(row + [None] * width)[index] for index in order] for row in rows[HEADER:]]
        head, lines = moved[0], [row for row in moved[1:] if any(cell is not None for cell in row)]
        for _ in range(chance.randrange(5)):
            lines.insert(chance.randrange(len(lines) + 1), [None] * width)
        above: list[list[Any]] = [[] for _ in range(chance.randrange(12))]
        return [*above, head, *lines, [], []]

    workbook = of_sheet(clean_workbook(ROUND), EXPENDITURE, shuffled)
    sheets = list(workbook.sheets)
    chance.shuffle(sheets)

    found = checked(Workbook(workbook.name, tuple(sheets), workbook.cells))

    assert said(found) == said(checked(clean_workbook(ROUND)))


def renamed(**headers: str) -> Rows:
    by_header = {old.replace("__", " "): new for old, new in headers.items()}

    def change(rows: list[list[Any]]) -> list[list[Any]]:
        rows[HEADER] = [by_header.get(cell, cell) for cell in rows[HEADER]]
        return rows

    return change


def test_headers_are_known_by_other_names() -> None:
    change = renamed(
        Provider="PROVIDED BY",
        Area__of__spend="Area of  Spend:",
        Commissioner="Commissioned by",
        Source__of__funding="Funding source *",
    )

    assert checked(of_sheet(clean_workbook(ROUND), EXPENDITURE, change)).findings == ()


YEARS_WRITTEN = ["Expenditure 24/25 (£)", "Planned spend 2024/25", "Expenditure Yr 2", "2024-2025 expenditure"]


@pytest.mark.parametrize("header", YEARS_WRITTEN)
def test_a_year_may_be_written_in_other_ways(header: str) -> None:
    def change(rows: list[list[Any]]) -> list[list[Any]]:
        rows[HEADER] = [header if cell == "Expenditure 2024-25 (£)" else cell for cell in rows[HEADER]]
        return rows

    assert checked(of_sheet(clean_workbook(ROUND), EXPENDITURE, change)).findings == ()


def test_a_year_may_stand_below_a_heading_that_spans_both() -> None:
    def change(rows: list[list[Any]]) -> list[list[Any]]:
        head = rows[HEADER]
        first = head.index("Expenditure 2023-24 (£)")
        above = [None] * len(head)
        above[first] = "Expenditure (£)"
        head[first : first + 2] = ["2023-24", "2024-25"]
        return [*rows[: HEADER - 1], above, *rows[HEADER:]]

    sheet = clean_workbook(ROUND).sheet(EXPENDITURE)
    assert sheet
    first = sheet.rows[HEADER].index("Expenditure 2023-24 (£)")
    merged = ((HEADER - 1, first, HEADER - 1, first + 1),)

    found = checked(of_sheet(clean_workbook(ROUND), EXPENDITURE, change, merged=merged))

    assert found.findings == ()


def test_a_merged_name_says_the_same_of_every_row_it_spans() -> None:
    _, second = cell_of(ROUND, "expenditure", "name", 1)
    name, below = cell_of(ROUND, "expenditure", "name", 2)
    emptied = with_cells(clean_workbook(ROUND), name, {below: None})
    row = int(second[1:]) - 1
    column = ord(second[0]) - ord("A")

    merged = of_sheet(emptied, EXPENDITURE, lambda rows: rows, merged=((row, column, row + 1, column),))

    assert checked(merged).findings == ()
    assert content_of(merged).lines[2].name == "Home care packages"


def test_a_sheet_may_have_another_name() -> None:
    workbook = of_sheet(clean_workbook(ROUND), EXPENDITURE, lambda rows: rows, name="6b. Our schemes")

    assert checked(workbook).findings == ()


def test_a_total_below_the_table_is_not_a_line() -> None:
    def change(rows: list[list[Any]]) -> list[list[Any]]:
        total: list[Any] = [None] * len(rows[HEADER])
        total[0], total[rows[HEADER].index("Expenditure 2024-25 (£)")] = "Grand total", 79_517_952.75
        lines = [row for row in rows[HEADER + 1 :] if row and row[0] is not None]
        return [*rows[: HEADER + 1], *lines, [], total]

    assert checked(of_sheet(clean_workbook(ROUND), EXPENDITURE, change)).findings == ()


MONEY_READ = [
    (12000, 12_000_00),
    (12000.5, 12_000_50),
    (3915250.4, 3_915_250_40),
    (0.1 + 0.2, 30),
    ("£1,234.50", 1_234_50),
    (" 1234 ", 1_234_00),
    ("(12.00)", -12_00),
    ("-£5", -5_00),
    ("£ 9,850,000", 9_850_000_00),
]


@pytest.mark.parametrize(("typed", "pence"), MONEY_READ)
def test_amounts_are_read_as_people_type_them(typed: Any, pence: int) -> None:
    sheet, cell = cell_of(ROUND, "expenditure", "pence", 0, "2024-25")

    read = content_of(with_cells(clean_workbook(ROUND), sheet, {cell: typed}))

    assert read.lines[0].pence["2024-25"] == pence


@settings(max_examples=200)
@given(pence=st.integers(-1_000_000_000_00, 1_000_000_000_00))
def test_every_amount_survives_a_workbook(pence: int) -> None:
    from commonpool.plans.reading.cells import CellReader

    reader = CellReader(load_round(ROUND), lambda finding: pytest.fail(str(finding)))

    assert reader.money(pence / 100, lambda: pytest.fail("no place is needed")) == pence


FAULTS = [
    ("pence", "12k", "CELL-01", "‘12k’ is not an amount", "for example 12000"),
    ("pence", "-", "CELL-01", "‘-’ is not an amount", "for example 12000"),
    ("pence", 12.345, "CELL-01", "a fraction of a penny", "for example 12000"),
    ("pence", "12.345", "CELL-01", "a fraction of a penny", "for example 12000"),
    ("pence", 2e9, "CELL-01", "more than £1,000,000,000", "for example 12000"),
    ("pence", True, "CELL-01", "‘TRUE’ is not an amount", "for example 12000"),
    ("pence", date(2024, 4, 1), "CELL-02", "01/04/2024 is a date", "as a number"),
    ("pence", datetime(2024, 4, 1, 9, tzinfo=UTC), "CELL-02", "is a date", "as a number"),
    ("pence", ErrorValue("#REF!"), "CELL-03", "fails with #REF!", "an amount"),
    ("outputs", "lots", "CELL-04", "‘lots’ is not a number", "such as 2640"),
    ("nhs_share", "most", "CELL-05", "‘most’ is not a share", "0% to 100%"),
    ("nhs_share", 140, "CELL-05", "‘140’ is not a share", "0% to 100%"),
    ("nhs_share", -0.1, "CELL-05", "‘-0.1’ is not a share", "0% to 100%"),
    ("previously_reported", "perhaps", "CELL-07", "neither Yes nor No", "Yes nor No"),
    ("scheme_type", "Home Car", "LIST-01", "‘Home Car’ is not in the list", "Home Care or Domiciliary Care"),
    ("provider", "Privat Sector", "LIST-01", "the nearest is ‘Private Sector’", "Local Authority"),
    ("source", "The lottery", "LIST-01", "‘The lottery’ is not in the list", "Disabled Facilities Grant"),
    ("area_of_spend", ErrorValue("#N/A"), "CELL-03", "fails with #N/A", "text"),
    ("sub_type", "Red Bag scheme", "LIST-02", "is not a sub-type of ‘Home-based", "Reablement at home"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "typed", "rule", "problem", "fix"), FAULTS)
def test_a_cell_that_cannot_be_read_is_one_finding(field: str, typed: Any, rule: str, problem: str, fix: str) -> None:
    row = 3 if field == "nhs_share" else 0  # a joint line, for which the share is asked for
    sheet, cell = cell_of(ROUND, "expenditure", field, row, "2024-25" if field in ("pence", "outputs") else None)

    found = checked(with_cells(clean_workbook(ROUND), sheet, {cell: typed}))

    [finding] = found.findings
    assert (finding.rule, finding.sheet, finding.cell) == (rule, sheet, cell)
    assert finding.found is not None
    assert problem in finding.problem
    assert fix in finding.fix


@pytest.mark.parametrize(
    ("field", "typed", "rule"), [("signed_off_on", "soon", "CELL-06"), ("email", "at work", "CELL-08")]
)
def test_an_answer_on_the_cover_that_cannot_be_read_is_one_finding(field: str, typed: str, rule: str) -> None:
    sheet, cell = cell_of(ROUND, "cover", field)

    [finding] = checked(with_cells(clean_workbook(ROUND), sheet, {cell: typed})).findings

    assert (finding.rule, finding.cell, finding.found) == (rule, cell, typed)


@pytest.mark.parametrize(
    ("typed", "share"),
    [
        (0.6, "3/5"),
        (60, "3/5"),
        ("60%", "3/5"),
        ("60", "3/5"),
        ("0.6", "3/5"),
        (1, "1"),
        ("1%", "1/100"),
        (12.5, "1/8"),
    ],
)
def test_shares_are_read_as_people_type_them(typed: Any, share: str) -> None:
    sheet, cell = cell_of(ROUND, "expenditure", "nhs_share", 3)

    read = content_of(with_cells(clean_workbook(ROUND), sheet, {cell: typed}))

    assert read.lines[3].nhs_share == Fraction(share)


def test_one_empty_amount_gives_one_finding_and_leaves_conditions_untold() -> None:
    sheet, cell = cell_of(ROUND, "expenditure", "pence", 0, "2024-25")

    found = checked(with_cells(clean_workbook(ROUND), sheet, {cell: None}))

    assert [(one.rule, one.cell) for one in found.findings] == [("REQ-01", cell)]
    assert found.result is not None
    assert found.result.totals.by_source["NHS_MIN"].expenditure.unknown == 1
    assert found.result.totals.by_source["NHS_MIN"].balance_pence is None
    assert {one.rule: one.passes for one in found.result.conditions}["PLN-02"] is None


def test_a_floor_of_which_no_line_is_known_has_no_sum() -> None:
    planning_round = load_round(ROUND)
    plan = clean_plan(ROUND)
    emptied = replace(plan, lines=tuple(replace(line, pence={}) for line in plan.lines))

    conditions = {one.rule: one for one in check_plan(emptied, planning_round).conditions}

    assert {(conditions[rule].passes, conditions[rule].found_pence) for rule in ("PLN-02", "PLN-03")} == {(None, None)}
    assert conditions["PLN-02"].headroom_pence is None


def test_a_formula_without_a_stored_value_is_not_called_empty() -> None:
    sheet, cell = cell_of(ROUND, "expenditure", "pence", 0, "2024-25")
    emptied = with_cells(clean_workbook(ROUND), sheet, {cell: None})
    row, column = HEADER + 1, emptied.sheet(sheet).rows[HEADER].index("Expenditure 2024-25 (£)")  # type: ignore[union-attr]
    sheets = [
        Sheet(one.name, one.rows, one.is_hidden, one.merged, frozenset({(row, column)})) if one.name == sheet else one
        for one in emptied.sheets
    ]

    found = checked(Workbook("plan.xlsx", tuple(sheets), emptied.cells))

    assert [(one.rule, one.sheet, one.cell) for one in found.findings] == [("READ-14", sheet, cell)]
    assert found.result is not None and found.result.totals.expenditure.unknown == 1


def test_a_formula_without_a_stored_value_matters_only_in_a_cell_that_is_read() -> None:
    beside_what_is_read = {"Checklist": {(3, 0)}, "Summary": {(5, 1)}, EXPENDITURE: {(HEADER + 1, 9), (300, 9)}}
    told = [uncalculated(sheet, places) for sheet, places in beside_what_is_read.items()]
    clean = clean_workbook(ROUND)
    sheets = [
        replace(one, formulas_without_value=frozenset(beside_what_is_read.get(one.name, ()))) for one in clean.sheets
    ]

    found = checked(Workbook("plan.xlsx", tuple(sheets), clean.cells, tuple(told)))

    assert found.findings == ()


def test_headers_that_were_never_calculated_are_told_beside_the_missing_sheet() -> None:
    clean = clean_workbook(ROUND)
    headers = frozenset((HEADER, column) for column in range(8))
    sheets = [
        replace(one, rows=[*one.rows[:HEADER], [], *one.rows[HEADER + 1 :]], formulas_without_value=headers)
        if one.name == "Income"
        else one
        for one in clean.sheets
    ]

    found = checked(Workbook("plan.xlsx", tuple(sheets), clean.cells, (uncalculated("Income", headers),)))

    assert [one.rule for one in found.findings if one.sheet == "Income"] == ["READ-14"]
    assert "LAY-01" in {one.rule for one in found.findings}


def test_a_missing_sheet_is_one_finding() -> None:
    workbook = clean_workbook(ROUND)
    without = Workbook(workbook.name, tuple(one for one in workbook.sheets if one.name != "Metrics"), workbook.cells)

    [finding] = checked(without).findings

    assert finding.rule == "LAY-01"
    assert "‘Metrics’" in finding.problem and "plans map" in finding.fix


def test_a_missing_column_is_one_finding() -> None:
    def change(rows: list[list[Any]]) -> list[list[Any]]:
        rows[HEADER] = [None if cell == "Provider" else cell for cell in rows[HEADER]]
        return rows

    [finding] = checked(of_sheet(clean_workbook(ROUND), EXPENDITURE, change)).findings

    assert finding.rule == "LAY-02"
    assert "‘Provider’" in finding.problem and "Provided by" in finding.fix


def test_two_columns_of_one_field_are_a_warning() -> None:
    def change(rows: list[list[Any]]) -> list[list[Any]]:
        rows[HEADER].append("Provider")
        return rows

    [finding] = checked(of_sheet(clean_workbook(ROUND), EXPENDITURE, change)).findings

    assert (finding.rule, finding.severity) == ("LAY-05", "warning")


def test_a_table_without_rows_is_one_finding() -> None:
    workbook = of_sheet(clean_workbook(ROUND), EXPENDITURE, lambda rows: rows[: HEADER + 1])

    [finding] = checked(workbook).findings

    assert finding.rule == "LAY-06"


def test_a_workbook_of_a_round_known_as_rules_only_is_named() -> None:
    rows = [["Scheme ID", "Expenditure 2019-20 (£)", "What for"], ["1", 12000, "Care"]]

    found = checked(Workbook("old.xlsx", (Sheet("6. Expenditure", rows),), 6))

    [finding] = found.findings
    assert found.exit_code == 2
    assert finding.rule == "LAY-04"
    assert "2019" in finding.problem and "plans map" in finding.fix


def test_an_area_that_does_not_exist_is_named_with_the_nearest() -> None:
    workbook = with_cells(clean_workbook(ROUND), "Cover", {"B6": "Wendelshire", "B7": None})

    found = checked(workbook)

    [problem] = [one.problem for one in found.findings if one.rule == "AREA-01"]
    assert "‘Wendleshire’" in problem


def test_the_two_digit_names_of_real_areas_are_known() -> None:
    from commonpool.plans.reading.areas import find_area

    planning_round = load_round(ROUND)

    assert find_area(planning_round, "London Borough of Barking & Dagenham").code == "E09000002"  # type: ignore[union-attr]
    assert find_area(planning_round, "E10000006") is None  # Cumbria had its last plan in 2022-23


def test_the_decimal_of_an_output_is_kept() -> None:
    sheet, cell = cell_of(ROUND, "expenditure", "outputs", 0, "2024-25")

    read = content_of(with_cells(clean_workbook(ROUND), sheet, {cell: "2,640.5"}))

    assert read.lines[0].outputs["2024-25"] == Decimal("2640.5")
