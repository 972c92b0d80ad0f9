"""Who pays, who gains: the worked team, payments that leave nobody worse off, shares of a joint saving."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, permutations
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog
from typer.testing import CliRunner

from commonpool.risk_share.cli import commands
from commonpool.risk_share.rules.benefits import NetPosition, Stake, balances, net_positions, side_payments
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.shapley import Group, in_proportion, shapley

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "risk-share" / "benefits.csv"
# The worked example of the ledger brief, section 4.
TEAM = (
    Stake("discharge team", "ICB", pays_pence=150_000_00, cashable_pence=40_000_00),
    Stake("discharge team", "council", pays_pence=90_000_00, non_cashable_pence=20_000_00),
    Stake("discharge team", "hospital", cashable_pence=100_000_00, non_cashable_pence=200_000_00),
)
SAVINGS = {"C": 40, "I": 60, "T": 0, "CI": 160, "CT": 90, "IT": 120, "CIT": 270}


def groups(stated: dict[str, int]) -> dict[Group, int]:
    return {frozenset(letters): pence for letters, pence in stated.items()}


@pytest.mark.requirement("S110")
def test_the_worked_team_pays_in_two_places_and_gains_in_a_third() -> None:
    team = balances(TEAM)[0]

    assert team.net_pence == {"ICB": -110_000_00, "council": -70_000_00, "hospital": 300_000_00}
    assert (team.area_net_pence, team.is_misaligned, team.losers) == (120_000_00, True, ["ICB", "council"])
    assert team.cost_by_benefit == {"ICB": 26_666_67, "council": 13_333_33, "hospital": 200_000_00}
    assert team.side_payments == {"ICB": -110_000_00, "council": -70_000_00, "hospital": 180_000_00}


def test_schemes_whose_payer_loses_in_a_gain_of_the_area_come_first() -> None:
    fine = Stake("fine", "ICB", pays_pence=1, cashable_pence=5)
    dear = Stake("dear", "council", pays_pence=900, cashable_pence=5)

    assert [each.scheme for each in balances([fine, dear, *TEAM])] == ["discharge team", "dear", "fine"]
    assert net_positions([fine, dear, *TEAM])["council"] == NetPosition(-70_000_00 - 895, 0)


def test_nobody_can_be_paid_out_of_a_loss() -> None:
    assert side_payments({"a": -10, "b": 9}) == {}


nets = st.dictionaries(st.sampled_from("abcdef"), st.integers(-10_000, 10_000), min_size=1)


@given(nets)
def test_side_payments_leave_nobody_worse_off_and_move_no_penny_too_many(net: dict[str, int]) -> None:
    paid = side_payments(net)

    if paid:
        assert sum(paid.values()) == 0
        assert all(net[partner] - paid[partner] >= 0 for partner in net)
        assert sum(pence for pence in paid.values() if pence > 0) == -sum(value for value in net.values() if value < 0)
    else:
        assert sum(net.values()) < 0 or all(value >= 0 for value in net.values())


def slow_side_payments(net: dict[str, int]) -> float | None:
    """The slow second version, a linear programme: the least that changes hands so that nobody is below nothing.

    Unknown are what each pays (first) and receives; None where no payments do it.
    """
    each = np.eye(len(net))
    found = linprog(
        [*[1.0] * len(net), *[0.0] * len(net)],
        A_ub=np.hstack([each, -each]),
        b_ub=list(net.values()),
        A_eq=[[*[1.0] * len(net), *[-1.0] * len(net)]],
        b_eq=[0],
    )
    return float(found.fun) if found.status == 0 else None


@pytest.mark.requirement("S110")
@given(nets)
def test_side_payments_are_as_small_as_a_linear_programme_finds_them(net: dict[str, int]) -> None:
    paid = sum(pence for pence in side_payments(net).values() if pence > 0)
    least = slow_side_payments(net)

    assert (paid if sum(net.values()) >= 0 else None) == (None if least is None else pytest.approx(least, abs=1e-6))


# -- what is not known, and how sure the rest is

UNSURE = (
    Stake("team", "ICB", pays_pence=100, cashable_pence=40),
    Stake("team", "council", pays_pence=60, cashable_pence=None, low_pence=10, high_pence=90),
    Stake("team", "hospital", non_cashable_pence=300, low_pence=100, high_pence=400),
)


def test_what_is_not_known_of_one_partner_is_not_known_of_the_area() -> None:
    team = balances(UNSURE)[0]

    assert team.net_pence == {"ICB": -60, "council": None, "hospital": 300}
    assert (team.area_net_pence, team.area_range, team.unknown) == (None, None, ["council"])
    assert (team.is_misaligned, team.losers) == (False, ["ICB"])
    assert (team.side_payments, team.cost_by_benefit) == ({}, {})
    assert net_positions(UNSURE)["council"] == NetPosition(0, 1)


def test_a_net_lies_between_the_lowest_and_the_highest_gain_less_what_is_paid() -> None:
    known = [replace(UNSURE[1], cashable_pence=50), UNSURE[0], UNSURE[2]]

    team = balances(known)[0]

    assert UNSURE[1].net_range == (-50, 30)
    assert UNSURE[0].net_range is None
    # 40 - 100 is sure; 10 to 90 less 60; 100 to 400.
    assert (team.area_net_pence, team.area_range) == (-60 - 10 + 300, (-60 - 50 + 100, -60 + 30 + 400))


def test_one_end_alone_leaves_the_other_at_what_is_thought() -> None:
    assert Stake("s", "a", pays_pence=10, cashable_pence=50, low_pence=20).net_range == (10, 40)
    assert Stake("s", "a", cashable_pence=None, low_pence=20).net_range is None


def test_the_worked_shapley_value_comes_out() -> None:
    assert shapley(groups(SAVINGS)).shares == {"C": 95, "I": 120, "T": 55}


def slow_shapley(savings: dict[Group, int]) -> dict[str, Fraction]:
    """The slow second version: every order in which the partners could join."""
    partners = sorted({partner for group in savings for partner in group})
    orders = list(permutations(partners))
    total = dict.fromkeys(partners, Fraction(0))
    for order in orders:
        for at, partner in enumerate(order):
            before, after = frozenset(order[:at]), frozenset(order[: at + 1])
            total[partner] += savings[after] - (savings[before] if before else 0)
    return {partner: sum_ / len(orders) for partner, sum_ in total.items()}


@st.composite
def games(draw: st.DrawFn) -> dict[Group, int]:
    partners = "abcde"[: draw(st.integers(1, 5))]
    every = [frozenset(group) for size in range(1, len(partners) + 1) for group in combinations(partners, size)]
    return {group: draw(st.integers(-100, 1_000)) for group in every}


@given(games())
def test_shares_are_those_of_every_order_and_add_up_to_the_whole(savings: dict[Group, int]) -> None:
    whole = savings[max(savings, key=len)]

    assert shapley(savings).shares == slow_shapley(savings)
    for found in (shapley(savings), in_proportion(savings)):
        assert sum(found.shares.values()) == whole
        assert set(found.better_alone) == {
            group for group, pence in savings.items() if sum(found.shares[partner] for partner in group) < pence
        }


def test_a_share_may_give_a_group_less_than_it_makes_alone_and_that_is_said() -> None:
    savings = groups({"a": 0, "b": 0, "c": 0, "ab": 90, "ac": 80, "bc": 70, "abc": 120})

    assert shapley(savings).is_in_the_core is False
    assert frozenset("ab") in shapley(savings).better_alone


def test_a_group_that_nobody_stated_is_named() -> None:
    with pytest.raises(ContractError, match="Nobody says what C and T would save"):
        shapley(groups({key: value for key, value in SAVINGS.items() if key != "CT"}))
    with pytest.raises(ContractError, match="There are 13 partners"):
        shapley({frozenset([str(number)]): 1 for number in range(13)})


@pytest.mark.parametrize(
    ("stakes", "said"),
    [
        ([Stake("s", "a"), Stake("s", "a")], "a has two rows in s"),
    ],
)
def test_stakes_that_contradict_each_other_are_refused(stakes: list[Stake], said: str) -> None:
    with pytest.raises(ContractError, match=said):
        balances(stakes)
    with pytest.raises(ContractError, match="pays less than nothing"):
        Stake("s", "a", pays_pence=-1)
    with pytest.raises(ContractError, match="lowest above its highest"):
        Stake("s", "a", low_pence=2, high_pence=1)


def run(file: Path, *options: str) -> Result:
    return CliRunner().invoke(commands, ["benefits", str(file), *options])


def test_the_command_names_the_schemes_whose_payer_loses() -> None:
    said = run(EXAMPLE).stdout
    found = json.loads(run(EXAMPLE, "--json").stdout)["schemes"][0]

    assert "In 1 of 1 scheme the area gains and somebody who pays loses: discharge team." in said
    assert "Nobody would lose if these paid the others: hospital £180,000.00." in said
    assert (found["area_net_pence"], found["is_misaligned"]) == (120_000_00, True)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("scheme,pays_pence\na,1\n", "The first row has scheme, pays_pence."),
        ("scheme,partner,pay\na,b,1\n", "cell C1: ‘pay’ is not known here."),
        ("scheme,partner,pays_pence\na,b,1.5\n", "cell C2 (pays_pence): ‘1.5’ is not whole pence."),
        ("scheme,partner,pays_pence\na,b,-1\n", "b pays less than nothing for a."),
        ("scheme,partner\n,b\n", "cell A2 (scheme): ‘’ names nobody."),
        ("scheme,partner\na,b\na,b\n", "b has two rows in a. Give each partner one."),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_cell(tmp_path: Path, rows: str, said: str) -> None:
    file = tmp_path / "stakes.csv"
    file.write_text(rows, encoding="utf-8")

    answer = run(file)

    assert (answer.exit_code, said in answer.output) == (2, True), answer.output


def test_an_empty_cell_is_not_known_and_a_column_left_out_is_nothing(tmp_path: Path) -> None:
    file = tmp_path / "stakes.csv"
    file.write_text("scheme,partner,pays_pence,cashable_pence,low_pence\nteam,a,100,,20\nteam,b,0,300,\n", "utf-8")

    said, found = run(file).stdout, json.loads(run(file, "--json").stdout)

    assert "team: the area gains or loses: not known" in said
    assert "  Not known of a: what would leave nobody worse off cannot be said." in said
    assert "a neither gains nor loses, and not known in 1;" in said
    assert found["schemes"][0]["net_pence"] == {"a": None, "b": 300}
    assert found["net_unknown"] == {"a": 1, "b": 0}
