"""Every rule of the three rounds, broken in a workbook: the finding names the cell, what was found, what is allowed.

One row of `BREAKS` breaks one rule: which cells of the clean workbook are changed to what, where the finding must
stand, and words that its problem and its cure must have. `test_every_rule_is_broken_by_some_row` holds the list whole.
"""

# ruff: noqa: E501 - a table of cases reads better in long rows
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from commonpool.findings import Severity
from commonpool.policy.reading import load_round
from tests.plans.builders import LAST_YEAR, ROUNDS, cell_of, checked, clean_workbook, with_cells

BOTH = ("2023-25", "2025-26")
TWO = ("2023-25",)
ONE = ("2025-26",)
NORRMARK = ("norrmark-2031",)

Spot = tuple[str, str, int]
"""(sheet code of the layout, field, row); the row counts from 0, and is 0 on a form"""


@dataclass(frozen=True)
class Break:
    """How one rule is broken. `at` is where the finding stands; without it, at the first change."""

    rules: tuple[str, ...]
    rounds: tuple[str, ...]
    changes: dict[Spot, Any]
    found: str
    allowed: str
    at: Spot | None = None
    also: frozenset[str] = field(default=frozenset())


def a_break(
    rules: str, rounds: tuple[str, ...], changes: dict[Spot, Any], found: str, allowed: str, **more: Any
) -> Break:
    return Break(tuple(rules.split()), rounds, changes, found, allowed, **more)


