"""Each statistic is what its slow and obvious second version says, on any table; and what must hold for all tables."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonpool.voices.rules.agreement import (
    AgreementError,
    Level,
    Rating,
    Statistic,
    agreement,
    ratings_from,
    ratings_of,
)
from commonpool.voices.rules.agreement.drawing import values_of
from commonpool.voices.rules.agreement.measures import measure_of
from tests.voices import slow_agreement as slowly
from tests.voices.tables import WORDS, complete, tables, two_coders

LEVELS = st.sampled_from(list(Level))


def value(table: list[list], statistic: Statistic, level: Level = Level.NOMINAL) -> float | None:
    return agreement(ratings_of(table), statistic, level, draws=0).value


@given(tables(), LEVELS)
def test_krippendorffs_alpha_is_what_all_pairs_say(table: list[list], level: Level) -> None:
    assert value(table, Statistic.KRIPPENDORFF_ALPHA, level) == pytest.approx(slowly.krippendorff_alpha(table, level))


@given(tables())
def test_percent_agreement_is_the_mean_over_pairs_of_coders(table: list[list]) -> None:
    assert value(table, Statistic.PERCENT_AGREEMENT) == pytest.approx(slowly.percent_agreement(table))


@given(tables(values=(0.0, 1.0)))
def test_agreement_on_presence_is_both_over_either(table: list[list]) -> None:
    assert value(table, Statistic.PRESENCE_AGREEMENT) == pytest.approx(slowly.presence_agreement(table))


@given(two_coders, LEVELS)
def test_cohens_kappa_is_what_all_pairs_of_two_habits_say(table: list[list], level: Level) -> None:
    assert value(table, Statistic.COHEN_KAPPA, level) == pytest.approx(slowly.cohen_kappa(table, level))


@given(two_coders, LEVELS)
def test_scotts_pi_takes_both_coders_for_one(table: list[list], level: Level) -> None:
    assert value(table, Statistic.SCOTT_PI, level) == pytest.approx(slowly.scott_pi(table, level))


@given(complete, LEVELS)
def test_fleiss_kappa_is_what_all_pairs_of_all_coders_say(table: list[list], level: Level) -> None:
    assert value(table, Statistic.FLEISS_KAPPA, level) == pytest.approx(slowly.fleiss_kappa(table, level))


@given(tables(), LEVELS)
def test_gwets_coefficient_is_what_its_formula_says_with_missing_values_too(table: list[list], level: Level) -> None:
    expected = slowly.gwet_ac1(table, level) if ratings_of(table).pairable else None

    assert value(table, Statistic.GWET_AC1, level) == pytest.approx(expected)


@given(tables(), LEVELS)
def test_brennan_and_predigers_coefficient_takes_all_categories_alike(table: list[list], level: Level) -> None:
    expected = slowly.brennan_prediger(table, level) if ratings_of(table).pairable else None

    assert value(table, Statistic.BRENNAN_PREDIGER, level) == pytest.approx(expected)


@given(tables(), st.sampled_from(list(Statistic)), LEVELS)
def test_a_figure_is_a_number_or_says_why_there_is_none(table: list[list], statistic: Statistic, level: Level) -> None:
    found = agreement(ratings_of(table), statistic, level, draws=20)

    assert (found.value is None) == bool(found.undefined_because)
    assert (found.spread is None) == (found.value is None)
    if found.value is not None:
        assert np.isfinite(found.value)
        assert found.value <= 1 + 1e-12


@given(tables(values=WORDS), st.sampled_from(list(Statistic)), st.randoms())
def test_neither_names_nor_the_order_of_units_matter(table: list[list], statistic: Statistic, chance: Random) -> None:
    renamed = {None: None, "access": "z", "money": "y", "trust": "x"}
    columns = list(zip(*table, strict=True))
    chance.shuffle(columns)
    other = [[renamed[each] for each in row] for row in zip(*columns, strict=True)]

    assert value(other, statistic) == pytest.approx(value(table, statistic))


@given(tables(), st.sampled_from(list(Statistic)), LEVELS)
def test_leaving_one_out_is_working_it_out_without(table: list[list], statistic: Statistic, level: Level) -> None:
    """The categories stay those of all units, as the coders' list does."""
    ratings = ratings_of(table, clusters=[str(at) for at in range(len(table[0]))])
    found = agreement(ratings, statistic, level, draws=1)

    if found.spread:
        measure = measure_of(statistic, ratings, level)
        per_unit = measure.tallies().toarray() * ratings.repeats[:, None]
        without = [per_unit[np.arange(len(per_unit)) != at].sum(axis=0) for at in range(len(per_unit))]
        values = [values_of(*measure.disagreement(each[None]))[0] for each in without]
        defined = [each for each in values if not np.isnan(each)]
        expected = (min(defined), max(defined)) if defined else None
        if found.spread.leave_one_out and expected:
            assert found.spread.leave_one_out == pytest.approx(expected)


