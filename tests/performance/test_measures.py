"""Measures of the worked example to the last printed digit; rates, standardisation and intervals."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonpool.performance.rules.against_plan import AgainstPlan, against_plan, is_on_track
from commonpool.performance.rules.delays import (
    DelayedDays,
    DischargeDelay,
    days_per_100_000,
    days_per_day_per_100_000,
    dtoc_beds,
    mean_delay_from_parts,
    share_of_occupied_beds,
)
from commonpool.performance.rules.errors import MeasureError
from commonpool.performance.rules.icons import Improvement
from commonpool.performance.rules.intervals import byar, count_interval, exact_poisson, wilson
from commonpool.performance.rules.rates import (
    PERCENT,
    expected_events,
    rate,
    share_to_area,
    shown,
    sum_then_divide,
)
from commonpool.performance.rules.standardisation import AgeBand, directly_standardised, indirectly_standardised

ADULTS_65, ADULTS_18 = 118_420, 430_115
UPR = [(9_412, 10_188), (9_555, 10_301), (9_630, 10_402), (9_607, 10_419)]
EA65_PLAN = [1900, 1895, 1860, 1840, 1835, 1870, 1905, 1930, 2050, 2090, 1890, 1960]
EA65_ACTUAL = [1874, 1902, 1855, 1851, 1822, 1893, 1921, 1962, 2104, 2131, 1899, 1948]
FALLS = [
    AgeBand(events, people, weight)
    for events, people, weight in zip(
        [178, 241, 352, 498, 561, 470],
        [29_810, 28_120, 24_960, 18_010, 11_240, 6_280],
        [5500, 5000, 4000, 2500, 1500, 1000],
        strict=True,
    )
]
SEPTEMBER = DelayedDays(nhs=612, social_care=388, both=71, calendar_days=30)
DISCHARGES = DischargeDelay(discharges=3_412, on_the_day=2_984, delay_days=2_397)


def quarters(months):
    return [sum(months[first : first + 3]) for first in range(0, 12, 3)]


# -- the worked example of Wendleshire (the policy's notes, section 9.8)


@pytest.mark.parametrize(
    ("what", "found", "expected"),
    [
        ("RES65 plan", lambda: shown(rate(612, ADULTS_65).value), "516.8"),
        ("RES65 actual", lambda: shown(rate(638, ADULTS_65).value), "538.8"),
        ("UPR", lambda: [shown(rate(*part, per=PERCENT).value) for part in UPR], ["92.4", "92.8", "92.6", "92.2"]),
        ("UPR year", lambda: shown(sum_then_divide(UPR, per=PERCENT).value), "92.5"),
        (
            "AVOID",
            lambda: [
                shown(indirectly_standardised(observed, Decimal(expected), Decimal("168.4")).value)
                for observed, expected in ((198, "205.4"), (187, "199.8"), (214, "209.1"), (231, "221.6"))
            ],
            ["162.3", "157.6", "172.3", "175.5"],
        ),
        ("FALLS standardised", lambda: shown(directly_standardised(FALLS).value), "1,799.7"),
        ("FALLS crude", lambda: shown(rate(2_300, ADULTS_65).value), "1,942.2"),
        ("REABL", lambda: shown(rate(214, 262, per=PERCENT).value), "81.7"),
        ("LOS14", lambda: shown(rate(412, 3_020, per=PERCENT).value), "13.6"),
        ("LOS21", lambda: shown(rate(203, 3_020, per=PERCENT).value), "6.7"),
        ("EA65 plan", lambda: (sum(EA65_PLAN), shown(rate(sum(EA65_PLAN), ADULTS_65).value)), (23_025, "19,443.5")),
        (
            "EA65 actual",
            lambda: (sum(EA65_ACTUAL), shown(rate(sum(EA65_ACTUAL), ADULTS_65).value)),
            (23_162, "19,559.2"),
        ),
        (
            "EA65 plan by quarter",
            lambda: [shown(rate(count, ADULTS_65).value) for count in quarters(EA65_PLAN)],
            ["4,775.4", "4,682.5", "4,969.6", "5,016.0"],
        ),
        (
            "EA65 actual by quarter",
            lambda: [shown(rate(count, ADULTS_65).value) for count in quarters(EA65_ACTUAL)],
            ["4,755.1", "4,700.2", "5,055.7", "5,048.1"],
        ),
        ("DRD on the day", lambda: shown(DISCHARGES.share_on_the_day.value), "87.5"),
        ("DRD of the rest", lambda: shown(DISCHARGES.mean_days_of_the_rest.value, 2), "5.60"),
        ("DRD of all", lambda: shown(DISCHARGES.mean_delay.value, 2), "0.70"),
        ("DTOC days", lambda: SEPTEMBER.total, 1_071),
        ("DTOC beds", lambda: shown(dtoc_beds(SEPTEMBER.total, 30)), "35.7"),
        ("DTOC per 100,000", lambda: shown(days_per_100_000(SEPTEMBER.total, ADULTS_18).value), "249.0"),
        (
            "DTOC per day per 100,000",
            lambda: [
                shown(days_per_day_per_100_000(days, 30, ADULTS_18).value, 2)
                for days in (SEPTEMBER.total, SEPTEMBER.nhs, SEPTEMBER.social_care, SEPTEMBER.both)
            ],
            ["8.30", "4.74", "3.01", "0.55"],
        ),
        ("DTOC of beds", lambda: shown(share_of_occupied_beds(SEPTEMBER.total, 30, 1_041).value, 2), "3.43"),
        (
            "NEA mapped",
            lambda: share_to_area(
                {"X": 21_450, "Y": 15_980, "Z": 18_230},
                {"X": Decimal("0.873"), "Y": Decimal("0.914"), "Z": Decimal("0.026")},
            ),
            Fraction("33805.55"),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_the_worked_example_comes_out_to_the_last_digit(what, found, expected):
    assert found() == expected


def test_the_worked_examples_metrics_are_on_and_off_track():
    ea65 = [
        is_on_track(actual, plan, Improvement.DECREASE)
        for actual, plan in zip(quarters(EA65_ACTUAL), quarters(EA65_PLAN), strict=True)
    ]

    assert is_on_track(rate(638, ADULTS_65).value, rate(612, ADULTS_65).value, Improvement.DECREASE) is False
    assert is_on_track(sum(EA65_ACTUAL), sum(EA65_PLAN), Improvement.DECREASE) is False
    assert ea65 == [True, False, False, False]
    assert days_per_day_per_100_000(1_071, 30, ADULTS_18).value < Fraction("9.4")
    assert share_of_occupied_beds(1_071, 30, 1_041).value < Fraction("3.5")


def test_the_mean_delay_is_the_product_of_its_parts_before_rounding():
    share = DISCHARGES.share_on_the_day.value / 100

    assert mean_delay_from_parts(share, DISCHARGES.mean_days_of_the_rest.value) == DISCHARGES.mean_delay.value
    assert mean_delay_from_parts(Decimal("0.865"), Decimal("5.8")) == Fraction("0.783")


def test_the_measures_papers_own_example_of_a_rate():
    assert shown(rate(412, 38_400).value) == "1,072.9"


# -- unknown, zero, impossible


def test_what_is_not_known_stays_so_and_is_never_zero():
    assert rate(None, 100).value is None
    assert str(rate(None, None)) == "not known: the numerator and denominator is not known"
    assert sum_then_divide([(1, 10), (None, 10), (3, None)]).why == "2 of 3 parts are not known"
    assert sum_then_divide([]).value is None
    assert DelayedDays(612, None, 71, 30).total is None
    assert share_to_area({"X": None}, {"X": 1}) is None
    assert expected_events([Fraction(1, 10)], [None]) is None
    assert indirectly_standardised(None, 5, 100).value is None
    assert directly_standardised([AgeBand(None, 10, 1), AgeBand(1, 10, 1)]).why == "1 of 2 age bands are not known"
    assert shown(None) == "not known"


def test_nobody_at_all_is_a_stated_result_and_events_among_nobody_an_error():
    assert str(rate(0, 0)) == "not known: the denominator is 0: nobody could be counted"
    assert indirectly_standardised(0, 0, 100).why == "no events were expected: nobody could be counted"
    assert directly_standardised([AgeBand(0, 0, 1), AgeBand(5, 10, 1)]).why.startswith("band 1 has nobody")
    with pytest.raises(MeasureError, match=r"3\.0 events and a denominator of 0"):
        rate(3, 0)
    with pytest.raises(MeasureError, match="3 events were observed and none expected"):
        indirectly_standardised(3, 0, 100)
    with pytest.raises(MeasureError, match="Band 2 has 4 events and nobody in it"):
        directly_standardised([AgeBand(1, 10, 1), AgeBand(4, 0, 1)])


@pytest.mark.parametrize(
    "impossible",
    [
        lambda: rate(-1, 10),
        lambda: rate(1, -10),
        lambda: rate(1.5, 10),
        lambda: rate(True, 10),
        lambda: rate(Decimal("NaN"), 10),
        lambda: DelayedDays(-1, 0, 0, 30),
        lambda: DelayedDays(1, 0, 0, 0),
        lambda: dtoc_beds(10, -30),
        lambda: dtoc_beds(-10, 30),
        lambda: DischargeDelay(10, 11, 0),
        lambda: DischargeDelay(10, 10, 5),
        lambda: DischargeDelay(10, 5, 4),
        lambda: DischargeDelay(10, -5, 4),
        lambda: mean_delay_from_parts(2, 5),
        lambda: share_to_area({"X": 1}, {}),
        lambda: share_to_area({"X": 1}, {"X": 2}),
        lambda: expected_events([1], []),
        lambda: directly_standardised([AgeBand(1, 10, 0)]),
        lambda: directly_standardised([AgeBand(-1, 10, 1)]),
        lambda: count_interval(-1),
        lambda: count_interval(3, confidence=95),
        lambda: wilson(1, 0),
        lambda: wilson(3, 2),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(impossible):
    with pytest.raises(MeasureError) as refused:
        impossible()

    assert str(refused.value).endswith(".")


def test_missing_ready_dates_stand_beside_the_average():
    assert shown(DischargeDelay(900, 800, 250, without_date=100).coverage.value) == "90.0"
    assert DischargeDelay(900, 800, 250).coverage.value is None
    assert DischargeDelay(None, None, None).mean_days_of_the_rest.value is None
    assert DischargeDelay(5, 5, 0).mean_days_of_the_rest.why.startswith("the denominator is 0")


# -- intervals


@pytest.mark.parametrize(
    ("events", "lower", "upper"),
    [(0, 0, 3.6889), (1, 0.0253, 5.5716), (5, 1.6235, 11.6683), (9, 4.1154, 17.0848), (10, 4.7954, 18.3904),
     (100, 81.3640, 121.6268)],
)  # fmt: skip
def test_exact_limits_are_those_of_the_chi_squared_distribution(events, lower, upper):
    """Garwood's limits are half of chi-squared quantiles of 2n and 2n + 2 degrees of freedom."""
    interval = exact_poisson(events)

    assert (interval.lower, interval.upper) == pytest.approx((lower, upper), abs=6e-5)


