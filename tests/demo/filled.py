"""The invented region as `make run` fills it, for tests that begin there: filled once in a run."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path

from commonpool.demo.books import fill_books
from commonpool.demo.fill import fill
from tests.made_once import made_once


def the_filled_region(home: Path) -> None:
    """Bodies, accounts, pools and plans; the files that belong to them are in `home`."""
    shutil.copytree(_region(), home, dirs_exist_ok=True)


def the_filled_region_with_books(home: Path) -> None:
    """The same, and the books of three areas."""
    shutil.copytree(_region_with_books(), home, dirs_exist_ok=True)


@made_once
def _region() -> str:
    home = tempfile.mkdtemp(prefix="commonpool-tests-region-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    fill(home=Path(home))
    return home


@made_once
def _region_with_books() -> str:
    home = _region()
    fill_books()
    return home
