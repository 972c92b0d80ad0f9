"""The August 2018 back-test: trusts' figures restated for areas, beside those published by council."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from commonpool.charts import Chart, Dot, scatter_chart
from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.performance.judging import period_words
from commonpool.performance.queries.back_test import Compared, ComparedArea, compared
from commonpool.performance.queries.restated import restated_metric
from commonpool.performance.restated import MARK
from commonpool.performance.restating import restating
from commonpool.performance.store.layouts import read_source
from commonpool.places.models import Organisation
from commonpool.policy.metric_catalogue import Metric

NAMED_AT_MOST: Final = 5


def back_test(request: HttpRequest) -> HttpResponse:
    """`?compare=nhs` chooses what is compared; `?download=csv` gives the areas as a file."""
    plan = restating().back_test
    wanted = request.GET.get("compare") or plan.comparisons[0].id
    comparison = plan.comparison(wanted)
    if comparison is None:
        raise Http404(f"Nothing is compared under {wanted}.")
    found = compared(Path(settings.COMMONPOOL_HOME), comparison)
    listing = AREAS.read(request.GET, found.rows, keep={"compare": comparison.id})
    if file := listing.file():
        return file
    context = {
        "found": found,
        "chart": _chart(found) if found.result else None,
        "listing": listing,
        "differ_because": restating().differ_because,
        "unplaced": _largest_unplaced(found),
        "silent": _silent(found),
        "trail": [("Home", "/"), ("Performance", reverse("performance:everywhere")), ("Restated for areas", "")],
    }
    return render(request, "performance/back_test.html", context)


def _largest_unplaced(found: Compared) -> list[tuple[str, float]]:
    """Name and days of the providers without catchment that have most, those with next to nothing left out."""
    if found.restatement is None or found.ways is None:
        return []
    most = sorted(found.restatement.unplaced.items(), key=lambda one: (-one[1], one[0]))[:NAMED_AT_MOST]
    return [(found.ways.name_of(code), days) for code, days in most if round(days)]


def _silent(found: Compared) -> list[str]:
    """Names of the trusts that serve the areas and sent no figure."""
    if found.restatement is None or found.ways is None:
        return []
    return [found.ways.name_of(code) for code in found.restatement.silent]


def restated_context(home: Path, area: Organisation, metric: Metric) -> dict[str, Any]:
    """What `performance/_restated.html` shows on the page of an area's metric; nothing where nothing is restated."""
    found = restated_metric(home, area, metric)
    if found is None:
        return {}
    by_icb = found.by_residents
    return {
        "restated": found,
        "restated_when": period_words(found.newest.starts_on, found.newest.ends_on),
        "restated_periods": [(period_words(each.starts_on, each.ends_on), each) for each in found.estimates],
        "restated_by_icb_when": period_words(by_icb.starts_on, by_icb.ends_on) if by_icb else "",
    }


def _chart(found: Compared) -> Chart:
    assert found.result is not None
    apart = sorted((row for row in found.rows if row.pair), key=_apart, reverse=True)[:NAMED_AT_MOST]
    dots = [
        Dot(row.area.name, row.published, row.restated.estimate if row.restated else None, is_named=row in apart)
        for row in found.rows
    ]
    below = sum(row.pair is not None and row.pair.restated < row.pair.published for row in found.rows)
    plan = found.plan
    return scatter_chart(
        f"{below} of {found.result.areas} areas lie below the line: fewer days are restated than were published",
        dots,
        across="Published days",
        up="Restated days",
        what="Area",
        source=f"{_title(plan.restated_source)}; {_title(plan.published_source)}; {plan.month:%B %Y}",
        note="Marked are the areas where the two are furthest apart, with their names where there is room.",
    )


def _title(source: str) -> str:
    return read_source(source).title


def _apart(row: ComparedArea) -> float:
    return abs(row.pair.restated - row.pair.published) if row.pair else 0.0


def _days(value: float | None) -> int | None:
    return None if value is None else round(value)


def _share(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(f"{value:.4f}")


def _place(row: ComparedArea) -> str:
    return reverse("places:organisation", args=[row.area.uuid])


AREAS: Final = ListPage(
    "restated-areas",
    "Each area",
    (
        Column("area", "Area", lambda row: row.area.name, link=_place, filter=Filter.TEXT),
        Column("code", "Code", lambda row: row.area.code, is_in_files_only=True),
        Column("restated", "Restated days", lambda row: _days(row.restated and row.restated.estimate), Kind.NUMBER),
        Column("low", "At least", lambda row: _days(row.restated and row.restated.low), Kind.NUMBER),
        Column("high", "At most", lambda row: _days(row.restated and row.restated.high), Kind.NUMBER),
        Column("published", "Published days", lambda row: _days(row.published), Kind.NUMBER),
        Column("error", "Difference", lambda row: _share(row.pair and row.pair.error), Kind.SHARE),
        Column("covered", "Share covered", lambda row: _share(row.restated and row.restated.covered), Kind.SHARE),
        Column("mark", "Mark", lambda row: MARK, is_in_files_only=True),
        Column("why", "Why not compared", lambda row: row.why, is_in_files_only=True),
    ),
    empty="Here each area would stand with its restated and its published days.",
    noun="areas",
    sort="area",
)
