"""What holds for every contract and every variance."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.risk_share.rules.checking import gaps
from commonpool.risk_share.rules.contract import (
    Cap,
    Contract,
    Layer,
    Of,
    Part,
    Partner,
    Pence,
    Per,
    Remedy,
    Rounding,
    RoundingRule,
    Scope,
    ShareOf,
    Shares,
    Side,
    Slice,
)
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.settling import LineVariance, settle

CODES = ("a", "b", "c")


@st.composite
def shares(draw: Any) -> Shares:
    weights = draw(st.lists(st.integers(0, 20), min_size=3, max_size=3).filter(any))
    return Shares({code: Fraction(weight, sum(weights)) for code, weight in zip(CODES, weights, strict=True)})


@st.composite
def sides(draw: Any) -> Side:
    ends = sorted(draw(st.sets(st.integers(1, 5_000), max_size=3)))
    starts = [0, *ends]
    layers = [
        Layer(Pence(start), Pence(end) if end else None, draw(shares()))
        for start, end in zip(starts, [*ends, None], strict=True)
    ]
    rate, at_most = Fraction(draw(st.integers(0, 10)), 10), Pence(draw(st.integers(0, 900)))
    slices = [Slice("first", draw(shares()), rate=rate, at_most=at_most)]
    capped = draw(st.lists(st.sampled_from(CODES), unique=True, max_size=3))
    limits = st.builds(Pence, st.integers(0, 3_000))
    caps = [Cap(code, draw(limits), tuple(each for each in CODES if each != code)) for code in capped]
    reserve = st.builds(Remedy, st.just("reserve"), st.builds(Pence, st.integers(0, 500)))
    return Side(
        remedies=tuple(draw(st.lists(reserve, max_size=1))),
        slices=tuple(draw(st.sampled_from([[], slices]))),
        layers=tuple(layers),
        caps=tuple(caps),
        unallocated="nobody",
    )


@st.composite
def contracts(draw: Any) -> Contract:
    rounding = Rounding(draw(st.sampled_from(list(RoundingRule))), draw(st.sampled_from(["", *CODES])))
    return Contract(
        title="Made",
        partners={code: Partner(code, 1_000) for code in CODES},
        parts=(Part("all", draw(sides()), draw(sides()), per=draw(st.sampled_from(list(Per)))),),
        rounding=rounding,
        funds={"reserve": "Reserve"},
    )


lines = st.lists(st.tuples(st.integers(0, 10_000), st.integers(-9_000, 9_000)), min_size=1, max_size=6)


def of(rows: list[tuple[int, int]]) -> list[LineVariance]:
    return [LineVariance(str(number), budget, variance) for number, (budget, variance) in enumerate(rows)]


@given(contracts(), lines)
def test_a_settlement_adds_up_for_every_contract(contract: Contract, rows: list[tuple[int, int]]) -> None:
    settled = settle(contract, of(rows))

    assert gaps(contract) == []
    assert settled.variance_pence == sum(variance for _, variance in rows)
    for step in settled.steps:
        assert all(isinstance(pence, int) for pence in step.by_partner_pence.values())


@given(contracts(), st.integers(0, 9_000), st.integers(0, 500))
def test_a_larger_overspend_costs_nobody_less_but_a_penny_a_clause(
    contract: Contract, variance: int, more: int
) -> None:
    less, greater = (
        settle(contract, [LineVariance("1", 10_000, amount)]).bears_pence for amount in (variance, variance + more)
    )

    side = contract.parts[0].overspend
    pennies = len(side.layers) + len(side.slices) + len(side.caps) + 3
    # A slice with a limit lets go of nothing: what is left for the layers grows with the variance too.
    assert all(greater.get(code, 0) >= less.get(code, 0) - pennies for code in CODES)


def slow(contract: Contract, variance: int) -> Mapping[str, Fraction]:
    """The slow second version: every penny of a pooled overspend walked through the layers by itself, unrounded."""
    borne = dict.fromkeys(CODES, Fraction(0))
    side = contract.parts[0].overspend
    for penny in range(variance):
        layer = next(
            each
            for each in side.layers
            if each.start.pence <= penny and (each.end is None or penny < each.end.pence)  # type: ignore[union-attr]
        )
        assert isinstance(layer.sharing, Shares)
        for code, share in layer.sharing.shares.items():
            borne[code] += share
    return borne


@given(contracts(), st.integers(0, 6_000))
def test_layers_share_as_if_each_penny_were_walked_through_them(contract: Contract, variance: int) -> None:
    part = contract.parts[0]
    bare = Side(layers=part.overspend.layers)
    plain = Contract("Plain", contract.partners, (Part("all", bare, bare),))

    settled = settle(plain, [LineVariance("1", 10_000, variance)])

    for code, exact in slow(plain, variance).items():
        assert abs(settled.bears_pence[code] - exact) < len(bare.layers)


def test_one_reserve_s_limit_is_for_all_lines_together() -> None:
    everything_to_a = (Layer(Pence(0), None, Shares({"a": Fraction(1)})),)
    side = Side(remedies=(Remedy("reserve", Pence(100)),), layers=everything_to_a)
    contract = Contract("R", {"a": Partner("A")}, (Part("all", side, side, per=Per.LINE),), funds={"reserve": "R"})

    settled = settle(contract, of([(0, 80), (0, 80), (0, 80)]))

    assert settled.bears_pence == {"a": 140, "reserve": 100}


def test_excess_goes_to_the_next_in_order_who_has_room() -> None:
    half = Shares({"a": Fraction(1, 2), "b": Fraction(1, 2)})
    caps = (Cap("a", Pence(100), ("b", "c")), Cap("b", Pence(500), ("c",)))
    side = Side(layers=(Layer(Pence(0), None, half),), caps=caps)
    contract = Contract("Caps", {code: Partner(code) for code in CODES}, (Part("all", side, side),))

    assert settle(contract, of([(0, 800)])).bears_pence == {"a": 100, "b": 500, "c": 200}


def test_a_cap_may_be_a_share_of_what_the_partner_pays_in() -> None:
    side = Side(
        layers=(Layer(Pence(0), None, Shares({"a": Fraction(1)})),),
        caps=(Cap("a", ShareOf(Fraction(1, 50), Of.CONTRIBUTION), ("b",)),),
    )
    contract = Contract("C", {"a": Partner("A", 10_000), "b": Partner("B")}, (Part("all", side, side),))

    assert settle(contract, of([(0, 900)])).bears_pence == {"a": 200, "b": 700}


@pytest.mark.parametrize(
    ("lines", "measures", "said"),
    [
        ([LineVariance("9", 1, 1, source="OTHER")], {}, "Line 9 of the source OTHER is in no part"),
        ([LineVariance("1", 1, 1), LineVariance("1", 1, 1)], {}, "Line 1 stands there twice"),
        ([LineVariance("1", 1, 1)], {"speed": Fraction(1)}, "no measure speed"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(lines: list[LineVariance], measures: Any, said: str) -> None:
    side = Side(layers=(Layer(Pence(0), None, Shares({"a": Fraction(1)})),))
    contract = Contract("C", {"a": Partner("A")}, (Part("own", side, side, Scope(lines=("1",))),))

    with pytest.raises(ContractError, match=said):
        settle(contract, lines, measures)


def test_a_gate_without_its_result_is_refused() -> None:
    first = Slice("gain", Shares({"a": Fraction(1)}), rate=Fraction(1, 2), measure="quality")
    side = Side(slices=(first,), layers=(Layer(Pence(0), None, Shares({"a": Fraction(1)})),))
    contract = Contract("C", {"a": Partner("A")}, (Part("all", side, side),), measures={"quality": "the quality score"})

    with pytest.raises(ContractError, match=r"depends on quality \(the quality score\), and no result is given"):
        settle(contract, of([(1, 1)]))
