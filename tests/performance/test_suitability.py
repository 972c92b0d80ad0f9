"""Which series may have icons, and what is charted instead; rare events; counts per day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonpool.performance.rules.errors import ChartError
from commonpool.performance.rules.icons import Improvement
from commonpool.performance.rules.notes import made_with, notes_of
from commonpool.performance.rules.rare_events import g_chart, t_chart
from commonpool.performance.rules.rule_sets import MDC6
from commonpool.performance.rules.suitability import (
    Frequency,
    SeriesFacts,
    cautions,
    differences_of_cumulative,
    icons_of,
    is_rare,
    per_day,
    settled_points,
    why_no_icon,
)
from commonpool.performance.rules.xmr import xmr_chart
from commonpool.performance.rules.xmr_batch import XmrOptions

MONTHS = [1071, 1102, 998, 1045, 1010, 1088]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (SeriesFacts(Frequency.YEAR), "one value a year"),
        (SeriesFacts(Frequency.ONE_QUARTER_A_YEAR), "one quarter a year only"),
        (SeriesFacts(Frequency.MONTH, is_cumulative=True), "chart the differences"),
        (
            SeriesFacts(Frequency.MONTH, restated_points=(5, 6), is_restated_otherwise=True),
            "Points 5, 6 were restated by another method",
        ),
    ],
)
def test_a_series_that_gets_no_icon_says_why_and_what_to_do(facts, said):
    [reason] = why_no_icon(facts, MONTHS)

    assert said in reason


def test_an_ordinary_monthly_series_may_have_icons():
    assert why_no_icon(SeriesFacts(Frequency.MONTH, is_count=True), MONTHS) == ()


def test_icons_are_withheld_from_a_series_that_may_have_none():
    chart = xmr_chart(MONTHS, improvement=Improvement.DECREASE, target=1200)

    assert icons_of(chart, SeriesFacts(Frequency.MONTH)).variation is chart.variation
    assert icons_of(chart, SeriesFacts(Frequency.MONTH)).assurance is chart.assurance
    withheld = icons_of(chart, SeriesFacts(Frequency.YEAR))
    assert (withheld.variation, withheld.assurance) == (None, None)
    assert withheld.why_not


def test_counts_near_zero_are_sent_to_a_chart_of_rare_events():
    falls = [0, 1, 0, 2, 0, 0, 1, 3, 0, 1]

    [reason] = why_no_icon(SeriesFacts(Frequency.MONTH, is_count=True), falls)

    assert "t chart" in reason
    assert not is_rare([5, 6, None, 7])
    assert not is_rare([None])


def test_a_restated_value_is_told_beside_the_icons():
    [said] = cautions(SeriesFacts(Frequency.MONTH, restated_points=(6,)))

    assert said.startswith("Point 6 was restated")
    assert cautions(SeriesFacts(Frequency.MONTH)) == ()


def test_cumulative_values_become_those_of_their_periods():
    first_of_year = [True, False, False, False, True, False]

    found = differences_of_cumulative([10, 25, None, 60, 12, 11], first_of_year)

    assert found == (10, 15, None, None, 12, -1)
    assert differences_of_cumulative([30, 40], [False, False]) == (None, 10)
    with pytest.raises(ChartError, match="6 values and 2 year marks"):
        differences_of_cumulative(MONTHS, [True, False])


@settings(deadline=None)
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=24))
def test_adding_up_and_differencing_undo_each_other(months):
    total, cumulative = 0, []
    for month in months:
        total += month
        cumulative.append(total)

    assert differences_of_cumulative(cumulative, [True, *[False] * (len(months) - 1)]) == tuple(months)


def test_counts_are_charted_per_day():
    assert per_day([310, None, 280], [31, 30, 28]) == (10, None, 10)
    with pytest.raises(ChartError, match="Point 2: a period of 0 days"):
        per_day([1, 2], [31, 0])
    with pytest.raises(ChartError, match="2 values and 1 numbers of days"):
        per_day([1, 2], [31])


def test_points_younger_than_the_lag_are_not_settled():
    ends = [date(2024, month, 28).toordinal() for month in (1, 2, 3)]

    assert settled_points(ends, date(2024, 4, 10).toordinal(), lag_days=42) == 2
    assert settled_points(ends, date(2024, 5, 9).toordinal(), lag_days=42) == 3
    with pytest.raises(ChartError, match="0 days or more, not -1"):
        settled_points(ends, 0, -1)


# -- notes


def test_a_chart_says_with_what_it_was_made():
    chart = xmr_chart(MONTHS * 3, options=XmrOptions(MDC6, screen=True, fix_after=12))

    said = made_with(chart)

    assert "mdc6 (shift 6 points, trend 6 points)" in said
    assert "the first 12 values" in said
    assert "3.267 times their average or more left out" in said


def test_few_points_gaps_young_points_and_autocorrelation_are_noted():
    said = " ".join(notes_of(xmr_chart([1, 2, 3, None, 5, 6, 7, 8, 9], settled=8)))

    assert "Only 7 values are known" in said
    assert "trial limits, from 7 values" in said
    assert "1 value is not known" in said
    assert "The last 1 point is too young" in said
    assert "lag-1 correlation" in said
    assert notes_of(xmr_chart([5, 6] * 12)) == ()


# -- g and t charts


def test_a_g_chart_has_the_limits_of_the_geometric_distribution():
    # Mean 20: 20 + 3 sqrt(20 x 21) = 81.48.
    between = [20, 10, 30, 15, 25, 20, 18, 22, 12, 28, 20, 20]
    chart = g_chart([*between, 20, None])

    assert chart.upper == pytest.approx(81.4817, abs=1e-4)
    assert chart.lower is None
    assert chart.centre == pytest.approx(13.7, abs=0.05)
    assert not chart.is_trial
    assert g_chart([*between, 400]).labels[-1] == "outside_high"


def test_a_g_chart_judges_a_shift_by_the_median():
    chart = g_chart([40, 2, 40, 2, 40, 2, 40, 5, 5, 5, 5, 5, 5, 5])

    assert chart.labels[7:] == ("shift_low",) * 7
    assert chart.labels[:6] == (None,) * 6


def test_a_t_chart_is_an_xmr_chart_of_transformed_times():
    times = [3.5, 10.2, 7.7, 1.1, 22.0, 5.4, 9.9, 14.2, 2.8, 6.1, 11.0, 4.4]
    chart = t_chart(times)
    transformed = xmr_chart([time ** (1 / 3.6) for time in times]).phases[0]

    assert chart.centre == pytest.approx(transformed.mean**3.6)
    assert chart.upper == pytest.approx(transformed.upper**3.6)
    assert t_chart([*times, 900]).labels[-1] == "outside_high"
    assert t_chart([]).upper is None


@pytest.mark.parametrize("chart", [lambda: g_chart([1, -1]), lambda: g_chart([1, 1.5]), lambda: t_chart([1, 0])])
def test_what_cannot_lie_between_events_is_named(chart):
    with pytest.raises(ChartError, match="Point 2"):
        chart()


def test_one_event_makes_no_limits():
    chart = g_chart([5])

    assert (chart.centre, chart.upper, chart.is_trial) == (None, None, True)
