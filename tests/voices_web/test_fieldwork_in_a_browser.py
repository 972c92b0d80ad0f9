"""What only a browser can tell of the pages of fieldwork: axe, 320 px, and the picture of recruitment."""

from __future__ import annotations

from typing import Any

import pytest

from commonpool.voices.models import Interview
from tests.browser import check_nothing_is_clipped, check_page
from tests.voices_web.builders import as_member, lead_of
from tests.voices_web.fieldwork import a_full_study, url

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = (
    *("sample", "approvals", "sampling", "cells", "choose-sites", "recruitment", "edit-guide", "compare-guides"),
    *("interviews", "import-interviews", "team", "settings"),
)


def test_each_page_of_fieldwork_passes(page: Any, live_server: Any) -> None:
    study, site = a_full_study(), str(live_server.url)
    session = as_member(lead_of(study)).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
    held = Interview.objects.filter(study=study).first()

    for address in (*(url(name, study) for name in PAGES), url("edit-interview", held)):
        assert page.goto(f"{site}{address}").status == 200
        check_page(page)
        check_nothing_is_clipped(page)
