"""Days and periods are read in one form only; what could mean two things means none."""

from __future__ import annotations

from datetime import date

import pytest

from commonpool.ledger.rules.extracts import (
    DateForm,
)
from commonpool.ledger.rules.extracts.dates import day_of, period_of
from commonpool.periods import FINANCIAL_YEAR, Calendar, Period
from tests.ledger.export_builders import (
    YEAR,
)


@pytest.mark.parametrize(
    ("value", "form", "day"),
    [
        ("03/04/2024", DateForm.DMY, date(2024, 4, 3)),
        ("3.4.24", DateForm.DMY, date(2024, 4, 3)),
        ("03-Apr-2024", DateForm.DMY, date(2024, 4, 3)),
        ("3 April 2024", DateForm.DMY, date(2024, 4, 3)),
        ("03/04/2024 00:00:00", DateForm.DMY, date(2024, 4, 3)),
        ("2024-04-03", DateForm.YMD, date(2024, 4, 3)),
        ("2024-04-03T09:30:00", DateForm.YMD, date(2024, 4, 3)),
        ("20240403", DateForm.YMD, date(2024, 4, 3)),
        (20240403, DateForm.YMD, date(2024, 4, 3)),
        ("45385", DateForm.EXCEL, date(2024, 4, 3)),
        (45385.0, DateForm.EXCEL, date(2024, 4, 3)),
        (date(2024, 4, 3), DateForm.DMY, date(2024, 4, 3)),
        ("2024-04-03", DateForm.DMY, None),
        ("03/04/2024", DateForm.YMD, None),
        ("31/02/2024", DateForm.DMY, None),
        ("04/13/2024", DateForm.DMY, None),
        ("7", DateForm.EXCEL, None),
        ("soon", DateForm.DMY, None),
        (True, DateForm.EXCEL, None),
    ],
)
def test_a_day_is_read_in_the_form_of_the_mapping_and_in_no_other(value, form, day):
    assert day_of(value, form) == day


@pytest.mark.parametrize(
    ("label", "starts_on", "ends_on"),
    [
        ("P03 2024-25", date(2024, 6, 1), date(2024, 6, 30)),
        ("2024/25 P3", date(2024, 6, 1), date(2024, 6, 30)),
        ("Period 12", date(2025, 3, 1), date(2025, 3, 31)),
        ("M3", date(2024, 6, 1), date(2024, 6, 30)),
        ("Jun-24", date(2024, 6, 1), date(2024, 6, 30)),
        ("June 2024", date(2024, 6, 1), date(2024, 6, 30)),
        ("Jan", date(2025, 1, 1), date(2025, 1, 31)),
        ("sept", date(2024, 9, 1), date(2024, 9, 30)),
        ("2024-25 Q1", date(2024, 4, 1), date(2024, 6, 30)),
        ("Q4 24/25", date(2025, 1, 1), date(2025, 3, 31)),
        ("q2", date(2024, 7, 1), date(2024, 9, 30)),
        ("2024/06", date(2024, 6, 1), date(2024, 6, 30)),
        ("202406", date(2024, 6, 1), date(2024, 6, 30)),
        ("06/2024", date(2024, 6, 1), date(2024, 6, 30)),
        (date(2024, 6, 17), date(2024, 6, 1), date(2024, 6, 30)),
    ],
)
def test_a_period_is_read_from_its_label(label, starts_on, ends_on):
    period = period_of(label, DateForm.PERIOD, YEAR, FINANCIAL_YEAR)

    assert period is not None
    assert (period.starts_on, period.ends_on) == (starts_on, ends_on)


@pytest.mark.parametrize("label", ["P13", "P0", "Q5", "2024 Q1", "2024-26 P1", "13/2024", "Smarch", "3", "", "2024-25"])
def test_a_label_that_could_mean_two_things_or_nothing_is_no_period(label):
    assert period_of(label, DateForm.PERIOD, YEAR, FINANCIAL_YEAR) is None


def test_year_and_number_is_a_ledgers_own_period_only_where_the_mapping_says_so():
    period = period_of("2024/03", DateForm.LEDGER_PERIOD, YEAR, FINANCIAL_YEAR)

    assert period is not None
    assert (period.starts_on, period.label) == (date(2024, 6, 1), "Jun 2024")


def test_numbers_count_the_periods_of_the_partners_own_calendar():
    ends = [date(2024, 4, 28), *(date(2024, month, 26) for month in range(5, 13)), date(2025, 3, 31)]

    period = period_of("P2", DateForm.PERIOD, YEAR, Calendar(month_ends=tuple(ends)))

    assert period == Period(date(2024, 4, 29), date(2024, 5, 26), "P2")
