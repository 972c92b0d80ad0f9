"""Shocks to an agreed plan: what is lost falls where the plan says, to the penny, and the rules that break show."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from commonpool.demo.wendleshire import wendleshire_plan
from commonpool.plans.rules import IncomeRow, PlanContent, SchemeRow
from commonpool.plans.rules.kinds import KINDS
from commonpool.plans.template import write_plan
from commonpool.policy.reading import load_round
from commonpool.risk_share.cli import commands
from commonpool.risk_share.reading.shocks import shock_from, shocks_from, text_of
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.shocks import (
    FundAdded,
    LessPaid,
    Setting,
    Shock,
    Shocked,
    SoFar,
    SpendingStops,
    Way,
    apply,
)
from commonpool.risk_share.rules.shocks.broken import OF_MONEY
from commonpool.risk_share.rules.shocks.spreading import spread

ROUND = load_round("2023-25")
WENDLESHIRE = wendleshire_plan(ROUND)
YEAR = "2024-25"
NORTH, SOUTH, COUNCIL = "NHS Northmere ICB", "NHS South Wendle ICB", "Wendleshire County Council"
OCTOBER = 6


def shocked(*shocks: Shock, plan: PlanContent = WENDLESHIRE, **setting: Any) -> Shocked:
    return apply(plan, ROUND, shocks, Setting(YEAR, **setting))


def cut(payer: str, percent: int | Fraction, **more: Any) -> LessPaid:
    return LessPaid(Way.CUT, payer, Fraction(percent, 100), **more)


def lost_of(found: Shocked, payer: str) -> int | None:
    return next(each.lost_pence for each in found.payers if each.payer == payer)


def line_of(found: Shocked, line_id: str) -> Any:
    return next(each for each in found.lines if each.row.line_id == line_id)


def broken(found: Shocked) -> list[str]:
    return [each.rule for each in found.broken]


def a_plan(income: list[tuple[str, str, int | None]], lines: list[tuple[str, int | None]]) -> PlanContent:
    """A plan of (payer, source, pence) and of (source, pence): no more of it than money."""
    return PlanContent(
        round_id=ROUND.id,
        income=tuple(IncomeRow(category=source, payer=payer, pence={YEAR: pence}) for payer, source, pence in income),
        lines=tuple(
            SchemeRow(line_id=str(number), name=f"Line {number}", source=source, pence={YEAR: pence})
            for number, (source, pence) in enumerate(lines, start=1)
        ),
    )


@pytest.mark.requirement("S38")
def test_a_partner_s_cut_by_8_per_cent_falls_on_the_lines_of_its_sources_and_breaks_the_floors() -> None:
    found = shocked(cut(NORTH, 8))

    # 8% of £32,970,693.00, of £1,250,000.00 and of £1,912,400.00.
    assert dict(next(each.by_source for each in found.payers if each.payer == NORTH)) == {
        "NHS_MIN": 2_637_655_44,
        "NHS_ADD": 100_000_00,
        "DISCH_ICB": 152_992_00,
    }
    assert found.lost.pence == found.short.pence == 2_890_647_44
    assert line_of(found, "9").lost_pence == 100_000_00
    assert line_of(found, "14").lost_pence == 0
    assert broken(found) == ["PLN-01", "PLN-02", "PLN-09"]
    assert [bool(each.if_spent) for each in found.broken] == [True, False, True]
    assert [bool(each.if_lost) for each in found.broken] == [False, True, True]
    social_care = found.broken[1].condition
    assert social_care is not None
    # Lines 1, 2 and the LA share of joint lines that are social care lose 4.98% each: 646,101.43 below the floor.
    assert social_care.headroom_pence == -646_101_43


def test_a_line_loses_in_proportion_to_its_budget() -> None:
    plan = a_plan([("A", "NHS_MIN", 1_000), ("B", "NHS_MIN", 500)], [("NHS_MIN", 900), ("NHS_MIN", 600)])

    found = shocked(cut("A", 10), plan=plan)

    assert [line.lost_pence for line in found.lines] == [60, 40]


def test_lines_that_are_named_lose_first_in_the_order_that_is_given() -> None:
    plan = a_plan([("A", "NHS_MIN", 1_000)], [("NHS_MIN", 500), ("NHS_MIN", 300), ("NHS_MIN", 200)])

    found = shocked(cut("A", 35), plan=plan, first=(2, 1))

    assert [line.lost_pence for line in found.lines] == [0, 150, 200]


def test_who_leaves_pays_to_the_month_in_which_it_goes() -> None:
    found = shocked(LessPaid(Way.LEAVE, SOUTH, from_month=OCTOBER))

    # Half of £20,018,590.00 and of £1,141,600.00.
    assert lost_of(found, SOUTH) == 10_009_295_00 + 570_800_00


@pytest.mark.requirement("S38")
def test_recorded_notice_holds_before_notice_that_is_typed_and_a_freeze_has_none() -> None:
    plan = a_plan([("A", "NHS_ADD", 1_200), ("A", "LA_ADD", 1_200)], [("NHS_ADD", 1_200), ("LA_ADD", 1_200)])
    leaving = LessPaid(Way.LEAVE, "A", from_month=OCTOBER, notice_days=31)

    found = shocked(leaving, plan=plan, notices={0: 90})
    frozen = shocked(LessPaid(Way.FREEZE, "A", from_month=OCTOBER), plan=plan, notices={0: 90})

    # 90 days from 1 October end on 30 December, so December is paid; 31 days end on 1 November.
    assert dict(found.payers[0].by_source) == {"NHS_ADD": 300, "LA_ADD": 500}
    assert dict(frozen.payers[0].by_source) == {"NHS_ADD": 600, "LA_ADD": 600}


def test_a_partner_that_cuts_and_then_leaves_loses_each_pound_once() -> None:
    plan = a_plan([("A", "NHS_MIN", 1_200)], [("NHS_MIN", 1_200)])
    leaving = LessPaid(Way.LEAVE, "A", from_month=OCTOBER)

    found = shocked(cut("A", 50, from_month=3), leaving, leaving, plan=plan)

    # 300 by June, then half of 100 a month for three months, then nothing.
    assert found.lost.pence == 150 + 600


def test_notice_beyond_the_year_costs_nothing_in_it() -> None:
    found = shocked(LessPaid(Way.LEAVE, SOUTH, from_month=OCTOBER, notice_days=183))

    assert found.lost.pence == 0 and not found.broken


@pytest.mark.requirement("S38")
def test_a_withdrawn_top_up_takes_the_voluntary_money_alone_and_the_lines_that_it_pays_for() -> None:
    found = shocked(LessPaid(Way.WITHDRAW, NORTH))

    assert found.lost.pence == 1_250_000_00
    assert [scheme.name for scheme in found.unfunded] == ["Frailty same-day emergency care"]


def test_a_line_is_unfunded_from_the_shock_on_although_it_has_spent() -> None:
    found = shocked(LessPaid(Way.WITHDRAW, NORTH, from_month=OCTOBER))

    assert line_of(found, "9").left_pence == 625_000_00
    assert [scheme.name for scheme in found.unfunded] == ["Frailty same-day emergency care"]


def test_what_the_books_say_was_paid_cannot_be_lost_and_what_is_spent_cannot_be_cut() -> None:
    plan = a_plan([("A", "NHS_MIN", 1_200)], [("NHS_MIN", 800), ("NHS_MIN", 400)])
    books = SoFar(months=6, paid={0: 900}, spent={0: 700, 1: 0})

    found = shocked(LessPaid(Way.FREEZE, "A", from_month=OCTOBER), plan=plan, so_far=lambda month: books)

    assert found.lost.pence == 300
    # Room of 100 and 400: a fifth and four fifths.
    assert [line.lost_pence for line in found.lines] == [60, 240]


def test_months_that_the_books_do_not_cover_yet_take_an_even_part_of_what_is_left() -> None:
    plan = a_plan([("A", "NHS_MIN", 1_200)], [("NHS_MIN", 1_200)])
    books = SoFar(months=3, paid={0: 300}, spent={0: 0})

    found = shocked(LessPaid(Way.FREEZE, "A", from_month=OCTOBER), plan=plan, so_far=lambda month: books)

    assert found.lost.pence == 600


def test_what_is_spent_already_is_a_loss_that_no_line_can_bear() -> None:
    plan = a_plan([("A", "NHS_MIN", 1_000)], [("NHS_MIN", 1_000)])
    books = SoFar(months=6, paid={0: 200}, spent={0: 700})

    found = shocked(LessPaid(Way.FREEZE, "A", from_month=OCTOBER), plan=plan, so_far=lambda month: books)

    assert (found.sources[0].short_pence, found.sources[0].uncovered_pence) == (800, 500)
    assert found.lines[0].lost_pence == 300


@pytest.mark.requirement("S38")
def test_whoever_freezes_its_spending_leaves_money_unspent_and_the_floor_unmet() -> None:
    found = shocked(SpendingStops("LA", OCTOBER))

    assert found.lost.pence == found.short.pence == 0
    # Half of line 1; of line 4 (60% NHS) half of the council's 40%; nothing of an NHS line.
    assert [line_of(found, each).stopped_pence for each in ("1", "4", "3")] == [4_925_000_00, 1_296_000_00, 0]
    assert broken(found) == ["PLN-01", "PLN-02"]


@pytest.mark.requirement("S38")
def test_a_fund_added_in_the_year_makes_up_for_a_loss_of_its_source_and_waits_for_a_line_otherwise() -> None:
    alone = shocked(FundAdded("LA_ADD", 500_000_00, from_month=OCTOBER))
    against = shocked(cut(COUNCIL, 50, category="LA_ADD"), FundAdded("LA_ADD", 500_000_00, COUNCIL, OCTOBER))

    assert alone.lost.pence == -500_000_00 and broken(alone) == ["PLN-01"]
    assert "too little planned" in alone.broken[0].if_lost[0].problem
    # Half of £2,145,300.75, rounded down, less what is added.
    assert lost_of(against, COUNCIL) == against.short.pence == 1_072_650_37 - 500_000_00


def test_a_surplus_of_the_source_covers_a_loss_first_and_an_old_shortfall_is_not_the_shock_s() -> None:
    plan = a_plan([("A", "NHS_MIN", 1_000), ("A", "NHS_ADD", 1_000)], [("NHS_MIN", 900), ("NHS_ADD", 1_100)])

    found = shocked(cut("A", 20), plan=plan)

    assert [source.short_pence for source in found.sources] == [100, 200]


def test_what_is_not_known_stays_unknown_and_touches_only_its_source() -> None:
    plan = a_plan(
        [("A", "NHS_MIN", None), ("A", "NHS_ADD", 100)], [("NHS_MIN", 50), ("NHS_MIN", None), ("NHS_ADD", 100)]
    )

    leaving, still = shocked(LessPaid(Way.LEAVE, "A"), plan=plan), shocked(cut("A", 0), plan=plan)

    assert [line.lost_pence for line in leaving.lines] == [None, None, 100]
    assert (leaving.lost.pence, leaving.lost.unknown) == (None, 1)
    assert [line.lost_pence for line in still.lines] == [0, 0, 0] and still.lost.pence == 0


def test_an_amount_that_is_no_longer_known_breaks_no_rule_about_empty_cells() -> None:
    unknown = replace(WENDLESHIRE.income[0], pence={YEAR: None})
    plan = replace(WENDLESHIRE, income=(unknown, *WENDLESHIRE.income[1:]))

    found = shocked(LessPaid(Way.LEAVE, NORTH, category="NHS_MIN"), plan=plan)

    assert line_of(found, "1").lost_pence is None and broken(found) == []


def test_every_kind_of_rule_about_money_is_one_that_the_plan_s_check_knows() -> None:
    assert set(KINDS) >= OF_MONEY


def test_a_fault_that_the_plan_had_before_is_not_the_shock_s() -> None:
    unbalanced = replace(WENDLESHIRE, lines=WENDLESHIRE.lines[:-1])

    found = shocked(cut(COUNCIL, 1, category="LA_ADD"), plan=unbalanced)

    assert [finding.problem.split(" plan ")[0] for each in found.broken for finding in each.if_spent] == [
        "Lines funded from Additional LA Contribution"
    ]


@pytest.mark.parametrize(
    ("shock", "said"),
    [
        (cut("NHS", 8), "‘NHS’ may be any of 2 payers"),
        (cut("Elsewhere", 8), "‘Elsewhere’ pays nothing in this plan"),
        (cut(NORTH, 8, category="GOLD"), "no source of funding ‘GOLD’"),
        (FundAdded("GOLD", 1), "no source of funding ‘GOLD’"),
        (SpendingStops("JOINT"), "‘JOINT’ commissions nothing by itself"),
    ],
)
def test_whoever_or_whatever_the_plan_does_not_have_is_refused_with_the_choice(shock: Shock, said: str) -> None:
    with pytest.raises(ContractError, match=said):
        shocked(shock)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: cut(NORTH, 101), "101%"),
        (lambda: cut(NORTH, 5, from_month=12), "no month 13"),
        (lambda: FundAdded("LA_ADD", 0), "more than nothing"),
        (lambda: cut(NORTH, 5, notice_days=-1), "-1 days"),
    ],
)
def test_a_shock_that_cannot_be_is_refused(make: Any, said: str) -> None:
    with pytest.raises(ContractError, match=said):
        make()


SAID = [
    ("cut", "Northmere=8%"),
    ("cut", "Northmere=12.5% of NHS_ADD from 2024-10"),
    ("cut", "*=1/3"),
    ("leave", "City of York Council after 90 days from 2024-07"),
    ("freeze", "XN1 from 2025-01"),
    ("withdraw", "*"),
    ("stop", "LA from 2024-10"),
    ("add", "LA_ADD=£500,000.00 by Wendleshire County Council from 2024-10"),
]


@pytest.mark.parametrize(("kind", "text"), SAID)
def test_a_shock_reads_as_it_was_written(kind: str, text: str) -> None:
    assert text_of(shock_from(kind, text, ROUND, YEAR), ROUND, YEAR) == (kind, text)


def test_every_text_that_is_no_shock_is_told_at_once_with_what_to_write() -> None:
    said = [("burn", "XN1"), ("cut", "XN1"), ("cut", "XN1=8% from 2031-01"), ("add", "LA_ADD=lots"), ("leave", "")]

    with pytest.raises(ContractError) as refused:
        shocks_from(said, ROUND, YEAR)

    for part in ("‘burn: XN1’ is no shock", "‘XN1’ does not say by how much", "‘2031-01’ is no month", "‘LA_ADD=lots’"):
        assert part in str(refused.value)


payers = st.sampled_from("ABC")
sources = st.sampled_from(["NHS_MIN", "NHS_ADD", "LA_ADD"])
pence = st.integers(1, 10**9)
months = st.integers(0, 11)
shares = st.fractions(0, 1, max_denominator=1_000)


@st.composite
def balanced_plans(draw: Any) -> PlanContent:
    """Every source's lines spend exactly what comes in."""
    income = draw(st.lists(st.tuples(payers, sources, pence), min_size=1, max_size=6))
    income += [(payer, "NHS_MIN", 1) for payer in "ABC"]
    lines: list[tuple[str, int | None]] = []
    for source in dict.fromkeys(source for _, source, _ in income):
        whole = sum(amount for _, of, amount in income if of == source)
        first = draw(st.integers(0, whole))
        lines += [(source, first), (source, whole - first)]
    return a_plan(income, lines)


