"""What only a browser can tell of the pages of fieldwork: axe, 320 px, and the picture of recruitment."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from commonpool.voices.models import Interview, Participant, Study
from tests.browser import check_nothing_is_clipped, check_page, click_through
from tests.voices_web.builders import a_study, as_member, lead_of
from tests.voices_web.fieldwork import a_full_study, url

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = (
    *("sample", "approvals", "sampling", "cells", "choose-sites", "recruitment", "edit-guide", "compare-guides"),
    *("interviews", "import-interviews", "team", "settings"),
)


def signed_in(page: Any, site: str, study: Study) -> None:
    session = as_member(lead_of(study)).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])


def test_a_file_is_looked_at_and_taken_in_line_by_line(page: Any, live_server: Any) -> None:
    study, site = a_study(), str(live_server.url)
    signed_in(page, site, study)
    rows = b'pseudonym,role_group\r\nP01,"Finance,\nin the council"\r\nP02,Clinician\r\n'

    page.goto(f"{site}{url('import-participants', study)}")
    page.get_by_label("File").set_input_files({"name": "people.csv", "mimeType": "text/csv", "buffer": rows})
    click_through(page.get_by_role("button", name="Look at it"))
    check_page(page)
    click_through(page.get_by_role("button", name="Take 2 participants in"))

    expect(page.get_by_text("2 participants taken in.")).to_be_visible()
    first = Participant.objects.get(pseudonym="P01")
    assert first.role_group.split() == ["Finance,", "in", "the", "council"]
    check_page(page)


def test_each_page_of_fieldwork_passes(page: Any, live_server: Any) -> None:
    study, site = a_full_study(), str(live_server.url)
    signed_in(page, site, study)
    held = Interview.objects.filter(study=study).first()

    for address in (*(url(name, study) for name in PAGES), url("edit-interview", held)):
        assert page.goto(f"{site}{address}").status == 200
        check_page(page)
        check_nothing_is_clipped(page)
