"""A web worker has read what boards are made of before anybody asks."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import NoReturn

import pytest

from commonpool.demo.activity import fill_activity
from commonpool.performance import metric_values
from commonpool.performance.measures import LOCAL
from commonpool.performance.metric_series import series_of
from commonpool.performance.store.reading import NothingHeld
from commonpool.policy.reading.metrics import load_catalogue
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
