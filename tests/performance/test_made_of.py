"""What metrics are made of where a source does not print them: differences of counts, values without counts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from commonpool.performance.measures import published
from commonpool.performance.metric_series import series_of
from commonpool.performance.store import reading, schema
from commonpool.performance.store.layouts import read_source, source_ids
from commonpool.performance.store.load import load
from commonpool.policy.reading.metrics import load_catalogue
from tests.performance.builders import AT, LATER, ae_csv


def csv(path: Path, header: str, *rows: str) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_patients_who_remain_are_those_of_the_morning_less_those_discharged_that_day(tmp_path: Path) -> None:
    days = [f"2031-04-{day:02}" for day in range(1, 31)]
    there = csv(
        tmp_path / "there.csv",
        "nhs_trust22_code,date,do_not_meet_criteria_to_reside",
        *(f"R0A,{day},{100 + n}" for n, day in enumerate(days)),
    )
    left = csv(
        tmp_path / "left.csv",
        "nhs_trust22_code,date,discharged_by_1700,discharged_between_1701_2359,discharged_total",
        *(f"R0A,{day},,,40" for day in days),
    )
    assert not load(tmp_path / "home", "discharge-daily", [there, left], at=AT).is_refused

    series = series_of(tmp_path / "home", load_catalogue().metric("NCTR"), "R0A")

    assert series is not None
    (april,) = series.points
    assert (april.starts_on, april.value) == (date(2031, 4, 1), 114.5 - 40)


def test_a_council_s_outcome_without_counts_is_drawn_and_says_so_and_a_blank_is_unknown(tmp_path: Path) -> None:
    header = (
        "Financial year,Local authority code,Local authority name,Grouping,Entity_Name,Region,Measure,Code,Value,"
        "MEDIAN,MADs_from_median,rank_order"
    )
    rows = [
        f'{year},E06000901,Wendleshire,LA_Raw,Counties,,"Outcome, ASC Carer Quality of Life",ASC1,{value},7,0,desc'
        for year, value in (("2016-17", "7.6"), ("2018-19", ""))
    ]
    assert not load(tmp_path, "council-outcomes", [csv(tmp_path / "oflog.csv", header, *rows)], at=AT).is_refused

    series = series_of(tmp_path, load_catalogue().metric("CARERLIFE"), "E06000901")

    assert series is not None
    said = [(point.value, point.numerator, point.why, point.note) for point in series.points]
    assert said == [
        (7.6, None, "", "as printed, without its counts"),
        (None, None, "no release has this period", ""),
        (None, None, "left blank by the publisher", ""),
    ]


def test_the_four_hours_of_an_icb_are_those_seen_in_time_of_all_who_came(tmp_path: Path) -> None:
    load(tmp_path, "emergency", [ae_csv(tmp_path / "ae.csv", ["E54000901,1200,300,30,4,0.25,0.1,April 2031"])], at=AT)

    series = series_of(tmp_path, load_catalogue().metric("AE4H"), "E54000901")

    assert series is not None
    assert (series.points[0].value, series.points[0].numerator) == (75, 900)


@pytest.mark.parametrize("code", sorted(published()))
def test_each_metric_is_made_of_tables_and_measures_that_its_source_has(code: str) -> None:
    assert code in load_catalogue().metrics
    for measure in published()[code]:
        assert measure.source in source_ids()
        tables = {table.id: table for layout in read_source(measure.source).layouts for table in layout.tables}
        for part in filter(None, (measure.numerator, measure.denominator)):
            table = tables[part.table]
            labels = [table.headings, table.groups, *(labels for _, labels in table.by_row.values())]
            said = [table.base, *(setting for each in labels for setting in each.known.values())]
            assert part.measure in {setting.values.get("measure") for setting in said}, (code, part)
        assert measure.kind in {rule.kind for table in tables.values() for rule in table.areas}


def test_figures_that_were_kept_before_a_breakdown_was_known_are_read_beside_newer_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = "E54000901,1200,300,30,4,0.25,0.1"
    load(tmp_path, "emergency", [ae_csv(tmp_path / "a.csv", [f"{row},April 2031"])], at=AT)
    old = tmp_path / "activity/emergency/0001/figures.parquet"
    _without_column(old, "delay")
    alone = reading.current(tmp_path, "emergency")

    load(tmp_path, "emergency", [ae_csv(tmp_path / "b.csv", [f"{row},May 2031"])], at=LATER)

    both = reading.current(tmp_path, "emergency")
    assert alone["delay"].null_count() == len(alone) == 4
    assert (len(both), both["period_start"].n_unique()) == (8, 2)
    assert set(schema.CATEGORIES) <= set(both.columns)
    assert reading.relation(tmp_path, "emergency").count().execute() == 8


def _without_column(file: Path, column: str) -> None:
    import polars as pl

    frame = pl.read_parquet(file).drop(column)
    file.chmod(0o644)
    frame.write_parquet(file)