def test_two_values_of_one_coder_for_one_unit_are_refused() -> None:
    rows = [Rating("1", "ann", "access"), Rating("1", "ann", "money"), Rating("1", "ben", "access")]

    with pytest.raises(AgreementError, match="Coder ann has two values for unit 1"):
        ratings_from(rows)


def test_units_of_one_name_in_two_transcripts_are_two() -> None:
    rows = [Rating("1", coder, "access", cluster=cluster) for coder in "ab" for cluster in ("T01", "T02")]

    assert ratings_from(rows).units == 2


@pytest.mark.parametrize(
    ("table", "statistic", "because"),
    [
        ([["a", "a"]], Statistic.PERCENT_AGREEMENT, "There is one coder: agreement needs two."),
        ([["a", None], [None, "b"]], Statistic.KRIPPENDORFF_ALPHA, "No unit has a value from two coders"),
        ([["a", "a"], ["a", "a"]], Statistic.KRIPPENDORFF_ALPHA, "Every value that can be compared is ‘a’"),
        ([["a", "a"], ["a", "a"]], Statistic.COHEN_KAPPA, "Every value that can be compared is ‘a’"),
        ([["a", "a"], ["a", "a"]], Statistic.GWET_AC1, "Every value that can be compared is ‘a’"),
        ([["a"], ["a"], ["b"]], Statistic.COHEN_KAPPA, "Cohen's kappa compares two coders and 3 are here."),
        ([["a"], ["a"], ["b"]], Statistic.SCOTT_PI, "Scott's pi compares two coders and 3 are here."),
        ([["a", "b"], ["a", "b"], ["b", None]], Statistic.FLEISS_KAPPA, "units have 2 to 3"),
        ([["a"], ["b"]], Statistic.PRESENCE_AGREEMENT, "needs values 1, marked, and 0, not marked"),
        ([[0, 0], [0, 0]], Statistic.PRESENCE_AGREEMENT, "Nobody marked any unit"),
        ([], Statistic.PERCENT_AGREEMENT, "There are no coders"),
    ],
)
def test_an_undefined_figure_says_why(table: list[list], statistic: Statistic, because: str) -> None:
    found = agreement(ratings_of(table), statistic)

    assert (found.value, found.interval) == (None, None)
    assert because in str(found.undefined_because)


def test_full_agreement_on_one_category_is_a_hundred_percent_and_no_kappa() -> None:
    table = [["a"] * 5, ["a"] * 5]

    assert value(table, Statistic.PERCENT_AGREEMENT) == 1
    assert value(table, Statistic.COHEN_KAPPA) is None


def test_words_have_no_distance() -> None:
    with pytest.raises(AgreementError, match="‘high’ is not a number"):
        agreement(ratings_of([["high", "low"], ["low", "low"]]), level=Level.ORDINAL)


def test_amounts_below_zero_have_no_ratio() -> None:
    with pytest.raises(AgreementError, match="-1 is below 0"):
        agreement(ratings_of([[-1.0, 2.0], [2.0, 2.0]]), level=Level.RATIO)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e9])
@pytest.mark.parametrize("level", [Level.ORDINAL, Level.INTERVAL, Level.RATIO])
def test_the_unit_of_measurement_does_not_matter(scale: float, level: Level) -> None:
    table = [[1.0, 2.0, 4.0, 3.0, 5.0], [1.0, 3.0, 4.0, 3.0, 2.0]]

    scaled = [[scale * each for each in row] for row in table]

    assert value(scaled, Statistic.KRIPPENDORFF_ALPHA, level) == pytest.approx(
        slowly.krippendorff_alpha(table, level), abs=1e-9
    )


def test_many_distinct_values_are_compared_without_a_table_of_all_pairs() -> None:
    chance = np.random.default_rng(7)
    truth = chance.uniform(1, 100, 1_500)
    table = [list(truth + chance.normal(0, 1, 1_500).clip(-0.9)) for _ in range(3)]

    for level in (Level.ORDINAL, Level.INTERVAL, Level.RATIO):
        assert 0.98 < (value(table, Statistic.KRIPPENDORFF_ALPHA, level) or 0) < 1
