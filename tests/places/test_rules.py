"""Who covers which people: the rules, against slow versions that count area by area."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.places.rules import (
    WHOLE,
    FootprintGap,
    Ground,
    Life,
    Nest,
    Overlap,
    Relation,
    Takeover,
    apportion,
    coterminous,
    overlap,
    relation,
    shares,
    split_people,
)

ON = date(2031, 4, 1)
COUNTY, ASHBY, FENWICK, ICB, UNITARY = 1, 2, 3, 4, 5


def a_ground(**said: object) -> Ground:
    """A county of two districts over three patches, and an ICB over two of the patches."""
    given = {
        "lives": {COUNTY: Life("upper_tier"), ASHBY: Life("lower_tier"), FENWICK: Life("lower_tier"), ICB: Life("icb")},
        "footprints": {ASHBY: {ON: {10: WHOLE}}, FENWICK: {ON: {20: WHOLE, 30: WHOLE}}, ICB: {ON: {20: WHOLE}}},
        "nests": [Nest(ASHBY, COUNTY, ON), Nest(FENWICK, COUNTY, ON)],
        "takeovers": [],
        "people": {10: 1000, 20: 500, 30: 250},
    }
    return Ground(**{**given, **said})  # type: ignore[arg-type]


@pytest.mark.requirement("S43")
def test_a_county_covers_what_its_districts_cover():
    ground = a_ground()

    covered = ground.cover(COUNTY, ON)

    assert covered == {10: 1, 20: 1, 30: 1}
    assert ground.people_in(covered) == 1750


@pytest.mark.requirement("S43")
def test_an_overlap_says_both_shares():
    ground = a_ground()

    found = overlap(ground.cover(COUNTY, ON), ground.cover(ICB, ON), ground.people)

    assert (found.people_of_both, found.share_of_a, found.share_of_b) == (500, Fraction(500, 1750), 1)
    assert relation(found) is Relation.B_INSIDE_A
    assert not coterminous(found)


def test_a_later_lookup_counts_from_its_first_day():
    later = date(2032, 4, 1)
    ground = a_ground(footprints={ICB: {ON: {20: WHOLE}, later: {30: WHOLE}}})

    assert ground.cover(ICB, date(2032, 3, 31)) == {20: 1}
    assert ground.cover(ICB, later) == {30: 1}


def test_before_the_first_lookup_a_county_covers_what_that_lookup_says_and_not_a_part_of_it():
    # Fenwick was made of two districts on the day of the lookup; of those nobody says where they lay.
    lives = {**a_ground().lives, FENWICK: Life("lower_tier", starts_on=ON)}
    ground = a_ground(lives=lives)

    assert ground.cover(COUNTY, date(2030, 1, 1)) == {10: 1, 20: 1, 30: 1}


def test_a_successor_without_its_own_footprint_covers_what_its_predecessors_did():
    merged = date(2032, 4, 1)
    lives = {ASHBY: Life("lower_tier", None, date(2032, 3, 31)), FENWICK: Life("lower_tier", None, date(2032, 3, 31))}
    ground = a_ground(
        lives={**lives, UNITARY: Life("lower_tier", merged), ICB: Life("icb"), COUNTY: Life("upper_tier")},
        takeovers=[Takeover(ASHBY, UNITARY, merged, WHOLE), Takeover(FENWICK, UNITARY, merged, WHOLE)],
    )

    assert ground.cover(UNITARY, merged) == {10: 1, 20: 1, 30: 1}
    assert ground.cover(COUNTY, merged) == {}, "its districts have ended"


def test_a_share_of_a_predecessor_is_not_taken_for_the_whole_of_it():
    ground = a_ground(
        lives={
            ASHBY: Life("lower_tier"),
            UNITARY: Life("lower_tier", ON),
            ICB: Life("icb"),
            **dict.fromkeys((1, 3), Life("other")),
        },
        takeovers=[Takeover(ASHBY, UNITARY, ON, Fraction(1, 2)), Takeover(FENWICK, UNITARY, ON, None)],
    )

    assert ground.cover(UNITARY, ON) == {}


def test_a_body_that_has_ended_covers_what_it_covered_on_its_last_day():
    lives = {COUNTY: Life("upper_tier", None, date(2031, 12, 31)), ASHBY: Life("lower_tier", None, date(2031, 12, 31))}
    ground = a_ground(lives={**lives, FENWICK: Life("lower_tier"), ICB: Life("icb")})

    assert ground.cover(COUNTY, date(2040, 1, 1)) == {10: 1, 20: 1, 30: 1}


def test_bodies_that_lie_inside_each_other_by_a_wrong_file_cover_nothing():
    ground = a_ground(footprints={}, nests=[Nest(ASHBY, COUNTY, ON), Nest(COUNTY, ASHBY, ON)])

    assert ground.cover(COUNTY, ON) == {}


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ((5, 5, 5), Relation.SAME),
        ((5, 9, 5), Relation.A_INSIDE_B),
        ((9, 5, 5), Relation.B_INSIDE_A),
        ((9, 9, 5), Relation.CROSSING),
        ((9, 9, 0), Relation.APART),
        ((0, 9, 0), Relation.UNKNOWN),
    ],
)
def test_two_bodies_lie_to_each_other_in_one_of_six_ways(people: tuple[int, int, int], expected: Relation):
    assert relation(Overlap(*map(Fraction, people))) is expected


areas = st.lists(
    st.tuples(st.integers(0, 5000), st.integers(1, 4), st.integers(11, 14), st.integers(1, 3)), min_size=1, max_size=40
)


@pytest.mark.requirement("S43")
@given(areas)
def test_patches_give_what_counting_area_by_area_gives(drawn: list[tuple[int, int, int, int]]):
    """`drawn` is (people, council, ICB, weight in thirds of the ICB) of each small area."""
    patch_of: dict[tuple[int, int, int], int] = {}
    people: dict[int, int] = defaultdict(int)
    for count, *claim in drawn:
        people[patch_of.setdefault((claim[0], claim[1], claim[2]), len(patch_of))] += count
    councils: dict[int, dict[int, Fraction]] = defaultdict(dict)
    icbs: dict[int, dict[int, Fraction]] = defaultdict(dict)
    for (council, icb, thirds), patch in patch_of.items():
        councils[council][patch] = WHOLE
        icbs[icb][patch] = Fraction(thirds, 3)

    found = {(a, b): overlap(councils[a], icbs[b], people) for a in councils for b in icbs}

    for (a, b), one in found.items():
        assert one.people_of_both == sum(Fraction(n * w, 3) for n, c, i, w in drawn if (c, i) == (a, b))
        assert one.people_of_a == sum(n for n, c, *_ in drawn if c == a)
        assert one.people_of_b == sum(Fraction(n * w, 3) for n, _, i, w in drawn if i == b)


@pytest.mark.requirement("S43")
@given(st.dictionaries(st.tuples(st.integers(1, 5), st.integers(11, 19)), st.integers(1, 10**7), min_size=1))
def test_rows_of_shares_add_up_to_exactly_one(residents: dict[tuple[int, int], int]):
    rows = shares(residents)

    assert all(sum(row.values()) == 1 for row in rows.values())


@given(
    st.dictionaries(st.sampled_from("ABCD"), st.integers(-(10**12), 10**12)),
    st.dictionaries(st.tuples(st.sampled_from("ABCD"), st.sampled_from("xyz")), st.integers(0, 10**6)),
)
def test_apportioning_keeps_every_unit_or_names_who_has_nowhere_to_go(amounts, residents):
    homeless = {body for body, amount in amounts.items() if amount and not any(residents.get((body, o)) for o in "xyz")}

    try:
        found = apportion(amounts, residents)
    except FootprintGap as gap:
        assert set(gap.codes) == homeless
        assert all(code in str(gap) for code in gap.codes)
        return

    assert not homeless
    assert sum(found.amounts.values()) == sum(amounts.values())
    for (body, other), part in found.parts.items():
        whole = sum(people for (b, _), people in residents.items() if b == body)
        assert abs(part - Fraction(amounts[body] * residents[body, other], whole)) < 1


def test_apportioning_says_what_it_assumed_and_a_gap_its_likely_cause():
    found = apportion({"QX1": 10}, {("QX1", "E1"): 1, ("QX1", "E2"): 2})

    assert found.amounts == {"E1": 3, "E2": 7}
    assert "the same for every resident" in found.assumption
    with pytest.raises(FootprintGap, match=r"QX9.*lookup that is not loaded"):
        apportion({"QX9": 10}, {("QX1", "E1"): 1})


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=6), st.integers(1, 7))
def test_a_split_area_loses_nobody_and_its_parts_differ_by_one_person(bands: list[int], parts: int):
    shared = split_people(bands, parts)

    assert [sum(part[band] for part in shared) for band in range(len(bands))] == bands
    totals = [sum(part) for part in shared]
    assert max(totals) - min(totals) <= 1
    for band, people in enumerate(bands):
        assert all(abs(part[band] - Fraction(people, parts)) < 2 for part in shared)
        assert all(part[band] >= 0 for part in shared)
