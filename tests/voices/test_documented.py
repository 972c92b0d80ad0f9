"""What the room's page shows is what the command prints."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from commonpool.cli import app

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "rooms" / "voices.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^```console\n\$ commonpool (.+)\n((?:.*\n)*?)^```$", PAGE, re.MULTILINE)


def test_the_page_shows_ratings_sections_and_a_codebook() -> None:
    assert len(SHOWN) == 3


@pytest.mark.parametrize(("command", "printed"), SHOWN)
def test_a_command_of_the_page_prints_what_the_page_shows(command: str, printed: str, monkeypatch) -> None:
    monkeypatch.chdir(ROOT)

    assert CliRunner().invoke(app, shlex.split(command)).stdout == printed
