"""How all areas stand: one line a metric."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.performance.queries.everywhere import MetricEverywhere, everywhere
from commonpool.performance.views.asking import today


def _link(row: MetricEverywhere) -> str:
    return reverse("performance:all-areas", args=[row.metric.code])


METRICS: Final = ListPage(
    "metrics-everywhere",
    "How areas stand in each metric",
    (
        Column("metric", "Metric", lambda row: row.metric.label, link=_link, filter=Filter.TEXT),
        Column("looks_at", "Looks at", lambda row: row.metric.dimension, filter=Filter.CHOICE),
        Column("areas", "Bodies with figures", lambda row: row.areas, Kind.NUMBER),
        Column("concern", "Stand out for concern", lambda row: row.concern, Kind.NUMBER),
        Column("improvement", "Stand out for improvement", lambda row: row.improvement, Kind.NUMBER),
        Column("neutral", "Stand out, neither way better", lambda row: row.neutral, Kind.NUMBER),
        Column("ordinary", "Ordinary variation", lambda row: row.ordinary, Kind.NUMBER),
        Column("without_icon", "No control chart", lambda row: row.without_icon, Kind.NUMBER),
    ),
    empty="Here will stand each metric with how many areas stand out in it. Load published figures first.",
    noun="metrics",
    sort="metric",
)


def metrics(request: HttpRequest) -> HttpResponse:
    """Each metric that figures are held of, with how many areas stand out in it."""
    found = everywhere(Path(settings.COMMONPOOL_HOME), today())
    listing = METRICS.read(request.GET, found.metrics)
    context = {"found": found, "listing": listing, "trail": [("Home", "/"), ("Performance", "")]}
    return listing.file() or render(request, "performance/everywhere.html", context)