BREAKS = [
    a_break("LINE-01", BOTH, {("expenditure", "line_id", 1): "1"}, "‘1’ is used 2 times", "an ID that no other"),
    a_break("REQ-01", BOTH, {("expenditure", "provider", 0): None}, "‘Provider’ is empty", "Private Sector"),
    a_break("INC-01", TWO, {("income", "category", 6): "Additional LA Contribution"}, "no income row for Local Authority Discharge",
            "Minimum NHS Contribution; Disabled", at=("income", "category", -1), also=frozenset({"PLN-01"})),
    a_break("INC-01", ONE, {("income", "category", 3): "Additional LA Contribution"}, "no income row for Local Authority Better Care",
            "Minimum NHS Contribution; Disabled", at=("income", "category", -1), also=frozenset({"PLN-01"})),
    a_break("PLN-01", BOTH, {("expenditure", "pence", 13): 2145300.76}, "£2,145,300.76", "£2,145,300.75",
            at=("income", "pence", 5)),
    a_break("PLN-02", TWO, {("expenditure", "pence", 1): 10029849.99, ("expenditure", "pence", 2): 14720150.01},
            "£21,000,349.99", "£21,000,350.00", at=("minimums", "pence", 0)),
    a_break("PLN-02", ONE, {("expenditure", "pence", 1): 10449999.99, ("expenditure", "pence", 2): 13901136.01},
            "£21,819,363.99", "£21,819,364.00", at=("minimums", "pence", 0)),
    a_break("PLN-03", TWO, {("expenditure", "commissioner", 2): "LA", ("expenditure", "nhs_share", 2): 0},
            "£13,167,357.80", "£15,058,589.00", at=("minimums", "pence", 1)),
    a_break("PLN-04", TWO, {("expenditure", "scheme_type", 11): "Carers Services", ("expenditure", "sub_type", 11): "Respite services"},
            "‘Carers Services’", "DFG Related Schemes; Housing Related Schemes; Assistive"),
    a_break("PLN-04", ONE, {("expenditure", "scheme_type", 11): "End of life care"}, "‘End of life care’", "Housing related schemes"),
    a_break("PLN-05", BOTH, {("expenditure", "other_text", 8): None}, "‘Other’", "choose another"),
    a_break("PLN-05", BOTH, {("expenditure", "area_other_text", 11): " "}, "‘Other’ as its area of spend", "Social Care"),
    a_break("LINE-02", TWO, {("expenditure", "sub_type", 0): None}, "its sub-type is empty", "Reablement at home"),
    a_break("PLN-06", BOTH, {("expenditure", "nhs_share", 3): 1}, "the NHS share is 100%", "below 100%"),
    a_break("PLN-06", BOTH, {("expenditure", "nhs_share", 3): None}, "the NHS share is empty", "above 0%"),
    a_break("PLN-06", BOTH, {("expenditure", "nhs_share", 0): 0.3}, "commissioned by LA alone, but the NHS share is 30%", "Enter 0%"),
    a_break("PLN-07", TWO, {("expenditure", "outputs", 0): 0}, "outputs in 2024-25 are 0", "above 0 of: Packages"),
    a_break("PLN-07", TWO, {("expenditure", "outputs", 0): None}, "are empty", "above 0 of: Packages"),
    a_break("PLN-08", TWO, {("expenditure", "scheme_type", 15): "Carers Services", ("expenditure", "sub_type", 15): "Respite services"},
            "‘Carers Services’", "Home Care or Domiciliary Care"),
    a_break("PLN-09", TWO, {("income", "pence", 0): 32970693.01, ("expenditure", "pence", 2): 14300000.01},
            "£32,970,693.01", "£32,970,693.00"),
    a_break("PLN-09", TWO, {("income", "payer", 0): "NHS Elsewhere ICB", ("income", "payer_code", 0): "XZ9"},
            "£32,970,693.00", "NHS Northmere ICB with £32,970,693.00", at=("income", "payer", 0)),
    a_break("PLN-09", ONE, {("income", "pence", 0): 34883093.01, ("expenditure", "pence", 2): 13901136.01},
            "£34,883,093.01", "£34,883,093.00"),
    a_break("PLN-10", BOTH, {("cover", "completed_by", 0): None}, "‘Completed by’ is empty", "any text"),
    a_break("PLN-10", BOTH, {("cover", "signed_off_on", 0): date(2026, 11, 2)}, "2 November 2026", "1 November 2026 or earlier"),
    a_break("PLN-10", BOTH, {("contacts", "surname", 6): None}, "‘Surname’ is empty", "any text"),
    a_break("PLN-10", BOTH, {("contacts", "role", 6): "Somebody"}, "no contact named as Local authority section 151",
            "Health and wellbeing board chair; Integrated", at=("contacts", "role", -1)),
    a_break("PLN-11", BOTH, {("metrics", "value", 0): None}, "has no planned value", "Enter a number"),
    a_break("PLN-11", BOTH, {("metrics", "rationale", 0): None}, "has no text in ‘Rationale for the ambition’", "any text"),
    a_break("PLN-12", BOTH, {("districts", "pence", 1): 986541}, "£5,913,449.00", "£5,913,448.00", at=("income", "pence", 4)),
    a_break("PLN-13", BOTH, {("expenditure", "provider", 13): "NHS"}, "‘NHS’ as its provider", "Local Authority"),
    a_break("NEG-01", BOTH, {("expenditure", "pence", 12): -1000, ("expenditure", "pence", 11): 5914448}, "−£1,000.00", "at least £0.00"),
    a_break("TAG-01", BOTH, {("expenditure", "redirected_from", 0): None}, "redirected money", "New money"),
    a_break("NC-J1", BOTH, {("cover", "is_signed_off", 0): "No", ("cover", "sign_off_expected", 0): "30/06/2025"},
            "30 June 2025", "1 November 2026 or later", at=("cover", "sign_off_expected", 0)),
    a_break("NC-J2", TWO, {("income", "pence", row): 1 for row in (4, 5, 6, 2)} | {("income", "pence", 3): -30000000,
            ("income", "comment", 3): "Paid back"}, "must be pooled", "Pool at least £76,122,652.00",
            at=("income", "pence", -1), also=frozenset({"PLN-01", "PLN-12"})),
    a_break("NC-J2", ONE, {("income", "pence", 3): -1000, ("income", "comment", 3): "Paid back"}, "must be pooled",
            "Pool at least £76,122,652.00", at=("income", "pence", -1), also=frozenset({"PLN-01"})),
    a_break("NC-J3", BOTH, {("conditions", "is_met", 0): "No"}, "answered ‘No’", "their part in the plan"),
    a_break("NC-J3", BOTH, {("conditions", "evidence", 0): None}, "without saying where", "a document and its page"),
    a_break("NC-J4", TWO, {("conditions", "on", 1): date(2024, 10, 1)}, "1 October 2024", "30 September 2024"),
    a_break("NC-J4", ONE, {("conditions", "on", 1): date(2025, 10, 1)}, "1 October 2025", "30 September 2025"),
    a_break("NC-OBJ", BOTH, {("conditions", "is_met", 2): "No"}, "answered ‘No’", "narrative answer"),
    a_break("NC-OBJ", BOTH, {("conditions", "is_met", 2): None}, "is not answered", "Yes or No"),
    a_break("NC-OVERSIGHT", ONE, {("conditions", "is_met", 5): "No"}, "answered ‘No’", "oversight and support"),
    a_break("OBJ-01", ONE, {("expenditure", "objectives", 4): None}, "Line 5 names no objective", "Supporting unpaid carers"),
    a_break("OBJ-02", ONE, {("expenditure", "objectives", 4): "Timely discharge from hospital"},
            "‘Supporting unpaid carers’", "any line's objective", at=("expenditure", "objectives", -1)),
    a_break("RAD-01", NORRMARK, {("expenditure", "line_id", 1): "1"}, "‘1’ is used 2 times", "an ID that no other"),
    a_break("FYLL-01", NORRMARK, {("expenditure", "provider", 0): None}, "‘Utförare’ is empty", "Privat utförare"),
    a_break("INK-01", NORRMARK, {("income", "category", 1): "Frivilligt tillägg"}, "no income row for Kommunens",
            "Regionens grundbidrag; Kommunens grundbidrag", at=("income", "category", -1), also=frozenset({"BAL-01", "GRUND-2"})),
    a_break("BAL-01", NORRMARK, {("expenditure", "pence", 2): 9400001}, "kr 9,400,001.00", "kr 9,400,000.00", at=("income", "pence", 1)),
    a_break("GOLV-1", NORRMARK, {("expenditure", "pence", 1): 4199999.99, ("expenditure", "pence", 0): 14300000.01},
            "kr 4,199,999.99", "kr 4,200,000.00", at=("minimums", "pence", 0)),
    a_break("GRUND-1", NORRMARK, {("income", "pence", 0): 18500001, ("expenditure", "pence", 0): 13000001},
            "kr 18,500,001.00", "kr 18,500,000.00"),
    a_break("GRUND-2", NORRMARK, {("income", "pence", 1): 9400001, ("expenditure", "pence", 2): 9400001},
            "kr 9,400,001.00", "kr 9,400,000.00"),
    a_break("ANNAT-1", NORRMARK, {("expenditure", "scheme_type", 2): "Annat"}, "‘Annat’", "Anhörigstöd", at=("expenditure", "other_text", 2)),
    a_break("UNDER-1", NORRMARK, {("expenditure", "sub_type", 0): None}, "its sub-type is empty", "Förebyggande"),
    a_break("DELAT-1", NORRMARK, {("expenditure", "nhs_share", 1): 0}, "the NHS share is 0%", "above 0%"),
    a_break("ANTAL-1", NORRMARK, {("expenditure", "outputs", 0): 0}, "outputs in 2031 are 0", "Antal personer"),
    a_break("KREDIT-1", NORRMARK, {("expenditure", "pence", 0): -1, ("expenditure", "pence", 1): 18500001}, "−kr 1.00", "at least kr 0.00"),
    a_break("OMF-01", NORRMARK, {("expenditure", "funding_kind", 0): "Omfördelade pengar"}, "redirected money", "Nya pengar",
            at=("expenditure", "redirected_from", 0)),
    a_break("MATT-1", NORRMARK, {("metrics", "value", 0): None}, "has no planned value", "Enter a number"),
    a_break("OMSLAG-1", NORRMARK, {("cover", "signer_name", 0): None}, "‘Beslutad av’ is empty", "any text"),
    a_break("BESLUT-1", NORRMARK, {("cover", "is_signed_off", 0): "Nej", ("cover", "sign_off_expected", 0): "2026-10-30"},
            "30 October 2026", "1 November 2026 or later", at=("cover", "sign_off_expected", 0)),
    a_break("SUMMA-1", NORRMARK, {("income", "pence", 1): -1000, ("income", "comment", 1): "Återbetalt"}, "must be pooled",
            "Pool at least kr 27,900,000.00", at=("income", "pence", -1), also=frozenset({"BAL-01", "GRUND-2"})),
]  # fmt: skip
# A category without a legal basis cannot be loaded as data; `test_income_without_a_legal_basis_is_refused` breaks it.
OUTSIDE_A_FILE = {"LAW-01", "LAG-01"}
PER_YEAR = {"pence", "outputs", "value", "published_pence"}
CASES = [(one, round_id) for one in BREAKS for round_id in one.rounds]


