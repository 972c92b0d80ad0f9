"""What pages of figures are tested on: the demonstration's figures, loaded once; and Wendleshire, which has most."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from commonpool.demo.activity import fill_activity
from commonpool.places.models import Organisation
from tests.funds.builders import wendleshire


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the demonstration's figures. No test writes into it."""
    home = tmp_path_factory.mktemp("home")
    fill_activity(home)
    return home


@pytest.fixture
def area(home: Path) -> Iterator[Organisation]:
    """Wendleshire, on a site that has these figures."""
    with override_settings(COMMONPOOL_HOME=home):
        yield wendleshire()
