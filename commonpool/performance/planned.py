"""A metric against its plan, apart from variation and assurance: each period's, and the chance of the year's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from commonpool.performance.metric_series import MetricSeries, Point
from commonpool.performance.rules.against_plan import AgainstPlan, against_plan
from commonpool.performance.rules.calibration import BackTested, Band
from commonpool.performance.rules.calibration_table import TESTED
from commonpool.performance.rules.chance_of_plan import Chance, YearPlan, chance_of_plan, untested_chance
from commonpool.performance.rules.icons import Improvement
from commonpool.performance.rules.trajectory import NO_PLAN, Target, Trajectory

# Metrics whose own past nobody publishes by month, and the published one that counts the same kind of event.
TESTED_ON: Final[Mapping[str, str]] = {"EA65": "EMADM"}
LEAST_KNOWN: Final = 3
"""After how many periods of a year a chance may be stated: the fewest that it was tested after."""


@dataclass(frozen=True, slots=True)
class PlannedPeriod:
    """What was planned for one period and what came; None is unknown. `target` says whose plan it is."""

    starts_on: date
    ends_on: date
    target: Target
    actual: float | None
    against: AgainstPlan

    @property
    def planned(self) -> float | None:
        """The planned value."""
        return self.target.value


@dataclass(frozen=True, slots=True)
class Record:
    """What the chance's method was tested on: a metric's code, its record, and whether that is another metric."""

    code: str
    tested: BackTested
    is_another: bool


@dataclass(frozen=True, slots=True)
class AgainstThePlan:
    """How a series stands to its plan.

    periods   every period that the plan has a target for, future ones included
    latest    that of the newest settled value; None where it has no target, and `why` says so
    chance    of meeting the plan of the year that the newest settled value lies in
    known     how many of that year's periods have come; `of` how many the plan has
    planned_mean  the year's plan as a mean of its periods, the unit of the chart
    """

    trajectory: Trajectory
    periods: tuple[PlannedPeriod, ...]
    latest: PlannedPeriod | None
    why: str
    year: str
    known: int
    of: int
    planned_mean: float | None
    chance: Chance
    tests: Record | None

    @property
    def against(self) -> AgainstPlan:
        """How the newest settled value stands to its target."""
        return self.latest.against if self.latest else AgainstPlan.NOT_YET_KNOWN

    @property
    def is_complete(self) -> bool:
        """Whether the year has come to its end, so that its plan was met or missed."""
        return self.of > 0 and self.known == self.of

    @property
    def is_early_warning(self) -> bool:
        """Whether the year's plan is so unlikely to be met that somebody should look now, while there is time."""
        return self.chance.is_early_warning and not self.is_complete

    @property
    def is_newly_missed(self) -> bool:
        """Whether the newest settled value missed its target and the one before did not."""
        if self.latest is None or self.against is not AgainstPlan.MISSED:
            return False
        at = self.periods.index(self.latest)
        return at == 0 or self.periods[at - 1].against is not AgainstPlan.MISSED

    @property
    def expected_mean(self) -> float | None:
        """What the year is likeliest to come to, as a mean of its periods."""
        return None if self.chance.expected is None or not self.of else self.chance.expected / self.of

    @property
    def like_it(self) -> Band | None:
        """What became of chances like this one when they were tested; None where there is no chance to state."""
        if self.chance.share is None or self.is_complete or self.tests is None:
            return None
        return self.tests.tested.like(self.chance.share)


def against_the_plan(
    series: MetricSeries,
    settled: int,
    *,
    trajectory: Trajectory = NO_PLAN,
    begins_at: int = 1,
    tolerance: Fraction = Fraction(0),
) -> AgainstThePlan:
    """The series against its trajectory.

    settled    how many points, from the first, are old enough to be judged
    begins_at  the first point, from 1, that the newest means the same as: nothing is predicted across a break
    """
    improvement = Improvement(series.metric.improvement)
    points = {(point.starts_on, point.ends_on): point for point in series.points[:settled]}
    periods = tuple(
        _planned(target, points.get((target.starts_on, target.ends_on)), improvement, tolerance)
        for target in trajectory.targets
    )
    newest = next((point for point in reversed(series.points[:settled]) if point.value is not None), None)
    latest = next((each for each in periods if newest and each.starts_on == newest.starts_on), None)
    year = trajectory.of_year(latest.target.year) if latest else ()
    history = series.points[begins_at - 1 : settled]
    known = sum(point.starts_on >= year[0].starts_on for point in history) if year else 0
    values = [target.value for target in year]
    whole = [value for value in values if value is not None]
    total = sum(whole) if whole and len(whole) == len(values) else None
    tests = _tests_of(series.metric.code)
    return AgainstThePlan(
        trajectory=trajectory,
        periods=periods,
        latest=latest,
        why=_why_not_known(trajectory, latest, improvement),
        year=latest.target.year if latest else "",
        known=known,
        of=len(year),
        planned_mean=None if total is None else total / len(year),
        chance=_chance(history, known, total, len(year), improvement, tests),
        tests=tests,
    )


def _planned(target: Target, point: Point | None, improvement: Improvement, tolerance: Fraction) -> PlannedPeriod:
    actual = point.value if point else None
    if improvement is Improvement.NEUTRAL:
        against = AgainstPlan.NOT_YET_KNOWN
    else:
        against = against_plan(actual, target.value, improvement, tolerance=tolerance)
    return PlannedPeriod(target.starts_on, target.ends_on, target, actual, against)


def _why_not_known(trajectory: Trajectory, latest: PlannedPeriod | None, improvement: Improvement) -> str:
    if not trajectory.targets:
        return "no plan sets a value that could be held against these figures"
    if improvement is Improvement.NEUTRAL:
        return "neither way is better, so nothing is on or off plan"
    if latest is None:
        return "no plan sets a value for the newest period"
    return "the plan leaves the newest period open" if latest.planned is None else ""


def _tests_of(code: str) -> Record | None:
    own = TESTED_ON.get(code, code)
    return Record(own, TESTED[own], own != code) if own in TESTED else None


def _chance(
    history: Sequence[Point], known: int, total: float | None, of: int, improvement: Improvement, tests: Record | None
) -> Chance:
    if not of:
        return Chance(None, "there is no plan for the year of the newest value")
    if improvement is Improvement.NEUTRAL:
        return Chance(None, "neither way is better")
    if total is None:
        return Chance(None, "the plan leaves a period of the year open")
    if of not in (4, 12):
        periods = "one period" if of == 1 else f"{of} periods"
        return Chance(None, f"the plan has {periods} in the year: it is told for twelve months or four quarters")
    plan, values = YearPlan(total, improvement, of), [point.value for point in history]
    if known == of:
        return untested_chance(tuple(values), known, plan)
    if known < LEAST_KNOWN:
        why = f"only {known} of the year’s periods have come, and it was tested after {LEAST_KNOWN} or more"
        return Chance(None, why)
    if of != 12 and tests is not None:
        return Chance(None, "it was tested on months only")
    found = chance_of_plan(values, known, plan, tests.tested.calibration if tests else None)
    why_not = tests.tested.why_not(found.share) if tests and found.share is not None else ""
    return Chance(None, why_not) if why_not else found