less_paid = st.builds(
    LessPaid, st.sampled_from([Way.CUT, Way.FREEZE]), payers, share=shares, category=st.just(""), from_month=months
)


@settings(max_examples=30, deadline=None)
@given(balanced_plans(), st.lists(less_paid, min_size=1, max_size=4))
def test_what_lines_lose_is_what_partners_no_longer_pay(plan: PlanContent, shocks: list[Shock]) -> None:
    found = shocked(*shocks, plan=plan)

    lost = sum(line.lost_pence or 0 for line in found.lines)
    assert lost == found.lost.pence == sum(each.lost_pence or 0 for each in found.sources)
    assert all(each.uncovered_pence == 0 for each in found.sources)
    assert all(0 <= (line.lost_pence or 0) <= (line.planned_pence or 0) for line in found.lines)
    assert sum(lost or 0 for each in found.payers for _, lost in each.by_source) == found.lost.pence


@settings(max_examples=30, deadline=None)
@given(balanced_plans(), payers, months)
def test_a_cut_of_nothing_changes_and_breaks_nothing(plan: PlanContent, payer: str, month: int) -> None:
    found = shocked(cut(payer, 0, from_month=month), plan=plan)

    assert found.lost.pence == found.short.pence == 0
    assert not found.broken and not any(each.is_touched for each in (*found.lines, *found.sources))


