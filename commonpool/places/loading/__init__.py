"""Loading published files: which file, which rows, which bodies, and what was made of each."""

from __future__ import annotations

from commonpool.places.loading.load import load
from commonpool.places.loading.report import FileReport, LoadReport, State

__all__ = ["FileReport", "LoadReport", "State", "load"]
