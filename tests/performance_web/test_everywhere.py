"""How all areas stand: a line a metric, published figures only, by the phases that people began."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from commonpool.people.rules import Role
from commonpool.performance.models import ChartPhase
from commonpool.performance.queries.everywhere import everywhere
from commonpool.places.models import Organisation
from tests.funds.builders import NOW, the_council
from tests.performance_web.builders import as_, somebody, text_of

pytestmark = pytest.mark.django_db
TODAY = date(2031, 6, 1)  # every figure is old enough to be judged, as it is today


@pytest.fixture
def reader(area: Organisation) -> Client:
    return as_(somebody("reader@wendleshire.example", the_council(), Role.READER))


def counted(home: Path, code: str) -> tuple[int, int, int]:
    line = next(each for each in everywhere(home, TODAY).metrics if each.metric.code == code)
    return line.areas, line.concern + line.improvement, line.ordinary


def test_each_metric_says_how_many_areas_stand_out(reader: Client, home: Path) -> None:
    found = everywhere(home, TODAY)
    answer = reader.get(reverse("performance:everywhere"))

    assert found.headline in text_of(answer)
    assert "bodies are not ranked" in text_of(answer)
    assert all(each.metric.label in text_of(answer) for each in found.metrics)
    assert found.by_chance is not None
    assert sum(each.areas - each.without_icon for each in found.metrics) == found.by_chance.charts


def test_the_list_can_be_downloaded(reader: Client, home: Path) -> None:
    file = reader.get(reverse("performance:everywhere"), {"download": "csv"}).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file)))

    assert [row["Metric"] for row in rows] == sorted(each.metric.label for each in everywhere(home, TODAY).metrics)


def test_figures_that_an_area_keeps_to_itself_are_not_counted(area: Organisation, home: Path) -> None:
    from commonpool.performance.all_areas import all_areas
    from commonpool.policy.reading.metrics import load_catalogue

    metrics = list(load_catalogue().metrics.values())
    found = all_areas(home, metrics, TODAY).standings
    private = [each for each in found if each.not_for_publication]

    assert private, "the demonstration has figures that are not for publication"
    shown = {each.metric.code: each.areas for each in everywhere(home, TODAY).metrics}
    for metric in metrics:
        published = [each for each in found if each.metric == metric and not each.not_for_publication]
        assert shown.get(metric.code, 0) == len(published)


def test_a_phase_that_somebody_began_counts(area: Organisation, home: Path) -> None:
    before = counted(home, "DRD")
    ChartPhase.objects.create(area=area, metric="DRD", starts_on="2025-04-01", reason="Urgent response", decided_at=NOW)

    areas, improved, ordinary = before
    assert counted(home, "DRD") == (areas, improved - 1, ordinary + 1)


def test_without_figures_the_page_says_how_to_begin(tmp_path: Path, area: Organisation, reader: Client) -> None:
    with override_settings(COMMONPOOL_HOME=tmp_path):
        assert "No figures are held of any area." in text_of(reader.get(reverse("performance:everywhere")))
