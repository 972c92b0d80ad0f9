"""A running site with the whole demonstration, and people signed in to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

from commonpool.demo.activity import fill_activity
from tests.demo.filled import the_filled_region, the_filled_region_with_books
from tests.journeys.steps import sign_in_as


@pytest.fixture
def empty_site(chromium: Any, transactional_db: None, live_server: Any) -> Iterator[str]:
    """The address of a site for the demonstration, with nothing in it."""
    with override_settings(COMMONPOOL_DEMO=True):
        yield live_server.url


@pytest.fixture
def site_without_books(empty_site: str) -> str:
    """The address of the demonstration before anybody has opened its books."""
    the_filled_region(Path(settings.COMMONPOOL_HOME))
    return empty_site


@pytest.fixture
def site(empty_site: str) -> str:
    """The address of the demonstration as `make run` shows it."""
    the_filled_region_with_books(Path(settings.COMMONPOOL_HOME))
    fill_activity(Path(settings.COMMONPOOL_HOME))
    return empty_site


@pytest.fixture
def sign_in(site: str, page: Any) -> Callable[[str], Any]:
    """`sign_in("lead")` gives the page of that demonstration account's home."""

    def enter(account: str) -> Any:
        sign_in_as(page, site, account)
        return page

    return enter
