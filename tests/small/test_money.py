"""Splits add up exactly, and say how they round."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.money import (
    AmountError,
    SplitError,
    format_pounds,
    half_up,
    pence_from_text,
    split_cumulatively,
    split_half_up,
    split_into_pence,
    split_rounding_down,
)

pence = st.integers(min_value=-(10**14), max_value=10**14)
weights = st.dictionaries(
    st.text(min_size=1, max_size=3), st.integers(min_value=0, max_value=10**9), min_size=1
).filter(lambda shares: any(shares.values()))


@given(total=pence, shares=weights)
def test_largest_remainder_adds_up_and_moves_no_share_by_a_whole_penny(total, shares):
    parts = split_into_pence(total, shares)

    whole = sum(shares.values())
    assert sum(parts.values()) == total
    assert all(abs(parts[party] - Fraction(total * share, whole)) < 1 for party, share in shares.items())


@given(total=pence, shares=weights)
def test_a_reversal_mirrors_its_original(total, shares):
    assert split_into_pence(-total, shares) == {party: -part for party, part in split_into_pence(total, shares).items()}


@given(total=pence, shares=st.lists(st.integers(min_value=0, max_value=1000), min_size=1).filter(any))
def test_every_running_total_of_a_cumulative_split_is_the_exact_one_rounded(total, shares):
    parts = split_cumulatively(total, shares)

    for end in range(1, len(shares) + 1):
        assert sum(parts[:end]) == half_up(Fraction(total * sum(shares[:end]), sum(shares)))


@given(total=pence, shares=st.lists(st.integers(min_value=0, max_value=1000), min_size=1).filter(any))
def test_rounding_down_never_asks_for_a_penny_before_it_is_due(total, shares):
    parts = split_rounding_down(total, shares)

    sign = -1 if total < 0 else 1
    for end in range(1, len(shares) + 1):
        assert sum(parts[:end]) == sign * (abs(total) * sum(shares[:end]) // sum(shares))


def test_twelve_equal_instalments_rounded_down_differ_from_those_rounded_to_the_nearest():
    down, nearest = split_rounding_down(100_000, [1] * 12), split_cumulatively(100_000, [1] * 12)

    assert down == [8333, 8333, 8334] * 4
    assert nearest == [8333, 8334, 8333] * 4


@given(total=pence, shares=weights)
def test_a_residual_payer_takes_what_half_up_rounding_leaves(total, shares):
    residual = min(shares)

    parts = split_half_up(total, shares, residual=residual)

    whole = sum(shares.values())
    assert sum(parts.values()) == total
    assert all(
        parts[party] == half_up(Fraction(total * share, whole)) for party, share in shares.items() if party != residual
    )


def test_left_over_pennies_go_to_the_largest_remainders_first():
    assert split_into_pence(100, {"icb": 1, "council": 1, "district": 1}) == {"icb": 34, "council": 33, "district": 33}
    assert split_into_pence(100_00, {"icb": 2, "council": 1}) == {"icb": 66_67, "council": 33_33}


@pytest.mark.parametrize(
    ("shares", "reason"), [({}, "nobody"), ({"icb": -1, "council": 2}, "negative"), ({"icb": 0}, "zero")]
)
def test_a_sum_that_cannot_be_shared_is_refused_by_name(shares, reason):
    with pytest.raises(SplitError, match=reason):
        split_into_pence(100, shares)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1234.5", 1234_50),
        ("£1,234.50", 1234_50),
        (" £ 12 ", 12_00),
        ("-12", -12_00),
        ("−£12.01", -12_01),
        ("£-12", -12_00),
        ("(1,000)", -1000_00),
        ("0", 0),
        (".5", 50),
        ("7.", 7_00),
    ],
)
def test_pounds_are_read_as_people_type_them(text, expected):
    assert pence_from_text(text) == expected


@pytest.mark.parametrize("text", ["", "£", "12k", "1,23", "1.2.3", "(12", "12)", "1e5", "nan", "0.001", "9" * 40, "."])
def test_text_that_is_not_an_amount_is_refused(text):
    with pytest.raises(AmountError):
        pence_from_text(text)


def test_pounds_are_written_with_separators_a_real_minus_and_no_zero_for_unknown():
    assert format_pounds(-1234567) == "−£12,345.67"
    assert format_pounds(1200, whole=True) == "£12"
    assert format_pounds(None) == "not known"