@settings(deadline=None, max_examples=30)
@given(st.integers(10, 600))
def test_byars_limits_lie_close_to_the_exact_ones(events):
    approximate, exact = byar(events), exact_poisson(events)

    assert approximate.lower == pytest.approx(exact.lower, rel=0.002)
    assert approximate.upper == pytest.approx(exact.upper, rel=0.002)


def test_small_counts_take_the_exact_limits():
    assert count_interval(9).method == "exact Poisson"
    assert count_interval(10).method == "Byar"
    assert count_interval(0).lower == 0
    assert byar(0).lower == 0


@pytest.mark.parametrize(
    ("successes", "of", "lower", "upper"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_limits_are_those_of_newcombes_paper(successes, of, lower, upper):
    """R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3."""
    interval = wilson(successes, of)

    assert (interval.lower, interval.upper) == pytest.approx((lower, upper), abs=6e-5)


@settings(deadline=None)
@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_an_interval_holds_its_estimate_and_mirrors_its_opposite(part):
    successes, of = part
    interval, opposite = wilson(successes, of), wilson(of - successes, of)

    assert 0 <= interval.lower <= successes / of <= interval.upper <= 1
    assert interval.lower == pytest.approx(1 - opposite.upper, abs=1e-12)


def test_more_confidence_is_a_wider_interval():
    assert count_interval(50, confidence=0.998).upper > count_interval(50).upper
    assert wilson(5, 50, confidence=0.998).lower < wilson(5, 50).lower


def test_a_standardised_rates_interval_is_dobsons():
    found = directly_standardised(FALLS)

    total = sum(band.weight for band in FALLS)
    variance = sum(band.weight**2 * band.events / band.people**2 for band in FALLS) / total**2
    scale = 100_000 * math.sqrt(variance / 2_300)
    assert found.interval.lower == pytest.approx(float(found.value) + scale * (byar(2_300).lower - 2_300))
    assert found.interval.upper == pytest.approx(float(found.value) + scale * (byar(2_300).upper - 2_300))
    assert found.interval.method == "Dobson, with Byar"


def test_with_the_areas_own_ages_as_standard_the_rate_is_the_crude_one():
    own = [AgeBand(band.events, band.people, band.people) for band in FALLS]

    assert directly_standardised(own).value == rate(2_300, sum(band.people for band in FALLS)).value


def test_few_events_are_marked_and_none_have_no_interval():
    few, none = (directly_standardised([AgeBand(events, 1_000, 1), AgeBand(0, 500, 1)]) for events in (3, 0))

    assert few.why == "only 3 events: too few to rely on the rate"
    assert few.interval.method == "Dobson, with exact Poisson"
    assert (none.value, none.interval) == (0, None)


def test_an_indirect_rates_interval_is_that_of_its_events():
    found = indirectly_standardised(198, Decimal("205.4"), Decimal("168.4"))

    assert found.interval.lower == pytest.approx(byar(198).lower / 205.4 * 168.4)
    assert indirectly_standardised(0, 5, 100).interval.lower == 0


def test_expected_events_come_from_the_references_rates():
    assert expected_events([Fraction(1, 100), Fraction(1, 10)], [1_000, 50]) == 15


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**7)), min_size=1, max_size=8))
def test_a_rate_of_all_lies_between_the_rates_of_the_parts(parts):
    whole = sum_then_divide(parts).value
    rates = [rate(*part).value for part in parts]

    assert min(rates) <= whole <= max(rates)


