"""The app that Django knows this room by."""

from __future__ import annotations

from django.apps import AppConfig


class ChartsConfig(AppConfig):
    """Charts: bars, maps and flows as SVG, each with its table."""

    name = "commonpool.charts"
    label = "charts"
