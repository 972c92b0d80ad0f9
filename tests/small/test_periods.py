"""Years, partners' own calendars, and phasing that adds up."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.periods import FINANCIAL_YEAR, Calendar, Period, PeriodError, phase, restate


def test_a_financial_year_runs_from_april_to_march():
    year = FINANCIAL_YEAR.year("2024-25")

    assert (year.starts_on, year.ends_on) == (date(2024, 4, 1), date(2025, 3, 31))
    assert FINANCIAL_YEAR.label_of(date(2025, 3, 31)) == "2024-25"
    assert FINANCIAL_YEAR.year("1999-00").ends_on == date(2000, 3, 31)


@pytest.mark.parametrize("label", ["2024-26", "24-25", "soon", "2024-2026"])
def test_text_that_is_not_one_year_is_refused(label):
    with pytest.raises(PeriodError):
        FINANCIAL_YEAR.year(label)


def test_a_calendar_year_has_one_number():
    assert Calendar(first_month=1).year("2031").ends_on == date(2031, 12, 31)
    assert Calendar(first_month=1).label_of(date(2031, 6, 1)) == "2031"


@pytest.mark.parametrize("first_month", range(1, 13))
def test_periods_cover_the_year_without_gap_or_overlap(first_month):
    calendar = Calendar(first_month)
    label = calendar.label_of(date(2027, first_month, 1))

    for periods in (calendar.periods(label), calendar.quarters(label)):
        assert periods[0].starts_on == calendar.year(label).starts_on
        assert periods[-1].ends_on == calendar.year(label).ends_on
        for before, after in pairwise(periods):
            assert after.starts_on == before.ends_on + timedelta(days=1)


def _four_four_five(label: str) -> Calendar:
    year = FINANCIAL_YEAR.year(label)
    ends, day = [], year.starts_on - timedelta(days=1)
    for weeks in (4, 4, 5) * 4:
        day += timedelta(weeks=weeks)
        ends.append(day)
    return Calendar(4, (*ends[:-1], year.ends_on))


@given(total=st.integers(min_value=-(10**13), max_value=10**13))
def test_two_calendars_reconcile_to_the_penny_by_year(total):
    own = _four_four_five("2024-25").periods("2024-25")
    months = FINANCIAL_YEAR.periods("2024-25")

    moved = restate(phase(total, own), months)

    assert sum(moved.values()) == total


@given(total=st.integers(min_value=0, max_value=10**13))
def test_a_year_to_date_is_never_out_by_a_penny(total):
    months = FINANCIAL_YEAR.periods("2024-25")

    phased = phase(total, months, profile=[1] * 12)

    for month in range(1, 13):
        assert abs(sum(list(phased.values())[:month]) * 12 - total * month) <= 6


def test_days_outside_the_grid_are_named_not_lost():
    june = Period(date(2024, 6, 1), date(2024, 6, 30), "June")

    with pytest.raises(PeriodError, match="June has 10 days outside"):
        restate({june: 100}, [Period(date(2024, 6, 1), date(2024, 6, 20))])
