"""What every test may use: the published files, and the requirement marker's check."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no wrong answer: no test fails by the time that an example took.
settings.register_profile("commonpool", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("commonpool")

pytest_plugins = ["tests.requirements", "tests.databases", "tests.browser", "tests.site.running", "pytester"]

GOLDEN = Path(__file__).resolve().parent / "golden"
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real published files; the test is skipped, saying so, where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the published files are not beside the project (../shared/data)")
    return SHARED_DATA


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--rewrite-golden` writes the golden files anew; read the difference before you commit it."""
    parser.addoption("--rewrite-golden", action="store_true", help="write the files of tests/golden anew")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden("policy/2025-26.yaml", text)`: the text must be what the file holds, to the letter."""

    def compare(name: str, text: str) -> None:
        file = GOLDEN / name
        if request.config.getoption("--rewrite-golden"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        held = file.read_text(encoding="utf-8") if file.exists() else ""
        anew = f"python -m pytest {request.node.path.parent.relative_to(GOLDEN.parents[1])} --rewrite-golden"
        assert text == held, f"tests/golden/{name} differs. If that is meant: {anew}, and read the difference."

    return compare
