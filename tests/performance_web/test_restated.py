"""Trusts' figures restated for areas, on pages: the back-test, and the section of a metric's page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from commonpool.people.rules import Role
from commonpool.places.models import Organisation
from tests.browser import check_nothing_is_clipped, check_page
from tests.performance.small_country import lay_country, load_a_and_e, load_delays
from tests.performance_web.builders import as_, somebody, text_of

pytestmark = pytest.mark.django_db
BACK_TEST = "/performance/restated/delayed-transfers-2018-08/"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with an invented country's delays and A&E."""
    home = tmp_path_factory.mktemp("home")
    load_delays(home)
    load_a_and_e(home)
    return home


@pytest.fixture
def country(home: Path, tmp_path: Path) -> Iterator[None]:
    lay_country(tmp_path)
    with override_settings(COMMONPOOL_HOME=home):
        yield


def reader() -> Client:
    council = Organisation.objects.get(kind="upper_tier", gss_code="E10000901")
    return as_(somebody("reader@wendleshire.example", council, Role.READER))


def metric_page(code: str) -> str:
    area = Organisation.objects.get(kind="hwb_area", gss_code="E10000901")
    return reverse("performance:metric", args=[area.uuid, code])


@pytest.mark.requirement("S43")
def test_the_back_test_stands_on_one_page_with_its_correlation_coverage_and_reasons(country: None) -> None:
    said = text_of(reader().get(BACK_TEST))

    for text in (
        "Restated for 3 areas, trusts’ delays correlate 1.00 with the published ones",
        "people of 65 and over alone correlate",
        "90% in the area with least",
        "1 of 4 providers have no catchment",
        "No figure came from Wendle Children NHS Trust",
        "the published figure counts a council’s residents",
        "Restated days are estimates",
    ):
        assert text in said


def test_each_area_stands_in_a_list_that_can_be_searched_and_downloaded_with_its_mark(country: None) -> None:
    found = reader().get(BACK_TEST, {"area": "tarn"})
    rows = list(csv.DictReader(io.StringIO(reader().get(BACK_TEST, {"download": "csv"}).content.decode("utf-8-sig"))))

    assert "1 of 3 areas" in text_of(found)
    assert [(row["Area"], row["Published days"], row["Mark"]) for row in rows] == [
        ("Harbourne", "120", "restated from trusts"),
        ("Tarnley", "50", "restated from trusts"),
        ("Wendleshire", "300", "restated from trusts"),
    ]


def test_another_comparison_is_a_link_away_and_an_unknown_one_is_not_found(country: None) -> None:
    assert "all delays of providers" in text_of(reader().get(BACK_TEST, {"compare": "nhs"}))
    assert reader().get(BACK_TEST, {"compare": "all"}).status_code == 404


def test_without_figures_the_page_says_what_to_load(country: None, tmp_path: Path) -> None:
    with override_settings(COMMONPOOL_HOME=tmp_path / "empty"):
        said = text_of(reader().get(BACK_TEST))

    assert "Nothing can be compared yet." in said
    assert "commonpool performance load dtoc-trust FILES" in said


@pytest.mark.requirement("S43")
def test_a_metric_of_trusts_stands_on_the_area_s_page_marked_without_icon_or_chart(country: None) -> None:
    page = reader().get(metric_page("EMADM"))
    said = text_of(page)

    assert "No figures of the area itself are held: what trusts’ figures come to for it stands below" in said
    assert "Restated from trusts" in said
    assert "stands in no control chart, ranking or regression" in said
    assert "Ashby General NHS Trust" in said
    trust = Organisation.objects.get(ods_code="RXA")
    assert reverse("places:organisation", args=[trust.uuid]) in page.content.decode()
    assert "It covers 90% of the area’s patients" in said
    assert "The range is what other weights give" in said
    assert "half of 146 areas within 26%" in said
    assert "cp-chart" not in page.content.decode()


def test_a_metric_that_is_published_by_council_has_no_such_section(country: None) -> None:
    assert "Restated from trusts" not in text_of(reader().get(metric_page("DTOC")))


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_pages_hold_in_a_browser(country: None, live_server: Any, page: Any) -> None:
    cookie = reader().cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    for address in (BACK_TEST, metric_page("EMADM")):
        page.goto(f"{live_server.url}{address}")
        check_page(page)
        check_nothing_is_clipped(page)
