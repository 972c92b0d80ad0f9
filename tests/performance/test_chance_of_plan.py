"""The chance of meeting a year's plan: from the series' own past, tested on it, and not known where that failed."""

from __future__ import annotations

import csv
import gzip
import math
from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonpool.performance.rules.calibration import Calibration, Forecast, back_test, calibration_of
from commonpool.performance.rules.chance_of_plan import (
    Chance,
    Prediction,
    YearPlan,
    chance_of_plan,
    untested_chance,
)
from commonpool.performance.rules.errors import MeasureError
from commonpool.performance.rules.icons import Improvement
from commonpool.performance.rules.students_t import t_below

SEED = 20_171_025
TRUSTED = Calibration(1_000, 0.1, 0.25, 0.02, (), "")
LESS = Improvement.DECREASE


def stable_months(years: int, seed: int, level: float = 1_000.0, spread: float = 0.05) -> list[float]:
    return (level * np.exp(spread * np.random.default_rng(seed).standard_normal(12 * years))).tolist()


def seasonal_months(years: int) -> list[float]:
    """Twice as much in winter as in summer, two in a hundred more each year."""
    return [
        (1_000 + 400 * math.cos(2 * math.pi * (month - 9) / 12)) * 1.02 ** (month // 12) for month in range(12 * years)
    ]


def dtoc_by_council(shared_data) -> list[list[float | None]]:
    """Delayed days a month, April 2011 to June 2019, of each council that reported."""
    by_council: dict[str, dict[str, float]] = defaultdict(dict)
    file = shared_data / "dtoc" / "dtoc_la_monthly_tidy_2011-04_2019-06.csv.gz"
    with gzip.open(file, "rt", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            is_total = (row["table"], row["measure"], row["category_code"]) == ("responsible_org", "days", "total")
            if is_total and row["la_name"] != "England" and row["value"]:
                by_council[row["la_code"]][row["period"]] = float(row["value"])
    months = sorted({month for council in by_council.values() for month in council})
    return [[council.get(month) for month in months] for council in by_council.values()]


# -- what is expected


def test_a_complete_year_met_its_plan_or_did_not():
    met = untested_chance((100.0,) * 12, 12, YearPlan(1_200, LESS))

    assert (met.share, met.expected) == (1.0, 1_200)
    assert untested_chance((100.0,) * 12, 12, YearPlan(1_199, LESS)).share == 0.0
    assert untested_chance((100.0,) * 12, 12, YearPlan(1_199, Improvement.INCREASE)).share == 1.0


def test_a_plan_that_is_used_up_cannot_be_met_any_more():
    history = tuple(stable_months(5, SEED))

    assert untested_chance(history[:54], 6, YearPlan(sum(history[48:54]), LESS)).share == 0.0


def test_a_stable_series_is_expected_to_go_on_at_its_recent_level():
    history = tuple(stable_months(5, SEED)[:54])

    chance = untested_chance(history, 6, YearPlan(12_000, LESS))

    assert chance.prediction is Prediction.RECENT_LEVEL
    assert chance.expected == pytest.approx(12_000, rel=0.04)
    assert 0.1 < chance.share < 0.9


def test_a_seasonal_series_is_expected_to_repeat_last_years_season():
    months = seasonal_months(6)

    chance = untested_chance(tuple(months[:66]), 6, YearPlan(sum(months[60:]) * 1.01, LESS))

    assert chance.prediction is Prediction.SAME_PERIODS_LAST_YEAR
    assert chance.expected == pytest.approx(sum(months[60:]), rel=0.001)
    assert chance.share > 0.99


@settings(deadline=None)
@given(st.floats(0.5, 1.5), st.floats(0.5, 1.5))
def test_an_easier_plan_is_never_less_likely_and_the_two_ways_complement_each_other(one, other):
    history = tuple(stable_months(5, SEED)[:54])
    low, high = sorted((one, other))
    easy, hard = (untested_chance(history, 6, YearPlan(12_000 * each, LESS)).share for each in (high, low))
    opposite = untested_chance(history, 6, YearPlan(12_000 * high, Improvement.INCREASE)).share

    assert hard <= easy
    assert easy + opposite == pytest.approx(1)


def test_stated_chances_come_true_on_series_whose_law_is_known():
    """Autocorrelated series of which the method knows nothing but the past."""
    print(f"seed {SEED}")
    random = np.random.default_rng(SEED)
    series = []
    for _ in range(120):
        level = [0.0]
        for shock in random.standard_normal(95):
            level.append(0.6 * level[-1] + 0.1 * shock)
        series.append((500 * np.exp(np.array(level))).tolist())

    found = calibration_of(back_test(series, improvement=LESS, plans=(0.95, 1.0, 1.05)))

    assert found.why_not == ""
    assert found.mean_gap < 0.06
    assert found.brier < found.base_brier


# -- not known


@pytest.mark.parametrize(
    ("history", "known", "said"),
    [
        ((100.0,) * 20, 6, "its past is too short"),
        ((*(100.0,) * 40, None, 100.0), 6, "a period of this year has no value"),
        ((0.0,) * 54, 6, "too close to zero"),
        ((100.0,) * 3, 6, "a period of this year has no value"),
    ],
)
def test_a_chance_that_cannot_be_computed_says_why(history, known, said):
    chance = chance_of_plan(history, known, YearPlan(1_200, LESS), TRUSTED)

    assert chance.share is None
    assert said in chance.why


def test_a_gap_in_the_past_leaves_out_what_needs_it():
    history = [*stable_months(6, SEED)[:66]]
    history[20] = None

    assert chance_of_plan(history, 6, YearPlan(12_000, LESS), TRUSTED).share is not None


def test_a_chance_that_was_not_tested_or_failed_its_test_is_not_known():
    history = stable_months(5, SEED)[:54]
    failed = replace(TRUSTED, why_not="stated and true lay 30% apart on average")

    assert "not been tested" in chance_of_plan(history, 6, YearPlan(12_000, LESS), None).why
    refused = chance_of_plan(history, 6, YearPlan(12_000, LESS), failed)
    assert refused.share is None
    assert refused.why.endswith("stated and true lay 30% apart on average")
    assert chance_of_plan(history, 6, YearPlan(12_000, LESS), TRUSTED).share is not None


def test_an_early_warning_is_given_below_one_in_five():
    assert Chance(0.19).is_early_warning
    assert not Chance(0.2).is_early_warning
    assert not Chance(None, "not known").is_early_warning


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: YearPlan(1, Improvement.NEUTRAL),
        lambda: YearPlan(math.inf, LESS),
        lambda: YearPlan(1, LESS, periods=1),
        lambda: untested_chance((1.0,) * 20, 13, YearPlan(1, LESS)),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_with_a_sentence(wrong):
    with pytest.raises(MeasureError) as refused:
        wrong()

    assert str(refused.value).endswith(".")


# -- calibration


def test_perfect_forecasts_score_zero():
    found = calibration_of([Forecast(float(at % 2), bool(at % 2)) for at in range(100)])

    assert (found.brier, found.base_brier, found.mean_gap, found.why_not) == (0, 0.25, 0, "")
    assert [band.forecasts for band in found.bands] == [50, 50]


@pytest.mark.parametrize(
    ("forecasts", "said"),
    [
        ([], "no past year"),
        ([Forecast(0.9, True)] * 49, "only 49 could be tested"),
        ([Forecast(0.5, at % 2 == 0) for at in range(60)], "no better than always stating the same share"),
        ([Forecast(0.75, True), Forecast(0.25, False)] * 40, "lay 25% apart on average"),
    ],
)
def test_chances_that_fail_their_test_are_not_stated(forecasts, said):
    assert said in calibration_of(forecasts).why_not


def test_a_back_test_knows_only_what_was_known_at_the_time():
    months = stable_months(6, SEED)
    tampered = [*months[:-3], 1e9, 1e9, 1e9]

    before, after = (back_test([each], improvement=LESS, known=(3, 6, 9)) for each in (months, tampered))

    assert [each.chance for each in before] == [each.chance for each in after]
    assert [each.came_true for each in before[-3:]] != [each.came_true for each in after[-3:]]


def test_chances_came_true_on_the_delayed_days_of_englands_councils(shared_data):
    """155 councils, plans of 80% to 120% of the year before, stated after 3, 6 and 9 months: found Brier score 0.087
    (0.248 for always stating the share that came true), stated and true 1.2 points apart on average."""
    found = calibration_of(back_test(dtoc_by_council(shared_data), improvement=LESS))

    assert found.forecasts > 13_000
    assert found.why_not == ""
    assert found.brier == pytest.approx(0.0866, abs=0.002)
    assert found.base_brier == pytest.approx(0.248, abs=0.002)
    assert found.mean_gap == pytest.approx(0.0124, abs=0.005)
    assert all(abs(band.mean_chance - band.share_true) < 0.06 for band in found.bands)


# -- Student's t


@pytest.mark.parametrize("value", [-40.0, -3.0, -0.5, 0.0, 0.1, 1.0, 2.5, 60.0])
def test_the_t_distribution_is_that_of_its_closed_forms(value):
    assert t_below(value, 1) == pytest.approx(0.5 + math.atan(value) / math.pi, abs=1e-13)
    assert t_below(value, 2) == pytest.approx(0.5 + value / (2 * math.sqrt(2 + value**2)), abs=1e-13)
    assert t_below(-math.inf, 3) == 0
    assert t_below(math.inf, 3) == 1


@pytest.mark.parametrize(("degrees", "quantile"), [(5, 2.570582), (10, 2.228139), (30, 2.042272), (120, 1.979930)])
def test_the_t_distribution_has_its_tabled_quantiles(degrees, quantile):
    assert t_below(quantile, degrees) == pytest.approx(0.975, abs=1e-6)
