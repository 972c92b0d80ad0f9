"""The catalogue of metrics: complete, dated, and never one line where the definition changed."""

from __future__ import annotations

import html
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from typer.testing import CliRunner

from commonpool.policy.cli import commands
from commonpool.policy.metric_catalogue import Dimension, Every
from commonpool.policy.reading import load_round, round_ids
from commonpool.policy.reading.metrics import OWN_METRICS, load_catalogue
from commonpool.policy.rules import PolicyError
from tests.browser import check_page

# Section 5.1 of the domain brief: which metric stood in which round's plans.
IN_ROUNDS = {
    "2015-16": {"NEA", "DTOC", "RES65", "REABL", "PEXP", "LOCAL"},
    "2016-17": {"NEA", "DTOC", "RES65", "REABL", "PEXP", "LOCAL"},
    "2017-19": {"NEA", "DTOC", "RES65", "REABL"},
    "2019-20": {"NEA", "DTOC", "RES65", "REABL"},
    "2020-21": set(),
    "2021-22": {"RES65", "REABL", "AVOID", "LOS14", "LOS21", "UPR"},
    "2022-23": {"RES65", "REABL", "AVOID", "UPR"},
    "2023-25": {"RES65", "REABL", "AVOID", "UPR", "FALLS"},
    "2025-26": {"RES65", "REABL", "AVOID", "FALLS", "EA65", "DRD", "DRD_PCT", "DRD_DAYS"},
}
GOOD = {"increase": "high", "decrease": "low", "neutral": "local"}


@pytest.mark.requirement("S12")
@pytest.mark.parametrize("round_id", IN_ROUNDS)
def test_every_metric_of_a_round_is_defined_when_its_plans_run(round_id: str) -> None:
    loaded, catalogue = load_round(round_id), load_catalogue()
    assert set(loaded.metrics) == IN_ROUNDS[round_id]
    for each in loaded.metrics.values():
        metric = catalogue.metric(each.code)
        assert metric.label == each.label
        for year in loaded.years:
            # AVOID and others were dropped from a round's later years; the first year is always planned.
            assert metric.on(date(int(year[:4]), 4, 1)) or not each.periods, f"{each.code} in {year}"
        if each.code != "PEXP":
            assert GOOD[metric.improvement] == each.good, each.code


def test_every_round_but_the_invented_one_is_compared() -> None:
    assert set(round_ids()) - set(IN_ROUNDS) == {"2026-27", "norrmark-2031"}


@pytest.mark.requirement("S12")
def test_delayed_transfers_and_what_came_later_are_never_one_line() -> None:
    catalogue = load_catalogue()

    for later in ("NCTR", "DRD", "DRD_PCT", "DRD_DAYS"):
        for order in (["DTOC", later], [later, "DTOC"]):
            assert "is never one line with" in catalogue.why_never_together(order)
    assert catalogue.why_never_together(["DRD", "DRD_PCT", "EA65"]) == ""


def test_a_series_meets_the_breaks_within_its_days_only() -> None:
    metric = load_catalogue().metric("RES65")

    assert [each.on.year for each in metric.breaks_between(date(2013, 4, 1), date(2020, 4, 1))] == [2014, 2018]
    assert metric.breaks_between(date(2014, 4, 1), date(2018, 3, 31)) == ()
    assert metric.on(date(2024, 3, 31)).number == 2
    assert metric.on(date(2024, 4, 1)).every is Every.QUARTER
    assert metric.on(date(1999, 4, 1)) is None


@pytest.mark.requirement("S106")
def test_a_set_that_looks_mostly_at_the_hospital_is_warned_of() -> None:
    catalogue = load_catalogue()
    national = catalogue.balance(catalogue.sets["national-2025-26"].metrics)
    balanced = catalogue.balance(catalogue.sets["balanced"].metrics)

    assert national.warning == (
        "2 of these 3 metrics look at the acute hospital only. Nothing looks at: person, carer, workforce, partnership."
    )
    assert (balanced.warning, balanced.missing) == ("", ())
    assert sum(balanced.by_dimension.values()) == balanced.total == 9
    assert catalogue.balance(["EA65", "RES65"]).warning == "", "half is not more than half"
    assert catalogue.balance([]).missing == tuple(Dimension)


WHOLE = {
    "label": "A metric",
    "dimension": "care",
    "improvement": "decrease",
    "versions": [
        {
            "starts_on": "2020-04-01",
            "numerator": "People",
            "unit": "people",
            "form": "count",
            "every": "month",
            "data_source": "A return",
            "source": "OWN",
        }
    ],
}


def a_catalogue(folder: Path, metrics: dict[str, Any], sets: dict[str, Any] | None = None) -> Path:
    (folder / "some.yaml").write_text(json.dumps(metrics), encoding="utf-8")
    (folder / "sets.yaml").write_text(json.dumps(sets or {}), encoding="utf-8")
    return folder