@settings(max_examples=20, deadline=None)
@given(balanced_plans(), shares, shares, months, months, payers)
def test_shocks_agree_in_whatever_order_they_stand(
    plan: PlanContent, one: Fraction, other: Fraction, month: int, later: int, payer: str
) -> None:
    shocks = (
        LessPaid(Way.CUT, "A", one, from_month=month),
        LessPaid(Way.CUT, payer, other, from_month=later),
        SpendingStops("LA", month),
    )

    results = [shocked(*order, plan=plan) for order in permutations(shocks)]

    assert all(found == results[0] for found in results)


@settings(max_examples=20, deadline=None)
@given(balanced_plans(), shares, shares, months)
def test_a_deeper_or_earlier_cut_never_leaves_more(
    plan: PlanContent, one: Fraction, other: Fraction, month: int
) -> None:
    shallow, deep = sorted((one, other))

    less = shocked(LessPaid(Way.CUT, "A", shallow, from_month=month), plan=plan)
    more = shocked(LessPaid(Way.CUT, "A", deep, from_month=month), plan=plan)
    earlier = shocked(LessPaid(Way.CUT, "A", deep, from_month=max(0, month - 1)), plan=plan)

    assert (less.lost.pence or 0) <= (more.lost.pence or 0) <= (earlier.lost.pence or 0)


