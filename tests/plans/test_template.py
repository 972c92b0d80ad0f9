"""The workbook that we write: safe to hand out, checked as people type, and the same plan when read back."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonpool.plans.reading import read_plan
from commonpool.plans.rules import PlanContent, SchemeRow
from commonpool.plans.template import empty_plan, write_plan, write_template
from commonpool.policy.reading import load_round
from commonpool.policy.rules import PolicyError
from commonpool.sheets import read_workbook
from tests.plans.builders import ROUNDS, checked, clean_plan


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "plan.xlsx"
    write_template(load_round("2023-25"), path, "Wendleshire")
    return path


def test_every_visible_sheet_says_that_it_is_not_the_official_workbook(template: Path) -> None:
    for sheet in read_workbook(template).sheets:
        if not sheet.is_hidden:
            assert "Not the official workbook" in str(sheet.value(1, 0)), sheet.name


def test_published_amounts_are_filled_in_and_protected(template: Path) -> None:
    sheet = openpyxl.load_workbook(template)["Income"]
    header = [cell.value for cell in sheet[5]]
    published = header.index("Published amount 2024-25 (£)") + 1

    assert sheet.cell(6, published).value == 32_970_693
    assert sheet.protection.sheet
    assert sheet.cell(6, published).protection.locked
    assert not sheet.cell(6, header.index("Contribution 2024-25 (£)") + 1).protection.locked


def test_lists_are_offered_and_sub_types_follow_the_type(template: Path) -> None:
    book = openpyxl.load_workbook(template)
    offered = {str(one.sqref).split(":")[0]: one for one in book["Expenditure"].data_validations.dataValidation}
    header = [cell.value for cell in book["Expenditure"][5]]

    def formula(name: str) -> str:
        return str(offered[book["Expenditure"].cell(6, header.index(name) + 1).coordinate].formula1)

    assert formula("Scheme type") == "list_scheme_types"
    assert "INDIRECT" in formula("Sub type") and "$E6" in formula("Sub type")
    assert {"list_scheme_types", "sub_HOME_CARE", "list_source_of_funding"} <= set(book.defined_names)
    assert book["_lists"].sheet_state == "veryHidden"


def test_lists_that_were_recalled_say_so(template: Path) -> None:
    book = openpyxl.load_workbook(template)

    messages = " ".join(str(one.prompt) for one in book["Expenditure"].data_validations.dataValidation)
    guidance = " ".join(str(cell.value) for row in book["Guidance"].iter_rows() for cell in row if cell.value)

    assert "This list is unverified." in messages
    assert "What nobody has verified" in guidance


def test_the_checklist_has_stored_values_and_says_incomplete_until_all_is_filled_in(
    template: Path, tmp_path: Path
) -> None:
    whole = tmp_path / "whole.xlsx"
    planning_round = load_round("2025-26")
    write_plan(clean_plan("2025-26"), planning_round, whole)

    empty_list, full_list = read_workbook(template).sheet("Checklist"), read_workbook(whole).sheet("Checklist")

    assert empty_list and full_list
    assert empty_list.value(3, 0) == "Incomplete template"
    assert full_list.value(3, 0) == "Complete template"
    assert {row[3] for row in full_list.rows[5:] if len(row) > 3} == {"Yes"}
    assert "No" in {row[3] for row in empty_list.rows[5:] if len(row) > 3}


def test_the_summary_adds_up_without_being_recalculated(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    write_plan(clean_plan("2023-25"), load_round("2023-25"), path)

    sheet = read_workbook(path).sheet("Summary")

    assert sheet
    last = next(row for row in sheet.rows if row and row[0] == "Total")
    assert last[4:7] == [79_517_952.75, 79_517_952.75, 0]


def test_two_writings_of_one_plan_are_the_same_bytes(tmp_path: Path) -> None:
    planning_round = load_round("2025-26")
    paths = [tmp_path / "first.xlsx", tmp_path / "second.xlsx"]

    for path in paths:
        write_plan(clean_plan("2025-26"), planning_round, path)

    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("round_id", ROUNDS)
def test_a_template_of_every_round_is_recognised_and_has_only_empty_cells_as_faults(
    round_id: str, tmp_path: Path
) -> None:
    path = tmp_path / "empty.xlsx"
    write_template(load_round(round_id), path)

    found = checked(read_workbook(path))

    assert found.round is not None and found.round.id == round_id
    assert not [one for one in found.findings if one.rule.startswith(("CELL", "LIST", "READ", "LAY-0", "AREA"))
                and one.rule != "LAY-06"]  # fmt: skip


def test_a_template_for_an_area_that_does_not_exist_is_refused() -> None:
    with pytest.raises(PolicyError, match="‘Nowhere’ is not an area of Better Care Fund 2023 to 2025"):
        empty_plan(load_round("2023-25"), "Nowhere")


def test_a_round_known_as_rules_only_has_no_template(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="rules only"):
        write_template(load_round("2019-20"), tmp_path / "plan.xlsx")


WORDS = st.text(st.characters(whitelist_categories=("L", "N", "P", "Zs"), max_codepoint=0x2FF), min_size=1, max_size=40)
SAID = WORDS.map(lambda text: re.sub(r"\s+", " ", text).strip()).filter(bool)


@st.composite
def lines(draw: st.DrawFn) -> SchemeRow:
    """One line of 2023-25 with any of its lists' values."""
    planning_round = load_round("2023-25")

    def one_of(name: str) -> st.SearchStrategy[str | None]:
        return st.sampled_from([None, *planning_round.lists[name].by_code])

    scheme_type = draw(one_of("scheme_types"))
    children = planning_round.lists["sub_types"].children_of(scheme_type) if scheme_type else ()
    amount = st.none() | st.integers(-(10**10), 10**10)
    number = st.none() | st.decimals(0, 10**6, places=1)
    return SchemeRow(
        line_id=draw(st.integers(1, 10**6).map(str)),
        scheme_id=draw(st.integers(1, 999).map(str)),
        name=draw(SAID),
        description=draw(SAID),
        scheme_type=scheme_type,
        sub_type=draw(st.sampled_from([None, *(child.code for child in children)])),
        outputs={"2023-24": draw(number), "2024-25": draw(number)},
        area_of_spend=draw(one_of("area_of_spend")),
        commissioner=draw(one_of("commissioner")),
        nhs_share=draw(st.none() | st.integers(0, 10_000).map(lambda part: Fraction(part, 10_000))),
        provider=draw(one_of("provider")),
        source=draw(one_of("source_of_funding")),
        new_existing=draw(one_of("new_existing")),
        previously_reported=draw(st.none() | st.booleans()),
        pence={"2023-24": draw(amount), "2024-25": draw(amount)},
        comment=draw(SAID),
        funding_kind=draw(one_of("funding_kind")),
        purpose_kind=draw(one_of("purpose_kind")),
        stream=draw(SAID),
    )


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=st.lists(lines(), min_size=1, max_size=8))
def test_any_plan_written_reads_back_as_itself(made: list[SchemeRow], tmp_path: Path) -> None:
    planning_round = load_round("2023-25")
    path = tmp_path / "plan.xlsx"
    plan = PlanContent(round_id="2023-25", lines=tuple(made))

    write_plan(plan, planning_round, path)
    read = read_plan(read_workbook(path), planning_round)

    assert not [one for one in read.findings if one.rule.startswith(("CELL", "LIST"))]
    types = planning_round.lists["scheme_types"].by_code
    # The output unit follows from the type, so it is there when the plan is read back.
    with_units = [
        replace(line, output_unit=(types[line.scheme_type].unit or "") if line.scheme_type else "") for line in made
    ]
    assert list(read.content.lines) == with_units


def test_an_output_keeps_its_decimals(tmp_path: Path) -> None:
    planning_round = load_round("2023-25")
    plan = clean_plan("2023-25")
    first = replace(plan.lines[0], outputs={"2024-25": Decimal("2640.25")})
    path = tmp_path / "plan.xlsx"

    write_plan(replace(plan, lines=(first, *plan.lines[1:])), planning_round, path)

    assert read_plan(read_workbook(path), planning_round).content.lines[0].outputs["2024-25"] == Decimal("2640.25")
