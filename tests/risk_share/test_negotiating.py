"""Contracts negotiated on the same possible years: who gains by moving, what is fair and steady, what would do it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from commonpool.risk_share.cli import commands
from commonpool.risk_share.rules.checking import gaps
from commonpool.risk_share.rules.contract import (
    ByCommissioner,
    Cap,
    Contract,
    Group,
    Layer,
    Part,
    Partner,
    Pence,
    Shares,
    Side,
)
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.futures.dependence import Scheme
from commonpool.risk_share.rules.futures.frontier import frontier
from commonpool.risk_share.rules.futures.limits import Cure, Limit, Year, cures, limits_under
from commonpool.risk_share.rules.futures.margins import LogNormal
from commonpool.risk_share.rules.futures.moving import moves_from
from commonpool.risk_share.rules.futures.simulating import Futures, drawn
from commonpool.risk_share.rules.futures.trying import Tried, bearing_of, told_of, try_out
from commonpool.risk_share.rules.settling import LineVariance
from commonpool.risk_share.rules.terms import Kind, cap_of, first_shares, with_cap, with_share, with_shares
from tests.risk_share.test_settling import contracts

EXAMPLES = Path(__file__).parents[2] / "examples/risk-share"
BUDGET = 10_000_000_00
LINES = (LineVariance("s", BUDGET, 0),)
SCHEMES = (Scheme("s", BUDGET, LogNormal(0.01, 0.05), {}),)
PAYS = {"a": 6_000_000_00, "b": 4_000_000_00}


def a_contract(a_share: str = "60%", cap_of_b: int | None = None, unallocated: str = "", title: str = "C") -> Contract:
    """Two partners, one layer for an overspend, an underspend shared by 60 and 40."""
    caps = () if cap_of_b is None else (Cap("b", Pence(cap_of_b), () if unallocated else ("a",)),)
    over = Side(layers=(Layer(Pence(0), None, shared(a_share)),), caps=caps, unallocated=unallocated)
    under = Side(layers=(Layer(Pence(0), None, shared("60%")),))
    return Contract(title, {"a": Partner("A"), "b": Partner("B")}, (Part("all", over, under),))


def shared(a_share: str) -> Shares:
    own = Fraction(a_share.removesuffix("%")) / 100
    return Shares({"a": own, "b": 1 - own})


def tried(*contracts: Contract) -> Tried:
    return try_out(contracts, LINES, SCHEMES)


# -- who gains by moving


def test_what_one_partner_gains_by_moving_the_other_loses() -> None:
    [move] = moves_from(tried(a_contract(), a_contract(cap_of_b=100_000_00)), 0)

    a, b = move.partners["a"], move.partners["b"]
    assert b.mean.value < 0 < a.mean.value
    assert a.mean.value == pytest.approx(-b.mean.value, rel=1e-4)
    assert (a.verdict, b.verdict) == (-1, 1)


def test_the_error_of_a_move_is_that_of_paired_years_and_far_below_that_of_two_draws() -> None:
    found = tried(a_contract("60%"), a_contract("62%"))
    [move] = moves_from(found, 0)
    one, other = (each.partners["a"].mean for each in found.contracts)

    by_parts = np.subtract(other.parts, one.parts)
    assert move.partners["a"].mean.error == pytest.approx(np.std(by_parts, ddof=1) / np.sqrt(8))
    assert move.partners["a"].mean.error < np.hypot(one.error, other.error) / 5


def test_a_move_to_the_same_terms_is_no_move() -> None:
    [move] = moves_from(tried(a_contract(), a_contract()), 0)

    assert {moved.verdict for moved in move.partners.values()} == {0}


def test_a_partner_whom_the_new_contract_leaves_out_bears_nothing_under_it() -> None:
    alone = Side(layers=(Layer(Pence(0), None, Shares({"a": Fraction(1)})),))
    without_b = Contract("Alone", {"a": Partner("A")}, (Part("all", alone, alone),))

    found = tried(a_contract(), without_b)
    [move] = moves_from(found, 0)

    assert move.partners["b"].mean.value == -found.contracts[0].partners["b"].mean.value


# -- fair and steady


def slow_unfairness(contract: Contract, pays: dict[str, int]) -> float:
    """The slow second version: year by year, in plain numbers."""
    [found] = try_out([contract], LINES, SCHEMES).contracts
    borne = dict.fromkeys([*pays, "unallocated"], 0.0)
    for year in found.years.pence.tolist():
        by_party = dict(zip(found.parties, year, strict=True))
        if sum(by_party.values()) > 0:
            for code in borne:
                borne[code] += by_party.get(code, 0.0)
    whole, paid = sum(borne.values()), sum(pays.values())
    return sum(abs(amount / whole - pays.get(code, 0) / paid) for code, amount in borne.items()) / 2


@pytest.mark.parametrize(
    "contract",
    [a_contract("70%"), a_contract(cap_of_b=50_000_00), a_contract(cap_of_b=50_000_00, unallocated="as it may be")],
)
def test_unfairness_is_the_part_of_an_overspend_that_would_have_to_change_hands(contract: Contract) -> None:
    [place] = frontier(tried(contract).contracts, PAYS)

    assert place.unfairness is not None
    assert place.unfairness.value == pytest.approx(slow_unfairness(contract, PAYS), rel=1e-4)


def test_shares_in_proportion_to_contributions_are_fair_and_ten_points_off_is_a_tenth_off() -> None:
    fair, off = frontier(tried(a_contract("60%"), a_contract("70%")).contracts, PAYS)

    assert fair.unfairness is not None and off.unfairness is not None
    assert fair.unfairness.value == pytest.approx(0, abs=1e-6)
    assert off.unfairness.value == pytest.approx(0.1, abs=1e-6)


def test_volatility_is_the_spread_of_the_partner_who_fares_worst_over_what_it_pays_in() -> None:
    found = tried(a_contract("60%"))
    [place] = frontier(found.contracts, {"a": 6_000_000_00, "b": 1_000_000_00})

    b = found.contracts[0].years.pence[:, 1].astype(float)
    assert place.worst_off == "b"
    assert place.volatility is not None
    assert place.volatility.value == pytest.approx(b.std() / 1_000_000_00, rel=1e-6)


def test_what_is_worse_in_both_is_dominated_and_what_is_better_in_one_is_not() -> None:
    fair, poor = a_contract("60%"), a_contract("30%")
    capped = with_cap(a_contract(cap_of_b=20_000_00, unallocated="as it may be"), 0, "a", 20_000_00)

    places = frontier(tried(fair, capped, poor).contracts, PAYS)

    assert [place.dominated_by for place in places] == [None, None, 0]


def test_two_contracts_of_the_same_terms_do_not_dominate_each_other() -> None:
    places = frontier(tried(a_contract(), a_contract()).contracts, PAYS)

    assert [place.dominated_by for place in places] == [None, None]


def test_without_a_contribution_nothing_is_called_fair_or_steady() -> None:
    [place] = frontier(tried(a_contract()).contracts, {"a": 6_000_000_00})

    assert (place.volatility, place.unfairness, place.dominated_by) == (None, None, None)


# -- terms


@given(contracts(), st.integers(0, 1_000))
@settings(deadline=None, max_examples=50)
def test_one_share_changed_leaves_the_others_in_their_proportion(contract: Contract, step: int) -> None:
    before, share = first_shares(contract, 0), Fraction(step, 1_000)

    after = first_shares(with_share(contract, 0, "a", share), 0)

    assert after["a"] == share
    assert sum(after.values()) == 1
    assert after["b"] * before["c"] == after["c"] * before["b"]


def test_an_underspend_that_is_as_the_overspend_changes_with_it_and_another_does_not() -> None:
    side = Side(layers=(Layer(Pence(0), None, shared("60%")),))
    same = Contract("S", {"a": Partner("A"), "b": Partner("B")}, (Part("all", side, side),))

    changed = with_shares(same, 0, {"a": Fraction(1, 2), "b": Fraction(1, 2)})
    apart = with_shares(a_contract(cap_of_b=1), 0, {"a": Fraction(1, 2), "b": Fraction(1, 2)})

    assert changed.parts[0].underspend == changed.parts[0].overspend
    assert apart.parts[0].underspend == a_contract().parts[0].underspend


def test_a_new_cap_passes_what_is_above_it_to_whoever_has_none() -> None:
    partners = {code: Partner(code) for code in "abc"}
    side = Side(layers=(Layer(Pence(0), None, shared("60%")),), caps=(Cap("b", Pence(5), ("c",)),))
    contract = Contract("Three", partners, (Part("all", side, side),))

    capped = with_cap(contract, 0, "a", 7)

    assert cap_of(capped, 0, "a") == Cap("a", Pence(7), ("c", "b"))
    assert gaps(capped) == []
    assert with_cap(capped, 0, "a", None) == contract


def test_a_partner_who_is_not_named_may_be_given_a_share_and_one_of_a_group_has_its_group_s() -> None:
    side = Side(layers=(Layer(Pence(0), None, Shares({"nhs": Fraction(1)})),))
    group = Group("NHS", Shares({"a": Fraction(1, 2), "b": Fraction(1, 2)}))
    partners = {code: Partner(code) for code in "abc"}
    contract = Contract("G", partners, (Part("all", side, side),), groups={"nhs": group})

    assert first_shares(contract, 0) == {"nhs": 1, "c": 0}
    assert first_shares(with_share(contract, 0, "c", Fraction(1, 4)), 0) == {"nhs": Fraction(3, 4), "c": Fraction(1, 4)}


def test_a_layer_that_each_line_shares_for_itself_has_no_shares_to_change() -> None:
    side = Side(layers=(Layer(Pence(0), None, ByCommissioner()),))
    contract = Contract("Own", {"a": Partner("A"), "b": Partner("B")}, (Part("all", side, side),))

    assert first_shares(contract, 0) == {}


def test_nobody_else_can_take_the_rest_of_a_sole_share() -> None:
    side = Side(layers=(Layer(Pence(0), None, Shares({"a": Fraction(1)})),))
    alone = Contract("Alone", {"a": Partner("A")}, (Part("all", side, side),))

    with pytest.raises(ContractError, match="Nobody but a is named"):
        with_share(alone, 0, "a", Fraction(1, 2))


# -- limits


def sought(contract: Contract, *limits: Limit) -> tuple[Any, list[Cure]]:
    years = drawn(Futures(SCHEMES))
    bearing = bearing_of(contract, LINES, {})
    told = told_of(bearing, bearing.of(years))
    return years, cures(bearing, years, limits, limits_under(told, limits))


def holds(contract: Contract, years: Any, limits: Sequence[Limit]) -> list[bool]:
    bearing = bearing_of(contract, LINES, {})
    return [each.holds for each in limits_under(told_of(bearing, bearing.of(years)), limits)]


def test_each_cure_makes_the_limit_hold_and_one_step_less_does_not() -> None:
    contract = a_contract("60%")
    limit = Limit("b", Year.VERY_BAD, 300_000_00)
    years, found = sought(contract, limit)

    share, cap = sorted((each for each in found), key=lambda each: each.term.kind is Kind.CAP)
    assert isinstance(share.value, Fraction) and isinstance(cap.value, int)
    step = Fraction(1, 1_000)
    assert holds(with_share(contract, 0, "b", share.value), years, [limit]) == [True]
    assert holds(with_share(contract, 0, "b", share.value + step), years, [limit]) == [False]
    assert cap.value == 300_000_00
    assert holds(with_cap(contract, 0, "b", cap.value + 1_000_00), years, [limit]) == [False]


def test_a_limit_that_holds_needs_no_cure_and_says_by_how_much_another_breaks() -> None:
    found = tried(a_contract("60%")).contracts[0]
    bears = found.partners["b"].very_bad_year.value
    kept, broken = limits_under(
        found, [Limit("b", Year.VERY_BAD, 9_000_000_00), Limit("b", Year.VERY_BAD, int(bears) - 5_000_00)]
    )

    assert kept.holds
    assert broken.over_pence == pytest.approx(5_000_00, abs=1)


def test_a_cure_of_one_names_whose_limit_it_would_break() -> None:
    limits = (Limit("b", Year.VERY_BAD, 300_000_00), Limit("a", Year.VERY_BAD, 600_000_00))
    _, found = sought(a_contract("60%"), *limits)

    assert all(
        [each.limit.partner for each in cure.broken] == ["a"] for cure in found if cure.tested.limit == limits[0]
    )


def test_where_no_value_does_it_there_is_none() -> None:
    # In a bad year there is an overspend, and somebody who bears none of it still cannot receive one.
    _, found = sought(a_contract("60%"), Limit("b", Year.MEAN, -900_000_00))

    assert [cure.value for cure in found] == [None, None]


def test_no_cap_helps_where_everybody_else_is_capped() -> None:
    capped = a_contract("60%", cap_of_b=100_000_00)
    _, found = sought(capped, Limit("a", Year.VERY_BAD, 100_000_00))

    assert {cure.term.kind: cure.value for cure in found}[Kind.CAP] is None


def test_bundles_of_other_terms_bear_what_the_variances_do() -> None:
    years = drawn(Futures(SCHEMES))
    contract = a_contract("60%", cap_of_b=100_000_00)
    bearing = bearing_of(contract, LINES, {})
    other = replace(bearing, contract=with_share(contract, 0, "a", Fraction(1, 5)))

    assert np.array_equal(other.of_bundles(bearing.bundles(years)).pence, other.of(years).pence)


# -- on the command line


def compared(*more: str) -> Any:
    files = [str(EXAMPLES / f"form-{letter}.yaml") for letter in "abd"]
    return CliRunner().invoke(
        commands, ["compare", *files, "--futures", str(EXAMPLES / "futures.yaml"), "--scenarios", "1024", *more]
    )


def test_compare_says_who_gains_by_moving_and_what_is_fair() -> None:
    pays = ["--contribution", "icb=5700000", "--contribution", "council=4300000"]
    said = compared(*pays).stdout
    answer = json.loads(compared(*pays, "--from", str(EXAMPLES / "form-b.yaml"), "--json").stdout)

    assert "From ‘A. Proportional’ to ‘B. Proportional, with a cap on the council’:" in said
    assert " more, 95th percentile " in said and " less" in said
    assert [each["from"][:2] for each in answer["moves"]] == ["B.", "B."]
    assert set(answer["moves"][0]["partners"]["council"]) == {"mean_pence", "percentile_95_pence"}
    assert answer["frontier"][0]["unfairness"]["value"] == pytest.approx(0, abs=1e-6)
    assert len(answer["contracts"][0]["burden_curve"]) == 20


def test_compare_without_contributions_says_whose_are_missing() -> None:
    assert "say what council, icb pays in" in compared().stdout


@pytest.mark.parametrize(
    ("more", "said"),
    [(["--from", "other.yaml"], "is none of the"), (["--contribution", "icb=lots"], "is not an amount of money")],
)
def test_compare_refuses_what_it_cannot_read(more: list[str], said: str) -> None:
    answer = compared(*more)

    assert answer.exit_code != 0
    assert said in " ".join(answer.output.split())