# -- against the plan, kept apart from the chart's icons


@pytest.mark.parametrize(
    ("actual", "plan", "improvement", "expected"),
    [
        (100, 100, Improvement.DECREASE, AgainstPlan.MET),
        (104, 100, Improvement.DECREASE, AgainstPlan.WITHIN_TOLERANCE),
        (105, 100, Improvement.DECREASE, AgainstPlan.WITHIN_TOLERANCE),
        (106, 100, Improvement.DECREASE, AgainstPlan.MISSED),
        (106, 100, Improvement.INCREASE, AgainstPlan.MET),
        (95, 100, Improvement.INCREASE, AgainstPlan.WITHIN_TOLERANCE),
        (94, 100, Improvement.INCREASE, AgainstPlan.MISSED),
        (None, 100, Improvement.INCREASE, AgainstPlan.NOT_YET_KNOWN),
        (94, None, Improvement.INCREASE, AgainstPlan.NOT_YET_KNOWN),
    ],
)
def test_against_the_plan_is_met_near_missed_or_not_yet_known(actual, plan, improvement, expected):
    assert against_plan(actual, plan, improvement, tolerance=Fraction(5, 100)) is expected


def test_a_measure_without_a_better_way_is_not_held_against_a_plan():
    with pytest.raises(MeasureError, match="no better way"):
        is_on_track(1, 2, Improvement.NEUTRAL)
    with pytest.raises(MeasureError, match="0 to 1"):
        against_plan(1, 2, Improvement.DECREASE, tolerance=5)
    assert is_on_track(None, 2, Improvement.DECREASE) is None
