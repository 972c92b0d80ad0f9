"""When bodies merge or split: nothing is lost, nothing is overwritten, and who must sign anew is named."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.places.rules import Handover, RecutError, SignedAgreement, agreements_needing_change, recut

DAY = date(2032, 4, 1)
YEAR_LATER = date(2033, 4, 1)
pytestmark = pytest.mark.requirement("S51")


def test_two_councils_that_merge_bring_all_they_have():
    merger = [Handover("Ashby Vale", "Wendle", DAY), Handover("Fenwick", "Wendle", DAY)]

    found = recut({"Ashby Vale": 100_00, "Fenwick": 50_01, "Harbourne": 7_00}, merger, DAY)

    assert found.after == {"Harbourne": 7_00, "Wendle": 150_01}
    assert found.before == {"Ashby Vale": 100_00, "Fenwick": 50_01, "Harbourne": 7_00}
    assert [(move.predecessor, move.amount) for move in found.moves] == [("Ashby Vale", 100_00), ("Fenwick", 50_01)]


def test_a_county_that_is_split_shares_its_pence_by_people_without_losing_one():
    split = [Handover("Wendleshire", "West", DAY, Fraction(1, 3)), Handover("Wendleshire", "East", DAY, Fraction(2, 3))]

    found = recut({"Wendleshire": 100}, split, DAY)

    assert found.after == {"West": 33, "East": 67}


def test_an_icb_that_is_split_and_then_partly_merged_is_followed_through():
    handovers = [
        Handover("South Wendle", "Coast", DAY, Fraction(1, 4)),
        Handover("South Wendle", "Vale", DAY, Fraction(3, 4)),
        Handover("Vale", "Greater Northmere", YEAR_LATER),
        Handover("Northmere", "Greater Northmere", YEAR_LATER),
    ]

    assert recut({"South Wendle": 400, "Northmere": 10}, handovers, DAY).after == {
        "Coast": 100,
        "Vale": 300,
        "Northmere": 10,
    }
    assert recut({"South Wendle": 400, "Northmere": 10}, handovers, YEAR_LATER).after == {
        "Coast": 100,
        "Greater Northmere": 310,
    }


def test_before_the_day_nothing_has_moved():
    found = recut({"Ashby Vale": 5}, [Handover("Ashby Vale", "Wendle", DAY)], date(2032, 3, 31))

    assert found.after == {"Ashby Vale": 5}
    assert found.moves == ()


@pytest.mark.parametrize(
    ("handovers", "said"),
    [
        ([Handover("A", "B", DAY, Fraction(1, 2))], r"add up to 50\.0000%, not 100%"),
        ([Handover("A", "B", DAY, None), Handover("A", "C", DAY, Fraction(1, 2))], "Nobody says which share of A"),
        ([Handover("A", "B", DAY), Handover("A", "B", YEAR_LATER)], "A ends twice"),
        ([Handover("A", "B", DAY), Handover("B", "C", DAY)], "B cannot follow A on 2032-04-01"),
        ([Handover("A", "A", DAY)], "A cannot follow A"),
        ([Handover("A", "B", DAY, Fraction(3, 2)), Handover("A", "C", DAY, Fraction(-1, 2))], "not above 0"),
    ],
)
def test_successions_that_would_lose_or_make_money_are_refused_in_words(handovers: list[Handover], said: str):
    with pytest.raises(RecutError, match=said):
        recut({"A": 1}, handovers, YEAR_LATER)


@st.composite
def reorganisations(draw: Any) -> list[Handover]:
    """Each of six old bodies lives on, merges into one of three new ones, or is split over all three."""
    handovers = []
    for body in "ABCDEF":
        cut = draw(st.integers(0, 4))
        if cut in (1, 2, 3):
            handovers.append(Handover(body, f"new {cut}", DAY))
        elif cut == 4:
            weights = draw(st.lists(st.integers(1, 1000), min_size=3, max_size=3))
            handovers += [Handover(body, f"new {n}", DAY, Fraction(w, sum(weights))) for n, w in enumerate(weights, 1)]
    return handovers


@given(st.dictionaries(st.sampled_from("ABCDEF"), st.integers(-(10**14), 10**14)), reorganisations())
def test_no_penny_and_no_person_is_lost_or_made(amounts: dict[str, int], handovers: list[Handover]):
    found = recut(amounts, handovers, DAY)

    assert sum(found.after.values()) == sum(amounts.values())
    assert found.before == amounts
    came = {body: amount for body, amount in amounts.items() if body in found.after}
    for move in found.moves:
        came[move.successor] = came.get(move.successor, 0) + move.amount
        assert abs(move.amount - amounts[move.predecessor] * move.share) < 1
    assert came == dict(found.after)


def an_agreement(name: str, *partners: str, ends_on: date | None = None) -> SignedAgreement:
    return SignedAgreement(name, frozenset(partners), date(2031, 4, 1), ends_on)


def test_agreements_that_outlive_a_partner_are_listed_and_the_others_left_alone():
    agreements = [
        an_agreement("Wendle pool", "Ashby Vale", "Northmere"),
        an_agreement("Fen pool", "Fenwick", "Wendle"),
        an_agreement("Old pool", "Ashby Vale", ends_on=date(2032, 3, 31)),
        an_agreement("Coast pool", "Harbourne", "Northmere"),
    ]
    merger = [Handover("Ashby Vale", "Wendle", DAY), Handover("Fenwick", "Wendle", DAY)]

    changes = agreements_needing_change(agreements, merger)

    assert [(change.name, change.leaving, change.coming) for change in changes] == [
        ("Wendle pool", "Ashby Vale", ("Wendle",)),
        ("Fen pool", "Fenwick", ("Wendle",)),
    ]
    assert changes[0].reason == "Put Wendle in its place."
    assert changes[1].reason == "Wendle is a partner already: join the two shares."


def test_an_agreement_is_followed_through_a_split_and_a_later_merger():
    handovers = [
        Handover("County", "West", DAY, Fraction(1, 2)),
        Handover("County", "East", DAY, Fraction(1, 2)),
        Handover("East", "Northmere", YEAR_LATER),
    ]

    changes = agreements_needing_change([an_agreement("Pool", "County", "Northmere")], handovers)

    assert [(change.on, change.leaving, change.coming) for change in changes] == [
        (DAY, "County", ("East", "West")),
        (YEAR_LATER, "East", ("Northmere",)),
    ]
    assert changes[0].reason == "Agree which of East, West takes over which part."
