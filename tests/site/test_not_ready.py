"""A command on a database that has no tables yet says what to run."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


@pytest.mark.database
def test_a_command_on_an_empty_database_says_how_to_make_its_tables(tmp_path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COMMONPOOL_")}
    environment["COMMONPOOL_HOME"] = str(tmp_path)

    command = [sys.executable, "-m", "commonpool", "places", "overlap", "E54000050", "E10000012"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "commonpool migrate" in done.stderr
    assert "Traceback" not in done.stderr
