"""How every area stands in every metric: for those who look after many areas."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from commonpool.performance.all_areas import Standing, all_areas
from commonpool.performance.models import ChartPhase
from commonpool.performance.queries.areas import days_in_register
from commonpool.performance.rules.false_signals import ChartFacts, ExpectedFalseSignals, expected_false_signals
from commonpool.performance.rules.icons import Variation
from commonpool.performance.rules.rule_sets import MDC7
from commonpool.places import queries as places
from commonpool.policy.metric_catalogue import Metric
from commonpool.policy.reading.metrics import load_catalogue


@dataclass(frozen=True, slots=True)
class MetricEverywhere:
    """One metric: how many areas stand out, and how; levels are not compared.

    counted  variation -> areas; None are those without an icon
    """

    metric: Metric
    areas: int
    counted: Mapping[Variation | None, int]

    @property
    def concern(self) -> int:
        """Areas that stand out for concern."""
        return self.counted.get(Variation.CONCERN, 0)

    @property
    def improvement(self) -> int:
        """Areas that stand out for improvement."""
        return self.counted.get(Variation.IMPROVEMENT, 0)

    @property
    def neutral(self) -> int:
        """Areas that stand out where neither way is better."""
        return self.counted.get(Variation.NEUTRAL_HIGH, 0) + self.counted.get(Variation.NEUTRAL_LOW, 0)

    @property
    def ordinary(self) -> int:
        """Areas within their ordinary variation."""
        return self.counted.get(Variation.COMMON_CAUSE, 0)

    @property
    def without_icon(self) -> int:
        """Areas whose values are not for a control chart."""
        return self.counted.get(None, 0)


@dataclass(frozen=True, slots=True)
class Everywhere:
    """All metrics that figures are held of, and what chance alone would flag among all their charts."""

    metrics: tuple[MetricEverywhere, ...]
    by_chance: ExpectedFalseSignals | None

    @property
    def headline(self) -> str:
        """How many charts stand out, in a sentence."""
        if not self.metrics:
            return "No figures are held of any area."
        out = sum(each.concern + each.improvement + each.neutral for each in self.metrics)
        charts = self.by_chance.charts if self.by_chance else 0
        return f"{out:,} of {charts:,} charts stand out from their ordinary variation."


def everywhere(home: Path, today: date) -> Everywhere:
    """How many areas stand out in each metric on a day; figures that areas keep to themselves are left out."""
    found = standings(home, list(load_catalogue().metrics.values()), today)
    lines = [_line(metric, list(group)) for metric, group in groupby(found, key=lambda each: each.metric)]
    shown = [each for each in found if each.variation is not None and each.points]
    charts = [ChartFacts(MDC7, each.points, each.lag1) for each in shown]
    return Everywhere(tuple(lines), expected_false_signals(charts) if charts else None)


def standings(home: Path, metrics: Sequence[Metric], today: date) -> list[Standing]:
    """How each area stands in each of these metrics, with the phases of people and register; published figures only."""
    begun: dict[tuple[str, str], list[date]] = defaultdict(list)
    phases = ChartPhase.objects.filter(taken_back_at=None, metric__in=[metric.code for metric in metrics])
    for metric, gss, own, day in phases.values_list("metric", "area__gss_code", "area__ods_code", "starts_on"):
        begun[metric, gss or own].append(day)
    became_another = days_in_register()
    found = all_areas(
        home,
        metrics,
        today,
        people=places.people_of_years(),
        decided=lambda metric, area, gss: [
            *begun.get((metric, gss or area), ()),
            *became_another.get(gss or area, ()),
        ],
    )
    return [each for each in found.standings if not each.not_for_publication]


def _line(metric: Metric, areas: Sequence[Standing]) -> MetricEverywhere:
    return MetricEverywhere(metric, len(areas), Counter(each.variation for each in areas))
