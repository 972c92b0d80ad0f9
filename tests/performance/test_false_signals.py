"""False signals: the published shares come out again, and a board is told what chance alone would show."""

from __future__ import annotations

import pytest

from commonpool.performance.rules.autocorrelation import lag1_of
from commonpool.performance.rules.errors import ChartError
from commonpool.performance.rules.false_signal_table import ANYWHERE, AT_LAST_POINT, LAG1, POINTS
from commonpool.performance.rules.false_signals import (
    ChartFacts,
    chance_of_false_signal,
    expected_false_signals,
    likely_lag1,
)
from commonpool.performance.rules.rule_sets import MDC6, MDC7, WELSH8, RuleSet
from commonpool.performance.rules.simulation import simulate_false_signals, stable_series
from commonpool.performance.rules.xmr_batch import xmr_batch
from scripts import false_signal_table

SEED = 11
RUNS = 20_000


# From 4,000 stable series a row (3,000 where autocorrelated), so each share is itself known to about 0.007 (one
# standard error). Three seeds of 200,000 series give 0.283 for the second row: 0.023 from the share stated there.
@pytest.mark.parametrize(
    ("lag1", "points", "rules", "anywhere", "at_last_point", "within"),
    [
        (0.0, 24, MDC7, 0.15, 0.011, 0.02),
        (0.0, 24, MDC6, 0.26, 0.030, 0.03),
        (0.0, 24, WELSH8, 0.15, 0.012, 0.02),
        (0.0, 36, MDC7, 0.27, 0.019, 0.02),
        (0.0, 36, MDC6, 0.45, 0.036, 0.02),
        (0.3, 24, MDC7, 0.43, 0.053, 0.02),
        (0.5, 24, MDC7, 0.70, 0.116, 0.02),
    ],
)
def test_the_stated_shares_come_out_of_a_simulation(lag1, points, rules, anywhere, at_last_point, within):
    print(f"seed {SEED}")
    found = simulate_false_signals(rules, points, lag1, runs=RUNS, seed=SEED)

    assert found.anywhere == pytest.approx(anywhere, abs=within)
    assert found.at_last_point == pytest.approx(at_last_point, abs=0.02)
    assert chance_of_false_signal(rules, points, lag1).anywhere == pytest.approx(found.anywhere, abs=0.015)


@pytest.mark.parametrize(("points", "lag1"), [(30, 0.15), (21, -0.3), (100, 0.45), (8, 0.8)])
@pytest.mark.parametrize("rules", [MDC7, MDC6, WELSH8])
def test_the_table_read_between_its_cells_agrees_with_a_simulation(points, lag1, rules):
    simulated = simulate_false_signals(rules, points, lag1, runs=5_000, seed=SEED)
    read = chance_of_false_signal(rules, points, lag1)

    assert read.anywhere == pytest.approx(simulated.anywhere, abs=0.03)
    assert read.at_last_point == pytest.approx(simulated.at_last_point, abs=0.02)


def test_the_table_has_a_cell_for_each_of_its_marks():
    for table in (ANYWHERE, AT_LAST_POINT):
        assert {len(rows) for rows in table.values()} == {len(POINTS)}
        assert {len(row) for rows in table.values() for row in rows} == {len(LAG1)}
        assert all(0 <= cell <= 1 for rows in table.values() for row in rows for cell in row)


def test_a_cell_of_the_table_is_what_its_script_makes():
    found = simulate_false_signals(MDC7, 24, 0.0, runs=false_signal_table.RUNS, seed=false_signal_table.SEED)

    row, column = POINTS.index(24), LAG1.index(0.0)
    assert ANYWHERE["mdc7"][row][column] == pytest.approx(found.anywhere, abs=1e-4)
    assert AT_LAST_POINT["mdc7"][row][column] == pytest.approx(found.at_last_point, abs=1e-4)


def test_beyond_the_table_the_nearest_cell_stands():
    assert chance_of_false_signal(MDC7, 1, -0.9) == chance_of_false_signal(MDC7, 8, -0.4)
    assert chance_of_false_signal(MDC7, 9999, 0.99) == chance_of_false_signal(MDC7, 120, 0.8)
    with pytest.raises(ChartError, match="own was not simulated"):
        chance_of_false_signal(RuleSet("own", 9, 9, ""), 24, 0)


@pytest.mark.parametrize("lag1", [0.0, 0.3, 0.5])
def test_a_board_of_stable_series_shows_about_as_many_signals_as_expected(lag1):
    """From each chart's own length and its own estimate of the autocorrelation, which nobody told it."""
    series = stable_series(400, 30, lag1, seed=SEED)
    batch = xmr_batch(series)
    facts = [ChartFacts(MDC7, 30, lag1_of(row.tolist())) for row in series]

    expected = expected_false_signals(facts)

    shown = sum(batch.signals_in(at) > 0 for at in range(400))
    icons = sum(icon != "common_cause" for icon in batch.variation)
    assert expected.charts == 400
    assert expected.with_any_signal == pytest.approx(shown, abs=400 * 0.06)
    assert expected.with_icon == pytest.approx(icons, abs=400 * 0.03)


def test_a_mixed_board_tells_its_charts_apart():
    calm, sticky = stable_series(100, 48, 0.0, seed=1), stable_series(100, 48, 0.7, seed=2)
    facts = [ChartFacts(MDC7, 48, lag1_of(row.tolist())) for row in [*calm, *sticky]]

    likely = likely_lag1(facts)

    assert sum(likely[:100]) / 100 == pytest.approx(0.0, abs=0.1)
    assert sum(likely[100:]) / 100 == pytest.approx(0.7, abs=0.1)


def test_a_chart_without_an_estimate_takes_the_boards_average():
    facts = [ChartFacts(MDC7, 24, 0.3), ChartFacts(MDC7, 24, None)]

    assert likely_lag1(facts)[1] == likely_lag1(facts)[0]
    assert likely_lag1([ChartFacts(MDC7, 24, None)]) == [0.0]
    assert expected_false_signals([]).with_icon == 0


def test_a_board_says_it_in_a_sentence():
    said = str(expected_false_signals([ChartFacts(MDC7, 24, 0.0)] * 40))

    assert said.startswith("By chance alone, about ")
    assert "of the 40 icons" in said
