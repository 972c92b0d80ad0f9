"""Every metric as dated data: what is counted, over whom, since when, and what can never be drawn as one line.

A planning round says which metrics its plans set ambitions for (`MetricDefinition`); the catalogue says what each of
them means at each time, whichever round asks. Read from `metrics/*.yaml` by `policy.reading.metrics`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from commonpool.policy.rules import PolicyError, Reference


class Dimension(StrEnum):
    """What a balanced set looks at, beside the hospital (S106)."""

    HEALTH = "health"
    CARE = "care"
    PERSON = "person"
    CARER = "carer"
    WORKFORCE = "workforce"
    PARTNERSHIP = "partnership"


class Improvement(StrEnum):
    """Which way is good."""

    INCREASE = "increase"
    DECREASE = "decrease"
    NEUTRAL = "neutral"


class Every(StrEnum):
    """How often a value comes. `WINDOW` is one quarter of each year, such as discharges of October to December."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    WINDOW = "one quarter a year"


class Form(StrEnum):
    """How numerator and denominator become the value.

    COUNT             the numerator
    PER_DAY           the numerator over the days of its period
    RATIO             multiplier × numerator ÷ denominator, over all areas and periods together, never a mean of ratios
    RATIO_PER_DAY     the same over the days of the period
    DIRECT            directly standardised: rates by age band, weighted by a reference population
    INDIRECT          observed ÷ expected, times the reference population's own rate
    """

    COUNT = "count"
    PER_DAY = "count per day"
    RATIO = "ratio"
    RATIO_PER_DAY = "ratio per day"
    DIRECT = "directly standardised"
    INDIRECT = "indirectly standardised"


@dataclass(frozen=True, slots=True)
class Population:
    """Whom a rate is taken over: age group, the estimate's base, and which year of it goes with a period."""

    ages: str
    base: str
    year: str


@dataclass(frozen=True, slots=True)
class MetricVersion:
    """What a metric means from one day to another, both included; `ends_on` None while it stands.

    multiplier       what a ratio is taken per: 100 for per cent, 100,000
    is_cumulative    whether the source publishes the year to date, so that each value holds those before it
    lag_days         days from the end of a period until its value can be known; None where nobody has stated it
    smallest_shown   counts below it are withheld by the source; None where it withholds none
    continues        whether a series may run on from the version before it
    """

    number: int
    starts_on: date
    ends_on: date | None
    numerator: str
    denominator: str
    unit: str
    form: Form
    multiplier: int
    every: Every
    is_cumulative: bool
    population: Population | None
    data_source: str
    lag_days: int | None
    smallest_shown: int | None
    continues: bool
    reference: Reference

    def covers(self, day: date) -> bool:
        """Whether the version stands on that day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class Break:
    """A day from which values mean something else, so that no line, limit or comparison runs across it."""

    on: date
    why: str
    reference: Reference


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric with its versions, oldest first, its breaks in order, and what it is never drawn with."""

    code: str
    label: str
    dimension: Dimension
    is_acute_only: bool
    improvement: Improvement
    versions: tuple[MetricVersion, ...]
    breaks: tuple[Break, ...]
    never_with: tuple[str, ...]
    never_with_because: str

    def on(self, day: date) -> MetricVersion | None:
        """The version that stands on that day; None where the metric was not defined."""
        return next((version for version in self.versions if version.covers(day)), None)

    @property
    def latest(self) -> MetricVersion:
        """The newest version."""
        return self.versions[-1]

    def breaks_between(self, first: date, last: date) -> tuple[Break, ...]:
        """The breaks after `first`, up to `last`: those that a series over these days meets."""
        return tuple(each for each in self.breaks if first < each.on <= last)


@dataclass(frozen=True, slots=True)
class MetricSet:
    """A named list of metrics, such as the national one of a round or a balanced one."""

    code: str
    label: str
    metrics: tuple[str, ...]
    reference: Reference


@dataclass(frozen=True, slots=True)
class Balance:
    """How a set of metrics is spread: {dimension: how many}, and how many look at the acute hospital only."""

    by_dimension: Mapping[Dimension, int]
    acute_only: int
    total: int

    @property
    def missing(self) -> tuple[Dimension, ...]:
        """The dimensions that no metric of the set looks at."""
        return tuple(each for each in Dimension if not self.by_dimension.get(each))

    @property
    def warning(self) -> str:
        """What to say where more than half of the set looks at the acute hospital only; "" otherwise (S106)."""
        if 2 * self.acute_only <= self.total:
            return ""
        missing = ", ".join(self.missing)
        add = f" Nothing looks at: {missing}." if missing else ""
        return f"{self.acute_only} of these {self.total} metrics look at the acute hospital only.{add}"


@dataclass(frozen=True)
class Catalogue:
    """All metrics and sets by code."""

    metrics: Mapping[str, Metric]
    sets: Mapping[str, MetricSet]

    def metric(self, code: str) -> Metric:
        """The metric of that code. Raises PolicyError with those there are."""
        if code not in self.metrics:
            raise PolicyError(f"There is no metric ‘{code}’. There are: {', '.join(sorted(self.metrics))}.")
        return self.metrics[code]

    def balance(self, codes: Sequence[str]) -> Balance:
        """How these metrics are spread. Raises PolicyError for a metric that is not in the catalogue."""
        chosen = [self.metric(code) for code in dict.fromkeys(codes)]
        by_dimension = Counter(metric.dimension for metric in chosen)
        return Balance(by_dimension, sum(metric.is_acute_only for metric in chosen), len(chosen))

    def why_never_together(self, codes: Sequence[str]) -> str:
        """Why these metrics can't be one line; "" where nothing forbids it."""
        for code in codes:
            metric = self.metric(code)
            if others := [other for other in codes if other in metric.never_with]:
                return f"{metric.label} is never one line with {', '.join(others)}: {metric.never_with_because}"
        return ""
