"""An area's board and the page of one metric: what is held, judged; a phase begun with a reason, and taken back."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from commonpool.audit.models import AuditEvent
from commonpool.people.rules import Role
from commonpool.performance.models import ChartPhase
from commonpool.places.models import Organisation
from tests.browser import check_nothing_is_clipped, check_page
from tests.funds.builders import the_council, wendleshire
from tests.performance_web.builders import a_plan, as_, somebody, text_of, wendle_lead

pytestmark = pytest.mark.django_db
REASON = "Urgent community response began"


@pytest.fixture
def lead(area: Organisation) -> Client:
    return as_(somebody("lead@wendleshire.example", the_council(), Role.BCF_LEAD))


@pytest.fixture
def reader(area: Organisation) -> Client:
    return as_(somebody("reader@wendleshire.example", the_council(), Role.READER))


def page(client: Client, area: Organisation, name: str = "board", *more: str, **asked: str) -> Any:
    return client.get(reverse(f"performance:{name}", args=[area.uuid, *more]), asked)


def begin(client: Client, area: Organisation, starts_on: str = "2025-04-01", reason: str = REASON) -> Any:
    address = reverse("performance:begin-phase", args=[area.uuid, "DRD"])
    return client.post(address, {"starts_on": starts_on, "reason": reason}, follow=True)


def take_back(client: Client, area: Organisation, phase: str) -> Any:
    address = reverse("performance:take-back-phase", args=[area.uuid, "DRD"])
    return client.post(address, {"phase": phase}, follow=True)


def test_a_board_says_what_moved_and_what_chance_alone_would_show(lead: Client, area: Organisation) -> None:
    said = text_of(page(lead, area))

    assert "Average length of discharge delay, all adult acute patients stands out for improvement." in said
    assert re.search(r"By chance alone, about \d\.\d of the 3 icons would stand out", said)
    assert "1,645.0" in said and "per 100,000 people aged 65 and over" in said
    assert "It has one value a year: compare the years in a table" in said
    assert "Metrics without figures (20)" in said


def test_what_an_area_keeps_to_itself_is_shown_to_those_who_write_its_plan(
    lead: Client, reader: Client, area: Organisation
) -> None:
    assert "People waiting for care to begin" in text_of(page(lead, area))
    assert "not for publication" in text_of(page(lead, area))
    assert "No figures are held that you may see" in text_of(page(reader, area, "metric", "CAREWAIT"))
    assert "not for publication" not in text_of(page(reader, area))
    assert page(reader, area, "metric", "CAREWAIT", format="csv")["Content-Type"].startswith("text/html")


@pytest.mark.requirement("S12")
def test_a_metric_s_page_has_chart_table_definition_and_file(lead: Client, area: Organisation) -> None:
    said = text_of(page(lead, area, "metric", "EA65"))

    for text in ("Rule set mdc7", "1,948", "118,420", "1,644.99", "wendleshire-own-figures.csv", "Every period",
                 "Emergency admissions of people aged 65 and over who live in the area"):  # fmt: skip
        assert text in said
    assert "mdc6 (shift 6 points" in text_of(page(lead, area, "metric", "EA65", rules="mdc6"))
    assert page(lead, area, "metric", "EA65", rules="none").status_code == 200


def test_a_series_is_downloaded_with_what_is_unknown_left_empty(lead: Client, area: Organisation) -> None:
    rows = list(csv.DictReader(io.StringIO(page(lead, area, "metric", "EA65", format="csv").content.decode())))
    picture = page(lead, area, "metric", "EA65", format="svg")

    assert len(rows) == 48
    assert (rows[-1]["starts_on"], rows[-1]["numerator"], rows[-1]["is_invented"]) == ("2026-03-01", "1948.0", "TRUE")
    assert picture["Content-Type"] == "image/svg+xml"
    assert picture.content.startswith(b"<svg")
    assert "invented" in picture.content.decode()
    assert page(lead, area, "metric", "EA65", format="png").content.startswith(b"\x89PNG")


def test_an_area_without_figures_is_told_how_to_load_them(area: Organisation, tmp_path: Path) -> None:
    with override_settings(COMMONPOOL_HOME=tmp_path):
        client = as_(somebody("lead@wendleshire.example", the_council(), Role.BCF_LEAD))
        assert "No figures are held of this area" in text_of(page(client, area))
        assert "commonpool performance load" in text_of(page(client, area, "metric", "DTOC"))


def test_a_phase_begins_with_a_reason_and_can_be_taken_back(lead: Client, area: Organisation) -> None:
    said = text_of(begin(lead, area))

    assert REASON in said
    assert "Common cause" in said
    phase = ChartPhase.objects.get()
    assert "Nothing stands out from its ordinary variation." in text_of(page(lead, area))
    taken = lead.post(
        reverse("performance:take-back-phase", args=[area.uuid, "DRD"]), {"phase": phase.uuid}, follow=True
    )
    assert "The phase is taken back." in text_of(taken)
    again = lead.post(
        reverse("performance:take-back-phase", args=[area.uuid, "DRD"]), {"phase": phase.uuid}, follow=True
    )
    assert "has been taken back already" in text_of(again)
    assert list(
        AuditEvent.objects.filter(action__startswith="performance.").order_by("pk").values_list("action", flat=True)
    ) == [
        "performance.begin_phase",
        "performance.take_back_phase",
    ]
    assert REASON in text_of(begin(lead, area)), "it may begin again"


@pytest.mark.parametrize(
    ("starts_on", "reason", "said"),
    [
        ("2025-04-01", "", "Write what changed there."),
        ("2025-04-01", "x" * 301, "Shorten it to 300 characters."),
        ("", REASON, "Choose the period with which it begins."),
        ("2031-04-01", REASON, "Choose a period of the chart."),
        ("2024-04-01", REASON, "Choose a period of the chart."),
    ],
)
def test_a_phase_without_place_or_reason_is_refused(
    lead: Client, area: Organisation, starts_on: str, reason: str, said: str
) -> None:
    assert said in text_of(begin(lead, area, starts_on, reason))
    assert not ChartPhase.objects.exists()


def test_a_second_phase_in_one_place_is_refused(lead: Client, area: Organisation) -> None:
    begin(lead, area)

    assert "A phase begins there already." in text_of(begin(lead, area, reason="Another"))
    assert ChartPhase.objects.count() == 1


def test_who_only_reads_begins_no_phase_and_who_is_elsewhere_sees_nothing(reader: Client, area: Organisation) -> None:
    elsewhere = Organisation.objects.create(
        kind="upper_tier", name="Elsewhere Council", gss_code="XZ09", ods_code="XZC"
    )
    stranger = as_(somebody("lead@elsewhere.example", elsewhere, Role.BCF_LEAD))
    addresses = [
        reverse("performance:board", args=[area.uuid]),
        reverse("performance:metric", args=[area.uuid, "EA65"]),
        reverse("performance:begin-phase", args=[area.uuid, "EA65"]),
    ]

    assert [reader.get(address).status_code for address in addresses] == [200, 200, 403]
    assert [stranger.get(address).status_code for address in addresses] == [403, 403, 403]
    assert [Client().get(address).status_code for address in addresses] == [302, 302, 302]
    assert reader.post(reverse("performance:take-back-phase", args=[area.uuid, "DRD"])).status_code == 403


def test_what_is_not_there_is_not_found(lead: Client, area: Organisation) -> None:
    assert page(lead, area, "metric", "NONE").status_code == 404
    assert [take_back(lead, area, text).status_code for text in ("", "x", str(area.uuid))] == [404, 404, 404]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_lead_goes_from_the_board_to_a_chart_with_a_phase_of_its_own(home: Path, live_server: Any, page: Any) -> None:
    with override_settings(COMMONPOOL_HOME=home):
        area = wendleshire()
        a_plan(area)
        client = as_(wendle_lead())
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        page.goto(f"{live_server.url}{reverse('performance:board', args=[area.uuid])}")
        check_page(page)
        page.get_by_label("Against plan").select_option("Met")
        page.get_by_role("button", name="Filter").click()
        page.get_by_text("2 of 5 metrics").wait_for()
        page.get_by_role("link", name="Average length of discharge delay, all adult acute patients").click()
        page.get_by_role("heading", name="Every period").wait_for()
        planned = page.get_by_role("table", name="Planned against actual")
        assert "Met" in planned.get_by_role("row", name="Mar 2026").inner_text()
        check_page(page)
        check_nothing_is_clipped(page)
        page.get_by_role("button", name="Begin a new phase").click()
        page.get_by_role("heading", name="Begin a new phase").wait_for()
        check_page(page)
        page.get_by_label("First period of the new phase").select_option("Apr 2025")
        page.get_by_label("What changed there").fill(REASON)
        page.get_by_role("button", name="Begin the phase").click()
        page.get_by_text("A new phase begins there.").wait_for()
        check_page(page)
        check_nothing_is_clipped(page)
        assert page.get_by_role("listitem").filter(has_text=REASON).is_visible()


def test_no_phase_begins_where_there_is_no_chart(lead: Client, area: Organisation) -> None:
    address = reverse("performance:begin-phase", args=[area.uuid, "DTOC"])

    assert "no phase can begin" in text_of(lead.get(address, follow=True))
