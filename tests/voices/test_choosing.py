"""Sites that differ as much as they can: the choice against chance, and against looking at every choice there is."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonpool.voices.rules.choosing import banded, choose, random_spreads
from commonpool.voices.rules.sampling import Levels

SEED = 20170112


def areas_at_random(count: int, seed: int = SEED) -> dict[str, dict[str, str | None]]:
    """Invented areas with the facts by which the national evaluation chose: two kinds, three amounts, some unknown."""
    draw = random.Random(seed)
    names = [f"Area {number:03}" for number in range(count)]
    regions = ["North", "Middle", "South", "East", "West"]
    kinds = ["home first", "reablement", "step down", "single point of access"]
    facts: dict[str, dict[str, str]] = {
        "region": {name: draw.choices(regions, [5, 3, 4, 1, 2])[0] for name in names},
        "service": {name: draw.choices(kinds, [6, 3, 1, 2])[0] for name in names},
        "people": {name: str(int(draw.lognormvariate(12.3, 0.6))) for name in names},
    }
    facts["funding"] = {name: f"£{int(facts['people'][name]) * draw.randint(60, 180):,}" for name in names}
    facts["per head"] = {name: "" if draw.random() < 0.1 else str(draw.randint(60, 180)) for name in names}
    levels = {fact: banded(of) for fact, of in facts.items()}
    return {name: {fact: levels[fact][name] for fact in levels} for name in names}


def pairs_that_differ(areas: Mapping[str, Levels], chosen: Sequence[str], fact: str) -> int:
    return sum(
        None not in (areas[a][fact], areas[b][fact]) and areas[a][fact] != areas[b][fact]
        for a, b in combinations(chosen, 2)
    )


def shortfall(areas: Mapping[str, Levels], chosen: Sequence[str]) -> Fraction:
    """What the choice makes least, by counting pairs, with the most that could differ found by looking at all."""
    total = Fraction(0)
    for fact in next(iter(areas.values())):
        most = max(pairs_that_differ(areas, each, fact) for each in combinations(areas, len(chosen)))
        if most:
            total += (1 - Fraction(pairs_that_differ(areas, chosen, fact), most)) ** 2
    return total


@pytest.mark.requirement("S122")
def test_sixteen_of_a_hundred_and_fifty_are_more_spread_on_each_fact_than_chance() -> None:
    areas = areas_at_random(150)

    choice = choose(areas, 16)
    beaten = random_spreads(areas, choice, draws=2_000, seed=SEED)

    assert len(choice.chosen) == 16
    assert set(beaten) == {"region", "service", "people", "funding", "per head"}
    assert all(share >= Fraction(95, 100) for share in beaten.values()), (SEED, beaten)


def test_the_spread_is_the_number_of_pairs_that_differ() -> None:
    areas = areas_at_random(40)

    choice = choose(areas, 8)

    for spread in choice.spreads:
        assert spread.differ == pairs_that_differ(areas, choice.chosen, spread.fact)
        assert sum(picked for _, _, picked in spread.counts) == 8
        assert sum(have for _, have, _ in spread.counts) == 40


@pytest.mark.parametrize("seed", range(SEED, SEED + 12))
def test_of_few_areas_the_choice_is_the_best_that_there_is(seed: int) -> None:
    areas = areas_at_random(9, seed)

    choice = choose(areas, 4)

    best = min(shortfall(areas, chosen) for chosen in combinations(areas, 4))
    assert shortfall(areas, choice.chosen) == best, seed


levels_of_an_area = st.fixed_dictionaries(
    {"a": st.none() | st.sampled_from("xyz"), "b": st.sampled_from("pq"), "c": st.none() | st.sampled_from("1234")}
)


@settings(max_examples=40)
@given(st.lists(levels_of_an_area, min_size=1, max_size=8), st.integers(1, 4))
def test_no_exchange_of_one_area_makes_the_choice_more_spread(rows: list[dict[str, str | None]], slots: int) -> None:
    areas = {f"A{at}": row for at, row in enumerate(rows)}
    chosen = choose(areas, slots).chosen

    if len(areas) > slots:
        held = shortfall(areas, chosen)
        for out in chosen:
            for into in areas.keys() - set(chosen):
                other = [into if each == out else each for each in chosen]
                assert shortfall(areas, other) >= held


def test_areas_that_take_part_already_stay_in_and_count() -> None:
    areas = areas_at_random(60)

    choice = choose(areas, 10, keep=["Area 007", "Area 008"])

    assert {"Area 007", "Area 008"} <= set(choice.chosen)
    assert len(choice.chosen) == 10


def test_the_same_areas_give_the_same_choice_in_whatever_order_facts_stand() -> None:
    areas = areas_at_random(50)
    turned = {name: dict(reversed(list(levels.items()))) for name, levels in areas.items()}

    assert choose(areas, 7).chosen == choose(turned, 7).chosen


def test_more_slots_than_areas_take_all() -> None:
    areas = areas_at_random(5)

    assert choose(areas, 16).chosen == tuple(areas)


def test_a_fact_that_all_share_has_no_spread() -> None:
    areas: dict[str, dict[str, str | None]] = {
        "A": {"region": "North"},
        "B": {"region": "North"},
        "C": {"region": None},
    }

    (spread,) = choose(areas, 2).spreads

    assert spread.share is None


def test_numbers_stand_in_bands_of_as_many_areas_and_equal_ones_in_one() -> None:
    facts = {f"A{number}": f"{number * 1000:,}" for number in range(1, 11)} | {"none": ""}

    levels = banded(facts)

    assert levels["A1"] == levels["A2"] == "1,000 to 2,000"
    assert levels["A10"] == "9,000 to 10,000"
    assert levels["none"] is None
    assert len({level for level in levels.values() if level}) == 5
    assert banded({"A": "3", "B": "3", "C": "4"}) == {"A": "3", "B": "3", "C": "4"}
    assert banded({"A": "3", "B": "many"}) == {"A": "3", "B": "many"}
    assert banded({f"A{at}": "7" if at < 8 else str(at) for at in range(14)})["A3"] == "7"
