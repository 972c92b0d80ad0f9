"""What a version's rows say is what went in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from commonpool.findings import At
from commonpool.plans.contents import content_of, local_facts
from commonpool.plans.digest import content_digest
from commonpool.plans.models import PlanVersion
from commonpool.plans.rules.checking import check_plan
from commonpool.plans.rules.content import IncomeRow, PlanContent, SchemeRow
from commonpool.policy.reading import load_round
from tests.plans_web.builders import ROUND, YEAR, a_draft, northmere, the_council, wendleshire_content

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("round_id", ["2023-25", "2025-26"])
def test_a_plan_comes_out_of_the_database_as_it_went_in(round_id):
    content = wendleshire_content(round_id)

    version = a_draft(content, round_id=round_id)

    known = [replace(row, outputs={year: put for year, put in row.outputs.items() if put}) for row in content.lines]
    assert content_of(version) == replace(content, lines=tuple(known))


def test_a_plan_from_the_database_passes_the_checks_that_its_file_would():
    round_ = load_round(ROUND)
    content = wendleshire_content()

    version = a_draft(content)

    stored = check_plan(content_of(version), round_, today=date(2024, 5, 1))
    assert stored == check_plan(content, round_, today=date(2024, 5, 1))
    assert stored.years[YEAR].totals.expenditure.pence == 79_517_952_75


def test_cells_of_the_file_are_kept_so_that_later_checks_can_point_at_them():
    line = SchemeRow(
        line_id="1", name="Reablement", pence={YEAR: 5}, places={f"pence:{YEAR}": At("Exp", "L27", "£", "5")}
    )

    version = a_draft(PlanContent(round_id=ROUND, lines=(line,)))

    assert content_of(version).lines[0].at("pence", YEAR) == At("Exp", "L27", "£", "5")


def test_unknown_stays_unknown_and_zero_stays_zero():
    lines = (SchemeRow(line_id="1", pence={YEAR: None}), SchemeRow(line_id="2", pence={YEAR: 0}))

    version = a_draft(PlanContent(round_id=ROUND, lines=lines))

    assert [row.pence[YEAR] for row in content_of(version).lines] == [None, 0]


def test_a_share_of_a_third_is_kept_exactly():
    version = a_draft(PlanContent(round_id=ROUND, lines=(SchemeRow(line_id="1", nhs_share=Fraction(1, 3)),)))

    assert content_of(version).lines[0].nhs_share == Fraction(1, 3)


def test_a_line_id_used_twice_is_kept_as_written_and_found_again():
    lines = (SchemeRow(line_id="7", name="One"), SchemeRow(line_id="7", name="Two"))

    version = a_draft(PlanContent(round_id=ROUND, lines=lines))

    assert [row.line_id for row in content_of(version).lines] == ["7", "7"]
    assert list(version.scheme_lines.values_list("line_id", flat=True)) == ["7", "7 (2)"]
    assert version.findings.filter(problem__contains="7").exists()


def test_payers_are_matched_to_organisations_by_code_or_name():
    version = a_draft()

    payers = {line.payer for line in version.income_lines.all()}
    assert {the_council(), northmere()} <= payers


def test_lines_keep_their_ids_and_local_facts_in_the_next_version():
    first = a_draft()
    line = first.scheme_lines.first()
    line.loss_bearer, line.is_test_pot = the_council(), True
    line.save()
    incomes = list(first.income_lines.values_list("line_id", flat=True))

    second = a_draft(base=first)

    later = second.scheme_lines.get(line_id=line.line_id)
    assert (later.loss_bearer, later.is_test_pot) == (the_council(), True)
    assert list(second.income_lines.values_list("line_id", flat=True)) == incomes


def test_a_line_without_an_id_takes_that_of_the_same_line_before_and_never_a_used_one():
    def plan(*names: str) -> PlanContent:
        return PlanContent(round_id=ROUND, lines=tuple(SchemeRow(line_id="", name=name) for name in names))

    first = a_draft(plan("Reablement", "Home care"))
    second = a_draft(plan("Home care", "Telecare"), base=first)

    ids = {line.scheme_name: line.line_id for line in second.scheme_lines.all()}
    assert ids["Home care"] == first.scheme_lines.get(scheme_name="Home care").line_id
    assert ids["Telecare"] not in set(first.scheme_lines.values_list("line_id", flat=True))


def test_the_digest_is_of_what_the_plan_says_not_of_where_it_stood():
    content = wendleshire_content()
    elsewhere = replace(content, lines=tuple(replace(row, places={"name": At("Other", "A1")}) for row in content.lines))
    dearer = replace(content, lines=(replace(content.lines[0], pence={YEAR: 1}), *content.lines[1:]))

    assert content_digest(content) == content_digest(elsewhere)
    assert content_digest(content) != content_digest(dearer)


def test_the_digest_is_the_same_after_the_database():
    version = a_draft()

    assert content_digest(content_of(version)) == content_digest(wendleshire_content())
    assert content_digest(content_of(version), local_facts(version)) == content_digest(
        content_of(PlanVersion.objects.get(pk=version.pk)), local_facts(version)
    )


@pytest.mark.parametrize("text", ["a\x00b", "half \ud83d of a pair", "x" * 10_000])
def test_text_that_a_database_cannot_hold_is_made_fit(text):
    rows = PlanContent(
        round_id=ROUND,
        income=(IncomeRow(category="DFG", payer=text, comment=text, places={"payer": At("S", "A1", "Payer", text)}),),
        lines=(SchemeRow(line_id=text, name=text, scheme_id=text, outputs={YEAR: Decimal("1e300")}),),
    )

    version = a_draft(rows)

    stored = content_of(version)
    assert "\x00" not in stored.lines[0].name
    assert YEAR not in stored.lines[0].outputs, "a number of absurd size is not known"
