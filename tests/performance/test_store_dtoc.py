"""Delayed transfers of care: 99 published workbooks, whose layout drifts, against two independent readings of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from commonpool.performance.store.layouts import read_source
from commonpool.performance.store.reading import current, series
from commonpool.performance.store.report import LoadReport

Loaded = tuple[Path, LoadReport]
TABLES = {"type_of_care": "care_type", "responsible_org": "responsible_organisation", "reason": "reason"}
CODES = {"acute", "non_acute", "nhs", "social_care", "both", "total"}


@pytest.fixture(scope="module")
def figures(dtoc: Loaded) -> pl.DataFrame:
    return current(dtoc[0], "dtoc")


def test_every_month_and_every_table_of_the_99_workbooks_loads(dtoc: Loaded, figures: pl.DataFrame):
    _, report = dtoc

    assert not report.is_refused
    assert len([file for file in report.files if len(file.tables) == 3]) == 99
    months = figures.group_by("table").agg(pl.col("period_start").n_unique(), pl.min("period_start").alias("first"))
    assert set(months.iter_rows()) == {(table, 99, date(2011, 4, 1)) for table in TABLES.values()}


def test_councils_add_up_to_england_in_every_month_and_table(dtoc: Loaded):
    _, report = dtoc

    to_england = [line for line in report.reconciled if line.to == "england"]
    assert sum(line.compared for line in to_england) == 297 + 81 + 396 + 108 + 1_116
    assert [line for line in report.reconciled if line.differing] == []


def test_england_equals_the_independent_national_series_in_every_month_that_both_have(
    shared_data: Path, figures: pl.DataFrame
):
    path = shared_data / "dtoc/dtoc_england_monthly_with_deaths_2010-08_2019-08.csv"
    theirs = pl.read_csv(path, columns=["month", "year", "exp_days_dtoc", "exp_days_acute", "exp_days_nonacute"])
    theirs = theirs.with_columns(period_start=pl.format("1 {} {}", "month", "year").str.to_date("%e %B %Y"))
    england = figures.filter(table="care_type", measure="delayed_days", area_kind="england")

    ours = england.with_columns(pl.col("care_type").fill_null("all")).pivot(
        "care_type", index="period_start", values="value"
    )
    both = ours.join(theirs, on="period_start")

    assert len(both) == 99  # the national series begins earlier and ends two months later
    for mine, other in (("all", "exp_days_dtoc"), ("acute", "exp_days_acute"), ("non_acute", "exp_days_nonacute")):
        assert (both[mine] == both[other]).all(), mine


def test_our_figures_equal_the_tidy_reading_row_for_row(shared_data: Path, figures: pl.DataFrame):
    tidy = pl.read_csv(shared_data / "dtoc/dtoc_la_monthly_tidy_2011-04_2019-06.csv.gz", infer_schema=False)
    theirs = tidy.select(
        pl.col("period"),
        pl.col("table").replace_strict(TABLES),
        pl.col("measure").replace_strict({"days": "delayed_days", "beds": "people_delayed_per_day"}),
        _unless_dash("region"),
        _unless_dash("ons_code"),
        pl.col("la_code").replace({"-": "E92000001"}),
        pl.col("la_name"),
        pl.col("category").str.replace_all(r"\s+", " "),
        pl.col("value").cast(pl.Float64),
    )
    ours = figures.select(
        pl.col("period_start").dt.strftime("%Y-%m").alias("period"),
        "table",
        "measure",
        "region",
        pl.col("area_gss").alias("ons_code"),
        pl.col("area_code").alias("la_code"),
        pl.col("area_name").alias("la_name"),
        pl.col("heading").alias("category"),
        "value",
    )

    assert len(ours) == len(theirs) == 309_638
    by = ["period", "table", "measure", "la_code", "category"]
    assert ours.sort(by).equals(theirs.sort(by))


def _unless_dash(column: str) -> pl.Expr:
    return pl.col(column).replace({"-": None, "": None})


def test_each_label_means_the_reason_whose_letter_it_has(figures: pl.DataFrame):
    pairs = figures.filter(pl.col("reason").is_not_null()).select("heading", "reason").unique()
    letters = {"di": "d1", "dii": "d2"}

    assert len(pairs) == 22
    for heading, reason in pairs.iter_rows():
        letter = heading.partition(")")[0].lower()
        assert reason.partition("_")[0] == letters.get(letter, letter), heading


def test_a_dash_is_unknown_and_not_zero(figures: pl.DataFrame):
    dashes = figures.filter(pl.col("value_status") != "known")

    assert len(dashes) == 813
    assert set(dashes["value_status"]) == {"not_submitted"}
    assert dashes["value"].null_count() == 813


@pytest.mark.requirement("S12")
def test_what_became_of_dorset_is_told(dtoc: Loaded):
    told = [str(finding) for finding in dtoc[1].findings]

    assert any("809 is called ‘Dorset’, then ‘Dorset UA’" in said for said in told)
    assert any(
        "2019-05-01" in said and "Poole UA (738)" in said and "Poole UA (811)" in said and "(810)" in said
        for said in told
    )


def test_a_national_total_that_is_off_by_ten_is_recorded_and_not_hidden(dtoc: Loaded):
    (said,) = [str(finding) for finding in dtoc[1].findings if finding.rule == "LOAD-21"]

    assert "add up to 533,201" in said
    assert "533,191" in said
    assert len(read_source("dtoc").controls) == 2  # the next quarter adds up, and nothing is said of it


def test_a_council_has_a_series(dtoc: Loaded):
    found = series(
        dtoc[0], "dtoc", table="responsible_organisation", measure="delayed_days", area="E10000007", attribution="nhs"
    )

    assert found["period_start"][0] == date(2015, 7, 1)  # its ONS code is printed from then on
    assert found.filter(period_start=date(2019, 6, 1))["value"].item() == 927
    whole = series(dtoc[0], "dtoc", table="care_type", measure="delayed_days", area="506")
    assert len(whole) == 99
    assert whole["value"].null_count() == 0
