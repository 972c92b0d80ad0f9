"""An amount is read to the penny, or it is said why it is none."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.ledger.rules.extracts.amounts import NotAnAmount, pence_of


@pytest.mark.parametrize(
    ("value", "pence"),
    [
        ("12", 1200),
        ("-0.50", -50),
        ("12.5", 1250),
        ("1,234.50", 123_450),
        ("(12.00)", -1200),
        ("12.00-", -1200),
        ("−3", -300),
        (12, 1200),
        (-12.3, -1230),
        (3915250.4, 391_525_040),
        (0.1 + 0.2, 30),
    ],
)
def test_plain_pounds_are_read_to_the_penny(value, pence):
    assert pence_of(value) == pence


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("NaN", "is not a number"),
        ("-inf", "is not a number"),
        (float("nan"), "is not a number"),
        (float("inf"), "is not a number"),
        ("1e30", "is more than 10,000,000,000 pounds"),
        (1e30, "is more than 10,000,000,000 pounds"),
        (10**30, "is more than 10,000,000,000 pounds"),
        ("99999999999", "is more than 10,000,000,000 pounds"),
        ("9" * 5000, "is too long"),
        ("1.2E+3", "is written in powers of ten"),
        ("12.345", "has more than two decimals"),
        ("12.500", "has more than two decimals"),
        (12.345, "has more than two decimals"),
        ("twelve", "is text"),
        ("12 CR", "says its side in letters"),
        ("1.234,50", "is not an amount"),
        ("1234,50", "is not an amount"),
        ("12.5.1", "is not an amount"),
        ("--5", "has two signs"),
        ("-5-", "has two signs"),
        ("(-5)", "has two signs"),
        ("=SUM(A1:A9)", "is a formula"),
        (True, "yes or no"),
        (datetime(2024, 6, 1), "is a date"),  # noqa: DTZ001 - Excel knows no time zones
    ],
)
def test_what_is_no_amount_says_why(value, says):
    with pytest.raises(NotAnAmount) as raised:
        pence_of(value)

    assert raised.value.rule.id == "EXT-10"
    assert says in raised.value.said["why"]


@given(pence=st.integers(min_value=-(10**12), max_value=10**12))
def test_an_amount_written_with_two_decimals_comes_back_to_the_penny(pence):
    exact = Fraction(pence, 100)

    typed = f"{'-' if pence < 0 else ''}{abs(pence) // 100}.{abs(pence) % 100:02d}"

    assert pence_of(typed) == pence
    assert pence_of(float(exact)) == pence
    assert pence_of(f"{abs(pence) // 100:,}.{abs(pence) % 100:02d}") == abs(pence)


@given(value=st.text(max_size=40))
def test_any_text_is_an_amount_or_a_fault_and_never_a_crash(value):
    try:
        found = pence_of(value)
    except NotAnAmount:
        return

    assert isinstance(found, int)
