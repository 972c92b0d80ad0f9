"""What only a browser can tell of the joint display: axe, and 320 px."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from commonpool.demo.activity import fill_activity
from tests.browser import check_nothing_is_clipped, check_page
from tests.demo.filled import the_filled_region_with_books
from tests.evaluation.test_joint_display import a_study_of_places
from tests.voices_web.builders import lead_of
from tests.voices_web.test_matrix_in_a_browser import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("asked", ["", "?metric=EA65&money=planned&money=spent&bands=2"])
def test_the_table_passes_with_and_without_a_row_that_is_too_rare(page: Any, live_server: Any, asked: str) -> None:
    the_filled_region_with_books(settings.COMMONPOOL_HOME)
    fill_activity(settings.COMMONPOOL_HOME)
    study, _, _ = a_study_of_places()
    signed_in(page.context, live_server.url, lead_of(study))

    answer = page.goto(f"{live_server.url}/studies/{study.uuid}/joint-display/{asked}")

    assert answer.status == 200
    check_page(page)
    check_nothing_is_clipped(page)
