"""A trust's own published figures: its board, the page of one metric, and what is held back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from commonpool.people.rules import Role
from commonpool.performance.store.load import load
from commonpool.places.models import Organisation
from tests.funds.builders import the_council, wendleshire
from tests.performance.builders import AT
from tests.performance_web.builders import as_, lay_region, somebody, text_of, the_trust

pytestmark = pytest.mark.django_db
HEADER = "measure,area,period,numerator,denominator,provenance,not_for_publication"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    lay_region()
    code = the_trust().ods_code
    rows = [f"EMADM,{code},20{24 + n // 12}-{n % 12 + 1:02},{3100 + 7 * (n % 5)},1,own count,no" for n in range(20)]
    rows += [f"AE4H,{code},2025-{n:02},70,100,own count,yes" for n in range(1, 6)]
    file = tmp_path / "own.csv"
    file.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    report = load(tmp_path / "home", "local", [file], at=AT)
    assert not report.is_refused, list(report.all_findings())
    return tmp_path / "home"


@pytest.fixture
def reader(home: Path) -> Iterator[Client]:
    wendleshire()
    with override_settings(COMMONPOOL_HOME=home):
        yield as_(somebody("reader@wendleshire.example", the_council(), Role.READER))


def page(client: Client, name: str, *more: str, **asked: str) -> Any:
    return client.get(reverse(f"performance:{name}", args=[the_trust().uuid, *more]), asked)


def test_a_trust_has_a_board_of_its_own_figures(reader: Client) -> None:
    said = text_of(page(reader, "trust-board"))

    assert "did it move?" in said
    assert "Emergency admissions of a trust" in said
    assert "Against plan" not in said


def test_figures_that_are_not_for_publication_are_on_no_trust_s_page(reader: Client) -> None:
    code = "AE4H"

    assert "within four hours" not in text_of(page(reader, "trust-board"))
    assert "No published figures are held of this trust." in text_of(page(reader, "trust-metric", code))
    assert page(reader, "trust-metric", code, format="csv")["Content-Type"].startswith("text/html")


def test_a_metric_of_a_trust_has_chart_table_and_files(reader: Client) -> None:
    said = text_of(page(reader, "trust-metric", "EMADM"))
    rows = list(csv.DictReader(io.StringIO(page(reader, "trust-metric", "EMADM", format="csv").content.decode())))
    picture = page(reader, "trust-metric", "EMADM", format="svg")

    assert "Common cause" in said
    assert len(rows) == 20 and float(rows[0]["value"]) == pytest.approx(3100 / 31)
    assert picture.content.lstrip().startswith(b"<svg")
    assert page(reader, "trust-metric", "NOSUCH").status_code == 404


def test_the_way_to_the_figures_is_on_the_trust_s_page(reader: Client) -> None:
    trust: Organisation = the_trust()
    found = as_(somebody("own@trust.example", trust, Role.READER)).get(reverse("performance:trust", args=[trust.uuid]))

    assert reverse("performance:trust-board", args=[trust.uuid]) in found.content.decode()
