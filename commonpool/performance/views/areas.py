"""One metric of all areas with its map, and chosen areas beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from commonpool.charts import Chart, Panel, multiples_chart
from commonpool.charts.files import picture_file
from commonpool.performance.judging import period_words
from commonpool.performance.queries.comparison import MOST, Compared, Order, choices, chosen_rows, compared
from commonpool.performance.queries.levels import AreasPage, areas_page, map_of
from commonpool.performance.rules.own_start import NO_CLEAR_CHANGE
from commonpool.performance.views.area_tables import (
    areas_of,
    change_words,
    comparison_rows,
    interval_words,
    start_words,
)
from commonpool.performance.views.asking import person_of, today
from commonpool.performance.withholding import Days
from commonpool.policy.metric_catalogue import Metric
from commonpool.policy.reading.metrics import load_catalogue
from commonpool.sheets import csv_lines

INVENTED: Final = "invented"
REAL: Final = "real"


def all_areas(request: HttpRequest, code: str) -> HttpResponse:
    """One metric of all areas: map and table. `?format=` svg or png downloads the map, `?download=` the table."""
    metric = metric_of(code)
    page = _page(request, metric)
    chart = map_of(page, home())
    if chart and (file := picture_file(_asked(request, "format"), chart, _name(page), is_invented=page.is_invented)):
        return file
    keep = {name: _asked(request, name) for name in ("period", "start", "places") if _asked(request, name)}
    has_intervals = any(row.level.interval for row in page.rows)
    listing = areas_of(metric, has_intervals=has_intervals).read(
        request.GET, page.rows, is_invented=page.is_invented, keep=keep
    )
    context = {
        "page": page,
        "chart": chart,
        "listing": listing,
        "has_intervals": has_intervals,
        **_choosers(request, page),
        **_frame(metric, page),
    }
    return listing.file() or render(request, "performance/all_areas.html", context)


def compare(request: HttpRequest, code: str) -> HttpResponse:
    """Up to eight areas beside each other. `?format=` csv, svg or png downloads what is shown."""
    metric = metric_of(code)
    page = _page(request, metric)
    asked = chosen_rows(page, filter(None, map(_uuid, request.GET.getlist("area"))))
    if left_out := asked[MOST:]:
        names = ", ".join(row.name for row in left_out)
        messages.warning(request, f"Eight areas can stand beside each other. Left out: {names}.")
    rows = asked[:MOST]
    order = Order(wish) if (wish := _asked(request, "sort")) in list(Order) else Order.NAME
    found = compared(home(), page, rows, today(), order) if rows else []
    chart = _multiples(page, found) if found else None
    if chart and (file := _file(_asked(request, "format"), page, found, chart)):
        return file
    find = _asked(request, "find").strip()[:60]
    upper, others = choices(page, rows, today(), find)
    trail = [*_trail(metric)[:-1], (metric.label, reverse("performance:all-areas", args=[code])), ("Compare", "")]
    context = {
        "page": page, "found": found, "rows": list(map(_said, found)), "chart": chart, "find": find,
        "upper": upper, "others": others, "order": order, "orders": list(Order), "headline": _headline(page, found),
        "query": _query(request), **_choosers(request, page), **_frame(metric, page), "trail": trail,
    }  # fmt: skip
    return render(request, "performance/compare.html", context)


# -- what the address says


def _page(request: HttpRequest, metric: Metric) -> AreasPage:
    places = _asked(request, "places")
    return areas_page(
        home(),
        metric,
        person_of(request),
        today(),
        period=_days(_asked(request, "period")),
        start=_start(_asked(request, "start")),
        invented={INVENTED: True, REAL: False}.get(places),
    )


def _asked(request: HttpRequest, name: str) -> str:
    return str(request.GET.get(name, ""))


def _days(text: str) -> Days | None:
    """A period as `2031-04-01_2031-04-30`; None for anything else."""
    first, _, last = text.partition("_")
    try:
        return date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return None


def _start(text: str) -> date | None:
    """The first day of a financial year, by its year; None for anything else."""
    is_year = len(text) == 4 and text.isascii() and text.isdecimal()
    return date(int(text), 4, 1) if is_year and 1990 <= int(text) <= 2100 else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _query(request: HttpRequest) -> str:
    """The same comparison, for links that download it."""
    given = request.GET.copy()
    for name in ("format", "find"):
        given.pop(name, None)
    return given.urlencode()


def _choosers(request: HttpRequest, page: AreasPage) -> dict[str, Any]:
    """The choices of period and start, and what is chosen."""
    periods = page.found.periods if page.found else ()
    chosen = page.found.period if page.found else None
    years = sorted({first.year - (first.month < 4) for first, _ in periods})[:-1]
    start = _asked(request, "start")
    return {
        "periods": [(f"{each[0]}_{each[1]}", period_words(*each), each == chosen) for each in periods],
        "years": [(str(year), f"{year}-{(year + 1) % 100:02}", str(year) == start) for year in years],
        "places": INVENTED if page.is_invented else REAL,
        "chosen_period": f"{chosen[0]}_{chosen[1]}" if chosen else "",
    }


def _frame(metric: Metric, page: AreasPage) -> dict[str, Any]:
    return {"metric": metric, "is_invented": page.is_invented, "trail": _trail(metric)}


def _trail(metric: Metric) -> list[tuple[str, str]]:
    return [("Home", "/"), ("Performance", reverse("performance:everywhere")), (metric.label, "")]


# -- the comparison as a picture and a file


def _headline(page: AreasPage, found: Sequence[Compared]) -> str:
    if not found:
        return "Choose up to eight areas to see beside each other."
    by_words: dict[str, list[str]] = {}
    for each in found:
        by_words.setdefault(each.row.against_start, []).append(each.body.name)
    parts = [_way(words, names) for words, names in sorted(by_words.items(), key=lambda each: _WAYS.index(each[0]))]
    return f"{'; '.join(parts)}."


_WAYS: Final = ("better", "worse", "higher", "lower", NO_CLEAR_CHANGE, "not known")


def _way(words: str, names: Sequence[str]) -> str:
    verb, whose = ("is", "its") if len(names) == 1 else ("are", "their")
    if words in _WAYS[:4]:
        return f"{_listed(names)} {verb} {words} than {whose} own start"
    if words == "not known":
        return f"how far {_listed(names)} {'has' if len(names) == 1 else 'have'} come is not known"
    return f"{_listed(names)} {'shows' if len(names) == 1 else 'show'} no clear change from {whose} own start"


def _said(each: Compared) -> dict[str, Any]:
    row = each.row
    return {"compared": each, "start": start_words(row), "change": change_words(row), "interval": interval_words(row)}


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _multiples(page: AreasPage, found: Sequence[Compared]) -> Chart:
    """A line for each area on one scale. A count a day shows how large a place is: it is drawn against the start."""
    days = sorted({(p.starts_on, p.ends_on) for each in found for p in each.row.level.periods})
    is_level = all(each.row.level.unit == page.unit for each in found)
    panels = [_panel(each, days, is_level=is_level) for each in found]
    axis = page.unit.capitalize() if is_level else "Own start = 100"
    return multiples_chart(
        f"{page.metric.label}: each area beside its own start",
        [period_words(*each) for each in days],
        panels,
        axis=axis,
        source=page.source,
        note=""
        if is_level
        else "The people of some years are not known, so each line is a share of its own first year.",
    )


def _panel(each: Compared, days: Sequence[Days], *, is_level: bool) -> Panel:
    values = {(p.starts_on, p.ends_on): p.value for p in each.row.level.periods}
    start = each.row.level.progress.start
    line = [values.get(day) for day in days]
    if is_level:
        return Panel(each.body.name, line, start.mean if start else None)
    if start is None or not start.mean:
        return Panel(each.body.name, [None] * len(days))
    return Panel(each.body.name, [None if v is None else 100 * v / start.mean for v in line], 100.0)


def _file(kind: str, page: AreasPage, found: Sequence[Compared], chart: Chart) -> HttpResponse | None:
    name = f"{_name(page)}-compared"
    if kind != "csv":
        return picture_file(kind, chart, name, is_invented=page.is_invented)
    answer = HttpResponse("".join(csv_lines(comparison_rows(page, found))), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _name(page: AreasPage) -> str:
    return f"{page.metric.code}-{page.found.period[0]}" if page.found and page.found.period else page.metric.code


def metric_of(code: str) -> Metric:
    """The metric of that code, or there is no such page."""
    found = load_catalogue().metrics.get(code)
    if found is None:
        raise Http404(f"There is no metric {code}.")
    return found


def home() -> Path:
    """The folder that holds the activity store."""
    return Path(settings.COMMONPOOL_HOME)
