"""A line's budget comes from its category's sources, and lines that plan all that comes in plan it to the penny."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from commonpool.ledger.rules.budgets import over_sources
from commonpool.money import split_into_pence

contributed = st.dictionaries(st.sampled_from("ABCDE"), st.integers(1, 10**10), min_size=1)
amounts = st.lists(st.integers(1, 10**10), min_size=1, max_size=30)


def lines_of(pence: list[int]) -> list[tuple[str, int]]:
    return [(f"L{number}", each) for number, each in enumerate(pence)]


def by_source(pence: list[int], contributions: dict[str, int]) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for _, parts in over_sources(lines_of(pence), contributions):
        sums.update(parts)
    return dict(sums)


def test_three_lines_of_a_penny_plan_each_partners_penny():
    three = {"A": 1, "B": 1, "C": 1}

    assert [parts for _, parts in over_sources(lines_of([1, 1, 1]), three)] == [{"A": 1}, {"B": 1}, {"C": 1}]


def test_northmeres_plan_is_what_northmere_agreed():
    """The minimum of the worked example, sections 9.2 and 9.3: the lines of it plan all that the two boards pay."""
    minimum = {"XN1": 32_970_693_00, "XS1": 20_018_590_00}
    lines = [
        9_850_000_00, 10_450_000_00, 14_300_000_00, 6_480_000_00,
        1_120_500_00, 3_915_250_40, 4_860_000_00, 2_013_532_60,
    ]  # fmt: skip
    alone = Counter[str]()
    for pence in lines:
        alone.update(split_into_pence(pence, minimum))

    assert by_source(lines, minimum) == minimum
    assert alone["XN1"] == 32_970_693_01, "each line shared by itself"


def test_what_is_planned_beyond_all_that_comes_in_is_shared_over_it_again():
    assert by_source([100, 50, 30], {"A": 60, "B": 60}) == {"A": 90, "B": 90}


@given(contributions=contributed, pence=amounts)
def test_every_line_keeps_its_amount_and_no_part_is_below_zero(contributions, pence):
    made = dict(over_sources(lines_of(pence), contributions))

    assert {line: sum(parts.values()) for line, parts in made.items()} == dict(lines_of(pence))
    assert all(part > 0 for parts in made.values() for part in parts.values())


@given(contributions=contributed, weights=st.lists(st.integers(0, 1_000), max_size=30))
def test_lines_that_plan_all_that_comes_in_plan_each_contribution_to_the_penny(contributions, weights):
    shares = dict(enumerate([*weights, 1]))
    pence = list(split_into_pence(sum(contributions.values()), shares).values())

    assert by_source(pence, contributions) == contributions


@given(contributions=contributed, pence=amounts)
def test_no_source_is_planned_beyond_its_contribution_while_another_has_any_left(contributions, pence):
    whole = sum(contributions.values())

    planned = by_source(pence, contributions)

    if sum(pence) <= whole:
        assert all(planned.get(source, 0) <= agreed for source, agreed in contributions.items())
    else:
        assert all(planned.get(source, 0) >= agreed for source, agreed in contributions.items())


@given(contributions=contributed, pence=amounts)
def test_a_line_is_within_a_few_pennies_of_its_own_share(contributions, pence):
    whole = sum(contributions.values())
    within = [each for place, each in enumerate(pence) if sum(pence[: place + 1]) <= whole]

    for line, parts in over_sources(lines_of(within), contributions):
        exact = dict(lines_of(within))[line]
        for source, agreed in contributions.items():
            assert abs(parts.get(source, 0) * whole - exact * agreed) < (len(within) + 1) * whole
