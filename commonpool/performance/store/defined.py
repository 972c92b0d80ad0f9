"""Whether a metric's figures are of a time in which something was called so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from commonpool.findings import Finding
from commonpool.performance.measures import LOCAL
from commonpool.performance.store.faults import RULES

if TYPE_CHECKING:
    import polars as pl

    from commonpool.policy.metric_catalogue import Metric

NAMED_AT_MOST: Final = 8


def outside_definition(figures: pl.DataFrame) -> Iterator[Finding]:
    """A finding for each metric of an area's own table that has figures of a time in which nothing was called so.

    Delayed transfers ended in February 2020: figures of later months under their code count something else.
    """
    from commonpool.policy.reading.metrics import load_catalogue

    own = figures.filter(table=LOCAL)
    if not len(own):
        return
    metrics = load_catalogue().metrics
    periods = own.select("measure", "period_start", "file").unique().sort("measure", "period_start")
    for (measure, file), rows in periods.group_by("measure", "file", maintain_order=True):
        metric = metrics.get(str(measure).upper())
        days = [day for day in rows["period_start"] if metric and metric.on(day) is None]
        if metric and days:
            yield RULES["LOAD-30"].at(
                file=file,
                code=metric.code,
                label=metric.label,
                periods=_listed([day.isoformat() for day in days]),
                defined=_defined(metric),
                cure=_cure(metric),
            )


def _defined(metric: Metric) -> str:
    first, last = metric.versions[0].starts_on, metric.latest.ends_on
    return f"from {first} to {last}" if last else f"since {first}"


def _cure(metric: Metric) -> str:
    if not metric.never_with:
        return "Check the periods, or load the figures under the measure that they are of."
    others = ", ".join(metric.never_with)
    return f"If they are figures of another collection ({others}), load them under its code: they are never one line."


def _listed(shown: list[str]) -> str:
    more = f" and {len(shown) - NAMED_AT_MOST:,} more" if len(shown) > NAMED_AT_MOST else ""
    return ", ".join(shown[:NAMED_AT_MOST]) + more
