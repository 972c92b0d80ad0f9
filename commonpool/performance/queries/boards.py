"""What an area's board and the page of one metric show: the store's figures with the area's own phases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from commonpool.people import queries as people
from commonpool.people.models import Person
from commonpool.performance.board import Board, board_of
from commonpool.performance.board_cells import cells_in_use
from commonpool.performance.judging import Judged, judge, period_words
from commonpool.performance.metric_series import MetricSeries, series_of
from commonpool.performance.models import ChartPhase
from commonpool.performance.queries.areas import breaks_in_register
from commonpool.performance.queries.planned import PlanOf, planned_for
from commonpool.performance.rules.area_breaks import SeriesBreak, numbered
from commonpool.performance.rules.phases import PhaseStart
from commonpool.performance.rules.xmr_batch import ORDINARY, XmrOptions
from commonpool.places import queries as places
from commonpool.places.models import Organisation
from commonpool.policy.metric_catalogue import Metric
from commonpool.policy.reading.metrics import load_catalogue

NO_AREA: Final = "-"
NOT_OF_AREAS: Final = frozenset({"trust"})
"""Kinds of body that are no area: the large files of trusts are not read for an area's page."""


@dataclass(frozen=True, slots=True)
class MetricPage:
    """One metric of an area. `judged` None: nothing is held of it, or it is not for whoever asks.

    plans  the versions that its targets are of
    """

    metric: Metric
    judged: Judged | None
    phases: tuple[ChartPhase, ...]
    periods: tuple[tuple[str, str], ...]
    plans: tuple[PlanOf, ...] = ()

    @property
    def is_held_back(self) -> bool:
        """Whether the area keeps these figures to itself, and they are shown to one of its own."""
        return self.judged is not None and self.judged.series.not_for_publication


def code_of(area: Organisation) -> str:
    """By which code the store knows an area: its GSS code; an invented one has only its own."""
    return area.gss_code or area.ods_code


def read_ahead(home: Path) -> None:
    """Read and keep what every area's board is made of: the catalogue, and the figures of sources that have areas."""
    for metric in load_catalogue().metrics.values():
        series_of(home, metric, NO_AREA, but_of=NOT_OF_AREAS)


def area_board(home: Path, area: Organisation, person: Person, today: date) -> Board:
    """The board of an area as this person may see it."""
    begun, breaks = _begun(area), breaks_in_register(code_of(area))
    own = people.may_write_plan(person, area.uuid, today)
    return board_of(
        home,
        load_catalogue(),
        code_of(area),
        today,
        people=places.people_of_years(),
        but_of=NOT_OF_AREAS,
        decided=lambda series: starts_of(begun.get(series.metric.code, ()), series, breaks),
        planned=planned_for(area, person, today).trajectory,
        may_show=lambda series: own or not series.not_for_publication,
    )


def metric_page(
    home: Path, area: Organisation, metric: Metric, person: Person, today: date, options: XmrOptions = ORDINARY
) -> MetricPage:
    """One metric of an area as this person may see it. Raises ChartError for options that do not fit the series."""
    series = series_of(home, metric, code_of(area), places.people_of_years(), but_of=NOT_OF_AREAS)
    if series is not None and series.not_for_publication and not people.may_write_plan(person, area.uuid, today):
        series = None
    phases = _begun(area).get(metric.code, ())
    if series is None:
        return MetricPage(metric, None, tuple(phases), ())
    planned = planned_for(area, person, today)
    judged = judge(
        series,
        today,
        decided=starts_of(phases, series, breaks_in_register(code_of(area))),
        trajectory=planned.trajectory(series),
        tolerance=cells_in_use(home).cells.tolerance(metric.code),
        options=options,
    )
    periods = tuple((each.starts_on.isoformat(), period_words(each.starts_on, each.ends_on)) for each in series.points)
    plans = tuple(planned.versions_of(judged.plan.trajectory))
    return MetricPage(metric, judged, tuple(phases), periods[1:], plans)


def _begun(area: Organisation) -> dict[str, list[ChartPhase]]:
    found: dict[str, list[ChartPhase]] = {}
    for phase in ChartPhase.objects.filter(area=area, taken_back_at=None).select_related("decided_by"):
        found.setdefault(phase.metric, []).append(phase)
    return found


def starts_of(phases: Sequence[ChartPhase], series: MetricSeries, breaks: Sequence[SeriesBreak]) -> list[PhaseStart]:
    """The phases as points of the series; one whose period is no longer there begins with the next that is.

    Where the register says that the area became another, a phase begins that nobody can take back.
    """
    starts: dict[int, PhaseStart] = {}
    for phase in phases:
        later = (n for n, point in enumerate(series.points, start=1) if point.starts_on >= phase.starts_on)
        if (first := next(later, 1)) > 1:
            author = str(phase.decided_by or "a command")
            starts[first] = PhaseStart(first, phase.reason, author, phase.decided_at.date())
    for number, why in numbered([point.starts_on for point in series.points], breaks):
        starts[number] = PhaseStart(number, why, "the register of places", is_break=True)
    return list(starts.values())