@given(st.integers(0, 10**6), st.dictionaries(st.integers(0, 8), st.integers(-10, 10**6)), st.lists(st.integers(0, 8)))
def test_a_shortfall_is_spread_whole_as_far_as_there_is_room(
    short: int, room: dict[int, int], first: list[int]
) -> None:
    losses = spread(short, room, first)

    assert sum(losses.values()) == min(short, sum(max(0, each) for each in room.values()))
    assert all(0 <= losses[line] <= max(0, room[line]) for line in room)


def test_the_day_is_passed_on_to_the_plan_s_own_rules() -> None:
    found = apply(WENDLESHIRE, ROUND, [cut(NORTH, 8)], Setting(YEAR), today=date(2024, 10, 1))

    assert broken(found) == broken(shocked(cut(NORTH, 8)))


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plan") / "plan.xlsx"
    write_plan(WENDLESHIRE, ROUND, path)
    return path


def told(*words: str | Path) -> Result:
    return CliRunner().invoke(commands, ["shock", *map(str, words)])


@pytest.mark.requirement("S38")
def test_the_command_says_the_same_of_a_workbook_as_the_rules_of_the_plan(workbook: Path) -> None:
    answer = told(workbook, "--cut", "Northmere=8%", "--json")

    said = json.loads(answer.stdout)
    assert (answer.exit_code, said["lost_pence"], said["short_pence"]) == (1, 2_890_647_44, 2_890_647_44)
    assert [each["rule"] for each in said["broken"]] == ["PLN-01", "PLN-02", "PLN-09"]
    assert sum(each["lost_pence"] for each in said["lines"]) == 2_890_647_44


