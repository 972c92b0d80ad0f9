"""Every area at once says what each area's own chart says, and takes no longer than its reading."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from commonpool.performance.all_areas import Standing, all_areas
from commonpool.performance.cli import commands
from commonpool.performance.engine.aggregates import ratio
from commonpool.performance.judging import judge
from commonpool.performance.metric_series import MetricSeries, all_series
from commonpool.performance.metric_values import values_of
from commonpool.performance.rules.autocorrelation import lag1_batch, lag1_of
from commonpool.performance.rules.icons import Variation
from commonpool.performance.rules.phases import PhaseStart
from commonpool.performance.store.load import load
from commonpool.policy.metric_catalogue import Metric
from commonpool.policy.reading.metrics import load_catalogue
from tests.performance.builders import AT

TODAY = date(2031, 6, 1)
HEADER = "measure,area,period,numerator,denominator,provenance"
SEED = 20311
AREAS = [f"E100009{number:02}" for number in range(12)]


def metric(code: str) -> Metric:
    return load_catalogue().metric(code)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve areas and three metrics: gaps, withheld values, late beginnings, rare counts, a step, values all equal."""
    print("seed", SEED)
    draw = np.random.default_rng(SEED)
    rows = [HEADER]
    for number, area in enumerate(AREAS):
        for at in range(2 * number, 40):
            month = f"{2027 + at // 12}-{at % 12 + 1:02}"
            count = int(draw.poisson(900 if at < 25 or number % 3 else 1200))
            shown = "[c]" if draw.random() < 0.05 else count
            if draw.random() > 0.04:
                rows.append(f"EA65,{area},{month},{shown},{9000 + number},warehouse")
            rows.append(f"CAREWAIT,{area},{month},{0 if number % 2 else 40},1,own count")
        rows += [f"RES65,{area},{year}-{year % 100 + 1},{600 + year},9000,return" for year in range(2012, 2022)]
    file = tmp_path_factory.mktemp("all") / "own.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    report = load(file.parent / "home", "local", [file], at=AT)
    assert not report.is_refused, list(report.all_findings())
    return file.parent / "home"


def same(one: Standing, series: MetricSeries, decided: Sequence[PhaseStart] = ()) -> None:
    """The slow second version: the chart of that area alone."""
    judged = judge(series, TODAY, decided=decided)
    latest = series.latest

    assert (one.variation, one.why_no_icon) == (judged.variation, judged.icons.why_not), one.area_code
    assert one.lag1 == (None if judged.chart.lag1 is None else pytest.approx(judged.chart.lag1, abs=1e-9))
    assert one.points == sum(phase.points for phase in judged.chart.phases)
    assert (one.latest, one.starts_on) == ((latest.value, latest.starts_on) if latest else (None, None))
    assert (one.unit, one.area_name) == (series.unit, series.area_name)


@pytest.mark.parametrize("code", ["EA65", "CAREWAIT", "RES65"])
def test_each_area_stands_as_its_own_chart_says(home: Path, code: str) -> None:
    found = all_areas(home, [metric(code)], TODAY)
    series = all_series(home, metric(code))

    assert [each.area_code for each in found.standings] == [each.area_code for each in series] == AREAS
    for one, alone in zip(found.standings, series, strict=True):
        same(one, alone)


def test_phases_that_people_began_count_in_their_own_areas_only(home: Path) -> None:
    begun = {AREAS[0]: date(2029, 2, 1), AREAS[3]: date(2028, 6, 1)}
    found = all_areas(
        home, [metric("EA65")], TODAY, decided=lambda code, area, gss: [begun[area]] if area in begun else []
    )

    for one, alone in zip(found.standings, all_series(home, metric("EA65")), strict=True):
        day = begun.get(one.area_code)
        starts = [] if day is None else [next(n for n, point in enumerate(alone.points, 1) if point.starts_on >= day)]
        same(one, alone, [PhaseStart(start, "Another team", "A lead") for start in starts])


def test_chance_alone_is_told_of_all_charts_together(home: Path) -> None:
    found = all_areas(home, list(load_catalogue().metrics.values()), TODAY)
    with_icon = [each for each in found.standings if each.variation is not None]

    assert found.by_chance is not None and found.by_chance.charts == len(with_icon)
    assert {each.metric.code for each in with_icon} == {"EA65", "CAREWAIT"}


def test_real_delays_of_every_council_stand_as_their_own_charts_say(dtoc: tuple[Path, object]) -> None:
    home, _ = dtoc
    found = all_areas(home, [metric("DTOC")], TODAY)

    assert len(found.standings) == 152
    for one, alone in zip(found.standings, all_series(home, metric("DTOC")), strict=True):
        same(one, alone)


def test_values_are_those_of_the_engine_s_expression(home: Path) -> None:
    import ibis

    values = values_of(home, metric("EA65"))
    assert values is not None
    frame = values.frame.select("area_code", "starts_on", "ends_on", "numerator", "denominator", "value")
    counts = frame.select(
        area="area_code",
        period="starts_on",
        days=(pl.col("ends_on") - pl.col("starts_on")).dt.total_days() + 1,
        numerator="numerator",
        denominator="denominator",
    )
    connection = ibis.duckdb.connect()
    by_engine = pl.DataFrame(connection.to_polars(ratio(ibis.memtable(counts.to_arrow()), 100_000)))
    both = frame.join(by_engine, left_on=["area_code", "starts_on"], right_on=["area", "period"], how="left")

    assert both.height == frame.height > 300
    assert both["value"].null_count() == both["value_right"].null_count() > 0
    assert both.select((pl.col("value") - pl.col("value_right")).abs().max()).item() < 1e-9


values = st.lists(st.one_of(st.none(), st.floats(0, 1e6, width=32)), min_size=6, max_size=20)


@given(st.lists(values, min_size=1, max_size=5), st.integers(1, 5))
def test_correlations_of_many_are_those_of_each(many: list[list[float | None]], cut: int) -> None:
    points = min(map(len, many))
    rows = [row[:points] for row in many]
    phases = [(0, cut), (cut, points)]
    matrix = np.array([[np.nan if value is None else value for value in row] for row in rows])

    for one, row in zip(lag1_batch(matrix, phases), rows, strict=True):
        alone = lag1_of(row, phases)
        assert one == (None if alone is None else pytest.approx(alone, abs=1e-6))


def test_the_command_without_an_area_tells_of_every_area(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMONPOOL_HOME", str(home))
    run = CliRunner().invoke
    text = run(commands, ["board", "--as-at", "2031-06-01"]).stdout
    rows = json.loads(run(commands, ["board", "--as-at", "2031-06-01", "--json"]).stdout)

    found = all_areas(home, [metric("EA65")], TODAY)
    concern = sum(each.variation is Variation.CONCERN for each in found.standings)
    assert f"EA65       Emergency admissions, 65 and over: 12 areas; {concern} for concern" in text
    assert "RES65      Long-term admissions to care homes, 65 and over: 12 areas; no icons" in text
    assert "By chance alone, about" in text
    assert len(rows) == 36
    assert rows[0].keys() >= {"metric", "area", "latest", "variation", "why_no_icons", "unit"}
