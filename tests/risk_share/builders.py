"""Contracts made by chance, in every clause that a file can hold."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from hypothesis import strategies as st

from commonpool.risk_share.rules.contract import (
    LARGER_CONTRIBUTOR,
    Amount,
    ByCommissioner,
    ByContribution,
    ByNhsShare,
    Cap,
    Contract,
    Group,
    Layer,
    Of,
    Part,
    Partner,
    Pay,
    Pence,
    Per,
    Remedy,
    Rounding,
    RoundingRule,
    Scope,
    ShareOf,
    Shares,
    Sharing,
    Side,
    Slice,
)

CODES: Final = ("a", "b", "c")

# What stands in a file is text without white space at its ends.
words = st.text(min_size=1, max_size=30).map(str.strip).filter(bool)
fractions = st.fractions(min_value=0, max_value=1, max_denominator=10**9)
pence = st.integers(0, 10**15).map(Pence)
amounts: st.SearchStrategy[Amount] = pence | st.builds(ShareOf, fractions, st.sampled_from([Of.BUDGET]))


@st.composite
def any_shares(draw: Any) -> Shares:
    """Shares of any size: from round ones to those of amounts in pence."""
    weights = draw(st.lists(st.integers(0, draw(st.sampled_from([20, 10**12]))), min_size=3, max_size=3).filter(any))
    return Shares({code: Fraction(weight, sum(weights)) for code, weight in zip(CODES, weights, strict=True)})


@st.composite
def _sharings(draw: Any, per: Per) -> Sharing:
    by_line: list[Any] = [ByCommissioner(), ByNhsShare("nhs", "c")] if per is Per.LINE else []
    return draw(any_shares() | st.sampled_from([ByContribution(), ByContribution(("a", "c")), *by_line]))  # type: ignore[no-any-return]


@st.composite
def _any_sides(draw: Any, per: Per) -> Side:
    ends = [Pence(end) for end in sorted(draw(st.sets(st.integers(1, 10**12), max_size=3)))]
    layers = [
        Layer(start, end, draw(_sharings(per)))
        for start, end in zip([Pence(0), *ends], [*ends, draw(st.sampled_from([None, Pence(10**13)]))], strict=True)
    ]
    limits = amounts | st.builds(ShareOf, fractions, st.just(Of.CONTRIBUTION))
    capped = draw(st.lists(st.sampled_from(CODES), unique=True, max_size=3))
    return Side(
        remedies=tuple(draw(st.lists(st.builds(Remedy, st.just("reserve"), amounts), max_size=2))),
        slices=tuple(draw(st.lists(_slices(), max_size=2))),
        layers=tuple(draw(st.sampled_from([layers, []]))),
        caps=tuple(Cap(code, draw(limits), tuple(each for each in CODES if each != code)) for code in capped),
        unallocated=draw(words),
    )


def _slices() -> st.SearchStrategy[Slice]:
    return st.builds(
        Slice,
        name=words,
        to=any_shares() | st.just(Shares({"b": Fraction(1)})),
        rate=fractions | st.just(Fraction(1)),
        measure=st.sampled_from(["", "quality"]),
        is_complement=st.booleans(),
        at_least=st.none() | amounts,
        at_most=st.none() | amounts,
        cliff=words,
    )


@st.composite
def any_contracts(draw: Any) -> Contract:
    """A contract with any of the clauses, complete."""
    roundings = st.builds(
        Rounding, st.sampled_from(RoundingRule), st.sampled_from(["", "a", "nhs", LARGER_CONTRIBUTOR])
    )
    parts = []
    for per in draw(st.lists(st.sampled_from(Per), min_size=1, max_size=2)):
        side = draw(_any_sides(per))
        under = draw(st.just(side) | _any_sides(per))
        scope = st.builds(Scope, *[st.lists(words, max_size=2).map(tuple)] * 3)
        parts.append(Part(draw(words), side, under, draw(scope), per, draw(st.none() | roundings)))
    group = Group(draw(words), draw(any_shares() | st.just(ByContribution(("a", "b")))), draw(st.none() | roundings))
    return Contract(
        title=draw(words),
        partners={code: Partner(draw(words), draw(st.integers(1, 10**15))) for code in CODES},
        parts=tuple(parts),
        rounding=draw(roundings),
        groups={"nhs": group},
        funds={"reserve": draw(words)},
        measures={"quality": draw(words)},
        pay=draw(st.none() | st.builds(Pay, st.sampled_from(CODES), st.none() | st.integers(1, 366))),
    )
