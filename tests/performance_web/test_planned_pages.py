"""What an area planned, on its board and each metric's page: whose plan, what came, the chance, what waits at home."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from commonpool.demo.activity import fill_activity
from commonpool.people.rules import Role
from commonpool.places.models import Organisation
from commonpool.plans.models import PlanVersion
from tests.funds.builders import a_body, wendleshire
from tests.performance_web.builders import AGREED_AT, a_plan, as_, somebody, text_of, wendle_lead
from tests.performance_web.test_boards import page

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the demonstration's figures."""
    home = tmp_path_factory.mktemp("home")
    fill_activity(home)
    return home


@pytest.fixture(autouse=True)
def of_november_2026(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The figures of 2025-26 are complete, and its plan is not long over."""
    cache.clear()
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 11, 25, 12, tzinfo=UTC))
    with override_settings(COMMONPOOL_HOME=home):
        yield


@pytest.fixture
def area() -> Organisation:
    return wendleshire()


@pytest.fixture
def lead(area: Organisation) -> Client:
    return as_(wendle_lead())


@pytest.mark.requirement("S12")
def test_planned_stands_beside_actual_with_whose_plan_it_is(lead: Client, area: Organisation) -> None:
    version = a_plan(area)

    answer = page(lead, area, "metric", "EA65")
    said = text_of(answer)
    assert "Mar 2026: 1,645.0 against 1,655.1 planned" in said
    assert re.search(r"Apr 2025 1,604.50 1,582.50 Met Plan of 2025-26, version 1 \(agreed\)", said)
    assert re.search(r"Jun 2025 1,570.70 1,566.46 Met", said)
    assert reverse("plans:version", args=[version.uuid]) in answer.content.decode()
    assert "2025-26 is complete and its plan was missed: a mean of 1,629.9 against 1,620.3" in said


def test_the_three_readings_stand_apart_in_words(lead: Client, area: Organisation) -> None:
    a_plan(area)
    said = text_of(page(lead, area, "metric", "DRD"))

    assert re.search(r"Against plan Met .* Variation Special cause: improvement .* Assurance Consistently misses", said)


def test_a_quarter_s_plan_is_not_drawn_on_years_and_says_why(lead: Client, area: Organisation) -> None:
    a_plan(area)
    said = text_of(page(lead, area, "metric", "RES65"))

    assert "sets a value for each quarter, and the figures are of each year: it can’t be added up exactly" in said
    assert "No plan sets a value for the newest period" not in said
    assert "497.8 to 582.2" in said, "years are compared by their intervals"
    assert "is no test of a difference" in said


def test_the_targets_stand_on_the_chart_and_in_the_file(lead: Client, area: Organisation) -> None:
    a_plan(area)
    rows = list(csv.DictReader(io.StringIO(page(lead, area, "metric", "EA65", format="csv").content.decode())))

    assert [rows[-1][name] for name in ("planned", "against_plan")] == ["1655.1", "met"]
    assert rows[0]["planned"] == ""
    assert float(rows[-1]["lower_95"]) < float(rows[-1]["value"]) < float(rows[-1]["upper_95"])
    assert 'stroke-dasharray="2 3"' in page(lead, area, "metric", "EA65", format="svg").content.decode()


# -- whose version


def test_the_agreed_version_counts_before_a_newer_draft(lead: Client, area: Organisation) -> None:
    a_plan(area)
    a_plan(area, "draft", admissions="0.5")

    assert "against 1,655.1 planned" in text_of(page(lead, area, "metric", "EA65"))


def test_a_draft_is_shown_to_its_own_body_and_to_nobody_else(lead: Client, area: Organisation) -> None:
    a_plan(area, "draft")
    elsewhere = as_(somebody("team@national.example", a_body("National team", "other"), Role.NATIONAL_TEAM))

    assert "Plan of 2025-26, version 1 (a draft, not agreed)" in text_of(page(lead, area, "metric", "EA65"))
    said = text_of(page(elsewhere, area, "metric", "EA65"))
    assert "1,604.5" not in said
    assert "Here will stand what is planned for each period beside what came" in said


def test_an_offered_version_says_that_it_is_not_agreed(lead: Client, area: Organisation) -> None:
    a_plan(area, "offered")

    assert "version 1 (offered, not agreed)" in text_of(page(lead, area, "metric", "EA65"))


# -- the board


def test_the_board_has_each_reading_and_what_they_come_to(lead: Client, area: Organisation) -> None:
    a_plan(area)
    answer = page(lead, area)
    said, html = text_of(answer), answer.content.decode()

    assert re.search(
        r"Emergency admissions, 65 and over 1,645.0 per 100,000 people aged 65 and over, Mar 2026 1,655.1 Met "
        r"Common cause Hits and misses the target at random year’s plan missed On plan now; it hits and misses",
        said,
    )
    assert html.count('class="cp-spark"') == 4
    assert html.count("<svg") == html.count('aria-hidden="true" focusable="false"') + html.count('role="img"')


def test_the_board_is_filtered_sorted_and_downloaded_by_its_address(lead: Client, area: Organisation) -> None:
    a_plan(area)

    met = text_of(page(lead, area, against="Met"))
    assert "2 of 5 metrics" in met and "People waiting for care to begin" not in met
    worst = page(lead, area, sort="metric", download="csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(worst)))
    assert [row["Code"] for row in rows] == ["REABL", "DRD", "EA65", "RES65", "CAREWAIT"]
    assert [rows[2][name] for name in ("Plan", "Against plan", "Chance of year’s plan", "Early warning", "Data")] == [
        "1655.1", "Met", "0.0", "No", "invented"
    ]  # fmt: skip


def test_a_table_of_cells_with_faults_is_told_on_the_board(lead: Client, area: Organisation, home: Path) -> None:
    own = home / "board_cells.yaml"
    own.write_text("cells: []\n", encoding="utf-8")
    try:
        said = text_of(page(lead, area))
    finally:
        own.unlink()

    assert "board_cells.yaml: No row is for against_plan ‘met’" in said
    assert "Until that is mended, the board uses the shipped table." in said


# -- what waits at home


def oxmarrow() -> tuple[Organisation, Any]:
    area = a_body("Oxmarrow", Organisation.Kind.HWB_AREA, gss_code="XW03")
    council = a_body("Oxmarrow Council", Organisation.Kind.UPPER_TIER, gss_code="XW03", ods_code="XC03")
    return area, somebody("lead@oxmarrow.example", council, Role.BCF_LEAD)


def a_plan_of_oxmarrow(state: str = "agreed") -> Any:
    """As the invented neighbour's plan: 95% of the worked example's admissions."""
    area, lead = oxmarrow()
    a_plan(area, state, admissions="0.95")
    return lead


def waiting(person: Any) -> str:
    return text_of(as_(person).get("/"))


def test_a_metric_newly_off_plan_waits_for_who_writes_the_plan() -> None:
    lead = a_plan_of_oxmarrow()

    said = waiting(lead)

    assert re.search(
        r"Emergency admissions, 65 and over in Oxmarrow: newly off plan, 1,[67]\d\d\.\d in Dec 2025 against 1,644\.5; "
        r"early warning, chance of meeting the plan of 2025-26: \d+%",
        said,
    )


def test_nothing_waits_from_a_plan_that_nobody_agreed_to_or_for_who_only_reads() -> None:
    lead = a_plan_of_oxmarrow("offered")
    reader = somebody("reader@oxmarrow.example", a_body("Oxmarrow Council", "upper_tier"), Role.READER)

    assert "newly off plan" not in waiting(lead)
    PlanVersion.objects.update(state="agreed", agreed_at=AGREED_AT)
    assert "newly off plan" in waiting(lead)
    assert "newly off plan" not in waiting(reader)


def test_what_waits_is_worked_out_once_until_something_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    lead = a_plan_of_oxmarrow()
    first = waiting(lead)

    def never(*asked: object, **more: object) -> None:
        raise AssertionError("it was read again")

    monkeypatch.setattr("commonpool.performance.queries.off_plan.series_of", never)
    assert waiting(lead) == first
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 11, 26, 12, tzinfo=UTC))
    with pytest.raises(AssertionError, match="read again"):
        waiting(lead)
