"""What an area's plans set for its metrics, as one person may see it: targets a period, each with its version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from commonpool.people.models import Person
from commonpool.performance.metric_series import MetricSeries
from commonpool.performance.rules.trajectory import NO_PLAN, Stated, Trajectory, period_of, trajectory_of
from commonpool.places.models import Organisation
from commonpool.plans import queries as plans
from commonpool.plans.models import Ambition, PlanVersion
from commonpool.policy.reading import load_round
from commonpool.policy.rules import PolicyError

State = PlanVersion.State
_NOT_AGREED: Final = (State.OFFERED, State.DRAFT)
A_YEAR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class PlanOf:
    """Whose plan a target is of: its version by id, what people call it, and whether the partners agreed to it."""

    uuid: str
    name: str
    is_agreed: bool


@dataclass(frozen=True)
class Planned:
    """What the plans of one area state: {metric's code: values}, {version's id: which it is}."""

    stated: Mapping[str, Sequence[Stated]]
    versions: Mapping[str, PlanOf]

    def trajectory(self, series: MetricSeries) -> Trajectory:
        """The targets of one series."""
        stated = self.stated.get(series.metric.code, ())
        if not stated:
            return NO_PLAN
        periods = [(point.starts_on, point.ends_on) for point in series.points]
        return trajectory_of(stated, series.metric, series.unit, periods)

    def is_of_late(self, code: str, today: date) -> bool:
        """Whether a value is stated for a year that lasts, or has been over for less than another year."""
        years = {each.year for each in self.stated.get(code, ())}
        return any(year and year.ends_on + A_YEAR > today for year in (period_of("", each) for each in years))

    def versions_of(self, trajectory: Trajectory) -> list[PlanOf]:
        """The versions that its targets are of, in order of time."""
        return [self.versions[by] for by in dict.fromkeys(target.by for target in trajectory.targets)]


def planned_for(area: Organisation, person: Person, on: date) -> Planned:
    """What stands planned for an area on a day.

    Of each round the version that was in force on the day; where none was agreed, the newest that the person may
    read, offered before drafts. Nobody is shown a draft that is not theirs to see.
    """
    return _of_versions(in_force_or_proposed(plans.versions_readable_by(person, on).filter(plan__area=area), on))


def agreed_for(areas: Iterable[Organisation], on: date) -> dict[int, Planned]:
    """{area's row id: what its agreed plans state}, for areas that have any."""
    found: dict[int, list[PlanVersion]] = {}
    versions = PlanVersion.objects.filter(_in_force(on), plan__area__in=list(areas)).select_related("plan__area")
    for version in versions.order_by("plan__round_id", "-number"):
        found.setdefault(version.plan.area_id, []).append(version)
    return {area: _of_versions(of_area) for area, of_area in found.items()}


def in_force_or_proposed(readable: QuerySet[PlanVersion], on: date) -> list[PlanVersion]:
    """One version a round, the oldest round first."""
    chosen: dict[str, PlanVersion] = {}
    for version in readable.filter(_in_force(on)).order_by("-number"):
        chosen.setdefault(version.plan.round_id, version)
    rank = {state: place for place, state in enumerate(_NOT_AGREED)}
    proposed = readable.filter(state__in=_NOT_AGREED).order_by("-number")
    for version in sorted(proposed, key=lambda each: rank[State(each.state)]):
        chosen.setdefault(version.plan.round_id, version)
    return [chosen[round_id] for round_id in sorted(chosen)]


def _in_force(on: date) -> Q:
    closed = Q(closed_at=None) | Q(closed_at__date__gt=on)
    return Q(state__in=[State.AGREED, State.SUPERSEDED], agreed_at__date__lte=on) & closed


def _of_versions(versions: Sequence[PlanVersion]) -> Planned:
    """What they state; where two state the same period, what is agreed counts, and of these the newer round's."""
    named = {str(version.uuid): _plan_of(version) for version in versions}
    ambitions: dict[int, list[Ambition]] = {version.pk: [] for version in versions}
    if versions:
        for ambition in Ambition.objects.filter(version__in=versions).exclude(metric="").order_by("position"):
            ambitions[ambition.version_id].append(ambition)
    stated: dict[str, dict[tuple[str, str], Stated]] = {}
    for version in sorted(versions, key=lambda each: named[str(each.uuid)].is_agreed):
        for ambition in ambitions[version.pk]:
            said = _stated(ambition, version)
            stated.setdefault(ambition.metric, {})[said.year, said.period] = said
    return Planned({code: tuple(values.values()) for code, values in stated.items()}, named)


def _stated(ambition: Ambition, version: PlanVersion) -> Stated:
    value = None if ambition.value is None else float(ambition.value)
    unit = _unit(version.plan.round_id, ambition.metric)
    return Stated(ambition.period, ambition.year, value, unit, str(version.uuid))


def _plan_of(version: PlanVersion) -> PlanOf:
    is_agreed = version.state in (State.AGREED, State.SUPERSEDED)
    how = "agreed" if is_agreed else "offered, not agreed" if version.state == State.OFFERED else "a draft, not agreed"
    return PlanOf(str(version.uuid), f"Plan of {version.plan.round_id}, version {version.number} ({how})", is_agreed)


def _unit(round_id: str, metric: str) -> str:
    """The unit that a round states a metric in; "" for a metric or round that is no longer there."""
    try:
        definition = load_round(round_id).metrics.get(metric)
    except PolicyError:
        return ""
    return definition.unit if definition else ""
