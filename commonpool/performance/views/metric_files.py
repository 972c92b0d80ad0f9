"""The series of a metric page as a file: CSV, and its chart as a picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.http import HttpResponse

from commonpool.charts.files import picture_file
from commonpool.performance.judging import drawn
from commonpool.performance.queries.boards import MetricPage
from commonpool.performance.uncertainty import interval_of
from commonpool.places.models import Organisation
from commonpool.sheets import csv_lines


def metric_file(kind: str, body: Organisation, page: MetricPage) -> HttpResponse | None:
    """The series as a CSV file, or its picture; None where neither is asked for."""
    assert page.judged is not None
    name = f"{page.metric.code}-{body.gss_code or body.ods_code or 'body'}"
    if kind != "csv":
        return picture_file(kind, drawn(page.judged, source=source_of(page)), name, is_invented=body.is_invented)
    answer = HttpResponse("".join(csv_lines(_rows(body, page))), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


COLUMNS: Final = (
    *(
        "metric",
        "area",
        "starts_on",
        "ends_on",
        "numerator",
        "denominator",
        "rate",
        "value",
        "unit",
        "why_unknown",
        "flag",
    ),
    *("lower_95", "upper_95", "planned", "against_plan", "file", "revision", "is_invented"),
)


def _rows(body: Organisation, page: MetricPage) -> Iterator[tuple[Any, ...]]:
    """The series as rows: an unknown value is an empty cell with its reason beside it, never zero."""
    assert page.judged is not None
    yield COLUMNS
    unit = page.judged.series.unit
    planned = {each.starts_on: each for each in page.judged.plan.periods}
    for each, label in zip(page.judged.series.points, page.judged.chart.labels, strict=True):
        interval, plan = interval_of(page.judged.series, each), planned.get(each.starts_on)
        yield (
            *(page.metric.code, body.name, each.starts_on, each.ends_on, each.numerator, each.denominator, each.rate),
            *(each.value, unit, each.why, label.value if label else ""),
            *((interval.lower, interval.upper) if interval else (None, None)),
            *((plan.planned, plan.against.value) if plan else (None, None)),
            *(each.file, each.revision, body.is_invented),
        )


def source_of(page: MetricPage) -> str:
    """The files that the series comes from: the first and the last by name, and how many."""
    assert page.judged is not None
    files = {point.file for point in page.judged.series.points if point.file}
    named = sorted(files)
    return f"{named[0]} to {named[-1]}, {len(named)} files" if len(named) > 1 else ", ".join(named)
