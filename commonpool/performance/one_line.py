"""What may be one line: figures of one metric, one area and one unit. Everything else is refused, with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby, pairwise

from commonpool.performance.judging import must_be_one_line, period_words
from commonpool.performance.metric_series import MetricSeries, Point, with_gaps
from commonpool.performance.rules.area_breaks import SeriesBreak
from commonpool.performance.rules.errors import ChartRefused
from commonpool.policy.metric_catalogue import Catalogue, Metric


def one_metric(catalogue: Catalogue, codes: Sequence[str]) -> Metric:
    """The metric that all these codes name. Raises ChartRefused with the reason where they name several.

    Raises PolicyError for a code that is not in the catalogue.
    """
    metrics = {code: catalogue.metric(code) for code in codes}
    must_be_one_line(catalogue, list(metrics))
    if len(metrics) > 1:
        named = "; ".join(f"{metric.label} ({code}) in {metric.latest.unit}" for code, metric in metrics.items())
        raise ChartRefused(
            f"One chart shows one metric, and these are {len(metrics)}: {named}. Ask for each by itself."
        )
    return next(iter(metrics.values()))


def why_not_one_line(catalogue: Catalogue, codes: Sequence[str]) -> str:
    """The same for a page: why these codes are not one line, or "". Raises PolicyError for an unknown code."""
    try:
        one_metric(catalogue, codes)
    except ChartRefused as refused:
        return str(refused)
    return ""


def never_one_line_with(catalogue: Catalogue, metric: Metric) -> str:
    """What a metric is never drawn with and why, in a sentence; "" where nothing is so near that it must be said."""
    if not metric.never_with:
        return ""
    others = ", ".join(f"{catalogue.metric(code).label} ({code})" for code in metric.never_with)
    return f"Never one line with: {others}. The reason: {metric.never_with_because}"


def joined(catalogue: Catalogue, several: Sequence[MetricSeries]) -> MetricSeries:
    """Several series of one metric and area as one: what an area counted itself before figures were published.

    A period that two of them have is taken from the first that knows its value. Where the source changes a phase
    begins, because two sources may count otherwise. Raises ChartRefused for several metrics, areas or units, and for
    periods that overlap without being the same.
    """
    if not several:
        raise ChartRefused("There is no series to draw.")
    one_metric(catalogue, [series.metric.code for series in several])
    _must_be_one(several, "areas", {series.area_gss or series.area_code for series in several})
    _must_be_one(several, "units", {series.unit for series in several})
    taken = sorted(_taken(several), key=lambda one: one[1].starts_on)
    points = with_gaps(tuple(point for _, point in taken))
    _must_not_overlap(points)
    changes = _changes_of_source(taken)
    return replace(
        several[0],
        source=" and ".join(dict.fromkeys(series.source for series in several)),
        points=points,
        breaks=tuple(dict.fromkeys([*(each for series in several for each in series.breaks), *changes])),
        not_for_publication=any(series.not_for_publication for series in several),
    )


def _must_be_one(several: Sequence[MetricSeries], what: str, found: set[str]) -> None:
    if len(found) > 1:
        label = several[0].metric.label
        raise ChartRefused(f"{label} is not drawn across {what}: these are {', '.join(sorted(found))}.")


def _taken(several: Sequence[MetricSeries]) -> Iterator[tuple[str, Point]]:
    """Each period once with its source: from the first series that knows it, else from the first that has it."""
    every = [(series.source, point) for series in several for point in series.points if point.file]

    def period(one: tuple[str, Point]) -> tuple[date, date]:
        return one[1].starts_on, one[1].ends_on

    for _, alike in groupby(sorted(every, key=period), key=period):
        # Sorting is stable, so that those of one period stand in the order in which the series were given.
        yield min(alike, key=lambda one: one[1].value is None)


def _must_not_overlap(points: Iterable[Point]) -> None:
    last: Point | None = None
    for point in points:
        if last is not None and point.starts_on <= last.ends_on:
            both = " and ".join(period_words(each.starts_on, each.ends_on) for each in (last, point))
            raise ChartRefused(f"Periods of one line follow one another, and {both} overlap. Draw a chart of each.")
        last = point


def _changes_of_source(taken: Sequence[tuple[str, Point]]) -> Iterator[SeriesBreak]:
    for (before, _), (after, point) in pairwise(taken):
        if before != after:
            yield SeriesBreak(point.starts_on, f"Figures come from {after} here and from {before} before.")
