"""XmR charts: limits, special causes and icons, held against reference cases and a slow second version."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonpool.performance.rules.errors import ChartError, ChartRefused
from commonpool.performance.rules.icons import Equality, Improvement, Variation, assurance_of
from commonpool.performance.rules.phases import DefinitionBreak, PhaseStart, phase_starts, without_start
from commonpool.performance.rules.rule_sets import MDC6, MDC7, RULE_SETS, rule_set_named
from commonpool.performance.rules.xmr import NaturalBounds, XmrChart, xmr_chart
from commonpool.performance.rules.xmr_batch import XmrOptions, xmr_batch
from tests.performance.slow_flags import slow_labels, slow_limits

CASES = json.loads((Path(__file__).parent / "spc_cases.json").read_text(encoding="utf-8"))["cases"]
ALTERNATIVES = {"mdc6": "shift6_trend6", "welsh8": "shift8_trend6"}
STABLE = [52, 49, 55, 51, 47, 53, 50, 54, 48, 52, 51, 49, 53, 50, 46, 52, 55, 49, 51, 50, 53, 48, 52, 50]

whole = st.integers(-50, 50)
some = st.lists(st.one_of(whole, whole, whole, whole, st.none()), max_size=40)
rule_sets = st.sampled_from(list(RULE_SETS.values()))


def a_start(point: int, **more) -> PhaseStart:
    return PhaseStart(point, **{"reason": "A new discharge team", "author": "The board", **more})


def chart_of(case: dict, rules=MDC7) -> XmrChart:
    asked = case["options"]
    rebase = asked["rebase_at_point"]
    return xmr_chart(
        case["series"],
        improvement=Improvement(asked["improvement"]),
        target=asked["target"],
        starts=[a_start(rebase)] if rebase else [],
        options=XmrOptions(rules, asked["screen_outliers"], asked["fix_after"]),
    )


def labels(chart: XmrChart) -> dict[int, str]:
    return {point: label.value for point, label in chart.special_causes.items()}


# -- the reference cases: computed by R's NHSRplotthedots 0.2.2 and by a second implementation


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_reference_case_comes_out_to_a_millionth(case):
    chart, expected = chart_of(case), case["expected"]

    for phase, want in zip(chart.phases, expected["phases"], strict=True):
        assert (phase.first_point, phase.points) == (want["first_point"], want["points"])
        assert [phase.mean, phase.lower, phase.upper] == pytest.approx(
            [want["mean"], want["lpl"], want["upl"]], abs=1e-6
        )
    assert {str(point): label for point, label in labels(chart).items()} == expected["special_causes"]
    assert chart.variation == expected["variation_icon"]
    assert chart.assurance == expected["assurance_icon"]
    assert chart.trial_limits_warning is expected["trial_limits_warning"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
@pytest.mark.parametrize("name", ALTERNATIVES)
def test_a_reference_case_comes_out_under_the_other_rule_sets(case, name):
    chart = chart_of(case, rule_set_named(name))

    assert {str(point): label for point, label in labels(chart).items()} == case["alternative_rule_sets"][
        ALTERNATIVES[name]
    ]


# -- rules


@pytest.mark.parametrize(
    ("points", "flagged_by"), [(5, []), (6, ["mdc6"]), (7, ["mdc7", "mdc6"]), (8, list(RULE_SETS))]
)
def test_each_rule_set_has_its_own_length_of_a_shift(points, flagged_by):
    series = [*[55, 45] * 6, *[52, 51, 53, 52, 51, 53, 51, 52][:points]]

    charts = {name: xmr_chart(series, options=XmrOptions(rules, fix_after=12)) for name, rules in RULE_SETS.items()}

    assert [name for name, chart in charts.items() if "shift_high" in labels(chart).values()] == flagged_by


@pytest.mark.parametrize(("points", "flagged_by"), [(5, []), (6, ["mdc6", "welsh8"]), (7, list(RULE_SETS))])
def test_each_rule_set_has_its_own_length_of_a_trend(points, flagged_by):
    series = [*[55, 45] * 6, *[44, 45, 46, 47, 48, 49, 50][:points]]

    charts = {name: xmr_chart(series, options=XmrOptions(rules, fix_after=12)) for name, rules in RULE_SETS.items()}

    assert [name for name, chart in charts.items() if "trend_high" in labels(chart).values()] == flagged_by


def test_a_point_on_the_mean_breaks_a_shift():
    series = [1, 3, 2, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 2, 2]
    broken = [9, 9, 9, 5, 9, 9, 9, 1, 1, 1, 5, 1, 1, 1]

    assert xmr_chart(series).special_causes == {}
    assert not any("shift" in label for label in labels(xmr_chart(broken, options=XmrOptions(MDC6))).values())


def test_the_mean_of_equal_decimals_is_that_decimal():
    """A plain sum of tenths misses their mean by a bit, and would have every point on one side of it."""
    chart = xmr_chart([0.1] * 24, improvement=Improvement.INCREASE, target=0.1)

    assert chart.special_causes == {}
    assert chart.variation is Variation.COMMON_CAUSE
    assert (chart.phases[0].lower, chart.phases[0].upper) == (0.1, 0.1)
    assert chart.lag1 is None


def test_a_tie_breaks_a_trend_and_the_whole_run_is_flagged():
    rising = [50, 40, 50, 40, 50, 40, 50, 40, 50, 40, 41, 42, 43, 44, 45, 46]
    tied = [50, 40, 50, 40, 50, 40, 50, 40, 50, 40, 41, 42, 43, 43, 45, 46]

    assert labels(xmr_chart(rising)) == dict.fromkeys(range(10, 17), "trend_high")
    assert labels(xmr_chart(tied)) == {}


def test_two_of_three_flags_only_the_near_points_and_none_outside():
    # Mean 50, limits 50 ± 26.6 where ranges average 10: near is beyond 67.73 and up to 76.6.
    baseline = [45, 55] * 6
    near = [*baseline, 70, 60, 70]
    outside = [*baseline, 70, 60, 90]
    fixed = XmrOptions(fix_after=12)

    assert labels(xmr_chart(near, options=fixed)) == {13: "two_of_three_high", 15: "two_of_three_high"}
    assert labels(xmr_chart(outside, options=fixed)) == {15: "outside_high"}


def test_labels_follow_their_priority_and_every_rule_is_kept():
    series = [*[45, 55] * 6, 51, 52, 53, 60, 70, 72, 90]
    chart = xmr_chart(series, options=XmrOptions(fix_after=12))

    assert labels(chart)[19] == "outside_high"
    assert chart.flags[18] == ("outside_high", "trend_high", "shift_high")
    assert labels(chart)[17] == "trend_high"
    assert chart.flags[16] == ("trend_high", "two_of_three_high", "shift_high")


def test_screening_drops_large_ranges_once_and_leaves_the_mean():
    series = [10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 60, 12, 10, 12]
    plain, screened = (xmr_chart(series, options=XmrOptions(screen=screen)).phases[0] for screen in (False, True))

    assert screened.mean == plain.mean
    assert plain.upper - plain.mean == pytest.approx(2.66 * (13 * 2 + 48 + 48) / 15)
    assert screened.upper - screened.mean == pytest.approx(2.66 * 2)


def test_a_fixed_baseline_takes_twelve_points_or_more_and_judges_all():
    chart = xmr_chart([*STABLE, 90, 91], options=XmrOptions(fix_after=12))

    assert chart.phases[0].used == 12
    assert chart.phases[0].mean == pytest.approx(sum(STABLE[:12]) / 12)
    assert labels(chart)[25] == "outside_high"
    with pytest.raises(ChartError, match="12 points or more, not 11"):
        xmr_chart(STABLE, options=XmrOptions(fix_after=11))


def test_the_moving_range_chart_has_its_upper_limit():
    chart = xmr_chart([1, 3, None, 4, 8])

    assert chart.moving_ranges == (None, 2, None, None, 4)
    assert chart.phases[0].range_upper == pytest.approx(3.267 * 3)


# -- gaps, phases, breaks


def test_a_gap_breaks_runs_and_moving_ranges_and_is_no_point():
    series = [410, 425, 398, 431, 417, 405, 440, 422, 409, 428, 415, 436, 391, 384, 372, None, 388, 379, 395, 381]
    chart = xmr_chart(series)

    assert chart.special_causes == {}
    assert chart.phases[0].points == 19
    assert chart.phases[0].mean == pytest.approx(406.631579, abs=1e-6)


def test_none_nan_and_a_missing_value_of_a_frame_are_the_same_gap():
    with_none, with_nan = [*STABLE, None, 50], [*STABLE, math.nan, 50]

    assert xmr_chart(with_none) == xmr_chart(with_nan) == xmr_chart(np.array(with_nan))


def test_no_range_or_run_crosses_a_phase():
    series = [*[10, 12] * 6, *[30, 32] * 6]
    chart = xmr_chart(series, starts=[a_start(13)])

    assert [phase.upper - phase.mean for phase in chart.phases] == pytest.approx([2.66 * 2, 2.66 * 2])
    assert chart.moving_ranges[12] is None
    assert chart.special_causes == {}


def test_fewer_than_twelve_points_make_trial_limits_and_fewer_than_two_none():
    chart = xmr_chart([*[10, 12] * 6, 11, 13], starts=[a_start(13)])
    alone = xmr_chart([*[10, 12] * 6, 11], starts=[a_start(13)], improvement=Improvement.INCREASE, target=5)

    assert [phase.is_trial for phase in chart.phases] == [False, True]
    assert chart.trial_limits_warning
    assert (alone.phases[1].mean, alone.phases[1].lower, alone.phases[1].upper) == (None, None, None)
    assert (alone.variation, alone.assurance) == (None, None)


@pytest.mark.parametrize("point", [0, -1])
def test_points_count_from_one(point):
    with pytest.raises(ChartError, match="counted from 1"):
        a_start(point)


def test_a_phase_needs_its_point_a_reason_and_an_author():
    with pytest.raises(ChartError, match="No phase can begin at point 25: the series has points 1 to 24"):
        xmr_chart(STABLE, starts=[a_start(25)])
    with pytest.raises(ChartError, match="no reason"):
        a_start(13, reason=" ")
    with pytest.raises(ChartError, match="no author"):
        a_start(13, author="")


def test_a_break_in_the_definition_begins_a_phase_that_cannot_be_removed():
    starts = phase_starts([a_start(5)], [DefinitionBreak(13, "Counted by day from here on.")])

    assert [start.first_point for start in without_start(starts, 5)] == [13]
    with pytest.raises(ChartError, match="cannot be removed: the definition changes there"):
        without_start(starts, 13)
    with pytest.raises(ChartError, match="No phase begins at point 7"):
        without_start(starts, 7)


def test_a_chart_across_what_cannot_be_compared_is_refused_with_the_reason():
    ended = DefinitionBreak(
        110, "Delayed transfers of care ended in February 2020; discharge delays are counted otherwise.", False
    )

    with pytest.raises(ChartRefused, match="No line is drawn across point 110: Delayed transfers of care ended"):
        phase_starts([], [ended])


def test_two_phases_cannot_begin_at_one_point():
    with pytest.raises(ChartError, match="Two phases begin at point 5"):
        phase_starts([a_start(5), a_start(5)])


# -- icons


@pytest.mark.parametrize(
    ("improvement", "icon"),
    [
        (Improvement.DECREASE, Variation.IMPROVEMENT),
        (Improvement.INCREASE, Variation.CONCERN),
        (Improvement.NEUTRAL, Variation.NEUTRAL_LOW),
    ],
)
def test_the_last_point_drives_the_variation_icon(improvement, icon):
    assert xmr_chart(CASES[1]["series"], improvement=improvement).variation is icon


@pytest.mark.parametrize(
    ("target", "increase", "decrease"),
    [
        (9, "consistent_pass", "consistent_fail"),
        (10, "inconsistent", "inconsistent"),
        (15, "inconsistent", "inconsistent"),
        (20, "inconsistent", "inconsistent"),
        (21, "consistent_fail", "consistent_pass"),
    ],
)
def test_assurance_compares_the_target_with_the_limits(target, increase, decrease):
    assert assurance_of(10, 20, target, Improvement.INCREASE) == increase
    assert assurance_of(10, 20, target, Improvement.DECREASE) == decrease


@pytest.mark.parametrize(
    ("target", "increase"), [(10, "consistent_pass"), (20, "consistent_fail"), (15, "inconsistent")]
)
def test_inclusive_equality_counts_a_target_on_a_limit(target, increase):
    assert assurance_of(10, 20, target, Improvement.INCREASE, Equality.INCLUSIVE) == increase
    assert assurance_of(10, 10, 10, Improvement.INCREASE, Equality.INCLUSIVE) == "inconsistent"


def test_no_target_or_no_better_way_gives_no_assurance():
    assert assurance_of(10, 20, None, Improvement.INCREASE) is None
    assert assurance_of(10, 20, 15, Improvement.NEUTRAL) is None
    assert assurance_of(None, None, 15, Improvement.INCREASE) is None


def test_a_trajectory_is_judged_by_the_target_of_the_last_period():
    falling = [80.0 - point for point in range(24)]
    chart = xmr_chart(STABLE, improvement=Improvement.INCREASE, target=[*falling[:23], 30])

    assert chart.target == 30
    assert chart.assurance == "consistent_pass"
    with pytest.raises(ChartError, match="trajectory has 23 points and the series 24"):
        xmr_chart(STABLE, target=falling[:23])


def test_natural_bounds_cut_the_limits_for_the_eye_only():
    series = [99, 95, 99, 96, 99, 94, 99, 97, 99, 95, 99, 96]
    phase = xmr_chart(series, bounds=NaturalBounds(0, 100)).phases[0]

    assert phase.upper > 100
    assert phase.shown_upper == 100
    assert phase.shown_lower == phase.lower
    with pytest.raises(ChartError, match="not below"):
        NaturalBounds(1, 1)


def test_points_too_young_to_be_judged_neither_drive_an_icon_nor_complete_a_run():
    series = CASES[1]["series"]
    chart = xmr_chart(series, improvement=Improvement.DECREASE, settled=18)

    assert chart.values == tuple(map(float, series))
    assert chart.icon_point == 18
    assert chart.special_causes == {}
    assert chart.variation is Variation.COMMON_CAUSE
    other = xmr_chart([*series[:18], 9999], improvement=Improvement.DECREASE, settled=18)
    assert (other.phases, other.labels, other.variation) == (chart.phases, chart.labels, chart.variation)
    with pytest.raises(ChartError, match="not between 0 and the 19"):
        xmr_chart(series, settled=20)


def test_a_gap_at_the_end_leaves_the_icon_to_the_last_known_point():
    chart = xmr_chart([*CASES[1]["series"], None], improvement=Improvement.DECREASE)

    assert chart.icon_point == 19
    assert chart.variation is Variation.IMPROVEMENT


# -- what is no series


@pytest.mark.parametrize("value", [math.inf, -math.inf, "-", "*", "[c]", True, np.bool_(True), 1e300, object()])
def test_what_is_no_number_is_named_by_its_point(value):
    with pytest.raises(ChartError, match="Point 2"):
        xmr_chart([1.0, value, 2.0])


@pytest.mark.parametrize("library", ["polars", "pandas"])
def test_columns_and_frames_are_taken_as_they_are(library):
    frames = pytest.importorskip(library, reason=f"{library} is not installed, and nothing here imports it")
    gap = [*STABLE[:5], None, *STABLE[5:]]
    frame = frames.DataFrame({"a": gap, "b": [None, *gap[1:]]})

    batch = xmr_batch(frame, improvement=Improvement.DECREASE)

    assert xmr_chart(frame["a"]) == xmr_chart(gap)
    assert [batch.labels_of(at) for at in (0, 1)] == [xmr_chart(gap).labels, xmr_chart([None, *gap[1:]]).labels]


def test_text_is_no_series():
    with pytest.raises(ChartError, match="is text"):
        xmr_chart("123")


@pytest.mark.parametrize("series", [[], [None], [5], [None, None, None]])
def test_a_series_with_nothing_to_judge_has_no_limits_and_no_icon(series):
    chart = xmr_chart(series, improvement=Improvement.INCREASE, target=1)

    assert chart.special_causes == {}
    assert (chart.variation, chart.assurance, chart.lag1, chart.icon_point) == (None, None, None, None)


# -- properties


@settings(deadline=None)
@given(series=some, rules=rule_sets, cut=st.integers(2, 40))
def test_flags_agree_with_the_slow_second_version(series, rules, cut):
    starts = [a_start(cut)] if cut <= len(series) else []
    chart = xmr_chart(series, options=XmrOptions(rules), starts=starts)

    parts = [(1, series[: cut - 1]), (cut, series[cut - 1 :])] if starts else [(1, series)]
    expected = {
        first + point - 1: label
        for first, part in parts
        for point, label in slow_labels(part, rules.shift_points, rules.trend_points).items()
    }
    assert labels(chart) == expected
    for phase, (_, part) in zip(chart.phases, parts, strict=False):
        if (limits := slow_limits(part)) is not None:
            assert [phase.mean, phase.lower, phase.upper] == pytest.approx(limits, abs=1e-9)


@settings(deadline=None)
@given(series=some, rules=rule_sets)
def test_turned_upside_down_high_becomes_low(series, rules):
    turned = [None if value is None else -value for value in series]

    up, down = (labels(xmr_chart(each, options=XmrOptions(rules))) for each in (series, turned))

    swap = {"high": "low", "low": "high"}
    assert {
        point: "_".join([*label.split("_")[:-1], swap[label.split("_")[-1]]]) for point, label in up.items()
    } == down


@settings(deadline=None)
@given(series=some, scale=st.sampled_from([1, 2, 7, 1000]), offset=st.integers(-1000, 1000))
def test_another_unit_or_zero_point_changes_no_flag(series, scale, offset):
    other = [None if value is None else value * scale + offset for value in series]

    assert labels(xmr_chart(other)) == labels(xmr_chart(series))


@settings(deadline=None)
@given(series=some)
def test_read_backwards_the_same_points_are_flagged_by_the_same_rules(series):
    """Limits do not know the direction of time; a trend turns round."""
    forwards, backwards = xmr_chart(series), xmr_chart(series[::-1])

    def rules_at(chart):
        return [sorted(flag.value.rsplit("_", 1)[0] for flag in flags) for flags in chart.flags]

    assert rules_at(forwards) == rules_at(backwards)[::-1]


@settings(deadline=None)
@given(series=some, gaps=st.integers(1, 5))
def test_gaps_at_the_ends_change_nothing_but_the_numbering(series, gaps):
    plain, padded = xmr_chart(series), xmr_chart([*[None] * gaps, *series, *[None] * gaps])

    assert {point + gaps: label for point, label in labels(plain).items()} == labels(padded)
    assert plain.variation == padded.variation


@settings(deadline=None)
@given(many=st.lists(some, min_size=1, max_size=6), rules=rule_sets, target=whole)
def test_many_charts_at_once_are_the_single_charts(many, rules, target):
    options = XmrOptions(rules)
    batch = xmr_batch(many, improvement=Improvement.INCREASE, targets=target, options=options)

    for at, series in enumerate(many):
        alone = xmr_chart(series, improvement=Improvement.INCREASE, target=target, options=options)
        assert batch.labels_of(at)[: len(series)] == alone.labels
        assert (batch.variation[at], batch.assurance[at]) == (alone.variation, alone.assurance)


def test_a_batch_takes_an_array_and_one_target_and_way_a_series():
    matrix = np.array([CASES[1]["series"], STABLE[:19]], dtype=float)

    batch = xmr_batch(matrix, improvement=[Improvement.DECREASE, Improvement.INCREASE], targets=[500.0, None])

    assert len(batch) == 2
    assert batch.variation == (Variation.IMPROVEMENT, Variation.COMMON_CAUSE)
    assert batch.assurance == ("consistent_pass", None)
    assert batch.signals_in(0) == 7
    assert xmr_batch(matrix, improvement=Improvement.INCREASE, targets=[math.nan, 1]).assurance[0] is None
    assert xmr_batch(matrix, improvement=Improvement.INCREASE, targets=np.int64(1)).assurance[1] == "consistent_pass"
    assert xmr_chart(STABLE, improvement=Improvement.INCREASE, target=np.int64(1)).assurance == "consistent_pass"
    with pytest.raises(ChartError, match="Targets: Point 2"):
        xmr_batch(matrix, targets=[1.0, math.inf])
    with pytest.raises(ChartError, match="2 series and 1 of target"):
        xmr_batch(matrix, targets=[1.0])
    with pytest.raises(ChartError, match="Series 2: Point 1"):
        xmr_batch([[1.0], ["x"]])
    for too_large in (np.array([[1.0, 1e99]]), [[1.0, 1e99]], [[1, 10**400]], [[1.0, math.inf]], [[1.0, True]]):
        with pytest.raises(ChartError, match="Series 1: Point 2"):
            xmr_batch(too_large)


def test_an_unknown_rule_set_is_answered_with_the_known_ones():
    with pytest.raises(ChartError, match="mdc7, mdc6, welsh8"):
        rule_set_named("nelson")
