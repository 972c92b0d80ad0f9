"""Reads of places: who covers which people, and how bodies overlap."""

from __future__ import annotations

from commonpool.places.queries.ground import BANDS, latest_mid_year, mid_years, read_ground

__all__ = ["BANDS", "latest_mid_year", "mid_years", "read_ground"]
