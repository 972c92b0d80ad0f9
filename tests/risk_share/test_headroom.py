"""Headroom for a top-up: hand calculations, which figure binds, what is not known, and a slow second version."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from commonpool.risk_share.cli import commands
from commonpool.risk_share.reading.headroom import headroom_from
from commonpool.risk_share.reading.nodes import Refused
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.headroom import Binds, Finances, Future, headroom, steady

EXAMPLE = Path(__file__).parents[2] / "examples" / "risk-share" / "headroom.yaml"
MONEY = Finances("Council", 1_000_00, 800_00, 100_00, reserves_pence=90_00, reserves_floor_pence=50_00)
STILL = Future("still", Fraction(0), Fraction(0), Fraction(0), savings_pence=0, reserves_use_pence=0)


def top_ups(finances: Finances, future: Future, years: int = 3) -> list[int]:
    return [year.top_up_pence for year in headroom(finances, future, years).years]


def binding(finances: Finances, future: Future, years: int = 3) -> list[Binds]:
    return [year.binds for year in headroom(finances, future, years).years]


@pytest.mark.requirement("S76")
def test_what_funding_leaves_after_costs_and_the_minimum_can_be_added() -> None:
    assert top_ups(MONEY, STILL) == [100_00] * 3
    assert binding(MONEY, STILL) == [Binds.MARGIN] * 3


@pytest.mark.requirement("S76")
def test_growth_and_lasting_savings_change_the_margin_year_by_year() -> None:
    grows = replace(STILL, funding_growth=Fraction("0.10"), cost_growth=Fraction("0.20"), savings_pence=30_00)

    years = headroom(MONEY, grows, 2).years

    # 1,100 - 960 + 30 - 100, then 1,210 - 1,152 + 60 - 100.
    assert [year.margin_pence for year in years] == [70_00, 18_00]
    assert [year.top_up_pence for year in years] == [70_00, 18_00]


@pytest.mark.requirement("S76")
def test_reserves_add_what_may_be_used_until_their_floor_is_reached() -> None:
    uses = replace(STILL, reserves_use_pence=25_00)

    found = headroom(MONEY, uses, 3)

    assert [year.top_up_pence for year in found.years] == [125_00, 115_00, 100_00]
    assert [year.binds for year in found.years] == [Binds.USE, Binds.FLOOR, Binds.FLOOR]
    assert [year.reserves_pence for year in found.years] == [90_00, 65_00, 50_00]
    # 40.00 above the floor over three years is 13.33 a year, and a penny is left.
    assert found.steady_pence == 113_33


def test_reserves_that_nothing_may_be_taken_from_stay_what_they_are() -> None:
    assert [year.reserves_pence for year in headroom(MONEY, STILL, 2).years] == [90_00, 90_00]

    below_floor = replace(MONEY, reserves_pence=30_00)
    [year] = headroom(below_floor, replace(STILL, reserves_use_pence=25_00), 1).years
    assert (year.reserves_pence, year.from_reserves_pence) == (30_00, 0), "the floor is not what is held"

    unknown = replace(MONEY, reserves_pence=None, reserves_floor_pence=None)
    assert headroom(unknown, STILL, 1).years[0].reserves_pence is None, "what nobody knows is not nothing"


def test_a_margin_below_zero_takes_from_reserves_before_any_top_up_can() -> None:
    poor = replace(MONEY, costs_pence=910_00)

    found = headroom(poor, replace(STILL, reserves_use_pence=25_00), 3)

    assert [year.top_up_pence for year in found.years] == [15_00, 5_00, 0]
    assert [year.binds for year in found.years] == [Binds.USE, Binds.FLOOR, Binds.NOTHING_LEFT]
    assert [year.short_pence for year in found.years] == [0, 0, 10_00]
    assert found.steady_pence == 3_33


@pytest.mark.requirement("S76")
def test_what_is_not_known_leaves_that_future_unknown_and_says_which_figure() -> None:
    uses = replace(STILL, reserves_use_pence=25_00)

    found = headroom(replace(MONEY, reserves_pence=None, funding_pence=None), replace(uses, savings_pence=None), 2)
    without_need = headroom(replace(MONEY, reserves_pence=None, reserves_floor_pence=None), STILL, 1)

    assert (found.years, found.steady_pence) == ((), None)
    assert found.missing == ("funding", "reserves", "savings")
    assert without_need.years[0].top_up_pence == 100_00


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: replace(STILL, funding_growth=Fraction(2)), "200% a year"),
        (lambda: replace(STILL, cost_growth=Fraction(-2)), "-200% a year"),
        (lambda: replace(STILL, savings_pence=-1), "0 or more"),
        (lambda: headroom(MONEY, STILL, 0), "1 to 10"),
        (lambda: headroom(MONEY, STILL, 11), "1 to 10"),
    ],
)
def test_what_cannot_be_is_refused(make: Any, said: str) -> None:
    with pytest.raises(ContractError, match=said):
        make()


small = st.integers(-30, 30)
growth = st.fractions(Fraction(-1, 5), Fraction(1, 5), max_denominator=100)
amounts = st.integers(0, 10**9)
futures = st.builds(Future, st.just("any"), growth, growth, growth, amounts, amounts)
finances = st.builds(Finances, st.just("anybody"), amounts, amounts, amounts, amounts, amounts)


@given(st.lists(small, min_size=1, max_size=4), st.integers(0, 40), st.integers(0, 20))
def test_the_steady_top_up_is_what_trying_every_penny_finds(margins: list[int], above: int, limit: int) -> None:
    can = [
        each
        for each in range(100)
        if all(each - margin <= limit for margin in margins)
        and sum(max(0, each - margin) for margin in margins) <= above
    ]

    assert steady(margins, above, limit) == max(can, default=0)


@given(finances, futures, st.integers(1, 6))
def test_reserves_never_fall_below_their_floor_nor_by_more_than_is_allowed(
    money: Finances, future: Future, years: int
) -> None:
    found = headroom(money, future, years)

    above = max(0, (money.reserves_pence or 0) - (money.reserves_floor_pence or 0))
    used = [year.from_reserves_pence for year in found.years]
    assert sum(used) <= above and all(0 <= each <= (future.reserves_use_pence or 0) for each in used)
    for year in found.years:
        assert year.top_up_pence - year.short_pence == year.margin_pence + year.from_reserves_pence
    assert (found.steady_pence or 0) <= found.years[0].top_up_pence


@given(finances, futures, st.integers(1, 6), amounts)
def test_more_funding_never_leaves_less(money: Finances, future: Future, years: int, more: int) -> None:
    richer = replace(money, funding_pence=(money.funding_pence or 0) + more)

    before, after = headroom(money, future, years), headroom(richer, future, years)

    assert (before.steady_pence or 0) <= (after.steady_pence or 0)
    assert before.years[0].top_up_pence <= after.years[0].top_up_pence


def told(*words: str | Path) -> Result:
    return CliRunner().invoke(commands, ["headroom", *map(str, words)])


@pytest.mark.requirement("S76")
def test_the_command_shows_three_futures_of_each_partner_in_pence_and_what_is_missing() -> None:
    said = json.loads(told(EXAMPLE, "--json").stdout)["headroom"]

    assert [(each["partner"], each["future"]) for each in said][:3] == [
        ("Council", "low"),
        ("Council", "central"),
        ("Council", "high"),
    ]
    # 412,000,000 x 1.01 - 389,000,000 x 1.03 + 6,000,000 - 20,080,845 x 1.02 + 2,000,000 from reserves.
    assert said[0]["years"][0]["top_up_pence"] == 296_753_810
    assert said[5]["missing"] == ["savings"] and said[5]["steady_pence"] is None


def test_the_page_of_the_room_shows_what_the_command_says() -> None:
    page = (Path(__file__).parents[2] / "docs" / "rooms" / "risk_share.md").read_text("utf-8")
    shown = page.partition("$ commonpool risk-share headroom examples/risk-share/headroom.yaml\n")[2].partition("```")[
        0
    ]

    assert shown and told(EXAMPLE).stdout.startswith(shown)


def test_every_fault_of_a_file_is_told_with_its_line() -> None:
    text = """first_year: soon
years: 40
partners:
  Council:
    funding: "12k"
    futures:
      low: {funding_growth: 300%, savings: "1.00"}
  Board: {cost: "1.00"}
"""
    with pytest.raises(Refused) as refused:
        headroom_from("headroom.yaml", text)

    for part in (
        "(line 1): ‘soon’ is not a year.",
        "(line 2): ‘40’ is no number of years.",
        "(line 5): ‘12k’ is not an amount of money.",
        "(line 7): A growth of 300% a year is none.",
        "(line 8): ‘cost’ is not known here.",
        "(line 8): ‘Board’ has no futures.",
    ):
        assert part in str(refused.value)


def test_a_file_that_is_no_text_ends_the_command_with_2(tmp_path: Path) -> None:
    path = tmp_path / "headroom.yaml"
    path.write_bytes(b"\xff\xfe")

    assert told(path).exit_code == 2
