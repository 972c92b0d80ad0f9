"""Figures of trusts restated for areas, and how near that comes to what is published."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonpool.performance.rules.backtesting import Pair, back_test
from commonpool.performance.rules.errors import MeasureError
from commonpool.performance.rules.restating import (
    ELSEWHERE,
    Way,
    counts_of_merged,
    one_of_merged,
    restate,
    restate_ratio,
    way_of_flows,
)

ASSUMED = "Patients of one trust are alike."
# 400 and 100 people in Ashby, 500 in Fenwick. Mill 1 sends all to RXA; Mill 2 half to each; 10% of Mill 3 is withheld.
PEOPLE = {("Mill 1", "Ashby"): 400.0, ("Mill 2", "Ashby"): 100.0, ("Mill 3", "Fenwick"): 500.0}
WENT = {
    ("Mill 1", "RXA"): 1.0,
    ("Mill 2", "RXA"): 0.5,
    ("Mill 2", "RXB"): 0.5,
    ("Mill 3", "RXB"): 0.9,
}


def flows() -> Way:
    return way_of_flows(PEOPLE, WENT, ASSUMED)


def test_a_trust_is_shared_by_people_times_the_share_of_them_who_went_there():
    found = restate({"RXA": 90, "RXB": 50}, flows())

    # RXB has 50 of Ashby and 450 of Fenwick.
    assert found.areas["Ashby"].estimate == pytest.approx(90 + 50 * 50 / 500)
    assert found.areas["Fenwick"].estimate == pytest.approx(50 * 450 / 500)
    assert [(part.body, part.share_of_body) for part in found.areas["Ashby"].parts] == [("RXA", 1.0), ("RXB", 0.1)]


@pytest.mark.requirement("S43")
def test_what_the_publisher_withheld_stays_uncovered_and_is_not_scaled_up():
    found = restate({"RXA": 90, "RXB": 50}, flows())

    assert found.areas["Ashby"].covered == 1
    assert found.areas["Fenwick"].covered == pytest.approx(0.9)


def test_a_trust_whose_figure_is_not_known_lowers_the_share_covered_and_is_named():
    found = restate({"RXA": 90, "RXB": None}, flows())

    assert found.silent == ("RXB",)
    assert found.areas["Ashby"].estimate == 90
    assert found.areas["Ashby"].covered == pytest.approx(450 / 500)
    assert (found.areas["Fenwick"].estimate, found.areas["Fenwick"].covered) == (None, 0.0)


def test_an_area_without_any_known_trust_has_no_estimate_rather_than_nought():
    found = restate({}, flows())

    assert {area.estimate for area in found.areas.values()} == {None}
    assert found.share_placed is None


def test_a_trust_without_catchment_stays_unplaced_by_name():
    found = restate({"RXA": 90, "RXB": 50, "NAX": 7}, flows())

    assert found.unplaced == {"NAX": 7}
    assert found.share_placed == pytest.approx(140 / 147)


def test_patients_who_live_in_no_area_of_the_day_fall_elsewhere():
    people = {**PEOPLE, ("Cwm 1", ELSEWHERE): 50.0}

    found = restate({"RXA": 90}, way_of_flows(people, {**WENT, ("Cwm 1", "RXA"): 1.0}, ASSUMED))

    assert found.elsewhere == pytest.approx(90 * 50 / 500)


def test_an_area_that_has_a_trust_to_itself_has_no_uncertainty_of_splitting_it():
    found = restate({"RXA": 90, "RXB": 0}, flows(), differ_by=2)

    ashby = found.areas["Ashby"]
    assert (ashby.low, ashby.estimate, ashby.high) == (90, 90, 90)


def test_where_an_area_straddles_the_range_takes_its_people_as_half_to_double_the_others():
    found = restate({"RXB": 100}, flows(), differ_by=2).areas["Ashby"]

    # A tenth of RXB: 0.1 at half weight is 0.05 / 0.95, at double 0.2 / 1.1.
    assert found.straddles
    assert found.low == pytest.approx(100 * 0.05 / 0.95)
    assert found.high == pytest.approx(100 * 0.2 / 1.1)


def test_the_range_holds_what_another_publication_would_give():
    by_district = Way({("RXB", "Ashby"): 0.3, ("RXB", "Fenwick"): 0.7}, {}, "Trust to district.")

    found = restate({"RXA": 90, "RXB": 100}, flows(), others=[by_district])

    assert (found.areas["Ashby"].estimate, found.areas["Ashby"].high) == (pytest.approx(100), pytest.approx(120))
    assert found.areas["Fenwick"].low == pytest.approx(70)


def test_shares_of_a_trust_do_not_say_which_share_of_the_area_is_covered():
    by_district = Way({("RXB", "Ashby"): 0.3, ("RXB", "Fenwick"): 0.7}, {}, "Trust to district.")

    assert restate({"RXB": 100}, by_district).areas["Ashby"].covered is None


def test_icb_figures_are_shared_by_residents():
    way = Way(
        {("QX1", "Ashby"): 300, ("QX1", "Fenwick"): 700, ("QX2", "Ashby"): 100},
        {"Ashby": 400, "Fenwick": 700},
        "By residents.",
    )

    found = restate({"QX1": 50, "QX2": None}, way)

    assert found.areas["Ashby"].estimate == pytest.approx(15)
    assert found.areas["Ashby"].covered == pytest.approx(0.75)


def test_trusts_that_merged_later_are_one_on_both_sides():
    became = {"RXA": "RXM", "RXB": "RXM"}

    way = one_of_merged(flows(), became)
    counts = counts_of_merged({"RXA": 90, "RXB": 50, "RXC": 1}, became)

    assert counts == {"RXM": 140, "RXC": 1}
    assert way.shares()["RXM"] == {"Ashby": pytest.approx(500 / 950), "Fenwick": pytest.approx(450 / 950)}
    assert counts_of_merged({"RXA": 90, "RXB": None}, became) == {"RXM": None}


def test_a_ratio_is_restated_by_both_its_numbers_and_lies_between_its_trusts():
    found = restate_ratio({"RXA": 80, "RXB": 30}, {"RXA": 100, "RXB": 60}, flows(), multiplier=100)

    ashby = found.areas["Ashby"]
    assert ashby.estimate == pytest.approx(100 * (80 + 3) / (100 + 6))
    assert (ashby.low, ashby.high) == (pytest.approx(50), pytest.approx(80))
    assert [part.count for part in ashby.parts] == [pytest.approx(80), pytest.approx(50)]


def test_a_ratio_leaves_out_a_trust_of_which_one_number_is_unknown():
    found = restate_ratio({"RXA": 80, "RXB": None}, {"RXA": 100, "RXB": 60}, flows(), multiplier=100)

    assert found.areas["Ashby"].estimate == pytest.approx(80)
    assert found.areas["Ashby"].covered == pytest.approx(0.9)
    assert found.silent == ("RXB",)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: restate({"RXA": -1}, flows()),
        lambda: restate({"RXA": 1}, flows(), differ_by=0.5),
        lambda: Way({("RXA", "Ashby"): -0.1}, {}, ASSUMED),
        lambda: Way({("RXA", "Ashby"): float("nan")}, {}, ASSUMED),
    ],
)
def test_what_cannot_be_is_refused_by_name(wrong):
    with pytest.raises(MeasureError, match=r"RXA|0\.5"):
        wrong()


# -- for all inputs

bodies, smalls, areas = st.sampled_from("ABCD"), st.sampled_from("uvwxyz"), st.sampled_from(["N", "S", "W", None])
amounts = st.floats(0.1, 1e4)
peopled = st.dictionaries(st.tuples(smalls, areas), amounts, min_size=1)
went = st.dictionaries(st.tuples(smalls, bodies), st.floats(0.001, 0.2), min_size=1)
counted = st.dictionaries(bodies, st.one_of(st.none(), st.floats(0, 1e5)))


def slow(counts, people, went) -> dict[str | None, float]:
    """Small area by small area, as the sentence says it."""
    found: dict[str | None, float] = {}
    for body, count in counts.items():
        pieces = [(area, people[s, area] * share) for (s, to), share in went.items() if to == body
                  for (other, area) in people if other == s]  # fmt: skip
        whole = sum(weight for _, weight in pieces)
        for area, weight in pieces:
            if count is not None:
                found[area] = found.get(area, 0) + count * weight / whole
    return found


@given(counts=counted, people=peopled, went=went, by=st.floats(1, 5))
@settings(max_examples=150, deadline=None)
def test_nothing_is_lost_or_made_and_a_slow_count_agrees(counts, people, went, by):
    found = restate(counts, way_of_flows(people, went, ASSUMED), differ_by=by)

    assert found.placed + found.elsewhere + sum(found.unplaced.values()) == pytest.approx(found.total)
    expected = slow(counts, people, went)
    for area in found.areas.values():
        assert (area.estimate or 0) == pytest.approx(expected.get(area.area, 0))
        if area.estimate is not None:
            assert area.low <= area.estimate <= area.high
            assert 0 <= area.covered <= 1


@given(counts=counted, people=peopled, went=went)
@settings(max_examples=100, deadline=None)
def test_one_area_alone_comes_out_as_among_all(counts, people, went):
    way = way_of_flows(people, went, ASSUMED)
    among_all = restate(counts, way, differ_by=2)

    for code, area in among_all.areas.items():
        alone = restate(counts, way.of_one(code), differ_by=2).areas[code]
        assert (alone.estimate, alone.low, alone.high) == (
            pytest.approx(area.estimate), pytest.approx(area.low), pytest.approx(area.high)
        )  # fmt: skip
        assert alone.covered == pytest.approx(area.covered)


# -- the back-test


def pair(restated: float, published: float, people: float = 10, **more) -> Pair:
    return Pair("Ashby", restated, more.get("low", restated), more.get("high", restated), published, people, 1.0)


def test_a_back_test_says_correlation_error_and_bias():
    found = back_test([pair(1, 2, 10), pair(3, 4, 20), pair(9, 6, 30), pair(4, 0, 40)])

    assert found.areas == 4
    # By hand: deviations (-3.25, -1.25, 4.75, -0.25) and (-1, 1, 3, -3).
    assert found.pearson == pytest.approx(17 / (34.75 * 20) ** 0.5)
    assert found.spearman == pytest.approx(0.4)
    assert found.ratio_of_totals == pytest.approx(17 / 12)
    assert found.half_within == pytest.approx(0.5), "errors of 0.5, 0.25 and 0.5; none is known where 0 is published"
    assert found.mean_error == pytest.approx(1.25 / 3)


def test_equal_values_share_a_rank():
    found = back_test([pair(1, 5), pair(1, 5), pair(2, 6), pair(3, 7)])

    assert found.spearman == pytest.approx(1)


def test_size_alone_is_told_beside_the_correlation():
    found = back_test([pair(10, 10, 10), pair(20, 20, 20), pair(30, 30, 30)])

    assert (found.pearson, found.size_alone, found.per_person) == (pytest.approx(1), pytest.approx(1), None)


def test_how_many_published_figures_lie_in_the_range_is_counted():
    found = back_test([pair(1, 2, low=0, high=3), pair(1, 2), pair(1, 1)])

    assert found.in_range == 2


def test_too_few_areas_are_refused():
    with pytest.raises(MeasureError, match="2 areas are too few"):
        back_test([pair(1, 2), pair(1, 3)])