def test_the_page_of_the_room_shows_what_the_command_says(workbook: Path) -> None:
    answer = told(workbook, "--withdraw", "Northmere", "--cut", "South Wendle=2% from 2024-10")

    page = (Path(__file__).parents[2] / "docs" / "rooms" / "risk_share.md").read_text("utf-8")
    shown = page.partition("shock wendleshire/plan.xlsx --withdraw")[2].partition("```")[0].splitlines()[1:]
    assert answer.stdout.splitlines()[: len(shown)] == shown
    assert "  PLN-09 NHS minimum contribution of each board as published" in answer.stdout
    assert "  Frailty same-day emergency care: £1,250,000.00 of £1,250,000.00; nothing is left" in answer.stdout


def test_the_command_ends_with_0_where_nothing_breaks_and_2_where_nobody_is_meant(workbook: Path) -> None:
    assert told(workbook, "--cut", "Northmere=0%").exit_code == 0
    nobody = told(workbook, "--cut", "Nobody=8%")
    assert nobody.exit_code == 2 and "‘Nobody’ pays nothing in this plan" in nobody.stderr
    unknown = told(workbook, "--freeze", "Northmere", "--first", "8,99")
    assert unknown.exit_code == 2 and "The plan has no line ‘99’. Its lines are: 1, 2" in unknown.stderr
    assert told(workbook).exit_code == 2 and "There is no shock" in told(workbook).stderr
