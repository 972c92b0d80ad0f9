"""What only a browser can tell of the pages of reports and projects: axe, and 320 px."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from commonpool.voices.actions.projects import keep_project, receive_project
from commonpool.voices.actions.releases import release_table
from commonpool.voices.models import ProjectImport
from tests.browser import SMALLEST_SCREEN, USUAL_SCREEN, check_page
from tests.voices.projects import TEXT, a_qde, a_qdpx, selection, source
from tests.voices_web.builders import NOW, a_code, a_coder, a_coding, a_transcript, as_member, lead_of
from tests.voices_web.test_reports import a_small_study

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_each_page_passes_in_its_states(page: Any, live_server: Any, tmp_path: Path) -> None:
    study = a_small_study()
    lead = lead_of(study)
    a_coding(a_coder(study), a_transcript(study, name="T01"), a_code(study, "risk", definition="Who bears it"))
    release_table(actor=lead.person, at=NOW, study=study)
    clear = a_qdpx(tmp_path / "clear.qdpx", a_qde(source(selection(1, 21, 24))))
    at = TEXT.index("oled")
    unclear = a_qdpx(tmp_path / "unclear.qdpx", a_qde(source(selection(1, at, at + 3))))
    sent: list[ProjectImport] = [
        receive_project(actor=lead.person, at=NOW, study=study, name=path.name, content=path.read_bytes())
        for path in (clear, unclear, clear)
    ]
    keep_project(actor=lead.person, at=NOW, member=lead, held=sent[2], users={})
    addresses = [
        reverse("voices:reports", args=[study.uuid]),
        *(reverse("voices:report", args=[study.uuid, key]) for key in ("table-1", "coreq", "history")),
        reverse("voices:export", args=[study.uuid]),
        *(reverse("voices:project-import", args=[each.uuid]) for each in sent),
    ]
    session = as_member(lead).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])

    for number, address in enumerate(addresses):
        page.goto(f"{live_server.url}{address}")
        check_page(page)
        if folder := os.environ.get("COMMONPOOL_SHOTS"):
            for screen in (USUAL_SCREEN, SMALLEST_SCREEN):
                page.set_viewport_size(screen)
                page.screenshot(path=f"{folder}/h{number}-{screen['width']}.png", full_page=True)
            page.set_viewport_size(USUAL_SCREEN)
