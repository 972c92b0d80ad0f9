"""A metric against its plan: each period, the chance of the year's with its record, a warning while there is time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from typer.testing import CliRunner

from commonpool.performance.cli import commands
from commonpool.performance.judging import Judged, drawn, judge
from commonpool.performance.metric_series import MetricSeries, Point, all_series
from commonpool.performance.plan_words import (
    against_words,
    calibration_sentence,
    chance_sentence,
    chance_short,
    warning_sentence,
)
from commonpool.performance.planned import against_the_plan
from commonpool.performance.rules.against_plan import AgainstPlan
from commonpool.performance.rules.calibration import BackTested, Band, Calibration
from commonpool.performance.rules.calibration_table import TESTED
from commonpool.performance.rules.trajectory import Stated, Trajectory, trajectory_of
from commonpool.policy.metric_catalogue import Metric
from commonpool.policy.reading.metrics import load_catalogue
from scripts.plan_calibration import calibration_of_metric
from tests.performance.test_trajectory import months

TODAY = date(2031, 6, 1)
START = date(2021, 4, 1)
UNIT = "admissions a day"


def metric(code: str) -> Metric:
    return load_catalogue().metric(code)


def a_series(values: Sequence[float | None], code: str = "EMADM", unit: str = UNIT, of: int = 1) -> MetricSeries:
    """A series from April 2021 on, in periods of so many months."""
    periods = months(START, len(values), of=of)
    points = tuple(Point(first, last, value, None, value) for (first, last), value in zip(periods, values, strict=True))
    return MetricSeries(metric(code), "RXA", "A trust", "", "emergency", unit, points)


def planned(series: MetricSeries, values: Sequence[float | None], year: int = 2025) -> Trajectory:
    """One target a month of a year, from its April on."""
    names = [first for first, _ in months(date(year, 4, 1), len(values))]
    label = f"{year}-{(year + 1) % 100:02}"
    stated = [Stated(f"{first:%Y-%m}", label, value, series.unit) for first, value in zip(names, values, strict=True)]
    periods = [(point.starts_on, point.ends_on) for point in series.points]
    return trajectory_of(stated, series.metric, series.unit, periods)


def wavering(count: int, level: float = 100.0) -> list[float]:
    """A series of one level that goes up and down by a few in a hundred, in no step with the year."""
    return [level + (number * 7) % 5 - 2 for number in range(count)]


NEAR, FAR = wavering(46), wavering(30)  # a plan that begins with point 49 is near one, and far from the other


def judged(
    values: Sequence[float | None], targets: Sequence[float | None], today: date = TODAY, tolerance: str = "0"
) -> Judged:
    """Months from April 2021, judged against a plan of 2025-26."""
    series = a_series(values)
    return judge(series, today, trajectory=planned(series, targets), tolerance=Fraction(tolerance))


# -- against plan


def test_the_newest_settled_value_is_held_against_the_target_of_its_own_period() -> None:
    found = judged([*wavering(48), 100, 99], [98, 101, *[100] * 10]).plan

    assert [row.against for row in found.periods[:3]] == [
        AgainstPlan.MISSED, AgainstPlan.MET, AgainstPlan.NOT_YET_KNOWN
    ]  # fmt: skip
    assert found.latest is not None
    assert (found.latest.planned, found.latest.actual, found.against) == (101, 99, AgainstPlan.MET)
    assert not found.is_newly_missed


def test_a_value_too_young_to_be_judged_is_held_against_nothing() -> None:
    found = judged([*wavering(48), 100, 150], [101] * 12, today=date(2025, 6, 20)).plan

    assert found.latest is not None
    assert found.latest.starts_on == date(2025, 4, 1)
    assert found.periods[1].against is AgainstPlan.NOT_YET_KNOWN


def test_a_miss_is_new_only_where_the_period_before_was_none() -> None:
    once = judged([*wavering(48), 100, 110], [101] * 12).plan
    first = judged([*wavering(48), 110], [101] * 12).plan
    again = judged([*wavering(48), 110, 110], [101] * 12).plan

    assert [plan.is_newly_missed for plan in (once, first, again)] == [True, True, False]


def test_what_misses_within_its_tolerance_is_said_to() -> None:
    values = [*wavering(48), 102]

    assert judged(values, [100] * 12).plan.against is AgainstPlan.MISSED
    assert judged(values, [100] * 12, tolerance="0.02").plan.against is AgainstPlan.WITHIN_TOLERANCE


def test_the_three_readings_are_apart() -> None:
    """Off plan for the first time, on a chart where nothing changed, and whose limits hold the target."""
    found = judged([*wavering(48), 102], [101] * 12)

    assert (found.plan.against, found.variation, found.assurance) == (
        AgainstPlan.MISSED, "common_cause", "inconsistent"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("targets", "year", "why"),
    [
        ([], 2025, "no plan sets a value that could be held against these figures"),
        ([101.0], 2021, "no plan sets a value for the newest period"),
        ([None], 2025, "the plan leaves the newest period open"),
    ],
)
def test_without_a_target_it_is_not_yet_known_and_says_why(targets: list[float | None], year: int, why: str) -> None:
    series = a_series(wavering(49))
    found = judge(series, TODAY, trajectory=planned(series, targets, year)).plan

    assert (found.against, found.why) == (AgainstPlan.NOT_YET_KNOWN, why)
    assert against_words(found) == ("not yet known" if targets else "no plan")


# -- the chart


def test_targets_are_drawn_up_to_the_year_s_end_and_move_no_limit() -> None:
    values = [*wavering(48), 100, 99, 101]
    with_plan, without = judged(values, [101] * 12), judge(a_series(values), TODAY)

    assert with_plan.chart.phases == without.chart.phases
    assert with_plan.chart.labels == without.chart.labels
    table = drawn(with_plan).table.rows
    assert len(table) == 48 + 12
    assert table[-1][0] == "Mar 2026" and table[-1][1] == "not known" and table[-1][5] == "101"
    assert "Assurance takes the target of the last settled period, point 51: 101." in drawn(with_plan).note


def test_months_between_figures_and_plan_keep_their_places_unless_they_are_too_many() -> None:
    near, far = (judge(each, TODAY, trajectory=planned(each, [101] * 12)) for each in map(a_series, (NEAR, FAR)))

    assert [len(drawn(each).table.rows) for each in (near, far)] == [60, 30]


# -- the chance of the year's plan


def test_the_chance_stands_with_what_became_of_such_chances() -> None:
    found = judged([*wavering(48), *wavering(9)], [101] * 12).plan

    assert found.chance.share is not None and found.chance.share > 0.9
    assert (found.known, found.of, found.is_complete) == (9, 12, False)
    said = chance_sentence(found, UNIT)
    assert said.startswith("The chance of meeting the plan of 2025-26 is over 99%")
    assert "against 101.0 admissions a day planned (9 of 12 periods have come)." in said
    assert "tested on its own past, 157 published series from 2021-04 to 2025-07" in calibration_sentence(found)
    assert not found.is_early_warning and warning_sentence(found) == ""


def test_an_early_warning_is_given_while_the_year_goes_on() -> None:
    warned = judged([*wavering(48), *wavering(6, 110)], [101] * 12).plan
    over = judged([*wavering(48), *wavering(12, 110)], [101] * 12).plan

    assert warned.chance.share is not None and warned.chance.share < 0.2
    assert warning_sentence(warned) == "Early warning: the chance of meeting the plan of 2025-26 is below 20%."
    assert (over.is_complete, over.is_early_warning, chance_short(over)) == (True, False, "year’s plan missed")
    assert chance_sentence(over, UNIT) == (
        "2025-26 is complete and its plan was missed: a mean of 109.8 against 101.0 admissions a day planned."
    )


@pytest.mark.parametrize(
    ("values", "targets", "why"),
    [
        (wavering(50), [101] * 12, "only 2 of the year’s periods have come"),
        (wavering(54), [101] * 11, "the plan has 11 periods in the year"),
        (wavering(54), [*[101] * 11, None], "the plan leaves a period of the year open"),
        ([*wavering(51), None, 100, 101], [101] * 12, "a period of this year has no value"),
        (wavering(54), [], "there is no plan for the year of the newest value"),
    ],
)
def test_a_chance_that_cannot_be_stated_is_not_known_and_says_why(
    values: list[float | None], targets: list[float | None], why: str
) -> None:
    found = judged(values, targets).plan

    assert found.chance.share is None
    assert why in found.chance.why
    assert not found.is_early_warning


def test_a_metric_that_was_never_tested_has_no_chance() -> None:
    series = a_series(wavering(57), "UPR", "percent")
    found = judge(series, TODAY, trajectory=planned(series, [101] * 12)).plan

    assert found.chance.why == "it has not been tested on the past of this measure"
    assert "NCTR" in TESTED and TESTED["NCTR"].calibration.why_not == "there was no past year to test them on"


def test_a_metric_tested_on_another_of_its_kind_says_so() -> None:
    series = a_series(wavering(57, 1600), "EA65", "per 100,000 people aged 65 and over")
    found = judge(series, TODAY, trajectory=planned(series, [1700] * 12)).plan

    assert found.tests is not None and found.tests.is_another
    assert "tested on another metric of the same kind, Emergency admissions of a trust" in calibration_sentence(
        found, metric("EMADM").label
    )


def test_nothing_is_predicted_across_a_break_of_the_definition() -> None:
    series = a_series(wavering(57))
    trajectory = planned(series, [101] * 12)
    whole, after = (against_the_plan(series, 57, trajectory=trajectory, begins_at=at) for at in (1, 40))

    assert whole.chance.share is not None
    assert after.chance.why.startswith("its past is too short")


def test_a_chance_is_not_stated_where_such_chances_came_true_too_much_otherwise() -> None:
    bands = (Band(100, 0.05, 0.04), Band(80, 0.45, 0.27), Band(5, 0.75, 0.8))
    tested = BackTested(9, "2021-04", "2025-03", (1.0,), Calibration(185, 0.05, 0.25, 0.01, bands, ""))

    assert tested.why_not(0.06) == ""
    assert "near 45%, and of 80 such chances on the published past 27% came true" in tested.why_not(0.42)
    assert tested.why_not(0.77) == "a chance near 77% was tested 5 times only"
    assert tested.why_not(0.99) == "a chance near 99% was tested 0 times only"


def test_the_stored_record_is_that_of_the_published_past(dtoc: tuple[Path, object]) -> None:
    """152 councils, April 2011 to June 2019: what the script writes is what the files say."""
    series = all_series(dtoc[0], metric("DTOC"))

    plans, found = calibration_of_metric(metric("DTOC"), series)

    stored = TESTED["DTOC"]
    assert (stored.series, stored.plans, stored.calibration.forecasts) == (len(series), tuple(plans), found.forecasts)
    assert found.mean_gap == pytest.approx(stored.calibration.mean_gap, abs=5e-5)
    assert [band.share_true for band in found.bands] == pytest.approx(
        [band.share_true for band in stored.calibration.bands], abs=5e-5
    )
    assert found.why_not == ""
    assert all(abs(band.mean_chance - band.share_true) < 0.06 for band in found.bands)


# -- commands, which know no database


@pytest.fixture
def store(dtoc: tuple[Path, object], monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COMMONPOOL_HOME", str(dtoc[0]))
    return dtoc[0]


def a_plan_file(folder: Path, *rows: str, header: str = "period,target") -> str:
    file = folder / "plan.csv"
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return str(file)


def plan_of_2018(folder: Path, a_day: float) -> str:
    return a_plan_file(folder, *(f"{first:%Y-%m},{a_day}" for first, _ in months(date(2018, 4, 1), 12)))


def test_the_command_holds_real_delays_against_a_plan_from_a_file(store: Path, tmp_path: Path) -> None:
    asked = ["metric", "DTOC", "--area", "E10000006", "--as-at", "2019-02-20", "--plan", plan_of_2018(tmp_path, 60.0)]
    text = CliRunner().invoke(commands, asked).stdout
    found = json.loads(CliRunner().invoke(commands, [*asked, "--json"]).stdout)

    assert "Against plan: missed\nVariation: " in text
    assert "Early warning: the chance of meeting the plan of 2018-19 is below 20%." in text
    assert "How far to trust it: tested on its own past, 152 published series from 2011-04 to 2019-06." in text
    assert (found["against_plan"], found["planned"], found["early_warning"]) == ("missed", 60.0, True)
    assert found["chance"] < 0.2 and found["plan_periods_known"] == 9
    assert [row["against_plan"] for row in found["planned_against_actual"]][-3:] == ["not yet known"] * 3


def test_the_board_command_has_a_line_for_the_plan(store: Path, tmp_path: Path) -> None:
    plan = a_plan_file(tmp_path, "DTOC,2019-05,60", "EA65,2019-05,1", header="metric,period,target")
    asked = ["board", "--area", "E10000006", "--as-at", "2019-09-30", "--plan", plan]
    text = CliRunner().invoke(commands, asked).stdout
    [row] = json.loads(CliRunner().invoke(commands, [*asked, "--json"]).stdout)

    assert "plan: not yet known; chance: not known" in text
    assert row["why_not_against_plan"] == "no plan sets a value for the newest period"
    assert row["in_short"]


@pytest.mark.parametrize(
    ("header", "rows", "said"),
    [
        ("period,value", ["2018-04,1"], ["no column called ‘target’. It has: ‘period’, ‘value’."]),
        ("period,target", [], ["The file has no value below its header."]),
        (
            "period,target",
            ["spring,1", "2018-05,some", ",4", "2018-06,1", "2018-06,2"],
            [
                "Row 2: ‘spring’ is no month, quarter or year.",
                "Row 3: ‘some’ is not a number.",
                "Row 4: ‘nothing’ is no month, quarter or year.",
                "Row 6: the period ‘2018-19 2018-06’ stands in row 5 already",
            ],
        ),
    ],
)
def test_a_plan_file_with_faults_is_refused_with_all_of_them(
    store: Path, tmp_path: Path, header: str, rows: list[str], said: list[str]
) -> None:
    plan = a_plan_file(tmp_path, *rows, header=header)
    answer = CliRunner().invoke(commands, ["metric", "DTOC", "--area", "E10000006", "--plan", plan])

    assert answer.exit_code == 2
    for each in said:
        assert each in answer.output
