"""The nucleolus beside the other aids: textbook values, a slow second test of it, and the command."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog
from typer.testing import CliRunner

from commonpool.risk_share.cli import commands
from commonpool.risk_share.rules.aids import aids, in_pence, savings_of
from commonpool.risk_share.rules.benefits import Stake, balances
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.nucleolus import nucleolus
from commonpool.risk_share.rules.shapley import Group, Sharing

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "risk-share" / "savings.csv"
SAVINGS = {"C": 40, "I": 60, "T": 0, "CI": 160, "CT": 90, "IT": 120, "CIT": 270}


def groups(stated: Mapping[str, int]) -> dict[Group, int]:
    return {frozenset(letters): pence for letters, pence in stated.items()}


def every_group(partners: Sequence[str]) -> list[Group]:
    return [frozenset(group) for size in range(1, len(partners) + 1) for group in combinations(partners, size)]


def bankruptcy(estate: int, claims: Mapping[str, int]) -> dict[Group, int]:
    """What is left to a group when everybody else has taken what they claim."""
    return {
        group: max(0, estate - sum(claim for who, claim in claims.items() if who not in group))
        for group in every_group(list(claims))
    }


# -- known values


@pytest.mark.requirement("S110")
def test_the_worked_saving_has_its_shapley_value_as_nucleolus_too() -> None:
    found = {each.code: each for each in aids(groups(SAVINGS))}

    assert found["shapley"].pence == {"C": 95, "I": 120, "T": 55}
    assert found["in_proportion"].pence == {"C": 108, "I": 162, "T": 0}
    # Excess of each pair under it is 50, of each alone 55, 60 and 55: no other sharing raises all three pairs.
    assert found["nucleolus"].pence == {"C": 95, "I": 120, "T": 55}
    assert found["nucleolus"].core_words == "No group would do better by itself."
    assert found["in_proportion"].core_words == "No group would do better by itself."


@pytest.mark.parametrize(
    ("estate", "shares"),
    [
        (100, (Fraction(100, 3), Fraction(100, 3), Fraction(100, 3))),
        (200, (50, 75, 75)),
        (300, (50, 100, 150)),
    ],
)
def test_the_estates_of_the_talmud_come_out(estate: int, shares: tuple[Fraction | int, ...]) -> None:
    """R. J. Aumann and M. Maschler, Journal of Economic Theory 36 (1985), table 1: claims of 100, 200 and 300."""
    found = nucleolus(bankruptcy(estate, {"a": 100, "b": 200, "c": 300}))

    assert tuple(found.shares.values()) == shares
    assert found.is_in_the_core


def consistent(estate: int, claims: Mapping[str, int]) -> dict[str, Fraction]:
    """Their rule in closed form: half-claims filled equally from below; above half of all, losses in the same way."""
    if 2 * estate > sum(claims.values()):
        losses = consistent(sum(claims.values()) - estate, claims)
        return {who: claims[who] - loss for who, loss in losses.items()}
    left, found = Fraction(estate), {}
    for place, (who, claim) in enumerate(sorted(claims.items(), key=lambda each: each[1])):
        found[who] = min(Fraction(claim, 2), left / (len(claims) - place))
        left -= found[who]
    return found


@given(st.lists(st.integers(1, 10**9), min_size=2, max_size=6), st.fractions(0, 1))
def test_any_estate_is_shared_by_their_rule_to_the_fraction_of_a_penny(sizes: list[int], part: Fraction) -> None:
    claims = dict(zip("abcdef", sizes, strict=False))
    estate = int(sum(sizes) * part)

    assert nucleolus(bankruptcy(estate, claims)).shares == pytest.approx(consistent(estate, claims), abs=1)


def test_twelve_partners_are_shared_in_a_moment() -> None:
    drawn = random.Random(12)
    claims = {f"partner {number}": drawn.randint(1, 10**9) for number in range(12)}
    estate = sum(claims.values()) // 3
    stated = bankruptcy(estate, claims)
    began = perf_counter()

    found = nucleolus(stated)

    assert perf_counter() - began < 20  # about 0.4 s on an idle machine
    assert found.shares == consistent(estate, claims)


# -- what must hold of every game


@st.composite
def games(draw: st.DrawFn) -> dict[Group, int]:
    """Any game in which all together save at least what they save one by one."""
    partners = "abcde"[: draw(st.integers(1, 5))]
    stated = {group: draw(st.integers(-100, 1_000)) for group in every_group(partners)}
    stated[frozenset(partners)] = sum(stated[frozenset(each)] for each in partners) + draw(st.integers(0, 3_000))
    return stated


def excesses(stated: Mapping[Group, int], shares: Mapping[str, Fraction]) -> list[Fraction]:
    """What each group gets less what it saves alone, the smallest first."""
    return sorted(
        sum((shares[partner] for partner in group), Fraction(0)) - pence
        for group, pence in stated.items()
        if len(group) < len(shares)
    )


def has_a_core(stated: Mapping[Group, int]) -> bool:
    """The slow way: some sharing gives every group at least what it saves alone."""
    partners = sorted(max(stated, key=len))
    inside = np.array([[float(partner in group) for partner in partners] for group in stated])
    worth = np.array([float(pence) for pence in stated.values()])
    least = linprog(np.ones(len(partners)), A_ub=-inside, b_ub=-worth, bounds=(None, None))
    return bool(least.fun <= stated[frozenset(partners)] + 1e-6)


@given(games())
def test_it_is_efficient_and_gives_each_partner_at_least_its_own(stated: dict[Group, int]) -> None:
    found = nucleolus(stated)

    assert sum(found.shares.values()) == stated[max(stated, key=len)]
    assert all(share >= stated[frozenset([partner])] for partner, share in found.shares.items())
    assert found.is_in_the_core == has_a_core(stated)


@given(games(), st.data())
def test_no_move_between_two_partners_makes_the_worst_off_groups_more_content(
    stated: dict[Group, int], data: st.DataObject
) -> None:
    found = nucleolus(stated).shares
    giver, taker = data.draw(st.tuples(*[st.sampled_from(sorted(found))] * 2))
    moved = min(data.draw(st.fractions(0, 500)), found[giver] - stated[frozenset([giver])])
    other = dict(found)
    other[giver] -= moved
    other[taker] += moved

    assert excesses(stated, found) >= excesses(stated, other)


@given(games())
def test_it_does_not_matter_what_the_partners_are_called(stated: dict[Group, int]) -> None:
    called = dict(zip("abcde", "ecadb", strict=True))
    renamed = {frozenset(called[each] for each in group): pence for group, pence in stated.items()}

    assert nucleolus(renamed).shares == {called[each]: share for each, share in nucleolus(stated).shares.items()}


def test_partners_who_add_the_same_get_the_same() -> None:
    stated = {group: (0, 30, 100, 300)[len(group)] for group in every_group("abc")}

    assert nucleolus(stated).shares == {"a": 100, "b": 100, "c": 100}


@given(games())
def test_every_aid_adds_up_to_the_saving_in_whole_pence(stated: dict[Group, int]) -> None:
    for each in aids(stated):
        assert sum(each.pence.values()) == stated[max(stated, key=len)]


def test_a_loss_that_is_shared_is_rounded_to_add_up_too() -> None:
    assert in_pence(Sharing({"a": Fraction(-10, 3), "b": Fraction(-20, 3)}, ())) == {"a": -3, "b": -7}


def test_partners_who_save_more_apart_have_nothing_to_share_and_that_is_said() -> None:
    apart = groups({"a": 10, "b": 10, "ab": 15})

    with pytest.raises(ContractError, match="Together the partners save less than each by itself"):
        nucleolus(apart)
    found = {each.code: each for each in aids(apart)}
    assert (found["nucleolus"].pence, found["shapley"].pence) == ({}, {"a": 8, "b": 7})
    assert found["nucleolus"].core_words.startswith("Together the partners save less")
    assert found["shapley"].core_words == "Better off by themselves would be: a; b."


def test_what_a_group_would_gain_by_running_the_schemes_alone_is_held_against_the_aids() -> None:
    # The discharge team of the ledger brief, and a scheme that pays for nobody but the ICB.
    team = (
        Stake("team", "ICB", pays_pence=150_000, cashable_pence=40_000),
        Stake("team", "council", pays_pence=90_000, non_cashable_pence=20_000),
        Stake("team", "hospital", cashable_pence=300_000),
        Stake("beds", "ICB", pays_pence=10_000, cashable_pence=15_000),
    )

    found = savings_of(balances(team))

    named = {"".join(sorted(who[0] for who in group)): pence for group, pence in found.items()}
    # The hospital alone: 300,000 less the whole cost of 240,000. The ICB alone leaves the team, and keeps the beds.
    assert named == {"I": 5_000, "c": 0, "h": 60_000, "Ic": 5_000, "Ih": 105_000, "ch": 80_000, "Ich": 125_000}
    assert sum(aids(found)[0].pence.values()) == 125_000


def test_more_partners_than_the_aids_are_for_are_told() -> None:
    many = balances([Stake("s", str(number), cashable_pence=1) for number in range(13)])

    with pytest.raises(ContractError, match="There are 13 partners"):
        savings_of(many)


# -- the command


def run(file: Path, *options: str) -> Result:
    return CliRunner().invoke(commands, ["share-saving", str(file), *options])


def test_the_command_prints_the_three_aids_and_calls_them_so() -> None:
    said = run(EXAMPLE).stdout
    found = {each["aid"]: each for each in json.loads(run(EXAMPLE, "--json").stdout)["aids"]}

    assert "aids to a negotiation, never a settlement" in said
    assert "  council £95,000.00\n" in said
    assert found["shapley"]["shares_pence"] == {"ICB": 120_000_00, "council": 95_000_00, "trust": 55_000_00}
    assert found["nucleolus"]["is_in_the_core"] is True


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("group,pence\na,1\n", "The first row has group, pence. Write: group,saving_pence."),
        ("group,saving_pence\na + ,1\n", "‘a +’ names nobody, or somebody twice."),
        ("group,saving_pence\na+a,1\n", "names nobody, or somebody twice."),
        ("group,saving_pence\na,1\na,2\n", "cell A3 (group): ‘a’ stands in two rows."),
        ("group,saving_pence\na,1.5\n", "cell B2 (saving_pence): ‘1.5’ is not whole pence."),
        ("group,saving_pence\na,1\nb,1\n", "Nobody says what a and b would save."),
        ("group,saving_pence\n", "There are 0 partners."),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_cell(tmp_path: Path, rows: str, said: str) -> None:
    file = tmp_path / "savings.csv"
    file.write_text(rows, encoding="utf-8")

    answer = run(file)

    assert (answer.exit_code, said in answer.output) == (2, True), answer.output
