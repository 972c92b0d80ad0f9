"""A year's contribution falls due on the partner's own calendar, and agrees with the pool's months to the penny."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.ledger.rules.phasing import (
    Bridged,
    PhasingError,
    Profile,
    Spread,
    bridge,
    earned_by_month,
    on_grid,
    own_periods,
    schedule,
)
from commonpool.periods import FINANCIAL_YEAR, Period

YEAR = FINANCIAL_YEAR.year("2024-25")
MONTHS = FINANCIAL_YEAR.periods("2024-25")
NORTHMERE_PENCE = 32_970_693_00
pence = st.integers(min_value=-(10**13), max_value=10**13)
profiles = st.one_of(
    st.builds(
        Profile,
        st.sampled_from([Spread.TWELFTHS, Spread.QUARTERS, Spread.FOUR_FOUR_FIVE, Spread.THIRTEEN_PERIODS]),
        st.booleans(),
        st.integers(min_value=1, max_value=92),
    ),
    st.builds(
        Profile,
        st.just(Spread.WHOLE_YEAR),
        st.booleans(),
        st.integers(min_value=1, max_value=31),
        st.integers(min_value=1, max_value=12),
    ),
)


def test_month_k_of_twelve_gets_the_difference_of_two_totals_rounded_down():
    dues = schedule(100_000, YEAR, Profile(Spread.TWELFTHS))

    assert [due.pence for due in dues] == [k * 100_000 // 12 - (k - 1) * 100_000 // 12 for k in range(1, 13)]
    assert [due.pence for due in dues[:3]] == [8333, 8333, 8334]
    assert (dues[0].due_on, dues[0].label) == (date(2024, 4, 1), "Apr 2024")


@given(total=pence, profile=profiles)
def test_instalments_sum_to_the_year_and_come_in_order(total, profile):
    dues = schedule(total, YEAR, profile)

    assert sum(due.pence for due in dues) == total
    assert [due.due_on for due in dues] == sorted(due.due_on for due in dues)
    assert all(due.pence for due in dues)


@pytest.mark.parametrize(
    ("profile", "first", "last"),
    [
        (Profile(Spread.TWELFTHS, day=15), date(2024, 4, 15), date(2025, 3, 15)),
        (Profile(Spread.TWELFTHS, is_in_arrears=True, day=15), date(2024, 5, 15), date(2025, 4, 15)),
        (Profile(Spread.TWELFTHS, day=31), date(2024, 4, 30), date(2025, 3, 31)),
        (Profile(Spread.QUARTERS, is_in_arrears=True), date(2024, 7, 1), date(2025, 4, 1)),
        (Profile(Spread.FOUR_FOUR_FIVE), date(2024, 4, 1), date(2025, 2, 24)),
        (Profile(Spread.THIRTEEN_PERIODS, is_in_arrears=True), date(2024, 4, 29), date(2025, 4, 1)),
    ],
    ids=str,
)
def test_an_instalment_falls_due_on_its_day_in_advance_or_in_arrears(profile, first, last):
    dues = schedule(1_300_00, YEAR, profile)

    assert (dues[0].due_on, dues[-1].due_on) == (first, last)


def test_the_facilities_grant_is_paid_whole_in_may():
    (due,) = schedule(5_913_448_00, YEAR, Profile(Spread.WHOLE_YEAR, month=5))

    assert (due.due_on, due.pence, due.label) == (date(2024, 5, 1), 5_913_448_00, "2024-25")


def test_a_whole_year_in_arrears_is_paid_in_a_month_after_it():
    (due,) = schedule(100_00, YEAR, Profile(Spread.WHOLE_YEAR, is_in_arrears=True, month=5, day=7))

    assert due.due_on == date(2025, 5, 7)


def test_weeks_of_4_4_5_share_by_weeks_and_the_last_period_ends_with_the_year():
    dues = schedule(52_000_00, YEAR, Profile(Spread.FOUR_FOUR_FIVE))

    assert [due.pence for due in dues] == [4_000_00, 4_000_00, 5_000_00] * 4
    assert own_periods(YEAR, Spread.FOUR_FOUR_FIVE)[-1].ends_on == date(2025, 3, 31)
    assert len(own_periods(YEAR, Spread.THIRTEEN_PERIODS)) == 13


def test_hand_entered_amounts_stand_as_entered():
    entered = ((date(2024, 9, 30), 40_00), (date(2024, 4, 2), 60_00))

    dues = schedule(100_00, YEAR, Profile(Spread.BY_HAND, amounts=entered))

    assert [(due.due_on, due.pence, due.label) for due in dues] == [
        (date(2024, 4, 2), 60_00, "2 Apr 2024"),
        (date(2024, 9, 30), 40_00, "30 Sep 2024"),
    ]


@pytest.mark.parametrize(("entered", "said"), [(60_00, "£40.00 short of"), (100_01, "£0.01 over")])
def test_hand_entered_amounts_that_make_another_sum_are_refused_with_the_amount(entered, said):
    profile = Profile(Spread.BY_HAND, amounts=((date(2024, 4, 2), entered),))

    with pytest.raises(PhasingError, match=f"{said} the year's £100.00"):
        schedule(100_00, YEAR, profile)


def test_a_date_far_from_the_year_is_taken_for_a_slip():
    profile = Profile(Spread.BY_HAND, amounts=((date(2042, 4, 2), 100_00),))

    with pytest.raises(PhasingError, match="2042-04-02: over a year away from 2024-25"):
        schedule(100_00, YEAR, profile)


def test_a_part_of_a_year_has_no_twelfths():
    with pytest.raises(PhasingError, match="not a year of twelve whole months"):
        schedule(100_00, Period(date(2024, 10, 1), date(2025, 3, 31)), Profile(Spread.TWELFTHS))


@pytest.mark.parametrize(
    "wrong",
    [
        {"spread": Spread.TWELFTHS, "day": 0},
        {"spread": Spread.WHOLE_YEAR},
        {"spread": Spread.TWELFTHS, "month": 5},
        {"spread": Spread.WHOLE_YEAR, "month": 13},
        {"spread": Spread.BY_HAND},
        {"spread": Spread.QUARTERS, "amounts": ((date(2024, 4, 1), 1),)},
    ],
    ids=str,
)
def test_a_profile_cannot_be_built_wrong(wrong):
    with pytest.raises(PhasingError):
        Profile(**wrong)


@pytest.mark.requirement("S34")
@given(total=pence, one=profiles, other=profiles)
def test_two_partners_with_unlike_calendars_agree_for_each_month_and_for_the_year(total, one, other):
    earned = earned_by_month(total, MONTHS)
    bridges = [bridge(schedule(total, YEAR, profile), earned) for profile in (one, other)]

    for rows, profile in zip(bridges, (one, other), strict=True):
        owed_before = [0, *(row.owed_pence for row in rows)]
        for row, before in zip(rows, owed_before, strict=False):
            assert row.due_pence + row.owed_pence - before == earned[row.period]
        due_later = sum(due.pence for due in schedule(total, YEAR, profile) if due.due_on > YEAR.ends_on)
        assert rows[-1].owed_pence == due_later
        assert sum(row.earned_pence for row in rows) == total


@pytest.mark.requirement("S34")
@given(total=pence, profile=profiles)
def test_own_periods_restated_by_days_make_the_same_year_on_the_pools_months(total, profile):
    restated = on_grid(schedule(total, YEAR, profile), MONTHS)

    assert list(restated) == list(MONTHS)
    assert sum(restated.values()) == total


@pytest.mark.requirement("S34")
def test_quarters_in_arrears_are_owed_until_the_month_after():
    dues = schedule(NORTHMERE_PENCE, YEAR, Profile(Spread.QUARTERS, is_in_arrears=True, day=15))

    rows = bridge(dues, earned_by_month(NORTHMERE_PENCE, MONTHS))

    assert rows[2] == Bridged(MONTHS[2], 0, 2_747_557_75, 8_242_673_25)
    assert rows[3] == Bridged(MONTHS[3], 8_242_673_25, 2_747_557_75, 2_747_557_75)
    assert rows[11].owed_pence == 8_242_673_25


def test_money_due_before_the_year_is_paid_ahead_in_its_first_month():
    profile = Profile(Spread.BY_HAND, amounts=((date(2024, 3, 28), 1_200_00),))

    rows = bridge(schedule(1_200_00, YEAR, profile), earned_by_month(1_200_00, MONTHS))

    assert rows[0] == Bridged(MONTHS[0], 1_200_00, 100_00, -1_100_00)
    assert rows[11].owed_pence == 0
