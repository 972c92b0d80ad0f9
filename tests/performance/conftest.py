"""Real files loaded once for all tests that look at them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from commonpool.performance.store.load import load
from commonpool.performance.store.report import LoadReport

AT = datetime(2031, 4, 1, 9, tzinfo=UTC)
DTOC = "dtoc/dtoc_la_raw_workbooks_2011-04_2019-06.zip"


@pytest.fixture(scope="session")
def dtoc(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, LoadReport]:
    """A store with the 99 workbooks of delayed transfers, and what loading them said."""
    home = tmp_path_factory.mktemp("dtoc")
    return home, load(home, "dtoc", [shared_data / DTOC], at=AT)
