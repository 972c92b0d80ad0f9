"""An analyst brings published files and ends at a council's chart; anybody pastes numbers and sees theirs."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from commonpool.performance import tasks
from commonpool.performance.actions.figures import load_received
from tests.browser import check_nothing_is_clipped, check_page, click_through
from tests.conftest import SHARED_DATA
from tests.funds.builders import a_body
from tests.journeys.steps import download, follow, press, row_of, rows_of, says, sign_in_as
from tests.performance.builders import Dtoc

pytestmark = pytest.mark.browser
ARCHIVE = SHARED_DATA / "dtoc/dtoc_la_raw_workbooks_2011-04_2019-06.zip"
MONTHS = ("April", "May", "June", "July", "August", "September", "October", "November", "December")
NEWEST = 14  # months: enough for limits that no longer move
DAYS = (410, 425, 398, 431, 417, 405, 440, 422, 409, 428, 415, 436, 391, 384, 372, 388, 379, 395, 381)


@dataclass(frozen=True)
class Published:
    """Workbooks, and the council whose chart is wanted."""

    files: list[Path]
    council: str


@pytest.fixture(autouse=True)
def empty_store(settings: Any, tmp_path: Path) -> None:
    settings.COMMONPOOL_HOME = tmp_path / "home"


@pytest.fixture
def published(tmp_path: Path) -> Published:
    """The newest real months where they are at hand; else months of an invented country in the same layout."""
    if not ARCHIVE.exists():
        files = [Dtoc(month=f"{name} 2031").write(tmp_path / f"{name}.xlsx") for name in MONTHS]
        return Published(files, "Harbourne")
    with zipfile.ZipFile(ARCHIVE) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".xls"))[-NEWEST:]
        return Published([Path(archive.extract(name, tmp_path)) for name in names], "Barking and Dagenham")


def test_an_analyst_goes_from_files_to_a_council_s_chart(
    page: Any, site_without_books: str, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_body("Harbourne", "hwb_area", ods_code="902")
    a_body("Barking and Dagenham", "hwb_area", gss_code="E09000002", is_invented=False)
    waiting: list[str] = []
    monkeypatch.setattr(tasks, "load_figures", SimpleNamespace(enqueue=waiting.append))
    sign_in_as(page, site_without_books, "evaluator")

    follow(page, "Figures")
    check_page(page)
    press(page, "Load published files")
    check_page(page)
    page.get_by_label("Files as published").set_input_files(published.files)
    press(page, "Load and check")

    says(page, "is being read", "Received. Waiting for its turn.", "You can leave this page")
    check_page(page)
    load_received(upload=UUID(waiting[0]), at=timezone.now())
    page.wait_for_url(re.compile("/performance/figures/dtoc/1/"))  # by itself, when the files are read

    says(page, f"figures came from {len(published.files)} files.", "Every printed total that can be")
    assert row_of(page, "What was held after it, by table", "care type")[2] == str(len(published.files))
    check_page(page)
    page.get_by_label("Area", exact=True).select_option(published.council)
    press(page, "Open the chart")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Delayed transfers of care")
    assert len(rows_of(page, "Every period, the newest first")) == 1 + len(published.files)
    check_page(page)
    check_nothing_is_clipped(page)
    rows = list(csv.DictReader(io.StringIO(download(page, "Download (CSV)"))))
    assert {row["file"] for row in rows} == {file.name for file in published.files}
    assert all(float(row["value"]) >= 0 for row in rows)

    page.goto(site_without_books)
    says(page, "loaded,")


def test_pasted_numbers_become_a_chart_after_a_slip_is_mended(page: Any, site_without_books: str) -> None:
    sign_in_as(page, site_without_books, "lead")
    follow(page, "Figures")
    follow(page, "Chart a file of your own")
    check_page(page)
    page.get_by_label("Numbers").fill("\n".join(map(str, [*DAYS[:5], "4O5", *DAYS[6:]])))
    page.get_by_label("Less").check()
    page.get_by_label("Target (optional)", exact=True).fill("430")
    click_through(page.get_by_role("button", name="Draw the chart"))

    says(page, "Row 7: ‘4O5’ is not a number.")
    check_page(page)
    page.get_by_label("Numbers").fill(page.get_by_label("Numbers").input_value().replace("4O5", "405"))
    click_through(page.get_by_role("button", name="Draw the chart"))

    says(page, "Special cause: improvement. Hits and misses the target at random.")
    assert rows_of(page, "Points that stand out")[1] == ["13", "391", "Part of a run below the mean"]
    check_page(page)
    check_nothing_is_clipped(page)
    with page.expect_download() as coming:
        press(page, "Download for programs (JSON)")
    assert '"variation_icon": "special_cause_improvement"' in coming.value.path().read_text("utf-8")
