"""Statistics against the packages that people use for them, on random tables.

Those that conflict with the project's own packages are compared in tests/oracles, by `make test-oracles`.
"""

from __future__ import annotations

import warnings

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.voices.rules.agreement import Level, Statistic, agreement, ratings_of
from commonpool.voices.rules.agreement.kappa import contingency, kappa_details
from tests.voices.tables import complete, complete_of_two, tables

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from statsmodels.stats.inter_rater import aggregate_raters, cohens_kappa, fleiss_kappa


@given(tables(), st.sampled_from(list(Level)))
def test_krippendorffs_alpha_is_that_of_the_package_krippendorff(table: list[list], level: Level) -> None:
    ours = agreement(ratings_of(table), level=level, draws=0).value

    if ours is not None:
        data = np.array(table, dtype=float)
        theirs = krippendorff.alpha(reliability_data=data, level_of_measurement=str(level))
        assert theirs == pytest.approx(ours, abs=1e-9)


# Of a variance of nothing they take the square root of a rounding error, and divide by it.
@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
@given(complete_of_two)
def test_cohens_kappa_its_error_and_its_maximum_are_those_of_statsmodels(table: list[list]) -> None:
    ratings = ratings_of(table)
    ours, details = agreement(ratings, Statistic.COHEN_KAPPA, draws=0).value, kappa_details(ratings)

    if ours is not None and details:
        theirs = cohens_kappa(contingency(ratings))
        assert theirs.kappa == pytest.approx(ours, abs=1e-9)
        assert theirs.kappa_max == pytest.approx(details.maximum, abs=1e-9)
        assert np.nan_to_num(theirs.std_kappa) == pytest.approx(details.standard_error, abs=1e-6)
        if details.standard_error > 1e-6:
            assert (theirs.kappa_low, theirs.kappa_upp) == pytest.approx(details.interval, abs=1e-6)


@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
@given(tables(values=(0.0, 1.0, 2.0), missing=False, coders=(2, 2)))
def test_kappa_weighted_by_squares_is_that_of_statsmodels(table: list[list]) -> None:
    ratings = ratings_of(table)
    ours = agreement(ratings, Statistic.COHEN_KAPPA, Level.INTERVAL, draws=0).value

    # Theirs takes categories as steps of one, so all three must be there.
    if ours is not None and len(ratings.labels) == 3:
        theirs = cohens_kappa(contingency(ratings), wt="quadratic")
        details = kappa_details(ratings, Level.INTERVAL)
        assert theirs.kappa == pytest.approx(ours, abs=1e-9)
        assert details is not None
        assert np.nan_to_num(theirs.std_kappa) == pytest.approx(details.standard_error, abs=1e-6)


@given(complete)
def test_fleiss_kappa_is_that_of_statsmodels(table: list[list]) -> None:
    ours = agreement(ratings_of(table), Statistic.FLEISS_KAPPA, draws=0).value

    if ours is not None:
        counts, _ = aggregate_raters(np.array(table).T)
        assert fleiss_kappa(counts, method="fleiss") == pytest.approx(ours, abs=1e-9)


@given(complete)
def test_brennan_and_predigers_coefficient_is_what_statsmodels_calls_randolphs_kappa(table: list[list]) -> None:
    ours = agreement(ratings_of(table), Statistic.BRENNAN_PREDIGER, draws=0).value

    if ours is not None:
        counts, _ = aggregate_raters(np.array(table).T)
        assert fleiss_kappa(counts, method="randolph") == pytest.approx(ours, abs=1e-9)
