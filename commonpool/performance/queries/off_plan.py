"""Which metrics of an area are newly off an agreed plan, or warned of early: what waits for those who write its plan.

The home page asks for it, so an answer is kept until figures, plan, table of tolerances or day are others. A
population that is loaded meanwhile counts from the next day on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Final

from django.core.cache import cache
from django.utils import timezone

from commonpool import __version__
from commonpool.performance.board_cells import NAME, cells_in_use
from commonpool.performance.judging import Judged, judge, period_words
from commonpool.performance.metric_series import series_of
from commonpool.performance.plan_words import chance_short
from commonpool.performance.queries.areas import breaks_in_register
from commonpool.performance.queries.boards import NOT_OF_AREAS, code_of, starts_of
from commonpool.performance.queries.planned import Planned, agreed_for
from commonpool.performance.store.keeping import ACTIVITY, WITHDRAWN
from commonpool.places import queries as places
from commonpool.places.models import Organisation
from commonpool.policy.reading.metrics import load_catalogue

_KEPT_SECONDS: Final = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class OffPlan:
    """One metric of an area that somebody should look at, in a sentence, and since when."""

    area: Organisation
    code: str
    text: str
    since: datetime


def off_plan(home: Path, areas: Iterable[Organisation], today: date) -> Iterator[OffPlan]:
    """What is newly off plan, or unlikely to meet the year's, by the plans that are agreed and not long over."""
    held = list(areas)
    planned = agreed_for(held, today) if held else {}
    stamp = _stamp(home) if planned else ""
    for area in held:
        if area.pk in planned:
            for code, text, since in _kept(home, area, planned[area.pk], today, stamp):
                yield OffPlan(area, code, text, since)


def _kept(home: Path, area: Organisation, planned: Planned, today: date, stamp: str) -> list[tuple[str, str, datetime]]:
    said = (__version__, str(area.uuid), sorted(planned.versions), today, stamp)
    key = f"off-plan-{hashlib.sha256(repr(said).encode()).hexdigest()}"
    found: list[tuple[str, str, datetime]] | None = cache.get(key)
    if found is None:
        found = list(_found(home, area, planned, today))
        cache.set(key, found, _KEPT_SECONDS)
    return found


def _stamp(home: Path) -> str:
    """What changes when figures are loaded or taken back, or the table of tolerances is edited."""
    kept = home / ACTIVITY
    loads = sorted(map(str, (*kept.glob("*/[0-9]*"), *kept.glob(f"*/[0-9]*/{WITHDRAWN}"))))
    table = home / NAME
    edited = table.stat().st_mtime_ns if table.is_file() else 0
    return f"{home} {edited} {' '.join(loads)}"


def _found(home: Path, area: Organisation, planned: Planned, today: date) -> Iterator[tuple[str, str, datetime]]:
    cells, breaks = cells_in_use(home).cells, breaks_in_register(code_of(area))
    for code, metric in load_catalogue().metrics.items():
        if not planned.is_of_late(code, today):
            continue
        series = series_of(home, metric, code_of(area), places.people_of_years(), but_of=NOT_OF_AREAS)
        if series is None:
            continue
        judged = judge(
            series,
            today,
            decided=starts_of((), series, breaks),
            trajectory=planned.trajectory(series),
            tolerance=cells.tolerance(code),
        )
        if judged.plan.is_newly_missed or judged.plan.is_early_warning:
            latest = judged.plan.latest
            assert latest is not None, "what is off plan has a target"
            since = timezone.make_aware(datetime.combine(latest.ends_on, time()))
            yield code, _in_words(judged, area), since


def _in_words(judged: Judged, area: Organisation) -> str:
    plan, latest = judged.plan, judged.plan.latest
    assert latest is not None and latest.actual is not None and latest.planned is not None
    said = []
    if plan.is_newly_missed:
        period = period_words(latest.starts_on, latest.ends_on)
        said.append(f"newly off plan, {latest.actual:,.1f} in {period} against {latest.planned:,.1f}")
    if plan.is_early_warning:
        said.append(f"early warning, chance of meeting the plan of {plan.year}: {chance_short(plan)}")
    return f"{judged.series.metric.label} in {area}: {'; '.join(said)}"