def place_of_spot(round_id: str, spot: Spot) -> tuple[str, str]:
    sheet_code, name, row = spot
    year = LAST_YEAR[round_id] if name in PER_YEAR else None
    return cell_of(round_id, sheet_code, name, max(row, 0), year)


@pytest.mark.parametrize("round_id", ROUNDS)
def test_the_clean_plan_has_no_finding(round_id: str) -> None:
    assert checked(clean_workbook(round_id)).findings == ()


@pytest.mark.requirement("S06")
@pytest.mark.parametrize(
    ("case", "round_id"), CASES, ids=[f"{one.rules[0]}-{id}-{n}" for n, (one, id) in enumerate(CASES)]
)
def test_a_broken_rule_names_the_cell_what_was_found_and_what_is_allowed(case: Break, round_id: str) -> None:
    workbook = clean_workbook(round_id)
    for spot, value in case.changes.items():
        sheet, cell = place_of_spot(round_id, spot)
        workbook = with_cells(workbook, sheet, {cell: value})

    found = checked(workbook).findings

    assert {one.rule for one in found} <= {*case.rules, *case.also}, [str(one) for one in found]
    [finding, *_] = [one for one in found if one.rule in case.rules]
    where = case.at or next(iter(case.changes))
    sheet, cell = place_of_spot(round_id, where)
    assert finding.sheet == sheet
    if where[2] >= 0:
        assert finding.cell == cell
    else:
        assert finding.cell is not None  # the table's header, for what is not in the table
    assert case.found in finding.problem
    assert case.allowed in finding.fix


@pytest.mark.parametrize("round_id", ROUNDS)
def test_every_rule_is_broken_by_some_row(round_id: str) -> None:
    broken = {rule for one in BREAKS if round_id in one.rounds for rule in one.rules}

    missing = {check.rule for check in load_round(round_id).checks} - broken - OUTSIDE_A_FILE

    assert missing == set()


@pytest.mark.parametrize("round_id", ROUNDS)
def test_every_broken_rule_has_the_severity_of_its_round(round_id: str) -> None:
    severities = {check.severity for check in load_round(round_id).checks}

    assert severities <= {Severity.ERROR, Severity.WARNING}
