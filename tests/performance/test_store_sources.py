"""Every other source that is described, on the files as published."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from commonpool.performance.store.layouts import read_source, source_ids
from commonpool.performance.store.load import load
from commonpool.performance.store.reading import current
from commonpool.performance.store.report import LoadReport
from tests.performance.conftest import AT

FILES = {
    "acute-discharge": [
        "discharge/acute_discharge_sitrep_raw_2022-04_2023-11.zip",
        "discharge/acute_discharge_sitrep_national_timeseries_2021-04_2024-01.xlsx",
    ],
    "community-discharge": ["discharge/community_discharge_sitrep_raw_2023.zip"],
    "discharge-daily": [
        "discharge/trust_daily_no_criteria_to_reside.parquet",
        "discharge/trust_daily_discharged.parquet",
        "discharge/icb_daily_no_criteria_to_reside.csv.gz",
        "discharge/icb_daily_discharged.csv.gz",
    ],
    "delay-reasons": ["discharge/trust_monthly_delay_reasons_2024-06_2025-05.csv.gz"],
    "emergency": [
        "emergency/ae_attendances_trust_monthly_2016-04_2019-03.csv.gz",
        "emergency/ae_trust_monthly_2021-04_2025-07.csv",
        "emergency/ae_icb_monthly_2022-04_2025-07.csv",
    ],
    "beds": ["emergency/uec_beds_trust_monthly.csv.gz"],
    "dtoc-trust": ["dtoc/dtoc_trust_2018-08.csv"],
    "ascof": ["social_care/ascof_2020-21.csv.gz"],
    "council-outcomes": ["social_care/oflog_asc_metrics_2015-16_2022-23.csv.gz"],
    "discharge-ready-date": ["discharge/discharge_ready_date_analysis_2024-25.xlsx"],
}
FIGURES = {
    "acute-discharge": 477_153,
    "community-discharge": 84_079,
    "discharge-daily": 803_864,
    "delay-reasons": 52_651,
    "emergency": 3 * 12_765 + 4 * 7_895 + 4 * 1_680,
    "beds": 12 * 5_557,
    "dtoc-trust": 3 * 225,
    "ascof": 48_970,
    "council-outcomes": 6_376,
    "discharge-ready-date": 18 * (3 + 1) + 126 * 16 + 717 * 2,
}


@pytest.fixture(scope="module")
def loaded(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[pl.DataFrame, LoadReport]]:
    home = tmp_path_factory.mktemp("sources")
    made = {}
    for source, files in FILES.items():
        report = load(home, source, [shared_data / file for file in files], at=AT)
        made[source] = (current(home, source), report)
    return made


def test_every_source_that_is_described_is_tried_here():
    assert {*FILES, "dtoc", "local"} == set(source_ids())


@pytest.mark.parametrize("source", FILES)
def test_files_as_published_load_whole(source: str, loaded: dict[str, tuple[pl.DataFrame, LoadReport]]):
    figures, report = loaded[source]

    assert not report.is_refused
    assert len(figures) == report.figures == FIGURES[source]
    assert figures["value"].null_count() == (figures["value_status"] != "known").sum()
    assert figures["measure"].null_count() == figures["unit"].null_count() == figures["area_code"].null_count() == 0


def test_patients_without_criteria_to_reside_agree_in_three_independent_files(
    loaded: dict[str, tuple[pl.DataFrame, LoadReport]],
):
    day = date(2023, 4, 1)
    sitrep = loaded["acute-discharge"][0].filter(measure="no_criteria_to_reside", area_kind="england", period_start=day)
    trusts = loaded["discharge-daily"][0].filter(table="trust_no_criteria_to_reside", period_start=day)

    workbook = sitrep.filter(table="daily")["value"].item()
    series = sitrep.filter(table="national_daily")["value"].item()

    assert workbook == series == trusts["value"].sum() == 21_995


def test_the_national_series_equals_the_workbooks_on_every_day(loaded: dict[str, tuple[pl.DataFrame, LoadReport]]):
    england = (
        loaded["acute-discharge"][0]
        .filter(pl.col("destination").is_null(), area_kind="england")
        .filter(pl.col("table").is_in(["daily", "national_daily"]))
    )

    both = england.pivot("table", index=["measure", "period_start"], values="value").drop_nulls()

    assert both["period_start"].n_unique() == 608  # of 609: nothing was submitted on 19 June 2022
    assert (both["daily"] == both["national_daily"]).all()


def test_a_dash_means_what_its_table_says(loaded: dict[str, tuple[pl.DataFrame, LoadReport]]):
    unknown = loaded["acute-discharge"][0].filter(pl.col("value_status") != "known")

    by_table = {table: set(rows["value_status"]) for (table,), rows in unknown.group_by("table")}

    assert by_table["daily"] == by_table["weekly_bed_days"] == {"not_submitted"}
    hospices = unknown.filter(table="destinations", destination="p2_hospice")
    assert set(hospices["value_status"]) == {"suppressed"}
    assert set(hospices["area_kind"]) == {"icb", "trust"}


def test_zeros_printed_for_a_time_without_collection_are_no_figures(loaded: dict[str, tuple[pl.DataFrame, LoadReport]]):
    homes = loaded["acute-discharge"][0].filter(table="national_daily", destination="p0_home").sort("period_start")

    before = homes.filter(pl.col("period_start") < date(2021, 5, 11))

    assert set(before["value_status"]) == {"not_collected"}
    assert homes.filter(period_start=date(2021, 5, 11))["value"].item() > 0


def test_a_month_with_an_old_and_a_new_column_of_one_name_keeps_both(
    loaded: dict[str, tuple[pl.DataFrame, LoadReport]],
):
    england = loaded["community-discharge"][0].filter(
        table="reasons", area_kind="england", period_start=date(2023, 10, 1)
    )

    found = dict(england.select("reason", "value").iter_rows())

    assert (found["pathway_1"], found["pathway_1_not_continued"], found["pathway_1_reablement_continued"]) == (
        467.25,
        96.25,
        68.75,
    )


def test_marks_of_outcomes_stay_apart_from_zero(loaded: dict[str, tuple[pl.DataFrame, LoadReport]]):
    figures, report = loaded["ascof"]

    assert (report.statuses["not_collected"], report.statuses["suppressed"]) == (26_520, 43)
    england = figures.filter(area_kind="england", measure="ascof_2b1_at_home_after_91_days")
    assert set(england["unit"]) == {"percent", "count"}
    assert set(england["period_end"]) == {date(2021, 3, 31)}


def test_months_that_are_not_there_are_named(loaded: dict[str, tuple[pl.DataFrame, LoadReport]]):
    report = loaded["community-discharge"][1]

    monthly = next(table for table in report.tables if table.table == "reasons")

    assert [first for first, _ in monthly.missing_periods] == [date(2023, 7, 1), date(2023, 8, 1)]


def test_all_37_reasons_for_delay_have_a_code_of_their_own(loaded: dict[str, tuple[pl.DataFrame, LoadReport]]):
    assert loaded["delay-reasons"][0]["reason"].n_unique() == 37
    labels = read_source("delay-reasons").layouts[0].tables[0].by_row["reason"][1]
    assert len({setting.values["reason"] for setting in labels.known.values()}) == 37


def test_two_publishers_agree_on_one_outcome_of_each_council(loaded: dict[str, tuple[pl.DataFrame, LoadReport]]):
    """Of the sequel to short-term services in 2020-21, which one takes from the other."""
    measure = "ascof_2d_sequel_to_short_term_service"
    compared = loaded["council-outcomes"][0].filter(measure=measure, period_start=date(2020, 4, 1))
    framework = loaded["ascof"][0].filter(pl.col("age").is_null(), measure=measure, quantity="outcome")

    both = compared.select("area_code", "value", "value_status").join(
        framework.select("value", "value_status", area_code="area_gss"), on="area_code"
    )

    assert len(both) == 151
    assert both.filter(pl.col("value").is_null())["value_status_right"].to_list() == ["not_collected"]
    known = both.drop_nulls()
    assert len(known) == 150
    assert (known["value"] == known["value_right"]).all()


@pytest.mark.requirement("S12")
def test_what_remains_without_criteria_to_reside_is_the_morning_s_count_less_the_discharged(
    loaded: dict[str, tuple[pl.DataFrame, LoadReport]],
):
    """So the compiled files, which have no such column, give it as the difference."""
    daily = loaded["acute-discharge"][0].filter(table="daily", area_kind="trust")

    by_measure = daily.pivot("measure", index=["area_code", "period_start"], values="value").drop_nulls()

    difference = by_measure["no_criteria_to_reside"] - by_measure["discharged"]
    assert len(by_measure) == 72_266
    assert (difference == by_measure["no_criteria_to_reside_remaining"]).all()


def test_a_compiled_zero_of_patients_without_criteria_to_reside_is_no_figure(
    loaded: dict[str, tuple[pl.DataFrame, LoadReport]],
):
    """The workbooks of the same days have nothing on seven in ten of them, and a count on most others."""
    of_trusts = {"measure": "no_criteria_to_reside", "area_kind": "trust"}
    compiled = loaded["discharge-daily"][0].filter(**of_trusts)
    workbooks = loaded["acute-discharge"][0].filter(**of_trusts, table="daily")

    unsent = compiled.filter(value_status="not_submitted")

    assert len(unsent) == 1_345
    assert compiled.filter(value=0).is_empty()
    both = unsent.join(workbooks, on=["area_code", "period_start"])
    nothing, printed = both.filter(value_status_right="not_submitted"), both.filter(value_status_right="known")
    assert (len(both), len(nothing), printed.filter(pl.col("value_right") > 0).height) == (1_072, 757, 241)
    icbs = loaded["discharge-daily"][0].filter(measure="no_criteria_to_reside", area_kind="icb")
    assert icbs.filter(value=0).is_empty()
    assert icbs.filter(value_status="not_submitted").height == 378


def test_providers_delays_are_read_as_those_attributed_to_the_nhs(
    loaded: dict[str, tuple[pl.DataFrame, LoadReport]],
):
    figures, report = loaded["dtoc-trust"]

    acute = figures.filter(care_type="acute")

    assert set(figures["attribution"]) == {"nhs"}
    assert set(figures["period_end"]) == {date(2018, 8, 31)}
    assert acute["value"].sum() * 31 == pytest.approx(62_386, abs=1e-3)
    assert acute["area_kind"].value_counts().sort("area_kind")["count"].to_list() == [15, 210]
    assert [(line.compared, line.differing) for line in report.reconciled] == [(225, 0)]


def test_a_trust_that_the_register_does_not_know_is_a_finding(tmp_path: Path):
    file = tmp_path / "delays.csv"
    file.write_text("DATE,ORG_CODE,ACUTE_DTOC,NON_ACUTE_DTOC,TOTAL_DTOC\nAug-18,RXX,1,0,1\nAug-18,RYY,0,-,2\n")

    report = load(tmp_path, "dtoc-trust", [file], at=AT, register=lambda kind: frozenset({"RYY"}))

    assert [finding.rule for finding in report.findings] == ["LOAD-18"]
    assert "RXX" in str(report.findings[0]) and "RYY" not in str(report.findings[0])
    assert current(tmp_path, "dtoc-trust").filter(pl.col("value").is_null())["value_status"].to_list() == [
        "not_submitted"
    ]
