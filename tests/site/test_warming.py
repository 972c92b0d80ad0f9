"""A web worker has read what boards are made of before anybody asks."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from commonpool.demo.activity import fill_activity
from commonpool.performance import metric_values
from commonpool.performance.measures import LOCAL
from commonpool.performance.metric_series import series_of
from commonpool.performance.store.reading import NothingHeld
from commonpool.policy.reading.metrics import load_catalogue
from commonpool.site import warming
from commonpool.site.warming import start_warming


def unreadable(home: Path, source: str, **more: object) -> NoReturn:
    """Areas' own tables, the only ones of the demonstration, cannot be read; nothing is held of any other source."""
    if source == LOCAL:
        raise OSError("the disk does not answer")
    raise NothingHeld(source)


def test_what_was_read_ahead_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_activity(tmp_path)

    start_warming(tmp_path).join()
    monkeypatch.setattr(metric_values, "current", unreadable)

    series = series_of(tmp_path, load_catalogue().metric("DRD"), "XW01")
    assert series is not None and len(series.points) == 24


def test_an_empty_store_is_read_ahead_in_silence(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    start_warming(tmp_path).join()

    assert caplog.messages == []


def test_a_store_that_cannot_be_read_stops_no_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fill_activity(tmp_path)
    monkeypatch.setattr(metric_values, "current", unreadable)

    with caplog.at_level(logging.ERROR):
        start_warming(tmp_path).join()

    assert caplog.messages == ["The activity store could not be read ahead."]


FIRST_TRY_OUT = """
import sys
from pathlib import Path
from commonpool.risk_share.reading import read_contract
from commonpool.risk_share.reading.futures import read_futures
from commonpool.risk_share.rules.futures.ahead import load_ahead
from commonpool.risk_share.rules.futures.trying import try_out

contract, may = read_contract(Path(sys.argv[1])), read_futures(Path(sys.argv[2]))
load_ahead()
before = set(sys.modules)
try_out([contract], may.lines, may.schemes, may.dependence)
print(sorted(name for name in set(sys.modules) - before if name.startswith("scipy")))
"""


def test_a_first_try_out_has_nothing_left_to_load(tmp_path: Path) -> None:
    examples = Path(__file__).parents[2] / "examples/risk-share"
    files = [str(examples / name) for name in ("form-b.yaml", "futures.yaml")]

    ran = subprocess.run([sys.executable, "-c", FIRST_TRY_OUT, *files], capture_output=True, text=True, check=True)

    assert ran.stdout == "[]\n"


def test_a_worker_loads_what_try_outs_are_drawn_with_whatever_the_store_is_like(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_activity(tmp_path)
    monkeypatch.setattr(metric_values, "current", unreadable)
    loaded: list[bool] = []
    monkeypatch.setattr(warming, "load_ahead", lambda: loaded.append(True))

    start_warming(tmp_path).join()

    assert loaded == [True]
