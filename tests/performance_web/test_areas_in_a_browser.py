"""From all areas to chosen ones beside each other, by keyboard, in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from django.urls import reverse

from commonpool.demo.activity import fill_activity
from commonpool.demo.fill import MADE_AT
from commonpool.demo.ground import load_ground
from commonpool.demo.region import SEED, load_region, small_places
from commonpool.people.rules import Role
from commonpool.places.models import Organisation
from tests.browser import check_nothing_is_clipped, check_page
from tests.performance_web.builders import as_, somebody


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_reader_chooses_areas_by_keyboard_and_sees_them(tmp_path: Path, live_server: Any, page: Any) -> None:
    invented = load_region()
    with override_settings(COMMONPOOL_HOME=tmp_path):
        load_ground(invented, small_places(invented, SEED), at=MADE_AT, home=tmp_path)
        fill_activity(tmp_path)
        council = Organisation.objects.get(kind="upper_tier", gss_code="XW03")
        cookie = as_(somebody("reader@oxmarrow.example", council, Role.READER)).cookies
        value = cookie[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        page.goto(f"{live_server.url}{reverse('performance:all-areas', args=['DRD'])}")
        check_page(page)
        check_nothing_is_clipped(page)
        page.get_by_role("button", name="Compare chosen areas").click()
        page.get_by_role("checkbox", name="Wendleshire").focus()
        page.keyboard.press("Space")
        page.get_by_role("checkbox", name="Pelhurst").check(force=True)
        page.get_by_role("button", name="Compare the chosen areas").click()
        page.get_by_text("Wendleshire is better than its own start").wait_for()
        assert page.get_by_role("row", name="Wendleshire").count() == 2
        check_page(page)
        check_nothing_is_clipped(page)
