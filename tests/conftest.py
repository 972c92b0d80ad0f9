"""What every test may use: the published files, and the requirement marker's check."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["tests.requirements", "tests.browser", "pytester"]

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real published files; the test is skipped, saying so, where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the published files are not beside the project (../shared/data)")
    return SHARED_DATA
