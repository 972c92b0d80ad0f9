"""What the page of one metric shows of its plan: the three readings apart, planned against actual, every period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from commonpool.charts import sign
from commonpool.performance.judging import Judged, period_words
from commonpool.performance.metric_series import Point
from commonpool.performance.plan_words import (
    AGAINST_WORDS,
    against_words,
    calibration_sentence,
    chance_sentence,
    warning_sentence,
)
from commonpool.performance.planned import PlannedPeriod
from commonpool.performance.queries.boards import MetricPage
from commonpool.performance.rules.against_plan import AgainstPlan
from commonpool.performance.rules.intervals import Interval
from commonpool.performance.rules.signals import SpecialCause
from commonpool.performance.uncertainty import NOTE, interval_of
from commonpool.performance.views.board_list import AGAINST_SIGNS, ASSURANCE_SIGNS, VARIATION_SIGNS
from commonpool.policy.reading.metrics import load_catalogue


@dataclass(frozen=True, slots=True)
class Reading:
    """One of the three readings: what it is called, its sign, what it says, and what that rests on."""

    name: str
    sign: SafeString
    words: str
    rests_on: str


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row of planned against actual, as it is shown."""

    period: str
    planned: float | None
    actual: float | None
    sign: SafeString
    words: str
    plan: str
    url: str


@dataclass(frozen=True, slots=True)
class PointRow:
    """One row of the table of every period."""

    period: str
    point: Point
    interval: Interval | None
    label: str


def plan_context(page: MetricPage) -> dict[str, Any]:
    """All that the template needs of the readings, the plan and the periods."""
    assert page.judged is not None
    judged = page.judged
    return {
        "readings": [*readings(judged)],
        "planned": [*reversed([*planned_rows(page)])],
        "plan_why": [*judged.plan.trajectory.left_out],
        "chance": chance_sentence(judged.plan, judged.series.unit) if judged.plan.trajectory.targets else "",
        "warning": warning_sentence(judged.plan),
        "calibration": calibration_sentence(judged.plan, _tested_label(judged)),
        **period_context(judged),
    }


def period_context(judged: Judged) -> dict[str, Any]:
    """What the table of every period needs. Rates stand beside values where these are counts by the day."""
    points = [*point_rows(judged)]
    return {
        "points": points,
        "has_intervals": any(row.interval for row in points),
        "has_rates": any(row.point.rate not in (None, row.point.value) for row in points),
        "interval_note": NOTE,
    }


def readings(judged: Judged) -> Iterator[Reading]:
    """Against plan, variation, assurance: none of them stands for another."""
    plan = judged.plan
    latest = plan.latest
    compared = ""
    if latest and latest.planned is not None and latest.actual is not None:
        period = period_words(latest.starts_on, latest.ends_on)
        compared = f"{period}: {latest.actual:,.1f} against {latest.planned:,.1f} planned"
    words = against_words(plan)
    against = sign(AGAINST_SIGNS[plan.against])
    yield Reading("Against plan", against, words, compared or plan.why)
    why_not = " ".join(judged.icons.why_not)
    moved = sign(VARIATION_SIGNS[judged.variation]) if judged.variation else SafeString("")
    yield Reading("Variation", moved, judged.variation_words, why_not or "whether anything changed")
    hits = sign(ASSURANCE_SIGNS[judged.assurance]) if judged.assurance else SafeString("")
    without = why_not or "there is no target for the last settled period, or no limits yet"
    yield Reading("Assurance", hits, judged.assurance_words or "no icon", _assured(judged) or without)


def _assured(judged: Judged) -> str:
    return "whether the target is met by itself, as things stand" if judged.assurance else ""


def planned_rows(page: MetricPage) -> Iterator[PlannedRow]:
    """Each planned period with what came, in order of time."""
    assert page.judged is not None
    versions = {each.uuid: each for each in page.plans}
    for row in page.judged.plan.periods:
        version = versions.get(row.target.by)
        yield PlannedRow(
            period=period_words(row.starts_on, row.ends_on),
            planned=row.planned,
            actual=row.actual,
            sign=_sign_of(row),
            words=AGAINST_WORDS[row.against],
            plan=version.name if version else "",
            url=reverse("plans:version", args=[version.uuid]) if version else "",
        )


def _sign_of(row: PlannedPeriod) -> SafeString:
    return SafeString("") if row.against is AgainstPlan.NOT_YET_KNOWN else sign(AGAINST_SIGNS[row.against])


def point_rows(judged: Judged) -> Iterator[PointRow]:
    """Every period, the newest first."""
    pairs = list(zip(judged.series.points, judged.chart.labels, strict=True))
    for point, label in reversed(pairs):
        period = period_words(point.starts_on, point.ends_on)
        yield PointRow(period, point, interval_of(judged.series, point), said(label))


def said(label: SpecialCause | None) -> str:
    """A flag in words."""
    return label.value.replace("_", " ") if label else ""


def _tested_label(judged: Judged) -> str:
    tests = judged.plan.tests
    return load_catalogue().metric(tests.code).label if tests else ""
