"""The page of a metric draws one metric of one area; and an area that became another is another from then on."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commonpool.people.rules import Role
from commonpool.performance.all_areas import Standing
from commonpool.performance.queries.areas import breaks_in_register, days_in_register
from commonpool.performance.queries.boards import code_of
from commonpool.performance.queries.everywhere import standings
from commonpool.performance.rules.icons import Variation
from commonpool.places.models import Organisation, Succession
from commonpool.policy.reading.metrics import load_catalogue
from tests.funds.builders import the_council
from tests.performance_web.builders import as_, somebody, text_of

pytestmark = pytest.mark.django_db
MERGED_ON = date(2025, 4, 1)


@pytest.fixture
def lead(area: Organisation) -> Client:
    return as_(somebody("lead@wendleshire.example", the_council(), Role.BCF_LEAD))


def metric(client: Client, area: Organisation, code: str, **asked: Any) -> Any:
    return client.get(reverse("performance:metric", args=[area.uuid, code]), asked)


def came_of(area: Organisation, *names: str) -> None:
    """The area took over from these on a day."""
    for name in names:
        before = Organisation.objects.create(kind=Organisation.Kind.HWB_AREA, name=name, gss_code=f"XZ{name[:6]}")
        Succession.objects.create(predecessor=before, successor=area, on=MERGED_ON, source="an order")


@pytest.mark.requirement("S12")
@pytest.mark.parametrize(("code", "other"), [("DTOC", "NCTR"), ("NCTR", "DTOC"), ("DRD", "DTOC"), ("DTOC", "DRD_PCT")])
def test_no_page_draws_delayed_transfers_and_what_came_later_as_one_line(
    lead: Client, area: Organisation, code: str, other: str
) -> None:
    page = metric(lead, area, code, **{"with": other})
    files = [metric(lead, area, code, **{"with": other}, format=kind) for kind in ("svg", "csv")]

    assert "These metrics are not drawn as one line." in text_of(page)
    assert f"is never one line with {other}: " in text_of(page)
    assert [(file.status_code, file["Content-Type"]) for file in files] == [(400, "text/html; charset=utf-8")] * 2


@pytest.mark.requirement("S12")
def test_the_page_shows_each_line_by_itself_beneath_the_reason(lead: Client, area: Organisation) -> None:
    page = metric(lead, area, "DRD", **{"with": "DTOC"})
    said = text_of(page)

    assert page.content.decode().count('class="cp-chart"') == 1, "of delayed transfers no figures are held here"
    assert "Delayed transfers of care No figures are held that you may see." in said
    both = metric(lead, area, "DRD", **{"with": "EA65"}).content.decode()
    assert both.count('class="cp-chart"') == 2
    assert both.index("One chart shows one metric") < both.index('class="cp-chart"')


def test_a_page_draws_no_other_metric_beside_its_own_and_knows_no_metric_that_is_not_there(
    lead: Client, area: Organisation
) -> None:
    assert "One chart shows one metric" in text_of(metric(lead, area, "DRD", **{"with": "EA65"}))
    assert metric(lead, area, "DRD", **{"with": "DRD"}).status_code == 200
    again = metric(lead, area, "DRD", **{"with": ["EA65", "DRD"] * 400}).content.decode()
    assert again.count('class="cp-chart"') == 2, "asked for again and again it is drawn once"
    assert metric(lead, area, "DRD", **{"with": "NONE"}).status_code == 404


@pytest.mark.requirement("S12")
def test_each_page_says_what_its_metric_is_never_drawn_with_and_why(lead: Client, area: Organisation) -> None:
    for code in ("DTOC", "NCTR"):
        said = text_of(metric(lead, area, code))
        assert "What it is never drawn with" in said
        assert "delayed transfers counted patients whom two teams had found ready to leave" in said
    assert "a recorded discharge ready date, which nobody recorded" in text_of(metric(lead, area, "DRD"))
    assert "What it is never drawn with" not in text_of(metric(lead, area, "EA65"))


@pytest.mark.requirement("S43")
def test_where_the_register_says_that_an_area_became_another_a_phase_begins_that_nobody_takes_back(
    lead: Client, area: Organisation
) -> None:
    came_of(area, "Northam", "Southam")

    said = text_of(metric(lead, area, "EA65"))

    assert f"{area.name} has other people than before: it came of Northam and Southam (an order)." in said
    assert "it came of Northam" in text_of(lead.get(reverse("performance:metric", args=[area.uuid, "DRD"])))


def test_an_area_that_got_a_new_code_alone_has_no_break(area: Organisation) -> None:
    area.starts_on = MERGED_ON
    area.save(update_fields=["starts_on"])

    came_of(area, "Wendle county")

    assert breaks_in_register(area.gss_code) == ()


def test_an_area_that_was_there_before_and_took_another_in_has_a_break(area: Organisation) -> None:
    area.starts_on = date(2013, 4, 1)
    area.save(update_fields=["starts_on"])

    came_of(area, "Northam")

    assert [each.on for each in breaks_in_register(area.gss_code)] == [MERGED_ON]
    assert breaks_in_register("E99999999") == ()
    assert days_in_register() == {area.gss_code: [MERGED_ON]}


def standing(home: Path, area: Organisation) -> Standing:
    """How the area's delays stand among those of every area."""
    found = standings(home, [load_catalogue().metric("DRD")], date(2026, 9, 1))
    return next(each for each in found if each.area_code == code_of(area))


def test_how_every_area_stands_knows_of_it_too(home: Path, area: Organisation) -> None:
    before = standing(home, area)

    came_of(area, "Northam", "Southam")

    # The step of April 2025 is then the beginning of the area's second life.
    after = standing(home, area)
    assert (before.variation, after.variation) == (Variation.IMPROVEMENT, Variation.COMMON_CAUSE)