def version(**more: Any) -> dict[str, Any]:
    return {**WHOLE["versions"][0], **more}


def a_set(*codes: str) -> dict[str, Any]:
    return {"all": {"label": "All", "metrics": list(codes), "source": "OWN"}}


def test_a_metric_that_is_whole_is_read(tmp_path: Path) -> None:
    read = load_catalogue(a_catalogue(tmp_path, {"A": WHOLE}, a_set("A")))

    assert read.metric("A").latest.lag_days is None
    assert read.sets["all"].metrics == ("A",)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"label": ""}, "label is missing"),
        ({"dimension": "money"}, "‘money’ is not one of health"),
        ({"improvement": "up"}, "‘up’ is not one of increase"),
        ({"versions": []}, "versions is missing"),
        ({"versions": [version(form="ratio")]}, "a ratio has a denominator"),
        ({"versions": [version(denominator="Everybody")]}, "a count has no denominator"),
        ({"versions": [version(starts_on="1.4.2020")]}, "is not a date"),
        ({"versions": [version(multiplier="many")]}, "is not a whole number"),
        ({"versions": [version(source="R99")]}, "is not in sources.yaml"),
        ({"versions": [version(colour="red")]}, "‘colour’ is not known here"),
        ({"versions": [version(ends_on="2019-04-01")]}, "ends before it begins"),
        ({"versions": [version(), version(starts_on="2021-04-01")]}, "begins before version 1 has ended"),
        (
            {"versions": [version(ends_on="2021-03-31"), version(starts_on="2021-04-01")]},
            "must either say `continues: true` or have a break on 2021-04-01",
        ),
        ({"never_with": ["B"], "never_with_because": "so"}, "which is not there or does not name A"),
        ({"breaks": [{"from": "2021-04-01", "source": "OWN"}]}, "why is missing"),
    ],
)
def test_data_that_is_not_complete_is_refused_by_file_and_key(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(PolicyError, match=said.replace("(", "\\(")) as refused:
        load_catalogue(a_catalogue(tmp_path, {"A": {**WHOLE, **change}}))
    assert "A" in str(refused.value)


def test_a_set_of_unknown_metrics_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="B is in no file of metrics"):
        load_catalogue(a_catalogue(tmp_path, {"A": WHOLE}, a_set("B")))


def test_a_metric_in_two_files_is_refused(tmp_path: Path) -> None:
    a_catalogue(tmp_path, {"A": WHOLE})
    (tmp_path / "other.yaml").write_text(json.dumps({"A": WHOLE}), encoding="utf-8")

    with pytest.raises(PolicyError, match="stands in two files"):
        load_catalogue(tmp_path)


def test_the_command_shows_all_or_one_and_names_those_there_are() -> None:
    run = CliRunner().invoke

    everything = run(commands, ["metrics"]).stdout
    one = run(commands, ["metrics", "RES65"]).stdout
    as_json = json.loads(run(commands, ["metrics", "DTOC", "--json"]).stdout)
    unknown = run(commands, ["metrics", "DTOX"])

    assert "DTOC       Delayed transfers of care (days per day per 100,000 adults)" in everything
    assert "Set national-2025-26: EA65, DRD, RES65. 2 of these 3 metrics look at the acute hospital only." in everything
    assert "Breaks on 2024-04-01: The count is made from records of clients." in one
    assert as_json[0]["versions"][1]["form"] == "ratio per day"
    assert unknown.exit_code == 64
    assert "There is no metric ‘DTOX’. There are: AE4H" in unknown.output


@pytest.mark.django_db
def test_the_pages_show_definitions_breaks_and_what_was_only_recalled(client: Client) -> None:
    listed = client.get(reverse("policy:metrics")).content.decode()
    shown = client.get(reverse("policy:metric", args=["DTOC"])).content.decode()

    assert "2 of these 3 metrics look at the acute hospital only." in listed
    for code in load_catalogue().metrics:
        page = client.get(reverse("policy:metric", args=[code]))
        assert load_catalogue().metric(code).label in html.unescape(page.content.decode())
    assert "Never drawn as one line with" in shown
    assert "unverified" in client.get(reverse("policy:metric", args=["DRD"])).content.decode()
    assert client.get(reverse("policy:metric", args=["NONE"])).status_code == 404


@pytest.mark.browser
def test_the_pages_of_metrics_are_usable_by_everybody(live_server: Any, page: Any) -> None:
    page.goto(f"{live_server.url}{reverse('policy:metrics')}")
    check_page(page)
    page.get_by_role("link", name="Long-term admissions to care homes, 65 and over").first.click()
    page.get_by_role("heading", name="Where the series breaks").wait_for()
    check_page(page)


def test_the_catalogue_stands_where_the_package_looks() -> None:
    assert (OWN_METRICS / "sets.yaml").exists()
