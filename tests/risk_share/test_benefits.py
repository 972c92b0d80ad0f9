"""Who pays, who gains: the worked team, payments that leave nobody worse off, shares of a joint saving."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import combinations, permutations
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from commonpool.risk_share.cli import commands
from commonpool.risk_share.rules.benefits import Stake, balances, net_positions, side_payments
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
    assert net_positions([fine, dear, *TEAM])["council"] == -70_000_00 - 895


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
